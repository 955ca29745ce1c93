// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A stretch of a sound file as stereo at a device's rate, from whatever sound_file.h reads; a
/// sample that is no number is silence.
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
  double begun;                    ///< s in the file
  SRC_STATE* resampler;            ///< NULL: frames come at the file's own rate
  double ratio;                    ///< frames out for a frame in
  bool ended;                      ///< the file has
  float stereo[2 * EXCERPT_BLOCK]; ///< the block that was read
  size_t held, taken;              ///< frames in it, and how many of them have gone on
} Excerpt;

/// Open at \p start, to be read up to \p end (s).  \return 0, or -1 and an error message
int excerpt_open(Excerpt* excerpt, const char* path, double start, double end, char* error,
                 size_t error_size);
void excerpt_close(Excerpt* excerpt); ///< closed is allowed

double excerpt_file_rate(const Excerpt* excerpt); ///< \return Hz

/// Set the rate at which frames come, Hz; before the first excerpt_read(), once.  At the file's own
/// rate they are the file's, bit for bit.  \return 0, or -1 if that cannot be
int excerpt_set_rate(Excerpt* excerpt, double rate);

/// \return frames written, at most \p room (above 0); 0 at the end
size_t excerpt_read(Excerpt* excerpt, float* out, size_t room);

#endif
