// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What a sound server plays or a device hears, as stereo: through PortAudio.
///
///     Capture* capture = capture_open("pulse", &rate, error, sizeof error);
///     while ((n = capture_read(capture, left, right, room)) >= 0) ...
///     capture_close(capture);
///
/// Thread: one; the device's own thread fills a ring.  What does not fit there (nobody reads for
/// ten seconds) is lost and counted.
#ifndef CIRCUMPLEX_AUDIO_CAPTURE_H
#define CIRCUMPLEX_AUDIO_CAPTURE_H

#include <stddef.h>

typedef struct Capture Capture;

/// \param what "pulse", "jack" or "alsa", or one of them with ":DEVICE" behind it.
/// - pulse (also PipeWire's): what the default output plays; DEVICE: a source's name
/// - jack: the first client that plays, else the sound card's inputs; DEVICE: a client's name
/// - alsa: the default input; DEVICE: a part of a device's name
/// \param[out] rate Hz  \return NULL and an error message
Capture* capture_open(const char* what, double* rate, char* error, size_t error_size);

/// Wait for sound, a fifth of a second at most.
/// \return frames, 0 if none came, -1 if the device or its server is gone
ptrdiff_t capture_read(Capture* capture, float* left, float* right, size_t n);

size_t capture_lost(const Capture* capture); ///< frames that did not fit
size_t capture_gaps(const Capture* capture); ///< times that the system lost sound before it came
void capture_close(Capture* capture);        ///< NULL is allowed

#endif
