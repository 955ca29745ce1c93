// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Prints what the window does, a line per event, on standard error (`--trace`): for reports and
/// tests.
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_LIBRARY_TRACE_H
#define CIRCUMPLEX_GUI_LIBRARY_TRACE_H

#include "gui/library/layout.h"
#include "gui/library/view_model.h"

typedef struct {
  bool on;
} Trace;

void trace_line(const Trace* trace, const char* format, ...) __attribute__((format(printf, 2, 3)));

/// Where everything is, px: "place NAME X Y WIDTH HEIGHT".
void trace_layout(const Trace* trace, const LibraryLayout* layout);

/// The answer that the window shows.
void trace_answer(const Trace* trace, const LibraryView* view);

#endif
