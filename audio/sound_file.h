// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads sound files as two channels, block by block: all formats of libsndfile (wav, flac, ogg,
/// opus, mp3, aiff, ...), those of FFmpeg if the build has it (m4a, wma, mkv, ape, ...), and
/// standard input.  Mono is given in both channels.  More than two channels are mixed to two after
/// ITU-R BS.775, scaled so that equal channels keep their level.
///
/// Errors: NULL or -1, and an error message without the file's name.
/// Thread: an AudioFile belongs to one thread at a time.
#ifndef CIRCUMPLEX_AUDIO_SOUND_FILE_H
#define CIRCUMPLEX_AUDIO_SOUND_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AUDIO_MAX_CHANNELS 64
#define AUDIO_LEAST_RATE 1000     ///< Hz; FFmpeg converts rates from here on
#define AUDIO_MOST_RATE 100000000 ///< Hz; beyond this, a converter is made for seconds

/// Headerless samples on standard input.
typedef struct {
  double rate; ///< Hz; 0: standard input has a header (WAV, AU)
  unsigned channels;
  bool is_s16; ///< 16-bit integers instead of 32-bit floats (both little-endian)
} AudioRaw;

typedef struct {
  double rate;       ///< Hz, within FRONTEND_MIN_RATE..FRONTEND_MAX_RATE
  unsigned channels; ///< 1..AUDIO_MAX_CHANNELS
  uint64_t frames;   ///< length, or 0 if it is not known (standard input)
} AudioInfo;

typedef struct AudioFile AudioFile;

/// Parse "RATE[:CHANNELS[:f32|s16]]".  \return whether \p text has this form
bool audio_parse_raw(const char* text, AudioRaw* raw);

/// Open \p path; "-" is standard input; a path may name a track of a CUE sheet (audio/cue_sheet.h).
/// \param raw how to read standard input; may be NULL (a file with a header)
AudioFile* audio_open(const char* path, const AudioRaw* raw, char* error, size_t error_size);
void audio_close(AudioFile* audio); ///< NULL is allowed

const AudioInfo* audio_info(const AudioFile* audio);

/// Describe the damage found so far: how the file is cut off or damaged, and how much was read.
/// It is complete when audio_read() has reached the end.  \return NULL if there is none
const char* audio_damage(const AudioFile* audio);

/// Skip \p frames.  \return 0, or -1 and an error message
int audio_skip(AudioFile* audio, uint64_t frames, char* error, size_t error_size);

/// Read at most \p frames from here on, then end.  A track of a CUE sheet never reads beyond its
/// own end.
void audio_limit(AudioFile* audio, uint64_t frames);

/// Read up to \p n samples per channel; fewer only at the end.  Non-finite samples are not changed.
/// A cut or damaged file is read as far as possible: see audio_damage().
/// \return samples read (0: the end), or -1 and an error message
ptrdiff_t audio_read(AudioFile* audio, float* left, float* right, size_t n, char* error,
                     size_t error_size);

#endif
