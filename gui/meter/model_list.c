// SPDX-License-Identifier: GPL-3.0-or-later
// The list of installed models with their descriptions.
#include "gui/meter/model_list.h"

#include "inference/model.h"
#include "inference/model_about.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUFFIX ".safetensors"

void model_list_free(ModelList* list) {
  for (size_t i = 0; i < list->n; ++i) {
    free(list->paths[i]);
    free(list->names[i]);
    free(list->descriptions[i]);
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
  char error[256];
  const size_t bytes = strlen(folder) + strlen(file) + 2;
  char* path = malloc(bytes);
  if (!path || list->n == MODEL_LIST_MAX) {
    free(path);
    return;
  }
  snprintf(path, bytes, "%s/%s", folder, file);
  ModelAbout* about = model_about_open(path, error, sizeof error);
  char* name = about ? strndup(file, strlen(file) - (sizeof SUFFIX - 1)) : NULL;
  char* description = name ? strdup(model_about_description(about)) : NULL;
  model_about_free(about);
  if (!description) { // not a usable model
    free(path);
    free(name);
    return;
  }
  list->paths[list->n] = path;
  list->names[list->n] = name;
  list->descriptions[list->n] = description;
  ++list->n;
}

static void scan_folder(ModelList* list, const char* folder) {
  struct dirent** entries = NULL;
  const int n = scandir(folder, &entries, is_model, alphasort);
  for (int i = 0; i < n; ++i) {
    add(list, folder, entries[i]->d_name);
    free(entries[i]);
  }
  if (n >= 0) free(entries);
}

// Cut the path to its folder.  \return whether it has one
static int cut_to_folder(char* path) {
  char* slash = strrchr(path, '/');
  if (slash) *slash = '\0';
  return slash != NULL;
}

void model_list_scan(ModelList* list, const char* path) {
  char own[4200];
  char shipped[4200];
  model_list_free(list);
  snprintf(own, sizeof own, "%s", path);
  const int has_own = cut_to_folder(own);
  if (has_own) scan_folder(list, own);
  if (model_shipped_path("default", shipped, sizeof shipped) == 0 && cut_to_folder(shipped) &&
      !(has_own && strcmp(own, shipped) == 0)) {
    scan_folder(list, shipped);
  }
  for (size_t i = 0; i < list->n; ++i) {
    if (strcmp(list->paths[i], path) == 0) list->current = i;
  }
}
