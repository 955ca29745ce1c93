// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The engine queue with every kind of host and worker: blocks of any size, a worker that runs,
/// does not run, or is suspended at any slice of its work for any time. Every reading equals that
/// of an engine with the same sound, none is late, and the worker's data is not touched. All on one
/// thread: while the worker is "suspended", run() is called from inside its call.
#define _GNU_SOURCE // mincore
#include "tests/inference/engine_rig.h"

#include "plugin/engine_queue.h"
#include "plugin/hop_buffer.h"
#include "plugin/model_change.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define RATE 8000.0
#define DELAY 800 ///< samples
#define MOST 6000 ///< samples in a block: more than a hop
#define ROOM 4096 ///< readings

typedef struct {
  EngineQueue* queue;
  Engine* engine; ///< which gets the same sound
  uint64_t position, base;
  size_t block; ///< samples of the block that is being run
  TimedEstimate expected[ROOM];
  size_t n_expected, popped;
  bool wake, same; ///< readings must be the same
  unsigned slices; ///< slices computed by run()
  Model* models[2];
} Play;

/// The data of a stopped worker.
typedef struct {
  const Engine* engine;
  const float* samples[2];
  size_t n;
  const unsigned char* bytes;
  float copy[2][MOST];
} Held;

static Play play;
static Held held;
static bool in_worker, stopped;
static bool overtaken; ///< while the worker was stopped, run() computed the rest
static unsigned until_stop, stop_blocks, stops;
static unsigned work_done; ///< slices of the worker
static uint32_t seed;

static unsigned draw(unsigned n) {
  seed = seed * 1664525U + 1013904223U;
  return (unsigned)(((uint64_t)(seed >> 8) * n) >> 24);
}

static void play_block(size_t n, bool alone);
static void play_some(void);

/// Called before each step of the worker: stop it here?
static void maybe_stop(const Engine* engine, const float* left, const float* right, size_t n,
                       const unsigned char* bytes) {
  assert_false(overtaken); // no more of it is needed
  ++work_done;
  if (until_stop-- > 0) return;
  const unsigned slices = play.slices;
  held = (Held){.engine = engine, .samples = {left, right}, .n = n, .bytes = bytes};
  for (int c = 0; c < 2 && n > 0; ++c)
    memcpy(held.copy[c], held.samples[c], n * sizeof(float));
  stopped = true;
  ++stops;
  for (unsigned i = 0; i < stop_blocks; ++i) {
    play_some();
    if (draw(4) == 0) engine_queue_work(play.queue); // another thread calls: it does nothing
  }
  stopped = false;
  for (int c = 0; c < 2 && n > 0; ++c)
    assert_memory_equal(held.copy[c], held.samples[c], n * sizeof(float));
  held = (Held){0};
  overtaken = play.slices > slices;
}

/// \return whether run() is the caller; then it must not touch the worker's data.
static bool check(const Engine* engine, const unsigned char* bytes) {
  if (in_worker && !stopped) return false;
  if (stopped) assert_ptr_not_equal(engine, held.engine);
  if (stopped && bytes) assert_ptr_not_equal(bytes, held.bytes);
  ++play.slices;
  return true;
}

size_t __real_engine_advance(Engine* engine, const float* left, const float* right, size_t n);
size_t __wrap_engine_advance(Engine* engine, const float* left, const float* right, size_t n);
void __real_engine_state(Engine* engine, StateCopy* copy);
void __wrap_engine_state(Engine* engine, StateCopy* copy);
void __real_engine_reset(Engine* engine);
void __wrap_engine_reset(Engine* engine);
void __real_engine_change_model(Engine* engine, ModelRunner* runner);
void __wrap_engine_change_model(Engine* engine, ModelRunner* runner);

size_t __wrap_engine_advance(Engine* engine, const float* left, const float* right, size_t n) {
  if (!check(engine, NULL)) maybe_stop(engine, left, right, left ? n : 0, NULL);
  return __real_engine_advance(engine, left, right, n);
}

void __wrap_engine_state(Engine* engine, StateCopy* copy) {
  if (!check(engine, copy->bytes))
    maybe_stop(engine, NULL, NULL, 0, copy->bytes);
  else if (copy->direction != STATE_MEASURE) // run() copies a snapshot in parts
    assert_true(copy->to - copy->from <= 32768 + 64 * play.block);
  __real_engine_state(engine, copy);
}

void __wrap_engine_reset(Engine* engine) {
  if (!check(engine, NULL)) maybe_stop(engine, NULL, NULL, 0, NULL);
  __real_engine_reset(engine);
}

