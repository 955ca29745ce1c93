// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/frontend.h"

#include "dsp/bandwidth.h"
#include "goldens.h"
#include "harness.h"
#include "signals.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

static Frontend* new_frontend(double rate) {
  const FrontendSpec spec = frontend_default_spec();
  char error[200] = "";
  Frontend* fe = frontend_new(&spec, rate, error, sizeof error);
  if (!fe) fail_msg("%s", error);
  return fe;
}

/// Field by field: padding does not count.
static bool same_hop(const HopFeatures* a, const HopFeatures* b) {
  return a->end == b->end && a->silent == b->silent && a->gate_opened == b->gate_opened &&
         a->burst == b->burst && !memcmp(&a->loudness, &b->loudness, sizeof(float)) &&
         !memcmp(&a->loudness_short, &b->loudness_short, sizeof(float)) &&
         !memcmp(&a->loudness_slow, &b->loudness_slow, sizeof(float)) &&
         !memcmp(a->logmel, b->logmel, sizeof a->logmel) &&
         !memcmp(a->cues, b->cues, sizeof a->cues) &&
         !memcmp(a->chroma, b->chroma, sizeof a->chroma) &&
         !memcmp(a->semitones, b->semitones, sizeof a->semitones);
}

static void assert_sane(const HopFeatures* hop) {
  assert_true(isfinite(hop->loudness) && isfinite(hop->loudness_short) &&
              isfinite(hop->loudness_slow));
  for (size_t i = 0; i < FRONTEND_FRAMES * 64; ++i)
    assert_true(hop->logmel[i] >= -60.001f && hop->logmel[i] < 40.0f);
  for (size_t i = 0; i < FRONTEND_SEMITONES; ++i)
    assert_true(hop->semitones[i] >= -60.001f && hop->semitones[i] < 40.0f);
  for (size_t i = 0; i < FRONTEND_CHROMA; ++i)
    assert_true(hop->chroma[i] >= 0.0f && hop->chroma[i] <= 1.0001f);
  for (unsigned i = 0; i < CUE_COUNT; ++i)
    assert_true(isfinite(hop->cues[i]));
  // Cues with a closed range stay in it for any sound.
  static const Cue closed[] = {CUE_FLATNESS,  CUE_BASS_SHARE, CUE_KEY_CLARITY,   CUE_MODE,
                               CUE_MODE_SLOW, CUE_MODE_FAST,  CUE_LOW_ENERGY,    CUE_TONAL_CHANGE,
                               CUE_TONALNESS, CUE_ROUGHNESS,  CUE_PULSE_CLARITY, CUE_TEMPO};
  for (size_t i = 0; i < sizeof closed / sizeof *closed; ++i) {
    const CueInfo* info = cue_info(closed[i]);
    if (!(hop->cues[closed[i]] >= info->low - 0.001f &&
          hop->cues[closed[i]] <= info->high + 0.001f))
      fail_msg("%s = %g", info->name, (double)hop->cues[closed[i]]);
  }
}

/// A few seconds with everything in them: tones, clicks, noise, a pause, a crescendo.
static float* medley(double rate, size_t* n) {
  *n = (size_t)(9.0 * rate);
  float* x = signal_new(*n);
  signal_plucks(x, *n, rate, 0.05);
  signal_clicks(x, *n, rate, 133.0, 0.2, 0.1f);
  signal_pink(x, *n, rate, 0.05f, 2);
  for (size_t i = 0; i < *n; ++i) {
    const double t = (double)i / rate;
    x[i] *= t > 3.3 && t < 6.1 ? 0.0f : (float)(0.2 + 0.1 * t);
  }
  return x;
}

static void bad_specifications_and_rates_get_an_error_message(void** state) {
  (void)state;
  const FrontendSpec good = frontend_default_spec();
  FrontendSpec bad[] = {good, good, good, good, good, good, good};
  bad[0].n_mel = 15;
  bad[1].n_mel = FRONTEND_MAX_MEL + 1;
  bad[2].fmin = -1.0f;
  bad[3].fmax = bad[3].fmin;
  bad[4].fmax = 30000.0f;
  bad[5].fmin = NAN;
  bad[6].fmax = INFINITY;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    char error[200] = "";
    assert_null(frontend_new(&bad[i], 48000.0, error, sizeof error));
    assert_true(strlen(error) > 15);
    assert_null(frontend_new(&bad[i], 48000.0, NULL, 0));
  }
  static const double rates[] = {0, -48000, 7999, 192001, NAN, INFINITY};
  for (size_t i = 0; i < sizeof rates / sizeof *rates; ++i) {
    char error[200] = "";
    assert_null(frontend_new(&good, rates[i], error, sizeof error));
    assert_non_null(strstr(error, "sample rate"));
  }
  frontend_free(NULL);
  assert_true(frontend_same_spec(&good, &good));
  assert_false(frontend_same_spec(&good, &bad[0]));
}

static void every_specification_within_the_limits_works(void** state) {
  (void)state;
  static const FrontendSpec specs[] = {
      {16, 0.0f, 4000.0f}, {128, 20.0f, 16000.0f}, {64, 30.0f, 130.0f}};
  static const double rates[] = {8000, 48000};
  for (size_t s = 0; s < 3; ++s)
    for (size_t r = 0; r < 2; ++r) {
      Frontend* fe = frontend_new(&specs[s], rates[r], NULL, 0);
      assert_non_null(fe);
      const size_t n = (size_t)rates[r];
      float* x = signal_new(n);
      signal_noise(x, n, 0.3f, 1);
      HopFeatures hops[3];
      assert_int_equal(signal_push(fe, x, n, 1000, hops, 0, 3), 2);
      for (size_t i = 0; i < (size_t)FRONTEND_FRAMES * specs[s].n_mel; ++i)
        assert_true(hops[1].logmel[i] >= -60.001f && hops[1].logmel[i] < 20.0f);
      free(x);
      frontend_free(fe);
    }
}

