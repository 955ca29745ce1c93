// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE // RTLD_NEXT, RUSAGE_THREAD
#include "tests/faults/contract.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_ON 1
#endif
enum { ALLOW = 0, BLOCK = 1 };

static _Thread_local bool watching;
static _Thread_local ContractCounts now;
static _Thread_local long faults_before;
static volatile char selector = ALLOW; // of the thread that called contract_sees_system_calls()

static void on_system_call(int number) {
  (void)number;
  selector = ALLOW; // otherwise leaving this handler would count as a system call
  ++now.system_calls;
}

bool contract_sees_system_calls(void) {
  return prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0L, 0L, &selector) == 0;
}

static int keep(struct dl_phdr_info* object, size_t size, void* unused) {
  (void)size, (void)unused;
  for (unsigned i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)* part = &object->dlpi_phdr[i];
    if (part->p_type == PT_LOAD && !(part->p_flags & PF_W))
      mlock((const void*)(object->dlpi_addr + part->p_vaddr), part->p_memsz);
  }
  return 0;
}

void contract_keep_memory(void) {
  dl_iterate_phdr(keep, NULL);
  // Touched pages stay in memory; the first touch of a page still faults.  Only root may lock that
  // much.
  if (geteuid() == 0) mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
}

static long page_faults(void) {
  struct rusage usage;
  return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_minflt + usage.ru_majflt : 0;
}

void contract_begin(void) {
  struct sigaction action = {.sa_handler = on_system_call};
  sigaction(SIGSYS, &action, NULL); // each time, because cmocka sets its own handler
  now = (ContractCounts){0};
  faults_before = page_faults();
  watching = true;
  selector = BLOCK;
}

void contract_end(ContractCounts* counts) {
  selector = ALLOW;
  watching = false;
  counts->memory += now.memory;
  counts->locks += now.locks;
  counts->clocks += now.clocks;
  counts->system_calls += now.system_calls;
  counts->page_faults += (unsigned long)(page_faults() - faults_before);
}

void contract_pause(void) {
  selector = ALLOW;
  watching = false;
}

void contract_resume(void) {
  faults_before = page_faults();
  watching = true;
  selector = BLOCK;
}

// These functions replace those of the C library, also for calls from shared libraries.
#define EXPORT __attribute__((visibility("default")))

extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t n, size_t size);
extern void* __libc_realloc(void* old, size_t size);
extern void* __libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void* block);

#define COUNT(what)                                                                                \
  do {                                                                                             \
    if (watching) now.what++;                                                                      \
  } while (0)

EXPORT void* malloc(size_t size) {
  COUNT(memory);
  return __libc_malloc(size);
}
EXPORT void* calloc(size_t n, size_t size) {
  COUNT(memory);
  return __libc_calloc(n, size);
}
EXPORT void* realloc(void* old, size_t size) {
  COUNT(memory);
  return __libc_realloc(old, size);
}
EXPORT void free(void* block) {
  COUNT(memory);
  __libc_free(block);
}
EXPORT void* memalign(size_t alignment, size_t size);
EXPORT void* memalign(size_t alignment, size_t size) {
  COUNT(memory);
  return __libc_memalign(alignment, size);
}
EXPORT void* aligned_alloc(size_t alignment, size_t size) {
  COUNT(memory);
  return __libc_memalign(alignment, size);
}
EXPORT int posix_memalign(void** out, size_t alignment, size_t size) {
  COUNT(memory);
  *out = __libc_memalign(alignment, size);
  return *out ? 0 : ENOMEM;
}

/// The C library's function of that name.
static void* next(const char* name) {
  const bool was = watching;
  watching = false;
  void* function = dlsym(RTLD_NEXT, name);
  watching = was;
  return function;
}

// Defines a function that counts and calls the real one, which is looked up at the first call.
#define REPLACE(what, name, parameters, arguments)                                                 \
  EXPORT int name parameters {                                                                     \
    static int(*real) parameters;                                                                  \
    if (!real) *(void**)(void*)&real = next(#name);                                                \
    COUNT(what);                                                                                   \
    return real arguments;                                                                         \
  }

REPLACE(locks, pthread_mutex_lock, (pthread_mutex_t * m), (m))
REPLACE(locks, pthread_mutex_trylock, (pthread_mutex_t * m), (m))
REPLACE(locks, pthread_rwlock_rdlock, (pthread_rwlock_t * l), (l))
REPLACE(locks, pthread_rwlock_wrlock, (pthread_rwlock_t * l), (l))
REPLACE(locks, pthread_cond_signal, (pthread_cond_t * c), (c))
REPLACE(locks, pthread_cond_broadcast, (pthread_cond_t * c), (c))
REPLACE(locks, pthread_cond_wait, (pthread_cond_t * c, pthread_mutex_t* m), (c, m))
REPLACE(locks, sem_post, (sem_t * s), (s))
REPLACE(locks, sem_wait, (sem_t * s), (s))
REPLACE(locks, pthread_once, (pthread_once_t * o, void (*f)(void)), (o, f))
REPLACE(clocks, clock_gettime, (clockid_t id, struct timespec* t), (id, t))
REPLACE(clocks, gettimeofday, (struct timeval* restrict t, void* restrict zone), (t, zone))
