// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The LV2 side of the window: passes ports and atoms to the view-model and back.  See
/// plugin/protocol.h.
#include "gui/meter/messages.h"
#include "gui/meter/model_list.h"
#include "gui/meter/session_strip.h"
#include "gui/meter/window.h"
#include "inference/model_about.h"
#include "plugin/atom_check.h"
#include "plugin/ports.h"
#include "plugin/uris.h"

#include <lv2/atom/forge.h>
#include <lv2/atom/util.h>
#include <lv2/core/lv2_util.h>
#include <lv2/log/logger.h>
#include <lv2/options/options.h>
#include <lv2/parameters/parameters.h>
#include <lv2/ui/ui.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  MeterWindow* window;
  PluginKind kind;
  LV2UI_Write_Function write;
  LV2UI_Controller controller;
  LV2_URID_Map* map;
  LV2UI_Touch* touch;
  LV2UI_Request_Value* request;
  LV2_Log_Logger logger;
  LV2_Atom_Forge forge;
  Uris uris;
  LV2_URID event_transfer;
  ModelList models;
  const char* names[MODEL_LIST_MAX + 1]; ///< as offered
  const char* descriptions[MODEL_LIST_MAX + 1];
  ModelAbout* about; ///< of the model in use
  float cc[2];       ///< MIDI controllers of valence and arousal
} Ui;

#define MESSAGE_BYTES 2048

static void send_atom(Ui* ui, const void* buffer) {
  const LV2_Atom* atom = buffer;
  ui->write(ui->controller, PORT_CONTROL, lv2_atom_total_size(atom), ui->event_transfer, atom);
}

static void send_simple(Ui* ui, LV2_URID type, LV2_URID key, int value) {
  _Alignas(8) uint8_t buffer[256];
  LV2_Atom_Forge_Frame frame;
  lv2_atom_forge_set_buffer(&ui->forge, buffer, sizeof buffer);
  lv2_atom_forge_object(&ui->forge, &frame, 0, type);
  if (key) {
    lv2_atom_forge_key(&ui->forge, key);
    if (key == ui->uris.ui_on) {
      lv2_atom_forge_bool(&ui->forge, value != 0);
    } else {
      lv2_atom_forge_int(&ui->forge, value);
    }
  }
  lv2_atom_forge_pop(&ui->forge, &frame);
  send_atom(ui, buffer);
}

static void send_property(Ui* ui, PropertyId property, const char* value) {
  _Alignas(8) uint8_t buffer[MESSAGE_BYTES];
  const size_t length = strlen(value);
  if (length > MESSAGE_BYTES - 256) return;
  LV2_Atom_Forge_Frame frame;
  lv2_atom_forge_set_buffer(&ui->forge, buffer, sizeof buffer);
  lv2_atom_forge_object(&ui->forge, &frame, 0, ui->uris.patch_set);
  lv2_atom_forge_key(&ui->forge, ui->uris.patch_property);
  lv2_atom_forge_urid(&ui->forge, ui->uris.property[property]);
  lv2_atom_forge_key(&ui->forge, ui->uris.patch_value);
  if (property == PROP_MODEL) {
    lv2_atom_forge_path(&ui->forge, value, (uint32_t)length);
  } else {
    lv2_atom_forge_string(&ui->forge, value, (uint32_t)length);
  }
  lv2_atom_forge_pop(&ui->forge, &frame);
  send_atom(ui, buffer);
}

static const Port setting_ports[METER_SETTING_COUNT] = {
    [METER_SETTING_VALENCE_RANGE] = PORT_VALENCE_RANGE,
    [METER_SETTING_VALENCE_TRIM] = PORT_VALENCE_TRIM,
    [METER_SETTING_AROUSAL_RANGE] = PORT_AROUSAL_RANGE,
    [METER_SETTING_AROUSAL_TRIM] = PORT_AROUSAL_TRIM,
    [METER_SETTING_MIDI_CHANNEL] = PORT_MIDI_CHANNEL,
    [METER_SETTING_CC_VALENCE] = PORT_CC_VALENCE,
    [METER_SETTING_CC_AROUSAL] = PORT_CC_AROUSAL,
    [METER_SETTING_CC_CONFIDENCE] = PORT_CC_CONFIDENCE,
};

