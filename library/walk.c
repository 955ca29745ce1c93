// SPDX-License-Identifier: GPL-3.0-or-later
// Collects the sound files that the user names.
#include "library/walk.h"

#include "audio/cue_sheet.h"
#include "audio/formats.h"
#include "dsp/array.h"
#include "library/walk_links.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

/// A folder's own patterns, and those of the folders above it.
typedef struct Ignore {
  const struct Ignore* above;
  size_t at; ///< where a path below the given folder continues below this one
  char** patterns;
  size_t n;
} Ignore;

static char* join(const char* folder, const char* name) {
  const size_t a = strlen(folder), b = strlen(name);
  char* path = malloc(a + b + 2);
  if (!path) return NULL;
  memcpy(path, folder, a);
  size_t at = a;
  if (a > 0 && folder[a - 1] != '/') path[at++] = '/';
  memcpy(path + at, name, b + 1);
  return path;
}

/// Add \p path; \p below is its name relative to the given folder.
static int take(Walk* walk, const char* path, const char* below, uint64_t size) {
  if (!ARRAY_GROW(walk->files, walk->n, walk->capacity)) return -1;
  char* own = strdup(path);
  char* stem = strdup(strcmp(below, "-") == 0 ? "stdin" : below);
  if (!own || !stem) {
    free(own);
    free(stem);
    return -1;
  }
  char* name = strrchr(stem, '/') ? strrchr(stem, '/') + 1 : stem;
  char* dot = strrchr(name, '.');
  if (dot && dot != name) *dot = '\0';
  walk->files[walk->n++] = (WalkFile){own, stem, size > 0 ? size : 1};
  walk->size += size > 0 ? size : 1;
  return 0;
}

static void fail(Walk* walk, const char* path, const char* text) {
  task_message(walk->task, path, text);
  walk->has_failed = true;
}

/// Count a file that is skipped.  \return 0, or -1 if out of memory
static int skip(Walk* walk, WalkReason reason, const char* name) {
  char kind[sizeof walk->skipped->kind] = "";
  const char* dot = strrchr(name, '.');
  if (reason != WALK_FOLDER && dot && dot != name && strlen(dot + 1) < sizeof kind)
    for (size_t i = 0; dot[1 + i] != '\0'; ++i)
      kind[i] =
          (char)(isalnum((unsigned char)dot[1 + i]) ? tolower((unsigned char)dot[1 + i]) : '?');
  for (size_t i = 0; i < walk->n_skipped; ++i)
    if (walk->skipped[i].reason == reason && strcmp(walk->skipped[i].kind, kind) == 0) {
      ++walk->skipped[i].n;
      return 0;
    }
  if (!ARRAY_GROW(walk->skipped, walk->n_skipped, walk->skipped_capacity)) return -1;
  WalkSkipped* entry = &walk->skipped[walk->n_skipped++];
  *entry = (WalkSkipped){.reason = reason, .n = 1};
  memcpy(entry->kind, kind, sizeof kind);
  return 0;
}

/// \param below the path below the folder of the pattern; a pattern that begins with '/' is such a path
static bool matches(const char* pattern, const char* name, const char* below) {
  if (strncmp(pattern, "./", 2) == 0) ++pattern;
  const size_t length = strlen(pattern);
  if (length > 1 && pattern[length - 1] == '/') { // a folder
    char* bare = g_strndup(pattern, length - 1);
    const bool is_match = matches(bare, name, below);
    g_free(bare);
    return is_match;
  }
  if (pattern[0] == '/') return fnmatch(pattern + 1, below, FNM_PATHNAME) == 0;
  return fnmatch(pattern, name, 0) == 0 || fnmatch(pattern, below, 0) == 0;
}

/// The last pattern of the nearest folder that matches decides; '!' before it takes what it matches.
static bool is_excluded(const Walk* walk, const Ignore* ignore, const char* name,
                        const char* below) {
  for (size_t i = 0; i < walk->options.n_exclude; ++i)
    if (matches(walk->options.exclude[i], name, below)) return true;
  for (; ignore; ignore = ignore->above)
    for (size_t i = ignore->n; i-- > 0;) {
      const bool is_taken = ignore->patterns[i][0] == '!';
      if (matches(ignore->patterns[i] + (is_taken ? 1 : 0), name, below + ignore->at))
        return !is_taken;
    }
  return false;
}

static void free_ignore(Ignore* ignore) {
  for (size_t i = 0; i < ignore->n; ++i)
    free(ignore->patterns[i]);
  free(ignore->patterns);
}

