// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Streaming decimation by a power of two with a linear-phase low-pass: the way to the long tonal
/// window, which needs nothing above 4.2 kHz.
///
/// Kaiser-windowed sinc, designed for a 70 dB stop band (67 dB kept) (Kaiser 1974; Oppenheim and
/// Schafer, Discrete-Time Signal Processing, sec. 7.5): flat to 4.2 kHz, so wide that what folds
/// lands above 4.2 kHz.  Only the outputs that are kept are computed: one for `factor` samples.
///
/// Thread: one at a time.  Nothing allocates after decimator_new().
#ifndef CIRCUMPLEX_DSP_DECIMATOR_H
#define CIRCUMPLEX_DSP_DECIMATOR_H

#include "dsp/state_copy.h"

#include <stddef.h>

typedef struct Decimator Decimator;

/// \return the factor for a rate: the largest power of two that leaves at least 11 kHz, else 1.
size_t decimator_factor(double rate);

/// \return NULL if out of memory.
Decimator* decimator_new(double rate);
void decimator_free(Decimator* d); ///< NULL is allowed
void decimator_reset(Decimator* d);

/// \param out room for n / factor + 1 samples  \return samples written
size_t decimator_process(Decimator* d, const float* in, size_t n, float* out);

/// Make \p d go on as \p from would; both of the same rate.
void decimator_copy(Decimator* d, const Decimator* from);

/// \return how many past samples an output depends on.
size_t decimator_memory(const Decimator* d);

size_t decimator_size(const Decimator* d);

/// Its part of a copy: see dsp/state_copy.h.
void decimator_state(Decimator* d, StateCopy* copy);

#endif
