// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes the fields VALENCE, AROUSAL and MOOD into the tags of one file, with TagLib.  TagLib's C
/// interface (1.13) has no custom fields, so this is the only C++ here.
///
/// MP3, WAV, AIFF and TTA get ID3v2 frames TXXX; Ogg, Opus, Speex and FLAC Vorbis comments; MP4
/// freeform atoms (com.apple.iTunes); WavPack, Monkey's Audio and Musepack APE items; Windows
/// Media attributes.  Thread: any.  A hostile file can crash it, so call it in a child process.
#ifndef CIRCUMPLEX_LIBRARY_TAG_FIELDS_H
#define CIRCUMPLEX_LIBRARY_TAG_FIELDS_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/// UTF-8.
typedef struct {
  char valence[16], arousal[16]; ///< "-1.000" to "1.000"
  char mood[64];
} TagReading;

typedef enum {
  TAG_FIELDS_PUT,
  TAG_FIELDS_SAME,    ///< the file has them already
  TAG_FIELDS_UNKNOWN, ///< this kind of file has no such tags
  TAG_FIELDS_FAILED   ///< it could not be written
} TagFieldsStatus;

/// Write them into \p path, in place; if it is interrupted, the file is damaged.
/// A MOOD without a VALENCE is from another program and stays.
/// \param is_dry write nothing, and return what would happen
TagFieldsStatus tag_fields_put(const char* path, const TagReading* reading, bool is_dry);

#ifdef __cplusplus
}
#endif
#endif
