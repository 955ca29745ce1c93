// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads CUE sheets, which say where the tracks of an album begin in a sound file.
///
/// Each track has a path, "ALBUM.cue/03", as if the sheet were a folder; audio_open() accepts
/// it.  No real file can have such a path, because a sheet is not a folder.
/// Thread: pure functions of the files.
#ifndef CIRCUMPLEX_AUDIO_CUE_SHEET_H
#define CIRCUMPLEX_AUDIO_CUE_SHEET_H

#include <stdbool.h>
#include <stddef.h>

enum { CUE_TRACKS = 99, CUE_PATH = 4096, CUE_TEXT = 512 };

typedef struct {
  unsigned number;                           ///< 1..99
  size_t file;                               ///< index into CueSheet.files
  double from, to;                           ///< s in that file; to 0: to its end
  char title[CUE_TEXT], performer[CUE_TEXT]; ///< UTF-8; "": none
} CueTrack;

typedef struct {
  char album[CUE_TEXT], performer[CUE_TEXT];
  size_t n, n_files;
  CueTrack tracks[CUE_TRACKS];
  char files[CUE_TRACKS][CUE_PATH]; ///< paths; "": the file does not exist
} CueSheet;

/// Whether a sheet can be used.
typedef enum {
  CUE_BAD,   ///< it has an error
  CUE_AWAY,  ///< it names no sound file that exists
  CUE_WHOLE, ///< each of its files is one track
  CUE_SPLITS ///< a file that exists has two tracks or more
} CueKind;

/// Read the sheet \p path.  Sound files with another extension than it says (flac for wav) are
/// found too.  Encodings: UTF-8, UTF-16 with a byte order mark, otherwise Latin-1.
/// \param sheet large: allocate it
/// \param[out] error for CUE_BAD an error message with the line number; otherwise the name of a
/// file that does not exist, or ""
CueKind cue_sheet_read(const char* path, CueSheet* sheet, char* error, size_t error_size);

/// \return whether a file that exists has two of its tracks or more
bool cue_sheet_splits(const CueSheet* sheet);

/// \return whether \p name ends in ".cue"
bool cue_sheet_is_name(const char* name);

/// Split "ALBUM.cue/03".  \param[out] sheet the sheet's path  \return the track's number; 0 if it
/// is not such a path
unsigned cue_track_split(const char* path, char sheet[CUE_PATH]);

/// Read the sheet of the track that a path names.  \param[out] track the track in it
/// \return to be freed; NULL if there is no such track, its file does not exist, or out of memory
CueSheet* cue_sheet_of(const char* path, const CueTrack** track);

/// Find the track that a path names.
/// \param[out] file the sound file's path  \return whether there is such a track
bool cue_track_find(const char* path, char file[CUE_PATH], CueTrack* track);

#endif
