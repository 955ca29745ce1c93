// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the model files of every kind have in common: the "circumplex" object with its name and
/// kind, the front end, tensors that scale, and lines of calibration.
///
/// Errors: -1 or NULL, and an error message that names the key or tensor.  Thread: any; allocates.
#ifndef CIRCUMPLEX_INFERENCE_CONFIG_H
#define CIRCUMPLEX_INFERENCE_CONFIG_H

#include "dsp/frontend.h"
#include "inference/layers.h"

/// The "circumplex" object of \p file, which has a name and is of the kind asked for.
/// \param is_static what is wanted: a model of one reading a song (static.h), not of running ones
/// \return to be released with json_decref(), or NULL
json_t* config_open(const Safetensors* file, bool is_static, Message message);

/// Whether the key "format" says 1.  \return 0 or -1
int config_format(Loader* loader, const json_t* config);

/// The key "frontend" of \p config, or its defaults.  \return 0 or -1
int config_frontend(Loader* loader, const json_t* config, FrontendSpec* spec);

/// The tensors PREFIXmean and PREFIXstd [n], the latter turned into a gain of 1 / std.
/// \return 0 or -1
int config_scale(Loader* loader, const char* prefix, unsigned n, float** mean, float** gain);

/// The pair [gain, offset] at \p key of \p calibration (may be NULL); [1, 0] if there is none.
/// \return 0 or -1
int config_line(Loader* loader, const json_t* calibration, const char* key, float line[2]);

/// \return the string at \p key, or \p fallback.
const char* config_text(const json_t* object, const char* key, const char* fallback);

#endif
