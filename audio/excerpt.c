// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a part of a sound file as stereo at a device's rate.
#include "audio/excerpt.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MOST_SECONDS 1e9 // longer than any file, and its frames fit into an integer

int excerpt_open(Excerpt* excerpt, const char* path, double start, double end, char* error,
                 size_t error_size) {
  char reason[512] = "";
  Excerpt* s = excerpt;
  *s = (Excerpt){.file = NULL};
  s->file = audio_open(path, NULL, reason, sizeof reason);
  start = fmin(fmax(start, 0.0), MOST_SECONDS);
  end = fmin(end, MOST_SECONDS);
  const double rate = s->file ? audio_info(s->file)->rate : 1.0;
  if (!s->file || audio_skip(s->file, (uint64_t)(start * rate), reason, sizeof reason) != 0) {
    snprintf(error, error_size, "The file cannot be played: %s", reason);
    excerpt_close(s);
    return -1;
  }
  s->begun = start;
  audio_limit(s->file, end > start ? (uint64_t)((end - start) * rate) : 0);
  return 0;
}

void excerpt_close(Excerpt* excerpt) {
  if (excerpt->resampler) src_delete(excerpt->resampler);
  excerpt->resampler = NULL;
  audio_close(excerpt->file);
  excerpt->file = NULL;
}

double excerpt_file_rate(const Excerpt* excerpt) {
  return audio_info(excerpt->file)->rate;
}

int excerpt_set_rate(Excerpt* excerpt, double rate) {
  int error = 0;
  excerpt->ratio = rate / excerpt_file_rate(excerpt);
  if (fabs(excerpt->ratio - 1.0) < 1e-9) return 0;
  if (!src_is_valid_ratio(excerpt->ratio)) return -1;
  excerpt->resampler = src_new(SRC_SINC_FASTEST, 2, &error);
  return excerpt->resampler ? 0 : -1;
}

// \return false at the end
static bool read_block(Excerpt* s) {
  float left[EXCERPT_BLOCK], right[EXCERPT_BLOCK];
  char ignored[256];
  const ptrdiff_t got = audio_read(s->file, left, right, EXCERPT_BLOCK, ignored, sizeof ignored);
  if (got <= 0) return false;
  for (size_t i = 0; i < (size_t)got; ++i) {
    s->stereo[2 * i] = isfinite(left[i]) ? left[i] : 0.0f;
    s->stereo[2 * i + 1] = isfinite(right[i]) ? right[i] : 0.0f;
  }
  s->held = (size_t)got;
  s->taken = 0;
  return true;
}

/// Write the stored frames unchanged.
static size_t copy(Excerpt* s, float* out, size_t room) {
  const size_t n = s->held - s->taken < room ? s->held - s->taken : room;
  memcpy(out, s->stereo + 2 * s->taken, 2 * n * sizeof *out);
  s->taken += n;
  return n;
}

/// Write the stored frames at the other rate.
static size_t resample(Excerpt* s, float* out, size_t room) {
  SRC_DATA data = {.data_in = s->stereo + 2 * s->taken,
                   .data_out = out,
                   .input_frames = (long)(s->held - s->taken),
                   .output_frames = (long)room,
                   .end_of_input = s->ended,
                   .src_ratio = s->ratio};
  if (src_process(s->resampler, &data) != 0) return 0;
  s->taken += (size_t)data.input_frames_used;
  return (size_t)data.output_frames_gen;
}

size_t excerpt_read(Excerpt* excerpt, float* out, size_t room) {
  Excerpt* s = excerpt;
  for (;;) {
    if (s->taken == s->held && !s->ended) s->ended = !read_block(s);
    const size_t made = s->resampler ? resample(s, out, room) : copy(s, out, room);
    if (made > 0 || s->ended) return made;
  }
}
