// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the window knows: see view_model.h.
#include "gui/meter/view_model.h"

#include "affect/words.h"
#include "inference/engine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EASE_SECONDS 0.05 // smooths the 25 Hz steps of the outputs
#define TRAIL_STEPS 4     // points of the trail in a hop

ViewModel* view_new(void) {
  ViewModel* view = calloc(1, sizeof *view);
  if (!view) return NULL;
  view->pinned = -1;
  view->word = -1;
  view->trail_seconds = VIEW_TRAIL_DEFAULT;
  view->response = 0.5f;
  view->damage = VIEW_DAMAGE_ALL;
  return view;
}

void view_free(ViewModel* view) {
  free(view);
}

const ViewRecord* view_record(const ViewModel* view, size_t i) {
  if (i >= view->count) return NULL;
  return &view->records[(view->start + i) % PROTOCOL_HISTORY];
}

const ViewRecord* view_newest(const ViewModel* view) {
  return view->count ? view_record(view, view->count - 1) : NULL;
}

double view_age(const ViewModel* view, const ViewRecord* record) {
  const ViewRecord* newest = view_newest(view);
  return newest ? (double)(newest->index - record->index) * VIEW_HOP : 0.0;
}

const ViewRecord* view_at(const ViewModel* view, double age) {
  const ViewRecord* newest = view_newest(view);
  if (!newest || !(age > -0.5 * VIEW_HOP)) return NULL;
  const double back = floor(age / VIEW_HOP + 0.5);
  if (back >= (double)view->count) return NULL;
  // Records are consecutive, so the position follows from the age.
  return view_record(view, view->count - 1 - (size_t)back);
}

static const ViewRecord* find_index(const ViewModel* view, int64_t index) {
  const ViewRecord* newest = view_newest(view);
  if (!newest || index < 0 || index > newest->index) return NULL;
  const uint64_t back = (uint64_t)(newest->index - index);
  return back < view->count ? view_record(view, view->count - 1 - (size_t)back) : NULL;
}

const ViewRecord* view_attending(const ViewModel* view) {
  const ViewRecord* pinned = find_index(view, view->pinned);
  return pinned ? pinned : view_newest(view);
}

static unsigned weight_count(const ViewRecord* row) {
  const float n = row->values[PROTOCOL_ATTENTION_COUNT];
  return n <= 0.0f ? 0u : n >= (float)PROTOCOL_WINDOW ? PROTOCOL_WINDOW : (unsigned)n;
}

double view_weight(const ViewRecord* row, double age) {
  const double back = floor(age / VIEW_HOP + 0.5);
  if (!(back >= 0.0) || back >= (double)weight_count(row)) return 0.0;
  return (double)row->attention[PROTOCOL_WINDOW - 1 - (size_t)back] *
         (double)row->values[PROTOCOL_ATTENTION_UNIT];
}

double view_weight_peak(const ViewRecord* row, double* age) {
  unsigned best = 0;
  const unsigned n = weight_count(row);
  for (unsigned back = 1; back < n; ++back) {
    if (row->attention[PROTOCOL_WINDOW - 1 - back] > row->attention[PROTOCOL_WINDOW - 1 - best]) {
      best = back;
    }
  }
  if (age) *age = best * VIEW_HOP;
  return n ? view_weight(row, best * VIEW_HOP) : 0.0;
}

static bool is_heard(const ViewRecord* record) {
  return (int)record->values[PROTOCOL_STATE] != ENGINE_SILENT;
}

// The glide of the outputs, computed again: y follows each reading with time constant `response`.
static void build_trail(ViewModel* view) {
  view->trail_count = 0;
  const size_t hops = (size_t)(view->trail_seconds / VIEW_HOP) + 1;
  const size_t first = view->count > hops ? view->count - hops : 0;
  const double keep =
      view->response > 0.005f ? exp(-VIEW_HOP / TRAIL_STEPS / (double)view->response) : 0.0;
  bool joined = false;
  double y[2] = {0.0, 0.0};
  for (size_t i = first; i + 1 < view->count; ++i) {
    const ViewRecord* record = view_record(view, i);
    if (!is_heard(record)) {
      joined = false;
      continue;
    }
    const double x[2] = {(double)record->values[PROTOCOL_VALENCE],
                         (double)record->values[PROTOCOL_AROUSAL]};
    if (!joined) y[0] = x[0], y[1] = x[1];
    for (int step = 0; step < TRAIL_STEPS; ++step) {
      y[0] = x[0] + keep * (y[0] - x[0]);
      y[1] = x[1] + keep * (y[1] - x[1]);
      if (view->trail_count == VIEW_TRAIL_POINTS) return;
      const double age = view_age(view, record) - VIEW_HOP * (step + 1) / TRAIL_STEPS;
      view->trail[view->trail_count++] = (PlanePoint){y[0], y[1], age, !joined};
      joined = true;
    }
  }
}

