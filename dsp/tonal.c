// SPDX-License-Identifier: GPL-3.0-or-later
// Tonal cues from a long window: chroma, key clarity, mode, roughness, register.
#include "dsp/tonal.h"

#include "dsp/decimator.h"
#include "dsp/fft.h"
#include "dsp/kernels.h"
#include "dsp/pages.h"
#include "dsp/stft.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_S 0.32
#define FRAMES_A_SPECTRUM 5 ///< a spectrum every 100 ms
#define PAST_SPECTRA 6      ///< spectra between two moves of the past to the buffer's start
#define LOW_HZ 50.0
#define HIGH_HZ 4000.0
#define MAX_PEAKS 32
#define PEAK_REACH 9     ///< bins after the last peak that are read
#define PEAK_RANGE 1e-5f ///< peaks more than 50 dB below the highest bin are not tones
#define PEAK_OVER_NOISE 5.0f
#define KEY_SHARPNESS 12.0f ///< sharpness of the soft maximum over the keys
#define MODE_ZERO 0.18f     ///< difference of correlations that separates major from minor music
#define FIRST_HOPS 3
#define FIRST_SHARE 1.0f     ///< initial weight of a perfect match with the first chord
#define FIRST_KEEP 0.983471f ///< exp(-0.5 / 30): factor of that weight for each hop
#define SUBHARMONICS 4
#define SUBHARMONIC_DECAY 0.6f

typedef struct {
  float hz, note, amplitude; ///< note: fractional MIDI note
} Peak;

struct Tonal {
  Decimator* decimator[2]; ///< the right one idles while both channels are alike
  Stft* stft;
  const Kernels* kernels;
  size_t window, bins;
  size_t used; ///< bins of sum and second: those that are used
  float bin_hz;
  bool follows;    ///< gets spectra from another Tonal: has no samples and no transform
  size_t capacity; ///< of past
  float* past[2];  ///< from at: the last spectrum's window, decimated, then the fresh samples
  size_t at;       ///< advances with each spectrum; back to 0 at the end of past
  size_t fresh;    ///< decimated samples since the last spectrum
  size_t alike;    ///< number of past samples with equal channels; saturates
  size_t memory;   ///< samples that a spectrum depends on
  float* power;    ///< [bins] one spectrum
  float* sum;      ///< [used] sum of the hop's spectra so far
  float* second;   ///< [used] sum of the previous hop's spectra, then of both hops'
  unsigned frames, spectra;
  KernelBand bands[TONAL_SEMITONES];
  float* weights;
  float key_profiles[24][TONAL_CHROMA];          ///< 12 major, 12 minor; zero mean, unit norm
  float triads[24][TONAL_CHROMA];                ///< their tonic triads, normalised likewise
  float first_chroma[TONAL_CHROMA], first_share; ///< of the piece's first chord
  unsigned first_hops;
  // Leaky sums; they are not normalised, because a correlation does not depend on the scale.
  float change_chroma[TONAL_CHROMA], fast_chroma[TONAL_CHROMA], mode_chroma[TONAL_CHROMA],
      slow_chroma[TONAL_CHROMA];
  float tuning_re, tuning_im, tuning_weight;
};

static float clamp(float x, float low, float high) {
  return x < low ? low : x > high ? high : x;
}

static double note_hz(double note) {
  return 440.0 * exp2((note - 69.0) / 12.0);
}

/// Scale to zero mean and unit norm.  \return false if all values are equal
static bool make_unit(const float* x, float* out) {
  float mean = 0.0f, norm = 0.0f;
  for (unsigned i = 0; i < TONAL_CHROMA; ++i)
    mean += x[i] / TONAL_CHROMA;
  for (unsigned i = 0; i < TONAL_CHROMA; ++i)
    norm += (x[i] - mean) * (x[i] - mean);
  const float gain = norm > 1e-12f ? 1.0f / sqrtf(norm) : 0.0f;
  for (unsigned i = 0; i < TONAL_CHROMA; ++i)
    out[i] = (x[i] - mean) * gain;
  return gain > 0.0f;
}

