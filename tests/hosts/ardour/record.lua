-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes a session with a stereo track that holds SECONDS of (any) recorded audio.
local folder, seconds = os.getenv ("SESSION"), tonumber (os.getenv ("SECONDS_OF_SONG"))
local backend = AudioEngine:set_backend ("None (Dummy)", "", "")
backend:set_driver ("Normal Speed")
AudioEngine:set_device_name ("Uniform White Noise")
AudioEngine:set_buffer_size (1024)
assert (create_session (folder, "song", 48000))
local s = Session
local track
for t in s:new_audio_track (2, 2, nil, 1, "Music", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true):iter () do
  track = t
end
track:rec_enable_control ():set_value (1, PBD.GroupControlDisposition.NoGroup)
s:maybe_enable_record (true)
s:request_roll (ARDOUR.TransportRequestSource.TRS_UI)
while s:transport_sample () < (seconds + 0.5) * 48000 do ARDOUR.LuaAPI.usleep (100000) end
s:request_stop (false, false, ARDOUR.TransportRequestSource.TRS_UI)
for _ = 1, 300 do -- until the region is made
  ARDOUR.LuaAPI.usleep (100000)
  if not track:playlist ():region_list ():empty () then break end
end
ARDOUR.LuaAPI.usleep (1000000)
for r in track:playlist ():region_list ():iter () do
  print ("region", r:name (), r:position ():samples (), r:length ():samples ())
end
s:save_state ("")
close_session ()
