// SPDX-License-Identifier: GPL-3.0-or-later
// OSC: a reading goes to the target, nothing when off, a wrong target is reported.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/net_target.h"
#include "plugin/osc_out.h"
#include "plugin/outputs.h"
#include "plugin/protocol.h"
#include "plugin/uris.h"
#include "tests/plugin/rig.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <lo/lo.h>
#include <math.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

typedef struct {
  unsigned n_valence, n_all;
  float valence, arousal;
  int quadrant;
} Received;

static unsigned values_sent(void) {
  unsigned n = 0;
  for (unsigned id = 0; id < READING_COUNT; ++id)
    n += reading_info(id)->osc;
  return n;
}

static int on_message(const char* path, const char* types, lo_arg** argv, int argc, lo_message m,
                      void* context) {
  (void)m;
  Received* r = context;
  ++r->n_all;
  assert_int_equal(argc, 1);
  if (strcmp(path, "/circumplex/lamp/valence") == 0) {
    assert_string_equal(types, "f");
    ++r->n_valence;
    r->valence = argv[0]->f;
  }
  if (strcmp(path, "/circumplex/lamp/arousal") == 0) r->arousal = argv[0]->f;
  if (strcmp(path, "/circumplex/lamp/quadrant") == 0) {
    assert_string_equal(types, "i");
    r->quadrant = argv[0]->i;
  }
  return 0;
}

static void one_bundle_arrives_for_each_reading(void** state) {
  (void)state;
  Received r = {0};
  lo_server server = lo_server_new(NULL, NULL);
  if (!server) skip(); // without any network
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
  assert_int_equal(r.n_all, values_sent() * r.n_valence);
  assert_true(r.valence == host_get(rig->host, "valence"));
  assert_true(r.arousal == host_get(rig->host, "arousal"));
  assert_int_equal(r.quadrant, (int)host_get(rig->host, "quadrant"));
  r.n_all = 0;
  host_send_bool(rig->host, PROPERTY_NS "oscSingle", true); // works without a new target
  rig_run_seconds(rig, 2.0);
  unsigned packets = 0;
  while (lo_server_recv_noblock(server, 50) > 0)
    ++packets;
  assert_in_range(r.n_all, 3 * values_sent(), 4 * values_sent());
  assert_int_equal(packets, r.n_all);
  host_send_text(rig->host, PROPERTY_NS "osc", "", false);
  rig_run_seconds(rig, 2.0);
  assert_int_equal(lo_server_recv_noblock(server, 50), 0);
  rig_free(rig);
  lo_server_free(server);
}

static void wrong_targets_are_refused_with_a_message(void** state) {
  (void)state;
  static const char* const wrong[] = {"nonsense",
                                      "osc.tcp://127.0.0.1:9000",
                                      "osc.udp://127.0.0.1",
                                      "osc.udp://127.0.0.1:0",
                                      "osc.udp://127.0.0.1:65536",
                                      "osc.udp://127.0.0.1:09000000",
                                      "osc.udp://127.0.0.1:009000",
                                      "osc.udp://127.0.0.1:port",
                                      "osc.udp://:9000",
                                      "osc.udp://no such host:9000",
                                      "osc.udp://127.0.0.1:9000/",
                                      "osc.udp://127.0.0.1:9000 ",
                                      "osc.udp://127.0.0.1:9000/path",
                                      "osc.udp://127.0.0.1:+9000",
                                      "osc.udp://127.0.0.1: 9000",
                                      "osc.udp://user@127.0.0.1:9000",
                                      "osc.udp://::1:9000",
                                      "osc.udp://[::1:9000",
                                      "osc.udp://[::1]9000",
                                      "osc.udp://[]:9000",
                                      " osc.udp://127.0.0.1:9000",
                                      "http://127.0.0.1:80"};
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    char error[512] = "";
    assert_null(osc_new(wrong[i], "1", false, error, sizeof error));
    assert_string_not_equal(error, "");
  }
}

static void the_first_and_the_last_port_and_the_longest_host_are_targets(void** state) {
  (void)state;
  char url[NET_TARGET_MAX_HOST + 64], host[NET_TARGET_MAX_HOST + 2], error[512];
  NetTarget target;
  static const char* const ports[] = {"1", "65535"};
  for (unsigned i = 0; i < 2; ++i)
    for (size_t n = NET_TARGET_MAX_HOST; n <= NET_TARGET_MAX_HOST + 1; ++n) {
      memset(host, 'h', n);
      host[n] = '\0';
      snprintf(url, sizeof url, "osc.udp://%s:%s", host, ports[i]);
      const int status = net_target_parse(&target, "osc.udp://", url, error, sizeof error);
      assert_int_equal(status, n > NET_TARGET_MAX_HOST ? -1 : 0);
      if (status != 0) continue;
      assert_string_equal(target.host, host);
      assert_string_equal(target.port, ports[i]);
    }
  assert_int_equal(
      net_target_parse(&target, "osc.udp://", "osc.udp://[fe80::1%lo]:9", error, sizeof error), 0);
  assert_string_equal(target.host, "fe80::1%lo");
}

