// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Shows a file in the user's file manager: with org.freedesktop.FileManager1, which selects the
/// file, otherwise with the program that opens folders.  Thread: any; may take
/// long.
#ifndef CIRCUMPLEX_GUI_LIBRARY_OPENER_H
#define CIRCUMPLEX_GUI_LIBRARY_OPENER_H

#include <stddef.h>

/// \return 0, or -1 and an error message (the file is gone)
int opener_show(const char* path, char* error, size_t error_size);

#endif
