// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads bytes of a file at any offset, through a buffer; used to read headers.
/// Thread: a ByteReader belongs to one thread at a time.
#ifndef CIRCUMPLEX_AUDIO_BYTE_READER_H
#define CIRCUMPLEX_AUDIO_BYTE_READER_H

#include <stddef.h>
#include <stdint.h>

enum { BYTE_READER_BUFFER = 1 << 16, BYTE_READER_MOST = 4096 };

typedef struct {
  int fd;
  uint64_t base;  ///< offset 0 is this byte of the file
  uint64_t size;  ///< up to the file's end
  uint64_t begin; ///< offset of the buffer's first byte in the file
  size_t held;
  unsigned char buffer[BYTE_READER_BUFFER];
} ByteReader;

/// \return \p n bytes (at most BYTE_READER_MOST) at \p offset, or NULL if the file ends earlier;
/// valid until the next call
const unsigned char* byte_reader_at(ByteReader* reader, uint64_t offset, size_t n);

/// Let offsets count from offset \p by on, at most the size.
void byte_reader_move(ByteReader* reader, uint64_t by);

/// Numbers of 2, 4 or 8 bytes.
uint64_t bytes_little(const unsigned char* bytes, size_t n);
uint64_t bytes_big(const unsigned char* bytes, size_t n);

#endif
