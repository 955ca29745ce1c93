// SPDX-License-Identifier: GPL-3.0-or-later
#include "library/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define P1 0x9E3779B185EBCA87U
#define P2 0xC2B2AE3D27D4EB4FU
#define P3 0x165667B19E3779F9U
#define P4 0x85EBCA77C2B2AE63U
#define P5 0x27D4EB2F165667C5U

enum { STRIPE = 32, BUFFER = 65536 };

static uint64_t rotate(uint64_t v, unsigned bits) {
  return (v << bits) | (v >> (64 - bits));
}

/// Little-endian, whatever the machine is.
static uint64_t word(const unsigned char* p, unsigned bytes) {
  uint64_t v = 0;
  for (unsigned i = 0; i < bytes; ++i)
    v |= (uint64_t)p[i] << (8 * i);
  return v;
}

static uint64_t mix(uint64_t lane, uint64_t input) {
  return rotate(lane + input * P2, 31) * P1;
}

static void stripe(Hash* hash, const unsigned char* p) {
  for (unsigned i = 0; i < 4; ++i)
    hash->lanes[i] = mix(hash->lanes[i], word(p + (size_t)8 * i, 8));
}

void hash_begin(Hash* hash) {
  memset(hash, 0, sizeof *hash);
  hash->lanes[0] = P1 + P2;
  hash->lanes[1] = P2;
  hash->lanes[3] = 0 - P1;
}

void hash_add(Hash* hash, const void* data, size_t size) {
  const unsigned char* p = data;
  size_t held = (size_t)(hash->length % STRIPE);
  hash->length += size;
  if (held > 0) {
    const size_t n = size < STRIPE - held ? size : STRIPE - held;
    memcpy(hash->rest + held, p, n);
    p += n;
    size -= n;
    held += n;
    if (held < STRIPE) return;
    stripe(hash, hash->rest);
  }
  for (; size >= STRIPE; p += STRIPE, size -= STRIPE)
    stripe(hash, p);
  memcpy(hash->rest, p, size);
}

uint64_t hash_end(const Hash* hash) {
  const uint64_t* lanes = hash->lanes;
  const unsigned char* p = hash->rest;
  size_t left = (size_t)(hash->length % STRIPE);
  uint64_t h = P5;
  if (hash->length >= STRIPE) {
    h = rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) + rotate(lanes[3], 18);
    for (unsigned i = 0; i < 4; ++i)
      h = (h ^ mix(0, lanes[i])) * P1 + P4;
  }
  h += hash->length;
  for (; left >= 8; p += 8, left -= 8)
    h = rotate(h ^ mix(0, word(p, 8)), 27) * P1 + P4;
  if (left >= 4) {
    h = rotate(h ^ (word(p, 4) * P1), 23) * P2 + P3;
    p += 4;
    left -= 4;
  }
  for (; left > 0; ++p, --left)
    h = rotate(h ^ (*p * P5), 11) * P1;
  h = (h ^ (h >> 33)) * P2;
  h = (h ^ (h >> 29)) * P3;
  return h ^ (h >> 32);
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
  // A FIFO that took the file's place must not hold us up.
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return -1;
  hash_begin(&state);
  ssize_t n;
  while ((n = read(fd, buffer, sizeof buffer)) != 0) {
    if (n < 0 && errno == EINTR) continue;
    if (n > 0 && is_stopped != NULL && is_stopped(context)) {
      n = -1;
      errno = EINTR;
    }
    if (n < 0) break;
    hash_add(&state, buffer, (size_t)n);
  }
  const int reason = errno;
  (void)close(fd);
  errno = reason;
  *hash = hash_end(&state);
  return n == 0 ? 0 : -1;
}
