// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A small LV2 host: one plugin instance, run block by block, with all kinds of workers that real
/// hosts have.  Used by circumplex-host, the tests and the benchmark.
///
/// Thread: one thread calls all functions; the host itself creates the worker thread.
#ifndef CIRCUMPLEX_TOOLS_HOST_H
#define CIRCUMPLEX_TOOLS_HOST_H

#include <lilv/lilv.h>
#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>
#include <lv2/worker/worker.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOST_MAX_PORTS 128
#define HOST_MAX_AUDIO 2

typedef enum {
  HOST_WORKER_THREAD, ///< a separate thread, as in jalv and Ardour
  HOST_WORKER_GUI,    ///< the main thread, 25 times a second between blocks, as in Carla
  HOST_WORKER_SYNC,   ///< inside schedule_work(), as in Ardour's export
  HOST_WORKER_NONE    ///< no worker feature
} HostWorker;

typedef struct {
  const char* uri;
  const char* bundle; ///< folder of the only bundle to load; NULL: all bundles in LV2_PATH
  double rate;
  uint32_t max_block;
  HostWorker worker;
  bool free_running;  ///< threaded worker: do not wait for it after each block
  double gui_seconds; ///< interval of HOST_WORKER_GUI; 0: 0.04
  bool in_place;      ///< outputs share the inputs' buffers
  bool no_notify;     ///< atom outputs are left unconnected (NULL)
  uint32_t atom_size; ///< bytes of each atom buffer; 0: 65536
  bool unterminated;  ///< restored strings have no NUL at the end, as in Carla
} HostOptions;

typedef struct Host Host;

/// An event on an atom output.
/// \param position stream position of the event, samples
typedef void (*HostEvent)(void* context, const char* symbol, uint64_t position,
                          const LV2_Atom* atom);

/// \return NULL and an error message in \p error.
Host* host_new(const HostOptions* options, char* error, size_t error_size);
void host_free(Host* host); ///< NULL is allowed

void host_on_event(Host* host, HostEvent event, void* context);

/// \return the value of a control port; NAN if there is no port with that name
float host_get(const Host* host, const char* symbol);
/// \return whether there is an input control with that name
bool host_set(Host* host, const char* symbol, float value);
/// Set the port with lv2:freeWheeling.  \return false if there is none.
bool host_freewheel(Host* host, bool on);
/// \return the n-th control output's symbol; NULL if there is none
const char* host_output_name(const Host* host, unsigned n, float* value);

/// Buffer of an audio-rate output that is not an audio port (CV), or NULL.
const float* host_cv(const Host* host, unsigned n);
/// \return the position of \p value in the declared range of the n-th CV output: 0 at its minimum,
/// 1 at its maximum.  Hosts that control a parameter by CV scale it like this (mod-host, Carla).
float host_cv_scaled(const Host* host, unsigned n, float value);

unsigned host_audio_inputs(const Host* host);

/// Run a block.  \p in and \p out are the audio ports' buffers; with in_place \p out is ignored and
/// the plugin works in \p in.  \p out may be NULL for internal buffers.
void host_run(Host* host, float* const in[HOST_MAX_AUDIO], float* const out[HOST_MAX_AUDIO],
              uint32_t n);
/// \return bytes of heap that the new instance allocated; 0 if that is unknown
size_t host_instance_bytes(const Host* host);
/// \return samples run so far.
uint64_t host_position(const Host* host);
/// \return seconds that the last host_run() spent inside the plugin's run().
double host_run_seconds(const Host* host);

/// Give the atom outputs buffers of exactly \p size bytes; 0 leaves them unconnected.
/// \return false if out of memory
bool host_resize_outputs(Host* host, uint32_t size);

/// Deactivate and activate.
void host_restart(Host* host);

// Messages for the next block.
LV2_URID host_map(Host* host, const char* uri);
const char* host_unmap(Host* host, LV2_URID urid);

/// Print a message on standard error, line by line, with utf8_clean().
void host_say(const char* format, ...) __attribute__((format(printf, 1, 2)));
/// Queue an object without properties, e.g. PROTOCOL_NS "Open", for the control input.
/// \return false if it does not fit; the same for the functions below
bool host_send_object(Host* host, const char* type);
/// Queue patch:Set of a property with a text value (path or string).
bool host_send_text(Host* host, const char* property, const char* text, bool path);
/// Queue patch:Set of a property with a truth value.
bool host_send_bool(Host* host, const char* property, bool on);
/// Queue time:Position.
bool host_send_position(Host* host, int64_t frame, float speed);

// Session state.
bool host_save(Host* host, const char* folder);
bool host_restore(Host* host, const char* folder);
/// Apply a preset, by its URI or its label.  \return whether the plugin has it
bool host_preset(Host* host, const char* name);
LilvInstance* host_instance(Host* host);
const LilvPlugin* host_plugin(const Host* host);
LilvWorld* host_world(const Host* host);

/// \return how often the plugin has requested a redraw of its inline display
unsigned host_redraws(const Host* host);

/// \return whether the real-time sanitizer is linked in.
bool host_has_rtsan(void);
/// Check run() with the real-time sanitizer from now on.
void host_use_rtsan(Host* host);
/// Do something forbidden inside the checked region: the sanitizer must abort the program.
void host_trip_rtsan(void);

#endif