static void rotate_unit(const float* x, unsigned key, float* out) {
  float unit[TONAL_CHROMA];
  make_unit(x, unit);
  for (unsigned i = 0; i < TONAL_CHROMA; ++i)
    out[(i + key) % 12] = unit[i];
}

static void make_profiles(Tonal* t) {
  static const float profiles[2][TONAL_CHROMA] = {{0.238f, 0.006f, 0.111f, 0.006f, 0.137f, 0.094f,
                                                   0.016f, 0.214f, 0.009f, 0.080f, 0.008f, 0.081f},
                                                  {0.220f, 0.006f, 0.104f, 0.123f, 0.019f, 0.103f,
                                                   0.012f, 0.214f, 0.062f, 0.022f, 0.061f, 0.052f}};
  static const float triads[2][TONAL_CHROMA] = {{1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0},
                                                {1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0}};
  for (unsigned key = 0; key < 24; ++key) {
    rotate_unit(profiles[key / 12], key, t->key_profiles[key]);
    rotate_unit(triads[key / 12], key, t->triads[key]);
  }
}

/// Triangles, one semitone to each side in log frequency, but not narrower than the resolution.
static bool make_bands(Tonal* t) {
  for (int pass = 0; pass < 2; ++pass) {
    size_t offset = 0;
    for (size_t i = 0; i < TONAL_SEMITONES; ++i) {
      const double note = (double)(TONAL_LOWEST + i), centre = note_hz(note);
      const double low = fmin(note_hz(note - 1.0), centre - 1.5 * (double)t->bin_hz);
      const double high = fmax(note_hz(note + 1.0), centre + 1.5 * (double)t->bin_hz);
      KernelBand* band = &t->bands[i];
      if (pass == 0) {
        band->first = (size_t)ceil(low / (double)t->bin_hz);
        const size_t last = (size_t)floor(high / (double)t->bin_hz);
        const size_t end = last + 1 < t->bins ? last + 1 : t->bins;
        band->count = end > band->first ? end - band->first : 0;
        band->offset = offset;
        if (band->count > 0 && end > t->used) t->used = end;
      } else {
        for (size_t j = 0; j < band->count; ++j) {
          const double f = (double)(band->first + j) * (double)t->bin_hz;
          const double w = f < centre ? (f - low) / (centre - low) : (high - f) / (high - centre);
          t->weights[offset + j] = (float)fmax(0.0, w);
        }
      }
      offset += band->count;
    }
    if (pass == 0) {
      t->weights = calloc(offset + 1, sizeof *t->weights);
      if (!t->weights) return false;
    }
  }
  return true;
}

/// Allocate what is needed to make spectra from samples.
static bool make_analysis(Tonal* t, double rate) {
  const size_t factor = decimator_factor(rate);
  for (int c = 0; c < 2; ++c)
    if (!(t->decimator[c] = decimator_new(rate))) return false;
  t->memory = decimator_memory(t->decimator[0]) + (t->window + 1) * factor;
  const size_t hop = FRAMES_A_SPECTRUM * ((size_t)(rate / (double)factor / 50.0) + 4);
  t->capacity = t->window + PAST_SPECTRA * hop;
  for (int c = 0; c < 2; ++c)
    if (!(t->past[c] = pages_new(t->capacity, sizeof *t->past[c]))) return false;
  t->stft = stft_new(t->window);
  t->power = calloc(t->bins, sizeof *t->power);
  return t->stft && t->power;
}

/// \return the end of the bins in which peaks are searched
static size_t peaks_end(const Tonal* t) {
  const size_t end = (size_t)(HIGH_HZ / (double)t->bin_hz);
  return end + PEAK_REACH > t->bins ? t->bins - PEAK_REACH : end;
}

