// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/engine.h"

#include "dsp/frontend.h"
#include "inference/listener.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FADE_HOPS 4

/// One model at work: its listener, and its front end unless it reads the same features as another.
struct EngineSwap {
  Listener* listener;
  Frontend* frontend; ///< its own, idle while the active one's features serve
  bool started;       ///< joined the stream, at the end of a hop
  bool shares;        ///< reads the active one's features
  unsigned hops;      ///< hops read since it came in
  struct EngineSwap* next;
};

struct Engine {
  double rate;
  EngineSwap* active;
  EngineSwap* incoming; ///< or NULL
  EngineSwap* retired;  ///< what engine_swap_collect() hands out, a list
  Frontend* frontend;   ///< the active model's
  unsigned settling;    ///< sounding hops since reset or silence, up to ENGINE_SETTLING_HOPS
  NetOutput last;       ///< the last reading, for its whole-piece values
  bool explain;
  float gate;
  bool gate_set;
  Estimate queue[ENGINE_QUEUE];
  unsigned queue_at, queue_count;
};

const char* engine_state_name(EngineState state) {
  static const char* const names[] = {"silent", "settling", "live"};
  return (unsigned)state < 3 ? names[state] : "unknown";
}

Readings engine_readings(const Estimate* estimate) {
  Readings r = readings_at_rest();
#define X(id, field, owner, ...) READING_OF_ENGINE(owner, r.field = estimate->field;)
  READINGS_LIST(X)
#undef X
  r.state = (float)estimate->state;
  return r;
}

static EngineSwap* swap_create(Model* model, double rate, char* error, size_t error_size) {
  EngineSwap* swap = calloc(1, sizeof *swap);
  if (!swap) goto no_memory;
  swap->listener = listener_new(model);
  if (!swap->listener) goto no_memory;
  swap->frontend = frontend_new(model_frontend(model), rate, error, error_size);
  if (swap->frontend && listener_is_staggered(swap->listener) && !frontend_stagger(swap->frontend))
    goto no_memory;
  if (swap->frontend) return swap;
  engine_swap_free(swap);
  return NULL;
no_memory:
  if (error_size) snprintf(error, error_size, "not enough memory for the model");
  engine_swap_free(swap);
  return NULL;
}

Engine* engine_new(Model* model, double rate, char* error, size_t error_size) {
  Engine* engine = calloc(1, sizeof *engine);
  if (!engine) {
    if (error_size) snprintf(error, error_size, "not enough memory for the engine");
    return NULL;
  }
  engine->rate = rate;
  engine->active = swap_create(model, rate, error, error_size);
  if (!engine->active) {
    free(engine);
    return NULL;
  }
  engine->frontend = engine->active->frontend;
  return engine;
}

void engine_free(Engine* engine) {
  if (!engine) return;
  while (engine->retired) {
    EngineSwap* next = engine->retired->next;
    engine_swap_free(engine->retired);
    engine->retired = next;
  }
  engine_swap_free(engine->incoming);
  engine_swap_free(engine->active);
  free(engine);
}

static void retire(Engine* engine, EngineSwap* swap) {
  swap->next = engine->retired;
  engine->retired = swap;
}

/// The incoming model takes over.
static void take_over(Engine* engine) {
  EngineSwap* old = engine->active;
  EngineSwap* new = engine->incoming;
  if (new->shares) { // the front end in use stays
    Frontend* spare = new->frontend;
    new->frontend = old->frontend;
    old->frontend = spare;
  }
  engine->frontend = new->frontend;
  engine->active = new;
  engine->incoming = NULL;
  retire(engine, old);
}

/// The incoming model joins at the end of a hop.
static void start_incoming(Engine* engine) {
  EngineSwap* incoming = engine->incoming;
  if (incoming->started) return;
  incoming->started = true;
  if (!incoming->shares) frontend_follow(incoming->frontend, engine->frontend);
}

static float mix(float a, float b, float share) {
  return a + share * (b - a);
}

static void fade(NetOutput* out, const NetOutput* incoming, float share) {
  NetOutput faded =
      share < 0.5f ? *out : *incoming; // attention cannot be mixed: windows may differ
#define X(id, field, owner, ...)                                                                   \
  READING_OF_NET(owner, faded.field = mix(out->field, incoming->field, share);)
  READINGS_LIST(X)
#undef X
  *out = faded;
}

