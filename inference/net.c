// SPDX-License-Identifier: GPL-3.0-or-later
// A neural net.  docs/model-format.md, "One step", defines what is computed.
#include "inference/net.h"
#include "inference/net_internal.h"
#include "inference/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLICE_COST 0.2f              // base cost of a slice, in frames of the front end at 48 kHz
#define WORK_COST (1.0f / 140000.0f) // cost of a multiply-add, in the same unit
#define ROWS CUE_GROUP_COUNT         // largest number of alternative inputs
#define WHOLE_FIRST 4 // the mean for the whole piece restarts at each of the first hops up to this
#define WIDEST_SPREAD 0.57735027f // 1 / sqrt(3): SD of a uniform distribution over -1..1

typedef struct {
  float valence, arousal, valence_spread, arousal_spread;
} MemberReading;

/// The step in progress.
typedef struct {
  bool started, explain;
  unsigned slice; ///< the next one, in the order of net_advance()
  float log_error;
  MemberReading now, without[ROWS];
  unsigned which[ROWS]; ///< the cue group that each row lacks
  size_t rows;
} Step;

struct Net {
  Model* model;
  const Plan* plan;
  const Compute* compute;
  bool unsure;          // confidence is not computed
  uint64_t hops;        // number of hops since reset
  float whole[2];       // running means of valence and arousal over the piece
  uint64_t whole_count; // number of hops in these means
  Step step;

  // State, in `memory`: zeroed by net_reset().
  float* state;     // [members][temporal_state_size]
  float* song_mean; // [members][n_outputs]
  float* slow;      // confidence_run()
  size_t state_floats;

  // Scratch, in `memory`.
  float *mel, *columns, *a, *b; // normalised log-mel; layers_run()
  float *x, *rows;              // [inputs.n]; [ROWS][inputs.n]
  float *scratch, *seen;        // temporal_try(); [ROWS][n_outputs]
  float* measures;              // confidence_run()
  float* attention;             // [window]
  float memory[];
};

/// Place the arrays in one block of memory.  With base NULL it only measures.  \return floats
static size_t divide(Net* net, const Plan* plan, float* base) {
  const TemporalSpec* t = &plan->temporal;
  size_t columns =
      plan->encoder.columns > plan->decoder.columns ? plan->encoder.columns : plan->decoder.columns;
  size_t wide =
      plan->encoder.widest > plan->decoder.widest ? plan->encoder.widest : plan->decoder.widest;
  if (plan->confidence.layers.widest > wide) wide = plan->confidence.layers.widest;
  for (unsigned i = 0; i < plan->members; ++i) {
    if (ROWS * plan->member[i].head.widest > wide) wide = ROWS * plan->member[i].head.widest;
    if (plan->member[i].song.widest > wide) wide = plan->member[i].song.widest;
  }
  struct {
    float** array;
    size_t count;
  } parts[] = {{&net->state, plan->members * temporal_state_size(t)},
               {&net->song_mean, plan->members * (size_t)t->n_outputs},
               {&net->slow, confidence_state_size(&plan->confidence)},
               {&net->mel, FRONTEND_FRAMES * (size_t)plan->frontend.n_mel},
               {&net->columns, columns},
               {&net->a, wide},
               {&net->b, wide},
               {&net->x, plan->inputs.n},
               {&net->rows, ROWS * (size_t)plan->inputs.n},
               {&net->scratch, temporal_scratch_size(t, ROWS)},
               {&net->seen, ROWS * (size_t)t->n_outputs},
               {&net->measures, confidence_scratch_size(&plan->confidence)},
               {&net->attention, t->window}};
  size_t at = 0;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i) {
    if (base) *parts[i].array = base + at;
    at += (parts[i].count + 15) / 16 * 16; // whole cache lines
    if (i == 2) net->state_floats = at;
  }
  return at;
}

Net* net_new_with(Model* model, const Compute* compute) {
  const Plan* plan = model_plan(model);
  Net measure = {0};
  const size_t floats = divide(&measure, plan, NULL);
  Net* net = calloc(1, sizeof(Net) + (floats + 16) * sizeof(float));
  if (!net) return NULL;
  net->model = model_ref(model);
  net->plan = plan;
  net->compute = compute;
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
  net->whole_count = 0;
  net->step = (Step){0};
}

