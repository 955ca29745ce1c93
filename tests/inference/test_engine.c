// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine_rig.h"

#include <stdlib.h>
#include <string.h>

static void any_split_gives_the_same_bits(void** state) {
  (void)state;
  static const char* const names[] = {"vae-attentive", "ae-transformer"};
  static const size_t blocks[] = {1, 7, 64, 441, 0};
  size_t n, count, other;
  float* x = rig_music(RIG_RATE, 6.2, &n);
  for (size_t m = 0; m < 2; ++m) {
    Model* model = rig_model(names[m]);
    Estimate* whole = rig_hear(model, RIG_RATE, x, n, 8192, &count);
    assert_int_equal(count, 12);
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; ++b) {
      Estimate* pieces = rig_hear(model, RIG_RATE, x, n, blocks[b], &other);
      assert_int_equal(other, count);
      for (size_t i = 0; i < count; ++i)
        assert_true(rig_same(&whole[i], &pieces[i]));
      free(pieces);
    }
    assert_true(whole[3].valence != whole[9].valence); // readings differ in time
    free(whole);
    model_unref(model);
  }
  free(x);
}

static void positions_and_readings_are_in_their_ranges(void** state) {
  (void)state;
  static const double rates[] = {8000, 11025, 44100, 192000};
  Model* model = rig_model("vae-attentive");
  for (size_t r = 0; r < 4; ++r) {
    size_t n, count;
    float* x = rig_music(rates[r], 4.0, &n);
    Estimate* e = rig_hear(model, rates[r], x, n, 1024, &count);
    assert_int_equal(count, 8);
    for (size_t i = 0; i < count; ++i) {
      assert_int_equal(e[i].position, (uint64_t)floor(0.5 * (double)(i + 1) * rates[r] + 0.5));
      assert_true(rig_finite(&e[i]));
      assert_true(fabsf(e[i].valence) <= 1.0f && fabsf(e[i].arousal) <= 1.0f);
      assert_true(e[i].valence_spread > 0.0f && e[i].arousal_spread > 0.0f);
      assert_true(e[i].confidence >= 0.0f && e[i].confidence <= 1.0f);
      assert_int_equal(e[i].n_attention,
                       i + 1 < model_info(model)->window ? i + 1 : model_info(model)->window);
      double sum = 0.0, age = 0.0;
      for (unsigned k = 0; k < e[i].n_attention; ++k) {
        sum += (double)e[i].attention[k];
        age += (double)e[i].attention[k] * 0.5 * (e[i].n_attention - 1 - k);
      }
      assert_near(sum, 1.0, 1e-5);
      assert_near(e[i].attention_age, age, 1e-4);
    }
    free(e);
    free(x);
  }
  model_unref(model);
}

static void gain_changes_no_reading(void** state) {
  (void)state;
  static const double gains_db[] = {-12, -5, 12};
  Model* model = rig_model("vae-attentive");
  size_t n, count, other;
  float* x = rig_music(RIG_RATE, 14.0, &n);
  float* y = signal_new(n);
  Estimate* reference = rig_hear(model, RIG_RATE, x, n, 4096, &count);
  for (size_t g = 0; g < 3; ++g) {
    memcpy(y, x, n * sizeof *y);
    signal_scale(y, n, (float)pow(10.0, gains_db[g] / 20.0));
    Estimate* e = rig_hear(model, RIG_RATE, y, n, 4096, &other);
    assert_int_equal(other, count);
    for (size_t i = 0; i < count; ++i) {
      assert_near(e[i].valence, reference[i].valence, 1e-3);
      assert_near(e[i].arousal, reference[i].arousal, 1e-3);
      assert_near(e[i].loudness - reference[i].loudness, gains_db[g], 1e-2);
      assert_int_equal(e[i].state, reference[i].state);
    }
    free(e);
  }
  free(reference);
  free(y);
  free(x);
  model_unref(model);
}

