// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// net.h: one listener.  docs/model-format.md, "One step", is what is computed here.
#include "inference/net.h"
#include "inference/net_internal.h"
#include "inference/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS CUE_GROUP_COUNT // most alternatives tried at once

struct Net {
  Model* model;
  const Plan* plan;
  const Compute* compute;
  size_t bytes;
  uint64_t hops;                    // since reset
  float song_valence, song_arousal; // running means of the outputs

  // State, in `memory`: zeroed by net_reset().
  float* state;     // [members][temporal_state_size]
  float* song_mean; // [members][n_outputs]
  size_t state_floats;

  // Scratch, in `memory`.
  float *mel, *columns, *a, *b; // normalised log-mel; layers_run()
  float *x, *rows;              // [inputs.n]; [ROWS][inputs.n]
  float *scratch, *seen;        // temporal_try(); [ROWS][n_outputs]
  float* measures;              // confidence's input
  float* attention;             // [window]
  float memory[];
};

/// Where each array lies: called once to measure (base NULL), once to assign.
static size_t divide(Net* net, const Plan* plan, float* base) {
  const TemporalSpec* t = &plan->temporal;
  size_t columns =
      plan->encoder.columns > plan->decoder.columns ? plan->encoder.columns : plan->decoder.columns;
  size_t wide =
      plan->encoder.widest > plan->decoder.widest ? plan->encoder.widest : plan->decoder.widest;
  if (plan->confidence.widest > wide) wide = plan->confidence.widest;
  for (unsigned i = 0; i < plan->members; i++) {
    if (ROWS * plan->member[i].head.widest > wide) wide = ROWS * plan->member[i].head.widest;
    if (plan->member[i].song.widest > wide) wide = plan->member[i].song.widest;
  }
  struct {
    float** array;
    size_t count;
  } parts[] = {{&net->state, plan->members * temporal_state_size(t)},
               {&net->song_mean, plan->members * (size_t)t->n_outputs},
               {&net->mel, FRONTEND_FRAMES * (size_t)plan->frontend.n_mel},
               {&net->columns, columns},
               {&net->a, wide},
               {&net->b, wide},
               {&net->x, plan->inputs.n},
               {&net->rows, ROWS * (size_t)plan->inputs.n},
               {&net->scratch, temporal_scratch_size(t, ROWS)},
               {&net->seen, ROWS * (size_t)t->n_outputs},
               {&net->measures, 2 * (size_t)plan->inputs.n + 2},
               {&net->attention, t->window}};
  size_t at = 0;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (base) *parts[i].array = base + at;
    at += (parts[i].count + 15) / 16 * 16; // a cache line
    if (i == 1) net->state_floats = at;
  }
  return at;
}

Net* net_new_with(Model* model, const Compute* compute) {
  const Plan* plan = model_plan(model);
  Net measure = {0};
  const size_t floats = divide(&measure, plan, NULL);
  const size_t bytes = sizeof(Net) + (floats + 16) * sizeof(float);
  Net* net = calloc(1, bytes);
  if (!net) return NULL;
  net->model = model_ref(model);
  net->plan = plan;
  net->compute = compute;
  net->bytes = bytes;
  const size_t offset = (size_t)(uintptr_t)net->memory % 64;
  divide(net, plan, net->memory + (offset ? (64 - offset) / sizeof(float) : 0));
  return net;
}

Net* net_new(Model* model) {
  return net_new_with(model, compute_get());
}

void net_free(Net* net) {
  if (!net) return;
  model_unref(net->model);
  free(net);
}

void net_reset(Net* net) {
  memset(net->state, 0, net->state_floats * sizeof *net->state);
  net->hops = 0;
  net->song_valence = net->song_arousal = 0;
}

const Model* net_model(const Net* net) {
  return net->model;
}
size_t net_size(const Net* net) {
  return net->bytes;
}

// ---- features

static float clamp(float x, float low, float high) { // NaN becomes low
  return x > low ? (x < high ? x : high) : low;
}

