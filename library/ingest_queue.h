// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Results that wait to be stored together: one transaction for many, about once a second.
///
/// A song is stored completely or not at all, and so is what waits with it: whoever ends the
/// process loses a second's work at most.
/// Thread: one at a time.
#ifndef CIRCUMPLEX_LIBRARY_INGEST_QUEUE_H
#define CIRCUMPLEX_LIBRARY_INGEST_QUEUE_H

#include "library/ingest.h"
#include "library/song_reading.h"
#include "library/store.h"
#include "library/tags.h"

/// What was found out about one file.
typedef struct {
  enum {
    RESULT_NONE,   ///< the work was stopped
    RESULT_COPY,   ///< leads to a song that is known
    RESULT_READ,   ///< a new reading
    RESULT_FAILED, ///< cannot be read: to be remembered
    RESULT_LATER   ///< could not be read now
  } kind;
  StoreFile file;     ///< its path outlives the queue
  int64_t song;       ///< for a copy
  bool is_new;        ///< the path led to no song before
  SongReading read;   ///< for RESULT_READ
  TagTexts tags;      ///< for RESULT_READ
  char failure[1024]; ///< an error message without the file's name
} IngestResult;

typedef struct IngestQueue IngestQueue;

/// \param model_hash by whose readings copies are found; kept by the caller  \return NULL and an error message
IngestQueue* ingest_queue_new(Store* store, const char* model_hash, IngestReport* report,
                              char* error, size_t error_size);
void ingest_queue_free(IngestQueue* queue); ///< NULL is allowed; what waits is dropped

/// Add a result, which becomes the queue's.  \return 0, or -1 and an error message
int ingest_queue_put(IngestQueue* queue, IngestResult* result, char* error, size_t error_size);

/// Store what waits if it is time.  \return as above
int ingest_queue_tick(IngestQueue* queue, char* error, size_t error_size);

/// Store what waits.  \return as above
int ingest_queue_flush(IngestQueue* queue, char* error, size_t error_size);

/// Look for a known file with the same bytes, among those that wait as well.
/// \return as store_same_content()
int ingest_queue_same_content(IngestQueue* queue, const StoreFile* file, const char* model_hash,
                              int64_t* song, char* error, size_t error_size);

void ingest_result_free(IngestResult* result); ///< NULL is allowed

#endif