static uint32_t control_port(const Ui* ui, MeterControl control) {
  if (control == METER_CONTROL_HOLD) return PORT_HOLD;
  if (control == METER_CONTROL_RESPONSE) return PORT_RESPONSE;
  return (uint32_t)ports_index(ui->kind, setting_ports[control - METER_CONTROL_SETTING]);
}

static void on_touch(void* handle, MeterControl control, bool grabbed) {
  Ui* ui = handle;
  if (ui->touch) ui->touch->touch(ui->touch->handle, control_port(ui, control), grabbed);
}

static void on_write(void* handle, MeterControl control, float value) {
  Ui* ui = handle;
  ui->write(ui->controller, control_port(ui, control), sizeof value, 0, &value);
}

static void on_reset(void* handle) {
  Ui* ui = handle;
  send_simple(ui, ui->uris.ui_reset, 0, 0);
}

static void on_explain(void* handle, bool on) {
  Ui* ui = handle;
  send_simple(ui, ui->uris.ui_explain, ui->uris.ui_on, on);
}

static bool ask_host(Ui* ui) {
  return ui->request &&
         ui->request->request(ui->request->handle, ui->uris.property[PROP_MODEL],
                              ui->uris.atom_path, NULL) == LV2UI_REQUEST_VALUE_SUCCESS;
}

// Offer the installed models; after them the host's file dialog, if it has one.
static void on_choose_model(void* handle) {
  Ui* ui = handle;
  model_list_scan(&ui->models, meter_window_view(ui->window)->model_path);
  const size_t n = ui->models.n;
  if (n == 0) {
    ask_host(ui);
    return;
  }
  for (size_t i = 0; i < n; ++i) {
    ui->names[i] = ui->models.names[i];
    ui->descriptions[i] = ui->models.descriptions[i];
  }
  ui->names[n] = "other \u2026";
  ui->descriptions[n] = "a file of your own";
  meter_window_offer_models(ui->window, ui->names, ui->descriptions, ui->request ? n + 1 : n,
                            ui->models.current);
}

static void on_pick_model(void* handle, size_t item) {
  Ui* ui = handle;
  if (item < ui->models.n) {
    send_property(ui, PROP_MODEL, ui->models.paths[item]);
  } else {
    ask_host(ui); // the host tells the plugin
  }
}

// The session as a table and a picture, in the user's home folder.
static void on_export(void* handle) {
  Ui* ui = handle;
  const MeterView* view = meter_window_view(ui->window);
  const char* home = getenv("HOME");
  const time_t now = time(NULL);
  struct tm local;
  char stamp[32];
  char path[1200];
  char error[1400] = "";
  localtime_r(&now, &local);
  strftime(stamp, sizeof stamp, "%Y-%m-%d-%H%M%S", &local);
  snprintf(path, sizeof path, "%s/circumplex-%s.csv", home ? home : ".", stamp);
  int status = session_write_csv(&view->session, path, error, sizeof error);
  if (status == 0) {
    snprintf(path, sizeof path, "%s/circumplex-%s.png", home ? home : ".", stamp);
    status = session_strip_write(view, path, error, sizeof error);
  }
  if (status == 0) snprintf(error, sizeof error, "Saved as %s and .csv", path);
  meter_view_notice(meter_window_view(ui->window), error);
}

static void on_set_text(void* handle, MeterSetting setting, const char* text) {
  send_property(handle, setting == METER_SETTING_OSC ? PROP_OSC : PROP_OSC_NAME, text);
}

static void on_confirm(void* handle) {
  Ui* ui = handle;
  send_simple(ui, ui->uris.ui_confirm, 0, 0);
}

