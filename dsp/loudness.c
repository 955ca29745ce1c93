// SPDX-License-Identifier: GPL-3.0-or-later
// Loudness computed from power spectra, the slow gated loudness, and the silence gate.
#include "dsp/loudness.h"

#include "dsp/kernels.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLOW_HOPS 120 ///< 60 s
#define SHORT_HOPS 6  ///< 3 s
#define SHORT_FRAMES (SHORT_HOPS * LOUDNESS_HOP_FRAMES)
#define MOMENTARY_FRAMES 20 ///< 400 ms
#define RELATIVE_GATE 0.1f  ///< -10 LU
#define LEFT_OUT 3   ///< loudest hops that the slow loudness leaves out, once there are enough
#define LIMIT 100.0f ///< 20 LU: a frame counts as at most this far over the slow loudness
#define HYSTERESIS_LU 4.0f
#define CLOSE_HOPS 2   ///< below the threshold for 1 s: closed
#define BREAK_HOPS 4   ///< 2 s of silence: a new piece follows
#define RANGE_LU 40.0f ///< relative levels are clamped to this
#define DEFAULT_GATE (-60.0f)
#define SETTLED_HOPS 4 ///< 2 s, in memory and since the last break
#define ACCEPTED_HOPS 12
#define BEGIN_HOPS 6 ///< 3 s from the start, in which a burst is found by the hops that follow it

struct Loudness {
  size_t bins;
  float* k; ///< [bins] power gain
  const Kernels* kernels;
  float gate;
  bool closed;
  unsigned below;              ///< consecutive hops under the closing threshold
  unsigned silent;             ///< consecutive hops with a closed gate; saturates at BREAK_HOPS
  float slow[SLOW_HOPS];       ///< energies of sounding hops, a ring
  float slow_level[SLOW_HOPS]; ///< limited levels of the same hops, LUFS
  bool slow_burst[SLOW_HOPS];  ///< bursts, which do not count
  unsigned slow_at, slow_count;
  unsigned slow_plain;     ///< number of entries of slow that count
  float slow_energy;       ///< 0 before any sound
  float shown[SHORT_HOPS]; ///< energies of the last hops, oldest first
  unsigned shown_count;
  float recent[SHORT_HOPS]; ///< the same with missing bands filled, and limited
  unsigned recent_count;
  float frames[SHORT_FRAMES]; ///< energies of the last frames, oldest first
  unsigned frame_count;
};

double loudness_k_gain(double hz) {
  // BS.1770-5 annex 1: stage 1 (the head, a shelving filter) and stage 2 (high-pass) at 48 kHz.
  static const double b1[3] = {1.53512485958697, -2.69169618940638, 1.19839281085285};
  static const double a1[3] = {1.0, -1.69065929318241, 0.73248077421585};
  static const double b2[3] = {1.0, -2.0, 1.0};
  static const double a2[3] = {1.0, -1.99004745483398, 0.99007225036621};
  const double w = 2.0 * 3.14159265358979323846 * fmin(hz, 20000.0) / 48000.0;
  const double c1 = cos(w), s1 = sin(w), c2 = 2.0 * c1 * c1 - 1.0, s2 = 2.0 * s1 * c1;
  const double* num[2] = {b1, b2};
  const double* den[2] = {a1, a2};
  double gain = 1.0;
  for (int s = 0; s < 2; ++s)
    for (int part = 0; part < 2; ++part) {
      const double* c = part ? den[s] : num[s];
      const double re = c[0] + c[1] * c1 + c[2] * c2, im = c[1] * s1 + c[2] * s2;
      gain *= part ? 1.0 / (re * re + im * im) : re * re + im * im;
    }
  return gain;
}

float loudness_lufs(float energy) {
  return energy > 8e-13f ? -0.691f + 10.0f * log10f(energy) : LOUDNESS_FLOOR;
}

