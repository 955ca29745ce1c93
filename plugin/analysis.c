// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/analysis.h"

#include "dsp/pages.h"
#include "plugin/handover.h"
#include "plugin/hop_buffer.h"
#include "plugin/model_change.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define HOP_BUFFERS 3    ///< one is being filled, one read, and one may be with a stopped worker
#define READINGS 16      ///< length of the queue of readings
#define GRACE 0.15       ///< share of the delay before run() stops waiting for the worker
#define COPY_BYTES 32768 ///< bytes of a snapshot that one slice copies
#define COPY_BYTES_A_SAMPLE 64 ///< bytes per sample, if that is more, in a long block
#define COPY_COST 0.4f         ///< cost of COPY_BYTES, in the unit of engine_next_cost()
#define RESET_COST 4.0f        ///< cost of resetting an engine
#define SPREAD 6.0f ///< cost over which the instances' phases are spread: the largest slice

/// The worker's job.  The audio thread writes it before it grants it.
typedef struct {
  Engine* engine;
  HopBufferCursor cursor;
  bool from_reset; ///< reset the engine first
  Snapshot* snapshot;
} Job;

struct Analysis {
  double rate;
  uint64_t delay;
  Handover handover;
  Job job;
  atomic_bool working;            ///< a thread is in analysis_work()
  atomic_bool alive;              ///< the worker has run since run() last stopped waiting for it
  _Atomic(ModelChange*) pending;  ///< to the audio thread
  _Atomic(ModelChange*) returned; ///< from it
  atomic_bool changing;           ///< a model change is in progress

  // Any thread but the audio thread, under the caller's lock.
  const Engine* model_engine; ///< an engine; NULL before the first model
  size_t largest_state;

  // Audio thread.
  HopBuffer buffers[HOP_BUFFERS];
  Engine* engines[2];
  Snapshot snapshots[2];
  ModelChange* spent;
  unsigned truth;       ///< index of the current engine
  unsigned latest;      ///< index of the snapshot of its state after the last finished hop
  bool fresh;           ///< no hop is finished yet: reset the engine instead of loading a snapshot
  bool granted;         ///< the worker has a hop, and its result is wanted
  bool new_grant;       ///< it was granted in this block
  bool own;             ///< run() processes the sound itself
  bool clean[2];        ///< the engine has processed nothing since it was reset
  bool loading, saving; ///< a snapshot is being loaded or saved; copy_at bytes are done
  size_t copy_at;
  HopBuffer* filling;
  HopBuffer* ready; ///< complete; to be processed before `filling`
  HopBufferCursor cursor;
  uint64_t pushed; ///< stream position of the next sample
  uint64_t base;   ///< stream position of the engine's position 0
  uint64_t hop;    ///< number of hops begun since base
  uint64_t hop_end;
  uint32_t epoch;
  HopSettings settings;
  float credit, phase; ///< cost of the slices that may be done now; it starts at -phase
  uint64_t aim;        ///< samples after the end of a hop: when run() aims to have its reading
  bool wake;
  Reading readings[READINGS];
  unsigned readings_at, readings_count;
};

/// \return phases that are evenly spread over 0..1 for any number of instances (golden ratio)
static float next_phase(void) {
  static atomic_uint instances;
  const double turn = 0.6180339887498949 * (double)atomic_fetch_add(&instances, 1);
  return (float)(turn - floor(turn));
}

Analysis* analysis_new(double rate, uint64_t delay) {
  Analysis* a = pages_new(1, sizeof *a);
  if (!a) return NULL;
  a->rate = rate;
  a->delay = delay;
  handover_init(&a->handover);
  atomic_init(&a->working, false);
  atomic_init(&a->alive, false);
  atomic_init(&a->pending, NULL);
  atomic_init(&a->returned, NULL);
  atomic_init(&a->changing, false);
  a->settings.gate = -60.0f;
  const float phase = next_phase();
  a->phase = SPREAD * phase;
  a->credit = -a->phase;
  a->aim = (uint64_t)((0.65 + 0.3 * (double)phase) * (double)delay);
  a->fresh = true;
  a->hop_end = frontend_hop_end(rate, 0);
  a->filling = &a->buffers[0];
  a->cursor.buffer = a->filling;
  for (unsigned i = 0; i < HOP_BUFFERS; ++i)
    if (!hop_buffer_new(&a->buffers[i], (size_t)(rate * ENGINE_HOP_SECONDS) + 2)) {
      analysis_free(a);
      return NULL;
    }
  hop_buffer_begin(a->filling, 0, a->settings);
  return a;
}

