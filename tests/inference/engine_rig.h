// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Shared by the engine's tests: small random models, a piece of sound, and the engine's results
/// for it.
#ifndef CIRCUMPLEX_TESTS_ENGINE_RIG_H
#define CIRCUMPLEX_TESTS_ENGINE_RIG_H

#include "harness.h"
#include "inference/engine.h"
#include "signals.h"

#include <stdbool.h>

#define RIG_RATE 44100.0

/// A random model of tests/inference/golden; ends the test if it cannot be read.
Model* rig_model(const char* name);

/// The same with its highest mel edge at 9 kHz, so that its features differ from the others'.
Model* rig_model_9k(const char* name);

/// The same with two phases.
Model* rig_model_phases(const char* name);

/// The same with the text \p from of its header (JSON within JSON) replaced by \p to, which is not
/// longer.
Model* rig_model_changed(const char* name, const char* from, const char* to);

Engine* rig_engine(Model* model, double rate);

/// Tones, clicks, noise and a crescendo; never silent.  Free with free().
float* rig_music(double rate, double seconds, size_t* n);

/// Push \p x in blocks of \p block samples (0: random) and pop what comes.
/// \return number of estimates in the array
size_t rig_push(Engine* engine, const float* x, size_t n, size_t block, Estimate* out, size_t held,
                size_t room);

/// A new engine's estimates of \p x (free with free()).
Estimate* rig_hear(Model* model, double rate, const float* x, size_t n, size_t block,
                   size_t* count);

/// Bit by bit, padding aside.
bool rig_same(const Estimate* a, const Estimate* b);

bool rig_finite(const Estimate* e);

#endif
