// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Opening models: the shared cache, facts, the default path, and an error message for each invalid
/// model. Invalid models are made from a valid one by changing its metadata, or by removing,
/// reshaping or changing a tensor.
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "golden.h"
#include "inference/compute.h"
#include "inference/model_about.h"
#include "inference/plan.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/circumplex-test-XXXXXX";

static int make_folder(void** state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}
static int remove_folder(void** state) {
  (void)state;
  return rmdir(folder);
}

/// A change of a copy of a golden model.
typedef struct {
  const char* path;     ///< of keys into the "circumplex" object, "/"-separated; NULL: none
  const char* value;    ///< JSON to put there; NULL: remove the key
  const char* tensor;   ///< the tensor to change; NULL: none
  float spoil;          ///< written to its last value if it is not 0 ...
  bool first;           ///< ... or to its first value
  bool drop, transpose; ///< ... or the tensor is removed, or its shape is reversed
  bool all;             ///< ... or it is written to all its values, also if it is 0
} Alteration;

static void change_config(json_t* config, const char* path, const char* value) {
  char keys[128];
  snprintf(keys, sizeof keys, "%s", path);
  json_t* at = config;
  char* rest = NULL;
  char* key = strtok_r(keys, "/", &rest);
  for (char* next; (next = strtok_r(NULL, "/", &rest)); key = next)
    at = json_is_array(at) ? json_array_get(at, (size_t)atoi(key)) : json_object_get(at, key);
  assert_non_null(at);
  if (!value)
    json_object_del(at, key);
  else if (json_is_array(at))
    json_array_set_new(at, (size_t)atoi(key), json_loads(value, JSON_DECODE_ANY, NULL));
  else
    json_object_set_new(at, key, json_loads(value, JSON_DECODE_ANY, NULL));
}

/// Open a changed copy of a golden model.
static Model* open_changed(const char* golden, const Alteration* change, char* error, size_t size) {
  char path[512];
  golden_path(path, golden);
  Safetensors* file = safetensors_open(path, NULL, error, size);
  json_t* config = json_loads(safetensors_metadata(file, "circumplex"), 0, NULL);
  if (change->path) change_config(config, change->path, change->value);
  Tensor tensors[256];
  float* spoiled = NULL;
  size_t n = 0;
  const Tensor* t;
  for (size_t i = 0; (t = safetensors_at(file, i)); ++i) {
    tensors[n] = *t;
    if (change->tensor && strcmp(t->name, change->tensor) == 0) {
      if (change->drop) continue;
      if (change->transpose) {
        assert_true(t->rank >= 2 && t->shape[0] != t->shape[t->rank - 1]);
        tensors[n].shape[0] = t->shape[t->rank - 1];
        tensors[n].shape[t->rank - 1] = t->shape[0];
      } else {
        spoiled = malloc(t->count * sizeof *spoiled);
        memcpy(spoiled, t->data, t->count * sizeof *spoiled);
        spoiled[change->first ? 0 : t->count - 1] = change->spoil;
        for (size_t k = 0; change->all && k < t->count; ++k)
          spoiled[k] = change->spoil;
        tensors[n].data = spoiled;
      }
    }
    ++n;
  }
  char* text = json_dumps(config, 0);
  const char* metadata[] = {"circumplex", text, "note", "hello"};
  snprintf(path, sizeof path, "%s/model.safetensors", folder);
  assert_int_equal(safetensors_write(path, tensors, n, metadata, 2, error, size), 0);
  error[0] = 0;
  Model* model = model_open(path, error, size);
  unlink(path);
  free(text), free(spoiled), json_decref(config), safetensors_free(file);
  return model;
}

static void refuse(const char* golden, Alteration change, const char* word) {
  char error[512];
  Model* model = open_changed(golden, &change, error, sizeof error);
  if (model || !strstr(error, word) || !strstr(error, "model.safetensors: "))
    fail_msg("\"%s\" does not name %s", error, word);
}

static void unchanged_copies_can_be_opened(void** state) {
  (void)state;
  for (size_t i = 0; i < GOLDEN_COUNT; ++i) {
    char error[512];
    Model* model = open_changed(golden_names[i], &(Alteration){0}, error, sizeof error);
    assert_string_equal(error, "");
    assert_non_null(model);
    model_unref(model);
  }
}

