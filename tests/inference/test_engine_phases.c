// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Two phases: what is read is the mean of two grids of hops, 0.2 s apart.
#include "engine_rig.h"

#include <stdlib.h>
#include <string.h>

static const char name[] = "vae-attentive-cosine";

/// The second grid's hops are those of the sound without its first 0.3 s.
static void a_reading_is_the_mean_of_two_grids(void** state) {
  (void)state;
  Model *one = rig_model(name), *two = rig_model_phases(name);
  size_t n, count, first_count, second_count;
  float* x = rig_music(RIG_RATE, 20.0, &n);
  const size_t late = (size_t)(0.3 * RIG_RATE);
  Estimate* both = rig_hear(two, RIG_RATE, x, n, 4096, &count);
  Estimate* first = rig_hear(one, RIG_RATE, x, n, 4096, &first_count);
  Estimate* second = rig_hear(one, RIG_RATE, x + late, n - late, 4096, &second_count);
  assert_int_equal(count, 40);
  assert_int_equal(first_count, 40);
  assert_int_equal(second_count, 39);
  assert_near(both[0].valence, first[0].valence, 0.0); // there is no other yet
  double apart = 0.0, off = 0.0;
  for (size_t i = 8; i < count; ++i) {
    const double a = (double)first[i].valence, b = (double)second[i - 1].valence;
    apart += fabs(a - b);
    off += fabs((double)both[i].valence - 0.5 * (a + b));
    assert_int_equal(both[i].position, first[i].position);
    assert_int_equal(both[i].n_attention, first[i].n_attention);
    assert_near(both[i].confidence, first[i].confidence, 0.0);
    assert_near(both[i].cues[CUE_MODE], first[i].cues[CUE_MODE], 0.0);
  }
  print_message("apart %.4f, off %.4f\n", apart / 32.0, off / 32.0);
  assert_true(apart / 32.0 > 0.0005);
  assert_true(off < 0.25 * apart);
  free(both), free(first), free(second), free(x);
  model_unref(one), model_unref(two);
}

static void any_split_gives_the_same_bits(void** state) {
  (void)state;
  Model* model = rig_model_phases(name);
  size_t n, count, other;
  float* x = rig_music(RIG_RATE, 9.0, &n);
  memset(x + n / 3, 0, n / 3 * sizeof *x); // both grids hear it go silent and come back
  Estimate* whole = rig_hear(model, RIG_RATE, x, n, 8192, &count);
  static const size_t blocks[] = {64, 441, 0};
  for (size_t b = 0; b < sizeof blocks / sizeof *blocks; ++b) {
    Estimate* split = rig_hear(model, RIG_RATE, x, n, blocks[b], &other);
    assert_int_equal(count, other);
    for (size_t i = 0; i < count; ++i) {
      assert_true(rig_same(&whole[i], &split[i]));
      assert_true(rig_finite(&whole[i]));
    }
    free(split);
  }
  assert_int_equal(whole[9].state, ENGINE_SILENT);
  assert_int_equal(whole[count - 1].state, ENGINE_SETTLING);
  free(whole), free(x);
  model_unref(model);
}

static void a_model_of_one_phase_gives_way_to_one_of_two(void** state) {
  (void)state;
  Model *one = rig_model(name), *two = rig_model_phases(name);
  for (int k = 0; k < 2; ++k) {
    Engine* engine = rig_engine(k ? two : one, RIG_RATE);
    size_t n;
    float* x = rig_music(RIG_RATE, 24.0, &n);
    Estimate* e = calloc(60, sizeof *e);
    assert_non_null(e);
    size_t held = rig_push(engine, x, n / 4, 1000, e, 0, 60);
    char error[200] = "";
    EngineSwap* swap = engine_swap_new(engine, k ? one : two, error, sizeof error);
    assert_non_null(swap);
    engine_swap_begin(engine, swap);
    held = rig_push(engine, x + n / 4, n - n / 4, 1000, e, held, 60);
    assert_ptr_equal(engine_model(engine), k ? one : two);
    for (size_t i = 0; i < held; ++i)
      assert_true(rig_finite(&e[i]));
    engine_swap_free(engine_swap_collect(engine));
    engine_free(engine);
    free(e), free(x);
  }
  model_unref(one), model_unref(two);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_reading_is_the_mean_of_two_grids),
      cmocka_unit_test(any_split_gives_the_same_bits),
      cmocka_unit_test(a_model_of_one_phase_gives_way_to_one_of_two),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
