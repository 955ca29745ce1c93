// SPDX-License-Identifier: GPL-3.0-or-later
// The web page: off by default; on a loopback address only for this machine; closed with the
// plugin.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/outputs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/// \return a TCP port at which no program listens now.
static unsigned free_port(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  assert_true(fd >= 0);
  assert_int_equal(bind(fd, (struct sockaddr*)&address, size), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr*)&address, &size), 0);
  close(fd);
  return ntohs(address.sin_port);
}

/// A connection that has sent \p text so far; -1 if no program listens.
static int connection(unsigned port, const char* text) {
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((uint16_t)port),
                                      .sin_addr = {htonl(INADDR_LOOPBACK)}};
  const struct timeval limit = {.tv_sec = 45}; // less than the server's limit for silent clients
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  assert_true(fd >= 0);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (connect(fd, (const struct sockaddr*)&address, sizeof address) != 0) {
    close(fd);
    return -1;
  }
  assert_true(send(fd, text, strlen(text), MSG_NOSIGNAL) > 0);
  return fd;
}

/// Send \p request unchanged.  \return the status of the answer, or -1 if no program listens
static int ask_as_it_is(unsigned port, const char* request, char* answer, size_t size) {
  const int fd = connection(port, request);
  if (fd < 0) return -1;
  size_t got = 0;
  for (ssize_t k; got + 1 < size && (k = recv(fd, answer + got, size - 1 - got, 0)) > 0;)
    got += (size_t)k;
  answer[got] = '\0';
  close(fd);
  return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : -2;
}

/// Send a request; \p answer receives the answer.  \return its status, or -1 if no program listens
static int ask(unsigned port, const char* method, const char* path, const char* host, char* answer,
               size_t size) {
  char request[512];
  snprintf(request, sizeof request,
           "%s %s HTTP/1.1\r\nHost: %s:%u\r\nContent-Length: 0\r\n"
           "Connection: close\r\n\r\n",
           method, path, host, port);
  return ask_as_it_is(port, request, answer, size);
}

static Properties listening_at(unsigned port) {
  Properties p = properties_initial();
  snprintf(p.web, sizeof p.web, "http://127.0.0.1:%u", port);
  return p;
}

static void the_page_and_the_last_reading_are_served(void** state) {
  (void)state;
  const unsigned port = free_port();
  const Properties p = listening_at(port);
  char error[256] = "", answer[16384];
  void* web = web_output.open(&p, error, sizeof error);
  if (!web) fail_msg("%s", error);
  assert_int_equal(ask(port, "GET", "/", "127.0.0.1", answer, sizeof answer), 200);
  assert_non_null(strstr(answer, "<canvas"));
  Readings reading = readings_at_rest();
  reading.valence = 0.25f;
  reading.state = 2.0f;
  assert_int_equal(web_output.send(web, &reading, error, sizeof error), 0);
  assert_int_equal(ask(port, "GET", "/reading.json", "localhost", answer, sizeof answer), 200);
  assert_non_null(strstr(answer, "\"n\": 1, \"valence\": 0.25,"));
  assert_non_null(strstr(answer, "\"state\": 2,"));
  for (unsigned i = 0; i < READING_COUNT; ++i) {
    char name[64];
    snprintf(name, sizeof name, "\"%s\": ", reading_info(i)->symbol);
    assert_non_null(strstr(answer, name));
  }
  assert_int_equal(ask(port, "GET", "/other", "127.0.0.1", answer, sizeof answer), 404);
  assert_int_equal(ask(port, "POST", "/", "127.0.0.1", answer, sizeof answer), 405);
  web_output.close(web);
  assert_int_equal(ask(port, "GET", "/", "127.0.0.1", answer, sizeof answer), -1);
}

static void another_site_cannot_read_it_through_the_browser(void** state) {
  (void)state;
  const unsigned port = free_port();
  const Properties p = listening_at(port);
  char error[256] = "", answer[16384];
  void* web = web_output.open(&p, error, sizeof error);
  if (!web) fail_msg("%s", error);
  assert_int_equal(ask(port, "GET", "/reading.json", "evil.example", answer, sizeof answer), 403);
  assert_int_equal(ask(port, "GET", "/", "127.0.0.1.evil.example", answer, sizeof answer), 403);
  assert_null(strstr(answer, "Access-Control-Allow-Origin"));
  web_output.close(web);
}

static void a_page_for_the_network_answers_under_any_name(void** state) {
  (void)state;
  const unsigned port = free_port();
  Properties p = listening_at(port);
  snprintf(p.web, sizeof p.web, "http://0.0.0.0:%u", port);
  char error[256] = "", answer[16384];
  void* web = web_output.open(&p, error, sizeof error);
  if (!web) fail_msg("%s", error);
  assert_int_equal(ask(port, "GET", "/reading.json", "stage.local", answer, sizeof answer), 200);
  web_output.close(web);
}