/// A socket that waits for at most 90 s; \p port receives its port.  \return -1 without a network
static int listen_at(int family, unsigned* port) {
  const int fd = socket(family, SOCK_DGRAM, 0);
  struct sockaddr_storage address = {.ss_family = (sa_family_t)family};
  socklen_t size = sizeof address;
  const struct timeval limit = {.tv_sec = 90};
  if (fd < 0 || bind(fd, (struct sockaddr*)&address, size) != 0 ||
      getsockname(fd, (struct sockaddr*)&address, &size) != 0) {
    if (fd >= 0) close(fd);
    return -1;
  }
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  *port = ntohs(family == AF_INET6 ? ((struct sockaddr_in6*)&address)->sin6_port
                                   : ((struct sockaddr_in*)&address)->sin_port);
  return fd;
}

static void broadcast_and_ipv6_arrive(void** state) {
  (void)state;
  static const struct {
    int family;
    const char* host;
  } ways[] = {{AF_INET, "127.0.0.1"}, {AF_INET, "127.255.255.255"}, {AF_INET6, "[::1]"}};
  unsigned tried = 0;
  for (unsigned i = 0; i < sizeof ways / sizeof ways[0]; ++i) {
    unsigned port = 0;
    const int fd = listen_at(ways[i].family, &port);
    if (fd < 0) {
      print_message("no %s here\n", ways[i].host);
      continue;
    }
    char target[128], error[512] = "";
    uint8_t data[2048];
    snprintf(target, sizeof target, "osc.udp://%s:%u", ways[i].host, port);
    OscOut* osc = osc_new(target, "lamp", false, error, sizeof error);
    if (!osc) fail_msg("%s: %s", target, error);
    const Readings reading = readings_at_rest();
    if (osc_send(osc, &reading, error, sizeof error) != 0) fail_msg("%s: %s", target, error);
    const ssize_t n = recv(fd, data, sizeof data, 0);
    if (n < 16) fail_msg("%s: nothing arrives", target);
    assert_memory_equal(data, "#bundle", 8);
    osc_free(osc);
    close(fd);
    ++tried;
  }
  if (tried == 0) skip();
}

static void multicast_stays_in_the_local_network(void** state) {
  (void)state;
  NetTarget target;
  NetAddress to;
  char error[512];
  int hops = -1;
  socklen_t size = sizeof hops;
  assert_int_equal(
      net_target_parse(&target, "osc.udp://", "osc.udp://239.1.2.3:9", error, sizeof error), 0);
  if (net_target_find(&target, &to, error, sizeof error) != 0) skip();
  const int fd = net_udp_socket(&to, error, sizeof error);
  if (fd < 0) skip();
  assert_int_equal(getsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, &size), 0);
  assert_int_equal(hops, 1);
  close(fd);
}

static void single_messages_are_not_in_a_bundle(void** state) {
  (void)state;
  unsigned port = 0, n = 0;
  const int fd = listen_at(AF_INET, &port);
  if (fd < 0) skip();
  char target[128], error[512];
  uint8_t data[2048];
  snprintf(target, sizeof target, "osc.udp://127.0.0.1:%u", port);
  OscOut* osc = osc_new(target, "lamp", true, error, sizeof error);
  assert_non_null(osc);
  const Readings reading = readings_at_rest();
  assert_int_equal(osc_send(osc, &reading, error, sizeof error), 0);
  while (recv(fd, data, sizeof data, n < values_sent() ? 0 : MSG_DONTWAIT) > 0) {
    assert_memory_equal(data, "/circumplex/lamp/", 17);
    ++n;
  }
  assert_int_equal(n, values_sent());
  osc_free(osc);
  close(fd);
}

