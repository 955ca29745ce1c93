// SPDX-License-Identifier: GPL-3.0-or-later
// OSC: a bundle a reading to the target, nothing when off, a wrong target is reported.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/osc_out.h"
#include "plugin/protocol.h"
#include "plugin/uris.h"
#include "tests/plugin/rig.h"

#include <lo/lo.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  unsigned n_valence, n_all;
  float valence, arousal;
  int quadrant;
} Received;

static int on_message(const char* path, const char* types, lo_arg** argv, int argc, lo_message m,
                      void* context) {
  (void)m;
  Received* r = context;
  r->n_all++;
  assert_int_equal(argc, 1);
  if (strcmp(path, "/circumplex/lamp/valence") == 0) {
    assert_string_equal(types, "f");
    r->n_valence++;
    r->valence = argv[0]->f;
  }
  if (strcmp(path, "/circumplex/lamp/arousal") == 0) r->arousal = argv[0]->f;
  if (strcmp(path, "/circumplex/lamp/quadrant") == 0) {
    assert_string_equal(types, "i");
    r->quadrant = argv[0]->i;
  }
  return 0;
}

static void a_bundle_a_reading_arrives(void** state) {
  (void)state;
  Received r = {0};
  lo_server server = lo_server_new(NULL, NULL);
  if (!server) skip(); // no network at all
  lo_server_add_method(server, NULL, NULL, on_message, &r);
  char url[64];
  snprintf(url, sizeof url, "osc.udp://127.0.0.1:%d", lo_server_get_port(server));
  Rig* rig = rig_new((HostOptions){.uri = CIRCUMPLEX_URI_METER});
  host_set(rig->host, "response", 0.0f);
  rig_run_seconds(rig, 5.05);
  assert_int_equal(lo_server_recv_noblock(server, 50), 0); // off by default
  host_send_text(rig->host, PROPERTY_NS "oscName", "lamp", false);
  host_send_text(rig->host, PROPERTY_NS "osc", url, false);
  rig_run_seconds(rig, 5.0);
  while (lo_server_recv_noblock(server, 50) > 0) {
  }
  assert_in_range(r.n_valence, 9, 10);
  assert_int_equal(r.n_all, 10 * r.n_valence);
  assert_true(r.valence == host_get(rig->host, "valence"));
  assert_true(r.arousal == host_get(rig->host, "arousal"));
  assert_int_equal(r.quadrant, (int)host_get(rig->host, "quadrant"));
  host_send_text(rig->host, PROPERTY_NS "osc", "", false);
  rig_run_seconds(rig, 2.0);
  assert_int_equal(lo_server_recv_noblock(server, 50), 0);
  rig_free(rig);
  lo_server_free(server);
}

static void wrong_targets_are_refused_with_a_sentence(void** state) {
  (void)state;
  static const char* const wrong[] = {"nonsense",
                                      "osc.tcp://127.0.0.1:9000",
                                      "osc.udp://127.0.0.1",
                                      "osc.udp://127.0.0.1:0",
                                      "osc.udp://127.0.0.1:70000",
                                      "osc.udp://127.0.0.1:port",
                                      "osc.udp://:9000",
                                      "osc.udp://no such host:9000",
                                      "http://127.0.0.1:80"};
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    char error[512] = "";
    assert_null(osc_new(wrong[i], "1", error, sizeof error));
    assert_string_not_equal(error, "");
  }
}

static void names_must_make_a_valid_address(void** state) {
  (void)state;
  static const char* const wrong[] = {"", "a b", "a/b", "a#", "a*", "{a}", "[a]", "a?", "\xc3\xa4"};
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    char error[512] = "";
    assert_null(osc_new("osc.udp://127.0.0.1:9000", wrong[i], error, sizeof error));
    assert_string_not_equal(error, "");
  }
  char error[512] = "";
  OscOut* osc = osc_new("osc.udp://127.0.0.1:9000", "lamp-1", error, sizeof error);
  assert_non_null(osc);
  osc_free(osc);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_bundle_a_reading_arrives),
      cmocka_unit_test(wrong_targets_are_refused_with_a_sentence),
      cmocka_unit_test(names_must_make_a_valid_address),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
