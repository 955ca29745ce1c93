// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/library/disk.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FILES = 8, NAME = 512, ROOM = 1 << 18, SECTOR = 512 };

typedef struct {
  bool is_there;
  size_t size;
  unsigned char bytes[ROOM];
} Image;

typedef struct {
  char name[NAME]; ///< "": none
  Image now, safe; ///< as programs see it; as it survives a power cut
} DiskFile;

typedef struct {
  sqlite3_file base;
  DiskFile* file;
} Handle;

typedef struct {
  bool ignores_syncs, has_failed;
  unsigned cut, full, read; ///< operations until the fault; 0: never
} Faults;

static DiskFile files[FILES], kept[FILES];
static Faults faults;

/// Count down to a lasting fault.  \return whether it has begun
static bool comes(unsigned* left) {
  if (*left == 0) return false;
  if (*left > 1) {
    --*left;
    return false;
  }
  faults.has_failed = true;
  return true;
}

// ---- files

static int on_close(sqlite3_file* base) {
  (void)base;
  return SQLITE_OK;
}

static int on_read(sqlite3_file* base, void* to, int n, sqlite3_int64 at) {
  const Image* image = &((Handle*)base)->file->now;
  const size_t from = (size_t)at, wanted = (size_t)n;
  size_t there = from < image->size ? image->size - from : 0;
  if (there > wanted) there = wanted;
  if (comes(&faults.read)) {
    faults.read = 0; // once
    return SQLITE_IOERR_READ;
  }
  memset(to, 0, wanted);
  if (there > 0) memcpy(to, image->bytes + from, there);
  return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int on_write(sqlite3_file* base, const void* from, int n, sqlite3_int64 at) {
  Image* image = &((Handle*)base)->file->now;
  const size_t to = (size_t)at, size = (size_t)n;
  if (comes(&faults.cut)) return SQLITE_IOERR_WRITE;
  if (comes(&faults.full) || to + size > ROOM) return SQLITE_FULL;
  if (to > image->size) memset(image->bytes + image->size, 0, to - image->size);
  memcpy(image->bytes + to, from, size);
  if (to + size > image->size) image->size = to + size;
  return SQLITE_OK;
}

static int on_truncate(sqlite3_file* base, sqlite3_int64 size) {
  Image* image = &((Handle*)base)->file->now;
  if (comes(&faults.cut)) return SQLITE_IOERR_TRUNCATE;
  if ((size_t)size < image->size) image->size = (size_t)size;
  return SQLITE_OK;
}

static int on_sync(sqlite3_file* base, int flags) {
  DiskFile* file = ((Handle*)base)->file;
  (void)flags;
  if (comes(&faults.cut)) return SQLITE_IOERR_FSYNC;
  if (!faults.ignores_syncs) file->safe = file->now;
  return SQLITE_OK;
}

static int on_size(sqlite3_file* base, sqlite3_int64* size) {
  *size = (sqlite3_int64)((Handle*)base)->file->now.size;
  return SQLITE_OK;
}

// Only one program at a time uses a file.
static int on_lock(sqlite3_file* base, int kind) {
  (void)base, (void)kind;
  return SQLITE_OK;
}

static int on_check_lock(sqlite3_file* base, int* is_locked) {
  (void)base;
  *is_locked = 0;
  return SQLITE_OK;
}

static int on_control(sqlite3_file* base, int what, void* argument) {
  (void)base, (void)what, (void)argument;
  return SQLITE_NOTFOUND;
}

static int on_sector_size(sqlite3_file* base) {
  (void)base;
  return SECTOR;
}

static int on_characteristics(sqlite3_file* base) {
  (void)base;
  return 0; // no special properties
}

static const sqlite3_io_methods methods = {.iVersion = 1,
                                           .xClose = on_close,
                                           .xRead = on_read,
                                           .xWrite = on_write,
                                           .xTruncate = on_truncate,
                                           .xSync = on_sync,
                                           .xFileSize = on_size,
                                           .xLock = on_lock,
                                           .xUnlock = on_lock,
                                           .xCheckReservedLock = on_check_lock,
                                           .xFileControl = on_control,
                                           .xSectorSize = on_sector_size,
                                           .xDeviceCharacteristics = on_characteristics};

// ---- the disk

static DiskFile* find(const char* name) {
  for (size_t i = 0; i < FILES; ++i)
    if (strcmp(files[i].name, name) == 0) return &files[i];
  return NULL;
}

static int on_open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* base, int flags,
                   int* given) {
  (void)vfs;
  base->pMethods = NULL;
  DiskFile* file = find(name ? name : "a nameless file");
  if (!file) file = find(""); // a free place
  if (!file) return SQLITE_CANTOPEN;
  if (!file->now.is_there) {
    if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    if (comes(&faults.cut)) return SQLITE_IOERR;
    strncpy(file->name, name ? name : "a nameless file", NAME - 1);
    file->now = (Image){.is_there = true};
    if (!file->safe.is_there) file->safe = (Image){.is_there = false}; // no old bytes
  }
  ((Handle*)base)->file = file;
  base->pMethods = &methods;
  if (given) *given = flags;
  return SQLITE_OK;
}

