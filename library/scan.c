// SPDX-License-Identifier: GPL-3.0-or-later
// Finds out which files need to be read, and which known files no longer exist.
#define _XOPEN_SOURCE 700 // realpath
#include "library/scan.h"

#include "audio/cue_sheet.h"
#include "dsp/array.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void note(const struct stat* status, StoreFile* file) {
  file->size = status->st_size;
  // Unsigned: times after the year 2262 wrap around, but still show a change.
  file->mtime =
      (int64_t)((uint64_t)status->st_mtim.tv_sec * 1000000000U + (uint64_t)status->st_mtim.tv_nsec);
}

/// stat(); for a track of a CUE sheet, that of its sound file with the later time of both.
static int look_up(const char* path, struct stat* status) {
  char sheet[CUE_PATH], file[CUE_PATH];
  CueTrack track;
  struct stat own;
  if (stat(path, status) == 0) return 0;
  if (cue_track_split(path, sheet) == 0) return -1;
  if (!cue_track_find(path, file, &track)) {
    errno = ENOENT;
    return -1;
  }
  if (stat(file, status) != 0 || stat(sheet, &own) != 0) return -1;
  if (own.st_mtim.tv_sec > status->st_mtim.tv_sec) status->st_mtim = own.st_mtim;
  return 0;
}

int scan_stat(const char* path, StoreFile* file) {
  struct stat status;
  if (look_up(path, &status) != 0) return -1;
  note(&status, file);
  return 0;
}

bool scan_is_gone(const char* path) {
  struct stat status;
  return look_up(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

/// Get a file's state, size and time from the file system.
static void look(const char* path, ScanItem* item) {
  struct stat self, target;
  item->state = SCAN_WORK;
  if (lstat(path, &self) != 0 && look_up(path, &target) == 0) { // a track
    note(&target, &item->file);
    return;
  }
  if (lstat(path, &self) != 0) {
    item->state = SCAN_AWAY;
    snprintf(item->reason, sizeof item->reason, "%s", strerror(errno));
  } else if (stat(path, &target) != 0) {
    note(&self, &item->file);
    item->state = SCAN_BAD;
    snprintf(item->reason, sizeof item->reason, "is a broken link (%s)", strerror(errno));
  } else {
    note(&target, &item->file);
    if (!S_ISREG(target.st_mode)) {
      item->state = SCAN_BAD;
      snprintf(item->reason, sizeof item->reason, "is not a regular file");
    } else if (access(path, R_OK) != 0) {
      item->state = SCAN_AWAY;
      snprintf(item->reason, sizeof item->reason, "%s", strerror(errno));
    }
  }
}

/// \return 0, or -1 if out of memory
static int add_missing_change(MissingChanges* missing, const char* path, bool is_gone) {
  if (!ARRAY_GROW(missing->files, missing->n, missing->room)) return -1;
  char* copy = strdup(path);
  if (!copy) return -1;
  missing->files[missing->n++] = (StoreMissing){copy, is_gone};
  return 0;
}

int missing_changes_store(const MissingChanges* missing, Store* store, char* error,
                          size_t error_size) {
  return store_set_all_missing(store, missing->files, missing->n, error, error_size);
}

void missing_changes_free(MissingChanges* missing) {
  for (size_t i = 0; i < missing->n; ++i)
    free(missing->files[i].path);
  free(missing->files);
  *missing = (MissingChanges){.n = 0};
}

int scan_file(Store* store, const char* path, const ScanOptions* options, MissingChanges* missing,
              ScanItem* item, char* error, size_t error_size) {
  StoreKnown known;
  memset(item, 0, sizeof *item);
  item->file.path = path;
  look(path, item);
  if (item->state == SCAN_AWAY) return 0;
  if (store_know(store, &item->file, options->model_hash, &known, error, error_size) != 0)
    return -1;
  item->is_new = known.song == 0;
  if (known.state == FILE_KNOWN && item->state == SCAN_WORK && !options->rescan)
    item->state = SCAN_DONE;
  if (known.state == FILE_FAILED && !options->retry && !options->rescan) {
    item->state = SCAN_BEFORE;
    snprintf(item->reason, sizeof item->reason, "%s", known.failure);
  }
  // For example a link to a disk that is not mounted: its song is kept.
  const bool is_gone = known.song != 0 && scan_is_gone(path);
  if (is_gone) item->state = SCAN_AWAY;
  if (is_gone == known.is_missing || add_missing_change(missing, path, is_gone) == 0) return 0;
  snprintf(error, error_size, "out of memory");
  return -1;
}

static int on_row(void* context, const StoreRow* row) {
  const bool is_gone = scan_is_gone(row->path);
  return is_gone == row->is_missing ? 0 : add_missing_change(context, row->path, is_gone);
}

long scan_missing(Store* store, const char* folder, char* error, size_t error_size) {
  MissingChanges missing = {.n = 0};
  long gone = 0;
  error[0] = '\0';
  if (store_each_file(store, ROWS_BELOW, 0, folder, on_row, &missing, error, error_size) != 0 ||
      missing_changes_store(&missing, store, error, error_size) != 0)
    gone = -1;
  if (gone < 0 && error[0] == '\0') snprintf(error, error_size, "out of memory");
  for (size_t i = 0; gone >= 0 && i < missing.n; ++i)
    if (missing.files[i].is_missing) ++gone;
  missing_changes_free(&missing);
  return gone;
}

char* scan_absolute(const char* path) {
  struct stat status;
  size_t length = strlen(path);
  if (length == 0) { // not the current folder
    errno = ENOENT;
    return NULL;
  }
  if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) return realpath(path, NULL);
  while (length > 1 && path[length - 1] == '/')
    --length;
  char* folder = strndup(path, length);
  if (!folder) return NULL;
  char* slash = strrchr(folder, '/');
  const char* name = slash ? slash + 1 : folder;
  char* whole = NULL;
  if (slash == folder) {
    whole = strdup(folder);
  } else {
    if (slash) *slash = '\0';
    char* real = realpath(slash ? folder : ".", NULL);
    if (real) {
      const size_t size = strlen(real) + strlen(name) + 2;
      whole = malloc(size);
      if (whole) snprintf(whole, size, "%s/%s", strcmp(real, "/") == 0 ? "" : real, name);
    }
    free(real);
  }
  free(folder);
  return whole;
}
