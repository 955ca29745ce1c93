// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Implements fake_portaudio.h.
#include "audio/fake_portaudio.h"

#include "audio/alsa_guard.h"

#include <string.h>

FakeSound fake;

void fake_reset(void) {
  memset(&fake, 0, sizeof fake);
  fake.has_card = fake.takes_any_rate = true;
  fake.has_api[FAKE_ALSA] = true;
  fake.n_devices[FAKE_ALSA] = 1;
  fake.devices[0] = (PaDeviceInfo){.name = "out",
                                   .maxOutputChannels = 2,
                                   .defaultSampleRate = 16000.0,
                                   .defaultHighOutputLatency = 0.125};
  atomic_store(&fake.active, 1);
}

bool alsa_guard_passes(void) {
  return fake.has_card;
}

PaError Pa_Initialize(void) {
  if (fake.initialize == paNoError) atomic_fetch_add(&fake.n_initialized, 1);
  return fake.initialize;
}

PaError Pa_Terminate(void) {
  atomic_fetch_add(&fake.n_terminated, 1);
  return paNoError;
}

const char* Pa_GetErrorText(PaError error) {
  return error == paDeviceUnavailable ? "it is busy" : "it is odd";
}

PaDeviceIndex Pa_GetDefaultOutputDevice(void) {
  return fake.output;
}

const PaDeviceInfo* Pa_GetDeviceInfo(PaDeviceIndex device) {
  return device >= 0 && device < FAKE_DEVICES ? &fake.devices[device] : NULL;
}

PaHostApiIndex Pa_HostApiTypeIdToHostApiIndex(PaHostApiTypeId type) {
  const int api = type == paJACK ? FAKE_JACK : FAKE_ALSA;
  return fake.has_api[api] ? api : paHostApiNotFound;
}

const PaHostApiInfo* Pa_GetHostApiInfo(PaHostApiIndex api) {
  static PaHostApiInfo info;
  info.deviceCount = fake.n_devices[api];
  info.defaultInputDevice = fake.default_input[api];
  return &info;
}

PaDeviceIndex Pa_HostApiDeviceIndexToDeviceIndex(PaHostApiIndex api, int index) {
  return index + (api == FAKE_JACK ? fake.n_devices[FAKE_ALSA] : 0);
}

PaError Pa_IsFormatSupported(const PaStreamParameters* input, const PaStreamParameters* output,
                             double rate) {
  const double usual = fake.devices[(input ? input : output)->device].defaultSampleRate;
  const bool is_usual = rate >= usual && rate <= usual;
  return fake.takes_any_rate || is_usual ? paFormatIsSupported : paInvalidSampleRate;
}

PaError Pa_OpenStream(PaStream** stream, const PaStreamParameters* input,
                      const PaStreamParameters* output, double rate, unsigned long frames,
                      PaStreamFlags flags, PaStreamCallback* callback, void* data) {
  (void)frames;
  (void)flags;
  *stream = &fake;
  fake.parameters = input ? *input : *output;
  fake.rate = rate;
  fake.callback = callback;
  fake.data = data;
  if (fake.open == paNoError) atomic_fetch_add(&fake.n_opened, 1);
  return fake.open;
}

const PaStreamInfo* Pa_GetStreamInfo(PaStream* stream) {
  static PaStreamInfo info;
  (void)stream;
  info.outputLatency = fake.latency;
  return &info;
}

PaError Pa_StartStream(PaStream* stream) {
  (void)stream;
  return fake.start;
}

PaError Pa_StopStream(PaStream* stream) {
  (void)stream;
  atomic_fetch_add(&fake.n_stopped, 1);
  return paNoError;
}

PaError Pa_AbortStream(PaStream* stream) {
  (void)stream;
  atomic_fetch_add(&fake.n_aborted, 1);
  return paNoError;
}

PaError Pa_CloseStream(PaStream* stream) {
  (void)stream;
  atomic_fetch_add(&fake.n_closed, 1);
  return paNoError;
}

PaError Pa_IsStreamActive(PaStream* stream) {
  (void)stream;
  return atomic_load(&fake.active);
}
