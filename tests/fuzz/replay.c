// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Runs the fuzz target on every file of the given folders, so that every compiler and CI test what
/// the fuzzer found before.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static int replay_file(const char* path) {
  FILE* file = fopen(path, "rb");
  if (!file) return -1;
  static uint8_t bytes[1 << 20];
  const size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  uint8_t* exact = malloc(size ? size : 1); // so that a sanitizer sees a read past the end
  if (!exact) return -1;
  for (size_t i = 0; i < size; ++i)
    exact[i] = bytes[i];
  printf("%s\n", path);
  fflush(stdout);
  LLVMFuzzerTestOneInput(exact, size);
  free(exact);
  return 0;
}

int main(int count, char** arguments) {
  size_t files = 0;
  for (int i = 1; i < count; ++i) {
    DIR* folder = opendir(arguments[i]);
    if (!folder) {
      fprintf(stderr, "%s is no folder\n", arguments[i]);
      return 1;
    }
    for (struct dirent* entry; (entry = readdir(folder));) {
      char path[1024];
      if (entry->d_name[0] == '.') continue;
      snprintf(path, sizeof path, "%s/%s", arguments[i], entry->d_name);
      if (replay_file(path) < 0) {
        fprintf(stderr, "%s cannot be read\n", path);
        closedir(folder);
        return 1;
      }
      ++files;
    }
    closedir(folder);
  }
  printf("%zu files\n", files);
  return files ? 0 : 1; // nothing replayed is a failure
}
