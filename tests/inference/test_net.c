// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The net from outside: reset, contributions, long runs, extreme input.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "golden.h"
#include "inference/net_internal.h"

static Model* open_golden(const char* name, Safetensors** file) {
  char path[512], error[256] = "";
  golden_path(path, name);
  *file = safetensors_open(path, NULL, error, sizeof error);
  Model* model = model_open(path, error, sizeof error);
  assert_string_equal(error, "");
  return model;
}

static void contributions_do_not_change_the_state(void** state) {
  (void)state;
  for (size_t i = 0; i < GOLDEN_COUNT; ++i) {
    Safetensors* file;
    Model* model = open_golden(golden_names[i], &file);
    Net *with = net_new(model), *without = net_new(model);
    for (size_t t = 0; t < 2 * golden_hops(file); ++t) {
      HopFeatures hop;
      NetOutput a, b;
      NetContributions contributions;
      golden_hop(file, t % golden_hops(file), &hop);
      net_step(with, &hop, &a, &contributions);
      net_step(without, &hop, &b, NULL);
      assert_memory_equal(&a, &b, sizeof a);
    }
    net_free(with), net_free(without), model_unref(model), safetensors_free(file);
  }
}

/// A contribution is the output minus the output for a hop whose group of cues is at its mean.
static void contributions_are_changes_by_leaving_out_a_group(void** state) {
  (void)state;
  const char* names[] = {"linear", "vae-attentive", "none-attentive-dot", "ae-transformer"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    Safetensors* file;
    Model* model = open_golden(names[i], &file);
    const float* mean = golden_tensor(file, "input.mean");
    const size_t n = model_info(model)->n_inputs;
    const size_t offset = strcmp(names[i], "none-attentive-dot") == 0 ? 0 : n - 7;
    for (unsigned group = 0; group < CUE_GROUP_COUNT; ++group) {
      Net *base = net_new(model), *other = net_new(model);
      HopFeatures hop;
      NetOutput a, b;
      NetContributions contributions;
      for (size_t t = 0; t < 8; ++t) {
        golden_hop(file, t, &hop);
        net_step(base, &hop, &a, &contributions);
        if (t == 7)
          for (size_t c = 0; c < 7; ++c)
            if ((unsigned)cue_info((unsigned)golden_cues()[c])->group == group) {
              float value = mean[offset + c];
              hop.cues[golden_cues()[c]] =
                  golden_cues()[c] == CUE_TEMPO ? 120 * exp2f(value) : value;
            }
        net_step(other, &hop, &b, NULL);
      }
      assert_true(fabsf(contributions.valence[group] - (a.valence - b.valence)) < 2e-6f);
      assert_true(fabsf(contributions.arousal[group] - (a.arousal - b.arousal)) < 2e-6f);
      net_free(base), net_free(other);
    }
    model_unref(model), safetensors_free(file);
  }
}

static void some_group_contributes_and_an_absent_one_nothing(void** state) {
  (void)state;
  Safetensors* file;
  Model* model = open_golden("cnn-rnn", &file); // no cues at all
  Net* net = net_new(model);
  HopFeatures hop;
  NetOutput out;
  NetContributions contributions;
  golden_hop(file, 0, &hop);
  net_step(net, &hop, &out, &contributions);
  for (unsigned g = 0; g < CUE_GROUP_COUNT; ++g)
    assert_true(contributions.valence[g] == 0 && contributions.arousal[g] == 0);
  net_free(net), model_unref(model), safetensors_free(file);
  model = open_golden("linear", &file);
  net = net_new(model);
  net_step(net, &hop, &out, &contributions);
  float total = 0;
  for (unsigned g = 0; g < CUE_GROUP_COUNT; ++g)
    total += fabsf(contributions.valence[g]);
  assert_true(total > 0.01f);
  net_free(net), model_unref(model), safetensors_free(file);
}

static void reset_forgets_everything(void** state) {
  (void)state;
  for (size_t i = 0; i < GOLDEN_COUNT; ++i) {
    Safetensors* file;
    Model* model = open_golden(golden_names[i], &file);
    Net *used = net_new(model), *fresh = net_new(model);
    HopFeatures hop;
    NetOutput a, b;
    for (size_t t = 0; t < 9; ++t) {
      golden_hop(file, t, &hop);
      net_step(used, &hop, &a, NULL);
    }
    net_reset(used);
    for (size_t t = 3; t < 9; ++t) {
      golden_hop(file, t, &hop);
      net_step(used, &hop, &a, NULL);
      net_step(fresh, &hop, &b, NULL);
      assert_memory_equal(&a, &b, sizeof a);
    }
    net_free(used), net_free(fresh), model_unref(model), safetensors_free(file);
  }
}