static void hops_end_every_half_second_at_every_rate(void** state) {
  (void)state;
  static const double rates[] = {8000,  11025, 16000, 22050,  32000,  37800, 44056,
                                 44100, 48000, 88200, 176400, 192000, 8001,  47952.5};
  for (size_t r = 0; r < sizeof rates / sizeof *rates; ++r) {
    const size_t n = (size_t)(4.1 * rates[r]);
    float* x = signal_new(n);
    size_t count;
    HopFeatures* hops = signal_hear(x, n, rates[r], &count);
    assert_int_equal(count, 8);
    for (size_t i = 0; i < count; ++i) {
      const double exact = 0.5 * (double)(i + 1) * rates[r];
      if (rates[r] == floor(rates[r]))
        assert_int_equal(hops[i].end, (uint64_t)floor(exact + 0.5));
      else
        assert_near(hops[i].end, exact, 1.0);
    }
    free(hops);
    free(x);
  }
}

static void blocks_of_any_size_give_the_same_bits(void** state) {
  (void)state;
  static const double rates[] = {44100, 11025};
  static const size_t blocks[] = {1, 7, 64, 441, 0};
  for (size_t r = 0; r < 2; ++r) {
    size_t n;
    float* x = medley(rates[r], &n);
    Frontend* fe = new_frontend(rates[r]);
    HopFeatures* whole = calloc(20, sizeof *whole);
    HopFeatures* pieces = calloc(20, sizeof *pieces);
    const size_t count = signal_push(fe, x, n, 8192, whole, 0, 20);
    assert_int_equal(count, 18);
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; ++b) {
      frontend_reset(fe); // also: a reset clears all state
      assert_int_equal(signal_push(fe, x, n, blocks[b], pieces, 0, 20), count);
      for (size_t i = 0; i < count; ++i)
        assert_true(same_hop(&whole[i], &pieces[i]));
    }
    frontend_free(fe);
    free(pieces);
    free(whole);
    free(x);
  }
}

static void a_reset_in_mid_frame_is_as_new(void** state) {
  (void)state;
  size_t n;
  float* x = medley(44100.0, &n);
  size_t count;
  HopFeatures* fresh = signal_hear(x, n, 44100.0, &count);
  HopFeatures* again = calloc(40, sizeof *again);
  Frontend* fe = new_frontend(44100.0);
  signal_push(fe, x + 1000, n - 1000, 4096, again, 0, 40);
  frontend_reset(fe);
  assert_int_equal(signal_push(fe, x, n, 4096, again, 0, 40), count);
  for (size_t i = 0; i < count; ++i)
    assert_true(same_hop(&fresh[i], &again[i]));
  frontend_free(fe);
  free(again);
  free(fresh);
  free(x);
}

static void logmel_and_slow_loudness_equal_numpys(void** state) {
  (void)state;
  const size_t n = 48000;
  float* x = signal_new(n);
  signal_noise(x, n, 0.25f, 2);
  signal_scale(x, n / 2, 0.5f);
  size_t count;
  HopFeatures* hops = signal_hear(x, n, 48000.0, &count);
  assert_int_equal(count, 2);
  // The normaliser leaves out the bin at 25 Hz (an offset is not sound): 0.01 LU here.
  assert_near(hops[1].loudness_slow, golden_logmel_lufs[0] + 10.0 * log10(2.0),
              0.01); // of two channels
  const double shift = (double)(hops[1].loudness_slow - golden_logmel_lufs[0]) - 10.0 * log10(2.0);
  for (size_t m = 0; m < 64; ++m)
    assert_near((double)hops[1].logmel[12 * 64 + m] + shift, golden_logmel[m], 1e-3);
  free(hops);
  free(x);
}

static void the_same_sound_reads_the_same_at_every_rate(void** state) {
  (void)state;
  // Plucked tones under 3.4 kHz, so that even 8 kHz has all of it.
  const double seconds = 12.0;
  size_t count, other;
  float* x = signal_new((size_t)(seconds * 48000.0));
  signal_plucks(x, (size_t)(seconds * 48000.0), 48000.0, 0.1);
  HopFeatures* reference = signal_hear(x, (size_t)(seconds * 48000.0), 48000.0, &count);
  free(x);
  static const double rates[] = {8000, 11025, 22050, 44100, 96000, 192000};
  for (size_t r = 0; r < sizeof rates / sizeof *rates; ++r) {
    const size_t n = (size_t)(seconds * rates[r]);
    x = signal_new(n);
    signal_plucks(x, n, rates[r], 0.1);
    HopFeatures* hops = signal_hear(x, n, rates[r], &other);
    assert_int_equal(other, count);
    double cues[CUE_COUNT] = {0}, logmel = 0.0;
    for (size_t i = 4; i < count; ++i) {
      for (unsigned c = 0; c < CUE_COUNT; ++c)
        cues[c] += fabs((double)(hops[i].cues[c] - reference[i].cues[c])) / (double)(count - 4);
      for (size_t f = 0; f < FRONTEND_FRAMES; ++f)
        for (size_t m = 0; m < 36; ++m) // to 3.1 kHz
          logmel += fabs((double)(hops[i].logmel[f * 64 + m] - reference[i].logmel[f * 64 + m])) /
                    (36.0 * FRONTEND_FRAMES * (double)(count - 4));
      assert_near(hops[i].loudness, reference[i].loudness, 0.1);
    }
    assert_below(logmel, 0.05);
    for (unsigned c = 0; c < CUE_COUNT; ++c) {
      // Above 3.4 kHz there is only rounding noise, and at a rate of 8 kHz not even that.
      if (c == CUE_FLATNESS || c == CUE_CONTRAST) continue;
      const CueInfo* info = cue_info(c);
      // Only at the lower rates the missing bands are known from the first hop on: the flux
      // remembers that.
      const double share = c == CUE_PULSE_CLARITY ? 0.03 : 0.01;
      if (!(cues[c] <= share * (double)(info->high - info->low)))
        fail_msg("%s differs by %g at %g Hz", info->name, cues[c], rates[r]);
    }
    free(hops);
    free(x);
  }
  free(reference);
}

