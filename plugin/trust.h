// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The list of network destinations that the user has allowed.
///
/// A session may come from someone else, so it sends to another machine only after the user has
/// allowed that destination once.  The list is the file circumplex/destinations below
/// $XDG_CONFIG_HOME or ~/.config, with one destination per line.  Thread: any except the audio
/// thread.
#ifndef CIRCUMPLEX_PLUGIN_TRUST_H
#define CIRCUMPLEX_PLUGIN_TRUST_H

#include <stdbool.h>

/// \return whether \p destination was allowed before.
bool trust_has(const char* destination);

/// Allow \p destination from now on.  If the file cannot be written, it is not remembered.
void trust_add(const char* destination);

#endif
