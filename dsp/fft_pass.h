// SPDX-License-Identifier: GPL-3.0-or-later
// One pass of the Fourier transform (fft.h) for one vector type; included once for each type.
// FFT_VEC is the type (a vector of floats, or float), FFT_WIDTH its number of floats, and
// FFT_NAME(x) makes a name.
//
// A pass of radix r at stride s transforms n = r m values (Stockham's autosort, decimation in
// frequency; Van Loan, Computational Frameworks for the FFT, sec. 1.7):
//   out[q + s (r p + k)] = w^(p k) sum over j of in[q + s (p + j m)] e^(-2 pi i j k / r)
// with w = e^(-2 pi i / n), for p < m and q < s.

typedef struct {
  FFT_VEC re, im;
} FFT_NAME(Complex);

#define C FFT_NAME(Complex)

FFT_INLINE C FFT_NAME(add)(C a, C b) {
  return (C){a.re + b.re, a.im + b.im};
}
FFT_INLINE C FFT_NAME(sub)(C a, C b) {
  return (C){a.re - b.re, a.im - b.im};
}
/// a - i b
FFT_INLINE C FFT_NAME(sub_i)(C a, C b) {
  return (C){a.re + b.im, a.im - b.re};
}
/// a + i b
FFT_INLINE C FFT_NAME(add_i)(C a, C b) {
  return (C){a.re - b.im, a.im + b.re};
}
/// a + t b, t real
FFT_INLINE C FFT_NAME(plus)(C a, float t, C b) {
  return (C){a.re + t * b.re, a.im + t * b.im};
}
FFT_INLINE C FFT_NAME(times)(float t, C a) {
  return (C){t * a.re, t * a.im};
}

FFT_INLINE void FFT_NAME(radix2)(C* x) {
  const C a = x[0], b = x[1];
  x[0] = FFT_NAME(add)(a, b);
  x[1] = FFT_NAME(sub)(a, b);
}

FFT_INLINE void FFT_NAME(radix3)(C* x) {
  const C sum = FFT_NAME(add)(x[1], x[2]);
  const C turn = FFT_NAME(times)(0.866025404f, FFT_NAME(sub)(x[1], x[2]));
  const C middle = FFT_NAME(plus)(x[0], -0.5f, sum);
  x[0] = FFT_NAME(add)(x[0], sum);
  x[1] = FFT_NAME(sub_i)(middle, turn);
  x[2] = FFT_NAME(add_i)(middle, turn);
}

FFT_INLINE void FFT_NAME(radix4)(C* x) {
  const C a = FFT_NAME(add)(x[0], x[2]), b = FFT_NAME(sub)(x[0], x[2]);
  const C c = FFT_NAME(add)(x[1], x[3]), d = FFT_NAME(sub)(x[1], x[3]);
  x[0] = FFT_NAME(add)(a, c);
  x[1] = FFT_NAME(sub_i)(b, d);
  x[2] = FFT_NAME(sub)(a, c);
  x[3] = FFT_NAME(add_i)(b, d);
}

FFT_INLINE void FFT_NAME(radix5)(C* x) {
  const float c1 = 0.309016994f, c2 = -0.809016994f, s1 = 0.951056516f, s2 = 0.587785252f;
  const C a = FFT_NAME(add)(x[1], x[4]), b = FFT_NAME(add)(x[2], x[3]);
  const C d = FFT_NAME(sub)(x[1], x[4]), e = FFT_NAME(sub)(x[2], x[3]);
  const C m1 = FFT_NAME(plus)(FFT_NAME(plus)(x[0], c1, a), c2, b);
  const C m2 = FFT_NAME(plus)(FFT_NAME(plus)(x[0], c2, a), c1, b);
  const C n1 = FFT_NAME(plus)(FFT_NAME(times)(s1, d), s2, e);
  const C n2 = FFT_NAME(plus)(FFT_NAME(times)(s2, d), -s1, e);
  x[0] = FFT_NAME(add)(x[0], FFT_NAME(add)(a, b));
  x[1] = FFT_NAME(sub_i)(m1, n1);
  x[2] = FFT_NAME(sub_i)(m2, n2);
  x[3] = FFT_NAME(add_i)(m2, n2);
  x[4] = FFT_NAME(add_i)(m1, n1);
}

/// x[0] + a[0] t[0] + a[1] t[1] + a[2] t[2]
FFT_INLINE C FFT_NAME(three)(C x, const C* a, float t0, float t1, float t2) {
  return FFT_NAME(plus)(FFT_NAME(plus)(FFT_NAME(plus)(x, t0, a[0]), t1, a[1]), t2, a[2]);
}

