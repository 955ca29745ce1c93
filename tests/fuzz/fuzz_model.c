// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Any bytes as a model: refused with a sentence, or a model whose readings are finite.
/// Entry point of libFuzzer; replay.c gives it a main() for builds without.
#include "inference/net.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static void expect(int truth) {
  if (!truth) abort();
}

static void expect_within(float x, float low, float high) {
  expect(x >= low && x <= high);
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  char error[200] = "";
  Model* model = model_open_memory(data, size, error, sizeof error);
  if (!model) {
    expect(error[0] != 0);
    return 0;
  }
  Net* net = net_new(model);
  expect(net != NULL && model_info(model)->name != NULL);
  HopFeatures hop = {.loudness = -20};
  for (unsigned t = 0; t < 4; t++) {
    for (size_t i = 0; i < sizeof hop.logmel / sizeof *hop.logmel; i++)
      hop.logmel[i] = (float)(i * 37 % 61) - 50 + (float)t;
    for (size_t i = 0; i < CUE_COUNT; i++)
      hop.cues[i] = (float)(i * t) - 3;
    hop.chroma[t] = hop.semitones[t] = 0.5f;
    NetOutput out;
    NetPushes pushes;
    net_step(net, &hop, &out, t % 2 ? &pushes : NULL);
    expect_within(out.valence, -1, 1);
    expect_within(out.arousal, -1, 1);
    expect_within(out.valence_spread, 0, 2);
    expect_within(out.arousal_spread, 0, 2);
    expect_within(out.song_valence, -1, 1);
    expect_within(out.song_arousal, -1, 1);
    expect_within(out.confidence, 0, 1);
    expect(out.n_attention <= NET_MAX_WINDOW);
    for (unsigned i = 0; i < out.n_attention; i++)
      expect_within(out.attention[i], 0, 1.001f);
    for (unsigned g = 0; g < CUE_GROUP_COUNT; g++)
      if (t % 2) expect_within(pushes.valence[g], -2, 2);
  }
  net_free(net);
  model_unref(model);
  return 0;
}
