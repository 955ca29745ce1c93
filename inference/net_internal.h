// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// For tests and bench/: creates a net that uses a given version of compute.h.
#ifndef CIRCUMPLEX_INFERENCE_NET_INTERNAL_H
#define CIRCUMPLEX_INFERENCE_NET_INTERNAL_H

#include "inference/compute.h"
#include "inference/net.h"

/// net_new() with \p compute in place of compute_get().
Net* net_new_with(Model* model, const Compute* compute);

#endif
