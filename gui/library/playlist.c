// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the list as a playlist.
#include "gui/library/playlist.h"

#include <errno.h>
#include <glib.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void playlist_default(char* path, size_t size) {
  char folder[1024];
  const char* music = g_get_user_special_dir(G_USER_DIRECTORY_MUSIC);
  snprintf(folder, sizeof folder, "%s", music ? music : "");
  if (!folder[0]) snprintf(folder, sizeof folder, "%s/Music", g_get_home_dir());
  if (access(folder, W_OK | X_OK) != 0 && !getcwd(folder, sizeof folder)) {
    snprintf(folder, sizeof folder, ".");
  }
  for (int i = 1; i < INT_MAX; ++i) {
    if (i == 1) {
      snprintf(path, size, "%s/circumplex.m3u8", folder);
    } else {
      snprintf(path, size, "%s/circumplex-%d.m3u8", folder, i);
    }
    if (access(path, F_OK) != 0) return;
  }
}

// Write a tag without line ends.
static void write_line(FILE* file, const char* text) {
  for (; *text; ++text)
    fputc(*text == '\n' || *text == '\r' ? ' ' : *text, file);
}

long playlist_write(const char* path, const Catalogue* catalogue, const QueryHit* hits, size_t n,
                    char* error, size_t error_size) {
  const size_t bytes = strlen(path) + 8;
  char* part = malloc(bytes);
  FILE* file = NULL;
  if (!part) {
    snprintf(error, error_size, "Out of memory.");
    return -1;
  }
  snprintf(part, bytes, "%s.XXXXXX", path);
  const int fd = mkstemp(part);
  if (fd < 0) {
    snprintf(error, error_size, "%s cannot be written: %s.", path, strerror(errno));
    free(part);
    return -1;
  }
  fchmod(fd, 0644);
  file = fdopen(fd, "w");
  if (!file) {
    close(fd);
    goto fail;
  }
  long songs = 0;
  fputs("#EXTM3U\n", file);
  for (size_t i = 0; i < n; ++i) {
    const Song* song = &catalogue->songs[hits[i].song];
    // This format cannot contain a path with a line end.
    if (strpbrk(song->path, "\r\n")) continue;
    fprintf(file, "#EXTINF:%ld,", lround((double)song->duration));
    write_line(file, song->artist);
    if (song->artist[0]) fputs(" - ", file);
    write_line(file, song->title);
    fprintf(file, "\n%s\n", song->path);
    ++songs;
  }
  const bool written = ferror(file) == 0 && fflush(file) == 0 && fsync(fd) == 0;
  const bool closed = fclose(file) == 0;
  file = NULL;
  if (!written || !closed || rename(part, path) != 0) goto fail;
  free(part);
  return songs;

fail:
  snprintf(error, error_size, "%s cannot be written: %s.", path, strerror(errno));
  if (file) fclose(file);
  unlink(part);
  free(part);
  return -1;
}
