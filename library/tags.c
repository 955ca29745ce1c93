// SPDX-License-Identifier: GPL-3.0-or-later
// Reads title, artist and album of a sound file.
#include "library/tags.h"

#include "text/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sndfile.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <tag_c.h>
#include <time.h>
#include <unistd.h>

/// Bytes that the child may allocate: a cover picture has some megabytes.
enum { MEMORY = 1 << 30 };

struct Tags {
  pid_t child; ///< 0: none
  int end;     ///< our end of the pair of sockets
};

/// Send or receive all of it.  \return whether that was possible
static bool transfer(int end, void* data, size_t size, bool is_send) {
  char* bytes = data;
  while (size > 0) {
    const ssize_t n = is_send ? send(end, bytes, size, MSG_NOSIGNAL) : recv(end, bytes, size, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes += n;
    size -= (size_t)n;
  }
  return true;
}

static void copy_tag(char* to, char* text) {
  if (text) utf8_clean(to, TAGS_TEXT, text);
}

static void read_taglib(const char* path, TagTexts* texts) {
  TagLib_File* file = taglib_file_new(path);
  if (!file) return;
  TagLib_Tag* tag = taglib_file_is_valid(file) ? taglib_file_tag(file) : NULL;
  if (tag) {
    copy_tag(texts->title, taglib_tag_title(tag));
    copy_tag(texts->artist, taglib_tag_artist(tag));
    copy_tag(texts->album, taglib_tag_album(tag));
  }
  taglib_tag_free_strings();
  taglib_file_free(file);
}

static void copy_text(char* to, SNDFILE* file, int which) {
  const char* text = sf_get_string(file, which);
  if (text) utf8_clean(to, TAGS_TEXT, text);
}

/// TagLib's C interface does not give the INFO chunk of a WAV.
static void read_sndfile(const char* path, TagTexts* texts) {
  SF_INFO info;
  memset(&info, 0, sizeof info);
  SNDFILE* file = sf_open(path, SFM_READ, &info);
  if (!file) return;
  copy_text(texts->title, file, SF_STR_TITLE);
  copy_text(texts->artist, file, SF_STR_ARTIST);
  copy_text(texts->album, file, SF_STR_ALBUM);
  sf_close(file);
}

static void read_file(const char* path, TagTexts* texts) {
  memset(texts, 0, sizeof *texts);
  read_taglib(path, texts);
  if (texts->title[0] == '\0' && texts->artist[0] == '\0' && texts->album[0] == '\0')
    read_sndfile(path, texts);
}

#ifndef CIRCUMPLEX_SANITIZED // a sanitizer reserves terabytes of addresses
/// \return bytes of address space in use, 0 if unknown.  A child that replaces another inherits
/// what the parent's threads have reserved, which alone may be more than MEMORY.
static rlim_t in_use(void) {
  char text[64] = "";
  const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  const ssize_t n = file >= 0 ? read(file, text, sizeof text - 1) : 0;
  if (file >= 0) close(file);
  return n > 0 ? (rlim_t)strtoul(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE) : 0;
}

static void limit_memory(void) {
  const rlim_t most = in_use() + MEMORY;
  const struct rlimit memory = {most, most};
  setrlimit(RLIMIT_AS, &memory);
}
#else
static void limit_memory(void) {}
#endif

/// The child process: reads paths and writes tags, until the sockets are closed.
static void serve(int end) {
  static char path[PATH_MAX];
  TagTexts texts;
  size_t length = 0;
  const struct rlimit none = {0, 0};
  limit_memory();
  setrlimit(RLIMIT_CORE, &none);
  // TagLib also opens files for writing; prevent any writing.
  setrlimit(RLIMIT_FSIZE, &none);
  // Ctrl-C goes to the whole process group; the parent decides when to end.
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_DFL);
  while (transfer(end, &length, sizeof length, false) && length < sizeof path &&
         transfer(end, path, length, false)) {
    path[length] = '\0';
    // In case it hangs when no parent is left to end it.
    alarm(2 * TAGS_PATIENCE);
    read_file(path, &texts);
    alarm(0);
    if (!transfer(end, &texts, sizeof texts, true)) break;
  }
  _exit(0);
}

static int start(Tags* tags) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    serve(ends[1]);
  }
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return -1;
  }
  tags->child = child;
  tags->end = ends[0];
  return 0;
}

static void stop(Tags* tags, bool kill_it) {
  if (tags->child == 0) return;
  close(tags->end);
  if (kill_it) kill(tags->child, SIGKILL);
  while (waitpid(tags->child, NULL, 0) < 0 && errno == EINTR)
    ;
  tags->child = 0;
}

Tags* tags_open(void) {
  Tags* tags = calloc(1, sizeof *tags);
  if (!tags || start(tags) == 0) return tags;
  free(tags);
  return NULL;
}

void tags_close(Tags* tags) {
  if (!tags) return;
  stop(tags, false);
  free(tags);
}

static long long milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/// \return whether the child answers within TAGS_PATIENCE.
static bool answers(int end) {
  const long long until = milliseconds() + TAGS_PATIENCE * 1000LL;
  for (;;) {
    const long long left = until - milliseconds();
    struct pollfd wait = {.fd = end, .events = POLLIN};
    const int n = poll(&wait, 1, left > 0 ? (int)left : 0);
    if (n > 0) return true;
    if (n == 0 || errno != EINTR) return false;
  }
}

/// \return 1 if the child answered, 0 if it has died, -1 if it takes too long
static int ask(Tags* tags, char* path, TagTexts* texts) {
  size_t length = strlen(path);
  if (tags->child == 0 && start(tags) != 0) return -1;
  if (!transfer(tags->end, &length, sizeof length, true) ||
      !transfer(tags->end, path, length, true))
    return 0;
  if (!answers(tags->end)) return -1;
  return transfer(tags->end, texts, sizeof *texts, false) ? 1 : 0;
}

void tags_read(Tags* tags, const char* path, TagTexts* texts) {
  memset(texts, 0, sizeof *texts);
  if (!tags || strlen(path) >= PATH_MAX) return;
  char* copy = strdup(path);
  // Something else may have killed the child: try again with a new one.
  for (int tries = 0; copy && tries < 2; ++tries) {
    const int status = ask(tags, copy, texts);
    if (status == 1) break;
    memset(texts, 0, sizeof *texts);
    stop(tags, true);
    if (status < 0) break;
  }
  free(copy);
}
