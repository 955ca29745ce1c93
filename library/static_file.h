// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The static reading of a sound file: one valence and arousal of the whole (inference/static.h).
///
///     StaticModel* model = static_file_model("tnn", error, sizeof error);
///     AudioFile* audio = audio_open(path, NULL, error, sizeof error);
///     StaticSummary s;
///     if (static_file_run(model, audio, gate, &done, NULL, NULL, &s, error, sizeof error) == 0)
///       if (s.has_reading) use(s.reading.valence, s.reading.arousal);
///
/// Thread: a StaticModel may be shared; each call belongs to one thread.
#ifndef CIRCUMPLEX_LIBRARY_STATIC_FILE_H
#define CIRCUMPLEX_LIBRARY_STATIC_FILE_H

#include "audio/sound_file.h"
#include "inference/static.h"
#include "library/task.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Open a model by its name ("tnn" is installed) or path; see reading_model_path().
/// \return NULL and an error message; to be closed with static_close()
StaticModel* static_file_model(const char* name, char* error, size_t error_size);

typedef struct {
  uint64_t samples;     ///< samples read per channel
  bool has_reading;     ///< false: shorter than a hop (reading.silent is 0), or all silence
  StaticResult reading; ///< of the samples read
  char damage[192];     ///< how the file is cut or damaged; "" if it is whole
} StaticSummary;

/// Called with each block of samples that is read, for example to hash it.
typedef void (*StaticHeard)(void* context, const float* left, const float* right, size_t n);

/// Read \p audio to its end or until the task is stopped (then the summary is of the part read).
/// \param gate silence gate, LUFS;  \param done counts what is read
/// \param heard may be NULL
/// \return 0, or -1 and an error message
int static_file_run(const StaticModel* model, AudioFile* audio, double gate, TaskFile* done,
                    StaticHeard heard, void* context, StaticSummary* summary, char* error,
                    size_t error_size);

#endif
