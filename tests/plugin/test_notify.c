// SPDX-License-Identifier: GPL-3.0-or-later
// The window's messages: nothing without one, history in bounded batches, any size of buffer.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/notify.h"
#include "plugin/ports.h"
#include "plugin/protocol.h"
#include "plugin/uris.h"
#include "tests/plugin/rig.h"

#include <lv2/atom/util.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  Host* host;
  unsigned messages, estimates, levels, statuses, automation, sets;
  uint64_t position; ///< of the last message
  float level[PROTOCOL_LEVEL_FLOATS];
  int64_t next; ///< expected index of the next estimate
  unsigned records, largest;
  float last_time;
  char model[64];
} Window;

static const LV2_Atom* get(const Window* w, const LV2_Atom_Object* object, const char* key) {
  const LV2_Atom* value = NULL;
  lv2_atom_object_get(object, host_map(w->host, key), &value, 0);
  return value;
}

static void read_estimates(Window* w, const LV2_Atom_Object* object) {
  const LV2_Atom* first = get(w, object, PROTOCOL_NS "first");
  const LV2_Atom* count = get(w, object, PROTOCOL_NS "count");
  const LV2_Atom* values = get(w, object, PROTOCOL_NS "values");
  const LV2_Atom* attention = get(w, object, PROTOCOL_NS "attention");
  assert_true(first && count && values && attention);
  const int n = ((const LV2_Atom_Int*)count)->body;
  assert_in_range(n, 1, 8);
  assert_int_equal(values->size,
                   sizeof(LV2_Atom_Vector_Body) + (size_t)n * PROTOCOL_FLOATS * sizeof(float));
  assert_int_equal(attention->size, n * PROTOCOL_ATTENTION);
  int64_t index;
  memcpy(&index, LV2_ATOM_BODY_CONST(first), sizeof index);
  assert_int_equal(index, w->next);
  w->next += n;
  w->records += (unsigned)n;
  if ((unsigned)n > w->largest) w->largest = (unsigned)n;
  const float* v =
      (const float*)(const void*)((const uint8_t*)(values + 1) + sizeof(LV2_Atom_Vector_Body));
  for (int i = 0; i < n; i++, v += PROTOCOL_FLOATS) {
    for (unsigned k = 0; k < PROTOCOL_FLOATS; ++k)
      assert_true(isfinite(v[k]));
    assert_true(v[PROTOCOL_TIME] > w->last_time);
    w->last_time = v[PROTOCOL_TIME];
  }
}

static void on_event(void* context, const char* symbol, uint64_t position, const LV2_Atom* atom) {
  Window* w = context;
  w->position = position;
  assert_string_equal(symbol, "notify");
  ++w->messages;
  if (atom->type != host_map(w->host, LV2_ATOM__Object)) return;
  const LV2_Atom_Object* object = (const LV2_Atom_Object*)atom;
  const char* type = host_unmap(w->host, object->body.otype);
  assert_non_null(type);
  if (strcmp(type, PROTOCOL_NS "Estimates") == 0) {
    ++w->estimates;
    read_estimates(w, object);
  } else if (strcmp(type, PROTOCOL_NS "Level") == 0) {
    ++w->levels;
    const LV2_Atom* values = get(w, object, PROTOCOL_NS "values");
    assert_non_null(values);
    assert_int_equal(values->size,
                     sizeof(LV2_Atom_Vector_Body) + PROTOCOL_LEVEL_FLOATS * sizeof(float));
    memcpy(w->level, (const uint8_t*)(values + 1) + sizeof(LV2_Atom_Vector_Body), sizeof w->level);
  } else if (strcmp(type, PROTOCOL_NS "Status") == 0) {
    ++w->statuses;
    const LV2_Atom* name = get(w, object, PROTOCOL_NS "modelName");
    assert_non_null(name);
    strncpy(w->model, LV2_ATOM_BODY_CONST(name), sizeof w->model - 1);
  } else if (strcmp(type, AUTOMATE_NS "event") == 0) {
    ++w->automation;
    const LV2_Atom* parameter = get(w, object, AUTOMATE_NS "parameter");
    assert_non_null(parameter);
    const int index = ((const LV2_Atom_Int*)parameter)->body;
    assert_true(index == PORT_LANE_VALENCE || index == PORT_LANE_AROUSAL);
  } else if (strcmp(type, LV2_PATCH__Set) == 0) {
    ++w->sets;
  }
}