static void gain_changes_no_feature(void** state) {
  (void)state;
  const double rate = 44100.0;
  const size_t n = (size_t)(10.0 * rate);
  static const double gains_db[] = {-12, -6, 5, 12};
  float* x = signal_new(n);
  signal_plucks(x, n, rate, 0.1);
  signal_clicks(x, n, rate, 110.0, 0.3, 0.1f);
  signal_pink(x, n, rate, 0.02f, 4);
  size_t count, other;
  HopFeatures* reference = signal_hear(x, n, rate, &count);
  float* y = signal_new(n);
  for (size_t g = 0; g < sizeof gains_db / sizeof *gains_db; ++g) {
    memcpy(y, x, n * sizeof *y);
    signal_scale(y, n, (float)pow(10.0, gains_db[g] / 20.0));
    HopFeatures* hops = signal_hear(y, n, rate, &other);
    for (size_t i = 0; i < count; ++i) {
      assert_near(hops[i].loudness - reference[i].loudness, gains_db[g], 1e-3);
      assert_near(hops[i].loudness_slow - reference[i].loudness_slow, gains_db[g], 1e-3);
      for (size_t k = 0; k < FRONTEND_FRAMES * 64; ++k)
        assert_near(hops[i].logmel[k], reference[i].logmel[k], 1e-3);
      for (unsigned c = 0; c < CUE_COUNT; ++c)
        assert_near(hops[i].cues[c], reference[i].cues[c], 1e-3);
      for (size_t k = 0; k < FRONTEND_SEMITONES; ++k)
        assert_near(hops[i].semitones[k], reference[i].semitones[k], 1e-3);
      for (size_t k = 0; k < FRONTEND_CHROMA; ++k)
        assert_near(hops[i].chroma[k], reference[i].chroma[k], 1e-3);
    }
    free(hops);
  }
  free(y);
  free(reference);
  free(x);
}

static void nan_and_infinity_count_as_silence(void** state) {
  (void)state;
  size_t n, count, other;
  float* zeros = medley(44100.0, &n);
  float* burst = signal_new(n);
  memcpy(burst, zeros, n * sizeof *burst);
  static const float bad[] = {NAN, INFINITY, -INFINITY, -NAN};
  for (size_t i = 50000; i < 53000; ++i) {
    zeros[i] = 0.0f;
    burst[i] = bad[i % 4];
  }
  for (unsigned side = 0; side < 3; ++side) { // left, right, both
    HopFeatures* expected = signal_hear(zeros, n, 44100.0, &count);
    HopFeatures* hops =
        signal_hear_two(side == 1 ? zeros : burst, side == 0 ? zeros : burst, n, 44100.0, &other);
    assert_int_equal(count, other);
    for (size_t i = 0; i < count; ++i) {
      assert_sane(&hops[i]);
      assert_true(same_hop(&hops[i], &expected[i]));
    }
    free(hops);
    free(expected);
  }
  free(burst);
  free(zeros);
}

static void huge_samples_are_clamped_to_1e10(void** state) {
  (void)state;
  const size_t n = 44100;
  size_t count;
  float* cut = signal_new(n);
  float* huge = signal_new(n);
  uint32_t seed = 1;
  for (size_t i = 0; i < n; ++i) {
    const float sign = signal_random(&seed) < 0.0f ? -1.0f : 1.0f;
    cut[i] = 1e10f * sign;
    huge[i] = (i % 2 ? 1e30f : FLT_MAX) * sign;
  }
  HopFeatures* expected = signal_hear(cut, n, 44100.0, &count);
  HopFeatures* hops = signal_hear(huge, n, 44100.0, &count);
  for (size_t i = 0; i < count; ++i) {
    assert_sane(&hops[i]);
    assert_true(same_hop(&hops[i], &expected[i]));
  }
  free(hops);
  free(expected);
  free(huge);
  free(cut);
}

static void silence_is_silent_and_neutral(void** state) {
  (void)state;
  static const float levels[] = {0.0f, 1e-40f, 1e-5f}; // digital zero, denormal, -100 dB
  static const double rates[] = {8000, 44100, 192000};
  for (size_t l = 0; l < 3; ++l)
    for (size_t r = 0; r < 3; ++r) {
      const size_t n = (size_t)(2.0 * rates[r]);
      size_t count;
      float* x = signal_new(n);
      signal_noise(x, n, levels[l], 3);
      HopFeatures* hops = signal_hear(x, n, rates[r], &count);
      for (size_t i = 0; i < count; ++i) {
        assert_sane(&hops[i]);
        assert_true(hops[i].silent);
        assert_false(hops[i].gate_opened);
        for (size_t k = 0; k < FRONTEND_FRAMES * 64; ++k)
          assert_near(hops[i].logmel[k], -60.0, 0.0);
        for (unsigned c = 0; c < CUE_COUNT; ++c)
          assert_near(hops[i].cues[c],
                      c == CUE_TEMPO       ? 120.0
                      : c == CUE_REGISTER  ? 60.0
                      : c == CUE_BANDWIDTH ? (double)BANDWIDTH_ALL
                                           : 0.0,
                      0);
        if (l < 2) assert_near(hops[i].loudness, -120.0, 0.0);
      }
      free(hops);
      free(x);
    }
}

/// The early hops of \p x from a front end with the gate \p gate.  \return how many
static size_t hear_early(const float* x, size_t n, double rate, float gate, HopFeatures* hops) {
  Frontend* fe = new_frontend(rate);
  assert_true(frontend_stagger(fe));
  frontend_set_gate(fe, gate);
  size_t count = 0;
  for (size_t at = 0; at < n;) {
    bool done;
    at += frontend_push(fe, x + at, x + at, n - at, &done);
    if (done && frontend_staggered_hop(fe)) hops[count++] = *frontend_staggered_hop(fe);
  }
  frontend_free(fe);
  return count;
}

/// Equal except at the end, and except for rounding in the tonal cues.
static void expect_alike(const HopFeatures* a, const HopFeatures* b) {
  assert_int_equal(a->silent, b->silent);
  assert_int_equal(a->gate_opened, b->gate_opened);
  assert_int_equal(a->burst, b->burst);
  assert_near(a->loudness, b->loudness, 0.0);
  assert_near(a->loudness_short, b->loudness_short, 0.0);
  assert_near(a->loudness_slow, b->loudness_slow, 0.0);
  assert_memory_equal(a->logmel, b->logmel, sizeof a->logmel);
  for (unsigned i = 0; i < CUE_COUNT; ++i)
    assert_near(a->cues[i], b->cues[i], 0.01);
  for (unsigned i = 0; i < FRONTEND_CHROMA; ++i)
    assert_near(a->chroma[i], b->chroma[i], 2e-3);
  for (unsigned i = 0; i < FRONTEND_SEMITONES; ++i)
    assert_near(a->semitones[i], b->semitones[i], 0.2);
}

