// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Flushes denormal numbers to zero during a call, and restores the caller's mode after it.
///
/// Otherwise a decaying signal becomes denormal, and operations can be a hundred times slower.
/// Thread: changes only the calling thread.
#ifndef CIRCUMPLEX_PLUGIN_DENORMALS_H
#define CIRCUMPLEX_PLUGIN_DENORMALS_H

#include <stdint.h>

#if defined(__SSE__)
#include <xmmintrin.h>

typedef unsigned DenormalMode;

/// \return the mode for denormals_restore()
static inline DenormalMode denormals_flush(void) {
  const unsigned mode = _mm_getcsr();
  _mm_setcsr(mode | 0x8040u); // FTZ (bit 15) and DAZ (bit 6)
  return mode;
}
static inline void denormals_restore(DenormalMode mode) {
  _mm_setcsr(mode);
}

#elif defined(__aarch64__)

typedef uint64_t DenormalMode;

static inline DenormalMode denormals_flush(void) {
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | (1u << 24))); // FZ
  return mode;
}
static inline void denormals_restore(DenormalMode mode) {
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
}

#else

typedef int DenormalMode;
static inline DenormalMode denormals_flush(void) {
  return 0;
}
static inline void denormals_restore(DenormalMode mode) {
  (void)mode;
}

#endif
#endif
