// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// plan.h: from the metadata of a model file to a checked plan.
#include "inference/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int get_frequency(Loader* loader, const json_t* json, const char* key, float* value) {
  const json_t* number = json_object_get(json, key);
  if (!number) return 0;
  const double x = json_number_value(number);
  if (!(x >= 0 && x <= 96000) || !json_is_number(number))
    return message_set(loader->message, "\"frontend\": \"%s\" is not a frequency in Hz.", key);
  *value = (float)x;
  return 0;
}

static int load_frontend(Plan* plan, Loader* loader, const json_t* json) {
  FrontendSpec* spec = &plan->frontend;
  *spec = frontend_default_spec();
  if (loader_number(loader, json, "\"frontend\"", "n_mel", 16, FRONTEND_MAX_MEL, spec->n_mel,
                    &spec->n_mel) < 0 ||
      get_frequency(loader, json, "fmin", &spec->fmin) < 0 ||
      get_frequency(loader, json, "fmax", &spec->fmax) < 0)
    return -1;
  if (!(spec->fmin < spec->fmax))
    return message_set(loader->message, "\"frontend\": \"fmin\" is not below \"fmax\".");
  return 0;
}

/// A mean and a standard deviation, the latter turned into a gain.
static int load_scale(Loader* loader, const char* prefix, unsigned n, float** mean, float** gain) {
  const float* m = loader_tensor(loader, prefix, "mean", 1, n);
  const float* s = m ? loader_tensor(loader, prefix, "std", 1, n) : NULL;
  if (!s || !(*mean = loader_copy(loader, m, n)) || !(*gain = loader_copy(loader, s, n))) return -1;
  for (unsigned i = 0; i < n; i++) {
    if (!(s[i] >= 1e-12f))
      return message_set(loader->message, "tensor \"%sstd\" holds a value that is not above 0.",
                         prefix);
    (*gain)[i] = 1.0f / s[i];
  }
  return 0;
}

static int load_encoder(Plan* plan, Loader* loader, const json_t* json) {
  static const char* const types[] = {"vae", "ae", "cnn"};
  const char* type = json ? json_string_value(json_object_get(json, "type")) : "none";
  const unsigned n_mel = plan->frontend.n_mel;
  if (type && strcmp(type, "none") == 0) return 0;
  for (unsigned i = 0; type && i < 3; i++)
    plan->has_encoder = plan->has_encoder || strcmp(type, types[i]) == 0;
  if (!plan->has_encoder)
    return message_set(loader->message, "\"encoder\": \"type\" is none of vae, ae, cnn, none.");
  if (load_scale(loader, "mel.", n_mel, &plan->mel_mean, &plan->mel_gain) < 0 ||
      layers_load(loader, &plan->encoder, json_object_get(json, "layers"), "encoder.layers", "",
                  (LayerShape){1, FRONTEND_FRAMES, n_mel, false}, false) < 0)
    return -1;
  if (!plan->encoder.out.flat || plan->encoder.out.c > PLAN_MAX_INPUTS)
    return message_set(loader->message,
                       "\"encoder.layers\" does not end in a flat code of at most %d values.",
                       PLAN_MAX_INPUTS);
  const json_t* decoder = json_object_get(json, "decoder");
  if (!decoder) return 0;
  plan->has_decoder = true;
  if (layers_load(loader, &plan->decoder, decoder, "encoder.decoder", "", plan->encoder.out,
                  false) < 0)
    return -1;
  if (!plan->decoder.out.flat || plan->decoder.out.c != FRONTEND_FRAMES * n_mel)
    return message_set(loader->message, "\"encoder.decoder\" does not end in 25 x %u values.",
                       n_mel);
  return 0;
}

static int load_cues(Plan* plan, Loader* loader, const json_t* names) {
  if (!json_is_array(names) || json_array_size(names) < 1 || json_array_size(names) > CUE_COUNT)
    return message_set(loader->message, "\"cues\" is not a list of 1 to %d names.", CUE_COUNT);
  for (size_t i = 0; i < json_array_size(names); i++) {
    const char* name = json_string_value(json_array_get(names, i));
    const int cue = name ? cue_find(name) : -1;
    if (cue < 0)
      return message_set(loader->message, "\"cues\": there is no cue \"%s\".", name ? name : "");
    for (unsigned j = 0; j < plan->cue_count; j++)
      if (plan->cues[j] == (unsigned)cue)
        return message_set(loader->message, "\"cues\": \"%s\" is listed twice.", name);
    plan->cues[plan->cue_count++] = (unsigned)cue;
  }
  return 0;
}

