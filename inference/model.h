// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A model: weights and architecture from one *.safetensors file, packed once and shared.
///
/// model_open() of the same file (device, inode, size, mtime) returns the same Model with one more
/// reference, so that many instances share the weights.  docs/model-format.md describes the file.
///
/// Thread: model_open(), model_ref() and model_unref() take a process-wide lock and may allocate
/// or free: never on an audio thread.  Reading an open model is safe from any thread.
#ifndef CIRCUMPLEX_INFERENCE_MODEL_H
#define CIRCUMPLEX_INFERENCE_MODEL_H

#include "affect/words.h"
#include "dsp/frontend.h"

#include <stddef.h>
#include <stdint.h>

typedef struct Model Model;

/// Facts about a model, for display.  Strings belong to the model.
typedef struct {
  const char* name;        ///< e.g. "default"
  const char* description; ///< one line
  const char* licence;
  const char* encoder;  ///< "vae", "ae", "cnn", "none"
  const char* temporal; ///< "lstm", "attentive-lstm", "transformer", "rnn", "none"
  size_t parameters;    ///< number of weights
  size_t bytes;         ///< size of the file
  unsigned n_inputs;    ///< width of a time step after encoding
  unsigned n_hidden;    ///< width of the temporal state
  unsigned window;      ///< hops that attention reaches back (0: none), at most 120
} ModelInfo;

/// Open a model file.
/// \param error receives an error message that names the file and the tensor or key at fault
/// \return NULL on failure
Model* model_open(const char* path, char* error, size_t error_size);

/// The same from memory (fuzzing, tests); the bytes are copied.
Model* model_open_memory(const void* data, size_t size, char* error, size_t error_size);

Model* model_ref(Model* model);
void model_unref(Model* model); ///< NULL is allowed

const ModelInfo* model_info(const Model* model);

/// \return 16 hexadecimal digits over the file's bytes, which belong to the model.  They are computed when
/// they are first asked for, which takes a lock and about 1 ms for each MB: never on an audio thread.
const char* model_hash(Model* model);

const FrontendSpec* model_frontend(const Model* model);

/// \return the model's words for readings (docs/model-format.md, "Words"), owned by the model; NULL
/// if it has none: then use the built-in ones
const WordTable* model_words(const Model* model);

/// Find the default model.  It searches in this order: $CIRCUMPLEX_MODEL (a file, or the name of a model
/// that comes with the program); models/ beside the binary (for a bundle with its own models);
/// share/circumplex/models/ of the build or installed tree that contains the binary, even if that
/// was moved; the configured prefix.  Allocates.
/// \return 0 and the path, or -1 and an error message in \p path.
int model_default_path(char* path, size_t size);

/// Find a model that comes with the program: NAME.safetensors in the same places, but without the
/// environment variable.  Allocates.
/// \return 0 and the path, or -1 and an error message in \p path.
int model_shipped_path(const char* name, char* path, size_t size);

/// List the models that come with the program: "cues, default, ...", sorted; "" if there are none.
/// Allocates.
void model_shipped_names(char* names, size_t size);

#endif