static void assert_sane(const NetOutput* o) {
  assert_true(o->valence >= -1 && o->valence <= 1 && o->arousal >= -1 && o->arousal <= 1);
  assert_true(o->song_valence >= -1 && o->song_valence <= 1);
  assert_true(o->song_arousal >= -1 && o->song_arousal <= 1);
  assert_true(o->valence_spread > 0 && o->valence_spread <= 0.577351f);
  assert_true(o->arousal_spread > 0 && o->arousal_spread <= 0.577351f);
  assert_true(o->confidence >= 0 && o->confidence <= 1);
  float sum = 0;
  for (unsigned i = 0; i < o->n_attention; ++i) {
    assert_true(o->attention[i] >= 0 && o->attention[i] <= 1.0001f);
    sum += o->attention[i];
  }
  assert_true(!o->n_attention || fabsf(sum - 1) < 1e-4f);
  assert_true(o->recall >= 0 && o->recall <= 1);
}

static void after_invalid_features_all_values_are_finite(void** state) {
  (void)state;
  const float hostile[] = {NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 1e-40f};
  for (size_t i = 0; i < GOLDEN_COUNT; ++i) {
    Safetensors* file;
    Model* model = open_golden(golden_names[i], &file);
    Net* net = net_new(model);
    for (size_t t = 0; t < 40; ++t) {
      HopFeatures hop;
      NetOutput out;
      NetContributions contributions;
      golden_hop(file, t % golden_hops(file), &hop);
      if (t % 3 == 1) {
        const float value = hostile[t / 3 % 6];
        for (size_t j = t % 5; j < 25 * GOLDEN_MEL; j += 5)
          hop.logmel[j] = value;
        for (size_t j = 0; j < CUE_COUNT; ++j)
          hop.cues[j] = value;
        hop.chroma[3] = hop.semitones[40] = value;
      }
      net_step(net, &hop, &out, &contributions);
      assert_sane(&out);
      for (unsigned g = 0; g < CUE_GROUP_COUNT; ++g)
        assert_true(fabsf(contributions.valence[g]) <= 2 && fabsf(contributions.arousal[g]) <= 2);
    }
    net_free(net), model_unref(model), safetensors_free(file);
  }
}

/// A value that is not finite counts as the mean, a tempo out of range as the nearest valid one; a
/// distant value counts as 6 deviations.
static void each_missing_feature_counts_as_its_mean(void** state) {
  (void)state;
  const float none[] = {NAN, INFINITY, -INFINITY};
  Safetensors* file;
  Model* model = open_golden("linear", &file);
  const float* mean = golden_tensor(file, "input.mean");
  unsigned matter = 0;
  for (size_t c = 0; c < 7; ++c)
    for (size_t i = 0; i < sizeof none / sizeof *none + 2; ++i) {
      HopFeatures hop;
      NetOutput out[2];
      golden_hop(file, 3, &hop);
      const Cue cue = (Cue)golden_cues()[c];
      for (unsigned k = 0; k < 2; ++k) {
        Net* net = net_new(model);
        if (i >= sizeof none / sizeof *none) // far, and much farther, on both sides
          hop.cues[cue] = (cue == CUE_TEMPO ? 3e30f : (k ? 1e30f : 1e25f)) * (i % 2 ? 1.0f : -1.0f);
        else if (k)
          hop.cues[cue] = cue != CUE_TEMPO ? mean[c] : i == 1 ? 1e4f : 20.0f;
        else
          hop.cues[cue] = none[i];
        net_step(net, &hop, &out[k], NULL);
        net_free(net);
      }
      assert_float_equal(out[0].valence, out[1].valence, 1e-5f);
      assert_float_equal(out[0].arousal, out[1].arousal, 1e-5f);
      hop.cues[cue] = 0.5f * hop.cues[cue] + 1.0f;
      Net* net = net_new(model);
      net_step(net, &hop, &out[1], NULL);
      net_free(net);
      matter += fabsf(out[0].valence - out[1].valence) > 1e-4f;
    }
  assert_true(matter > 7);
  model_unref(model), safetensors_free(file);
}

