// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Feed-forward layers: turns a list from the model file into a checked plan with packed weights,
/// and runs the plan.  docs/model-format.md defines each operation.
///
/// Feature maps are stored channels-last, [T][F][C], so that a convolution's patch is a few pieces
/// of memory and the product's output is the next layer's input.  `flatten` and `reshape` restore
/// PyTorch's channels-first order.
///
/// Thread: a plan is constant after load: any.  layers_run() allocates nothing.
#ifndef CIRCUMPLEX_INFERENCE_LAYERS_H
#define CIRCUMPLEX_INFERENCE_LAYERS_H

#include "inference/compute.h"
#include "inference/loader.h"

#define LAYERS_MAX 32
#define LAYERS_MAX_ACTIVATION ((size_t)1 << 18)

typedef enum {
  LAYER_CONV,
  LAYER_DENSE,
  LAYER_AFFINE, ///< a batchnorm that is not merged into the product before it
  LAYER_NORM,
  LAYER_RELU,
  LAYER_ELU,
  LAYER_GELU,
  LAYER_TANH,
  LAYER_SIGMOID,
  LAYER_MEANPOOL,
  LAYER_FLATTEN,
  LAYER_RESHAPE
} LayerOp;

/// Shape [c][t][f]; if flat: [c], with t = f = 1.
typedef struct {
  unsigned c, t, f;
  bool flat;
} LayerShape;

typedef struct {
  LayerOp op;
  LayerShape in, out;
  unsigned kernel[2], stride[2], padding[2]; ///< convolution: time, frequency
  Product product;                           ///< convolution and dense
  float *scale, *shift;                      ///< affine and norm
  float eps;
} Layer;

typedef struct {
  Layer layers[LAYERS_MAX];
  unsigned count;
  LayerShape in, out;
  size_t widest;  ///< floats in the largest activation, input included
  size_t columns; ///< floats in the largest matrix of patches of a convolution
} LayerList;

/// Make a plan from the JSON array \p json.
/// \param prefix prepended to the layers' names ("" or "member0.")
/// \param where  name of the list in error messages
/// \param flat   whether only operations on vectors are allowed
int layers_load(Loader* loader, LayerList* list, const json_t* json, const char* where,
                const char* prefix, LayerShape in, bool flat);

/// Run the list on \p rows inputs (1 if the input is not flat).
/// \param in      rows x size of the input (channels-last)
/// \param a,b     scratch of rows x widest floats each
/// \param columns scratch of `columns` floats
/// \return the output, in \p a or \p b: rows x size
float* layers_run(const LayerList* list, const Compute* compute, size_t rows, const float* in,
                  float* a, float* b, float* columns);

/// y = (x - mean x) / sqrt(var x + eps) * scale + shift over n values.
void layers_norm(float* y, const float* x, const float* scale, const float* shift, float eps,
                 size_t n);

/// 0.5 x (1 + erf(x / sqrt 2)), in place.
void layers_gelu(float* x, size_t n);

static inline LayerShape layer_flat(unsigned n) {
  return (LayerShape){n, 1, 1, true};
}
static inline size_t layer_size(LayerShape s) {
  return (size_t)s.c * s.t * s.f;
}

#endif
