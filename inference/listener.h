// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// One model at work on the hops of a front end: its net, and an ear for new pieces.
///
/// When another piece has begun (change.h), the net starts afresh and reads the hops of the new
/// piece so far again, as they would have been from a cold start; so a few seconds after a cut the
/// reading is what it would be had nothing come before.
///
/// A model that asks for two phases has two nets: the second reads hops that lie 0.2 s earlier
/// (frontend_stagger()), and the reading is the mean of both, which depends less on where the grid
/// of hops happens to lie.  Attention, confidence and contributions are the first's.
///
/// A hop with a burst in it (HopFeatures.burst) says nothing of the music: in its place the hop before
/// is read once more, and confidence is 0, then rises again over LISTENER_DOUBT_HOPS.  Where the sound
/// lacks bands (the cue bandwidth), confidence is up to a quarter less than the net says.
///
/// Thread: belongs to one thread at a time.  Nothing allocates after listener_new().
#ifndef CIRCUMPLEX_INFERENCE_LISTENER_H
#define CIRCUMPLEX_INFERENCE_LISTENER_H

#include "inference/change.h"
#include "inference/net.h"

#define LISTENER_DOUBT_HOPS 8 ///< 4 s: as long as a burst may still be felt

typedef struct Listener Listener;

/// \return NULL if out of memory.  Takes a reference to \p model.
Listener* listener_new(Model* model);
void listener_free(Listener* listener); ///< NULL is allowed

/// Forget everything heard.
void listener_reset(Listener* listener);

const Model* listener_model(const Listener* listener);

/// \return whether its front end must be staggered.
bool listener_is_staggered(const Listener* listener);

/// Remember a sounding hop, for listener_read().
/// \param staggered the hop that ended 0.2 s before, or NULL if there is none (or one phase only)
/// \return 0, or how many of the last hops are a new piece: then call listener_begin_piece(), and
/// have the front end forget what was before (frontend_forget())
unsigned listener_hear(Listener* listener, const HopFeatures* hop, const HopFeatures* staggered);

/// Start the net afresh and have it read the last \p hops hops but the newest again: that is done by
/// the next listener_read() or listener_advance().
void listener_begin_piece(Listener* listener, unsigned hops);

/// Read the newest hop.  \param contributions as net_step() has it
void listener_read(Listener* listener, NetOutput* out, NetContributions* contributions);

/// The same in slices, for who must bound the time of each call: a hop read again, a slice of a
/// net's step.  The arguments stay the same until it returns true, and nothing else is done before
/// that, except listener_reset(), which gives the reading up.
/// \return whether the newest hop is read
bool listener_advance(Listener* listener, NetOutput* out, NetContributions* contributions);

/// What the next slice costs, and a whole reading: roughly, in frames of the front end at 48 kHz.
float listener_next_cost(const Listener* listener);
float listener_cost(const Listener* listener, bool explain);

/// Its part of a copy between two readings: see dsp/state_copy.h.
void listener_state(Listener* listener, StateCopy* copy);

/// \return bytes of state (weights not counted).
size_t listener_size(const Listener* listener);

#endif
