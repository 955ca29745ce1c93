// SPDX-License-Identifier: GPL-3.0-or-later
// The history keeps the last 10 minutes in order, with small errors, in little memory.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/history.h"

#include <math.h>
#include <string.h>

static void fill(float* values, unsigned seed) {
  for (unsigned i = 0; i < PROTOCOL_FLOATS; ++i)
    values[i] = (float)((seed * 31 + i * 7) % 100) / 100.0f;
  for (unsigned i = 0; i < CUE_COUNT; ++i) {
    const CueInfo* cue = cue_info(i);
    values[PROTOCOL_CUES_FIRST + i] =
        cue->low + (cue->high - cue->low) * (float)((seed + i) % 11) / 10.0f;
  }
}

static void records_come_back_in_order(void** state) {
  (void)state;
  History* h = history_new();
  assert_non_null(h);
  const float attention[4] = {0.1f, 0.2f, 0.3f, 0.4f};
  for (unsigned n = 0; n < PROTOCOL_HISTORY + 100; ++n) {
    float values[PROTOCOL_FLOATS];
    fill(values, n);
    history_append(h, values, attention, attention, 4);
  }
  assert_int_equal(history_end(h), PROTOCOL_HISTORY + 100);
  assert_int_equal(history_first(h), 100);
  for (uint64_t n = history_first(h); n < history_end(h); ++n) {
    float expected[PROTOCOL_FLOATS], values[PROTOCOL_FLOATS];
    uint8_t bytes[PROTOCOL_ATTENTION];
    fill(expected, (unsigned)n);
    history_read(h, n, values, bytes);
    for (unsigned i = 0; i < PROTOCOL_FLOATS; ++i) {
      if (i == PROTOCOL_ATTENTION_COUNT || i == PROTOCOL_ATTENTION_UNIT) continue;
      float tolerance = 0.0f;
      if (i >= PROTOCOL_ENVELOPE_FIRST) tolerance = 0.005f;
      if (i >= PROTOCOL_CUES_FIRST && i < PROTOCOL_TO_VALENCE_FIRST) {
        const CueInfo* cue = cue_info(i - PROTOCOL_CUES_FIRST);
        tolerance = (cue->high - cue->low) * 1e-4f;
      }
      assert_true(fabsf(values[i] - expected[i]) <= tolerance);
    }
  }
  history_free(h);
}

static void attention_is_at_the_end_of_its_bytes(void** state) {
  (void)state;
  History* h = history_new();
  assert_non_null(h);
  float values[PROTOCOL_FLOATS] = {0};
  uint8_t bytes[PROTOCOL_ATTENTION];
  history_append(h, values, (const float[3]){0.5f, 0.0f, 0.25f},
                 (const float[3]){0.125f, 0.0f, 0.0f}, 3);
  history_read(h, 0, values, bytes);
  assert_int_equal((int)values[PROTOCOL_ATTENTION_COUNT], 3);
  for (unsigned i = 0; i < PROTOCOL_WINDOW - 3; ++i)
    assert_int_equal(bytes[i], 0);
  const float unit = values[PROTOCOL_ATTENTION_UNIT];
  assert_true(fabsf((float)bytes[PROTOCOL_WINDOW - 3] * unit - 0.5f) < 0.002f);
  assert_true(fabsf((float)bytes[PROTOCOL_WINDOW - 1] * unit - 0.25f) < 0.002f);
  assert_true(fabsf((float)bytes[2 * PROTOCOL_WINDOW - 3] * unit - 0.125f) < 0.002f);
  assert_int_equal(bytes[2 * PROTOCOL_WINDOW - 1], 0);
  history_append(h, values, NULL, NULL, 0);
  history_read(h, 1, values, bytes);
  assert_int_equal((int)values[PROTOCOL_ATTENTION_COUNT], 0);
  history_free(h);
}

