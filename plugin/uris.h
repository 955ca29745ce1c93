// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The list of URIs that the plugin maps to integers.  Thread: constant after uris_map().
#ifndef CIRCUMPLEX_PLUGIN_URIS_H
#define CIRCUMPLEX_PLUGIN_URIS_H

#include "plugin/properties.h"
#include "plugin/protocol.h"

#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/midi/midi.h>
#include <lv2/options/options.h>
#include <lv2/patch/patch.h>
#include <lv2/time/time.h>
#include <lv2/urid/urid.h>

#define AUTOMATE_NS "http://ardour.org/lv2/automate#"

/// Hash of the model that a session was saved with; only in the session's state.
#define PROPERTY_MODEL_HASH PROPERTY_NS "modelHash"

#define URIS_LIST(X)                                                                               \
  X(atom_blank, LV2_ATOM__Blank)                                                                   \
  X(atom_bool, LV2_ATOM__Bool)                                                                     \
  X(atom_chunk, LV2_ATOM__Chunk)                                                                   \
  X(atom_double, LV2_ATOM__Double)                                                                 \
  X(atom_float, LV2_ATOM__Float)                                                                   \
  X(atom_int, LV2_ATOM__Int)                                                                       \
  X(atom_long, LV2_ATOM__Long)                                                                     \
  X(atom_object, LV2_ATOM__Object)                                                                 \
  X(atom_path, LV2_ATOM__Path)                                                                     \
  X(atom_sequence, LV2_ATOM__Sequence)                                                             \
  X(atom_string, LV2_ATOM__String)                                                                 \
  X(atom_urid, LV2_ATOM__URID)                                                                     \
  X(atom_vector, LV2_ATOM__Vector)                                                                 \
  X(midi_event, LV2_MIDI__MidiEvent)                                                               \
  X(patch_get, LV2_PATCH__Get)                                                                     \
  X(patch_set, LV2_PATCH__Set)                                                                     \
  X(patch_property, LV2_PATCH__property)                                                           \
  X(patch_value, LV2_PATCH__value)                                                                 \
  X(time_position, LV2_TIME__Position)                                                             \
  X(time_frame, LV2_TIME__frame)                                                                   \
  X(time_speed, LV2_TIME__speed)                                                                   \
  X(automate_event, AUTOMATE_NS "event")                                                           \
  X(automate_parameter, AUTOMATE_NS "parameter")                                                   \
  X(automate_value, AUTOMATE_NS "value")                                                           \
  X(property_model_hash, PROPERTY_MODEL_HASH)                                                      \
  X(ui_open, PROTOCOL_NS "Open")                                                                   \
  X(ui_close, PROTOCOL_NS "Close")                                                                 \
  X(ui_explain, PROTOCOL_NS "Explain")                                                             \
  X(ui_reset, PROTOCOL_NS "Reset")                                                                 \
  X(ui_confirm, PROTOCOL_NS "Confirm")                                                             \
  X(ui_on, PROTOCOL_NS "on")                                                                       \
  X(ui_estimates, PROTOCOL_NS "Estimates")                                                         \
  X(ui_first, PROTOCOL_NS "first")                                                                 \
  X(ui_count, PROTOCOL_NS "count")                                                                 \
  X(ui_values, PROTOCOL_NS "values")                                                               \
  X(ui_attention, PROTOCOL_NS "attention")                                                         \
  X(ui_level, PROTOCOL_NS "Level")                                                                 \
  X(ui_status, PROTOCOL_NS "Status")                                                               \
  X(ui_model, PROTOCOL_NS "model")                                                                 \
  X(ui_model_name, PROTOCOL_NS "modelName")                                                        \
  X(ui_message, PROTOCOL_NS "message")                                                             \
  X(ui_osc, PROTOCOL_NS "osc")                                                                     \
  X(ui_waiting, PROTOCOL_NS "waiting")

typedef struct {
#define X(name, uri) LV2_URID name;
  URIS_LIST(X)
#undef X
  LV2_URID property[PROP_COUNT]; ///< by PropertyId
} Uris;

static inline void uris_map(Uris* uris, LV2_URID_Map* map) {
#define X(name, uri) uris->name = map->map(map->handle, uri);
  URIS_LIST(X)
#undef X
#define X(id, field, uri, ...) uris->property[PROP_##id] = map->map(map->handle, PROPERTY_NS uri);
  PROPERTIES_LIST(X)
#undef X
}

#endif
