// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Any bytes as a sound file for the command line: refused with an error message, or read to an end
/// within the stated length.
#define _GNU_SOURCE // memfd_create
#include "audio/sound_file.h"
#include "tests/fuzz/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  char error[1024] = "";
  const MemoryFile file = memory_file(data, size);
  AudioFile* audio = audio_open(file.path, NULL, error, sizeof error);
  if (!audio) {
    if (!*error) abort();
    memory_file_close(&file);
    return 0;
  }
  const AudioInfo* info = audio_info(audio);
  if (!(info->rate >= 8000.0) || !(info->rate <= 192000.0)) abort();
  if (info->channels < 1 || info->channels > AUDIO_MAX_CHANNELS) abort();
  float* left = malloc(2000 * sizeof *left);
  uint64_t total = 0;
  ptrdiff_t got;
  if (size % 3 == 0 && audio_skip(audio, size, error, sizeof error) && !*error) abort();
  while ((got = audio_read(audio, left, left + 1000, 1000, error, sizeof error)) > 0 &&
         total < 1000000)
    total += (uint64_t)got;
  if (got > 1000 || (got < 0 && !*error)) abort();
  free(left);
  audio_close(audio);
  memory_file_close(&file);
  return 0;
}
