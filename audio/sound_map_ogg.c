// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds the links of a chained Ogg stream (RFC 3533).
#include "audio/sound_map.h"

#include <string.h>

enum { HEADER = 27, TIME = 6, CHECKSUM = 22, CONTINUED = 1, BEGIN = 2, END = 4 };

#define LEAST_CELT 0x80 ///< Opus packets with a lower first byte have SILK

typedef struct {
  uint64_t size;
  uint32_t serial, sequence;
  unsigned flags;
  size_t segments;
  char codec[8]; ///< first bytes of the body
} Page;

static bool read_page(ByteReader* reader, uint64_t offset, Page* page) {
  const unsigned char* b = byte_reader_at(reader, offset, HEADER);
  if (!b || memcmp(b, "OggS", 4) != 0 || b[4] != 0) return false;
  page->flags = b[5];
  page->serial = (uint32_t)bytes_little(b + 14, 4);
  page->sequence = (uint32_t)bytes_little(b + 18, 4);
  const size_t segments = page->segments = b[26];
  b = byte_reader_at(reader, offset + HEADER, segments);
  if (!b) return false;
  page->size = HEADER + segments;
  for (size_t i = 0; i < segments; ++i)
    page->size += b[i];
  b = byte_reader_at(reader, offset + HEADER + segments, sizeof page->codec);
  memset(page->codec, 0, sizeof page->codec);
  if (b) memcpy(page->codec, b, sizeof page->codec);
  return true;
}

/// The table of an Ogg page's checksum (RFC 3533, 6: polynomial 0x04C11DB7, highest bit first).
static void make_table(uint32_t table[256]) {
  for (uint32_t i = 0; i < 256; ++i) {
    table[i] = i << 24;
    for (int bit = 0; bit < 8; ++bit)
      table[i] = table[i] << 1 ^ ((table[i] & 0x80000000U) != 0 ? 0x04C11DB7U : 0U);
  }
}

/// \return whether a page's checksum is right; decoders skip pages with a wrong one
static bool is_page_good(ByteReader* reader, uint64_t offset, const Page* page,
                         const uint32_t table[256]) {
  uint32_t sum = 0;
  for (uint64_t done = 0; done < page->size;) {
    const uint64_t left = page->size - done;
    const size_t n = left < BYTE_READER_MOST ? (size_t)left : BYTE_READER_MOST;
    const unsigned char* b = byte_reader_at(reader, offset + done, n);
    if (!b) return false;
    for (size_t i = 0; i < n; ++i) { // the checksum's own bytes count as zero
      const bool is_own = done + i >= CHECKSUM && done + i < CHECKSUM + 4;
      sum = sum << 8 ^ table[sum >> 24 ^ (is_own ? 0U : b[i])];
    }
    done += n;
  }
  const unsigned char* own = byte_reader_at(reader, offset + CHECKSUM, 4);
  return own && sum == (uint32_t)bytes_little(own, 4);
}

/// \return offset of the next page at or after \p offset, or the file's size
static uint64_t find_page(ByteReader* reader, uint64_t offset) {
  Page page;
  for (; offset + HEADER <= reader->size; ++offset) {
    const unsigned char* b = byte_reader_at(reader, offset, 4);
    if (!b) break;
    if (b[0] == 'O' && memcmp(b, "OggS", 4) == 0 && read_page(reader, offset, &page)) return offset;
  }
  return reader->size;
}

static bool is_sound(const Page* page) {
  return memcmp(page->codec, "\x01vorbis", 7) == 0 || memcmp(page->codec, "OpusHead", 8) == 0 ||
         memcmp(page->codec,
                "\x7F"
                "FLAC",
                5) == 0 ||
         memcmp(page->codec, "Speex   ", 8) == 0;
}

typedef struct {
  uint64_t begin;
  uint32_t serial, next; ///< of the sound's stream: the next sequence number
  bool is_begun, has_ended;
  uint64_t length; ///< of the Opus packets so far, samples at 48 kHz
  unsigned packet; ///< length of the last one
} Link;

/// \return length in samples at 48 kHz of a packet that begins with \p b; 0: it has SILK, or no
/// data
static unsigned celt_length(const unsigned char* b, size_t n) {
  if (n < 2 || b[0] < LEAST_CELT) return 0;
  const unsigned code = b[0] & 3, frames = code == 0 ? 1 : code < 3 ? 2 : b[1] & 63;
  return frames * (120U << (b[0] >> 3 & 3));
}

