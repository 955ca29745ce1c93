// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Loads the layers of layers.h: checks each operation's JSON and tensors, and finds its shape.
#include "inference/layers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- JSON

/// "stride" or "padding" of a convolution: a number (conv1d) or a pair (conv2d).
static int get_pair(Loader* loader, const json_t* json, const char* where, const char* key,
                    bool pair, unsigned low, unsigned high, unsigned fallback[2],
                    unsigned value[2]) {
  if (!pair) {
    value[1] = fallback[1];
    return loader_number(loader, json, where, key, low, high, fallback[0], &value[0]);
  }
  const json_t* list = json_object_get(json, key);
  for (unsigned i = 0; i < 2; ++i) {
    const json_t* item = json_array_get(list, i);
    value[i] = fallback[i];
    if (!list) continue;
    if (json_array_size(list) != 2 || !json_is_integer(item) ||
        json_integer_value(item) < (json_int_t)low || json_integer_value(item) > (json_int_t)high)
      return message_set(loader->message,
                         "%s: \"%s\" is not a pair [time, frequency] of whole numbers from %u "
                         "to %u.",
                         where, key, low, high);
    value[i] = (unsigned)json_integer_value(item);
  }
  return 0;
}

// ---- one layer

/// A layer being loaded.
typedef struct {
  Loader* loader;
  LayerList* list;
  const json_t* json;
  Layer* layer;
  char name[128]; // start of its tensors' names, with prefix and a dot at the end
  char where[160];
} LayerEntry;

static int load_dense(LayerEntry* e) {
  const LayerShape in = e->layer->in;
  const Tensor* w;
  char name[160];
  snprintf(name, sizeof name, "%sweight", e->name);
  w = safetensors_find(e->loader->file, name);
  if (!in.flat)
    return message_set(e->loader->message, "%s: a dense layer needs \"flatten\" before it.",
                       e->where);
  if (!w || w->rank != 2 || w->shape[0] < 1 || w->shape[0] > LAYERS_MAX_ACTIVATION)
    return message_set(e->loader->message, "tensor \"%s\" is %s.", name,
                       w ? "not of shape [out, in]" : "missing");
  const unsigned n = (unsigned)w->shape[0];
  const float* weight = loader_tensor(e->loader, e->name, "weight", 2, n, in.c);
  const float* bias = NULL;
  if (!weight || (loader_has(e->loader, e->name, "bias") &&
                  !(bias = loader_tensor(e->loader, e->name, "bias", 1, n))))
    return -1;
  e->layer->out = layer_flat(n);
  return loader_product(e->loader, &e->layer->product, n, in.c, weight, 0, NULL, bias, NULL, 1);
}

/// \return output length of a convolution along one axis; 0 if the kernel does not fit
static unsigned conv_length(unsigned in, unsigned kernel, unsigned stride, unsigned padding) {
  return in + 2 * padding < kernel ? 0 : (in + 2 * padding - kernel) / stride + 1;
}

