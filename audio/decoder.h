// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The interface of the two decoders: libsndfile, and FFmpeg's libraries if the build has them.
/// Thread: a Decoder belongs to one thread at a time.
#ifndef CIRCUMPLEX_AUDIO_DECODER_H
#define CIRCUMPLEX_AUDIO_DECODER_H

#include "audio/sound_map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/// Headerless samples: little-endian floats or 16-bit integers.
typedef struct {
  unsigned rate, channels; ///< rate 0: there is a header
  bool is_s16;
} DecoderRaw;

/// A copy of what was read from a pipe, to be looked through at its end.
typedef struct {
  FILE* file;     ///< temporary; NULL: no copy, or no longer
  uint64_t size;  ///< bytes
  bool has_ended; ///< the pipe's end was read
} PipeCopy;

enum { PIPE_COPY = 1 << 28 }; ///< bytes at most; then there is no copy

/// \param n 0: the pipe has ended
void pipe_copy_add(PipeCopy* copy, const unsigned char* bytes, size_t n);

/// Where the bytes come from.
typedef struct {
  int fd;         ///< the caller closes it
  bool is_pipe;   ///< cannot be read twice
  PipeCopy* copy; ///< of a pipe; FFmpeg's decoder fills it; or NULL
  SoundPart part; ///< of a file; size 0: all of it
  const SoundMap* map;
  DecoderRaw raw;
  unsigned rate; ///< wanted rate, Hz (only FFmpeg converts); 0: the file's
} DecoderInput;

typedef struct {
  unsigned rate, channels;
  uint64_t frames;      ///< 0: not known
  bool is_exact;        ///< frames is from the file's header, not estimated from its size
  bool is_vorbis_order; ///< channels are in Vorbis's order, otherwise in WAVE's
} DecoderInfo;

typedef struct Decoder {
  DecoderInfo info;
  void* state;
  /// \return frames read into \p interleaved (0: the end), or -1 and an error message
  ptrdiff_t (*read)(void* state, float* interleaved, size_t frames, char* error, size_t error_size);
  /// Continue at \p frames from the beginning.  \return 0, or -1 if it cannot; NULL: not supported
  int (*seek)(void* state, uint64_t frames);
  /// \return number of places so far that could not be decoded; NULL: not known
  size_t (*faults)(const void* state);
  /// \return whether some track reached the end that the file states, although this one may be
  /// shorter (a video goes on longer than its sound); NULL: not known
  bool (*has_reached_end)(const void* state);
  void (*close)(void* state);
} Decoder;

/// \return 0, or -1 and an error message
int decoder_open_sndfile(Decoder* decoder, const DecoderInput* input, char* error,
                         size_t error_size);
/// The same; fails if the build has no FFmpeg.
int decoder_open_ffmpeg(Decoder* decoder, const DecoderInput* input, char* error,
                        size_t error_size);
bool decoder_has_ffmpeg(void);

void decoder_close(Decoder* decoder); ///< a closed one is allowed

#endif