static const MeterActions meter_actions = {on_touch,    on_write,        on_reset,
                                           on_explain,  on_choose_model, on_pick_model,
                                           on_set_text, on_confirm,      on_export};

static void read_options(Ui* ui, const LV2_Options_Option* options, double* scale,
                         unsigned* background) {
  const LV2_URID scale_key = ui->map->map(ui->map->handle, LV2_UI__scaleFactor);
  const LV2_URID background_key = ui->map->map(ui->map->handle, LV2_UI__backgroundColor);
  for (const LV2_Options_Option* o = options; o && o->key; ++o) {
    if (o->key == scale_key && o->type == ui->uris.atom_float && o->size == sizeof(float)) {
      *scale = (double)*(const float*)o->value;
    } else if (o->key == background_key && o->type == ui->uris.atom_int &&
               o->size == sizeof(int32_t)) {
      *background = (unsigned)*(const int32_t*)o->value;
    }
  }
}

static LV2UI_Handle instantiate(const LV2UI_Descriptor* descriptor, const char* plugin_uri,
                                const char* bundle_path, LV2UI_Write_Function write,
                                LV2UI_Controller controller, LV2UI_Widget* widget,
                                const LV2_Feature* const* features) {
  (void)descriptor;
  (void)bundle_path;
  Ui* ui = calloc(1, sizeof *ui);
  if (!ui) return NULL;
  ui->write = write;
  ui->controller = controller;
  ui->kind = ports_plugin_find(plugin_uri);
  void* parent = NULL;
  LV2UI_Resize* resize = NULL;
  const LV2_Options_Option* options = NULL;
  // clang-format off
  const char* missing = lv2_features_query(
      features,
      LV2_LOG__log, &ui->logger.log, false,
      LV2_URID__map, &ui->map, true,
      LV2_UI__touch, &ui->touch, false,
      LV2_UI__requestValue, &ui->request, false,
      LV2_UI__resize, &resize, false,
      LV2_UI__parent, &parent, false,
      LV2_OPTIONS__options, &options, false,
      NULL);
  // clang-format on
  lv2_log_logger_set_map(&ui->logger, ui->map);
  if (missing || ui->kind == PLUGIN_COUNT) {
    lv2_log_error(&ui->logger, "Circumplex: no window: %s is %s.\n", missing ? missing : plugin_uri,
                  missing ? "missing" : "not known");
    free(ui);
    return NULL;
  }
  uris_map(&ui->uris, ui->map);
  ui->event_transfer = ui->map->map(ui->map->handle, LV2_ATOM__eventTransfer);
  lv2_atom_forge_init(&ui->forge, ui->map);
  double scale = 0.0;
  unsigned background = 0;
  read_options(ui, options, &scale, &background);
  char error[256] = "";
  ui->window = meter_window_new((uintptr_t)parent, scale, background, &meter_actions, ui, error,
                                sizeof error);
  if (!ui->window) {
    lv2_log_error(&ui->logger, "Circumplex: %s\n", error);
    free(ui);
    return NULL;
  }
  int width, height;
  meter_window_wish(ui->window, &width, &height);
  if (resize) resize->ui_resize(resize->handle, width, height);
  meter_window_view(ui->window)->has_setting[METER_SETTING_CV] = ui->kind == PLUGIN_CV;
  *widget = (LV2UI_Widget)meter_window_native(ui->window);
  send_simple(ui, ui->uris.ui_open, ui->map->map(ui->map->handle, PROTOCOL_NS "version"),
              PROTOCOL_VERSION);
  return ui;
}

static void cleanup(LV2UI_Handle handle) {
  Ui* ui = handle;
  send_simple(ui, ui->uris.ui_close, 0, 0);
  meter_window_free(ui->window);
  model_list_free(&ui->models);
  model_about_free(ui->about);
  free(ui);
}

