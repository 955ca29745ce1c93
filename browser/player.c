// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Plays a sound file: see player.h.
///
/// The reader thread owns file and device; the window's thread leaves it orders under a lock.  The
/// device's callback touches nothing but the ring and atomics: no lock, no allocation, no call.
#include "browser/player.h"

#include "dsp/ring.h"

#include <errno.h>
#include <math.h>
#include <portaudio.h>
#include <pthread.h>
#include <sndfile.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RING_FLOATS 65536 // 0.7 s of stereo at 48 kHz
#define BLOCK 1024        // frames read at a time
#define MAX_CHANNELS 64
#define END_MS 3000       // a sound server that died may never let go of its client
#define PATIENCE 8.0      // s for the device to start
#define FADE_SECONDS 0.01 // against clicks when the volume changes

struct Player {
  pthread_t thread;
  pthread_mutex_t lock; ///< of the orders and the state
  pthread_cond_t wake;
  bool quit, ordered; ///< ordered: play path, or stop if it is empty
  bool ended;         ///< the reader thread has
  char path[4096];
  double start, end;
  double ordered_at; ///< s of the clock
  PlayerState state;
  char error[512];
  double shown_rate, shown_begun, shown_latency; ///< of what plays

  // Shared with the callback.
  Ring* ring;
  _Atomic float volume;
  atomic_bool drained;        ///< the file has been read to the end
  atomic_bool done;           ///< and all of it has been heard
  atomic_uint_fast64_t heard; ///< frames

  // The reader thread's.
  bool initialized;
  PaStream* stream;
  SNDFILE* file;
  SF_INFO info;
  double rate;     ///< of the device
  double ratio;    ///< file frames a device frame; 1 but where the device cannot do the file's rate
  double fraction; ///< place between the last two frames of the file
  float before[2], after[2];
  uint64_t left;  ///< frames of the file to read
  double latency; ///< s
  float* block;   ///< BLOCK * channels
  float gain;     ///< callback's own: the volume as reached
  double begun;   ///< s in the file
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
  if (p->file) sf_close(p->file);
  p->file = NULL;
  free(p->block);
  p->block = NULL;
}

static bool open_file(Player* p, const char* path, double start, double end) {
  p->info = (SF_INFO){0};
  p->file = sf_open(path, SFM_READ, &p->info);
  if (!p->file) {
    set_state(p, PLAYER_FAILED, "The file cannot be played: %s", sf_strerror(NULL));
    return false;
  }
  if (p->info.channels < 1 || p->info.channels > MAX_CHANNELS || p->info.samplerate < 1) {
    set_state(p, PLAYER_FAILED, "The file cannot be played: %s.", "its format is out of the range");
    return false;
  }
  const double rate = p->info.samplerate;
  start = fmax(start, 0.0);
  if (start > 0.0 && sf_seek(p->file, (sf_count_t)(start * rate), SEEK_SET) < 0) {
    set_state(p, PLAYER_FAILED, "The file cannot be played from there: %s", sf_strerror(p->file));
    return false;
  }
  p->begun = start;
  p->left = end > start ? (uint64_t)((end - start) * rate) : 0;
  p->block = malloc((size_t)(BLOCK * p->info.channels) * sizeof *p->block);
  if (!p->block) set_state(p, PLAYER_FAILED, "%s", "Out of memory.");
  return p->block != NULL;
}

static bool open_device(Player* p) {
  if (!p->initialized) {
    const PaError error = Pa_Initialize();
    if (error != paNoError) {
      set_state(p, PLAYER_FAILED, "No sound: %s.  All else works.", Pa_GetErrorText(error));
      return false;
    }
    p->initialized = true;
  }
  const PaDeviceIndex device = Pa_GetDefaultOutputDevice();
  const PaDeviceInfo* info = device == paNoDevice ? NULL : Pa_GetDeviceInfo(device);
  if (!info) {
    set_state(p, PLAYER_FAILED, "%s", "No sound: there is no sound device.  All else works.");
    Pa_Terminate(); // one that is plugged in later is found with the next play
    p->initialized = false;
    return false;
  }
  const PaStreamParameters out = {.device = device,
                                  .channelCount = 2,
                                  .sampleFormat = paFloat32,
                                  .suggestedLatency = info->defaultHighOutputLatency};
  p->rate = p->info.samplerate;
  if (Pa_IsFormatSupported(NULL, &out, p->rate) != paFormatIsSupported) {
    p->rate = info->defaultSampleRate;
  }
  p->ratio = p->info.samplerate / p->rate;
  p->fraction = 1.0; // so that the first frame is read
  p->before[0] = p->before[1] = p->after[0] = p->after[1] = 0.0f;
  ring_clear(p->ring);
  atomic_store(&p->drained, false);
  atomic_store(&p->done, false);
  atomic_store(&p->heard, 0);
  p->gain = 0.0f;
  PaError error = Pa_OpenStream(&p->stream, NULL, &out, p->rate, paFramesPerBufferUnspecified,
                                paNoFlag, on_audio, p);
  if (error != paNoError) {
    p->stream = NULL;
    set_state(p, PLAYER_FAILED, "No sound: %s.  All else works.", Pa_GetErrorText(error));
    return false;
  }
  const PaStreamInfo* opened = Pa_GetStreamInfo(p->stream);
  p->latency = opened ? opened->outputLatency : 0.0;
  return true;
}

