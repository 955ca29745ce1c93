// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the engine for the audio thread: sound goes in, readings come out.
#include "plugin/engine_queue.h"

#include "dsp/pages.h"
#include "plugin/handover.h"
#include "plugin/hop_buffer.h"
#include "plugin/model_change.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

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

struct EngineQueue {
  double rate;
  uint64_t delay;
  Handover handover;
  Job job;
  atomic_bool working;            ///< a thread is in engine_queue_work()
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
  unsigned current;     ///< index of the current engine
  unsigned latest;      ///< index of the snapshot of its state after the last finished hop
  bool from_reset;      ///< no hop is finished yet: reset the engine instead of loading a snapshot
  bool granted;         ///< the worker has a hop, and its result is wanted
  bool new_grant;       ///< it was granted in this block
  bool in_run;          ///< run() processes the sound itself
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
  HopSettings settings;
  float credit, phase; ///< cost of the slices that may be done now; it starts at -phase
  uint64_t aim;        ///< samples after the end of a hop: when run() aims to have its reading
  bool wake;
  TimedEstimate readings[READINGS];
  unsigned readings_at, readings_count;
};

/// \return phases that are evenly spread over 0..1 for any number of instances (golden ratio)
static float next_phase(void) {
  static atomic_uint instances;
  const double turn = 0.6180339887498949 * (double)atomic_fetch_add(&instances, 1);
  return (float)(turn - floor(turn));
}

EngineQueue* engine_queue_new(double rate, uint64_t delay) {
  EngineQueue* q = pages_new(1, sizeof *q);
  if (!q) return NULL;
  q->rate = rate;
  q->delay = delay;
  handover_init(&q->handover);
  atomic_init(&q->working, false);
  atomic_init(&q->alive, false);
  atomic_init(&q->pending, NULL);
  atomic_init(&q->returned, NULL);
  atomic_init(&q->changing, false);
  q->settings.gate = -60.0f;
  const float phase = next_phase();
  q->phase = SPREAD * phase;
  q->credit = -q->phase;
  q->aim = (uint64_t)((0.65 + 0.3 * (double)phase) * (double)delay);
  q->from_reset = true;
  q->hop_end = frontend_hop_end(rate, 0);
  q->filling = &q->buffers[0];
  q->cursor.buffer = q->filling;
  for (unsigned i = 0; i < HOP_BUFFERS; ++i)
    if (!hop_buffer_new(&q->buffers[i], (size_t)(rate * ENGINE_HOP_SECONDS) + 2)) {
      engine_queue_free(q);
      return NULL;
    }
  hop_buffer_begin(q->filling, 0, q->settings);
  return q;
}

void engine_queue_free(EngineQueue* q) {
  if (!q) return;
  model_change_free(atomic_load(&q->pending));
  model_change_free(atomic_load(&q->returned));
  model_change_free(q->spent);
  for (unsigned i = 0; i < 2; ++i) {
    engine_free(q->engines[i]);
    free(q->snapshots[i].bytes);
  }
  for (unsigned i = 0; i < HOP_BUFFERS; ++i)
    hop_buffer_free(&q->buffers[i]);
  free(q);
}

uint64_t engine_queue_position(const EngineQueue* q) {
  return q->pushed;
}

bool engine_queue_take_wake(EngineQueue* q) {
  const bool wake = q->wake;
  q->wake = false;
  return wake;
}

bool engine_queue_pop(EngineQueue* q, TimedEstimate* out) {
  if (q->readings_count == 0) return false;
  *out = q->readings[q->readings_at];
  q->readings_at = (q->readings_at + 1) % READINGS;
  --q->readings_count;
  return true;
}

