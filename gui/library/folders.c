// SPDX-License-Identifier: GPL-3.0-or-later
// Lists the folders that complete a typed path.
#include "gui/library/folders.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#define MOST 20000 // entries read at most, so that a large folder does not block the window

static char* absolute(const char* typed) {
  return typed[0] == '~' && (typed[1] == '/' || !typed[1])
             ? g_strconcat(g_get_home_dir(), typed + 1, NULL)
             : g_strdup(typed);
}

static bool is_folder(const char* folder, const char* name) {
  char* path = g_build_filename(folder, name, NULL);
  const bool is = g_file_test(path, G_FILE_TEST_IS_DIR);
  g_free(path);
  return is;
}

static bool begins_with(const char* name, const char* start) {
  char* a = g_utf8_casefold(name, -1);
  char* b = g_utf8_casefold(start, -1);
  const bool does = g_str_has_prefix(a, b);
  g_free(a);
  g_free(b);
  return does;
}

// Insert by name; if the list is full, the last one is dropped.
static void insert(FolderList* list, const char* name) {
  size_t at = list->n;
  while (at > 0 && g_utf8_collate(list->names[at - 1], name) > 0)
    --at;
  if (list->n == FOLDERS_MAX) list->more = true;
  if (at == FOLDERS_MAX) return;
  if (list->n < FOLDERS_MAX) ++list->n;
  memmove(list->names[at + 1], list->names[at], (list->n - 1 - at) * FOLDERS_NAME);
  snprintf(list->names[at], FOLDERS_NAME, "%s", name);
}

void folders_list(const char* typed, FolderList* list) {
  *list = (FolderList){.n = 0};
  char* path = absolute(typed);
  const char* slash = strrchr(path, '/');
  const bool within = slash && (!slash[1] || g_file_test(path, G_FILE_TEST_IS_DIR));
  char* folder = within ? g_strdup(path) : g_path_get_dirname(path);
  if (strlen(folder) < sizeof list->folder) strcpy(list->folder, folder);
  const char* start = within || !slash ? "" : slash + 1;
  GDir* dir = slash && list->folder[0] ? g_dir_open(folder, 0, NULL) : NULL;
  const char* name = NULL;
  for (int i = 0; dir && i < MOST && (name = g_dir_read_name(dir)); ++i) {
    if (name[0] == '.' && start[0] != '.') continue;
    if (strlen(name) >= FOLDERS_NAME || !g_utf8_validate(name, -1, NULL)) continue;
    if (begins_with(name, start) && is_folder(folder, name)) insert(list, name);
  }
  if (dir) g_dir_close(dir);
  g_free(folder);
  g_free(path);
}

bool folders_enter(char* typed, size_t size, const FolderList* list, size_t i) {
  char* next = g_build_filename(list->folder, list->names[i], NULL);
  const bool fits = strlen(next) < size;
  if (fits) strcpy(typed, next);
  g_free(next);
  return fits;
}