static void the_rate_changes_no_reading(void** state) {
  (void)state;
  static const double rates[] = {22050, 44100, 88200, 96000, 192000};
  static const char* const names[] = {"vae-attentive", "linear"};
  const double seconds = 6.0;
  for (size_t m = 0; m < 2; ++m) {
    Model* model = rig_model(names[m]);
    size_t n = (size_t)(seconds * 48000.0), count, other;
    float* x = signal_new(n);
    signal_plucks(x, n, 48000.0, 0.1);
    Estimate* reference = rig_hear(model, 48000.0, x, n, 4096, &count);
    free(x);
    for (size_t r = 0; r < sizeof rates / sizeof *rates; ++r) {
      n = (size_t)(seconds * rates[r]);
      x = signal_new(n);
      signal_plucks(x, n, rates[r], 0.1);
      Estimate* e = rig_hear(model, rates[r], x, n, 4096, &other);
      assert_int_equal(other, count);
      double valence = 0.0, arousal = 0.0;
      for (size_t i = 0; i < count; ++i) {
        valence += fabs((double)(e[i].valence - reference[i].valence));
        arousal += fabs((double)(e[i].arousal - reference[i].arousal));
      }
      assert_below(valence / (double)count, 0.02);
      assert_below(arousal / (double)count, 0.02);
      free(e);
      free(x);
    }
    free(reference);
    model_unref(model);
  }
}

static void silence_is_a_state_with_finite_numbers(void** state) {
  (void)state;
  Model* model = rig_model("vae-attentive");
  static const float levels[] = {0.0f, 1e-40f, 1e-5f};
  for (size_t l = 0; l < 3; ++l) {
    size_t count;
    const size_t n = (size_t)(3.0 * RIG_RATE);
    float* x = signal_new(n);
    signal_noise(x, n, levels[l], 5);
    Estimate* e = rig_hear(model, RIG_RATE, x, n, 512, &count);
    assert_int_equal(count, 6);
    for (size_t i = 0; i < count; ++i) {
      assert_int_equal(e[i].state, ENGINE_SILENT);
      assert_true(rig_finite(&e[i]));
      assert_near(e[i].settled, 0.0, 0.0);
      assert_near(e[i].valence, 0.0, 0.0);
      assert_near(e[i].arousal, 0.0, 0.0);
      assert_int_equal(e[i].n_attention, 0);
      assert_below(e[i].loudness, -90.0);
    }
    free(e);
    free(x);
  }
  model_unref(model);
}

static void it_settles_in_8_seconds_and_again_after_a_long_silence(void** state) {
  (void)state;
  Model* model = rig_model("vae-lstm");
  Engine* engine = rig_engine(model, RIG_RATE);
  size_t n;
  float* x = rig_music(RIG_RATE, 10.0, &n);
  float* nothing = signal_new(n);
  Estimate e[80];
  size_t held = rig_push(engine, x, n, 1000, e, 0, 80);
  assert_int_equal(held, 20);
  for (size_t i = 0; i < held; ++i) {
    assert_int_equal(e[i].state, i + 1 < ENGINE_SETTLING_HOPS ? ENGINE_SETTLING : ENGINE_LIVE);
    assert_near(e[i].settled, fmin(1.0, (double)(i + 1) / ENGINE_SETTLING_HOPS), 1e-6);
  }
  // 1.5 s are a pause (its first hop still contains the last 20 ms), 4 s the end of the piece.
  held = rig_push(engine, nothing, (size_t)(1.5 * RIG_RATE), 1000, e, 0, 80);
  assert_int_equal(held, 3);
  assert_int_equal(e[2].state, ENGINE_SILENT);
  held = rig_push(engine, x, (size_t)RIG_RATE, 1000, e, 0, 80);
  assert_int_equal(e[1].state, ENGINE_LIVE);
  const float song = e[1].song_valence, song_arousal = e[1].song_arousal;
  held = rig_push(engine, nothing, (size_t)(4.0 * RIG_RATE), 1000, e, 0, 80);
  assert_int_equal(held, 8);
  assert_int_equal(e[7].state, ENGINE_SILENT);
  assert_true(e[7].song_valence != 0.0f); // the whole piece's values are still there
  assert_near(e[7].song_valence, song, 0.2);
  assert_true(e[7].song_arousal != 0.0f);
  assert_near(e[7].song_arousal, song_arousal, 0.2);
  held = rig_push(engine, x, n, 1000, e, 0, 80);
  assert_int_equal(e[0].state, ENGINE_SETTLING);
  assert_near(e[0].settled, 1.0 / ENGINE_SETTLING_HOPS, 1e-6);
  assert_int_equal(e[held - 1].state, ENGINE_LIVE);
  free(nothing);
  free(x);
  engine_free(engine);
  model_unref(model);
}

