// SPDX-License-Identifier: GPL-3.0-or-later
// The engine, the streaming API.
#include "inference/engine.h"

#include "dsp/frontend.h"
#include "dsp/pages.h"
#include "inference/net_runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FADE_HOPS 4
#define FRAMES_A_SECOND 50.0

/// One model in use: its nets, and its own front end unless it shares another model's features.
struct ModelRunner {
  NetRunner* nets;
  Frontend* frontend; ///< its own; idle while it uses the active model's features
  bool started;       ///< has joined the stream, at the end of a hop
  bool shares;        ///< uses the active model's features
  unsigned hops;      ///< hops read since it started
  struct ModelRunner* next;
};

/// What remains to be computed for the last complete hop.
typedef enum {
  HOP_READ, ///< nothing
  HOP_ACTIVE,
  HOP_INCOMING
} HopStage;

struct Engine {
  double rate;
  ModelRunner* active;
  ModelRunner* incoming; ///< or NULL
  ModelRunner* retired;  ///< list for engine_collect_runner()
  Frontend* frontend;    ///< the active model's
  unsigned settling;     ///< sounding hops since reset or silence, up to ENGINE_SETTLING_HOPS
  NetOutput last;        ///< the last reading; its whole-piece values are kept in silence
  bool explain;
  float gate;
  bool gate_set;
  unsigned taken_over; ///< number of completed model changes
  HopStage stage;
  bool explaining;  ///< value of explain when the net began this hop
  NetOutput theirs; ///< the incoming model's reading of this hop
  Estimate queue[ENGINE_MAX_ESTIMATES];
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

/// Process a hop of noise and forget it, so that every page has been touched before use.
static void warm(ModelRunner* runner) {
  float noise[2][256];
  uint32_t random = 1;
  NetOutput out;
  NetContributions contributions;
  for (bool done = false; !done;) {
    for (size_t i = 0; i < 512; ++i) {
      random = random * 1664525U + 1013904223U;
      noise[i / 256][i % 256] = (float)(random >> 8) / 16777216.0f - 0.5f;
    }
    for (size_t used = 0; used < 256 && !done;)
      used += frontend_push(runner->frontend, noise[0] + used, noise[1] + used, 256 - used, &done);
  }
  const HopFeatures* hop = frontend_hop(runner->frontend);
  for (unsigned i = 0; i < CHANGE_REACH; ++i) // a net runner keeps this many hops
    net_runner_add(runner->nets, hop, hop);
  net_runner_read(runner->nets, &out, &contributions);
  frontend_reset(runner->frontend);
  net_runner_reset(runner->nets);
}

static ModelRunner* runner_create(Model* model, double rate, char* error, size_t error_size) {
  ModelRunner* runner = calloc(1, sizeof *runner);
  if (!runner) goto no_memory;
  runner->nets = net_runner_new(model);
  if (!runner->nets) goto no_memory;
  runner->frontend = frontend_new(model_frontend(model), rate, error, error_size);
  if (runner->frontend && net_runner_is_staggered(runner->nets) &&
      !frontend_stagger(runner->frontend))
    goto no_memory;
  if (runner->frontend) {
    warm(runner);
    return runner;
  }
  model_runner_free(runner);
  return NULL;
no_memory:
  if (error_size) snprintf(error, error_size, "not enough memory for the model");
  model_runner_free(runner);
  return NULL;
}

Engine* engine_new(Model* model, double rate, char* error, size_t error_size) {
  Engine* engine = pages_new(1, sizeof *engine);
  if (!engine) {
    if (error_size) snprintf(error, error_size, "not enough memory for the engine");
    return NULL;
  }
  engine->rate = rate;
  engine->active = runner_create(model, rate, error, error_size);
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
    ModelRunner* next = engine->retired->next;
    model_runner_free(engine->retired);
    engine->retired = next;
  }
  model_runner_free(engine->incoming);
  model_runner_free(engine->active);
  free(engine);
}

static void retire(Engine* engine, ModelRunner* runner) {
  runner->next = engine->retired;
  engine->retired = runner;
}

/// The incoming model takes over.
static void take_over(Engine* engine) {
  ModelRunner* old = engine->active;
  ModelRunner* new = engine->incoming;
  if (new->shares) { // the current front end stays in use
    Frontend* spare = new->frontend;
    new->frontend = old->frontend;
    old->frontend = spare;
  }
  engine->frontend = new->frontend;
  engine->active = new;
  engine->incoming = NULL;
  ++engine->taken_over;
  retire(engine, old);
}

