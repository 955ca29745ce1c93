// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Any bytes as a list of paths: lines, an M3U, or paths ended by NUL. No path is empty or contains
/// the byte that ends it; what is not a folder is added by its name.
#define _GNU_SOURCE // memfd_create
#include "library/walk.h"
#include "tests/fuzz/memory_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Walk walk = {.n = 0};
  char error[512] = "";
  // A list that names "/" would be a walk of the machine.
  for (size_t i = 0; i < size; ++i)
    if (data[i] == '/' || data[i] == '.') return 0;
  const MemoryFile file = memory_file(data, size);
  if (walk_add_list(&walk, file.path, error, sizeof error) != 0 && !*error) abort();
  const bool has_nul = memchr(data, '\0', size) != NULL;
  for (size_t i = 0; i < walk.n; ++i) {
    if (!walk.files[i].path[0] || !walk.files[i].stem) abort();
    if (!has_nul && strchr(walk.files[i].path, '\n')) abort();
  }
  if (walk_make_stems_distinct(&walk) != 0) abort();
  for (size_t i = 0; i < walk.n && walk.n < 100; ++i)
    for (size_t k = 0; k < i; ++k)
      if (strcmp(walk.files[i].stem, walk.files[k].stem) == 0) abort();
  walk_free(&walk);
  memory_file_close(&file);
  return 0;
}
