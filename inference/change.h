// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Hears that another piece has begun: the last hops are unlike anything heard before them, by far
/// more than what was heard before differs among itself.  docs/model-format.md, "A new piece", is
/// what is computed here.
///
/// It looks at timbre, pitch classes and the like, never at level: a quiet passage, a fade or a
/// fader is no new piece.  Hops with a burst in them are not heard, and nothing is found for 3 s after
/// one: the features remember it for 1 s.  Bounded: it remembers CHANGE_MEMORY hops.
///
/// Thread: a ChangePlan is constant after load: any; a Change belongs to one thread at a time.
/// Nothing allocates in change_step().
#ifndef CIRCUMPLEX_INFERENCE_CHANGE_H
#define CIRCUMPLEX_INFERENCE_CHANGE_H

#include "dsp/frontend.h"
#include "inference/loader.h"

#define CHANGE_HOPS 4    ///< hops of the new piece that are compared
#define CHANGE_MEMORY 96 ///< hops before them that are remembered: 48 s
#define CHANGE_REACH 6   ///< hops ago, at most, that a piece is found to have begun
#define CHANGE_LEAST 16  ///< hops before them that there must be: 8 s
#define CHANGE_FEATURES 58
#define CHANGE_MAX_DIMENSIONS 32

/// Constant after load.
typedef struct {
  unsigned dimensions; ///< 0: the file has no detector
  unsigned n_mel;
  float threshold;
  float gap; ///< the threshold's factor after a gap
  float weight[CHANGE_MAX_DIMENSIONS][CHANGE_FEATURES];
} ChangePlan;

typedef struct {
  float heard[CHANGE_MEMORY + CHANGE_HOPS][CHANGE_MAX_DIMENSIONS]; ///< a ring
  unsigned at, count;
  unsigned since_gap;   ///< hops since the last that was next to silent; saturates
  unsigned since_burst; ///< ... since the last with a burst in it
} Change;

/// Read "change" of \p config and the tensor "change.weight".  \return 0, or -1 and a message
int change_load(ChangePlan* plan, Loader* loader, const json_t* config, unsigned n_mel);

void change_reset(Change* change);

/// Hear a sounding hop.
/// \return 0, or how many of the last hops are another piece, 2..CHANGE_REACH; then only they are
/// remembered
unsigned change_step(const ChangePlan* plan, Change* change, const HopFeatures* hop);

#endif
