// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The static reading: PyTorch's results (models/goldens/static, written beside the model by
/// training), windows computed by hand, silence, block sizes, and an error message for each invalid
/// model.
#include "harness.h"
#include "inference/model.h"
#include "inference/safetensors.h"
#include "inference/static.h"
#include "signals.h"

#include <glob.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOLERANCE 1e-5f
#define RATE 44100.0

static char folder[] = "/tmp/circumplex-test-XXXXXX";

static int make_folder(void** state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}
static int remove_folder(void** state) {
  (void)state;
  return rmdir(folder);
}

static StaticReading* begin(const StaticModel* model) {
  char error[256] = "";
  StaticReading* reading = static_reading_new(model, RATE, error, sizeof error);
  if (!reading) fail_msg("%s", error);
  return reading;
}

static StaticModel* shipped(void) {
  char error[512] = "";
  StaticModel* model =
      static_open(CIRCUMPLEX_SOURCE_DIR "/models/static-tnn.safetensors", error, sizeof error);
  if (!model) fail_msg("%s", error);
  return model;
}

// ---- against PyTorch

static const Tensor* need(const Safetensors* file, const char* name) {
  const Tensor* t = safetensors_find(file, name);
  if (!t) fail_msg("the golden has no %s", name);
  return t;
}

/// Hop \p t of the golden; cues are found by name.
static void golden_hop(const Safetensors* golden, size_t t, HopFeatures* hop) {
  const Tensor *mel = need(golden, "golden.input.logmel"),
               *cues = need(golden, "golden.input.cues");
  const size_t per_hop = (size_t)(mel->shape[1] * mel->shape[2]), n = (size_t)cues->shape[1];
  char names[2048];
  memset(hop, 0, sizeof *hop);
  memcpy(hop->logmel, mel->data + t * per_hop, per_hop * sizeof(float));
  snprintf(names, sizeof names, "%s", safetensors_metadata(golden, "cues"));
  char* rest = NULL;
  char* name = strtok_r(names, " ", &rest);
  for (size_t i = 0; i < n; i++, name = strtok_r(NULL, " ", &rest)) {
    assert_non_null(name);
    assert_true(cue_find(name) >= 0);
    hop->cues[cue_find(name)] = cues->data[t * n + i];
  }
}

/// \return the largest difference of a reading or a spread
static float replay(const char* model_path, const char* golden_path) {
  char error[512] = "";
  StaticModel* model = static_open(model_path, error, sizeof error);
  assert_string_equal(error, "");
  Safetensors* golden = safetensors_open(golden_path, NULL, error, sizeof error);
  assert_string_equal(error, "");
  const Tensor* after = need(golden, "golden.output.after");
  const float* expected = need(golden, "golden.output.reading")->data;
  StaticReading* reading = begin(model);
  float worst = 0;
  size_t t = 0;
  for (size_t i = 0; i < after->count; ++i) {
    StaticResult r;
    for (; t < (size_t)after->data[i]; ++t) {
      HopFeatures hop;
      golden_hop(golden, t, &hop);
      static_reading_hop(reading, &hop);
    }
    assert_true(static_reading_result(reading, &r));
    assert_int_equal(r.hops, t);
    const float read[] = {r.valence, r.arousal, r.valence_spread, r.arousal_spread};
    for (size_t k = 0; k < 4; ++k) {
      const float d = fabsf(read[k] - expected[4 * i + k]);
      if (!(d <= worst)) worst = d;
    }
  }
  assert_true(t >= 30);
  static_reading_free(reading);
  safetensors_free(golden);
  static_close(model);
  return worst;
}