/// \return 0, or -1 if out of memory
static int read_ignore(const char* folder, Ignore* ignore) {
  char* path = join(folder, WALK_IGNORE);
  if (!path) return -1;
  struct stat status;
  FILE* file = stat(path, &status) == 0 && S_ISREG(status.st_mode) ? fopen(path, "r") : NULL;
  free(path);
  if (!file) return 0;
  char* line = NULL;
  size_t capacity = 0;
  int result = 0;
  ssize_t length;
  while (result == 0 && (length = getline(&line, &capacity, file)) >= 0) {
    const bool has_mark = ignore->n == 0 && strncmp(line, "\xEF\xBB\xBF", 3) == 0;
    while (length > 0 && strchr("\r\n", line[length - 1]))
      line[--length] = '\0';
    const char* text = line + (has_mark ? 3 : 0);
    if (text[0] == '\0' || text[0] == '#') continue;
    char** patterns = realloc(ignore->patterns, (ignore->n + 1) * sizeof *patterns);
    if (patterns) ignore->patterns = patterns;
    char* pattern = patterns ? strdup(text) : NULL;
    if (!pattern)
      result = -1;
    else
      patterns[ignore->n++] = pattern;
  }
  free(line);
  fclose(file);
  return result;
}

/// Add the tracks that exist; their results go below a folder with the sheet's name.
/// \return 0, or -1 if out of memory
static int take_tracks(Walk* walk, const CueSheet* sheet, const char* path, const char* below) {
  char number[8];
  struct stat status;
  char* stem = g_strndup(below, strlen(below) - strlen(".cue"));
  int result = 0;
  for (size_t i = 0; result == 0 && i < sheet->n; ++i) {
    const char* file = sheet->files[sheet->tracks[i].file];
    if (file[0] == '\0' || stat(file, &status) != 0) continue;
    snprintf(number, sizeof number, "%02u", sheet->tracks[i].number);
    char *own = join(path, number), *name = join(stem, number);
    if (!own || !name || take(walk, own, name, (uint64_t)status.st_size / sheet->n) != 0)
      result = -1;
    free(own);
    free(name);
  }
  g_free(stem);
  return result;
}

/// Drop the tracks of files that another sheet splits.
static void leave_out(CueSheet* sheet, GHashTable* files) {
  size_t kept = 0;
  for (size_t i = 0; i < sheet->n; ++i)
    if (!g_hash_table_contains(files, sheet->files[sheet->tracks[i].file]))
      sheet->tracks[kept++] = sheet->tracks[i];
  sheet->n = kept;
}

/// Add the tracks of a CUE sheet in a folder, if it splits a file.  Report a bad sheet.
/// \param files receives the sheet and the files that it splits; a file's first sheet counts
/// \return 0, or -1 if out of memory
static int take_sheet(Walk* walk, const char* path, const char* below, GHashTable* files) {
  char error[CUE_TEXT], text[CUE_TEXT + 64];
  CueSheet* sheet = malloc(sizeof *sheet);
  if (!sheet) return -1;
  const CueKind kind = cue_sheet_read(path, sheet, error, sizeof error);
  if (kind == CUE_SPLITS) leave_out(sheet, files);
  const bool is_taken = kind == CUE_SPLITS && cue_sheet_splits(sheet);
  if (kind == CUE_BAD) {
    snprintf(text, sizeof text, "%s: the sheet is not used", error);
    fail(walk, path, text);
  }
  const int result = is_taken ? take_tracks(walk, sheet, path, below) : 0;
  if (is_taken && error[0] != '\0') fail(walk, path, error);
  for (size_t i = 0; is_taken && i < sheet->n; ++i) {
    const char* file = sheet->files[sheet->tracks[i].file]; // only files that have tracks
    if (file[0] != '\0') g_hash_table_add(files, g_strdup(file));
  }
  if (is_taken) g_hash_table_add(files, g_strdup(path));
  free(sheet);
  return result;
}

/// Add all tracks of a CUE sheet that was named itself whose files exist.  \return 0, or -1 if out
/// of memory
static int take_named_sheet(Walk* walk, const char* path) {
  char error[CUE_TEXT];
  const char* slash = strrchr(path, '/');
  CueSheet* sheet = malloc(sizeof *sheet);
  int result = !sheet ? -1 : 0;
  if (result == 0 && cue_sheet_read(path, sheet, error, sizeof error) >= CUE_WHOLE) {
    walk->has_folder = true; // several files
    result = take_tracks(walk, sheet, path, slash ? slash + 1 : path);
  } else if (result == 0 && error[0] == '\0') {
    snprintf(error, sizeof error, "has no tracks of sound");
  }
  if (result == 0 && error[0] != '\0') fail(walk, path, error);
  free(sheet);
  return result;
}

