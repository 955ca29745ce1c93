// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds files that were appended to another (`cat a b > c`): each states where it ends.
#include "audio/sound_map.h"

#include <string.h>

enum { MOST_JUNK = 1 << 16 }; ///< bytes

int sound_map_kind(const unsigned char b[8]) {
  static const char* const marks[] = {"RIFF",
                                      "RF64",
                                      "FORM",
                                      ".snd",
                                      "caff",
                                      "riff",
                                      "TTA1",
                                      "wvpk",
                                      "0&\xB2u\x8E\x66\xCF\x11",
                                      "\x1A\x45\xDF\xA3"};
  for (int i = 0; i < (int)(sizeof marks / sizeof *marks); ++i)
    if (memcmp(b, marks[i], strlen(marks[i])) == 0) return i + 1;
  return memcmp(b + 4, "ftyp", 4) == 0 ? SOUND_MAP_MP4 : 0;
}

/// MP4 and ASF (Windows Media): a list of boxes.
static uint64_t end_of_list(ByteReader* reader, bool is_mp4) {
  uint64_t at = 0;
  int n = 0;
  for (const unsigned char* b; (b = byte_reader_at(reader, at, 24)); ++n) {
    if (at > 0 && sound_map_kind(b) != 0) return at;
    const uint64_t size = !is_mp4                ? bytes_little(b + 16, 8)
                          : bytes_big(b, 4) == 1 ? bytes_big(b + 8, 8)
                                                 : bytes_big(b, 4);
    if (size < 8 || size > reader->size - at) return n < 2 ? 0 : at;
    at += size;
  }
  return at;
}

/// WavPack: blocks that count their samples.
static uint64_t end_of_wavpack(ByteReader* reader) {
  enum { FIRST_CHANNELS = 0x800 };
  uint64_t at = 0;
  bool has_sound = false;
  for (const unsigned char* b; (b = byte_reader_at(reader, at, 32)) && memcmp(b, "wvpk", 4) == 0;) {
    const uint64_t index = bytes_little(b + 16, 4), samples = bytes_little(b + 20, 4);
    if (has_sound && samples > 0 && index == 0 && (bytes_little(b + 24, 4) & FIRST_CHANNELS) != 0)
      return at;
    has_sound = has_sound || samples > 0;
    at += 8 + bytes_little(b + 4, 4);
  }
  return at;
}

/// True Audio: a table of the frames' lengths.
static uint64_t end_of_tta(ByteReader* reader) {
  enum { HEADER = 22 };
  const unsigned char* b = byte_reader_at(reader, 0, HEADER);
  if (!b) return 0;
  const uint64_t frame = bytes_little(b + 10, 4) * 256 / 245, samples = bytes_little(b + 14, 4);
  const uint64_t n = frame > 0 ? (samples + frame - 1) / frame : 0;
  uint64_t end = HEADER + 4 * n + 4;
  for (uint64_t i = 0; i < n; ++i) {
    if (!(b = byte_reader_at(reader, HEADER + 4 * i, 4))) return 0;
    end += bytes_little(b, 4);
  }
  return end;
}

/// \return bytes of the file at the reader's start; 0: not known
static uint64_t end_of_file(ByteReader* reader) {
  const unsigned char* b = byte_reader_at(reader, 0, 28);
  if (!b) return 0;
  uint64_t size = 0;             // a stream does not know it
  if (memcmp(b, "RF64", 4) == 0) // in the chunk ds64
    return (size = bytes_little(b + 20, 8)) > 0 ? size + 8 : 0;
  if (memcmp(b, ".snd", 4) == 0)
    return (size = bytes_big(b + 8, 4)) > 0 ? size + bytes_big(b + 4, 4) : 0;
  if (memcmp(b, "TTA1", 4) == 0) return end_of_tta(reader);
  if (memcmp(b, "wvpk", 4) == 0) return end_of_wavpack(reader);
  const int kind = sound_map_kind(b);
  if (kind == SOUND_MAP_MATROSKA) return sound_map_end_of_matroska(reader);
  if (kind > 0 && kind <= SOUND_MAP_CHUNKED) return sound_map_end_of_chunks(reader);
  return kind > 0 ? end_of_list(reader, kind == SOUND_MAP_MP4) : 0;
}

/// \return offset of the first byte after the tags at \p at
static uint64_t behind_tags(ByteReader* reader, uint64_t at) {
  for (const unsigned char* b; (b = byte_reader_at(reader, at, 24));) {
    const uint64_t id3 = sound_map_behind_id3(b);
    if (id3 > 0)
      at += id3;
    else if (memcmp(b, "TAG", 3) == 0)
      at += 128;
    else if (memcmp(b, "APETAGEX", 8) == 0)
      at += 32 + bytes_little(b + 12, 4);
    else
      break;
  }
  return at;
}

int sound_map_joined(SoundMap* map, ByteReader* reader) {
  for (;;) {
    const uint64_t end = end_of_file(reader);
    const unsigned char* b = byte_reader_at(reader, 0, 8);
    const bool is_mp4 = b && sound_map_kind(b) == SOUND_MAP_MP4;
    if (end == 0 || end >= reader->size) return 0;
    const uint64_t next = behind_tags(reader, end);
    b = byte_reader_at(reader, next, 8);
    if (!b || sound_map_kind(b) == 0) {
      // Much that is neither a tag nor zeros: the rest of a file that was joined to a cut one.  In
      // MP4 it may be sound, whose box states more than there is.
      map->has_holes = b && reader->size - next > MOST_JUNK && bytes_big(b, 8) != 0 && !is_mp4;
      return 0;
    }
    if (map->n + 1 >= SOUND_MAP_PARTS) { // not all of it is read
      map->has_holes = true;
      reader->size = end;
      return 0;
    }
    if (sound_map_add(map, reader->base, reader->base + end) != 0) return -1;
    byte_reader_move(reader, next);
  }
}
