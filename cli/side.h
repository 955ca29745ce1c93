// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Readings of a file by further models, for columns beside those of the first one; and by static
/// models, which read a song as a whole and say the same in each of its rows.
/// Thread: SideModels are only read while files are; a SideReading belongs to one thread at a time.
#ifndef CIRCUMPLEX_CLI_SIDE_H
#define CIRCUMPLEX_CLI_SIDE_H

#include "library/reading.h"
#include "library/static_file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { SIDE_MODELS = 8, SIDE_VALUES = 5 };

typedef struct {
  Model* model; ///< or NULL: a static one
  StaticModel* whole;
  char prefix[72]; ///< of its columns' names: "NAME." or ""
} SideModel;

typedef struct {
  SideModel models[SIDE_MODELS];
  size_t n;
} SideModels;

/// One model's values of a file: valence, arousal, their spreads, confidence (NAN if static).
typedef struct {
  float (*rows)[SIDE_VALUES];
  size_t n, capacity;
  bool is_static; ///< one row, which stands for all; and what the first model's reading says else:
  AudioInfo info;
  uint64_t samples;
  char damage[192];
} SideReading;

/// A model by its name or file, of either kind; exactly one of \p model and \p whole is set.
/// \return 0, or -1 and an error message
int side_open(const char* name, Model** model, StaticModel** whole, char* error, size_t error_size);

const char* side_name(const SideModel* side); ///< the model's
const char* side_hash(const SideModel* side);
void side_close(SideModels* sides);

/// Read \p path by one of them.  \return 0, or -1 and an error message
int side_read(const SideModel* side, const char* path, const AudioRaw* raw,
              const ReadingOptions* options, const Task* task, SideReading* reading, char* error,
              size_t error_size);
void side_reading_free(SideReading* reading);

/// ",PREFIXvalence,PREFIXarousal,..." of all of them, for a CSV's header.
void side_csv_header(FILE* out, const SideModels* sides);

/// The values of row \p row as ",VALUE,..." or as ", "NAME": VALUE, ..."; empty or null where a
/// model has no such row.
void side_csv(FILE* out, const SideModels* sides, const SideReading* readings, size_t row);
void side_json(FILE* out, const SideModels* sides, const SideReading* readings, size_t row);

/// One line a model for people, their means.
void side_summary(FILE* out, const SideModels* sides, const SideReading* readings);

#endif
