// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// jack_feed FILE PORT...: plays a sound file by the JACK transport, to the sample, from transport
/// frame 0, into the named ports (first channel to odd ones, second to even ones), then stops.
/// Exit status 2: JACK missed cycles, so that the music had holes.
/// Other players start some blocks after the transport does, which would shift every reading.
#include <jack/jack.h>
#include <jack/transport.h>
#include <sndfile.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  jack_client_t* client;
  jack_port_t* out[2];
  float* frames;
  int channels;
  sf_count_t n;
  atomic_bool done;
  atomic_int xruns;
} Feed;

static int process(jack_nframes_t n, void* context) {
  Feed* f = context;
  jack_position_t position;
  const bool rolling = jack_transport_query(f->client, &position) == JackTransportRolling;
  for (int c = 0; c < 2; ++c) {
    float* out = jack_port_get_buffer(f->out[c], n);
    const int channel = c < f->channels ? c : 0;
    for (jack_nframes_t i = 0; i < n; ++i) {
      const sf_count_t at = (sf_count_t)position.frame + i;
      out[i] = rolling && at < f->n ? f->frames[at * f->channels + channel] : 0.0f;
    }
  }
  if (rolling && (sf_count_t)position.frame >= f->n) atomic_store(&f->done, true);
  return 0;
}

static int on_xrun(void* context) {
  Feed* f = context;
  atomic_fetch_add(&f->xruns, 1);
  return 0;
}

int main(int argc, char** argv) {
  Feed f = {.channels = 0};
  SF_INFO info = {0};
  if (argc < 3) return EXIT_FAILURE;
  SNDFILE* file = sf_open(argv[1], SFM_READ, &info);
  if (!file) {
    fprintf(stderr, "jack_feed: %s: %s\n", argv[1], sf_strerror(NULL));
    return EXIT_FAILURE;
  }
  f.channels = info.channels;
  f.frames = calloc((size_t)info.frames * (size_t)info.channels, sizeof(float));
  if (!f.frames) return EXIT_FAILURE;
  f.n = sf_readf_float(file, f.frames, info.frames);
  sf_close(file);
  f.client = jack_client_open("feed", JackNoStartServer, NULL);
  if (!f.client || jack_get_sample_rate(f.client) != (jack_nframes_t)info.samplerate) {
    fprintf(stderr, "jack_feed: no JACK server at %d Hz\n", info.samplerate);
    return EXIT_FAILURE;
  }
  f.out[0] = jack_port_register(f.client, "out_1", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
  f.out[1] = jack_port_register(f.client, "out_2", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
  jack_set_process_callback(f.client, process, &f);
  jack_set_xrun_callback(f.client, on_xrun, &f);
  if (jack_activate(f.client)) return EXIT_FAILURE;
  jack_transport_stop(f.client);
  jack_transport_locate(f.client, 0);
  for (int i = 2; i < argc; ++i)
    if (jack_connect(f.client, i % 2 ? "feed:out_2" : "feed:out_1", argv[i])) {
      fprintf(stderr, "jack_feed: cannot connect to %s\n", argv[i]);
      return EXIT_FAILURE;
    }
  nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
  atomic_store(&f.xruns, 0); // what connecting disturbed was before the music
  jack_transport_start(f.client);
  while (!atomic_load(&f.done))
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
  jack_transport_stop(f.client);
  jack_client_close(f.client);
  free(f.frames);
  if (atomic_load(&f.xruns) == 0) return EXIT_SUCCESS;
  fprintf(stderr, "jack_feed: %d cycles were missed: the machine is too busy\n",
          atomic_load(&f.xruns));
  return 2;
}
