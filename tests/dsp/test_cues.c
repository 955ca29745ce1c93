// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/cues.h"
#include "harness.h"

#include <string.h>

static void every_cue_is_found_by_its_name(void** state) {
  (void)state;
  for (unsigned i = 0; i < CUE_COUNT; ++i) {
    const CueInfo* info = cue_info(i);
    assert_non_null(info);
    assert_int_equal(cue_find(info->name), i);
    assert_true(info->low < info->high);
    assert_true(info->unit[0] != '\0');
    assert_non_null(cue_group_name(info->group));
  }
  assert_string_equal(cue_info(CUE_TEMPO)->name, "tempo");
  assert_string_equal(cue_info(CUE_MODE)->name, "mode");
}

static void other_names_are_not_found(void** state) {
  (void)state;
  assert_null(cue_info(CUE_COUNT));
  assert_int_equal(cue_find("temp"), -1);
  assert_int_equal(cue_find(""), -1);
  assert_null(cue_group_name(CUE_GROUP_COUNT));
}

static void every_group_has_a_cue(void** state) {
  (void)state;
  for (unsigned group = 0; group < CUE_GROUP_COUNT; ++group) {
    unsigned cues = 0;
    for (unsigned i = 0; i < CUE_COUNT; ++i)
      cues += cue_info(i)->group == group;
    assert_true(cues > 0);
  }
}

static void names_are_lower_snake_case(void** state) {
  (void)state;
  for (unsigned i = 0; i < CUE_COUNT; ++i)
    assert_int_equal(strspn(cue_info(i)->name, "abcdefghijklmnopqrstuvwxyz_"),
                     strlen(cue_info(i)->name));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_cue_is_found_by_its_name),
      cmocka_unit_test(other_names_are_not_found),
      cmocka_unit_test(every_group_has_a_cue),
      cmocka_unit_test(names_are_lower_snake_case),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
