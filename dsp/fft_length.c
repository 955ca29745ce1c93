// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of fft.h that do not depend on the implementation: allowed lengths, choice of kernels.
#include "dsp/fft.h"
#include "dsp/kernels.h"

static const unsigned primes[] = {2, 3, 5, 7};

static size_t without_small_primes(size_t n) {
  for (size_t i = 0; i < sizeof primes / sizeof *primes; ++i)
    while (n % primes[i] == 0)
      n /= primes[i];
  return n;
}

bool fft_takes(size_t n) {
  return n >= 4 && n <= FFT_LARGEST && without_small_primes(n) == 1;
}

size_t fft_friendly_size(size_t n) {
  size_t size = n < 4 ? 4 : n;
  while (without_small_primes(size) != 1)
    ++size;
  return size;
}

Fft* fft_new(size_t n) {
  return fft_new_with(n, kernels_get());
}