/// Of a sound that begins in narrow bands, and whose hops end in them.
static void early_hops_do_not_change_the_others(void** state) {
  (void)state;
  const double rate = 44100.0;
  const size_t n = (size_t)(4.0 * rate);
  float *x = signal_new(n), *narrow = signal_new(n);
  signal_noise(x, n, 0.1f, 1);
  for (double hz = 100.0; hz < 4000.0; hz += 37.0)
    signal_sine(narrow, n, rate, hz, 0.01);
  for (size_t i = 0; i < n; ++i)
    if ((double)i < rate || fmod((double)i / rate, 0.5) >= 0.3) x[i] = narrow[i];
  size_t count = 0, at = 0;
  HopFeatures* usual = signal_hear(x, n, rate, &count);
  Frontend* fe = new_frontend(rate);
  assert_true(frontend_stagger(fe));
  for (size_t i = 0; i < count; ++i) {
    bool done = false;
    while (!done)
      at += frontend_push(fe, x + at, x + at, n - at, &done);
    assert_memory_equal(frontend_hop(fe)->cues, usual[i].cues, sizeof usual[i].cues);
    assert_memory_equal(frontend_hop(fe)->logmel, usual[i].logmel, sizeof usual[i].logmel);
  }
  frontend_free(fe);
  free(usual);
  free(narrow);
  free(x);
}

static void early_hops_equal_those_of_a_sound_begun_earlier(void** state) {
  (void)state;
  enum { HOPS = 20 };
  const double rate = 44100.0;
  const size_t before = (size_t)(0.3 * rate); // so that hops end 0.2 s before the others
  for (unsigned burst = 0; burst < 2; ++burst) {
    HopFeatures* early = calloc(HOPS, sizeof *early);
    assert_non_null(early);
    size_t n, count;
    float* sound = medley(rate, &n);
    if (burst) sound[(size_t)(2.87 * rate)] = 1e4f;
    float* x = signal_new(before + n);
    memcpy(x + before, sound, n * sizeof *x);
    HopFeatures* usual = signal_hear(sound, n, rate, &count);
    const size_t found = hear_early(x, before + n, rate, -60.0f, early);
    assert_in_range(found, count - 1, HOPS);
    unsigned bursts = 0;
    for (size_t i = 0; i < found && i < count; ++i) {
      assert_int_equal(early[i].end, usual[i].end + before);
      assert_int_equal(early[i].burst, usual[i].burst);
      bursts += early[i].burst;
      // A burst is limited to the loudness of the usual hops.
      if (!early[i].burst && !(i > 0 && early[i - 1].burst)) expect_alike(&early[i], &usual[i]);
    }
    assert_int_equal(bursts > 0, burst);
    // Both have the same gate.
    assert_int_equal(hear_early(x, before + n, rate, 0.0f, early), found);
    for (size_t i = 2; i < found; ++i)
      assert_true(burst || early[i].silent);
    free(early);
    free(usual);
    free(sound);
    free(x);
  }
}

static void after_a_long_silence_the_harmony_starts_again(void** state) {
  (void)state;
  const double rate = 44100.0;
  const size_t part = (size_t)(4.0 * rate), n = 3 * part;
  float* x = signal_new(n); // F sharp minor, silence, C major
  signal_chord(x, part, rate, (const double[]){66, 69, 73}, 3, 0.1);
  signal_clicks(x, part, rate, 150.0, 0.1, 0.5f);
  signal_chord(x + 2 * part, part, rate, (const double[]){60, 64, 67}, 3, 0.1);
  size_t count, other;
  HopFeatures* both = signal_hear(x, n, rate, &count);
  memset(x, 0, part * sizeof *x);
  HopFeatures* second = signal_hear(x, n, rate, &other);
  assert_int_equal(count, 24);
  size_t openings = 0;
  for (size_t i = 0; i < count; ++i)
    openings += both[i].gate_opened;
  assert_int_equal(openings, 2);
  assert_true(both[0].gate_opened && both[16].gate_opened);
  assert_true(both[14].silent);
  static const Cue harmony[] = {CUE_MODE,         CUE_MODE_FAST, CUE_MODE_SLOW, CUE_KEY_CLARITY,
                                CUE_TONAL_CHANGE, CUE_ROUGHNESS, CUE_REGISTER};
  for (size_t i = 16; i < count; ++i)
    for (size_t c = 0; c < sizeof harmony / sizeof *harmony; ++c)
      assert_near(both[i].cues[harmony[c]], second[i].cues[harmony[c]], 0.0);
  for (size_t i = 16; i < count; ++i) { // nor does the beat before it count
    assert_near(both[i].cues[CUE_PULSE_CLARITY], second[i].cues[CUE_PULSE_CLARITY], 0.02);
    assert_near(both[i].cues[CUE_TEMPO], second[i].cues[CUE_TEMPO], 1.0);
  }
  free(second);
  free(both);
  free(x);
}

static void a_forgotten_beat_has_no_effect(void** state) {
  (void)state;
  const double rate = 44100.0;
  const size_t n = (size_t)(10.0 * rate), beat = (size_t)(6.0 * rate);
  float* x = signal_new(n);
  signal_clicks(x, beat, rate, 150.0, 0.1, 0.5f);
  signal_chord(x + beat, n - beat, rate, (const double[]){60, 64, 67}, 3, 0.1);
  for (unsigned forgets = 0; forgets < 2; ++forgets) {
    Frontend* fe = new_frontend(rate);
    size_t hops = 0;
    for (size_t at = 0; at < n && hops < 15;) {
      bool done;
      at += frontend_push(fe, x + at, x + at, n - at, &done);
      if (!done) continue;
      if (++hops == 13 && forgets) frontend_forget(fe, 1); // the chord began with the last hop
    }
    const float* cues = frontend_hop(fe)->cues;
    if (forgets) {
      assert_near(cues[CUE_PULSE_CLARITY], 0.0, 0.0); // it takes 2 s
      assert_near(cues[CUE_TEMPO], 120.0, 0.0);
    } else {
      assert_above(cues[CUE_PULSE_CLARITY], 0.1);
      assert_near(cues[CUE_TEMPO], 150.0, 3.0);
    }
    frontend_free(fe);
  }
  free(x);
}

static void a_beat_that_is_not_forgotten_goes_on(void** state) {
  (void)state;
  const double rate = 44100.0;
  const size_t n = (size_t)(8.0 * rate);
  float* x = signal_new(n);
  signal_clicks(x, n, rate, 150.0, 0.1, 0.5f);
  Frontend* fe = new_frontend(rate);
  size_t hops = 0;
  for (size_t at = 0; at < n && hops < 15;) {
    bool done;
    at += frontend_push(fe, x + at, x + at, n - at, &done);
    if (done && ++hops == 14) frontend_forget(fe, 8); // 4 s are kept
  }
  assert_near(frontend_hop(fe)->cues[CUE_TEMPO], 150.0, 3.0);
  frontend_free(fe);
  free(x);
}

