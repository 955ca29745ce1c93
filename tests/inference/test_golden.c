// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Every encoder, temporal part and input against PyTorch, within 2e-6, with each set of kernels.
/// The expected values come from make_goldens.py.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "golden.h"
#include "inference/net_internal.h"

#define TOLERANCE 2e-6f

static float worst(float so_far, float a, float b) {
  const float d = fabsf(a - b);
  return d > so_far || isnan(d) ? d : so_far;
}

/// \return the largest difference of any output of any hop
static float replay(const char* name, const Compute* compute) {
  char path[512], error[256] = "";
  golden_path(path, name);
  Safetensors* file = safetensors_open(path, NULL, error, sizeof error);
  assert_string_equal(error, "");
  Model* model = model_open(path, error, sizeof error);
  assert_string_equal(error, "");
  Net* net = net_new_with(model, compute);
  const size_t hops = golden_hops(file);
  const unsigned window = model_info(model)->window;
  float d = 0;
  for (size_t t = 0; t < hops; ++t) {
    HopFeatures hop;
    NetOutput out;
    golden_hop(file, t, &hop);
    net_step(net, &hop, &out, NULL);
    d = worst(d, out.valence, golden_tensor(file, "golden.output.valence")[t]);
    d = worst(d, out.arousal, golden_tensor(file, "golden.output.arousal")[t]);
    d = worst(d, out.valence_spread, golden_tensor(file, "golden.output.spread")[2 * t]);
    d = worst(d, out.arousal_spread, golden_tensor(file, "golden.output.spread")[2 * t + 1]);
    d = worst(d, out.song_valence, golden_tensor(file, "golden.output.song")[2 * t]);
    d = worst(d, out.song_arousal, golden_tensor(file, "golden.output.song")[2 * t + 1]);
    d = worst(d, out.confidence, golden_tensor(file, "golden.output.confidence")[t]);
    const size_t n = !window ? 0 : t + 1 < window ? t + 1 : window;
    assert_int_equal(out.n_attention, n);
    const float* weights = golden_tensor(file, "golden.output.attention") + t * hops;
    for (size_t i = 0; i < n; ++i)
      d = worst(d, out.attention[i], weights[t + 1 - n + i]);
    const float* beyond = golden_tensor(file, "golden.output.beyond");
    for (size_t i = 0; i < n; ++i)
      d = worst(d, out.attention_beyond[i], beyond[t * hops + t + 1 - n + i]);
    d = worst(d, out.recall, golden_tensor(file, "golden.output.recall")[t]);
  }
  net_free(net);
  model_unref(model);
  safetensors_free(file);
  return d;
}

static void all_agree(const char* table) {
  const Compute* compute = compute_find(table);
  if (!compute) {
    print_message("this processor has no %s\n", table);
    skip();
  }
  for (size_t i = 0; i < GOLDEN_COUNT; ++i) {
    const float d = replay(golden_names[i], compute);
    print_message("%-8s %-28s %.2g\n", table, golden_names[i], (double)d);
    assert_true(d <= TOLERANCE);
  }
}

static void plain_kernels_agree_with_pytorch(void** state) {
  (void)state;
  all_agree("plain");
}
static void generic_kernels_agree_with_pytorch(void** state) {
  (void)state;
  all_agree("generic");
}
static void avx_kernels_agree_with_pytorch(void** state) {
  (void)state;
  all_agree("avx");
}
static void avx2_kernels_agree_with_pytorch(void** state) {
  (void)state;
  all_agree("avx2");
}

static void openblas_agrees_with_pytorch(void** state) {
  (void)state;
#ifndef CIRCUMPLEX_NO_BLAS // scripts/aarch64.sh does not build it
  assert_non_null(compute_find("openblas"));
#endif
  all_agree("openblas");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(plain_kernels_agree_with_pytorch),
                                     cmocka_unit_test(generic_kernels_agree_with_pytorch),
                                     cmocka_unit_test(openblas_agrees_with_pytorch),
                                     cmocka_unit_test(avx_kernels_agree_with_pytorch),
                                     cmocka_unit_test(avx2_kernels_agree_with_pytorch)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