static Rig* open_rig(HostOptions options, Window* w) {
  options.uri = CIRCUMPLEX_URI_METER;
  Rig* rig = rig_new(options);
  *w = (Window){.host = rig->host, .last_time = -1.0f};
  host_on_event(rig->host, on_event, w);
  return rig;
}

static void nothing_is_sent_without_a_window(void** state) {
  (void)state;
  Window w;
  Rig* rig = open_rig((HostOptions){0}, &w);
  rig_run_seconds(rig, 12.0);
  assert_int_equal(w.messages, 0);
  host_send_object(rig->host, PROTOCOL_NS "Open");
  rig_run_seconds(rig, 2.0);
  assert_true(w.messages > 0);
  host_send_object(rig->host, PROTOCOL_NS "Close");
  rig_run_seconds(rig, 0.1);
  const unsigned before = w.messages;
  rig_run_seconds(rig, 5.0);
  assert_int_equal(w.messages, before);
  rig_free(rig);
}

static void the_level_tells_the_sound_and_the_outputs_of_each_plugin(void** state) {
  (void)state;
  static const char* const uris[] = {CIRCUMPLEX_URI_METER, CIRCUMPLEX_URI_MONO};
  for (unsigned i = 0; i < 2; ++i) {
    Window w;
    Rig* rig = rig_new((HostOptions){.uri = uris[i]});
    w = (Window){.host = rig->host, .last_time = -1.0f};
    host_on_event(rig->host, on_event, &w);
    host_send_object(rig->host, PROTOCOL_NS "Open");
    host_set(rig->host, "response", 0.0f);
    rig_run_seconds(rig, 10.0);
    rig_run(rig, 4800, 4800); // a block that certainly has a level
    assert_true(w.position < host_position(rig->host));
    assert_true(w.level[PROTOCOL_LEVEL_PEAK] > -60.0f && w.level[PROTOCOL_LEVEL_PEAK] < 6.0f);
    assert_true(w.level[PROTOCOL_LEVEL_RMS] < w.level[PROTOCOL_LEVEL_PEAK]);
    assert_float_equal(w.level[PROTOCOL_LEVEL_VALENCE], host_get(rig->host, "valence"), 0.0f);
    assert_float_equal(w.level[PROTOCOL_LEVEL_AROUSAL], host_get(rig->host, "arousal"), 0.0f);
    for (unsigned k = 0; k < 4; ++k) {
      host_set(rig->host, "hold", k & 1 ? 1.0f : 0.0f);
      host_set(rig->host, "enabled", k & 2 ? 0.0f : 1.0f);
      rig_run_seconds(rig, 0.1);
      assert_true((w.level[PROTOCOL_LEVEL_HELD] > 0.5f) == (k % 2 == 1));
      assert_true((w.level[PROTOCOL_LEVEL_BYPASSED] > 0.5f) == (k > 1));
    }
    rig_run_silence(rig, 0.2);
    assert_float_equal(w.level[PROTOCOL_LEVEL_PEAK], -200.0f, 0.0f);
    assert_float_equal(w.level[PROTOCOL_LEVEL_RMS], -200.0f, 0.0f);
    // Settings that change elsewhere are sent to the window, too.
    const unsigned sets = w.sets, statuses = w.statuses;
    assert_true(host_send_text(rig->host, PROPERTY_NS "oscName", "lamp", false));
    rig_run_seconds(rig, 1.0);
    assert_int_equal(w.sets, sets + PROP_COUNT);
    assert_true(w.statuses > statuses);
    rig_free(rig);
  }
}

