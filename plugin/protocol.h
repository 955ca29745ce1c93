// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The messages between the plugin and its window; all go through atom ports.
///
/// Window to plugin (control port):
/// - Open {version Int}: a window has opened.  It gets the history, then estimates and levels.
/// - Close {}: the window has closed; nothing more is sent.
/// - Explain {on Bool}: compute the cue groups' contributions, or stop.
/// - Reset {}: forget everything heard.
/// - Confirm {}: allow the session to send to other machines (Status.waiting).
/// - patch:Set {property, value}, patch:Get {property}: the properties of plugin/properties.h.
///
/// Plugin to window (notify port):
/// - Estimates {first Long, count Int, values Vector<Float>, attention Chunk}: `count` consecutive
///   estimates from index `first`.  `values` has count * PROTOCOL_FLOATS floats in the order of
///   ProtocolField.  `attention` has count * PROTOCOL_ATTENTION bytes: PROTOCOL_WINDOW weights,
///   oldest first, the current one last; then for each weight by how much it exceeds the usual
///   weight of its age; all in units of the record's PROTOCOL_ATTENTION_UNIT.
/// - Level {values Vector<Float>}: at most 25 Hz, PROTOCOL_LEVEL_FLOATS floats (ProtocolLevel).
/// - Status {model Path|String, modelName String, message String, osc String, waiting Bool}: on
///   change and on Open.  `waiting`: the session would send to another machine; it does not send
///   until the user confirms.
/// - patch:Set for writable properties.
///
/// Object and property URIs are PROTOCOL_NS followed by the names above.
#ifndef CIRCUMPLEX_PLUGIN_PROTOCOL_H
#define CIRCUMPLEX_PLUGIN_PROTOCOL_H

#include "dsp/cues.h"
#include "inference/readings.h"

#define CIRCUMPLEX_URI_METER "urn:circumplex:meter"
#define CIRCUMPLEX_URI_MONO "urn:circumplex:meter-mono"
#define CIRCUMPLEX_URI_MIDI "urn:circumplex:meter-midi"
#define CIRCUMPLEX_URI_CV "urn:circumplex:meter-cv"
#define CIRCUMPLEX_URI_UI "urn:circumplex:ui"

#define PROTOCOL_NS "urn:circumplex:protocol#"
#define PROTOCOL_VERSION 2
#define PROTOCOL_WINDOW 120                      ///< attention weights in a record
#define PROTOCOL_ATTENTION (2 * PROTOCOL_WINDOW) ///< attention bytes in a record
#define PROTOCOL_HISTORY 1200 ///< estimates that the plugin keeps and replays: 10 minutes
#define PROTOCOL_ENVELOPE 12  ///< coarse mel bands, mean dB re slow loudness, low to high

/// One estimate's floats.
typedef enum {
// The readings, as the control outputs show them at response 0 (trim and range applied).
#define X(id, ...) PROTOCOL_##id,
  READINGS_LIST(X)
#undef X
      PROTOCOL_TIME,          ///< seconds of audio since activation, at the hop's end
  PROTOCOL_SETTLED,           ///< 0..1
  PROTOCOL_LOUDNESS,          ///< momentary, LUFS
  PROTOCOL_ATTENTION_COUNT,   ///< weights in use, 0..PROTOCOL_WINDOW (the last ones of the record)
  PROTOCOL_ATTENTION_UNIT,    ///< weight of one attention byte step
  PROTOCOL_HAS_CONTRIBUTIONS, ///< 1 if the contributions are computed
  PROTOCOL_ENVELOPE_FIRST,
  PROTOCOL_CUES_FIRST = PROTOCOL_ENVELOPE_FIRST + PROTOCOL_ENVELOPE,
  PROTOCOL_TO_VALENCE_FIRST = PROTOCOL_CUES_FIRST + CUE_COUNT,
  PROTOCOL_TO_AROUSAL_FIRST = PROTOCOL_TO_VALENCE_FIRST + CUE_GROUP_COUNT,
  PROTOCOL_FLOATS = PROTOCOL_TO_AROUSAL_FIRST + CUE_GROUP_COUNT
} ProtocolField;

/// The floats of a Level message.
typedef enum {
  PROTOCOL_LEVEL_PEAK,     ///< dBFS of the last interval
  PROTOCOL_LEVEL_RMS,      ///< dBFS of the last interval
  PROTOCOL_LEVEL_HELD,     ///< 1 while hold is on
  PROTOCOL_LEVEL_BYPASSED, ///< 1 while not enabled
  PROTOCOL_LEVEL_VALENCE,  ///< the smoothed output as the control port shows it
  PROTOCOL_LEVEL_AROUSAL,
  PROTOCOL_LEVEL_FLOATS
} ProtocolLevel;

#endif