static void a_forgotten_key_has_no_effect(void** state) {
  (void)state;
  const double rate = 44100.0;
  const size_t n = (size_t)(8.0 * rate), minor = (size_t)(6.0 * rate);
  float* x = signal_new(n);
  signal_chord(x, minor, rate, (const double[]){60, 63, 67}, 3, 0.1);
  signal_chord(x + minor, n - minor, rate, (const double[]){60, 64, 67}, 3, 0.1);
  float mode[2];
  for (unsigned forgets = 0; forgets < 2; ++forgets) {
    Frontend* fe = new_frontend(rate);
    size_t hops = 0;
    for (size_t at = 0; at < n;) {
      bool done;
      at += frontend_push(fe, x + at, x + at, n - at, &done);
      if (done && ++hops == 12 && forgets) frontend_forget(fe, 1);
    }
    mode[forgets] = frontend_hop(fe)->cues[CUE_MODE_SLOW];
    frontend_free(fe);
  }
  assert_above(mode[1], mode[0] + 0.3);
  free(x);
}

static void a_hum_below_the_gate_does_not_affect_the_next_piece(void** state) {
  (void)state;
  const double rate = 44100.0;
  const size_t part = (size_t)(4.0 * rate), n = 3 * part;
  float* x = signal_new(n); // a chord, a hum that is not music, a hiss
  signal_chord(x, part, rate, (const double[]){66, 69, 73}, 3, 0.1);
  signal_sine(x + part, part, rate, 100.0, 0.00072);
  signal_noise(x + 2 * part, part, 0.003f, 4);
  size_t count, other;
  HopFeatures* hum = signal_hear(x, n, rate, &count);
  memset(x + part, 0, part * sizeof *x);
  HopFeatures* zero = signal_hear(x, n, rate, &other);
  assert_int_equal(count, other);
  assert_true(hum[14].silent && zero[14].silent && hum[14].loudness > -67.0f);
  assert_true(hum[16].gate_opened && zero[16].gate_opened);
  assert_near(hum[16].cues[CUE_CENTROID], zero[16].cues[CUE_CENTROID], 0.1);
  assert_near(hum[16].cues[CUE_BASS_SHARE], zero[16].cues[CUE_BASS_SHARE], 0.03);
  free(hum);
  free(zero);
  free(x);
}

static void cues_keep_their_ranges_on_anything(void** state) {
  (void)state;
  static const double rates[] = {8000, 44100, 192000};
  for (size_t r = 0; r < 3; ++r)
    for (int kind = 0; kind < 7; ++kind) {
      const size_t n = (size_t)(4.0 * rates[r]);
      float* x = signal_new(n);
      for (size_t i = 0; i < n; ++i)
        switch (kind) {
        case 0: // full-scale square at a quarter of the rate
          x[i] = i / 2 % 2 ? 1.0f : -1.0f;
          break;
        case 1: // one click
          x[i] = i == n / 2 ? 1.0f : 0.0f;
          break;
        case 2: // a large offset
          x[i] = 0.9f;
          break;
        case 3: // Nyquist
          x[i] = i % 2 ? 1.0f : -1.0f;
          break;
        case 4: // a ramp a second
          x[i] = (float)(fmod((double)i / rates[r], 1.0) - 0.5);
          break;
        default:
          break;
        }
      if (kind == 5) signal_noise(x, n, 900.0f, 8);
      if (kind == 6)
        for (int note = 40; note < 100; ++note)
          signal_sine(x, n, rates[r], 440.0 * exp2((note - 69) / 12.0) + 0.3 * note, 0.02);
      size_t count;
      HopFeatures* hops = signal_hear(x, n, rates[r], &count);
      for (size_t i = 0; i < count; ++i)
        assert_sane(&hops[i]);
      free(hops);
      free(x);
    }
}

static void drums_accent_their_own_bands(void** state) {
  (void)state;
  const double rate = 44100.0;
  const size_t n = (size_t)(6.0 * rate);
  float accent[2][2], flux[2][2]; // [drum, cymbal][bass, high]
  for (int high = 0; high < 2; ++high) {
    float* x = signal_new(n);
    uint32_t seed = 4;
    float before[2] = {0.0f, 0.0f};
    for (size_t i = 0; i < n;
         ++i) { // a bass drum of 70 Hz, or a cymbal of noise differentiated twice
      const double t = fmod((double)i / rate, 0.5);
      const float noise = signal_random(&seed);
      const double cymbal = (double)(noise - 2.0f * before[0] + before[1]);
      const double drum = high ? 0.1 * cymbal : sin(2.0 * 3.14159265358979323846 * 70.0 * t);
      x[i] = (float)(0.4 * (1.0 - exp(-t / 0.006)) * exp(-t / 0.08) * drum);
      before[1] = before[0];
      before[0] = noise;
    }
    signal_pink(x, n, rate, 0.001f, 5);
    signal_noise(x, n, 0.002f, 6);
    size_t count;
    HopFeatures* hops = signal_hear(x, n, rate, &count);
    accent[high][0] = hops[count - 1].cues[CUE_ACCENT_BASS];
    accent[high][1] = hops[count - 1].cues[CUE_ACCENT_HIGH];
    flux[high][0] = hops[count - 1].cues[CUE_FLUX_BASS];
    flux[high][1] = hops[count - 1].cues[CUE_FLUX_HIGH];
    free(hops);
    free(x);
  }
  assert_above(accent[0][0], 2.0 * (double)accent[0][1]);
  assert_above(accent[1][1], 2.0 * (double)accent[1][0]);
  assert_above(flux[0][0], flux[1][0]);
  assert_above(flux[1][1], flux[0][1]);
}