void __wrap_engine_change_model(Engine* engine, ModelRunner* runner) {
  assert_true(check(engine, NULL));
  __real_engine_change_model(engine, runner);
}

static void expect(const float* left, const float* right, size_t n) {
  Estimate e;
  assert_int_equal(engine_push(play.engine, left, right, n), n);
  while (engine_pop(play.engine, &e)) {
    assert_true(play.n_expected < ROOM);
    play.expected[play.n_expected++] = (TimedEstimate){play.base + e.position, e};
  }
}

/// Take the finished readings: each follows the one before, and none that is due is missing.
static void take(void) {
  TimedEstimate r;
  while (engine_queue_pop(play.queue, &r)) {
    assert_true(play.popped < play.n_expected);
    const TimedEstimate* e = &play.expected[play.popped++];
    assert_int_equal(r.position, e->position);
    assert_true(!play.same || rig_same(&r.estimate, &e->estimate));
    assert_true(rig_finite(&r.estimate));
  }
  if (play.popped < play.n_expected)
    assert_true(play.position <= play.expected[play.popped].position + DELAY);
}

static void play_block(size_t n, bool alone) {
  static float left[MOST], right[MOST];
  uint32_t random = (uint32_t)play.position + 1;
  for (size_t i = 0; i < n; ++i) {
    const float loud = (play.position + i) % 9000 < 1500 ? 0.4f : 0.03f;
    left[i] = loud * signal_random(&random);
    right[i] = 0.5f * left[i] + 0.1f * loud * signal_random(&random);
  }
  for (size_t at = 0; at < n; at += 2048) // the engine's queue is short
    expect(left + at, right + at, n - at < 2048 ? n - at : 2048);
  engine_queue_push(play.queue, left, right, n);
  play.position += n;
  play.block = n;
  engine_queue_run(play.queue, n, alone);
  assert_int_equal(engine_queue_position(play.queue), play.position);
  play.wake = engine_queue_take_wake(play.queue) || play.wake;
  assert_false(engine_queue_take_wake(play.queue));
  take();
}

static void forget(void) {
  engine_queue_reset(play.queue);
  engine_reset(play.engine);
  play.base = play.position;
  play.popped = play.n_expected; // a reading that was not taken is never returned
}

/// A block, and before it anything that a host may do.
static void play_some(void) {
  static const size_t sizes[] = {1, 16, 64, 300, 700, 1000, 2000, 4500, 6000};
  static bool alone;
  if (!play.same && draw(25) == 0) {
    char error[200];
    Model* model = play.models[draw(2)];
    assert_int_equal(engine_queue_set_model(play.queue, model, error, sizeof error), 0);
  }
  if (draw(5) == 0) engine_queue_collect(play.queue);
  engine_queue_begin(play.queue);
  if (draw(12) == 0) {
    const float gate = draw(2) ? -60.0f : -30.0f;
    assert_true(engine_queue_set_gate(play.queue, gate));
    engine_set_gate(play.engine, gate);
  }
  if (draw(12) == 0) {
    const bool on = draw(2);
    assert_true(engine_queue_set_explain(play.queue, on));
    engine_explain(play.engine, on);
  }
  if (draw(60) == 0) forget();
  if (draw(30) == 0) alone = !alone && draw(3) == 0;
  const size_t most = draw(9) + 1; // small blocks are frequent
  play_block(sizes[draw((unsigned)most)], alone);
}

/// The worker runs, and is stopped after this many slices.
static void work(unsigned slices) {
  until_stop = slices;
  in_worker = true;
  overtaken = false;
  engine_queue_work(play.queue);
  in_worker = false;
  play.wake = false;
}

#define NEVER 1000000 // slices

/// It may be stopped, for some blocks.
static void work_or_not(void) {
  stop_blocks = draw(2) ? draw(8) : draw(60);
  work(draw(4) ? draw(60) : NEVER);
}

static void begin(uint32_t number) {
  char error[200];
  seed = number;
  stops = 0;
  play = (Play){.same = true};
  play.models[0] = rig_model("none-lstm");
  play.models[1] = rig_model("linear");
  play.queue = engine_queue_new(RATE, DELAY);
  assert_non_null(play.queue);
  play.engine = rig_engine(play.models[0], RATE);
  assert_int_equal(engine_queue_set_model(play.queue, play.models[0], error, sizeof error), 0);
}

static void end(void) {
  engine_queue_free(play.queue);
  engine_free(play.engine);
  for (int i = 0; i < 2; ++i)
    model_unref(play.models[i]);
}

