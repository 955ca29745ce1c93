// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Two phases: a reading is the mean of two series of hops, 0.2 s apart.
#include "engine_rig.h"

#include <stdlib.h>
#include <string.h>

static const char name[] = "vae-attentive-cosine";

static float* field(Estimate* e, unsigned i) {
  float* const fields[] = {&e->valence,        &e->arousal,      &e->valence_spread,
                           &e->arousal_spread, &e->song_valence, &e->song_arousal};
  return fields[i];
}

#define FIELDS 6

/// Silence of 0.3 s, then music with a pause: the second series has only hops of the music.  After
/// the pause the first series' hop has 0.1 s of sound, the second's none.
static void a_reading_is_the_mean_of_two_phases(void** state) {
  (void)state;
  Model *one = rig_model(name), *two = rig_model_phases(name);
  size_t n, count, first_count, second_count;
  float* x = rig_music(RIG_RATE, 24.0, &n);
  const size_t late = (size_t)(0.3 * RIG_RATE);
  memset(x, 0, late * sizeof *x);
  memset(x + n / 3, 0, (size_t)(6.4 * RIG_RATE) * sizeof *x); // 8 s .. 14.4 s
  Estimate* both = rig_hear(two, RIG_RATE, x, n, 4096, &count);
  Estimate* first = rig_hear(one, RIG_RATE, x, n, 4096, &first_count);
  Estimate* second = rig_hear(one, RIG_RATE, x + late, n - late, 4096, &second_count);
  assert_int_equal(count, 48);
  assert_int_equal(first_count, 48);
  assert_int_equal(second_count, 47);
  double apart[FIELDS] = {0};
  unsigned alone = 0;
  for (size_t i = 0; i < count; ++i) {
    assert_int_equal(both[i].position, first[i].position);
    assert_int_equal(both[i].state, first[i].state);
    if (first[i].state == ENGINE_SILENT) continue;
    const bool has_second = i > 0 && second[i - 1].state != ENGINE_SILENT;
    alone += !has_second;
    for (unsigned f = 0; f < FIELDS; ++f) {
      const double a = (double)*field(&first[i], f);
      const double b = has_second ? (double)*field(&second[i - 1], f) : a;
      apart[f] += fabs(a - b);
      assert_near(*field(&both[i], f), 0.5 * (a + b), has_second ? 1e-4 : 0.0);
    }
    assert_int_equal(both[i].n_attention, first[i].n_attention);
    assert_near(both[i].confidence, first[i].confidence, 0.0);
    assert_near(both[i].cues[CUE_MODE], first[i].cues[CUE_MODE], 0.0);
  }
  assert_int_equal(alone, 2);
  assert_int_equal(first[28].state, ENGINE_SETTLING); // 14.5 s
  assert_int_equal(second[27].state, ENGINE_SILENT);
  for (unsigned f = 0; f < FIELDS; ++f) {
    print_message("apart %.5f\n", apart[f] / (double)count);
    assert_true(apart[f] / (double)count > 0.0003);
  }
  free(both), free(first), free(second), free(x);
  model_unref(one), model_unref(two);
}

static void any_split_gives_the_same_bits(void** state) {
  (void)state;
  Model* model = rig_model_phases(name);
  size_t n, count, other;
  float* x = rig_music(RIG_RATE, 9.0, &n);
  memset(x + n / 3, 0, n / 3 * sizeof *x); // both series get the silence and the sound after it
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

static void a_model_with_one_phase_can_be_replaced_by_one_with_two(void** state) {
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
    ModelRunner* runner = model_runner_new(engine, k ? one : two, error, sizeof error);
    assert_non_null(runner);
    engine_change_model(engine, runner);
    held = rig_push(engine, x + n / 4, n - n / 4, 1000, e, held, 60);
    assert_ptr_equal(engine_model(engine), k ? one : two);
    for (size_t i = 0; i < held; ++i)
      assert_true(rig_finite(&e[i]));
    model_runner_free(engine_collect_runner(engine));
    engine_free(engine);
    free(e), free(x);
  }
  model_unref(one), model_unref(two);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_reading_is_the_mean_of_two_phases),
      cmocka_unit_test(any_split_gives_the_same_bits),
      cmocka_unit_test(a_model_with_one_phase_can_be_replaced_by_one_with_two),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