/// A transformer depends on the last layers * (window - 1) hops only: after two different pasts the
/// same passage gives the same bits, in the first minute and after an hour.  (A recurrent net may
/// remember for ever; its training must prevent that.)
static void a_transformer_forgets_what_left_its_window(void** state) {
  (void)state;
  Safetensors* file;
  Model* model = open_golden("ae-transformer", &file);
  Net *early = net_new(model), *late = net_new(model);
  HopFeatures hop;
  NetOutput a, b;
  for (size_t t = 0; t < 7201; ++t) {
    golden_hop(file, t * 5 % golden_hops(file), &hop);
    net_step(late, &hop, &b, NULL);
  }
  for (size_t t = 0; t < 14; ++t) {
    golden_hop(file, t, &hop);
    net_step(early, &hop, &a, NULL);
    net_step(late, &hop, &b, NULL);
    if (t == 0) // inside the window the past does matter
      assert_true(a.valence < b.valence || a.valence > b.valence);
    if (t >= 8) {
      assert_memory_equal(&a.valence, &b.valence, sizeof a.valence);
      assert_memory_equal(a.attention, b.attention, sizeof a.attention);
    }
  }
  net_free(early), net_free(late), model_unref(model), safetensors_free(file);
}

/// A, then B, then A again: with cosine scores the second A attends to the first at any age.
static void recall_rises_when_a_passage_comes_back(void** state) {
  (void)state;
  Safetensors* file;
  Model* model = open_golden("none-attentive-cosine", &file);
  Net* net = net_new(model);
  float recall[24] = {0};
  NetOutput out;
  for (size_t t = 0; t < 24; ++t) { // hop 1 returns as the last hop; 3..22 are a different sound
    HopFeatures hop;
    golden_hop(file, t == 23 ? 1 : t < 3 ? t : 5, &hop);
    net_step(net, &hop, &out, NULL);
    recall[t] = out.recall;
    if (t < NET_RECALL_HOPS) assert_true(out.recall <= 0);
  }
  print_message("recall before %.3f, then %.3f\n", (double)recall[22], (double)recall[23]);
  assert_true(recall[23] > 0.1f);
  assert_true(recall[23] > 5 * recall[22]);
  unsigned most = 0;
  for (unsigned i = 0; i + NET_RECALL_HOPS < out.n_attention; ++i)
    if (out.attention_beyond[i] > out.attention_beyond[most]) most = i;
  assert_int_equal(most, 1);
  net_free(net), model_unref(model), safetensors_free(file);
}

static void assert_about(float got, float expected) {
  assert_true(fabsf(got - expected) < 1e-5f);
}

/// A dark loop used to read -.4 +- 1.5 at a confidence of 83 %.
static void spreads_and_confidence_are_limited_to_what_they_can_mean(void** state) {
  (void)state;
  NetOutput o = {.valence = -0.4f, .arousal = -0.9f, .confidence = 0.83f};
  o.valence_spread = 1.5f, o.arousal_spread = 0.3f;
  net_limit(&o);
  assert_about(o.valence_spread, 0.57735f); // 1 / sqrt(3)
  assert_about(o.arousal_spread, 0.3f);
  assert_about(o.confidence, 0.755789f); // normal distribution below 0.4 / 0.57735
  o = (NetOutput){.valence = 0.9f, .arousal = 0.1f, .confidence = 0.83f};
  o.valence_spread = 0.2f, o.arousal_spread = 0.2f;
  net_limit(&o);
  assert_about(o.confidence, 0.691462f); // below 0.1 / 0.2
  o = (NetOutput){.valence = 0.9f, .arousal = 0.9f, .confidence = 0.83f};
  o.valence_spread = o.arousal_spread = 0.6f;
  net_limit(&o);
  assert_about(o.confidence, 0.83f); // below 0.9 / 0.57735: 0.94
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spreads_and_confidence_are_limited_to_what_they_can_mean),
      cmocka_unit_test(contributions_do_not_change_the_state),
      cmocka_unit_test(contributions_are_changes_by_leaving_out_a_group),
      cmocka_unit_test(some_group_contributes_and_an_absent_one_nothing),
      cmocka_unit_test(reset_forgets_everything),
      cmocka_unit_test(after_invalid_features_all_values_are_finite),
      cmocka_unit_test(each_missing_feature_counts_as_its_mean),
      cmocka_unit_test(recall_rises_when_a_passage_comes_back),
      cmocka_unit_test(a_transformer_forgets_what_left_its_window),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