void analysis_free(Analysis* a) {
  if (!a) return;
  model_change_free(atomic_load(&a->pending));
  model_change_free(atomic_load(&a->returned));
  model_change_free(a->spent);
  for (unsigned i = 0; i < 2; ++i) {
    engine_free(a->engines[i]);
    free(a->snapshots[i].bytes);
  }
  for (unsigned i = 0; i < HOP_BUFFERS; ++i)
    hop_buffer_free(&a->buffers[i]);
  free(a);
}

uint64_t analysis_position(const Analysis* a) {
  return a->pushed;
}

bool analysis_take_wake(Analysis* a) {
  const bool wake = a->wake;
  a->wake = false;
  return wake;
}

bool analysis_pop(Analysis* a, Reading* out) {
  if (a->readings_count == 0) return false;
  *out = a->readings[a->readings_at];
  a->readings_at = (a->readings_at + 1) % READINGS;
  --a->readings_count;
  return true;
}

/// Move the engine's estimates to the queue of readings.
static void take_estimates(Analysis* a, Engine* engine) {
  while (a->readings_count < READINGS) {
    Reading* r = &a->readings[(a->readings_at + a->readings_count) % READINGS];
    if (!engine_pop(engine, &r->estimate)) return;
    r->position = a->base + r->estimate.position;
    r->epoch = a->epoch;
    ++a->readings_count;
  }
}

// ---- snapshots

/// Copy a part of a snapshot.  \return the size of the whole
static size_t copy_part(Engine* engine, const Snapshot* s, StateDirection direction, size_t from,
                        size_t to) {
  StateCopy copy = {.direction = direction, .bytes = s->bytes, .from = from, .to = to};
  engine_state(engine, &copy);
  return copy.at;
}

static void save_whole(Engine* engine, Snapshot* s) {
  s->taken_over = engine_taken_over(engine);
  s->size = copy_part(engine, s, STATE_SAVE, 0, s->capacity);
}

/// One slice of loading the state after the last finished hop into the engine.
static void load_slice(Analysis* a) {
  Engine* engine = a->engines[a->truth];
  const Snapshot* s = &a->snapshots[a->latest];
  if (a->copy_at == 0) engine_load_begin(engine, a->fresh ? 0 : s->taken_over);
  if (a->fresh) {
    if (!a->clean[a->truth]) engine_reset(engine);
    a->loading = false;
    return;
  }
  copy_part(engine, s, STATE_LOAD, a->copy_at, a->copy_at + COPY_BYTES);
  a->copy_at += COPY_BYTES;
  a->loading = a->copy_at < s->size;
}

// ---- reading in run()

/// Do one slice of run()'s own work.  \return false if there is nothing to do
static bool do_slice(Analysis* a) {
  Engine* engine = a->engines[a->truth];
  if (a->loading) {
    load_slice(a);
    return true;
  }
  if (a->ready && !engine_busy(engine) && a->cursor.at == a->ready->count) {
    a->ready = NULL;
    a->cursor = (HopBufferCursor){.buffer = a->filling};
  }
  // Whole frames only; otherwise all instances would complete their frames in the same block.
  a->clean[a->truth] = false;
  const size_t there = a->cursor.buffer->count - a->cursor.at;
  if (!engine_busy(engine) && there < engine_frame_rest(engine)) return false;
  hop_buffer_advance(&a->cursor, engine);
  take_estimates(a, engine);
  return true;
}

/// Do all the remaining work for the complete hop.
static void finish_ready(Analysis* a) {
  while (a->ready && do_slice(a)) {
  }
}

