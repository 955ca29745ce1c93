// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// outputs.h: the table.
#include "plugin/outputs.h"

#include "plugin/osc_out.h"

const OutputKind* const output_kinds[OUTPUT_KINDS] = {&osc_output};