/// Move the engine's estimates to the queue of readings.
static void take_estimates(EngineQueue* q, Engine* engine) {
  while (q->readings_count < READINGS) {
    TimedEstimate* r = &q->readings[(q->readings_at + q->readings_count) % READINGS];
    if (!engine_pop(engine, &r->estimate)) return;
    r->position = q->base + r->estimate.position;
    ++q->readings_count;
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
static void load_slice(EngineQueue* q) {
  Engine* engine = q->engines[q->current];
  const Snapshot* s = &q->snapshots[q->latest];
  if (q->copy_at == 0) engine_load_begin(engine, q->from_reset ? 0 : s->taken_over);
  if (q->from_reset) {
    if (!q->clean[q->current]) engine_reset(engine);
    q->loading = false;
    return;
  }
  copy_part(engine, s, STATE_LOAD, q->copy_at, q->copy_at + COPY_BYTES);
  q->copy_at += COPY_BYTES;
  q->loading = q->copy_at < s->size;
}

// ---- reading in run()

/// Do one slice of run()'s in_run work.  \return false if there is nothing to do
static bool do_slice(EngineQueue* q) {
  Engine* engine = q->engines[q->current];
  if (q->loading) {
    load_slice(q);
    return true;
  }
  if (q->ready && !engine_busy(engine) && q->cursor.at == q->ready->count) {
    q->ready = NULL;
    q->cursor = (HopBufferCursor){.buffer = q->filling};
  }
  // Whole frames only; otherwise all instances would complete their frames in the same block.
  q->clean[q->current] = false;
  const size_t there = q->cursor.buffer->count - q->cursor.at;
  if (!engine_busy(engine) && there < engine_frame_rest(engine)) return false;
  hop_buffer_advance(&q->cursor, engine);
  take_estimates(q, engine);
  return true;
}

/// Do all the remaining work for the complete hop.
static void finish_ready(EngineQueue* q) {
  while (q->ready && do_slice(q)) {
  }
}

/// \return the cost of the work that remains until the next reading
static float cost_left(const EngineQueue* q) {
  const uint64_t at = q->cursor.buffer->start + q->cursor.at;
  const uint64_t end = q->ready ? q->ready->start + q->ready->count : q->hop_end;
  float cost = engine_hop_cost(q->engines[q->current], (size_t)(end - at));
  if (q->loading)
    cost += COPY_COST * (float)(q->snapshots[q->latest].size - q->copy_at) / (float)COPY_BYTES;
  return cost;
}

static float next_cost(const EngineQueue* q) {
  if (!q->loading) return engine_next_cost(q->engines[q->current]);
  return q->from_reset && !q->clean[q->current] ? RESET_COST : COPY_COST;
}

/// Do this block's share of the slices: block length / time until the next reading is due.
static void pace(EngineQueue* q, size_t n) {
  q->saving = false;
  if (q->ready && q->ready->start + q->ready->count + q->delay < q->pushed) finish_ready(q);
  const uint64_t end = q->ready ? q->ready->start + q->ready->count : q->hop_end;
  const double left = end + q->aim > q->pushed ? (double)(end + q->aim - q->pushed) : 0.0;
  q->credit += cost_left(q) * (float)((double)n / (left + (double)n));
  for (float cost; q->credit >= (cost = next_cost(q)); q->credit -= cost)
    if (!do_slice(q)) {
      q->credit = -q->phase; // instances start the next hop's work at different times
      return;
    }
}

/// Stop waiting for the worker: run() continues by itself, from the last finished hop.
static void give_up_worker(EngineQueue* q) {
  handover_stop_wanting(&q->handover);
  atomic_store_explicit(&q->alive, false, memory_order_relaxed);
  q->granted = false;
  q->in_run = q->loading = true;
  q->copy_at = 0;
  q->current = 1 - q->current;
  q->credit = -q->phase;
  q->cursor = q->job.cursor;
  for (unsigned i = 0; i < HOP_BUFFERS; ++i)
    if (&q->buffers[i] == q->job.cursor.buffer) q->ready = &q->buffers[i];
}

/// If the worker is running again, save a snapshot, and then let the worker continue.
static void hand_back(EngineQueue* q, size_t n) {
  Engine* engine = q->engines[q->current];
  Snapshot* s = &q->snapshots[q->latest];
  if (!q->saving) q->copy_at = 0;
  q->saving = true;
  const size_t to = q->copy_at + COPY_BYTES + n * COPY_BYTES_A_SAMPLE;
  s->size = copy_part(engine, s, STATE_SAVE, q->copy_at, to < s->capacity ? to : s->capacity);
  q->copy_at = to;
  if (to < s->size) return;
  s->taken_over = engine_taken_over(engine);
  q->saving = q->in_run = q->from_reset = false;
}

static bool can_hand_back(EngineQueue* q) {
  return !q->loading && !q->ready && !engine_busy(q->engines[q->current]) &&
         atomic_load_explicit(&q->alive, memory_order_relaxed) && handover_idle(&q->handover);
}

/// Accept the result of the hop that the worker has finished.
static void accept(EngineQueue* q) {
  q->granted = q->from_reset = false;
  q->latest = 1 - q->latest;
  take_estimates(q, q->engines[q->current]);
}

static void apply_change(EngineQueue* q);

void engine_queue_begin(EngineQueue* q) {
  if (q->granted && handover_idle(&q->handover)) accept(q);
  apply_change(q);
}

void engine_queue_run(EngineQueue* q, size_t n, bool alone) {
  if (!q->engines[0] || n == 0) return;
  if (q->granted) {
    const uint64_t late = q->pushed - (q->job.cursor.buffer->start + q->job.cursor.buffer->count);
    const bool due = late > q->delay;
    if (alone || due || (!q->new_grant && (double)late >= GRACE * (double)q->delay))
      give_up_worker(q);
  }
  q->new_grant = false;
  if (alone && !q->granted && !q->in_run) {
    q->in_run = true;
    q->loading = q->from_reset;
    q->copy_at = 0;
  }
  if (!q->in_run) return;
  if (!alone && can_hand_back(q))
    hand_back(q, n);
  else
    pace(q, n);
}

// ---- sound

static HopBuffer* free_buffer(EngineQueue* q) {
  const bool idle = handover_idle(&q->handover);
  for (unsigned i = 0; i < HOP_BUFFERS; ++i) {
    HopBuffer* b = &q->buffers[i];
    if (b != q->ready && b != q->filling && (idle || b != q->job.cursor.buffer)) return b;
  }
  return NULL; // cannot happen: at most one each is ready, being filled and with the worker
}

static void grant(EngineQueue* q) {
  q->job = (Job){.engine = q->engines[q->current],
                 .cursor = q->cursor,
                 .from_reset = q->from_reset,
                 .snapshot = &q->snapshots[1 - q->latest]};
  hop_buffer_complete();
  handover_grant(&q->handover);
  q->granted = q->new_grant = true;
  q->clean[q->current] = false;
}

/// The hop being filled is complete.
static void close_hop(EngineQueue* q) {
  HopBuffer* full = q->filling;
  q->hop_end = q->base + frontend_hop_end(q->rate, ++q->hop);
  if (q->engines[0]) {
    if (q->granted && handover_idle(&q->handover)) accept(q);
    if (q->granted) give_up_worker(q); // the block is longer than a hop
    if (q->in_run) {
      finish_ready(q);
      q->saving = false;
      q->ready = full;
    } else {
      grant(q);
    }
  }
  q->wake = true;
  q->filling = free_buffer(q);
  hop_buffer_begin(q->filling, q->pushed, q->settings);
  if (!q->in_run) q->cursor = (HopBufferCursor){.buffer = q->filling};
}

void engine_queue_push(EngineQueue* q, const float* left, const float* right, size_t n) {
  while (n > 0) {
    const uint64_t room = q->hop_end - q->pushed;
    const size_t k =
        hop_buffer_append(q->filling, left, right, n < room ? n : (size_t)room, !q->in_run);
    left += k;
    right += k;
    n -= k;
    q->pushed += k;
    if (q->pushed == q->hop_end) close_hop(q);
  }
}

/// Count the engine's positions from here.
static void restart(EngineQueue* q) {
  q->base = q->pushed;
  q->hop = 0;
  q->hop_end = q->base + frontend_hop_end(q->rate, 0);
  q->ready = NULL;
  q->saving = false;
  q->copy_at = 0;
  q->from_reset = true;
  q->loading = q->in_run;
  hop_buffer_begin(q->filling, q->pushed, q->settings);
  q->cursor = (HopBufferCursor){.buffer = q->filling};
}

void engine_queue_reset(EngineQueue* q) {
  q->readings_count = 0;
  if (q->granted) give_up_worker(q);
  restart(q);
}

static bool set(EngineQueue* q, HopSettings settings) {
  if (!hop_buffer_change(q->filling, settings)) return false;
  q->settings = settings;
  return true;
}

bool engine_queue_set_gate(EngineQueue* q, float lufs) {
  return set(q, (HopSettings){lufs, q->settings.explain});
}

bool engine_queue_set_explain(EngineQueue* q, bool on) {
  return set(q, (HopSettings){q->settings.gate, on});
}

// ---- the worker

void engine_queue_work(EngineQueue* q) {
  if (atomic_exchange_explicit(&q->working, true, memory_order_acquire)) return;
  atomic_store_explicit(&q->alive, true, memory_order_relaxed);
  const size_t job = handover_take(&q->handover);
  if (job) {
    Engine* engine = q->job.engine;
    HopBufferCursor cursor = q->job.cursor;
    if (q->job.from_reset) engine_reset(engine);
    while (handover_wanted(&q->handover, job) && hop_buffer_advance(&cursor, engine)) {
    }
    if (handover_wanted(&q->handover, job)) save_whole(engine, q->job.snapshot);
    handover_finish(&q->handover, job);
  }
  atomic_store_explicit(&q->working, false, memory_order_release);
}

void engine_queue_decline(EngineQueue* q) {
  if (q->granted) give_up_worker(q);
  const size_t job = handover_take(&q->handover);
  if (job) handover_finish(&q->handover, job);
}

// ---- model changes

int engine_queue_set_model(EngineQueue* q, Model* model, char* error, size_t error_size) {
  ModelChange* change =
      model_change_new(q->model_engine, model, q->rate, &q->largest_state, error, error_size);
  if (!change) return -1;
  ModelChange* old = atomic_exchange(&q->pending, NULL);
  if (!q->model_engine) q->model_engine = change->engines[0];
  if (old && old->engines[0]) { // the first engines have not been fetched yet: replace them
    q->model_engine = NULL;
    model_change_free(change);
    model_change_free(old);
    return engine_queue_set_model(q, model, error, error_size);
  }
  atomic_store(&q->changing, true);
  atomic_store(&q->pending, change);
  model_change_free(old);
  return 0;
}

bool engine_queue_collect(EngineQueue* q) {
  // Load it first: the last change is returned before it becomes false.
  const bool changing = atomic_load(&q->changing);
  model_change_free(atomic_exchange(&q->returned, NULL));
  return changing;
}

/// Collect what the engines no longer need, until it can be returned.
static void gather_spare(EngineQueue* q) {
  ModelChange* spent = q->spent;
  for (unsigned i = 0; i < 2; ++i)
    while (spent->n_spare < MODEL_CHANGE_SPARE) {
      ModelRunner* runner = engine_collect_runner(q->engines[i]);
      if (!runner) break;
      spent->spare[spent->n_spare++] = runner;
    }
}

/// Return what a model change left over, once the change is complete.
static bool give_back(EngineQueue* q) {
  if (!q->spent) return true;
  const unsigned done = engine_taken_over(q->engines[q->current]);
  if (engine_taken_over(q->engines[1 - q->current]) < done)
    engine_load_begin(q->engines[1 - q->current], done);
  gather_spare(q);
  if (atomic_load_explicit(&q->returned, memory_order_acquire)) return false;
  atomic_store_explicit(&q->returned, q->spent, memory_order_release);
  q->spent = NULL;
  return true;
}

static void swap_snapshots(EngineQueue* q, ModelChange* change) {
  for (unsigned i = 0; i < 2; ++i) {
    const Snapshot old = q->snapshots[i];
    q->snapshots[i] = change->snapshots[i];
    change->snapshots[i] = old;
  }
}

/// Install the first engines.
static void install(EngineQueue* q, ModelChange* change) {
  for (unsigned i = 0; i < 2; ++i) {
    q->engines[i] = change->engines[i];
    change->engines[i] = NULL;
    q->clean[i] = true;
  }
  restart(q);
}

/// Add the new model to both engines.  Existing snapshots do not contain it, so run() does the work
/// itself until there is a new snapshot.
static void begin_change(EngineQueue* q, ModelChange* change) {
  engine_load_begin(q->engines[1 - q->current], engine_taken_over(q->engines[q->current]));
  q->saving = false; // the snapshot that was being saved has been replaced
  for (unsigned i = 0; i < 2; ++i) {
    engine_change_model(q->engines[i], change->runners[i]);
    q->clean[i] = false;
    change->runners[i] = NULL;
  }
  if (q->pushed == q->base) {
    restart(q); // nothing was heard: the new model takes over at once
    return;
  }
  if (!q->in_run) {
    q->in_run = true;
    q->loading = q->from_reset;
    q->copy_at = 0;
  }
}

static void apply_change(EngineQueue* q) {
  const bool pending = atomic_load_explicit(&q->pending, memory_order_relaxed) != NULL;
  if (!pending && !q->spent) return;
  // Neither engine may be with the worker or busy.
  if (q->granted || !handover_idle(&q->handover)) return;
  if (q->engines[0] && (q->loading || engine_busy(q->engines[q->current]))) return;
  if (q->spent && !pending && engine_changing(q->engines[q->current])) return;
  if (!give_back(q)) return;
  if (!pending) {
    atomic_store(&q->changing, false);
    return;
  }
  ModelChange* change = atomic_exchange(&q->pending, NULL);
  if (!change) return;
  swap_snapshots(q, change);
  if (!q->engines[0])
    install(q, change);
  else
    begin_change(q, change);
  q->spent = change;
}
