// SPDX-License-Identifier: GPL-3.0-or-later
// Plays a part of a sound file.  The reader thread owns the file and the device; the
// window's thread gives it commands under a lock.  The device's callback uses only the ring and
// atomics: it does not lock, allocate or make system calls.
#include "audio/player.h"

#include "audio/alsa_guard.h"
#include "audio/excerpt.h"
#include "dsp/clock.h"
#include "dsp/ring.h"

#include <errno.h>
#include <math.h>
#include <portaudio.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RING_FLOATS 65536 // 0.7 s of stereo at 48 kHz
#define BLOCK 1024        // frames pushed at a time
#define END_MS 3000       // a client of a dead sound server may hang forever
#define PATIENCE 8.0      // s without progress until the device counts as hung
#define FADE_SECONDS 0.01 // against clicks when the volume changes
#define NO_DEVICE "No sound: there is no sound device.  Everything else works."

struct Player {
  pthread_t thread;
  pthread_mutex_t lock; ///< for the commands and the state
  pthread_cond_t wake;
  bool quit, ordered; ///< ordered: a new command: play path, or stop if it is empty
  bool ended;         ///< the reader thread has ended
  char path[4096];
  double start, end;
  double moved_at; ///< clock, s: time of the command, or of the last progress
  PlayerState state;
  char error[512];
  double shown_rate, shown_begun, shown_latency; ///< of the current playback
  uint_fast64_t shown_heard;

  // Shared with the callback.
  Ring* ring;
  _Atomic float volume;
  atomic_bool drained;        ///< the file has been read to the end
  atomic_bool done;           ///< and all of it has been played
  atomic_uint_fast64_t heard; ///< frames

  // The reader thread's.
  bool initialized;
  PaStream* stream;
  Excerpt excerpt;
  double rate;    ///< of the device
  double latency; ///< s
  float gain;     ///< only the callback's: the current volume
};

static int on_audio(const void* input, void* output, unsigned long frames,
                    const PaStreamCallbackTimeInfo* time, PaStreamCallbackFlags flags,
                    void* handle) {
  (void)input;
  (void)time;
  (void)flags;
  Player* p = handle;
  float* out = output;
  const bool drained = atomic_load_explicit(&p->drained, memory_order_acquire);
  const size_t got = ring_pop(p->ring, out, 2 * frames);
  const float target = atomic_load_explicit(&p->volume, memory_order_relaxed);
  const float step = 1.0f / (float)(FADE_SECONDS * p->rate);
  for (size_t i = 0; i < got; i += 2) {
    const float away = target - p->gain;
    p->gain += away > step ? step : away < -step ? -step : away;
    out[i] *= p->gain;
    out[i + 1] *= p->gain;
  }
  for (size_t i = got; i < 2 * frames; ++i)
    out[i] = 0.0f;
  atomic_fetch_add_explicit(&p->heard, got / 2, memory_order_relaxed);
  if (drained && got == 0) atomic_store_explicit(&p->done, true, memory_order_release);
  return paContinue;
}

static void set_state(Player* p, PlayerState state, const char* format, const char* what) {
  pthread_mutex_lock(&p->lock);
  if (!p->ordered) {
    p->state = state;
    if (format) snprintf(p->error, sizeof p->error, format, what);
  }
  pthread_mutex_unlock(&p->lock);
}

static void close_all(Player* p) {
  if (p->stream) {
    Pa_AbortStream(p->stream);
    Pa_CloseStream(p->stream);
  }
  p->stream = NULL;
  excerpt_close(&p->excerpt);
}

// PortAudio searches for devices only when it starts, so each playback restarts it: this finds a
// device that was plugged in, or a server that was restarted.
static void forget_devices(Player* p) {
  if (p->initialized) Pa_Terminate();
  p->initialized = false;
}

