// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// PortAudio 19.6 ends the program by an assertion (BuildDeviceList) where ALSA has neither a card
/// nor a single PCM in its configuration, as in a bare container.  So we look before PortAudio does.
/// Thread: the one that is about to call Pa_Initialize().
#ifndef CIRCUMPLEX_AUDIO_ALSA_GUARD_H
#define CIRCUMPLEX_AUDIO_ALSA_GUARD_H

#include <stdbool.h>

/// \return whether Pa_Initialize() may be called; true where this PortAudio is built without ALSA
bool alsa_guard_passes(void);

#endif
