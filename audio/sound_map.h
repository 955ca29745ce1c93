// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds where the sound lies in a file, and whether the file is complete.  A decoder starts at
/// the first byte and trusts the header, so it does not notice this.
///
/// Joined files are several parts, each decoded as a file of its own; other bytes between and after
/// them (tags, zeros) belong to no part.  RIFF, AIFF, AU and CAF files state
/// their length: a shorter file is cut off; length 0, as in a stream, means that it is read to
/// its end.
/// Thread: pure function of the file.
#ifndef CIRCUMPLEX_AUDIO_SOUND_MAP_H
#define CIRCUMPLEX_AUDIO_SOUND_MAP_H

#include "audio/byte_reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SOUND_MAP_PARTS = 1 << 14 }; ///< at most

typedef struct {
  uint64_t offset, size; ///< bytes
  unsigned delay;        ///< samples before the sound that no header tells the decoder to skip
} SoundPart;

typedef struct {
  SoundPart* parts;
  size_t n, capacity; ///< n = 0: the whole file
  unsigned delay;     ///< of the whole file, as in SoundPart
  bool is_cut;        ///< the file is shorter than its header says
  double share;       ///< share of the whole that the file has, 0..1; 0: not known
  bool has_holes;     ///< a part within it is missing
  bool is_celt;       ///< undamaged Opus that libsndfile and FFmpeg decode alike
  bool is_uneven;     ///< MPEG audio of frames of different lengths: its length cannot be guessed
  bool has_no_length; ///< its header was written before the length was known
  uint64_t patch_offset; ///< replace the 4 bytes there by `patch`; 0: none
  unsigned char patch[4];
} SoundMap;

/// Look through an open file.  \return 0, or -1 if out of memory
int sound_map_make(SoundMap* map, int fd, uint64_t size);
void sound_map_free(SoundMap* map);

/// \param b the first 10 bytes of a file
/// \return offset of the first byte after the ID3v2 tag that begins there; 0 if there is none
uint64_t sound_map_behind_id3(const unsigned char b[10]);

/// For each format; the file begins with its magic number.  Only sound_map.c calls these.
int sound_map_ogg(SoundMap* map, ByteReader* reader);
int sound_map_mpeg(SoundMap* map, ByteReader* reader);
int sound_map_flac(SoundMap* map, ByteReader* reader, uint64_t begin);
void sound_map_chunks(SoundMap* map, ByteReader* reader); ///< leaves out what follows a WAVE file
void sound_map_length(SoundMap* map, ByteReader* reader); ///< of AVI, ASF, transport streams, AC-3
/// Add joined files except the last one, to which the reader moves.  \return 0, or -1 if out of memory
int sound_map_joined(SoundMap* map, ByteReader* reader);

enum { SOUND_MAP_CHUNKED = 6, SOUND_MAP_MATROSKA = 10, SOUND_MAP_MP4 };
/// \return kind of a file that begins with these bytes and states its length: up to
/// SOUND_MAP_CHUNKED as RIFF does; 0: another kind
int sound_map_kind(const unsigned char b[8]);

/// \return bytes of the WAVE, W64, AIFF or CAF file at the reader's start; 0: not known
uint64_t sound_map_end_of_chunks(ByteReader* reader);
/// The same for Matroska and WebM: a header, then one segment.
uint64_t sound_map_end_of_matroska(ByteReader* reader);

/// Add a part.  \return 0, or -1 if out of memory
int sound_map_add(SoundMap* map, uint64_t offset, uint64_t end);

#endif