Loudness* loudness_new(double bin_hz, size_t bins) {
  Loudness* l = calloc(1, sizeof *l);
  if (!l) return NULL;
  l->bins = bins;
  l->kernels = kernels_get();
  l->gate = DEFAULT_GATE;
  l->k = calloc(bins, sizeof *l->k);
  if (!l->k) {
    free(l);
    return NULL;
  }
  // With the Hann window a DC offset is only in bins 0 and 1; leave these out.
  for (size_t i = 2; i < bins; ++i)
    l->k[i] = (float)loudness_k_gain((double)i * bin_hz);
  loudness_reset(l);
  return l;
}

void loudness_free(Loudness* l) {
  if (!l) return;
  free(l->k);
  free(l);
}

void loudness_reset(Loudness* l) {
  l->closed = true;
  l->below = 0;
  l->silent = BREAK_HOPS;
  l->slow_at = l->slow_count = l->shown_count = l->recent_count = l->frame_count = 0;
  l->slow_plain = 0;
  l->slow_energy = 0.0f;
}

void loudness_set_gate(Loudness* l, float lufs) {
  l->gate = lufs;
}

float loudness_frame(const Loudness* l, const float* power) {
  return l->kernels->dot(power, l->k, l->bins);
}

static float mean(const float* x, unsigned n) {
  float sum = 0.0f;
  for (unsigned i = 0; i < n; ++i)
    sum += x[i];
  return n ? sum / (float)n : 0.0f;
}

/// Append \p n values to a list of at most \p size, oldest first.  \return the new count
static unsigned append(float* list, unsigned count, unsigned size, const float* x, unsigned n) {
  const unsigned keep = count + n > size ? size - n : count;
  memmove(list, list + (count - keep), keep * sizeof *list);
  memcpy(list + keep, x, n * sizeof *list);
  return keep + n;
}

/// Level of \p energy relative to \p reference, LU, at least -RANGE_LU.
static float relative_lu(float energy, float reference) {
  const float floor = 1e-4f * reference;
  return 10.0f * log10f((energy > floor ? energy : floor) / reference);
}

/// Remove the largest of x[0..n): the last element takes its place.
static void drop_largest(float* x, unsigned n) {
  unsigned largest = 0;
  for (unsigned i = 1; i < n; ++i)
    if (x[i] > x[largest]) largest = i;
  x[largest] = x[n - 1];
}

float loudness_gated_mean(float* x, unsigned n) {
  const unsigned left_out = n / 3 < LEFT_OUT ? n / 3 : LEFT_OUT;
  for (unsigned i = 0; i < left_out; ++i)
    drop_largest(x, n--);
  const float threshold = RELATIVE_GATE * mean(x, n);
  float sum = 0.0f;
  unsigned count = 0;
  for (unsigned i = 0; i < n; ++i)
    if (x[i] >= threshold) {
      sum += x[i];
      ++count;
    }
  return count ? sum / (float)count : 0.0f;
}

float loudness_limit(const Loudness* l) {
  return l->slow_energy > 0.0f ? LIMIT * l->slow_energy : FLT_MAX;
}

/// Open or close the gate for a hop of this level.
static void step_gate(Loudness* l, float level, LoudnessHop* out) {
  out->opened = false;
  if (l->closed) {
    if (level > l->gate) {
      out->opened = l->silent >= BREAK_HOPS;
      l->closed = false;
      l->below = l->silent = 0;
    }
  } else {
    l->below = level < l->gate - HYSTERESIS_LU ? l->below + 1 : 0;
    l->closed = l->below >= CLOSE_HOPS;
  }
  if (l->closed && l->silent < BREAK_HOPS) ++l->silent;
  out->silent = l->closed;
}

/// Add a hop that is not silent to the slow loudness.
static void step_slow(Loudness* l, float energy, float limited, bool burst) {
  l->slow[l->slow_at] = energy;
  l->slow_burst[l->slow_at] = burst;
  l->slow_level[l->slow_at] = loudness_lufs(limited);
  l->slow_at = (l->slow_at + 1) % SLOW_HOPS;
  if (l->slow_count < SLOW_HOPS) ++l->slow_count;
}