static Tonal* make(double rate, bool follows) {
  Tonal* t = calloc(1, sizeof *t);
  if (!t) return NULL;
  t->kernels = kernels_get();
  t->follows = follows;
  const double low_rate = rate / (double)decimator_factor(rate);
  t->window = fft_friendly_size((size_t)lround(WINDOW_S * low_rate));
  t->bins = t->window / 2 + 1;
  t->bin_hz = (float)(low_rate / (double)t->window);
  if (!follows && !make_analysis(t, rate)) goto fail;
  const size_t peaks = peaks_end(t) + PEAK_REACH;
  t->used = peaks < t->bins ? peaks : t->bins;
  if (!make_bands(t)) goto fail;
  t->sum = calloc(t->used, sizeof *t->sum);
  t->second = calloc(t->used, sizeof *t->second);
  if (!t->sum || !t->second) goto fail;
  make_profiles(t);
  tonal_reset(t);
  return t;
fail:
  tonal_free(t);
  return NULL;
}

Tonal* tonal_new(double rate) {
  return make(rate, false);
}

Tonal* tonal_new_follower(double rate) {
  return make(rate, true);
}

void tonal_free(Tonal* t) {
  if (!t) return;
  free(t->weights);
  free(t->second);
  free(t->sum);
  free(t->power);
  stft_free(t->stft);
  for (int c = 0; c < 2; ++c) {
    free(t->past[c]);
    decimator_free(t->decimator[c]);
  }
  free(t);
}

void tonal_reset(Tonal* t) {
  for (int c = 0; c < 2 && !t->follows; ++c) {
    decimator_reset(t->decimator[c]);
    memset(t->past[c], 0, t->window * sizeof *t->past[c]);
  }
  t->at = 0;
  t->alike = t->memory;
  memset(t->sum, 0, t->used * sizeof *t->sum);
  memset(t->second, 0, t->used * sizeof *t->second);
  t->frames = t->spectra = 0;
  t->fresh = 0;
  tonal_reset_memory(t);
}

void tonal_reset_memory(Tonal* t) {
  memset(t->change_chroma, 0, sizeof t->change_chroma);
  memset(t->fast_chroma, 0, sizeof t->fast_chroma);
  memset(t->mode_chroma, 0, sizeof t->mode_chroma);
  memset(t->slow_chroma, 0, sizeof t->slow_chroma);
  memset(t->first_chroma, 0, sizeof t->first_chroma);
  t->first_share = FIRST_SHARE;
  t->first_hops = 0;
  t->tuning_re = t->tuning_im = t->tuning_weight = 0.0f;
  memset(t->second, 0, t->used * sizeof *t->second);
}

bool tonal_take(Tonal* t, const float* left, const float* right, size_t n) {
  const bool was_alike = t->alike >= t->memory;
  t->alike = left != right ? 0 : was_alike ? t->memory : t->alike + n;
  const bool alike = t->alike >= t->memory;
  if (was_alike && !alike) {
    decimator_copy(t->decimator[1], t->decimator[0]);
    memcpy(t->past[1] + t->at, t->past[0] + t->at, (t->window + t->fresh) * sizeof *t->past[0]);
  }
  const size_t end = t->at + t->window + t->fresh;
  if (!alike) decimator_process(t->decimator[1], right, n, t->past[1] + end);
  t->fresh += decimator_process(t->decimator[0], left, n, t->past[0] + end);
  if (++t->frames < FRAMES_A_SPECTRUM) return false;
  t->frames = 0;
  t->at += t->fresh;
  t->fresh = 0;
  const size_t hop = (t->capacity - t->window) / PAST_SPECTRA;
  if (t->at + t->window + hop <= t->capacity) return true;
  for (int c = 0; c < 2; ++c)
    memmove(t->past[c], t->past[c] + t->at, t->window * sizeof *t->past[c]);
  t->at = 0;
  return true;
}

const float* tonal_spectrum(Tonal* t) {
  const float* right = t->past[t->alike >= t->memory ? 0 : 1];
  stft_power(t->stft, t->past[0] + t->at, right + t->at, t->power);
  tonal_add(t, t->power);
  return t->power;
}

const float* tonal_push(Tonal* t, const float* left, const float* right, size_t n) {
  return tonal_take(t, left, right, n) ? tonal_spectrum(t) : NULL;
}

