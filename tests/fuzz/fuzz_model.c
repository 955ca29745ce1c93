// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Any bytes as a model: refused with an error message, or a model whose readings are finite. The
/// entry point is libFuzzer's; replay.c has a main() for builds without it.
#include "inference/net.h"
#include "inference/static.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static void expect(int truth) {
  if (!truth) abort();
}

static void expect_within(float x, float low, float high) {
  expect(x >= low && x <= high);
}

static void fill(HopFeatures* hop, unsigned t) {
  for (size_t i = 0; i < sizeof hop->logmel / sizeof *hop->logmel; ++i)
    hop->logmel[i] = (float)(i * 37 % 61) - 50 + (float)t;
  for (size_t i = 0; i < CUE_COUNT; ++i)
    hop->cues[i] = (float)(i * t) - 3;
  hop->chroma[t] = hop->semitones[t] = 0.5f;
}

/// \return whether it was a static model
static bool read_static(const uint8_t* data, size_t size) {
  char error[200] = "";
  StaticModel* model = static_open_memory(data, size, error, sizeof error);
  if (!model) {
    expect(error[0] != 0);
    return false;
  }
  StaticReading* reading = static_reading_new(model, 44100, error, sizeof error);
  if (!reading) { // a front end that cannot be made, with its sentence
    expect(error[0] != 0);
    static_close(model);
    return true;
  }
  HopFeatures hop = {.loudness = -20};
  for (unsigned t = 0; t < 4; ++t) {
    StaticResult r;
    fill(&hop, t);
    static_reading_hop(reading, &hop);
    expect(static_reading_result(reading, &r));
    expect_within(r.valence, -1, 1);
    expect_within(r.arousal, -1, 1);
    expect_within(r.valence_spread, 0, 3e38f);
    expect_within(r.arousal_spread, 0, 3e38f);
  }
  static_reading_free(reading);
  static_close(model);
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  char error[200] = "";
  if (read_static(data, size)) return 0;
  Model* model = model_open_memory(data, size, error, sizeof error);
  if (!model) {
    expect(error[0] != 0);
    return 0;
  }
  Net* net = net_new(model);
  expect(net && model_info(model)->name);
  HopFeatures hop = {.loudness = -20};
  for (unsigned t = 0; t < 4; ++t) {
    fill(&hop, t);
    NetOutput out;
    NetContributions contributions;
    net_step(net, &hop, &out, t % 2 ? &contributions : NULL);
    expect_within(out.valence, -1, 1);
    expect_within(out.arousal, -1, 1);
    expect_within(out.valence_spread, 0, 0.577351f);
    expect_within(out.arousal_spread, 0, 0.577351f);
    expect_within(out.song_valence, -1, 1);
    expect_within(out.song_arousal, -1, 1);
    expect_within(out.confidence, 0, 1);
    expect(out.n_attention <= NET_MAX_WINDOW);
    for (unsigned i = 0; i < out.n_attention; ++i)
      expect_within(out.attention[i], 0, 1.001f);
    for (unsigned g = 0; g < CUE_GROUP_COUNT; ++g)
      if (t % 2) expect_within(contributions.valence[g], -2, 2);
  }
  net_free(net);
  model_unref(model);
  return 0;
}
