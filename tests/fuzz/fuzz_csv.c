// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Any bytes as a profile, from a CSV file or from arguments: refused with an error message, or at
/// least two finite points within the plane.
#define _GNU_SOURCE // memfd_create
#include "library/profile.h"
#include "tests/fuzz/memory_file.h"

#include <math.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static void check(const Profile* profile, int status, const char* error) {
  if (status != 0) {
    if (!*error) abort();
    return;
  }
  if (profile->n < 2 || profile->n > PROFILE_MAX) abort();
  if (!profile->has_valence && !profile->has_arousal) abort();
  for (size_t i = 0; i < profile->n; ++i)
    if (!(fabsf(profile->valence[i]) <= 1.0f) || !(fabsf(profile->arousal[i]) <= 1.0f)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Profile profile;
  char error[512] = "";
  const MemoryFile file = memory_file(data, size);
  check(&profile, profile_from_csv(&profile, file.path, error, sizeof error), error);
  memory_file_close(&file);
  char* text = malloc(size + 1);
  if (!text) abort();
  memcpy(text, data, size);
  text[size] = '\0';
  *error = '\0';
  check(&profile, profile_from_text(&profile, text, error, sizeof error), error);
  free(text);
  return 0;
}
