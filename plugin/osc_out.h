// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Readings as OSC bundles over UDP (Open Sound Control 1.0), by liblo.
///
/// A bundle holds `/circumplex/<name>/valence f`, `arousal f`, `valence_spread f`,
/// `arousal_spread f`, `confidence f`, `song_valence f`, `song_arousal f`, `loudness f`,
/// `quadrant i` and `state i`.
/// Thread: never the audio thread: looks names up, calls the system.  One thread at a time.
#ifndef CIRCUMPLEX_PLUGIN_OSC_OUT_H
#define CIRCUMPLEX_PLUGIN_OSC_OUT_H

#include <stddef.h>

#define OSC_MAX_NAME 64
#define OSC_MAX_TARGET 256

typedef struct OscOut OscOut;

/// One reading, as the control outputs show it at response 0.
typedef struct {
  float valence, arousal, valence_spread, arousal_spread, confidence;
  float song_valence, song_arousal, loudness, quadrant, state;
} OscReading;

/// \param target "osc.udp://host:port"; the host is looked up here, which may take seconds
/// \param name   printable, none of the characters that OSC addresses reserve
/// \return NULL and a sentence in \p error
OscOut* osc_new(const char* target, const char* name, char* error, size_t error_size);
void osc_free(OscOut* osc); ///< NULL is allowed

/// \return 0, or -1 and a sentence in \p error.
int osc_send(OscOut* osc, const OscReading* reading, char* error, size_t error_size);

#endif