static void the_newest_part_of_a_long_attention_is_kept(void** state) {
  (void)state;
  enum { n = PROTOCOL_WINDOW + 40 };
  History* h = history_new();
  assert_non_null(h);
  float values[PROTOCOL_FLOATS] = {0}, attention[n], beyond[n];
  uint8_t bytes[PROTOCOL_ATTENTION];
  for (unsigned i = 0; i < n; ++i) {
    attention[i] = i < 40 ? 9.0f : (float)(i - 39) / PROTOCOL_WINDOW;
    beyond[i] = 0.5f * attention[i];
  }
  history_append(h, values, attention, beyond, n);
  history_read(h, 0, values, bytes);
  assert_int_equal((int)values[PROTOCOL_ATTENTION_COUNT], PROTOCOL_WINDOW);
  assert_float_equal(values[PROTOCOL_ATTENTION_UNIT], 1.0f / 255.0f, 1e-6f);
  for (unsigned i = 0; i < PROTOCOL_WINDOW; ++i) {
    assert_float_equal((float)bytes[i] / 255.0f, attention[40 + i], 0.002f);
    assert_float_equal((float)bytes[PROTOCOL_WINDOW + i] / 255.0f, beyond[40 + i], 0.002f);
  }
  history_free(h);
}

static void overwritten_estimates_have_no_effect(void** state) {
  (void)state;
  History* h = history_new();
  assert_non_null(h);
  float values[PROTOCOL_FLOATS] = {0}, ones[PROTOCOL_WINDOW];
  uint8_t bytes[PROTOCOL_ATTENTION];
  for (unsigned i = 0; i < PROTOCOL_WINDOW; ++i)
    ones[i] = 1.0f;
  for (unsigned n = 0; n < PROTOCOL_HISTORY; ++n)
    history_append(h, values, ones, ones, PROTOCOL_WINDOW);
  history_append(h, values, ones, ones, 1);
  history_read(h, PROTOCOL_HISTORY, values, bytes);
  for (unsigned i = 0; i < PROTOCOL_ATTENTION; ++i)
    assert_int_equal(bytes[i], (i + 1) % PROTOCOL_WINDOW == 0 ? 255 : 0);
  history_free(h);
}

static void values_too_large_are_clamped(void** state) {
  (void)state;
  History* h = history_new();
  assert_non_null(h);
  float values[PROTOCOL_FLOATS] = {0};
  uint8_t bytes[PROTOCOL_ATTENTION];
  values[PROTOCOL_ENVELOPE_FIRST] = 200.0f; // dB
  values[PROTOCOL_TO_VALENCE_FIRST] = -3.0f;
  // A cue is stored up to one displayed range beyond either end.
  const CueInfo* cue = cue_info(1);
  const float range = cue->high - cue->low;
  values[PROTOCOL_CUES_FIRST] = cue_info(0)->low - 0.9f * (cue_info(0)->high - cue_info(0)->low);
  values[PROTOCOL_CUES_FIRST + 1] = cue->high + 1.2f * range;
  history_append(h, values, NULL, NULL, 0);
  history_read(h, 0, values, bytes);
  assert_float_equal(values[PROTOCOL_CUES_FIRST],
                     cue_info(0)->low - 0.9f * (cue_info(0)->high - cue_info(0)->low), 0.01f);
  assert_float_equal(values[PROTOCOL_CUES_FIRST + 1], cue->high + range, 1e-3f * range);
  assert_float_equal(values[PROTOCOL_ENVELOPE_FIRST], 128.0f, 1e-3f);
  assert_float_equal(values[PROTOCOL_TO_VALENCE_FIRST], -2.0f, 1e-3f);
  history_free(h);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(records_come_back_in_order),
      cmocka_unit_test(attention_is_at_the_end_of_its_bytes),
      cmocka_unit_test(the_newest_part_of_a_long_attention_is_kept),
      cmocka_unit_test(overwritten_estimates_have_no_effect),
      cmocka_unit_test(values_too_large_are_clamped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