static void a_late_window_gets_the_history_in_batches_then_the_present(void** state) {
  (void)state;
  Window w;
  Rig* rig = open_rig((HostOptions){0}, &w);
  rig_run_seconds(rig, 60.2); // 120 estimates, the last of them not yet in effect
  host_send_object(rig->host, PROTOCOL_NS "Open");
  rig_run_seconds(rig, 0.5);
  assert_in_range(w.records, 119, 121);
  assert_int_equal(w.largest, 8);
  assert_int_equal(w.statuses, 1);
  assert_string_equal(w.model, "default");
  const unsigned records = w.records, levels = w.levels;
  rig_run_seconds(rig, 10.0);
  assert_in_range(w.records - records, 19, 21);
  assert_in_range(w.levels - levels, 200, 250);
  rig_free(rig);
}

static void only_ten_minutes_are_kept(void** state) {
  (void)state;
  Window w;
  Rig* rig = open_rig((HostOptions){.worker = HOST_WORKER_NONE}, &w);
  rig_run(rig, (uint64_t)(48000 * 620.0), 8192);
  host_send_object(rig->host, PROTOCOL_NS "Open");
  w.next = 1239 - PROTOCOL_HISTORY;
  rig_run_seconds(rig, 0.02);
  rig_run_seconds(rig, 4.0);
  assert_true(w.records >= PROTOCOL_HISTORY);
  rig_free(rig);
}

static void any_buffer_size_is_survived(void** state) {
  (void)state;
  Window w;
  Rig* rig = open_rig((HostOptions){.worker = HOST_WORKER_NONE}, &w);
  host_set(rig->host, "write_lanes", 1.0f);
  rig_run_seconds(rig, 10.0);
  // The host allocates exactly the declared size, so that a sanitizer sees a byte too many.
  for (uint32_t size = 0; size <= 6000; size += size < 3500 ? 1 : 17) {
    assert_true(host_resize_outputs(rig->host, size));
    w = (Window){.host = rig->host, .last_time = -1.0f};
    host_send_object(rig->host, PROTOCOL_NS "Open");
    host_send_object(rig->host, LV2_PATCH__Get);
    rig_run(rig, 64, 64);
    // One record and the level need some 500 bytes; what does not fit is left out, not cut.
    if (size >= 2000) assert_true(w.records > 0);
    if (size < 64) assert_int_equal(w.records + w.statuses, 0);
  }
  assert_false(rig->audio_differs);
  rig_free(rig);
}

static void a_small_buffer_gets_everything_in_the_end(void** state) {
  (void)state;
  Window w;
  Rig* rig = open_rig((HostOptions){.worker = HOST_WORKER_NONE}, &w);
  rig_run_seconds(rig, 10.2);
  assert_true(host_resize_outputs(rig->host, 1024));
  host_send_object(rig->host, PROTOCOL_NS "Open");
  rig_run_seconds(rig, 2.0);
  assert_int_equal(w.statuses, 1);
  assert_true(w.records >= 20);
  assert_true(w.levels > 20);
  rig_free(rig);
}

static void lanes_are_written_only_when_asked(void** state) {
  (void)state;
  Window w;
  Rig* rig = open_rig((HostOptions){0}, &w);
  host_set(rig->host, "write_lanes", 1.0f);
  rig_run_seconds(rig, 10.2);
  assert_int_equal(w.automation, 2 * 20);
  host_set(rig->host, "write_lanes", 0.0f);
  rig_run_seconds(rig, 3.0);
  assert_int_equal(w.automation, 2 * 20);
  rig_free(rig);
}

// ---- the writer alone

/// A map that counts: each call returns a new number.
static LV2_URID count_up(LV2_URID_Map_Handle handle, const char* uri) {
  (void)uri;
  return ++*(LV2_URID*)handle;
}

typedef struct {
  Uris uris;
  Notify notify;
  History* history;
  JobsStatus* status;
  union {
    LV2_Atom_Sequence sequence;
    uint8_t bytes[NOTIFY_MINIMUM];
  } port;
} Writer;

static Writer* new_writer(void) {
  static LV2_URID last;
  LV2_URID_Map map = {&last, count_up};
  Writer* w = calloc(1, sizeof *w);
  assert_non_null(w);
  w->history = history_new();
  w->status = calloc(1, sizeof *w->status);
  assert_true(w->history && w->status);
  w->status->properties = properties_initial();
  uris_map(&w->uris, &map);
  notify_init(&w->notify, &w->uris, &map);
  return w;
}

static void free_writer(Writer* w) {
  history_free(w->history);
  free(w->status);
  free(w);
}

