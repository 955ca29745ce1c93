// SPDX-License-Identifier: GPL-3.0-or-later
// The state of the meter's window.
#include "gui/meter/view_model.h"

#include "affect/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EASE_SECONDS 0.05 // smooths the 25 Hz steps of the outputs
#define TRAIL_STEPS 4     // points of the trail in a hop

MeterView* meter_view_new(void) {
  MeterView* view = calloc(1, sizeof *view);
  if (!view) return NULL;
  view->pinned = view->look = -1;
  view->span = METER_SPAN;
  session_init(&view->session);
  view->has_setting[METER_SETTING_OSC] = view->has_setting[METER_SETTING_OSC_NAME] = true;
  snprintf(view->osc_name, sizeof view->osc_name, "meter");
  view->word = -1;
  view->trail_seconds = METER_TRAIL_DEFAULT;
  view->response = 0.5f;
  for (int i = 0; i < CUE_GROUP_COUNT; ++i)
    view->order[i] = (CueGroup)i;
  view->damage = METER_DAMAGE_ALL;
  return view;
}

void meter_view_free(MeterView* view) {
  free(view);
}

const MeterRecord* meter_view_record(const MeterView* view, size_t i) {
  if (i >= view->count) return NULL;
  return &view->records[(view->start + i) % METER_HISTORY];
}

const MeterRecord* meter_view_newest(const MeterView* view) {
  return view->count ? meter_view_record(view, view->count - 1) : NULL;
}

double meter_view_age(const MeterView* view, const MeterRecord* record) {
  const MeterRecord* newest = meter_view_newest(view);
  return newest ? (double)(newest->index - record->index) * METER_STEP : 0.0;
}

const MeterRecord* meter_view_at(const MeterView* view, double age) {
  const MeterRecord* newest = meter_view_newest(view);
  if (!newest || !(age > -0.5 * METER_STEP)) return NULL;
  const double back = floor(age / METER_STEP + 0.5);
  if (back >= (double)view->count) return NULL;
  // Records are consecutive, so the position follows from the age.
  return meter_view_record(view, view->count - 1 - (size_t)back);
}

static const MeterRecord* find_index(const MeterView* view, int64_t index) {
  const MeterRecord* newest = meter_view_newest(view);
  if (!newest || index < 0 || index > newest->index) return NULL;
  const uint64_t back = (uint64_t)(newest->index - index);
  return back < view->count ? meter_view_record(view, view->count - 1 - (size_t)back) : NULL;
}

const MeterRecord* meter_view_attending(const MeterView* view) {
  const MeterRecord* pinned = find_index(view, view->pinned);
  return pinned ? pinned : meter_view_newest(view);
}

static double weight_at(const MeterRecord* row, const uint8_t* bytes, double age) {
  const double back = floor(age / METER_STEP + 0.5);
  if (!(back >= 0.0) || back >= (double)row->weights) return 0.0;
  return (double)bytes[METER_WINDOW - 1 - (size_t)back] * (double)row->weight_unit;
}

double meter_view_weight(const MeterRecord* row, double age) {
  return weight_at(row, row->attention, age);
}

double meter_view_beyond(const MeterRecord* row, double age) {
  return weight_at(row, row->beyond, age);
}

double meter_view_times_usual(const MeterRecord* row, double age) {
  const double weight = meter_view_weight(row, age);
  const double usual = weight - meter_view_beyond(row, age);
  if (weight <= usual || weight <= 0.0) return 1.0;
  return fmin(weight / fmax(usual, 0.5 * (double)row->weight_unit), 99.0);
}

static bool is_heard(const MeterRecord* record) {
  return record->sound != METER_SOUND_SILENT;
}

// Compute the smoothing of the outputs again: y follows each reading with time constant `response`.
static void build_trail(MeterView* view) {
  view->trail_count = 0;
  const size_t hops = (size_t)(view->trail_seconds / METER_STEP) + 1;
  const size_t first = view->count > hops ? view->count - hops : 0;
  const double keep =
      view->response > 0.005f ? exp(-METER_STEP / TRAIL_STEPS / (double)view->response) : 0.0;
  bool joined = false;
  double y[2] = {0.0, 0.0};
  for (size_t i = first; i + 1 < view->count; ++i) {
    const MeterRecord* record = meter_view_record(view, i);
    if (!is_heard(record)) {
      joined = false;
      continue;
    }
    const double x[2] = {(double)record->valence, (double)record->arousal};
    if (!joined) y[0] = x[0], y[1] = x[1];
    for (int step = 0; step < TRAIL_STEPS; ++step) {
      y[0] = x[0] + keep * (y[0] - x[0]);
      y[1] = x[1] + keep * (y[1] - x[1]);
      if (view->trail_count == METER_TRAIL_POINTS) return;
      const double age = meter_view_age(view, record) - METER_STEP * (step + 1) / TRAIL_STEPS;
      view->trail[view->trail_count++] = (PlanePoint){y[0], y[1], age, !joined};
      joined = true;
    }
  }
}

