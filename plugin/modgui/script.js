/* SPDX-License-Identifier: GPL-3.0-or-later
 * MOD evaluates `method = ` and this file, so it is one function.  It gets "start" once, with all ports, and
 * "change" for every value of a monitored output (modgui.ttl). */
function (event, funcs) {
  "use strict";
  var STATES = ["silent", "settling", "live"];
  var reading = event.data;

  function take(symbol, value) {
    if (typeof value === "number" && isFinite(value)) reading[symbol] = value;
  }
  function share(value) {
    return 50 + 46 * Math.max(-1, Math.min(1, value || 0));
  }
  function signed(value) {
    return (value < 0 ? "\u2212" : "+") + Math.abs(value || 0).toFixed(2);
  }
  function show() {
    var icon = event.icon, state = Math.round(reading.state || 0);
    var heard = state > 0;
    var doubtful = heard && state === 2 && reading.confidence < 0.25;
    icon.find(".circumplex-point").toggle(heard).toggleClass("doubtful", doubtful)
      .css({left: share(reading.valence) + "%", top: 100 - share(reading.arousal) + "%"});
    icon.find(".circumplex-state").text(doubtful ? "not like mixed music" : STATES[state] || "");
    icon.find(".circumplex-valence b").text(heard ? signed(reading.valence) : "\u2013");
    icon.find(".circumplex-arousal b").text(heard ? signed(reading.arousal) : "\u2013");
  }

  if (event.type === "start") {
    (event.ports || []).forEach(function (port) { take(port.symbol, port.value); });
    show();
  } else if (event.type === "change" && typeof event.symbol === "string") {
    take(event.symbol, event.value);
    show();
  }
}
