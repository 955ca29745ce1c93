// SPDX-License-Identifier: GPL-3.0-or-later
// The web page: off by default, on this machine for this machine alone, gone when closed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/outputs.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/// \return a TCP port that nobody listens at just now.
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

/// Send a request; the answer goes to \p answer.  \return its status, or -1 if nobody listens
static int ask(unsigned port, const char* method, const char* path, const char* host, char* answer,
               size_t size) {
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((uint16_t)port),
                                      .sin_addr = {htonl(INADDR_LOOPBACK)}};
  const struct timeval limit = {.tv_sec = 5};
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  assert_true(fd >= 0);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (connect(fd, (const struct sockaddr*)&address, sizeof address) != 0) {
    close(fd);
    return -1;
  }
  char request[512];
  const int n = snprintf(request, sizeof request,
                         "%s %s HTTP/1.1\r\nHost: %s:%u\r\nContent-Length: 0\r\n"
                         "Connection: close\r\n\r\n",
                         method, path, host, port);
  assert_int_equal(send(fd, request, (size_t)n, MSG_NOSIGNAL), n);
  size_t got = 0;
  for (ssize_t k; got + 1 < size && (k = recv(fd, answer + got, size - 1 - got, 0)) > 0;)
    got += (size_t)k;
  answer[got] = '\0';
  close(fd);
  return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : -2;
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
  for (unsigned i = 0; i < READING_COUNT; i++) {
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

static void it_is_off_by_default_and_says_why_it_does_not_start(void** state) {
  (void)state;
  char error[256] = "";
  Properties p = properties_initial();
  assert_null(web_output.open(&p, error, sizeof error));
  assert_string_equal(error, "");
  static const char* const wrong[] = {"127.0.0.1:8080", "http://127.0.0.1", "https://127.0.0.1:1",
                                      "http://127.0.0.1:8080/", "http://192.0.2.1:8080"};
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
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
  assert_null(web_output.destination(&p));
  snprintf(p.web, sizeof p.web, "http://127.0.0.1:8080");
  assert_null(web_output.destination(&p));
  snprintf(p.web, sizeof p.web, "http://0.0.0.0:8080");
  assert_string_equal(web_output.destination(&p), "http://0.0.0.0:8080");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_page_and_the_last_reading_are_served),
      cmocka_unit_test(another_site_cannot_read_it_through_the_browser),
      cmocka_unit_test(it_is_off_by_default_and_says_why_it_does_not_start),
      cmocka_unit_test(only_what_leaves_this_machine_needs_permission),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
