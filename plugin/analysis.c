// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/analysis.h"

#include "dsp/ring.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RING_SECONDS 1.2 ///< twice what waits between two hops
#define CHUNK 512        ///< samples analysed at a time
#define MARKERS 64       ///< commands that can wait
#define READINGS 16      ///< readings that can wait

/// A command with its place in the stream.
typedef struct {
  uint64_t position;
  uint32_t command;
  float value;
} Marker;

struct Analysis {
  double rate;
  Ring* samples[2]; ///< a channel each; the right one is filled last and emptied last
  Ring* markers;
  Ring* readings;

  // Audio thread.
  uint64_t pushed; ///< stream position of the next sample
  size_t gap;      ///< lost samples, owed as silence

  // Owner of the engine.
  atomic_bool owned;
  Engine* engine;
  uint64_t consumed; ///< stream position of the next sample to analyse
  uint64_t base;     ///< stream position of the engine's position 0
  uint32_t epoch;
  float gate;
  bool explain;
  bool swapping; ///< a model change is under way
  bool have_marker;
  Marker marker;
  Reading in;
  float chunk[2][CHUNK];
};

static bool try_own(Analysis* a) {
  return !atomic_exchange_explicit(&a->owned, true, memory_order_acquire);
}

static void disown(Analysis* a) {
  atomic_store_explicit(&a->owned, false, memory_order_release);
}

/// For threads that may wait: the owner is done within a few milliseconds.
static void own(Analysis* a) {
  while (!try_own(a))
    nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
}

Analysis* analysis_new(double rate) {
  Analysis* a = calloc(1, sizeof *a);
  if (!a) return NULL;
  a->rate = rate;
  a->gate = -60.0f;
  atomic_init(&a->owned, false);
  for (int c = 0; c < 2; c++)
    a->samples[c] = ring_new((size_t)(rate * RING_SECONDS) + 1, sizeof(float));
  a->markers = ring_new(MARKERS, sizeof(Marker));
  a->readings = ring_new(READINGS, sizeof(Reading));
  if (!a->samples[0] || !a->samples[1] || !a->markers || !a->readings) {
    analysis_free(a);
    return NULL;
  }
  return a;
}

void analysis_free(Analysis* a) {
  if (!a) return;
  engine_free(a->engine);
  ring_free(a->samples[0]);
  ring_free(a->samples[1]);
  ring_free(a->markers);
  ring_free(a->readings);
  free(a);
}

/// Both channels or neither: there is room in the left ring if there is in the right one.
static bool push_both(Analysis* a, const float* left, const float* right, size_t n) {
  if (ring_writable(a->samples[1]) < n) return false;
  ring_push(a->samples[0], left, n);
  ring_push(a->samples[1], right, n);
  return true;
}

bool analysis_push(Analysis* a, const float* left, const float* right, size_t n) {
  static const float silence[64];
  while (a->gap > 0) {
    const size_t k = a->gap < 64 ? a->gap : 64;
    if (!push_both(a, silence, silence, k)) break;
    a->gap -= k;
  }
  a->pushed += n;
  if (a->gap == 0 && push_both(a, left, right, n)) return true;
  a->gap += n;
  return false;
}

bool analysis_command(Analysis* a, AnalysisCommand command, float value) {
  const Marker m = {a->pushed, (uint32_t)command, value};
  return ring_push(a->markers, &m, 1) == 1;
}

size_t analysis_backlog(Analysis* a) {
  return ring_capacity(a->samples[1]) - ring_writable(a->samples[1]) + a->gap;
}

uint64_t analysis_position(const Analysis* a) {
  return a->pushed;
}

bool analysis_pop(Analysis* a, Reading* out) {
  return ring_pop(a->readings, out, 1) == 1;
}

