// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A sound system without sound: stands in for PortAudio, with the devices that a test sets up, and
/// notes what it is asked to do.  The test calls the stream's callback itself.
#ifndef CIRCUMPLEX_TESTS_AUDIO_FAKE_PORTAUDIO_H
#define CIRCUMPLEX_TESTS_AUDIO_FAKE_PORTAUDIO_H

#include <portaudio.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { FAKE_ALSA, FAKE_JACK, FAKE_APIS, FAKE_DEVICES = 6 };

typedef struct {
  // What there is; set while nothing is open.
  bool has_card;                   ///< what alsa_guard_passes() says
  PaError initialize, open, start; ///< what these calls return
  bool takes_any_rate;             ///< else only the device's default rate
  double latency;                  ///< of the stream, s
  PaDeviceIndex output;            ///< the default one
  bool has_api[FAKE_APIS];
  PaDeviceInfo devices[FAKE_DEVICES]; ///< those of ALSA, then those of JACK
  int n_devices[FAKE_APIS];
  PaDeviceIndex default_input[FAKE_APIS];
  atomic_int active; ///< what Pa_IsStreamActive() returns

  // What was asked for.
  atomic_int n_initialized, n_terminated, n_opened, n_closed, n_stopped, n_aborted;
  PaStreamParameters parameters;
  double rate;
  PaStreamCallback* callback;
  void* data;
} FakeSound;

extern FakeSound fake;

/// One stereo device for output, which takes any rate; nothing was asked for yet.
void fake_reset(void);

#endif
