// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The fuzzer's bytes as a file that has a path but is on no disk. Define _GNU_SOURCE first.
#ifndef CIRCUMPLEX_TESTS_FUZZ_MEMORY_FILE_H
#define CIRCUMPLEX_TESTS_FUZZ_MEMORY_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
  int fd;
  char path[64];
} MemoryFile;

static inline MemoryFile memory_file(const uint8_t* data, size_t size) {
  MemoryFile file = {.fd = memfd_create("fuzz", 0)};
  if (file.fd < 0 || write(file.fd, data, size) != (ssize_t)size) abort();
  snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
  return file;
}

static inline void memory_file_close(const MemoryFile* file) {
  close(file->fd);
}

#endif
