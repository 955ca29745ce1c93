// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A new piece resets the net, a quiet passage is not a new piece, and a burst has no lasting
/// effect.
#include "engine_rig.h"
#include "inference/net_runner.h"

#include <stdlib.h>
#include <string.h>

#define SECONDS 26.0 // of the first piece
#define CUT ((size_t)(2.0 * SECONDS))

/// Plucks and clicks, then a hiss with a slow beat; a share of the second is silence first.
static float* two_pieces(double gap, size_t* n, size_t* cut) {
  size_t first, second;
  float* a = rig_music(RIG_RATE, SECONDS, &first);
  float* b = rig_music(RIG_RATE, 20.0, &second);
  memset(b, 0, second * sizeof *b);
  signal_pink(b, second, RIG_RATE, 0.05f, 9);
  for (size_t i = second - 1; i > 0; --i) // its difference: 6 dB an octave brighter
    b[i] = (float)(0.7 + 0.3 * sin(6.28 * 0.9 * (double)i / RIG_RATE)) * (b[i] - b[i - 1]);
  const size_t silence = (size_t)(gap * RIG_RATE);
  *cut = first + silence;
  *n = *cut + second;
  float* x = signal_new(*n);
  memcpy(x, a, first * sizeof *x);
  memcpy(x + *cut, b, second * sizeof *x);
  free(a), free(b);
  return x;
}

static void after_a_cut_the_reading_starts_again(void** state) {
  (void)state;
  Model* model = rig_model("none-attentive-cosine");
  for (int k = 0; k < 2; ++k) {
    size_t n, cut, count, cold_count;
    const double gap = 0.5 * k;
    float* x = two_pieces(gap, &n, &cut);
    Estimate* warm = rig_hear(model, RIG_RATE, x, n, 4096, &count);
    Estimate* cold = rig_hear(model, RIG_RATE, x + cut, n - cut, 4096, &cold_count);
    const size_t before = count - cold_count;
    size_t restart = 0;
    for (size_t i = 1; i < count; ++i)
      if (warm[i].n_attention < warm[i - 1].n_attention) {
        assert_int_equal(restart, 0);
        restart = i;
      }
    assert_in_range(restart, before + 1, before + 6);
    assert_in_range(warm[restart].n_attention, 2, 6);
    assert_near(warm[restart].settled, warm[restart].n_attention / 16.0, 1e-6);
    assert_int_equal(warm[restart].state, ENGINE_SETTLING);
    assert_int_equal(warm[restart - 1].state, ENGINE_LIVE);
    for (size_t i = before + 10; i < count; ++i) {
      const double near = i < before + 32 ? 0.3 : 0.1; // 5 s, 16 s
      assert_near(warm[i].valence, cold[i - before].valence, near);
      assert_near(warm[i].arousal, cold[i - before].arousal, near);
    }
    // The whole piece's values are those of the second piece alone.
    assert_near(warm[count - 1].song_valence, cold[cold_count - 1].song_valence, 0.1);
    free(warm), free(cold), free(x);
  }
  model_unref(model);
}

/// A model that was added before the cut and takes over after it reads the new piece like one that
/// was there from the beginning: without the piece before.
static void an_incoming_model_gets_the_new_piece_too(void** state) {
  (void)state;
  static const char name[] = "none-attentive-cosine";
  Model* old = rig_model(name);
  for (int k = 0; k < 2; ++k) { // with the same features as the old model, and with others
    Model* new =
        k ? rig_model_9k(name) : rig_model_changed(name, "random weights", "other weights");
    size_t n, cut, count, held = 0;
    float* x = two_pieces(0.0, &n, &cut);
    Estimate* always = rig_hear(new, RIG_RATE, x, n, 4096, &count);
    Estimate* e = calloc(count, sizeof *e);
    assert_non_null(e);
    Engine* engine = rig_engine(old, RIG_RATE);
    const size_t begun = (size_t)((SECONDS - 4.0) * RIG_RATE);
    char error[200];
    held = rig_push(engine, x, begun, 4096, e, held, count);
    engine_change_model(engine, model_runner_new(engine, new, error, sizeof error));
    held = rig_push(engine, x + begun, n - begun, 4096, e, held, count);
    assert_int_equal(held, count);
    assert_ptr_equal(engine_model(engine), new);
    for (size_t i = count - 10; i < count; ++i) {
      assert_int_equal(e[i].n_attention, always[i].n_attention);
      assert_near(e[i].valence, always[i].valence, 0.01);
      assert_near(e[i].arousal, always[i].arousal, 0.01);
      assert_near(e[i].song_valence, always[i].song_valence, 0.01);
    }
    model_runner_free(engine_collect_runner(engine));
    engine_free(engine);
    free(e), free(always), free(x);
    model_unref(new);
  }
  model_unref(old);
}