/// Give the writer a port of \p size bytes, filled with old data.
static void begin(Writer* w, uint32_t size) {
  memset(&w->port, 0xAA, sizeof w->port);
  w->port.sequence.atom.size = size;
  w->notify.out = notify_begin(&w->port.sequence, &w->uris);
}

/// Write what is due at \p now into a port of \p size bytes.
static void finish(Writer* w, uint32_t size, uint64_t now) {
  begin(w, size);
  notify_finish(&w->notify, 0, now, 48000.0, w->history, w->status, &(NotifyOutputs){0});
}

/// \return the value of \p key in the first object of type \p type that was written, or NULL.
static const LV2_Atom* written(const Writer* w, LV2_URID type, LV2_URID key) {
  LV2_ATOM_SEQUENCE_FOREACH(&w->port.sequence, event) {
    const LV2_Atom_Object* object = (const LV2_Atom_Object*)&event->body;
    const LV2_Atom* value = NULL;
    if (object->body.otype != type) continue;
    lv2_atom_object_get(object, key, &value, 0);
    return value;
  }
  return NULL;
}

static void an_event_stays_in_its_buffer_and_its_padding_is_zero(void** state) {
  (void)state;
  static const uint8_t body[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  Writer* w = new_writer();
  for (uint32_t size = 0; size <= 96; ++size)
    for (uint32_t n = 1; n <= sizeof body; ++n) {
      begin(w, size);
      uint32_t end = sizeof(LV2_Atom_Sequence);
      const uint32_t total = (uint32_t)sizeof(LV2_Atom_Event) + (n + 7) / 8 * 8;
      while (notify_append(&w->notify.out, 0, 1, body, n)) {
        for (uint32_t i = n; i < total - sizeof(LV2_Atom_Event); ++i)
          assert_int_equal(w->port.bytes[end + sizeof(LV2_Atom_Event) + i], 0);
        end += total;
        assert_in_range(end, 0, size);
      }
      assert_true(end + total > size); // another one would not have fitted
      if (size >= sizeof(LV2_Atom_Sequence)) {
        assert_int_equal(w->port.sequence.atom.size + sizeof(LV2_Atom), end);
        assert_int_equal(w->port.sequence.atom.type, w->uris.atom_sequence);
        assert_int_equal(w->port.sequence.body.unit, 0); // frames
      } else {                                           // not even a sequence without events
        assert_int_equal(w->port.sequence.atom.size + w->port.sequence.atom.type, 0);
        assert_int_equal(w->port.bytes[sizeof(LV2_Atom)], 0xAA);
      }
      for (uint32_t i = end; i < 192; ++i)
        assert_int_equal(w->port.bytes[i], 0xAA);
    }
  free_writer(w);
}

static void the_level_is_that_of_both_channels_since_the_last_one(void** state) {
  (void)state;
  Writer* w = new_writer();
  static const float loud[4] = {0.5f, -0.5f, 0.5f, -0.5f}, soft[4] = {0.1f, 0.1f, -0.1f, -0.1f};
  static const float odd[4] = {NAN, INFINITY, -INFINITY, NAN};
  const struct {
    const float *left, *right;
    float peak, square;
  } cases[] = {{loud, soft, 0.5f, 0.13f},
               {soft, loud, 0.5f, 0.13f},
               {soft, soft, 0.1f, 0.01f},
               {odd, soft, 0.1f, 0.005f},
               {loud, odd, 0.5f, 0.125f}};
  notify_open(&w->notify, w->history);
  for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    notify_level(&w->notify, cases[i].left, cases[i].right, 4);
    finish(w, NOTIFY_MINIMUM, 48000 * i);
    const LV2_Atom* level = written(w, w->uris.ui_level, w->uris.ui_values);
    assert_non_null(level);
    float values[PROTOCOL_LEVEL_FLOATS];
    memcpy(values, (const uint8_t*)(level + 1) + sizeof(LV2_Atom_Vector_Body), sizeof values);
    assert_float_equal(values[PROTOCOL_LEVEL_PEAK], 20.0f * log10f(cases[i].peak), 1e-3f);
    assert_float_equal(values[PROTOCOL_LEVEL_RMS], 10.0f * log10f(cases[i].square), 1e-3f);
  }
  // A new window starts from zero: nothing that the last one got counts.
  notify_level(&w->notify, loud, loud, 4);
  notify_open(&w->notify, w->history);
  finish(w, NOTIFY_MINIMUM, 480000);
  const LV2_Atom* level = written(w, w->uris.ui_level, w->uris.ui_values);
  assert_non_null(level);
  float peak = 0.0f;
  memcpy(&peak, (const uint8_t*)(level + 1) + sizeof(LV2_Atom_Vector_Body), sizeof peak);
  assert_float_equal(peak, -200.0f, 0.0f);
  free_writer(w);
}

