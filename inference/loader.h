// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Helpers for loading any part of a model: checked tensors of the file, packed weights that the
/// model owns, and whole numbers from the JSON.
///
/// Errors: NULL or -1, and an error message that names the tensor or key.  Thread: any; allocates.
#ifndef CIRCUMPLEX_INFERENCE_LOADER_H
#define CIRCUMPLEX_INFERENCE_LOADER_H

#include "inference/compute.h"
#include "inference/message.h"
#include "inference/safetensors.h"

#include <jansson.h>
#include <stdbool.h>

#define LOADER_MAX_WORK ((size_t)64 << 20) ///< largest work of a model, multiply-adds per hop
#define LOADER_MAX_SLICE                                                                           \
  ((size_t)2 << 20) ///< largest slice that run() computes at once, multiply-adds (net_advance())

/// A matrix [n, k] ready for Compute.gemm.
typedef struct {
  unsigned n, k;
  float *panels, *bias;
} Product;

/// State of loading a plan.
typedef struct {
  const Safetensors* file;
  struct WeightBlock* blocks; ///< owned: weights_free()
  size_t parameters;          ///< weights used, as the file counts them
  size_t work;                ///< multiply-adds per hop so far
  Message message;
} Loader;

/// Allocate zeroed floats, 64-byte aligned, owned by the model.  \return NULL if out of memory
float* weights_new(Loader* loader, size_t count);
void weights_free(struct WeightBlock* blocks);

/// Find the tensor PREFIX.SUFFIX, and check its shape and that all values are finite.
/// \param rank number of dimensions that follow, each an unsigned
/// \return the values, or NULL and an error message
const float* loader_tensor(Loader* loader, const char* prefix, const char* suffix, unsigned rank,
                           ...);
/// \return whether the file has the tensor.
bool loader_has(const Loader* loader, const char* prefix, const char* suffix);

/// Copy \p count values, padded with zeros to a multiple of COMPUTE_PANEL; denormals become 0.
float* loader_copy(Loader* loader, const float* values, size_t count);

/// Pack the matrix w [n, k], or [w, w2] with w2 [n, k2] if \p w2 is not NULL.  \p bias and \p bias2
/// (both [n]) are added and may be NULL.  Counts the work for \p rows rows.  \return 0 or -1
int loader_product(Loader* loader, Product* product, unsigned n, unsigned k, const float* w,
                   unsigned k2, const float* w2, const float* bias, const float* bias2,
                   size_t rows);

/// Add \p work multiply-adds per hop.  \return 0, or -1 and an error message if there are too many
int loader_count(Loader* loader, size_t work);

/// Check that the work counted since \p from fits into one slice of a step.
/// \param what name of the slice in the error message, e.g. "the encoder"
/// \return 0 and the slice's work, or -1
int loader_slice(Loader* loader, size_t from, const char* what, size_t* work);

/// Change a product so that its outputs are multiplied by scale[n], and shift[n] is added.
void product_scale(Product* product, const float* scale, const float* shift);

/// Read a list of 1 to \p most different names.
/// \param key  key of the list, for error messages
/// \param what what is listed, for error messages, e.g. "cue"
/// \param find returns the index of a name, or -1
/// \param found [most] receives the indices, \p count their number
/// \return 0, or -1 and an error message
int loader_names(Loader* loader, const json_t* list, const char* key, const char* what,
                 unsigned most, int (*find)(const char* name), unsigned* found, unsigned* count);

/// Read a whole number in [low, high] at \p key of \p object; \p fallback if the key is missing.
/// \return 0 or -1 (and the message)
int loader_number(Loader* loader, const json_t* object, const char* where, const char* key,
                  unsigned low, unsigned high, unsigned fallback, unsigned* value);

#endif
