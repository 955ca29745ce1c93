-- SPDX-License-Identifier: GPL-3.0-or-later
-- The script for Ardour, with two plugins on a track that note what they are given.
-- Run as: lua5.3 test_modulator.lua SCRIPT

local script = arg[1]
local N_INPUTS, N_MAPS = 11, 2
local about -- what the script says of itself
local values, sent, asked, controls

function ardour (described) about = described end
local function plugin (place)
  return { place = place, isnil = function (self) return self.place > 2 end }
end
local route = { nth_plugin = function (_, place) return plugin (place) end }
_G.self = { route = function () return route end }
CtrlPorts = { array = function () return controls end }
ARDOUR = { LuaAPI = {
  get_processor_param = function (from, which)
    asked[#asked + 1] = { from.place, which }
    return values[which] or 0, values[which] ~= nil
  end,
  set_processor_param = function (to, which, value) sent[#sent + 1] = { to.place, which, value } end,
} }
dofile (script)

local function expect (got, expected, what)
  if got ~= expected then
    error (string.format ("%s: %s, not %s", what, tostring (got), tostring (expected)), 2)
  end
end

-- One block with these controls, and these outputs of Circumplex; returns what was sent.
local function run (inputs, outputs)
  expect (#inputs, N_INPUTS, "inputs")
  controls, values, sent, asked = inputs, outputs, {}, {}
  dsp_runmap (nil, nil, nil, 64, 0)
  return sent
end

local function the_parameters_are_those_that_a_block_reads ()
  local params = dsp_params ()
  expect (about.type, "dsp", "type")
  expect (#params, N_INPUTS + N_MAPS, "parameters")
  for i, p in ipairs (params) do
    expect (p.type, i <= N_INPUTS and "input" or "output", "kind of " .. p.name)
    assert (p.min < p.max, p.name)
    if p.default then assert (p.default >= p.min and p.default <= p.max, p.name) end
  end
  expect (params[2].default, 1, "first map's output: arousal")
  expect (params[7].default, 0, "second map's output: valence")
  expect (params[2].max, 12, "outputs to choose from")
  expect (params[2].scalepoints["Late Readings"], 12, "last of them")
  expect (params[3].default, -1, "off at first")
end

local function a_parameter_follows_an_output_over_its_range ()
  for loudness, value in pairs ({ [-120] = 100, [-50] = 170, [20] = 240 }) do
    local got = run ({ 1.0, 8.0, 2.0, 5.0, 100, 240, 0, -1, 0, 0, 1 }, { [8] = loudness })
    expect (#got, 1, "sent")
    expect (got[1][1], 2, "plugin")
    expect (got[1][2], 5, "parameter")
    expect (got[1][3], value, "value")
    expect (controls[12], value, "shown")
    expect (controls[13], nil, "the other is off")
    expect (asked[1][1], 1, "asked plugin")
    expect (asked[1][2], 8, "asked output")
  end
end

local function both_maps_work_at_once ()
  local got = run ({ 0, 1, 1, 3, 0, 1, 0, 2, 4, 10, -10 }, { [0] = 0.5, [1] = 0 })
  expect (#got, 2, "sent")
  expect (got[1][3], 0.5, "first")
  expect (got[2][1], 2, "second's plugin")
  expect (got[2][2], 4, "second's parameter")
  expect (got[2][3], -5, "second, upside down")
  expect (controls[13], -5, "second shown")
end

local function what_is_not_there_is_left_alone ()
  local outputs = { [0] = 1, [1] = 1 }
  expect (#run ({ 3, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1 }, outputs), 0, "no source")
  expect (#run ({ 0, 1, 3, 0, 0, 1, 0, 1, 0, 0, 1 }, outputs), 1, "no first target")
  expect (#run ({ 0, 5, 1, 0, 0, 1, 0, 0, 0, 0, 1 }, outputs), 1, "no such output; plugin 0 is a target")
end

for _, test in ipairs ({ the_parameters_are_those_that_a_block_reads,
  a_parameter_follows_an_output_over_its_range, both_maps_work_at_once,
  what_is_not_there_is_left_alone }) do test () end
print ("ok")
