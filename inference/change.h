// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Detects that another piece has begun: the last hops differ from everything before them much more
/// than the hops before them differ from each other.  docs/model-format.md, "A new piece", has the
/// definition.
///
/// It compares features such as timbre and pitch classes, never level: a quiet passage or a fade is
/// not a new piece.  Hops with a burst are ignored, and nothing is detected for 3 s after one,
/// because features depend on the last 1 s.  When bands begin or cease to be filled
/// (dsp/bandwidth.h), all earlier hops are forgotten, because the same music would look different.
///
/// Thread: a ChangePlan is constant after load: any; a Change belongs to one thread at a time.
/// Nothing allocates in change_step().
#ifndef CIRCUMPLEX_INFERENCE_CHANGE_H
#define CIRCUMPLEX_INFERENCE_CHANGE_H

#include "dsp/frontend.h"
#include "inference/loader.h"

#define CHANGE_HOPS 4        ///< newest hops, which are compared with those before them
#define CHANGE_MEMORY 96     ///< remembered hops before these: 48 s
#define CHANGE_REACH 6       ///< a new piece can have begun at most this many hops ago
#define CHANGE_LEAST 32      ///< hops that must come before them: 16 s
#define CHANGE_DOUBT_HOPS 16 ///< 8 s after a hop that was almost a new piece
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
  unsigned since_gap;   ///< hops since the last one that was almost silent; saturates
  unsigned since_burst; ///< hops since the last one with a burst; saturates
  /// Hops, quiet ones too, since one that was almost a new piece (less than a tenth below the
  /// threshold), up to CHANGE_DOUBT_HOPS.  Noise, or another place of the hops, could have made it one.
  unsigned since_almost;
  float bandwidth; ///< cue of the last hop that was compared
} Change;

/// Read "change" of \p config and the tensor "change.weight".  \return 0, or -1 and an error
/// message
int change_load(ChangePlan* plan, Loader* loader, const json_t* config, unsigned n_mel);

void change_reset(Change* change);

/// Add a hop that is not silent.
/// \param staggered the second series' hop, which ended 0.2 s before, or NULL: the features of both
/// are averaged
/// \return 0, or how many of the last hops belong to a new piece, 2..CHANGE_REACH; then all older
/// hops are forgotten
unsigned change_step(const ChangePlan* plan, Change* change, const HopFeatures* hop,
                     const HopFeatures* staggered);

#endif
