// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Sound from any file that libsndfile reads (wav, flac, ogg, opus, mp3, aiff, ...), where the build
/// has FFmpeg from any that it reads (m4a, wma, mkv, ape, ...), or from standard input, as two channels.  Mono sound is given in both; more than two channels are mixed
/// to two as ITU-R BS.775 does, scaled so that equal channels keep their level.  Read block by
/// block, so that memory does not grow with the length.
///
/// Errors: NULL or -1 and an error message without the file's name (the caller has it).
/// Thread: an AudioFile belongs to one thread at a time.
#ifndef CIRCUMPLEX_AUDIO_SOUND_FILE_H
#define CIRCUMPLEX_AUDIO_SOUND_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AUDIO_MAX_CHANNELS 64
#define AUDIO_LEAST_RATE 1000 ///< Hz; with FFmpeg, rates from there on are converted

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

/// Parse "RATE[:CHANNELS[:f32|s16]]".  \return whether \p text was that
bool audio_parse_raw(const char* text, AudioRaw* raw);

/// Open \p path; "-" is standard input; a track of a CUE sheet has a path too (audio/cue_sheet.h).
/// \param raw how to read standard input; may be NULL (a file with a header)
AudioFile* audio_open(const char* path, const AudioRaw* raw, char* error, size_t error_size);
void audio_close(AudioFile* audio); ///< NULL is allowed

const AudioInfo* audio_info(const AudioFile* audio);

/// What is wrong with the file, as far as it was read: cut off, or damaged, and how much was read.
/// All of it is known once audio_read() has come to the end.  \return NULL if nothing is
const char* audio_damage(const AudioFile* audio);

/// Go on \p frames further without reading.  \return 0, or -1 and an error message
int audio_skip(AudioFile* audio, uint64_t frames, char* error, size_t error_size);

/// Read no more than \p frames from here on: behind them it has ended.  A track of a CUE sheet ends
/// where the sheet says, whatever the limit.
void audio_limit(AudioFile* audio, uint64_t frames);

/// Read up to \p n samples a channel; less only at the end.  Non-finite samples are passed on.
/// A file that is cut or damaged is read as far as it goes: see audio_damage().
/// \return samples read (0: the end), or -1 and an error message
ptrdiff_t audio_read(AudioFile* audio, float* left, float* right, size_t n, char* error,
                     size_t error_size);

#endif
