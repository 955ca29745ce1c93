// SPDX-License-Identifier: GPL-3.0-or-later
// Computes what the library stores of one sound file.
#include "library/song_reading.h"

#include "library/hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int16_t quantise(float value) {
  const float v = value < -1.0F ? -1.0F : value > 1.0F ? 1.0F : value;
  return (int16_t)lrintf(v * CURVE_FULL);
}

int song_reading_add(SongReading* r, const Estimate* estimate) {
  if (r->n == r->capacity) {
    const size_t capacity = r->capacity == 0 ? 1024 : 2 * r->capacity;
    int16_t* valence = realloc(r->valence, capacity * sizeof *valence);
    if (valence) r->valence = valence;
    int16_t* arousal = realloc(r->arousal, capacity * sizeof *arousal);
    if (arousal) r->arousal = arousal;
    if (!valence || !arousal) return -1;
    r->capacity = capacity;
  }
  const bool is_silent = estimate->state == ENGINE_SILENT;
  r->valence[r->n] = is_silent ? CURVE_SILENT : quantise(estimate->valence);
  r->arousal[r->n] = is_silent ? CURVE_SILENT : quantise(estimate->arousal);
  ++r->n;
  return 0;
}

/// \return the root of the mean squared distance from \p mean, without silence
static float spread(const int16_t* values, size_t n, double mean) {
  double sum = 0.0;
  size_t heard = 0;
  for (size_t i = 0; i < n; ++i) {
    if (values[i] == CURVE_SILENT) continue;
    const double d = (double)values[i] / (double)CURVE_FULL - mean;
    sum += d * d;
    ++heard;
  }
  return heard > 0 ? (float)sqrt(sum / (double)heard) : 0.0F;
}

void song_reading_end(SongReading* r, const ReadingSummary* s) {
  memcpy(r->damage, s->damage, sizeof r->damage);
  r->sound = s->sound;
  r->samples = s->samples;
  r->reading = (StoreReading){.valence = (float)s->valence,
                              .arousal = (float)s->arousal,
                              .valence_spread = spread(r->valence, r->n, s->valence),
                              .arousal_spread = spread(r->arousal, r->n, s->arousal),
                              .confidence = (float)s->confidence,
                              .curve = {r->n, r->valence, r->arousal}};
}

static int on_row(void* context, const Estimate* estimate) {
  return song_reading_add(context, estimate);
}

static SongReadingStatus unfit(bool is_short, char* error, size_t error_size) {
  snprintf(error, error_size, "%s",
           is_short ? "is shorter than one hop of 0.5 s" : "is silent from end to end");
  return SONG_UNFIT;
}

/// Read with the engine; the means are those of 'circumplex analyze --summary'.
static SongReadingStatus read_course(const SongReader* reader, AudioFile* audio, TaskFile* done,
                                     SongReading* r, char* error, size_t error_size) {
  ReadingSummary s;
  if (reader_run(reader->reader, audio, done, on_row, r, &s, error, error_size) != 0) {
    if (error[0] != '\0') return SONG_UNFIT;
    snprintf(error, error_size, "out of memory");
    return SONG_FAILED;
  }
  if (task_is_stopped(done->task)) return SONG_FAILED;
  if (s.hops == s.silent) return unfit(s.hops == 0, error, error_size);
  song_reading_end(r, &s);
  return SONG_READ;
}

static void on_samples(void* context, const float* left, const float* right, size_t n) {
  hash_add_sound(context, left, right, n);
}

static SongReadingStatus read_whole(const SongReader* reader, AudioFile* audio, TaskFile* done,
                                    SongReading* r, char* error, size_t error_size) {
  StaticSummary s;
  SoundHash hash;
  hash_begin_sound(&hash, audio_info(audio)->rate);
  if (static_file_run(reader->whole, audio, reader->gate, done, on_samples, &hash, &s, error,
                      error_size) != 0)
    return SONG_UNFIT;
  if (task_is_stopped(done->task)) return SONG_FAILED;
  if (!s.has_reading) return unfit(s.reading.silent == 0, error, error_size);
  memcpy(r->damage, s.damage, sizeof r->damage);
  r->sound = hash_end_sound(&hash);
  r->samples = s.samples;
  r->reading = (StoreReading){.valence = s.reading.valence,
                              .arousal = s.reading.arousal,
                              .valence_spread = s.reading.valence_spread,
                              .arousal_spread = s.reading.arousal_spread};
  return SONG_READ;
}

SongReadingStatus song_reading_make(const SongReader* reader, AudioFile* audio, TaskFile* done,
                                    SongReading* read, char* error, size_t error_size) {
  error[0] = '\0';
  const SongReadingStatus status = reader->whole
                                       ? read_whole(reader, audio, done, read, error, error_size)
                                       : read_course(reader, audio, done, read, error, error_size);
  read->reading.model = &reader->model;
  read->reading.duration = (float)((double)read->samples / audio_info(audio)->rate);
  return status;
}

void song_reading_free(SongReading* read) {
  free(read->valence);
  free(read->arousal);
  memset(read, 0, sizeof *read);
}
