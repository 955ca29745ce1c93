// SPDX-License-Identifier: GPL-3.0-or-later
// Layers of RNN or LSTM cells.
#include "inference/recurrent.h"

#include "inference/temporal_kind.h"

#include <stdio.h>
#include <string.h>

int recurrent_load(Loader* loader, TemporalSpec* spec, TemporalWeights* weights,
                   const char* prefix) {
  const bool rnn = spec->kind == &temporal_rnn;
  const unsigned h = spec->hidden, gates = rnn ? h : 4 * h;
  for (unsigned l = 0; l < spec->layers; ++l) {
    const unsigned n = l ? h : spec->n_inputs;
    char base[64], suffix[4][32];
    snprintf(base, sizeof base, "%s%s.", prefix, rnn ? "rnn" : "lstm");
    snprintf(suffix[0], sizeof suffix[0], "weight_ih_l%u", l);
    snprintf(suffix[1], sizeof suffix[1], "weight_hh_l%u", l);
    snprintf(suffix[2], sizeof suffix[2], "bias_ih_l%u", l);
    snprintf(suffix[3], sizeof suffix[3], "bias_hh_l%u", l);
    const float *w_ih, *w_hh, *b_ih, *b_hh;
    if (!(w_ih = loader_tensor(loader, base, suffix[0], 2, gates, n)) ||
        !(w_hh = loader_tensor(loader, base, suffix[1], 2, gates, h)) ||
        !(b_ih = loader_tensor(loader, base, suffix[2], 1, gates)) ||
        !(b_hh = loader_tensor(loader, base, suffix[3], 1, gates)) ||
        loader_product(loader, &weights->cells[l], gates, n, w_ih, h, w_hh, b_ih, b_hh, 1) < 0)
      return -1;
  }
  return 0;
}

typedef struct {
  float *xh, *gates, *h, *c;
} RecurrentScratch;

static size_t wider(const TemporalSpec* spec) {
  return spec->n_inputs > spec->hidden ? spec->n_inputs : spec->hidden;
}

static RecurrentScratch divide(const TemporalSpec* spec, size_t rows, float* memory) {
  const size_t h = spec->hidden;
  RecurrentScratch s;
  s.xh = memory;
  s.gates = s.xh + rows * (wider(spec) + h);
  s.h = s.gates + rows * 4 * h;
  s.c = s.h + spec->layers * rows * h;
  return s;
}

/// divide() for constant memory: it only computes addresses, and callers only read.
static RecurrentScratch look(const TemporalSpec* spec, size_t rows, const float* memory) {
  return divide(spec, rows, (float*)(uintptr_t)memory);
}

size_t recurrent_state_size(const TemporalSpec* spec) {
  return 2 * (size_t)spec->layers * spec->hidden;
}

size_t recurrent_scratch_size(const TemporalSpec* spec, size_t rows) {
  const size_t h = spec->hidden;
  return rows * (wider(spec) + h + 4 * h + 2 * spec->layers * h);
}

const float* recurrent_last(const TemporalSpec* spec, size_t rows, const float* scratch) {
  return look(spec, rows, scratch).h + (spec->layers - 1) * rows * spec->hidden;
}

const float* recurrent_run(const TemporalTry* step) {
  const TemporalSpec* spec = step->spec;
  const Compute* compute = step->compute;
  const size_t h = spec->hidden, rows = step->rows;
  const RecurrentScratch s = divide(spec, rows, step->scratch);
  const float* input = step->x;
  for (unsigned l = 0; l < spec->layers; ++l) {
    const size_t n = l ? h : spec->n_inputs;
    const float* h_before = step->state + l * h;
    const float* c_before = step->state + (spec->layers + l) * h;
    float *h_now = s.h + l * rows * h, *c_now = s.c + l * rows * h;
    for (size_t r = 0; r < rows; ++r) {
      memcpy(s.xh + r * (n + h), input + r * n, n * sizeof *input);
      memcpy(s.xh + r * (n + h) + n, h_before, h * sizeof *input);
    }
    const Product* p = &step->weights->cells[l];
    compute->gemm(rows, p->n, p->k, s.xh, p->k, p->panels, p->bias, s.gates, p->n);
    compute->clamp_finite(s.gates, rows * p->n);
    if (spec->kind == &temporal_rnn) {
      memcpy(h_now, s.gates, rows * h * sizeof *h_now);
      compute->tanh(h_now, rows * h);
    } else {
      for (size_t r = 0; r < rows; ++r)
        compute->lstm(s.gates + r * 4 * h, c_before, c_now + r * h, h_now + r * h, h);
    }
    input = h_now;
  }
  return input;
}

void recurrent_commit(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                      const float* scratch) {
  (void)hops;
  const size_t n = spec->hidden;
  const RecurrentScratch s = look(spec, rows, scratch);
  for (unsigned l = 0; l < spec->layers; ++l) {
    memcpy(state + l * n, s.h + l * rows * n, n * sizeof *state);
    if (spec->kind != &temporal_rnn)
      memcpy(state + (spec->layers + l) * n, s.c + l * rows * n, n * sizeof *state);
  }
}

static void attempt(const TemporalTry* step) {
  memcpy(step->out, recurrent_run(step), step->rows * step->spec->hidden * sizeof *step->out);
}

#define RECURRENT(type)                                                                            \
  {                                                                                                \
    .name = type, .parse = temporal_parse_hidden, .load = recurrent_load,                          \
    .state_size = recurrent_state_size, .scratch_size = recurrent_scratch_size,                    \
    .attempt = attempt, .commit = recurrent_commit                                                 \
  }
const TemporalKind temporal_rnn = RECURRENT("rnn");
const TemporalKind temporal_lstm = RECURRENT("lstm");
