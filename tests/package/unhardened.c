// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A program linked without hardening: the control of hardening.sh.
#include <stdio.h>

int main(void) {
  return puts("unhardened") < 0;
}
