// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The engine, the streaming API: push stereo samples, pop an Estimate every 0.5 s.  Plugin,
/// command line, tests and training all use it.
///
///     Model* model = model_open(path, error, sizeof error);
///     Engine* engine = engine_new(model, 48000.0, error, sizeof error);
///     while (n > 0) {
///       size_t used = engine_push(engine, left, right, n);
///       left += used, right += used, n -= used;
///       Estimate e;
///       while (engine_pop(engine, &e)) show(&e);
///     }
///     engine_free(engine), model_unref(model);
///
/// Estimates depend on the samples alone: they are bit-identical for any split into blocks.
/// Thread: an instance belongs to one thread at a time, except where a function says otherwise.
/// Nothing allocates, locks, logs or calls the system after engine_new(), in the functions that say
/// "real-time safe".
#ifndef CIRCUMPLEX_INFERENCE_ENGINE_H
#define CIRCUMPLEX_INFERENCE_ENGINE_H

#include "dsp/cues.h"
#include "dsp/state_copy.h"
#include "inference/model.h"
#include "inference/net.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Grows with each change by which a model reads the same sound otherwise, so that stored readings
/// of a smaller one are made anew.
#define ENGINE_REVISION 2

#define ENGINE_HOP_SECONDS 0.5
#define ENGINE_SETTLING_HOPS 16 ///< 8 s into a piece: listeners need as long
#define ENGINE_ENVELOPE 12      ///< bands of Estimate.envelope
#define ENGINE_MAX_ESTIMATES 8  ///< estimates held until popped

typedef enum { ENGINE_SILENT, ENGINE_SETTLING, ENGINE_LIVE } EngineState;

/// \return "silent", "settling" or "live".
const char* engine_state_name(EngineState state);

typedef struct {
  uint64_t position; ///< end of the hop, in samples since creation or reset
  EngineState state;
#define X(id, field, owner, ...) READING_OF_ENGINE(owner, float field;)
  READINGS_LIST(X) // see readings.h; in silence the net's are 0, except those of the whole piece
#undef X
  float settled;                   ///< progress through settling, 0..1 (1 when live, 0 when silent)
  float loudness;                  ///< momentary (this hop), LUFS; -120 at digital zero
  unsigned n_attention;            ///< number of weights (0 without attention or in silence)
  float attention[NET_MAX_WINDOW]; ///< oldest first, the last one is the current hop; sum 1
  float attention_beyond[NET_MAX_WINDOW]; ///< see NetOutput
  float cues[CUE_COUNT];                  ///< see dsp/cues.h
  float envelope[ENGINE_ENVELOPE]; ///< coarse mel bands, low to high: mean dB re slow loudness
  bool has_contributions;          ///< engine_explain() was on for this hop
  NetContributions contributions;
} Estimate;

/// \return the values of an estimate as a list; values that the engine does not compute are at rest
Readings engine_readings(const Estimate* estimate);

typedef struct Engine Engine;
typedef struct ModelRunner ModelRunner; ///< one model for an engine: its nets and front end

/// Create an engine for a model and a sample rate (8-192 kHz).  Takes a reference to \p model.
/// \return NULL and an error message in \p error.  Any thread; allocates.
Engine* engine_new(Model* model, double rate, char* error, size_t error_size);
void engine_free(Engine* engine); ///< NULL is allowed

/// Process up to \p n samples of each channel.  For mono, \p right is NULL or \p left; it reads
/// exactly like two equal channels.  Stops early only if ENGINE_MAX_ESTIMATES
/// wait to be popped.
/// \return samples used.  Real-time safe, but it does the analysis: see docs/performance.md.
size_t engine_push(Engine* engine, const float* left, const float* right, size_t n);

/// The same in slices, for callers that must bound the time of each call: one frame of the front
/// end, or one part of the end of a hop.  While engine_busy() the end of a hop is being processed,
/// and no samples are used.  \return samples used.  Real-time safe.
size_t engine_advance(Engine* engine, const float* left, const float* right, size_t n);
bool engine_busy(const Engine* engine);

/// \return samples until the current frame is complete, at least 1
size_t engine_frame_rest(const Engine* engine);

/// Approximate cost, in frames at 48 kHz: of the next call of engine_advance(), and of \p samples
/// more samples plus the end of a hop.
float engine_next_cost(const Engine* engine);
float engine_hop_cost(const Engine* engine, size_t samples);

/// \return whether there was an estimate.  Real-time safe.
bool engine_pop(Engine* engine, Estimate* out);

/// Forget everything heard: positions restart at 0, the state is settling.  Real-time safe.
void engine_reset(Engine* engine);

/// Set the threshold of the silence gate, LUFS, default -60.  Real-time safe.
void engine_set_gate(Engine* engine, float lufs);

/// Compute the cue groups' contributions (Estimate.contributions) from now on.  Real-time safe.
void engine_explain(Engine* engine, bool on);

/// Model change without a gap.  model_runner_new() prepares the new model (allocates; any thread,
/// while the engine runs on another).  engine_change_model() gives it to the engine (real-time safe;
/// takes ownership).  The engine shows the old model's readings while the new one settles for
/// ENGINE_SETTLING_HOPS, then fades over 4 hops.  engine_collect_runner() returns what the engine no
/// longer needs, or NULL (real-time safe); model_runner_free() frees it (any thread except the audio
/// thread).  A second change before the first is complete replaces the incoming model.
ModelRunner* model_runner_new(const Engine* engine, Model* model, char* error, size_t error_size);
void engine_change_model(Engine* engine, ModelRunner* runner);
ModelRunner* engine_collect_runner(Engine* engine);
void model_runner_free(ModelRunner* runner); ///< NULL is allowed

/// Copy the engine's state, including its settings (dsp/state_copy.h), while it is not busy.
/// Estimates that wait to be popped are not copied.  A copy may be loaded into another engine that
/// was created in the same way and got the same models: first call engine_load_begin() with
/// engine_taken_over() of the engine that was saved.  Real-time safe.
void engine_state(Engine* engine, StateCopy* copy);
size_t engine_state_size(Engine* engine);
/// \return how many bytes an incoming model may add to engine_state_size()
size_t model_runner_state_size(ModelRunner* runner);

/// \return number of completed model changes
unsigned engine_taken_over(const Engine* engine);
/// \return whether a model change is in progress
bool engine_changing(const Engine* engine);
/// Discard the current hop and the waiting estimates.  The incoming model takes over if fewer than
/// \p taken_over changes are complete.
void engine_load_begin(Engine* engine, unsigned taken_over);

/// \return the model that the readings come from.
const Model* engine_model(const Engine* engine);

#endif
