// SPDX-License-Identifier: GPL-3.0-or-later
// Output files: written under a temporary name, and renamed when complete.
#include "cli/output.h"

#include "audio/formats.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int fail(Output* out, const char* path, char* error, size_t error_size) {
  snprintf(error, error_size, "%s: %s", path, strerror(errno));
  output_abandon(out);
  return -1;
}

/// Make the temporary file beside \p path.  \return its descriptor or -1 (errno says why)
static int make_temporary(Output* out, const char* path) {
  const size_t size = strlen(path) + sizeof OUTPUT_PART;
  out->path = strdup(path);
  out->temporary = malloc(size);
  if (!out->path || !out->temporary) {
    errno = ENOMEM;
    return -1;
  }
  snprintf(out->temporary, size, "%s" OUTPUT_PART, path);
  const int fd = open(out->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (fd < 0) {
    const int reason = errno;
    free(out->temporary); // it does not belong to us, so it is not deleted
    out->temporary = NULL;
    errno = reason;
  }
  return fd;
}

bool output_is_folder(const char* path) {
  struct stat status;
  const size_t length = strlen(path);
  if (length > 0 && path[length - 1] == '/') return true;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int output_check(const char* path, bool force, char* error, size_t error_size) {
  struct stat self, target;
  // These are links to descriptors that the caller opened.
  static const char* const own[] = {"/dev/std", "/dev/fd/", "/proc/"};
  for (size_t i = 0; i < sizeof own / sizeof *own; ++i)
    if (force || strncmp(path, own[i], strlen(own[i])) == 0) return 0;
  if (lstat(path, &self) != 0) return 0; // a new file; opening it will report errors
  const bool is_there = stat(path, &target) == 0;
  if (S_ISLNK(self.st_mode) && (!is_there || S_ISREG(target.st_mode))) {
    snprintf(error, error_size,
             "%s: is a link; name the file that it leads to, or replace the link with --force",
             path);
    return -1;
  }
  if (is_there && S_ISREG(target.st_mode) && target.st_size > 0 &&
      format_of_name(path) != FORMAT_OTHER) {
    snprintf(error, error_size, "%s: is a sound file, which is not replaced", path);
    return -1;
  }
  if (is_there && S_ISREG(target.st_mode) && (target.st_mode & 0222) == 0) {
    snprintf(error, error_size, "%s: is a read-only file; --force replaces it", path);
    return -1;
  }
  return 0;
}

int output_open(Output* out, const char* path, bool force, char* error, size_t error_size) {
  memset(out, 0, sizeof *out);
  if (!path || strcmp(path, "-") == 0) {
    out->stream = stdout;
    return 0;
  }
  if (output_check(path, force, error, error_size) != 0) return -1;
  struct stat status;
  if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
    out->path = strdup(path); // for messages
    out->stream = fopen(path, "w");
    return !out->stream ? fail(out, path, error, error_size) : 0;
  }
  const int fd = make_temporary(out, path);
  if (fd < 0) return fail(out, path, error, error_size);
  out->stream = fdopen(fd, "w");
  if (!out->stream) {
    close(fd);
    return fail(out, path, error, error_size);
  }
  return 0;
}

static void forget(Output* out) {
  free(out->path);
  free(out->temporary);
  memset(out, 0, sizeof *out);
}

int output_commit(Output* out, char* error, size_t error_size) {
  if (out->stream == stdout) {
    const int status = fflush(stdout);
    const int is_bad = ferror(stdout);
    out->stream = NULL;
    if (status != 0 || is_bad != 0) {
      snprintf(error, error_size, "standard output: %s", strerror(errno));
      return -1;
    }
    return 0;
  }
  const char* name = out->path ? out->path : "the output";
  if (out->stream) {
    const int is_bad = ferror(out->stream);
    const int status = fclose(out->stream);
    out->stream = NULL;
    if (is_bad != 0 || status != 0) return fail(out, name, error, error_size);
  }
  if (out->temporary && rename(out->temporary, out->path) != 0)
    return fail(out, name, error, error_size);
  forget(out);
  return 0;
}

int output_mark(Output* out) {
  if (fflush(out->stream) != 0 || ferror(out->stream) != 0) return -1;
  const long at = out->temporary ? ftell(out->stream) : 0;
  if (at < 0) return -1;
  out->marked = at;
  return 0;
}

int output_commit_marked(Output* out, bool is_failed, const char* end, char* error,
                         size_t error_size) {
  if (!is_failed || !out->temporary) {
    fputs(end, out->stream);
    const bool is_good = fflush(out->stream) == 0 && ferror(out->stream) == 0;
    if (is_good || !out->temporary) return output_commit(out, error, error_size);
  }
  // Remove an incomplete entry: this also makes room for the end.
  const long marked = out->marked;
  fclose(out->stream);
  out->stream = NULL;
  FILE* again = NULL;
  if (truncate(out->temporary, (off_t)marked) == 0) again = fopen(out->temporary, "a");
  if (!again) return fail(out, out->path, error, error_size);
  out->stream = again;
  fputs(end, out->stream);
  return output_commit(out, error, error_size);
}

void output_abandon(Output* out) {
  if (out->stream && out->stream != stdout) fclose(out->stream);
  if (out->temporary) unlink(out->temporary);
  forget(out);
}

char* output_path_below(const char* folder, const char* stem, const char* extension, char* error,
                        size_t error_size) {
  const size_t size = strlen(folder) + strlen(stem) + strlen(extension) + 3;
  char* path = malloc(size);
  if (!path) {
    snprintf(error, error_size, "out of memory");
    return NULL;
  }
  const size_t length = strlen(folder);
  const char* slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
  snprintf(path, size, "%s%s%s.%s", folder, slash, stem, extension);
  for (char* p = path + 1; *p != '\0'; ++p) {
    if (*p != '/') continue;
    *p = '\0';
    const int status = mkdir(path, 0777);
    if (status != 0 && errno != EEXIST) {
      snprintf(error, error_size, "%s: %s", path, strerror(errno));
      free(path);
      return NULL;
    }
    *p = '/';
  }
  return path;
}
