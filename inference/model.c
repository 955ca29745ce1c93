// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Opens models, keeps the process-wide cache of them, and has the facts about a model (model.h).
#include "inference/model.h"

#include "inference/config.h"
#include "inference/model_words.h"
#include "inference/plan.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct Model {
  Model* next;         // next in the cache
  bool cached;         // false: opened from memory
  unsigned references; // guarded by the cache's lock
  FileIdentity identity;
  Plan plan;
  struct WeightBlock* blocks;
  json_t* config; // the "circumplex" object, owner of the strings in info and words
  ModelWords words;
  ModelInfo info;
  Safetensors* file; // kept until it is hashed
  char hash[17];
};

/// A file that some thread is reading now.
typedef struct Opening {
  const FileIdentity* identity;
  struct Opening* next;
} Opening;

/// Every open model that came from a file.  The lock is never held while a file is read.
static struct {
  pthread_mutex_t lock;
  pthread_cond_t opened; // some file has been read, or could not be
  Model* first;
  Opening* opening;
} cache = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, NULL};

static void model_free(Model* model) {
  if (!model) return;
  weights_free(model->blocks);
  free(model->plan.member);
  json_decref(model->config);
  safetensors_free(model->file);
  free(model);
}

static void fill_info(Model* model, size_t parameters) {
  const Plan* plan = &model->plan;
  model->info = (ModelInfo){
      .name = config_text(model->config, "name", ""),
      .description = config_text(model->config, "description", ""),
      .licence = config_text(model->config, "licence", ""),
      .encoder = config_text(json_object_get(model->config, "encoder"), "type", "none"),
      .temporal = config_text(json_object_get(model->config, "temporal"), "type", "none"),
      .parameters = parameters,
      .bytes = safetensors_size(model->file),
      .n_inputs = plan->inputs.n,
      .n_hidden = plan->temporal.hidden,
      .window = plan->temporal.window,
  };
}

/// Make a model of \p file, which is freed with it, or if it is none.
static Model* model_make(Safetensors* file, Message message) {
  Model* model = calloc(1, sizeof *model);
  if (!model) {
    message_set(message, "there is not enough memory.");
    safetensors_free(file);
    return NULL;
  }
  model->references = 1;
  model->file = file;
  model->config = config_open(file, false, message);
  if (!model->config) goto fail;
  Loader loader = {.file = file, .message = message};
  const int status = plan_load(&model->plan, &loader, model->config);
  model->blocks = loader.blocks;
  if (status < 0 || model_words_load(&model->words, &loader, model->config) < 0) goto fail;
  fill_info(model, loader.parameters);
  return model;
fail:
  model_free(model);
  return NULL;
}

static bool same_file(const FileIdentity* a, const FileIdentity* b) {
  return a->device == b->device && a->inode == b->inode && a->size == b->size &&
         a->mtime_s == b->mtime_s && a->mtime_ns == b->mtime_ns;
}

/// \return the open model of a file, with one more reference, or NULL.  The lock must be held.
static Model* find_cached(const FileIdentity* identity) {
  Model* model = cache.first;
  while (model && !same_file(&model->identity, identity))
    model = model->next;
  if (model) model->references++;
  return model;
}

static bool is_being_opened(const FileIdentity* identity) {
  const Opening* o = cache.opening;
  while (o && !same_file(o->identity, identity))
    o = o->next;
  return o != NULL;
}

static void end_opening(const Opening* opening) {
  Opening** link = &cache.opening;
  while (*link != opening)
    link = &(*link)->next;
  *link = opening->next;
  pthread_cond_broadcast(&cache.opened);
}

/// Read a file.  \param identity receives the identity of the file that was read
static Model* read_model(const char* path, FileIdentity* identity, Message message) {
  Safetensors* file = safetensors_open(path, identity, message.text, message.size);
  return file ? model_make(file, message) : NULL;
}

/// Put a new model into the cache.  If another thread has put the same file's model there, release
/// the new one and return the other.  The lock must be held.
static Model* add_to_cache(Model* model, const FileIdentity* identity) {
  Model* same = find_cached(identity);
  if (same) {
    model_free(model);
    return same;
  }
  model->identity = *identity;
  model->cached = true;
  model->next = cache.first;
  return cache.first = model;
}

Model* model_open(const char* path, char* error, size_t error_size) {
  const Message message = {error, error_size};
  FileIdentity asked, read;
  Model* model = NULL;
  if (safetensors_identify(path, &asked, error, error_size) == 0) {
    Opening opening = {&asked, NULL};
    pthread_mutex_lock(&cache.lock);
    // Wait while another thread reads the same file; read it here if that thread failed.
    while (!(model = find_cached(&asked)) && is_being_opened(&asked))
      pthread_cond_wait(&cache.opened, &cache.lock);
    if (!model) {
      opening.next = cache.opening;
      cache.opening = &opening;
      pthread_mutex_unlock(&cache.lock);
      model = read_model(path, &read, message);
      pthread_mutex_lock(&cache.lock);
      if (model) model = add_to_cache(model, &read); // not &asked: the file may have changed
      end_opening(&opening);
    }
    pthread_mutex_unlock(&cache.lock);
  }
  if (!model) message_prefix(message, path);
  return model;
}

Model* model_open_memory(const void* data, size_t size, char* error, size_t error_size) {
  Safetensors* file = safetensors_open_memory(data, size, error, error_size);
  return file ? model_make(file, (Message){error, error_size}) : NULL;
}

Model* model_ref(Model* model) {
  pthread_mutex_lock(&cache.lock);
  ++model->references;
  pthread_mutex_unlock(&cache.lock);
  return model;
}

void model_unref(Model* model) {
  if (!model) return;
  pthread_mutex_lock(&cache.lock);
  const bool last = --model->references == 0;
  if (last && model->cached) {
    Model** link = &cache.first;
    while (*link != model)
      link = &(*link)->next;
    *link = model->next;
  }
  pthread_mutex_unlock(&cache.lock);
  if (last) model_free(model);
}

const ModelInfo* model_info(const Model* model) {
  return &model->info;
}

const char* model_hash(Model* model) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&lock);
  if (model->file) {
    snprintf(model->hash, sizeof model->hash, "%016" PRIx64, safetensors_hash(model->file));
    safetensors_free(model->file);
    model->file = NULL;
  }
  pthread_mutex_unlock(&lock);
  return model->hash;
}

const FrontendSpec* model_frontend(const Model* model) {
  return &model->plan.frontend;
}
const Plan* model_plan(const Model* model) {
  return &model->plan;
}

const WordTable* model_words(const Model* model) {
  return model->words.table.count ? &model->words.table : NULL;
}
