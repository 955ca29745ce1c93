// SPDX-License-Identifier: GPL-3.0-or-later
// The description of all ports of all plugins in the bundle.
#include "plugin/ports.h"

#include "plugin/protocol.h"

#include <stddef.h>
#include <string.h>

/// Flags of the output ports.
enum { FLAGS_REAL = 0, FLAGS_WHOLE = PORT_INTEGER, FLAGS_CHOICE = PORT_INTEGER | PORT_ENUMERATED };

static const PortInfo port_table[PORT_COUNT] = {
    [PORT_CONTROL] = {PORT_CONTROL, PORT_KIND_ATOM, false, "control", "Control", 0, 0, 0, 0, "",
                      PORT_GROUP_NONE, "",
                      "Messages to the plugin: properties, transport position, its window."},
    [PORT_NOTIFY] =
        {PORT_NOTIFY, PORT_KIND_ATOM, true, "notify", "Notify", 0, 0, 0, 0, "", PORT_GROUP_NONE, "",
         "Messages from the plugin: properties, its window, automation, MIDI where it sends any."},
#define X(id, field, owner, symbol, name, type, low, high, rest, unit, column, number, osc,        \
          points, comment)                                                                         \
  [PORT_##id] = {PORT_##id, PORT_KIND_CONTROL, true, symbol,          name,   low,    high,        \
                 rest,      FLAGS_##type,      unit, PORT_GROUP_NONE, points, comment},
    READINGS_LIST(X)
#undef X
#define X(id, symbol, name, low, high, init, flags, unit, points, comment)                         \
  [PORT_##id] = {PORT_##id, PORT_KIND_CONTROL, false,  symbol, name, low, high, init, flags,       \
                 unit,      PORT_GROUP_NONE,   points, comment},
        PORTS_INPUT_LIST(X) PORTS_MIDI_LIST(X)
#undef X
#define X(id, symbol, name, low, high, comment)                                                    \
  [PORT_##id] = {PORT_##id, PORT_KIND_CV,    true, symbol, name, low, high, 0, 0,                  \
                 "",        PORT_GROUP_NONE, "",   comment},
            PORTS_CV_OUTPUT_LIST(X)
#undef X
#define X(id, symbol, name, comment)                                                               \
  [PORT_##id] = {PORT_##id,                                                                        \
                 PORT_KIND_AUDIO,                                                                  \
                 PORT_##id == PORT_OUT_L || PORT_##id == PORT_OUT_R || PORT_##id == PORT_OUT,      \
                 symbol,                                                                           \
                 name,                                                                             \
                 -1,                                                                               \
                 1,                                                                                \
                 0,                                                                                \
                 0,                                                                                \
                 "",                                                                               \
                 PORT_##id == PORT_OUT_L || PORT_##id == PORT_OUT_R || PORT_##id == PORT_OUT       \
                     ? PORT_GROUP_AUDIO_OUT                                                        \
                     : PORT_GROUP_AUDIO_IN,                                                        \
                 "",                                                                               \
                 comment},
                PORTS_AUDIO_LIST(X)
#undef X
};

/// The ports that follow the common ones.
#define OWN_STEREO PORT_IN_L, PORT_IN_R, PORT_OUT_L, PORT_OUT_R
static const Port own_stereo[] = {OWN_STEREO};
static const Port own_mono[] = {PORT_IN, PORT_OUT};
#define X(id, ...) , PORT_##id
static const Port own_midi[] = {OWN_STEREO PORTS_MIDI_LIST(X)};
static const Port own_cv[] = {OWN_STEREO PORTS_CV_OUTPUT_LIST(X)};
#undef X

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
  const Port* ports;
  unsigned n;
} own[PLUGIN_COUNT] = {
    [PLUGIN_STEREO] = {own_stereo, COUNT(own_stereo)},
    [PLUGIN_MONO] = {own_mono, COUNT(own_mono)},
    [PLUGIN_MIDI] = {own_midi, COUNT(own_midi)},
    [PLUGIN_CV] = {own_cv, COUNT(own_cv)},
};

static const PluginInfo plugin_table[PLUGIN_COUNT] = {
    [PLUGIN_STEREO] = {CIRCUMPLEX_URI_METER, "Circumplex",
                       "Shows the emotion that the music expresses, live, as valence and arousal. "
                       "The audio passes unchanged.",
                       PORT_COMMON_COUNT + COUNT(own_stereo)},
    [PLUGIN_MONO] = {CIRCUMPLEX_URI_MONO, "Circumplex Mono",
                     "Shows the emotion that the music expresses, live, as valence and arousal, on "
                     "a mono track. The audio passes unchanged.",
                     PORT_COMMON_COUNT + COUNT(own_mono)},
    [PLUGIN_MIDI] =
        {CIRCUMPLEX_URI_MIDI, "Circumplex MIDI",
         "Reads valence and arousal live and sends them as MIDI controllers, with notes "
         "or program changes for the quadrants. The audio passes unchanged.",
         PORT_COMMON_COUNT + COUNT(own_midi)},
    [PLUGIN_CV] = {CIRCUMPLEX_URI_CV, "Circumplex CV",
                   "Reads valence and arousal live and puts them out as control voltage. The audio "
                   "passes unchanged.",
                   PORT_COMMON_COUNT + COUNT(own_cv)},
};

const PluginInfo* ports_plugin(PluginKind kind) {
  return (unsigned)kind < PLUGIN_COUNT ? &plugin_table[kind] : NULL;
}

PluginKind ports_plugin_find(const char* uri) {
  unsigned kind = 0;
  while (kind < PLUGIN_COUNT && strcmp(plugin_table[kind].uri, uri) != 0)
    ++kind;
  return (PluginKind)kind;
}

const PortInfo* ports_info(Port port) {
  return (unsigned)port < PORT_COUNT ? &port_table[port] : NULL;
}

const PortInfo* ports_at(PluginKind kind, unsigned index) {
  if ((unsigned)kind >= PLUGIN_COUNT || index >= plugin_table[kind].n_ports) return NULL;
  return &port_table[index < PORT_COMMON_COUNT ? index
                                               : own[kind].ports[index - PORT_COMMON_COUNT]];
}

int ports_index(PluginKind kind, Port port) {
  if ((unsigned)kind >= PLUGIN_COUNT) return -1;
  for (unsigned i = 0; i < plugin_table[kind].n_ports; ++i)
    if (ports_at(kind, i)->port == port) return (int)i;
  return -1;
}