static double contribution_size(const MeterView* view, CueGroup group) {
  double sum = 0.0;
  for (double age = 0.0; age < METER_ORDER_SECONDS; age += METER_STEP) {
    const MeterRecord* r = meter_view_at(view, age);
    if (!r) break;
    if (!r->explained) continue;
    sum += fabs((double)r->contributions[0][group]) + fabs((double)r->contributions[1][group]);
  }
  return sum;
}

// Largest first; rows change places only if one is clearly larger, so that they do not flicker.
static void rank_contributions(MeterView* view) {
  for (int i = 1; i < CUE_GROUP_COUNT; ++i) {
    for (int k = i; k > 0; --k) {
      const CueGroup here = view->order[k];
      if (contribution_size(view, here) <= 1.15 * contribution_size(view, view->order[k - 1]))
        break;
      view->damage |= METER_DAMAGE_CUES;
      view->order[k] = view->order[k - 1];
      view->order[k - 1] = here;
    }
  }
}

// Compute the state from the newest record and the last level.
static void update_state(MeterView* view) {
  const MeterRecord* newest = meter_view_newest(view);
  const MeterState before = view->state;
  const bool outside_before = view->outside;
  if (view->has_level && view->bypassed) {
    view->state = METER_BYPASSED;
  } else if (!newest) {
    view->state = !view->has_model && view->message[0] ? METER_NO_MODEL : METER_WAITING;
  } else if (!view->has_model && view->message[0]) {
    view->state = METER_NO_MODEL;
  } else {
    view->state = newest->sound == METER_SOUND_SILENT     ? METER_SILENT
                  : newest->sound == METER_SOUND_SETTLING ? METER_SETTLING
                                                          : METER_LIVE;
  }
  view->outside = view->state == METER_LIVE && words_outside(view->outside, newest->confidence);
  if (view->state != before || view->outside != outside_before) view->damage |= METER_DAMAGE_ALL;
  const int doubt = newest ? words_doubt(view->doubt, newest->confidence) : 0;
  if (doubt != view->doubt) view->damage |= METER_DAMAGE_READING | METER_DAMAGE_POINT;
  view->doubt = doubt;
}

static void set_target(MeterView* view, double valence, double arousal) {
  view->target_valence = fmin(fmax(valence, -1.0), 1.0);
  view->target_arousal = fmin(fmax(arousal, -1.0), 1.0);
}

static void name_reading(MeterView* view) {
  view->word = words_nearest_in(view->words, (float)view->target_valence,
                                (float)view->target_arousal, view->word);
}

// Make room for a record: drop the one that it replaces; after a gap or a step back drop all,
// because older records are then not on this time axis.
static void make_room(MeterView* view, const MeterRecord* record) {
  const MeterRecord* newest = meter_view_newest(view);
  if (newest && record->index != newest->index + 1) {
    // The same moment sent again, or another one after a reset?
    const MeterRecord* same = find_index(view, record->index);
    if (same && fabs(same->time - record->time) < 0.01) {
      view->count -= (size_t)(newest->index - record->index + 1);
    } else {
      view->count = 0;
      view->start = 0;
      view->pinned = -1;
      session_restart(&view->session);
    }
  }
  if (view->count == METER_HISTORY) {
    view->start = (view->start + 1) % METER_HISTORY;
    --view->count;
  }
}

