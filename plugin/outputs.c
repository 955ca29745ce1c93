// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The table of outputs.h, and questions about its rows.
#include "plugin/outputs.h"

#include "plugin/net_target.h"

const OutputKind* const output_kinds[OUTPUT_KINDS] = {
#define X(kind) &kind,
    OUTPUTS_LIST(X)
#undef X
};

const char* output_destination(const OutputKind* kind, const Properties* settings) {
  const char* text = property_get(settings, kind->target);
  NetTarget target;
  char error[256];
  if (net_target_parse(&target, kind->scheme, text, error, sizeof error) != 0) return NULL;
  return net_target_is_loopback(&target) ? NULL : text;
}

bool output_looks_up(const OutputKind* kind, const Properties* settings) {
  return net_target_is_name(kind->scheme, property_get(settings, kind->target));
}
