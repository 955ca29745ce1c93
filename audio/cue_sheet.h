// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// CUE sheets: one sound file that holds an album, and where its tracks begin.
///
/// A track has a path of its own, "ALBUM.cue/03", as if the sheet were a folder; audio_open() takes
/// it like any other.  Nothing else can have such a path, since a sheet is no folder.
/// Thread: pure functions of the files.
#ifndef CIRCUMPLEX_AUDIO_CUE_SHEET_H
#define CIRCUMPLEX_AUDIO_CUE_SHEET_H

#include <stdbool.h>
#include <stddef.h>

enum { CUE_TRACKS = 99, CUE_PATH = 4096, CUE_TEXT = 512 };

typedef struct {
  unsigned number;                           ///< 1..99
  size_t file;                               ///< of the sheet's files
  double from, to;                           ///< s in it; to 0: its end
  char title[CUE_TEXT], performer[CUE_TEXT]; ///< UTF-8, "" for none
} CueTrack;

typedef struct {
  char album[CUE_TEXT], performer[CUE_TEXT];
  size_t n, n_files;
  CueTrack tracks[CUE_TRACKS];
  char files[CUE_TRACKS][CUE_PATH]; ///< beside the sheet; "": not there
} CueSheet;

/// What a sheet is good for.
typedef enum {
  CUE_BAD,   ///< it cannot be followed
  CUE_AWAY,  ///< none of its sound files is there, or it has none
  CUE_WHOLE, ///< each of its files is one track
  CUE_SPLITS ///< a file that is there holds two tracks or more
} CueKind;

/// Read the sheet \p path; sound files that are there under another extension (flac for wav) are
/// found.  It may be UTF-8, UTF-16 with its mark, or else Latin-1.
/// \param sheet large: allocate it
/// \param[out] error for CUE_BAD an error message with the line's number; else which of its files is
/// not there, or ""
CueKind cue_sheet_read(const char* path, CueSheet* sheet, char* error, size_t error_size);

/// \return whether a file that is there holds two of its tracks or more
bool cue_sheet_splits(const CueSheet* sheet);

/// \return whether \p name ends in ".cue"
bool cue_sheet_is_name(const char* name);

/// Split "ALBUM.cue/03".  \param[out] sheet the sheet's path  \return the track's number, or 0: it
/// is no such path
unsigned cue_track_split(const char* path, char sheet[CUE_PATH]);

/// The sheet of the track that a path names, and the track in it.
/// \return to be freed, or NULL: it names none whose file is there, or out of memory
CueSheet* cue_sheet_of(const char* path, const CueTrack** track);

/// Find the track that a path names.
/// \param[out] file the sound file's path  \return whether it is one
bool cue_track_find(const char* path, char file[CUE_PATH], CueTrack* track);

#endif
