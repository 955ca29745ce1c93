// SPDX-License-Identifier: GPL-3.0-or-later
// Writes to the notify port: replies, automation, and messages for an open window.
#include "plugin/notify.h"

#include <math.h>
#include <string.h>

NotifyOut notify_begin(LV2_Atom_Sequence* port, const Uris* uris) {
  NotifyOut out = {NULL, 0};
  if (!port) return out;
  // In some hosts this size includes the header, in others not: assume that it does.
  const uint32_t capacity = port->atom.size;
  if (capacity < sizeof(LV2_Atom_Sequence)) {
    port->atom.size = 0;
    port->atom.type = 0;
    return out;
  }
  port->atom.size = sizeof(LV2_Atom_Sequence_Body);
  port->atom.type = uris->atom_sequence;
  port->body.unit = 0; // frames
  port->body.pad = 0;
  out.sequence = port;
  out.capacity = capacity;
  return out;
}

bool notify_append(NotifyOut* out, int64_t frame, LV2_URID type, const void* body, uint32_t size) {
  if (!out->sequence) return false;
  const uint32_t used = (uint32_t)sizeof(LV2_Atom) + out->sequence->atom.size;
  const uint32_t total = (uint32_t)sizeof(LV2_Atom_Event) + ((size + 7u) & ~7u);
  if (total > out->capacity - used) return false;
  LV2_Atom_Event event = {.time.frames = frame, .body = {size, type}};
  uint8_t* at = (uint8_t*)out->sequence + used;
  memcpy(at, &event, sizeof event);
  memcpy(at + sizeof event, body, size);
  memset(at + sizeof event + size, 0, total - sizeof event - size);
  out->sequence->atom.size += total;
  return true;
}

void notify_init(Notify* n, const Uris* uris, LV2_URID_Map* map) {
  memset(n, 0, sizeof *n);
  n->uris = uris;
  lv2_atom_forge_init(&n->forge, map);
}

/// Append the message in the scratch buffer.
static bool append_forged(Notify* n, int64_t frame) {
  LV2_Atom head;
  memcpy(&head, n->scratch, sizeof head);
  if (n->forge.offset < sizeof head) return false;
  return notify_append(&n->out, frame, head.type, n->scratch + sizeof head, head.size);
}

static void begin_object(Notify* n, LV2_Atom_Forge_Frame* frame, LV2_URID type) {
  lv2_atom_forge_set_buffer(&n->forge, n->scratch, sizeof n->scratch);
  lv2_atom_forge_object(&n->forge, frame, 0, type);
}

void notify_open(Notify* n, const History* history) {
  n->open = true;
  n->next = history_first(history);
  n->status_due = true;
  n->replay_at = n->level_at = n->status_at = 0;
  n->peak = n->square_sum = 0.0f;
  n->samples = 0;
}

void notify_level(Notify* n, const float* left, const float* right, uint32_t count) {
  if (!n->open) return;
  float peak = n->peak, sum = 0.0f;
  for (uint32_t i = 0; i < count; ++i) {
    const float l = isfinite(left[i]) ? left[i] : 0.0f, r = isfinite(right[i]) ? right[i] : 0.0f;
    peak = fmaxf(peak, fmaxf(fabsf(l), fabsf(r)));
    sum += 0.5f * (l * l + r * r);
  }
  n->peak = peak;
  n->square_sum += sum;
  n->samples += count;
}

void notify_automation(Notify* n, int64_t frame, uint32_t index, float value) {
  LV2_Atom_Forge_Frame object;
  begin_object(n, &object, n->uris->automate_event);
  lv2_atom_forge_key(&n->forge, n->uris->automate_parameter);
  lv2_atom_forge_int(&n->forge, (int32_t)index);
  lv2_atom_forge_key(&n->forge, n->uris->automate_value);
  lv2_atom_forge_float(&n->forge, value);
  lv2_atom_forge_pop(&n->forge, &object);
  append_forged(n, frame);
}

static void forge_text(Notify* n, LV2_URID key, const char* text) {
  lv2_atom_forge_key(&n->forge, key);
  lv2_atom_forge_string(&n->forge, text, (uint32_t)strlen(text));
}

static void forge_path(Notify* n, LV2_URID key, const char* path) {
  lv2_atom_forge_key(&n->forge, key);
  lv2_atom_forge_path(&n->forge, path, (uint32_t)strlen(path));
}

static bool send_status(Notify* n, int64_t frame, const JobsStatus* status) {
  LV2_Atom_Forge_Frame object;
  begin_object(n, &object, n->uris->ui_status);
  forge_path(n, n->uris->ui_model, status->properties.model);
  forge_text(n, n->uris->ui_model_name, status->model_name);
  forge_text(n, n->uris->ui_message, status->message);
  forge_text(n, n->uris->ui_osc, status->properties.osc);
  lv2_atom_forge_key(&n->forge, n->uris->ui_waiting);
  lv2_atom_forge_bool(&n->forge, status->waiting);
  lv2_atom_forge_pop(&n->forge, &object);
  return append_forged(n, frame);
}

