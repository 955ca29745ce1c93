// SPDX-License-Identifier: GPL-3.0-or-later
// Readings of a file by further models, for columns beside those of the first one.
#include "cli/side.h"

#include "affect/words.h"
#include "cli/table.h"
#include "dsp/array.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char* const names[SIDE_VALUES] = {"valence", "arousal", "valence_spread",
                                               "arousal_spread", "confidence"};

/// A static model gives no confidence.
static size_t values_of(const SideModel* side) {
  return side->whole ? SIDE_VALUES - 1 : SIDE_VALUES;
}

int side_open(const char* name, Model** model, StaticModel** whole, char* error,
              size_t error_size) {
  char other[1024];
  *whole = NULL;
  *model = reading_model(name, error, error_size);
  if (*model || !name) return *model ? 0 : -1;
  *whole = static_file_model(name, other, sizeof other);
  return *whole ? 0 : -1; // the first error message lists the available models
}

const char* side_name(const SideModel* side) {
  return side->whole ? static_info(side->whole)->name : model_info(side->model)->name;
}

const char* side_hash(const SideModel* side) {
  return side->whole ? static_info(side->whole)->hash : model_hash(side->model);
}

void side_close(SideModels* sides) {
  for (size_t i = 0; i < sides->n; ++i) {
    model_unref(sides->models[i].model);
    static_close(sides->models[i].whole);
  }
  sides->n = 0;
}

/// \return 0, or -1 if out of memory
static int add(SideReading* reading, const float values[SIDE_VALUES]) {
  if (!ARRAY_GROW(reading->rows, reading->n, reading->capacity)) return -1;
  memcpy(reading->rows[reading->n++], values, sizeof *reading->rows);
  return 0;
}

static int on_row(void* context, const Estimate* e) {
  const bool is_silent = e->state == ENGINE_SILENT;
  const float values[SIDE_VALUES] = {is_silent ? NAN : e->valence, is_silent ? NAN : e->arousal,
                                     is_silent ? NAN : e->valence_spread,
                                     is_silent ? NAN : e->arousal_spread, e->confidence};
  return add(context, values);
}

static int read_course(const SideModel* side, AudioFile* audio, const ReadingOptions* options,
                       TaskFile* done, SideReading* reading, char* error, size_t error_size) {
  ReadingOptions own = *options;
  ReadingSummary summary;
  own.model = side->model;
  Reader* reader = reader_new(&own);
  if (reader &&
      reader_run(reader, audio, done, on_row, reading, &summary, error, error_size) == 0) {
    reader_free(reader);
    return 0;
  }
  if (!reader || error[0] == '\0') snprintf(error, error_size, "out of memory");
  reader_free(reader);
  return -1;
}

static int read_whole(const SideModel* side, AudioFile* audio, const ReadingOptions* options,
                      TaskFile* done, SideReading* reading, char* error, size_t error_size) {
  StaticSummary s;
  const double rate = audio_info(audio)->rate;
  reading->is_static = true;
  if (audio_skip(audio, (uint64_t)(options->from * rate + 0.5), error, error_size) != 0) return -1;
  if (options->to > 0.0) audio_limit(audio, (uint64_t)((options->to - options->from) * rate + 0.5));
  if (static_file_run(side->whole, audio, options->gate, done, NULL, NULL, &s, error, error_size) !=
      0)
    return -1;
  const StaticResult* r = &s.reading;
  const float values[SIDE_VALUES] = {r->valence, r->arousal, r->valence_spread, r->arousal_spread,
                                     NAN};
  reading->samples = s.samples;
  memcpy(reading->damage, s.damage, sizeof reading->damage);
  if (!s.has_reading || add(reading, values) == 0) return 0;
  snprintf(error, error_size, "out of memory");
  return -1;
}

int side_read(const SideModel* side, const char* path, const AudioRaw* raw,
              const ReadingOptions* options, const Task* task, SideReading* reading, char* error,
              size_t error_size) {
  TaskFile done = {task, 0, 0}; // only the first model's reading counts as progress
  AudioFile* audio = audio_open(path, raw, error, error_size);
  if (!audio) return -1;
  reading->info = *audio_info(audio);
  const int status = (side->whole ? read_whole : read_course)(side, audio, options, &done, reading,
                                                              error, error_size);
  audio_close(audio);
  return status;
}

void side_reading_free(SideReading* reading) {
  free(reading->rows);
  memset(reading, 0, sizeof *reading);
}

/// \return the values of a row, or NULL
static const float* row_of(const SideReading* reading, size_t row) {
  if (reading->is_static) row = 0;
  return row < reading->n ? reading->rows[row] : NULL;
}

void side_csv_header(FILE* out, const SideModels* sides) {
  for (size_t i = 0; i < sides->n; ++i)
    for (size_t k = 0; k < values_of(&sides->models[i]); ++k)
      fprintf(out, ",%s%s", sides->models[i].prefix, names[k]);
}

void side_csv(FILE* out, const SideModels* sides, const SideReading* readings, size_t row) {
  for (size_t i = 0; i < sides->n; ++i) {
    const float* values = row_of(&readings[i], row);
    for (size_t k = 0; k < values_of(&sides->models[i]); ++k) {
      fputc(',', out);
      if (values && isfinite(values[k])) table_number(out, values[k]);
    }
  }
}

void side_json(FILE* out, const SideModels* sides, const SideReading* readings, size_t row) {
  for (size_t i = 0; i < sides->n; ++i) {
    const float* values = row_of(&readings[i], row);
    for (size_t k = 0; k < values_of(&sides->models[i]); ++k) {
      fprintf(out, ", \"%s%s\": ", sides->models[i].prefix, names[k]);
      if (values && isfinite(values[k]))
        table_number(out, values[k]);
      else
        fputs("null", out);
    }
  }
}

void side_summary(FILE* out, const SideModels* sides, const SideReading* readings) {
  for (size_t i = 0; i < sides->n; ++i) {
    double sum[2] = {0.0, 0.0};
    size_t n = 0;
    for (size_t k = 0; k < readings[i].n; ++k) {
      const float* values = readings[i].rows[k];
      if (!isfinite(values[0])) continue;
      sum[0] += (double)values[0];
      sum[1] += (double)values[1];
      ++n;
    }
    const WordTable* words = sides->models[i].model ? model_words(sides->models[i].model) : NULL;
    fprintf(out, "  %s: ", side_name(&sides->models[i]));
    if (n == 0) {
      fputs("silent\n", out);
      continue;
    }
    const float valence = (float)(sum[0] / (double)n), arousal = (float)(sum[1] / (double)n);
    fprintf(out, "valence %+.2f, arousal %+.2f (%s, %s)\n", (double)valence, (double)arousal,
            table_quadrant(valence, arousal), words_name_of(words, valence, arousal));
  }
}
