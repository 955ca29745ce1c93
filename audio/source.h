// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A stretch of a sound file as stereo at a device's rate, from whatever sound_file.h reads; a
/// sample that is no number is silence.
///
///     if (source_open(&source, path, 10.0, 25.0, error, sizeof error) == 0) {
///       source_set_rate(&source, 48000.0);
///       while ((n = source_read(&source, out, room)) > 0) ...
///     }
///     source_close(&source);
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_AUDIO_SOURCE_H
#define CIRCUMPLEX_AUDIO_SOURCE_H

#include "audio/sound_file.h"

#include <samplerate.h>
#include <stdint.h>

#define SOURCE_BLOCK 1024 // frames read at a time

/// All zero: closed.
typedef struct {
  AudioFile* file;
  double begun;                   ///< s in the file
  uint64_t left;                  ///< frames of the file to read
  SRC_STATE* resampler;           ///< NULL: frames come at the file's own rate
  double ratio;                   ///< frames out for a frame in
  bool ended;                     ///< the file has
  float stereo[2 * SOURCE_BLOCK]; ///< the block that was read
  size_t held, taken;             ///< frames in it, and how many of them have gone on
} Source;

/// Open at \p start, to be read up to \p end (s).  \return 0, or -1 and an error message
int source_open(Source* source, const char* path, double start, double end, char* error,
                size_t error_size);
void source_close(Source* source); ///< closed is allowed

double source_file_rate(const Source* source); ///< \return Hz

/// Set the rate at which frames come, Hz; before the first source_read(), once.  At the file's own
/// rate they are the file's, bit for bit.  \return 0, or -1 if that cannot be
int source_set_rate(Source* source, double rate);

/// \return frames written, at most \p room (above 0); 0 at the end
size_t source_read(Source* source, float* out, size_t room);

#endif
