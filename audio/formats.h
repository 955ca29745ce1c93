// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Tells by a file's name whether it is a sound file.  Thread: pure function.
#ifndef CIRCUMPLEX_AUDIO_FORMATS_H
#define CIRCUMPLEX_AUDIO_FORMATS_H

typedef enum {
  FORMAT_OTHER,       ///< not a sound file
  FORMAT_SOUND,       ///< can be read
  FORMAT_VIDEO,       ///< a video whose sound can be read
  FORMAT_UNSUPPORTED, ///< a sound file that needs FFmpeg, which this build does not have
} FormatKind;

/// \param name of a file, or its path
FormatKind format_of_name(const char* name);

#endif
