// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Shared by the plugin tests: a host with the built bundle, and music to run through it.
#ifndef CIRCUMPLEX_TESTS_PLUGIN_RIG_H
#define CIRCUMPLEX_TESTS_PLUGIN_RIG_H

#include "tools/host/host.h"

#include <stdbool.h>
#include <stdint.h>

#define RIG_MAX_BLOCK 8192

typedef struct {
  double rate; ///< 0: not made yet
  float* channels[2];
} RigMusic;

typedef struct {
  Host* host;
  double rate;
  const RigMusic* music; ///< the music, which is repeated
  uint32_t n_music;
  uint32_t at;
  float in[2][RIG_MAX_BLOCK], out[2][RIG_MAX_BLOCK];
  bool audio_differs; ///< some block of the output differed from the input
} Rig;

/// \param options uri is needed; rate, max_block and bundle are filled in if they are 0
Rig* rig_new(HostOptions options);
void rig_free(Rig* rig);

/// Run \p n frames of music in blocks of \p block.
void rig_run(Rig* rig, uint64_t n, uint32_t block);
void rig_run_seconds(Rig* rig, double seconds);
/// The same with digital silence.
void rig_run_silence(Rig* rig, double seconds);

/// An empty folder for a test's files; removed by rig_remove_folder().
void rig_make_folder(char* path, size_t size);
void rig_remove_folder(const char* path);

/// Copy a file.
void rig_copy(const char* from, const char* to);
/// \return the model that the tests run with.
const char* rig_model(void);
/// Write a copy of the tests' model with other readings (its valence calibration is changed).
void rig_write_other_model(const char* path);

#endif
