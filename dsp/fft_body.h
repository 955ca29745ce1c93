// SPDX-License-Identifier: GPL-3.0-or-later
// The passes of the Fourier transform (fft.h); kernels_body.h includes it once per instruction set.
#include "dsp/fft.h"
#include "dsp/fft_usual.h"

#include <stdbool.h>
#include <string.h>

#define FFT_INLINE static inline __attribute__((always_inline))
#define FFT_LARGEST_RADIX 10

#ifdef __AVX__
#define FFT_LANES 8
typedef float FftLanes __attribute__((vector_size(32)));
typedef float FftHalf __attribute__((vector_size(16)));
#define FFT_VEC FftHalf
#define FFT_WIDTH 4
#define FFT_NAME(x) fft4_##x
#include "dsp/fft_pass.h"
#else
#define FFT_LANES 4
typedef float FftLanes __attribute__((vector_size(16)));
#endif

#define FFT_VEC float
#define FFT_WIDTH 1
#define FFT_NAME(x) fft1_##x
#include "dsp/fft_pass.h"

#define FFT_VEC FftLanes
#define FFT_WIDTH FFT_LANES
#define FFT_NAME(x) fftn_##x
#include "dsp/fft_pass.h"

typedef fftn_Complex FftComplex;

FFT_INLINE FftLanes fft_load(const float* x) {
  FftLanes v;
  memcpy(&v, x, sizeof v);
  return v;
}

