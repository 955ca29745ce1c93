// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// For the tests and the bench: a net that computes with a given table.
#ifndef CIRCUMPLEX_INFERENCE_NET_INTERNAL_H
#define CIRCUMPLEX_INFERENCE_NET_INTERNAL_H

#include "inference/compute.h"
#include "inference/net.h"

/// net_new() with \p compute in place of compute_get().
Net* net_new_with(Model* model, const Compute* compute);

#endif
