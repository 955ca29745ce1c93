// SPDX-License-Identifier: GPL-3.0-or-later
// The words of the model that made a library's readings.
#include "library/reading_words.h"

#include "inference/model.h"
#include "inference/model_about.h"

#include <string.h>

static ModelAbout* open_if_it_is(const char* path, const char* hash) {
  char error[256];
  ModelAbout* about = model_about_open(path, error, sizeof error);
  if (!about || strcmp(model_about_hash(about), hash) == 0) return about;
  model_about_free(about);
  return NULL;
}

ReadingWords* reading_words_find(const StoreModel* model) {
  char path[4200];
  ModelAbout* about = NULL;
  if (model_default_path(path, sizeof path) == 0) about = open_if_it_is(path, model->hash);
  if (!about && model_shipped_path(model->name, path, sizeof path) == 0)
    about = open_if_it_is(path, model->hash);
  return about;
}

void reading_words_free(ReadingWords* words) {
  model_about_free(words);
}

const WordTable* reading_words_table(const ReadingWords* words) {
  return words ? model_about_words(words) : NULL;
}