/// \return the cost of the work that remains until the next reading
static float cost_left(const Analysis* a) {
  const uint64_t at = a->cursor.buffer->start + a->cursor.at;
  const uint64_t end = a->ready ? a->ready->start + a->ready->count : a->hop_end;
  float cost = engine_hop_cost(a->engines[a->truth], (size_t)(end - at));
  if (a->loading)
    cost += COPY_COST * (float)(a->snapshots[a->latest].size - a->copy_at) / (float)COPY_BYTES;
  return cost;
}

static float next_cost(const Analysis* a) {
  if (!a->loading) return engine_next_cost(a->engines[a->truth]);
  return a->fresh && !a->clean[a->truth] ? RESET_COST : COPY_COST;
}

/// Do this block's share of the slices: block length / time until the next reading is due.
static void pace(Analysis* a, size_t n) {
  a->saving = false;
  if (a->ready && a->ready->start + a->ready->count + a->delay < a->pushed) finish_ready(a);
  const uint64_t end = a->ready ? a->ready->start + a->ready->count : a->hop_end;
  const double left = end + a->aim > a->pushed ? (double)(end + a->aim - a->pushed) : 0.0;
  a->credit += cost_left(a) * (float)((double)n / (left + (double)n));
  for (float cost; a->credit >= (cost = next_cost(a)); a->credit -= cost)
    if (!do_slice(a)) {
      a->credit = -a->phase; // instances start the next hop's work at different times
      return;
    }
}

/// Stop waiting for the worker: run() continues by itself, from the last finished hop.
static void give_up_worker(Analysis* a) {
  handover_stop_wanting(&a->handover);
  atomic_store_explicit(&a->alive, false, memory_order_relaxed);
  a->granted = false;
  a->own = a->loading = true;
  a->copy_at = 0;
  a->truth = 1 - a->truth;
  a->credit = -a->phase;
  a->cursor = a->job.cursor;
  for (unsigned i = 0; i < HOP_BUFFERS; ++i)
    if (&a->buffers[i] == a->job.cursor.buffer) a->ready = &a->buffers[i];
}

/// If the worker is running again, save a snapshot, and then let the worker continue.
static void hand_back(Analysis* a, size_t n) {
  Engine* engine = a->engines[a->truth];
  Snapshot* s = &a->snapshots[a->latest];
  if (!a->saving) a->copy_at = 0;
  a->saving = true;
  const size_t to = a->copy_at + COPY_BYTES + n * COPY_BYTES_A_SAMPLE;
  s->size = copy_part(engine, s, STATE_SAVE, a->copy_at, to < s->capacity ? to : s->capacity);
  a->copy_at = to;
  if (to < s->size) return;
  s->taken_over = engine_taken_over(engine);
  a->saving = a->own = a->fresh = false;
}

static bool can_hand_back(Analysis* a) {
  return !a->loading && !a->ready && !engine_busy(a->engines[a->truth]) &&
         atomic_load_explicit(&a->alive, memory_order_relaxed) && handover_idle(&a->handover);
}

/// Accept the result of the hop that the worker has finished.
static void accept(Analysis* a) {
  a->granted = a->fresh = false;
  a->latest = 1 - a->latest;
  take_estimates(a, a->engines[a->truth]);
}

static void apply_change(Analysis* a);

void analysis_begin(Analysis* a) {
  if (a->granted && handover_idle(&a->handover)) accept(a);
  apply_change(a);
}

void analysis_run(Analysis* a, size_t n, bool alone) {
  if (!a->engines[0] || n == 0) return;
  if (a->granted) {
    const uint64_t late = a->pushed - (a->job.cursor.buffer->start + a->job.cursor.buffer->count);
    const bool due = late > a->delay;
    if (alone || due || (!a->new_grant && (double)late >= GRACE * (double)a->delay))
      give_up_worker(a);
  }
  a->new_grant = false;
  if (alone && !a->granted && !a->own) {
    a->own = true;
    a->loading = a->fresh;
    a->copy_at = 0;
  }
  if (!a->own) return;
  if (!alone && can_hand_back(a))
    hand_back(a, n);
  else
    pace(a, n);
}

