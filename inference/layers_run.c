// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Runs a plan of layers.h.
#include "inference/layers.h"

#include <math.h>
#include <string.h>

/// Copy the patch of every output position into a row: [T' F'][kt][kf][C], zeros outside the map.
static void gather(const Layer* l, const float* in, float* columns) {
  const size_t c = l->in.c, run = l->kernel[1] * c;
  const long width = (long)l->in.f, height = (long)l->in.t;
  for (unsigned t = 0; t < l->out.t; ++t)
    for (unsigned f = 0; f < l->out.f; ++f)
      for (unsigned i = 0; i < l->kernel[0]; i++, columns += run) {
        const long y = (long)t * l->stride[0] + (long)i - (long)l->padding[0];
        const long x = (long)f * l->stride[1] - (long)l->padding[1];
        const long first = x < 0 ? 0 : x;
        const long end = x + (long)l->kernel[1] < width ? x + (long)l->kernel[1] : width;
        if (y < 0 || y >= height || first >= end) {
          memset(columns, 0, run * sizeof *columns);
          continue;
        }
        const size_t before = (size_t)(first - x) * c, inside = (size_t)(end - first) * c;
        memset(columns, 0, before * sizeof *columns);
        memcpy(columns + before, in + ((size_t)y * l->in.f + (size_t)first) * c,
               inside * sizeof *columns);
        memset(columns + before + inside, 0, (run - before - inside) * sizeof *columns);
      }
}

/// For a convolution over time only, patches are pieces of the padded map itself: no copies are
/// needed.  They overlap, or at least touch, so that the map is not larger than they are.
static void pad(const Layer* l, const float* in, float* padded) {
  const size_t c = l->in.c, before = l->padding[0];
  const size_t rows = (size_t)(l->out.t - 1) * l->stride[0] + l->kernel[0];
  for (size_t y = 0; y < rows; ++y)
    if (y < before || y >= before + l->in.t)
      memset(padded + y * c, 0, c * sizeof *padded);
    else
      memcpy(padded + y * c, in + (y - before) * c, c * sizeof *padded);
}

static void convolve(const Layer* l, const Compute* compute, const float* in, float* out,
                     float* columns) {
  size_t step = l->product.k;
  if (compute->overlaps && l->in.f == 1 && l->kernel[1] == 1 && l->stride[0] <= l->kernel[0]) {
    pad(l, in, columns);
    step = l->stride[0] * (size_t)l->in.c;
  } else {
    gather(l, in, columns);
  }
  compute->gemm((size_t)l->out.t * l->out.f, l->product.n, l->product.k, columns, step,
                l->product.panels, l->product.bias, out, l->product.n);
}

static void meanpool(const Layer* l, const float* in, float* out) {
  const size_t row = (size_t)l->in.f * l->in.c;
  memset(out, 0, row * sizeof *out);
  for (unsigned t = 0; t < l->in.t; ++t)
    for (size_t i = 0; i < row; ++i)
      out[i] += in[t * row + i];
  for (size_t i = 0; i < row; ++i)
    out[i] /= (float)l->in.t;
}

/// [positions][c] -> [c][positions]
static void transpose(const float* in, float* out, size_t positions, size_t c) {
  for (size_t i = 0; i < positions; ++i)
    for (size_t j = 0; j < c; ++j)
      out[j * positions + i] = in[i * c + j];
}

void layers_norm(float* y, const float* x, const float* scale, const float* shift, float eps,
                 size_t n) {
  double total = 0, squares = 0;
  for (size_t i = 0; i < n; ++i)
    total += (double)x[i];
  const double mean = total / (double)n;
  for (size_t i = 0; i < n; ++i)
    squares += ((double)x[i] - mean) * ((double)x[i] - mean);
  const float gain = (float)(1 / sqrt(squares / (double)n + (double)eps));
  for (size_t i = 0; i < n; ++i)
    y[i] = (x[i] - (float)mean) * gain * scale[i] + shift[i];
}

void layers_gelu(float* x, size_t n) {
  for (size_t i = 0; i < n; ++i)
    x[i] *= 0.5f * (1.0f + erff(x[i] * 0.70710678f));
}

static bool in_place(LayerOp op) {
  return op == LAYER_RELU || op == LAYER_ELU || op == LAYER_GELU || op == LAYER_TANH ||
         op == LAYER_SIGMOID;
}

float* layers_run(const LayerList* list, const Compute* compute, size_t rows, const float* in,
                  float* a, float* b, float* columns) {
  float *now = a, *next = b;
  if (list->count == 0 || in_place(list->layers[0].op)) {
    memcpy(now, in, rows * layer_size(list->in) * sizeof *now);
    in = now;
  }
  for (unsigned i = 0; i < list->count; ++i) {
    const Layer* l = &list->layers[i];
    const size_t size = layer_size(l->in), n = rows * size;
    switch (l->op) {
    case LAYER_CONV:
      convolve(l, compute, in, next, columns);
      break;
    case LAYER_DENSE:
      compute->gemm(rows, l->product.n, l->product.k, in, l->product.k, l->product.panels,
                    l->product.bias, next, l->product.n);
      break;
    case LAYER_AFFINE:
      for (size_t j = 0; j < n; ++j)
        next[j] = in[j] * l->scale[j % l->in.c] + l->shift[j % l->in.c];
      break;
    case LAYER_NORM:
      for (size_t r = 0; r < rows; ++r)
        layers_norm(next + r * size, in + r * size, l->scale, l->shift, l->eps, size);
      break;
    case LAYER_MEANPOOL:
      meanpool(l, in, next);
      break;
    case LAYER_FLATTEN:
      transpose(in, next, (size_t)l->in.t * l->in.f, l->in.c);
      break;
    case LAYER_RESHAPE:
      transpose(in, next, l->out.c, (size_t)l->out.t * l->out.f);
      break;
    case LAYER_RELU:
      compute->relu(now, n);
      break;
    case LAYER_ELU:
      compute->elu(now, n);
      break;
    case LAYER_GELU:
      layers_gelu(now, n);
      break;
    case LAYER_TANH:
      compute->tanh(now, n);
      break;
    case LAYER_SIGMOID:
      compute->sigmoid(now, n);
      break;
    }
    if (in_place(l->op)) continue;
    float* swap = now;
    now = next, next = swap;
    in = now;
  }
  compute->clamp_finite(now, rows * layer_size(list->out));
  return now;
}
