// SPDX-License-Identifier: GPL-3.0-or-later
// The static reading of a sound file.
#include "library/static_file.h"

#include "library/reading.h"

#include <stdio.h>
#include <string.h>

#define BLOCK 8192 ///< samples read at a time

StaticModel* static_file_model(const char* name, char* error, size_t error_size) {
  char path[4096];
  if (reading_model_path(name, path, sizeof path, error, error_size) != 0) return NULL;
  return static_open(path, error, error_size);
}

int static_file_run(const StaticModel* model, AudioFile* audio, double gate, TaskFile* done,
                    StaticHeard heard, void* context, StaticSummary* summary, char* error,
                    size_t error_size) {
  const AudioInfo* info = audio_info(audio);
  float left[BLOCK], right[BLOCK];
  ptrdiff_t got = 1;
  memset(summary, 0, sizeof *summary);
  StaticReading* reading = static_reading_new(model, info->rate, error, error_size);
  if (!reading) {
    task_file_done(done, 1.0);
    return -1;
  }
  static_reading_set_gate(reading, (float)gate);
  while (!task_is_stopped(done->task) &&
         (got = audio_read(audio, left, right, BLOCK, error, error_size)) > 0) {
    if (heard) heard(context, left, right, (size_t)got);
    static_reading_push(reading, left, right, (size_t)got);
    summary->samples += (uint64_t)got;
    if (info->frames > 0) task_file_done(done, (double)summary->samples / (double)info->frames);
  }
  task_file_done(done, 1.0);
  if (got >= 0 && audio_damage(audio))
    snprintf(summary->damage, sizeof summary->damage, "%s", audio_damage(audio));
  summary->has_reading = static_reading_result(reading, &summary->reading);
  static_reading_free(reading);
  return got < 0 ? -1 : 0;
}