FFT_INLINE void FFT_NAME(radix7)(C* x) {
  const float c1 = 0.623489802f, c2 = -0.222520934f, c3 = -0.900968868f;
  const float s1 = 0.781831482f, s2 = 0.974927912f, s3 = 0.433883739f;
  const C a[3] = {FFT_NAME(add)(x[1], x[6]), FFT_NAME(add)(x[2], x[5]), FFT_NAME(add)(x[3], x[4])};
  const C d[3] = {FFT_NAME(sub)(x[1], x[6]), FFT_NAME(sub)(x[2], x[5]), FFT_NAME(sub)(x[3], x[4])};
  const C zero = {0};
  const C m1 = FFT_NAME(three)(x[0], a, c1, c2, c3), n1 = FFT_NAME(three)(zero, d, s1, s2, s3);
  const C m2 = FFT_NAME(three)(x[0], a, c2, c3, c1), n2 = FFT_NAME(three)(zero, d, s2, -s3, -s1);
  const C m3 = FFT_NAME(three)(x[0], a, c3, c1, c2), n3 = FFT_NAME(three)(zero, d, s3, -s1, s2);
  x[0] = FFT_NAME(three)(x[0], a, 1.0f, 1.0f, 1.0f);
  x[1] = FFT_NAME(sub_i)(m1, n1);
  x[2] = FFT_NAME(sub_i)(m2, n2);
  x[3] = FFT_NAME(sub_i)(m3, n3);
  x[4] = FFT_NAME(add_i)(m3, n3);
  x[5] = FFT_NAME(add_i)(m2, n2);
  x[6] = FFT_NAME(add_i)(m1, n1);
}

FFT_INLINE void FFT_NAME(radix)(const unsigned r, C* x) {
  if (r == 2) FFT_NAME(radix2)(x);
  if (r == 3) FFT_NAME(radix3)(x);
  if (r == 4) FFT_NAME(radix4)(x);
  if (r == 5) FFT_NAME(radix5)(x);
  if (r == 7) FFT_NAME(radix7)(x);
}

/// Twiddles for the differences of radix 8: y[k] e^(-2 pi i k / 8).
FFT_INLINE void FFT_NAME(eighths)(C* y) {
  const float h = 0.707106781f;
  y[1] = (C){h * (y[1].re + y[1].im), h * (y[1].im - y[1].re)};
  y[2] = (C){y[2].im, -y[2].re};
  y[3] = (C){h * (y[3].im - y[3].re), -h * (y[3].re + y[3].im)};
}

FFT_INLINE C FFT_NAME(read)(const float* a, const float* b, size_t at) {
  C x;
  memcpy(&x.re, a + at, sizeof x.re);
  memcpy(&x.im, b + at, sizeof x.im);
  return x;
}

/// \param w NULL, or the twiddles from k = 1
/// \param d NULL: write only the power, to c
FFT_INLINE void FFT_NAME(write)(C x, const float* w, unsigned k, float* c, float* d, size_t at) {
  C y = x;
  if (!d) {
    const FFT_VEC power = x.re * x.re + x.im * x.im;
    memcpy(c + at, &power, sizeof power);
    return;
  }
  if (w && k > 0) {
    const float re = w[2 * k - 2], im = w[2 * k - 1];
    y = (C){x.re * re - x.im * im, x.re * im + x.im * re};
  }
  memcpy(c + at, &y.re, sizeof y.re);
  memcpy(d + at, &y.im, sizeof y.im);
}

/// Half the outputs of radix 6, 8 or 10: those made from sums or those made from differences.  Half
/// at a time needs half as many registers.  Radix 2 times 3 and 2 times 5 need no twiddles between
/// the two factors (Good and Thomas).
FFT_INLINE void FFT_NAME(half)(const unsigned r, const bool differences, const float* w,
                               const float* a, const float* b, float* c, float* d,
                               const size_t* near, const size_t* far) {
  C y[FFT_LARGEST_RADIX / 2];
  const unsigned h = r / 2;
#pragma GCC unroll 5
  for (unsigned i = 0; i < h; ++i) {
    const C first = FFT_NAME(read)(a, b, far[r == 8 ? i : 2 * i]);
    const C second = FFT_NAME(read)(a, b, far[r == 8 ? i + 4 : (2 * i + h) % r]);
    y[i] = differences ? FFT_NAME(sub)(first, second) : FFT_NAME(add)(first, second);
  }
  if (r == 8 && differences) FFT_NAME(eighths)(y);
  FFT_NAME(radix)(h, y);
#pragma GCC unroll 5
  for (unsigned i = 0; i < h; ++i) {
    const unsigned k = r == 8 ? 2 * i + differences : ((h + 1) * i + h * differences) % r;
    FFT_NAME(write)(y[i], w, k, c, d, near[k]);
  }
}

