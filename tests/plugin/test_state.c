// SPDX-License-Identifier: GPL-3.0-or-later
// A session that is saved and reloaded gives the same readings; for invalid data the defaults are
// used, with a message.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/protocol.h"
#include "plugin/trust.h"
#include "plugin/uris.h"
#include "tests/plugin/rig.h"

#include <lv2/atom/util.h>
#include <lv2/state/state.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  Host* host;
  char message[512], model[4096], osc[512];
  bool waiting;
} Status;

static void text_of(Status* s, const LV2_Atom_Object* object, const char* key, char* to,
                    size_t size) {
  const LV2_Atom* value = NULL;
  lv2_atom_object_get(object, host_map(s->host, key), &value, 0);
  assert_non_null(value);
  snprintf(to, size, "%s", (const char*)LV2_ATOM_BODY_CONST(value));
}

static void on_event(void* context, const char* symbol, uint64_t position, const LV2_Atom* atom) {
  (void)symbol, (void)position;
  Status* s = context;
  const LV2_Atom_Object* object = (const LV2_Atom_Object*)atom;
  if (atom->type != host_map(s->host, LV2_ATOM__Object) ||
      object->body.otype != host_map(s->host, PROTOCOL_NS "Status"))
    return;
  text_of(s, object, PROTOCOL_NS "message", s->message, sizeof s->message);
  text_of(s, object, PROTOCOL_NS "model", s->model, sizeof s->model);
  text_of(s, object, PROTOCOL_NS "osc", s->osc, sizeof s->osc);
  const LV2_Atom* waiting = NULL;
  lv2_atom_object_get(object, host_map(s->host, PROTOCOL_NS "waiting"), &waiting, 0);
  assert_non_null(waiting);
  s->waiting = ((const LV2_Atom_Bool*)waiting)->body != 0;
}

static Rig* open_rig(Status* s) {
  Rig* rig = rig_new((HostOptions){.uri = CIRCUMPLEX_URI_METER});
  *s = (Status){.host = rig->host};
  host_on_event(rig->host, on_event, s);
  host_send_object(rig->host, PROTOCOL_NS "Open");
  return rig;
}

static void a_saved_session_is_restored_unchanged(void** state) {
  (void)state;
  char folder[256], model[512];
  rig_make_folder(folder, sizeof folder);
  snprintf(model, sizeof model, "%s/other.safetensors", folder);
  rig_write_other_model(model);
  Status a, b;
  Rig* first = open_rig(&a);
  host_set(first->host, "response", 0.0f);
  host_set(first->host, "arousal_trim", 0.25f);
  host_send_text(first->host, PROPERTY_NS "model", model, true);
  host_send_text(first->host, PROPERTY_NS "osc", "osc.udp://127.0.0.1:9", false);
  host_send_text(first->host, PROPERTY_NS "oscName", "stage-left", false);
  rig_run_seconds(first, 1.0);
  assert_true(host_save(first->host, folder));

  Rig* second = open_rig(&b);
  assert_true(host_restore(second->host, folder));
  assert_true(host_get(second->host, "arousal_trim") == 0.25f);
  rig_run_seconds(second, 20.0);
  assert_string_equal(b.osc, "osc.udp://127.0.0.1:9");
  assert_string_equal(b.message, "This session sends its readings by OSC to osc.udp://127.0.0.1:9");
  // lilv stores links to a session's files: the path may differ, but not the file.
  assert_non_null(strstr(b.model, "other.safetensors"));

  // The same model from the start gives the same readings.
  Rig* third = open_rig(&a);
  host_set(third->host, "response", 0.0f);
  host_set(third->host, "arousal_trim", 0.25f);
  assert_true(host_restore(third->host, folder));
  rig_run_seconds(third, 20.0);
  assert_true(host_get(second->host, "valence") == host_get(third->host, "valence"));
  assert_true(host_get(second->host, "arousal") == host_get(third->host, "arousal"));
  rig_free(first);
  rig_free(second);
  rig_free(third);
  rig_remove_folder(folder);
}

/// A state of one property.
typedef struct {
  LV2_URID key, type;
  const void* value;
  size_t size;
} Property;

static const void* retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type,
                            uint32_t* flags) {
  const Property* p = handle;
  if (key != p->key) return NULL;
  *size = p->size;
  *type = p->type;
  *flags = LV2_STATE_IS_POD;
  return p->value;
}

