-- SPDX-License-Identifier: GPL-3.0-or-later
-- Plays the session with Circumplex on the track and prints what the test looks at:
--   seen VALENCE AROUSAL, target VALUE (driven by the Lua script), midi COUNT (at a later plugin), lane POINTS
local folder, seconds = os.getenv ("SESSION"), tonumber (os.getenv ("SECONDS_OF_SONG"))
local backend = AudioEngine:set_backend ("None (Dummy)", "", "")
backend:set_driver ("Normal Speed")
AudioEngine:set_device_name ("Silence")
AudioEngine:set_buffer_size (1024)
assert (load_session (folder, "song"))
local s = Session
local track = s:route_by_name ("Music"):to_track ()
assert (not track:isnil ())
local function add (p)
  assert (not p:isnil ())
  assert (track:add_processor_by_index (p, -1, nil, true) == 0)
  return p
end
local meter = add (ARDOUR.LuaAPI.new_plugin (s, "urn:circumplex:meter-midi", ARDOUR.PluginType.LV2, ""))
local counter = add (ARDOUR.LuaAPI.new_luaproc (s, "Test MIDI Counter"))
local modulator = add (ARDOUR.LuaAPI.new_luaproc (s, "Circumplex Modulator"))
local target = add (ARDOUR.LuaAPI.new_plugin (s, "urn:ardour:a-reverb", ARDOUR.PluginType.LV2, ""))

local plugin = meter:to_insert ():plugin (0)
-- The API counts control ports, in the order of the ports: atoms come first and are no controls.
local nth = {}
for i = 0, plugin:parameter_count () - 1 do
  local which = plugin:nth_parameter (i, false)
  nth[plugin:parameter_label (which)] = i
end
local function set (name, value) assert (ARDOUR.LuaAPI.set_processor_param (meter, nth[name], value), name) end
set ("Response", 0)
set ("Reset on Transport", 1)
set ("Write Lanes", 1)
-- Output 1 (arousal) of the first plugin drives parameter 0 of the fourth, between 0.2 and 0.6.
for i, v in ipairs ({ 0, 1, 3, 0, 0.2, 0.6 }) do ARDOUR.LuaAPI.set_processor_param (modulator, i - 1, v) end

local function lane_control (name)
  local port = plugin:nth_parameter (nth[name], false)
  local parameter = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, port)
  return meter:to_automatable ():automation_control (parameter, false)
end
local lanes = {}
for _, name in ipairs ({ "Valence Lane", "Arousal Lane" }) do
  local list = ARDOUR.LuaAPI.plugin_automation (meter, nth[name])
  lane_control (name):set_automation_state (ARDOUR.AutoState.Write)
  lanes[#lanes + 1] = list
end
s:request_locate (0, false, ARDOUR.LocateTransportDisposition.MustStop, ARDOUR.TransportRequestSource.TRS_UI)
ARDOUR.LuaAPI.usleep (1500000)
s:request_roll (ARDOUR.TransportRequestSource.TRS_UI)
local low, high = 9, -9
local function both ()
  return ARDOUR.LuaAPI.get_processor_param (meter, nth["Valence"]), ARDOUR.LuaAPI.get_processor_param (meter, nth["Arousal"])
end
while s:transport_sample () < seconds * 48000 do
  ARDOUR.LuaAPI.usleep (100000)
  -- Until both belong to one reading: a new one may come between them.
  local valence, arousal = both ()
  repeat
    local v, a = valence, arousal
    valence, arousal = both ()
  until v == valence and a == arousal
  print (string.format ("seen %.9f %.9f", valence, arousal))
  local t = ARDOUR.LuaAPI.get_processor_param (target, 0)
  low, high = math.min (low, t), math.max (high, t)
end
print ("late", ARDOUR.LuaAPI.get_processor_param (meter, nth["Late Readings"]))
print ("target", low, high)
print ("midi", ARDOUR.LuaAPI.get_processor_param (counter, 0))
s:request_stop (false, false, ARDOUR.TransportRequestSource.TRS_UI)
for _, list in ipairs (lanes) do
  for _ = 1, 300 do -- until they are written
    if list:size () >= 15 then break end
    ARDOUR.LuaAPI.usleep (100000)
  end
  print ("lane", list:size ())
end

-- For the export: the lanes rest, and the track's audio becomes the curve.
for _, name in ipairs ({ "Valence Lane", "Arousal Lane" }) do
  lane_control (name):set_automation_state (ARDOUR.AutoState.Off)
end
track:remove_processor (target, nil, true)
track:remove_processor (modulator, nil, true)
track:remove_processor (counter, nil, true)
add (ARDOUR.LuaAPI.new_luaproc (s, "Test Tap"))
-- What is saved: settings that change no reading, too.
for name, value in pairs ({ ["MIDI Channel"] = 3, ["Valence CC"] = 30, ["Arousal CC"] = 31, ["Confidence CC"] = 32, ["14-bit CC"] = 1,
                            ["CC Interval"] = 50, ["Quadrant Events"] = 1, ["First Note or Program"] = 40 }) do
  set (name, value)
end
for i = 0, plugin:parameter_count () - 1 do
  local which = plugin:nth_parameter (i, false)
  if plugin:parameter_is_input (which) then
    print (string.format ("control %s %g", plugin:parameter_label (which):gsub (" ", "_"), ARDOUR.LuaAPI.get_processor_param (meter, i)))
  end
end
s:save_state ("")
close_session ()
