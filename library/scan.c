// SPDX-License-Identifier: GPL-3.0-or-later
#define _XOPEN_SOURCE 700 // realpath
#include "library/scan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void note(const struct stat* status, StoreFile* file) {
  file->size = status->st_size;
  // Unsigned: what is beyond the year 2262 wraps, and still tells a change.
  file->mtime =
      (int64_t)((uint64_t)status->st_mtim.tv_sec * 1000000000U + (uint64_t)status->st_mtim.tv_nsec);
}

int scan_stat(const char* path, StoreFile* file) {
  struct stat status;
  if (stat(path, &status) != 0) return -1;
  note(&status, file);
  return 0;
}

bool scan_is_gone(const char* path) {
  struct stat status;
  return stat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

/// What the file system says of it.
static void look(const char* path, ScanItem* item) {
  struct stat self, target;
  item->state = SCAN_WORK;
  if (lstat(path, &self) != 0) {
    item->state = SCAN_AWAY;
    (void)snprintf(item->reason, sizeof item->reason, "%s", strerror(errno));
  } else if (stat(path, &target) != 0) {
    note(&self, &item->file);
    item->state = SCAN_BAD;
    (void)snprintf(item->reason, sizeof item->reason, "is a link that leads nowhere (%s)",
                   strerror(errno));
  } else {
    note(&target, &item->file);
    if (!S_ISREG(target.st_mode)) {
      item->state = SCAN_BAD;
      (void)snprintf(item->reason, sizeof item->reason, "is no regular file");
    } else if (access(path, R_OK) != 0) {
      item->state = SCAN_AWAY;
      (void)snprintf(item->reason, sizeof item->reason, "%s", strerror(errno));
    }
  }
}

int scan_file(Store* store, const char* path, const char* model_hash, bool retry, ScanItem* item,
              char* error, size_t error_size) {
  StoreKnown known;
  memset(item, 0, sizeof *item);
  item->file.path = path;
  look(path, item);
  if (item->state == SCAN_AWAY) return 0;
  if (store_know(store, &item->file, model_hash, &known, error, error_size) != 0) return -1;
  if (known.state == FILE_KNOWN && item->state == SCAN_WORK) item->state = SCAN_DONE;
  if (known.state == FILE_FAILED && !retry) {
    item->state = SCAN_BEFORE;
    (void)snprintf(item->reason, sizeof item->reason, "%s", known.failure);
  }
  // A link to a disk that is away, say: its song is kept for when it is back.
  if (known.song != 0 && scan_is_gone(path)) {
    item->state = SCAN_AWAY;
    return known.is_missing ? 0 : store_set_missing(store, path, true, error, error_size);
  }
  return known.is_missing ? store_set_missing(store, path, false, error, error_size) : 0;
}

/// What is to be noted.  At the end, and at once: a disk that is away may hold 100,000 files, and
/// looking for them must not keep others from writing.
typedef struct {
  StoreMissing* files;
  size_t n, room;
  char* error;
  size_t error_size;
} Search;

static int on_row(void* context, const StoreRow* row) {
  Search* search = context;
  const bool is_gone = scan_is_gone(row->path);
  if (is_gone == row->is_missing) return 0;
  if (search->n == search->room) {
    const size_t room = search->room == 0 ? 64 : 2 * search->room;
    StoreMissing* files = realloc(search->files, room * sizeof *files);
    if (files == NULL) goto fail;
    search->files = files;
    search->room = room;
  }
  char* path = strdup(row->path);
  if (path == NULL) goto fail;
  search->files[search->n++] = (StoreMissing){path, is_gone};
  return 0;
fail:
  (void)snprintf(search->error, search->error_size, "out of memory");
  return -1;
}

long scan_missing(Store* store, const char* folder, char* error, size_t error_size) {
  Search search = {.error = error, .error_size = error_size};
  long gone = 0;
  if (store_each_file(store, ROWS_BELOW, 0, folder, on_row, &search, error, error_size) != 0 ||
      store_set_all_missing(store, search.files, search.n, error, error_size) != 0)
    gone = -1;
  for (size_t i = 0; i < search.n; ++i) {
    if (gone >= 0 && search.files[i].is_missing) ++gone;
    free(search.files[i].path);
  }
  free(search.files);
  return gone;
}

char* scan_absolute(const char* path) {
  struct stat status;
  size_t length = strlen(path);
  if (length == 0) { // not the folder that we are in
    errno = ENOENT;
    return NULL;
  }
  if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) return realpath(path, NULL);
  while (length > 1 && path[length - 1] == '/')
    --length;
  char* folder = strndup(path, length);
  if (folder == NULL) return NULL;
  char* slash = strrchr(folder, '/');
  const char* name = slash != NULL ? slash + 1 : folder;
  char* whole = NULL;
  if (slash == folder) {
    whole = strdup(folder);
  } else {
    if (slash != NULL) *slash = '\0';
    char* real = realpath(slash != NULL ? folder : ".", NULL);
    if (real != NULL) {
      const size_t size = strlen(real) + strlen(name) + 2;
      whole = malloc(size);
      if (whole != NULL)
        (void)snprintf(whole, size, "%s/%s", strcmp(real, "/") == 0 ? "" : real, name);
    }
    free(real);
  }
  free(folder);
  return whole;
}
