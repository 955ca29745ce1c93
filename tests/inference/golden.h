// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The golden files of make_goldens.py, shared by the tests: models with a sequence of hops and the
/// outputs that PyTorch gave.
#ifndef CIRCUMPLEX_TESTS_GOLDEN_H
#define CIRCUMPLEX_TESTS_GOLDEN_H

#include "inference/net.h"
#include "inference/safetensors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN_FOLDER CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/"
#define GOLDEN_MEL 16

static const char* const golden_names[] = {"linear",
                                           "cnn-none-all",
                                           "cnn-rnn",
                                           "vae-lstm",
                                           "none-lstm",
                                           "vae-attentive",
                                           "none-attentive-noage",
                                           "none-attentive-dot",
                                           "ae-transformer",
                                           "none-transformer-defaults",
                                           "vae-attentive-cosine",
                                           "none-attentive-cosine"};
#define GOLDEN_COUNT (sizeof golden_names / sizeof *golden_names)

static inline void golden_path(char path[512], const char* name) {
  snprintf(path, 512, "%s%s.safetensors", GOLDEN_FOLDER, name);
}

/// The cues of the goldens, in their order.
static inline const int* golden_cues(void) {
  static const int cues[] = {CUE_LOUDNESS_MOMENTARY, CUE_MODE,      CUE_TEMPO,     CUE_CENTROID,
                             CUE_KEY_CLARITY,        CUE_ROUGHNESS, CUE_ONSET_RATE};
  return cues;
}

static inline const float* golden_tensor(const Safetensors* file, const char* name) {
  const Tensor* t = safetensors_find(file, name);
  return t ? t->data : NULL;
}

static inline size_t golden_hops(const Safetensors* file) {
  return (size_t)safetensors_find(file, "golden.input.cues")->shape[0];
}

static inline void golden_hop(const Safetensors* file, size_t t, HopFeatures* hop) {
  memset(hop, 0, sizeof *hop);
  memcpy(hop->logmel, golden_tensor(file, "golden.input.logmel") + t * 25 * GOLDEN_MEL,
         25 * GOLDEN_MEL * sizeof(float));
  memcpy(hop->chroma, golden_tensor(file, "golden.input.chroma") + t * 12, sizeof hop->chroma);
  memcpy(hop->semitones, golden_tensor(file, "golden.input.semitones") + t * 72,
         sizeof hop->semitones);
  for (size_t i = 0; i < 7; ++i)
    hop->cues[golden_cues()[i]] = golden_tensor(file, "golden.input.cues")[t * 7 + i];
}

#endif
