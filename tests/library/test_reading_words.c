// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A library's songs are named by the words of the model's own file.
#include "inference/model.h"
#include "library/reading_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GOLDEN CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/"

// A model that is used as the default one, and its hash.
static StoreModel use(const char* path) {
  char error[256] = "";
  StoreModel own = {.name = "mine"};
  assert_int_equal(setenv("CIRCUMPLEX_MODEL", path, 1), 0);
  Model* model = model_open(path, error, sizeof error);
  assert_non_null(model);
  memcpy(own.hash, model_hash(model), sizeof own.hash);
  model_unref(model);
  return own;
}

static void words_come_from_the_file_of_that_hash(void** state) {
  (void)state;
  StoreModel own = use(GOLDEN "vae-attentive-cosine.safetensors");
  ReadingWords* words = reading_words_find(&own);
  const WordTable* table = reading_words_table(words);
  assert_non_null(table);
  assert_string_equal(table->words[1].name, "up");
  reading_words_free(words);
  own.hash[0] = own.hash[0] == '0' ? '1' : '0'; // another model of that name
  assert_null(reading_words_find(&own));
}

static void a_model_without_words_has_the_built_in_ones(void** state) {
  (void)state;
  const StoreModel own = use(GOLDEN "vae-attentive.safetensors");
  ReadingWords* words = reading_words_find(&own);
  assert_non_null(words);
  assert_null(reading_words_table(words));
  reading_words_free(words);
  assert_null(reading_words_table(NULL));
  reading_words_free(NULL);
}

static void a_missing_file_is_not_an_error(void** state) {
  (void)state;
  const StoreModel own = {.hash = "0123456789abcdef", .name = "../nothing"};
  assert_int_equal(setenv("CIRCUMPLEX_MODEL", "/nonexistent/m.safetensors", 1), 0);
  assert_null(reading_words_find(&own));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_come_from_the_file_of_that_hash),
      cmocka_unit_test(a_model_without_words_has_the_built_in_ones),
      cmocka_unit_test(a_missing_file_is_not_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
