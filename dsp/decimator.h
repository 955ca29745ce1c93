// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Decimates a stream by a power of two with a linear-phase low-pass filter, for the long tonal
/// window, which needs nothing above 4.2 kHz.
///
/// The filter is a Kaiser-windowed sinc (Kaiser 1974; Oppenheim and Schafer, Discrete-Time Signal
/// Processing, sec. 7.5).  It is designed for a stop band of 70 dB; tests require 67 dB.  It is
/// flat to 4.2 kHz, and aliases fall above 4.2 kHz.  Only one output for every `factor` samples is
/// computed.
///
/// Thread: one at a time.  Nothing allocates after decimator_new().
#ifndef CIRCUMPLEX_DSP_DECIMATOR_H
#define CIRCUMPLEX_DSP_DECIMATOR_H

#include "dsp/state_copy.h"

#include <stddef.h>

typedef struct Decimator Decimator;

/// \return the largest power of two that leaves a rate of at least 11 kHz; 1 if none does
size_t decimator_factor(double rate);

/// \return NULL if out of memory.
Decimator* decimator_new(double rate);
void decimator_free(Decimator* d); ///< NULL is allowed
void decimator_reset(Decimator* d);

/// \param out room for n / factor + 1 samples  \return samples written
size_t decimator_process(Decimator* d, const float* in, size_t n, float* out);

/// Copy the state of \p from into \p d.  Both have the same rate.
void decimator_copy(Decimator* d, const Decimator* from);

/// \return how many past samples one output depends on
size_t decimator_memory(const Decimator* d);

/// Copy the state: see dsp/state_copy.h.
void decimator_state(Decimator* d, StateCopy* copy);

#endif
