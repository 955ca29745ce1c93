// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Computes how long AVI, ASF (Windows Media), MPEG transport streams and AC-3 should be, because
/// FFmpeg reads a cut file without an error.
#include "audio/sound_map.h"

#include <string.h>

/// AVI: several RIFF chunks, each with its length.  \return bytes in total, or 0
static uint64_t length_of_avi(ByteReader* reader) {
  uint64_t end = 0, size = 0;
  for (const unsigned char* b; (b = byte_reader_at(reader, end, 12));) {
    size = bytes_little(b + 4, 4);
    if (memcmp(b, "RIFF", 4) != 0 || memcmp(b + 8, "AVI", 3) != 0) break;
    if (size == 0 || size >= 0xFFFFFF00) return 0; // a stream does not know its length
    end += 8 + size + size % 2;
  }
  return end;
}

/// ASF: its header has the file's size, unless it was streamed while being made.
static uint64_t length_of_asf(ByteReader* reader) {
  static const unsigned char header[16] = {0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11,
                                           0xA6, 0xD9, 0x00, 0xAA, 0x00, 0x62, 0xCE, 0x6C};
  static const unsigned char properties[16] = {0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11,
                                               0x8E, 0xE4, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65};
  enum { HEADER = 30, OBJECT = 24, OBJECTS = 256 };
  const unsigned char* b = byte_reader_at(reader, 0, HEADER);
  if (!b || memcmp(b, header, sizeof header) != 0) return 0;
  uint64_t at = HEADER;
  for (int i = 0; i < OBJECTS && (b = byte_reader_at(reader, at, OBJECT)); ++i) {
    const uint64_t size = bytes_little(b + 16, 8);
    if (memcmp(b, properties, sizeof properties) == 0) {
      b = byte_reader_at(reader, at, 92);
      return b && (b[88] & 1) == 0 ? bytes_little(b + 40, 8) : 0;
    }
    if (size < OBJECT || size > reader->size) break;
    at += size;
  }
  return 0;
}

/// MPEG transport streams have no length, but whole packets (on Blu-ray with a time before each).
static bool is_transport_cut(ByteReader* reader) {
  static const uint64_t sizes[] = {188, 192};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
    uint64_t packets = 0;
    for (; packets < 5; ++packets) {
      const unsigned char* b = byte_reader_at(reader, packets * sizes[i] + sizes[i] - 188, 1);
      if (!b || b[0] != 0x47) break;
    }
    if (packets == 5) return reader->size % sizes[i] != 0;
  }
  return false;
}

/// Bytes of an AC-3 or E-AC-3 frame (ETSI TS 102 366, 4.4.1 and E.1.3.1), or 0 if it is not one.
static uint64_t length_of_ac3_frame(const unsigned char b[6]) {
  static const uint64_t kbits[] = {32,  40,  48,  56,  64,  80,  96,  112, 128, 160,
                                   192, 224, 256, 320, 384, 448, 512, 576, 640};
  const unsigned rate = b[4] >> 6, code = b[4] & 0x3F;
  if (b[0] != 0x0B || b[1] != 0x77) return 0;
  if (b[5] >> 3 > 10) return 2 * ((uint64_t)(b[2] & 7) << 8 | b[3]) + 2;
  if (rate == 3 || code / 2 >= sizeof kbits / sizeof *kbits) return 0;
  const uint64_t bits = kbits[code / 2];
  return rate == 0 ? 4 * bits : rate == 1 ? 2 * (bits * 320 / 147 + code % 2) : 6 * bits;
}

/// Check a stream of whole frames.
static bool is_ac3_cut(ByteReader* reader) {
  uint64_t at = 0;
  for (const unsigned char* b; (b = byte_reader_at(reader, at, 6));) {
    const uint64_t size = length_of_ac3_frame(b);
    if (size == 0) return false;
    at += size;
  }
  return at > 0 && at != reader->size;
}

/// AVI and RealMedia that were written into a pipe: their stated length is invented.
static bool has_no_length(ByteReader* reader) {
  const unsigned char* b = byte_reader_at(reader, 0, 48);
  if (!b) return false;
  if (memcmp(b, "RIFF", 4) == 0 && memcmp(b + 8, "AVI", 3) == 0)
    return bytes_little(b + 4, 4) == 0 || bytes_little(b + 4, 4) >= 0xFFFFFF00;
  return memcmp(b, ".RMF", 4) == 0 && memcmp(b + 18, "PROP", 4) == 0 && bytes_big(b + 44, 4) == 0;
}

void sound_map_length(SoundMap* map, ByteReader* reader) {
  map->has_no_length = has_no_length(reader);
  const uint64_t avi = length_of_avi(reader), asf = length_of_asf(reader);
  // If a picture was removed from ASF's header, the old size is still stated.
  const uint64_t whole = avi > reader->size + 1 ? avi : reader->size < asf / 10 * 9 ? asf : 0;
  map->is_cut = whole > 0 || is_transport_cut(reader) || is_ac3_cut(reader);
  if (whole > 0) map->share = (double)reader->size / (double)whole;
}