/// The incoming model joins at the end of a hop.
static void start_incoming(Engine* engine) {
  ModelRunner* incoming = engine->incoming;
  if (incoming->started) return;
  incoming->started = true;
  if (!incoming->shares) frontend_follow(incoming->frontend, engine->frontend);
}

static float mix(float a, float b, float share) {
  return a + share * (b - a);
}

static void fade(NetOutput* out, const NetOutput* incoming, float share) {
  NetOutput faded =
      share < 0.5f ? *out : *incoming; // attention cannot be mixed, because windows may differ
#define X(id, field, owner, ...)                                                                   \
  READING_OF_NET(owner, faded.field = mix(out->field, incoming->field, share);)
  READINGS_LIST(X)
#undef X
  *out = faded;
}

/// After the incoming model has read the hop: mix its reading in.
static void fade_incoming(Engine* engine, NetOutput* reading) {
  ModelRunner* incoming = engine->incoming;
  ++incoming->hops;
  if (incoming->hops <= ENGINE_SETTLING_HOPS) return;
  const unsigned faded = incoming->hops - ENGINE_SETTLING_HOPS;
  fade(reading, &engine->theirs, (float)faded / FADE_HOPS);
  if (faded >= FADE_HOPS) take_over(engine);
}

/// Mean level in each of ENGINE_ENVELOPE groups of mel bands.
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

/// Copy the net's values into the estimate.
static void put_reading(Estimate* e, const NetOutput* reading) {
#define X(id, field, owner, ...) READING_OF_NET(owner, e->field = reading->field;)
  READINGS_LIST(X)
#undef X
  e->n_attention = reading->n_attention;
  memcpy(e->attention, reading->attention, reading->n_attention * sizeof *e->attention);
  memcpy(e->attention_beyond, reading->attention_beyond,
         reading->n_attention * sizeof *e->attention_beyond);
}

static float attention_age(const NetOutput* reading) {
  float age = 0.0f;
  for (unsigned i = 0; i < reading->n_attention; ++i)
    age += reading->attention[i] * (float)(reading->n_attention - 1 - i);
  return age * (float)ENGINE_HOP_SECONDS;
}

static Estimate* estimate_of(Engine* engine) {
  return &engine->queue[(engine->queue_at + engine->queue_count) % ENGINE_MAX_ESTIMATES];
}

/// \return whether an incoming model also reads the hops
static bool incoming_reads(const Engine* engine) {
  return engine->incoming && engine->incoming->started;
}

/// \return whether an incoming model also reads the hops, with its own front end
static bool incoming_has_frontend(const Engine* engine) {
  return incoming_reads(engine) && !engine->incoming->shares;
}

/// The active model has detected that another piece began \p hops hops ago.
static void begin_piece(Engine* engine, unsigned hops) {
  net_runner_begin_piece(engine->active->nets, hops);
  frontend_forget(engine->frontend, hops);
  if (incoming_reads(engine)) net_runner_begin_piece(engine->incoming->nets, hops);
  if (incoming_has_frontend(engine)) frontend_forget(engine->incoming->frontend, hops);
  engine->settling = hops - 1;
}

static void begin_sound(Engine* engine, const HopFeatures* hop, Estimate* e) {
  ModelRunner* incoming = engine->incoming;
  if (hop->gate_opened) {
    net_runner_reset(engine->active->nets);
    if (incoming) net_runner_reset(incoming->nets);
    engine->settling = 0;
  }
  const unsigned new_piece =
      net_runner_add(engine->active->nets, hop, frontend_staggered_hop(engine->frontend));
  if (incoming_reads(engine)) {
    const Frontend* frontend = incoming->shares ? engine->frontend : incoming->frontend;
    net_runner_add(incoming->nets, frontend_hop(frontend), frontend_staggered_hop(frontend));
  }
  if (new_piece) begin_piece(engine, new_piece);
  if (engine->settling < ENGINE_SETTLING_HOPS) ++engine->settling;
  e->settled = (float)engine->settling / ENGINE_SETTLING_HOPS;
  e->state = engine->settling < ENGINE_SETTLING_HOPS ? ENGINE_SETTLING : ENGINE_LIVE;
  e->has_contributions = engine->explaining = engine->explain;
}

