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

static const Layout wave = {12, 4, 4, false, false, 2, "data"};
static const Layout aiff = {12, 4, 4, true, false, 2, "SSND"};
static const Layout caf = {8, 4, 8, true, false, 1, "data"};
static const Layout w64 = {40, 16, 8, false, true, 8, "data"};
static const Layout au = {0, 4, 4, true, false, 1, ""}; // only a header

static const Layout* layout_of(const unsigned char b[4]) {
  return memcmp(b, "FORM", 4) == 0   ? &aiff
         : memcmp(b, "caff", 4) == 0 ? &caf
         : memcmp(b, "riff", 4) == 0 ? &w64
         : memcmp(b, ".snd", 4) == 0 ? &au
                                     : &wave;
}

/// \return the length in the header of a chunk, without the header
static uint64_t length_in(const Layout* layout, const unsigned char* header) {
  const size_t own = layout->counts_header ? layout->id + layout->size : 0;
  const unsigned char* b = header + layout->id;
  const uint64_t size = layout->is_big ? bytes_big(b, layout->size) : bytes_little(b, layout->size);
  return size > own ? size - own : 0;
}

static uint64_t behind(const Layout* layout, uint64_t at, uint64_t size) {
  at += layout->id + layout->size + size;
  return (at + layout->align - 1) / layout->align * layout->align;
}

/// Find a chunk, from \p at on.  \return offset of its body and its length, or 0
static uint64_t find(ByteReader* reader, const Layout* layout, uint64_t at, const char* name,
                     uint64_t* size) {
  const size_t header = layout->id + layout->size;
  for (const unsigned char* b; (b = byte_reader_at(reader, at, header));) {
    *size = length_in(layout, b);
    if (memcmp(b, name, 4) == 0) return at + header;
    if (*size > reader->size) return 0;
    at = behind(layout, at, *size);
  }
  return 0;
}

/// \return the end of the chunks from \p at on
static uint64_t skip_chunks(ByteReader* reader, const Layout* layout, uint64_t at) {
  const size_t header = layout->id + layout->size;
  for (const unsigned char* b; (b = byte_reader_at(reader, at, header));) {
    for (size_t i = 0; i < 4; ++i)
      if (b[i] < 0x20 || b[i] > 0x7E) return at;
    // A stated size that exceeds the file takes libsndfile minutes.
    const uint64_t size = length_in(layout, b);
    if (size > reader->size - at - header || sound_map_kind(b) != 0) return at;
    at = behind(layout, at, size);
  }
  return at;
}

static bool chunks_follow(ByteReader* reader, const Layout* layout, uint64_t at) {
  return skip_chunks(reader, layout, at) >= reader->size;
}

uint64_t sound_map_end_of_chunks(ByteReader* reader) {
  uint64_t size = 0;
  const unsigned char* b = byte_reader_at(reader, 0, 12);
  if (!b) return 0;
  const Layout* layout = layout_of(b);
  if (layout == &wave && memcmp(b + 8, "WAVE", 4) != 0) return 0;
  const uint64_t begin = find(reader, layout, layout->first, layout->name, &size);
  if (begin == 0 || size > reader->size - begin) return 0;
  const uint64_t end = behind(layout, begin - layout->id - layout->size, size);
  if (size == 0 && layout == &wave && !chunks_follow(reader, layout, end)) return 0; // a stream
  return skip_chunks(reader, layout, end);
}

void sound_map_chunks(SoundMap* map, ByteReader* reader) {
  const unsigned char* b = byte_reader_at(reader, 0, 32);
  if (!b) return;
  const Layout* layout = layout_of(b);
  const bool is_rf64 = memcmp(b, "RF64", 4) == 0;
  uint64_t size = 0, begin = 0;
  if (layout == &wave && memcmp(b + 8, "WAVE", 4) != 0) return;
  if (layout == &au) {
    begin = bytes_big(b + 4, 4);
    size = bytes_big(b + 8, 4);
  } else {
    begin = find(reader, layout, layout->first, layout->name, &size);
  }
  if (begin == 0 || begin >= reader->size) return;
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
    map->patch_offset = reader->base + (layout == &au ? 8 : begin - 4);
    for (size_t i = 0; i < 4; ++i)
      map->patch[i] = (unsigned char)(real >> (8 * (layout->is_big ? 3 - i : i)));
    return;
  }
  const uint64_t end = layout == &wave && size < there ? sound_map_end_of_chunks(reader) : 0;
  if (end > 0 && end < reader->size) reader->size = end;
  map->is_cut = !is_unknown && size > there + 1;
  if (map->is_cut) map->share = (double)there / (double)size;
}
