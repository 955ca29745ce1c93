// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the library keeps of one sound file: a reading by the engine with its curve, or one by a
/// static model; and the hash by which the sound is known again.
/// Thread: a LibraryRead belongs to one thread at a time.
#ifndef CIRCUMPLEX_CLI_LIBRARY_READ_H
#define CIRCUMPLEX_CLI_LIBRARY_READ_H

#include "cli/reading.h"
#include "cli/static_reading.h"
#include "library/store.h"

typedef struct {
  uint64_t sound, samples; ///< as in StoreSound
  StoreReading reading;    ///< its curve is this struct's
  int16_t *valence, *arousal;
  size_t n, capacity;
} LibraryRead;

/// Who reads.
typedef struct {
  StoreModel model;
  const StaticModel* whole; ///< a static model, or NULL:
  Reader* reader;           ///< the engine
  double gate;              ///< LUFS
} LibraryReader;

typedef enum {
  LIBRARY_READ,
  LIBRARY_UNFIT, ///< there is nothing in the file that could be read: a sentence says why
  LIBRARY_FAILED ///< it is not the file's fault, or cli_interrupted()
} LibraryReadStatus;

/// Read \p audio to its end.  \param size what the file counts in the progress bar
/// \param read all 0; to be freed by library_read_free() whatever came of it
LibraryReadStatus library_read(const LibraryReader* reader, AudioFile* audio, uint64_t size,
                               LibraryRead* read, char* error, size_t error_size);
void library_read_free(LibraryRead* read);

#endif
