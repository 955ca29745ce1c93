// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Which files hold sound, by their name.  Thread: pure function, any thread.
#ifndef CIRCUMPLEX_AUDIO_FORMATS_H
#define CIRCUMPLEX_AUDIO_FORMATS_H

typedef enum {
  FORMAT_OTHER,       ///< no sound file
  FORMAT_SOUND,       ///< can be read
  FORMAT_VIDEO,       ///< a video, the sound of which can be read
  FORMAT_UNSUPPORTED, ///< a sound file that needs FFmpeg, which this build has not
} FormatKind;

/// \param name of a file, or its path
FormatKind format_of_name(const char* name);

#endif