/// Count the packets of a page.  \return false if one has SILK, or if their sum is not the page's
/// time (at the end it may be less, by a part of a packet)
static bool count_celt(Link* link, ByteReader* reader, uint64_t offset, const Page* page) {
  unsigned char sizes[255];
  const size_t n = page->segments;
  const unsigned char* b = byte_reader_at(reader, offset + HEADER, n);
  if (!b) return false;
  memcpy(sizes, b, n);
  bool begins = (page->flags & CONTINUED) == 0, ends = false;
  uint64_t at = offset + HEADER + n;
  for (size_t i = 0; i < n; ++i) {
    const size_t head = sizes[i] < 2 ? sizes[i] : 2;
    if (begins) {
      b = byte_reader_at(reader, at, head);
      link->packet = b ? celt_length(b, head) : 0;
    }
    if (link->packet == 0) return false;
    begins = sizes[i] < 255;
    if (begins) link->length += link->packet;
    ends = ends || begins;
    at += sizes[i];
  }
  b = byte_reader_at(reader, offset + TIME, 8);
  const uint64_t time = b ? bytes_little(b, 8) : 0;
  const uint64_t least = (page->flags & END) != 0 ? link->length - link->packet + 1 : link->length;
  return !ends || (time >= least && time <= link->length);
}

/// \return whether the page is Opus of one or two channels, at 48 kHz, without SILK (the part for
/// speech, which decoders decode differently)?  Headers: RFC 7845, 5; packets: RFC 6716, 3.
static bool is_celt(Link* link, ByteReader* reader, uint64_t offset, const Page* page) {
  const bool is_rest_of_tags = link->length == 0 && (page->flags & CONTINUED) != 0;
  if (memcmp(page->codec, "OpusTags", 8) == 0 || is_rest_of_tags) return true;
  if (memcmp(page->codec, "OpusHead", 8) != 0) return count_celt(link, reader, offset, page);
  const unsigned char* b = byte_reader_at(reader, offset + HEADER + page->segments, 19);
  const uint64_t rate = b ? bytes_little(b + 12, 4) : 0;
  return b && b[18] == 0 && (rate == 0 || rate > 24000);
}

int sound_map_ogg(SoundMap* map, ByteReader* reader) {
  Link link = {.begin = 0};
  uint64_t at = 0, end = 0; // of the last whole page
  bool was_begin = false, has_junk = false, is_cut = false, is_mixed = false, has_celt = true;
  Page page;
  uint32_t table[256];
  make_table(table);
  while (at < reader->size) {
    if (!read_page(reader, at, &page)) {
      const uint64_t next = find_page(reader, at + 1);
      if (next < reader->size && (link.is_begun && !link.has_ended)) map->has_holes = true;
      has_junk = true;
      at = next;
      continue;
    }
    if (page.size > reader->size - at) {
      is_cut = true;
      break;
    }
    const bool is_begin = (page.flags & BEGIN) != 0;
    if (is_begin && !was_begin) {
      if (link.is_begun && sound_map_add(map, link.begin, end) != 0) return -1;
      link = (Link){.begin = at, .is_begun = true, .serial = page.serial, .next = page.sequence};
    }
    if (is_begin && !is_sound(&page)) is_mixed = true; // for example a video
    if (page.serial == link.serial) {
      if (page.sequence != link.next && link.next != 0) map->has_holes = true;
      if (!is_page_good(reader, at, &page, table)) map->has_holes = true;
      has_celt = has_celt && is_celt(&link, reader, at, &page);
      link.next = page.sequence + 1;
      link.has_ended = (page.flags & END) != 0;
    }
    was_begin = is_begin;
    at += page.size;
    end = at;
  }
  if (link.is_begun && sound_map_add(map, link.begin, end) != 0) return -1;
  map->is_cut = is_cut || (link.is_begun && !link.has_ended);
  map->is_celt = has_celt && link.is_begun && !is_mixed && !map->is_cut && !map->has_holes;
  if (map->n > SOUND_MAP_PARTS) map->has_holes = true; // not all of it is read
  if (is_mixed || map->n > SOUND_MAP_PARTS || (map->n == 1 && !has_junk)) map->n = 0;
  return 0;
}
