// SPDX-License-Identifier: GPL-3.0-or-later
// The 64-bit hash that identifies a file's bytes and a sound's samples.
#include "library/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { BUFFER = 65536 };

void hash_begin(Hash* hash) {
  XXH64_reset(hash, 0);
}

void hash_add(Hash* hash, const void* data, size_t size) {
  XXH64_update(hash, data, size);
}

uint64_t hash_end(const Hash* hash) {
  return XXH64_digest(hash);
}

/// Combine two hashes by a step of XXH64.
static uint64_t mix(uint64_t left, uint64_t right) {
  const uint64_t v = left + right * 0xC2B2AE3D27D4EB4FU;
  return ((v << 31) | (v >> 33)) * 0x9E3779B185EBCA87U;
}

void hash_begin_sound(SoundHash* hash, double rate) {
  const uint32_t whole = (uint32_t)rate;
  const unsigned char bytes[] = {(unsigned char)whole, (unsigned char)(whole >> 8),
                                 (unsigned char)(whole >> 16), (unsigned char)(whole >> 24)};
  hash_begin(&hash->left);
  hash_add(&hash->left, bytes, sizeof bytes);
  hash->differ = false;
}

void hash_add_sound(SoundHash* hash, const float* left, const float* right, size_t n) {
  const size_t size = n * sizeof *left;
  if (!hash->differ && memcmp(left, right, size) != 0) {
    hash->differ = true;
    hash->right = hash->left;
  }
  hash_add(&hash->left, left, size);
  if (hash->differ) hash_add(&hash->right, right, size);
}

uint64_t hash_end_sound(const SoundHash* hash) {
  const uint64_t left = hash_end(&hash->left);
  return hash->differ ? mix(left, hash_end(&hash->right)) : left;
}

int hash_file(const char* path, bool (*is_stopped)(const void* context), const void* context,
              uint64_t* hash) {
  unsigned char buffer[BUFFER];
  Hash state;
  // If a FIFO has replaced the file, opening it must not block.
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return -1;
  hash_begin(&state);
  ssize_t n;
  while ((n = read(fd, buffer, sizeof buffer)) != 0) {
    if (n < 0 && errno == EINTR) continue;
    if (n > 0 && is_stopped && is_stopped(context)) {
      n = -1;
      errno = EINTR;
    }
    if (n < 0) break;
    hash_add(&state, buffer, (size_t)n);
  }
  const int reason = errno;
  close(fd);
  errno = reason;
  *hash = hash_end(&state);
  return n == 0 ? 0 : -1;
}
