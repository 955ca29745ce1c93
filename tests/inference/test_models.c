// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Every shipped model gives PyTorch's readings from when it was exported:
/// models/goldens/NAME.safetensors, which the export stage of training writes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "inference/net.h"
#include "inference/safetensors.h"

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define TOLERANCE 1e-4f

static const Tensor* need(const Safetensors* file, const char* name) {
  const Tensor* t = safetensors_find(file, name);
  if (!t) fail_msg("the golden has no %s", name);
  return t;
}

/// \return the largest difference of a reading
static float replay(const char* model_path, const char* golden_path) {
  char error[256] = "";
  Model* model = model_open(model_path, error, sizeof error);
  assert_string_equal(error, "");
  Safetensors* golden = safetensors_open(golden_path, NULL, error, sizeof error);
  assert_string_equal(error, "");
  const Tensor* mel = need(golden, "golden.input.logmel");
  const Tensor* cues = need(golden, "golden.input.cues");
  assert_int_equal(cues->shape[1], CUE_COUNT);
  assert_int_equal(mel->shape[2], model_frontend(model)->n_mel);
  const size_t per_hop = (size_t)(mel->shape[1] * mel->shape[2]);
  static const char* const names[] = {
      "golden.output.valence",      "golden.output.arousal",        "golden.output.song_valence",
      "golden.output.song_arousal", "golden.output.valence_spread", "golden.output.arousal_spread",
      "golden.output.confidence"};
  Net* net = net_new(model);
  float worst = 0.0f;
  for (size_t t = 0; t < (size_t)cues->shape[0]; ++t) {
    HopFeatures hop;
    memset(&hop, 0, sizeof hop);
    memcpy(hop.logmel, mel->data + t * per_hop, per_hop * sizeof(float));
    memcpy(hop.cues, cues->data + t * CUE_COUNT, sizeof hop.cues);
    NetOutput out;
    net_step(net, &hop, &out, NULL);
    const float read[] = {out.valence,      out.arousal,        out.song_valence,
                          out.song_arousal, out.valence_spread, out.arousal_spread,
                          out.confidence};
    for (size_t i = 0; i < sizeof read / sizeof *read; ++i)
      worst = fmaxf(worst, fabsf(read[i] - need(golden, names[i])->data[t]));
  }
  net_free(net);
  safetensors_free(golden);
  model_unref(model);
  return worst;
}

static void shipped_models_read_like_pytorch(void** state) {
  (void)state;
  glob_t found;
  assert_int_equal(glob(CIRCUMPLEX_SOURCE_DIR "/models/goldens/*.safetensors", 0, NULL, &found), 0);
  for (size_t i = 0; i < found.gl_pathc; ++i) {
    char model[512];
    snprintf(model, sizeof model, CIRCUMPLEX_SOURCE_DIR "/models/%s",
             strrchr(found.gl_pathv[i], '/') + 1);
    const float worst = replay(model, found.gl_pathv[i]);
    print_message("%s: largest difference %.1e\n", model, (double)worst);
    assert_true(worst <= TOLERANCE);
  }
  globfree(&found);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(shipped_models_read_like_pytorch)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
