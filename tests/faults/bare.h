// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The smallest LV2 host: calls the plugin's functions directly, without lilv, in a program that
/// the plugin is linked into. So a test can provide or omit every feature, buffer and thread.
///
/// Thread: one thread calls everything, unless a test says otherwise.
#ifndef CIRCUMPLEX_TESTS_FAULTS_BARE_H
#define CIRCUMPLEX_TESTS_FAULTS_BARE_H

#include "plugin/cv_out.h"
#include "plugin/ports.h"
#include "plugin/uris.h"

#include <lv2/atom/forge.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/state/state.h>
#include <lv2/worker/worker.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BARE_MAX_BLOCK 8192
#define BARE_ATOM_BYTES 32768

/// What the host provides.
enum { BARE_WORKER = 1, BARE_LOG = 2, BARE_OPTIONS = 4, BARE_PORTS = 8, BARE_ALL = 15 };

typedef struct {
  const LV2_Descriptor* descriptor;
  LV2_Handle handle;
  PluginKind kind;
  Uris uris;
  const LV2_State_Interface* state;
  const LV2_Worker_Interface* worker;

  LV2_Worker_Schedule schedule;
  LV2_Log_Log log;
  unsigned tokens;      ///< how often the plugin has asked for its worker
  bool worker_is_full;  ///< schedule_work() fails
  uint32_t notify_size; ///< capacity of the atom outputs
  atomic_uint logged;   ///< messages to the log

  float* audio[4]; ///< in_l, in_r, out_l, out_r (mono: in, -, out, -)
  float* cv[CV_OUTPUTS];
  float controls[PORT_COUNT]; ///< by Port
  _Alignas(8) uint8_t control[BARE_ATOM_BYTES];
  _Alignas(8) uint8_t notify[BARE_ATOM_BYTES];
  _Alignas(8) uint8_t midi[BARE_ATOM_BYTES];
} Bare;

/// Instantiate, connect every port if BARE_PORTS is in \p features, activate.
/// \return NULL if the plugin refused or if out of memory
Bare* bare_new(PluginKind kind, double rate, unsigned features);
void bare_free(Bare* bare); ///< NULL is allowed

/// The buffer of a port.  \param index of the plugin's ports
void* bare_buffer(Bare* bare, unsigned index);

/// Connect a port to its buffer, or to NULL.
void bare_connect(Bare* bare, unsigned index, bool is_connected);

/// Empty the control port, give outputs their full size, call run(), then the worker if \p serve.
void bare_run(Bare* bare, uint32_t n, bool serve);

/// Call run() with the control port's buffer as the caller left it.
void bare_run_as_is(Bare* bare, uint32_t n);

/// Let the worker do its scheduled work.
void bare_serve(Bare* bare);

/// Begin the events that the plugin gets with the next block.  End them with
/// lv2_atom_forge_pop(forge, sequence).
void bare_begin_events(Bare* bare, LV2_Atom_Forge* forge, LV2_Atom_Forge_Frame* sequence);

/// Let the plugin get a message with the next block that sets a property to a text: PROP_MODEL to a
/// path.
void bare_set_property(Bare* bare, unsigned property, const char* text);

/// Fill the inputs with a piece of deterministic music-like noise: decaying chords and clicks.
/// \param at position in the piece, samples
void bare_music(Bare* bare, double rate, uint64_t at, uint32_t n);

float bare_get(const Bare* bare, Port port);

/// The host's map, which all instances share.
LV2_URID bare_map(LV2_URID_Map_Handle handle, const char* uri);
extern const LV2_Feature bare_map_feature;

#endif
