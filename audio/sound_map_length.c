// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Computes how long AVI, ASF (Windows Media), Matroska, Creative Voice, MPEG transport and program
/// streams, AC-3, TrueHD and S/PDIF should be, because FFmpeg reads a cut file without an error.
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

/// \return an EBML number of \p n bytes, its length marker removed (RFC 8794, 4); 0: not known
static uint64_t ebml_number(const unsigned char* b, size_t n) {
  const uint64_t most = ((uint64_t)1 << 7 * n) - 1, value = bytes_big(b, n) & most;
  return value == most ? 0 : value;
}

/// \return bytes of an EBML number that begins with \p first
static size_t ebml_bytes(unsigned char first) {
  size_t n = 1;
  while (n < 8 && (first & (0x80 >> (n - 1))) == 0)
    ++n;
  return n;
}

uint64_t sound_map_end_of_matroska(ByteReader* reader) {
  static const unsigned char names[2][4] = {{0x1A, 0x45, 0xDF, 0xA3}, {0x18, 0x53, 0x80, 0x67}};
  uint64_t at = 0;
  for (size_t i = 0; i < 2; ++i) {
    const unsigned char* b = byte_reader_at(reader, at, 12);
    if (!b || memcmp(b, names[i], 4) != 0) return 0;
    const size_t n = ebml_bytes(b[4]);
    const uint64_t size = ebml_number(b + 4, n);
    if (size == 0 || size >= (uint64_t)1 << 50) return 0; // a stream does not know its length
    at += 4 + n + size;
  }
  return at;
}

/// Creative Voice: blocks of a type and a length, then a zero.  \return whether it is cut off, or
/// more follows the zero
static bool is_voice_cut(ByteReader* reader) {
  enum { HEADER = 26, BLOCK = 4 };
  const unsigned char* b = byte_reader_at(reader, 0, HEADER);
  if (!b || memcmp(b, "Creative Voice File", 19) != 0) return false;
  uint64_t at = bytes_little(b + 20, 2);
  while ((b = byte_reader_at(reader, at, BLOCK)) && b[0] != 0)
    at += BLOCK + bytes_little(b + 1, 3);
  return at > reader->size || reader->size - at > (uint64_t)1 << 16;
}

/// \return whether the byte at \p offset begins a packet of a transport stream
static bool is_packet(ByteReader* reader, uint64_t offset) {
  const unsigned char* b = byte_reader_at(reader, offset, 1);
  return b && b[0] == 0x47;
}

/// Leave out bytes after the last packet, if there are no packets among them.
/// \param end of the file's whole packets;  \param size bytes of a packet
static void leave_out_tail(ByteReader* reader, uint64_t end, uint64_t size) {
  enum { MOST = 1 << 16 };
  const uint64_t least = end > MOST ? end - MOST : 0;
  while (end >= least + size && !is_packet(reader, end - 188))
    end -= size;
  if (end < least + size) return;
  for (uint64_t at = end; at + 2 * size < reader->size; ++at)
    if (is_packet(reader, at) && is_packet(reader, at + size) && is_packet(reader, at + 2 * size))
      return;
  reader->size = end;
}