static void a_status_has_what_was_requested(void** state) {
  (void)state;
  Writer* w = new_writer();
  const Uris* u = &w->uris;
  snprintf(w->status->properties.model, sizeof w->status->properties.model, "/m.safetensors");
  snprintf(w->status->properties.osc, sizeof w->status->properties.osc, "osc.udp://lamp:9");
  snprintf(w->status->properties.web, sizeof w->status->properties.web, "http://127.0.0.1:8");
  snprintf(w->status->model_name, sizeof w->status->model_name, "linear");
  snprintf(w->status->message, sizeof w->status->message, "a message");
  notify_open(&w->notify, w->history);
  finish(w, NOTIFY_MINIMUM, 0);
  const struct {
    LV2_URID key;
    const char* text;
  } parts[] = {{u->ui_model, "/m.safetensors"},
               {u->ui_osc, "osc.udp://lamp:9"},
               {u->ui_model_name, "linear"},
               {u->ui_message, "a message"}};
  for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; ++i) {
    const LV2_Atom* part = written(w, u->ui_status, parts[i].key);
    assert_non_null(part);
    assert_string_equal((const char*)(part + 1), parts[i].text);
  }
  free_writer(w);
}

static void a_window_after_a_pause_continues_with_the_oldest_stored_estimate(void** state) {
  (void)state;
  Writer* w = new_writer();
  float values[PROTOCOL_FLOATS] = {0};
  notify_open(&w->notify, w->history);
  for (unsigned i = 0; i < PROTOCOL_HISTORY + 7; ++i)
    history_append(w->history, values, NULL, NULL, 0);
  finish(w, NOTIFY_MINIMUM, 0);
  const LV2_Atom* first = written(w, w->uris.ui_estimates, w->uris.ui_first);
  assert_non_null(first);
  int64_t index = 0;
  memcpy(&index, first + 1, sizeof index);
  assert_int_equal(index, 7);
  free_writer(w);
}

static void a_status_is_sent_at_most_as_often_as_the_level(void** state) {
  (void)state;
  const uint64_t apart = 48000 / (uint64_t)NOTIFY_LEVEL_HZ;
  Writer* w = new_writer();
  notify_open(&w->notify, w->history);
  for (uint64_t now = 0; now < 3 * apart; now += apart / 4) {
    w->notify.status_due = true; // it changes at each block
    finish(w, NOTIFY_MINIMUM, now);
    const bool told = written(w, w->uris.ui_status, w->uris.ui_waiting) != NULL;
    assert_int_equal(told, now % apart == 0);
  }
  free_writer(w);
}

static void settings_that_did_not_fit_are_sent_when_they_fit(void** state) {
  (void)state;
  Writer* w = new_writer();
  const Uris* u = &w->uris;
  float values[PROTOCOL_FLOATS] = {0};
  for (unsigned i = 0; i < 3; ++i)
    history_append(w->history, values, NULL, NULL, 0);
  w->status->waiting = true;
  notify_open(&w->notify, w->history);
  w->notify.properties_due = NOTIFY_ALL_PROPERTIES;
  finish(w, 64, 0);
  assert_null(written(w, u->ui_status, u->ui_waiting));
  assert_int_equal(w->notify.properties_due, NOTIFY_ALL_PROPERTIES);
  finish(w, NOTIFY_MINIMUM, 48000);
  const LV2_Atom* waiting = written(w, u->ui_status, u->ui_waiting);
  assert_non_null(waiting);
  assert_int_equal(((const LV2_Atom_Bool*)waiting)->body, 1);
  assert_int_equal(w->notify.properties_due, 0);
  assert_non_null(written(w, u->patch_set, u->patch_value));
  const LV2_Atom* first = written(w, u->ui_estimates, u->ui_first);
  assert_non_null(first);
  int64_t index = -1;
  memcpy(&index, LV2_ATOM_BODY_CONST(first), sizeof index);
  assert_int_equal(index, 0);
  free_writer(w);
}