static bool open_device(Player* p) {
  if (!p->initialized) {
    if (!alsa_guard_passes()) {
      set_state(p, PLAYER_FAILED, "%s", NO_DEVICE);
      return false;
    }
    const PaError error = Pa_Initialize();
    if (error != paNoError) {
      set_state(p, PLAYER_FAILED, "No sound: %s.  Everything else works.", Pa_GetErrorText(error));
      return false;
    }
    p->initialized = true;
  }
  const PaDeviceIndex device = Pa_GetDefaultOutputDevice();
  const PaDeviceInfo* info = device == paNoDevice ? NULL : Pa_GetDeviceInfo(device);
  if (!info) {
    set_state(p, PLAYER_FAILED, "%s", NO_DEVICE);
    forget_devices(p);
    return false;
  }
  const PaStreamParameters out = {.device = device,
                                  .channelCount = 2,
                                  .sampleFormat = paFloat32,
                                  .suggestedLatency = info->defaultHighOutputLatency};
  p->rate = excerpt_file_rate(&p->excerpt);
  if (Pa_IsFormatSupported(NULL, &out, p->rate) != paFormatIsSupported) {
    p->rate = info->defaultSampleRate;
  }
  if (excerpt_set_rate(&p->excerpt, p->rate) != 0) {
    set_state(p, PLAYER_FAILED, "%s",
              "No sound: the device's sample rate is too far from the file's.");
    return false;
  }
  ring_clear(p->ring);
  atomic_store(&p->drained, false);
  atomic_store(&p->done, false);
  atomic_store(&p->heard, 0);
  p->gain = 0.0f;
  PaError error = Pa_OpenStream(&p->stream, NULL, &out, p->rate, paFramesPerBufferUnspecified,
                                paNoFlag, on_audio, p);
  if (error != paNoError) {
    p->stream = NULL;
    set_state(p, PLAYER_FAILED, "No sound: %s.  Everything else works.", Pa_GetErrorText(error));
    forget_devices(p);
    return false;
  }
  const PaStreamInfo* opened = Pa_GetStreamInfo(p->stream);
  p->latency = opened ? opened->outputLatency : 0.0;
  return true;
}

// \return false when all of it has been played
static bool fill_ring(Player* p) {
  float out[2 * BLOCK];
  for (;;) {
    const size_t writable = ring_writable(p->ring) / 2;
    if (atomic_load(&p->drained) || writable == 0) break;
    const size_t n = excerpt_read(&p->excerpt, out, writable < BLOCK ? writable : BLOCK);
    if (n == 0) atomic_store_explicit(&p->drained, true, memory_order_release);
    ring_push(p->ring, out, 2 * n);
  }
  return !atomic_load_explicit(&p->done, memory_order_acquire);
}

static void begin(Player* p, const char* path, double start, double end) {
  close_all(p);
  if (!path[0]) {
    set_state(p, PLAYER_STOPPED, NULL, NULL);
    return;
  }
  char why[sizeof p->error];
  if (excerpt_open(&p->excerpt, path, start, end, why, sizeof why) != 0) {
    set_state(p, PLAYER_FAILED, "%s", why);
    return;
  }
  if (!open_device(p)) {
    close_all(p);
    return;
  }
  fill_ring(p);
  const PaError error = Pa_StartStream(p->stream);
  if (error != paNoError) {
    set_state(p, PLAYER_FAILED, "No sound: %s.  Everything else works.", Pa_GetErrorText(error));
    close_all(p);
    forget_devices(p);
    return;
  }
  pthread_mutex_lock(&p->lock);
  p->shown_rate = p->rate;
  p->shown_begun = p->excerpt.begun;
  p->shown_latency = p->latency;
  p->shown_heard = 0;
  p->moved_at = clock_seconds();
  if (!p->ordered) p->state = PLAYER_PLAYING;
  pthread_mutex_unlock(&p->lock);
}

// Continue the current playback.
static void serve(Player* p) {
  if (!fill_ring(p)) {
    Pa_StopStream(p->stream); // the device plays what it has left
    close_all(p);
    set_state(p, PLAYER_STOPPED, NULL, NULL);
  } else if (Pa_IsStreamActive(p->stream) != 1) {
    // Report it first, because closing a missing device may take long.
    set_state(p, PLAYER_FAILED, "%s", "The sound has stopped: its device or server is gone.");
    close_all(p);
    forget_devices(p);
  }
}

static struct timespec soon(long ms) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += ms / 1000;
  until.tv_nsec += ms % 1000 * 1000000L;
  if (until.tv_nsec >= 1000000000L) {
    until.tv_nsec -= 1000000000L;
    ++until.tv_sec;
  }
  return until;
}

