// SPDX-License-Identifier: GPL-3.0-or-later
// Readings take effect at the same sample with the same bits, whichever thread computes them and at
// any block size; the audio passes bit for bit.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/protocol.h"
#include "tests/plugin/rig.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS 11
#define MAX_HOPS (2 * SECONDS + 2)

/// The outputs from one sample on.
typedef struct {
  uint64_t from;
  float values[13];
} Step;

typedef struct {
  Step steps[MAX_HOPS * 4];
  unsigned n;
} Reference;

static void read_outputs(Host* host, float values[13]) {
  for (unsigned i = 0; i < 13; ++i)
    assert_non_null(host_output_name(host, i, &values[i]));
}

/// The expected outputs at the end of a block: the last step at or before its last sample.
static const float* seen_at(const Reference* reference, uint64_t last) {
  unsigned i = 0;
  while (i + 1 < reference->n && reference->steps[i + 1].from <= last)
    ++i;
  return reference->steps[i].values;
}

/// Run in blocks of 1 near the moments when something changes, so that the steps are known exactly.
static void make_reference(double rate, Reference* reference) {
  Rig* rig =
      rig_new((HostOptions){.uri = CIRCUMPLEX_URI_METER, .rate = rate, .worker = HOST_WORKER_NONE});
  assert_true(host_set(rig->host, "response", 0.0f));
  const uint64_t total = (uint64_t)(SECONDS * rate);
  float last[13] = {NAN};
  reference->n = 0;
  while (host_position(rig->host) < total) {
    // Everything happens at multiples of 10 ms or at hop ends + D: use single samples around
    // multiples of 10 ms.
    const double phase = fmod((double)host_position(rig->host), rate / 100.0);
    const bool near = phase > rate / 100.0 - 4.0 || phase < 4.0;
    rig_run(rig, near ? 1 : (uint64_t)(rate / 100.0 - 4.0 - phase) + 1, near ? 1 : 8192);
    float now[13];
    read_outputs(rig->host, now);
    if (memcmp(now, last, sizeof now) == 0) continue;
    assert_true(reference->n < sizeof reference->steps / sizeof reference->steps[0]);
    Step* step = &reference->steps[reference->n++];
    step->from = host_position(rig->host) - 1;
    memcpy(step->values, now, sizeof now);
    memcpy(last, now, sizeof now);
  }
  assert_false(rig->audio_differs);
  rig_free(rig);
}

static uint32_t block_of(uint32_t block, uint32_t* seed) {
  if (block > 0) return block;
  *seed = *seed * 1664525u + 1013904223u;
  return 1 + (*seed >> 16) % ((*seed >> 8 & 1) ? 50u : RIG_MAX_BLOCK);
}

static void check(const Reference* reference, double rate, HostWorker worker, uint32_t block,
                  double seconds) {
  Rig* rig = rig_new((HostOptions){.uri = CIRCUMPLEX_URI_METER, .rate = rate, .worker = worker});
  assert_true(host_set(rig->host, "response", 0.0f));
  uint32_t seed = 7;
  const uint64_t total = (uint64_t)(seconds * rate);
  while (host_position(rig->host) < total) {
    uint32_t n = block_of(block, &seed);
    if (n > total - host_position(rig->host)) n = (uint32_t)(total - host_position(rig->host));
    rig_run(rig, n, n);
    float now[13];
    read_outputs(rig->host, now);
    const float* expected = seen_at(reference, host_position(rig->host) - 1);
    if (memcmp(now, expected, sizeof now) != 0)
      for (unsigned i = 0; i < 13; ++i)
        if (now[i] != expected[i])
          fail_msg("rate %g worker %d block %u: %s is %.9g, not %.9g, at sample %llu", rate,
                   (int)worker, block, host_output_name(rig->host, i, NULL), (double)now[i],
                   (double)expected[i], (unsigned long long)host_position(rig->host));
  }
  assert_int_equal((int)host_get(rig->host, "late"), 0);
  assert_false(rig->audio_differs);
  rig_free(rig);
}

static void check_rate(double rate) {
  static const uint32_t blocks[] = {16, 64, 441, 1024, 8192, 0};
  Reference* reference = calloc(1, sizeof *reference);
  assert_non_null(reference);
  make_reference(rate, reference);
  // Silence, then a reading every half second.
  assert_true(reference->n >= 2 * SECONDS - 1);
  assert_true(reference->steps[1].from == (uint64_t)(rate / 2) + (uint64_t)ceil(rate * 0.1));
  for (unsigned worker = HOST_WORKER_THREAD; worker <= HOST_WORKER_NONE; ++worker)
    for (unsigned i = 0; i < sizeof blocks / sizeof blocks[0]; ++i)
      check(reference, rate, (HostWorker)worker, blocks[i], SECONDS);
  // Blocks of one sample are slow: one reading is enough.
  for (unsigned worker = HOST_WORKER_THREAD; worker <= HOST_WORKER_NONE; ++worker)
    check(reference, rate, (HostWorker)worker, 1, 1.3);
  free(reference);
}

