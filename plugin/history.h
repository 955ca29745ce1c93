// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Stores the last 10 minutes of estimates compactly, for a window that opens later.
///
/// Readings are stored as floats; cues, envelope and contributions as 16-bit fixed point over their
/// range (in steps below 1/10000 of it); attention as the bytes that the protocol sends.
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
/// \param values      in the order of ProtocolField; sets PROTOCOL_ATTENTION_COUNT and _UNIT in it
/// \param attention   \p n_attention weights, oldest first; the last one is the current hop's
/// \param beyond      by how much each weight exceeds the usual weight of its age
void history_append(History* h, float values[PROTOCOL_FLOATS], const float* attention,
                    const float* beyond, unsigned n_attention);

/// \return number of estimates appended so far; indices go from history_first() to this - 1
uint64_t history_end(const History* h);
/// \return the oldest index that is still stored
uint64_t history_first(const History* h);

/// Read estimate \p index, which must be stored.
/// \param[out] attention PROTOCOL_ATTENTION bytes
void history_read(const History* h, uint64_t index, float values[PROTOCOL_FLOATS],
                  uint8_t* attention);

#endif
