// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The last 10 minutes of estimates, kept compactly for a window that opens later.
///
/// Readings are kept as floats; cues, envelope and contributions as 16-bit fixed point over their range
/// (steps below 1/10000 of it); attention as the bytes that the protocol sends.
/// Thread: audio thread only; real-time safe after history_new().
#ifndef CIRCUMPLEX_PLUGIN_HISTORY_H
#define CIRCUMPLEX_PLUGIN_HISTORY_H

#include "plugin/protocol.h"

#include <stddef.h>
#include <stdint.h>

typedef struct History History;

History* history_new(void);
void history_free(History* h); ///< NULL is allowed

/// Append an estimate.
/// \param values      in the order of ProtocolField; PROTOCOL_ATTENTION_COUNT and _UNIT are set
/// here
/// \param attention   \p n_attention weights, oldest first, the last one the current hop
/// \param beyond      how much of each is beyond the usual for its age
void history_append(History* h, float values[PROTOCOL_FLOATS], const float* attention,
                    const float* beyond, unsigned n_attention);

/// \return the number of estimates appended so far: indices run from history_first() to this.
uint64_t history_end(const History* h);
/// \return the oldest index that is still kept.
uint64_t history_first(const History* h);

/// Read estimate \p index, which must be kept.
/// \param[out] attention PROTOCOL_ATTENTION bytes
void history_read(const History* h, uint64_t index, float values[PROTOCOL_FLOATS],
                  uint8_t* attention);

size_t history_size(void);

#endif
