// SPDX-License-Identifier: GPL-3.0-or-later
// Onsets and pulse from the spectral flux of 20 ms frames.
#include "dsp/rhythm.h"

#include "dsp/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HISTORY 400         ///< frames kept: 8 s
#define ONSET_FRAMES 150    ///< onsets are counted over 3 s
#define MEAN_FRAMES 50      ///< moving mean: 1 s
#define MIN_LAG 14          ///< 214 BPM
#define MAX_LAG 75          ///< 40 BPM
#define WARM_UP 100         ///< frames needed before a pulse is searched for
#define THRESHOLD_DB 1.0f   ///< an onset exceeds by this ...
#define THRESHOLD_GAIN 1.5f ///< ... the moving mean times this
#define NO_PULSE 0.05f
#define NO_TEMPO 120.0f     ///< BPM, before a pulse is heard
#define PULSE_CEILING 10.0f ///< dB: one loud start must not hide the beat for 8 s
#define PULSE_FLOOR 0.25f   ///< dB^2: variance of flux that is not heard as a pulse

const float rhythm_band_edges[RHYTHM_BANDS - 1] = {200.0f, 800.0f, 3000.0f};

struct Rhythm {
  float flux[HISTORY]; ///< oldest first
  size_t count;
  float bands[ONSET_FRAMES][RHYTHM_BANDS]; ///< oldest first
  size_t band_count;
  float tempo;
  float preference[MAX_LAG + 1]; ///< by lag
  const Kernels* kernels;
};

Rhythm* rhythm_new(void) {
  Rhythm* r = calloc(1, sizeof *r);
  if (!r) return NULL;
  r->kernels = kernels_get();
  for (int lag = MIN_LAG; lag <= MAX_LAG; ++lag) {
    const double octaves = log2((double)lag / (0.5 * (double)RHYTHM_FRAME_RATE)) / 0.9;
    r->preference[lag] = (float)exp(-0.5 * octaves * octaves);
  }
  rhythm_reset(r);
  return r;
}

void rhythm_free(Rhythm* r) {
  free(r);
}

void rhythm_reset(Rhythm* r) {
  r->count = r->band_count = 0;
  r->tempo = NO_TEMPO;
}

void rhythm_forget(Rhythm* r, size_t frames) {
  const size_t keep = frames < r->count ? frames : r->count;
  memmove(r->flux, r->flux + (r->count - keep), keep * sizeof *r->flux);
  r->count = keep;
  const size_t bands = frames < r->band_count ? frames : r->band_count;
  memmove(r->bands, r->bands + (r->band_count - bands), bands * sizeof *r->bands);
  r->band_count = bands;
  r->tempo = NO_TEMPO;
}

static void append(Rhythm* r, const float* flux, size_t n) {
  const size_t keep = r->count + n > HISTORY ? HISTORY - n : r->count;
  memmove(r->flux, r->flux + (r->count - keep), keep * sizeof *r->flux);
  memcpy(r->flux + keep, flux, n * sizeof *flux);
  r->count = keep + n;
}

/// Mean of the frames from one second before \p t to \p t.
static float moving_mean(const Rhythm* r, size_t t) {
  const size_t first = t >= MEAN_FRAMES ? t - MEAN_FRAMES + 1 : 0;
  float sum = 0.0f;
  for (size_t i = first; i <= t; ++i)
    sum += r->flux[i];
  return sum / (float)(t - first + 1);
}

/// A frame is an onset if none of the three before it is higher, the two after it are lower, and it
/// exceeds the threshold.  \return its height over the moving mean, dB; 0 if it is not an onset
static float onset_height(const Rhythm* r, size_t t) {
  const float x = r->flux[t];
  for (size_t back = 1; back <= 3 && back <= t; ++back)
    if (r->flux[t - back] > x) return 0.0f;
  for (size_t ahead = 1; ahead <= 2; ++ahead)
    if (r->flux[t + ahead] >= x) return 0.0f;
  const float m = moving_mean(r, t);
  return x > THRESHOLD_GAIN * m + THRESHOLD_DB ? x - m : 0.0f;
}

