// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// An engine's state, copied into another engine, continues there bit for bit; and an engine that
/// reads slice by slice gives the same readings as one that reads all at once.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inference/engine.h"

#include <stdlib.h>
#include <string.h>

#define RATE 16000.0
#define PART 1021 ///< bytes copied at a time: does not divide any size
#define GOLDEN CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/"

// The default model has two phases and a detector of new pieces.
static const char* const models[] = {GOLDEN "vae-attentive.safetensors",
                                     GOLDEN "none-lstm.safetensors", GOLDEN "linear.safetensors",
                                     CIRCUMPLEX_SOURCE_DIR "/models/default.safetensors"};

static float noise(uint32_t* random, size_t i) {
  *random = *random * 1664525U + 1013904223U;
  return ((float)(*random >> 8) / 8388608.0f - 1.0f) * (i % 8000 < 900 ? 0.4f : 0.02f);
}

static void fill(float* left, float* right, size_t n, size_t at) {
  uint32_t random = (uint32_t)at + 1;
  for (size_t i = 0; i < n; ++i) {
    left[i] = noise(&random, at + i);
    right[i] = 0.5f * left[i] + noise(&random, at + i + 300);
  }
}

static Engine* open_engine(const char* path) {
  char error[256] = "";
  Model* model = model_open(path, error, sizeof error);
  if (!model) fail_msg("%s", error);
  Engine* engine = engine_new(model, RATE, error, sizeof error);
  assert_non_null(engine);
  model_unref(model);
  return engine;
}

static void copy_state(Engine* to, Engine* from) {
  const size_t size = engine_state_size(from);
  unsigned char* bytes = malloc(size);
  assert_non_null(bytes);
  engine_load_begin(to, engine_taken_over(from));
  for (int direction = STATE_SAVE; direction <= STATE_LOAD; ++direction)
    for (size_t at = 0; at < size; at += PART) {
      StateCopy copy = {(StateDirection)direction, bytes, at, at + PART, 0};
      engine_state(direction == STATE_SAVE ? from : to, &copy);
      assert_int_equal(copy.at, size);
    }
  free(bytes);
}

static void assert_same(const Estimate* a, const Estimate* b) {
  assert_int_equal(a->position, b->position);
  assert_int_equal(a->state, b->state);
  assert_true(a->valence == b->valence && a->arousal == b->arousal);
  assert_true(a->valence_spread == b->valence_spread && a->confidence == b->confidence);
  assert_true(a->song_valence == b->song_valence && a->song_arousal == b->song_arousal);
  assert_true(a->loudness == b->loudness && a->attention_age == b->attention_age);
  assert_memory_equal(a->cues, b->cues, sizeof a->cues);
  assert_memory_equal(a->attention, b->attention, sizeof a->attention);
  assert_memory_equal(&a->contributions, &b->contributions, sizeof a->contributions);
}

static void a_copied_state_continues_bit_for_bit(void** state) {
  (void)state;
  enum { BLOCK = 1777 };
  float left[BLOCK], right[BLOCK];
  for (size_t m = 0; m < sizeof models / sizeof *models; ++m) {
    Engine* whole = open_engine(models[m]);
    Engine* part[2] = {open_engine(models[m]), open_engine(models[m])};
    engine_set_gate(whole, -50.0f);
    engine_set_gate(part[0], -50.0f);
    engine_explain(whole, true);
    engine_explain(part[0], true);
    unsigned now = 0, estimates = 0;
    for (size_t block = 0; block < 120; ++block) {
      Estimate a, b;
      fill(left, right, BLOCK, block * BLOCK);
      if (block % 3 == 2) {                           // in the middle of frames and hops
        for (unsigned i = 0; i < 5 && block % 2; ++i) // the other one has had other sound
          engine_push(part[1 - now], right, left, BLOCK);
        copy_state(part[1 - now], part[now]);
        assert_false(engine_pop(part[1 - now], &b)); // and its state is replaced
        now = 1 - now;
      }
      if (block >= 50 && block < 80) // silence, in which the whole piece's values are kept
        memset(left, 0, sizeof left), memset(right, 0, sizeof right);
      assert_int_equal(engine_push(whole, left, right, BLOCK), BLOCK);
      assert_int_equal(engine_push(part[now], left, right, BLOCK), BLOCK);
      while (engine_pop(whole, &a)) {
        assert_true(engine_pop(part[now], &b));
        assert_same(&a, &b);
        ++estimates;
      }
      assert_false(engine_pop(part[now], &b));
    }
    assert_true(estimates > 20);
    engine_free(whole);
    engine_free(part[0]);
    engine_free(part[1]);
  }
}