static void a_request_must_name_this_machine_and_port(void** state) {
  (void)state;
  const unsigned port = free_port();
  const Properties p = listening_at(port);
  char error[256] = "", answer[16384], request[512], host[64];
  void* web = web_output.open(&p, error, sizeof error);
  if (!web) fail_msg("%s", error);
  static const struct {
    const char* host; ///< %u is the port
    int status;
  } hosts[] = {{"127.0.0.1:%u", 200},  {"localhost:%u", 200},         {"[::1]:%u", 200},
               {"127.0.0.1", 403},     {"127.0.0.1:80", 403},         {"127.0.0.1:%u0", 403},
               {"localhosts:%u", 403}, {"127.0.0.1.example:%u", 403}, {"", 403}};
  for (unsigned i = 0; i < sizeof hosts / sizeof hosts[0]; ++i) {
    const char* mark = strstr(hosts[i].host, "%u");
    const int before = mark ? (int)(mark - hosts[i].host) : (int)strlen(hosts[i].host);
    if (mark)
      snprintf(host, sizeof host, "%.*s%u%s", before, hosts[i].host, port, mark + 2);
    else
      snprintf(host, sizeof host, "%s", hosts[i].host);
    snprintf(request, sizeof request,
             "GET /reading.json HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", host);
    const int status = ask_as_it_is(port, request, answer, sizeof answer);
    if (status != hosts[i].status) fail_msg("Host: %s is answered with %d", host, status);
  }
  web_output.close(web);
}

static void the_page_is_not_cached_and_loads_nothing(void** state) {
  (void)state;
  const unsigned port = free_port();
  const Properties p = listening_at(port);
  char error[256] = "", answer[16384];
  void* web = web_output.open(&p, error, sizeof error);
  if (!web) fail_msg("%s", error);
  static const char* const paths[] = {"/", "/reading.json"};
  for (unsigned i = 0; i < 2; ++i) {
    assert_int_equal(ask(port, "GET", paths[i], "127.0.0.1", answer, sizeof answer), 200);
    assert_non_null(strstr(answer, "Cache-Control: no-store"));
    assert_non_null(strstr(answer, "X-Content-Type-Options: nosniff"));
    assert_non_null(strstr(answer, "Content-Security-Policy: default-src 'none'"));
  }
  static const char* const others[] = {"/index.html", "//", "/../", "/reading.json/x",
                                       "/READING.JSON"};
  for (unsigned i = 0; i < 5; ++i)
    assert_int_equal(ask(port, "GET", others[i], "127.0.0.1", answer, sizeof answer), 404);
  static const char* const methods[] = {"HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
  for (unsigned i = 0; i < 5; ++i)
    assert_int_equal(ask(port, methods[i], "/", "127.0.0.1", answer, sizeof answer), 405);
  web_output.close(web);
}

static void silent_clients_do_not_block_others(void** state) {
  (void)state;
  enum { MOST = 16, MANY = 4 * MOST };
  const unsigned port = free_port();
  const Properties p = listening_at(port);
  char error[256] = "", answer[16384], rest[128];
  int held[MANY];
  void* web = web_output.open(&p, error, sizeof error);
  if (!web) fail_msg("%s", error);
  for (unsigned i = 0; i < MANY; ++i) {
    held[i] = connection(port, "GET /rea"); // announces more bytes than it sends
    assert_int_equal(ask(port, "GET", "/", "127.0.0.1", answer, sizeof answer), 200);
  }
  for (unsigned i = 0; i <= MANY - MOST; ++i) { // these were closed
    const ssize_t got = recv(held[i], answer, 1, 0);
    assert_true(got == 0 || (got < 0 && errno == ECONNRESET));
  }
  snprintf(rest, sizeof rest, "ding.json HTTP/1.1\r\nHost: localhost:%u\r\n\r\n", port);
  assert_true(send(held[MANY - 1], rest, strlen(rest), MSG_NOSIGNAL) > 0);
  assert_true(recv(held[MANY - 1], answer, sizeof answer, 0) > 12);
  assert_memory_equal(answer, "HTTP/1.1 200", 12); // late, but not too late
  for (unsigned i = 0; i < MANY; ++i)
    close(held[i]);
  web_output.close(web);
}

static void it_is_off_by_default_and_reports_why_it_cannot_start(void** state) {
  (void)state;
  char error[256] = "";
  Properties p = properties_initial();
  assert_null(web_output.open(&p, error, sizeof error));
  assert_string_equal(error, "");
  static const char* const wrong[] = {"127.0.0.1:8080", "http://127.0.0.1", "https://127.0.0.1:1",
                                      "http://127.0.0.1:8080/", "http://192.0.2.1:8080"};
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    snprintf(p.web, sizeof p.web, "%s", wrong[i]);
    *error = '\0';
    assert_null(web_output.open(&p, error, sizeof error));
    assert_string_not_equal(error, "");
  }
  p = listening_at(free_port());
  void* first = web_output.open(&p, error, sizeof error);
  assert_non_null(first);
  assert_null(web_output.open(&p, error, sizeof error)); // the port is taken
  assert_non_null(strstr(error, "in use"));
  web_output.close(first);
}

static void only_what_leaves_this_machine_needs_permission(void** state) {
  (void)state;
  Properties p = properties_initial();
  assert_null(output_destination(&web_output, &p));
  snprintf(p.web, sizeof p.web, "http://127.0.0.1:8080");
  assert_null(output_destination(&web_output, &p));
  snprintf(p.web, sizeof p.web, "http://0.0.0.0:8080");
  assert_string_equal(output_destination(&web_output, &p), "http://0.0.0.0:8080");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_page_and_the_last_reading_are_served),
      cmocka_unit_test(another_site_cannot_read_it_through_the_browser),
      cmocka_unit_test(a_page_for_the_network_answers_under_any_name),
      cmocka_unit_test(a_request_must_name_this_machine_and_port),
      cmocka_unit_test(the_page_is_not_cached_and_loads_nothing),
      cmocka_unit_test(silent_clients_do_not_block_others),
      cmocka_unit_test(it_is_off_by_default_and_reports_why_it_cannot_start),
      cmocka_unit_test(only_what_leaves_this_machine_needs_permission),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
