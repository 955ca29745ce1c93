// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Any bytes as a sound file for the command line: refused with a sentence, or read to an end
/// within what its header says.
#define _GNU_SOURCE // memfd_create
#include "audio/sound_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int fd = memfd_create("sound", 0);
  if (fd < 0 || write(fd, data, size) != (ssize_t)size) abort();
  char path[64], error[1024] = "";
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  AudioFile* audio = audio_open(path, NULL, error, sizeof error);
  if (!audio) {
    if (!*error) abort();
    close(fd);
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
  close(fd);
  return 0;
}
