// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads a part of a sound file as stereo at a device's rate; samples that are not finite become
/// 0.
///
///     if (excerpt_open(&excerpt, path, 10.0, 25.0, error, sizeof error) == 0) {
///       excerpt_set_rate(&excerpt, 48000.0);
///       while ((n = excerpt_read(&excerpt, out, room)) > 0) ...
///     }
///     excerpt_close(&excerpt);
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_AUDIO_EXCERPT_H
#define CIRCUMPLEX_AUDIO_EXCERPT_H

#include "audio/sound_file.h"

#include <samplerate.h>
#include <stdint.h>

#define EXCERPT_BLOCK 1024 // frames read at a time

/// All zero: closed.
typedef struct {
  AudioFile* file;
  double begun;                    ///< where it begins in the file, s
  SRC_STATE* resampler;            ///< NULL: no conversion of the rate
  double ratio;                    ///< output frames per input frame
  bool ended;                      ///< the file has ended
  float stereo[2 * EXCERPT_BLOCK]; ///< the last block read
  size_t held, taken;              ///< frames in it, and how many of them are used
} Excerpt;

/// Open it, to be read from \p start to \p end (s).  \return 0, or -1 and an error message
int excerpt_open(Excerpt* excerpt, const char* path, double start, double end, char* error,
                 size_t error_size);
void excerpt_close(Excerpt* excerpt); ///< a closed one is allowed

double excerpt_file_rate(const Excerpt* excerpt); ///< \return Hz

/// Set the rate of the frames, Hz; once, before the first excerpt_read().  At the file's own rate
/// the samples are not changed.  \return 0, or -1 if this rate is not possible
int excerpt_set_rate(Excerpt* excerpt, double rate);

/// \return frames written, at most \p room (above 0); 0 at the end
size_t excerpt_read(Excerpt* excerpt, float* out, size_t room);

#endif