static int on_delete(sqlite3_vfs* vfs, const char* name, int is_synced) {
  (void)vfs;
  DiskFile* file = find(name);
  if (!file || !file->now.is_there) return SQLITE_IOERR_DELETE_NOENT;
  if (comes(&faults.cut)) return SQLITE_IOERR_DELETE;
  file->now.is_there = false;
  file->now.size = 0;
  if (is_synced && !faults.ignores_syncs) file->safe.is_there = false;
  return SQLITE_OK;
}

static int on_access(sqlite3_vfs* vfs, const char* name, int flags, int* is_so) {
  (void)vfs;
  const DiskFile* file = find(name);
  *is_so = file && file->now.is_there && (flags != SQLITE_ACCESS_EXISTS || file->now.size > 0);
  return SQLITE_OK;
}

static int on_full_path(sqlite3_vfs* vfs, const char* name, int size, char* full) {
  (void)vfs;
  sqlite3_snprintf(size, full, "%s", name);
  return SQLITE_OK;
}

static int on_randomness(sqlite3_vfs* vfs, int n, char* bytes) {
  (void)vfs;
  static unsigned count; // the same in every run, and different for each journal
  for (int i = 0; i < n; ++i)
    bytes[i] = (char)((count += 2654435761U) >> 24);
  return n;
}

static int on_sleep(sqlite3_vfs* vfs, int microseconds) {
  (void)vfs;
  return microseconds;
}

static int on_time(sqlite3_vfs* vfs, double* days) {
  (void)vfs;
  *days = 2460000.5;
  return SQLITE_OK;
}

void disk_install(void) {
  static sqlite3_vfs vfs = {.iVersion = 1,
                            .szOsFile = sizeof(Handle),
                            .mxPathname = NAME,
                            .zName = "disk",
                            .xOpen = on_open,
                            .xDelete = on_delete,
                            .xAccess = on_access,
                            .xFullPathname = on_full_path,
                            .xRandomness = on_randomness,
                            .xSleep = on_sleep,
                            .xCurrentTime = on_time};
  const int status = sqlite3_vfs_register(&vfs, 1);
  assert(status == SQLITE_OK);
  (void)status;
}

void disk_clear(void) {
  memset(files, 0, sizeof files);
  faults = (Faults){.cut = 0};
}

void disk_keep(void) {
  for (size_t i = 0; i < FILES; ++i)
    files[i].safe = files[i].now;
  memcpy(kept, files, sizeof kept);
}

void disk_put_back(void) {
  memcpy(files, kept, sizeof files);
  faults = (Faults){.cut = 0};
}

void disk_cut_at(unsigned n) {
  faults.cut = n;
}

void disk_full_at(unsigned n) {
  faults.full = n;
}

void disk_read_fails_at(unsigned n) {
  faults.read = n;
}

void disk_ignores_syncs(void) {
  faults.ignores_syncs = true;
}

bool disk_has_failed(void) {
  return faults.has_failed;
}

/// Each sector is old or new, and so are the file's length and its existence.
static void tear(Image* safe, const Image* now, unsigned* random) {
  const size_t longest = safe->size > now->size ? safe->size : now->size;
  for (size_t at = 0; at < longest; at += SECTOR) {
    *random = *random * 1664525U + 1013904223U;
    if ((*random >> 30) < 2) memcpy(safe->bytes + at, now->bytes + at, SECTOR);
  }
  *random = *random * 1664525U + 1013904223U;
  if ((*random >> 30) < 2) safe->size = now->size;
  *random = *random * 1664525U + 1013904223U;
  if ((*random >> 30) < 2) safe->is_there = now->is_there;
}

void disk_start_again(DiskCut cut, unsigned seed) {
  for (size_t i = 0; i < FILES; ++i) {
    DiskFile* file = &files[i];
    if (cut == CUT_KEEPS_ALL) file->safe = file->now;
    if (cut == CUT_TEARS) tear(&file->safe, &file->now, &seed);
    if (!file->safe.is_there) file->safe.size = 0;
    file->now = file->safe;
  }
  faults = (Faults){.cut = 0};
}
