// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What every part of a model is loaded with: tensors of the file, checked; weights, packed and
/// owned by the model; whole numbers of the JSON.
///
/// Errors: NULL or -1, and an error message that names the tensor or key.  Thread: any; allocates.
#ifndef CIRCUMPLEX_INFERENCE_LOADER_H
#define CIRCUMPLEX_INFERENCE_LOADER_H

#include "inference/compute.h"
#include "inference/message.h"
#include "inference/safetensors.h"

#include <jansson.h>
#include <stdbool.h>

#define LOADER_MAX_WORK ((size_t)64 << 20) ///< multiply-adds a hop, of the whole model
#define LOADER_MAX_SLICE                                                                           \
  ((size_t)2 << 20) ///< of what run() may have to do in one go (net_advance())

/// A matrix [n, k] ready for Compute.gemm.
typedef struct {
  unsigned n, k;
  float *panels, *bias;
} Product;

/// What a plan is made from, and what it makes on the way.
typedef struct {
  const Safetensors* file;
  struct WeightBlock* blocks; ///< owned: weights_free()
  size_t parameters;          ///< weights used, as the file counts them
  size_t work;                ///< multiply-adds a hop so far
  Message message;
} Loader;

/// Floats that live as long as the model, 64-byte aligned, zeroed.  \return NULL if out of memory.
float* weights_new(Loader* loader, size_t count);
void weights_free(struct WeightBlock* blocks);

/// The tensor PREFIX.SUFFIX of the given shape, its values finite.
/// \param rank number of dimensions that follow, each an unsigned
/// \return NULL, and the message set, if it is not so
const float* loader_tensor(Loader* loader, const char* prefix, const char* suffix, unsigned rank,
                           ...);
/// \return whether the file has the tensor.
bool loader_has(const Loader* loader, const char* prefix, const char* suffix);

/// Copy of \p count values, padded with zeros to a multiple of COMPUTE_PANEL; denormals become 0.
float* loader_copy(Loader* loader, const float* values, size_t count);

/// Pack [n, k], or [n, k] beside [n, k2] if \p w2 is not NULL; \p bias and \p bias2 (both [n]) are
/// added up and may be NULL.  Counts the work for \p rows rows.  \return 0 or -1.
int loader_product(Loader* loader, Product* product, unsigned n, unsigned k, const float* w,
                   unsigned k2, const float* w2, const float* bias, const float* bias2,
                   size_t rows);

/// Count multiply-adds a hop, or what takes as long.  \return 0, or -1 if there are too many
int loader_count(Loader* loader, size_t work);

/// A slice of a step is loaded: what was counted since \p from must fit into one.
/// \param what "the encoder", for the message
/// \return 0 and the slice's work, or -1
int loader_slice(Loader* loader, size_t from, const char* what, size_t* work);

/// Multiply a product's outputs by scale[n] and add shift[n].
void product_fold(Product* product, const float* scale, const float* shift);

/// A whole number in [low, high] at \p key of \p object, or \p fallback if the key is absent.
/// \return 0 or -1 (and the message)
int loader_number(Loader* loader, const json_t* object, const char* where, const char* key,
                  unsigned low, unsigned high, unsigned fallback, unsigned* value);

#endif
