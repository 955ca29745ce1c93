// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the engine over a sound file.
#include "library/reading.h"

#include "library/hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct Reader {
  ReadingOptions options;
  Engine* engine;
  double rate;
  uint32_t random;
  float left[READING_MAX_BLOCK], right[READING_MAX_BLOCK];
};

typedef struct {
  ReadingRow row;
  void* context;
  ReadingSummary* summary;
} Sink;

Reader* reader_new(const ReadingOptions* options) {
  Reader* reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->options = *options;
  return reader;
}

void reader_free(Reader* reader) {
  if (!reader) return;
  engine_free(reader->engine);
  free(reader);
}

/// Get an engine at \p rate in its initial state: the last one if it fits.
static int prepare(Reader* reader, double rate, char* error, size_t error_size) {
  if (reader->engine && fabs(reader->rate - rate) < 0.5) {
    engine_reset(reader->engine);
  } else {
    engine_free(reader->engine);
    reader->engine = engine_new(reader->options.model, rate, error, error_size);
    reader->rate = rate;
  }
  if (!reader->engine) return -1;
  engine_set_gate(reader->engine, (float)reader->options.gate);
  reader->random = 2463534242U; // so that block sizes are the same each time
  return 0;
}

void reading_summary_add(ReadingSummary* s, const Estimate* e) {
  ++s->hops;
  s->song_valence = e->song_valence;
  s->song_arousal = e->song_arousal;
  const float before = s->settled;
  s->settled = e->settled;
  if (e->state == ENGINE_SILENT) {
    ++s->silent;
    return;
  }
  if (before <= 0.0F || e->settled < before) ++s->pieces;
  if (e->state == ENGINE_LIVE && s->live++ == 0) // drop the settling readings before
    s->valence = s->arousal = s->confidence = 0.0;
  if (e->state != ENGINE_LIVE && s->live > 0) return;
  s->valence += (double)e->valence;
  s->arousal += (double)e->arousal;
  s->confidence += (double)e->confidence;
}

static int drain(Reader* reader, Sink* sink) {
  Estimate estimate;
  while (engine_pop(reader->engine, &estimate)) {
    reading_summary_add(sink->summary, &estimate);
    estimate.position += (uint64_t)(reader->options.from * reader->rate + 0.5); // in the file
    const int status = sink->row(sink->context, &estimate);
    if (status != 0) return status;
  }
  return 0;
}

static size_t block_size(Reader* reader) {
  if (reader->options.block > 0) return reader->options.block;
  // xorshift32 (Marsaglia 2003)
  reader->random ^= reader->random << 13;
  reader->random ^= reader->random >> 17;
  reader->random ^= reader->random << 5;
  return 1 + reader->random % READING_MAX_BLOCK;
}

static int push(Reader* reader, size_t n, Sink* sink) {
  for (size_t at = 0; at < n;) {
    size_t left = block_size(reader);
    if (left > n - at) left = n - at;
    while (left > 0) {
      const size_t used = engine_push(reader->engine, reader->left + at, reader->right + at, left);
      at += used;
      left -= used;
      if (drain(reader, sink) != 0) return -1;
    }
  }
  return 0;
}

void reading_summary_end(ReadingSummary* s) {
  const uint64_t heard = s->live > 0 ? s->live : s->hops - s->silent;
  if (heard == 0) return;
  s->valence /= (double)heard;
  s->arousal /= (double)heard;
  s->confidence /= (double)heard;
}

int reader_run(Reader* reader, AudioFile* audio, TaskFile* done, ReadingRow row, void* context,
               ReadingSummary* summary, char* error, size_t error_size) {
  const AudioInfo* info = audio_info(audio);
  const ReadingOptions* o = &reader->options;
  Sink sink = {row, context, summary};
  SoundHash sound;
  hash_begin_sound(&sound, info->rate);
  memset(summary, 0, sizeof *summary);
  summary->words = model_words(o->model);
  error[0] = '\0';
  int status = prepare(reader, info->rate, error, error_size);
  if (status == 0)
    status = audio_skip(audio, (uint64_t)(o->from * info->rate + 0.5), error, error_size);
  if (o->to > 0.0) audio_limit(audio, (uint64_t)((o->to - o->from) * info->rate + 0.5));
  while (status == 0 && !task_is_stopped(done->task)) {
    const ptrdiff_t got =
        audio_read(audio, reader->left, reader->right, READING_MAX_BLOCK, error, error_size);
    if (got < 0) status = -1;
    if (got <= 0) break;
    hash_add_sound(&sound, reader->left, reader->right, (size_t)got);
    status = push(reader, (size_t)got, &sink);
    summary->samples += (uint64_t)got;
    if (info->frames > 0) task_file_done(done, (double)summary->samples / (double)info->frames);
  }
  task_file_done(done, 1.0);
  if (status != 0) return -1;
  summary->sound = hash_end_sound(&sound);
  if (audio_damage(audio))
    snprintf(summary->damage, sizeof summary->damage, "%s", audio_damage(audio));
  reading_summary_end(summary);
  return 0;
}

int reading_model_path(const char* model, char* path, size_t size, char* error, size_t error_size) {
  char names[512], whole[64];
  if (!model) {
    if (model_default_path(path, size) == 0) return 0;
    snprintf(error, error_size, "%s", path);
    return -1;
  }
  struct stat status;
  if (strpbrk(model, "/.") || (stat(model, &status) == 0 && S_ISREG(status.st_mode))) {
    if ((size_t)snprintf(path, size, "%s", model) < size) return 0;
    snprintf(error, error_size, "the path of the model is too long");
    return -1;
  }
  snprintf(whole, sizeof whole, "static-%s", model);
  if (model_shipped_path(model, path, size) == 0 || model_shipped_path(whole, path, size) == 0)
    return 0;
  model_shipped_names(names, sizeof names);
  snprintf(error, error_size, "there is no model '%s'; installed are: %s", model,
           names[0] != '\0' ? names : "none");
  return -1;
}

Model* reading_model(const char* model, char* error, size_t error_size) {
  char path[4096];
  if (reading_model_path(model, path, sizeof path, error, error_size) != 0) return NULL;
  return model_open(path, error, error_size);
}