static int load_conv(LayerEntry* e, bool two) {
  Loader* loader = e->loader;
  Layer* l = e->layer;
  const LayerShape in = l->in;
  char name[160];
  snprintf(name, sizeof name, "%sweight", e->name);
  const Tensor* w = safetensors_find(loader->file, name);
  const unsigned rank = two ? 4 : 3;
  if (in.flat)
    return message_set(loader->message, "%s: a flat vector cannot be convolved.", e->where);
  if (!w || w->rank != rank || w->shape[0] < 1 || w->shape[0] > LAYERS_MAX_ACTIVATION)
    return message_set(loader->message, "tensor \"%s\" is %s.", name,
                       !w    ? "missing"
                       : two ? "not of shape [out, in, time, frequency]"
                             : "not of shape [out, in, time]");
  for (unsigned d = 2; d < rank; ++d)
    if (w->shape[d] < 1 || w->shape[d] > 31)
      return message_set(loader->message, "tensor \"%s\" has a kernel that is not 1 to 31.", name);
  const unsigned n = (unsigned)w->shape[0];
  l->kernel[0] = (unsigned)w->shape[2];
  // A conv1d is a conv2d with a kernel over all frequencies.
  l->kernel[1] = two ? (unsigned)w->shape[3] : in.f;
  unsigned ones[2] = {1, 1}, zeros[2] = {0, 0};
  if (get_pair(loader, e->json, e->where, "stride", two, 1, 16, ones, l->stride) < 0 ||
      get_pair(loader, e->json, e->where, "padding", two, 0, 30, zeros, l->padding) < 0)
    return -1;
  if (l->padding[0] >= l->kernel[0] || l->padding[1] >= l->kernel[1])
    return message_set(loader->message, "%s: the padding is not below the kernel's size.",
                       e->where);
  l->out = (LayerShape){n, conv_length(in.t, l->kernel[0], l->stride[0], l->padding[0]),
                        conv_length(in.f, l->kernel[1], l->stride[1], l->padding[1]), false};
  if (!l->out.t || !l->out.f)
    return message_set(loader->message, "%s: the kernel is larger than the map.", e->where);
  const float* weight =
      two ? loader_tensor(loader, e->name, "weight", 4, n, in.c, l->kernel[0], l->kernel[1])
          : loader_tensor(loader, e->name, "weight", 3, n, in.c * in.f, l->kernel[0]);
  const float* bias = NULL;
  if (!weight || (loader_has(loader, e->name, "bias") &&
                  !(bias = loader_tensor(loader, e->name, "bias", 1, n))))
    return -1;
  // The patch's order is [time][frequency][channel].
  const size_t kt = l->kernel[0], kf = l->kernel[1], k = kt * kf * in.c;
  const size_t positions = (size_t)l->out.t * l->out.f;
  if (positions * k > e->list->columns) e->list->columns = positions * k;
  if (k > LAYERS_MAX_ACTIVATION || positions * k > 16 * LAYERS_MAX_ACTIVATION ||
      positions * n > LAYERS_MAX_ACTIVATION)
    return message_set(loader->message, "%s: the layer is too large.", e->where);
  if (loader_count(loader, positions * k) < 0) return -1; // for copying the patches
  float* ordered = malloc(n * k * sizeof *ordered);
  if (!ordered) return message_set(loader->message, "there is not enough memory for the weights.");
  float* to = ordered;
  for (size_t o = 0; o < n; ++o)
    for (size_t t = 0; t < kt; ++t)
      for (size_t f = 0; f < kf; ++f)
        for (size_t c = 0; c < in.c; ++c)
          *to++ = two ? weight[((o * in.c + c) * kt + t) * kf + f]
                      : weight[(o * in.c * in.f + c * in.f + f) * kt + t];
  const int status =
      loader_product(loader, &l->product, n, (unsigned)k, ordered, 0, NULL, bias, NULL, positions);
  free(ordered);
  return status;
}

static int get_eps(LayerEntry* e) {
  const json_t* eps = json_object_get(e->json, "eps");
  const double value = eps ? json_number_value(eps) : 1e-5;
  if (!(value >= 1e-12 && value <= 1))
    return message_set(e->loader->message, "%s: \"eps\" is not a number from 1e-12 to 1.",
                       e->where);
  e->layer->eps = (float)value;
  return 0;
}

static int load_layernorm(LayerEntry* e) {
  const unsigned n = e->layer->in.c;
  if (!e->layer->in.flat)
    return message_set(e->loader->message, "%s: a layernorm needs \"flatten\" before it.",
                       e->where);
  const float* weight = loader_tensor(e->loader, e->name, "weight", 1, n);
  const float* bias = weight ? loader_tensor(e->loader, e->name, "bias", 1, n) : NULL;
  if (!bias || get_eps(e) < 0) return -1;
  e->layer->scale = loader_copy(e->loader, weight, n);
  e->layer->shift = loader_copy(e->loader, bias, n);
  return e->layer->scale && e->layer->shift ? 0 : -1;
}

static int load_batchnorm(LayerEntry* e) {
  const unsigned n = e->layer->in.c;
  const char* names[4] = {"weight", "bias", "running_mean", "running_var"};
  const float* t[4];
  for (unsigned i = 0; i < 4; ++i)
    if (!(t[i] = loader_tensor(e->loader, e->name, names[i], 1, n))) return -1;
  float* scale = loader_copy(e->loader, t[0], n);
  float* shift = loader_copy(e->loader, t[1], n);
  if (get_eps(e) < 0 || !scale || !shift) return -1;
  for (unsigned j = 0; j < n; ++j) {
    if (t[3][j] < 0)
      return message_set(e->loader->message, "tensor \"%srunning_var\" holds a negative value.",
                         e->name);
    scale[j] /= sqrtf(t[3][j] + e->layer->eps);
    shift[j] -= t[2][j] * scale[j];
  }
  e->layer->op = LAYER_AFFINE;
  e->layer->scale = scale;
  e->layer->shift = shift;
  if (e->list->count) {
    Layer* before = &e->list->layers[e->list->count - 1];
    if (before->op == LAYER_CONV || before->op == LAYER_DENSE) {
      product_scale(&before->product, scale, shift);
      e->layer = NULL; // it needs no layer of its own
    }
  }
  return 0;
}

