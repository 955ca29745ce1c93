// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The hash is XXH64: the specification's algorithm gives these values.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "library/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static uint64_t sound_at(double rate, const float* left, const float* right, size_t n,
                         size_t step) {
  SoundHash hash;
  hash_begin_sound(&hash, rate);
  for (size_t at = 0; at < n; at += step)
    hash_add_sound(&hash, left + at, right + at, n - at < step ? n - at : step);
  return hash_end_sound(&hash);
}

static uint64_t sound_of(const float* left, const float* right, size_t n, size_t step) {
  return sound_at(44100.0, left, right, n, step);
}

static void the_same_samples_at_another_rate_are_another_sound(void** state) {
  (void)state;
  static const double rates[] = {8000.0, 44100.0, 44356.0, 48000.0, 109636.0}; // equal first bytes
  const float samples[] = {0.0f, 0.5f, -0.5f};
  for (size_t i = 0; i < 5; ++i)
    for (size_t k = 0; k < i; ++k)
      assert_true(sound_at(rates[i], samples, samples, 3, 3) !=
                  sound_at(rates[k], samples, samples, 3, 3));
}

static bool is_stopped(const void* context) {
  return *(const bool*)context;
}

static void a_files_hash_is_that_of_its_bytes(void** state) {
  (void)state;
  char path[] = "/tmp/circumplex-hash-XXXXXX";
  unsigned char bytes[70000]; // more than is read at once
  uint64_t hash = 0;
  bool stop = false;
  for (size_t i = 0; i < sizeof bytes; ++i)
    bytes[i] = (unsigned char)(i * 7);
  const int fd = mkstemp(path);
  assert_true(fd >= 0 && write(fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes);
  close(fd);
  assert_int_equal(hash_file(path, is_stopped, &stop, &hash), 0);
  assert_true(hash == hash_of(bytes, sizeof bytes, sizeof bytes));
  stop = true;
  assert_int_equal(hash_file(path, is_stopped, &stop, &hash), -1);
  assert_int_equal(errno, EINTR);
  assert_int_equal(unlink(path), 0);
  assert_int_equal(hash_file(path, NULL, NULL, &hash), -1);
  assert_int_equal(errno, ENOENT);
  // A FIFO without a writer blocks nothing.
  assert_int_equal(mkfifo(path, 0600), 0);
  alarm(100);
  assert_int_equal(hash_file(path, NULL, NULL, &hash), 0);
  alarm(0);
  assert_int_equal(unlink(path), 0);
}

static void equal_channels_are_one_sound_and_others_count_both(void** state) {
  (void)state;
  float left[300], right[300], copy[300];
  for (size_t i = 0; i < 300; ++i)
    left[i] = copy[i] = right[i] = (float)(i * i % 37);
  right[200] += 1.0f;
  const uint64_t one = sound_of(left, left, 300, 300), two = sound_of(left, right, 300, 300);
  assert_true(sound_of(left, copy, 300, 7) == one);
  assert_true(two != one);
  assert_true(sound_of(right, left, 300, 300) != two);
  for (size_t step = 1; step < 100; ++step)
    assert_true(sound_of(left, right, 300, step) == two);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_texts_have_known_values), cmocka_unit_test(the_split_does_not_matter),
      cmocka_unit_test(the_same_samples_at_another_rate_are_another_sound),
      cmocka_unit_test(a_files_hash_is_that_of_its_bytes),
      cmocka_unit_test(equal_channels_are_one_sound_and_others_count_both)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
