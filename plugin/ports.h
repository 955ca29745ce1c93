// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The description of all ports of all plugins in the bundle.
///
/// The output ports are the readings of inference/readings.h.  That list and the lists below make
/// the C enum (`Port`), the run-time table (`ports_info`) and the generated Turtle.  Every plugin
/// starts with the same ports at the same indices (PORT_CONTROL .. PORT_COMMON_COUNT - 1).  Its
/// audio ports and its own controls follow; their index depends on the plugin: see ports_index().
///
/// Thread: constants only; any thread.
#ifndef CIRCUMPLEX_PLUGIN_PORTS_H
#define CIRCUMPLEX_PLUGIN_PORTS_H

#include "inference/readings.h"

#include <stdbool.h>

/// Flags of a control port.
enum {
  PORT_TOGGLED = 1,    ///< 0 or 1
  PORT_INTEGER = 2,    ///< whole numbers
  PORT_ENUMERATED = 4, ///< only the scale points
  PORT_TRIGGER = 8,    ///< momentary: has an effect when it rises above 0
  PORT_HIDDEN = 16,    ///< set by the host, not shown
  PORT_LANE = 32,      ///< the plugin may write this input's automation (Ardour's automate#)
  PORT_LOGSCALE = 64   ///< a knob should be logarithmic
};

/// X(ID, "symbol", "Name", low, high, default, flags, "unit", "points", "comment")
/// `unit` is a term of the LV2 units extension, "" (none) or "=symbol" (a custom unit, e.g.
/// "=LUFS"). `points` lists scale points as "value label|value label", or is "".
#define PORTS_INPUT_LIST(X)                                                                        \
  X(ENABLED, "enabled", "Enabled", 0, 1, 1, PORT_INTEGER | PORT_ENUMERATED, "",                    \
    "0 bypassed|1 enabled",                                                                        \
    "Off: every output has its neutral value.  The audio passes unchanged in both cases.")         \
  X(FREEWHEEL, "freewheel", "Freewheel", 0, 1, 0, PORT_TOGGLED | PORT_HIDDEN, "", "",              \
    "Set by the host while it renders faster or slower than real time.")                           \
  X(RESPONSE, "response", "Response", 0, 10, 0.5, 0, "s", "",                                      \
    "Time constant with which valence and arousal glide to a new reading; 0 jumps.")               \
  X(VALENCE_TRIM, "valence_trim", "Valence Trim", -1, 1, 0, 0, "", "",                             \
    "Added to the valence after its range.")                                                       \
  X(VALENCE_RANGE, "valence_range", "Valence Range", 0, 4, 1, 0, "", "",                           \
    "Multiplies the valence: above 1 makes small movements larger.")                               \
  X(AROUSAL_TRIM, "arousal_trim", "Arousal Trim", -1, 1, 0, 0, "", "",                             \
    "Added to the arousal after its range.")                                                       \
  X(AROUSAL_RANGE, "arousal_range", "Arousal Range", 0, 4, 1, 0, "", "",                           \
    "Multiplies the arousal: above 1 makes small movements larger.")                               \
  X(GATE, "gate", "Silence Gate", -90, -20, -60, 0, "=LUFS", "",                                   \
    "Below this loudness the input counts as silence, and there is no reading.")                   \
  X(HOLD, "hold", "Hold", 0, 1, 0, PORT_TOGGLED, "", "",                                           \
    "Keeps the outputs at their values; the analysis continues.")                                  \
  X(RESET, "reset", "Reset", 0, 1, 0, PORT_TOGGLED | PORT_TRIGGER, "", "",                         \
    "When it changes to 1: forgets everything heard.")                                             \
  X(TRANSPORT_RESET, "transport_reset", "Reset on Transport", 0, 1, 0, PORT_TOGGLED, "", "",       \
    "Resets when the transport starts or jumps, so that each pass gives the same readings.")       \
  X(SOURCE, "source", "Source", 0, 1, 0, PORT_INTEGER | PORT_ENUMERATED, "", "0 analysis|1 lanes", \
    "lanes: the outputs follow the two lane inputs, so that edited automation replaces the "       \
    "analysis.")                                                                                   \
  X(WRITE_LANES, "write_lanes", "Write Lanes", 0, 1, 0, PORT_TOGGLED, "", "",                      \
    "Sends each reading to the host as automation of the two lane inputs (Ardour, in Write or "    \
    "Touch mode).")                                                                                \
  X(LANE_VALENCE, "lane_valence", "Valence Lane", -1, 1, 0, PORT_LANE, "", "",                     \
    "Automation lane for the valence: written by the plugin, edited by you.")                      \
  X(LANE_AROUSAL, "lane_arousal", "Arousal Lane", -1, 1, 0, PORT_LANE, "", "",                     \
    "Automation lane for the arousal: written by the plugin, edited by you.")