static bool send_property(Notify* n, int64_t frame, unsigned which, const JobsStatus* status) {
  const Uris* u = n->uris;
  const char* value = property_get(&status->properties, which);
  LV2_Atom_Forge_Frame object;
  begin_object(n, &object, u->patch_set);
  lv2_atom_forge_key(&n->forge, u->patch_property);
  lv2_atom_forge_urid(&n->forge, u->property[which]);
  const PropertyType type = property_info(which)->type;
  if (type == PROP_PATH) {
    forge_path(n, u->patch_value, value);
  } else if (type == PROP_BOOL) {
    lv2_atom_forge_key(&n->forge, u->patch_value);
    lv2_atom_forge_bool(&n->forge, property_is_on(&status->properties, which));
  } else {
    forge_text(n, u->patch_value, value);
  }
  lv2_atom_forge_pop(&n->forge, &object);
  return append_forged(n, frame);
}

/// Send at most \p limit estimates, from `next` on.  \return whether they fitted
static bool send_estimates(Notify* n, int64_t frame, const History* history, uint32_t limit) {
  const uint64_t first = history_first(history), end = history_end(history);
  if (n->next < first) n->next = first;
  uint32_t count = end - n->next < limit ? (uint32_t)(end - n->next) : limit;
  if (count == 0) return true;
  float values[NOTIFY_BATCH][PROTOCOL_FLOATS];
  uint8_t attention[NOTIFY_BATCH][PROTOCOL_ATTENTION];
  for (uint32_t i = 0; i < count; ++i)
    history_read(history, n->next + i, values[i], attention[i]);
  LV2_Atom_Forge_Frame object;
  begin_object(n, &object, n->uris->ui_estimates);
  lv2_atom_forge_key(&n->forge, n->uris->ui_first);
  lv2_atom_forge_long(&n->forge, (int64_t)n->next);
  lv2_atom_forge_key(&n->forge, n->uris->ui_count);
  lv2_atom_forge_int(&n->forge, (int32_t)count);
  lv2_atom_forge_key(&n->forge, n->uris->ui_values);
  lv2_atom_forge_vector(&n->forge, sizeof(float), n->uris->atom_float, count * PROTOCOL_FLOATS,
                        values);
  lv2_atom_forge_key(&n->forge, n->uris->ui_attention);
  lv2_atom_forge_atom(&n->forge, count * PROTOCOL_ATTENTION, n->uris->atom_chunk);
  lv2_atom_forge_write(&n->forge, attention, count * PROTOCOL_ATTENTION);
  lv2_atom_forge_pop(&n->forge, &object);
  if (!append_forged(n, frame)) return false;
  n->next += count;
  return true;
}

static float decibel(float x) {
  return x > 1e-10f ? 20.0f * log10f(x) : -200.0f;
}

static void send_level(Notify* n, int64_t frame, const NotifyOutputs* outputs) {
  const float mean = n->samples > 0 ? n->square_sum / (float)n->samples : 0.0f;
  float values[PROTOCOL_LEVEL_FLOATS];
  values[PROTOCOL_LEVEL_PEAK] = decibel(n->peak);
  values[PROTOCOL_LEVEL_RMS] = decibel(sqrtf(mean));
  values[PROTOCOL_LEVEL_HELD] = outputs->held ? 1.0f : 0.0f;
  values[PROTOCOL_LEVEL_BYPASSED] = outputs->bypassed ? 1.0f : 0.0f;
  values[PROTOCOL_LEVEL_VALENCE] = outputs->valence;
  values[PROTOCOL_LEVEL_AROUSAL] = outputs->arousal;
  n->peak = n->square_sum = 0.0f;
  n->samples = 0;
  LV2_Atom_Forge_Frame object;
  begin_object(n, &object, n->uris->ui_level);
  lv2_atom_forge_key(&n->forge, n->uris->ui_values);
  lv2_atom_forge_vector(&n->forge, sizeof(float), n->uris->atom_float, PROTOCOL_LEVEL_FLOATS,
                        values);
  lv2_atom_forge_pop(&n->forge, &object);
  append_forged(n, frame);
}

void notify_finish(Notify* n, int64_t frame, uint64_t now, double rate, const History* history,
                   const JobsStatus* status, const NotifyOutputs* outputs) {
  for (unsigned i = 0; i < PROP_COUNT && n->properties_due; ++i)
    if ((n->properties_due & 1U << i) && send_property(n, frame, i, status))
      n->properties_due &= ~(1U << i);
  if (!n->open) return;
  if (n->status_due && now >= n->status_at) {
    n->status_due = !send_status(n, frame, status);
    n->status_at = now + (uint64_t)(rate / NOTIFY_LEVEL_HZ);
  }
  if (n->next < history_end(history) && now >= n->replay_at) {
    // If a batch does not fit, one estimate may.
    if (!send_estimates(n, frame, history, NOTIFY_BATCH)) send_estimates(n, frame, history, 1);
    n->replay_at = now + (uint64_t)(rate / NOTIFY_REPLAY_HZ);
  }
  if (now >= n->level_at) {
    send_level(n, frame, outputs);
    n->level_at = now + (uint64_t)(rate / NOTIFY_LEVEL_HZ);
  }
}
