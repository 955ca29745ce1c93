// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Checks that PortAudio can be started.  PortAudio 19.6 ends the program by an assertion
/// (BuildDeviceList) if ALSA has no sound card and no PCM in its configuration, as in a
/// container.
/// Thread: the one that is about to call Pa_Initialize().
#ifndef CIRCUMPLEX_AUDIO_ALSA_GUARD_H
#define CIRCUMPLEX_AUDIO_ALSA_GUARD_H

#include <stdbool.h>

/// \return whether Pa_Initialize() may be called; true if this PortAudio is built without ALSA
bool alsa_guard_passes(void);

#endif
