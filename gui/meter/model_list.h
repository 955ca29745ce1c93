// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The models installed beside the one in use.  Thread: an instance belongs to one thread.
#ifndef CIRCUMPLEX_GUI_METER_MODEL_LIST_H
#define CIRCUMPLEX_GUI_METER_MODEL_LIST_H

#include <stddef.h>

#define MODEL_LIST_MAX 32

typedef struct {
  char* paths[MODEL_LIST_MAX];
  char* names[MODEL_LIST_MAX]; ///< file names without ".safetensors"
  size_t n;
  size_t current; ///< the one whose path was given, or 0
} ModelList;

/// List *.safetensors in the folder of \p path, sorted by name.  Frees what was there.
void model_list_scan(ModelList* list, const char* path);
void model_list_free(ModelList* list);

#endif