static void step_incoming(Engine* engine, unsigned new_piece, NetOutput* reading) {
  EngineSwap* incoming = engine->incoming;
  NetOutput theirs;
  if (new_piece) listener_begin_piece(incoming->listener, new_piece);
  listener_read(incoming->listener, &theirs, NULL);
  ++incoming->hops;
  if (incoming->hops <= ENGINE_SETTLING_HOPS) return;
  const unsigned faded = incoming->hops - ENGINE_SETTLING_HOPS;
  fade(reading, &theirs, (float)faded / FADE_HOPS);
  if (faded >= FADE_HOPS) take_over(engine);
}

/// Mean level of twelve ranges of mel bands.
static void fill_envelope(const HopFeatures* hop, unsigned n_mel, float* envelope) {
  for (unsigned b = 0; b < ENGINE_ENVELOPE; ++b) {
    const unsigned first = b * n_mel / ENGINE_ENVELOPE, end = (b + 1) * n_mel / ENGINE_ENVELOPE;
    float sum = 0.0f;
    for (unsigned frame = 0; frame < FRONTEND_FRAMES; ++frame)
      for (unsigned i = first; i < end; ++i)
        sum += hop->logmel[frame * n_mel + i];
    envelope[b] = sum / (float)(FRONTEND_FRAMES * (end - first));
  }
}

/// Take over what the net says.
static void put_reading(Estimate* e, const NetOutput* reading) {
#define X(id, field, owner, ...) READING_OF_NET(owner, e->field = reading->field;)
  READINGS_LIST(X)
#undef X
  e->n_attention = reading->n_attention;
  memcpy(e->attention, reading->attention, reading->n_attention * sizeof *e->attention);
  memcpy(e->attention_beyond, reading->attention_beyond,
         reading->n_attention * sizeof *e->attention_beyond);
  e->recall = reading->recall;
}

static float attention_age(const NetOutput* reading) {
  float age = 0.0f;
  for (unsigned i = 0; i < reading->n_attention; ++i)
    age += reading->attention[i] * (float)(reading->n_attention - 1 - i);
  return age * (float)ENGINE_HOP_SECONDS;
}

/// The active model's listener heard another piece begin \p hops hops ago.
static void begin_piece(Engine* engine, unsigned hops) {
  listener_begin_piece(engine->active->listener, hops);
  frontend_forget(engine->frontend, hops);
  const EngineSwap* incoming = engine->incoming;
  if (incoming && incoming->started && !incoming->shares) frontend_forget(incoming->frontend, hops);
  engine->settling = hops - 1;
}

static void read_sound(Engine* engine, const HopFeatures* hop, const HopFeatures* incoming_hop,
                       Estimate* e) {
  EngineSwap* incoming = engine->incoming && engine->incoming->started ? engine->incoming : NULL;
  if (hop->gate_opened) {
    listener_reset(engine->active->listener);
    if (engine->incoming) listener_reset(engine->incoming->listener);
    engine->settling = 0;
  }
  const unsigned new_piece =
      listener_hear(engine->active->listener, hop, frontend_staggered_hop(engine->frontend));
  if (incoming)
    (void)listener_hear(
        incoming->listener, incoming_hop,
        frontend_staggered_hop(incoming->shares ? engine->frontend : incoming->frontend));
  if (new_piece) begin_piece(engine, new_piece);
  if (engine->settling < ENGINE_SETTLING_HOPS) ++engine->settling;
  e->settled = (float)engine->settling / ENGINE_SETTLING_HOPS;
  e->state = engine->settling < ENGINE_SETTLING_HOPS ? ENGINE_SETTLING : ENGINE_LIVE;
  e->has_pushes = engine->explain;
  NetOutput* reading = &engine->last;
  listener_read(engine->active->listener, reading, engine->explain ? &e->pushes : NULL);
  if (incoming) step_incoming(engine, new_piece, reading);
  e->attention_age = attention_age(reading);
  put_reading(e, reading);
}

static void read_silence(Engine* engine, Estimate* e) {
  e->state = ENGINE_SILENT;
  e->song_valence = engine->last.song_valence;
  e->song_arousal = engine->last.song_arousal;
  if (engine->incoming) { // nobody sees the change
    start_incoming(engine);
    take_over(engine);
    engine->settling = 0;
  }
}

