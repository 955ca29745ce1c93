// SPDX-License-Identifier: GPL-3.0-or-later
// Finds where the sound lies in a file, and whether the file is complete.
#include "audio/sound_map.h"

#include "dsp/array.h"

#include <stdlib.h>
#include <string.h>

int sound_map_add(SoundMap* map, uint64_t offset, uint64_t end) {
  if (!ARRAY_GROW(map->parts, map->n, map->capacity)) return -1;
  map->parts[map->n++] = (SoundPart){offset, end - offset, 0};
  return 0;
}

uint64_t sound_map_behind_id3(const unsigned char b[10]) {
  if (memcmp(b, "ID3", 3) != 0) return 0;
  return 10U + ((uint64_t)(b[6] & 0x7F) << 21 | (uint64_t)(b[7] & 0x7F) << 14 |
                (uint64_t)(b[8] & 0x7F) << 7 | (uint64_t)(b[9] & 0x7F));
}

/// \return the end of the sound at the latest: before the tags at the file's end
static uint64_t end_before_tags(ByteReader* reader) {
  uint64_t end = reader->size;
  for (const unsigned char* b; end >= 128; end = reader->size) {
    if ((b = byte_reader_at(reader, end - 128, 3)) && memcmp(b, "TAG", 3) == 0) {
      reader->size -= 128;
    } else if ((b = byte_reader_at(reader, end - 32, 32)) && memcmp(b, "APETAGEX", 8) == 0) {
      const uint64_t size = bytes_little(b + 12, 4) + ((b[23] & 0x80) != 0 ? 32U : 0U);
      if (size < 32 || size > end) break;
      reader->size -= size;
    } else {
      break;
    }
  }
  return end;
}

/// Look at a file of a format that states its length, and at others joined to it.
static int look_at_files(SoundMap* map, ByteReader* reader) {
  if (sound_map_joined(map, reader) != 0) return -1;
  const uint64_t base = reader->base, size = reader->size;
  const unsigned char* mark = byte_reader_at(reader, 0, 8);
  const int kind = mark ? sound_map_kind(mark) : 0;
  const bool is_chunked = kind > 0 && kind <= SOUND_MAP_CHUNKED;
  if (!is_chunked) reader->size = end_before_tags(reader);
  sound_map_length(map, reader);
  if (is_chunked && !map->is_cut) sound_map_chunks(map, reader);
  double before = 0.0;
  for (size_t i = 0; i < map->n; ++i)
    before += (double)map->parts[i].size;
  if (map->share > 0.0) map->share = (before + (double)size) / (before + (double)size / map->share);
  const bool is_all = base == 0 && reader->size == size && map->patch_offset == 0;
  return is_all ? 0 : sound_map_add(map, base, base + reader->size);
}

int sound_map_make(SoundMap* map, int fd, uint64_t size) {
  memset(map, 0, sizeof *map);
  ByteReader* reader = calloc(1, sizeof *reader);
  if (!reader) return -1;
  reader->fd = fd;
  reader->size = size;
  int status = 0;
  const unsigned char* head = byte_reader_at(reader, 0, 10);
  uint64_t begin = 0, tags = 0;
  for (uint64_t tag; head && (tag = sound_map_behind_id3(head)) > 0; ++tags) {
    begin += tag;
    head = byte_reader_at(reader, begin, 10);
  }
  const unsigned char* mark = byte_reader_at(reader, begin, 8);
  const bool is_known = mark && sound_map_kind(mark) != 0;
  if (mark && memcmp(mark, "OggS", 4) == 0) {
    status = sound_map_ogg(map, reader);
  } else if (mark && memcmp(mark, "fLaC", 4) == 0) {
    status = sound_map_flac(map, reader, begin);
    if (status == 0 && map->n == 0 && tags > 1) status = sound_map_add(map, begin, size);
  } else if (mark && !is_known &&
             (begin > 0 || (mark[0] == 0xFF && (mark[1] & 0xE0) == 0xE0 &&
                            (mark[1] & 0xF6) != 0xF0))) { // not ADTS
    status = sound_map_mpeg(map, reader);
  } else if (mark) {
    byte_reader_move(reader, begin);
    status = look_at_files(map, reader);
  }
  free(reader);
  return status;
}

void sound_map_free(SoundMap* map) {
  free(map->parts);
  memset(map, 0, sizeof *map);
}
