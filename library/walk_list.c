// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads lists of paths: lines, M3U, or each ended by a NUL (walk.h).
#include "library/walk.h"

#include "text/decode.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Read a whole stream.  \return its bytes and a NUL, or NULL (errno says why)
static char* slurp(FILE* file, size_t* size) {
  char* bytes = NULL;
  size_t capacity = 0;
  *size = 0;
  do {
    if (capacity - *size < 2) {
      capacity = capacity == 0 ? 1 << 16 : 2 * capacity;
      char* more = realloc(bytes, capacity);
      if (!more) {
        free(bytes);
        return NULL;
      }
      bytes = more;
    }
    *size += fread(bytes + *size, 1, capacity - *size - 1, file);
  } while (!feof(file) && !ferror(file));
  if (ferror(file)) {
    free(bytes);
    return NULL;
  }
  bytes[*size] = '\0';
  return bytes;
}

/// Add an entry that is a URL, of a file or of something else.
static int add_address(Walk* walk, const char* line) {
  char* path = g_filename_from_uri(line, NULL, NULL);
  if (!path) {
    task_message(walk->task, line, "is an address, not a file: left out");
    walk->has_failed = true;
    return 0;
  }
  const int status = walk_add(walk, path);
  g_free(path);
  return status;
}

/// \return \p line, relative to \p folder (or NULL), to be freed; NULL if out of memory
static char* in_folder(const char* line, const char* folder) {
  if (!folder || line[0] == '/') return strdup(line);
  const size_t size = strlen(folder) + strlen(line) + 2;
  char* path = malloc(size);
  if (path) snprintf(path, size, "%s/%s", folder, line);
  return path;
}

/// If \p line does not exist, try it as from another system: Latin-1, and folders with backslashes.
/// \return a path that exists, to be freed, or NULL
static char* other_meaning(const char* line, const char* folder) {
  const size_t size = 2 * strlen(line) + 3;
  char* text = malloc(size);
  char* path = NULL;
  for (int i = 0; text && !path && i < 3; ++i) {
    if (i == 1)
      snprintf(text, size, "%s", line);
    else
      decode_latin1(line, text, size);
    for (char* s = text; i > 0 && *s != '\0'; ++s)
      if (*s == '\\') *s = '/';
    path = in_folder(text, folder);
    if (path && access(path, F_OK) != 0) {
      free(path);
      path = NULL;
    }
  }
  free(text);
  return path;
}

/// Add one path of a list.  \param folder relative paths are relative to it, or NULL
static int add_line(Walk* walk, const char* line, bool is_playlist, const char* folder) {
  const size_t scheme = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
  if (scheme > 1 && strncmp(line + scheme, "://", 3) == 0) return add_address(walk, line);
  char* path = in_folder(line, folder);
  if (!path) return -1;
  char* other = is_playlist && access(path, F_OK) != 0 ? other_meaning(line, folder) : NULL;
  const int status = walk_add(walk, other ? other : path);
  free(other);
  free(path);
  return status;
}

/// \param ending '\n' or '\0';  \param is_playlist lines that begin with '#' are comments
static int add_lines(Walk* walk, char* text, size_t size, char ending, bool is_playlist,
                     const char* folder) {
  int status = 0;
  for (char *line = text, *next; status == 0 && line < text + size; line = next) {
    char* end = memchr(line, ending, (size_t)(text + size - line));
    if (!end) end = text + size;
    next = end + 1;
    *end = '\0';
    if (ending == '\n' && end > line && end[-1] == '\r') *--end = '\0';
    if (line[0] == '\0' || (is_playlist && line[0] == '#')) continue;
    status = add_line(walk, line, is_playlist, folder);
  }
  return status;
}

bool walk_is_playlist(const char* path) {
  const char* dot = strrchr(path, '.');
  return dot && (g_ascii_strcasecmp(dot, ".m3u") == 0 || g_ascii_strcasecmp(dot, ".m3u8") == 0);
}

int walk_add_list(Walk* walk, const char* list, char* error, size_t error_size) {
  static const char header[] = "#EXTM3U";
  const bool is_stdin = strcmp(list, "-") == 0;
  FILE* file = is_stdin ? stdin : fopen(list, "r");
  size_t size = 0;
  char* bytes = file ? slurp(file, &size) : NULL;
  if (!bytes) snprintf(error, error_size, "%s: %s", list, strerror(errno));
  if (file && !is_stdin) fclose(file);
  if (!bytes) return -1;
  char* text = decode_marked(bytes, &size);
  if (!text) {
    snprintf(error, error_size, "%s: is not valid UTF-16", list);
    return -1;
  }
  const bool has_nul = memchr(text, '\0', size) != NULL;
  const bool is_playlist =
      !has_nul && (strncmp(text, header, sizeof header - 1) == 0 || walk_is_playlist(list));
  char* folder = is_playlist && !is_stdin ? strdup(list) : NULL;
  char* slash = folder ? strrchr(folder, '/') : NULL;
  if (slash) *slash = '\0';
  const int status =
      add_lines(walk, text, size, has_nul ? '\0' : '\n', is_playlist, slash ? folder : NULL);
  if (status != 0) snprintf(error, error_size, "out of memory");
  free(folder);
  free(text);
  return status;
}