static void a_reset_engine_is_as_new(void** state) {
  (void)state;
  Model* model = rig_model("vae-attentive");
  size_t n, count;
  float* x = rig_music(RIG_RATE, 5.0, &n);
  Estimate* fresh = rig_hear(model, RIG_RATE, x, n, 4096, &count);
  Engine* engine = rig_engine(model, RIG_RATE);
  Estimate again[20];
  rig_push(engine, x + 12345, n - 12345, 777, again, 0, 20);
  engine_push(engine, x, NULL, 30000); // and one is left in the queue
  engine_reset(engine);
  assert_false(engine_pop(engine, &again[0]));
  assert_int_equal(rig_push(engine, x, n, 4096, again, 0, 20), count);
  for (size_t i = 0; i < count; ++i)
    assert_true(rig_same(&fresh[i], &again[i]));
  engine_reset(engine); // nor does silence keep the song before
  float* silence = signal_new(n);
  assert_int_equal(rig_push(engine, silence, n, 4096, again, 0, 20), count);
  for (size_t i = 0; i < count; ++i)
    assert_true(again[i].song_valence == 0.0f && again[i].song_arousal == 0.0f);
  free(silence);
  engine_free(engine);
  free(fresh);
  free(x);
  model_unref(model);
}

static void a_full_queue_makes_push_return_early_and_loses_nothing(void** state) {
  (void)state;
  Model* model = rig_model("vae-attentive");
  size_t n, count;
  float* x = rig_music(RIG_RATE, 7.0, &n);
  Estimate* all = rig_hear(model, RIG_RATE, x, n, 4096, &count);
  assert_int_equal(count, 14);
  Engine* engine = rig_engine(model, RIG_RATE);
  const size_t used = engine_push(engine, x, NULL, n);
  assert_int_equal(used, all[ENGINE_MAX_ESTIMATES - 1].position);
  assert_int_equal(engine_push(engine, x + used, NULL, n - used), 0);
  assert_int_equal(engine_advance(engine, x + used, NULL, n - used), 0);
  Estimate e;
  assert_true(engine_pop(engine, &e));
  assert_true(rig_same(&e, &all[0]));
  const size_t more = engine_push(engine, x + used, NULL, n - used);
  assert_int_equal(used + more, all[ENGINE_MAX_ESTIMATES].position);
  for (size_t i = 1; i <= ENGINE_MAX_ESTIMATES; ++i) {
    assert_true(engine_pop(engine, &e));
    assert_true(rig_same(&e, &all[i]));
  }
  assert_false(engine_pop(engine, &e));
  assert_int_equal(engine_push(engine, x + used + more, NULL, n - used - more), n - used - more);
  for (size_t i = ENGINE_MAX_ESTIMATES + 1; i < count; ++i) {
    assert_true(engine_pop(engine, &e));
    assert_true(rig_same(&e, &all[i]));
  }
  engine_free(engine);
  free(all);
  free(x);
  model_unref(model);
}

static void bursts_of_nan_count_as_zeros(void** state) {
  (void)state;
  Model* model = rig_model("vae-attentive");
  size_t n, count, other;
  float* zeros = rig_music(RIG_RATE, 6.0, &n);
  float* burst = signal_new(n);
  memcpy(burst, zeros, n * sizeof *burst);
  static const float bad[] = {NAN, INFINITY, -INFINITY};
  for (size_t i = 60000; i < 90000; ++i) {
    zeros[i] = 0.0f;
    burst[i] = bad[i % 3];
  }
  Estimate* expected = rig_hear(model, RIG_RATE, zeros, n, 4096, &count);
  Estimate* e = rig_hear(model, RIG_RATE, burst, n, 4096, &other);
  for (size_t i = 0; i < count; ++i) {
    assert_true(rig_finite(&e[i]));
    assert_true(rig_same(&e[i], &expected[i]));
  }
  free(e);
  free(expected);
  free(burst);
  free(zeros);
  model_unref(model);
}

