// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Results that wait to be stored together: one transaction for many songs, about once a second.
///
/// The songs of a transaction are stored completely or not at all, so a killed process loses at
/// most one second of work.
/// Thread: one at a time.
#ifndef CIRCUMPLEX_LIBRARY_INGEST_QUEUE_H
#define CIRCUMPLEX_LIBRARY_INGEST_QUEUE_H

#include "library/ingest.h"
#include "library/song_reading.h"
#include "library/store.h"
#include "library/tags.h"

/// The result for one file.
typedef struct {
  enum {
    RESULT_NONE,   ///< the work was stopped
    RESULT_COPY,   ///< its song is known already
    RESULT_READ,   ///< a new reading
    RESULT_FAILED, ///< cannot be read; this is stored
    RESULT_LATER   ///< could not be read now
  } kind;
  StoreFile file;     ///< its path outlives the queue
  int64_t song;       ///< for a copy
  bool is_new;        ///< the path is not known yet
  SongReading read;   ///< for RESULT_READ
  TagTexts tags;      ///< for RESULT_READ
  char failure[1024]; ///< an error message without the file's name
} IngestResult;

typedef struct IngestQueue IngestQueue;

/// \param model_hash copies are found by its readings; must outlive the queue
/// \return NULL and an error message
IngestQueue* ingest_queue_new(Store* store, const char* model_hash, IngestReport* report,
                              char* error, size_t error_size);
void ingest_queue_free(IngestQueue* queue); ///< NULL is allowed; waiting results are lost

/// Add a result; takes ownership.  \return 0, or -1 and an error message
int ingest_queue_put(IngestQueue* queue, IngestResult* result, char* error, size_t error_size);

/// Store the waiting results if it is time.  \return as above
int ingest_queue_tick(IngestQueue* queue, char* error, size_t error_size);

/// Store the waiting results now.  \return as above
int ingest_queue_flush(IngestQueue* queue, char* error, size_t error_size);

/// Look for a known file with the same bytes, also among waiting results.
/// \return as store_same_content()
int ingest_queue_same_content(IngestQueue* queue, const StoreFile* file, const char* model_hash,
                              int64_t* song, char* error, size_t error_size);

void ingest_result_free(IngestResult* result); ///< NULL is allowed

#endif
