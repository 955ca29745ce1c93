// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The list of installed models with their descriptions.  Thread: an instance belongs to one
/// thread.
#ifndef CIRCUMPLEX_GUI_METER_MODEL_LIST_H
#define CIRCUMPLEX_GUI_METER_MODEL_LIST_H

#include <stddef.h>

#define MODEL_LIST_MAX 32

typedef struct {
  char* paths[MODEL_LIST_MAX];
  char* names[MODEL_LIST_MAX];        ///< file names without ".safetensors"
  char* descriptions[MODEL_LIST_MAX]; ///< one line each
  size_t n;
  size_t current; ///< the one whose path was given, or 0
} ModelList;

/// List the models of running readings beside \p path and among those that come with the program,
/// sorted by name within each folder.  Frees what was there.
void model_list_scan(ModelList* list, const char* path);
void model_list_free(ModelList* list);

#endif
