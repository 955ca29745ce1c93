// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The MIDI plugin's output: reads its settings from control inputs, and sends its messages
/// (midi_out.h) through the notify port.
#include "plugin/meter.h"

/// Where a message goes.
typedef struct {
  Meter* meter;
  int64_t frame;
} Context;

static bool send(void* context, const uint8_t* message, uint32_t size) {
  const Context* c = context;
  return notify_append(&c->meter->notify.out, c->frame, c->meter->uris.midi_event, message, size);
}

static void init(Meter* m) {
  midi_init(&m->midi);
}

static void begin(Meter* m) {
  const MidiSettings s = {
      .channel = meter_input_step(m, PORT_MIDI_CHANNEL) - 1,
      .controller = {meter_input_step(m, PORT_CC_VALENCE), meter_input_step(m, PORT_CC_AROUSAL),
                     meter_input_step(m, PORT_CC_CONFIDENCE)},
      .fine = meter_input_on(m, PORT_CC_14BIT),
      .interval = (uint64_t)(meter_input(m, PORT_MIDI_INTERVAL) * m->rate / 1000.0),
      .events = (MidiEvents)meter_input_step(m, PORT_QUADRANT_EVENTS),
      .first = meter_input_step(m, PORT_QUADRANT_FIRST)};
  Context context = {m, 0};
  midi_set(&m->midi, &s, send, &context);
}

static void tick(Meter* m, uint64_t now, int64_t frame) {
  const OutputSchedule* t = &m->output_schedule;
  const GlidePoint point = glide_at(&t->glide, now);
  const float values[MIDI_OUT_CONTROLLERS] = {point.valence, point.arousal, t->target.confidence};
  Context context = {m, frame};
  midi_tick(&m->midi, values, t->quadrant, now, send, &context);
}

const PortOutput midi_port_output = {PLUGIN_MIDI, init, begin, tick, NULL};