// The state that the newest record and the last level amount to.
static void update_state(ViewModel* view) {
  const ViewRecord* newest = view_newest(view);
  const ViewState before = view->state;
  const bool outside_before = view->outside;
  if (view->has_level && view->level[PROTOCOL_LEVEL_BYPASSED] > 0.5f) {
    view->state = VIEW_BYPASSED;
  } else if (!newest) {
    view->state = !view->has_model && view->message[0] ? VIEW_NO_MODEL : VIEW_WAITING;
  } else if (!view->has_model && view->message[0]) {
    view->state = VIEW_NO_MODEL;
  } else {
    const int state = (int)newest->values[PROTOCOL_STATE];
    view->state = state == ENGINE_SILENT     ? VIEW_SILENT
                  : state == ENGINE_SETTLING ? VIEW_SETTLING
                                             : VIEW_LIVE;
  }
  const float limit = view->outside ? VIEW_OUTSIDE_LEAVE : VIEW_OUTSIDE;
  view->outside = view->state == VIEW_LIVE && newest->values[PROTOCOL_CONFIDENCE] < limit;
  if (view->state != before || view->outside != outside_before) view->damage |= VIEW_DAMAGE_ALL;
}

static void set_target(ViewModel* view, double valence, double arousal) {
  view->target_valence = fmin(fmax(valence, -1.0), 1.0);
  view->target_arousal = fmin(fmax(arousal, -1.0), 1.0);
}

static void name_reading(ViewModel* view) {
  view->word = words_nearest((float)view->target_valence, (float)view->target_arousal, view->word);
}

void view_push(ViewModel* view, int64_t first, size_t count, const float* values,
               const uint8_t* attention) {
  if (count == 0 || first < 0 || first > INT64_MAX / 2) return; // no index that could run over
  const ViewRecord* newest = view_newest(view);
  const bool pinned = view->pinned >= 0;
  // A gap or a step back: older records no longer lie on this time axis.
  if (newest && first != newest->index + 1) {
    // The same moment sent again, or another one after a reset?
    const ViewRecord* same = find_index(view, first);
    const bool replay = same && fabsf(same->values[PROTOCOL_TIME] - values[PROTOCOL_TIME]) < 0.01f;
    if (replay) {
      view->count -= (size_t)(newest->index - first + 1);
    } else {
      view->count = 0;
      view->start = 0;
      view->pinned = -1;
    }
  }
  for (size_t i = 0; i < count; ++i) {
    if (view->count == PROTOCOL_HISTORY) {
      view->start = (view->start + 1) % PROTOCOL_HISTORY;
      --view->count;
    }
    ViewRecord* record = &view->records[(view->start + view->count++) % PROTOCOL_HISTORY];
    record->index = first + (int64_t)i;
    for (size_t k = 0; k < PROTOCOL_FLOATS; ++k) {
      const float value = values[i * PROTOCOL_FLOATS + k];
      // Beyond any unit's range; whole numbers still fit their types.
      record->values[k] = isfinite(value) ? fminf(fmaxf(value, -1e6f), 1e6f) : 0.0f;
    }
    if (attention) {
      memcpy(record->attention, attention + i * PROTOCOL_WINDOW, PROTOCOL_WINDOW);
    } else {
      memset(record->attention, 0, PROTOCOL_WINDOW);
    }
    record->mood = color_mood((double)record->values[PROTOCOL_VALENCE],
                              (double)record->values[PROTOCOL_AROUSAL]);
  }
  newest = view_newest(view);
  const unsigned late = (unsigned)fmaxf(0.0f, newest->values[PROTOCOL_LATE]);
  if (count == 1 && late > view->late) view->late_until = view->now + VIEW_LATE_SECONDS;
  view->late = late;
  if (!find_index(view, view->pinned)) view->pinned = -1;
  view->has_model = true;
  if (!view->has_level) {
    set_target(view, (double)newest->values[PROTOCOL_VALENCE],
               (double)newest->values[PROTOCOL_AROUSAL]);
    name_reading(view);
  }
  build_trail(view);
  update_state(view);
  // What is written above the rows tells the pinned moment's age, a note what is under the pointer.
  if (pinned || view->hovering) view->damage |= VIEW_DAMAGE_TIMELINE;
  view->damage |= VIEW_DAMAGE_POINT | VIEW_DAMAGE_TRAIL | VIEW_DAMAGE_ROWS | VIEW_DAMAGE_READING |
                  VIEW_DAMAGE_CUES | VIEW_DAMAGE_STATUS;
}