static void white_noise_and_sines_have_the_brightness_of_the_formulas(void** state) {
  (void)state;
  const double rate = 48000.0;
  const size_t n = (size_t)(4.0 * rate);
  size_t count;
  float* x = signal_new(n);
  signal_noise(x, n, 0.3f, 6);
  HopFeatures* hops = signal_hear(x, n, rate, &count);
  assert_near(hops[count - 1].cues[CUE_CENTROID], golden_white_centroid[0], 0.06);
  assert_near(hops[count - 1].cues[CUE_ROLLOFF], golden_white_rolloff[0], 0.04);
  assert_above(hops[count - 1].cues[CUE_FLATNESS], -0.5);
  free(hops);
  static const double hz[] = {250, 1000, 4000};
  for (size_t i = 0; i < 3; ++i) {
    memset(x, 0, n * sizeof *x);
    signal_sine(x, n, rate, hz[i], 0.3);
    hops = signal_hear(x, n, rate, &count);
    assert_near(hops[count - 1].cues[CUE_CENTROID], log2(hz[i] / 1000.0),
                0.2); // a band and its neighbours
    assert_below(hops[count - 1].cues[CUE_FLATNESS], -50.0);
    free(hops);
  }
  free(x);
}

static void one_channel_reads_like_two_equal_ones_bit_for_bit(void** state) {
  (void)state;
  static const double rates[] = {8000, 44100, 192000};
  for (size_t r = 0; r < 3; ++r) {
    size_t n, count, other;
    float* x = medley(rates[r], &n);
    float* copy = signal_new(n);
    memcpy(copy, x, n * sizeof *copy);
    HopFeatures* one = signal_hear(x, n, rates[r], &count);
    HopFeatures* two = signal_hear_two(x, copy, n, rates[r], &other);
    assert_int_equal(other, count);
    for (size_t i = 0; i < count; ++i)
      assert_true(same_hop(&one[i], &two[i]));
    free(one);
    free(two);
    free(copy);
    free(x);
  }
}

/// Every feature but the flags within \p share of its range.
static void assert_alike(const HopFeatures* a, const HopFeatures* b, double share) {
  assert_near(a->loudness, b->loudness, 40.0 * share);
  assert_near(a->loudness_short, b->loudness_short, 40.0 * share);
  for (size_t i = 0; i < (size_t)FRONTEND_FRAMES * 64; ++i)
    assert_near(a->logmel[i], b->logmel[i], 60.0 * share);
  for (unsigned c = 0; c < CUE_COUNT; ++c) {
    const CueInfo* info = cue_info(c);
    if (fabs((double)(a->cues[c] - b->cues[c])) > share * (double)(info->high - info->low))
      fail_msg("%s: %g, %g", info->name, (double)a->cues[c], (double)b->cues[c]);
  }
}

static void neither_side_nor_polarity_matters_to_what_both_hold(void** state) {
  (void)state;
  size_t n, count, other;
  float* x = medley(44100.0, &n);
  float *inverted = signal_new(n), *noise = signal_new(n), *inverted_noise = signal_new(n);
  for (size_t i = 0; i < n; ++i)
    inverted[i] = -x[i];
  HopFeatures* alike = signal_hear(x, n, 44100.0, &count);
  HopFeatures* opposite = signal_hear_two(x, inverted, n, 44100.0, &other);
  assert_int_equal(other, count);
  for (size_t i = 0; i < count; ++i)
    assert_alike(&alike[i], &opposite[i], 1e-3);
  free(alike);
  free(opposite);
  // Two sounds: swapped, and with one of them inverted.
  signal_pink(noise, n, 44100.0, 0.03f, 9);
  for (size_t i = 0; i < n; ++i)
    inverted_noise[i] = -noise[i];
  alike = signal_hear_two(x, noise, n, 44100.0, &count);
  const float* pairs[2][2] = {{noise, x}, {x, inverted_noise}};
  for (int p = 0; p < 2; ++p) {
    opposite = signal_hear_two(pairs[p][0], pairs[p][1], n, 44100.0, &other);
    for (size_t i = 0; i < count; ++i)
      assert_alike(&alike[i], &opposite[i], 1e-3);
    free(opposite);
  }
  free(alike);
  free(inverted_noise);
  free(noise);
  free(inverted);
  free(x);
}

static void channels_that_differ_in_one_sample_are_different(void** state) {
  (void)state;
  const double rate = 44100.0;
  const size_t n = (size_t)(4.0 * rate), frame = (size_t)(rate / 50.0);
  const size_t places[] = {0, frame / 2, frame - 1};
  for (size_t p = 0; p < sizeof places / sizeof *places; ++p) {
    float *left = signal_new(n), *right = signal_new(n);
    size_t count;
    for (size_t i = places[p]; i < n; i += frame) // a tone of 50 Hz, with all its partials
      right[i] = 0.5f;
    HopFeatures* hops = signal_hear_two(left, right, n, rate, &count);
    float sum = 0.0f;
    for (unsigned i = 0; i < FRONTEND_CHROMA; ++i)
      sum += hops[count - 1].chroma[i];
    assert_near(sum, 1.0, 1e-3);
    free(hops), free(left), free(right);
  }
}

static void no_jump_where_channels_become_different_or_equal(void** state) {
  (void)state;
  // While a channel is inverted the complex transform is needed; the powers stay the same.
  size_t n, count, other;
  float* x = medley(44100.0, &n);
  float* right = signal_new(n);
  for (size_t i = 0; i < n; ++i)
    right[i] = i / 50000 % 2 ? -x[i] : x[i];
  // Where the sign changes, the right channel has a step; at zero crossings it would have none.
  HopFeatures* alike = signal_hear(x, n, 44100.0, &count);
  HopFeatures* parting = signal_hear_two(x, right, n, 44100.0, &other);
  for (size_t i = 0; i < count; ++i)
    assert_near(parting[i].loudness, alike[i].loudness, 1.0);
  assert_alike(&alike[0], &parting[0], 1e-6);
  free(alike);
  free(parting);
  free(right);
  free(x);
}