static void timelines_are_identical_at_44100(void** state) {
  (void)state, check_rate(44100.0);
}
static void timelines_are_identical_at_48000(void** state) {
  (void)state, check_rate(48000.0);
}
static void timelines_are_identical_at_96000(void** state) {
  (void)state, check_rate(96000.0);
}

static void glide_does_not_depend_on_the_block_size(void** state) {
  (void)state;
  float ends[3][2];
  static const uint32_t blocks[3] = {64, 441, 4800};
  for (unsigned i = 0; i < 3; ++i) {
    Rig* rig = rig_new((HostOptions){.uri = CIRCUMPLEX_URI_METER});
    host_set(rig->host, "response", 0.7f);
    rig_run(rig, 300000, blocks[i]);
    ends[i][0] = host_get(rig->host, "valence");
    ends[i][1] = host_get(rig->host, "arousal");
    rig_free(rig);
  }
  assert_true(ends[0][0] != 0.0f && ends[0][1] != 0.0f);
  assert_memory_equal(ends[0], ends[1], sizeof ends[0]);
  assert_memory_equal(ends[0], ends[2], sizeof ends[0]);
}

static void audio_passes_bit_for_bit(void** state) {
  (void)state;
  static const char* const uris[] = {CIRCUMPLEX_URI_METER, CIRCUMPLEX_URI_MONO, CIRCUMPLEX_URI_MIDI,
                                     CIRCUMPLEX_URI_CV};
  // Among them values that arithmetic would change: NaN with a payload, infinity, -0, a denormal.
  static const uint32_t odd[6] = {0x7fc12345u, 0xff800000u, 0x80000000u,
                                  0x00000001u, 0x7f7fffffu, 0x3f800000u};
  for (unsigned u = 0; u < 4; ++u)
    for (unsigned in_place = 0; in_place < 2; ++in_place) {
      Rig* rig = rig_new((HostOptions){.uri = uris[u], .in_place = in_place});
      float in[2][600], kept[2][600], out[2][600];
      for (unsigned c = 0; c < 2; ++c)
        for (unsigned i = 0; i < 600; ++i) {
          const uint32_t bits = odd[(i + c) % 6] ^ (i % 6 == 5 ? i << 8 : 0);
          memcpy(&in[c][i], &bits, sizeof bits);
        }
      memcpy(kept, in, sizeof in);
      host_run(rig->host, (float* [2]){in[0], in[1]}, (float* [2]){out[0], out[1]}, 600);
      const unsigned channels = host_audio_inputs(rig->host);
      assert_memory_equal(in_place ? in : out, kept, channels * sizeof in[0]);
      rig_run_seconds(rig, 3.0);
      assert_true(isfinite(host_get(rig->host, "valence")));
      assert_true(isfinite(host_get(rig->host, "loudness")));
      rig_free(rig);
    }
}

static void crossed_buffers_pass_too(void** state) {
  (void)state;
  Rig* rig = rig_new((HostOptions){.uri = CIRCUMPLEX_URI_METER});
  float a[777], b[777], a_kept[777], b_kept[777];
  for (unsigned i = 0; i < 777; ++i) {
    a_kept[i] = a[i] = (float)i;
    b_kept[i] = b[i] = -0.5f * (float)i;
  }
  host_run(rig->host, (float* [2]){a, b}, (float* [2]){b, a}, 777);
  assert_memory_equal(b, a_kept, sizeof a);
  assert_memory_equal(a, b_kept, sizeof b);
  rig_free(rig);
}

static void run_does_the_work_of_a_stalled_worker(void** state) {
  (void)state;
  // A host's window hangs for seconds, and so does the worker that runs in its thread.
  Rig* plain = rig_new((HostOptions){.uri = CIRCUMPLEX_URI_METER, .worker = HOST_WORKER_NONE});
  Rig* stalled = rig_new(
      (HostOptions){.uri = CIRCUMPLEX_URI_METER, .worker = HOST_WORKER_GUI, .gui_seconds = 7.0});
  for (unsigned i = 0; i < 40; ++i) {
    rig_run_seconds(plain, 0.53);
    rig_run_seconds(stalled, 0.53);
    assert_true(host_get(plain->host, "valence") == host_get(stalled->host, "valence"));
    assert_true(host_get(plain->host, "state") == host_get(stalled->host, "state"));
  }
  assert_true(host_get(stalled->host, "late") == 0.0f);
  assert_true(host_get(stalled->host, "valence") != 0.0f);
  rig_free(plain);
  rig_free(stalled);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(timelines_are_identical_at_44100),
      cmocka_unit_test(timelines_are_identical_at_48000),
      cmocka_unit_test(timelines_are_identical_at_96000),
      cmocka_unit_test(glide_does_not_depend_on_the_block_size),
      cmocka_unit_test(audio_passes_bit_for_bit),
      cmocka_unit_test(crossed_buffers_pass_too),
      cmocka_unit_test(run_does_the_work_of_a_stalled_worker),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