static void apply(Analysis* a, const Marker* m) {
  switch (m->command) {
  case ANALYSIS_RESET:
    if (a->engine) engine_reset(a->engine);
    a->base = a->consumed;
    a->epoch++;
    break;
  case ANALYSIS_GATE:
    a->gate = m->value;
    if (a->engine) engine_set_gate(a->engine, m->value);
    break;
  case ANALYSIS_EXPLAIN:
    a->explain = m->value > 0.0f;
    if (a->engine) engine_explain(a->engine, a->explain);
    break;
  default:
    break;
  }
}

/// Apply the commands that are due.  \return how many samples may be taken before the next one.
static size_t apply_markers(Analysis* a) {
  for (;;) {
    if (!a->have_marker) a->have_marker = ring_pop(a->markers, &a->marker, 1) == 1;
    if (!a->have_marker) return SIZE_MAX;
    if (a->marker.position > a->consumed) return (size_t)(a->marker.position - a->consumed);
    apply(a, &a->marker);
    a->have_marker = false;
  }
}

static void feed(Analysis* a, size_t n) {
  const float* left = a->chunk[0];
  const float* right = a->chunk[1];
  while (n > 0 && a->engine) {
    const size_t used = engine_push(a->engine, left, right, n);
    left += used;
    right += used;
    n -= used;
    bool popped = false;
    while (engine_pop(a->engine, &a->in.estimate)) {
      popped = true;
      a->in.position = a->base + a->in.estimate.position;
      a->in.epoch = a->epoch;
      ring_push(a->readings, &a->in, 1);
    }
    if (used == 0 && !popped) return; // cannot be: an engine stops only for what waits
  }
}

bool analysis_drain(Analysis* a, size_t limit) {
  if (!try_own(a)) return false;
  while (limit > 0) {
    // First how much there is, then the commands: a command is queued before the samples after it.
    size_t take = ring_readable(a->samples[1]);
    const size_t before_marker = apply_markers(a);
    if (take > before_marker) take = before_marker;
    if (take > limit) take = limit;
    if (take > CHUNK) take = CHUNK;
    if (take == 0) break;
    ring_pop(a->samples[0], a->chunk[0], take);
    ring_pop(a->samples[1], a->chunk[1], take);
    feed(a, take);
    a->consumed += take;
    limit -= take;
  }
  disown(a);
  return true;
}

/// Put \p fresh in place if nothing was heard yet.  \return what is to be freed, or \p fresh.
static Engine* install(Analysis* a, Engine* fresh) {
  Engine* spare = fresh;
  own(a);
  if (!a->engine || a->consumed == a->base) {
    spare = a->engine;
    engine_set_gate(fresh, a->gate);
    engine_explain(fresh, a->explain);
    a->engine = fresh;
    a->swapping = false;
    a->base = a->consumed;
  }
  disown(a);
  return spare;
}

int analysis_set_model(Analysis* a, Model* model, char* error, size_t error_size) {
  own(a);
  const bool unheard = !a->engine || a->consumed == a->base;
  disown(a);
  if (unheard) {
    Engine* fresh = engine_new(model, a->rate, error, error_size);
    if (!fresh) return -1;
    Engine* spare = install(a, fresh);
    engine_free(spare);
    if (spare != fresh) return 0;
  }
  EngineSwap* swap = engine_swap_new(a->engine, model, error, error_size);
  if (!swap) return -1;
  own(a);
  engine_swap_begin(a->engine, swap);
  EngineSwap* old = engine_swap_collect(a->engine);
  a->swapping = true;
  disown(a);
  engine_swap_free(old);
  return 0;
}

bool analysis_collect(Analysis* a) {
  EngineSwap* old = NULL;
  if (!try_own(a)) return true;
  if (a->engine) old = engine_swap_collect(a->engine);
  if (old) a->swapping = false;
  const bool swapping = a->swapping;
  disown(a);
  engine_swap_free(old);
  return swapping;
}

size_t analysis_size(const Analysis* a) {
  return sizeof *a + (a->engine ? engine_size(a->engine) : 0) + 2 * ring_size(a->samples[0]) +
         ring_size(a->markers) + ring_size(a->readings);
}