static void only_what_leaves_this_machine_needs_permission(void** state) {
  (void)state;
  static const char* const here[] = {"127.0.0.1", "127.1.2.3", "127.255.255.255", "localhost",
                                     "[::1]"};
  static const char* const elsewhere[] = {"126.0.0.1",        "128.0.0.1", "192.0.2.1",
                                          "239.1.2.3",        "[::2]",     "[2001:db8::1]",
                                          "localhost.example"};
  Properties p = properties_initial();
  assert_null(output_destination(&osc_output, &p));
  for (unsigned i = 0; i < sizeof here / sizeof here[0]; ++i) {
    snprintf(p.osc, sizeof p.osc, "osc.udp://%s:9000", here[i]);
    if (output_destination(&osc_output, &p)) fail_msg("%s needs permission", p.osc);
  }
  for (unsigned i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; ++i) {
    snprintf(p.osc, sizeof p.osc, "osc.udp://%s:9000", elsewhere[i]);
    if (!output_destination(&osc_output, &p)) fail_msg("%s needs no permission", p.osc);
    assert_string_equal(output_destination(&osc_output, &p), p.osc);
  }
}

static void failures_to_send_are_reported(void** state) {
  (void)state;
  for (unsigned single = 0; single < 2; ++single) {
    char error[512] = "";
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const int next = dup(null); // the number that the socket will get
    assert_true(null >= 0 && next >= 0);
    close(next);
    OscOut* osc = osc_new("osc.udp://127.0.0.1:9", "lamp", single, error, sizeof error);
    if (!osc) fail_msg("%s", error);
    assert_int_equal(dup2(null, next), next); // its socket is closed
    const Readings reading = readings_at_rest();
    assert_int_equal(osc_send(osc, &reading, error, sizeof error), -1);
    assert_non_null(strstr(error, "could not be sent"));
    osc_free(osc);
    close(null);
  }
}

static void the_environment_sets_what_a_host_cannot(void** state) {
  (void)state;
  unsigned port = 0;
  const int fd = listen_at(AF_INET, &port);
  if (fd < 0) skip();
  char target[128];
  uint8_t data[2048];
  snprintf(target, sizeof target, "osc.udp://127.0.0.1:%u", port);
  setenv("CIRCUMPLEX_OSC", target, 1);
  setenv("CIRCUMPLEX_OSC_NAME", "stage", 1);
  setenv("CIRCUMPLEX_OSC_SINGLE", "1", 1);
  Rig* rig = rig_new((HostOptions){.uri = CIRCUMPLEX_URI_METER});
  unsetenv("CIRCUMPLEX_OSC");
  unsetenv("CIRCUMPLEX_OSC_NAME");
  unsetenv("CIRCUMPLEX_OSC_SINGLE");
  rig_run_seconds(rig, 2.0);
  assert_true(recv(fd, data, sizeof data, 0) > 0);
  assert_memory_equal(data, "/circumplex/stage/", 18);
  rig_free(rig);
  close(fd);
}

static void the_default_name_is_not_a_number(void** state) {
  (void)state;
  const Properties p = properties_initial();
  assert_true(strspn(p.osc_name, "0123456789.+-eE") < strlen(p.osc_name));
  assert_false(property_is_on(&p, PROP_OSC_SINGLE));
}

static void names_must_make_a_valid_address(void** state) {
  (void)state;
  static const char* const wrong[] = {"",    "a b", "a/b", "a#",       "a*",
                                      "{a}", "[a]", "a?",  "\xc3\xa4", "a\x7f"};
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    char error[512] = "";
    assert_null(osc_new("osc.udp://127.0.0.1:9000", wrong[i], false, error, sizeof error));
    assert_string_not_equal(error, "");
  }
  char error[512] = "", longest[66] = "lamp-1";
  for (unsigned i = 0; i < 2; ++i) {
    OscOut* osc = osc_new("osc.udp://127.0.0.1:9000", longest, false, error, sizeof error);
    assert_non_null(osc);
    osc_free(osc);
    memset(longest, 'x', 64);
  }
  longest[64] = 'x';
  assert_null(osc_new("osc.udp://127.0.0.1:9000", longest, false, error, sizeof error));
  assert_non_null(strstr(error, "1-64 printable"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_bundle_arrives_for_each_reading),
      cmocka_unit_test(wrong_targets_are_refused_with_a_message),
      cmocka_unit_test(the_first_and_the_last_port_and_the_longest_host_are_targets),
      cmocka_unit_test(broadcast_and_ipv6_arrive),
      cmocka_unit_test(multicast_stays_in_the_local_network),
      cmocka_unit_test(single_messages_are_not_in_a_bundle),
      cmocka_unit_test(only_what_leaves_this_machine_needs_permission),
      cmocka_unit_test(failures_to_send_are_reported),
      cmocka_unit_test(the_environment_sets_what_a_host_cannot),
      cmocka_unit_test(the_default_name_is_not_a_number),
      cmocka_unit_test(names_must_make_a_valid_address),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