void meter_view_push(MeterView* view, const MeterRecord* record, bool replay) {
  const bool pinned = view->pinned >= 0;
  make_room(view, record);
  session_add(&view->session, record->index, record->sound != METER_SOUND_SILENT,
              record->sound == METER_SOUND_SETTLING ? (double)record->settled : 1.0,
              (double)record->valence, (double)record->arousal, (double)record->confidence);
  MeterRecord* kept = &view->records[(view->start + view->count++) % METER_HISTORY];
  *kept = *record;
  kept->mood = color_mood((double)kept->valence, (double)kept->arousal);
  if (!replay && kept->late > view->late) view->late_until = view->now + METER_LATE_SECONDS;
  view->late = kept->late;
  if (!find_index(view, view->pinned)) view->pinned = -1;
  view->has_model = true;
  if (!view->has_level) {
    set_target(view, (double)kept->valence, (double)kept->arousal);
    name_reading(view);
  }
  rank_contributions(view);
  build_trail(view);
  update_state(view);
  // The line above the rows shows the pinned moment's age, a note the moment under the pointer.
  if (pinned || view->hovering) view->damage |= METER_DAMAGE_TIMELINE;
  view->damage |= METER_DAMAGE_POINT | METER_DAMAGE_TRAIL | METER_DAMAGE_ROWS |
                  METER_DAMAGE_READING | METER_DAMAGE_BARS | METER_DAMAGE_STATUS;
}

void meter_view_level(MeterView* view, double valence, double arousal, bool held, bool bypassed) {
  const bool first = !view->has_level;
  if (held != view->held) view->damage |= METER_DAMAGE_ALL;
  view->has_level = true;
  view->bypassed = bypassed;
  view->held = held;
  set_target(view, valence, arousal);
  if (first) {
    view->valence = view->target_valence;
    view->arousal = view->target_arousal;
    view->damage |= METER_DAMAGE_POINT | METER_DAMAGE_READING;
  }
  name_reading(view);
  update_state(view);
}

static bool copy(char* to, size_t size, const char* from) {
  if (!from || strcmp(to, from) == 0) return false;
  snprintf(to, size, "%s", from);
  return true;
}

void meter_view_status(MeterView* view, const char* path, const char* name, const char* message,
                       const char* osc) {
  bool changed = copy(view->model_path, sizeof view->model_path, path);
  changed = copy(view->model, sizeof view->model, name) || changed;
  changed = copy(view->message, sizeof view->message, message) || changed;
  changed = copy(view->osc, sizeof view->osc, osc) || changed;
  if (name) view->has_model = name[0] != '\0';
  update_state(view);
  if (changed) view->damage |= METER_DAMAGE_STATUS | METER_DAMAGE_CONTROLS | METER_DAMAGE_GROUND;
}

void meter_view_set_setting(MeterView* view, MeterSetting setting, float value) {
  view->has_setting[setting] = true;
  view->settings[setting] = value;
  if (view->overlay == METER_OVERLAY_OUTPUTS) view->damage = METER_DAMAGE_ALL;
}

void meter_view_set_osc_name(MeterView* view, const char* name) {
  if (copy(view->osc_name, sizeof view->osc_name, name)) view->damage |= METER_DAMAGE_STATUS;
}

void meter_view_set_waiting(MeterView* view, bool waiting) {
  if (waiting == view->waiting) return;
  view->waiting = waiting;
  if (waiting) meter_view_notice(view, "This session would send to another machine: O shows where");
  view->damage = METER_DAMAGE_ALL;
}

void meter_view_set_overlay(MeterView* view, MeterOverlay overlay) {
  view->overlay = view->overlay == overlay ? METER_OVERLAY_NONE : overlay;
  view->overlay_row = 0;
  view->editing = false;
  view->damage = METER_DAMAGE_ALL;
}

void meter_view_notice(MeterView* view, const char* notice) {
  snprintf(view->notice, sizeof view->notice, "%s", notice);
  view->notice_until = view->now + METER_NOTICE_SECONDS;
  view->damage = METER_DAMAGE_ALL;
}

void meter_view_set_words(MeterView* view, const WordTable* words) {
  view->words = words;
  view->word = -1;
  name_reading(view);
  view->damage |= METER_DAMAGE_ALL;
}

void meter_view_set_response(MeterView* view, float seconds) {
  if (!(seconds >= 0.0f) || fabsf(seconds - view->response) < 1e-6f) return;
  view->response = seconds;
  build_trail(view);
  view->damage |= METER_DAMAGE_CONTROLS | METER_DAMAGE_TRAIL;
}

void meter_view_set_hold(MeterView* view, bool hold) {
  if (hold == view->hold) return;
  view->hold = hold;
  view->damage |= METER_DAMAGE_CONTROLS;
}

void meter_view_set_trail(MeterView* view, double seconds) {
  seconds = fmin(fmax(seconds, METER_TRAIL_MIN), METER_TRAIL_MAX);
  if (fabs(seconds - view->trail_seconds) < 1e-9) return;
  view->trail_seconds = seconds;
  build_trail(view);
  view->damage |= METER_DAMAGE_CONTROLS | METER_DAMAGE_TRAIL;
}

