// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Runs one model on the hops of a front end: its net or nets, and the detector of new pieces.
///
/// When another piece has begun (change.h), the net is reset and reads the hops of the new piece so
/// far again, changed to what they would have been after a cold start.  So a few seconds after a
/// cut the reading does not depend on the piece before.
///
/// A model that asks for two phases has two nets.  The second one reads hops that end 0.2 s earlier
/// (frontend_stagger()), and the reading is the mean of both; it depends less on where hops begin.
/// Attention, confidence and contributions come from the first net.
///
/// A hop with a burst (HopFeatures.burst) does not describe the music: the net reads the hop before
/// it once more instead, and confidence is 0, then rises again over NET_RUNNER_DOUBT_HOPS.  So it
/// does over CHANGE_DOUBT_HOPS after a hop that was almost a new piece.  If the sound lacks bands
/// (the cue bandwidth), confidence is reduced by up to a quarter.
///
/// Thread: belongs to one thread at a time.  Nothing allocates after net_runner_new().
#ifndef CIRCUMPLEX_INFERENCE_NET_RUNNER_H
#define CIRCUMPLEX_INFERENCE_NET_RUNNER_H

#include "inference/change.h"
#include "inference/net.h"

#define NET_RUNNER_DOUBT_HOPS 8 ///< 4 s: the time in which a burst may still affect the reading

typedef struct NetRunner NetRunner;

/// \return NULL if out of memory.  Takes a reference to \p model.
NetRunner* net_runner_new(Model* model);
void net_runner_free(NetRunner* runner); ///< NULL is allowed

/// Forget everything heard.
void net_runner_reset(NetRunner* runner);

const Model* net_runner_model(const NetRunner* runner);

/// \return whether the front end must be staggered: see frontend_stagger()
bool net_runner_is_staggered(const NetRunner* runner);

/// Add a hop that is not silent, for net_runner_read().
/// \param staggered the hop that ended 0.2 s before; NULL if there is none, or with one phase
/// \return 0, or how many of the last hops belong to a new piece: then call net_runner_begin_piece()
/// and frontend_forget()
unsigned net_runner_add(NetRunner* runner, const HopFeatures* hop, const HopFeatures* staggered);

/// Reset the net and read the last \p hops hops again, except the newest.  The next net_runner_read()
/// or net_runner_advance() does this.
void net_runner_begin_piece(NetRunner* runner, unsigned hops);

/// Read the newest hop.  \param contributions see net_step()
void net_runner_read(NetRunner* runner, NetOutput* out, NetContributions* contributions);

/// The same in slices, for callers that must bound the time of each call.  The arguments must stay
/// the same until it returns true.  Before that, call no other function except net_runner_reset(),
/// which discards the reading.
/// \return whether the newest hop is read
bool net_runner_advance(NetRunner* runner, NetOutput* out, NetContributions* contributions);

/// Approximate cost of the next slice and of a whole reading, in frames of the front end at 48 kHz.
float net_runner_next_cost(const NetRunner* runner);
float net_runner_cost(const NetRunner* runner, bool explain);

/// Copy the state, between two readings: see dsp/state_copy.h.
void net_runner_state(NetRunner* runner, StateCopy* copy);

#endif
