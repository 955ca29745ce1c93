// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A stretch of a sound file: see source.h.
#include "audio/source.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_CHANNELS 64
#define MOST_SECONDS 1e9 // a file cannot be longer: its frames fit into an integer

int source_open(Source* source, const char* path, double start, double end, char* error,
                size_t error_size) {
  Source* s = source;
  *s = (Source){.file = NULL};
  s->file = sf_open(path, SFM_READ, &s->info);
  if (!s->file) {
    snprintf(error, error_size, "The file cannot be played: %s", sf_strerror(NULL));
    return -1;
  }
  if (s->info.channels < 1 || s->info.channels > MAX_CHANNELS || s->info.samplerate < 1) {
    snprintf(error, error_size, "The file cannot be played: its format is out of the range.");
    goto fail;
  }
  const double rate = s->info.samplerate;
  start = fmin(fmax(start, 0.0), MOST_SECONDS);
  end = fmin(end, MOST_SECONDS);
  if (start > 0.0 && sf_seek(s->file, (sf_count_t)(start * rate), SEEK_SET) < 0) {
    snprintf(error, error_size, "The file cannot be played from there: %s", sf_strerror(s->file));
    goto fail;
  }
  s->begun = start;
  s->left = end > start ? (uint64_t)((end - start) * rate) : 0;
  s->block = malloc((size_t)(SOURCE_BLOCK * s->info.channels) * sizeof *s->block);
  if (!s->block) {
    snprintf(error, error_size, "Out of memory.");
    goto fail;
  }
  source_set_rate(s, rate);
  return 0;

fail:
  source_close(s);
  return -1;
}

void source_close(Source* source) {
  if (source->file) sf_close(source->file);
  source->file = NULL;
  free(source->block);
  source->block = NULL;
}

void source_set_rate(Source* source, double rate) {
  resample_begin(&source->resample, source->info.samplerate, rate);
}

// Two of the channels, or one twice.
static void to_stereo(const Source* s, const float* frame, float* out) {
  out[0] = frame[0];
  out[1] = s->info.channels > 1 ? frame[1] : frame[0];
  for (int c = 0; c < 2; ++c)
    if (!isfinite(out[c])) out[c] = 0.0f;
}

// \return false at the end
static bool read_block(Source* s) {
  const uint64_t wish = s->left < SOURCE_BLOCK ? s->left : SOURCE_BLOCK;
  const sf_count_t got = wish ? sf_readf_float(s->file, s->block, (sf_count_t)wish) : 0;
  if (got <= 0) return false;
  s->left -= (uint64_t)got;
  for (sf_count_t i = 0; i < got; ++i)
    to_stereo(s, s->block + i * s->info.channels, s->stereo + 2 * i);
  s->held = (size_t)got;
  s->taken = 0;
  return true;
}

size_t source_read(Source* source, float* out, size_t room) {
  Source* s = source;
  for (;;) {
    size_t used;
    const size_t made =
        resample_run(&s->resample, s->stereo + 2 * s->taken, s->held - s->taken, &used, out, room);
    s->taken += used;
    if (made > 0) return made;
    if (!read_block(s)) return 0; // all that was held is taken
  }
}
