// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Write a few contrasting songs, 30 s each, with tags: make_songs FOLDER
#include <math.h>
#include <sndfile.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define RATE 44100
#define SECONDS 30

typedef struct {
  const char *file, *title, *artist;
  int format;
  double beats;    ///< beats per minute
  double chord[3]; ///< Hz
  double loud[2];  ///< fade at the beginning and the end, seconds
  double noise;    ///< frequency of the drum
} Piece;

static const Piece pieces[] = {
    {"calm.flac",
     "Étude in calm",
     "Björk Ásdís",
     SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
     50,
     {174.6, 220.0, 261.6},
     {0.15, 0.15},
     0.0},
    {"dance.ogg",
     "Dance",
     "The Makers",
     SF_FORMAT_OGG | SF_FORMAT_VORBIS,
     130,
     {293.7, 370.0, 440.0},
     {0.4, 0.4},
     0.5},
    {"chase.wav",
     "",
     "",
     SF_FORMAT_WAV | SF_FORMAT_PCM_16,
     170,
     {130.8, 155.6, 185.0},
     {0.5, 0.5},
     0.8},
    {"rise.flac",
     "Rise",
     "The Makers",
     SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
     100,
     {220.0, 261.6, 329.6},
     {0.04, 0.5},
     0.3},
    {"fall.flac",
     "Fall",
     "The Makers",
     SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
     100,
     {220.0, 261.6, 329.6},
     {0.5, 0.04},
     0.3},
};

static double sample(const Piece* p, double t, uint32_t* random) {
  const double beat = fmod(t * p->beats / 60.0, 1.0);
  const double loud = p->loud[0] + (p->loud[1] - p->loud[0]) * t / SECONDS;
  double sum = 0.0;
  for (int i = 0; i < 3; ++i) {
    for (int k = 1; k <= 5; ++k)
      sum += sin(6.283185307 * p->chord[i] * k * t) / (k * 6.0);
  }
  *random = *random * 1664525u + 1013904223u;
  const double hiss = (double)*random / 2147483648.0 - 1.0;
  return loud * (sum * (0.4 + 0.6 * exp(-3.0 * beat)) + p->noise * hiss * exp(-18.0 * beat));
}

static int write_piece(const char* folder, const Piece* p) {
  static float samples[RATE * SECONDS];
  char path[1024];
  uint32_t random = 1;
  for (int i = 0; i < RATE * SECONDS; ++i)
    samples[i] = (float)sample(p, (double)i / RATE, &random);
  snprintf(path, sizeof path, "%s/%s", folder, p->file);
  SF_INFO info = {.samplerate = RATE, .channels = 1, .format = p->format};
  SNDFILE* file = sf_open(path, SFM_WRITE, &info);
  if (!file) {
    fprintf(stderr, "%s: %s\n", path, sf_strerror(NULL));
    return 1;
  }
  if (p->title[0]) sf_set_string(file, SF_STR_TITLE, p->title);
  if (p->artist[0]) sf_set_string(file, SF_STR_ARTIST, p->artist);
  // libsndfile's Vorbis encoder overflows its stack if it gets minutes in one call.
  int bad = 0;
  for (int at = 0; at < RATE * SECONDS; at += RATE)
    bad += sf_writef_float(file, samples + at, RATE) != RATE;
  return sf_close(file) != 0 || bad != 0;
}

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  int bad = 0;
  for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; ++i)
    bad += write_piece(argv[1], &pieces[i]);
  return bad != 0;
}