static void readings_depend_on_the_sound_alone(void** state) {
  (void)state;
  unsigned all = 0;
  size_t readings = 0;
  for (unsigned round = 0; round < 48; ++round) {
    begin(round + 1);
    const unsigned worker = round % 4; // never; rarely; often; whenever it is woken
    for (unsigned b = 0; b < 500; ++b) {
      play_some();
      if (worker == 3 ? play.wake : worker > 0 && draw(worker == 1 ? 40 : 3) == 0) work_or_not();
      if (round % 8 == 6 && draw(50) == 0) engine_queue_decline(play.queue);
    }
    all += stops;
    readings += play.popped;
    end();
  }
  print_message("%u stops, %zu readings\n", all, readings);
  assert_true(all > 40 && readings > 1500);
}

/// Models change at any time.  The readings then depend on that time, but they are in time and
/// finite, and the worker's data is not touched.
static void models_change_at_any_time(void** state) {
  (void)state;
  for (unsigned round = 0; round < 8; ++round) {
    begin(100 + round);
    play.same = false;
    for (unsigned b = 0; b < 400; ++b) {
      play_some();
      if (play.wake && draw(4)) work_or_not();
    }
    end();
  }
}

/// The worker gets some time first; if it does not run, run() begins long before the reading is
/// due.
static void run_waits_for_the_worker_only_for_a_part_of_the_time(void** state) {
  (void)state;
  for (unsigned round = 0; round < 6; ++round) {
    begin(1);
    uint64_t first = 0;
    while (play.position < 5 * 4000 + DELAY) {
      const unsigned before = play.slices;
      engine_queue_begin(play.queue);
      play_block(20, false);
      if (play.slices > before && first == 0) first = play.position;
      if (play.wake && play.position < 4 * 4000 + 100) {
        work(NEVER);
        assert_true(first == 0); // the worker did all of it
      }
    }
    assert_in_range(first, 5 * 4000 + DELAY / 10, 5 * 4000 + DELAY * 9 / 10);
    assert_int_equal(play.popped, 5);
    end();
  }
}

/// When only run() may do the analysis, it immediately takes over the hop that the worker has.
static void offline_the_worker_is_not_waited_for(void** state) {
  (void)state;
  begin(3);
  while (play.position < 3 * 4000 || !play.wake) {
    engine_queue_begin(play.queue);
    play_block(50, false);
    if (play.wake && play.position < 3 * 4000) work(NEVER);
  }
  engine_queue_begin(play.queue);
  play_block(50, true);
  in_worker = overtaken = true; // it may come, but has nothing to do
  engine_queue_work(play.queue);
  in_worker = overtaken = false;
  while (play.position < 6 * 4000 + DELAY + 50) {
    engine_queue_begin(play.queue);
    play_block(50, true);
  }
  assert_int_equal(play.popped, 6);
  end();
}

/// A host may call the worker inside run(), where it saves no time, and later from another thread.
static void a_worker_that_was_not_used_may_be_used_later(void** state) {
  (void)state;
  begin(4);
  work_done = 0;
  for (unsigned hop = 1; hop <= 8; ++hop) {
    while (play.position < hop * 4000) {
      engine_queue_begin(play.queue);
      play_block(50, false);
    }
    if (hop == 2) engine_queue_decline(play.queue);
    if (hop > 2) work(NEVER);
    play.wake = false;
    if (hop <= 3) assert_int_equal(work_done, 0); // run() still computes the first hop
  }
  assert_true(work_done > 0);
  end();
}

static void a_reset_drops_a_reading_that_waits(void** state) {
  (void)state;
  begin(6);
  while (!play.wake) {
    engine_queue_begin(play.queue);
    play_block(50, false);
  }
  work(NEVER);
  engine_queue_begin(play.queue); // it fetches the reading
  forget();
  play_block(50, false); // the next take() would find it
  assert_int_equal(play.n_expected, 1);
  end();
}

/// More changes of settings than a hop can store: the last one must be tried again, and then works.
static void settings_without_space_are_tried_again(void** state) {
  (void)state;
  begin(5);
  unsigned taken = 0;
  engine_queue_begin(play.queue);
  while (engine_queue_set_gate(play.queue, taken % 2 ? -60.0f : -20.0f)) {
    engine_set_gate(play.engine, taken % 2 ? -60.0f : -20.0f);
    assert_true(++taken < HOP_BUFFER_CHANGES);
  }
  assert_int_equal(taken, HOP_BUFFER_CHANGES - 1); // one is the setting at the hop's start
  play_block(1000, false);
  assert_false(engine_queue_set_explain(play.queue, true));
  play_block(3500, false);
  assert_true(engine_queue_set_explain(play.queue, true));
  engine_explain(play.engine, true);
  play_block(6000, false);
  assert_int_equal(play.popped, 2);
  end();
}

