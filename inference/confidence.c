// SPDX-License-Identifier: GPL-3.0-or-later
// Confidence: how similar the input is to the training data.
#include "inference/confidence.h"

#include <math.h>
#include <string.h>

/// Names of the inputs in the model file, in the order of ConfidenceInput.
static const char* const names[CONFIDENCE_INPUTS] = {"error", "distance", "x", "slow", "reading"};

static unsigned width(const ConfidencePlan* plan, ConfidenceInput input) {
  switch (input) {
  case CONFIDENCE_ERROR:
  case CONFIDENCE_DISTANCE:
    return 1;
  case CONFIDENCE_X:
  case CONFIDENCE_SLOW:
    return plan->n_inputs;
  case CONFIDENCE_READING:
    return 4;
  }
  return 0;
}

static int find_input(const char* name) {
  for (int input = 0; input < CONFIDENCE_INPUTS; ++input)
    if (strcmp(name, names[input]) == 0) return input;
  return -1;
}

static int load_inputs(ConfidencePlan* plan, Loader* loader, const json_t* list) {
  plan->count = 3; // without a list the first three
  for (unsigned i = 0; i < plan->count; ++i)
    plan->inputs[i] = i;
  if (list && loader_names(loader, list, "confidence_inputs", "input", CONFIDENCE_INPUTS,
                           find_input, plan->inputs, &plan->count) < 0)
    return -1;
  for (unsigned i = 0; i < plan->count; ++i)
    plan->n += width(plan, (ConfidenceInput)plan->inputs[i]);
  return 0;
}

int confidence_load(ConfidencePlan* plan, Loader* loader, const json_t* config, unsigned n_inputs) {
  const json_t* list = json_object_get(config, "confidence");
  *plan = (ConfidencePlan){.n_inputs = n_inputs};
  if (!list) return 0;
  plan->present = true;
  if (load_inputs(plan, loader, json_object_get(config, "confidence_inputs")) < 0) return -1;
  unsigned memory;
  if (loader_number(loader, config, "the model", "confidence_memory", 1, 120, 10, &memory) < 0)
    return -1;
  for (unsigned i = 0; i < plan->count; ++i)
    if (plan->inputs[i] == CONFIDENCE_SLOW) plan->memory = memory;
  if (layers_load(loader, &plan->layers, list, "confidence", "", layer_flat(plan->n), true) < 0)
    return -1;
  if (plan->layers.out.c != 1)
    return message_set(loader->message, "\"confidence\" ends in %u values, not 1.",
                       plan->layers.out.c);
  if (!loader_has(loader, "maha.", "inv")) return 0;
  const float* inverse = loader_tensor(loader, "maha.", "inv", 2, n_inputs, n_inputs);
  return inverse ? loader_product(loader, &plan->inverse, n_inputs, n_inputs, inverse, 0, NULL,
                                  NULL, NULL, 1)
                 : -1;
}

size_t confidence_state_size(const ConfidencePlan* plan) {
  return plan->memory ? plan->n_inputs : 0;
}

size_t confidence_scratch_size(const ConfidencePlan* plan) {
  return plan->present ? plan->n + (size_t)plan->n_inputs : 0;
}

static float clamp(float x, float low, float high) { // NaN becomes low
  return x > low ? (x < high ? x : high) : low;
}

/// log of x' M x / n.  \param product scratch, [n_inputs]
static float log_distance(const ConfidencePlan* plan, const Compute* compute, const float* x,
                          float* product) {
  const size_t n = plan->n_inputs;
  const float* other = x; // M = 1
  if (plan->inverse.panels) {
    compute->gemm(1, n, n, x, n, plan->inverse.panels, plan->inverse.bias, product, n);
    compute->clamp_finite(product, n);
    other = product;
  }
  return logf(clamp(compute->dot(x, other, n) / (float)n, 0, 1e9f) + 1e-6f);
}

float confidence_run(const ConfidencePlan* plan, const Compute* compute,
                     const ConfidenceStep* step) {
  if (!plan->present) return 1;
  const size_t n = plan->n_inputs;
  if (plan->memory) {
    const float heard = step->hops < plan->memory ? (float)(step->hops + 1) : (float)plan->memory;
    for (size_t i = 0; i < n; ++i)
      step->slow[i] += (step->x[i] - step->slow[i]) / heard;
  }
  float* to = step->measures;
  for (unsigned i = 0; i < plan->count; ++i) {
    const ConfidenceInput input = plan->inputs[i];
    switch (input) {
    case CONFIDENCE_ERROR:
      *to = step->log_error;
      break;
    case CONFIDENCE_DISTANCE:
      *to = log_distance(plan, compute, step->x, step->measures + plan->n);
      break;
    case CONFIDENCE_X:
      memcpy(to, step->x, n * sizeof *to);
      break;
    case CONFIDENCE_SLOW:
      memcpy(to, step->slow, n * sizeof *to);
      break;
    case CONFIDENCE_READING:
      memcpy(to, step->reading, sizeof step->reading);
      break;
    }
    to += width(plan, input);
  }
  float* out =
      layers_run(&plan->layers, compute, 1, step->measures, step->layers, step->layers2, NULL);
  compute->sigmoid(out, 1);
  return clamp(out[0], 0, 1);
}
