// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The hash is XXH64: the specification's algorithm gives these values.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "library/hash.h"

#include <string.h>

static uint64_t hash_of(const void* data, size_t size, size_t step) {
  Hash hash;
  hash_begin(&hash);
  for (size_t at = 0; at < size; at += step)
    hash_add(&hash, (const char*)data + at, size - at < step ? size - at : step);
  return hash_end(&hash);
}

/// From the reference implementation: python3 -c "import xxhash; xxhash.xxh64(b'...').hexdigest()".
static void known_texts_have_known_values(void** state) {
  (void)state;
  static const char text[] = "Nobody inspects the spammish repetition";
  assert_true(hash_of("", 0, 1) == 0xEF46DB3751D8E999U);
  assert_true(hash_of("a", 1, 1) == 0xD24EC4F1A98C6E5BU);
  assert_true(hash_of("abc", 3, 3) == 0x44BC2CF5AD770999U);
  assert_true(hash_of(text, strlen(text), 7) == 0xFBCEA83C8A378BF1U);
}

static void the_split_does_not_matter(void** state) {
  (void)state;
  unsigned char data[1000];
  for (size_t i = 0; i < sizeof data; ++i)
    data[i] = (unsigned char)(i * i + 3 * i);
  for (size_t size = 0; size < 200; ++size) {
    const uint64_t expected = hash_of(data, size, sizeof data);
    for (size_t step = 1; step < 70; ++step)
      assert_true(hash_of(data, size, step) == expected);
    if (size > 0) {
      data[size - 1] ^= 1;
      assert_true(hash_of(data, size, sizeof data) != expected);
      data[size - 1] ^= 1;
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(known_texts_have_known_values),
                                     cmocka_unit_test(the_split_does_not_matter)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
