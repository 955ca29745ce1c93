// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// outputs.h: the table.
#include "plugin/outputs.h"

const OutputKind* const output_kinds[OUTPUT_KINDS] = {
#define X(kind) &kind,
    OUTPUTS_LIST(X)
#undef X
};