/// MPEG transport streams have no length, but whole packets (on Blu-ray with a time before each).
static bool is_transport_cut(ByteReader* reader) {
  static const uint64_t sizes[] = {188, 192};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
    uint64_t packets = 0;
    while (packets < 5 && is_packet(reader, packets * sizes[i] + sizes[i] - 188))
      ++packets;
    if (packets < 5) continue;
    const uint64_t end = reader->size / sizes[i] * sizes[i];
    if (is_packet(reader, end + sizes[i] - 188)) return true;
    leave_out_tail(reader, end, sizes[i]);
    return false;
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

/// Check a stream of whole frames, and leave out other bytes after the last one.
static bool is_ac3_cut(ByteReader* reader) {
  uint64_t at = 0;
  const unsigned char* b;
  while ((b = byte_reader_at(reader, at, 6))) {
    const uint64_t size = length_of_ac3_frame(b);
    if (size == 0) break;
    at += size;
  }
  if (at == 0 || at > reader->size) return at > 0;
  for (uint64_t rest = at; (b = byte_reader_at(reader, rest, 6)); ++rest)
    if (length_of_ac3_frame(b) > 0) return false; // more sound after a hole
  const size_t n = reader->size - at < 2 ? (size_t)(reader->size - at) : 2;
  const bool is_head =
      n > 0 && (b = byte_reader_at(reader, at, n)) && memcmp(b, "\x0B\x77", n) == 0;
  if (!is_head) reader->size = at;
  return is_head;
}

/// TrueHD and MLP: access units that begin with their length in words of 16 bits.
static bool is_truehd_cut(ByteReader* reader) {
  uint64_t at = 0;
  const unsigned char* b = byte_reader_at(reader, 4, 4);
  if (!b || memcmp(b, "\xF8\x72\x6F", 3) != 0 || (b[3] & 0xFE) != 0xBA) return false;
  while ((b = byte_reader_at(reader, at, 2))) {
    const uint64_t size = 2 * (bytes_big(b, 2) & 0xFFF);
    if (size < 4) return false; // other bytes
    at += size;
  }
  return at != reader->size;
}

/// S/PDIF (IEC 61937): bursts at equal distances, each with its length in bits or bytes.
static bool is_spdif_cut(ByteReader* reader) {
  static const char mark[] = "\x72\xF8\x1F\x4E";
  enum { HEADER = 8, MOST = 1 << 16 };
  const unsigned char* b = byte_reader_at(reader, 0, 4);
  uint64_t period = HEADER;
  if (!b || memcmp(b, mark, 4) != 0) return false;
  while (period < MOST && (b = byte_reader_at(reader, period, 4)) && memcmp(b, mark, 4) != 0)
    period += 4;
  const uint64_t last = reader->size / period * period, left = reader->size - last;
  if (left == 0) return false;
  b = byte_reader_at(reader, last, HEADER);
  if (!b || memcmp(b, mark, 4) != 0) return false;
  const bool is_bytes = (b[4] & 0x1F) == 0x15 || (b[4] & 0x1F) == 0x16; // E-AC-3, TrueHD
  return left < HEADER + (is_bytes ? bytes_little(b + 6, 2) : bytes_little(b + 6, 2) / 8);
}

/// MPEG program streams (ISO/IEC 13818-1, 2.5.3): packs and packets.  Looks at the last ones.
static bool is_program_cut(ByteReader* reader) {
  enum { LAST = 1 << 17, PACK = 0xBA, FIRST = 0xBB };
  const unsigned char* b = byte_reader_at(reader, 0, 4);
  if (!b || memcmp(b, "\0\0\1\xBA", 4) != 0) return false;
  uint64_t at = reader->size > LAST ? reader->size - LAST : 0;
  while ((b = byte_reader_at(reader, at, 4)) && memcmp(b, "\0\0\1\xBA", 4) != 0)
    ++at;
  while ((b = byte_reader_at(reader, at, 6)) && memcmp(b, "\0\0\1", 3) == 0 && b[3] >= PACK) {
    if (b[3] >= FIRST)
      at += 6 + bytes_big(b + 4, 2);
    else if ((b[4] & 0xC0) == 0x40) // MPEG-2
      at += (b = byte_reader_at(reader, at, 14)) ? 14 + (b[13] & 7U) : 14;
    else
      at += 12;
  }
  return at > reader->size;
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
  const bool is_matroska_cut = sound_map_end_of_matroska(reader) > reader->size;
  // If a picture was removed from ASF's header, the old size is still stated.
  const uint64_t whole = avi > reader->size + 1 ? avi : reader->size < asf / 10 * 9 ? asf : 0;
  map->is_cut = whole > 0 || is_matroska_cut || is_voice_cut(reader) || is_transport_cut(reader) ||
                is_ac3_cut(reader) || is_truehd_cut(reader) || is_spdif_cut(reader) ||
                is_program_cut(reader);
  if (whole > 0) map->share = (double)reader->size / (double)whole;
}
