// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The fields VALENCE, AROUSAL and MOOD in the tags of one file, by TagLib, of which the C interface
/// (1.13) has no fields of one's own: hence the only C++ here.
///
/// MP3, WAV, AIFF and TTA get ID3v2 frames TXXX, Ogg, Opus, Speex and FLAC Vorbis comments, MP4
/// freeform atoms (com.apple.iTunes), WavPack, Monkey's Audio and Musepack APE items, Windows Media
/// attributes.  Thread: any; reads files that may be hostile, so call it in a process of its own.
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
  TAG_FIELDS_SAME,    ///< they were there already
  TAG_FIELDS_UNKNOWN, ///< no kind of file that has such tags
  TAG_FIELDS_FAILED   ///< it could not be written
} TagFieldsStatus;

/// Put them into \p path, in place: interrupted, it leaves half a file.
/// A MOOD without a VALENCE beside it is somebody else's and stays.
/// \param is_dry write nothing, and say what would come of it
TagFieldsStatus tag_fields_put(const char* path, const TagReading* reading, bool is_dry);

#ifdef __cplusplus
}
#endif
#endif
