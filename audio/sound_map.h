// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Where the sound lies in a file, and whether all of it is there.  A decoder begins at the first byte
/// and trusts the header, so it does not see this.
///
/// Ogg streams and MP3s that were joined are several parts, each a file of its own; what lies
/// between and behind them (tags, zeros, rubbish) is in none.  RIFF, AIFF, AU and CAF files say how
/// long they are; a file that is shorter is cut, and one that says 0, as a stream does, is read to its
/// end.
/// Thread: pure function of the file.
#ifndef CIRCUMPLEX_AUDIO_SOUND_MAP_H
#define CIRCUMPLEX_AUDIO_SOUND_MAP_H

#include "audio/byte_reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SOUND_MAP_PARTS = 4096 };

typedef struct {
  uint64_t offset, size; ///< bytes
  unsigned delay; ///< samples that a coder puts before the sound, and no header tells the decoder
} SoundPart;

typedef struct {
  SoundPart* parts;
  size_t n, capacity;    ///< n = 0: the whole file, as it is
  unsigned delay;        ///< of that, as in SoundPart
  bool is_cut;           ///< the file is shorter than its header says
  double share;          ///< of the whole that is there, 0..1; 0: not known
  bool has_holes;        ///< something within it is lost
  bool has_no_length;    ///< what its header says of that was written before it was known
  uint64_t patch_offset; ///< where 4 bytes of the file are to be taken for others; 0: nowhere
  unsigned char patch[4];
} SoundMap;

/// Look through an open file.  \return 0, or -1 if out of memory
int sound_map_make(SoundMap* map, int fd, uint64_t size);
void sound_map_free(SoundMap* map);

/// \param b the first 10 bytes of a file
/// \return offset of the first byte behind the ID3v2 tag that begins there, 0 if there is none
uint64_t sound_map_behind_id3(const unsigned char b[10]);

/// The formats' own; \p reader's file begins with their mark.  Shared by sound_map.c alone.
int sound_map_ogg(SoundMap* map, ByteReader* reader);
int sound_map_mpeg(SoundMap* map, ByteReader* reader);
int sound_map_flac(SoundMap* map, ByteReader* reader, uint64_t begin);
int sound_map_chunks(SoundMap* map, ByteReader* reader);
void sound_map_length(SoundMap* map, ByteReader* reader); ///< of AVI, ASF, transport streams, AC-3

/// Add a part.  \return 0, or -1 if out of memory
int sound_map_add(SoundMap* map, uint64_t offset, uint64_t end);

#endif