static int load_reshape(LayerEntry* e) {
  const json_t* shape = json_object_get(e->json, "shape");
  unsigned size[3];
  size_t total = 1;
  for (unsigned i = 0; i < 3; ++i) {
    const json_t* item = json_array_get(shape, i);
    const json_int_t value = json_integer_value(item);
    if (json_array_size(shape) != 3 || !json_is_integer(item) || value < 1 ||
        value > (json_int_t)LAYERS_MAX_ACTIVATION ||
        (total *= (size_t)value) > LAYERS_MAX_ACTIVATION)
      return message_set(e->loader->message, "%s: \"shape\" is not [channels, time, frequency].",
                         e->where);
    size[i] = (unsigned)value;
  }
  if (!e->layer->in.flat || total != e->layer->in.c)
    return message_set(e->loader->message, "%s: %zu values cannot take this shape.", e->where,
                       layer_size(e->layer->in));
  e->layer->out = (LayerShape){size[0], size[1], size[2], false};
  return 0;
}

static int load_op(LayerEntry* e, const char* op) {
  static const struct {
    const char* name;
    LayerOp op;
  } simple[] = {
      {"relu", LAYER_RELU},        {"elu", LAYER_ELU},         {"gelu", LAYER_GELU},
      {"tanh", LAYER_TANH},        {"sigmoid", LAYER_SIGMOID}, {"flatten", LAYER_FLATTEN},
      {"dense", LAYER_DENSE},      {"conv1d", LAYER_CONV},     {"conv2d", LAYER_CONV},
      {"batchnorm", LAYER_AFFINE}, {"layernorm", LAYER_NORM},  {"meanpool", LAYER_MEANPOOL},
      {"reshape", LAYER_RESHAPE}};
  size_t which = 0;
  while (which < sizeof simple / sizeof *simple && strcmp(simple[which].name, op) != 0)
    ++which;
  if (which == sizeof simple / sizeof *simple)
    return message_set(e->loader->message, "%s: there is no operation \"%s\".", e->where, op);
  Layer* l = e->layer;
  l->op = simple[which].op;
  l->out = l->in;
  switch (l->op) {
  case LAYER_DENSE:
    return load_dense(e);
  case LAYER_CONV:
    return load_conv(e, strcmp(op, "conv2d") == 0);
  case LAYER_AFFINE:
    return load_batchnorm(e);
  case LAYER_NORM:
    return load_layernorm(e);
  case LAYER_RESHAPE:
    return load_reshape(e);
  case LAYER_FLATTEN:
    l->out = layer_flat((unsigned)layer_size(l->in));
    return 0;
  case LAYER_MEANPOOL:
    if (l->in.flat)
      return message_set(e->loader->message, "%s: a flat vector has no time.", e->where);
    l->out.t = 1;
    return 0;
  default:
    return 0;
  }
}

/// Cost of an operation per value, without products, in multiply-adds.
static size_t cost_a_value(LayerOp op) {
  switch (op) {
  case LAYER_GELU:
    return 40;
  case LAYER_ELU:
  case LAYER_TANH:
  case LAYER_SIGMOID:
  case LAYER_NORM:
    return 8;
  default:
    return 2;
  }
}

int layers_load(Loader* loader, LayerList* list, const json_t* json, const char* where,
                const char* prefix, LayerShape in, bool flat) {
  *list = (LayerList){.in = in, .out = in, .widest = layer_size(in)};
  if (!json_is_array(json) || json_array_size(json) > LAYERS_MAX)
    return message_set(loader->message, "\"%s\" is not a list of at most %d layers.", where,
                       LAYERS_MAX);
  for (size_t i = 0; i < json_array_size(json); ++i) {
    const json_t* item = json_array_get(json, i);
    const char* op = json_string_value(json_object_get(item, "op"));
    const char* name = json_string_value(json_object_get(item, "name"));
    Layer* layer = &list->layers[list->count];
    *layer = (Layer){.in = list->out};
    LayerEntry e = {.loader = loader, .list = list, .json = item, .layer = layer};
    snprintf(e.where, sizeof e.where, "layer %zu of \"%s\"", i, where);
    if (!op) return message_set(loader->message, "%s has no \"op\".", e.where);
    if ((size_t)snprintf(e.name, sizeof e.name, "%s%s.", prefix, name ? name : "") >= sizeof e.name)
      return message_set(loader->message, "%s: the name is too long.", e.where);
    if (load_op(&e, op) < 0) return -1;
    if (!e.layer) continue;
    const size_t values = layer_size(layer->in) > layer_size(layer->out) ? layer_size(layer->in)
                                                                         : layer_size(layer->out);
    if (loader_count(loader, cost_a_value(layer->op) * values) < 0) return -1;
    if (flat && !layer->out.flat)
      return message_set(loader->message, "%s: only operations on vectors can be here.", e.where);
    if (layer_size(layer->out) > LAYERS_MAX_ACTIVATION)
      return message_set(loader->message, "%s: the layer is too large.", e.where);
    if (layer_size(layer->out) > list->widest) list->widest = layer_size(layer->out);
    list->out = layer->out;
    ++list->count;
  }
  return 0;
}
