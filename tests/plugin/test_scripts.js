// SPDX-License-Identifier: GPL-3.0-or-later
// The scripts that browsers run: the page of the readings, and MOD's drawing of the pedal.  A canvas and an icon
// that note what is asked of them stand for the browser's.
// Run as: node test_scripts.js PAGE SCRIPT
"use strict";
const assert = require("assert"), fs = require("fs"), vm = require("vm");
const [pagePath, scriptPath] = process.argv.slice(2);
const near = (got, expected) => assert(Math.abs(got - expected) < 1e-9, `${got} is not ${expected}`);

/// The page with a canvas of SIZE pixels.  Its next answers are `answers`; null is a lost connection.
function openPage(size, ratio) {
  const page = {answers: [], asked: [], wait: 0, drawn: null};
  const pen = new Proxy({}, {
    get: (values, name) => name in values ? values[name] : (...given) => {
      page.drawn.push({name, given, alpha: values.globalAlpha, fill: values.fillStyle});
    },
  });
  const canvas = {clientWidth: size, width: 0, height: 0, getContext: () => pen};
  page.canvas = canvas;
  page.context = {
    document: {getElementById: id => id === "plane" ? canvas : null},
    devicePixelRatio: ratio,
    fetch: async (address, options) => {
      page.asked.push([address, options.cache]);
      const answer = page.answers.shift();
      if (!answer) throw new Error("no connection");
      return {json: async () => answer};
    },
    setTimeout: (next, ms) => { page.poll = next; page.wait = ms; },
    requestAnimationFrame: next => { page.next = next; },
  };
  page.draw = () => {
    page.drawn = [];
    page.next();
    return page.drawn;
  };
  page.read = async answer => {
    page.answers.push(answer);
    await page.poll();
  };
  return page;
}

async function start(page) {
  const text = fs.readFileSync(pagePath, "utf8");
  const script = /<script>([^]*)<\/script>/.exec(text)[1];
  page.drawn = [];
  vm.runInNewContext(script, page.context);
  await new Promise(done => setImmediate(done));
}

const reading = (n, valence, arousal, state = 2) => ({n, valence, arousal, state});
const calls = (drawn, name) => drawn.filter(call => call.name === name);
const texts = drawn => calls(drawn, "fillText").map(call => call.given[0]);

async function thePageAsksFourTimesASecondForTheReading() {
  const page = openPage(100, 2);
  page.answers.push(reading(1, 0, 0));
  await start(page);
  assert.deepStrictEqual(page.asked, [["/reading.json", "no-store"]]);
  assert.strictEqual(page.wait, 250);
  await page.read(null); // goes on without a connection
  assert.strictEqual(page.wait, 250);
  assert.strictEqual(page.asked.length, 2);
}

async function thePageSaysThatItHasNoConnection() {
  const page = openPage(100, 2);
  await start(page);
  assert(texts(page.draw()).includes("no connection"));
  await page.read(reading(1, 0, 0));
  assert(!texts(page.draw()).includes("no connection"));
  assert.strictEqual(calls(page.drawn, "fill").length, 1);
  await page.read(null);
  assert(texts(page.draw()).includes("no connection"));
  assert.strictEqual(calls(page.drawn, "fill").length, 0);
}

async function thePointGlidesToTheReading() {
  const page = openPage(100, 2);
  page.answers.push(reading(1, 1, 0.5));
  await start(page);
  assert.deepStrictEqual([page.canvas.width, page.canvas.height], [200, 200]);
  const first = calls(page.draw(), "arc").at(-1).given; // the second picture: the first came before the answer
  near(first[0], (0.5 + 0.45 * 0.1) * 200);
  near(first[1], (0.5 - 0.45 * 0.05) * 200);
  near(first[2], 200 / 60);
  const second = calls(page.draw(), "arc").at(-1).given;
  near(second[0], (0.5 + 0.45 * 0.19) * 200);
  near(second[1], (0.5 - 0.45 * 0.095) * 200);
}

async function theWordsStandAtTheirEndsOfThePlane() {
  const page = openPage(200, 1);
  await start(page);
  const at = Object.fromEntries(calls(page.draw(), "fillText").map(c => [c.given[0], c.given.slice(1)]));
  near(at.energetic[0], 100);
  near(at.quiet[0], 100);
  assert(at.energetic[1] < 10 && at.quiet[1] > 190);
  assert(at.negative[0] < 50 && at.positive[0] > 150);
  assert(Math.abs(at.positive[1] - 100) < 10 && Math.abs(at.negative[1] - 100) < 10);
  const circle = calls(page.drawn, "arc")[0].given;
  [100, 100, 90].forEach((value, i) => near(circle[i], value));
  assert(circle[4] - circle[3] > 2 * Math.PI);
}

