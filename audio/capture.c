// SPDX-License-Identifier: GPL-3.0-or-later
// Records what a sound server plays or what a device receives, with PortAudio.
#include "audio/capture.h"

#include "audio/alsa_guard.h"
#include "dsp/ring.h"

#include <portaudio.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SECONDS = 10, PIECES = 20, PIECE_MS = 10, BLOCK = 512 }; // size of the ring; parts of a wait

struct Capture {
  bool is_initialized;
  PaStream* stream;
  unsigned channels; ///< 1 or 2
  Ring* ring;        ///< of stereo frames
  atomic_size_t lost;
  atomic_size_t gaps; ///< overflows that PortAudio reported
};

typedef struct {
  float left, right;
} StereoFrame;

static int on_audio(const void* input, void* output, unsigned long frames,
                    const PaStreamCallbackTimeInfo* time, PaStreamCallbackFlags flags,
                    void* handle) {
  (void)output;
  (void)time;
  Capture* c = handle;
  const float* in = input;
  if ((flags & paInputOverflow) != 0) // PortAudio does not say how much was lost
    atomic_fetch_add_explicit(&c->gaps, 1, memory_order_relaxed);
  StereoFrame block[BLOCK];
  for (unsigned long done = 0; in && done < frames;) {
    const size_t n = frames - done < BLOCK ? (size_t)(frames - done) : BLOCK;
    for (size_t i = 0; i < n; ++i, in += c->channels)
      block[i] = (StereoFrame){in[0], in[c->channels - 1]};
    if (ring_push(c->ring, block, n) == 0)
      atomic_fetch_add_explicit(&c->lost, n, memory_order_relaxed);
    done += n;
  }
  return paContinue;
}

/// \return the host API of that name, or -1
static PaHostApiIndex find_api(const char* name) {
  const bool is_jack = strcmp(name, "jack") == 0;
  if (!is_jack && strcmp(name, "pulse") != 0 && strcmp(name, "alsa") != 0) return -1;
  // PulseAudio is reached through the ALSA device of this name.
  return Pa_HostApiTypeIdToHostApiIndex(is_jack ? paJACK : paALSA);
}

/// \return a device with inputs, or paNoDevice
static PaDeviceIndex find_device(PaHostApiIndex api, const char* kind, const char* name) {
  const PaHostApiInfo* info = Pa_GetHostApiInfo(api);
  const bool is_jack = strcmp(kind, "jack") == 0, is_pulse = strcmp(kind, "pulse") == 0;
  PaDeviceIndex fallback = is_pulse ? paNoDevice : info->defaultInputDevice;
  for (int i = 0; i < info->deviceCount; ++i) {
    const PaDeviceIndex device = Pa_HostApiDeviceIndexToDeviceIndex(api, i);
    const PaDeviceInfo* d = device >= 0 ? Pa_GetDeviceInfo(device) : NULL;
    if (!d || d->maxInputChannels < 1) continue;
    if (is_pulse && strcmp(d->name, "pulse") == 0) return device;
    if (!is_pulse && name && strstr(d->name, name)) return device;
    if (is_jack && !name && strcmp(d->name, "system") != 0) return device;
    if (is_jack && fallback == paNoDevice) fallback = device;
  }
  return name ? paNoDevice : fallback;
}

/// An error message: why there is no device of a kind.
static const char* absence(const char* kind) {
  if (strcmp(kind, "pulse") == 0)
    return "PulseAudio or PipeWire cannot be reached: is it running, and is ALSA's plugin for it "
           "there (libasound2-plugins)?";
  return strcmp(kind, "jack") == 0 ? "JACK cannot be reached: is it running?"
                                   : "ALSA has no device that could be heard";
}

static int fail(char* error, size_t error_size, const char* text, const char* what) {
  snprintf(error, error_size, text, what);
  return -1;
}