/// Add or skip a file.
static int look_at_file(Walk* walk, const char* path, const char* below, const char* name,
                        const struct stat* status, bool is_there) {
  const FormatKind kind = format_of_name(name);
  if (cue_sheet_is_name(name)) return skip(walk, WALK_SHEET, name);
  if (kind == FORMAT_OTHER) return skip(walk, WALK_OTHER, name);
  if (is_there && !S_ISREG(status->st_mode)) {
    fail(walk, path, "is not a regular file (a FIFO, a socket or a device), and not read");
    return skip(walk, WALK_SPECIAL, name);
  }
  if (kind == FORMAT_VIDEO && !walk->options.with_video) return skip(walk, WALK_VIDEO, name);
  if (kind == FORMAT_UNSUPPORTED) {
    walk->has_failed = true;
    return skip(walk, WALK_UNSUPPORTED, name);
  }
  // A broken link is added: opening it will give the error message.
  return take(walk, path, below, is_there ? (uint64_t)status->st_size : 1);
}

static int visible(const struct dirent* entry) {
  return entry->d_name[0] != '.';
}

/// Compare bytes: the same order in every locale.
static int by_name(const struct dirent** a, const struct dirent** b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

static int walk_folder(Walk* walk, const char* folder, const char* below, const Ignore* above);

static int look_at(Walk* walk, const char* path, const char* below, const char* name,
                   const Ignore* ignore) {
  struct stat self, target;
  if (lstat(path, &self) != 0) return 0; // removed meanwhile
  const bool is_there = stat(path, &target) == 0;
  const bool is_folder = is_there && S_ISDIR(target.st_mode);
  if (is_excluded(walk, ignore, name, below))
    return skip(walk, is_folder ? WALK_FOLDER : WALK_EXCLUDED, name);
  if (S_ISDIR(self.st_mode)) return walk_folder(walk, path, below, ignore);
  if (is_folder) return walk_links_put(walk->links, path, below);
  return look_at_file(walk, path, below, name, &target, is_there);
}

static bool names_folder(const char* path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/// Process the CUE sheets of a folder first.
/// \return the sheets and the files that they split, or NULL if out of memory
static GHashTable* take_sheets(Walk* walk, const char* folder, const char* below,
                               struct dirent** entries, int n, const Ignore* ignore) {
  GHashTable* files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  bool is_good = true;
  for (int i = 0; is_good && i < n; ++i) {
    if (!cue_sheet_is_name(entries[i]->d_name)) continue;
    char *path = join(folder, entries[i]->d_name), *name = join(below, entries[i]->d_name);
    is_good = path && name &&
              (names_folder(path) || is_excluded(walk, ignore, entries[i]->d_name, name) ||
               take_sheet(walk, path, name, files) == 0);
    free(path);
    free(name);
  }
  if (is_good) return files;
  g_hash_table_destroy(files);
  return NULL;
}

static int walk_folder(Walk* walk, const char* folder, const char* below, const Ignore* above) {
  struct dirent** entries = NULL;
  Ignore ignore = {.above = above, .at = below[0] != '\0' ? strlen(below) + 1 : 0};
  const int seen = walk_links_see(walk->links, folder);
  if (seen != 0) return seen < 0 ? -1 : 0;
  const int n = scandir(folder, &entries, visible, by_name);
  if (n < 0) {
    fail(walk, folder, strerror(errno));
    return 0;
  }
  int status = read_ignore(folder, &ignore);
  GHashTable* split = take_sheets(walk, folder, below, entries, n, &ignore);
  if (!split) status = -1;
  for (int i = 0; i < n; ++i) {
    char* path = join(folder, entries[i]->d_name);
    char* name = join(below, entries[i]->d_name);
    if (!path || !name) status = -1;
    if (status == 0 && g_hash_table_contains(split, path))
      status = cue_sheet_is_name(path) ? 0 : skip(walk, WALK_SPLIT, entries[i]->d_name);
    else if (status == 0 && !task_is_stopped(walk->task))
      status = look_at(walk, path, name, entries[i]->d_name, &ignore);
    free(path);
    free(name);
    free(entries[i]);
  }
  free(entries);
  if (split) g_hash_table_destroy(split);
  free_ignore(&ignore);
  return status;
}

int walk_add(Walk* walk, const char* path) {
  struct stat status;
  const bool is_there = strcmp(path, "-") != 0 && stat(path, &status) == 0;
  if (is_there && S_ISDIR(status.st_mode)) {
    const size_t before = walk->n;
    const bool had_failed = walk->has_failed;
    char *linked, *below;
    walk->has_folder = true;
    walk->has_failed = false;
    if (!walk->links && !(walk->links = walk_links_new())) return -1;
    int result = walk_folder(walk, path, "", NULL);
    while (result == 0 && walk_links_take(walk->links, &linked, &below)) {
      result = walk_folder(walk, linked, below, NULL);
      free(linked);
      free(below);
    }
    if (result == 0 && walk->n == before && !walk->has_failed && !task_is_stopped(walk->task))
      fail(walk, path, "no sound files in this folder");
    walk->has_failed = walk->has_failed || had_failed;
    return result;
  }
  if (is_there && cue_sheet_is_name(path)) return take_named_sheet(walk, path);
  if (is_there && walk_is_playlist(path)) {
    fail(walk, path, "is a playlist: use --list to read its files");
    return 0;
  }
  // A missing file is added too: opening it will give the error message in the right order.
  const char* slash = strrchr(path, '/');
  return take(walk, path, slash ? slash + 1 : path, is_there ? (uint64_t)status.st_size : 1);
}

static int compare_skipped(const void* a, const void* b) {
  const WalkSkipped *x = a, *y = b;
  if (x->reason != y->reason) return (int)x->reason - (int)y->reason;
  if (x->n != y->n) return x->n > y->n ? -1 : 1;
  return strcmp(x->kind, y->kind);
}

static const char* kind_of(const WalkSkipped* s) {
  if (s->reason == WALK_FOLDER) return s->n == 1 ? "folder" : "folders";
  return s->kind[0] != '\0' ? s->kind : "without extension";
}

void walk_report(const Walk* walk, char* text, size_t size) {
  static const char* const reasons[WALK_REASONS] = {
      [WALK_OTHER] = "not sound",
      [WALK_VIDEO] = "video: --video takes their sound",
      [WALK_UNSUPPORTED] = "built without FFmpeg",
      [WALK_SPECIAL] = "no regular files",
      [WALK_EXCLUDED] = "excluded",
      [WALK_FOLDER] = "excluded",
      [WALK_SHEET] = "splitting no further file",
      [WALK_SPLIT] = "read by the tracks of a CUE sheet"};
  size_t at = 0;
  text[0] = '\0';
  if (walk->n_skipped > 0)
    qsort(walk->skipped, walk->n_skipped, sizeof *walk->skipped, compare_skipped);
  for (size_t i = 0; i < walk->n_skipped && at < size; ++i) {
    const WalkSkipped* s = &walk->skipped[i];
    const bool is_first = i == 0 || walk->skipped[i - 1].reason != s->reason;
    const bool is_last = i + 1 == walk->n_skipped || walk->skipped[i + 1].reason != s->reason;
    const int length = snprintf(text + at, size - at, "%s%s%zu %s%s%s%s", i == 0 ? "skipped " : "",
                                i == 0     ? ""
                                : is_first ? "; "
                                           : ", ",
                                s->n, kind_of(s), is_last ? " (" : "",
                                is_last ? reasons[s->reason] : "", is_last ? ")" : "");
    at += length > 0 ? (size_t)length : 0;
  }
}

/// Make a stem for \p file that is not in \p taken: with the extension, then with a number.
static char* other_stem(GHashTable* taken, const WalkFile* file) {
  const char* dot = strrchr(file->path, '.');
  const char* extension = dot && !strchr(dot, '/') ? dot : "";
  char* stem = g_strconcat(file->stem, extension, NULL);
  for (unsigned i = 2; g_hash_table_contains(taken, stem); ++i) {
    g_free(stem);
    stem = g_strdup_printf("%s-%u", file->stem, i);
  }
  return stem;
}

int walk_make_stems_distinct(Walk* walk) {
  int status = 0;
  GHashTable* taken = g_hash_table_new(g_str_hash, g_str_equal);
  for (size_t i = 0; status == 0 && i < walk->n; ++i) {
    WalkFile* file = &walk->files[i];
    if (g_hash_table_contains(taken, file->stem)) {
      char* other = other_stem(taken, file);
      char* own = strdup(other);
      g_free(other);
      if (!own) {
        status = -1;
        break;
      }
      free(file->stem);
      file->stem = own;
    }
    g_hash_table_add(taken, file->stem);
  }
  g_hash_table_destroy(taken);
  return status;
}

void walk_filter(Walk* walk, bool (*keep)(void* context, const WalkFile* file), void* context) {
  size_t kept = 0;
  for (size_t i = 0; i < walk->n; ++i) {
    WalkFile* file = &walk->files[i];
    if (keep && keep(context, file)) {
      walk->files[kept++] = *file;
      continue;
    }
    walk->size -= file->size;
    free(file->path);
    free(file->stem);
  }
  walk->n = kept;
}

void walk_free(Walk* walk) {
  walk_filter(walk, NULL, NULL);
  free(walk->files);
  free(walk->skipped);
  walk_links_free(walk->links);
  memset(walk, 0, sizeof *walk);
}