static void wrong_keys_are_named(void** state) {
  (void)state;
  const char* vae = "vae-attentive";
  refuse(vae, (Alteration){.path = "format", .value = "2"}, "\"format\"");
  refuse(vae, (Alteration){.path = "format"}, "\"format\"");
  refuse(vae, (Alteration){.path = "name"}, "\"name\"");
  refuse(vae, (Alteration){.path = "frontend/n_mel", .value = "8"}, "\"n_mel\"");
  refuse(vae, (Alteration){.path = "frontend/n_mel", .value = "4000000000"}, "\"n_mel\"");
  refuse(vae, (Alteration){.path = "frontend/fmin", .value = "\"x\""}, "\"fmin\"");
  refuse(vae, (Alteration){.path = "frontend/fmax", .value = "20"}, "\"fmax\"");
  refuse(vae, (Alteration){.path = "encoder/type", .value = "\"what\""}, "\"encoder\"");
  refuse(vae, (Alteration){.path = "encoder/layers", .value = "[]"}, "\"encoder.layers\"");
  refuse(vae, (Alteration){.path = "encoder/layers/2/op", .value = "\"softsign\""}, "softsign");
  refuse(vae, (Alteration){.path = "encoder/layers/0/stride", .value = "[0, 1]"}, "\"stride\"");
  refuse(vae, (Alteration){.path = "encoder/layers/0/stride", .value = "2"}, "\"stride\"");
  refuse(vae, (Alteration){.path = "encoder/layers/0/padding", .value = "[3, 0]"}, "padding");
  refuse(vae, (Alteration){.path = "encoder/layers/0/padding", .value = "[0, 3]"},
         "padding is not below");
  refuse(vae, (Alteration){.path = "encoder/layers/5/op", .value = "\"relu\""},
         "needs \"flatten\"");
  refuse(vae, (Alteration){.path = "encoder/decoder", .value = "[]"}, "\"encoder.decoder\"");
  refuse(vae, (Alteration){.path = "inputs", .value = "[]"}, "\"inputs\"");
  refuse(vae, (Alteration){.path = "inputs", .value = "[\"code\", \"code\"]"}, "twice");
  refuse(vae, (Alteration){.path = "inputs", .value = "[\"song\"]"}, "\"song\"");
  refuse(vae, (Alteration){.path = "encoder"}, "no encoder");
  refuse(vae, (Alteration){.path = "cues/1", .value = "\"loudness_momentary\""}, "twice");
  refuse(vae, (Alteration){.path = "cues/1", .value = "\"colour\""}, "\"colour\"");
  refuse(vae, (Alteration){.path = "temporal"}, "\"temporal\"");
  refuse(vae, (Alteration){.path = "temporal/type", .value = "\"gru\""}, "\"temporal\"");
  refuse(vae, (Alteration){.path = "temporal/hidden"}, "\"hidden\"");
  refuse(vae, (Alteration){.path = "temporal/hidden", .value = "100000"}, "\"hidden\"");
  refuse(vae, (Alteration){.path = "temporal/window", .value = "121"}, "\"window\"");
  refuse(vae, (Alteration){.path = "temporal/type", .value = "\"lstm2\""}, "\"type\"");
  refuse(vae, (Alteration){.path = "temporal/window"}, "\"window\"");
  refuse(vae, (Alteration){.path = "temporal/score", .value = "\"cosines\""}, "\"score\"");
  refuse(vae, (Alteration){.path = "song_from", .value = "16"}, "\"song_from\"");
  refuse(vae, (Alteration){.path = "members", .value = "9"}, "\"members\"");
  refuse(vae, (Alteration){.path = "members", .value = "4"}, "member3.");
  refuse(vae, (Alteration){.path = "head", .value = "[]"}, "\"head\"");
  refuse(vae, (Alteration){.path = "head", .value = "[{\"op\":\"conv1d\",\"name\":\"x\"}]"},
         "head");
  refuse(vae, (Alteration){.path = "song", .value = "[]"}, "\"song\"");
  refuse(vae, (Alteration){.path = "confidence", .value = "[{}]"}, "\"confidence\"");
  refuse(vae, (Alteration){.path = "frontend/fmax", .value = "96001"}, "\"fmax\"");
  refuse(vae, (Alteration){.path = "calibration/valence", .value = "[1]"}, "\"calibration\"");
  refuse(vae, (Alteration){.path = "calibration/valence", .value = "[1,0,0]"}, "\"calibration\"");
  const char* cosine = "vae-attentive-cosine";
  refuse(cosine, (Alteration){.path = "song_from", .value = "121"}, "\"song_from\"");
  refuse(cosine, (Alteration){.path = "confidence_inputs", .value = "[]"}, "\"confidence_inputs\"");
  refuse(cosine, (Alteration){.path = "confidence_inputs/0", .value = "\"mood\""}, "\"mood\"");
  refuse(cosine, (Alteration){.path = "confidence_inputs/0", .value = "\"slow\""}, "twice");
  refuse(cosine, (Alteration){.path = "confidence_memory", .value = "0"}, "\"confidence_memory\"");
  refuse(cosine, (Alteration){.path = "calibration/arousal_spread", .value = "1"},
         "\"arousal_spread\"");
  refuse(cosine, (Alteration){.path = "words", .value = "{}"}, "\"words\"");
  refuse(cosine, (Alteration){.path = "words/3", .value = "7"}, "\"words\"");
  refuse(cosine, (Alteration){.path = "words/1/word", .value = "\"\""}, "\"words\"");
  refuse(cosine, (Alteration){.path = "words/1/word", .value = "\"a\\tb\""}, "control");
  refuse(cosine, (Alteration){.path = "words/1/word", .value = "\"a\\u009bb\""}, "control");
  refuse(cosine, (Alteration){.path = "words/1/word", .value = "\"a\\u202eb\""}, "control");
  refuse(cosine, (Alteration){.path = "words/1/word", .value = "\"a\\u2066b\""}, "control");
  refuse(cosine, (Alteration){.path = "words/1/word", .value = "\"neutral\""}, "twice");
  refuse(cosine, (Alteration){.path = "words/2/valence"}, "\"valence\"");
  refuse(cosine, (Alteration){.path = "words/2/arousal", .value = "1.5"}, "\"arousal\"");
  refuse(cosine, (Alteration){.path = "neutral_radius", .value = "0.9"}, "\"neutral_radius\"");
  const char* detector = "none-attentive-cosine";
  refuse(detector, (Alteration){.path = "change", .value = "{}"}, "\"threshold\"");
  refuse(detector, (Alteration){.path = "change/threshold", .value = "-1"}, "\"threshold\"");
  refuse(detector, (Alteration){.path = "change/gap", .value = "\"x\""}, "\"gap\"");
  refuse("ae-transformer", (Alteration){.path = "temporal/heads", .value = "5"}, "\"heads\"");
  refuse("cnn-none-all", (Alteration){.path = "encoder/layers/4/shape", .value = "[2, 3, 5]"},
         "shape");
  refuse("cnn-none-all", (Alteration){.path = "encoder/layers/3/eps", .value = "0"}, "\"eps\"");
}

