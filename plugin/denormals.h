// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Flush denormal numbers to zero for the length of a call, and put the caller's mode back.
///
/// A decaying signal otherwise runs into numbers that cost the processor a hundred times as much.
/// Thread: acts on the calling thread alone.
#ifndef CIRCUMPLEX_PLUGIN_DENORMALS_H
#define CIRCUMPLEX_PLUGIN_DENORMALS_H

#include <stdint.h>

#if defined(__SSE__)
#include <xmmintrin.h>

typedef unsigned DenormalMode;

/// \return the mode to give back to denormals_restore().
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