// ---- sound

static HopBuffer* free_buffer(Analysis* a) {
  const bool idle = handover_idle(&a->handover);
  for (unsigned i = 0; i < HOP_BUFFERS; ++i) {
    HopBuffer* b = &a->buffers[i];
    if (b != a->ready && b != a->filling && (idle || b != a->job.cursor.buffer)) return b;
  }
  return NULL; // cannot happen: at most one each is ready, being filled and with the worker
}

static void grant(Analysis* a) {
  a->job = (Job){.engine = a->engines[a->truth],
                 .cursor = a->cursor,
                 .from_reset = a->fresh,
                 .snapshot = &a->snapshots[1 - a->latest]};
  handover_grant(&a->handover);
  a->granted = a->new_grant = true;
  a->clean[a->truth] = false;
}

/// The hop being filled is complete.
static void close_hop(Analysis* a) {
  HopBuffer* full = a->filling;
  a->hop_end = a->base + frontend_hop_end(a->rate, ++a->hop);
  if (a->engines[0]) {
    if (a->granted && handover_idle(&a->handover)) accept(a);
    if (a->granted) give_up_worker(a); // the block is longer than a hop
    if (a->own) {
      finish_ready(a);
      a->saving = false;
      a->ready = full;
    } else {
      grant(a);
    }
  }
  a->wake = true;
  a->filling = free_buffer(a);
  hop_buffer_begin(a->filling, a->pushed, a->settings);
  if (!a->own) a->cursor = (HopBufferCursor){.buffer = a->filling};
}

void analysis_push(Analysis* a, const float* left, const float* right, size_t n) {
  while (n > 0) {
    const uint64_t room = a->hop_end - a->pushed;
    const size_t k = hop_buffer_append(a->filling, left, right, n < room ? n : (size_t)room);
    left += k;
    right += k;
    n -= k;
    a->pushed += k;
    if (a->pushed == a->hop_end) close_hop(a);
  }
}

/// Count the engine's positions from here.
static void restart(Analysis* a) {
  a->base = a->pushed;
  a->hop = 0;
  a->hop_end = a->base + frontend_hop_end(a->rate, 0);
  a->ready = NULL;
  a->saving = false;
  a->copy_at = 0;
  a->fresh = true;
  a->loading = a->own;
  hop_buffer_begin(a->filling, a->pushed, a->settings);
  a->cursor = (HopBufferCursor){.buffer = a->filling};
}

void analysis_reset(Analysis* a) {
  ++a->epoch;
  a->readings_count = 0; // they belong to the last epoch
  if (a->granted) give_up_worker(a);
  restart(a);
}

static bool set(Analysis* a, HopSettings settings) {
  if (!hop_buffer_change(a->filling, settings)) return false;
  a->settings = settings;
  return true;
}

bool analysis_set_gate(Analysis* a, float lufs) {
  return set(a, (HopSettings){lufs, a->settings.explain});
}

bool analysis_set_explain(Analysis* a, bool on) {
  return set(a, (HopSettings){a->settings.gate, on});
}

// ---- the worker

void analysis_work(Analysis* a) {
  if (atomic_exchange_explicit(&a->working, true, memory_order_acquire)) return;
  atomic_store_explicit(&a->alive, true, memory_order_relaxed);
  const size_t job = handover_take(&a->handover);
  if (job) {
    Engine* engine = a->job.engine;
    HopBufferCursor cursor = a->job.cursor;
    if (a->job.from_reset) engine_reset(engine);
    while (handover_wanted(&a->handover, job) && hop_buffer_advance(&cursor, engine)) {
    }
    if (handover_wanted(&a->handover, job)) save_whole(engine, a->job.snapshot);
    handover_finish(&a->handover, job);
  }
  atomic_store_explicit(&a->working, false, memory_order_release);
}

void analysis_decline(Analysis* a) {
  if (a->granted) give_up_worker(a);
  const size_t job = handover_take(&a->handover);
  if (job) handover_finish(&a->handover, job);
}

// ---- model changes