static void wrong_tensors_are_named(void** state) {
  (void)state;
  char longer[256] = "[{\"op\": \"dense\", \"name\": \"";
  memset(longer + strlen(longer), 'x', 150);
  strcat(longer, "\"}]");
  refuse("linear", (Alteration){.path = "head", .value = longer}, "too long");
  refuse("vae-attentive-cosine", (Alteration){.tensor = "attention.usual", .first = true},
         "first value must be above 0");
  refuse("linear",
         (Alteration){.path = "head",
                      .value = "[{\"op\": \"dense\", \"name\": \"head.0\"}, {\"op\": "
                               "\"reshape\", \"shape\": [4, 1, 1]}]"},
         "only operations on vectors");
  const char* cosine = "vae-attentive-cosine";
  char path[512], error[256];
  for (size_t g = 0; g < GOLDEN_COUNT; ++g) {
    golden_path(path, golden_names[g]);
    Safetensors* file = safetensors_open(path, NULL, error, sizeof error);
    const Tensor* t;
    for (size_t i = 0; (t = safetensors_at(file, i)); ++i) {
      const bool optional =
          strstr(t->name, "attention.age") || strcmp(t->name, "attention.usual") == 0 ||
          strcmp(t->name, "maha.inv") == 0 ||
          (strstr(t->name, ".bias") && !strstr(t->name, "attention") && !strstr(t->name, "lstm") &&
           !strstr(t->name, "rnn") && !strstr(t->name, "transformer") &&
           !strstr(t->name, "head.n") && !strstr(t->name, "enc.1") && !strstr(t->name, "enc.3"));
      if (strncmp(t->name, "golden.", 7) == 0) continue;
      refuse(golden_names[g], (Alteration){.tensor = t->name, .spoil = NAN}, t->name);
      refuse(golden_names[g], (Alteration){.tensor = t->name, .spoil = INFINITY}, t->name);
      if (!optional)
        refuse(golden_names[g], (Alteration){.tensor = t->name, .drop = true}, t->name);
      if (t->rank >= 2 && t->shape[0] != t->shape[t->rank - 1] && !strstr(t->name, "enc.") &&
          !strstr(t->name, "dec.") && !strstr(t->name, "head.") && !strstr(t->name, "song.") &&
          !strstr(t->name, "conf."))
        refuse(golden_names[g], (Alteration){.tensor = t->name, .transpose = true}, t->name);
    }
    safetensors_free(file);
  }
  refuse("vae-lstm", (Alteration){.tensor = "mel.std", .spoil = 0}, "mel.std");
  refuse("vae-lstm", (Alteration){.tensor = "input.std", .spoil = -1}, "input.std");
  refuse("vae-lstm", (Alteration){.tensor = "enc.1.running_var", .spoil = -1}, "enc.1.running_var");
  refuse(cosine, (Alteration){.tensor = "member1.attention.tau", .spoil = 0},
         "member1.attention.tau");
  refuse(cosine, (Alteration){.tensor = "member0.attention.tau", .spoil = 101},
         "member0.attention.tau");
  refuse(cosine, (Alteration){.tensor = "attention.usual", .spoil = -1}, "attention.usual");
  refuse("vae-lstm", (Alteration){.tensor = "enc.mu.weight", .transpose = true}, "enc.mu.weight");
}

static void a_model_has_its_own_words(void** state) {
  (void)state;
  char error[512];
  Model* model =
      open_changed("vae-attentive-cosine", &(Alteration){.path = "neutral_radius", .value = "0.05"},
                   error, sizeof error);
  assert_string_equal(error, "");
  const WordTable* table = model_words(model);
  assert_int_equal(table->count, 5);
  assert_true(fabsf(table->neutral_radius - 0.05f) < 1e-6f);
  assert_string_equal(table->words[0].name, "neutral");
  assert_string_equal(table->words[1].name, "up");
  assert_true(table->words[1].landmark && !table->words[2].landmark);
  assert_true(fabsf(table->words[4].valence + 0.6f) < 1e-6f);
  model_unref(model);
  model = open_changed("vae-attentive", &(Alteration){0}, error, sizeof error);
  assert_null(model_words(model));
  model_unref(model);
}

