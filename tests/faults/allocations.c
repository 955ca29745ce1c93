// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/allocations.h"

#include <lo/lo.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

static struct {
  bool counting, failed;
  long count, nth;
} watch;

static bool fails(void) {
  if (!watch.counting || ++watch.count != watch.nth) return false;
  watch.failed = true;
  return true;
}

void allocations_fail(long nth) {
  watch.counting = true;
  watch.failed = false;
  watch.count = 0;
  watch.nth = nth;
}

long allocations_end(void) {
  watch.counting = false;
  return watch.count;
}

bool allocations_failed(void) {
  return watch.failed;
}

// WRAP(result, name, (parameters), (arguments)): defines a function that can fail like the real
// one.
#define WRAP(result, name, parameters, arguments)                                                  \
  result __real_##name parameters;                                                                 \
  result __wrap_##name parameters;                                                                 \
  result __wrap_##name parameters {                                                                \
    return fails() ? NULL : __real_##name arguments;                                               \
  }

WRAP(void*, malloc, (size_t size), (size))
WRAP(void*, calloc, (size_t n, size_t size), (n, size))
WRAP(void*, realloc, (void* p, size_t size), (p, size))
WRAP(void*, aligned_alloc, (size_t alignment, size_t size), (alignment, size))
WRAP(char*, strdup, (const char* text), (text))
WRAP(char*, strndup, (const char* text, size_t size), (text, size))
WRAP(char*, realpath, (const char* path, char* resolved), (path, resolved))
WRAP(char*, lo_url_get_hostname, (const char* url), (url))
WRAP(char*, lo_url_get_port, (const char* url), (url))
WRAP(lo_address, lo_address_new_with_proto, (int proto, const char* host, const char* port),
     (proto, host, port))
WRAP(lo_bundle, lo_bundle_new, (lo_timetag tt), (tt))
WRAP(lo_message, lo_message_new, (void), ())

void* __real_mmap(void* at, size_t size, int protection, int flags, int fd, off_t offset);
void* __wrap_mmap(void* at, size_t size, int protection, int flags, int fd, off_t offset);
void* __wrap_mmap(void* at, size_t size, int protection, int flags, int fd, off_t offset) {
  return fails() ? MAP_FAILED : __real_mmap(at, size, protection, flags, fd, offset);
}
