// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Models are trained on features, so no feature may change by accident. The features of two known
/// sounds must be those in feature_goldens.h (made by test_features --print).
#include "feature_goldens.h"
#include "harness.h"
#include "signals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEL_GROUPS 8
#define SEMITONE_STEP 5
#define COLUMNS                                                                                    \
  (CUE_COUNT + 3 + FRONTEND_CHROMA + MEL_GROUPS + FRONTEND_SEMITONES / SEMITONE_STEP + 1)
#define SECONDS 14.0

static const double rates[] = {44100.0, 11025.0}; // the second has missing bands, which are filled

/// Four chords with a beat, different on left and right; silence; noise with a crescendo and a
/// burst.
static void make(float* left, float* right, size_t n, double rate) {
  static const double chords[4][3] = {{60, 64, 67}, {65, 69, 72}, {67, 71, 74}, {57, 60, 64}};
  const size_t chord = (size_t)(1.75 * rate);
  for (size_t i = 0; i < 4; ++i) {
    signal_chord(left + i * chord, chord, rate, chords[i], 3, 0.02);
    signal_chord(right + i * chord, chord, rate, chords[(i + 1) % 4], 2, 0.012);
  }
  signal_clicks(left, n, rate, 104.0, 0.11, 0.3f);
  signal_clicks(right, n, rate, 104.0, 0.11, 0.3f);
  signal_pink(left, n, rate, 0.02f, 5);
  signal_pink(right, n, rate, 0.02f, 6);
  for (size_t i = 4 * chord; i < n; ++i) {
    const double t = (double)i / rate;
    const float gain = t < 9.6 ? 0.0f : (float)(0.3 * (t - 9.4));
    left[i] *= gain;
    right[i] *= 0.5f * gain;
  }
  left[(size_t)(5.2 * rate)] = 3e4f;
}

static void collect(const HopFeatures* hop, float row[COLUMNS]) {
  size_t at = 0;
  for (unsigned i = 0; i < CUE_COUNT; ++i)
    row[at++] = hop->cues[i];
  row[at++] = hop->loudness;
  row[at++] = hop->loudness_short;
  row[at++] = hop->loudness_slow;
  for (unsigned i = 0; i < FRONTEND_CHROMA; ++i)
    row[at++] = hop->chroma[i];
  for (unsigned group = 0; group < MEL_GROUPS; ++group) { // of all frames, in some bands
    double sum = 0.0;
    for (unsigned i = 0; i < FRONTEND_FRAMES; ++i)
      for (unsigned band = group * 8; band < (group + 1) * 8; ++band)
        sum += (double)hop->logmel[i * 64 + band] * (1.0 + 0.1 * i); // depends on the order
    row[at++] = (float)(sum / (8.0 * FRONTEND_FRAMES));
  }
  for (unsigned i = 0; i < FRONTEND_SEMITONES; i += SEMITONE_STEP)
    row[at++] = hop->semitones[i];
}

/// What may differ between processors and compilers.
static double tolerance(unsigned column) {
  if (column >= CUE_COUNT) return 0.02;
  const CueInfo* info = cue_info(column);
  return 1e-3 * (double)(info->high - info->low);
}

static size_t hear(double rate, float (**rows)[COLUMNS]) {
  const size_t n = (size_t)(SECONDS * rate);
  size_t count;
  float *left = signal_new(n), *right = signal_new(n);
  make(left, right, n, rate);
  HopFeatures* hops = signal_hear_two(left, right, n, rate, &count);
  *rows = calloc(count, sizeof **rows);
  assert_non_null(*rows);
  for (size_t i = 0; i < count; ++i)
    collect(&hops[i], (*rows)[i]);
  free(hops);
  free(left);
  free(right);
  return count;
}

static void features_of_known_sounds_do_not_change(void** state) {
  (void)state;
  for (size_t r = 0; r < sizeof rates / sizeof *rates; ++r) {
    float(*rows)[COLUMNS];
    const size_t count = hear(rates[r], &rows);
    assert_int_equal(count * COLUMNS, sizeof features_golden[r] / sizeof(double));
    for (size_t i = 0; i < count; ++i)
      for (unsigned k = 0; k < COLUMNS; ++k) {
        const double was = features_golden[r][i * COLUMNS + k];
        if (!(fabs((double)rows[i][k] - was) <= tolerance(k)))
          fail_msg("%g Hz, hop %zu, %s %u: %g, was %g", rates[r], i,
                   k < CUE_COUNT ? cue_info(k)->name : "column", k, (double)rows[i][k],
                   (double)was);
      }
    free(rows);
  }
}