void tonal_add(Tonal* t, const float* spectrum) {
  if (t->spectra++ == 0)
    memcpy(t->sum, spectrum, t->used * sizeof *t->sum);
  else
    t->kernels->accumulate(t->sum, spectrum, t->used);
}

/// Find the hop's tones: the strongest local maxima of the mean spectrum that exceed their
/// surroundings, loudest first.  \p share receives their share of the power.
static size_t find_peaks(const Tonal* t, const float* s, Peak* peaks, float* share) {
  const size_t first = (size_t)ceil(LOW_HZ / (double)t->bin_hz);
  const size_t end = peaks_end(t);
  const float top = t->kernels->top(s + first, end - first);
  const float total = t->kernels->total(s + first, end - first);
  float in_peaks = 0.0f;
  size_t n = 0, k = first;
  // Compare with the quieter side only: there may be another tone close by on the other side.
  for (; (k = t->kernels->next_peak(s, PEAK_RANGE * top, PEAK_OVER_NOISE, k, end)) < end; ++k) {
    in_peaks += s[k - 2] + s[k - 1] + s[k] + s[k + 1] + s[k + 2];
    // The frequency between bins comes from a parabola through the logarithms.
    const float tiny = 1e-12f * top + FLT_MIN; // no logarithm of 0
    const float a = logf(s[k - 1] + tiny), b = logf(s[k] + tiny), c = logf(s[k + 1] + tiny);
    const float bend = a - 2.0f * b + c;
    const float shift = bend < 0.0f ? clamp(0.5f * (a - c) / bend, -0.5f, 0.5f) : 0.0f;
    const float amplitude = sqrtf(s[k]);
    if (n == MAX_PEAKS && amplitude <= peaks[n - 1].amplitude) continue;
    size_t at = n < MAX_PEAKS ? n++ : n - 1;
    for (; at > 0 && peaks[at - 1].amplitude < amplitude; --at)
      peaks[at] = peaks[at - 1];
    peaks[at].hz = ((float)k + shift) * t->bin_hz;
    peaks[at].note = 69.0f + 12.0f * log2f(peaks[at].hz / 440.0f);
    peaks[at].amplitude = amplitude;
  }
  *share = total > 0.0f ? clamp(in_peaks / total, 0.0f, 1.0f) : 0.0f;
  return n;
}

/// Estimate the tuning relative to A = 440 Hz: the circular mean of the peaks' distances from the
/// nearest semitone, over about 20 s.  \return the offset in semitones; 0 while it is unclear
static float follow_tuning(Tonal* t, const Peak* peaks, size_t n) {
  const float two_pi = 6.28318531f, keep = 0.9753f; // exp(-0.5 / 20)
  t->tuning_re *= keep;
  t->tuning_im *= keep;
  t->tuning_weight *= keep;
  float sum = 0.0f; // normalises the amplitudes, so that loud hops do not count more
  for (size_t i = 0; i < n; ++i)
    sum += peaks[i].amplitude;
  for (size_t i = 0; i < n; ++i) {
    const float phase = two_pi * (peaks[i].note - floorf(peaks[i].note));
    t->tuning_re += peaks[i].amplitude / sum * cosf(phase);
    t->tuning_im += peaks[i].amplitude / sum * sinf(phase);
  }
  if (n) t->tuning_weight += 1.0f;
  const float length = sqrtf(t->tuning_re * t->tuning_re + t->tuning_im * t->tuning_im);
  if (!(length > 0.3f * t->tuning_weight)) return 0.0f;
  return atan2f(t->tuning_im, t->tuning_re) / two_pi;
}

