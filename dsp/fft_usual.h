// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The passes for the usual window lengths (48 and 44.1 kHz) and twice these lengths, as constants,
/// so that the compiler can put the strides into the instructions.  They must be the passes that
/// fft.c chooses for vectors of 8 and of 4; a test compares.
#ifndef CIRCUMPLEX_DSP_FFT_USUAL_H
#define CIRCUMPLEX_DSP_FFT_USUAL_H

/// X(width, radix, length, rest, stride), the last four as in FftPass.
#define FFT_USUAL_8(X)                                                                             \
  X(fftn, 4, 1920, 60, 8)                                                                          \
  X(fftn, 6, 1920, 10, 32)                                                                         \
  X(fftn, 10, 1920, 1, 192)                                                                        \
  X(fftn, 6, 3840, 80, 8)                                                                          \
  X(fftn, 8, 3840, 10, 48)                                                                         \
  X(fftn, 10, 3840, 1, 384)                                                                        \
  X(fft4, 3, 1764, 147, 4)                                                                         \
  X(fftn, 3, 1764, 49, 12)                                                                         \
  X(fftn, 7, 1764, 7, 36)                                                                          \
  X(fftn, 7, 1764, 1, 252)                                                                         \
  X(fftn, 3, 3528, 147, 8)                                                                         \
  X(fftn, 3, 3528, 49, 24)                                                                         \
  X(fftn, 7, 3528, 7, 72)                                                                          \
  X(fftn, 7, 3528, 1, 504)

#define FFT_USUAL_4(X)                                                                             \
  X(fftn, 6, 1920, 80, 4)                                                                          \
  X(fftn, 8, 1920, 10, 24)                                                                         \
  X(fftn, 10, 1920, 1, 192)                                                                        \
  X(fftn, 4, 3840, 240, 4)                                                                         \
  X(fftn, 4, 3840, 60, 16)                                                                         \
  X(fftn, 6, 3840, 10, 64)                                                                         \
  X(fftn, 10, 3840, 1, 384)                                                                        \
  X(fftn, 3, 1764, 147, 4)                                                                         \
  X(fftn, 3, 1764, 49, 12)                                                                         \
  X(fftn, 7, 1764, 7, 36)                                                                          \
  X(fftn, 7, 1764, 1, 252)                                                                         \
  X(fftn, 3, 3528, 294, 4)                                                                         \
  X(fftn, 6, 3528, 49, 12)                                                                         \
  X(fftn, 7, 3528, 7, 72)                                                                          \
  X(fftn, 7, 3528, 1, 504)

#endif
