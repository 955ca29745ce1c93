-- SPDX-License-Identifier: GPL-3.0-or-later
-- Opens the saved session again, prints what came back (control NAME VALUE), plays for a while, and
-- removes the plugin while it plays.
local folder = os.getenv ("SESSION")
local backend = AudioEngine:set_backend ("None (Dummy)", "", "")
backend:set_driver ("Normal Speed")
AudioEngine:set_device_name ("Silence")
AudioEngine:set_buffer_size (1024)
assert (load_session (folder, "song"))
local s = Session
local track = s:route_by_name ("Music"):to_track ()
local meter = track:nth_plugin (0)
local plugin = meter:to_insert ():plugin (0)
for i = 0, plugin:parameter_count () - 1 do
  local which = plugin:nth_parameter (i, false)
  if plugin:parameter_is_input (which) then
    print (string.format ("control %s %g", plugin:parameter_label (which):gsub (" ", "_"), ARDOUR.LuaAPI.get_processor_param (meter, i)))
  end
end
s:request_locate (0, false, ARDOUR.LocateTransportDisposition.MustStop, ARDOUR.TransportRequestSource.TRS_UI)
ARDOUR.LuaAPI.usleep (500000)
s:request_roll (ARDOUR.TransportRequestSource.TRS_UI)
while s:transport_sample () < 4 * 48000 do ARDOUR.LuaAPI.usleep (100000) end
assert (track:remove_processor (meter, nil, true) == 0)
local from = s:transport_sample ()
for _ = 1, 600 do
  if s:transport_sample () > from then break end
  ARDOUR.LuaAPI.usleep (100000)
end
print ("removed while playing", s:transport_sample () > from, track:nth_plugin (0):to_insert ():plugin (0):name ())
s:request_stop (false, false, ARDOUR.TransportRequestSource.TRS_UI)
ARDOUR.LuaAPI.usleep (500000)
close_session ()
