// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a reading into a music file's tags safely.
#define _XOPEN_SOURCE 700 // realpath
#include "library/tag_write.h"

#include "audio/sound_file.h"
#include "library/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE = 60, BLOCK = 4096, COPY = 1 << 16 }; // s; frames; bytes

static int fail(char* error, size_t error_size, const char* text) {
  snprintf(error, error_size, "%s", text);
  return -1;
}

/// Run TagLib in a child process, because a malformed file may crash it.
/// \return a TagFieldsStatus
static TagFieldsStatus put_in_child(const char* path, const TagReading* reading, bool is_dry) {
  fflush(stdout); // the child has a copy of what is buffered, and sanitizers write it
  const pid_t child = fork();
  if (child < 0) return TAG_FIELDS_FAILED;
  if (child == 0) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    if (is_dry) setrlimit(RLIMIT_FSIZE, &none);
    signal(SIGINT, SIG_IGN); // the parent decides when to end
    signal(SIGALRM, SIG_DFL);
    alarm(PATIENCE);
    _exit((int)tag_fields_put(path, reading, is_dry));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return TAG_FIELDS_FAILED;
  return WIFEXITED(status) && WEXITSTATUS(status) <= (int)TAG_FIELDS_FAILED
             ? (TagFieldsStatus)WEXITSTATUS(status)
             : TAG_FIELDS_FAILED;
}

/// "FOLDER/.circumplex-NAME": hidden, and with the extension, which TagLib needs.
static char* name_beside(const char* path) {
  static const char mark[] = ".circumplex-";
  const char* slash = strrchr(path, '/');
  const char* name = slash ? slash + 1 : path;
  const char* dot = strrchr(name, '.');
  // Shorten a name that is already as long as names may be.
  if (strlen(name) + sizeof mark > NAME_MAX) name = dot ? dot : "";
  const size_t folder = slash ? (size_t)(slash + 1 - path) : 0;
  const size_t size = folder + sizeof mark + strlen(name);
  char* beside = malloc(size);
  if (beside) snprintf(beside, size, "%.*s%s%s", (int)folder, path, mark, name);
  return beside;
}

/// \return 0, or -1 (errno says why)
static int copy_bytes(int from, int to) {
  static char bytes[COPY];
  for (;;) {
    const ssize_t got = read(from, bytes, sizeof bytes);
    if (got == 0) return 0;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    for (ssize_t done = 0; done < got;) {
      const ssize_t n = write(to, bytes + done, (size_t)(got - done));
      if (n < 0 && errno != EINTR) return -1;
      if (n > 0) done += n;
    }
  }
}

/// Copy the file with its permissions and, if allowed, its owner.
static int copy_file(const char* path, const struct stat* status, const char* copy) {
  const int from = open(path, O_RDONLY | O_CLOEXEC);
  const int to =
      from < 0 ? -1 : open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  int result = to < 0 ? -1 : copy_bytes(from, to);
  if (result == 0 && fchown(to, status->st_uid, status->st_gid) != 0 && errno != EPERM) result = -1;
  if (result == 0) result = fchmod(to, status->st_mode & 07777);
  const int reason = errno;
  if (from >= 0) close(from);
  if (to >= 0 && close(to) != 0 && result == 0) return -1;
  errno = reason;
  return result;
}

/// Compute the hash of all samples.  \return whether the file could be read
static bool hash_of(const char* path, uint64_t* hash) {
  static float left[BLOCK], right[BLOCK];
  char error[256];
  SoundHash sound;
  ptrdiff_t got = -1;
  AudioFile* audio = audio_open(path, NULL, error, sizeof error);
  if (!audio) return false;
  hash_begin_sound(&sound, audio_info(audio)->rate);
  while ((got = audio_read(audio, left, right, BLOCK, error, sizeof error)) > 0)
    hash_add_sound(&sound, left, right, (size_t)got);
  audio_close(audio);
  *hash = hash_end_sound(&sound);
  return got == 0;
}

static bool sounds_alike(const char* path, const char* copy) {
  uint64_t before = 0, after = 0;
  return hash_of(path, &before) && hash_of(copy, &after) && before == after;
}

/// Sync to the disk: a file, or the folder that contains \p path.
static int sync_path(const char* path, bool is_folder) {
  char* folder = is_folder ? strdup(path) : NULL;
  char* slash = folder ? strrchr(folder, '/') : NULL;
  if (slash) slash[1] = '\0';
  const int fd = open(is_folder ? (slash ? folder : ".") : path, O_RDONLY | O_CLOEXEC);
  free(folder);
  if (fd < 0) return -1;
  const int status = fsync(fd);
  close(fd);
  return status;
}

/// \return whether the file is unchanged since it was examined
static bool is_same_file(const char* path, const struct stat* before) {
  struct stat now;
  return stat(path, &now) == 0 && now.st_ino == before->st_ino && now.st_dev == before->st_dev &&
         now.st_size == before->st_size && now.st_mtim.tv_sec == before->st_mtim.tv_sec &&
         now.st_mtim.tv_nsec == before->st_mtim.tv_nsec;
}

/// Replace the file by the tagged copy.
static int replace(const char* path, const struct stat* before, const char* copy, bool keep_time,
                   char* error, size_t error_size) {
  if (!sounds_alike(path, copy))
    return fail(error, error_size, "tags would change its sound: it was not changed");
  const struct timespec times[2] = {before->st_atim, before->st_mtim};
  if (keep_time && utimensat(AT_FDCWD, copy, times, 0) != 0)
    return fail(error, error_size, strerror(errno));
  if (sync_path(copy, false) != 0) return fail(error, error_size, strerror(errno));
  if (!is_same_file(path, before)) return fail(error, error_size, "changed while it was tagged");
  if (rename(copy, path) != 0) return fail(error, error_size, strerror(errno));
  sync_path(path, true);
  return 0;
}

/// \param status of the file
static int write_tags(const char* path, const struct stat* status, const TagReading* reading,
                      bool keep_time, char* error, size_t error_size) {
  char* copy = name_beside(path);
  if (!copy) return fail(error, error_size, "out of memory");
  int result = -1;
  if (copy_file(path, status, copy) != 0)
    fail(error, error_size, strerror(errno));
  else if (put_in_child(copy, reading, false) != TAG_FIELDS_PUT)
    fail(error, error_size, "the tags could not be written: it was not changed");
  else
    result = replace(path, status, copy, keep_time, error, error_size);
  if (result != 0) unlink(copy);
  free(copy);
  return result;
}

int tag_write(const char* path, const TagReading* reading, const TagWriteOptions* options,
              char* error, size_t error_size) {
  struct stat status;
  // A link is kept, and its target is tagged.
  char* real = realpath(path, NULL);
  int result = -1;
  if (!real || stat(real, &status) != 0) {
    fail(error, error_size, strerror(errno));
  } else if (!S_ISREG(status.st_mode)) {
    fail(error, error_size, "is not a regular file");
  } else if ((status.st_mode & 0222) == 0) {
    fail(error, error_size, "is a read-only file");
  } else {
    switch (put_in_child(real, reading, true)) {
    case TAG_FIELDS_SAME:
      result = 0;
      break;
    case TAG_FIELDS_PUT:
      result = options->is_dry || write_tags(real, &status, reading, options->keep_time, error,
                                             error_size) == 0
                   ? 1
                   : -1;
      break;
    case TAG_FIELDS_UNKNOWN:
      fail(error, error_size, "this kind of file has no tags that could be written");
      break;
    case TAG_FIELDS_FAILED:
      fail(error, error_size, "its tags could not be read");
      break;
    }
  }
  free(real);
  return result;
}
