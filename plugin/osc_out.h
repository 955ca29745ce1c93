// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Readings as OSC over UDP (Open Sound Control 1.0).
///
/// A reading is `/circumplex/<name>/<symbol>` for each row that inference/readings.h marks as SENT:
/// a float, or an int for whole numbers and choices.  All are in one bundle, or single messages
/// for receivers that do not support bundles.
/// Thread: never the audio thread, because it looks up names and calls the system.  One at a time.
#ifndef CIRCUMPLEX_PLUGIN_OSC_OUT_H
#define CIRCUMPLEX_PLUGIN_OSC_OUT_H

#include "plugin/outputs.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct OscOut OscOut;

/// \param target osc.udp://HOST:PORT (net_target.h); looks up the host, which may take seconds
/// \param name   printable, without the characters that are reserved in OSC addresses
/// \param single send single messages instead of one bundle
/// \return NULL and an error message in \p error
OscOut* osc_new(const char* target, const char* name, bool single, char* error, size_t error_size);
void osc_free(OscOut* osc); ///< NULL is allowed

/// Send a reading, with the values of the control outputs at response 0.
/// \return 0, or -1 and an error message in \p error.
int osc_send(OscOut* osc, const Readings* reading, char* error, size_t error_size);

#endif
