// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Turns readings into output values at fixed times: the reading of the hop that ends at sample n
/// takes effect at n + D, and valence and arousal glide to it.  All times are stream positions, so
/// that the outputs do not depend on the block size.
///
/// Thread: audio thread only; real-time safe.
#ifndef CIRCUMPLEX_PLUGIN_OUTPUT_SCHEDULE_H
#define CIRCUMPLEX_PLUGIN_OUTPUT_SCHEDULE_H

#include "plugin/engine_queue.h"

#include <stdbool.h>
#include <stdint.h>

#define OUTPUT_DELAY_SECONDS 0.1 ///< D
#define OUTPUT_TICK_SECONDS 0.01 ///< grid on which quadrant and controllers are updated

/// The settings that turn a reading into an output.
typedef struct {
  bool enabled;
  bool hold;
  bool lanes; ///< outputs follow lane_valence and lane_arousal
  float response;
  float valence_trim, valence_range, arousal_trim, arousal_range;
  float lane_valence, lane_arousal;
} OutputScheduleSettings;

/// A point of the plane.
typedef struct {
  float valence, arousal;
} GlidePoint;

/// A point that moves exponentially to a target.
typedef struct {
  GlidePoint from, to;
  uint64_t start;
  float tau; ///< time constant, samples; 0: jump
} Glide;

typedef struct {
  double rate;
  uint64_t delay; ///< D, samples
  OutputScheduleSettings settings;
  bool have_reading; ///< a reading has taken effect since the last reset
  Estimate reading;  ///< the last one that took effect
  Readings target;   ///< values of the outputs, without the glide
  Glide glide;
  int quadrant;   ///< of the gliding value, updated on the grid
  uint64_t base;  ///< stream position of the last reset
  uint64_t ticks; ///< number of grid points since base
  bool have_next;
  TimedEstimate next; ///< waits until it is due
  uint32_t late;
} OutputSchedule;

void output_schedule_init(OutputSchedule* t, double rate);

/// Forget all readings: from stream position \p now the outputs are neutral, and the state is
/// settling.
void output_schedule_reset(OutputSchedule* t, uint64_t now);

/// Set new settings at stream position \p now.
void output_schedule_set(OutputSchedule* t, const OutputScheduleSettings* settings, uint64_t now);

/// Fetch the next reading if none is waiting.
/// \param now stream position of the block's start; readings due before it are late
/// \return whether a reading is waiting; \p due receives its time, at least \p now
bool output_schedule_next(OutputSchedule* t, EngineQueue* queue, uint64_t now, uint64_t* due);

/// Put the waiting reading into effect at \p now.
void output_schedule_take(OutputSchedule* t, uint64_t now);

/// \return stream position of the next grid point.
uint64_t output_schedule_next_tick(const OutputSchedule* t);

/// Process the grid point at \p now.
void output_schedule_tick(OutputSchedule* t, uint64_t now);

/// \return the values of the outputs at response 0, without hold, lanes and bypass
Readings output_schedule_shown(const OutputSchedule* t);

/// \return the point at stream position \p now.
GlidePoint glide_at(const Glide* g, uint64_t now);

/// \return the quadrant of a point, 0 (neutral) or 1..4, with hysteresis to the quadrant before
int quadrant_next(int quadrant, float valence, float arousal);

#endif
