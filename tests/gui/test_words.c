// SPDX-License-Identifier: GPL-3.0-or-later
#include "affect/words.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_words_position_has_that_word(void** state) {
  (void)state;
  const size_t n = words_builtin()->count;
  const Word* words = words_builtin()->words;
  for (size_t i = 0; i < n; ++i) {
    const int found = words_nearest_in(NULL, words[i].valence, words[i].arousal, -1);
    assert_string_equal(words_name_in(NULL, found), words[i].name);
  }
}

static void twelve_landmarks_and_all_places_lie_on_the_plane(void** state) {
  (void)state;
  const size_t n = words_builtin()->count;
  int landmarks = 0;
  const Word* words = words_builtin()->words;
  for (size_t i = 0; i < n; ++i) {
    landmarks += words[i].landmark;
    assert_true(fabsf(words[i].valence) <= 1.0f && fabsf(words[i].arousal) <= 1.0f);
  }
  assert_int_equal(landmarks, 12);
}

static void the_centre_is_neutral(void** state) {
  (void)state;
  assert_string_equal(words_name_of(NULL, 0.0f, 0.0f), "neutral");
  assert_string_equal(words_name_of(NULL, 0.08f, 0.0f), "neutral");
  assert_string_equal(words_name_in(NULL, words_nearest_in(NULL, NAN, 0.0f, 3)), "neutral");
  assert_string_not_equal(words_name_of(NULL, -0.20f, -0.25f), "neutral");
  // The rim has hysteresis too.
  assert_int_equal(words_nearest_in(NULL, 0.13f, 0.0f, 0), 0);
  assert_int_not_equal(words_nearest_in(NULL, 0.13f, 0.0f, -1), 0);
  assert_int_not_equal(words_nearest_in(NULL, 0.11f, 0.0f, words_nearest_in(NULL, 0.3f, 0.0f, -1)),
                       0);
  assert_string_equal(words_name_in(NULL, -1), "neutral");
  assert_string_equal(words_name_in(NULL, 1000), "neutral");
}

static void the_name_stays_until_another_is_clearly_nearer(void** state) {
  (void)state;
  const Word words[] = {{"neutral", 0.0f, 0.0f, false},
                        {"happy", 0.80f, 0.30f, true},
                        {"upbeat", 0.60f, 0.25f, true}};
  const WordTable table = {words, 3, 0.15f};
  const int happy = 1, upbeat = 2;
  // Just beyond the middle between the two words: a first reading is upbeat, a happy one stays
  // happy.
  assert_int_equal(words_nearest_in(&table, 0.69f, 0.27f, -1), upbeat);
  assert_int_equal(words_nearest_in(&table, 0.69f, 0.27f, happy), happy);
  assert_int_equal(words_nearest_in(&table, 0.62f, 0.25f, happy), upbeat);
  // So a reading that varies around the middle changes its name at most once.
  int word = happy;
  int changes = 0;
  for (int i = 0; i < 100; ++i) {
    const int next = words_nearest_in(&table, i & 1 ? 0.71f : 0.69f, 0.275f, word);
    changes += next != word;
    word = next;
  }
  assert_true(changes <= 1);
}

static void another_table_has_its_own_words(void** state) {
  (void)state;
  const Word words[] = {
      {"neutral", 0.0f, 0.0f, false}, {"up", 0.0f, 0.5f, true}, {"down", 0.0f, -0.5f, false}};
  const WordTable table = {words, 3, 0.3f};
  assert_string_equal(words_name_of(&table, 0.9f, 0.1f), "up");
  assert_string_equal(words_name_in(&table, words_nearest_in(&table, 0.9f, -0.1f, -1)), "down");
  assert_string_equal(words_name_in(&table, words_nearest_in(&table, 0.0f, 0.28f, -1)), "neutral");
  assert_string_equal(words_name_in(&table, words_nearest_in(&table, 0.9f, -0.01f, 1)), "up");
  assert_string_equal(words_name_in(&table, 3), "neutral");
}

/// The definition in words.h, in the same order.
static int named(const WordTable* table, double v, double a, int current) {
  const double rim = (double)table->neutral_radius + (current < 0    ? 0.0
                                                      : current == 0 ? 0.5
                                                                     : -0.5) *
                                                         (double)WORDS_HYSTERESIS;
  double away[WORDS_MAX];
  int nearest = 1;
  for (int i = 0; i < (int)table->count; ++i) {
    away[i] = hypot(v - (double)table->words[i].valence, a - (double)table->words[i].arousal);
    if (i > 0 && away[i] < away[nearest]) nearest = i;
  }
  if (away[0] < rim) return 0;
  return current > 0 && away[current] < away[nearest] + (double)WORDS_HYSTERESIS ? current
                                                                                 : nearest;
}

static void all_of_the_plane_is_named_as_defined(void** state) {
  (void)state;
  const Word words[] = {{"neutral", 0.0f, 0.0f, false},
                        {"a", 0.61f, 0.33f, true},
                        {"b", 0.53f, 0.47f, true},
                        {"c", -0.42f, 0.71f, true},
                        {"d", -0.37f, -0.55f, true},
                        {"e", 0.29f, -0.64f, false},
                        {"of another table", 0.9f, 0.2f, false}};
  const WordTable table = {words, sizeof words / sizeof words[0] - 1, 0.21f};
  for (int current = -1; current < (int)table.count; ++current)
    for (int v = -100; v <= 100; v += 3)
      for (int a = -100; a <= 100; a += 3)
        assert_int_equal(words_nearest_in(&table, (float)v / 100.0f, (float)a / 100.0f, current),
                         named(&table, v / 100.0, a / 100.0, current));
  assert_int_equal(words_nearest_in(&table, 0.9f, 0.2f, 6), 1);
}

static void limits_of_confidence_and_no_numbers(void** state) {
  (void)state;
  assert_int_equal(words_nearest_in(NULL, NAN, 0.5f, -1), 0); // neutral
  assert_int_equal(words_nearest_in(NULL, 0.5f, NAN, -1), 0);
  assert_false(words_outside(false, WORDS_OUTSIDE));
  assert_true(words_outside(false, nextafterf(WORDS_OUTSIDE, 0.0f)));
  assert_false(words_outside(true, WORDS_OUTSIDE_LEAVE));
  assert_true(words_outside(true, nextafterf(WORDS_OUTSIDE_LEAVE, 0.0f)));
  static const struct {
    int before;
    float confidence;
    int doubt;
  } steps[] = {{0, 0.58f, 0}, {0, 0.56f, 1}, {0, 0.43f, 1}, {0, 0.41f, 2}, {1, 0.64f, 0},
               {1, 0.62f, 1}, {1, 0.43f, 1}, {1, 0.41f, 2}, {2, 0.49f, 1}, {2, 0.47f, 2}};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; ++i)
    assert_int_equal(words_doubt(steps[i].before, steps[i].confidence), steps[i].doubt);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_words_position_has_that_word),
      cmocka_unit_test(twelve_landmarks_and_all_places_lie_on_the_plane),
      cmocka_unit_test(the_centre_is_neutral),
      cmocka_unit_test(another_table_has_its_own_words),
      cmocka_unit_test(all_of_the_plane_is_named_as_defined),
      cmocka_unit_test(limits_of_confidence_and_no_numbers),
      cmocka_unit_test(the_name_stays_until_another_is_clearly_nearer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