/// (x - mean) gain within +-6; what is not finite counts as the mean.
static float normalise(float x, float mean, float gain) {
  return isfinite(x) ? clamp((x - mean) * gain, -6, 6) : 0;
}

/// The step's vector x, normalised.  \return the log of the reconstruction error (0: no decoder).
static float features(Net* net, const HopFeatures* hop) {
  const Plan* plan = net->plan;
  const size_t n_mel = plan->frontend.n_mel;
  float error = 0;
  float* x = net->x;
  if (plan->has_encoder)
    for (size_t i = 0; i < FRONTEND_FRAMES * n_mel; i++)
      net->mel[i] = normalise(hop->logmel[i], plan->mel_mean[i % n_mel], plan->mel_gain[i % n_mel]);
  for (unsigned i = 0; i < plan->inputs.count; i++) {
    const InputKind kind = plan->inputs.kinds[i];
    if (kind == INPUT_CODE) {
      const size_t n = plan->encoder.out.c;
      memcpy(x, layers_run(&plan->encoder, net->compute, 1, net->mel, net->a, net->b, net->columns),
             n * sizeof *x);
      if (plan->has_decoder && plan->has_confidence) {
        const float* mel =
            layers_run(&plan->decoder, net->compute, 1, x, net->a, net->b, net->columns);
        float sum = 0;
        for (size_t j = 0; j < FRONTEND_FRAMES * n_mel; j++)
          sum += (mel[j] - net->mel[j]) * (mel[j] - net->mel[j]);
        error = logf(sum / (float)(FRONTEND_FRAMES * n_mel) + 1e-6f);
      }
      x += n;
    } else {
      x += inputs_gather(&plan->inputs, kind, hop, x);
    }
  }
  for (size_t i = 0; i < plan->inputs.n; i++)
    net->x[i] = normalise(net->x[i], plan->input_mean[i], plan->input_gain[i]);
  return error;
}

static float confidence(Net* net, float log_error) {
  const Plan* plan = net->plan;
  const size_t n = plan->inputs.n;
  if (!plan->has_confidence) return 1;
  const float* other = net->x; // x' M x with M = 1
  if (plan->maha.panels) {
    net->compute->gemm(1, n, n, net->x, n, plan->maha.panels, plan->maha.bias,
                       net->measures + n + 2, n);
    net->compute->tame(net->measures + n + 2, n);
    other = net->measures + n + 2;
  }
  const float distance = net->compute->dot(net->x, other, n) / (float)n;
  net->measures[0] = log_error;
  net->measures[1] = logf(clamp(distance, 0, 1e9f) + 1e-6f);
  memcpy(net->measures + 2, net->x, n * sizeof *net->x);
  float* out = layers_run(&plan->confidence, net->compute, 1, net->measures, net->a, net->b, NULL);
  net->compute->sigmoid(out, 1);
  return clamp(out[0], 0, 1);
}

// ---- outputs

typedef struct {
  float valence, arousal, valence_spread, arousal_spread;
} Reading;

static float spread(float x) { // softplus, without overflow
  const float soft = x > 0 ? x + log1pf(expf(-x)) : log1pf(expf(clamp(x, -80, 0)));
  return clamp(0.02f + soft, 0.02f, 2);
}

static float calibrate(const float line[2], float x) {
  return clamp(line[0] * x + line[1], -1, 1);
}

/// Add this member's share to each row's reading.
static void head(Net* net, const Member* m, size_t rows, Reading* readings) {
  float* out = layers_run(&m->head, net->compute, rows, net->seen, net->a, net->b, NULL);
  const float share = 1.0f / (float)net->plan->members;
  for (size_t r = 0; r < rows; r++, out += 4) {
    net->compute->tanh(out, 2);
    readings[r].valence += share * out[0];
    readings[r].arousal += share * out[1];
    readings[r].valence_spread += share * spread(out[2]);
    readings[r].arousal_spread += share * spread(out[3]);
  }
}

