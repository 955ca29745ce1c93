// SPDX-License-Identifier: GPL-3.0-or-later
// Replaces malloc and related functions by versions that count.
#include "bench/allocations.h"

#include <errno.h>
#include <stddef.h>

static _Thread_local bool counting;
static _Thread_local unsigned long calls;

void allocations_begin(void) {
  calls = 0;
  counting = true;
}

unsigned long allocations_end(void) {
  counting = false;
  return calls;
}

#if defined(__GLIBC__) && !defined(CIRCUMPLEX_SANITIZED)

// glibc's own functions under their second names, which ours call.
extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t n, size_t size);
extern void* __libc_realloc(void* old, size_t size);
extern void* __libc_memalign(size_t alignment, size_t size);

void* malloc(size_t size);
void* calloc(size_t n, size_t size);
void* realloc(void* old, size_t size);
void* memalign(size_t alignment, size_t size);
void* aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void** out, size_t alignment, size_t size);

bool allocations_available(void) {
  return true;
}

// Exported, so that calls from shared libraries are counted, too.
#define EXPORT __attribute__((visibility("default")))

EXPORT void* malloc(size_t size) {
  if (counting) ++calls;
  return __libc_malloc(size);
}

EXPORT void* calloc(size_t n, size_t size) {
  if (counting) ++calls;
  return __libc_calloc(n, size);
}

EXPORT void* realloc(void* old, size_t size) {
  if (counting) ++calls;
  return __libc_realloc(old, size);
}

EXPORT void* memalign(size_t alignment, size_t size) {
  if (counting) ++calls;
  return __libc_memalign(alignment, size);
}

EXPORT void* aligned_alloc(size_t alignment, size_t size) {
  if (counting) ++calls;
  return __libc_memalign(alignment, size);
}

EXPORT int posix_memalign(void** out, size_t alignment, size_t size) {
  if (counting) ++calls;
  void* block = __libc_memalign(alignment, size);
  if (!block) return ENOMEM;
  *out = block;
  return 0;
}

#else

bool allocations_available(void) {
  return false;
}

#endif
