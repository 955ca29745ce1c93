// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Readings of a file by further models, for columns beside those of the first one; also by
/// static models, which have one reading for the whole song, repeated in each row.
/// Thread: SideModels are not changed while files are read; a SideReading belongs to one thread
/// at a time.
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
  bool is_static; ///< one row, valid for all; then also:
  AudioInfo info;
  uint64_t samples;
  char damage[192];
} SideReading;

/// Open a model of either kind, by its name or file; sets one of \p model and \p whole.
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

/// The values of row \p row as ",VALUE,..." or as ", "NAME": VALUE, ..."; empty or null if a
/// model has no such row.
void side_csv(FILE* out, const SideModels* sides, const SideReading* readings, size_t row);
void side_json(FILE* out, const SideModels* sides, const SideReading* readings, size_t row);

/// Write a line per model, for people, with its means.
void side_summary(FILE* out, const SideModels* sides, const SideReading* readings);

#endif