/// Compute the slow loudness from all stored hops, oldest first, so that it depends on the last 60
/// s only, bit for bit.
/// \return the mean of the hops' levels, LUFS
static float sum_slow(Loudness* l) {
  float ordered[SLOW_HOPS], levels = 0.0f;
  const unsigned oldest = l->slow_count < SLOW_HOPS ? 0 : l->slow_at;
  unsigned n = 0;
  for (unsigned i = 0; i < l->slow_count; ++i) {
    const unsigned at = (oldest + i) % SLOW_HOPS;
    if (l->slow_burst[at]) continue;
    ordered[n++] = l->slow[at];
    levels += l->slow_level[at];
  }
  l->slow_plain = n;
  l->slow_energy = loudness_gated_mean(ordered, n);
  return n ? levels / (float)n : LOUDNESS_FLOOR;
}

/// Keep the last \p keep elements of a list, oldest first.  \return the new count
static unsigned keep_last(float* list, unsigned count, unsigned keep) {
  if (keep > count) keep = count;
  memmove(list, list + (count - keep), keep * sizeof *list);
  return keep;
}

void loudness_forget(Loudness* l, unsigned hops) {
  const unsigned keep = hops < l->slow_count ? hops : l->slow_count;
  float energy[SLOW_HOPS], level[SLOW_HOPS];
  for (unsigned i = 0; i < keep; ++i) {
    const unsigned from = (l->slow_at + 2 * SLOW_HOPS - keep + i) % SLOW_HOPS;
    energy[i] = l->slow[from];
    level[i] = l->slow_level[from];
  }
  memcpy(l->slow, energy, keep * sizeof *energy);
  memcpy(l->slow_level, level, keep * sizeof *level);
  memset(l->slow_burst, 0, sizeof l->slow_burst);
  l->slow_count = keep;
  l->slow_at = keep % SLOW_HOPS;
  l->recent_count = keep_last(l->recent, l->recent_count, hops);
  l->frame_count = keep_last(l->frames, l->frame_count, hops * LOUDNESS_HOP_FRAMES);
  sum_slow(l);
}

bool loudness_is_settled(const Loudness* l) {
  return l->slow_plain >= SETTLED_HOPS && l->recent_count >= SETTLED_HOPS;
}

void loudness_accept(Loudness* l) {
  for (unsigned i = 1; i <= ACCEPTED_HOPS; ++i)
    l->slow_burst[(l->slow_at + SLOW_HOPS - i) % SLOW_HOPS] = false;
}

/// Least-squares slope of the last hops' levels.
static float find_slope(const Loudness* l) {
  const float n = (float)l->recent_count, middle = 0.5f * (n - 1.0f);
  float sxy = 0.0f, sxx = 0.0f;
  for (unsigned i = 0; i < l->recent_count; ++i) {
    const float x = 0.5f * ((float)i - middle); // s
    sxy += x * relative_lu(l->recent[i], l->slow_energy);
    sxx += x * x;
  }
  return sxx > 0.0f ? sxy / sxx : 0.0f;
}

/// Spread and low energy of the frames of the last 3 s.
static void find_spread(const Loudness* l, LoudnessHop* out) {
  float sum = 0.0f, sum2 = 0.0f, energies = 0.0f;
  for (unsigned i = 0; i < l->frame_count; ++i) {
    const float lu = relative_lu(l->frames[i], l->slow_energy);
    sum += lu;
    sum2 += lu * lu;
    energies += l->frames[i];
  }
  const float m = sum / (float)l->frame_count;
  const float variance = sum2 / (float)l->frame_count - m * m;
  out->spread = variance > 0.0f ? sqrtf(variance) : 0.0f;
  const float quarter = 0.25f * energies / (float)l->frame_count;
  unsigned low = 0;
  for (unsigned i = 0; i < l->frame_count; ++i)
    low += l->frames[i] < quarter;
  out->low_energy = (float)low / (float)l->frame_count;
}

/// Add the frames outside bursts to the 3 s memories.
static void step_recent(Loudness* l, const float* limited, const bool* burst) {
  float plain[LOUDNESS_HOP_FRAMES];
  unsigned n = 0;
  for (unsigned i = 0; i < LOUDNESS_HOP_FRAMES; ++i)
    if (!(burst && burst[i])) plain[n++] = limited[i];
  if (n == 0) return;
  const float energy = mean(plain, n);
  l->recent_count = append(l->recent, l->recent_count, SHORT_HOPS, &energy, 1);
  l->frame_count = append(l->frames, l->frame_count, SHORT_FRAMES, plain, n);
}