async function theTrailHoldsTheLast40Readings() {
  const page = openPage(200, 1);
  page.answers.push(reading(0, 0, 0));
  await start(page);
  await page.read(reading(0, 0, 0)); // the same one again
  const lines = () => calls(page.draw(), "lineTo").slice(2).map(call => call.given);
  assert.strictEqual(lines().length, 1);
  for (let n = 1; n <= 45; ++n) await page.read(reading(n, n / 100, -n / 100));
  const trail = lines();
  assert.strictEqual(trail.length, 40);
  near(trail[0][0], (0.5 + 0.45 * 0.06) * 200);
  near(trail[39][0], (0.5 + 0.45 * 0.45) * 200);
  near(trail[39][1], (0.5 + 0.45 * 0.45) * 200);
}

async function thePointIsDimInSilence() {
  const page = openPage(200, 1);
  page.answers.push(reading(1, 0, 0, 0));
  await start(page);
  near(calls(page.draw(), "fill")[0].alpha, 0.3);
  await page.read(reading(2, 0, 0, 1));
  near(calls(page.draw(), "fill")[0].alpha, 1);
  near(calls(page.drawn, "stroke")[1].alpha, 0.4);
  near(calls(page.draw(), "fillText")[0].alpha, 1); // what comes next is drawn whole
}

/// MOD's icon: what was done to each of its parts.
function makeIcon() {
  const parts = {};
  return {
    parts,
    find: name => {
      const part = parts[name] = parts[name] || {};
      part.toggle = shown => { part.shown = shown; return part; };
      part.toggleClass = (kind, on) => { part[kind] = on; return part; };
      part.css = place => { Object.assign(part, place); return part; };
      part.text = words => { part.words = words; return part; };
      return part;
    },
  };
}

function openPedal(values) {
  const act = vm.runInThisContext(`(${fs.readFileSync(scriptPath, "utf8")})`);
  const icon = makeIcon(), data = {};
  const ports = Object.entries(values).map(([symbol, value]) => ({symbol, value}));
  act({type: "start", icon, data, ports}, {});
  const words = name => icon.parts[".circumplex-" + name].words;
  return {
    point: icon.parts[".circumplex-point"],
    change: (symbol, value) => act({type: "change", icon, data, symbol, value}, {}),
    texts: () => [words("state"), words("valence b"), words("arousal b")],
  };
}

function thePedalShowsWhatItStartsWith() {
  const pedal = openPedal({state: 2, valence: 0.5, arousal: -0.25, confidence: 0.9});
  assert.deepStrictEqual(pedal.texts(), ["live", "+0.50", "\u22120.25"]);
  assert.deepStrictEqual([pedal.point.left, pedal.point.top], ["73%", "61.5%"]);
  assert.deepStrictEqual([pedal.point.shown, pedal.point.doubtful], [true, false]);
}

function thePedalFollowsItsPorts() {
  const pedal = openPedal({});
  assert.deepStrictEqual(pedal.texts(), ["silent", "\u2013", "\u2013"]);
  assert.strictEqual(pedal.point.shown, false);
  pedal.change("confidence", 0.2);
  pedal.change("valence", 3);
  pedal.change("state", 1);
  assert.deepStrictEqual(pedal.texts(), ["settling", "+3.00", "+0.00"]);
  assert.deepStrictEqual([pedal.point.shown, pedal.point.doubtful], [true, false]);
  assert.strictEqual(pedal.point.left, "96%"); // stays in the plane
  pedal.change("state", 2);
  assert.deepStrictEqual([pedal.texts()[0], pedal.point.doubtful], ["not like mixed music", true]);
  pedal.change("confidence", 0.25);
  assert.deepStrictEqual([pedal.texts()[0], pedal.point.doubtful], ["live", false]);
}

function thePedalKeepsItsValueWhereThereIsNone() {
  const pedal = openPedal({state: 2, arousal: -2, confidence: 1});
  pedal.change("arousal", NaN);
  pedal.change("arousal", "1");
  pedal.change(undefined, 1);
  assert.deepStrictEqual(pedal.texts(), ["live", "+0.00", "\u22122.00"]);
  assert.strictEqual(pedal.point.top, "96%");
}

async function main() {
  for (const test of [thePageAsksFourTimesASecondForTheReading, thePageSaysThatItHasNoConnection,
    thePointGlidesToTheReading, theWordsStandAtTheirEndsOfThePlane, theTrailHoldsTheLast40Readings,
    thePointIsDimInSilence, thePedalShowsWhatItStartsWith, thePedalFollowsItsPorts,
    thePedalKeepsItsValueWhereThereIsNone]) {
    await test();
    console.log("ok", test.name);
  }
}
main().catch(error => {
  console.error(error);
  process.exit(1);
});