void net_leave_out_confidence(Net* net) {
  net->unsure = true;
}

const Model* net_model(const Net* net) {
  return net->model;
}

// ---- features

static float clamp(float x, float low, float high) { // NaN becomes low
  return x > low ? (x < high ? x : high) : low;
}

/// Compute the normalised input vector.  \return log of the reconstruction error; 0 without a
/// decoder
static float features(Net* net, const HopFeatures* hop) {
  const Plan* plan = net->plan;
  const size_t n_mel = plan->frontend.n_mel;
  float error = 0;
  float* x = net->x;
  if (plan->has_encoder)
    for (size_t i = 0; i < FRONTEND_FRAMES * n_mel; i += n_mel)
      net->compute->normalise(net->mel + i, hop->logmel + i, plan->mel_mean, plan->mel_gain, n_mel);
  for (unsigned i = 0; i < plan->inputs.count; ++i) {
    const InputKind kind = plan->inputs.kinds[i];
    if (kind == INPUT_CODE) {
      const size_t n = plan->encoder.out.c;
      memcpy(x, layers_run(&plan->encoder, net->compute, 1, net->mel, net->a, net->b, net->columns),
             n * sizeof *x);
      if (plan->has_decoder && plan->confidence.present && !net->unsure) {
        const size_t size = FRONTEND_FRAMES * n_mel;
        float* off = layers_run(&plan->decoder, net->compute, 1, x, net->a, net->b, net->columns);
        net->compute->add_scaled(off, -1.0f, net->mel, size);
        error = logf(net->compute->dot(off, off, size) / (float)size + 1e-6f);
      }
      x += n;
    } else {
      x += inputs_gather(&plan->inputs, kind, hop, x);
    }
  }
  net->compute->normalise(net->x, net->x, plan->input_mean, plan->input_gain, plan->inputs.n);
  return error;
}

// ---- outputs

static float spread(float x) { // softplus, without overflow
  const float soft = x > 0 ? x + log1pf(expf(-x)) : log1pf(expf(clamp(x, -80, 0)));
  return clamp(0.02f + soft, 0.02f, 2);
}

static float calibrate(const float line[2], float x) {
  return clamp(line[0] * x + line[1], -1, 1);
}

static float calibrate_spread(const float line[2], float x) {
  return clamp(line[0] * x + line[1], 1e-3f, 2);
}

/// Run the member's head, and add its share to each row's reading.
static void head(Net* net, const Member* m, size_t rows, MemberReading* readings) {
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
  for (size_t i = 0; i < n; ++i)
    mean[i] += (net->seen[i] - mean[i]) * weight;
  float* two = layers_run(&m->song, net->compute, 1, mean, net->a, net->b, NULL);
  net->compute->tanh(two, 2);
  out->song_valence += share * two[0];
  out->song_arousal += share * two[1];
}

/// Make rows of x, each with one cue group set to its mean.  \return number of rows; which[r] is
/// the group of row r
static size_t occlude(Net* net, unsigned which[ROWS]) {
  const Plan* plan = net->plan;
  size_t rows = 0;
  for (unsigned group = 0; group < CUE_GROUP_COUNT; ++group) {
    float* row = net->rows + rows * plan->inputs.n;
    bool any = false;
    memcpy(row, net->x, plan->inputs.n * sizeof *row);
    for (unsigned i = 0; i < plan->inputs.cue_count; ++i)
      if ((unsigned)cue_info(plan->inputs.cues[i])->group == group) {
        row[plan->inputs.cue_offset + i] = 0;
        any = true;
      }
    if (any) which[rows++] = group;
  }
  return rows;
}

static TemporalTry try_of(Net* net, unsigned member) {
  const TemporalSpec* t = &net->plan->temporal;
  return (TemporalTry){.spec = t,
                       .weights = &net->plan->member[member].temporal,
                       .compute = net->compute,
                       .state = net->state + member * temporal_state_size(t),
                       .hops = net->hops,
                       .scratch = net->scratch,
                       .out = net->seen};
}

