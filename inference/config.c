// SPDX-License-Identifier: GPL-3.0-or-later
// Reads what all kinds of model files have in common.
#include "inference/config.h"

#include <string.h>

const char* config_text(const json_t* object, const char* key, const char* fallback) {
  const char* text = json_string_value(json_object_get(object, key));
  return text ? text : fallback;
}

/// Parse JSON in a metadata string.  jansson recurses, so the depth is checked first.
static json_t* parse(const char* text, Message message) {
  if (!text) {
    message_set(message, "\"__metadata__\" has no \"circumplex\": this is not a Circumplex model.");
    return NULL;
  }
  if (safetensors_json_depth(text, strlen(text)) > SAFETENSORS_MAX_DEPTH) {
    message_set(message, "\"circumplex\" is nested deeper than %d levels.", SAFETENSORS_MAX_DEPTH);
    return NULL;
  }
  json_error_t trouble;
  json_t* config = json_loads(text, JSON_REJECT_DUPLICATES, &trouble);
  if (!config)
    message_set(message, "\"circumplex\" is not valid JSON: %s (byte %d).", trouble.text,
                trouble.position);
  return config;
}

json_t* config_open(const Safetensors* file, bool is_static, Message message) {
  json_t* config = parse(safetensors_metadata(file, "circumplex"), message);
  if (!config) return NULL;
  const json_t* kind = json_object_get(config, "kind");
  const char* text = kind ? json_string_value(kind) : "dynamic";
  const bool found_static = text && strcmp(text, "static") == 0;
  if (!json_is_string(json_object_get(config, "name")))
    message_set(message, "\"name\" is missing.");
  else if (!text || (!found_static && strcmp(text, "dynamic") != 0))
    message_set(message, "\"kind\" is neither \"dynamic\" nor \"static\".");
  else if (found_static && !is_static)
    message_set(message, "this is a static model, which gives one reading per song and no curve: "
                         "a model of running readings is needed here.");
  else if (!found_static && is_static)
    message_set(message, "this is a model of running readings: "
                         "a static model, which gives one reading per song, is needed here.");
  else
    return config;
  json_decref(config);
  return NULL;
}

int config_format(Loader* loader, const json_t* config) {
  unsigned format;
  if (loader_number(loader, config, "the model", "format", 0, 1u << 30, 0, &format) < 0) return -1;
  if (format != 1)
    return message_set(loader->message, "\"format\" is not 1: this model is for another version.");
  return 0;
}

static int get_frequency(Loader* loader, const json_t* json, const char* key, float* value) {
  const json_t* number = json_object_get(json, key);
  if (!number) return 0;
  const double x = json_number_value(number);
  if (!(x >= 0 && x <= 96000) || !json_is_number(number))
    return message_set(loader->message, "\"frontend\": \"%s\" is not a frequency in Hz.", key);
  *value = (float)x;
  return 0;
}

int config_frontend(Loader* loader, const json_t* config, FrontendSpec* spec) {
  const json_t* json = json_object_get(config, "frontend");
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

int config_scale(Loader* loader, const char* prefix, unsigned n, float** mean, float** gain) {
  const float* m = loader_tensor(loader, prefix, "mean", 1, n);
  const float* s = m ? loader_tensor(loader, prefix, "std", 1, n) : NULL;
  if (!s || !(*mean = loader_copy(loader, m, n)) || !(*gain = loader_copy(loader, s, n))) return -1;
  for (unsigned i = 0; i < n; ++i) {
    if (!(s[i] >= 1e-12f))
      return message_set(loader->message, "tensor \"%sstd\" holds a value that is not above 0.",
                         prefix);
    (*gain)[i] = 1.0f / s[i];
  }
  return 0;
}

int config_line(Loader* loader, const json_t* calibration, const char* key, float line[2]) {
  const json_t* pair = json_object_get(calibration, key);
  line[0] = 1;
  line[1] = 0;
  if (!pair) return 0;
  for (size_t j = 0; j < 2; ++j) {
    const json_t* item = json_array_get(pair, j);
    const double x = json_number_value(item);
    if (json_array_size(pair) != 2 || !json_is_number(item) || !(x >= -100 && x <= 100))
      return message_set(loader->message, "\"calibration\": \"%s\" is not a pair [gain, offset].",
                         key);
    line[j] = (float)x;
  }
  return 0;
}