static void sum_chroma(const Peak* peaks, size_t n, float tuning, float* chroma) {
  memset(chroma, 0, TONAL_CHROMA * sizeof *chroma);
  float sum = 0.0f;
  for (size_t i = 0; i < n; ++i) {
    // Tones around 440 Hz carry the harmony: a bell of 1.5 octaves (Ellis and Poliner, ICASSP
    // 2007).
    const float octaves = (peaks[i].note - 69.0f) / 18.0f;
    float weight = peaks[i].amplitude * expf(-0.5f * octaves * octaves);
    for (unsigned h = 1; h <= SUBHARMONICS; ++h, weight *= SUBHARMONIC_DECAY) {
      const float note = peaks[i].note - tuning - 12.0f * log2f((float)h);
      const float low = floorf(note), above = note - low;
      const float c =
          cosf(1.57079633f * above); // cos^2 and sin^2 divide the tone between two pitch classes
      const int pitch = ((int)low % 12 + 12) % 12;
      chroma[pitch] += weight * c * c;
      chroma[(pitch + 1) % 12] += weight * (1.0f - c * c);
      sum += weight;
    }
  }
  if (sum > 0.0f)
    for (unsigned i = 0; i < TONAL_CHROMA; ++i)
      chroma[i] /= sum;
}

static float product(const float* a, const float* b) {
  float sum = 0.0f;
  for (unsigned i = 0; i < TONAL_CHROMA; ++i)
    sum += a[i] * b[i];
  return sum;
}

/// Correlate with the key profiles.  \return the mode, -1 (minor) .. 1 (major)
/// \param first weight of the match between a key's tonic triad and the piece's first chord
/// \param clarity may be NULL
static float find_mode(const Tonal* t, const float* chroma, float first, float* clarity) {
  float unit[TONAL_CHROMA], opening[TONAL_CHROMA], best = -1.0f, sum[2] = {0.0f, 0.0f};
  if (clarity) *clarity = 0.0f;
  if (!make_unit(chroma, unit)) return 0.0f;
  make_unit(t->first_chroma, opening);
  for (unsigned key = 0; key < 24; ++key) {
    const float r = product(unit, t->key_profiles[key]);
    if (r > best) best = r;
    sum[key / 12] += expf(KEY_SHARPNESS * (r + first * product(opening, t->triads[key])));
  }
  if (clarity) *clarity = clamp(best, 0.0f, 1.0f);
  return clamp(2.0f * logf(sum[0] / sum[1]) / KEY_SHARPNESS - MODE_ZERO, -1.0f, 1.0f);
}

static float cosine(const float* a, const float* b, unsigned n) {
  float ab = 0.0f, aa = 0.0f, bb = 0.0f;
  for (unsigned i = 0; i < n; ++i) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return aa > 1e-12f && bb > 1e-12f ? ab / sqrtf(aa * bb) : 1.0f;
}

static void leak(float* average, const float* x, float rate) {
  for (unsigned i = 0; i < TONAL_CHROMA; ++i)
    average[i] += rate * (x[i] - average[i]);
}

static float find_roughness(const Peak* peaks, size_t n) {
  float sum = 0.0f, power = 0.0f;
  for (size_t i = 0; i < n; ++i)
    power += peaks[i].amplitude * peaks[i].amplitude;
  for (size_t i = 0; i < n; ++i)
    for (size_t j = i + 1; j < n; ++j) {
      const float low = fminf(peaks[i].hz, peaks[j].hz);
      const float x = 0.24f * fabsf(peaks[i].hz - peaks[j].hz) / (0.0207f * low + 18.96f);
      if (x > 4.0f) continue;
      // The curve's peak is 0.180; amplitudes weigh by their product (Vassilakis 2001).
      sum +=
          peaks[i].amplitude * peaks[j].amplitude * (expf(-3.5f * x) - expf(-5.75f * x)) / 0.180f;
    }
  return power > 0.0f ? sum / (power + sum) : 0.0f; // dense sounds pass sum = power
}

/// Compute the cues taken over 1 s; over 0.5 s they would depend on where the hop begins.
static void find_texture(Tonal* t, TonalHop* out) {
  t->kernels->accumulate(t->second, t->sum, t->used);
  Peak peaks[MAX_PEAKS];
  const size_t n = find_peaks(t, t->second, peaks, &out->tonalness);
  float note = 0.0f, amplitude = 0.0f;
  for (size_t i = 0; i < n; ++i) {
    note += peaks[i].amplitude * peaks[i].note;
    amplitude += peaks[i].amplitude;
  }
  out->register_note = amplitude > 0.0f ? note / amplitude : 60.0f;
  out->roughness = find_roughness(peaks, n);
}

