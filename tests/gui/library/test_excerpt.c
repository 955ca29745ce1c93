// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What is played of a file: the requested part, at the device's rate.
#include "audio/excerpt.h"

#include <math.h>
#include <setjmp.h>
#include <sndfile.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { RATE = 22050, FRAMES = 44100, MOST = 120000 };

static char folder[] = "/tmp/circumplex_source_XXXXXX";
static float in[2 * FRAMES], out[2 * MOST];

// Two seconds: a tone of 441 Hz on the left, another on the right, and two samples that are not
// finite.
static int setup(void** state) {
  (void)state;
  SF_INFO info = {.samplerate = RATE, .channels = 2, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
  if (!mkdtemp(folder) || chdir(folder) != 0) return -1;
  for (size_t i = 0; i < FRAMES; ++i) {
    in[2 * i] = 0.5f * sinf(6.2831853f * 441.0f / RATE * (float)i);
    in[2 * i + 1] = 0.25f * sinf(6.2831853f * 882.0f / RATE * (float)i);
  }
  in[40000] = INFINITY;
  in[40003] = NAN;
  SNDFILE* file = sf_open("tones.wav", SFM_WRITE, &info);
  if (!file || sf_writef_float(file, in, FRAMES) != FRAMES) return -1;
  return sf_close(file);
}

static int teardown(void** state) {
  (void)state;
  return unlink("tones.wav") + chdir("/") + rmdir(folder);
}

// Play a part, at most \p room frames at a time.
static size_t play(double start, double end, double rate, size_t room) {
  static Excerpt excerpt;
  char error[512] = "";
  size_t n = 0, got = 0;
  if (excerpt_open(&excerpt, "tones.wav", start, end, error, sizeof error) != 0)
    fail_msg("%s", error);
  assert_int_equal(excerpt_set_rate(&excerpt, rate), 0);
  while ((got = excerpt_read(&excerpt, out + 2 * n, MOST - n < room ? MOST - n : room)) > 0)
    n += got;
  excerpt_close(&excerpt);
  return n;
}

static void at_the_files_own_rate_no_bit_changes(void** state) {
  (void)state;
  assert_int_equal(play(0.0, 0.5, RATE, 100), RATE / 2);
  assert_memory_equal(out, in, 2 * (RATE / 2) * sizeof *in);
  assert_int_equal(play(0.25, 0.5, RATE, 3000), RATE / 4);
  assert_memory_equal(out, in + 2 * (RATE / 4), 2 * (RATE / 4) * sizeof *in);
}

static void at_another_rate_a_tone_stays_that_tone(void** state) {
  (void)state;
  static const double rates[] = {48000.0, 44100.0, 11025.0, 24000.0};
  for (size_t i = 0; i < sizeof rates / sizeof *rates; ++i) {
    const size_t n = play(0.0, 0.5, rates[i], 777);
    assert_true(fabs((double)n - 0.5 * rates[i]) < 2.0);
    for (size_t k = 200; k + 200 < n; ++k) { // the filter rings at the ends
      const double t = (double)k / rates[i];
      assert_true(fabs((double)out[2 * k] - 0.5 * sin(6.283185307179586 * 441.0 * t)) < 0.01);
      assert_true(fabs((double)out[2 * k + 1] - 0.25 * sin(6.283185307179586 * 882.0 * t)) < 0.01);
    }
  }
}

static void the_size_of_a_request_makes_no_difference(void** state) {
  (void)state;
  static float whole[2 * MOST];
  const size_t n = play(0.0, 0.5, 48000.0, MOST);
  memcpy(whole, out, 2 * n * sizeof *out);
  for (size_t room = 1; room < 3000; room = 3 * room + 1) {
    assert_int_equal(play(0.0, 0.5, 48000.0, room), n);
    for (size_t i = 0; i < 2 * n; ++i)
      assert_true(fabsf(out[i] - whole[i]) < 1e-5f);
  }
}

static void samples_that_are_not_numbers_are_silence(void** state) {
  (void)state;
  const size_t n = play(0.0, 2.0, 48000.0, 1000);
  assert_true(n > 95990);
  for (size_t i = 0; i < 2 * n; ++i)
    assert_true(isfinite(out[i]) && fabsf(out[i]) < 0.7f);
}

static void rates_too_far_apart_are_refused(void** state) {
  (void)state;
  static Excerpt excerpt;
  char error[512];
  assert_int_equal(excerpt_open(&excerpt, "tones.wav", 0.0, 1.0, error, sizeof error), 0);
  assert_int_equal(excerpt_set_rate(&excerpt, 2e9), -1);
  excerpt_close(&excerpt);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(at_the_files_own_rate_no_bit_changes),
      cmocka_unit_test(at_another_rate_a_tone_stays_that_tone),
      cmocka_unit_test(the_size_of_a_request_makes_no_difference),
      cmocka_unit_test(samples_that_are_not_numbers_are_silence),
      cmocka_unit_test(rates_too_far_apart_are_refused),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
