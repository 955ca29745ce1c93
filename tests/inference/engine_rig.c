// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN_FOLDER CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/"

Model* rig_model(const char* name) {
  char path[512], error[300] = "";
  snprintf(path, sizeof path, "%s%s.safetensors", GOLDEN_FOLDER, name);
  Model* model = model_open(path, error, sizeof error);
  if (!model) fail_msg("%s", error);
  return model;
}

Model* rig_model_changed(const char* name, const char* from, const char* to) {
  char path[512], error[300] = "";
  snprintf(path, sizeof path, "%s%s.safetensors", GOLDEN_FOLDER, name);
  static char bytes[1 << 18];
  FILE* file = fopen(path, "rb");
  assert_non_null(file);
  const size_t size = fread(bytes, 1, sizeof bytes, file), length = strlen(from);
  fclose(file);
  assert_true(size > 100 && size < sizeof bytes && strlen(to) <= length);
  size_t at = 8;
  while (at + length < size && memcmp(bytes + at, from, length) != 0)
    ++at;
  assert_true(at + length < size);
  memset(bytes + at, ' ', length);
  memcpy(bytes + at, to, strlen(to));
  Model* model = model_open_memory(bytes, size, error, sizeof error);
  if (!model) fail_msg("%s", error);
  return model;
}

Model* rig_model_9k(const char* name) {
  Model* model = rig_model_changed(name, "\\\"fmax\\\": 10000", "\\\"fmax\\\": 9000");
  assert_near(model_frontend(model)->fmax, 9000.0, 0.0);
  return model;
}

Model* rig_model_phases(const char* name) {
  return rig_model_changed(name, "\\\"description\\\": \\\"random weights\\\"",
                           "\\\"phases\\\": 2");
}

Engine* rig_engine(Model* model, double rate) {
  char error[300] = "";
  Engine* engine = engine_new(model, rate, error, sizeof error);
  if (!engine) fail_msg("%s", error);
  return engine;
}

float* rig_music(double rate, double seconds, size_t* n) {
  *n = (size_t)(seconds * rate);
  float* x = signal_new(*n);
  signal_plucks(x, *n, rate, 0.05);
  signal_clicks(x, *n, rate, 133.0, 0.2, 0.05f);
  signal_pink(x, *n, rate, 0.02f, 2);
  for (size_t i = 0; i < *n; ++i)
    x[i] *= (float)(0.4 + 0.1 * (double)i / rate);
  return x;
}

size_t rig_push(Engine* engine, const float* x, size_t n, size_t block, Estimate* out, size_t held,
                size_t room) {
  uint32_t seed = 7;
  for (size_t at = 0; at < n;) {
    size_t size = block ? block : 1 + (size_t)(2500.0f * (1.0f + signal_random(&seed)));
    if (size > n - at) size = n - at;
    for (size_t used = 0; used < size;) {
      const size_t took = engine_push(engine, x + at + used, NULL, size - used);
      assert_true(took > 0 && took <= size - used);
      used += took;
      Estimate e;
      while (engine_pop(engine, &e)) {
        assert_true(held < room);
        out[held++] = e;
      }
    }
    at += size;
  }
  return held;
}

Estimate* rig_hear(Model* model, double rate, const float* x, size_t n, size_t block,
                   size_t* count) {
  Engine* engine = rig_engine(model, rate);
  const size_t room = (size_t)(2.0 * (double)n / rate) + 2;
  Estimate* out = calloc(room, sizeof *out);
  assert_non_null(out);
  *count = rig_push(engine, x, n, block, out, 0, room);
  engine_free(engine);
  return out;
}

bool rig_same(const Estimate* a, const Estimate* b) {
  const Readings left = engine_readings(a), right = engine_readings(b);
  return a->position == b->position && a->state == b->state &&
         !memcmp(&left, &right, sizeof left) && !memcmp(&a->settled, &b->settled, sizeof(float)) &&
         !memcmp(&a->loudness, &b->loudness, sizeof(float)) && a->n_attention == b->n_attention &&
         !memcmp(a->attention, b->attention, sizeof a->attention) &&
         !memcmp(a->cues, b->cues, sizeof a->cues) &&
         !memcmp(a->envelope, b->envelope, sizeof a->envelope) &&
         a->has_contributions == b->has_contributions &&
         (!a->has_contributions ||
          !memcmp(&a->contributions, &b->contributions, sizeof a->contributions));
}

bool rig_finite(const Estimate* e) {
  const Readings r = engine_readings(e);
  bool finite = isfinite(e->settled) && isfinite(e->loudness);
  for (unsigned i = 0; i < READING_COUNT; ++i)
    finite = finite && isfinite(r.value[i]);
  for (unsigned i = 0; i < e->n_attention; ++i)
    finite = finite && isfinite(e->attention[i]);
  for (unsigned i = 0; i < CUE_COUNT; ++i)
    finite = finite && isfinite(e->cues[i]);
  for (unsigned i = 0; i < ENGINE_ENVELOPE; ++i)
    finite = finite && isfinite(e->envelope[i]);
  return finite;
}
