// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The table of network protocols by which the host's worker sends readings.
///
/// A protocol is a file that defines one OutputKind, a row in OUTPUTS_LIST, and a row in
/// properties.h for each of its settings.
#ifndef CIRCUMPLEX_PLUGIN_OUTPUTS_H
#define CIRCUMPLEX_PLUGIN_OUTPUTS_H

#include "inference/readings.h"
#include "plugin/properties.h"

#include <stdbool.h>
#include <stddef.h>

/// A protocol.  Thread: never the audio thread; one thread at a time for each open output.
typedef struct {
  const char* name;
  const char* scheme;  ///< scheme of its target, e.g. "http"
  PropertyId target;   ///< the setting that holds its target
  unsigned properties; ///< bits (1u << PropertyId) of all settings that it reads

  /// Start with the given settings.
  /// \return NULL if it is off (\p error stays empty) or cannot start (an error message)
  void* (*open)(const Properties* settings, char* error, size_t error_size);
  /// Send a reading, with the values of the control outputs at response 0.
  /// \return 0, or -1 and an error message
  int (*send)(void* output, const Readings* reading, char* error, size_t error_size);
  void (*close)(void* output); ///< NULL is allowed
} OutputKind;

#define OUTPUTS_LIST(X)                                                                            \
  X(osc_output)                                                                                    \
  X(web_output)

#define X(kind) extern const OutputKind kind;
OUTPUTS_LIST(X)
#undef X

enum {
#define X(kind) OUTPUT_##kind,
  OUTPUTS_LIST(X)
#undef X
      OUTPUT_KINDS
};

extern const OutputKind* const output_kinds[OUTPUT_KINDS];

/// \return its target if that is another machine, otherwise NULL.  Nothing is looked up.
const char* output_destination(const OutputKind* kind, const Properties* settings);

/// \return whether open() would look up a name, and so may block for seconds
bool output_looks_up(const OutputKind* kind, const Properties* settings);

#endif
