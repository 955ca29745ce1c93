// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// From the engine's hops to the stored values of a song; and many songs at once, with results in
/// order.
#include "dsp/harness.h"
#include "library/ordered_pool.h"
#include "library/song_reading.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static Estimate hop(EngineState state, float valence, float arousal, float confidence) {
  return (Estimate){.state = state,
                    .valence = valence,
                    .arousal = arousal,
                    .confidence = confidence,
                    .song_valence = valence / 2,
                    .song_arousal = arousal / 2};
}

static void means_are_of_live_hops_once_there_are_any(void** state) {
  (void)state;
  const Estimate hops[] = {
      hop(ENGINE_SETTLING, 0.9f, 0.8f, 0.1f), hop(ENGINE_SILENT, 0.7f, 0.7f, 1),
      hop(ENGINE_SETTLING, 0.5f, 0.4f, 0.3f), hop(ENGINE_LIVE, 0.1f, -0.2f, 0.6f),
      hop(ENGINE_SETTLING, 0.9f, 0.9f, 0.1f), hop(ENGINE_LIVE, 0.3f, -0.4f, 0.8f),
      hop(ENGINE_SILENT, -0.6f, 0.6f, 1)};
  ReadingSummary s = {.hops = 0}, t = {.hops = 0}, none = {.hops = 0};
  for (size_t i = 0; i < sizeof hops / sizeof *hops; ++i) {
    reading_summary_add(&s, &hops[i]);
    if (i < 3) reading_summary_add(&t, &hops[i]);
    if (i == 1) reading_summary_add(&none, &hops[i]);
  }
  reading_summary_end(&s);
  assert_true(s.hops == 7 && s.silent == 2 && s.live == 2);
  assert_near(s.valence, 0.2, 1e-6);
  assert_near(s.arousal, -0.3, 1e-6);
  assert_near(s.confidence, 0.7, 1e-6);
  assert_near(s.song_valence, -0.3, 1e-6); // values of the last hop, silent or not
  assert_near(s.song_arousal, 0.3, 1e-6);
  reading_summary_end(&t); // no hop is live: all that are not silent count
  assert_true(t.hops == 3 && t.silent == 1 && t.live == 0);
  assert_near(t.valence, 0.7, 1e-6);
  assert_near(t.arousal, 0.6, 1e-6);
  assert_near(t.confidence, 0.2, 1e-6);
  reading_summary_end(&none);
  assert_near(none.valence, 0, 0);
}

static void pieces_are_separated_by_silence_or_a_change(void** state) {
  (void)state;
  const float settled[] = {0.0f, 0.5f, 1.0f, 1.0f, 0.25f, 0.5f, 0.0f, 0.0f, 0.125f, 1.0f, 0.0f};
  const unsigned pieces[] = {0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3};
  ReadingSummary s = {.hops = 0};
  for (size_t i = 0; i < sizeof settled / sizeof *settled; ++i) {
    Estimate e = hop(settled[i] <= 0.0f  ? ENGINE_SILENT
                     : settled[i] < 1.0f ? ENGINE_SETTLING
                                         : ENGINE_LIVE,
                     0.5f, 0.5f, 1.0f);
    e.settled = settled[i];
    reading_summary_add(&s, &e);
    assert_int_equal(s.pieces, pieces[i]);
  }
}

static void a_songs_curve_has_its_hops_and_their_spread(void** state) {
  (void)state;
  enum { HOPS = 3000 }; // more than the first capacity
  SongReading r;
  memset(&r, 0, sizeof r);
  for (int i = 0; i < HOPS; ++i) {
    const Estimate e = hop(i % 3 == 2 ? ENGINE_SILENT : ENGINE_LIVE, i % 3 == 0 ? 0.25f : -0.75f,
                           i % 3 == 0 ? 4.0f : -4.0f, 1);
    assert_int_equal(song_reading_add(&r, &e), 0);
  }
  const ReadingSummary s = {.samples = 77,
                            .sound = 88,
                            .valence = -0.25,
                            .arousal = 0,
                            .confidence = 0.5,
                            .damage = "is cut"};
  song_reading_end(&r, &s);
  assert_true(r.sound == 88 && r.samples == 77 && r.reading.curve.n == HOPS);
  assert_string_equal(r.damage, "is cut");
  assert_near(r.reading.valence, -0.25, 0);
  assert_near(r.reading.arousal, 0, 0);
  assert_near(r.reading.confidence, 0.5, 0);
  assert_near(r.reading.valence_spread, 0.5, 1e-4);
  assert_near(r.reading.arousal_spread, 1, 1e-4);
  static const float valence[] = {0.25f, -0.75f}, arousal[] = {1, -1};
  for (int i = 0; i < HOPS; ++i) {
    const int16_t v = r.reading.curve.valence[i], a = r.reading.curve.arousal[i];
    if (i % 3 == 2) {
      assert_true(v == CURVE_SILENT && a == CURVE_SILENT);
      continue;
    }
    assert_int_equal(v, lrintf(valence[i % 3] * CURVE_FULL));
    assert_int_equal(a, lrintf(arousal[i % 3] * CURVE_FULL));
  }
  song_reading_free(&r);
  assert_true(!r.valence && r.n == 0);
}

// ---- the pool

enum { PIECES = 200 };

static unsigned finished_pieces; ///< a bit for each of the first

typedef struct {
  unsigned threads, ticks;
  size_t finished; ///< pieces; under the lock
  pthread_mutex_t lock;
  unsigned begun[PIECES], done[PIECES];
  bool is_wrong;
} Job;