// Two of the channels, or one twice.
static void to_stereo(const Player* p, const float* frame, float* out) {
  out[0] = frame[0];
  out[1] = p->info.channels > 1 ? frame[1] : frame[0];
  for (int c = 0; c < 2; ++c)
    if (!isfinite(out[c])) out[c] = 0.0f;
}

// Read a block and push it.  \return false at the end
static bool read_block(Player* p) {
  const uint64_t wish = p->left < BLOCK ? p->left : BLOCK;
  const sf_count_t got = wish ? sf_readf_float(p->file, p->block, (sf_count_t)wish) : 0;
  if (got <= 0) return false;
  p->left -= (uint64_t)got;
  for (sf_count_t i = 0; i < got; ++i) {
    float frame[2];
    to_stereo(p, p->block + i * p->info.channels, frame);
    if (fabs(p->ratio - 1.0) < 1e-9) {
      (void)ring_push(p->ring, frame, 2);
      continue;
    }
    // Straight lines between frames: a preview on a device with another rate.
    memcpy(p->before, p->after, sizeof frame);
    memcpy(p->after, frame, sizeof frame);
    p->fraction -= 1.0;
    for (; p->fraction < 1.0; p->fraction += p->ratio) {
      const float t = (float)p->fraction;
      const float mixed[2] = {p->before[0] + t * (p->after[0] - p->before[0]),
                              p->before[1] + t * (p->after[1] - p->before[1])};
      (void)ring_push(p->ring, mixed, 2);
    }
  }
  return true;
}

static size_t block_floats(const Player* p) {
  return 2 * (size_t)ceil((BLOCK + 2) / fmin(p->ratio, 1.0));
}

static bool fill_ring(Player* p) {
  while (!atomic_load(&p->drained) && ring_writable(p->ring) >= block_floats(p)) {
    if (!read_block(p)) atomic_store_explicit(&p->drained, true, memory_order_release);
  }
  return !atomic_load_explicit(&p->done, memory_order_acquire);
}

static void begin(Player* p, const char* path, double start, double end) {
  close_all(p);
  if (!path[0]) {
    set_state(p, PLAYER_STOPPED, NULL, NULL);
    return;
  }
  if (!open_file(p, path, start, end) || !open_device(p)) {
    close_all(p);
    return;
  }
  (void)fill_ring(p);
  const PaError error = Pa_StartStream(p->stream);
  if (error != paNoError) {
    set_state(p, PLAYER_FAILED, "No sound: %s.  All else works.", Pa_GetErrorText(error));
    close_all(p);
    return;
  }
  pthread_mutex_lock(&p->lock);
  p->shown_rate = p->rate;
  p->shown_begun = p->begun;
  p->shown_latency = p->latency;
  if (!p->ordered) p->state = PLAYER_PLAYING;
  pthread_mutex_unlock(&p->lock);
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
      if (!fill_ring(p)) {
        Pa_StopStream(p->stream); // what the device still holds is heard
        close_all(p);
        set_state(p, PLAYER_STOPPED, NULL, NULL);
      }
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
  if (p->initialized) Pa_Terminate();
  pthread_mutex_lock(&p->lock);
  p->ended = true;
  pthread_cond_broadcast(&p->wake);
  pthread_mutex_unlock(&p->lock);
  return NULL;
}

Player* player_new(void) {
  Player* p = calloc(1, sizeof *p);
  if (!p) return NULL;
  p->ring = ring_new(RING_FLOATS);
  p->volume = 0.8f;
  p->ratio = 1.0;
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
    pthread_detach(player->thread); // with all that it may still touch
    return;
  }
  pthread_join(player->thread, NULL);
  pthread_cond_destroy(&player->wake);
  pthread_mutex_destroy(&player->lock);
  ring_free(player->ring);
  free(player);
}

static double clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void order(Player* p, const char* path, double start, double end) {
  pthread_mutex_lock(&p->lock);
  snprintf(p->path, sizeof p->path, "%s", path);
  p->start = start;
  p->end = end;
  p->ordered = true;
  p->ordered_at = clock_seconds();
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

PlayerState player_state(Player* player, double* position, char* error, size_t error_size) {
  pthread_mutex_lock(&player->lock);
  if (player->state == PLAYER_STARTING && clock_seconds() - player->ordered_at > PATIENCE) {
    player->state = PLAYER_FAILED;
    snprintf(player->error, sizeof player->error,
             "No sound: the sound server does not answer.  All else works.");
  }
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