void meter_view_tick(MeterView* view, double now) {
  const double dt = fmin(fmax(now - view->now, 0.0), 1.0);
  const bool was_late = meter_view_is_late(view);
  view->now = now;
  if (view->notice[0] && now > view->notice_until) {
    view->notice[0] = '\0';
    view->damage = METER_DAMAGE_ALL;
  }
  if (was_late && !meter_view_is_late(view))
    view->damage |= METER_DAMAGE_STATUS | METER_DAMAGE_READING;
  const double dv = view->target_valence - view->valence;
  const double da = view->target_arousal - view->arousal;
  if (fabs(dv) + fabs(da) < 1e-12) return;
  const int v = (int)lround(view->valence * 100.0);
  const int a = (int)lround(view->arousal * 100.0);
  // Exponential approach, which never passes the target.
  const double share = fabs(dv) + fabs(da) < 5e-4 ? 1.0 : 1.0 - exp(-dt / EASE_SECONDS);
  view->valence += share * dv;
  view->arousal += share * da;
  view->damage |= METER_DAMAGE_POINT;
  if (v != (int)lround(view->valence * 100.0) || a != (int)lround(view->arousal * 100.0)) {
    view->damage |= METER_DAMAGE_READING;
  }
}

void meter_view_hover(MeterView* view, double age) {
  const bool hovering =
      age >= 0.0 &&
      (meter_view_at(view, age) || (view->span > METER_SPAN && session_at(&view->session, age)));
  if (hovering == view->hovering && (!hovering || fabs(age - view->hover) < 1e-9)) return;
  view->hovering = hovering;
  view->hover = hovering ? age : 0.0;
  view->damage |= METER_DAMAGE_TIMELINE;
}

void meter_view_pin(MeterView* view) {
  view->damage |= METER_DAMAGE_TIMELINE;
  if (view->span > METER_SPAN) {
    const bool same = view->look >= 0 && !view->hovering;
    view->look = view->hovering && !same ? (int64_t)view->session.end - 1 -
                                               (int64_t)floor(view->hover / SESSION_STEP + 0.5)
                                         : -1;
    view->damage |= METER_DAMAGE_POINT | METER_DAMAGE_GROUND;
  } else if (view->pinned >= 0) {
    view->pinned = -1;
  } else if (view->hovering) {
    const MeterRecord* record = meter_view_at(view, view->hover);
    view->pinned = record ? record->index : -1;
  }
}

void meter_view_zoom(MeterView* view, int direction) {
  static const double spans[] = {METER_SPAN, 300.0, 900.0, 3600.0, 7200.0};
  enum { SPANS = sizeof spans / sizeof spans[0] };
  int at = 0;
  while (at + 1 < SPANS && spans[at] < view->span - 0.5)
    ++at;
  at += direction;
  if (at < 0 || at >= SPANS) return;
  view->span = spans[at];
  view->look = -1;
  view->hovering = false;
  view->damage = METER_DAMAGE_ALL;
}

bool meter_view_looked(const MeterView* view, double* age) {
  if (view->look < 0) return false;
  *age = (double)((int64_t)view->session.end - 1 - view->look) * SESSION_STEP;
  return session_at(&view->session, *age) != NULL;
}

void meter_view_compare(MeterView* view) {
  double age;
  const SessionPoint* p = meter_view_looked(view, &age) ? session_at(&view->session, age) : NULL;
  view->damage = METER_DAMAGE_ALL;
  view->has_reference = !view->has_reference && (p || view->state == METER_LIVE);
  if (!view->has_reference) return;
  view->reference_valence = p ? p->valence / 1000.0 : view->valence;
  view->reference_arousal = p ? p->arousal / 1000.0 : view->arousal;
}

unsigned meter_view_damage(MeterView* view) {
  const unsigned damage = view->damage;
  view->damage = 0;
  return damage;
}

bool meter_view_is_late(const MeterView* view) {
  return view->now < view->late_until;
}

const char* meter_view_state_name(const MeterView* view) {
  static const char* const names[] = {"waiting", "no model", "bypassed",
                                      "silent",  "settling", "live"};
  if (view->state == METER_LIVE || view->state == METER_SETTLING) {
    if (view->held) return "held";
    if (view->outside) return "out of domain";
  }
  return names[view->state];
}