#if FFT_LANES == 8
/// Transpose an 8 x 8 matrix.
FFT_INLINE void fft_turn_square(FftLanes* x) {
  FftLanes a[8], b[8];
#pragma GCC unroll 8
  for (int i = 0; i < 8; i += 2) {
    a[i] = __builtin_shufflevector(x[i], x[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    a[i + 1] = __builtin_shufflevector(x[i], x[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma GCC unroll 8
  for (int i = 0; i < 8; i += 4)
#pragma GCC unroll 8
    for (int j = 0; j < 2; ++j) {
      b[i + 2 * j] = __builtin_shufflevector(a[i + j], a[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      b[i + 2 * j + 1] =
          __builtin_shufflevector(a[i + j], a[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma GCC unroll 8
  for (int i = 0; i < 4; ++i) {
    x[i] = __builtin_shufflevector(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    x[i + 4] = __builtin_shufflevector(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/// Four vectors interleaved: x[0][0], x[1][0], x[2][0], x[3][0], x[0][1] ...
FFT_INLINE void fft_turn_four(FftLanes* x) {
  const FftLanes a = __builtin_shufflevector(x[0], x[1], 0, 8, 1, 9, 4, 12, 5, 13);
  const FftLanes b = __builtin_shufflevector(x[0], x[1], 2, 10, 3, 11, 6, 14, 7, 15);
  const FftLanes c = __builtin_shufflevector(x[2], x[3], 0, 8, 1, 9, 4, 12, 5, 13);
  const FftLanes d = __builtin_shufflevector(x[2], x[3], 2, 10, 3, 11, 6, 14, 7, 15);
  const FftLanes e = __builtin_shufflevector(a, c, 0, 1, 8, 9, 4, 5, 12, 13);
  const FftLanes f = __builtin_shufflevector(a, c, 2, 3, 10, 11, 6, 7, 14, 15);
  const FftLanes g = __builtin_shufflevector(b, d, 0, 1, 8, 9, 4, 5, 12, 13);
  const FftLanes h = __builtin_shufflevector(b, d, 2, 3, 10, 11, 6, 7, 14, 15);
  x[0] = __builtin_shufflevector(e, f, 0, 1, 2, 3, 8, 9, 10, 11);
  x[1] = __builtin_shufflevector(g, h, 0, 1, 2, 3, 8, 9, 10, 11);
  x[2] = __builtin_shufflevector(e, f, 4, 5, 6, 7, 12, 13, 14, 15);
  x[3] = __builtin_shufflevector(g, h, 4, 5, 6, 7, 12, 13, 14, 15);
}

#else
FFT_INLINE void fft_turn_four(FftLanes* x) {
  const FftLanes a = __builtin_shufflevector(x[0], x[1], 0, 4, 1, 5);
  const FftLanes b = __builtin_shufflevector(x[0], x[1], 2, 6, 3, 7);
  const FftLanes c = __builtin_shufflevector(x[2], x[3], 0, 4, 1, 5);
  const FftLanes d = __builtin_shufflevector(x[2], x[3], 2, 6, 3, 7);
  x[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  x[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  x[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  x[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}
#endif

#if FFT_LANES == 8
FFT_INLINE void fft_radix8(FftComplex* x) {
  FftComplex sums[4], differences[4];
#pragma GCC unroll 4
  for (unsigned i = 0; i < 4; ++i)
    sums[i] = fftn_add(x[i], x[i + 4]), differences[i] = fftn_sub(x[i], x[i + 4]);
  fftn_eighths(differences);
  fftn_radix4(sums);
  fftn_radix4(differences);
#pragma GCC unroll 4
  for (unsigned i = 0; i < 4; ++i)
    x[2 * i] = sums[i], x[2 * i + 1] = differences[i];
}
#endif

/// FFT_LANES butterflies of the first pass, from index p.  The stride is 1, so vectors run along p,
/// and their results are transposed before they are stored.
FFT_INLINE void fft_first_butterflies(const unsigned r, const size_t m, size_t p,
                                      const float* twiddles, const float* re, const float* im,
                                      const float* window, float* out) {
  const size_t n = r * m;
  FftComplex x[FFT_LARGEST_RADIX];
#pragma GCC unroll 8
  for (unsigned j = 0; j < r; ++j) {
    const FftLanes w = fft_load(window + p + m * j);
    x[j] = (FftComplex){w * fft_load(re + p + m * j), w * fft_load(im + p + m * j)};
  }
#if FFT_LANES == 8
  if (r == 8) fft_radix8(x);
#endif
  if (r == 4) fftn_radix4(x);
  FftLanes y[2][FFT_LARGEST_RADIX];
  y[0][0] = x[0].re, y[1][0] = x[0].im;
#pragma GCC unroll 8
  for (unsigned k = 1; k < r; ++k) {
    const FftLanes wr = fft_load(twiddles + 2 * m * (k - 1) + p);
    const FftLanes wi = fft_load(twiddles + 2 * m * (k - 1) + m + p);
    y[0][k] = x[k].re * wr - x[k].im * wi;
    y[1][k] = x[k].re * wi + x[k].im * wr;
  }
#pragma GCC unroll 8
  for (int half = 0; half < 2; ++half) {
    if (r == 4) fft_turn_four(y[half]);
#if FFT_LANES == 8
    if (r == 8) fft_turn_square(y[half]);
#endif
#pragma GCC unroll 8
    for (unsigned k = 0; k < r; ++k)
      memcpy(out + (half ? n : 0) + r * p + FFT_LANES * k, &y[half][k], sizeof y[half][k]);
  }
}

FFT_INLINE void fft_first_all(const unsigned r, const size_t m, const float* twiddles,
                              const float* re, const float* im, const float* window, float* out) {
  for (size_t p = 0; p + FFT_LANES <= m; p += FFT_LANES)
    fft_first_butterflies(r, m, p, twiddles, re, im, window, out);
  if (m % FFT_LANES) fft_first_butterflies(r, m, m - FFT_LANES, twiddles, re, im, window, out);
}

static void fft_first(const FftPass* pass, const float* re, const float* im, const float* window,
                      float* out) {
  const float* twiddles = pass->twiddles;
#if FFT_LANES == 8
  if (pass->radix == 8) {
    if (pass->rest == 240) // 48 kHz
      fft_first_all(8, 240, twiddles, re, im, window, out);
    else
      fft_first_all(8, pass->rest, twiddles, re, im, window, out);
    return;
  }
#endif
  fft_first_all(4, pass->rest, twiddles, re, im, window, out);
}

static unsigned fft_first_radix(size_t n) {
  for (unsigned r = FFT_LANES; r >= 4; r /= 2)
    if (n % r == 0 && n / r >= FFT_LANES) return r;
  return 0;
}

/// \param power whether this is the last pass and only the power is wanted
static bool fft_usual_pass(const FftPass* pass, bool power, const float* in, float* out) {
#define FFT_PASS(width, r, n, m, s)                                                                \
  if (pass->radix == r && pass->length == n && pass->stride == s && power == (m == 1)) {           \
    width##_butterflies(r, n, m, s, m == 1, pass->twiddles, in, out);                              \
    return true;                                                                                   \
  }
#if FFT_LANES == 8
  FFT_USUAL_8(FFT_PASS)
#else
  FFT_USUAL_4(FFT_PASS)
#endif
#undef FFT_PASS
  return false;
}

static void fft_pass(const FftPass* pass, const float* in, float* out) {
  if (fft_usual_pass(pass, false, in, out)) return;
  if (pass->stride >= FFT_LANES) fftn_pass(pass, in, out);
#if FFT_LANES == 8
  else if (pass->stride >= 4)
    fft4_pass(pass, in, out);
#endif
  else
    fft1_pass(pass, in, out);
}

static void fft_last_power(const FftPass* pass, const float* in, float* out) {
  if (fft_usual_pass(pass, true, in, out)) return;
  fft_pass(pass, in, out);
  for (size_t i = 0; i < pass->length; ++i)
    out[i] = out[i] * out[i] + out[pass->length + i] * out[pass->length + i];
}