static void garbage_means_defaults_and_a_message(void** state) {
  (void)state;
  static char huge[10000];
  memset(huge, 'x', sizeof huge - 1);
  const int32_t number = 12;
  static const char* const keys[] = {PROPERTY_NS "model", PROPERTY_NS "osc", PROPERTY_NS "oscName"};
  for (unsigned k = 0; k < 3; ++k) {
    const struct {
      const char* type;
      const void* value;
      size_t size;
    } bad[] = {{LV2_ATOM__Int, &number, 4},
               {LV2_ATOM__String, huge, sizeof huge},
               {LV2_ATOM__String, "\xff\xfe not a path \x01", 16}};
    for (unsigned i = 0; i < 3; ++i) {
      Status s;
      Rig* rig = open_rig(&s);
      const LV2_State_Interface* iface =
          lilv_instance_get_extension_data(host_instance(rig->host), LV2_STATE__interface);
      assert_non_null(iface);
      Property p = {host_map(rig->host, keys[k]), host_map(rig->host, bad[i].type), bad[i].value,
                    bad[i].size};
      // A bad OSC name matters only with a target: without one it is not reported.
      if (k == 2 && i == 2) p.key = host_map(rig->host, PROPERTY_NS "osc");
      assert_int_equal(
          iface->restore(lilv_instance_get_handle(host_instance(rig->host)), retrieve, &p, 0, NULL),
          LV2_STATE_SUCCESS);
      host_set(rig->host, "response", 0.0f);
      rig_run_seconds(rig, 2.0);
      assert_string_not_equal(s.message, "");
      assert_true(host_get(rig->host, "valence") != 0.0f); // the default model continues
      rig_free(rig);
    }
  }
}

/// Each text is followed by bytes that are not part of it.
typedef struct {
  const LV2_URID* keys;
  LV2_URID type;
  const char* texts[3];
  size_t sizes[3];
} Unterminated;

static const void* retrieve_unterminated(LV2_State_Handle handle, uint32_t key, size_t* size,
                                         uint32_t* type, uint32_t* flags) {
  const Unterminated* u = handle;
  for (unsigned i = 0; i < 3; ++i)
    if (key == u->keys[i]) {
      *size = u->sizes[i];
      *type = u->type;
      *flags = LV2_STATE_IS_POD;
      return u->texts[i];
    }
  return NULL;
}

static void texts_may_have_no_nul_at_their_end(void** state) {
  (void)state;
  char folder[256], model[512];
  rig_make_folder(folder, sizeof folder);
  snprintf(model, sizeof model, "%s/other.safetensorsNOT THIS", folder);
  const size_t length = strlen(model) - strlen("NOT THIS");
  char path[512];
  snprintf(path, sizeof path, "%.*s", (int)length, model);
  rig_write_other_model(path);
  Status s;
  Rig* rig = open_rig(&s);
  const LV2_URID keys[3] = {host_map(rig->host, PROPERTY_NS "model"),
                            host_map(rig->host, PROPERTY_NS "osc"),
                            host_map(rig->host, PROPERTY_NS "oscName")};
  const Unterminated u = {keys,
                          host_map(rig->host, LV2_ATOM__String),
                          {model, "osc.udp://127.0.0.1:9999", "left/right"},
                          {length, strlen("osc.udp://127.0.0.1:9"), strlen("left")}};
  const LV2_State_Interface* iface =
      lilv_instance_get_extension_data(host_instance(rig->host), LV2_STATE__interface);
  assert_int_equal(iface->restore(lilv_instance_get_handle(host_instance(rig->host)),
                                  retrieve_unterminated, (LV2_State_Handle)&u, 0, NULL),
                   LV2_STATE_SUCCESS);
  rig_run_seconds(rig, 1.0);
  assert_string_equal(s.osc, "osc.udp://127.0.0.1:9");
  assert_string_equal(s.model, path);
  assert_string_equal(s.message, "This session sends its readings by OSC to osc.udp://127.0.0.1:9");
  rig_free(rig);
  rig_remove_folder(folder);
}

/// A session with a target on another machine; 192.0.2.0/24 is reserved for documentation.
#define ELSEWHERE "osc.udp://192.0.2.1:9"

