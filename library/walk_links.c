// SPDX-License-Identifier: GPL-3.0-or-later
// The folders that a walk has seen, and linked ones that it still has to walk.
#include "library/walk_links.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct WalkLinks {
  GHashTable* seen; ///< "device:inode"
  GQueue* paths;
  GQueue* belows;
};

WalkLinks* walk_links_new(void) {
  WalkLinks* links = calloc(1, sizeof *links);
  if (!links) return NULL;
  links->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  links->paths = g_queue_new();
  links->belows = g_queue_new();
  return links;
}

void walk_links_free(WalkLinks* links) {
  if (!links) return;
  g_hash_table_destroy(links->seen);
  g_queue_free_full(links->paths, free);
  g_queue_free_full(links->belows, free);
  free(links);
}

int walk_links_see(WalkLinks* links, const char* folder) {
  struct stat status;
  if (stat(folder, &status) != 0) return 0; // opening it will give the error message
  char* key = g_strdup_printf("%llx:%llx", (unsigned long long)status.st_dev,
                              (unsigned long long)status.st_ino);
  return g_hash_table_add(links->seen, key) ? 0 : 1;
}

int walk_links_put(WalkLinks* links, const char* path, const char* below) {
  char* path_copy = strdup(path);
  char* below_copy = strdup(below);
  if (!path_copy || !below_copy) {
    free(path_copy);
    free(below_copy);
    return -1;
  }
  g_queue_push_tail(links->paths, path_copy);
  g_queue_push_tail(links->belows, below_copy);
  return 0;
}

bool walk_links_take(WalkLinks* links, char** path, char** below) {
  if (g_queue_is_empty(links->paths)) return false;
  *path = g_queue_pop_head(links->paths);
  *below = g_queue_pop_head(links->belows);
  return true;
}