void view_level(ViewModel* view, const float* values) {
  for (int i = 0; i < PROTOCOL_LEVEL_FLOATS; ++i) {
    if (!(fabsf(values[i]) <= 1e6f)) return;
  }
  const bool held = values[PROTOCOL_LEVEL_HELD] > 0.5f;
  const bool first = !view->has_level;
  if (held != view->held) view->damage |= VIEW_DAMAGE_ALL;
  memcpy(view->level, values, sizeof view->level);
  view->has_level = true;
  view->held = held;
  set_target(view, (double)values[PROTOCOL_LEVEL_VALENCE], (double)values[PROTOCOL_LEVEL_AROUSAL]);
  if (first) {
    view->valence = view->target_valence;
    view->arousal = view->target_arousal;
    view->damage |= VIEW_DAMAGE_POINT | VIEW_DAMAGE_READING;
  }
  name_reading(view);
  update_state(view);
}

static bool copy(char* to, size_t size, const char* from) {
  if (!from || strcmp(to, from) == 0) return false;
  snprintf(to, size, "%s", from);
  return true;
}

void view_status(ViewModel* view, const char* path, const char* name, const char* message,
                 const char* osc) {
  bool changed = copy(view->model_path, sizeof view->model_path, path);
  changed = copy(view->model, sizeof view->model, name) || changed;
  changed = copy(view->message, sizeof view->message, message) || changed;
  changed = copy(view->osc, sizeof view->osc, osc) || changed;
  if (name) view->has_model = name[0] != '\0';
  update_state(view);
  if (changed) view->damage |= VIEW_DAMAGE_STATUS | VIEW_DAMAGE_CONTROLS | VIEW_DAMAGE_GROUND;
}

void view_set_response(ViewModel* view, float seconds) {
  if (!(seconds >= 0.0f) || fabsf(seconds - view->response) < 1e-6f) return;
  view->response = seconds;
  build_trail(view);
  view->damage |= VIEW_DAMAGE_CONTROLS | VIEW_DAMAGE_TRAIL;
}

void view_set_hold(ViewModel* view, bool hold) {
  if (hold == view->hold) return;
  view->hold = hold;
  view->damage |= VIEW_DAMAGE_CONTROLS;
}

void view_set_trail(ViewModel* view, double seconds) {
  seconds = fmin(fmax(seconds, VIEW_TRAIL_MIN), VIEW_TRAIL_MAX);
  if (fabs(seconds - view->trail_seconds) < 1e-9) return;
  view->trail_seconds = seconds;
  build_trail(view);
  view->damage |= VIEW_DAMAGE_CONTROLS | VIEW_DAMAGE_TRAIL;
}

void view_tick(ViewModel* view, double now) {
  const double dt = fmin(fmax(now - view->now, 0.0), 1.0);
  const bool was_late = view_is_late(view);
  view->now = now;
  if (was_late && !view_is_late(view)) view->damage |= VIEW_DAMAGE_STATUS | VIEW_DAMAGE_READING;
  const double dv = view->target_valence - view->valence;
  const double da = view->target_arousal - view->arousal;
  if (fabs(dv) + fabs(da) < 1e-12) return;
  const int v = (int)lround(view->valence * 100.0);
  const int a = (int)lround(view->arousal * 100.0);
  // Exponential approach: on the way to the target, never past it.
  const double share = fabs(dv) + fabs(da) < 5e-4 ? 1.0 : 1.0 - exp(-dt / EASE_SECONDS);
  view->valence += share * dv;
  view->arousal += share * da;
  view->damage |= VIEW_DAMAGE_POINT;
  if (v != (int)lround(view->valence * 100.0) || a != (int)lround(view->arousal * 100.0)) {
    view->damage |= VIEW_DAMAGE_READING;
  }
}

void view_hover(ViewModel* view, double age) {
  const bool hovering = age >= 0.0 && view_at(view, age) != NULL;
  if (hovering == view->hovering && (!hovering || fabs(age - view->hover) < 1e-9)) return;
  view->hovering = hovering;
  view->hover = hovering ? age : 0.0;
  view->damage |= VIEW_DAMAGE_TIMELINE;
}

void view_pin(ViewModel* view) {
  if (view->pinned >= 0) {
    view->pinned = -1;
  } else if (view->hovering) {
    const ViewRecord* record = view_at(view, view->hover);
    view->pinned = record ? record->index : -1;
  }
  view->damage |= VIEW_DAMAGE_TIMELINE;
}

unsigned view_damage(ViewModel* view) {
  const unsigned damage = view->damage;
  view->damage = 0;
  return damage;
}

bool view_is_late(const ViewModel* view) {
  return view->now < view->late_until;
}

const char* view_state_name(const ViewModel* view) {
  static const char* const names[] = {"waiting", "no model", "bypassed",
                                      "silent",  "settling", "live"};
  if (view->state == VIEW_LIVE || view->state == VIEW_SETTLING) {
    if (view->held) return "held";
    if (view->outside) return "out of domain";
  }
  return names[view->state];
}
