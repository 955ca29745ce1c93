// SPDX-License-Identifier: GPL-3.0-or-later
// The test host's source of audio: a sound file or a generator.
#include "tools/host/source.h"

#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 1024
#define PI 3.14159265358979323846

typedef enum { GEN_NONE, GEN_MUSIC, GEN_NOISE, GEN_SINE, GEN_SILENCE } Generator;

struct Source {
  Generator generator;
  double rate;
  uint64_t position;
  uint32_t seed;
  SNDFILE* file;
  int channels;
  float* frames; ///< [CHUNK][channels]
};

static Generator find_generator(const char* name) {
  static const char* const names[] = {"", "music", "noise", "sine", "silence"};
  for (unsigned i = 1; i < 5; ++i)
    if (strcmp(name, names[i]) == 0) return (Generator)i;
  return GEN_NONE;
}

Source* source_open(const char* name, double rate, char* error, size_t error_size) {
  Source* s = calloc(1, sizeof *s);
  if (!s) return NULL;
  s->seed = 1;
  if (strncmp(name, "gen:", 4) == 0) {
    s->generator = find_generator(name + 4);
    s->rate = rate > 0.0 ? rate : 48000.0;
    if (s->generator != GEN_NONE) return s;
    snprintf(error, error_size, "There is no generator \"%s\": use music, noise, sine or silence",
             name + 4);
    goto fail;
  }
  SF_INFO info = {0};
  s->file = sf_open(name, SFM_READ, &info);
  if (!s->file) {
    snprintf(error, error_size, "%s: %s", name, sf_strerror(NULL));
    goto fail;
  }
  if (rate > 0.0 && rate != (double)info.samplerate) {
    snprintf(error, error_size, "%s has %d samples a second, not %g", name, info.samplerate, rate);
    goto fail;
  }
  s->rate = info.samplerate;
  s->channels = info.channels;
  s->frames = malloc(sizeof(float) * CHUNK * (size_t)info.channels);
  if (s->frames) return s;
fail:
  source_close(s);
  return NULL;
}

void source_close(Source* s) {
  if (!s) return;
  if (s->file) sf_close(s->file);
  free(s->frames);
  free(s);
}

double source_rate(const Source* s) {
  return s->rate;
}

static float noise(Source* s) {
  s->seed = s->seed * 1664525u + 1013904223u;
  return (float)(int32_t)s->seed / 2147483648.0f;
}

/// Generate chords, a pulse and a swell that change over time, so that readings change too.
static void music(Source* s, float* left, float* right) {
  const double t = (double)s->position / s->rate;
  const unsigned bar = (unsigned)(t / 2.0);
  const double beat = fmod(t, 0.5);
  static const int roots[] = {48, 45, 41, 43};
  const bool minor = (bar / 8) % 2;
  const int chord[4] = {0, minor ? 3 : 4, 7, 12};
  double sum_left = 0.0, sum_right = 0.0;
  for (unsigned i = 0; i < 4; ++i) {
    const double f = 440.0 * exp2((roots[bar % 4] + chord[i] - 69 + 12) / 12.0);
    const double tone = sin(2.0 * PI * f * t) + 0.3 * sin(4.0 * PI * f * t);
    sum_left += tone * (i % 2 ? 0.6 : 1.0);
    sum_right += tone * (i % 2 ? 1.0 : 0.6);
  }
  const double swell = 0.08 * (0.4 + 0.6 * fabs(sin(2.0 * PI * t / 24.0)));
  const double hit = 0.25 * exp(-beat * 40.0) * (double)noise(s) * ((bar / 4) % 2 ? 1.0 : 0.3);
  *left = (float)(swell * sum_left + hit);
  *right = (float)(swell * sum_right + hit);
}

static void generate(Source* s, float* left, float* right) {
  switch (s->generator) {
  case GEN_MUSIC:
    music(s, left, right);
    break;
  case GEN_NOISE:
    *left = 0.1f * noise(s);
    *right = 0.1f * noise(s);
    break;
  case GEN_SINE:
    *left = *right = (float)(0.2 * sin(2.0 * PI * 440.0 * (double)s->position / s->rate));
    break;
  case GEN_SILENCE:
  case GEN_NONE:
  default:
    *left = *right = 0.0f;
    break;
  }
}

size_t source_read(Source* s, float* left, float* right, size_t n) {
  if (s->generator != GEN_NONE) {
    for (size_t i = 0; i < n; i++, s->position++)
      generate(s, left + i, right + i);
    return n;
  }
  size_t done = 0;
  while (done < n) {
    const size_t want = n - done < CHUNK ? n - done : CHUNK;
    const sf_count_t got = sf_readf_float(s->file, s->frames, (sf_count_t)want);
    if (got <= 0) break;
    for (size_t i = 0; i < (size_t)got; ++i) {
      const float* frame = s->frames + i * (size_t)s->channels;
      left[done + i] = frame[0];
      right[done + i] = frame[s->channels > 1 ? 1 : 0];
    }
    done += (size_t)got;
  }
  s->position += done;
  return done;
}
