// SPDX-License-Identifier: GPL-3.0-or-later
// Implements run(): passes audio through, gives samples to the analysis, outputs readings when due.
#include "plugin/meter.h"

#include <math.h>
#include <string.h>

float meter_input(const Meter* m, Port port) {
  const MeterRange* range = &m->ranges[port];
  const float* value = m->ports[port];
  if (value && *value >= range->low && *value <= range->high) return *value;
  if (!value || !isfinite(*value)) return range->init;
  return *value < range->low ? range->low : range->high;
}

bool meter_input_on(const Meter* m, Port port) {
  return meter_input(m, port) > 0.5f;
}

unsigned meter_input_step(const Meter* m, Port port) {
  return (unsigned)(meter_input(m, port) + 0.5f);
}

static void output(Meter* m, Port port, float value) {
  float* out = m->ports[port];
  if (out) *out = value;
}

/// \return whether run() must do the analysis: offline rendering, or a host without a worker thread
static bool is_alone(const Meter* m) {
  return !m->schedule || atomic_load(&m->synchronous) || meter_input_on(m, PORT_FREEWHEEL);
}

/// Copy one channel to the output.  Do it before the samples are pushed: a store that crosses a page
/// waits until all stores past the cache (hop_buffer.c) before it are done.
static void copy(float* out, const float* in, uint32_t n) {
  if (out && out != in) memmove(out, in, n * sizeof *out);
}

static void pass_mono(Meter* m, uint32_t n) {
  const float* in = m->ports[PORT_IN];
  float* out = m->ports[PORT_OUT];
  static const float silence[METER_CHUNK];
  for (uint32_t i = 0; i < n; i += METER_CHUNK) {
    const uint32_t k = n - i < METER_CHUNK ? n - i : METER_CHUNK;
    const float* x = in ? in + i : silence;
    copy(out ? out + i : NULL, x, k);
    engine_queue_push(m->queue, x, x, k);
    notify_level(&m->notify, x, x, k);
  }
}

static void pass_stereo(Meter* m, uint32_t n) {
  static const float silence[METER_CHUNK];
  const float* in[2] = {m->ports[PORT_IN_L], m->ports[PORT_IN_R]};
  float* out[2] = {m->ports[PORT_OUT_L], m->ports[PORT_OUT_R]};
  float kept[2][METER_CHUNK];
  for (uint32_t i = 0; i < n; i += METER_CHUNK) {
    const uint32_t k = n - i < METER_CHUNK ? n - i : METER_CHUNK;
    const float* l = in[0] ? in[0] + i : silence;
    const float* r = in[1] ? in[1] + i : silence;
    if (out[0] == in[1] || out[1] == in[0]) { // an output would overwrite the other input
      l = memcpy(kept[0], l, k * sizeof *l);
      r = memcpy(kept[1], r, k * sizeof *r);
    }
    copy(out[0] ? out[0] + i : NULL, l, k);
    copy(out[1] ? out[1] + i : NULL, r, k);
    engine_queue_push(m->queue, l, r, k);
    notify_level(&m->notify, l, r, k);
  }
}

/// Send commands before the samples of this block.
static void send_commands(Meter* m, uint64_t now) {
  engine_queue_begin(m->queue);
  if (m->reset_due) {
    m->reset_due = false;
    engine_queue_reset(m->queue);
    output_schedule_reset(&m->output_schedule, now);
  }
  if (m->gate_due && engine_queue_set_gate(m->queue, m->gate)) m->gate_due = false;
  if (m->explain_due && engine_queue_set_explain(m->queue, m->explain)) m->explain_due = false;
}

static void read_settings(Meter* m) {
  const bool reset_on = meter_input_on(m, PORT_RESET);
  if (reset_on && !m->reset_was_on) m->reset_due = true;
  m->reset_was_on = reset_on;
  if (m->jump && meter_input_on(m, PORT_TRANSPORT_RESET)) m->reset_due = true;
  m->jump = false;
  const float gate = meter_input(m, PORT_GATE);
  if (gate != m->gate) {
    m->gate = gate;
    m->gate_due = true;
  }
}

static OutputScheduleSettings output_schedule_settings(const Meter* m) {
  return (OutputScheduleSettings){.enabled = meter_input_on(m, PORT_ENABLED),
                                  .hold = meter_input_on(m, PORT_HOLD),
                                  .lanes = meter_input_on(m, PORT_SOURCE),
                                  .response = meter_input(m, PORT_RESPONSE),
                                  .valence_trim = meter_input(m, PORT_VALENCE_TRIM),
                                  .valence_range = meter_input(m, PORT_VALENCE_RANGE),
                                  .arousal_trim = meter_input(m, PORT_AROUSAL_TRIM),
                                  .arousal_range = meter_input(m, PORT_AROUSAL_RANGE),
                                  .lane_valence = meter_input(m, PORT_LANE_VALENCE),
                                  .lane_arousal = meter_input(m, PORT_LANE_AROUSAL)};
}

static void wake(Meter* m) {
  const uint32_t token = 0;
  atomic_store(&m->caller, pthread_self());
  atomic_store(&m->calling, true);
  // If the host's queue is full, try again at the next block.
  m->wake_due = m->schedule->schedule_work(m->schedule->handle, sizeof token, &token) != 0;
  atomic_store(&m->calling, false);
}

static void analyse(Meter* m, uint32_t n) {
  const bool alone = is_alone(m);
  engine_queue_run(m->queue, n, alone);
  // Only once per hop, because waking the worker takes longer than all the rest of run().
  if (engine_queue_take_wake(m->queue) && (!alone || jobs_wanted(m->jobs))) m->wake_due = true;
  if (m->schedule && m->wake_due) wake(m);
}

