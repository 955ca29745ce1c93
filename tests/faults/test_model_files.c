// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A model file that is cut short, deleted or replaced while it is in use.
#include "tests/dsp/harness.h"

#include "inference/engine.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GOLDEN CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/"
#define RATE 48000
#define HOPS 6

static char folder[64], file[128];

static int make_folder(void** state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/circumplex-faults-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  snprintf(file, sizeof file, "%s/model.safetensors", folder);
  return 0;
}

static int remove_folder(void** state) {
  (void)state;
  unlink(file);
  return rmdir(folder);
}

/// Copy the first \p most bytes of a golden model over `file`, keeping the inode if there is one.
static void copy(const char* name, size_t most) {
  char from[512];
  static char bytes[4 << 20];
  snprintf(from, sizeof from, GOLDEN "%s.safetensors", name);
  FILE* in = fopen(from, "rb");
  FILE* out = fopen(file, "wb");
  assert_true(in && out);
  size_t n = fread(bytes, 1, sizeof bytes, in);
  if (n > most) n = most;
  assert_int_equal(fwrite(bytes, 1, n, out), n);
  fclose(in);
  assert_int_equal(fclose(out), 0);
}

static Model* open_file(void) {
  char error[300] = "";
  Model* model = model_open(file, error, sizeof error);
  if (!model) fail_msg("%s", error);
  return model;
}

/// Valence of HOPS hops; \p disturb is called after half of them.
static void read_with(Model* model, float valence[HOPS], void (*disturb)(void)) {
  char error[300];
  Engine* engine = engine_new(model, RATE, error, sizeof error);
  assert_non_null(engine);
  static float x[RATE / 2];
  for (int i = 0; i < RATE / 2; ++i)
    x[i] = 0.2f * sinf((float)i * 0.03f) + 0.1f * sinf((float)i * 0.21f);
  for (int h = 0; h < HOPS; ++h) {
    Estimate e;
    if (h == HOPS / 2 && disturb) disturb();
    assert_int_equal(engine_push(engine, x, NULL, RATE / 2), RATE / 2);
    assert_true(engine_pop(engine, &e));
    valence[h] = e.valence;
  }
  engine_free(engine);
}

static void cut(void) {
  assert_int_equal(truncate(file, 100), 0);
}
static void delete (void) {
  assert_int_equal(unlink(file), 0);
}
static void overwrite(void) {
  copy("none-lstm", SIZE_MAX);
}
static void scribble(void) {
  FILE* f = fopen(file, "r+b");
  assert_non_null(f);
  for (int i = 0; i < 100000; ++i)
    fputc(0xff, f);
  fclose(f);
}

static void readings_continue_whatever_happens_to_the_file(void** state) {
  (void)state;
  void (*const disturbances[])(void) = {cut, delete, overwrite, scribble};
  float expected[HOPS];
  copy("vae-attentive", SIZE_MAX);
  Model* model = open_file();
  read_with(model, expected, NULL);
  model_unref(model);
  bool moved = false;
  for (int h = 1; h < HOPS; ++h)
    moved |= expected[h] != expected[0];
  assert_true(moved);
  for (size_t i = 0; i < sizeof disturbances / sizeof *disturbances; ++i) {
    float valence[HOPS];
    copy("vae-attentive", SIZE_MAX);
    model = open_file();
    read_with(model, valence, disturbances[i]);
    model_unref(model);
    assert_memory_equal(valence, expected, sizeof valence);
  }
}

static void every_shortened_file_is_refused_with_a_message(void** state) {
  (void)state;
  struct stat st;
  copy("vae-attentive", SIZE_MAX);
  assert_int_equal(stat(file, &st), 0);
  for (off_t size = st.st_size - 1; size >= 0; size -= 1 + st.st_size / 97) {
    char error[300] = "";
    copy("vae-attentive", (size_t)size);
    assert_null(model_open(file, error, sizeof error));
    assert_non_null(strstr(error, file));
  }
}

static void a_replaced_file_is_a_new_model_and_the_old_one_stays(void** state) {
  (void)state;
  char other[160];
  copy("vae-attentive", SIZE_MAX);
  Model* old = open_file();
  char hash[17];
  snprintf(hash, sizeof hash, "%s", model_hash(old));
  snprintf(other, sizeof other, "%s.new", file);
  // As package managers do it: the new file is renamed to the old one's name.
  assert_int_equal(rename(file, other), 0);
  copy("cnn-rnn", SIZE_MAX);
  Model* new = open_file();
  assert_ptr_not_equal(old, new);
  assert_string_not_equal(model_hash(new), hash);
  assert_string_equal(model_hash(old), hash);
  model_unref(new);
  model_unref(old);
  unlink(other);
}

static void other_things_than_files_are_refused(void** state) {
  (void)state;
  char error[300] = "";
  char pipe_path[160];
  snprintf(pipe_path, sizeof pipe_path, "%s/pipe", folder);
  assert_int_equal(mkfifo(pipe_path, 0600), 0);
  const char* const paths[] = {folder, pipe_path, "/dev/zero", "/dev/full", "/proc/self/mem", ""};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; ++i) { // and none of these blocks
    *error = 0;
    assert_null(model_open(paths[i], error, sizeof error));
    assert_true(*error);
  }
  unlink(pipe_path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(readings_continue_whatever_happens_to_the_file),
      cmocka_unit_test(every_shortened_file_is_refused_with_a_message),
      cmocka_unit_test(a_replaced_file_is_a_new_model_and_the_old_one_stays),
      cmocka_unit_test(other_things_than_files_are_refused),
  };
  return cmocka_run_group_tests_name("model files", tests, make_folder, remove_folder);
}
