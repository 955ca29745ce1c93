// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads safetensors files (safetensors.h).
#define _DEFAULT_SOURCE // MAP_ANONYMOUS
#include "inference/safetensors.h"
#include "inference/message.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors are little-endian and are used in place: add a byte swap for this machine"
#endif

struct Safetensors {
  unsigned char* bytes; // read-only mapping of the whole file
  size_t size;
  json_t* header; // owns the names and metadata strings
  json_t* metadata;
  Tensor* tensors; // in the order of the data
  size_t n_tensors;
};

// ---- bytes

static unsigned char* map_anonymous(size_t size, Message message) {
  void* p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) {
    message_set(message, "there is not enough memory for %zu bytes.", size);
    return NULL;
  }
  return p;
}

static int check_size(uint64_t size, Message message) {
  if (size < 8)
    return message_set(message, "the file has %llu bytes; a safetensors file has at least 8.",
                       (unsigned long long)size);
  if (size > SAFETENSORS_MAX_FILE)
    return message_set(message, "the file has %llu bytes, more than the %zu allowed.",
                       (unsigned long long)size, SAFETENSORS_MAX_FILE);
  return 0;
}

static int identify(int fd, const char* path, FileIdentity* identity, Message message) {
  struct stat st;
  if ((fd >= 0 ? fstat(fd, &st) : stat(path, &st)) != 0)
    return message_set(message, "the file cannot be read (%s).", strerror(errno));
  if (S_ISDIR(st.st_mode)) return message_set(message, "this is a folder, not a file.");
  if (!S_ISREG(st.st_mode)) return message_set(message, "this is not a regular file.");
  if (identity)
    *identity = (FileIdentity){.device = (uint64_t)st.st_dev,
                               .inode = (uint64_t)st.st_ino,
                               .size = st.st_size,
                               .mtime_s = st.st_mtim.tv_sec,
                               .mtime_ns = st.st_mtim.tv_nsec};
  return st.st_size < 0 ? message_set(message, "the file has no size.")
                        : check_size((uint64_t)st.st_size, message);
}

int safetensors_identify(const char* path, FileIdentity* identity, char* error, size_t error_size) {
  return identify(-1, path, identity, (Message){error, error_size});
}

