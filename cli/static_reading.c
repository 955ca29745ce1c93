// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/static_reading.h"

#include "cli/cli.h"
#include "cli/progress.h"
#include "inference/model.h"

#include <stdio.h>
#include <string.h>

#define BLOCK 8192 ///< samples at once

StaticModel* static_reading_model(const char* name, char* error, size_t error_size) {
  char full[64], path[4096];
  if (strpbrk(name, "/.") != NULL) return static_open(name, error, error_size);
  if ((size_t)snprintf(full, sizeof full, "static-%s", name) >= sizeof full ||
      model_shipped_path(full, path, sizeof path) != 0) {
    (void)snprintf(error, error_size,
                   "'%s' is no static model: 'tnn' is, or a path to a .safetensors file", name);
    return NULL;
  }
  return static_open(path, error, error_size);
}

/// Count what was read since the last call.  \return what is counted by now
static uint64_t count(const AudioInfo* info, uint64_t samples, uint64_t size, uint64_t counted) {
  if (info->frames == 0) return counted;
  uint64_t share = (uint64_t)((double)samples / (double)info->frames * (double)size);
  if (share > size) share = size;
  progress_add(share - counted);
  return share;
}

int static_reading_run(const StaticModel* model, AudioFile* audio, double gate, uint64_t size,
                       StaticHeard heard, void* context, StaticSummary* summary, char* error,
                       size_t error_size) {
  const AudioInfo* info = audio_info(audio);
  float left[BLOCK], right[BLOCK];
  uint64_t counted = 0;
  ptrdiff_t got = 1;
  memset(summary, 0, sizeof *summary);
  StaticReading* reading = static_reading_new(model, info->rate, error, error_size);
  if (reading == NULL) {
    progress_add(size);
    return -1;
  }
  static_reading_set_gate(reading, (float)gate);
  while (!cli_interrupted() &&
         (got = audio_read(audio, left, right, BLOCK, error, error_size)) > 0) {
    if (heard != NULL) heard(context, left, right, (size_t)got);
    static_reading_push(reading, left, right, (size_t)got);
    summary->samples += (uint64_t)got;
    counted = count(info, summary->samples, size, counted);
  }
  progress_add(size - counted);
  summary->has_reading = static_reading_result(reading, &summary->reading);
  static_reading_free(reading);
  return got < 0 ? -1 : 0;
}
