-- SPDX-License-Identifier: GPL-3.0-or-later
-- Ardour DSP script: maps outputs of an earlier plugin on this track to parameters of later ones.
-- Add it (Utility > Circumplex Modulator) after Circumplex; see docs/automation.md.
ardour {
  ["type"] = "dsp",
  name = "Circumplex Modulator",
  category = "Utility",
  author = "The Circumplex authors",
  license = "GPL-3.0-or-later",
  description = [[Drives two parameters of later plugins on this track from outputs of an earlier one]]
}

-- Control outputs of Circumplex as Ardour counts them, from inference/readings.h.
-- [readings:lua]
local sources = {
  ["Valence"] = 0,
  ["Arousal"] = 1,
  ["Valence Spread"] = 2,
  ["Arousal Spread"] = 3,
  ["Confidence"] = 4,
  ["Quadrant"] = 5,
  ["Song Valence"] = 6,
  ["Song Arousal"] = 7,
  ["Loudness"] = 8,
  ["State"] = 9,
  ["Attention Age"] = 10,
  ["Reading Latency"] = 11,
  ["Late Readings"] = 12,
}
local lows = { [0] = -1, [1] = -1, [2] = 0, [3] = 0, [4] = 0, [5] = 0, [6] = -1, [7] = -1, [8] = -120, [9] = 0, [10] = 0, [11] = 0, [12] = 0, }
local highs = { [0] = 1, [1] = 1, [2] = 1, [3] = 1, [4] = 1, [5] = 4, [6] = 1, [7] = 1, [8] = 20, [9] = 2, [10] = 60, [11] = 1000, [12] = 1000000, }
-- [end]
local N_MAPS = 2

function dsp_ioconfig () return { { audio_in = -1, audio_out = -1 } } end

function dsp_params ()
  local p = {
    { ["type"] = "input", name = "Source plugin", doc = "Place of Circumplex among the track's plugins, from 0",
      min = 0, max = 31, default = 0, integer = true },
  }
  for i = 1, N_MAPS do
    local tag = string.format ("%d: ", i)
    p[#p + 1] = { ["type"] = "input", name = tag .. "Output", min = 0, max = #highs, default = 2 - i,
      enum = true, scalepoints = sources }
    p[#p + 1] = { ["type"] = "input", name = tag .. "Target plugin", doc = "-1 is off",
      min = -1, max = 31, default = -1, integer = true }
    p[#p + 1] = { ["type"] = "input", name = tag .. "Target parameter", min = 0, max = 255, default = 0, integer = true }
    p[#p + 1] = { ["type"] = "input", name = tag .. "At lowest", doc = "parameter at the output's low end",
      min = -20000, max = 20000, default = 0 }
    p[#p + 1] = { ["type"] = "input", name = tag .. "At highest", doc = "parameter at the output's high end",
      min = -20000, max = 20000, default = 1 }
  end
  for i = 1, N_MAPS do
    p[#p + 1] = { ["type"] = "output", name = string.format ("%d: Sent", i), min = -20000, max = 20000 }
  end
  return p
end

function dsp_runmap (bufs, in_map, out_map, n_samples, offset)
  local c = CtrlPorts:array ()
  local route = self:route ()
  local src = route:nth_plugin (math.floor (c[1]))
  if not src:isnil () then
    for i = 1, N_MAPS do
      local at = 2 + (i - 1) * 5
      local which, target = math.floor (c[at]), math.floor (c[at + 1])
      if target >= 0 then
        local dst = route:nth_plugin (target)
        if not dst:isnil () then
          local v, ok = ARDOUR.LuaAPI.get_processor_param (src, which)
          if ok ~= false then
            local x = (v - lows[which]) / (highs[which] - lows[which])
            local value = c[at + 3] + x * (c[at + 4] - c[at + 3])
            c[2 + N_MAPS * 5 + (i - 1)] = value
            ARDOUR.LuaAPI.set_processor_param (dst, math.floor (c[at + 2]), value)
          end
        end
      end
    end
  end
end
