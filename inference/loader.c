// SPDX-License-Identifier: GPL-3.0-or-later
// Helpers for loading any part of a model.
#include "inference/loader.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- weights

struct WeightBlock {
  struct WeightBlock* next;
  float* values;
};

float* weights_new(Loader* loader, size_t count) {
  const size_t size = (count * sizeof(float) + 63) / 64 * 64;
  struct WeightBlock* block = malloc(sizeof *block);
  if (block) {
    block->values = aligned_alloc(64, size ? size : 64);
    if (block->values) {
      memset(block->values, 0, size);
      block->next = loader->blocks;
      loader->blocks = block;
      return block->values;
    }
  }
  free(block);
  message_set(loader->message, "there is not enough memory for the weights.");
  return NULL;
}

void weights_free(struct WeightBlock* blocks) {
  while (blocks) {
    struct WeightBlock* next = blocks->next;
    free(blocks->values);
    free(blocks);
    blocks = next;
  }
}

static void join(char* name, size_t size, const char* prefix, const char* suffix) {
  snprintf(name, size, "%s%s", prefix, suffix);
}

bool loader_has(const Loader* loader, const char* prefix, const char* suffix) {
  char name[256];
  join(name, sizeof name, prefix, suffix);
  return safetensors_find(loader->file, name) != NULL;
}

const float* loader_tensor(Loader* loader, const char* prefix, const char* suffix, unsigned rank,
                           ...) {
  char name[256];
  join(name, sizeof name, prefix, suffix);
  const Tensor* t = safetensors_find(loader->file, name);
  if (!t) {
    message_set(loader->message, "tensor \"%s\" is missing.", name);
    return NULL;
  }
  char want[96] = "", have[192] = "";
  bool same = t->rank == rank;
  va_list shape;
  va_start(shape, rank);
  for (unsigned d = 0; d < rank; ++d) {
    const unsigned size = va_arg(shape, unsigned);
    same = same && t->shape[d] == size;
    snprintf(want + strlen(want), sizeof want - strlen(want), d ? ", %u" : "%u", size);
  }
  va_end(shape);
  if (!same) {
    for (unsigned d = 0; d < t->rank; ++d)
      snprintf(have + strlen(have), sizeof have - strlen(have), d ? ", %llu" : "%llu",
               (unsigned long long)t->shape[d]);
    message_set(loader->message, "tensor \"%s\" has shape [%s], not [%s].", name, have, want);
    return NULL;
  }
  for (size_t i = 0; i < t->count; ++i)
    if (!isfinite(t->data[i])) {
      message_set(loader->message, "tensor \"%s\" holds a value that is not finite (at %zu).", name,
                  i);
      return NULL;
    }
  loader->parameters += t->count;
  return t->data;
}

/// Set denormal weights to 0: they have no effect, but are slow.
static void flush(float* values, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (fabsf(values[i]) < FLT_MIN) values[i] = 0;
}

float* loader_copy(Loader* loader, const float* values, size_t count) {
  float* copy = weights_new(loader, (count + COMPUTE_PANEL - 1) / COMPUTE_PANEL * COMPUTE_PANEL);
  if (copy) {
    memcpy(copy, values, count * sizeof *copy);
    flush(copy, count);
  }
  return copy;
}

int loader_count(Loader* loader, size_t work) {
  loader->work += work;
  if (loader->work > LOADER_MAX_WORK)
    return message_set(loader->message,
                       "the model needs more than %zu million multiply-adds per hop.",
                       LOADER_MAX_WORK >> 20);
  return 0;
}

int loader_slice(Loader* loader, size_t from, const char* what, size_t* work) {
  *work = loader->work - from;
  if (*work <= LOADER_MAX_SLICE) return 0;
  return message_set(loader->message,
                     "%s needs %.1f million multiply-adds at once; %zu million are allowed.", what,
                     (double)*work / (1 << 20), LOADER_MAX_SLICE >> 20);
}

int loader_product(Loader* loader, Product* product, unsigned n, unsigned k, const float* w,
                   unsigned k2, const float* w2, const float* bias, const float* bias2,
                   size_t rows) {
  const size_t both = (size_t)k + k2;
  if (loader_count(loader, rows * compute_packed_size(n, both)) < 0) return -1;
  float* panels = weights_new(loader, compute_packed_size(n, both));
  float* sum = weights_new(loader, compute_packed_size(n, 1));
  if (!panels || !sum) return -1;
  for (size_t j = 0; j < n; ++j) {
    for (size_t i = 0; i < k; ++i)
      panels[compute_packed_index(both, j, i)] = w[j * k + i];
    for (size_t i = 0; i < k2; ++i)
      panels[compute_packed_index(both, j, k + i)] = w2[j * k2 + i];
    sum[j] = (bias ? bias[j] : 0.0f) + (bias2 ? bias2[j] : 0.0f);
  }
  flush(panels, compute_packed_size(n, both));
  flush(sum, n);
  *product = (Product){.n = n, .k = (unsigned)both, .panels = panels, .bias = sum};
  return 0;
}

void product_scale(Product* p, const float* scale, const float* shift) {
  for (size_t j = 0; j < p->n; ++j) {
    for (size_t i = 0; i < p->k; ++i)
      p->panels[compute_packed_index(p->k, j, i)] *= scale[j];
    p->bias[j] = p->bias[j] * scale[j] + shift[j];
  }
  flush(p->panels, compute_packed_size(p->n, p->k));
}

// ---- JSON

int loader_names(Loader* loader, const json_t* list, const char* key, const char* what,
                 unsigned most, int (*find)(const char* name), unsigned* found, unsigned* count) {
  const size_t n = json_array_size(list); // 0 for what is not a list
  if (n < 1 || n > most)
    return message_set(loader->message, "\"%s\" is not a list of 1 to %u names.", key, most);
  for (*count = 0; *count < n; ++*count) {
    const char* name = json_string_value(json_array_get(list, *count));
    const int index = name ? find(name) : -1;
    if (index < 0)
      return message_set(loader->message, "\"%s\": there is no %s \"%s\".", key, what,
                         name ? name : "");
    for (unsigned i = 0; i < *count; ++i)
      if (found[i] == (unsigned)index)
        return message_set(loader->message, "\"%s\": \"%s\" is listed twice.", key, name);
    found[*count] = (unsigned)index;
  }
  return 0;
}

int loader_number(Loader* loader, const json_t* object, const char* where, const char* key,
                  unsigned low, unsigned high, unsigned fallback, unsigned* value) {
  const json_t* json = json_object_get(object, key);
  if (!json) {
    *value = fallback;
    return 0;
  }
  if (!json_is_integer(json) || json_integer_value(json) < (json_int_t)low ||
      json_integer_value(json) > (json_int_t)high)
    return message_set(loader->message, "%s: \"%s\" is not a whole number from %u to %u.", where,
                       key, low, high);
  *value = (unsigned)json_integer_value(json);
  return 0;
}