static void song(Net* net, const Member* m, float* mean, NetOutput* out) {
  const size_t n = net->plan->temporal.n_outputs;
  const float weight = 1.0f / (float)(net->hops + 1), share = 1.0f / (float)net->plan->members;
  for (size_t i = 0; i < n; i++)
    mean[i] += (net->seen[i] - mean[i]) * weight;
  float* two = layers_run(&m->song, net->compute, 1, mean, net->a, net->b, NULL);
  net->compute->tanh(two, 2);
  out->song_valence += share * two[0];
  out->song_arousal += share * two[1];
}

/// Rows of x with one cue group each at its mean.  \return how many; which[r] is row r's group.
static size_t occlude(Net* net, unsigned which[ROWS]) {
  const Plan* plan = net->plan;
  size_t rows = 0;
  for (unsigned group = 0; group < CUE_GROUP_COUNT; group++) {
    float* row = net->rows + rows * plan->inputs.n;
    bool any = false;
    memcpy(row, net->x, plan->inputs.n * sizeof *row);
    for (unsigned i = 0; i < plan->inputs.cue_count; i++)
      if ((unsigned)cue_info(plan->inputs.cues[i])->group == group) {
        row[plan->inputs.cue_offset + i] = 0;
        any = true;
      }
    if (any) which[rows++] = group;
  }
  return rows;
}

void net_step(Net* net, const HopFeatures* hop, NetOutput* out, NetPushes* pushes) {
  const Plan* plan = net->plan;
  const TemporalSpec* t = &plan->temporal;
  const size_t state = temporal_state_size(t);
  const float log_error = features(net, hop);
  Reading now = {0}, without[ROWS] = {{0}};
  unsigned which[ROWS];
  const size_t rows = pushes ? occlude(net, which) : 0;
  *out = (NetOutput){.confidence = confidence(net, log_error)};
  out->n_attention = !t->window ? 0 : net->hops < t->window ? (unsigned)net->hops + 1 : t->window;
  for (unsigned i = 0; i < plan->members; i++) {
    const Member* m = &plan->member[i];
    float* past = net->state + i * state;
    if (rows) {
      temporal_try(t, &m->temporal, net->compute, past, net->hops, net->rows, rows, net->scratch,
                   net->seen, NULL);
      head(net, m, rows, without);
    }
    // By itself, so that the reading is the same to the last bit with and without pushes.
    temporal_try(t, &m->temporal, net->compute, past, net->hops, net->x, 1, net->scratch, net->seen,
                 t->window ? net->attention : NULL);
    temporal_commit(t, past, net->hops, 1, net->scratch);
    head(net, m, 1, &now);
    if (plan->has_song) song(net, m, net->song_mean + i * t->n_outputs, out);
    net->compute->add_scaled(out->attention, 1.0f / (float)plan->members, net->attention,
                             out->n_attention);
  }
  out->valence = calibrate(plan->calibration[0], now.valence);
  out->arousal = calibrate(plan->calibration[1], now.arousal);
  out->valence_spread = now.valence_spread;
  out->arousal_spread = now.arousal_spread;
  const float weight = 1.0f / (float)(net->hops + 1);
  net->song_valence += (out->valence - net->song_valence) * weight;
  net->song_arousal += (out->arousal - net->song_arousal) * weight;
  out->song_valence =
      plan->has_song ? calibrate(plan->calibration[2], out->song_valence) : net->song_valence;
  out->song_arousal =
      plan->has_song ? calibrate(plan->calibration[3], out->song_arousal) : net->song_arousal;
  if (pushes) {
    *pushes = (NetPushes){{0}, {0}};
    for (size_t r = 0; r < rows; r++) {
      pushes->valence[which[r]] =
          out->valence - calibrate(plan->calibration[0], without[r].valence);
      pushes->arousal[which[r]] =
          out->arousal - calibrate(plan->calibration[1], without[r].arousal);
    }
  }
  net->hops++;
}
