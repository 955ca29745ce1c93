// SPDX-License-Identifier: GPL-3.0-or-later
// Turns readings into output values at fixed times.
#include "plugin/output_schedule.h"

#include "affect/quadrant.h"

#include <math.h>
#include <string.h>

// Radii at which a point becomes neutral and stops being neutral.
#define NEUTRAL_ENTER (QUADRANT_NEUTRAL_RADIUS - 0.02f)
#define NEUTRAL_LEAVE (QUADRANT_NEUTRAL_RADIUS + 0.02f)
#define AXIS_MARGIN 0.03f ///< how far past an axis the quadrant changes

GlidePoint glide_at(const Glide* g, uint64_t now) {
  if (g->tau <= 0.0f) return g->to;
  const float rest = expf(-(float)(now - g->start) / g->tau);
  return (GlidePoint){g->to.valence + (g->from.valence - g->to.valence) * rest,
                      g->to.arousal + (g->from.arousal - g->to.arousal) * rest};
}

static void glide_to(Glide* g, GlidePoint to, float tau, uint64_t now) {
  *g = (Glide){.from = glide_at(g, now), .to = to, .start = now, .tau = tau};
}

int quadrant_next(int quadrant, float valence, float arousal) {
  const float square = valence * valence + arousal * arousal; // radius squared
  if (quadrant == 0) {
    if (square < NEUTRAL_LEAVE * NEUTRAL_LEAVE) return 0;
    return (int)quadrant_of(valence, arousal);
  }
  if (square < NEUTRAL_ENTER * NEUTRAL_ENTER) return 0;
  const bool was_right = quadrant == 1 || quadrant == 4, was_up = quadrant <= 2;
  const bool right = valence > (was_right ? -AXIS_MARGIN : AXIS_MARGIN);
  const bool up = arousal > (was_up ? -AXIS_MARGIN : AXIS_MARGIN);
  if (right) return up ? 1 : 4;
  return up ? 2 : 3;
}

static float affine(float value, float range, float trim) {
  const float v = value * range + trim;
  return v < -1.0f ? -1.0f : v > 1.0f ? 1.0f : v;
}

/// \return the values of the outputs without a reading
static Readings neutral(const OutputSchedule* t, EngineState state) {
  Readings r = readings_at_rest();
  r.state = (float)state;
  r.latency = (float)((double)t->delay * 1000.0 / t->rate);
  r.late = (float)t->late;
  return r;
}

Readings output_schedule_shown(const OutputSchedule* t) {
  Readings out = neutral(t, ENGINE_SETTLING);
  if (!t->have_reading) return out;
  const OutputScheduleSettings* s = &t->settings;
  const Readings heard = engine_readings(&t->reading);
  const float latency = out.latency, late = out.late;
  out = heard;
  out.latency = latency;
  out.late = late;
  const float most = reading_info(READING_VALENCE_SPREAD)->high;
  out.valence_spread = fminf(heard.valence_spread * s->valence_range, most);
  out.arousal_spread = fminf(heard.arousal_spread * s->arousal_range, most);
  // Samples far beyond full scale could exceed the port's range.
  out.loudness_short = fminf(heard.loudness_short, reading_info(READING_LOUDNESS_SHORT)->high);
  out.song_valence = affine(heard.song_valence, s->valence_range, s->valence_trim);
  out.song_arousal = affine(heard.song_arousal, s->arousal_range, s->arousal_trim);
  if (t->reading.state != ENGINE_SILENT) { // trim and range do not apply in silence
    out.valence = affine(heard.valence, s->valence_range, s->valence_trim);
    out.arousal = affine(heard.arousal, s->arousal_range, s->arousal_trim);
  }
  return out;
}

/// Compute the outputs' targets, and glide there from \p now.
static void retarget(OutputSchedule* t, uint64_t now) {
  const OutputScheduleSettings* s = &t->settings;
  if (s->enabled && s->hold) return;
  const int quadrant = (int)t->target.quadrant;
  if (!s->enabled) {
    t->target = neutral(t, ENGINE_SILENT);
  } else {
    t->target = output_schedule_shown(t);
    if (s->lanes) {
      t->target.valence = s->lane_valence;
      t->target.arousal = s->lane_arousal;
    }
  }
  glide_to(&t->glide, (GlidePoint){t->target.valence, t->target.arousal},
           s->response * (float)t->rate, now);
  t->target.quadrant = (float)quadrant_next(quadrant, t->target.valence, t->target.arousal);
}

void output_schedule_init(OutputSchedule* t, double rate) {
  memset(t, 0, sizeof *t);
  t->rate = rate;
  t->delay = (uint64_t)ceil(rate * OUTPUT_DELAY_SECONDS);
  t->settings = (OutputScheduleSettings){
      .enabled = true, .response = 0.5f, .valence_range = 1.0f, .arousal_range = 1.0f};
  t->target = neutral(t, ENGINE_SETTLING);
}

void output_schedule_reset(OutputSchedule* t, uint64_t now) {
  t->base = now;
  t->ticks = 0;
  t->have_next = t->have_reading = false;
  t->target = neutral(t, ENGINE_SETTLING);
  t->glide = (Glide){.start = now};
  t->quadrant = 0;
  retarget(t, now);
}

void output_schedule_set(OutputSchedule* t, const OutputScheduleSettings* settings, uint64_t now) {
  const OutputScheduleSettings old = t->settings;
  if (old.enabled == settings->enabled && old.hold == settings->hold &&
      old.lanes == settings->lanes && old.response == settings->response &&
      old.valence_trim == settings->valence_trim && old.valence_range == settings->valence_range &&
      old.arousal_trim == settings->arousal_trim && old.arousal_range == settings->arousal_range &&
      (!settings->lanes ||
       (old.lane_valence == settings->lane_valence && old.lane_arousal == settings->lane_arousal)))
    return;
  t->settings = *settings;
  if (settings->hold && !old.hold) {
    glide_to(&t->glide, glide_at(&t->glide, now), 0.0f, now);
    t->target.valence = t->glide.to.valence;
    t->target.arousal = t->glide.to.arousal;
  }
  retarget(t, now);
}

bool output_schedule_next(OutputSchedule* t, EngineQueue* queue, uint64_t now, uint64_t* due) {
  if (!t->have_next) {
    if (!engine_queue_pop(queue, &t->next)) return false;
    t->have_next = true;
    if (t->next.position + t->delay < now) t->late++;
  }
  *due = t->next.position + t->delay;
  if (*due < now) *due = now;
  return true;
}

void output_schedule_take(OutputSchedule* t, uint64_t now) {
  t->reading = t->next.estimate;
  t->have_reading = true;
  t->have_next = false;
  retarget(t, now);
}

uint64_t output_schedule_next_tick(const OutputSchedule* t) {
  return t->base + (uint64_t)((double)t->ticks * (t->rate * OUTPUT_TICK_SECONDS));
}

void output_schedule_tick(OutputSchedule* t, uint64_t now) {
  ++t->ticks;
  const GlidePoint point = glide_at(&t->glide, now);
  t->quadrant = quadrant_next(t->quadrant, point.valence, point.arousal);
}