static void a_quiet_passage_is_not_a_new_piece(void** state) {
  (void)state;
  Model* model = rig_model("none-attentive-cosine");
  size_t n, count;
  float* x = rig_music(RIG_RATE, 30.0, &n);
  for (size_t i = (size_t)(12 * RIG_RATE); i < (size_t)(20 * RIG_RATE); ++i)
    x[i] *= 0.18f;
  Estimate* e = rig_hear(model, RIG_RATE, x, n, 4096, &count);
  assert_int_equal(count, 60);
  for (size_t i = 0; i < count; ++i)
    assert_int_equal(e[i].n_attention, i + 1);
  assert_true(e[38].cues[CUE_LOUDNESS_MOMENTARY] <
              e[22].cues[CUE_LOUDNESS_MOMENTARY] - 9.0f); // it was quiet, and its loudness is low
  free(e), free(x);
  model_unref(model);
}

static void a_second_of_feedback_is_not_a_new_piece(void** state) {
  (void)state;
  Model* model = rig_model("none-attentive-cosine");
  size_t n, count;
  float* x = rig_music(RIG_RATE, 22.0, &n);
  for (size_t i = (size_t)(14.2 * RIG_RATE); i < (size_t)(15.2 * RIG_RATE); ++i)
    x[i] += (float)(3.0 * sin(6.2831853 * 2500.0 * (double)i / RIG_RATE));
  Estimate* e = rig_hear(model, RIG_RATE, x, n, 4096, &count);
  assert_int_equal(count, 44);
  for (size_t i = 0; i < count; ++i)
    assert_int_equal(e[i].n_attention, i + 1);
  free(e), free(x);
  model_unref(model);
}

/// Feedback over music: readings as without it, and low confidence while it may have an effect.
static void nothing_loud_moves_the_reading(Model* model) {
  size_t n, count;
  float* x = rig_music(RIG_RATE, 22.0, &n);
  Estimate* plain = rig_hear(model, RIG_RATE, x, n, 4096, &count);
  for (size_t i = (size_t)(14.2 * RIG_RATE); i < (size_t)(15.2 * RIG_RATE); ++i)
    x[i] += (float)(10.0 * sin(6.2831853 * 2500.0 * (double)i / RIG_RATE));
  Estimate* e = rig_hear(model, RIG_RATE, x, n, 4096, &count);
  for (size_t i = 28; i < count; ++i) { // in hops 28 to 30
    const double most = i <= 30 ? 0.0 : fmin(1.0, (double)(i - 30) / NET_RUNNER_DOUBT_HOPS);
    assert_true((double)e[i].confidence <= most);
    assert_near(e[i].valence, plain[i].valence, 0.05);
    assert_near(e[i].arousal, plain[i].arousal, 0.05);
  }
  assert_near(e[count - 1].confidence, plain[count - 1].confidence, 0.05);
  free(e), free(plain), free(x);
}

static void a_second_of_feedback_is_not_read(void** state) {
  (void)state;
  Model* model = rig_model("none-attentive-cosine");
  nothing_loud_moves_the_reading(model);
  model_unref(model);
  model = rig_model_phases("none-attentive-cosine");
  nothing_loud_moves_the_reading(model);
  model_unref(model);
}

/// \return mean confidence of 6 s after the first 4
static double confidence_at(Model* model, double rate) {
  size_t n, count;
  float* x = rig_music(rate, 10.0, &n);
  Estimate* e = rig_hear(model, rate, x, n, 4096, &count);
  double sum = 0.0;
  for (size_t i = 8; i < 20; ++i)
    sum += (double)e[i].confidence / 12.0;
  free(e), free(x);
  return sum;
}

static void missing_bands_cost_confidence(void** state) {
  (void)state;
  // Without its description, a model with confidence 1 that reads 1, of which the sign is sure.
  Model* model =
      rig_model_changed("none-lstm",
                        "\\\"description\\\": \\\"random weights\\\", "
                        "\\\"licence\\\": \\\"CC0-1.0\\\"",
                        "\\\"calibration\\\":{\\\"valence\\\":[0,1],\\\"arousal\\\":[0,1]}");
  assert_true(confidence_at(model, 44100.0) > 0.95);
  const double less = confidence_at(model, 16000.0);
  assert_true(less > 0.76 && less < 0.9); // half an octave
  assert_near(confidence_at(model, 8000.0), 0.75, 1e-6);
  model_unref(model);
}

static void a_restart_is_the_same_for_any_split(void** state) {
  (void)state;
  Model* model = rig_model("none-attentive-cosine");
  size_t n, cut, count, other;
  float* x = two_pieces(0.0, &n, &cut);
  Estimate* whole = rig_hear(model, RIG_RATE, x, n, 8192, &count);
  Estimate* split = rig_hear(model, RIG_RATE, x, n, 0, &other);
  assert_int_equal(count, other);
  for (size_t i = 0; i < count; ++i)
    assert_true(rig_same(&whole[i], &split[i]));
  free(whole), free(split), free(x);
  model_unref(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(after_a_cut_the_reading_starts_again),
      cmocka_unit_test(an_incoming_model_gets_the_new_piece_too),
      cmocka_unit_test(a_quiet_passage_is_not_a_new_piece),
      cmocka_unit_test(a_second_of_feedback_is_not_a_new_piece),
      cmocka_unit_test(a_second_of_feedback_is_not_read),
      cmocka_unit_test(missing_bands_cost_confidence),
      cmocka_unit_test(a_restart_is_the_same_for_any_split),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
