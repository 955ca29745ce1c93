// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Destinations that the user has allowed readings to be sent to.
///
/// A session may come from somebody else: what it would send to another machine waits until the
/// user allows it once.  The list is the file circumplex/destinations below $XDG_CONFIG_HOME or
/// ~/.config, one destination a line.  Thread: any but the audio thread.
#ifndef CIRCUMPLEX_PLUGIN_TRUST_H
#define CIRCUMPLEX_PLUGIN_TRUST_H

#include <stdbool.h>

/// \return whether \p destination was allowed before.
bool trust_has(const char* destination);

/// Allow \p destination from now on.  Where the file cannot be written, it is allowed just once.
void trust_add(const char* destination);

#endif
