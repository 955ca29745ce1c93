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

char* playlist_text(const Catalogue* catalogue, const QueryHit* hits, size_t n, long* songs) {
  char* text = NULL;
  size_t size = 0;
  FILE* out = open_memstream(&text, &size);
  if (!out) return NULL;
  *songs = 0;
  fputs("#EXTM3U\n", out);
  for (size_t i = 0; i < n; ++i) {
    const Song* song = &catalogue->songs[hits[i].song];
    // This format cannot contain a path with a line end.
    if (strpbrk(song->path, "\r\n")) continue;
    fprintf(out, "#EXTINF:%ld,", lround((double)song->duration));
    write_line(out, song->artist);
    if (song->artist[0]) fputs(" - ", out);
    write_line(out, song->title);
    fprintf(out, "\n%s\n", song->path);
    ++*songs;
  }
  const bool whole = ferror(out) == 0;
  if (fclose(out) == 0 && whole) return text;
  free(text);
  return NULL;
}

int playlist_write(const char* path, const char* text, char* error, size_t error_size) {
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
  fputs(text, file);
  const bool written = ferror(file) == 0 && fflush(file) == 0 && fsync(fd) == 0;
  const bool closed = fclose(file) == 0;
  file = NULL;
  if (!written || !closed || rename(part, path) != 0) goto fail;
  free(part);
  return 0;

fail:
  snprintf(error, error_size, "%s cannot be written: %s.", path, strerror(errno));
  if (file) fclose(file);
  unlink(part);
  free(part);
  return -1;
}
