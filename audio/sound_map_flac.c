// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds the parts of joined FLAC files: each begins with "fLaC" and its STREAMINFO block.
#include "audio/sound_map.h"

#include <string.h>

/// The mark, and the head of a STREAMINFO block: type 0, 34 bytes.
static const unsigned char mark[] = {'f', 'L', 'a', 'C', 0, 0, 0, 34};

int sound_map_flac(SoundMap* map, ByteReader* reader, uint64_t begin) {
  uint64_t at = begin + sizeof mark, from = begin;
  while (at + sizeof mark <= reader->size) {
    const uint64_t left = reader->size - at;
    const size_t n = left < BYTE_READER_MOST ? (size_t)left : BYTE_READER_MOST;
    const unsigned char* b = byte_reader_at(reader, at, n);
    if (!b) break;
    const unsigned char* found = b;
    while ((found = memchr(found, 'f', n - (size_t)(found - b)))) {
      if ((size_t)(found - b) + sizeof mark > n || memcmp(found, mark, sizeof mark) == 0) break;
      ++found;
    }
    if (!found) {
      at += n;
    } else if ((size_t)(found - b) + sizeof mark > n) {
      at += (size_t)(found - b) > 0 ? (size_t)(found - b) : 1; // at the buffer's edge: again
    } else {
      at += (size_t)(found - b);
      if (sound_map_add(map, from, at) != 0) return -1;
      from = at;
      at += sizeof mark;
    }
  }
  return map->n > 0 ? sound_map_add(map, from, reader->size) : 0;
}