static void read_silence(Engine* engine, Estimate* e) {
  e->state = ENGINE_SILENT;
  e->song_valence = engine->last.song_valence;
  e->song_arousal = engine->last.song_arousal;
  if (engine->incoming) { // a change in silence needs no fade
    start_incoming(engine);
    take_over(engine);
    engine->settling = 0;
  }
}

/// Put the hop's complete estimate into the queue.
static void finish_estimate(Engine* engine) {
  ++engine->queue_count;
  if (engine->incoming) start_incoming(engine);
  engine->stage = HOP_READ;
}

static void finish_sound(Engine* engine) {
  Estimate* e = estimate_of(engine);
  NetOutput* reading = &engine->last;
  if (incoming_reads(engine)) fade_incoming(engine, reading);
  e->attention_age = attention_age(reading);
  put_reading(e, reading);
  finish_estimate(engine);
}

/// When the hop's features are complete: fill in the values that need no net.
static void begin_estimate(Engine* engine) {
  const HopFeatures* hop = frontend_hop(engine->frontend);
  Estimate* e = estimate_of(engine);
  memset(e, 0, sizeof *e);
  e->position = hop->end;
  e->loudness = hop->loudness;
  e->loudness_short = hop->loudness_short;
  memcpy(e->cues, hop->cues, sizeof e->cues);
  fill_envelope(hop, model_frontend(net_runner_model(engine->active->nets))->n_mel, e->envelope);
  if (hop->silent) {
    read_silence(engine, e);
    finish_estimate(engine);
  } else {
    begin_sound(engine, hop, e);
    engine->stage = HOP_ACTIVE;
  }
}

/// Compute one slice of the hop's reading.
static void advance_hop(Engine* engine) {
  if (engine->stage == HOP_ACTIVE) {
    NetContributions* contributions =
        engine->explaining ? &estimate_of(engine)->contributions : NULL;
    if (!net_runner_advance(engine->active->nets, &engine->last, contributions)) return;
    engine->stage = HOP_INCOMING;
    if (incoming_reads(engine)) return;
  } else if (!net_runner_advance(engine->incoming->nets, &engine->theirs, NULL)) {
    return;
  }
  finish_sound(engine);
}

size_t engine_advance(Engine* engine, const float* left, const float* right, size_t n) {
  // The incoming front end gets the same samples, so it completes the same frames.
  Frontend* follower = incoming_has_frontend(engine) ? engine->incoming->frontend : NULL;
  if (follower && frontend_busy(follower)) {
    frontend_advance(follower);
    return 0;
  }
  if (frontend_busy(engine->frontend)) {
    if (frontend_advance(engine->frontend)) begin_estimate(engine);
    return 0;
  }
  if (engine->stage != HOP_READ) {
    advance_hop(engine);
    return 0;
  }
  if (n == 0 || engine->queue_count == ENGINE_MAX_ESTIMATES) return 0;
  if (!right) right = left;
  const size_t taken = frontend_take(engine->frontend, left, right, n);
  if (follower) frontend_take(follower, left, right, taken);
  return taken;
}

bool engine_busy(const Engine* engine) {
  return engine->stage != HOP_READ || frontend_busy(engine->frontend) ||
         (incoming_has_frontend(engine) && frontend_busy(engine->incoming->frontend));
}

size_t engine_frame_rest(const Engine* engine) {
  return frontend_frame_rest(engine->frontend);
}

// Costs as measured by bench/slices.c: a frame at 48 kHz, about 9 us, counts as 1.

static float frame_cost(const Engine* engine) {
  return (float)(engine->rate / 48000.0);
}

static float part_cost(int part) {
  return part == 0 ? 2.5f : part > 0 ? 0.7f : 1.0f;
}

float engine_next_cost(const Engine* engine) {
  const Frontend* follower = incoming_has_frontend(engine) ? engine->incoming->frontend : NULL;
  if (follower && frontend_busy(follower)) return part_cost(frontend_part(follower));
  if (frontend_busy(engine->frontend)) return part_cost(frontend_part(engine->frontend));
  if (engine->stage == HOP_ACTIVE) return net_runner_next_cost(engine->active->nets);
  if (engine->stage == HOP_INCOMING) return net_runner_next_cost(engine->incoming->nets);
  return frame_cost(engine) * (follower ? 2.0f : 1.0f);
}

static float runner_cost(const ModelRunner* runner, bool explain) {
  const float parts = part_cost(0) + part_cost(1) * (FRONTEND_HOP_PARTS - 1);
  return parts * (net_runner_is_staggered(runner->nets) ? 2.0f : 1.0f) +
         net_runner_cost(runner->nets, explain);
}

