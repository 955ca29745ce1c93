// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The one function of the front end that the model reader calls, so that run.sh need not build
/// (and instrument) FFTW's users.
#include "dsp/frontend.h"

FrontendSpec frontend_default_spec(void) {
  return (FrontendSpec){64, 30, 10000};
}