static void explaining_changes_no_reading(void** state) {
  (void)state;
  Model* model = rig_model("vae-attentive");
  size_t n, count;
  float* x = rig_music(RIG_RATE, 4.0, &n);
  Estimate* plain = rig_hear(model, RIG_RATE, x, n, 4096, &count);
  Engine* engine = rig_engine(model, RIG_RATE);
  engine_explain(engine, true);
  Estimate e[10];
  assert_int_equal(rig_push(engine, x, n, 4096, e, 0, 10), count);
  for (size_t i = 0; i < count; ++i) {
    assert_false(plain[i].has_contributions);
    assert_true(e[i].has_contributions);
    double felt = 0.0;
    for (unsigned g = 0; g < CUE_GROUP_COUNT; ++g)
      felt +=
          fabs((double)e[i].contributions.valence[g]) + fabs((double)e[i].contributions.arousal[g]);
    assert_true(isfinite(felt) && felt > 0.0);
    e[i].has_contributions = false;
    assert_true(rig_same(&e[i], &plain[i]));
  }
  engine_free(engine);
  free(plain);
  free(x);
  model_unref(model);
}

static void envelope_and_cues_are_the_front_ends(void** state) {
  (void)state;
  Model* model = rig_model("vae-attentive");
  const FrontendSpec* spec = model_frontend(model);
  size_t n, count;
  float* x = rig_music(RIG_RATE, 3.0, &n);
  Estimate* e = rig_hear(model, RIG_RATE, x, n, 4096, &count);
  Frontend* fe = frontend_new(spec, RIG_RATE, NULL, 0);
  HopFeatures hops[6];
  assert_int_equal(signal_push(fe, x, n, 999, hops, 0, 6), count);
  for (size_t i = 0; i < count; ++i) {
    assert_memory_equal(e[i].cues, hops[i].cues, sizeof e[i].cues);
    assert_near(e[i].loudness, hops[i].loudness, 0.0);
    assert_near(e[i].loudness_short, hops[i].loudness_short, 0.0);
    for (unsigned b = 0; b < ENGINE_ENVELOPE; ++b) {
      double mean = 0.0;
      const unsigned first = b * spec->n_mel / ENGINE_ENVELOPE;
      const unsigned end = (b + 1) * spec->n_mel / ENGINE_ENVELOPE;
      for (unsigned f = 0; f < FRONTEND_FRAMES; ++f)
        for (unsigned m = first; m < end; ++m)
          mean += (double)hops[i].logmel[f * spec->n_mel + m] / (FRONTEND_FRAMES * (end - first));
      assert_near(e[i].envelope[b], mean, 1e-3);
    }
  }
  frontend_free(fe);
  free(e);
  free(x);
  model_unref(model);
}

static void the_gate_can_be_set(void** state) {
  (void)state;
  Model* model = rig_model("vae-lstm");
  const size_t n = (size_t)RIG_RATE;
  float* x = signal_new(n);
  signal_noise(x, n, 0.01f, 5); // about -45 LUFS
  for (int high = 0; high < 2; ++high) {
    Engine* engine = rig_engine(model, RIG_RATE);
    if (high) engine_set_gate(engine, -30.0f);
    Estimate e[4];
    assert_int_equal(rig_push(engine, x, n, 4096, e, 0, 4), 2);
    assert_int_equal(e[1].state, high ? ENGINE_SILENT : ENGINE_SETTLING);
    engine_free(engine);
  }
  free(x);
  model_unref(model);
}

static void impossible_rates_get_an_error_message(void** state) {
  (void)state;
  Model* model = rig_model("vae-lstm");
  static const double rates[] = {0.0, 4000.0, 384000.0, NAN};
  for (size_t i = 0; i < 4; ++i) {
    char error[200] = "";
    assert_null(engine_new(model, rates[i], error, sizeof error));
    assert_non_null(strstr(error, "sample rate"));
  }
  engine_free(NULL);
  model_runner_free(NULL);
  assert_string_equal(engine_state_name(ENGINE_SILENT), "silent");
  assert_string_equal(engine_state_name(ENGINE_SETTLING), "settling");
  assert_string_equal(engine_state_name(ENGINE_LIVE), "live");
  model_unref(model);
}

