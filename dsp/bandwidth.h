// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds the frequency bands that a sound lacks (low sample rate, telephone, lossy coder), and
/// fills them with an estimate.
///
/// Without this, such a sound would read like music with a dark timbre.  The upper edge is a steep
/// drop of the long-term spectrum: two quarter octaves higher, and everywhere above, even the
/// loudest hop of the last seconds is at least 20 dB lower (dark music has a cymbal or a consonant
/// there from time to time, what was cut off has none).
/// Above the edge the octave below it is repeated, as spectral band replication does (Dietz et al.
/// 2002, "Spectral band replication, a novel approach in audio coding"), with the average slope of
/// music: -7.5 dB an octave.  A sound without the upper bands may also lack the lowest ones (a
/// telephone); their level is estimated from the octave above 350 Hz.
///
/// Thread: one at a time.  Nothing allocates after bandwidth_new().
#ifndef CIRCUMPLEX_DSP_BANDWIDTH_H
#define CIRCUMPLEX_DSP_BANDWIDTH_H

#include "dsp/state_copy.h"

#include <stdbool.h>
#include <stddef.h>

#define BANDWIDTH_LOW_HZ 30.0
#define BANDWIDTH_HIGH_HZ 10000.0
/// Octaves from BANDWIDTH_LOW_HZ to BANDWIDTH_HIGH_HZ: the value of a sound that lacks nothing.
#define BANDWIDTH_ALL 8.380822f

typedef struct Bandwidth Bandwidth;

/// \return number of bins, bin_hz apart, that this module reads: up to 11.9 kHz
size_t bandwidth_bins(double bin_hz);

/// \param rate sample rate, Hz; no sound is expected above 0.46 of it
/// \param bins at least bandwidth_bins()
/// \return NULL if out of memory
Bandwidth* bandwidth_new(double rate, double bin_hz, size_t bins);
void bandwidth_free(Bandwidth* b); ///< NULL is allowed
void bandwidth_reset(Bandwidth* b);

/// Begin a new piece.  The edge stays as it is until the first hop of the piece is heard.
void bandwidth_new_piece(Bandwidth* b);

/// \return whether bands are missing, that is, whether bandwidth_fill() changes anything.
bool bandwidth_is_limited(const Bandwidth* b);

/// Fill the missing bins of a frame.  \param power [bins]
void bandwidth_fill(const Bandwidth* b, float* power);

/// Update the edges from a hop that is not silent.
/// \param power [bandwidth_bins()] the hop's mean power before filling
/// \param level energy of the slow loudness, > 0; the hop's weight is its power divided by this
/// \return whether the edges changed, so that the next frames are filled differently
bool bandwidth_hop(Bandwidth* b, const float* power, float level);

/// \return how many octaves of 30 Hz - 10 kHz the sound has; BANDWIDTH_ALL if nothing is missing
float bandwidth_octaves(const Bandwidth* b);

/// Copy the state: see dsp/state_copy.h.
void bandwidth_state(Bandwidth* b, StateCopy* copy);

#endif