static void a_follower_completes_its_hops_with_its_leader(void** state) {
  (void)state;
  static const double odd_rates[] = {11025.0, 22051.3, 44100.0};
  for (size_t r = 0; r < sizeof odd_rates / sizeof *odd_rates; ++r)
    for (size_t before = 1; before <= 3; ++before) {
      const size_t n = (size_t)(6.0 * odd_rates[r]);
      float* x = signal_new(n);
      signal_pink(x, n, odd_rates[r], 0.1f, 3);
      Frontend* fe[2] = {new_frontend(odd_rates[r]), new_frontend(odd_rates[r])};
      size_t at = 0, hops = 0;
      for (bool done; hops < before; hops += done)
        at += frontend_push(fe[0], x + at, x + at, n - at, &done);
      frontend_follow(fe[1], fe[0]);
      assert_int_equal(frontend_frame_rest(fe[1]), frontend_frame_rest(fe[0]));
      for (bool done[2]; at < n; hops += done[0]) {
        const size_t block = n - at < 700 ? n - at : 700;
        const size_t taken = frontend_push(fe[0], x + at, x + at, block, &done[0]);
        assert_int_equal(frontend_push(fe[1], x + at, x + at, block, &done[1]), taken);
        assert_int_equal(done[0], done[1]);
        at += taken;
        if (!done[0]) continue;
        assert_int_equal(frontend_hop(fe[0])->end, frontend_hop(fe[1])->end);
        assert_int_equal(frontend_hop(fe[0])->end, frontend_hop_end(odd_rates[r], hops));
        assert_int_equal(frontend_hop(fe[0])->end, at);
        // The frame itself is the same; the memory of the frames before is not.
        assert_near(frontend_hop(fe[0])->loudness, frontend_hop(fe[1])->loudness, 0.05);
      }
      assert_true(hops >= 11);
      frontend_free(fe[0]);
      frontend_free(fe[1]);
      free(x);
    }
}

static void samples_with_an_integer_scale_give_the_same_readings(void** state) {
  (void)state;
  size_t n, count, other;
  float* x = medley(44100.0, &n);
  HopFeatures* usual = signal_hear(x, n, 44100.0, &count);
  signal_scale(x, n, 2147483648.0f);
  HopFeatures* scaled = signal_hear(x, n, 44100.0, &other);
  for (size_t i = 0; i < count; ++i)
    if (!usual[i].silent && !scaled[i].silent) // the gate depends on level: tails last longer
      for (unsigned c = 0; c < CUE_COUNT; ++c)
        assert_true(isfinite(scaled[i].cues[c]));
  for (size_t i = 0; i < 6; ++i) { // before the pause
    scaled[i].loudness = usual[i].loudness;
    scaled[i].loudness_short = usual[i].loudness_short;
    assert_alike(&usual[i], &scaled[i], 1e-3);
  }
  free(usual);
  free(scaled);
  free(x);
}

static void a_burst_is_forgotten_after_2_s(void** state) {
  (void)state;
  const double rate = 44100.0;
  size_t n = (size_t)(14.0 * rate), count, other;
  float* x = signal_new(n);
  signal_plucks(x, n, rate, 0.05);
  signal_pink(x, n, rate, 0.03f, 2);
  HopFeatures* plain = signal_hear(x, n, rate, &count);
  const size_t at = (size_t)(6.2 * rate);
  for (int kind = 0; kind < 2; ++kind) {
    float* y = signal_new(n);
    memcpy(y, x, n * sizeof *y);
    if (kind == 0) y[at] = 1000.0f;
    if (kind == 1) signal_sine(y + at, (size_t)(0.2 * rate), rate, 1000.0, 10.0);
    HopFeatures* hops = signal_hear(y, n, rate, &other);
    assert_true(hops[12].burst);
    for (size_t i = 17; i < count; ++i)
      for (unsigned c = 0; c < CUE_COUNT; ++c) {
        const CueInfo* info = cue_info(c);
        if (c == CUE_TEMPO || c == CUE_PULSE_CLARITY) continue; // of 8 s
        // The memory of harmony has one hop less of the music.
        const double share =
            c == CUE_KEY_CLARITY || c == CUE_MODE || c == CUE_MODE_SLOW ? 0.2 : 0.1;
        if (fabs((double)(hops[i].cues[c] - plain[i].cues[c])) >
            share * (double)(info->high - info->low))
          fail_msg("%s at %g s: %g, %g", info->name, 0.5 * (double)(i + 1), (double)hops[i].cues[c],
                   (double)plain[i].cues[c]);
      }
    free(hops);
    free(y);
  }
  free(plain);
  free(x);
}

/// Noise that is \p louder_db louder from 6 s on.  \return hops with a burst in them
static size_t bursts_of_a_jump(double louder_db, double seconds, HopFeatures* last) {
  const double rate = 44100.0;
  size_t n = (size_t)(20.0 * rate), count, bursts = 0;
  float* x = signal_new(n);
  signal_pink(x, n, rate, 0.001f, 2);
  const size_t from = (size_t)(6.0 * rate), end = from + (size_t)(seconds * rate);
  for (size_t i = from; i < n && i < end; ++i)
    x[i] *= (float)pow(10.0, 0.05 * louder_db);
  HopFeatures* hops = signal_hear(x, n, rate, &count);
  for (size_t i = 0; i < count; ++i)
    bursts += hops[i].burst;
  *last = hops[count - 1];
  free(hops);
  free(x);
  return bursts;
}

static void lasting_loud_sound_is_music_and_not_a_burst(void** state) {
  (void)state;
  HopFeatures hop;
  assert_int_equal(bursts_of_a_jump(15.0, 1.0, &hop), 0);
  assert_in_range(bursts_of_a_jump(28.0, 1.0, &hop), 2, 3);
  const float before = hop.loudness_slow;
  assert_int_equal(bursts_of_a_jump(28.0, 100.0, &hop), 2); // the third hop is known to be music
  assert_near(hop.loudness_slow, before + 28.0f, 1.0);      // the music's own level
  assert_near(hop.cues[CUE_LOUDNESS_SHORT], 0.0, 1.0);
  assert_in_range(bursts_of_a_jump(60.0, 100.0, &hop), 10, 11); // 5 s
  assert_near(hop.loudness_slow, before + 60.0f, 1.0);
}

static void after_loud_music_a_burst_is_one_again(void** state) {
  (void)state;
  const double rate = 8000.0;
  const size_t n = (size_t)(13.0 * rate);
  size_t count;
  float* x = signal_new(n);
  signal_pink(x, n, rate, 0.001f, 2);
  for (size_t i = 0; i < n; ++i) {
    const double s = (double)i / rate;
    x[i] *= s >= 6.0 && s < 9.0 ? 25.0f : s >= 11.0 && s < 11.3 ? 1e4f : 1.0f;
  }
  HopFeatures* hops = signal_hear(x, n, rate, &count);
  assert_false(hops[17].burst); // 28 dB louder, for longer than 1.2 s
  assert_true(hops[22].burst);
  free(hops);
  free(x);
}

