// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Readings as OSC over UDP (Open Sound Control 1.0).
///
/// A reading is `/circumplex/<name>/<symbol>` for each row that inference/readings.h marks as SENT:
/// a float, or an int for whole numbers and choices.  All go in one bundle, or as single messages
/// for receivers that know no bundles.
/// Thread: never the audio thread: looks names up, calls the system.  One thread at a time.
#ifndef CIRCUMPLEX_PLUGIN_OSC_OUT_H
#define CIRCUMPLEX_PLUGIN_OSC_OUT_H

#include "plugin/outputs.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct OscOut OscOut;

/// \param target osc.udp://HOST:PORT (net_target.h); the host is looked up here, which may take seconds
/// \param name   printable, none of the characters that OSC addresses reserve
/// \param single messages instead of one bundle
/// \return NULL and an error message in \p error
OscOut* osc_new(const char* target, const char* name, bool single, char* error, size_t error_size);
void osc_free(OscOut* osc); ///< NULL is allowed

/// Send a reading as the control outputs show it at response 0.
/// \return 0, or -1 and an error message in \p error.
int osc_send(OscOut* osc, const Readings* reading, char* error, size_t error_size);

#endif
