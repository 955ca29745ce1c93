// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The types for songs and their curves, shared by store, searches and window.
/// Thread: plain values; the owner of a Catalogue decides which threads read it.
#ifndef CIRCUMPLEX_LIBRARY_SONG_H
#define CIRCUMPLEX_LIBRARY_SONG_H

#include <stddef.h>
#include <stdint.h>

#define CURVE_RATE 2.0         ///< points per second: one per hop
#define CURVE_SILENT INT16_MIN ///< a hop without a reading
#define CURVE_FULL 32767.0f    ///< the integer that stands for +1

/// A reading over time: point k belongs to the hop that ends at (k + 1) / CURVE_RATE seconds.
/// Values are CURVE_FULL times -1..1, or both are CURVE_SILENT.
typedef struct {
  size_t n;
  const int16_t *valence, *arousal;
} Curve;

/// Strings are never NULL.  Tags are UTF-8; the path is bytes as the file system has them.
typedef struct {
  int64_t id;
  const char *path, *title, *artist, *album; ///< without a title tag, title is the file's name
  float duration;                            ///< s
  float valence, arousal;                    ///< of the whole piece, -1..1
  float valence_spread, arousal_spread;      ///< standard deviations of the curve
  float confidence;                          ///< mean, 0..1
  Curve curve;                               ///< n = 0: not loaded
} Song;

/// Many songs; created by store_load() or by a test.
typedef struct {
  size_t n;
  const Song* songs;
} Catalogue;

#endif
