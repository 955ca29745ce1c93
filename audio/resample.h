// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Stereo sound at another rate by straight lines between frames: good enough for a preview on a
/// device that cannot do the file's own rate; what lies above half the lower rate is not removed.
///
/// Frame k of the output is the input at k * from / to.  At equal rates it is the input, bit for
/// bit.  A frame comes out only when the one after it is known: the last one never does.
/// Thread: an instance belongs to one thread at a time; no allocation, no call.
#ifndef CIRCUMPLEX_AUDIO_RESAMPLE_H
#define CIRCUMPLEX_AUDIO_RESAMPLE_H

#include <stddef.h>

typedef struct {
  double ratio; ///< input frames an output frame
  double place; ///< of the next output frame, from \p before on; 1 or more: input is needed
  float before[2], after[2];
} Resample;

/// \param from,to rates, Hz, above 0
void resample_begin(Resample* resample, double from, double to);

/// Make frames until the input is used up or the room is full.
/// \param in interleaved, finite;  \param n frames of it;  \param[out] used how many were taken
/// \param room frames that \p out holds;  \return frames made
size_t resample_run(Resample* resample, const float* in, size_t n, size_t* used, float* out,
                    size_t room);

#endif