/// Read exactly \p size bytes.
static int read_all(int fd, unsigned char* to, size_t size, Message message) {
  while (size) {
    ssize_t got = read(fd, to, size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return message_set(message, "the file cannot be read (%s).", strerror(errno));
    if (got == 0) return message_set(message, "the file became shorter while it was read.");
    to += got;
    size -= (size_t)got;
  }
  return 0;
}

// ---- header

unsigned safetensors_json_depth(const char* text, size_t size) {
  unsigned depth = 0, deepest = 0;
  bool in_string = false;
  for (size_t i = 0; i < size; ++i) {
    if (in_string) {
      if (text[i] == '\\')
        ++i;
      else if (text[i] == '"')
        in_string = false;
    } else if (text[i] == '"') {
      in_string = true;
    } else if (text[i] == '{' || text[i] == '[') {
      if (++depth > deepest) deepest = depth;
    } else if ((text[i] == '}' || text[i] == ']') && depth) {
      --depth;
    }
  }
  return deepest;
}

/// Get a whole number 0 .. 2^48 - 1.
static bool get_size(const json_t* json, uint64_t* value) {
  if (!json_is_integer(json) || json_integer_value(json) < 0 || json_integer_value(json) >> 48 != 0)
    return false;
  *value = (uint64_t)json_integer_value(json);
  return true;
}

/// Read the shape, and check that its product fits the file.
static int parse_shape(Tensor* t, const json_t* shape, size_t data_size, Message message) {
  if (!json_is_array(shape)) return message_set(message, "tensor \"%s\" has no shape.", t->name);
  if (json_array_size(shape) > SAFETENSORS_MAX_RANK)
    return message_set(message, "tensor \"%s\" has %zu dimensions, more than the %d allowed.",
                       t->name, json_array_size(shape), SAFETENSORS_MAX_RANK);
  t->rank = (unsigned)json_array_size(shape);
  uint64_t count = 1;
  for (unsigned d = 0; d < t->rank; ++d) {
    if (!get_size(json_array_get(shape, d), &t->shape[d]))
      return message_set(message, "tensor \"%s\" has a bad dimension %u.", t->name, d);
    // data_size < 2^28 and shape < 2^48, so the product cannot overflow before this refuses it.
    if (t->shape[d] > data_size || (count *= t->shape[d]) > data_size)
      return message_set(message, "tensor \"%s\" is larger than the file.", t->name);
  }
  t->count = (size_t)count;
  return 0;
}

static int parse_tensor(Tensor* t, const char* name, const json_t* entry, const unsigned char* data,
                        size_t data_size, Message message) {
  t->name = name;
  if (!json_is_object(entry))
    return message_set(message, "tensor \"%s\" is not described by an object.", name);
  const char* dtype = json_string_value(json_object_get(entry, "dtype"));
  if (!dtype || strcmp(dtype, "F32") != 0)
    return message_set(message, "tensor \"%s\" has dtype %s; only F32 is read.", name,
                       dtype ? dtype : "missing");
  if (parse_shape(t, json_object_get(entry, "shape"), data_size, message) < 0) return -1;
  const json_t* offsets = json_object_get(entry, "data_offsets");
  uint64_t begin, end;
  if (json_array_size(offsets) != 2 || !get_size(json_array_get(offsets, 0), &begin) ||
      !get_size(json_array_get(offsets, 1), &end) || begin > end)
    return message_set(message, "tensor \"%s\" has bad data_offsets.", name);
  if (end > data_size)
    return message_set(message, "tensor \"%s\" ends at byte %llu, past the data's %zu bytes.", name,
                       (unsigned long long)end, data_size);
  if (begin % 4)
    return message_set(message, "tensor \"%s\" starts at byte %llu, which is unaligned.", name,
                       (unsigned long long)begin);
  if (end - begin != 4 * (uint64_t)t->count)
    return message_set(message, "tensor \"%s\" has %llu bytes, but its shape needs %llu.", name,
                       (unsigned long long)(end - begin), 4 * (unsigned long long)t->count);
  t->data = (const float*)(const void*)(data + begin);
  return 0;
}

static int by_place(const void* left, const void* right) {
  const Tensor *a = left, *b = right;
  if (a->data != b->data) return a->data < b->data ? -1 : 1;
  return (a->count > b->count) - (a->count < b->count); // empty tensors first
}

/// Check that every byte of the data belongs to exactly one tensor.
static int check_cover(const Safetensors* st, const unsigned char* data, size_t size,
                       Message message) {
  const unsigned char* at = data;
  for (size_t i = 0; i < st->n_tensors; ++i) {
    const Tensor* t = &st->tensors[i];
    const unsigned char* begin = (const unsigned char*)t->data;
    if (begin < at)
      return message_set(message, "tensor \"%s\" overlaps tensor \"%s\".", t->name,
                         st->tensors[i - 1].name);
    if (begin > at)
      return message_set(message, "there is a gap of %zu bytes before tensor \"%s\".",
                         (size_t)(begin - at), t->name);
    at = begin + 4 * t->count;
  }
  if (at != data + size)
    return message_set(message, "%zu bytes at the end belong to no tensor.",
                       (size_t)(data + size - at));
  return 0;
}

static int parse_metadata(Safetensors* st, Message message) {
  st->metadata = json_object_get(st->header, "__metadata__");
  if (!st->metadata) return 0;
  if (!json_is_object(st->metadata))
    return message_set(message, "\"__metadata__\" is not an object.");
  const char* key;
  json_t* value;
  json_object_foreach(st->metadata, key, value) {
    if (!json_is_string(value))
      return message_set(message, "\"__metadata__\" key \"%s\" is not a string.", key);
  }
  return 0;
}

static int parse(Safetensors* st, Message message) {
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i)
    length = length << 8 | st->bytes[i];
  if (length > SAFETENSORS_MAX_HEADER)
    return message_set(message, "the header's length %llu is more than the %zu allowed.",
                       (unsigned long long)length, SAFETENSORS_MAX_HEADER);
  if (length > st->size - 8)
    return message_set(message, "the file is truncated: its header should have %llu bytes.",
                       (unsigned long long)length);
  const char* text = (const char*)st->bytes + 8;
  if (length == 0 || text[0] != '{')
    return message_set(message,
                       "this is not a safetensors file: the header does not start with {.");
  if (safetensors_json_depth(text, (size_t)length) > SAFETENSORS_MAX_DEPTH)
    return message_set(message, "the header is nested deeper than %d levels.",
                       SAFETENSORS_MAX_DEPTH);
  json_error_t trouble;
  st->header = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, &trouble);
  if (!st->header)
    return message_set(message, "the header is not valid JSON: %s (byte %d).", trouble.text,
                       trouble.position);
  if (parse_metadata(st, message) < 0) return -1;

  const unsigned char* data = st->bytes + 8 + length;
  size_t data_size = st->size - 8 - (size_t)length;
  size_t n = json_object_size(st->header) - (st->metadata ? 1 : 0);
  if (n > SAFETENSORS_MAX_TENSORS)
    return message_set(message, "the file has %zu tensors, more than the %d allowed.", n,
                       SAFETENSORS_MAX_TENSORS);
  if (length % 4 && n)
    return message_set(message,
                       "the tensors are unaligned: the header's length %llu is not a "
                       "multiple of 4.",
                       (unsigned long long)length);
  st->tensors = calloc(n ? n : 1, sizeof *st->tensors);
  if (!st->tensors) return message_set(message, "there is not enough memory.");
  const char* name;
  json_t* entry;
  json_object_foreach(st->header, name, entry) {
    if (entry == st->metadata) continue;
    if (parse_tensor(&st->tensors[st->n_tensors], name, entry, data, data_size, message) < 0)
      return -1;
    ++st->n_tensors;
  }
  qsort(st->tensors, st->n_tensors, sizeof *st->tensors, by_place);
  return check_cover(st, data, data_size, message);
}