static void find_onsets(const Rhythm* r, RhythmHop* out) {
  const size_t first = r->count > ONSET_FRAMES ? r->count - ONSET_FRAMES : 0;
  unsigned onsets = 0;
  float height = 0.0f;
  for (size_t t = first; t + 2 < r->count; ++t) {
    const float h = onset_height(r, t);
    if (h > 0.0f) {
      ++onsets;
      height += h;
    }
  }
  out->onset_rate = (float)onsets * RHYTHM_FRAME_RATE / (float)(r->count - first);
  out->attack = onsets ? height / (float)onsets : 0.0f;
}

static void find_pulse(Rhythm* r, RhythmHop* out) {
  out->pulse_clarity = 0.0f;
  out->tempo = r->tempo;
  if (r->count < WARM_UP) return;
  float x[HISTORY];
  float mean = 0.0f;
  for (size_t i = 0; i < r->count; ++i) {
    x[i] = r->flux[i] < PULSE_CEILING ? r->flux[i] : PULSE_CEILING;
    mean += x[i];
  }
  mean /= (float)r->count;
  for (size_t i = 0; i < r->count; ++i)
    x[i] -= mean;
  // The partials of a held chord beat against the frame rate: a regular flux that is not audible.
  const float power = r->kernels->dot(x, x, r->count) + PULSE_FLOOR * (float)r->count;

  float acf[MAX_LAG + 2];
  const size_t last = r->count / 2 < MAX_LAG ? r->count / 2 : MAX_LAG;
  for (size_t lag = MIN_LAG - 1; lag <= last + 1 && lag < MAX_LAG + 2; ++lag)
    acf[lag] = r->kernels->dot(x, x + lag, r->count - lag) / power;
  size_t best = 0;
  float clarity = 0.0f;
  for (size_t lag = MIN_LAG; lag <= last; ++lag) {
    if (acf[lag] < acf[lag - 1] || acf[lag] < acf[lag + 1] || acf[lag] <= 0.0f) continue;
    if (acf[lag] > clarity) clarity = acf[lag];
    if (!best || acf[lag] * r->preference[lag] > acf[best] * r->preference[best]) best = lag;
  }
  out->pulse_clarity = clarity < 1.0f ? clarity : 1.0f;
  if (best && acf[best] > NO_PULSE) {
    const float below = acf[best - 1], above = acf[best + 1];
    const float bend = below - 2.0f * acf[best] + above;
    const float shift = bend < 0.0f ? 0.5f * (below - above) / bend : 0.0f;
    r->tempo = 60.0f * RHYTHM_FRAME_RATE / ((float)best + shift);
  }
  out->tempo = r->tempo;
}

void rhythm_hop(Rhythm* r, const float* flux, size_t n, RhythmHop* out) {
  append(r, flux, n);
  out->flux = moving_mean(r, r->count - 1);
  find_onsets(r, out);
  find_pulse(r, out);
}

void rhythm_bands_hop(Rhythm* r, const float* flux, size_t n, RhythmBands* out) {
  const size_t keep = r->band_count + n > ONSET_FRAMES ? ONSET_FRAMES - n : r->band_count;
  memmove(r->bands, r->bands + (r->band_count - keep), keep * sizeof *r->bands);
  memcpy(r->bands + keep, flux, n * sizeof *r->bands);
  r->band_count = keep + n;
  const size_t first = r->band_count > MEAN_FRAMES ? r->band_count - MEAN_FRAMES : 0;
  for (size_t b = 0; b < RHYTHM_BANDS; ++b) {
    float second = 0.0f, mean = 0.0f, variance = 0.0f;
    for (size_t i = 0; i < r->band_count; ++i) {
      mean += r->bands[i][b];
      if (i >= first) second += r->bands[i][b];
    }
    mean /= (float)r->band_count;
    for (size_t i = 0; i < r->band_count; ++i)
      variance += (r->bands[i][b] - mean) * (r->bands[i][b] - mean);
    out->flux[b] = second / (float)(r->band_count - first);
    out->accent[b] = sqrtf(variance / (float)r->band_count);
  }
}

void rhythm_state(Rhythm* r, StateCopy* copy) {
  state_field(copy, &r->flux, sizeof r->flux);
  state_field(copy, &r->count, sizeof r->count);
  state_field(copy, &r->bands, sizeof r->bands);
  state_field(copy, &r->band_count, sizeof r->band_count);
  state_field(copy, &r->tempo, sizeof r->tempo);
}