void loudness_hop(Loudness* l, const float frames[LOUDNESS_HOP_FRAMES],
                  const float filled[LOUDNESS_HOP_FRAMES], const bool burst[LOUDNESS_HOP_FRAMES],
                  LoudnessHop* out) {
  const float shown = mean(frames, LOUDNESS_HOP_FRAMES);
  out->momentary =
      loudness_lufs(mean(frames + LOUDNESS_HOP_FRAMES - MOMENTARY_FRAMES, MOMENTARY_FRAMES));
  step_gate(l, loudness_lufs(shown), out);
  if (out->opened) {
    l->shown_count = l->recent_count = l->frame_count = 0;
    burst = NULL;
  }
  l->shown_count = append(l->shown, l->shown_count, SHORT_HOPS, &shown, 1);
  out->short_term = loudness_lufs(mean(l->shown, l->shown_count));

  float limited[LOUDNESS_HOP_FRAMES];
  const float limit = loudness_limit(l);
  for (unsigned i = 0; i < LOUDNESS_HOP_FRAMES; ++i)
    limited[i] = filled[i] < limit ? filled[i] : limit;
  const float energy = mean(limited, LOUDNESS_HOP_FRAMES);
  step_recent(l, limited, burst);
  if (!l->closed && l->below == 0) // a fade-out must not lower the slow loudness
    step_slow(l, mean(filled, LOUDNESS_HOP_FRAMES), energy,
              burst && memchr(burst, true, LOUDNESS_HOP_FRAMES));
  const float before = l->slow_energy;
  float level = sum_slow(l);
  if (l->slow_count <= BEGIN_HOPS && before > LIMIT * l->slow_energy) {
    // The hops before this one contain a burst: the piece begins with this hop.
    out->opened = true;
    loudness_forget(l, 1);
    level = sum_slow(l);
  }
  out->slow_energy = l->slow_energy;
  out->slow = loudness_lufs(l->slow_energy);

  out->relative = out->relative_short = out->slope = out->spread = out->rise = out->low_energy =
      0.0f;
  if (l->closed || l->slow_energy <= 0.0f) return;
  const float short_energy = mean(l->recent, l->recent_count);
  out->relative = relative_lu(energy, l->slow_energy);
  out->relative_short = relative_lu(short_energy, l->slow_energy);
  // The slow loudness follows the loud hops; the mean level keeps the soft start of a crescendo.
  const float rise = loudness_lufs(short_energy) - level;
  out->rise = rise < -RANGE_LU ? -RANGE_LU : rise > RANGE_LU ? RANGE_LU : rise;
  out->slope = find_slope(l);
  find_spread(l, out);
}

void loudness_state(Loudness* l, StateCopy* copy) {
  state_field(copy, &l->gate, sizeof l->gate);
  state_field(copy, &l->closed, sizeof l->closed);
  state_field(copy, &l->below, sizeof l->below);
  state_field(copy, &l->silent, sizeof l->silent);
  state_field(copy, &l->slow, sizeof l->slow);
  state_field(copy, &l->slow_level, sizeof l->slow_level);
  state_field(copy, &l->slow_burst, sizeof l->slow_burst);
  state_field(copy, &l->slow_plain, sizeof l->slow_plain);
  state_field(copy, &l->slow_at, sizeof l->slow_at);
  state_field(copy, &l->slow_count, sizeof l->slow_count);
  state_field(copy, &l->slow_energy, sizeof l->slow_energy);
  state_field(copy, &l->shown, sizeof l->shown);
  state_field(copy, &l->shown_count, sizeof l->shown_count);
  state_field(copy, &l->recent, sizeof l->recent);
  state_field(copy, &l->recent_count, sizeof l->recent_count);
  state_field(copy, &l->frames, sizeof l->frames);
  state_field(copy, &l->frame_count, sizeof l->frame_count);
}
