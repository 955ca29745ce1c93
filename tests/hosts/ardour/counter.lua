-- SPDX-License-Identifier: GPL-3.0-or-later
ardour { ["type"] = "dsp", name = "Test MIDI Counter", category = "Utility", author = "The Circumplex authors", license = "GPL-3.0-or-later",
  description = [[Counts the controllers that arrive]] }
function dsp_ioconfig () return { { midi_in = 1, midi_out = 1, audio_in = -1, audio_out = -1 } } end
function dsp_params () return { { ["type"] = "output", name = "Controllers", min = 0, max = 1000000 } } end
local n = 0
function dsp_configure (ins, outs) n_out = outs end
function dsp_runmap (bufs, in_map, out_map, n_samples, offset)
  ARDOUR.DSP.process_map (bufs, n_out, in_map, out_map, n_samples, offset)
  local buffer = in_map:get (ARDOUR.DataType ("midi"), 0)
  if buffer ~= ARDOUR.ChanMapping.Invalid then
    local events = bufs:get_midi (buffer):table ()
    for _, event in pairs (events) do
      if event:size () == 3 and (event:buffer ():array ()[1] & 0xf0) == 0xb0 then n = n + 1 end
    end
  end
  CtrlPorts:array ()[1] = n
end