/// A list of \p n words, the first \p length bytes long.  Whether it is taken
static bool takes_words(unsigned n, int length) {
  char list[8192] = "[", error[512];
  size_t at = 1;
  for (unsigned i = 0; i < n; ++i)
    at += (size_t)snprintf(list + at, sizeof list - at,
                           "%s{\"word\":\"%0*u\",\"valence\":0.5,\"arousal\":-0.5}", i ? "," : "",
                           i ? 1 : length, i);
  snprintf(list + at, sizeof list - at, "]");
  Model* model = open_changed("vae-attentive-cosine", &(Alteration){.path = "words", .value = list},
                              error, sizeof error);
  const bool taken = model != NULL;
  if (taken) assert_int_equal(model_words(model)->count, n + 1);
  if (!taken) assert_non_null(strstr(error, "\"words\""));
  model_unref(model);
  return taken;
}

static void words_have_the_stated_limits(void** state) {
  (void)state;
  assert_true(takes_words(WORDS_MAX - 1, 1) && !takes_words(WORDS_MAX, 1));
  assert_true(takes_words(4, 1) && !takes_words(3, 1));
  assert_true(takes_words(9, 31) && !takes_words(9, 32));
}

/// Each is refused outside its range, and accepted at both ends.
static void numbers_of_a_model_have_their_range(void** state) {
  (void)state;
  static const struct {
    const char *golden, *path;
    int low, high;
  } cases[] = {{"vae-lstm", "members", 1, 8},
               {"vae-lstm", "phases", 1, 2},
               {"vae-lstm", "frontend/n_mel", 16, 128},
               {"vae-lstm", "temporal/hidden", 1, 512},
               {"vae-lstm", "temporal/layers", 1, 4},
               {"vae-attentive", "temporal/window", 1, 120},
               {"ae-transformer", "temporal/heads", 1, 512},
               {"ae-transformer", "temporal/ff", 1, 2048},
               {"vae-attentive-cosine", "song_from", 0, 120},
               {"vae-attentive-cosine", "confidence_memory", 1, 120}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    const int values[4] = {cases[i].low - 1, cases[i].low, cases[i].high, cases[i].high + 1};
    const char* slash = strrchr(cases[i].path, '/');
    char value[16], error[512], range[128];
    snprintf(range, sizeof range, "\"%s\" is not a whole number from %d to %d.",
             slash ? slash + 1 : cases[i].path, cases[i].low, cases[i].high);
    for (unsigned k = 0; k < 4; ++k) {
      snprintf(value, sizeof value, "%d", values[k]);
      model_unref(open_changed(cases[i].golden,
                               &(Alteration){.path = cases[i].path, .value = value}, error,
                               sizeof error));
      if ((strstr(error, range) != NULL) != (k == 0 || k == 3))
        fail_msg("%s = %s: %s", cases[i].path, value, error);
    }
  }
}

static void a_file_that_is_not_a_model_is_reported_with_its_path(void** state) {
  (void)state;
  static const char path[] = CIRCUMPLEX_SOURCE_DIR "/README.md";
  char error[2][512] = {"", ""};
  assert_null(model_open(path, error[0], sizeof error[0]));
  assert_null(model_about_open(path, error[1], sizeof error[1]));
  for (unsigned i = 0; i < 2; ++i) {
    assert_memory_equal(error[i], path, sizeof path - 1);
    assert_non_null(strstr(error[i], "README.md: the header's length"));
  }
}

static void the_same_file_is_the_same_model(void** state) {
  (void)state;
  char path[512], error[256] = "";
  golden_path(path, "vae-lstm");
  Model *a = model_open(path, error, sizeof error), *b = model_open(path, error, sizeof error);
  assert_ptr_equal(a, b);
  Net* net = net_new(a);
  model_unref(a), model_unref(b);
  assert_string_equal(model_info(net_model(net))->name, "vae-lstm"); // the net still uses it
  Model* c = model_open(path, error, sizeof error);
  assert_ptr_equal(c, net_model(net));
  net_free(net);
  model_unref(c);
  model_unref(NULL);
}

static void copy_file(const char* from, const char* to) {
  char block[4096];
  FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
  assert_non_null(in);
  assert_non_null(out);
  for (size_t n; (n = fread(block, 1, sizeof block, in)) > 0;)
    assert_int_equal(fwrite(block, 1, n, out), n);
  fclose(in);
  assert_int_equal(fclose(out), 0);
}

static void a_replaced_file_is_another_model(void** state) {
  (void)state;
  char path[512], error[512] = "";
  snprintf(path, sizeof path, "%s/m.safetensors", folder);
  copy_file(GOLDEN_FOLDER "cnn-rnn.safetensors", path);
  Model* a = model_open(path, error, sizeof error);
  unlink(path);
  copy_file(GOLDEN_FOLDER "linear.safetensors", path);
  Model* b = model_open(path, error, sizeof error);
  assert_string_equal(model_info(a)->name, "cnn-rnn");
  assert_string_equal(model_info(b)->name, "linear");
  assert_string_not_equal(model_hash(a), model_hash(b));
  model_unref(a), model_unref(b);
  unlink(path);
}

