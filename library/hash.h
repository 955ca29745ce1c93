// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A 64-bit hash by which the library knows a file's bytes and a sound's samples again: XXH64 of
/// libxxhash, seed 0.  It tells apart what differs by
/// chance (two of 100,000 songs agree once in 4e9 libraries); it is no defence against somebody who
/// wants two files to agree.
/// Thread: pure functions; a Hash belongs to one thread at a time.
#ifndef CIRCUMPLEX_LIBRARY_HASH_H
#define CIRCUMPLEX_LIBRARY_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XXH_STATIC_LINKING_ONLY // a state that is not on the heap
#include <xxhash.h>

/// The state between two additions; the split into additions does not matter.
typedef XXH64_state_t Hash;

void hash_begin(Hash* hash);
void hash_add(Hash* hash, const void* data, size_t size);
uint64_t hash_end(const Hash* hash); ///< of all that was added so far

/// A sound of two channels.  While they are alike it has the hash of one of them: a mono file and
/// its copy in two channels are one sound.
typedef struct {
  Hash left, right;
  bool differ; ///< right counts: it differed from left somewhere
} SoundHash;

/// Begin a sound: the same samples at another rate (Hz) are another one.
void hash_begin_sound(SoundHash* hash, double rate);
/// Add \p n samples of each channel; the split into additions does not matter.
void hash_add_sound(SoundHash* hash, const float* left, const float* right, size_t n);
uint64_t hash_end_sound(const SoundHash* hash);

/// Hash a file's bytes.
/// \param is_stopped asked now and then, may be NULL: whether to give up
/// \return 0, or -1 (errno says why; EINTR: stopped)
int hash_file(const char* path, bool (*is_stopped)(const void* context), const void* context,
              uint64_t* hash);

#endif
