// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes safetensors files (safetensors.h).
#include "inference/message.h"
#include "inference/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static size_t product(const Tensor* t) {
  size_t count = 1;
  for (unsigned d = 0; d < t->rank; ++d)
    count *= (size_t)t->shape[d];
  return count;
}

/// \return the header's JSON, padded with spaces to a multiple of 8 bytes (for free()), or NULL
static char* header_text(const Tensor* tensors, size_t n, const char* const* metadata,
                         size_t n_metadata) {
  json_t* header = json_object();
  char* padded = NULL;
  if (n_metadata) {
    json_t* strings = json_object();
    for (size_t i = 0; i < n_metadata; ++i)
      if (json_object_set_new(strings, metadata[2 * i], json_string(metadata[2 * i + 1])) < 0) {
        json_decref(strings);
        goto done;
      }
    json_object_set_new(header, "__metadata__", strings);
  }
  size_t at = 0;
  for (size_t i = 0; i < n; ++i) {
    json_t* shape = json_array();
    for (unsigned d = 0; d < tensors[i].rank; ++d)
      json_array_append_new(shape, json_integer((json_int_t)tensors[i].shape[d]));
    size_t end = at + 4 * product(&tensors[i]);
    json_t* entry = json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", shape,
                              "data_offsets", (json_int_t)at, (json_int_t)end);
    if (json_object_set_new(header, tensors[i].name, entry) < 0) goto done;
    at = end;
  }
  char* text = json_dumps(header, JSON_COMPACT);
  if (text) {
    size_t length = strlen(text), whole = (length + 7) / 8 * 8;
    padded = realloc(text, whole + 1);
    if (!padded) {
      free(text);
      goto done;
    }
    memset(padded + length, ' ', whole - length);
    padded[whole] = 0;
  }
done:
  json_decref(header);
  return padded;
}

static int write_stream(FILE* file, const char* text, const Tensor* tensors, size_t n) {
  uint64_t length = strlen(text);
  unsigned char prefix[8];
  for (int i = 0; i < 8; ++i)
    prefix[i] = (unsigned char)(length >> (8 * i));
  if (fwrite(prefix, 8, 1, file) != 1 || fwrite(text, length, 1, file) != 1) return -1;
  for (size_t i = 0; i < n; ++i) {
    size_t count = product(&tensors[i]);
    if (fwrite(tensors[i].data, sizeof(float), count, file) != count) return -1;
  }
  return fflush(file) == 0 ? 0 : -1;
}

int safetensors_write(const char* path, const Tensor* tensors, size_t n_tensors,
                      const char* const* metadata, size_t n_metadata, char* error,
                      size_t error_size) {
  Message message = {error, error_size};
  int status = -1;
  FILE* file = NULL;
  char* text = header_text(tensors, n_tensors, metadata, n_metadata);
  size_t size = strlen(path) + 24;
  char* temporary = malloc(size);
  if (!text || !temporary) {
    message_set(message, "%s: the header cannot be made (bad UTF-8, or not enough memory).", path);
    goto done;
  }
  struct stat there;
  if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) { // it would be replaced
    message_set(message, "%s: is not a regular file.", path);
    goto done;
  }
  // The process number separates two programs, O_EXCL two threads.  Mode 0666 is reduced by the
  // umask.
  snprintf(temporary, size, "%s.%lx", path, (unsigned long)getpid());
  int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) {
    message_set(message, "%s: a file cannot be created in this folder (%s).", path,
                strerror(errno));
    goto done;
  }
  file = fdopen(fd, "wb");
  if (!file) {
    close(fd);
    message_set(message, "%s: %s.", path, strerror(errno));
    goto remove;
  }
  int failed = write_stream(file, text, tensors, n_tensors);
  int reason = errno;
  failed |= fclose(file);
  if (failed || rename(temporary, path) != 0) {
    message_set(message, "%s: the file cannot be written (%s).", path,
                strerror(failed ? reason : errno));
    goto remove;
  }
  status = 0;
  goto done;
remove:
  unlink(temporary);
done:
  free(text);
  free(temporary);
  return status;
}
