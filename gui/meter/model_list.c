// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The models installed beside the one in use: see model_list.h.
#include "gui/meter/model_list.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUFFIX ".safetensors"

void model_list_free(ModelList* list) {
  for (size_t i = 0; i < list->n; ++i) {
    free(list->paths[i]);
    free(list->names[i]);
  }
  *list = (ModelList){.n = 0};
}

static int is_model(const struct dirent* entry) {
  const size_t length = strlen(entry->d_name);
  const size_t suffix = sizeof SUFFIX - 1;
  return length > suffix && entry->d_name[0] != '.' &&
         strcmp(entry->d_name + length - suffix, SUFFIX) == 0;
}

static void add(ModelList* list, const char* folder, const char* file) {
  const size_t bytes = strlen(folder) + strlen(file) + 2;
  char* path = malloc(bytes);
  char* name = malloc(strlen(file) + 1);
  if (!path || !name || list->n == MODEL_LIST_MAX) {
    free(path);
    free(name);
    return;
  }
  snprintf(path, bytes, "%s/%s", folder, file);
  strcpy(name, file);
  name[strlen(name) - (sizeof SUFFIX - 1)] = '\0';
  list->paths[list->n] = path;
  list->names[list->n] = name;
  ++list->n;
}

void model_list_scan(ModelList* list, const char* path) {
  model_list_free(list);
  const char* slash = strrchr(path, '/');
  if (!slash) return;
  const size_t length = (size_t)(slash - path);
  char* folder = malloc(length + 1);
  if (!folder) return;
  memcpy(folder, path, length);
  folder[length] = '\0';
  struct dirent** entries = NULL;
  const int n = scandir(folder, &entries, is_model, alphasort);
  for (int i = 0; i < n; ++i) {
    add(list, folder, entries[i]->d_name);
    free(entries[i]);
  }
  if (n >= 0) free(entries);
  free(folder);
  for (size_t i = 0; i < list->n; ++i) {
    if (strcmp(list->paths[i], path) == 0) list->current = i;
  }
}