#define PORTS_MIDI_LIST(X)                                                                         \
  X(MIDI_CHANNEL, "midi_channel", "MIDI Channel", 1, 16, 1, PORT_INTEGER, "", "",                  \
    "Channel of all messages of the MIDI output.")                                                 \
  X(CC_VALENCE, "cc_valence", "Valence CC", 0, 119, 20, PORT_INTEGER, "", "",                      \
    "Controller for the valence: 0 is -1, 64 is 0, 127 is 1.")                                     \
  X(CC_AROUSAL, "cc_arousal", "Arousal CC", 0, 119, 21, PORT_INTEGER, "", "",                      \
    "Controller for the arousal: 0 is -1, 64 is 0, 127 is 1.")                                     \
  X(CC_CONFIDENCE, "cc_confidence", "Confidence CC", 0, 119, 22, PORT_INTEGER, "", "",             \
    "Controller for the confidence: 0 is 0, 127 is 1.")                                            \
  X(CC_14BIT, "cc_14bit", "14-bit CC", 0, 1, 0, PORT_TOGGLED, "", "",                              \
    "Sends controllers below 32 as pairs: the fine byte on the controller's number plus 32.")      \
  X(MIDI_INTERVAL, "midi_interval", "CC Interval", 10, 1000, 40, 0, "ms", "",                      \
    "Shortest time between two messages of one controller.")                                       \
  X(QUADRANT_EVENTS, "quadrant_events", "Quadrant Events", 0, 2, 0,                                \
    PORT_INTEGER | PORT_ENUMERATED, "", "0 off|1 notes|2 program changes",                         \
    "What to send on entering a quadrant: a held note for Q1..Q4 (none in neutral), or a program " \
    "change for neutral, Q1..Q4.")                                                                 \
  X(QUADRANT_FIRST, "quadrant_first", "First Note or Program", 0, 123, 60, PORT_INTEGER, "", "",   \
    "Note of Q1, or program (from 0) of neutral; the others follow above it.")

/// X(ID, "symbol", "Name", low, high, "comment"): audio-rate control outputs.  The ranges must be
/// the real ranges of the outputs, because hosts like MOD scale by them.
#define PORTS_CV_OUTPUT_LIST(X)                                                                    \
  X(CV_VALENCE, "cv_valence", "Valence CV", -1, 1, "Valence, at audio rate, without steps.")       \
  X(CV_AROUSAL, "cv_arousal", "Arousal CV", -1, 1, "Arousal, at audio rate, without steps.")       \
  X(CV_CONFIDENCE, "cv_confidence", "Confidence CV", 0, 1,                                         \
    "Confidence, at audio rate, without steps.")                                                   \
  X(CV_VALENCE_POSITIVE, "cv_valence_positive", "Valence CV 0-1", 0, 1,                            \
    "Valence from 0 (-1) to 1 (1), for inputs that take no negative values.")                      \
  X(CV_AROUSAL_POSITIVE, "cv_arousal_positive", "Arousal CV 0-1", 0, 1,                            \
    "Arousal from 0 (-1) to 1 (1), for inputs that take no negative values.")

/// X(ID, "symbol", "Name", "comment")
#define PORTS_AUDIO_LIST(X)                                                                        \
  X(IN_L, "in_l", "In Left", "Left input.")                                                        \
  X(IN_R, "in_r", "In Right", "Right input.")                                                      \
  X(OUT_L, "out_l", "Out Left", "The left input, bit for bit.")                                    \
  X(OUT_R, "out_r", "Out Right", "The right input, bit for bit.")                                  \
  X(IN, "in", "In", "Input.")                                                                      \
  X(OUT, "out", "Out", "The input, bit for bit.")

/// All ports of all plugins.  The common ports come first; for these, Port is the index.
typedef enum {
  PORT_CONTROL, ///< atom input: patch messages, transport position, the window
  PORT_NOTIFY,  ///< atom output: patch messages, the window, automation; MIDI of the MIDI plugin
                ///< (one output for both: Ardour 7 uses a plugin's first atom output for MIDI)
#define X(id, ...) PORT_##id,
  READINGS_LIST(X) PORTS_INPUT_LIST(X)
#undef X
      PORT_COMMON_COUNT,
  PORT_FIRST_READING = PORT_NOTIFY + 1, ///< output port of reading i: PORT_FIRST_READING + i
  PORT_BEFORE_OWN = PORT_COMMON_COUNT - 1,
#define X(id, ...) PORT_##id,
  PORTS_AUDIO_LIST(X)
#undef X
      PORT_BEFORE_CONTROLS,
  PORT_LAST_AUDIO = PORT_BEFORE_CONTROLS - 1,
#define X(id, ...) PORT_##id,
  PORTS_MIDI_LIST(X) PORTS_CV_OUTPUT_LIST(X)
#undef X
      PORT_COUNT
} Port;

typedef enum { PLUGIN_STEREO, PLUGIN_MONO, PLUGIN_MIDI, PLUGIN_CV, PLUGIN_COUNT } PluginKind;

typedef enum { PORT_KIND_ATOM, PORT_KIND_CONTROL, PORT_KIND_AUDIO, PORT_KIND_CV } PortKind;

/// Groups of audio ports.  Control ports have no group, because GStreamer counts every port of a
/// group as an audio channel.
typedef enum {
  PORT_GROUP_NONE,
  PORT_GROUP_AUDIO_IN,
  PORT_GROUP_AUDIO_OUT,
  PORT_GROUP_COUNT
} PortGroup;

typedef struct {
  Port port;
  PortKind kind;
  bool output;
  const char* symbol;
  const char* name;
  float low, high, init; ///< of control and CV ports
  unsigned flags;        ///< PORT_TOGGLED | ...
  const char* unit;
  PortGroup group;
  const char* points;
  const char* comment;
} PortInfo;

typedef struct {
  const char* uri;
  const char* name;
  const char* comment;
  unsigned n_ports;
} PluginInfo;

/// \return the description of \p kind; NULL if it is not below PLUGIN_COUNT
const PluginInfo* ports_plugin(PluginKind kind);

/// \return the plugin with the URI \p uri, or PLUGIN_COUNT.
PluginKind ports_plugin_find(const char* uri);

/// \return the port at \p index of a plugin; NULL if there is none
const PortInfo* ports_at(PluginKind kind, unsigned index);

/// \return a port's description; NULL if it is not below PORT_COUNT.
const PortInfo* ports_info(Port port);

/// \return the index of \p port in a plugin, or -1 if that plugin does not have it.
int ports_index(PluginKind kind, Port port);

#endif
