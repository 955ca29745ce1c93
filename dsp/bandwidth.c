// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the frequency bands that a sound lacks, and fills them with an estimate.
#include "dsp/bandwidth.h"

#include <math.h>
#include <stdlib.h>

#define ZONES 11       ///< quarter octaves; the last one begins at BANDWIDTH_HIGH_HZ
#define CLIFF 100.0f   ///< 20 dB: an edge
#define NO_CLIFF 25.0f ///< 14 dB: below this an edge that was found is given up
#define DENSE 0.7f     ///< share of bins within 20 dB of their mean
#define NYQUIST_SHARE 0.46
#define SLOPE 2.4914f       ///< -7.5 dB an octave, as an exponent of frequency
#define MEMORY_HOPS 20.0f   ///< 10 s
#define FALL 0.933f         ///< of the loudest hop's power in a hop: 6 dB in 10 s
#define TELEPHONE_HZ 4300.0 ///< the lowest bands can be missing only if the edge is below this
#define LOW_EDGE_HZ 350.0
#define LOW_GAIN 3.2f ///< 5 dB: how far the lowest bands stand above 350-700 Hz

struct Bandwidth {
  double bin_hz;
  size_t bins;
  size_t zone[ZONES + 1]; ///< first bin of each zone
  size_t low[4];          ///< bins of 60, 140 Hz and 400, 600 Hz
  float density[ZONES];   ///< mean power a bin
  float loudest[ZONES];   ///< the largest power a bin of a hop; falls by 6 dB in 10 s
  float dense[ZONES];     ///< share of the bins within 20 dB of the density
  float bass, above_bass; ///< mean power in the two low ranges
  float heard;            ///< hops heard, up to MEMORY_HOPS
  unsigned most, top;     ///< zones that the sample rate allows; zones that the sound has
  bool lacks_low;
  size_t fill_from, fill_end, low_end, low_source_end;
  float* gain; ///< [bins] gain of a filled bin relative to the bin that it repeats
};

static size_t bin_at(const Bandwidth* b, double hz) {
  const size_t bin = (size_t)ceil(hz / b->bin_hz);
  return bin < b->bins ? bin : b->bins;
}

/// Lower edge of zone \p z, Hz.
static double edge(unsigned z) {
  return BANDWIDTH_HIGH_HZ * exp2(0.25 * ((double)z - (ZONES - 1)));
}

size_t bandwidth_bins(double bin_hz) {
  return (size_t)ceil(edge(ZONES) / bin_hz) + 1;
}

/// Set the edges, and prepare bandwidth_fill() for them.
static void set_edges(Bandwidth* b, unsigned top, bool lacks_low) {
  b->top = top;
  b->lacks_low = lacks_low;
  b->fill_from = b->zone[top];
  for (size_t k = b->fill_from; k < b->fill_end; ++k) {
    const size_t octave = b->fill_from - b->fill_from / 2;
    const size_t source = b->fill_from / 2 + (k - b->fill_from) % octave;
    b->gain[k] = powf((float)k / (float)source, -SLOPE);
  }
}

Bandwidth* bandwidth_new(double rate, double bin_hz, size_t bins) {
  Bandwidth* b = calloc(1, sizeof *b);
  if (!b) return NULL;
  b->bin_hz = bin_hz;
  b->bins = bins;
  b->gain = calloc(bins, sizeof *b->gain);
  if (!b->gain) {
    free(b);
    return NULL;
  }
  for (unsigned z = 0; z <= ZONES; ++z)
    b->zone[z] = bin_at(b, edge(z));
  static const double low_hz[4] = {60.0, 140.0, 400.0, 600.0};
  for (int i = 0; i < 4; ++i)
    b->low[i] = bin_at(b, low_hz[i]);
  b->low_end = bin_at(b, LOW_EDGE_HZ);
  b->low_source_end = bin_at(b, 2.0 * LOW_EDGE_HZ);
  b->fill_end = b->zone[ZONES - 1];
  b->most = ZONES - 1;
  while (b->most > 0 && edge(b->most) > NYQUIST_SHARE * rate)
    --b->most;
  bandwidth_reset(b);
  return b;
}

void bandwidth_free(Bandwidth* b) {
  if (!b) return;
  free(b->gain);
  free(b);
}

void bandwidth_reset(Bandwidth* b) {
  bandwidth_new_piece(b);
  set_edges(b, b->most, false);
}

