// SPDX-License-Identifier: GPL-3.0-or-later
// Readings as MIDI: controllers, and notes or programs for quadrants.
#include "plugin/midi_out.h"

#include <math.h>
#include <string.h>

#define NOTE_OFF 0x80u
#define NOTE_ON 0x90u
#define CONTROL_CHANGE 0xB0u
#define PROGRAM_CHANGE 0xC0u
#define VELOCITY 100u

/// A value must exceed its step's limit by a quarter of a step before the next one is sent.
#define HYSTERESIS 0.75f

void midi_init(MidiOut* m) {
  memset(m, 0, sizeof *m);
  for (unsigned i = 0; i < MIDI_OUT_CONTROLLERS; ++i)
    m->sent[i] = -1;
  m->note = m->quadrant = -1;
}

static bool end_note(MidiOut* m, MidiSend send, void* context) {
  if (m->note < 0) return true;
  const uint8_t off[3] = {(uint8_t)(NOTE_OFF | m->settings.channel), (uint8_t)m->note, 0};
  if (!send(context, off, 3)) return false;
  m->note = -1;
  return true;
}

void midi_set(MidiOut* m, const MidiSettings* settings, MidiSend send, void* context) {
  const MidiSettings* old = &m->settings;
  const bool events_changed = old->channel != settings->channel ||
                              old->events != settings->events || old->first != settings->first;
  if (events_changed) {
    if (!end_note(m, send, context)) return; // try again at the next block
    m->quadrant = -1;
  }
  for (unsigned i = 0; i < MIDI_OUT_CONTROLLERS; ++i)
    if (old->channel != settings->channel || old->controller[i] != settings->controller[i] ||
        old->fine != settings->fine)
      m->sent[i] = -1;
  m->settings = *settings;
}

static bool send_controller(const MidiOut* m, unsigned controller, bool fine, int value,
                            MidiSend send, void* context) {
  const uint8_t status = (uint8_t)(CONTROL_CHANGE | m->settings.channel);
  const uint8_t coarse[3] = {status, (uint8_t)controller,
                             (uint8_t)(fine ? (value >> 7) & 127 : value)};
  if (!send(context, coarse, 3)) return false;
  if (!fine) return true;
  // The coarse byte resets the fine one at the receiver (MIDI 1.0, p. 12): always send both.
  const uint8_t low[3] = {status, (uint8_t)(controller + 32), (uint8_t)(value & 127)};
  return send(context, low, 3);
}

static void tick_controller(MidiOut* m, unsigned i, float value, uint64_t now, MidiSend send,
                            void* context) {
  const unsigned controller = m->settings.controller[i];
  const bool fine = m->settings.fine && controller < 32;
  const float top = fine ? 16383.0f : 127.0f;
  const float unit = i < 2 ? (value + 1.0f) * 0.5f : value;
  // The middle of the plane is the middle controller value, 64 (8192): halves round up.
  const float x = fminf(fmaxf(unit, 0.0f), 1.0f) * top;
  const int step = (int)floorf(x + 0.5f);
  if (m->sent[i] >= 0) {
    if (step == m->sent[i] || fabsf(x - (float)m->sent[i]) < HYSTERESIS) return;
    if (now - m->sent_at[i] < m->settings.interval) return;
  }
  if (!send_controller(m, controller, fine, step, send, context)) return;
  m->sent[i] = step;
  m->sent_at[i] = now;
}

static void tick_quadrant(MidiOut* m, int quadrant, MidiSend send, void* context) {
  const MidiSettings* s = &m->settings;
  if (s->events == MIDI_EVENTS_OFF || quadrant == m->quadrant) return;
  if (s->events == MIDI_EVENTS_PROGRAMS) {
    const uint8_t program[2] = {(uint8_t)(PROGRAM_CHANGE | s->channel),
                                (uint8_t)(s->first + (unsigned)quadrant)};
    if (send(context, program, 2)) m->quadrant = quadrant;
    return;
  }
  if (!end_note(m, send, context)) return;
  if (quadrant > 0) {
    const int note = (int)s->first + quadrant - 1;
    const uint8_t on[3] = {(uint8_t)(NOTE_ON | s->channel), (uint8_t)note, VELOCITY};
    if (!send(context, on, 3)) return;
    m->note = note;
  }
  m->quadrant = quadrant;
}

void midi_tick(MidiOut* m, const float values[MIDI_OUT_CONTROLLERS], int quadrant, uint64_t now,
               MidiSend send, void* context) {
  for (unsigned i = 0; i < MIDI_OUT_CONTROLLERS; ++i)
    tick_controller(m, i, values[i], now, send, context);
  tick_quadrant(m, quadrant, send, context);
}
