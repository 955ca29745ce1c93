// SPDX-License-Identifier: GPL-3.0-or-later
// A model changes during playback: no gap, no jump; with a bad file the old model stays, with an
// error message.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/protocol.h"
#include "plugin/uris.h"
#include "tests/plugin/rig.h"

#include <lv2/atom/util.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef struct {
  Host* host;
  unsigned statuses;
  char message[512];
} Status;

static void on_event(void* context, const char* symbol, uint64_t position, const LV2_Atom* atom) {
  (void)symbol, (void)position;
  Status* s = context;
  const LV2_Atom_Object* object = (const LV2_Atom_Object*)atom;
  if (atom->type != host_map(s->host, LV2_ATOM__Object) ||
      object->body.otype != host_map(s->host, PROTOCOL_NS "Status"))
    return;
  const LV2_Atom* message = NULL;
  lv2_atom_object_get(object, host_map(s->host, PROTOCOL_NS "message"), &message, 0);
  assert_non_null(message);
  snprintf(s->message, sizeof s->message, "%s", (const char*)LV2_ATOM_BODY_CONST(message));
  ++s->statuses;
}

static Rig* open_rig(Status* s, HostWorker worker) {
  Rig* rig = rig_new((HostOptions){.uri = CIRCUMPLEX_URI_METER, .worker = worker});
  host_set(rig->host, "response", 0.0f);
  *s = (Status){.host = rig->host};
  host_on_event(rig->host, on_event, s);
  host_send_object(rig->host, PROTOCOL_NS "Open");
  return rig;
}

/// Another thread reads models, and the test's sound runs faster than real time.
static void rest(void) {
  nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void the_new_model_fades_in_while_the_old_one_reads_on(void** state) {
  (void)state;
  char folder[256], model[512];
  rig_make_folder(folder, sizeof folder);
  snprintf(model, sizeof model, "%s/other.safetensors", folder);
  rig_write_other_model(model);
  for (unsigned worker = HOST_WORKER_THREAD; worker <= HOST_WORKER_SYNC; ++worker) {
    Status a, b;
    Rig* plain = open_rig(&a, HOST_WORKER_NONE);
    Rig* changed = open_rig(&b, (HostWorker)worker);
    rig_run_seconds(plain, 12.0);
    rig_run_seconds(changed, 12.0);
    host_send_text(changed->host, PROPERTY_NS "model", model, true);
    float last = host_get(changed->host, "valence");
    float largest = 0.0f;
    for (unsigned hop = 0; hop < 40 || (fabsf(last) >= 1e-6f && hop < 20000); ++hop) {
      if (hop >= 40) rest();
      rig_run_seconds(plain, 0.5);
      rig_run_seconds(changed, 0.5);
      const float now = host_get(changed->host, "valence");
      // The other model's valence is always 0: as long as the old one is in use, both rigs agree.
      if (hop < 14) assert_true(now == host_get(plain->host, "valence"));
      assert_true(host_get(changed->host, "state") >= 1.0f); // never silent
      largest = fmaxf(largest, fabsf(now - last));
      last = now;
    }
    assert_true(fabsf(last) < 1e-6f);
    assert_true(fabsf(host_get(plain->host, "valence")) > 1e-6f);
    assert_true(largest < 0.5f);
    assert_true(host_get(changed->host, "late") == 0.0f);
    assert_string_equal(b.message, "");
    rig_free(plain);
    rig_free(changed);
  }
  rig_remove_folder(folder);
}

static void a_bad_file_leaves_the_old_model_and_says_why(void** state) {
  (void)state;
  char folder[256], text[512], missing[512];
  rig_make_folder(folder, sizeof folder);
  snprintf(text, sizeof text, "%s/text.safetensors", folder);
  snprintf(missing, sizeof missing, "%s/missing.safetensors", folder);
  FILE* f = fopen(text, "w");
  assert_non_null(f);
  fputs("this is no model", f);
  fclose(f);
  const char* const paths[] = {text, missing, folder, "relative\xff"};
  for (unsigned i = 0; i < 4; ++i) {
    Status a, b;
    Rig* plain = open_rig(&a, HOST_WORKER_THREAD);
    Rig* changed = open_rig(&b, HOST_WORKER_THREAD);
    rig_run_seconds(plain, 3.0);
    rig_run_seconds(changed, 3.0);
    host_send_text(changed->host, PROPERTY_NS "model", paths[i], true);
    for (unsigned hop = 0; hop < 8 || ((b.statuses < 2 || !b.message[0]) && hop < 20000); ++hop) {
      if (hop >= 8) rest();
      rig_run_seconds(plain, 0.5);
      rig_run_seconds(changed, 0.5);
    }
    assert_true(host_get(changed->host, "valence") == host_get(plain->host, "valence"));
    assert_string_not_equal(b.message, "");
    assert_true(b.statuses >= 2);
    rig_free(plain);
    rig_free(changed);
  }
  rig_remove_folder(folder);
}

static void many_changes_end_with_the_last_one(void** state) {
  (void)state;
  char folder[256], model[512];
  rig_make_folder(folder, sizeof folder);
  snprintf(model, sizeof model, "%s/other.safetensors", folder);
  rig_write_other_model(model);
  Status s;
  Rig* rig = open_rig(&s, HOST_WORKER_THREAD);
  rig_run_seconds(rig, 2.0);
  for (unsigned i = 0; i < 21; ++i) {
    host_send_text(rig->host, PROPERTY_NS "model", i % 2 ? "" : model, true);
    rig_run_seconds(rig, 0.3);
  }
  rig_run_seconds(rig, 20.0);
  for (unsigned i = 0; i < 20000 && fabsf(host_get(rig->host, "valence")) >= 1e-6f; ++i) {
    rest();
    rig_run_seconds(rig, 0.5);
  }
  assert_true(fabsf(host_get(rig->host, "valence")) < 1e-6f);
  rig_free(rig);
  rig_remove_folder(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_new_model_fades_in_while_the_old_one_reads_on),
      cmocka_unit_test(a_bad_file_leaves_the_old_model_and_says_why),
      cmocka_unit_test(many_changes_end_with_the_last_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
