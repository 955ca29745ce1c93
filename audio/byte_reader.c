// SPDX-License-Identifier: GPL-3.0-or-later
// Reads bytes of a file at any offset, through a buffer.
#include "audio/byte_reader.h"

#include <sys/types.h>
#include <unistd.h>

const unsigned char* byte_reader_at(ByteReader* reader, uint64_t offset, size_t n) {
  if (n > BYTE_READER_MOST || offset > reader->size || n > reader->size - offset) return NULL;
  const uint64_t at = reader->base + offset;
  if (at < reader->begin || at + n > reader->begin + reader->held) {
    reader->begin = at;
    reader->held = 0;
    while (reader->held < n) {
      const ssize_t got = pread(reader->fd, reader->buffer + reader->held,
                                sizeof reader->buffer - reader->held, (off_t)(at + reader->held));
      if (got <= 0) return NULL;
      reader->held += (size_t)got;
    }
  }
  return reader->buffer + (at - reader->begin);
}

void byte_reader_move(ByteReader* reader, uint64_t by) {
  reader->base += by;
  reader->size -= by;
}

uint64_t bytes_little(const unsigned char* bytes, size_t n) {
  uint64_t value = 0;
  for (size_t i = n; i-- > 0;)
    value = value << 8 | bytes[i];
  return value;
}

uint64_t bytes_big(const unsigned char* bytes, size_t n) {
  uint64_t value = 0;
  for (size_t i = 0; i < n; ++i)
    value = value << 8 | bytes[i];
  return value;
}