static void set_time(const char* path, long ns) {
  const struct timespec times[2] = {{1700000000, ns}, {1700000000, ns}};
  assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/// A model's file is identified by inode, size and time together: each alone may be equal for
/// another file.
static void different_files_with_equal_values_are_distinguished(void** state) {
  (void)state;
  char path[2][512], error[512] = "";
  for (int i = 0; i < 2; ++i) {
    snprintf(path[i], sizeof path[i], "%s/%d.safetensors", folder, i);
    copy_file(GOLDEN_FOLDER "linear.safetensors", path[i]);
    set_time(path[i], 1);
  }
  Model *a = model_open(path[0], error, sizeof error),
        *b = model_open(path[1], error, sizeof error);
  assert_ptr_not_equal(a, b);
  copy_file(GOLDEN_FOLDER "linear.safetensors", path[0]); // the same file, changed a moment later
  set_time(path[0], 2);
  Model* c = model_open(path[0], error, sizeof error);
  assert_ptr_not_equal(a, c);
  assert_string_equal(model_hash(a), model_hash(c));
  model_unref(a), model_unref(b), model_unref(c);
  unlink(path[0]), unlink(path[1]);
}

// While a file is read, another one replaces it and is opened.
static const char* replaced_by;
static Model* opened_meanwhile;

Safetensors* __real_safetensors_open(const char* path, FileIdentity* identity, char* error,
                                     size_t size);
Safetensors* __wrap_safetensors_open(const char* path, FileIdentity* identity, char* error,
                                     size_t size);

Safetensors* __wrap_safetensors_open(const char* path, FileIdentity* identity, char* error,
                                     size_t size) {
  const char* from = replaced_by;
  replaced_by = NULL;
  if (from) {
    unlink(path);
    copy_file(from, path);
    opened_meanwhile = model_open(path, error, size);
  }
  return __real_safetensors_open(path, identity, error, size);
}

static void a_file_that_is_replaced_while_it_is_read_is_one_model(void** state) {
  (void)state;
  char path[512], error[512] = "";
  snprintf(path, sizeof path, "%s/m.safetensors", folder);
  copy_file(GOLDEN_FOLDER "cnn-rnn.safetensors", path);
  replaced_by = GOLDEN_FOLDER "linear.safetensors";
  Model* model = model_open(path, error, sizeof error);
  assert_string_equal(error, "");
  assert_ptr_equal(model, opened_meanwhile);
  assert_string_equal(model_info(model)->name, "linear");
  model_unref(model), model_unref(opened_meanwhile);
  unlink(path);
}

/// A head that begins with an activation must not change its inputs, which are used again.
static void a_head_may_begin_with_an_activation(void** state) {
  (void)state;
  static const char head[] = "[{\"op\": \"relu\"}, {\"op\": \"dense\", \"name\": \"head.0\"}]";
  char path[512], error[512] = "";
  golden_path(path, "linear");
  Safetensors* file = safetensors_open(path, NULL, error, sizeof error);
  const Alteration change = {.path = "head", .value = head};
  Model *plain = model_open(path, error, sizeof error),
        *bent = open_changed("linear", &change, error, sizeof error);
  assert_string_equal(error, "");
  Net* nets[2] = {net_new(plain), net_new(bent)};
  const float* mean = golden_tensor(file, "input.mean");
  unsigned below = 0;
  for (size_t t = 0; t < golden_hops(file); ++t) {
    HopFeatures hops[2];
    NetOutput out[2];
    golden_hop(file, t, &hops[1]);
    golden_hop(file, t, &hops[0]); // the same, with what is below its mean at the mean
    for (size_t c = 0; c < 7; ++c) {
      const int cue = golden_cues()[c];
      const float usual = cue == CUE_TEMPO ? 120.0f * exp2f(mean[c]) : mean[c];
      below += hops[0].cues[cue] < usual;
      hops[0].cues[cue] = fmaxf(hops[0].cues[cue], usual);
    }
    for (int i = 0; i < 2; ++i)
      net_step(nets[i], &hops[i], &out[i], NULL);
    assert_float_equal(out[0].valence, out[1].valence, 1e-5f);
    assert_float_equal(out[0].arousal, out[1].arousal, 1e-5f);
  }
  assert_true(below > 10);
  for (int i = 0; i < 2; ++i)
    net_free(nets[i]);
  model_unref(plain), model_unref(bent);
  safetensors_free(file);
}

/// Denormal weights become 0, because they would be slow.
static void no_weight_is_denormal(void** state) {
  (void)state;
  static const char* const tensors[] = {"member0.head.0.weight", "member0.head.0.bias"};
  for (int i = 0; i < 2; ++i) {
    char error[512];
    const Alteration change = {.tensor = tensors[i], .spoil = -1e-40f};
    Model* model = open_changed("linear", &change, error, sizeof error);
    assert_string_equal(error, "");
    const Product* p = &model_plan(model)->member[0].head.layers[0].product;
    for (size_t k = 0; k < compute_packed_size(p->n, p->k); ++k)
      assert_int_not_equal(fpclassify(p->panels[k]), FP_SUBNORMAL);
    for (size_t k = 0; k < p->n; ++k)
      assert_int_not_equal(fpclassify(p->bias[k]), FP_SUBNORMAL);
    model_unref(model);
  }
}

/// Of the squared distance of an indefinite matrix, only what is above 0 counts.
static void a_negative_distance_counts_as_none(void** state) {
  (void)state;
  float confidence[2][6];
  for (int i = 0; i < 2; ++i) {
    char error[512];
    const Alteration change = {.tensor = "maha.inv", .spoil = i ? -1.0f : 0.0f, .all = true};
    Model* model = open_changed("vae-lstm", &change, error, sizeof error);
    assert_string_equal(error, "");
    Net* net = net_new(model);
    for (int t = 0; t < 6; ++t) {
      HopFeatures hop = {.loudness = -20.0f, .loudness_short = -20.0f, .loudness_slow = -20.0f};
      NetOutput out;
      for (unsigned k = 0; k < CUE_COUNT; ++k)
        hop.cues[k] = 0.1f * (float)(t + (int)k);
      net_step(net, &hop, &out, NULL);
      confidence[i][t] = out.confidence;
    }
    net_free(net);
    model_unref(model);
  }
  for (int t = 0; t < 6; ++t) {
    assert_true(confidence[0][t] > 0.0f);
    assert_true(confidence[0][t] == confidence[1][t]);
  }
}

static void facts_about_a_model_are_correct(void** state) {
  (void)state;
  char path[512], error[256] = "";
  golden_path(path, "vae-attentive");
  Model* model = model_open(path, error, sizeof error);
  const ModelInfo* info = model_info(model);
  assert_string_equal(info->encoder, "vae");
  assert_string_equal(info->temporal, "attentive-lstm");
  assert_string_equal(info->licence, "CC0-1.0");
  assert_int_equal(info->n_inputs, 13);
  assert_int_equal(info->n_hidden, 11);
  assert_int_equal(info->window, 6);
  assert_int_equal(model_frontend(model)->n_mel, 16);
  // every tensor but the goldens is a parameter
  Safetensors* file = safetensors_open(path, NULL, error, sizeof error);
  size_t count = 0;
  const Tensor* t;
  for (size_t i = 0; (t = safetensors_at(file, i)); ++i)
    count += strncmp(t->name, "golden.", 7) ? t->count : 0;
  assert_int_equal(info->parameters, count);
  char hash[17];
  snprintf(hash, sizeof hash, "%016" PRIx64, safetensors_hash(file));
  for (int i = 0; i < 2; ++i)
    assert_string_equal(model_hash(model), hash);
  assert_int_equal(info->bytes, safetensors_size(file));
  safetensors_free(file);
  model_unref(model);
}

static void the_environment_chooses_the_default(void** state) {
  (void)state;
  char path[64];
  setenv("CIRCUMPLEX_MODEL", "/some/where.safetensors", 1);
  assert_int_equal(model_default_path(path, sizeof path), 0);
  assert_string_equal(path, "/some/where.safetensors");
  assert_int_equal(model_default_path(path, 8), -1);
  char longer[1024], shipped[1024];
  setenv("CIRCUMPLEX_MODEL", "lstm", 1); // a name, as in options
  const bool ships = model_shipped_path("lstm", shipped, sizeof shipped) == 0;
  assert_int_equal(model_default_path(longer, sizeof longer), 0);
  assert_string_equal(longer, ships ? shipped : "lstm");
  for (int empty = 1; empty >= 0; --empty) {
    if (empty)
      setenv("CIRCUMPLEX_MODEL", "", 1);
    else
      unsetenv("CIRCUMPLEX_MODEL");
    if (model_default_path(longer, sizeof longer) == 0)
      assert_int_equal(access(longer, R_OK), 0);
    else
      assert_non_null(strstr(longer, "CIRCUMPLEX_MODEL"));
  }
}

/// A model whose head has the width \p width: each size is small, but their product makes it slow.
static Model* open_wide(unsigned width, char* error, size_t size) {
  static const char config[] =
      "{\"format\": 1, \"name\": \"wide\", \"frontend\": {\"n_mel\": 16, \"fmin\": 30, \"fmax\": "
      "10000}, \"inputs\": [\"cues\"], \"cues\": [\"loudness_rise\", \"flux\", \"centroid\", "
      "\"mode\", "
      "\"key_clarity\", \"roughness\", \"tempo\"], \"temporal\": {\"type\": "
      "\"none\"}, \"head\": [{\"op\": \"dense\", \"name\": \"a\"}, {\"op\": \"dense\", \"name\": "
      "\"b\"}, {\"op\": \"dense\", \"name\": \"c\"}]}";
  static const char* const metadata[] = {"circumplex", config};
  float* ones = malloc((size_t)width * width * sizeof *ones);
  for (size_t i = 0; i < (size_t)width * width; ++i)
    ones[i] = 1.0f / (float)(i + 1);
  const Tensor tensors[] = {
      {.name = "input.mean", .rank = 1, .shape = {7}, .data = ones},
      {.name = "input.std", .rank = 1, .shape = {7}, .data = ones},
      {.name = "member0.a.weight", .rank = 2, .shape = {width, 7}, .data = ones},
      {.name = "member0.b.weight", .rank = 2, .shape = {width, width}, .data = ones},
      {.name = "member0.c.weight", .rank = 2, .shape = {4, width}, .data = ones}};
  char path[512];
  snprintf(path, sizeof path, "%s/wide.safetensors", folder);
  assert_int_equal(safetensors_write(path, tensors, 5, metadata, 1, error, size), 0);
  error[0] = 0;
  Model* model = model_open(path, error, size);
  unlink(path);
  free(ones);
  return model;
}

static unsigned slices_of(Model* model, bool explain) {
  const HopFeatures hop = {.loudness = -20.0f};
  NetOutput out;
  NetContributions contributions;
  unsigned slices = 1;
  Net* net = net_new(model);
  while (!net_advance(net, &hop, &out, explain ? &contributions : NULL))
    ++slices;
  assert_true(isfinite(out.valence) &&
              (!explain || isfinite(contributions.valence[CUE_GROUP_MODE])));
  net_free(net);
  return slices;
}

static void too_much_work_in_one_slice_is_refused(void** state) {
  (void)state;
  char error[512];
  Model* model = open_wide(1472, error, sizeof error);
  assert_null(model);
  assert_non_null(strstr(error, "wide.safetensors: a member needs 2.1 million multiply-adds"));
  model = open_wide(1280, error, sizeof error);
  assert_string_equal(error, "");
  model_unref(model);
}

static void an_input_has_at_most_1024_values(void** state) {
  (void)state;
  enum { MOST = 1024, MAP = 25 * 16 };
  for (unsigned n = MOST; n <= MOST + 1; ++n) {
    char config[512], path[512], error[512] = "";
    snprintf(config, sizeof config,
             "{\"format\": 1, \"name\": \"broad\", \"frontend\": {\"n_mel\": 16}, "
             "\"encoder\": {\"type\": \"cnn\", \"layers\": [{\"op\": \"flatten\"}, "
             "{\"op\": \"dense\", \"name\": \"enc\"}]}, \"inputs\": [\"code\"%s], "
             "\"cues\": [\"mode\"], \"temporal\": {\"type\": \"none\"}, "
             "\"head\": [{\"op\": \"dense\", \"name\": \"head\"}]}",
             n > MOST ? ", \"cues\"" : "");
    const char* const metadata[] = {"circumplex", config};
    static float ones[MOST * MAP];
    for (size_t i = 0; i < MOST * MAP; ++i)
      ones[i] = 1.0f;
    const Tensor tensors[] = {
        {.name = "mel.mean", .rank = 1, .shape = {16}, .data = ones},
        {.name = "mel.std", .rank = 1, .shape = {16}, .data = ones},
        {.name = "enc.weight", .rank = 2, .shape = {MOST, MAP}, .data = ones},
        {.name = "input.mean", .rank = 1, .shape = {n}, .data = ones},
        {.name = "input.std", .rank = 1, .shape = {n}, .data = ones},
        {.name = "member0.head.weight", .rank = 2, .shape = {4, n}, .data = ones}};
    snprintf(path, sizeof path, "%s/broad.safetensors", folder);
    assert_int_equal(safetensors_write(path, tensors, 6, metadata, 1, error, sizeof error), 0);
    error[0] = '\0';
    Model* model = model_open(path, error, sizeof error);
    unlink(path);
    if (n > MOST) assert_non_null(strstr(error, "\"inputs\" have 1025 values"));
    if (n == MOST) assert_string_equal(error, "");
    model_unref(model);
  }
}

/// A small file, but slow, because its kernel is applied often.
static void too_much_work_in_total_is_refused(void** state) {
  (void)state;
  static const char config[] =
      "{\"format\": 1, \"name\": \"dear\", \"frontend\": {\"n_mel\": 128}, \"encoder\": {\"type\": "
      "\"cnn\", \"layers\": [{\"op\": \"conv2d\", \"name\": \"enc\", \"padding\": [15, 15]}, "
      "{\"op\": "
      "\"meanpool\"}, {\"op\": \"flatten\"}]}}";
  static const char* const metadata[] = {"circumplex", config};
  static float weights[24 * 31 * 31];
  const Tensor tensors[] = {
      {.name = "mel.mean", .rank = 1, .shape = {128}, .data = weights},
      {.name = "mel.std", .rank = 1, .shape = {128}, .data = weights},
      {.name = "enc.weight", .rank = 4, .shape = {24, 1, 31, 31}, .data = weights}};
  char path[512], error[512] = "";
  for (size_t i = 0; i < sizeof weights / sizeof *weights; ++i)
    weights[i] = 1.0f;
  snprintf(path, sizeof path, "%s/dear.safetensors", folder);
  assert_int_equal(safetensors_write(path, tensors, 3, metadata, 1, error, sizeof error), 0);
  error[0] = '\0';
  assert_null(model_open(path, error, sizeof error));
  assert_non_null(strstr(error, "more than 64 million multiply-adds per hop"));
  unlink(path);
}

static void slow_models_leave_out_cue_groups_one_by_one(void** state) {
  (void)state;
  char error[512];
  Model* dear = open_wide(1280, error, sizeof error);
  Model* cheap = open_wide(16, error, sizeof error);
  assert_int_equal(slices_of(cheap, false), 3); // features, the member, the rest
  assert_int_equal(slices_of(cheap, true), 4);
  assert_int_equal(slices_of(dear, false), 3);
  assert_int_equal(slices_of(dear, true), 3 + CUE_GROUP_COUNT);
  model_unref(dear);
  model_unref(cheap);
}

/// The last slice has fewer rows than the others.
static void contributions_do_not_depend_on_the_slices(void** state) {
  (void)state;
  static const Cue cues[] = {CUE_LOUDNESS_RISE, CUE_FLUX,      CUE_CENTROID, CUE_MODE,
                             CUE_KEY_CLARITY,   CUE_ROUGHNESS, CUE_TEMPO};
  char error[512];
  Model* model = open_wide(740, error, sizeof error);
  assert_string_equal(error, "");
  assert_int_equal(model_plan(model)->explain_rows, 3); // of 7 groups
  Net* net = net_new(model);
  HopFeatures hop = {.loudness = -20.0f};
  hop.cues[CUE_TEMPO] = 250.0f;
  NetOutput whole, without;
  NetContributions contributions;
  net_step(net, &hop, &whole, &contributions);
  for (unsigned i = 0; i < CUE_GROUP_COUNT; ++i) {
    const float kept = hop.cues[cues[i]], mean = 1.0f / (float)(i + 1);
    hop.cues[cues[i]] = cues[i] == CUE_TEMPO ? 120.0f * exp2f(mean) : mean;
    net_reset(net);
    net_step(net, &hop, &without, NULL);
    const unsigned group = (unsigned)cue_info(cues[i])->group;
    assert_float_equal(contributions.valence[group], whole.valence - without.valence, 1e-5f);
    assert_float_equal(contributions.arousal[group], whole.arousal - without.arousal, 1e-5f);
    hop.cues[cues[i]] = kept;
  }
  net_free(net);
  model_unref(model);
}

/// run() plans its slices by this count of multiply-adds (bench/slices.c measures its unit).
static void the_work_of_each_kind_of_net_is_counted(void** state) {
  (void)state;
  static const struct {
    const char* name;
    size_t features, member;
  } known[] = {{"vae-attentive", 59288, 3020},  {"none-attentive-cosine", 0, 2096},
               {"none-attentive-dot", 0, 1812}, {"ae-transformer", 18496, 3840},
               {"cnn-rnn", 18496, 868},         {"linear", 0, 126}};
  for (size_t i = 0; i < sizeof known / sizeof *known; ++i) {
    char path[512], error[256] = "";
    golden_path(path, known[i].name);
    Model* model = model_open(path, error, sizeof error);
    assert_string_equal(error, "");
    assert_int_equal(model_plan(model)->features_work, known[i].features);
    assert_int_equal(model_plan(model)->member_work, known[i].member);
    model_unref(model);
  }
}

static void a_missing_file_is_named(void** state) {
  (void)state;
  char error[256];
  assert_null(model_open("/nowhere/m.safetensors", error, sizeof error));
  assert_string_equal(
      error, "/nowhere/m.safetensors: the file cannot be read (No such file or directory).");
  assert_null(model_open("/nowhere", NULL, 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unchanged_copies_can_be_opened),
      cmocka_unit_test(wrong_keys_are_named),
      cmocka_unit_test(wrong_tensors_are_named),
      cmocka_unit_test(a_model_has_its_own_words),
      cmocka_unit_test(words_have_the_stated_limits),
      cmocka_unit_test(numbers_of_a_model_have_their_range),
      cmocka_unit_test(a_file_that_is_not_a_model_is_reported_with_its_path),
      cmocka_unit_test(the_same_file_is_the_same_model),
      cmocka_unit_test(a_replaced_file_is_another_model),
      cmocka_unit_test(different_files_with_equal_values_are_distinguished),
      cmocka_unit_test(too_much_work_in_total_is_refused),
      cmocka_unit_test(a_file_that_is_replaced_while_it_is_read_is_one_model),
      cmocka_unit_test(a_head_may_begin_with_an_activation),
      cmocka_unit_test(no_weight_is_denormal),
      cmocka_unit_test(a_negative_distance_counts_as_none),
      cmocka_unit_test(facts_about_a_model_are_correct),
      cmocka_unit_test(the_environment_chooses_the_default),
      cmocka_unit_test(too_much_work_in_one_slice_is_refused),
      cmocka_unit_test(an_input_has_at_most_1024_values),
      cmocka_unit_test(slow_models_leave_out_cue_groups_one_by_one),
      cmocka_unit_test(contributions_do_not_depend_on_the_slices),
      cmocka_unit_test(the_work_of_each_kind_of_net_is_counted),
      cmocka_unit_test(a_missing_file_is_named),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