static void each_property_is_sent_with_a_value_of_its_type(void** state) {
  (void)state;
  Writer* w = new_writer();
  const Uris* u = &w->uris;
  static const char* const values[PROP_COUNT] = {
      [PROP_MODEL] = "/m.safetensors", [PROP_OSC] = "osc.udp://lamp:9", [PROP_OSC_NAME] = "lamp",
      [PROP_OSC_SINGLE] = "1",         [PROP_WEB] = "http://[::1]:8",
  };
  for (unsigned i = 0; i < PROP_COUNT; ++i)
    assert_true(property_set(&w->status->properties, i, values[i], strlen(values[i])));
  w->notify.properties_due = NOTIFY_ALL_PROPERTIES;
  finish(w, NOTIFY_MINIMUM, 0);
  unsigned i = 0;
  LV2_ATOM_SEQUENCE_FOREACH(&w->port.sequence, event) {
    const LV2_Atom *name = NULL, *value = NULL;
    lv2_atom_object_get((const LV2_Atom_Object*)&event->body, u->patch_property, &name,
                        u->patch_value, &value, 0);
    assert_true(name && value);
    assert_int_equal(((const LV2_Atom_URID*)name)->body, u->property[i]);
    const bool is_switch = i == PROP_OSC_SINGLE;
    assert_int_equal(value->type, is_switch         ? w->notify.forge.Bool
                                  : i == PROP_MODEL ? w->notify.forge.Path
                                                    : w->notify.forge.String);
    if (is_switch)
      assert_int_equal(((const LV2_Atom_Bool*)value)->body, 1);
    else
      assert_string_equal((const char*)(value + 1), values[i]);
    ++i;
  }
  assert_int_equal(i, PROP_COUNT);
  property_set(&w->status->properties, PROP_OSC_SINGLE, "", 0);
  w->notify.properties_due = 1U << PROP_OSC_SINGLE;
  finish(w, NOTIFY_MINIMUM, 1);
  const LV2_Atom* off = written(w, u->patch_set, u->patch_value);
  assert_non_null(off);
  assert_int_equal(((const LV2_Atom_Bool*)off)->body, 0);
  free_writer(w);
}

static void properties_are_sent_on_request(void** state) {
  (void)state;
  Window w;
  Rig* rig = open_rig((HostOptions){0}, &w);
  host_send_object(rig->host, LV2_PATCH__Get);
  rig_run_seconds(rig, 0.1);
  assert_int_equal(w.sets, PROP_COUNT);
  rig_free(rig);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_sent_without_a_window),
      cmocka_unit_test(the_level_tells_the_sound_and_the_outputs_of_each_plugin),
      cmocka_unit_test(a_late_window_gets_the_history_in_batches_then_the_present),
      cmocka_unit_test(only_ten_minutes_are_kept),
      cmocka_unit_test(any_buffer_size_is_survived),
      cmocka_unit_test(a_small_buffer_gets_everything_in_the_end),
      cmocka_unit_test(lanes_are_written_only_when_asked),
      cmocka_unit_test(an_event_stays_in_its_buffer_and_its_padding_is_zero),
      cmocka_unit_test(the_level_is_that_of_both_channels_since_the_last_one),
      cmocka_unit_test(a_status_has_what_was_requested),
      cmocka_unit_test(a_window_after_a_pause_continues_with_the_oldest_stored_estimate),
      cmocka_unit_test(a_status_is_sent_at_most_as_often_as_the_level),
      cmocka_unit_test(settings_that_did_not_fit_are_sent_when_they_fit),
      cmocka_unit_test(each_property_is_sent_with_a_value_of_its_type),
      cmocka_unit_test(properties_are_sent_on_request),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