int analysis_set_model(Analysis* a, Model* model, char* error, size_t error_size) {
  ModelChange* change =
      model_change_new(a->model_engine, model, a->rate, &a->largest_state, error, error_size);
  if (!change) return -1;
  ModelChange* old = atomic_exchange(&a->pending, NULL);
  if (!a->model_engine) a->model_engine = change->engines[0];
  if (old && old->engines[0]) { // the first engines have not been fetched yet: replace them
    a->model_engine = NULL;
    model_change_free(change);
    model_change_free(old);
    return analysis_set_model(a, model, error, error_size);
  }
  atomic_store(&a->changing, true);
  atomic_store(&a->pending, change);
  model_change_free(old);
  return 0;
}

bool analysis_collect(Analysis* a) {
  // Load it first: the last change is returned before it becomes false.
  const bool changing = atomic_load(&a->changing);
  model_change_free(atomic_exchange(&a->returned, NULL));
  return changing;
}

/// Collect what the engines no longer need, until it can be returned.
static void gather_spare(Analysis* a) {
  ModelChange* spent = a->spent;
  for (unsigned i = 0; i < 2; ++i)
    while (spent->n_spare < MODEL_CHANGE_SPARE) {
      EngineSwap* swap = engine_swap_collect(a->engines[i]);
      if (!swap) break;
      spent->spare[spent->n_spare++] = swap;
    }
}

/// Return what a model change left over, once the change is complete.
static bool give_back(Analysis* a) {
  if (!a->spent) return true;
  const unsigned done = engine_taken_over(a->engines[a->truth]);
  if (engine_taken_over(a->engines[1 - a->truth]) < done)
    engine_load_begin(a->engines[1 - a->truth], done);
  gather_spare(a);
  if (atomic_load_explicit(&a->returned, memory_order_acquire)) return false;
  atomic_store_explicit(&a->returned, a->spent, memory_order_release);
  a->spent = NULL;
  return true;
}

static void swap_snapshots(Analysis* a, ModelChange* change) {
  for (unsigned i = 0; i < 2; ++i) {
    const Snapshot old = a->snapshots[i];
    a->snapshots[i] = change->snapshots[i];
    change->snapshots[i] = old;
  }
}

/// Install the first engines.
static void install(Analysis* a, ModelChange* change) {
  for (unsigned i = 0; i < 2; ++i) {
    a->engines[i] = change->engines[i];
    change->engines[i] = NULL;
    a->clean[i] = true;
  }
  restart(a);
}

/// Add the new model to both engines.  Existing snapshots do not contain it, so run() does the work
/// itself until there is a new snapshot.
static void begin_change(Analysis* a, ModelChange* change) {
  engine_load_begin(a->engines[1 - a->truth], engine_taken_over(a->engines[a->truth]));
  a->saving = false; // the snapshot that was being saved has been replaced
  for (unsigned i = 0; i < 2; ++i) {
    engine_swap_begin(a->engines[i], change->swaps[i]);
    a->clean[i] = false;
    change->swaps[i] = NULL;
  }
  if (a->pushed == a->base) {
    restart(a); // nothing was heard: the new model takes over at once
    return;
  }
  if (!a->own) {
    a->own = true;
    a->loading = a->fresh;
    a->copy_at = 0;
  }
}

static void apply_change(Analysis* a) {
  const bool pending = atomic_load_explicit(&a->pending, memory_order_relaxed) != NULL;
  if (!pending && !a->spent) return;
  // Neither engine may be with the worker or busy.
  if (a->granted || !handover_idle(&a->handover)) return;
  if (a->engines[0] && (a->loading || engine_busy(a->engines[a->truth]))) return;
  if (a->spent && !pending && engine_changing(a->engines[a->truth])) return;
  if (!give_back(a)) return;
  if (!pending) {
    atomic_store(&a->changing, false);
    return;
  }
  ModelChange* change = atomic_exchange(&a->pending, NULL);
  if (!change) return;
  swap_snapshots(a, change);
  if (!a->engines[0])
    install(a, change);
  else
    begin_change(a, change);
  a->spent = change;
}
