// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/ring.h"
#include "harness.h"

#include <string.h>

static void capacity_is_rounded_up_to_a_power_of_two(void** state) {
  (void)state;
  static const size_t wanted[] = {1, 2, 3, 64, 65, 1000}, got[] = {1, 2, 4, 64, 128, 1024};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i) {
    Ring* ring = ring_new(wanted[i], sizeof(float));
    assert_non_null(ring);
    assert_int_equal(ring_capacity(ring), got[i]);
    assert_int_equal(ring_writable(ring), got[i]);
    assert_int_equal(ring_readable(ring), 0);
    ring_free(ring);
  }
}

static void absurd_capacities_are_refused(void** state) {
  (void)state;
  assert_null(ring_new(0, sizeof(float)));
  assert_null(ring_new(4, 0));
  assert_null(ring_new(((size_t)1 << 28) + 1, sizeof(float)));
  assert_null(ring_new((size_t)-1, 1));
  assert_null(ring_new(4, (size_t)-1));
  ring_free(NULL);
}

static void elements_come_out_in_order_across_the_wrap(void** state) {
  (void)state;
  Ring* ring = ring_new(16, sizeof(float));
  assert_non_null(ring);
  float in = 0.0f, expected = 0.0f;
  for (size_t round = 0; round < 1000; ++round) {
    const size_t n = 1 + round % 11;
    float block[16];
    for (size_t i = 0; i < n; ++i)
      block[i] = in++;
    assert_int_equal(ring_push(ring, block, n), n);
    assert_int_equal(ring_readable(ring), n);
    assert_int_equal(ring_writable(ring), 16 - n);
    memset(block, 0, sizeof block);
    assert_int_equal(ring_pop(ring, block, 16), n);
    for (size_t i = 0; i < n; ++i)
      assert_near(block[i], expected++, 0.0);
  }
  ring_free(ring);
}

static void a_full_ring_accepts_nothing_and_loses_nothing(void** state) {
  (void)state;
  Ring* ring = ring_new(8, sizeof(float));
  const float a[8] = {1, 2, 3, 4, 5, 6, 7, 8}, more[2] = {9, 10};
  float out[8];
  assert_int_equal(ring_push(ring, a, 7), 7);
  assert_int_equal(ring_push(ring, more, 2), 0); // all or nothing
  assert_int_equal(ring_writable(ring), 1);
  assert_int_equal(ring_push(ring, a + 7, 1), 1);
  assert_int_equal(ring_push(ring, more, 1), 0);
  assert_int_equal(ring_writable(ring), 0);
  assert_int_equal(ring_push(ring, more, 0), 0);
  assert_int_equal(ring_pop(ring, out, 8), 8);
  assert_memory_equal(out, a, sizeof a);
  assert_int_equal(ring_push(ring, a, 8), 8); // and there is room again
  assert_int_equal(ring_push(ring, a, 9), 0); // more than its capacity
  ring_free(ring);
}

static void an_empty_ring_gives_nothing(void** state) {
  (void)state;
  Ring* ring = ring_new(4, sizeof(float));
  float out[4] = {5, 5, 5, 5};
  assert_int_equal(ring_pop(ring, out, 4), 0);
  assert_near(out[0], 5.0, 0.0);
  assert_int_equal(ring_readable(ring), 0);
  ring_free(ring);
}

static void a_cleared_ring_is_as_new(void** state) {
  (void)state;
  Ring* ring = ring_new(8, sizeof(float));
  const float a[5] = {1, 2, 3, 4, 5};
  float out[8];
  ring_push(ring, a, 5);
  ring_pop(ring, out, 2);
  ring_clear(ring);
  assert_int_equal(ring_pop(ring, out, 2), 0); // the other side's last seen index is reset, too
  assert_int_equal(ring_readable(ring), 0);
  assert_int_equal(ring_writable(ring), 8);
  assert_int_equal(ring_push(ring, a, 5), 5);
  assert_int_equal(ring_pop(ring, out, 8), 5);
  assert_memory_equal(out, a, sizeof a);
  ring_free(ring);
}

static void elements_stay_whole(void** state) {
  (void)state;
  typedef struct {
    uint64_t a;
    char b;
    float c[3];
  } Element;
  Ring* ring = ring_new(5, sizeof(Element));
  assert_non_null(ring);
  assert_int_equal(ring_capacity(ring), 8);
  Element in[3], out[3];
  memset(in, 0, sizeof in);
  for (unsigned round = 0; round < 50; ++round) {
    for (unsigned i = 0; i < 3; ++i)
      in[i] = (Element){round * 3 + i, (char)i, {1, 2, (float)round}};
    assert_int_equal(ring_push(ring, in, 3), 3);
    assert_int_equal(ring_readable(ring), 3);
    assert_int_equal(ring_pop(ring, out, 3), 3);
    for (unsigned i = 0; i < 3; ++i) {
      assert_true(out[i].a == in[i].a && out[i].b == in[i].b);
      assert_memory_equal(out[i].c, in[i].c, sizeof out[i].c);
    }
  }
  ring_free(ring);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(capacity_is_rounded_up_to_a_power_of_two),
      cmocka_unit_test(absurd_capacities_are_refused),
      cmocka_unit_test(elements_come_out_in_order_across_the_wrap),
      cmocka_unit_test(a_full_ring_accepts_nothing_and_loses_nothing),
      cmocka_unit_test(an_empty_ring_gives_nothing),
      cmocka_unit_test(a_cleared_ring_is_as_new),
      cmocka_unit_test(elements_stay_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
