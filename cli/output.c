// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(Output* out, const char* path, char* error, size_t error_size) {
  (void)snprintf(error, error_size, "%s: %s", path, strerror(errno));
  output_abandon(out);
  return -1;
}

/// Permissions that fopen() would give; umask() can only be read by setting it, so once is enough.
static mode_t file_mode = 0644;

void output_prepare(void) {
  const mode_t mask = umask(022);
  (void)umask(mask);
  file_mode = 0666 & ~mask;
}

/// Make the temporary file beside \p path.  \return its descriptor or -1 (errno says why)
static int make_temporary(Output* out, const char* path) {
  const char* slash = strrchr(path, '/');
  const size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;
  const size_t size = strlen(path) + 16;
  out->path = strdup(path);
  out->temporary = malloc(size);
  if (out->path == NULL || out->temporary == NULL) {
    errno = ENOMEM;
    return -1;
  }
  (void)snprintf(out->temporary, size, "%.*s.%s.XXXXXX", (int)folder, path, path + folder);
  const int fd = mkstemp(out->temporary);
  if (fd < 0) {
    const int reason = errno;
    free(out->temporary); // there is no such file: nothing to unlink
    out->temporary = NULL;
    errno = reason;
    return -1;
  }
  (void)fchmod(fd, file_mode);
  return fd;
}

bool output_is_folder(const char* path) {
  struct stat status;
  const size_t length = strlen(path);
  if (length > 0 && path[length - 1] == '/') return true;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int output_open(Output* out, const char* path, char* error, size_t error_size) {
  memset(out, 0, sizeof *out);
  if (path == NULL || strcmp(path, "-") == 0) {
    out->stream = stdout;
    return 0;
  }
  struct stat status;
  if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
    out->stream = fopen(path, "w");
    return out->stream == NULL ? fail(out, path, error, error_size) : 0;
  }
  const int fd = make_temporary(out, path);
  if (fd < 0) return fail(out, path, error, error_size);
  out->stream = fdopen(fd, "w");
  if (out->stream == NULL) {
    (void)close(fd);
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
      (void)snprintf(error, error_size, "standard output: %s", strerror(errno));
      return -1;
    }
    return 0;
  }
  const char* name = out->path != NULL ? out->path : "the output";
  if (out->stream != NULL) {
    const int is_bad = ferror(out->stream);
    const int status = fclose(out->stream);
    out->stream = NULL;
    if (is_bad != 0 || status != 0) return fail(out, name, error, error_size);
  }
  if (out->temporary != NULL && rename(out->temporary, out->path) != 0)
    return fail(out, name, error, error_size);
  forget(out);
  return 0;
}

void output_abandon(Output* out) {
  if (out->stream != NULL && out->stream != stdout) (void)fclose(out->stream);
  if (out->temporary != NULL) (void)unlink(out->temporary);
  forget(out);
}

char* output_path_below(const char* folder, const char* stem, const char* extension, char* error,
                        size_t error_size) {
  const size_t size = strlen(folder) + strlen(stem) + strlen(extension) + 3;
  char* path = malloc(size);
  if (path == NULL) {
    (void)snprintf(error, error_size, "out of memory");
    return NULL;
  }
  const size_t length = strlen(folder);
  const char* slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
  (void)snprintf(path, size, "%s%s%s.%s", folder, slash, stem, extension);
  for (char* p = path + 1; *p != '\0'; ++p) {
    if (*p != '/') continue;
    *p = '\0';
    const int status = mkdir(path, 0777);
    if (status != 0 && errno != EEXIST) {
      (void)snprintf(error, error_size, "%s: %s", path, strerror(errno));
      free(path);
      return NULL;
    }
    *p = '/';
  }
  return path;
}