static void a_session_from_someone_else_waits_for_permission(void** state) {
  (void)state;
  char folder[256];
  rig_make_folder(folder, sizeof folder);
  setenv("XDG_CONFIG_HOME", folder, 1);
  Status s;
  Rig* rig = open_rig(&s);
  const LV2_URID keys[3] = {0, host_map(rig->host, PROPERTY_NS "osc"), 0};
  const Unterminated u = {
      keys, host_map(rig->host, LV2_ATOM__String), {"", ELSEWHERE, ""}, {0, strlen(ELSEWHERE), 0}};
  const LV2_State_Interface* iface =
      lilv_instance_get_extension_data(host_instance(rig->host), LV2_STATE__interface);
  LV2_Handle handle = lilv_instance_get_handle(host_instance(rig->host));
  iface->restore(handle, retrieve_unterminated, (LV2_State_Handle)&u, 0, NULL);
  rig_run_seconds(rig, 1.0);
  assert_true(s.waiting);
  assert_non_null(strstr(s.message, ELSEWHERE));
  assert_string_equal(s.osc, ELSEWHERE);                           // kept, and saved again
  host_send_text(rig->host, PROPERTY_NS "oscName", "lamp", false); // does not count as permission
  rig_run_seconds(rig, 1.0);
  assert_true(s.waiting);
  host_send_object(rig->host, PROTOCOL_NS "Confirm");
  rig_run_seconds(rig, 1.0);
  assert_false(s.waiting);
  // A target that was allowed once is allowed in later sessions; others are not.
  Rig* later = open_rig(&s);
  iface->restore(lilv_instance_get_handle(host_instance(later->host)), retrieve_unterminated,
                 (LV2_State_Handle)&u, 0, NULL);
  rig_run_seconds(later, 1.0);
  assert_false(s.waiting);
  assert_true(trust_has(ELSEWHERE));
  assert_false(trust_has("osc.udp://192.0.2.1:99"));
  // A target that the user sets is allowed immediately.
  host_send_text(later->host, PROPERTY_NS "osc", "osc.udp://192.0.2.2:9", false);
  rig_run_seconds(later, 1.0);
  assert_false(s.waiting);
  assert_true(trust_has("osc.udp://192.0.2.2:9"));
  rig_free(rig);
  rig_free(later);
  rig_remove_folder(folder);
}

/// Hosts such as jalv restore an empty state at the start.
static void the_environment_stays_where_a_session_says_nothing(void** state) {
  (void)state;
  char folder[256];
  rig_make_folder(folder, sizeof folder);
  setenv("XDG_CONFIG_HOME", folder, 1);
  setenv("CIRCUMPLEX_OSC", ELSEWHERE, 1);
  Status s;
  Rig* rig = open_rig(&s);
  const LV2_State_Interface* iface =
      lilv_instance_get_extension_data(host_instance(rig->host), LV2_STATE__interface);
  LV2_Handle handle = lilv_instance_get_handle(host_instance(rig->host));
  Property p = {host_map(rig->host, PROPERTY_NS "oscName"), host_map(rig->host, LV2_ATOM__String),
                "lamp", 5};
  assert_int_equal(iface->restore(handle, retrieve, &p, 0, NULL), LV2_STATE_SUCCESS);
  rig_run_seconds(rig, 1.0);
  assert_string_equal(s.osc, ELSEWHERE);
  assert_false(s.waiting); // the environment counts as set by the user
  assert_string_equal(s.message, "");
  assert_false(trust_has(ELSEWHERE));
  // Another target comes from the session, and waits; "" turns it off.
  static const char* const own[] = {"osc.udp://192.0.2.2:9", ""};
  p.key = host_map(rig->host, PROPERTY_NS "osc");
  for (unsigned i = 0; i < 2; ++i) {
    p.value = own[i];
    p.size = strlen(own[i]) + 1;
    assert_int_equal(iface->restore(handle, retrieve, &p, 0, NULL), LV2_STATE_SUCCESS);
    rig_run_seconds(rig, 1.0);
    assert_string_equal(s.osc, own[i]);
    assert_int_equal(s.waiting, i == 0);
  }
  unsetenv("CIRCUMPLEX_OSC");
  rig_free(rig);
  rig_remove_folder(folder);
}

static void restoring_while_running_keeps_the_readings_coming(void** state) {
  (void)state;
  char folder[256];
  rig_make_folder(folder, sizeof folder);
  Status s;
  Rig* rig = open_rig(&s);
  host_set(rig->host, "response", 0.0f);
  rig_run_seconds(rig, 3.0);
  assert_true(host_save(rig->host, folder));
  Rig* other = open_rig(&s);
  host_set(other->host, "response", 0.0f);
  rig_run_seconds(other, 3.0);
  rig_run_seconds(rig, 5.0);
  assert_true(host_restore(other->host, folder));
  rig_run_seconds(other, 5.0);
  // Nothing in the state differed, so the analysis was not reset.
  assert_true(host_get(rig->host, "valence") == host_get(other->host, "valence"));
  assert_false(other->audio_differs);
  rig_free(rig);
  rig_free(other);
  rig_remove_folder(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_saved_session_is_restored_unchanged),
      cmocka_unit_test(garbage_means_defaults_and_a_message),
      cmocka_unit_test(texts_may_have_no_nul_at_their_end),
      cmocka_unit_test(a_session_from_someone_else_waits_for_permission),
      cmocka_unit_test(the_environment_stays_where_a_session_says_nothing),
      cmocka_unit_test(restoring_while_running_keeps_the_readings_coming),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
