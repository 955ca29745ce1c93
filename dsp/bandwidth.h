// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Which part of the spectrum a sound has at all, and a stand-in for the rest.
///
/// A low sample rate, a telephone or a coder takes bands away; that is not dark music.  The edge is
/// a cliff of the long-term spectrum: 20 dB or more from a quarter octave to the next but one, with
/// nothing above that reaches higher.  (Of 40 recordings with all their bands the steepest fell by
/// 18 dB.)  Above the edge the octave below it is repeated, as spectral band replication does
/// (Dietz et al. 2002, "Spectral band replication, a novel approach in audio coding"), sloping as
/// music does on average: -7.5 dB an octave.  A sound without the upper bands may also lack the
/// lowest ones (a telephone); these get a level from the octave above 350 Hz.
///
/// Thread: one at a time.  Nothing allocates after bandwidth_new().
#ifndef CIRCUMPLEX_DSP_BANDWIDTH_H
#define CIRCUMPLEX_DSP_BANDWIDTH_H

#include "dsp/state_copy.h"

#include <stdbool.h>
#include <stddef.h>

#define BANDWIDTH_LOW_HZ 30.0
#define BANDWIDTH_HIGH_HZ 10000.0
/// Octaves of a sound that has every band from BANDWIDTH_LOW_HZ to BANDWIDTH_HIGH_HZ.
#define BANDWIDTH_ALL 8.380822f

typedef struct Bandwidth Bandwidth;

/// \return how many bins, bin_hz apart, hold all that matters here: up to 11.9 kHz
size_t bandwidth_bins(double bin_hz);

/// \param rate sample rate, Hz: nothing is expected above 0.46 of it
/// \param bins at least bandwidth_bins()
/// \return NULL if out of memory
Bandwidth* bandwidth_new(double rate, double bin_hz, size_t bins);
void bandwidth_free(Bandwidth* b); ///< NULL is allowed
void bandwidth_reset(Bandwidth* b);

/// A new piece: the edge stays until the first hop of it is heard.
void bandwidth_new_piece(Bandwidth* b);

/// \return whether something is missing, so that bandwidth_fill() changes anything.
bool bandwidth_is_limited(const Bandwidth* b);

/// Fill the missing bins of a frame.  \param power [bins]
void bandwidth_fill(const Bandwidth* b, float* power);

/// Learn from a sounding hop.
/// \param power [bandwidth_bins()] the hop's mean power before filling
/// \param level the hop's weight is its power over this (the slow loudness' energy), > 0
/// \return whether the next frames are filled otherwise than this hop's were
bool bandwidth_hop(Bandwidth* b, const float* power, float level);

/// \return octaves of 30 Hz - 10 kHz that the sound has: BANDWIDTH_ALL if nothing is missing.
float bandwidth_octaves(const Bandwidth* b);

size_t bandwidth_size(const Bandwidth* b);

/// Its part of a copy: see dsp/state_copy.h.
void bandwidth_state(Bandwidth* b, StateCopy* copy);

#endif