/// The active front end has completed a hop: read it.
static void read_hop(Engine* engine) {
  const HopFeatures* hop = frontend_hop(engine->frontend);
  const EngineSwap* incoming = engine->incoming;
  const HopFeatures* incoming_hop =
      incoming && !incoming->shares ? frontend_hop(incoming->frontend) : hop;
  Estimate* e = &engine->queue[(engine->queue_at + engine->queue_count++) % ENGINE_QUEUE];
  memset(e, 0, sizeof *e);
  e->position = hop->end;
  e->loudness = hop->loudness;
  e->loudness_short = hop->loudness_short;
  memcpy(e->cues, hop->cues, sizeof e->cues);
  fill_envelope(hop, model_frontend(listener_model(engine->active->listener))->n_mel, e->envelope);
  if (hop->silent)
    read_silence(engine, e);
  else
    read_sound(engine, hop, incoming_hop, e);
  if (engine->incoming) start_incoming(engine);
}

size_t engine_push(Engine* engine, const float* left, const float* right, size_t n) {
  size_t used = 0;
  if (!right) right = left;
  while (used < n && engine->queue_count < ENGINE_QUEUE) {
    bool done;
    const size_t taken =
        frontend_push(engine->frontend, left + used, right + used, n - used, &done);
    const EngineSwap* incoming = engine->incoming;
    if (incoming && incoming->started && !incoming->shares) {
      bool also_done; // it follows the active one: the same samples complete the same hop
      frontend_push(incoming->frontend, left + used, right + used, taken, &also_done);
    }
    used += taken;
    if (done) read_hop(engine);
  }
  return used;
}

bool engine_pop(Engine* engine, Estimate* out) {
  if (engine->queue_count == 0) return false;
  *out = engine->queue[engine->queue_at];
  engine->queue_at = (engine->queue_at + 1) % ENGINE_QUEUE;
  --engine->queue_count;
  return true;
}

void engine_reset(Engine* engine) {
  frontend_reset(engine->frontend);
  listener_reset(engine->active->listener);
  if (engine->incoming) { // all is forgotten, so nothing is there to fade from
    take_over(engine);
    frontend_reset(engine->frontend);
    listener_reset(engine->active->listener);
  }
  engine->settling = 0;
  memset(&engine->last, 0, sizeof engine->last);
  engine->queue_at = engine->queue_count = 0;
}

void engine_set_gate(Engine* engine, float lufs) {
  engine->gate = lufs;
  engine->gate_set = true;
  frontend_set_gate(engine->frontend, lufs);
  if (engine->incoming) frontend_set_gate(engine->incoming->frontend, lufs);
}

void engine_explain(Engine* engine, bool on) {
  engine->explain = on;
}

EngineSwap* engine_swap_new(const Engine* engine, Model* model, char* error, size_t error_size) {
  return swap_create(model, engine->rate, error, error_size);
}

void engine_swap_begin(Engine* engine, EngineSwap* swap) {
  if (engine->incoming) retire(engine, engine->incoming);
  if (engine->gate_set) frontend_set_gate(swap->frontend, engine->gate);
  swap->shares =
      frontend_same_spec(model_frontend(listener_model(swap->listener)),
                         model_frontend(listener_model(engine->active->listener))) &&
      (listener_is_staggered(engine->active->listener) || !listener_is_staggered(swap->listener));
  swap->started = false;
  swap->hops = 0;
  engine->incoming = swap;
}

EngineSwap* engine_swap_collect(Engine* engine) {
  EngineSwap* swap = engine->retired;
  if (swap) engine->retired = swap->next;
  return swap;
}

void engine_swap_free(EngineSwap* swap) {
  if (!swap) return;
  listener_free(swap->listener);
  frontend_free(swap->frontend);
  free(swap);
}

const Model* engine_model(const Engine* engine) {
  return listener_model(engine->active->listener);
}

size_t engine_size(const Engine* engine) {
  size_t size = sizeof *engine + frontend_size(engine->frontend);
  size += sizeof *engine->active + listener_size(engine->active->listener);
  if (engine->incoming) {
    size += sizeof *engine->incoming + listener_size(engine->incoming->listener) +
            frontend_size(engine->incoming->frontend);
  }
  return size;
}