/// One vector: reads in[q + s (p + j m)] from a (real) and b (imaginary), writes c (real) and d
/// (imaginary).  w is NULL where p is 0, else 2 (r - 1) floats: re, im of w^(p k) from k = 1.
FFT_INLINE void FFT_NAME(butterfly)(const unsigned r, const float* w, const float* a,
                                    const float* b, float* c, float* d, const size_t* near,
                                    const size_t* far) {
  if (r >= 6 && r != 7) {
    FFT_NAME(half)(r, false, w, a, b, c, d, near, far);
    FFT_NAME(half)(r, true, w, a, b, c, d, near, far);
    return;
  }
  C x[7];
#pragma GCC unroll 7
  for (unsigned j = 0; j < r; ++j)
    x[j] = FFT_NAME(read)(a, b, far[j]);
  FFT_NAME(radix)(r, x);
#pragma GCC unroll 7
  for (unsigned k = 0; k < r; ++k)
    FFT_NAME(write)(x[k], w, k, c, d, near[k]);
}

/// The butterflies with p = 0, which need no twiddles.
/// \param d NULL: write only the power, to c
FFT_INLINE void FFT_NAME(first_butterflies)(const unsigned r, const size_t n, const size_t s,
                                            const float* in, float* c, float* d, const size_t* near,
                                            const size_t* far) {
  const size_t whole = s - s % FFT_WIDTH, last = s - FFT_WIDTH;
  for (size_t q = 0; q < whole; q += FFT_WIDTH)
    FFT_NAME(butterfly)(r, NULL, in + q, in + n + q, c + q, d ? d + q : NULL, near, far);
  if (whole < s) // the last vector overlaps the one before
    FFT_NAME(butterfly)
  (r, NULL, in + last, in + n + last, c + last, d ? d + last : NULL, near, far);
}

/// \param n,m,s the pass's length, rest and stride
/// \param power whether this is the last pass and only the power is wanted
FFT_INLINE void FFT_NAME(butterflies)(const unsigned r, const size_t n, const size_t m,
                                      const size_t s, const bool power, const float* twiddles,
                                      const float* in, float* out) {
  const size_t whole = s - s % FFT_WIDTH;
  size_t near[FFT_LARGEST_RADIX], far[FFT_LARGEST_RADIX];
#pragma GCC unroll 10
  for (unsigned j = 0; j < r; ++j)
    near[j] = s * j, far[j] = s * m * j;
  FFT_NAME(first_butterflies)(r, n, s, in, out, power ? NULL : out + n, near, far);
  if (m == 1) return;
  const float* w = twiddles + 2 * (r - 1);
  const float *a = in + s, *b = a + n;
  float *c = out + s * r, *d = c + n;
  if (s == FFT_WIDTH) {
    for (size_t p = 1; p < m; ++p, a += s, b += s, c += s * r, d += s * r, w += 2 * (r - 1))
      FFT_NAME(butterfly)(r, w, a, b, c, d, near, far);
    return;
  }
  for (size_t p = 1; p < m; ++p, a += s, b += s, c += s * r, d += s * r, w += 2 * (r - 1)) {
    float v[2 * FFT_LARGEST_RADIX];
    memcpy(v, w, 2 * (r - 1) * sizeof *v);
    for (size_t q = 0; q < whole; q += FFT_WIDTH)
      FFT_NAME(butterfly)(r, v, a + q, b + q, c + q, d + q, near, far);
    if (whole < s) {
      const size_t q = s - FFT_WIDTH;
      FFT_NAME(butterfly)(r, v, a + q, b + q, c + q, d + q, near, far);
    }
  }
}

#define FFT_PASS(r)                                                                                \
  case r:                                                                                          \
    FFT_NAME(butterflies)                                                                          \
    (r, pass->length, pass->rest, pass->stride, false, pass->twiddles, in, out);                   \
    break;
static void FFT_NAME(pass)(const FftPass* pass, const float* in, float* out) {
  switch (pass->radix) {
    FFT_PASS(2)
    FFT_PASS(3)
    FFT_PASS(4)
    FFT_PASS(5)
    FFT_PASS(6)
    FFT_PASS(7)
    FFT_PASS(8)
    FFT_PASS(10)
  }
}
#undef FFT_PASS

#undef C
#undef FFT_VEC
#undef FFT_WIDTH
#undef FFT_NAME
