// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Sound at another rate: see resample.h.
#include "audio/resample.h"

void resample_begin(Resample* resample, double from, double to) {
  *resample = (Resample){.ratio = from / to, .place = 2.0}; // two frames make the first line
}

size_t resample_run(Resample* resample, const float* in, size_t n, size_t* used, float* out,
                    size_t room) {
  Resample* r = resample;
  size_t made = 0;
  size_t taken = 0;
  for (;;) {
    if (r->place >= 1.0) {
      if (taken == n) break;
      for (int c = 0; c < 2; ++c) {
        r->before[c] = r->after[c];
        r->after[c] = in[2 * taken + (size_t)c];
      }
      r->place -= 1.0;
      ++taken;
      continue;
    }
    if (made == room) break;
    const float t = (float)r->place;
    for (int c = 0; c < 2; ++c)
      out[2 * made + (size_t)c] = (1.0f - t) * r->before[c] + t * r->after[c];
    r->place += r->ratio;
    ++made;
  }
  *used = taken;
  return made;
}