/// Otherwise nobody would free the old model.
static void a_change_is_in_progress_until_the_new_model_has_taken_over(void** state) {
  (void)state;
  char error[200];
  begin(7);
  play.same = false;
  uint64_t changing = 0;
  while (play.position < 14 * (uint64_t)RATE) {
    if (play.position == 2 * (uint64_t)RATE)
      assert_int_equal(engine_queue_set_model(play.queue, play.models[1], error, sizeof error), 0);
    if (engine_queue_collect(play.queue)) changing = play.position;
    engine_queue_begin(play.queue);
    play_block(400, false);
    if (play.wake) work(NEVER);
  }
  assert_in_range(changing, 12 * (uint64_t)RATE - 400, 13 * (uint64_t)RATE);
  end();
}

static void the_old_model_is_freed_for_both_engines(void** state) {
  (void)state;
  char error[200];
  size_t used[4];
  begin(9);
  play.same = false;
  for (unsigned change = 0; change < 4; ++change) {
    Model* model = play.models[(change + 1) % 2];
    assert_int_equal(engine_queue_set_model(play.queue, model, error, sizeof error), 0);
    for (uint64_t end = play.position + 14 * (uint64_t)RATE; play.position < end;) {
      engine_queue_collect(play.queue);
      engine_queue_begin(play.queue);
      play_block(400, false);
      if (play.wake) work(NEVER);
    }
    const struct mallinfo2 info = mallinfo2();
    used[change] = info.uordblks + info.hblkhd;
  }
  print_message("heap: %zu, then %zu bytes\n", used[1], used[3]);
#ifndef CIRCUMPLEX_SANITIZED
  assert_true(used[3] < used[1] + 8192); // a model's state takes more
#endif
  end();
}

static void a_model_set_before_the_first_sample_reads_alone(void** state) {
  (void)state;
  char error[200];
  begin(8);
  engine_queue_begin(play.queue); // it fetches the first model
  assert_int_equal(engine_queue_set_model(play.queue, play.models[1], error, sizeof error), 0);
  engine_free(play.engine);
  play.engine = rig_engine(play.models[1], RATE);
  for (unsigned b = 0; b < 40; ++b) {
    engine_queue_begin(play.queue);
    play_block(400, false);
    if (play.wake) work(NEVER);
  }
  assert_in_range(play.popped, 2, 4);
  end();
}

/// In the memory where run() saves a state, no page is touched for the first time.
static void the_pages_of_a_models_snapshots_are_touched(void** state) {
  (void)state;
  char error[200];
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t largest = 0;
  Model* model = rig_model("none-lstm");
  ModelChange* change = model_change_new(NULL, model, 192000.0, &largest, error, sizeof error);
  assert_non_null(change);
  for (int i = 0; i < MODEL_CHANGE_ENGINES; ++i) {
    const Snapshot* s = &change->snapshots[i];
    assert_true(s->capacity > 16 * page);
    unsigned char* first = s->bytes - (uintptr_t)s->bytes % page;
    const size_t pages = ((size_t)(s->bytes - first) + s->capacity + page - 1) / page;
    unsigned char* there = calloc(pages, 1);
    assert_non_null(there);
    assert_int_equal(mincore(first, pages * page, there), 0);
    for (size_t k = 0; k < pages; ++k)
      assert_true(there[k] & 1);
    free(there);
  }
  model_change_free(change);
  // After a larger model, a snapshot has room for two of that size.
  const size_t before = 3 * largest;
  largest = before;
  change = model_change_new(NULL, model, 192000.0, &largest, error, sizeof error);
  assert_non_null(change);
  assert_int_equal(largest, before);
  assert_true(change->snapshots[0].capacity >= before);
  model_change_free(change);
  model_unref(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(readings_depend_on_the_sound_alone),
      cmocka_unit_test(models_change_at_any_time),
      cmocka_unit_test(a_change_is_in_progress_until_the_new_model_has_taken_over),
      cmocka_unit_test(the_old_model_is_freed_for_both_engines),
      cmocka_unit_test(a_model_set_before_the_first_sample_reads_alone),
      cmocka_unit_test(run_waits_for_the_worker_only_for_a_part_of_the_time),
      cmocka_unit_test(offline_the_worker_is_not_waited_for),
      cmocka_unit_test(a_worker_that_was_not_used_may_be_used_later),
      cmocka_unit_test(a_reset_drops_a_reading_that_waits),
      cmocka_unit_test(settings_without_space_are_tried_again),
      cmocka_unit_test(the_pages_of_a_models_snapshots_are_touched),
  };
  return cmocka_run_group_tests_name("engine_queue", tests, NULL, NULL);
}