static int start(Capture* c, PaDeviceIndex device, double* rate, char* error, size_t error_size) {
  const PaDeviceInfo* info = Pa_GetDeviceInfo(device);
  c->channels = info->maxInputChannels > 1 ? 2 : 1;
  *rate = info->defaultSampleRate;
  c->ring = ring_new((size_t)(*rate * SECONDS), sizeof(StereoFrame));
  if (!c->ring) return fail(error, error_size, "%s", "out of memory");
  const PaStreamParameters in = {.device = device,
                                 .channelCount = (int)c->channels,
                                 .sampleFormat = paFloat32,
                                 .suggestedLatency = info->defaultHighInputLatency};
  PaError status = Pa_OpenStream(&c->stream, &in, NULL, *rate, paFramesPerBufferUnspecified,
                                 paNoFlag, on_audio, c);
  if (status != paNoError) c->stream = NULL;
  if (status == paNoError) status = Pa_StartStream(c->stream);
  if (status == paNoError) return 0;
  // PortAudio does not pass on the error message of the system's library.
  return fail(error, error_size, "cannot be opened (%s): is there such a source?",
              Pa_GetErrorText(status));
}

/// \param name of a device, or NULL
static int open_kind(Capture* c, const char* kind, const char* name, double* rate, char* error,
                     size_t error_size) {
  if (!alsa_guard_passes()) return fail(error, error_size, "%s", "there is no sound device");
  const PaError status = Pa_Initialize();
  if (status != paNoError) return fail(error, error_size, "%s", Pa_GetErrorText(status));
  c->is_initialized = true;
  const PaHostApiIndex api = find_api(kind);
  if (api < 0) return fail(error, error_size, "%s", absence(kind));
  const PaDeviceIndex device = find_device(api, kind, name);
  if (device == paNoDevice)
    return name ? fail(error, error_size, "there is no device '%s' that could be heard", name)
                : fail(error, error_size, "%s", absence(kind));
  return start(c, device, rate, error, error_size);
}

Capture* capture_open(const char* what, double* rate, char* error, size_t error_size) {
  char kind[16] = "";
  const char* colon = strchr(what, ':');
  const size_t length = colon ? (size_t)(colon - what) : strlen(what);
  if (length < sizeof kind) memcpy(kind, what, length);
  if (strcmp(kind, "jack") != 0 && strcmp(kind, "pulse") != 0 && strcmp(kind, "alsa") != 0) {
    fail(error, error_size, "'%s' is none of jack, pulse and alsa", what);
    return NULL;
  }
  const char* name = colon && colon[1] != '\0' ? colon + 1 : NULL;
  // PulseAudio's client library reads this variable; a value set by the user is kept.
  if (strcmp(kind, "pulse") == 0)
    setenv("PULSE_SOURCE", name ? name : "@DEFAULT_MONITOR@", name ? 1 : 0);
  Capture* c = calloc(1, sizeof *c);
  if (!c) {
    fail(error, error_size, "%s", "out of memory");
    return NULL;
  }
  if (open_kind(c, kind, name, rate, error, error_size) == 0) return c;
  capture_close(c);
  return NULL;
}

ptrdiff_t capture_read(Capture* capture, float* left, float* right, size_t n) {
  const struct timespec piece = {0, PIECE_MS * 1000000L};
  StereoFrame block[BLOCK];
  for (int i = 0; i < PIECES; ++i) {
    const size_t got = ring_pop(capture->ring, block, n < BLOCK ? n : BLOCK);
    for (size_t k = 0; k < got; ++k) {
      left[k] = block[k].left;
      right[k] = block[k].right;
    }
    if (got > 0) return (ptrdiff_t)got;
    if (Pa_IsStreamActive(capture->stream) != 1) return -1;
    nanosleep(&piece, NULL);
  }
  return 0;
}

size_t capture_lost(const Capture* capture) {
  return atomic_load_explicit(&capture->lost, memory_order_relaxed);
}

size_t capture_gaps(const Capture* capture) {
  return atomic_load_explicit(&capture->gaps, memory_order_relaxed);
}

void capture_close(Capture* capture) {
  if (!capture) return;
  if (capture->stream) {
    Pa_AbortStream(capture->stream);
    Pa_CloseStream(capture->stream);
  }
  if (capture->is_initialized) Pa_Terminate();
  ring_free(capture->ring);
  free(capture);
}
