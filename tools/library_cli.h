// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the subcommands of `circumplex library` share: their options, opening the library, finding
/// the song that a command line means.
#ifndef CIRCUMPLEX_TOOLS_LIBRARY_CLI_H
#define CIRCUMPLEX_TOOLS_LIBRARY_CLI_H

#include "library/store.h"
#include "tools/cli.h"

int library_add(int argc, char** argv);

/// Open the library at \p path, or the default one if NULL; what goes wrong is reported.
Store* library_open(const char* path, StoreAccess access);

#endif
