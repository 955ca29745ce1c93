// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Makes a checked plan (plan.h) from the metadata of a model file.
#include "inference/plan.h"

#include "inference/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int load_encoder(Plan* plan, Loader* loader, const json_t* json) {
  static const char* const types[] = {"vae", "ae", "cnn"};
  const char* type = json ? json_string_value(json_object_get(json, "type")) : "none";
  const unsigned n_mel = plan->frontend.n_mel;
  if (type && strcmp(type, "none") == 0) return 0;
  for (unsigned i = 0; type && i < 3; ++i)
    plan->has_encoder = plan->has_encoder || strcmp(type, types[i]) == 0;
  if (!plan->has_encoder)
    return message_set(loader->message, "\"encoder\": \"type\" must be vae, ae, cnn or none.");
  if (config_scale(loader, "mel.", n_mel, &plan->mel_mean, &plan->mel_gain) < 0 ||
      layers_load(loader, &plan->encoder, json_object_get(json, "layers"), "encoder.layers", "",
                  (LayerShape){1, FRONTEND_FRAMES, n_mel, false}, false) < 0)
    return -1;
  if (!plan->encoder.out.flat || plan->encoder.out.c > INPUTS_MAX)
    return message_set(loader->message,
                       "\"encoder.layers\" does not end in a flat code of at most %d values.",
                       INPUTS_MAX);
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

static int expect_outputs(Loader* loader, const LayerList* list, const char* where, unsigned n) {
  if (list->out.c != n)
    return message_set(loader->message, "\"%s\" ends in %u values, not %u.", where, list->out.c, n);
  return 0;
}

static int load_members(Plan* plan, Loader* loader, const json_t* config) {
  plan->temporal.n_inputs = plan->inputs.n;
  if (temporal_parse(loader, &plan->temporal, json_object_get(config, "temporal")) < 0 ||
      loader_number(loader, config, "the model", "members", 1, PLAN_MAX_MEMBERS, 1,
                    &plan->members) < 0)
    return -1;
  plan->member = calloc(plan->members, sizeof *plan->member);
  if (!plan->member) return message_set(loader->message, "there is not enough memory.");
  const json_t* song = json_object_get(config, "song");
  plan->has_song = song != NULL;
  const LayerShape in = layer_flat(plan->temporal.n_outputs);
  for (unsigned i = 0; i < plan->members; ++i) {
    Member* m = &plan->member[i];
    const size_t from = loader->work;
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
    if (loader_slice(loader, from, "a member", &plan->member_work) < 0) return -1;
  }
  // As many passes as fit into one slice.
  const size_t rows = LOADER_MAX_SLICE / (plan->member_work + 1);
  plan->explain_rows = rows < CUE_GROUP_COUNT ? (unsigned)rows : CUE_GROUP_COUNT;
  if (plan->explain_rows == 0) plan->explain_rows = 1;
  return 0;
}

/// Read "phases", and "song_from", which replaces the song head.
static int load_whole(Plan* plan, Loader* loader, const json_t* config) {
  if (plan->has_song && json_object_get(config, "song_from"))
    return message_set(loader->message, "\"song_from\" and \"song\" exclude each other.");
  if (loader_number(loader, config, "the model", "phases", 1, 2, 1, &plan->phases) < 0) return -1;
  return loader_number(loader, config, "the model", "song_from", 0, 120, 0, &plan->song_from);
}

/// Read the usual attention weights by age, scaled to the sum 1; equal weights without the tensor.
static int load_usual(Plan* plan, Loader* loader) {
  const unsigned window = plan->temporal.window;
  if (!window) return 0;
  const float* usual = NULL;
  if (loader_has(loader, "attention.", "usual") &&
      !(usual = loader_tensor(loader, "attention.", "usual", 1, window)))
    return -1;
  plan->usual = weights_new(loader, window);
  plan->usual_sum = weights_new(loader, window);
  if (!plan->usual || !plan->usual_sum) return -1;
  double sum = 0;
  for (unsigned i = 0; i < window; ++i) {
    const double value = usual ? (double)usual[i] : 1.0;
    if (!(value >= 0))
      return message_set(loader->message, "tensor \"attention.usual\" holds a negative value.");
    sum += value;
    plan->usual_sum[i] = (float)sum;
    plan->usual[i] = (float)value;
  }
  if (!(plan->usual_sum[0] > 0))
    return message_set(loader->message,
                       "tensor \"attention.usual\": the first value must be above 0.");
  return 0;
}

static int load_calibration(Plan* plan, Loader* loader, const json_t* json) {
  static const char* const names[CALIBRATION_LINES] = {
      "valence", "arousal", "song_valence", "song_arousal", "valence_spread", "arousal_spread"};
  for (unsigned i = 0; i < CALIBRATION_LINES; ++i)
    if (config_line(loader, json, names[i], plan->calibration[i]) < 0) return -1;
  return 0;
}

static int load_inputs(Plan* plan, Loader* loader, const json_t* config) {
  const unsigned n_code = plan->has_encoder ? plan->encoder.out.c : 0;
  if (inputs_load(loader, &plan->inputs, config, plan->frontend.n_mel, n_code) < 0) return -1;
  return config_scale(loader, "input.", plan->inputs.n, &plan->input_mean, &plan->input_gain);
}

int plan_load(Plan* plan, Loader* loader, const json_t* config) {
  *plan = (Plan){0};
  if (config_format(loader, config) < 0 || config_frontend(loader, config, &plan->frontend) < 0 ||
      load_encoder(plan, loader, json_object_get(config, "encoder")) < 0 ||
      loader_slice(loader, 0, "the encoder", &plan->features_work) < 0 ||
      load_inputs(plan, loader, config) < 0 || load_members(plan, loader, config) < 0 ||
      load_whole(plan, loader, config) < 0 || load_usual(plan, loader) < 0 ||
      confidence_load(&plan->confidence, loader, config, plan->inputs.n) < 0 ||
      change_load(&plan->change, loader, config, plan->frontend.n_mel) < 0)
    return -1;
  return load_calibration(plan, loader, json_object_get(config, "calibration"));
}