static void copy_state(Frontend* to, Frontend* from) {
  StateCopy copy = {.direction = STATE_MEASURE};
  frontend_state(from, &copy);
  unsigned char* bytes = calloc(1, copy.at);
  assert_non_null(bytes);
  copy = (StateCopy){.direction = STATE_SAVE, .bytes = bytes, .to = copy.at};
  frontend_state(from, &copy);
  copy = (StateCopy){.direction = STATE_LOAD, .bytes = bytes, .to = copy.at};
  frontend_state(to, &copy);
  free(bytes);
}

static Frontend* open_staggered(double rate) {
  const FrontendSpec spec = frontend_default_spec();
  char error[200];
  Frontend* fe = frontend_new(&spec, rate, error, sizeof error);
  assert_non_null(fe);
  assert_true(frontend_stagger(fe));
  return fe;
}

static void assert_same(const HopFeatures* a, const HopFeatures* b) {
  assert_int_equal(a->end, b->end);
  assert_int_equal(a->silent, b->silent);
  assert_int_equal(a->gate_opened, b->gate_opened);
  assert_int_equal(a->burst, b->burst);
  assert_true(a->loudness == b->loudness && a->loudness_short == b->loudness_short &&
              a->loudness_slow == b->loudness_slow);
  assert_memory_equal(a->cues, b->cues, sizeof a->cues);
  assert_memory_equal(a->chroma, b->chroma, sizeof a->chroma);
  assert_memory_equal(a->semitones, b->semitones, sizeof a->semitones);
  assert_memory_equal(a->logmel, b->logmel, FRONTEND_FRAMES * 64 * sizeof *a->logmel);
}

/// The state contains all that a front end remembers: a second one with another past continues from
/// it bit for bit, at any moment: in tuned and detuned music, silence, a burst, few bands.
static void a_copied_state_is_complete(void** state) {
  (void)state;
  for (size_t r = 0; r < sizeof rates / sizeof *rates; ++r) {
    const double rate = rates[r];
    const size_t n = (size_t)(SECONDS * rate), step = (size_t)(0.37 * rate);
    float *left = signal_new(n), *right = signal_new(n);
    make(left, right, n, rate * (r ? 1.013 : 1.0)); // the second a fifth of a semitone flat
    Frontend* whole = open_staggered(rate);
    Frontend* parts[2] = {open_staggered(rate), open_staggered(rate)};
    frontend_set_gate(whole, -45.0f);
    frontend_set_gate(parts[0], -45.0f);
    unsigned now = 0, hops = 0;
    for (size_t at = 0, end; at < n; at = end) {
      end = at + step < n ? at + step : n;
      for (size_t i = at; i < end;) {
        bool done, same;
        const size_t used = frontend_push(whole, left + i, right + i, end - i, &done);
        assert_int_equal(frontend_push(parts[now], left + i, right + i, end - i, &same), used);
        assert_int_equal(done, same);
        i += used;
        if (!done) continue;
        ++hops;
        assert_same(frontend_hop(whole), frontend_hop(parts[now]));
        const HopFeatures *a = frontend_staggered_hop(whole),
                          *b = frontend_staggered_hop(parts[now]);
        assert_int_equal(a != NULL, b != NULL);
        if (a) assert_same(a, b);
      }
      copy_state(parts[1 - now], parts[now]);
      bool done;
      for (size_t i = 0; i < step;
           i += frontend_push(parts[now], left + i, left + i, step - i, &done)) {
      }
      now = 1 - now;
    }
    assert_int_equal(hops, 2.0 * SECONDS);
    frontend_free(whole), frontend_free(parts[0]), frontend_free(parts[1]);
    free(left), free(right);
  }
}

static int print(void) {
  printf("// SPDX-License-Identifier: GPL-3.0-or-later\n// Made by test_features --print.\n"
         "// clang-format off\n#ifndef CIRCUMPLEX_TESTS_DSP_FEATURE_GOLDENS_H\n"
         "#define CIRCUMPLEX_TESTS_DSP_FEATURE_GOLDENS_H\n"
         "static const double features_golden[%zu][%zu] = {\n",
         sizeof rates / sizeof *rates, (size_t)(2.0 * SECONDS) * COLUMNS);
  for (size_t r = 0; r < sizeof rates / sizeof *rates; ++r) {
    float(*rows)[COLUMNS];
    const size_t count = hear(rates[r], &rows);
    printf("  {");
    for (size_t i = 0; i < count; ++i)
      for (unsigned k = 0; k < COLUMNS; ++k)
        printf("%s%.7g", k ? "," : i ? ",\n   " : "", (double)rows[i][k]);
    printf("},\n");
    free(rows);
  }
  printf("};\n#endif\n");
  return 0;
}

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "--print") == 0) return print();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(features_of_known_sounds_do_not_change),
      cmocka_unit_test(a_copied_state_is_complete),
  };
  return cmocka_run_group_tests_name("features", tests, NULL, NULL);
}
