// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A net: one listener's state over a shared Model.  One step a 0.5 s hop.
///
/// Thread: belongs to one thread at a time.  Nothing allocates after net_new().
#ifndef CIRCUMPLEX_INFERENCE_NET_H
#define CIRCUMPLEX_INFERENCE_NET_H

#include "dsp/state_copy.h"
#include "inference/model.h"
#include "inference/readings.h"

#include <stdbool.h>

#define NET_MAX_WINDOW 120 ///< hops of 0.5 s that attention can reach back: 60 s
#define NET_RECALL_HOPS 20 ///< hops from which on attention to the past counts as recall: 10 s

/// What one step says.
typedef struct {
#define X(id, field, owner, ...) READING_OF_NET(owner, float field;)
  READINGS_LIST(X) // see readings.h; the spreads are > 0
#undef X
  unsigned n_attention;            ///< number of weights (0 without attention)
  float attention[NET_MAX_WINDOW]; ///< oldest first, the last one is the current hop; sum 1
  /// The same order: how much of each weight is beyond what is usual for its age, 0..1.
  float attention_beyond[NET_MAX_WINDOW];
  float recall; ///< sum of attention_beyond over what is 10 s old or older, 0..1: music came back
} NetOutput;

/// What taking a cue group away would change: output with it minus output without it.
typedef struct {
  float valence[CUE_GROUP_COUNT], arousal[CUE_GROUP_COUNT];
} NetContributions;

typedef struct Net Net;

/// \return NULL if out of memory.  Takes a reference to \p model.
Net* net_new(Model* model);
void net_free(Net* net); ///< NULL is allowed
void net_reset(Net* net);
const Model* net_model(const Net* net);

/// Compute no confidence from now on (it is 0), for who has another's: it takes the decoder.
void net_leave_out_confidence(Net* net);

/// Take one hop's features and advance the state.
/// \param[out] out   always finite
/// \param[out] contributions NULL, or receives the occlusion of each cue group (one more forward pass
///             a group from the same state; the state itself is unaffected)
void net_step(Net* net, const HopFeatures* hop, NetOutput* out, NetContributions* contributions);

/// The same in slices, for who must bound the time of each call: features; each member of an
/// ensemble, without some cue groups at a time, then with all; the rest.  A slice takes at most
/// LOADER_MAX_SLICE multiply-adds: dearer models do not load.  The arguments stay the same until it returns true, and nothing else is
/// done with the net before that, except net_reset(), which gives the step up.
/// \return whether the step is complete
bool net_advance(Net* net, const HopFeatures* hop, NetOutput* out, NetContributions* contributions);

/// What the next slice costs, and a whole step: roughly, in frames of the front end at 48 kHz.
float net_cost(const Net* net, bool explain);
float net_whole_cost(const Net* net, bool explain);

/// Its part of a copy between two steps: see dsp/state_copy.h.
void net_state(Net* net, StateCopy* copy);

/// \return bytes of state (weights not counted).
size_t net_size(const Net* net);

#endif