float engine_hop_cost(const Engine* engine, size_t samples) {
  const double frames = ceil((double)samples * FRAMES_A_SECOND / engine->rate);
  float cost = (float)frames * (frame_cost(engine) + 0.2f); // a tonal spectrum every fifth frame
  if (engine->incoming) cost = 2.0f * cost + runner_cost(engine->incoming, false);
  return cost + runner_cost(engine->active, engine->explain);
}

size_t engine_push(Engine* engine, const float* left, const float* right, size_t n) {
  size_t used = 0;
  if (!right) right = left;
  while (engine_busy(engine) || (used < n && engine->queue_count < ENGINE_MAX_ESTIMATES))
    used += engine_advance(engine, left + used, right + used, n - used);
  return used;
}

bool engine_pop(Engine* engine, Estimate* out) {
  if (engine->queue_count == 0) return false;
  *out = engine->queue[engine->queue_at];
  engine->queue_at = (engine->queue_at + 1) % ENGINE_MAX_ESTIMATES;
  --engine->queue_count;
  return true;
}

void engine_reset(Engine* engine) {
  engine->stage = HOP_READ;
  frontend_reset(engine->frontend);
  net_runner_reset(engine->active->nets);
  if (engine->incoming) { // after a reset there is no old reading to fade from
    take_over(engine);
    frontend_reset(engine->frontend);
    net_runner_reset(engine->active->nets);
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

ModelRunner* model_runner_new(const Engine* engine, Model* model, char* error, size_t error_size) {
  return runner_create(model, engine->rate, error, error_size);
}

void engine_change_model(Engine* engine, ModelRunner* runner) {
  if (engine->incoming) retire(engine, engine->incoming);
  if (engine->gate_set) frontend_set_gate(runner->frontend, engine->gate);
  runner->shares =
      frontend_same_spec(model_frontend(net_runner_model(runner->nets)),
                         model_frontend(net_runner_model(engine->active->nets))) &&
      (net_runner_is_staggered(engine->active->nets) || !net_runner_is_staggered(runner->nets));
  runner->started = false;
  runner->hops = 0;
  engine->incoming = runner;
}

ModelRunner* engine_collect_runner(Engine* engine) {
  ModelRunner* runner = engine->retired;
  if (runner) engine->retired = runner->next;
  return runner;
}

void model_runner_free(ModelRunner* runner) {
  if (!runner) return;
  net_runner_free(runner->nets);
  frontend_free(runner->frontend);
  free(runner);
}

static void runner_state(ModelRunner* runner, Frontend* frontend, StateCopy* copy) {
  state_field(copy, &runner->started, sizeof runner->started);
  state_field(copy, &runner->hops, sizeof runner->hops);
  net_runner_state(runner->nets, copy);
  if (frontend) frontend_state(frontend, copy);
}

void engine_state(Engine* engine, StateCopy* copy) {
  state_field(copy, &engine->settling, sizeof engine->settling);
  state_field(copy, &engine->last, sizeof engine->last);
  state_field(copy, &engine->explain, sizeof engine->explain);
  state_field(copy, &engine->gate, sizeof engine->gate);
  state_field(copy, &engine->gate_set, sizeof engine->gate_set);
  runner_state(engine->active, engine->frontend, copy);
  ModelRunner* incoming = engine->incoming;
  if (incoming) runner_state(incoming, incoming->shares ? NULL : incoming->frontend, copy);
}

size_t engine_state_size(Engine* engine) {
  StateCopy measure = {.direction = STATE_MEASURE};
  engine_state(engine, &measure);
  return measure.at;
}

size_t model_runner_state_size(ModelRunner* runner) {
  StateCopy measure = {.direction = STATE_MEASURE};
  runner_state(runner, runner->frontend, &measure);
  return measure.at;
}

unsigned engine_taken_over(const Engine* engine) {
  return engine->taken_over;
}

bool engine_changing(const Engine* engine) {
  return engine->incoming != NULL;
}

void engine_load_begin(Engine* engine, unsigned taken_over) {
  engine->stage = HOP_READ;
  engine->queue_at = engine->queue_count = 0;
  while (engine->incoming && engine->taken_over < taken_over)
    take_over(engine);
}

const Model* engine_model(const Engine* engine) {
  return net_runner_model(engine->active->nets);
}