/// Compute a member's readings without some of the cue groups.
static void run_without(Net* net, unsigned member, size_t first) {
  if (first >= net->step.rows) return;
  const size_t most = net->plan->explain_rows, left = net->step.rows - first;
  TemporalTry step = try_of(net, member);
  step.x = net->rows + first * net->plan->inputs.n, step.rows = left < most ? left : most;
  temporal_try(&step);
  head(net, &net->plan->member[member], step.rows, net->step.without + first);
}

/// Compute a member's reading and attention.  This is a pass of its own, so that the reading is
/// bit-identical with and without contributions.
static void run_member(Net* net, unsigned member, NetOutput* out) {
  const Plan* plan = net->plan;
  const TemporalSpec* t = &plan->temporal;
  const Member* m = &plan->member[member];
  TemporalTry step = try_of(net, member);
  step.x = net->x, step.rows = 1, step.weights_out = t->window ? net->attention : NULL;
  temporal_try(&step);
  temporal_commit(t, net->state + member * temporal_state_size(t), net->hops, 1, net->scratch);
  head(net, m, 1, &net->step.now);
  if (plan->has_song) song(net, m, net->song_mean + member * t->n_outputs, out);
  net->compute->add_scaled(out->attention, 1.0f / (float)plan->members, net->attention,
                           out->n_attention);
}

/// Compare attention with the usual weight of each age.
static void compare(const Plan* plan, NetOutput* out) {
  const unsigned n = out->n_attention;
  for (unsigned i = 0; i < n; ++i) {
    const unsigned age = n - 1 - i;
    const float usual = plan->usual[age] / plan->usual_sum[n - 1];
    out->attention_beyond[i] = clamp(out->attention[i] - usual, 0, 1);
    if (age >= NET_RECALL_HOPS) out->recall += out->attention_beyond[i];
  }
  out->recall = clamp(out->recall, 0, 1);
}

/// The reading of the whole piece: by the song head, or else a running mean.  The mean restarts at
/// each of the first hops, because early readings are poor, and at hop song_from.
static void whole_piece(Net* net, NetOutput* out) {
  const Plan* plan = net->plan;
  if (plan->has_song) {
    out->song_valence = calibrate(plan->calibration[LINE_SONG_VALENCE], out->song_valence);
    out->song_arousal = calibrate(plan->calibration[LINE_SONG_AROUSAL], out->song_arousal);
    return;
  }
  if (net->hops == plan->song_from || (net->hops < plan->song_from && net->hops <= WHOLE_FIRST))
    net->whole_count = 0;
  const float weight = 1.0f / (float)++net->whole_count;
  if (net->whole_count == 1) net->whole[0] = net->whole[1] = 0;
  net->whole[0] += (out->valence - net->whole[0]) * weight;
  net->whole[1] += (out->arousal - net->whole[1]) * weight;
  out->song_valence = net->whole[0];
  out->song_arousal = net->whole[1];
}

static void fill_contributions(const Plan* plan, const NetOutput* out, const Step* s,
                               NetContributions* contributions) {
  *contributions = (NetContributions){{0}, {0}};
  for (size_t r = 0; r < s->rows; ++r) {
    contributions->valence[s->which[r]] =
        out->valence - calibrate(plan->calibration[LINE_VALENCE], s->without[r].valence);
    contributions->arousal[s->which[r]] =
        out->arousal - calibrate(plan->calibration[LINE_AROUSAL], s->without[r].arousal);
  }
}

static void begin(Net* net, const HopFeatures* hop, NetOutput* out) {
  const TemporalSpec* t = &net->plan->temporal;
  net->step.log_error = features(net, hop);
  net->step.rows = net->step.explain ? occlude(net, net->step.which) : 0;
  *out = (NetOutput){0};
  out->n_attention = t->window ? (unsigned)temporal_past(t, net->hops) + 1 : 0;
}

