// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads the length that RIFF (WAVE, RF64, W64), AIFF, AU and CAF files state.
#include "audio/sound_map.h"

#include <string.h>

#define LARGEST ((uint64_t)1 << 50) ///< bytes; no file is so large

/// How a format lays out its chunks.
typedef struct {
  uint64_t first;     ///< offset of the first chunk
  size_t id, size;    ///< bytes of a chunk's name and length
  bool is_big;        ///< big-endian
  bool counts_header; ///< the length includes name and length
  uint64_t align;     ///< chunks begin at multiples of this
  const char* name;   ///< of the chunk that holds sound; its first bytes
} Layout;

static uint64_t number(const Layout* layout, const unsigned char* bytes) {
  return layout->is_big ? bytes_big(bytes, layout->size) : bytes_little(bytes, layout->size);
}

/// Find a chunk, from \p at on.  \return offset of its body and its length, or 0
static uint64_t find(ByteReader* reader, const Layout* layout, uint64_t at, const char* name,
                     uint64_t* size) {
  const size_t header = layout->id + layout->size;
  for (const unsigned char* b; (b = byte_reader_at(reader, at, header));) {
    *size = number(layout, b + layout->id);
    if (layout->counts_header) *size = *size > header ? *size - header : 0;
    const bool is_it = memcmp(b, name, 4) == 0;
    if (is_it) return at + header;
    if (*size > reader->size) return 0;
    at += header + *size;
    at = (at + layout->align - 1) / layout->align * layout->align;
  }
  return 0;
}

/// \return whether only chunks follow, from \p at to the file's end
static bool chunks_follow(ByteReader* reader, const Layout* layout, uint64_t at) {
  uint64_t size = 0;
  if (at >= reader->size) return true;
  while (at < reader->size) {
    const unsigned char* b = byte_reader_at(reader, at, layout->id + layout->size);
    if (!b) return false;
    for (size_t i = 0; i < 4; ++i)
      if (b[i] < 0x20 || b[i] > 0x7E) return false;
    size = number(layout, b + layout->id);
    if (size > reader->size) return false;
    at += layout->id + layout->size + size + size % 2;
  }
  return at <= reader->size + 1;
}

/// Add WAVE files that were appended to the first, which ends at \p end.
static int add_waves(SoundMap* map, ByteReader* reader, uint64_t end) {
  uint64_t from = 0;
  for (;;) {
    // Text chunks may follow the sound.
    end += end % 2;
    const unsigned char* b = byte_reader_at(reader, end, 12);
    if (!b) break;
    if (memcmp(b, "RIFF", 4) != 0 || memcmp(b + 8, "WAVE", 4) != 0) {
      const uint64_t size = bytes_little(b + 4, 4);
      // Not a chunk; or one whose stated size exceeds the file, which takes libsndfile minutes.
      if (b[0] < 0x20 || b[0] > 0x7E || size > reader->size - end)
        return sound_map_add(map, from, end);
      end += 8 + size;
      continue;
    }
    const uint64_t size = bytes_little(b + 4, 4);
    if (sound_map_add(map, from, end) != 0) return -1;
    from = end;
    end = size <= reader->size - end - 8 ? end + 8 + size : reader->size;
  }
  return map->n > 0 ? sound_map_add(map, from, reader->size) : 0;
}

int sound_map_chunks(SoundMap* map, ByteReader* reader) {
  static const Layout wave = {12, 4, 4, false, false, 2, "data"};
  static const Layout aiff = {12, 4, 4, true, false, 2, "SSND"};
  static const Layout caf = {8, 4, 8, true, false, 1, "data"};
  static const Layout w64 = {40, 16, 8, false, true, 8, "data"};
  static const Layout au = {0, 4, 4, true, false, 1, ""}; // only a header
  const unsigned char* b = byte_reader_at(reader, 0, 32);
  if (!b) return 0;
  const Layout* layout = memcmp(b, "FORM", 4) == 0   ? &aiff
                         : memcmp(b, "caff", 4) == 0 ? &caf
                         : memcmp(b, "riff", 4) == 0 ? &w64
                         : memcmp(b, ".snd", 4) == 0 ? &au
                                                     : &wave;
  const bool is_rf64 = memcmp(b, "RF64", 4) == 0;
  uint64_t size = 0, begin = 0;
  if (layout == &au) {
    begin = bytes_big(b + 4, 4);
    size = bytes_big(b + 8, 4);
  } else {
    begin = find(reader, layout, layout->first, layout->name, &size);
    if (layout == &wave && memcmp(b + 8, "WAVE", 4) != 0) return 0;
  }
  if (begin == 0 || begin >= reader->size) return 0;
  const uint64_t there = reader->size - begin;
  if (is_rf64) {
    uint64_t ignored = 0;
    const uint64_t ds64 = find(reader, layout, layout->first, "ds64", &ignored);
    b = ds64 > 0 ? byte_reader_at(reader, ds64, 16) : NULL;
    if (b && size == 0xFFFFFFFF) size = bytes_little(b + 8, 8);
  }
  // Streams do not know their length in advance.
  const bool is_half = (layout == &wave || layout == &aiff) && size >= 0x7F000000 &&
                       size <= 0x80000024 &&
                       there < size / 2; // written into a pipe by SoX and others
  const bool is_unknown = is_half || size >= (layout->size == 8 ? LARGEST : 0xFFFFFF00);
  // The length has 32 bits: of a longer file only the rest of a division is stated.
  if (layout == &wave && !is_rf64 && there > 0xFFFFFFF0 && there - 0xFFFFFFF0 > size % 0xFFFFFFF0)
    map->has_holes = true;
  const bool is_zero =
      size == 0 && (layout == &au || (layout == &wave && !chunks_follow(reader, layout, begin)));
  if (is_zero || (is_unknown && (layout == &wave || layout == &au) && !is_rf64)) {
    const uint32_t real = there < 0xFFFFFFF0 ? (uint32_t)there : 0xFFFFFFF0;
    map->patch_offset = layout == &au ? 8 : begin - 4;
    for (size_t i = 0; i < 4; ++i)
      map->patch[i] = (unsigned char)(real >> (8 * (layout->is_big ? 3 - i : i)));
    return sound_map_add(map, 0, reader->size);
  }
  if (layout == &wave && !is_unknown && size < there) return add_waves(map, reader, begin + size);
  if (is_unknown || size <= there + 1) return 0;
  map->is_cut = true;
  map->share = (double)there / (double)size;
  return 0;
}
