// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/inputs.h"

#include "cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/types.h>

static const char* const extensions[] = {"wav",  "wave", "flac", "ogg", "oga", "opus", "mp3", "aif",
                                         "aiff", "aifc", "au",   "snd", "caf", "w64",  "rf64"};

static bool is_sound_name(const char* name) {
  const char* dot = strrchr(name, '.');
  if (dot == NULL) return false;
  for (size_t i = 0; i < sizeof extensions / sizeof *extensions; ++i)
    if (strcasecmp(dot + 1, extensions[i]) == 0) return true;
  return false;
}

static char* join(const char* folder, const char* name) {
  const size_t a = strlen(folder), b = strlen(name);
  char* path = malloc(a + b + 2);
  if (path == NULL) return NULL;
  memcpy(path, folder, a);
  size_t at = a;
  if (a > 0 && folder[a - 1] != '/') path[at++] = '/';
  memcpy(path + at, name, b + 1);
  return path;
}

/// Take \p path; \p below is its name under the folder that was asked for.
static int take(Inputs* inputs, const char* path, const char* below, uint64_t size) {
  if (inputs->n == inputs->capacity) {
    const size_t capacity = inputs->capacity == 0 ? 16 : 2 * inputs->capacity;
    Input* items = realloc(inputs->items, capacity * sizeof *items);
    if (items == NULL) return -1;
    inputs->items = items;
    inputs->capacity = capacity;
  }
  char* own = strdup(path);
  char* stem = strdup(strcmp(below, "-") == 0 ? "stdin" : below);
  if (own == NULL || stem == NULL) {
    free(own);
    free(stem);
    return -1;
  }
  char* name = strrchr(stem, '/') != NULL ? strrchr(stem, '/') + 1 : stem;
  char* dot = strrchr(name, '.');
  if (dot != NULL && dot != name) *dot = '\0';
  inputs->items[inputs->n].path = own;
  inputs->items[inputs->n].stem = stem;
  inputs->items[inputs->n].size = size > 0 ? size : 1;
  inputs->size += inputs->items[inputs->n].size;
  ++inputs->n;
  return 0;
}

static int visible(const struct dirent* entry) {
  return entry->d_name[0] != '.';
}

/// By bytes: the same order in every locale.
static int by_name(const struct dirent** a, const struct dirent** b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

static int walk(Inputs* inputs, const char* folder, const char* below) {
  struct dirent** entries = NULL;
  const int n = scandir(folder, &entries, visible, by_name);
  if (n < 0) {
    cli_message("%s: %s", folder, strerror(errno));
    inputs->has_failed = true;
    return 0;
  }
  int status = 0;
  for (int i = 0; i < n; ++i) {
    char* path = join(folder, entries[i]->d_name);
    char* name = join(below, entries[i]->d_name);
    struct stat self, target;
    if (path == NULL || name == NULL) {
      status = -1;
    } else if (status == 0 && lstat(path, &self) == 0) {
      // A link to a file counts; a link to a folder could lead round in circles.
      if (S_ISDIR(self.st_mode))
        status = walk(inputs, path, name);
      else if (is_sound_name(path) && (stat(path, &target) != 0 || !S_ISDIR(target.st_mode)))
        status = take(inputs, path, name, (uint64_t)self.st_size);
    }
    free(path);
    free(name);
    free(entries[i]);
  }
  free(entries);
  return status;
}

int inputs_add(Inputs* inputs, const char* path) {
  struct stat status;
  const bool is_there = strcmp(path, "-") != 0 && stat(path, &status) == 0;
  if (is_there && S_ISDIR(status.st_mode)) {
    const size_t before = inputs->n;
    inputs->has_folder = true;
    if (walk(inputs, path, "") != 0) return -1;
    if (inputs->n == before && !inputs->has_failed) {
      cli_message("%s: no sound files in this folder", path);
      inputs->has_failed = true;
    }
    return 0;
  }
  // A file that is missing is taken too: opening it gives the reason, in its place in the order.
  const char* slash = strrchr(path, '/');
  return take(inputs, path, slash != NULL ? slash + 1 : path,
              is_there ? (uint64_t)status.st_size : 1);
}

int inputs_add_list(Inputs* inputs, const char* list, char* error, size_t error_size) {
  FILE* file = strcmp(list, "-") == 0 ? stdin : fopen(list, "r");
  if (file == NULL) {
    (void)snprintf(error, error_size, "%s: %s", list, strerror(errno));
    return -1;
  }
  char* line = NULL;
  size_t capacity = 0;
  int status = 0;
  ssize_t length;
  while (status == 0 && (length = getline(&line, &capacity, file)) >= 0) {
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
      line[--length] = '\0';
    if (length > 0) status = inputs_add(inputs, line);
  }
  if (status != 0) {
    (void)snprintf(error, error_size, "out of memory");
  } else if (ferror(file)) {
    (void)snprintf(error, error_size, "%s: %s", list, strerror(errno));
    status = -1;
  }
  free(line);
  if (file != stdin) (void)fclose(file);
  return status;
}

void inputs_free(Inputs* inputs) {
  for (size_t i = 0; i < inputs->n; ++i) {
    free(inputs->items[i].path);
    free(inputs->items[i].stem);
  }
  free(inputs->items);
  memset(inputs, 0, sizeof *inputs);
}

bool inputs_is_folder(const char* path) {
  struct stat status;
  const size_t length = strlen(path);
  if (length > 0 && path[length - 1] == '/') return true;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int by_stem(const void* a, const void* b) {
  const Input* const* x = a;
  const Input* const* y = b;
  return strcmp((*x)->stem, (*y)->stem);
}

bool inputs_clash(const Inputs* inputs, const Input** a, const Input** b) {
  const Input** sorted = malloc((inputs->n + 1) * sizeof *sorted);
  if (sorted == NULL) return false; // then the later one overwrites the earlier
  for (size_t i = 0; i < inputs->n; ++i)
    sorted[i] = &inputs->items[i];
  qsort(sorted, inputs->n, sizeof *sorted, by_stem);
  bool found = false;
  for (size_t i = 1; i < inputs->n && !found; ++i) {
    found = strcmp(sorted[i - 1]->stem, sorted[i]->stem) == 0;
    if (found) {
      *a = sorted[i - 1];
      *b = sorted[i];
    }
  }
  free(sorted);
  return found;
}