/// Parse the bytes and protect them; frees \p st on failure.
static Safetensors* finish(Safetensors* st, Message message) {
  if (parse(st, message) < 0) goto fail;
  if (mprotect(st->bytes, st->size, PROT_READ) != 0) {
    message_set(message, "the memory cannot be protected (%s).", strerror(errno));
    goto fail;
  }
  return st;
fail:
  safetensors_free(st);
  return NULL;
}

// ---- interface

Safetensors* safetensors_open(const char* path, FileIdentity* identity, char* error,
                              size_t error_size) {
  Message message = {error, error_size};
  FileIdentity local;
  Safetensors* st = calloc(1, sizeof *st);
  // O_NONBLOCK: otherwise open() of a FIFO without a writer would block.
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    message_set(message, "the file cannot be opened (%s).", strerror(errno));
    goto fail;
  }
  if (!identity) identity = &local;
  if (identify(fd, path, identity, message) < 0) goto fail;
  if (!st || !(st->bytes = map_anonymous((size_t)identity->size, message))) {
    message_set(message, "there is not enough memory.");
    goto fail;
  }
  st->size = (size_t)identity->size;
  if (read_all(fd, st->bytes, st->size, message) < 0) goto fail;
  close(fd);
  return finish(st, message);
fail:
  if (fd >= 0) close(fd);
  safetensors_free(st);
  return NULL;
}

Safetensors* safetensors_open_memory(const void* data, size_t size, char* error,
                                     size_t error_size) {
  Message message = {error, error_size};
  if (check_size(size, message) < 0) return NULL;
  Safetensors* st = calloc(1, sizeof *st);
  if (!st || !(st->bytes = map_anonymous(size, message))) {
    message_set(message, "there is not enough memory.");
    free(st);
    return NULL;
  }
  st->size = size;
  memcpy(st->bytes, data, size);
  return finish(st, message);
}

void safetensors_free(Safetensors* st) {
  if (!st) return;
  free(st->tensors);
  json_decref(st->header);
  if (st->bytes) munmap(st->bytes, st->size);
  free(st);
}

const Tensor* safetensors_find(const Safetensors* st, const char* name) {
  for (size_t i = 0; i < st->n_tensors; ++i)
    if (strcmp(st->tensors[i].name, name) == 0) return &st->tensors[i];
  return NULL;
}

const Tensor* safetensors_at(const Safetensors* st, size_t index) {
  return index < st->n_tensors ? &st->tensors[index] : NULL;
}

const char* safetensors_metadata(const Safetensors* st, const char* key) {
  return json_string_value(json_object_get(st->metadata, key));
}

size_t safetensors_size(const Safetensors* st) {
  return st->size;
}

uint64_t safetensors_hash(const Safetensors* st) {
  uint64_t hash = 0xcbf29ce484222325u; // FNV-1a (Fowler, Noll, Vo)
  for (size_t i = 0; i < st->size; ++i)
    hash = (hash ^ st->bytes[i]) * 0x100000001b3u;
  return hash;
}
