// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the input vector of a step from features.
#include "inference/inputs.h"

#include <math.h>
#include <string.h>

/// \return the InputKind of that name, or -1
static int find_kind(const char* name) {
  static const char* const names[INPUT_KINDS] = {"code", "cues", "chroma", "semitones", "melstats"};
  for (int kind = 0; kind < INPUT_KINDS; ++kind)
    if (strcmp(name, names[kind]) == 0) return kind;
  return -1;
}

int inputs_load(Loader* loader, Inputs* inputs, const json_t* config, unsigned n_mel,
                unsigned n_code) {
  *inputs = (Inputs){.n_mel = n_mel};
  if (loader_names(loader, json_object_get(config, "inputs"), "inputs", "input", INPUT_KINDS,
                   find_kind, inputs->kinds, &inputs->count) < 0)
    return -1;
  for (unsigned i = 0; i < inputs->count; ++i)
    switch ((InputKind)inputs->kinds[i]) {
    case INPUT_CODE:
      if (!n_code)
        return message_set(loader->message, "\"inputs\": there is no encoder for \"code\".");
      inputs->n += n_code;
      break;
    case INPUT_CUES:
      if (loader_names(loader, json_object_get(config, "cues"), "cues", "cue", CUE_COUNT, cue_find,
                       inputs->cues, &inputs->cue_count) < 0)
        return -1;
      inputs->cue_offset = inputs->n;
      inputs->n += inputs->cue_count;
      break;
    case INPUT_CHROMA:
      inputs->n += FRONTEND_CHROMA;
      break;
    case INPUT_SEMITONES:
      inputs->n += FRONTEND_SEMITONES;
      break;
    case INPUT_MELSTATS:
      inputs->n += 2 * n_mel;
      break;
    }
  if (inputs->n > INPUTS_MAX)
    return message_set(loader->message, "\"inputs\" have %u values, more than %d.", inputs->n,
                       INPUTS_MAX);
  return 0;
}

static void melstats(const float* logmel, size_t n, float* means, float* deviations) {
  for (size_t i = 0; i < n; ++i)
    means[i] = deviations[i] = 0;
  for (size_t t = 0; t < FRONTEND_FRAMES; ++t)
    for (size_t i = 0; i < n; ++i)
      means[i] += logmel[t * n + i] * (1.0f / FRONTEND_FRAMES);
  for (size_t t = 0; t < FRONTEND_FRAMES; ++t)
    for (size_t i = 0; i < n; ++i) {
      const float d = logmel[t * n + i] - means[i];
      deviations[i] += d * d * (1.0f / FRONTEND_FRAMES);
    }
  for (size_t i = 0; i < n; ++i)
    deviations[i] = sqrtf(deviations[i]);
}

/// Octaves re 120 BPM; NaN and lower values count as 20 BPM.
static float octaves(float bpm) {
  const float clamped = bpm > 20 ? (bpm < 1e4f ? bpm : 1e4f) : 20;
  return log2f(clamped / 120);
}

size_t inputs_gather(const Inputs* inputs, InputKind kind, const HopFeatures* hop, float* x) {
  switch (kind) {
  case INPUT_CODE:
    break;
  case INPUT_CUES:
    for (unsigned j = 0; j < inputs->cue_count; ++j) {
      const float value = hop->cues[inputs->cues[j]];
      x[j] = inputs->cues[j] == CUE_TEMPO ? octaves(value) : value;
    }
    return inputs->cue_count;
  case INPUT_CHROMA:
    memcpy(x, hop->chroma, sizeof hop->chroma);
    return FRONTEND_CHROMA;
  case INPUT_SEMITONES:
    memcpy(x, hop->semitones, sizeof hop->semitones);
    return FRONTEND_SEMITONES;
  case INPUT_MELSTATS:
    melstats(hop->logmel, inputs->n_mel, x, x + inputs->n_mel);
    return 2 * (size_t)inputs->n_mel;
  }
  return 0;
}
