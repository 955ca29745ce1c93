// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the library stores of one sound file: a reading by the engine with its curve, or one by a
/// static model; and the hash that identifies the sound.
/// Thread: a SongReading belongs to one thread at a time.
#ifndef CIRCUMPLEX_LIBRARY_SONG_READING_H
#define CIRCUMPLEX_LIBRARY_SONG_READING_H

#include "library/reading.h"
#include "library/static_file.h"
#include "library/store.h"

typedef struct {
  uint64_t sound, samples; ///< as in StoreSound
  StoreReading reading;    ///< this struct owns its curve
  int16_t *valence, *arousal;
  size_t n, capacity;
  char damage[192]; ///< how the file is cut or damaged; "" if it is whole
} SongReading;

/// How a file is read: by the engine or a static model.
typedef struct {
  StoreModel model;
  const StaticModel* whole; ///< a static model, or NULL
  Reader* reader;           ///< the engine, if whole is NULL
  double gate;              ///< LUFS
} SongReader;

typedef enum {
  SONG_READ,
  SONG_UNFIT, ///< the file has nothing that can be read: see the error message
  SONG_FAILED ///< another error, or the task is stopped
} SongReadingStatus;

/// Read \p audio to its end.  \param done counts what is read
/// \param read all 0; to be freed by song_reading_free() in any case
SongReadingStatus song_reading_make(const SongReader* reader, AudioFile* audio, TaskFile* done,
                                    SongReading* read, char* error, size_t error_size);
void song_reading_free(SongReading* read);

/// For callers that run the engine themselves: add a hop to the curve, and at the end the numbers
/// of
/// \p summary, which must not be all silence.
/// \return 0, or -1 if out of memory
int song_reading_add(SongReading* read, const Estimate* estimate);
void song_reading_end(SongReading* read, const ReadingSummary* summary);

#endif
