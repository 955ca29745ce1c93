// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The 64-bit hash that identifies a file's bytes and a sound's samples: XXH64 of libxxhash, seed
/// 0.  Two of 100,000 songs have the same hash by chance in one of 4e9 libraries; it does not
/// protect against files made to have the same hash.
/// Thread: pure functions; a Hash belongs to one thread at a time.
#ifndef CIRCUMPLEX_LIBRARY_HASH_H
#define CIRCUMPLEX_LIBRARY_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XXH_STATIC_LINKING_ONLY // for a state that is not on the heap
#include <xxhash.h>

/// The state between two additions; the split into additions does not matter.
typedef XXH64_state_t Hash;

void hash_begin(Hash* hash);
void hash_add(Hash* hash, const void* data, size_t size);
uint64_t hash_end(const Hash* hash); ///< of all that was added so far

/// A sound of two channels.  If they are equal, its hash is that of one channel: a mono file and
/// its copy in two channels are the same sound.
typedef struct {
  Hash left, right;
  bool differ; ///< the channels are not equal
} SoundHash;

/// Begin a sound.  \param rate Hz; the same samples at another rate are another sound
void hash_begin_sound(SoundHash* hash, double rate);
/// Add \p n samples of each channel; the split into additions does not matter.
void hash_add_sound(SoundHash* hash, const float* left, const float* right, size_t n);
uint64_t hash_end_sound(const SoundHash* hash);

/// Hash a file's bytes.
/// \param is_stopped called regularly: whether to stop; may be NULL
/// \return 0, or -1 (errno says why; EINTR: stopped)
int hash_file(const char* path, bool (*is_stopped)(const void* context), const void* context,
              uint64_t* hash);

#endif
