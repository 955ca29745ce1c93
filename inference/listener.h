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
/// of hops happens to lie.  Attention, confidence and pushes are the first's.
///
/// Thread: belongs to one thread at a time.  Nothing allocates after listener_new().
#ifndef CIRCUMPLEX_INFERENCE_LISTENER_H
#define CIRCUMPLEX_INFERENCE_LISTENER_H

#include "inference/change.h"
#include "inference/net.h"

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

/// Start the net afresh and have it read the last \p hops hops but the newest again.
void listener_begin_piece(Listener* listener, unsigned hops);

/// Read the newest hop.  \param pushes as net_step() has it
void listener_read(Listener* listener, NetOutput* out, NetPushes* pushes);

/// \return bytes of state (weights not counted).
size_t listener_size(const Listener* listener);

#endif