static void finish(Net* net, NetOutput* out, NetContributions* contributions) {
  const Plan* plan = net->plan;
  const MemberReading* now = &net->step.now;
  out->valence = calibrate(plan->calibration[LINE_VALENCE], now->valence);
  out->arousal = calibrate(plan->calibration[LINE_AROUSAL], now->arousal);
  out->valence_spread =
      calibrate_spread(plan->calibration[LINE_VALENCE_SPREAD], now->valence_spread);
  out->arousal_spread =
      calibrate_spread(plan->calibration[LINE_AROUSAL_SPREAD], now->arousal_spread);
  const ConfidenceStep step = {
      .x = net->x,
      .log_error = net->step.log_error,
      .reading = {out->valence, out->arousal, out->valence_spread, out->arousal_spread},
      .hops = net->hops,
      .slow = net->slow,
      .measures = net->measures,
      .layers = net->a,
      .layers2 = net->b};
  out->confidence = net->unsure ? 0 : confidence_run(&plan->confidence, net->compute, &step);
  compare(plan, out);
  whole_piece(net, out);
  if (contributions) fill_contributions(plan, out, &net->step, contributions);
  ++net->hops;
  net->step = (Step){0};
}

/// \return number of slices in which a member reads without some cue groups
static unsigned parts_without(const Net* net, bool explain) {
  const unsigned rows = net->plan->explain_rows;
  return explain ? (ROWS + rows - 1) / rows : 0;
}

bool net_advance(Net* net, const HopFeatures* hop, NetOutput* out,
                 NetContributions* contributions) {
  Step* s = &net->step;
  if (!s->started) {
    s->started = true;
    s->explain = contributions != NULL;
  }
  const unsigned parts = parts_without(net, s->explain), slice = s->slice++;
  if (slice == 0) {
    begin(net, hop, out);
    return false;
  }
  const unsigned member = (slice - 1) / (parts + 1), part = (slice - 1) % (parts + 1);
  if (member < net->plan->members) {
    if (part < parts)
      run_without(net, member, (size_t)part * net->plan->explain_rows);
    else
      run_member(net, member, out);
    return false;
  }
  finish(net, out, contributions);
  return true;
}

// Costs as bench/slices.c measures them.

static float slice_cost(size_t work) {
  return SLICE_COST + WORK_COST * (float)work;
}

float net_cost(const Net* net, bool explain) {
  const Plan* plan = net->plan;
  const unsigned parts = parts_without(net, explain), slice = net->step.slice;
  if (slice == 0) return slice_cost(plan->features_work);
  if ((slice - 1) / (parts + 1) >= plan->members) return SLICE_COST; // finish()
  const bool without = (slice - 1) % (parts + 1) < parts;
  return slice_cost(plan->member_work * (without ? plan->explain_rows : 1));
}

float net_whole_cost(const Net* net, bool explain) {
  const Plan* plan = net->plan;
  const float without =
      (float)parts_without(net, explain) * slice_cost(plan->member_work * plan->explain_rows);
  return slice_cost(plan->features_work) + SLICE_COST +
         (float)plan->members * (slice_cost(plan->member_work) + without);
}

/// \return chance that a reading has the right sign, if its error is normal: 0.5..1
static float chance_of_sign(float reading, float spread) {
  return 0.5f * erfcf(-fabsf(reading) / (1.41421356f * spread));
}

void net_limit(NetOutput* out) {
  out->valence_spread = fminf(out->valence_spread, WIDEST_SPREAD);
  out->arousal_spread = fminf(out->arousal_spread, WIDEST_SPREAD);
  const float most = fminf(chance_of_sign(out->valence, out->valence_spread),
                           chance_of_sign(out->arousal, out->arousal_spread));
  if (out->confidence > most) out->confidence = most;
}

void net_step(Net* net, const HopFeatures* hop, NetOutput* out, NetContributions* contributions) {
  while (!net_advance(net, hop, out, contributions)) {
  }
  net_limit(out);
}

void net_state(Net* net, StateCopy* copy) {
  if (copy->direction == STATE_LOAD) net->step = (Step){0};
  state_field(copy, net->state, net->state_floats * sizeof *net->state);
  state_field(copy, &net->hops, sizeof net->hops);
  state_field(copy, net->whole, sizeof net->whole);
  state_field(copy, &net->whole_count, sizeof net->whole_count);
}
