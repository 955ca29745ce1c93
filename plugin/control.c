// SPDX-License-Identifier: GPL-3.0-or-later
// Reads incoming messages: from the window, patch properties, transport position.
#include "plugin/atom_check.h"
#include "plugin/meter.h"

#include <lv2/atom/util.h>
#include <math.h>
#include <string.h>

/// If the transport differs by more than this from the expected position, it has jumped; seconds.
#define JUMP_SECONDS 0.02

static bool read_number(const Meter* m, const LV2_Atom* atom, double* out) {
  if (!atom) return false;
  const void* body = LV2_ATOM_BODY_CONST(atom);
  if (atom->type == m->uris.atom_float && atom->size == sizeof(float)) {
    float value;
    memcpy(&value, body, sizeof value);
    *out = (double)value;
  } else if (atom->type == m->uris.atom_double && atom->size == sizeof(double)) {
    memcpy(out, body, sizeof *out);
  } else if (atom->type == m->uris.atom_long && atom->size == sizeof(int64_t)) {
    int64_t value;
    memcpy(&value, body, sizeof value);
    *out = (double)value;
  } else if ((atom->type == m->uris.atom_int || atom->type == m->uris.atom_bool) &&
             atom->size == sizeof(int32_t)) {
    int32_t value;
    memcpy(&value, body, sizeof value);
    *out = (double)value;
  } else {
    return false;
  }
  return isfinite(*out);
}

static void receive_position(Meter* m, const LV2_Atom_Object* object, int64_t offset) {
  const LV2_Atom* frame_atom = NULL;
  const LV2_Atom* speed_atom = NULL;
  lv2_atom_object_get(object, m->uris.time_frame, &frame_atom, m->uris.time_speed, &speed_atom, 0);
  double frame = 0.0, speed = m->speed;
  const bool have_frame = read_number(m, frame_atom, &frame);
  read_number(m, speed_atom, &speed);
  const bool started = speed != 0.0 && (!m->have_transport || m->speed == 0.0);
  if (started) m->jump = true;
  if (have_frame) {
    const double expected = m->frame + m->speed * (double)offset;
    if (m->have_transport && fabs(frame - expected) > JUMP_SECONDS * m->rate) m->jump = true;
    m->frame = frame - speed * (double)offset;
  }
  m->speed = speed;
  m->have_transport = true;
}

static void request(Meter* m, unsigned property, const LV2_Atom* value) {
  const char* text = "";
  size_t length = 0;
  double number = 0.0;
  if (property == JOBS_CONFIRM) {
    // the message has no value
  } else if (property_info(property)->type == PROP_BOOL) {
    if (!read_number(m, value, &number)) return;
    text = number != 0.0 ? "1" : "";
    length = strlen(text);
  } else {
    if (!value || (value->type != m->uris.atom_path && value->type != m->uris.atom_string)) return;
    text = LV2_ATOM_BODY_CONST(value);
    length = strnlen(text, value->size);
  }
  if (jobs_request(m->jobs, property, text, length)) m->wake_due = true;
}

/// \return the property that \p atom names, or PROP_COUNT.
static unsigned which_property(const Meter* m, const LV2_Atom* atom) {
  unsigned i = PROP_COUNT;
  if (!atom || atom->type != m->uris.atom_urid || atom->size != sizeof(LV2_URID)) return i;
  for (i = 0; i < PROP_COUNT && m->uris.property[i] != ((const LV2_Atom_URID*)atom)->body;)
    ++i;
  return i;
}

static void receive_set(Meter* m, const LV2_Atom_Object* object) {
  const LV2_Atom* property = NULL;
  const LV2_Atom* value = NULL;
  lv2_atom_object_get(object, m->uris.patch_property, &property, m->uris.patch_value, &value, 0);
  const unsigned which = which_property(m, property);
  if (which < PROP_COUNT) request(m, which, value);
}

static void receive_get(Meter* m, const LV2_Atom_Object* object) {
  const LV2_Atom* property = NULL;
  lv2_atom_object_get(object, m->uris.patch_property, &property, 0);
  if (!property) {
    m->notify.properties_due = NOTIFY_ALL_PROPERTIES;
    return;
  }
  const unsigned which = which_property(m, property);
  if (which < PROP_COUNT) m->notify.properties_due |= 1U << which;
}

static void receive_explain(Meter* m, const LV2_Atom_Object* object) {
  const LV2_Atom* on = NULL;
  double value = 0.0;
  lv2_atom_object_get(object, m->uris.ui_on, &on, 0);
  if (!read_number(m, on, &value)) return;
  m->explain = value != 0.0;
  m->explain_due = true;
}

void meter_receive(Meter* m) {
  const LV2_Atom_Sequence* in = m->ports[PORT_CONTROL];
  const Uris* u = &m->uris;
  if (!in || in->atom.type != u->atom_sequence || in->atom.size < sizeof(LV2_Atom_Sequence_Body))
    return;
  LV2_ATOM_SEQUENCE_FOREACH(in, event) {
    if (!atom_event_fits(in, event)) break;
    if (event->body.type != u->atom_object && event->body.type != u->atom_blank) continue;
    const LV2_Atom_Object* object = (const LV2_Atom_Object*)&event->body;
    if (!atom_object_is_sound(object)) continue;
    const LV2_URID type = object->body.otype;
    if (type == u->time_position) {
      receive_position(m, object, event->time.frames);
    } else if (type == u->patch_set) {
      receive_set(m, object);
    } else if (type == u->patch_get) {
      receive_get(m, object);
    } else if (type == u->ui_open) {
      notify_open(&m->notify, m->history);
    } else if (type == u->ui_close) {
      m->notify.open = false;
      m->explain = false;
      m->explain_due = true;
    } else if (type == u->ui_confirm) {
      request(m, JOBS_CONFIRM, NULL);
    } else if (type == u->ui_explain) {
      receive_explain(m, object);
    } else if (type == u->ui_reset) {
      m->reset_due = true;
    }
  }
}
