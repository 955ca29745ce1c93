// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Chooses the temporal kind, and reads what all "temporal" objects have in common (temporal.h).
#include "inference/temporal.h"

#include "inference/temporal_kind.h"

#include <string.h>

// ---- the kind "none": the head reads the inputs

static int nothing_to_load(Loader* loader, TemporalSpec* spec, TemporalWeights* weights,
                           const char* prefix) {
  (void)loader, (void)spec, (void)weights, (void)prefix;
  return 0;
}

static size_t no_state(const TemporalSpec* spec) {
  (void)spec;
  return 0;
}

static size_t no_scratch(const TemporalSpec* spec, size_t rows) {
  (void)spec, (void)rows;
  return 0;
}

static void pass_on(const TemporalTry* step) {
  memcpy(step->out, step->x, step->rows * step->spec->n_inputs * sizeof *step->out);
}

static void forget(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                   const float* scratch) {
  (void)spec, (void)state, (void)hops, (void)rows, (void)scratch;
}

static const TemporalKind temporal_none = {.name = "none",
                                           .load = nothing_to_load,
                                           .state_size = no_state,
                                           .scratch_size = no_scratch,
                                           .attempt = pass_on,
                                           .commit = forget};

// ---- the table

static const TemporalKind* const kinds[] = {&temporal_none, &temporal_rnn, &temporal_lstm,
                                            &temporal_attentive, &temporal_transformer};

int temporal_parse_hidden(Loader* loader, TemporalSpec* spec, const json_t* json) {
  static const char where[] = "\"temporal\"";
  // The fallback 0 is out of range and refused below, because the key is required.
  if (loader_number(loader, json, where, "hidden", 1, 512, 0, &spec->hidden) < 0 ||
      loader_number(loader, json, where, "layers", 1, TEMPORAL_MAX_LAYERS, 1, &spec->layers) < 0)
    return -1;
  if (!spec->hidden) return message_set(loader->message, "\"temporal\": \"hidden\" is missing.");
  spec->n_outputs = spec->hidden;
  return 0;
}

int temporal_parse_window(Loader* loader, TemporalSpec* spec, const json_t* json) {
  if (loader_number(loader, json, "\"temporal\"", "window", 1, 120, 0, &spec->window) < 0)
    return -1;
  if (!spec->window) return message_set(loader->message, "\"temporal\": \"window\" is missing.");
  return 0;
}

int temporal_parse(Loader* loader, TemporalSpec* spec, const json_t* json) {
  const char* type = json_string_value(json_object_get(json, "type"));
  for (size_t i = 0; type && i < sizeof kinds / sizeof *kinds; ++i)
    if (strcmp(type, kinds[i]->name) == 0) spec->kind = kinds[i];
  if (!spec->kind)
    return message_set(loader->message,
                       "\"temporal\": \"type\" must be none, rnn, lstm, attentive-lstm or "
                       "transformer.");
  spec->n_outputs = spec->n_inputs;
  return spec->kind->parse ? spec->kind->parse(loader, spec, json) : 0;
}

int temporal_load(Loader* loader, TemporalSpec* spec, TemporalWeights* weights,
                  const char* prefix) {
  return spec->kind->load(loader, spec, weights, prefix);
}

size_t temporal_state_size(const TemporalSpec* spec) {
  return spec->kind->state_size(spec);
}

size_t temporal_scratch_size(const TemporalSpec* spec, size_t rows) {
  return spec->kind->scratch_size(spec, rows);
}

void temporal_try(const TemporalTry* step) {
  step->spec->kind->attempt(step);
}

void temporal_commit(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                     const float* scratch) {
  spec->kind->commit(spec, state, hops, rows, scratch);
}