static void work(void* context, size_t index, unsigned worker) {
  Job* job = context;
  pthread_mutex_lock(&job->lock);
  ++job->begun[index];
  // Not too far ahead of the finished pieces.
  if (worker >= job->threads || index >= job->finished + (size_t)8 * job->threads)
    job->is_wrong = true;
  pthread_mutex_unlock(&job->lock);
  for (volatile unsigned i = 0; i < (index % 7) * 1000; ++i) // pieces of other lengths
    ;
}

static void finish(void* context, size_t index) {
  Job* job = context;
  pthread_mutex_lock(&job->lock);
  if (index != job->finished || job->begun[index] != 1) job->is_wrong = true;
  ++job->done[index];
  ++job->finished;
  pthread_mutex_unlock(&job->lock);
}

static void tick(void* context) {
  ++((Job*)context)->ticks;
}

static void pieces_are_done_once_and_finished_in_order(void** state) {
  (void)state;
  static const size_t counts[] = {0, 1, 2, PIECES};
  for (unsigned threads = 0; threads <= 5; ++threads)
    for (size_t i = 0; i < sizeof counts / sizeof *counts; ++i) {
      Job job = {.threads = threads > 0 ? threads : 1}; // 0 counts as 1
      const Pool pool = {NULL, work, finish, tick, &job};
      pthread_mutex_init(&job.lock, NULL);
      assert_int_equal(ordered_pool_run(&pool, counts[i], threads), 0);
      assert_int_equal(job.finished, counts[i]);
      assert_false(job.is_wrong);
      for (size_t k = 0; k < PIECES; ++k) {
        assert_int_equal(job.begun[k], k < counts[i]);
        assert_int_equal(job.done[k], k < counts[i]);
      }
      pthread_mutex_destroy(&job.lock);
    }
}

static void hang(void* context, size_t index, unsigned worker) {
  (void)worker;
  while (index == 1)
    pause();
  atomic_fetch_add((atomic_int*)context, 1);
}

static void note_finished(void* context, size_t index) {
  (void)context;
  finished_pieces |= 1U << index;
}

/// Stopped once all others are done.
static bool is_stopped(void* context) {
  return atomic_load((atomic_int*)context) >= 4;
}

static void a_piece_that_hangs_does_not_hold_up_the_end(void** state) {
  (void)state;
  static atomic_int done; // the thread outlives the call
  const Task task = {.context = &done, .is_stopped = is_stopped};
  static Pool pool;
  pool = (Pool){&task, hang, note_finished, NULL, &done};
  finished_pieces = 0;
  assert_int_equal(ordered_pool_run(&pool, 5, 2), 1);
  assert_int_equal(finished_pieces, 1 | 4 | 8 | 16); // all but piece 1
}

static bool still; ///< the clock that measures patience stands still

int __real_clock_gettime(clockid_t clock, struct timespec* time);
int __wrap_clock_gettime(clockid_t clock, struct timespec* time);

int __wrap_clock_gettime(clockid_t clock, struct timespec* time) {
  if (!still || clock != CLOCK_MONOTONIC) return __real_clock_gettime(clock, time);
  *time = (struct timespec){1000, 0};
  return 0;
}

static void nap(long ms) {
  nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

/// The first piece ends after all others, of which each wakes the caller.
static void end_last(void* context, size_t index, unsigned worker) {
  (void)worker;
  if (index > 0) nap(4);
  while (index == 0 && atomic_load((atomic_int*)context) < 15)
    nap(1);
  if (index == 0) nap(20);
  atomic_fetch_add((atomic_int*)context, 1);
}

static bool always(void* context) {
  (void)context;
  return true;
}

static void pieces_that_end_quickly_take_no_patience(void** state) {
  (void)state;
  static atomic_int done;
  static const Task task = {.is_stopped = always};
  static Pool pool;
  pool = (Pool){&task, end_last, note_finished, NULL, &done};
  finished_pieces = 0;
  still = true;
  assert_int_equal(ordered_pool_run(&pool, 16, 2), 0);
  still = false;
  assert_int_equal(finished_pieces, 0xFFFF);
}

// ---- the task

static void add_up(void* context, uint64_t amount) {
  *(uint64_t*)context += amount + 1000; // so that the calls can be counted, too
}

static void a_files_progress_counts_once(void** state) {
  (void)state;
  uint64_t sum = 0;
  const Task task = {.context = &sum, .progress = add_up};
  TaskFile file = {&task, 200, 0};
  task_file_done(&file, 0.25);
  assert_int_equal(sum, 1050);
  task_file_done(&file, 0.1); // never back
  task_file_done(&file, 0.25);
  assert_int_equal(sum, 1050);
  task_file_done(&file, 1.5);
  task_file_done(&file, 1.0);
  assert_int_equal(sum, 2200);
  task_file_done(&(TaskFile){NULL, 10, 0}, 1.0); // nobody is told
  assert_false(task_is_stopped(NULL));
  task_message(NULL, NULL, "");
  task_begin(NULL, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(means_are_of_live_hops_once_there_are_any),
      cmocka_unit_test(pieces_are_separated_by_silence_or_a_change),
      cmocka_unit_test(a_songs_curve_has_its_hops_and_their_spread),
      cmocka_unit_test(pieces_are_done_once_and_finished_in_order),
      cmocka_unit_test(pieces_that_end_quickly_take_no_patience),
      cmocka_unit_test(a_piece_that_hangs_does_not_hold_up_the_end),
      cmocka_unit_test(a_files_progress_counts_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
