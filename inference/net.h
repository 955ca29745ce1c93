// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A neural net: the state of one instance over a shared Model.  One step for each 0.5 s hop.
///
/// Thread: belongs to one thread at a time.  Nothing allocates after net_new().
#ifndef CIRCUMPLEX_INFERENCE_NET_H
#define CIRCUMPLEX_INFERENCE_NET_H

#include "dsp/state_copy.h"
#include "inference/model.h"
#include "inference/readings.h"

#include <stdbool.h>

#define NET_MAX_WINDOW 120 ///< hops of 0.5 s that attention can reach back: 60 s
#define NET_RECALL_HOPS 20 ///< attention to hops of at least this age counts as recall: 10 s

/// The output of one step.
typedef struct {
#define X(id, field, owner, ...) READING_OF_NET(owner, float field;)
  READINGS_LIST(X) // see readings.h; the spreads are > 0
#undef X
  unsigned n_attention;            ///< number of weights (0 without attention)
  float attention[NET_MAX_WINDOW]; ///< oldest first, the last one is the current hop; sum 1
  /// In the same order: by how much each weight exceeds the usual weight of its age, 0..1.
  float attention_beyond[NET_MAX_WINDOW];
  float recall; ///< sum of attention_beyond over ages of 10 s or more, 0..1: repeated music
} NetOutput;

/// Contribution of each cue group: output with it minus output without it.
typedef struct {
  float valence[CUE_GROUP_COUNT], arousal[CUE_GROUP_COUNT];
} NetContributions;

typedef struct Net Net;

/// \return NULL if out of memory.  Takes a reference to \p model.
Net* net_new(Model* model);
void net_free(Net* net); ///< NULL is allowed
void net_reset(Net* net);
const Model* net_model(const Net* net);

/// Do not compute confidence from now on (it is 0).  It would need the decoder.
void net_leave_out_confidence(Net* net);

/// Read one hop's features and advance the state.
/// \param[out] out   always finite
/// \param[out] contributions NULL, or receives the contribution of each cue group, by occlusion: one
///             more forward pass for each group from the same state, which it does not change
void net_step(Net* net, const HopFeatures* hop, NetOutput* out, NetContributions* contributions);

/// Limit the spreads and the confidence, which were learnt apart, to what they can mean.
/// - A spread is at most 1 / sqrt(3) = 0.577, the standard deviation of a value of which nothing is
///   known except that it lies in -1..1 (a uniform distribution).
/// - Confidence says how often such a quadrant is right, so it is at most the smaller of the chances
///   that valence and arousal have the right sign, if their errors are normal with these spreads.
void net_limit(NetOutput* out);

/// net_step() without net_limit(), in slices, for callers that must bound the time of each call.
/// Slices: the features; for each member of an ensemble, passes without some cue groups, then the
/// pass with all; the rest.  A slice has at most LOADER_MAX_SLICE multiply-adds; models that need
/// more are refused.  The arguments must stay the same until it returns true.  Before that, call no
/// other function with the net except net_reset(), which discards the step.
/// \return whether the step is complete
bool net_advance(Net* net, const HopFeatures* hop, NetOutput* out, NetContributions* contributions);

/// Approximate cost of the next slice and of a whole step, in frames of the front end at 48 kHz.
float net_cost(const Net* net, bool explain);
float net_whole_cost(const Net* net, bool explain);

/// Copy the state, between two steps: see dsp/state_copy.h.
void net_state(Net* net, StateCopy* copy);

#endif
