// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The factory presets: a job each, as differences from the defaults.
///
/// The generator writes every setting of a preset (its value here, or the port's default), so that
/// a preset means the same whatever was set before.  Thread: constants only.
#ifndef CIRCUMPLEX_PRESETS_PRESETS_H
#define CIRCUMPLEX_PRESETS_PRESETS_H

#include "plugin/ports.h"

#define PRESET_MAX_SETTINGS 12

typedef struct {
  const char* id;
  const char* name;
  const char* comment;
  struct {
    Port port;
    float value;
  } settings[PRESET_MAX_SETTINGS]; ///< ends at the first PORT_CONTROL
} Preset;

static const Preset presets[] = {
    {"default",
     "Default",
     "Readings as the model gives them, gliding within half a second.",
     {{0}}},
    {"film-score",
     "Film Score",
     "For cues against picture: every pass reads the same from the start, quiet music counts, and "
     "the movement is a little enlarged.",
     {{PORT_RESPONSE, 1.5f},
      {PORT_VALENCE_RANGE, 1.3f},
      {PORT_AROUSAL_RANGE, 1.2f},
      {PORT_GATE, -70.0f},
      {PORT_TRANSPORT_RESET, 1.0f}}},
    {"live-set",
     "DJ and Live Set",
     "For a mix that never stops: the gate ignores a noisy room, the range suits dense material.",
     {{PORT_RESPONSE, 0.8f},
      {PORT_VALENCE_RANGE, 1.5f},
      {PORT_AROUSAL_RANGE, 1.5f},
      {PORT_AROUSAL_TRIM, -0.2f},
      {PORT_GATE, -45.0f}}},
    {"lighting",
     "Lighting",
     "Wide, lively movement for lamps and visuals; programs 0 to 4 follow the quadrants.",
     {{PORT_RESPONSE, 0.3f},
      {PORT_VALENCE_RANGE, 1.8f},
      {PORT_AROUSAL_RANGE, 1.8f},
      {PORT_MIDI_INTERVAL, 25.0f},
      {PORT_QUADRANT_EVENTS, 2.0f},
      {PORT_QUADRANT_FIRST, 0.0f},
      {PORT_CV_RANGE, 2.0f}}},
    {"gentle-automation",
     "Gentle Automation",
     "Slow and small, for parameters that should drift with the mood and never draw attention.",
     {{PORT_RESPONSE, 5.0f},
      {PORT_VALENCE_RANGE, 0.7f},
      {PORT_AROUSAL_RANGE, 0.7f},
      {PORT_MIDI_INTERVAL, 100.0f}}},
    {"fast-reaction",
     "Fast Reaction",
     "No glide: outputs jump to each reading, controllers follow at once.",
     {{PORT_RESPONSE, 0.0f},
      {PORT_VALENCE_RANGE, 1.3f},
      {PORT_AROUSAL_RANGE, 1.3f},
      {PORT_MIDI_INTERVAL, 10.0f}}},
    {"podcast-bed",
     "Podcast Bed",
     "For music under speech: a high gate rests between beds, and the outputs move slowly.",
     {{PORT_RESPONSE, 3.0f}, {PORT_AROUSAL_RANGE, 0.8f}, {PORT_GATE, -40.0f}}},
    {"calibration",
     "Calibration",
     "The bare reading, for comparing with the command line: no glide, no trim, the gate at -60 "
     "LUFS.",
     {{PORT_RESPONSE, 0.0f},
      {PORT_GATE, -60.0f},
      {PORT_TRANSPORT_RESET, 1.0f},
      {PORT_CC_14BIT, 1.0f},
      {PORT_MIDI_INTERVAL, 10.0f}}},
    {"write-lanes",
     "Write Lanes",
     "Writes valence and arousal as automation (Ardour: set both lanes to Write, then play).",
     {{PORT_RESPONSE, 0.0f}, {PORT_TRANSPORT_RESET, 1.0f}, {PORT_WRITE_LANES, 1.0f}}},
    {"play-lanes",
     "Play Lanes",
     "Outputs follow the edited lanes instead of the analysis.",
     {{PORT_RESPONSE, 0.2f}, {PORT_SOURCE, 1.0f}}},
};

#define PRESET_COUNT (sizeof presets / sizeof presets[0])

/// \return the value that a preset gives to an input.
static inline float preset_value(const Preset* preset, const PortInfo* info) {
  for (unsigned i = 0; i < PRESET_MAX_SETTINGS && preset->settings[i].port != PORT_CONTROL; i++)
    if (preset->settings[i].port == info->port) return preset->settings[i].value;
  return info->init;
}

/// \return whether presets set \p info: settings, not momentary switches or the host's own.
static inline bool preset_has(const PortInfo* info) {
  return info->kind == PORT_KIND_CONTROL && !info->output &&
         !(info->flags & (PORT_TRIGGER | PORT_HIDDEN | PORT_LANE)) && info->port != PORT_ENABLED &&
         info->port != PORT_HOLD;
}

#endif
