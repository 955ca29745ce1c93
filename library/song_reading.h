// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the library keeps of one sound file: a reading by the engine with its curve, or one by a
/// static model; and the hash by which the sound is known again.
/// Thread: a SongReading belongs to one thread at a time.
#ifndef CIRCUMPLEX_LIBRARY_SONG_READING_H
#define CIRCUMPLEX_LIBRARY_SONG_READING_H

#include "library/reading.h"
#include "library/static_file.h"
#include "library/store.h"

typedef struct {
  uint64_t sound, samples; ///< as in StoreSound
  StoreReading reading;    ///< its curve is this struct's
  int16_t *valence, *arousal;
  size_t n, capacity;
  char damage[192]; ///< how the file is cut or damaged; "" if it is whole
} SongReading;

/// What reads the file: the engine, or a static model.
typedef struct {
  StoreModel model;
  const StaticModel* whole; ///< a static model, or NULL:
  Reader* reader;           ///< the engine
  double gate;              ///< LUFS
} SongReader;

typedef enum {
  SONG_READ,
  SONG_UNFIT, ///< there is nothing in the file that could be read: an error message says why
  SONG_FAILED ///< it is not the file's fault, or the task is stopped
} SongReadingStatus;

/// Read \p audio to its end.  \param done counts what is read
/// \param read all 0; to be freed by song_reading_free() whatever came of it
SongReadingStatus song_reading_make(const SongReader* reader, AudioFile* audio, TaskFile* done,
                                    SongReading* read, char* error, size_t error_size);
void song_reading_free(SongReading* read);

/// The engine's reading in two steps, for callers that run the engine themselves: a hop into the curve; at the end, the
/// numbers of \p summary, which is not all silence.
/// \return 0, or -1 if out of memory
int song_reading_add(SongReading* read, const Estimate* estimate);
void song_reading_end(SongReading* read, const ReadingSummary* summary);

#endif