static int load_inputs(Plan* plan, Loader* loader, const json_t* config) {
  static const char* const names[INPUT_KINDS] = {"code", "cues", "chroma", "semitones", "melstats"};
  const json_t* list = json_object_get(config, "inputs");
  if (!json_is_array(list) || json_array_size(list) < 1 || json_array_size(list) > INPUT_KINDS)
    return message_set(loader->message, "\"inputs\" is not a list of 1 to %d names.", INPUT_KINDS);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char* name = json_string_value(json_array_get(list, i));
    unsigned kind = 0;
    while (kind < INPUT_KINDS && !(name && strcmp(name, names[kind]) == 0))
      kind++;
    if (kind == INPUT_KINDS)
      return message_set(loader->message, "\"inputs\": there is no input \"%s\".",
                         name ? name : "");
    for (unsigned j = 0; j < plan->input_count; j++)
      if (plan->inputs[j] == (InputKind)kind)
        return message_set(loader->message, "\"inputs\": \"%s\" is listed twice.", name);
    plan->inputs[plan->input_count++] = (InputKind)kind;
    switch ((InputKind)kind) {
    case INPUT_CODE:
      if (!plan->has_encoder)
        return message_set(loader->message, "\"inputs\": there is no encoder for \"code\".");
      plan->n_inputs += plan->encoder.out.c;
      break;
    case INPUT_CUES:
      if (load_cues(plan, loader, json_object_get(config, "cues")) < 0) return -1;
      plan->cue_offset = plan->n_inputs;
      plan->n_inputs += plan->cue_count;
      break;
    case INPUT_CHROMA:
      plan->n_inputs += FRONTEND_CHROMA;
      break;
    case INPUT_SEMITONES:
      plan->n_inputs += FRONTEND_SEMITONES;
      break;
    case INPUT_MELSTATS:
      plan->n_inputs += 2 * plan->frontend.n_mel;
      break;
    }
  }
  if (plan->n_inputs > PLAN_MAX_INPUTS)
    return message_set(loader->message, "\"inputs\" come to %u values, more than %d.",
                       plan->n_inputs, PLAN_MAX_INPUTS);
  return load_scale(loader, "input.", plan->n_inputs, &plan->input_mean, &plan->input_gain);
}

static int expect_outputs(Loader* loader, const LayerList* list, const char* where, unsigned n) {
  if (list->out.c != n)
    return message_set(loader->message, "\"%s\" ends in %u values, not %u.", where, list->out.c, n);
  return 0;
}

static int load_members(Plan* plan, Loader* loader, const json_t* config) {
  plan->temporal.n_inputs = plan->n_inputs;
  if (temporal_parse(loader, &plan->temporal, json_object_get(config, "temporal")) < 0 ||
      loader_number(loader, config, "the model", "members", 1, PLAN_MAX_MEMBERS, 1,
                    &plan->members) < 0)
    return -1;
  plan->member = calloc(plan->members, sizeof *plan->member);
  if (!plan->member) return message_set(loader->message, "there is not enough memory.");
  const json_t* song = json_object_get(config, "song");
  plan->has_song = song != NULL;
  const LayerShape in = layer_flat(plan->temporal.n_outputs);
  for (unsigned i = 0; i < plan->members; i++) {
    Member* m = &plan->member[i];
    char prefix[24];
    snprintf(prefix, sizeof prefix, "member%u.", i);
    if (temporal_load(loader, &plan->temporal, &m->temporal, prefix) < 0 ||
        layers_load(loader, &m->head, json_object_get(config, "head"), "head", prefix, in, true) <
            0 ||
        expect_outputs(loader, &m->head, "head", 4) < 0)
      return -1;
    if (song && (layers_load(loader, &m->song, song, "song", prefix, in, true) < 0 ||
                 expect_outputs(loader, &m->song, "song", 2) < 0))
      return -1;
  }
  return 0;
}

static int load_confidence(Plan* plan, Loader* loader, const json_t* list) {
  if (!list) return 0;
  plan->has_confidence = true;
  const unsigned n = plan->n_inputs;
  if (layers_load(loader, &plan->confidence, list, "confidence", "", layer_flat(2 + n), true) < 0 ||
      expect_outputs(loader, &plan->confidence, "confidence", 1) < 0)
    return -1;
  if (!loader_has(loader, "maha.", "inv")) return 0;
  const float* inverse = loader_tensor(loader, "maha.", "inv", 2, n, n);
  return inverse ? loader_product(loader, &plan->maha, n, n, inverse, 0, NULL, NULL, NULL, 1) : -1;
}

static int load_calibration(Plan* plan, Loader* loader, const json_t* json) {
  static const char* const names[4] = {"valence", "arousal", "song_valence", "song_arousal"};
  for (unsigned i = 0; i < 4; i++) {
    plan->calibration[i][0] = 1;
    plan->calibration[i][1] = 0;
    const json_t* pair = json_object_get(json, names[i]);
    if (!pair) continue;
    for (size_t j = 0; j < 2; j++) {
      const json_t* item = json_array_get(pair, j);
      const double x = json_number_value(item);
      if (json_array_size(pair) != 2 || !json_is_number(item) || !(x >= -100 && x <= 100))
        return message_set(loader->message, "\"calibration\": \"%s\" is not a pair [gain, offset].",
                           names[i]);
      plan->calibration[i][j] = (float)x;
    }
  }
  return 0;
}

int plan_load(Plan* plan, Loader* loader, const json_t* config) {
  *plan = (Plan){0};
  unsigned format;
  if (loader_number(loader, config, "the model", "format", 0, 1u << 30, 0, &format) < 0) return -1;
  if (format != 1)
    return message_set(loader->message, "\"format\" is not 1: another version wrote this model.");
  if (load_frontend(plan, loader, json_object_get(config, "frontend")) < 0 ||
      load_encoder(plan, loader, json_object_get(config, "encoder")) < 0 ||
      load_inputs(plan, loader, config) < 0 || load_members(plan, loader, config) < 0 ||
      load_confidence(plan, loader, json_object_get(config, "confidence")) < 0)
    return -1;
  return load_calibration(plan, loader, json_object_get(config, "calibration"));
}
