// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the description in a model's file without loading its weights.
#include "inference/model_about.h"

#include "inference/config.h"
#include "inference/model_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct ModelAbout {
  json_t* config; // owns the strings
  ModelWords words;
  char hash[17];
};

ModelAbout* model_about_open(const char* path, char* error, size_t error_size) {
  const Message message = {error, error_size};
  ModelAbout* about = calloc(1, sizeof *about);
  if (!about) {
    message_set(message, "There is not enough memory.");
    return NULL;
  }
  Safetensors* file = safetensors_open(path, NULL, error, error_size);
  Loader loader = {.file = file, .message = message};
  about->config = file ? config_open(file, false, message) : NULL;
  const bool read = about->config && model_words_load(&about->words, &loader, about->config) == 0;
  if (file) snprintf(about->hash, sizeof about->hash, "%016" PRIx64, safetensors_hash(file));
  safetensors_free(file);
  if (read) return about;
  message_prefix(message, path);
  model_about_free(about);
  return NULL;
}

void model_about_free(ModelAbout* about) {
  if (!about) return;
  json_decref(about->config);
  free(about);
}

const char* model_about_description(const ModelAbout* about) {
  return config_text(about->config, "description", "");
}

const char* model_about_hash(const ModelAbout* about) {
  return about->hash;
}

const WordTable* model_about_words(const ModelAbout* about) {
  return about->words.table.count ? &about->words.table : NULL;
}
