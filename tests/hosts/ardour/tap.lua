-- SPDX-License-Identifier: GPL-3.0-or-later
ardour { ["type"] = "dsp", name = "Test Tap", category = "Utility", author = "The Circumplex authors", license = "GPL-3.0-or-later",
  description = [[Replaces the audio by valence (left) and arousal (right) of the track's first plugin]] }
function dsp_ioconfig () return { { audio_in = 2, audio_out = 2 } } end
function dsp_configure (ins, outs) n_out = outs end
function dsp_runmap (bufs, in_map, out_map, n_samples, offset)
  ARDOUR.DSP.process_map (bufs, n_out, in_map, out_map, n_samples, offset)
  local source = self:route ():nth_plugin (0)
  for c = 1, 2 do
    local out = out_map:get (ARDOUR.DataType ("audio"), c - 1)
    if out ~= ARDOUR.ChanMapping.Invalid and not source:isnil () then
      local value = ARDOUR.LuaAPI.get_processor_param (source, c - 1)
      local a = bufs:get_audio (out):data (offset):array ()
      for i = 1, n_samples do a[i] = value end
    end
  end
end
