// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes to the notify port: replies, automation, and messages for an open window.
///
/// A message is built in a scratch buffer and appended completely or not at all, because the port's
/// buffer may be missing or small.  Thread: audio thread only; real-time safe.
#ifndef CIRCUMPLEX_PLUGIN_NOTIFY_H
#define CIRCUMPLEX_PLUGIN_NOTIFY_H

#include "plugin/history.h"
#include "plugin/jobs.h"
#include "plugin/uris.h"

#include <lv2/atom/forge.h>
#include <stdbool.h>
#include <stdint.h>

#define NOTIFY_BATCH 8       ///< most estimates in one message
#define NOTIFY_SCRATCH 8192  ///< the longest message: a status with its path
#define NOTIFY_MINIMUM 16384 ///< size that the port requests from the host, bytes
#define NOTIFY_ALL_PROPERTIES ((1U << PROP_COUNT) - 1)
#define NOTIFY_LEVEL_HZ 25.0
#define NOTIFY_REPLAY_HZ 50.0 ///< batches per second

/// An atom sequence being written, within the bounds of its buffer.
typedef struct {
  LV2_Atom_Sequence* sequence; ///< NULL: nothing can be written
  uint32_t capacity;           ///< bytes of the whole buffer
} NotifyOut;

typedef struct {
  const Uris* uris;
  LV2_Atom_Forge forge; ///< into scratch
  NotifyOut out;
  bool open;                               ///< a window is open
  uint64_t next;                           ///< index of the next estimate to send
  uint64_t replay_at, level_at, status_at; ///< stream positions before which nothing is sent
  bool status_due;
  unsigned properties_due; ///< properties to be sent: bits by PropertyId
  float peak, square_sum;  ///< of the input since the last Level message
  uint64_t samples;
  _Alignas(8) uint8_t scratch[NOTIFY_SCRATCH];
} Notify;

/// Start an empty sequence in a port's buffer; its atom.size is the capacity.  NULL is allowed.
NotifyOut notify_begin(LV2_Atom_Sequence* port, const Uris* uris);

/// Append an event.  \return false if it does not fit.
bool notify_append(NotifyOut* out, int64_t frame, LV2_URID type, const void* body, uint32_t size);

void notify_init(Notify* n, const Uris* uris, LV2_URID_Map* map);

/// When a window has opened: replay the history, then send new estimates.
void notify_open(Notify* n, const History* history);

/// Add input samples to the level, if a window is open.
void notify_level(Notify* n, const float* left, const float* right, uint32_t count);

/// Write a point of automation for the input port \p index.
void notify_automation(Notify* n, int64_t frame, uint32_t index, float value);

/// The other values of the Level message.
typedef struct {
  bool held, bypassed;
  float valence, arousal;
} NotifyOutputs;

/// Send what is due, as events at the block's last frame.
void notify_finish(Notify* n, int64_t frame, uint64_t now, double rate, const History* history,
                   const JobsStatus* status, const NotifyOutputs* outputs);

#endif