static void semitones_are_at_most_15_db_over_the_slow_loudness(void** state) {
  (void)state;
  const double rate = 44100.0;
  const size_t n = (size_t)(3.0 * rate), tone = (size_t)rate;
  size_t count, highest = 0;
  float* x = signal_new(n);
  signal_pink(x, n, rate, 0.001f, 2);
  signal_sine(x + tone, n - tone, rate, 440.0, 0.5); // before bursts can be told
  HopFeatures* hops = signal_hear(x, n, rate, &count);
  for (size_t i = 0; i < count; ++i)
    for (size_t k = 0; k < FRONTEND_SEMITONES; ++k) {
      assert_true(hops[i].semitones[k] <= 15.0f);
      highest += hops[i].semitones[k] >= 15.0f;
    }
  assert_true(highest > 0);
  free(hops);
  free(x);
}

static void a_loud_piece_after_silence_does_not_begin_with_a_burst(void** state) {
  (void)state;
  const double rate = 8000.0;
  const size_t n = (size_t)(12.0 * rate);
  size_t count;
  float* x = signal_new(n);
  signal_pink(x, n, rate, 0.01f, 2);
  for (size_t i = 0; i < n; ++i)
    x[i] *= i < (size_t)(6.0 * rate) ? 1.0f : i < (size_t)(9.1 * rate) ? 0.0f : 25.0f;
  HopFeatures* hops = signal_hear(x, n, rate, &count);
  assert_true(hops[17].silent && hops[18].gate_opened);
  assert_false(hops[18].burst);
  free(hops);
  free(x);
}

static void absurd_samples_at_the_start_have_no_effect(void** state) {
  (void)state;
  const double rate = 44100.0;
  size_t n = (size_t)(12.0 * rate), count, other;
  float* x = signal_new(n);
  signal_plucks(x, n, rate, 0.05);
  signal_pink(x, n, rate, 0.03f, 2);
  HopFeatures* plain = signal_hear(x, n, rate, &count);
  x[100] = 1000.0f;
  HopFeatures* hops = signal_hear(x, n, rate, &other);
  size_t begins = 0;
  for (size_t i = 1; i < count; ++i)
    if (hops[i].gate_opened) begins = i;
  assert_int_equal(begins, 2); // the third hop shows that the first was not music
  for (size_t i = begins; i < count; ++i)
    assert_near(hops[i].loudness_slow, plain[i].loudness_slow, 1.0);
  for (unsigned c = 0; c < CUE_COUNT; ++c) {
    const CueInfo* info = cue_info(c);
    if (c == CUE_TEMPO || c == CUE_PULSE_CLARITY) continue; // of 8 s
    assert_near(hops[count - 1].cues[c], plain[count - 1].cues[c],
                0.1 * (double)(info->high - info->low));
  }
  free(hops);
  free(plain);
  free(x);
}

static void the_same_noise_at_a_low_rate_is_not_dark(void** state) {
  (void)state;
  // Pink noise at full and at low rate: brightness depends on the bands that exist.
  size_t count, other;
  float* x = signal_new(8 * 44100);
  signal_pink(x, 8 * 44100, 44100.0, 0.05f, 2);
  HopFeatures* full = signal_hear(x, 8 * 44100, 44100.0, &count);
  free(x);
  x = signal_new(8 * 8000);
  signal_pink(x, 8 * 8000, 8000.0, 0.05f, 2);
  HopFeatures* low = signal_hear(x, 8 * 8000, 8000.0, &other);
  free(x);
  assert_near(low[12].cues[CUE_CENTROID], full[12].cues[CUE_CENTROID], 0.35);
  assert_below(low[12].cues[CUE_BANDWIDTH], 7.0);
  assert_near(full[12].cues[CUE_BANDWIDTH], BANDWIDTH_ALL, 1e-3);
  free(low);
  free(full);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bad_specifications_and_rates_get_an_error_message),
      cmocka_unit_test(every_specification_within_the_limits_works),
      cmocka_unit_test(hops_end_every_half_second_at_every_rate),
      cmocka_unit_test(blocks_of_any_size_give_the_same_bits),
      cmocka_unit_test(a_reset_in_mid_frame_is_as_new),
      cmocka_unit_test(logmel_and_slow_loudness_equal_numpys),
      cmocka_unit_test(the_same_sound_reads_the_same_at_every_rate),
      cmocka_unit_test(gain_changes_no_feature),
      cmocka_unit_test(nan_and_infinity_count_as_silence),
      cmocka_unit_test(huge_samples_are_clamped_to_1e10),
      cmocka_unit_test(silence_is_silent_and_neutral),
      cmocka_unit_test(early_hops_do_not_change_the_others),
      cmocka_unit_test(early_hops_equal_those_of_a_sound_begun_earlier),
      cmocka_unit_test(after_a_long_silence_the_harmony_starts_again),
      cmocka_unit_test(a_forgotten_beat_has_no_effect),
      cmocka_unit_test(a_beat_that_is_not_forgotten_goes_on),
      cmocka_unit_test(a_forgotten_key_has_no_effect),
      cmocka_unit_test(a_hum_below_the_gate_does_not_affect_the_next_piece),
      cmocka_unit_test(cues_keep_their_ranges_on_anything),
      cmocka_unit_test(drums_accent_their_own_bands),
      cmocka_unit_test(white_noise_and_sines_have_the_brightness_of_the_formulas),
      cmocka_unit_test(one_channel_reads_like_two_equal_ones_bit_for_bit),
      cmocka_unit_test(neither_side_nor_polarity_matters_to_what_both_hold),
      cmocka_unit_test(channels_that_differ_in_one_sample_are_different),
      cmocka_unit_test(no_jump_where_channels_become_different_or_equal),
      cmocka_unit_test(a_follower_completes_its_hops_with_its_leader),
      cmocka_unit_test(samples_with_an_integer_scale_give_the_same_readings),
      cmocka_unit_test(a_burst_is_forgotten_after_2_s),
      cmocka_unit_test(lasting_loud_sound_is_music_and_not_a_burst),
      cmocka_unit_test(after_loud_music_a_burst_is_one_again),
      cmocka_unit_test(semitones_are_at_most_15_db_over_the_slow_loudness),
      cmocka_unit_test(a_loud_piece_after_silence_does_not_begin_with_a_burst),
      cmocka_unit_test(absurd_samples_at_the_start_have_no_effect),
      cmocka_unit_test(the_same_noise_at_a_low_rate_is_not_dark),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
