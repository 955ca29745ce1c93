// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The plugin instance, shared by the files that implement it: plugin.c (LV2 functions), process.c
/// (run), midi_port.c and cv_port.c (outputs of one plugin), control.c (incoming messages), state.c
/// (sessions).
#ifndef CIRCUMPLEX_PLUGIN_METER_H
#define CIRCUMPLEX_PLUGIN_METER_H

#include "plugin/cv_out.h"
#include "plugin/engine_queue.h"
#include "plugin/history.h"
#include "plugin/jobs.h"
#include "plugin/midi_out.h"
#include "plugin/notify.h"
#include "plugin/output_schedule.h"
#include "plugin/ports.h"
#include "plugin/uris.h"

#include <lv2/core/lv2.h>
#include <lv2/log/logger.h>
#include <lv2/state/state.h>
#include <lv2/worker/worker.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef CIRCUMPLEX_INLINE_DISPLAY
#include "plugin/inline_view.h"
#endif

#define METER_CHUNK 256 ///< samples per channel that are processed at a time

/// Range and default of a control input (a copy from ports_info(), for speed).
typedef struct {
  float low, high, init;
} MeterRange;

typedef struct Meter Meter;

/// An output through ports that only one of the plugins has.  Each is a file that defines a
/// PortOutput and a row in METER_OUTPUTS_LIST.  All functions except init may be NULL.  Thread:
/// audio thread; init: any.
typedef struct {
  PluginKind kind;                                     ///< the plugin that has the ports
  void (*init)(Meter* m);                              ///< initialise, or reset
  void (*begin)(Meter* m);                             ///< once per block: read the settings
  void (*tick)(Meter* m, uint64_t now, int64_t frame); ///< on the output schedule's grid
  void (*render)(Meter* m, size_t from, size_t n);     ///< write samples of the block
} PortOutput;

#define METER_OUTPUTS_LIST(X)                                                                      \
  X(midi_port_output)                                                                              \
  X(cv_port_output)

#define X(output) extern const PortOutput output;
METER_OUTPUTS_LIST(X)
#undef X

struct Meter {
  PluginKind kind;
  const PortOutput* output; ///< NULL: none
  double rate;
  Uris uris;
  LV2_URID_Map* map;
  LV2_Log_Logger logger;
  LV2_Worker_Schedule* schedule; ///< NULL: the host has no worker

  void* ports[PORT_COUNT]; ///< by Port, not by index
  MeterRange ranges[PORT_COUNT];

  EngineQueue* queue;
  Jobs* jobs;
  History* history;
  OutputSchedule output_schedule;
  Notify notify;
  JobsStatus status;
  MidiOut midi;
  CvOut cv;

  // Commands to be sent; they may have to wait for space in the queue.
  bool reset_due, explain_due, gate_due;
  bool explain;
  float gate;
  bool reset_was_on;

  // Waking the worker.
  bool wake_due;             ///< it must be woken, at the latest at the end of this run()
  _Atomic(pthread_t) caller; ///< thread inside schedule_work(), to detect a synchronous worker
  atomic_bool calling;
  atomic_bool synchronous; ///< the host calls the worker inside schedule_work(), without a thread

  // Transport, to detect starts and jumps.
  bool have_transport, jump;
  double speed;
  double frame; ///< expected at the start of the next block

#ifdef CIRCUMPLEX_INLINE_DISPLAY
  InlineView view;
#endif
};

/// \return a control input's value, clamped to its range; its default if it is not a number
float meter_input(const Meter* m, Port port);
bool meter_input_on(const Meter* m, Port port);
unsigned meter_input_step(const Meter* m, Port port); ///< for integers and enumerations

/// Audio thread: the whole of run().
void meter_process(Meter* m, uint32_t n);

/// Audio thread: read the control port's messages.
void meter_receive(Meter* m);

/// The state extension's functions.
extern const LV2_State_Interface meter_state_interface;

#endif