// Get the floats of a vector atom and their number; NULL if it is something else.
static const float* read_vector(const Ui* ui, const LV2_Atom* atom, size_t* n) {
  if (!atom || atom->type != ui->uris.atom_vector || atom->size < sizeof(LV2_Atom_Vector_Body)) {
    return NULL;
  }
  const LV2_Atom_Vector_Body* body = LV2_ATOM_BODY_CONST(atom);
  if (body->child_type != ui->uris.atom_float || body->child_size != sizeof(float)) return NULL;
  *n = (atom->size - sizeof *body) / sizeof(float);
  return (const float*)(body + 1);
}

static void receive_estimates(Ui* ui, const LV2_Atom_Object* object) {
  const LV2_Atom* first = NULL;
  const LV2_Atom* count = NULL;
  const LV2_Atom* values = NULL;
  const LV2_Atom* attention = NULL;
  lv2_atom_object_get(object, ui->uris.ui_first, &first, ui->uris.ui_count, &count,
                      ui->uris.ui_values, &values, ui->uris.ui_attention, &attention, 0);
  size_t n = 0;
  const float* floats = read_vector(ui, values, &n);
  if (!floats || !first || first->type != ui->uris.atom_long || first->size != sizeof(int64_t) ||
      !count || count->type != ui->uris.atom_int || count->size != sizeof(int32_t)) {
    return;
  }
  int32_t records;
  int64_t index;
  memcpy(&records, LV2_ATOM_BODY_CONST(count), sizeof records);
  memcpy(&index, LV2_ATOM_BODY_CONST(first), sizeof index);
  if (records < 1 || n < (size_t)records * PROTOCOL_FLOATS) return;
  const bool has_attention = attention && attention->type == ui->uris.atom_chunk &&
                             attention->size >= (uint32_t)records * PROTOCOL_ATTENTION;
  messages_estimates(meter_window_view(ui->window), index, (size_t)records, floats,
                     has_attention ? LV2_ATOM_BODY_CONST(attention) : NULL);
}

static const char* read_text(const Ui* ui, const LV2_Atom* atom) {
  if (!atom || (atom->type != ui->uris.atom_string && atom->type != ui->uris.atom_path)) {
    return NULL;
  }
  const char* text = LV2_ATOM_BODY_CONST(atom);
  return atom->size > 0 && memchr(text, '\0', atom->size) ? text : NULL;
}

// Take the words for readings from the model's file.
static void name_readings(Ui* ui, const char* path) {
  char error[256];
  ModelAbout* about = path[0] ? model_about_open(path, error, sizeof error) : NULL;
  meter_view_set_words(meter_window_view(ui->window), about ? model_about_words(about) : NULL);
  model_about_free(ui->about);
  ui->about = about;
}

static void receive_status(Ui* ui, const LV2_Atom_Object* object) {
  const LV2_Atom* model = NULL;
  const LV2_Atom* name = NULL;
  const LV2_Atom* message = NULL;
  const LV2_Atom* osc = NULL;
  lv2_atom_object_get(object, ui->uris.ui_model, &model, ui->uris.ui_model_name, &name,
                      ui->uris.ui_message, &message, ui->uris.ui_osc, &osc, 0);
  const LV2_Atom* waiting = NULL;
  lv2_atom_object_get(object, ui->uris.ui_waiting, &waiting, 0);
  MeterView* view = meter_window_view(ui->window);
  if (waiting && waiting->type == ui->uris.atom_bool && waiting->size == sizeof(int32_t)) {
    meter_view_set_waiting(view, *(const int32_t*)LV2_ATOM_BODY_CONST(waiting) != 0);
  }
  const char* path = read_text(ui, model);
  const bool changed = path && strcmp(path, view->model_path) != 0;
  meter_view_status(view, path, read_text(ui, name), read_text(ui, message), read_text(ui, osc));
  if (changed) name_readings(ui, path);
}