static void shipped_models_read_like_pytorch(void** state) {
  (void)state;
  glob_t found;
  assert_int_equal(
      glob(CIRCUMPLEX_SOURCE_DIR "/models/goldens/static/*.safetensors", 0, NULL, &found), 0);
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

// ---- a small model, computed by hand

/// The centroid's mean m and deviation s over windows of 4 hops; the reading is (m, s) / |(m, s)|.
static const char small[] =
    "{\"format\": 1, \"kind\": \"static\", \"name\": \"small\", \"licence\": \"CC0-1.0\","
    " \"frontend\": {\"n_mel\": 16}, \"inputs\": [\"cues\"], \"cues\": [\"centroid\"],"
    " \"window\": 4, \"members\": 1, \"embedding\": [{\"op\": \"dense\", \"name\": \"embedding\"}],"
    " \"calibration\": {\"valence\": [1, 0], \"arousal\": [1, 0]}}";

/// A change of a copy of it.
typedef struct {
  const char *key, *value; ///< of the "circumplex" object; value NULL: remove
  const char* tensor;      ///< this one ...
  float spoil;             ///< gets this last value, ...
  bool drop, wide;         ///< ... or is left out, or gets one more value
} Change;

/// Write it, changed, to model.safetensors in the folder.
static void write_small(const Change* change, char path[64]) {
  static const float zero[4], one[3] = {1, 1, 1}, identity[5] = {1, 0, 0, 1, 0};
  const Tensor good[] = {
      {.name = "input.mean", .rank = 1, .shape = {2}, .count = 2, .data = zero},
      {.name = "input.std", .rank = 1, .shape = {2}, .count = 2, .data = one},
      {.name = "member0.embedding.weight",
       .rank = 2,
       .shape = {2, 2},
       .count = 4,
       .data = identity},
      {.name = "member0.readout.weight", .rank = 2, .shape = {2, 2}, .count = 4, .data = identity},
      {.name = "member0.readout.bias", .rank = 1, .shape = {2}, .count = 2, .data = zero},
  };
  Tensor tensors[5];
  float spoiled[4];
  size_t n = 0;
  for (size_t i = 0; i < 5; ++i) {
    tensors[n] = good[i];
    if (change->tensor && strcmp(change->tensor, good[i].name) == 0) {
      if (change->drop) continue;
      if (change->wide) {
        tensors[n].rank = 1;
        tensors[n].shape[0] = good[i].count + 1;
        assert_true(good[i].count < 4 || good[i].data == identity);
      } else {
        memcpy(spoiled, good[i].data, good[i].count * sizeof *spoiled);
        spoiled[good[i].count - 1] = change->spoil;
        tensors[n].data = spoiled;
      }
    }
    ++n;
  }
  json_t* config = json_loads(small, 0, NULL);
  assert_non_null(config);
  if (change->key && !change->value) json_object_del(config, change->key);
  if (change->value)
    json_object_set_new(config, change->key, json_loads(change->value, JSON_DECODE_ANY, NULL));
  char* text = json_dumps(config, 0);
  const char* metadata[] = {"circumplex", text};
  char error[256] = "";
  snprintf(path, 64, "%s/model.safetensors", folder);
  assert_int_equal(safetensors_write(path, tensors, n, metadata, 1, error, sizeof error), 0);
  free(text);
  json_decref(config);
}

static StaticModel* open_small(const Change* change, char* error, size_t size) {
  char path[64];
  write_small(change, path);
  error[0] = 0;
  StaticModel* model = static_open(path, error, size);
  unlink(path);
  return model;
}

static StaticModel* good_small(void) {
  char error[512];
  StaticModel* model = open_small(&(Change){0}, error, sizeof error);
  if (!model) fail_msg("%s", error);
  return model;
}

static void hear(StaticReading* reading, float centroid, bool silent) {
  HopFeatures hop = {.silent = silent};
  hop.cues[CUE_CENTROID] = centroid;
  static_reading_hop(reading, &hop);
}

/// Mean over windows of 4, the last of which may be shorter.
static void expect_by_hand(const float* x, size_t n, const StaticResult* r) {
  double sum[2] = {0, 0}, square[2] = {0, 0};
  uint64_t windows = 0;
  for (size_t at = 0; at < n; at += 4, windows++) {
    const size_t count = n - at < 4 ? n - at : 4;
    double mean = 0, variance = 0;
    for (size_t i = 0; i < count; ++i)
      mean += (double)x[at + i] / (double)count;
    for (size_t i = 0; i < count; ++i)
      variance += ((double)x[at + i] - mean) * ((double)x[at + i] - mean) / (double)count;
    const double length = sqrt(mean * mean + variance);
    const double value[2] = {mean / length, sqrt(variance) / length};
    for (int k = 0; k < 2; ++k) {
      sum[k] += (double)count * value[k] / (double)n;
      square[k] += (double)count * value[k] * value[k] / (double)n;
    }
  }
  assert_near(r->valence, sum[0], 1e-6);
  assert_near(r->arousal, sum[1], 1e-6);
  assert_near(r->valence_spread, sqrt(fmax(square[0] - sum[0] * sum[0], 0)), 1e-5);
  assert_near(r->arousal_spread, sqrt(fmax(square[1] - sum[1] * sum[1], 0)), 1e-5);
  assert_int_equal(r->windows, windows);
  assert_int_equal(r->hops, n);
}

static const float heard_values[] = {1, 2, 0.5f, 1.5f, -1, -2, 2, -0.25f, 0.75f, 0.5f, 0.125f, 3};

static void a_song_is_the_mean_of_its_windows(void** state) {
  (void)state;
  StaticModel* model = good_small();
  for (size_t n = 1; n <= 12; ++n) {
    StaticReading* reading = begin(model);
    StaticResult r;
    for (size_t i = 0; i < n; ++i) {
      hear(reading, heard_values[i], false);
      assert_true(static_reading_result(reading, &r)); // reading the result does not change it
    }
    // A rest of one hop (of four) is left out if there is a whole window; a rest of two counts.
    const size_t counted = n > 4 && n % 4 == 1 ? n - 1 : n;
    assert_int_equal(r.hops, n);
    r.hops = counted;
    expect_by_hand(heard_values, counted, &r);
    static_reading_free(reading);
  }
  static_close(model);
}

static void calibration_comes_before_the_clamp(void** state) {
  (void)state;
  char error[512];
  StaticModel* model = open_small(
      &(Change){.key = "calibration", .value = "{\"valence\": [-0.5, 0.25], \"arousal\": [1, 5]}"},
      error, sizeof error);
  assert_non_null(model);
  StaticReading* reading = begin(model);
  StaticResult r;
  for (int i = 0; i < 4; ++i)
    hear(reading, 2, false); // m = 2, s = 0: (1, 0)
  assert_true(static_reading_result(reading, &r));
  assert_near(r.valence, -0.25, 1e-6);
  assert_near(r.arousal, 1, 0);
  static_reading_free(reading);
  static_close(model);
}

static void silence_is_left_out(void** state) {
  (void)state;
  StaticModel* model = good_small();
  StaticReading* reading = begin(model);
  StaticResult r;
  assert_false(static_reading_result(reading, &r));
  hear(reading, 9, true);
  assert_false(static_reading_result(reading, &r));
  assert_int_equal(r.silent, 1);
  assert_near(r.valence, 0, 0);
  for (size_t i = 0; i < 12; ++i) {
    hear(reading, heard_values[i], false);
    for (size_t k = 0; k < i; ++k)
      hear(reading, 9, true);
  }
  assert_true(static_reading_result(reading, &r));
  expect_by_hand(heard_values, 12, &r);
  assert_int_equal(r.silent, 1 + 66);
  static_reading_free(reading);
  static_close(model);
}

static void values_that_are_not_finite_count_as_the_mean(void** state) {
  (void)state;
  StaticModel* model = good_small();
  StaticReading* reading = begin(model);
  StaticResult r;
  const float finite[] = {1, 0, 0, 2};
  hear(reading, 1, false);
  hear(reading, NAN, false);
  hear(reading, -INFINITY, false);
  hear(reading, 2, false);
  assert_true(static_reading_result(reading, &r));
  expect_by_hand(finite, 4, &r);
  static_reading_free(reading);
  static_close(model);
}

// ---- from sound

static bool same(const StaticResult* a, const StaticResult* b) {
  return a->valence == b->valence && a->arousal == b->arousal &&
         a->valence_spread == b->valence_spread && a->arousal_spread == b->arousal_spread &&
         a->windows == b->windows && a->hops == b->hops && a->silent == b->silent;
}

static float* piece(size_t* n) {
  *n = (size_t)(27 * RATE);
  float* x = signal_new(*n);
  signal_plucks(x, *n, RATE, 0.05);
  signal_clicks(x, *n, RATE, 133.0, 0.2, 0.05f);
  signal_pink(x, *n, RATE, 0.02f, 2);
  memset(x + *n / 2, 0, *n / 8 * sizeof *x); // 3.4 s of silence
  return x;
}

static void blocks_do_not_matter(void** state) {
  (void)state;
  size_t n;
  float* x = piece(&n);
  StaticModel* model = shipped();
  StaticReading* reading = begin(model);
  StaticResult whole, other;
  static_reading_push(reading, x, NULL, n);
  assert_true(static_reading_result(reading, &whole));
  assert_true(whole.silent > 2 && whole.hops > 40 && whole.windows >= 2);
  assert_true(fabsf(whole.valence) < 1 && fabsf(whole.arousal) < 1);
  assert_true(whole.valence_spread > 0 && whole.arousal_spread > 0);
  const size_t sizes[] = {1, 64, 777, 8192, 100000};
  for (size_t i = 0; i < 5; ++i) {
    static_reading_reset(reading);
    for (size_t at = 0; at < n; at += sizes[i])
      static_reading_push(reading, x + at, NULL, n - at < sizes[i] ? n - at : sizes[i]);
    assert_true(static_reading_result(reading, &other));
    assert_true(same(&whole, &other));
  }
  // The caller's own front end gives the same.
  Frontend* frontend = frontend_new(static_frontend(model), RATE, NULL, 0);
  StaticReading* fed = begin(model);
  for (size_t at = 0; at < n;) {
    bool done;
    at += frontend_push(frontend, x + at, NULL, n - at, &done);
    if (done) static_reading_hop(fed, frontend_hop(frontend));
  }
  assert_true(static_reading_result(fed, &other));
  assert_true(same(&whole, &other));
  static_reading_free(fed);
  frontend_free(frontend);
  static_reading_free(reading);
  static_close(model);
  free(x);
}

static void both_channels_are_analysed(void** state) {
  (void)state;
  size_t n;
  float* x = piece(&n);
  float* y = signal_new(n);
  signal_pink(y, n, RATE, 0.05f, 7);
  StaticModel* model = shipped();
  StaticReading* reading = begin(model);
  StaticResult one, other, mono;
  static_reading_push(reading, x, y, n);
  assert_true(static_reading_result(reading, &one));
  static_reading_reset(reading);
  static_reading_push(reading, y, x, n);
  assert_true(static_reading_result(reading, &other));
  static_reading_reset(reading);
  static_reading_push(reading, x, NULL, n);
  assert_true(static_reading_result(reading, &mono));
  assert_float_equal(one.valence, other.valence, 1e-3f);
  assert_float_equal(one.arousal, other.arousal, 1e-3f);
  assert_true(fabsf(one.valence - mono.valence) + fabsf(one.arousal - mono.arousal) > 0.01f);
  static_reading_free(reading);
  static_close(model);
  free(x), free(y);
}

static void digital_silence_has_no_reading(void** state) {
  (void)state;
  StaticModel* model = shipped();
  StaticReading* reading = begin(model);
  const size_t n = (size_t)(5 * RATE);
  float* x = signal_new(n);
  StaticResult r;
  static_reading_push(reading, x, NULL, n);
  assert_false(static_reading_result(reading, &r));
  assert_int_equal(r.silent, 10);
  assert_int_equal(r.hops, 0);
  // A gate above the sound's loudness makes it silence.
  signal_pink(x, n, RATE, 0.02f, 2);
  static_reading_reset(reading);
  static_reading_push(reading, x, NULL, n);
  assert_true(static_reading_result(reading, &r));
  static_reading_reset(reading);
  static_reading_set_gate(reading, -10);
  static_reading_push(reading, x, NULL, n);
  assert_false(static_reading_result(reading, &r));
  free(x);
  static_reading_free(reading);
  static_close(model);
}

// ---- wrong models

static void refuse(Change change, const char* word) {
  char error[512];
  StaticModel* model = open_small(&change, error, sizeof error);
  if (model || !strstr(error, word) || !strstr(error, "model.safetensors: "))
    fail_msg("\"%s\" does not name %s", error, word);
}

static void wrong_keys_are_named(void** state) {
  (void)state;
  refuse((Change){.key = "format", .value = "2"}, "\"format\"");
  refuse((Change){.key = "name"}, "\"name\"");
  refuse((Change){.key = "kind", .value = "\"live\""}, "\"kind\"");
  refuse((Change){.key = "kind", .value = "3"}, "\"kind\"");
  refuse((Change){.key = "frontend", .value = "{\"n_mel\": 8}"}, "\"n_mel\"");
  refuse((Change){.key = "frontend", .value = "{\"fmax\": 20}"}, "\"fmax\"");
  refuse((Change){.key = "inputs", .value = "[\"code\"]"}, "\"code\"");
  refuse((Change){.key = "inputs", .value = "[]"}, "\"inputs\"");
  refuse((Change){.key = "cues", .value = "[\"colour\"]"}, "\"colour\"");
  refuse((Change){.key = "cues", .value = "[\"centroid\", \"mode\"]"}, "input.mean");
  refuse((Change){.key = "window", .value = "0"}, "\"window\"");
  refuse((Change){.key = "window", .value = "4000000000"}, "\"window\"");
  refuse((Change){.key = "members", .value = "17"}, "\"members\"");
  refuse((Change){.key = "members", .value = "2"}, "member1.");
  refuse((Change){.key = "embedding"}, "\"embedding\"");
  refuse((Change){.key = "embedding", .value = "[{\"op\": \"conv1d\", \"name\": \"embedding\"}]"},
         "embedding");
  refuse((Change){.key = "calibration", .value = "{\"valence\": [1]}"}, "\"calibration\"");
}

static void wrong_tensors_are_named(void** state) {
  (void)state;
  static const char* const names[] = {"input.mean", "input.std", "member0.embedding.weight",
                                      "member0.readout.weight", "member0.readout.bias"};
  for (size_t i = 0; i < 5; ++i) {
    refuse((Change){.tensor = names[i], .spoil = NAN}, names[i]);
    refuse((Change){.tensor = names[i], .spoil = INFINITY}, names[i]);
    refuse((Change){.tensor = names[i], .drop = true}, names[i]);
    refuse((Change){.tensor = names[i], .wide = true}, names[i]);
  }
  refuse((Change){.tensor = "input.std", .spoil = 0}, "input.std");
}

static void a_file_cut_short_is_refused(void** state) {
  (void)state;
  char path[64], error[512];
  static char bytes[4096];
  write_small(&(Change){0}, path);
  FILE* file = fopen(path, "rb");
  const size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  unlink(path);
  assert_true(size > 100 && size < sizeof bytes);
  for (size_t n = 0; n < size; ++n) {
    error[0] = 0;
    assert_null(static_open_memory(bytes, n, error, sizeof error));
    assert_true(strlen(error) > 10);
  }
  StaticModel* model = static_open_memory(bytes, size, error, sizeof error);
  assert_non_null(model);
  static_close(model);
  assert_null(static_open("/nowhere/m.safetensors", error, sizeof error));
  assert_string_equal(
      error, "/nowhere/m.safetensors: the file cannot be opened (No such file or directory).");
  assert_null(static_open("/nowhere", NULL, 0));
}

static void the_two_kinds_are_distinguished(void** state) {
  (void)state;
  char path[64], error[512] = "";
  const char* other = CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/vae-lstm.safetensors";
  write_small(&(Change){0}, path);
  assert_true(static_is(path));
  assert_false(static_is(other));
  assert_false(static_is("/nowhere"));
  assert_null(model_open(path, error, sizeof error));
  assert_non_null(strstr(error, "this is a static model"));
  assert_null(static_open(other, error, sizeof error));
  assert_non_null(strstr(error, "this is a model of running readings"));
  unlink(path);
}

static void facts_about_a_model_are_correct(void** state) {
  (void)state;
  StaticModel* model = good_small();
  const StaticInfo* info = static_info(model);
  assert_string_equal(info->name, "small");
  assert_string_equal(info->licence, "CC0-1.0");
  assert_int_equal(strlen(info->hash), 16);
  assert_int_equal(info->n_inputs, 1);
  assert_int_equal(info->window, 4);
  assert_int_equal(info->members, 1);
  assert_int_equal(info->dimensions, 2);
  assert_int_equal(info->parameters, 14);
  assert_int_equal(static_frontend(model)->n_mel, 16);
  char error[256] = "";
  assert_null(static_reading_new(model, 1.0, error, sizeof error));
  assert_true(strlen(error) > 10);
  static_close(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shipped_models_read_like_pytorch),
      cmocka_unit_test(a_song_is_the_mean_of_its_windows),
      cmocka_unit_test(calibration_comes_before_the_clamp),
      cmocka_unit_test(silence_is_left_out),
      cmocka_unit_test(values_that_are_not_finite_count_as_the_mean),
      cmocka_unit_test(blocks_do_not_matter),
      cmocka_unit_test(both_channels_are_analysed),
      cmocka_unit_test(digital_silence_has_no_reading),
      cmocka_unit_test(wrong_keys_are_named),
      cmocka_unit_test(wrong_tensors_are_named),
      cmocka_unit_test(a_file_cut_short_is_refused),
      cmocka_unit_test(the_two_kinds_are_distinguished),
      cmocka_unit_test(facts_about_a_model_are_correct),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