void tonal_hop(Tonal* t, bool remember, TonalHop* out) {
  const float scale = t->spectra ? 1.0f / (float)t->spectra : 0.0f;
  if (t->spectra == 0) memset(t->sum, 0, t->used * sizeof *t->sum);
  t->kernels->bands(out->semitones, t->sum, t->bands, TONAL_SEMITONES, t->weights);
  for (size_t i = 0; i < TONAL_SEMITONES; ++i)
    out->semitones[i] *= scale;
  find_texture(t, out);
  Peak peaks[MAX_PEAKS];
  float share;
  const size_t n = find_peaks(t, t->sum, peaks, &share);
  float* older = t->second;
  t->second = t->sum, t->sum = older;
  t->spectra = 0;

  sum_chroma(peaks, n, follow_tuning(t, peaks, remember ? n : 0), out->chroma);
  out->tonal_change =
      n ? clamp(1.0f - cosine(out->chroma, t->change_chroma, TONAL_CHROMA), 0.0f, 1.0f) : 0.0f;
  if (n && remember) {
    leak(t->change_chroma, out->chroma, 0.2835f); // 1 - exp(-0.5 / 1.5 s)
    float flat[TONAL_CHROMA];                     // so that one loud note does not dominate
    for (unsigned i = 0; i < TONAL_CHROMA; ++i)
      flat[i] = sqrtf(out->chroma[i]);
    if (t->first_hops < FIRST_HOPS) {
      for (unsigned i = 0; i < TONAL_CHROMA; ++i)
        t->first_chroma[i] += flat[i];
      ++t->first_hops;
    }
    leak(t->fast_chroma, flat, 0.3935f); // 1 s
    leak(t->mode_chroma, flat, 0.1535f); // 3 s
    leak(t->slow_chroma, flat, 0.0408f); // 12 s
  }
  if (t->first_hops == FIRST_HOPS) t->first_share *= FIRST_KEEP;
  out->mode_fast = find_mode(t, t->fast_chroma, 0.0f, NULL);
  out->mode = find_mode(t, t->mode_chroma, t->first_share, &out->key_clarity);
  out->mode_slow = find_mode(t, t->slow_chroma, t->first_share, NULL);
}

void tonal_state(Tonal* t, StateCopy* copy) {
  if (copy->direction == STATE_LOAD) t->at = 0;
  const size_t held = t->window + (t->capacity - t->window) / PAST_SPECTRA;
  for (int c = 0; c < 2 && !t->follows; ++c) {
    decimator_state(t->decimator[c], copy);
    state_field(copy, t->past[c] + t->at, held * sizeof *t->past[c]);
  }
  state_field(copy, t->sum, t->used * sizeof *t->sum);
  state_field(copy, t->second, t->used * sizeof *t->second);
  state_field(copy, &t->fresh, sizeof t->fresh);
  state_field(copy, &t->alike, sizeof t->alike);
  state_field(copy, &t->frames, sizeof t->frames);
  state_field(copy, &t->spectra, sizeof t->spectra);
  state_field(copy, &t->first_chroma, sizeof t->first_chroma);
  state_field(copy, &t->first_share, sizeof t->first_share);
  state_field(copy, &t->first_hops, sizeof t->first_hops);
  state_field(copy, &t->change_chroma, sizeof t->change_chroma);
  state_field(copy, &t->fast_chroma, sizeof t->fast_chroma);
  state_field(copy, &t->mode_chroma, sizeof t->mode_chroma);
  state_field(copy, &t->slow_chroma, sizeof t->slow_chroma);
  state_field(copy, &t->tuning_re, sizeof t->tuning_re);
  state_field(copy, &t->tuning_im, sizeof t->tuning_im);
  state_field(copy, &t->tuning_weight, sizeof t->tuning_weight);
}
