// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Readings as MIDI: controllers with hysteresis and a rate limit, notes or programs for quadrants.
///
/// It does not use LV2; messages go to a callback.  It runs on the output schedule's grid, so that
/// messages are sample-accurate and do not depend on the block size.  Thread: audio thread;
/// real-time safe.
#ifndef CIRCUMPLEX_PLUGIN_MIDI_OUT_H
#define CIRCUMPLEX_PLUGIN_MIDI_OUT_H

#include <stdbool.h>
#include <stdint.h>

#define MIDI_OUT_CONTROLLERS 3 ///< valence, arousal, confidence

typedef enum { MIDI_EVENTS_OFF, MIDI_EVENTS_NOTES, MIDI_EVENTS_PROGRAMS } MidiEvents;

typedef struct {
  unsigned channel;                          ///< 0..15
  unsigned controller[MIDI_OUT_CONTROLLERS]; ///< 0..119
  bool fine;                                 ///< 14-bit pairs for controllers below 32
  uint64_t interval;                         ///< fewest samples between messages of a controller
  MidiEvents events;
  unsigned first; ///< note of Q1 or program of neutral, 0..123
} MidiSettings;

typedef struct {
  MidiSettings settings;
  bool started;
  int sent[MIDI_OUT_CONTROLLERS]; ///< last value, -1 before the first
  uint64_t sent_at[MIDI_OUT_CONTROLLERS];
  int note;     ///< the note that is on, -1 for none
  int quadrant; ///< last one sent, -1 before the first
} MidiOut;

/// \return false if there was no space; the message is sent again later
typedef bool (*MidiSend)(void* context, const uint8_t* message, uint32_t size);

void midi_init(MidiOut* m);

/// Set new settings.  A note that is on in the old channel is ended through \p send.
void midi_set(MidiOut* m, const MidiSettings* settings, MidiSend send, void* context);

/// Send what has changed by stream position \p now.
/// \param values valence, arousal (-1..1) and confidence (0..1)
void midi_tick(MidiOut* m, const float values[MIDI_OUT_CONTROLLERS], int quadrant, uint64_t now,
               MidiSend send, void* context);

#endif