/// A change to a model with the same features, or with others; with a gate below the sound, or
/// above it.
static void copy_a_change(const char* path, float gate, bool sounds) {
  enum { HOP = (int)RATE / 2 };
  static float left[HOP], right[HOP];
  char error[256] = "";
  Engine* engines[3] = {open_engine(models[0]), open_engine(models[0]), open_engine(models[0])};
  Model* other = model_open(path, error, sizeof error);
  assert_non_null(other);
  unsigned now = 1;
  engine_set_gate(engines[0], gate);
  engine_set_gate(engines[1], gate);
  for (unsigned hop = 0; hop < 40; ++hop) {
    Estimate a, b;
    if (hop == 5)
      for (unsigned i = 0; i < 3; ++i)
        engine_change_model(engines[i], model_runner_new(engines[i], other, error, sizeof error));
    if (hop > 0 && hop % 4 == 0) {
      copy_state(engines[3 - now], engines[now]);
      now = 3 - now;
    }
    fill(left, right, HOP, hop * HOP);
    engine_push(engines[0], left, right, HOP);
    engine_push(engines[now], left, right, HOP);
    assert_true(engine_pop(engines[0], &a) && engine_pop(engines[now], &b));
    assert_same(&a, &b);
    assert_int_equal(a.state != ENGINE_SILENT, sounds);
  }
  assert_int_equal(engine_taken_over(engines[0]), 1);
  assert_int_equal(engine_taken_over(engines[now]), 1);
  assert_ptr_equal(engine_model(engines[now]), other);
  for (unsigned i = 0; i < 3; ++i) {
    for (ModelRunner* old; (old = engine_collect_runner(engines[i]));)
      model_runner_free(old);
    engine_free(engines[i]);
  }
  model_unref(other);
}

static void a_model_change_is_copied_too(void** state) {
  (void)state;
  copy_a_change(models[1], -60.0f, true);
  copy_a_change(models[3], -55.0f, true);
  copy_a_change(models[3], -5.0f, false);
}

static void slices_give_the_same_reading(void** state) {
  (void)state;
  enum { HOP = (int)RATE / 2 };
  static float left[HOP], right[HOP];
  Engine* whole = open_engine(models[0]);
  Engine* sliced = open_engine(models[0]);
  engine_explain(whole, true);
  engine_explain(sliced, true);
  for (unsigned hop = 0; hop < 20; ++hop) {
    Estimate a, b;
    fill(left, right, HOP, hop * HOP);
    engine_push(whole, left, right, HOP);
    unsigned slices = 0;
    for (size_t at = 0; at < HOP || engine_busy(sliced); ++slices) {
      assert_false(engine_pop(sliced, &b));
      assert_true(engine_next_cost(sliced) > 0.0f);
      const size_t rest = engine_frame_rest(sliced);
      const size_t taken = engine_advance(sliced, left + at, right + at, HOP - at);
      assert_true(taken <= rest);
      at += taken;
    }
    assert_true(slices >= 25 + 5 + FRONTEND_HOP_PARTS);
    assert_true(engine_pop(whole, &a) && engine_pop(sliced, &b));
    assert_same(&a, &b);
  }
  engine_free(whole);
  engine_free(sliced);
}

/// Explanations are turned on or off between any two slices of a hop: the hop is explained
/// completely, as if they had been on before it, or not at all.
static void a_hop_is_explained_as_a_whole_or_not_at_all(void** state) {
  (void)state;
  enum { HOP = (int)RATE / 2, HOPS = 3 };
  static float left[HOP], right[HOP];
  static const NetContributions none;
  NetContributions expected = none;
  unsigned explained[2] = {0};
  for (int at = -1; at < 140; ++at) { // slices of the last hop before the change; at first none
    const bool before = at % 2;
    Engine* engine = open_engine(models[2]);
    Estimate e;
    for (unsigned hop = 0; hop < HOPS; ++hop) {
      int slices = 0;
      engine_explain(engine, before || at < 0);
      fill(left, right, HOP, hop * HOP);
      for (size_t used = 0; used < HOP || engine_busy(engine); ++slices) {
        if (slices == at / 2 && hop == HOPS - 1 && at >= 0) engine_explain(engine, !before);
        used += engine_advance(engine, left + used, right + used, HOP - used);
      }
      assert_true(engine_pop(engine, &e));
    }
    if (at < 0) expected = e.contributions;
    assert_memory_equal(&e.contributions, e.has_contributions ? &expected : &none, sizeof none);
    ++explained[before == e.has_contributions];
    engine_free(engine);
  }
  assert_true(memcmp(&expected, &none, sizeof none) != 0);
  assert_true(explained[0] > 5 && explained[1] > 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_copied_state_continues_bit_for_bit),
                                     cmocka_unit_test(a_model_change_is_copied_too),
                                     cmocka_unit_test(slices_give_the_same_reading),
                                     cmocka_unit_test(a_hop_is_explained_as_a_whole_or_not_at_all)};
  return cmocka_run_group_tests_name("engine state", tests, NULL, NULL);
}