static void an_instance_is_small_and_the_weights_are_shared(void** state) {
  (void)state;
  Model* model = rig_model("vae-attentive");
  Model* again = rig_model("vae-attentive");
  assert_ptr_equal(model, again);
  Engine* a = rig_engine(model, 48000.0);
  Engine* b = rig_engine(again, 192000.0);
  assert_ptr_equal(engine_model(a), engine_model(b));
  assert_true(engine_state_size(a) < 1u << 20);
  assert_true(engine_state_size(b) < 1u << 20);
  engine_free(b);
  engine_free(a);
  model_unref(again);
  model_unref(model);
}

static void sound_after_a_silence_is_read_from_the_beginning(void** state) {
  (void)state;
  Model* model = rig_model("vae-attentive-cosine");
  size_t n, count;
  float* x = rig_music(RIG_RATE, 12.0, &n);
  memset(x + n / 3, 0, n / 3 * sizeof *x); // 4 s .. 8 s
  Estimate* e = rig_hear(model, RIG_RATE, x, n, 4096, &count);
  assert_int_equal(count, 24);
  assert_int_equal(e[7].n_attention, 8);
  assert_int_equal(e[15].state, ENGINE_SILENT);
  size_t last = 15;
  while (e[last].state == ENGINE_SILENT)
    --last;
  assert_true(e[last].song_valence != e[last].song_arousal);
  assert_near(e[15].song_valence, e[last].song_valence, 0.0); // the song so far
  assert_near(e[15].song_arousal, e[last].song_arousal, 0.0);
  for (size_t i = 16; i < count; ++i)
    assert_int_equal(e[i].n_attention, i - 15);
  free(e), free(x);
  model_unref(model);
}

static void a_calibrated_reading_stays_in_the_plane(void** state) {
  (void)state;
  Model* plain = rig_model("none-attentive-dot");
  Model* steep = rig_model_changed(
      "none-attentive-dot",
      "\\\"description\\\": \\\"random weights\\\", \\\"licence\\\": \\\"CC0-1.0\\\"",
      "\\\"calibration\\\":{\\\"valence\\\":[60,0],\\\"arousal\\\":[-9,3]}");
  size_t n, count, other, at_an_end = 0;
  float* x = rig_music(RIG_RATE, 6.0, &n);
  Estimate* usual = rig_hear(plain, RIG_RATE, x, n, 4096, &count);
  Estimate* calibrated = rig_hear(steep, RIG_RATE, x, n, 4096, &other);
  assert_int_equal(count, other);
  for (size_t i = 0; i < count; ++i) {
    const double valence = 60.0 * (double)usual[i].valence;
    const double arousal = 3.0 - 9.0 * (double)usual[i].arousal;
    assert_near(calibrated[i].valence, fmax(-1.0, fmin(1.0, valence)), 1e-4);
    assert_near(calibrated[i].arousal, fmax(-1.0, fmin(1.0, arousal)), 1e-4);
    at_an_end += fabs(valence) > 1.0 && fabs(arousal) > 1.0;
  }
  assert_true(at_an_end > 3);
  free(usual), free(calibrated), free(x);
  model_unref(plain), model_unref(steep);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_split_gives_the_same_bits),
      cmocka_unit_test(positions_and_readings_are_in_their_ranges),
      cmocka_unit_test(gain_changes_no_reading),
      cmocka_unit_test(the_rate_changes_no_reading),
      cmocka_unit_test(silence_is_a_state_with_finite_numbers),
      cmocka_unit_test(it_settles_in_8_seconds_and_again_after_a_long_silence),
      cmocka_unit_test(a_reset_engine_is_as_new),
      cmocka_unit_test(a_full_queue_makes_push_return_early_and_loses_nothing),
      cmocka_unit_test(bursts_of_nan_count_as_zeros),
      cmocka_unit_test(explaining_changes_no_reading),
      cmocka_unit_test(envelope_and_cues_are_the_front_ends),
      cmocka_unit_test(the_gate_can_be_set),
      cmocka_unit_test(impossible_rates_get_an_error_message),
      cmocka_unit_test(sound_after_a_silence_is_read_from_the_beginning),
      cmocka_unit_test(a_calibrated_reading_stays_in_the_plane),
      cmocka_unit_test(an_instance_is_small_and_the_weights_are_shared),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
