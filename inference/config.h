// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads what all kinds of model files have in common: the "circumplex" object with its name and
/// kind, the front end, tensors for scaling, and calibration lines.
///
/// Errors: -1 or NULL, and an error message that names the key or tensor.  Thread: any; allocates.
#ifndef CIRCUMPLEX_INFERENCE_CONFIG_H
#define CIRCUMPLEX_INFERENCE_CONFIG_H

#include "dsp/frontend.h"
#include "inference/layers.h"

/// Read the "circumplex" object of \p file; it must have a name and be of the given kind.
/// \param is_static true: a static model (static.h); false: a model of running readings
/// \return the object, for json_decref(), or NULL
json_t* config_open(const Safetensors* file, bool is_static, Message message);

/// Check that the key "format" is 1.  \return 0 or -1
int config_format(Loader* loader, const json_t* config);

/// Read the key "frontend" of \p config; default values if it is missing.  \return 0 or -1
int config_frontend(Loader* loader, const json_t* config, FrontendSpec* spec);

/// Read the tensors PREFIXmean and PREFIXstd [n]; \p gain receives 1 / std.
/// \return 0 or -1
int config_scale(Loader* loader, const char* prefix, unsigned n, float** mean, float** gain);

/// Read the pair [gain, offset] at \p key of \p calibration (may be NULL); [1, 0] if missing.
/// \return 0 or -1
int config_line(Loader* loader, const json_t* calibration, const char* key, float line[2]);

/// \return the string at \p key, or \p fallback.
const char* config_text(const json_t* object, const char* key, const char* fallback);

#endif
