// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A replacement for PortAudio, with the devices that a test sets up; it records what it is asked
/// to do.  The test calls the stream's callback itself.
#ifndef CIRCUMPLEX_TESTS_AUDIO_FAKE_PORTAUDIO_H
#define CIRCUMPLEX_TESTS_AUDIO_FAKE_PORTAUDIO_H

#include <portaudio.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { FAKE_ALSA, FAKE_JACK, FAKE_APIS, FAKE_DEVICES = 6 };

typedef struct {
  // The devices; set them while no stream is open.
  bool has_card;                   ///< result of alsa_guard_passes()
  PaError initialize, open, start; ///< results of these calls
  bool takes_any_rate;             ///< false: only the device's default rate
  double latency;                  ///< of the stream, seconds
  PaDeviceIndex output;            ///< the default one
  bool has_api[FAKE_APIS];
  PaDeviceInfo devices[FAKE_DEVICES]; ///< those of ALSA, then those of JACK
  int n_devices[FAKE_APIS];
  PaDeviceIndex default_input[FAKE_APIS];
  atomic_int active; ///< result of Pa_IsStreamActive()

  // The requests so far.
  atomic_int n_initialized, n_terminated, n_opened, n_closed, n_stopped, n_aborted;
  PaStreamParameters parameters;
  double rate;
  PaStreamCallback* callback;
  void* data;
} FakeSound;

extern FakeSound fake;

/// Reset to one stereo output device that accepts any rate, and no requests.
void fake_reset(void);

#endif