static void* work(void* handle) {
  Player* p = handle;
  pthread_mutex_lock(&p->lock);
  while (!p->quit) {
    if (p->ordered) {
      char path[sizeof p->path];
      const double start = p->start;
      const double end = p->end;
      memcpy(path, p->path, sizeof path);
      p->ordered = false;
      pthread_mutex_unlock(&p->lock);
      begin(p, path, start, end);
      pthread_mutex_lock(&p->lock);
    } else if (p->stream) {
      pthread_mutex_unlock(&p->lock);
      serve(p);
      pthread_mutex_lock(&p->lock);
      if (!p->ordered && !p->quit && p->stream) {
        const struct timespec until = soon(50);
        pthread_cond_timedwait(&p->wake, &p->lock, &until);
      }
    } else {
      pthread_cond_wait(&p->wake, &p->lock);
    }
  }
  pthread_mutex_unlock(&p->lock);
  close_all(p);
  forget_devices(p);
  pthread_mutex_lock(&p->lock);
  p->ended = true;
  pthread_cond_broadcast(&p->wake);
  pthread_mutex_unlock(&p->lock);
  return NULL;
}

Player* player_new(void) {
  Player* p = calloc(1, sizeof *p);
  if (!p) return NULL;
  p->ring = ring_new(RING_FLOATS, sizeof(float));
  p->volume = 1.0f;
  if (!p->ring) {
    free(p);
    return NULL;
  }
  pthread_mutex_init(&p->lock, NULL);
  pthread_cond_init(&p->wake, NULL);
  if (pthread_create(&p->thread, NULL, work, p) != 0) {
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    ring_free(p->ring);
    free(p);
    return NULL;
  }
  return p;
}

void player_free(Player* player) {
  if (!player) return;
  pthread_mutex_lock(&player->lock);
  player->quit = true;
  pthread_cond_broadcast(&player->wake);
  const struct timespec until = soon(END_MS);
  while (!player->ended &&
         pthread_cond_timedwait(&player->wake, &player->lock, &until) != ETIMEDOUT) {
  }
  const bool ended = player->ended;
  pthread_mutex_unlock(&player->lock);
  if (!ended) {
    pthread_detach(player->thread); // its data is not freed, because it may still use it
    return;
  }
  pthread_join(player->thread, NULL);
  pthread_cond_destroy(&player->wake);
  pthread_mutex_destroy(&player->lock);
  ring_free(player->ring);
  free(player);
}

static void order(Player* p, const char* path, double start, double end) {
  pthread_mutex_lock(&p->lock);
  snprintf(p->path, sizeof p->path, "%s", path);
  p->start = start;
  p->end = end;
  p->ordered = true;
  p->moved_at = clock_seconds();
  p->state = path[0] ? PLAYER_STARTING : PLAYER_STOPPED;
  pthread_cond_signal(&p->wake);
  pthread_mutex_unlock(&p->lock);
}

void player_play(Player* player, const char* path, double start, double end) {
  order(player, path, start, end);
}

void player_stop(Player* player) {
  order(player, "", 0.0, 0.0);
}

void player_set_volume(Player* player, double volume) {
  // Squared: equal steps sound about equal.
  atomic_store(&player->volume, (float)(volume * volume));
}

// The server or device hangs: report it; the thread stops when the call returns.
static void check_patience(Player* p) {
  const double now = clock_seconds();
  const uint_fast64_t heard = atomic_load(&p->heard);
  if (p->state == PLAYER_PLAYING && heard != p->shown_heard) {
    p->shown_heard = heard;
    p->moved_at = now;
  }
  if ((p->state != PLAYER_STARTING && p->state != PLAYER_PLAYING) || now - p->moved_at < PATIENCE) {
    return;
  }
  p->path[0] = '\0';
  p->ordered = true;
  p->state = PLAYER_FAILED;
  snprintf(p->error, sizeof p->error,
           "No sound: the sound server does not answer.  Everything else works.");
  pthread_cond_signal(&p->wake);
}

PlayerState player_state(Player* player, double* position, char* error, size_t error_size) {
  pthread_mutex_lock(&player->lock);
  check_patience(player);
  const PlayerState state = player->state;
  *position = player->start;
  if (state == PLAYER_PLAYING) {
    const double heard = (double)atomic_load(&player->heard) / player->shown_rate;
    *position = player->shown_begun + fmax(0.0, heard - player->shown_latency);
  }
  if (state == PLAYER_FAILED) {
    snprintf(error, error_size, "%s", player->error);
    player->state = PLAYER_STOPPED;
  }
  pthread_mutex_unlock(&player->lock);
  return state;
}