/// Append the reading that has just taken effect to the history for the window.
static void remember(Meter* m) {
  const Estimate* e = &m->output_schedule.reading;
  const Readings shown = output_schedule_shown(&m->output_schedule);
  float v[PROTOCOL_FLOATS] = {0};
  memcpy(v, shown.value, sizeof shown.value);
  v[PROTOCOL_TIME] = (float)((double)m->output_schedule.next.position / m->rate);
  v[PROTOCOL_SETTLED] = e->settled;
  v[PROTOCOL_LOUDNESS] = e->loudness;
  v[PROTOCOL_HAS_CONTRIBUTIONS] = e->has_contributions ? 1.0f : 0.0f;
  for (unsigned i = 0; i < PROTOCOL_ENVELOPE; ++i)
    v[PROTOCOL_ENVELOPE_FIRST + i] = e->envelope[i];
  for (unsigned i = 0; i < CUE_COUNT; ++i)
    v[PROTOCOL_CUES_FIRST + i] = e->cues[i];
  for (unsigned i = 0; i < CUE_GROUP_COUNT && e->has_contributions; ++i) {
    v[PROTOCOL_TO_VALENCE_FIRST + i] = e->contributions.valence[i];
    v[PROTOCOL_TO_AROUSAL_FIRST + i] = e->contributions.arousal[i];
  }
  history_append(m->history, v, e->attention, e->attention_beyond, e->n_attention);
}

static void take_reading(Meter* m, uint64_t now, int64_t frame) {
  output_schedule_take(&m->output_schedule, now);
  remember(m);
  if (meter_input_on(m, PORT_WRITE_LANES)) {
    notify_automation(&m->notify, frame, PORT_LANE_VALENCE, m->output_schedule.target.valence);
    notify_automation(&m->notify, frame, PORT_LANE_AROUSAL, m->output_schedule.target.arousal);
  }
  // Network outputs are for live sound; an export would send minutes of readings in seconds.
  if (jobs_sending(m->jobs) && !is_alone(m)) {
    jobs_send(m->jobs, &m->output_schedule.target);
    m->wake_due = true;
  }
#ifdef CIRCUMPLEX_INLINE_DISPLAY
  inline_view_update(&m->view, &m->output_schedule);
#endif
}

static void tick(Meter* m, uint64_t now, int64_t frame) {
  output_schedule_tick(&m->output_schedule, now);
  if (m->output && m->output->tick) m->output->tick(m, now, frame);
}

/// Write the samples from..to of a block that began at \p start.
static void render(Meter* m, uint64_t start, uint64_t from, uint64_t to) {
  if (from < to && m->output && m->output->render)
    m->output->render(m, (size_t)(from - start), (size_t)(to - from));
}

/// Process all events of the block [start, end) in the order of time.
static void play(Meter* m, uint64_t start, uint64_t end) {
  uint64_t now = start;
  for (;;) {
    uint64_t due = UINT64_MAX;
    const bool reading = output_schedule_next(&m->output_schedule, m->queue, start, &due);
    const uint64_t next_tick = output_schedule_next_tick(&m->output_schedule);
    const bool is_reading = reading && due <= next_tick;
    uint64_t when = is_reading ? due : next_tick;
    if (when >= end) break;
    if (when < now) when = now;
    render(m, start, now, when);
    now = when;
    if (is_reading)
      take_reading(m, when, (int64_t)(when - start));
    else
      tick(m, when, (int64_t)(when - start));
  }
  render(m, start, now, end);
}

static void write_outputs(Meter* m, uint64_t last) {
  const OutputSchedule* t = &m->output_schedule;
  const GlidePoint point = glide_at(&t->glide, last);
  Readings shown = t->target;
  shown.valence = point.valence;
  shown.arousal = point.arousal;
  shown.quadrant = (float)t->quadrant;
  shown.late = (float)t->late;
  for (unsigned i = 0; i < READING_COUNT; ++i)
    output(m, (Port)(PORT_FIRST_READING + i), shown.value[i]);
}

void meter_process(Meter* m, uint32_t n) {
  const uint64_t start = engine_queue_position(m->queue), end = start + n;
  m->notify.out = notify_begin(m->ports[PORT_NOTIFY], &m->uris);
  if (m->output && m->output->begin) m->output->begin(m);
  meter_receive(m);
  m->frame += m->speed * (double)n;
  read_settings(m);
  send_commands(m, start);
  const OutputScheduleSettings settings = output_schedule_settings(m);
  output_schedule_set(&m->output_schedule, &settings, start);

  if (m->kind == PLUGIN_MONO)
    pass_mono(m, n);
  else
    pass_stereo(m, n);
  analyse(m, n);
  play(m, start, end);
  if (n > 0) write_outputs(m, end - 1);

  if (jobs_status(m->jobs, &m->status)) {
    m->notify.status_due = true;
    if (m->notify.open) m->notify.properties_due = NOTIFY_ALL_PROPERTIES;
  }
  const float* valence = m->ports[PORT_VALENCE];
  const float* arousal = m->ports[PORT_AROUSAL];
  const NotifyOutputs outputs = {.held = settings.hold,
                                 .bypassed = !settings.enabled,
                                 .valence = valence ? *valence : 0.0f,
                                 .arousal = arousal ? *arousal : 0.0f};
  notify_finish(&m->notify, n > 0 ? (int64_t)n - 1 : 0, end, m->rate, m->history, &m->status,
                &outputs);
}
