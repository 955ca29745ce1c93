// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Opens static models (static.h).
#include "inference/static.h"

#include "inference/config.h"
#include "inference/static_plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int load_member(StaticModel* model, Loader* loader, unsigned index) {
  StaticMember* m = &model->member[index];
  char prefix[24], readout[40];
  snprintf(prefix, sizeof prefix, "member%u.", index);
  snprintf(readout, sizeof readout, "%sreadout.", prefix);
  if (layers_load(loader, &m->embedding, json_object_get(model->config, "embedding"), "embedding",
                  prefix, layer_flat(2 * model->inputs.n), true) < 0)
    return -1;
  const unsigned d = m->embedding.out.c;
  const float* w = loader_tensor(loader, readout, "weight", 2, 2u, d);
  const float* b = w ? loader_tensor(loader, readout, "bias", 1, 2u) : NULL;
  return b ? loader_product(loader, &m->readout, 2, d, w, 0, NULL, b, NULL, 1) : -1;
}

static int load(StaticModel* model, Loader* loader) {
  const json_t* config = model->config;
  const json_t* calibration = json_object_get(config, "calibration");
  if (config_format(loader, config) < 0 || config_frontend(loader, config, &model->frontend) < 0 ||
      inputs_load(loader, &model->inputs, config, model->frontend.n_mel, 0) < 0 ||
      config_scale(loader, "input.", 2 * model->inputs.n, &model->mean, &model->gain) < 0 ||
      loader_number(loader, config, "the model", "window", 1, STATIC_MAX_WINDOW, 20,
                    &model->window) < 0 ||
      loader_number(loader, config, "the model", "members", 1, STATIC_MAX_MEMBERS, 1,
                    &model->members) < 0 ||
      config_line(loader, calibration, "valence", model->calibration[0]) < 0 ||
      config_line(loader, calibration, "arousal", model->calibration[1]) < 0)
    return -1;
  for (unsigned i = 0; i < model->members; ++i)
    if (load_member(model, loader, i) < 0) return -1;
  return 0;
}

static void fill_info(StaticModel* model, const Safetensors* file, size_t parameters) {
  snprintf(model->hash, sizeof model->hash, "%016" PRIx64, safetensors_hash(file));
  model->info = (StaticInfo){
      .name = config_text(model->config, "name", ""),
      .description = config_text(model->config, "description", ""),
      .licence = config_text(model->config, "licence", ""),
      .hash = model->hash,
      .parameters = parameters,
      .bytes = safetensors_size(file),
      .n_inputs = model->inputs.n,
      .window = model->window,
      .members = model->members,
      .dimensions = model->member[0].embedding.out.c,
  };
}

/// Make a model; takes ownership of \p file.  If \p file is NULL, the message has been set.
static StaticModel* make(Safetensors* file, Message message) {
  StaticModel* model = file ? calloc(1, sizeof *model) : NULL;
  if (!model) {
    if (file) message_set(message, "there is not enough memory.");
    goto fail;
  }
  model->config = config_open(file, true, message);
  if (!model->config) goto fail;
  Loader loader = {.file = file, .message = message};
  const int status = load(model, &loader);
  model->blocks = loader.blocks;
  if (status < 0) goto fail;
  fill_info(model, file, loader.parameters);
  safetensors_free(file);
  return model;
fail:
  safetensors_free(file);
  static_close(model);
  return NULL;
}

StaticModel* static_open(const char* path, char* error, size_t error_size) {
  const Message message = {error, error_size};
  StaticModel* model = make(safetensors_open(path, NULL, error, error_size), message);
  if (!model) message_prefix(message, path);
  return model;
}

bool static_is(const char* path) {
  const Message no_message = {NULL, 0};
  Safetensors* file = safetensors_open(path, NULL, NULL, 0);
  json_t* config = file ? config_open(file, true, no_message) : NULL;
  const bool is = config != NULL;
  json_decref(config);
  safetensors_free(file);
  return is;
}

StaticModel* static_open_memory(const void* data, size_t size, char* error, size_t error_size) {
  return make(safetensors_open_memory(data, size, error, error_size), (Message){error, error_size});
}

void static_close(StaticModel* model) {
  if (!model) return;
  weights_free(model->blocks);
  json_decref(model->config);
  free(model);
}

const StaticInfo* static_info(const StaticModel* model) {
  return &model->info;
}
const FrontendSpec* static_frontend(const StaticModel* model) {
  return &model->frontend;
}
