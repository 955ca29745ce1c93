// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Records what a sound server plays or what a device receives, as stereo, with PortAudio.
///
///     Capture* capture = capture_open("pulse", &rate, error, sizeof error);
///     while ((n = capture_read(capture, left, right, room)) >= 0) ...
///     capture_close(capture);
///
/// Thread: one.  The device's own thread writes into a ring buffer of ten seconds; sound that does
/// not fit is lost and counted.
#ifndef CIRCUMPLEX_AUDIO_CAPTURE_H
#define CIRCUMPLEX_AUDIO_CAPTURE_H

#include <stddef.h>

typedef struct Capture Capture;

/// \param what "pulse", "jack" or "alsa", or one of them followed by ":DEVICE".
/// - pulse (also PipeWire's): what the default output plays; DEVICE: a source's name
/// - jack: the first client that plays, otherwise the sound card's inputs; DEVICE: a client's name
/// - alsa: the default input; DEVICE: a part of a device's name
/// \param[out] rate Hz  \return NULL and an error message
Capture* capture_open(const char* what, double* rate, char* error, size_t error_size);

/// Wait for sound, at most 0.2 s.
/// \return frames, 0 if none came, -1 if the device or its server is gone
ptrdiff_t capture_read(Capture* capture, float* left, float* right, size_t n);

size_t capture_lost(const Capture* capture); ///< frames that did not fit
size_t capture_gaps(const Capture* capture); ///< times that the system lost sound before it arrived
void capture_close(Capture* capture);        ///< NULL is allowed

#endif