static void receive_property(Ui* ui, const LV2_Atom_Object* object) {
  const LV2_Atom* property = NULL;
  const LV2_Atom* value = NULL;
  lv2_atom_object_get(object, ui->uris.patch_property, &property, ui->uris.patch_value, &value, 0);
  if (!property || property->type != ui->uris.atom_urid || property->size != sizeof(LV2_URID)) {
    return;
  }
  const LV2_URID which = *(const LV2_URID*)LV2_ATOM_BODY_CONST(property);
  const char* text = read_text(ui, value);
  if (which == ui->uris.property[PROP_OSC_NAME] && text) {
    meter_view_set_osc_name(meter_window_view(ui->window), text);
  }
}

static void receive_atom(Ui* ui, const LV2_Atom* atom) {
  if (atom->type != ui->uris.atom_object && atom->type != ui->uris.atom_blank) return;
  const LV2_Atom_Object* object = (const LV2_Atom_Object*)atom;
  if (!atom_object_is_sound(object)) return;
  const LV2_URID type = object->body.otype;
  if (type == ui->uris.ui_estimates) {
    receive_estimates(ui, object);
  } else if (type == ui->uris.ui_level) {
    const LV2_Atom* values = NULL;
    size_t n = 0;
    lv2_atom_object_get(object, ui->uris.ui_values, &values, 0);
    const float* floats = read_vector(ui, values, &n);
    if (floats && n >= PROTOCOL_LEVEL_FLOATS) messages_level(meter_window_view(ui->window), floats);
  } else if (type == ui->uris.ui_status) {
    receive_status(ui, object);
  } else if (type == ui->uris.patch_set) {
    receive_property(ui, object);
  }
}

static void receive_control(Ui* ui, uint32_t index, float value) {
  MeterView* view = meter_window_view(ui->window);
  if (!isfinite(value)) return;
  if (index == PORT_RESPONSE) meter_view_set_response(view, value);
  if (index == PORT_HOLD) meter_view_set_hold(view, value > 0.5f);
  for (int i = 0; i < METER_SETTING_CV; ++i) {
    const int port = ports_index(ui->kind, setting_ports[i]);
    if (port < 0 || index != (uint32_t)port) continue;
    meter_view_set_setting(view, (MeterSetting)i, fminf(fmaxf(value, -1e3f), 1e3f));
    if (i == METER_SETTING_CC_VALENCE) snprintf(view->midi, sizeof view->midi, "MIDI");
    view->damage |= METER_DAMAGE_STATUS;
  }
}

static void port_event(LV2UI_Handle handle, uint32_t port, uint32_t size, uint32_t format,
                       const void* buffer) {
  Ui* ui = handle;
  if (format == 0 && size == sizeof(float)) {
    receive_control(ui, port, *(const float*)buffer);
  } else if (format == ui->event_transfer && port == PORT_NOTIFY && size >= sizeof(LV2_Atom)) {
    const LV2_Atom* atom = buffer;
    if (atom->size <= size - sizeof *atom) receive_atom(ui, atom); // a sum could overflow
  }
}

static int idle(LV2UI_Handle handle) {
  Ui* ui = handle;
  return meter_window_idle(ui->window) ? 1 : 0;
}

static int resize_to(LV2UI_Feature_Handle handle, int width, int height) {
  Ui* ui = handle;
  meter_window_set_size(ui->window, width, height);
  return 0;
}

static const void* extension_data(const char* uri) {
  static const LV2UI_Idle_Interface idle_interface = {idle};
  // For extension data the host passes the window's own handle.
  static const LV2UI_Resize resize_interface = {NULL, resize_to};
  if (strcmp(uri, LV2_UI__idleInterface) == 0) return &idle_interface;
  if (strcmp(uri, LV2_UI__resize) == 0) return &resize_interface;
  return NULL;
}

static const LV2UI_Descriptor descriptors[] = {
    {CIRCUMPLEX_URI_UI, instantiate, cleanup, port_event, extension_data},
};

LV2_SYMBOL_EXPORT const LV2UI_Descriptor* lv2ui_descriptor(uint32_t index) {
  return index == 0 ? &descriptors[0] : NULL;
}
