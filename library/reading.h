// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Runs the engine over a sound file.  Thread: a Reader belongs to one thread at a time; the Model
/// may be shared.
#ifndef CIRCUMPLEX_LIBRARY_READING_H
#define CIRCUMPLEX_LIBRARY_READING_H

#include "affect/words.h"
#include "audio/sound_file.h"
#include "inference/engine.h"
#include "library/task.h"

#include <stddef.h>
#include <stdint.h>

#define READING_MAX_BLOCK 8192 ///< samples given to the engine at once, at most

typedef struct {
  Model* model;
  double gate;     ///< LUFS
  double from, to; ///< part of the file that is read, s; to 0: to its end
  size_t block;    ///< samples given to the engine at once, 1..READING_MAX_BLOCK; 0: random sizes
} ReadingOptions;

/// Means over a reading: over its live hops (after the first 8 s of a piece), or over all that are
/// not silent if none is live.
typedef struct {
  uint64_t samples;            ///< samples read per channel
  uint64_t sound;              ///< hash of them and their rate (library/hash.h)
  uint64_t hops, silent, live; ///< hops in all and by state
  double valence, arousal;     ///< means
  double confidence;
  unsigned pieces;                  ///< parts separated by silence or a change of the music
  float song_valence, song_arousal; ///< of the last of them
  float settled;                    ///< of the last hop: see Estimate
  char damage[192];                 ///< how the file is cut or damaged; "": it is complete
  const WordTable* words;           ///< the model's; NULL: the built-in ones
} ReadingSummary;

/// Add a hop.  The means are sums until reading_summary_end() divides them.
void reading_summary_add(ReadingSummary* summary, const Estimate* estimate);
void reading_summary_end(ReadingSummary* summary);

typedef struct Reader Reader;

Reader* reader_new(const ReadingOptions* options); ///< NULL if out of memory
void reader_free(Reader* reader);                  ///< NULL is allowed

/// \return 0 to continue
typedef int (*ReadingRow)(void* context, const Estimate* estimate);

/// Read \p audio to its end, or until the task is stopped, and call \p row for each estimate.  An
/// incomplete last hop gives no estimate.
/// \param done counts what is read
/// \return 0, or -1 and an error message (empty if \p row asked to stop)
int reader_run(Reader* reader, AudioFile* audio, TaskFile* done, ReadingRow row, void* context,
               ReadingSummary* summary, char* error, size_t error_size);

/// Find a model's file.  \param model NULL: the default one; the name of an installed one ("lstm",
/// "tnn" for static-tnn); or a path, which need not exist
/// \return 0, or -1 and an error message
int reading_model_path(const char* model, char* path, size_t size, char* error, size_t error_size);

/// Open such a model, unless it is a static one.  \return NULL and an error message
Model* reading_model(const char* model, char* error, size_t error_size);

#endif