void bandwidth_new_piece(Bandwidth* b) {
  b->heard = 0.0f;
}

bool bandwidth_is_limited(const Bandwidth* b) {
  return b->top < ZONES - 1;
}

static float mean(const float* x, size_t first, size_t end) {
  float sum = 0.0f;
  for (size_t i = first; i < end; ++i)
    sum += x[i];
  return end > first ? sum / (float)(end - first) : 0.0f;
}

void bandwidth_fill(const Bandwidth* b, float* power) {
  const size_t from = b->fill_from, start = from / 2, octave = from - start;
  for (size_t k = from, source = start; k < b->fill_end; ++k) {
    power[k] = b->gain[k] * power[source];
    if (++source == from) source = from - octave;
  }
  if (!b->lacks_low) return;
  const float level = LOW_GAIN * mean(power, b->low_end, b->low_source_end);
  for (size_t k = 2; k < b->low_end; ++k)
    power[k] = level;
}

/// A spectrum that was cut off is dense up to the cut; a chord with few partials is not.
static bool is_dense(const Bandwidth* b, unsigned below) {
  return below >= 2 && b->dense[below - 1] > DENSE && b->dense[below - 2] > DENSE;
}

/// \return the first zone to be filled: the lowest above which there is no sound; ZONES - 1 if none
static unsigned find_top(const Bandwidth* b) {
  for (unsigned top = 2; top + 1 < ZONES; ++top) {
    const float below = b->density[top - 1];
    const float cliff = top >= b->top ? NO_CLIFF : CLIFF; // hysteresis
    bool nothing = below > 0.0f && is_dense(b, top);
    for (unsigned above = top + 1; above < ZONES; ++above)
      nothing = nothing && b->loudest[above] * cliff < below;
    if (nothing) return top < b->most ? top : b->most;
  }
  return is_dense(b, b->most) ? b->most : ZONES - 1;
}

bool bandwidth_hop(Bandwidth* b, const float* power, float level) {
  if (b->heard < MEMORY_HOPS) b->heard += 1.0f;
  const float share = 1.0f / b->heard;
  for (unsigned z = 0; z < ZONES; ++z) {
    const float density = mean(power, b->zone[z], b->zone[z + 1]);
    unsigned within = 0;
    for (size_t k = b->zone[z]; k < b->zone[z + 1]; ++k)
      within += power[k] * CLIFF >= density;
    const float dense = (float)within / (float)(b->zone[z + 1] - b->zone[z] + 1);
    b->density[z] += share * (density / level - b->density[z]);
    const float fallen = share < 1.0f ? FALL * b->loudest[z] : 0.0f;
    b->loudest[z] = fmaxf(fmaxf(density / level, fallen), b->density[z]); // never below the mean
    b->dense[z] += share * (dense - b->dense[z]);
  }
  b->bass += share * (mean(power, b->low[0], b->low[1]) / level - b->bass);
  b->above_bass += share * (mean(power, b->low[2], b->low[3]) / level - b->above_bass);
  const unsigned top = find_top(b);
  const bool lacks_low =
      edge(top) < TELEPHONE_HZ &&
      b->bass * (b->lacks_low ? 10.0f * NO_CLIFF : 10.0f * CLIFF) < b->above_bass;
  const bool changed = top != b->top || lacks_low != b->lacks_low;
  if (changed) set_edges(b, top, lacks_low);
  return changed;
}

float bandwidth_octaves(const Bandwidth* b) {
  const double low = b->lacks_low ? LOW_EDGE_HZ : BANDWIDTH_LOW_HZ;
  return (float)log2(edge(b->top < b->most ? b->top : b->most) / low);
}

void bandwidth_state(Bandwidth* b, StateCopy* copy) {
  state_field(copy, &b->density, sizeof b->density);
  state_field(copy, &b->loudest, sizeof b->loudest);
  state_field(copy, &b->dense, sizeof b->dense);
  state_field(copy, &b->bass, sizeof b->bass);
  state_field(copy, &b->above_bass, sizeof b->above_bass);
  state_field(copy, &b->heard, sizeof b->heard);
  state_field(copy, &b->top, sizeof b->top);
  state_field(copy, &b->lacks_low, sizeof b->lacks_low);
  state_field(copy, &b->fill_from, sizeof b->fill_from);
  state_field(copy, b->gain, b->bins * sizeof *b->gain);
}
