// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Serves a web page with the plane, for a phone, a second screen or OBS's browser source.
///
/// The property is the address to listen on, "http://HOST:PORT"; empty for off.  `/` is the page.
/// `/reading.json` is the last reading: every row of inference/readings.h by its symbol, and `n`,
/// the number of readings.  If it listens on this machine only, it answers only requests that name
/// this machine, so that another site cannot read it through the browser (DNS rebinding).
/// A connection serves one request.  A client that comes when all places are taken gets the place
/// of the oldest connection, so that silent clients cannot keep others out.
/// Thread: never the audio thread; libmicrohttpd has its own thread, which waits for no client.
#include "plugin/net_target.h"
#include "plugin/outputs.h"
#include "web_page.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SCHEME "http://"
#define CLIENTS 16
#define CONNECTIONS (2 * CLIENTS) ///< clients, and those that are being disconnected
#define TIMEOUT_SECONDS 60
#define JSON_BYTES 2048

/// A place for a connection.
typedef struct {
  unsigned long number; ///< counts connections from 1; 0: the place is free
  int socket;           ///< -1: it is being disconnected
} Client;

typedef struct {
  struct MHD_Daemon* daemon;
  bool loopback;
  char port[6];
  Client clients[CONNECTIONS]; ///< these two: libmicrohttpd's thread only
  unsigned long connections;
  pthread_mutex_t lock; ///< guards the members below; held only to copy them
  Readings reading;
  unsigned long n;
} WebOut;

/// Write the last reading as JSON.  \return bytes written
static size_t write_json(WebOut* web, char text[JSON_BYTES]) {
  pthread_mutex_lock(&web->lock);
  const Readings r = web->reading;
  const unsigned long n = web->n;
  pthread_mutex_unlock(&web->lock);
  size_t at = (size_t)snprintf(text, JSON_BYTES, "{\"n\": %lu", n);
  for (unsigned i = 0; i < READING_COUNT && at < JSON_BYTES; ++i)
    at += (size_t)snprintf(text + at, JSON_BYTES - at, ", \"%s\": %.9g", reading_info(i)->symbol,
                           (double)r.value[i]);
  if (at < JSON_BYTES) at += (size_t)snprintf(text + at, JSON_BYTES - at, "}\n");
  return at < JSON_BYTES ? at : 0;
}

/// \return whether the request's Host header names this machine; true if the page is not local
static bool names_this_machine(const WebOut* web, struct MHD_Connection* connection) {
  static const char* const names[] = {"127.0.0.1", "localhost", "[::1]"};
  const char* host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
  if (!web->loopback) return true;
  for (unsigned i = 0; host && i < sizeof names / sizeof names[0]; ++i) {
    const size_t n = strlen(names[i]);
    if (strncmp(host, names[i], n) == 0 && host[n] == ':' && strcmp(host + n + 1, web->port) == 0)
      return true;
  }
  return false;
}

static enum MHD_Result answer(struct MHD_Connection* connection, unsigned status, const char* type,
                              const void* data, size_t size) {
  struct MHD_Response* response =
      MHD_create_response_from_buffer(size, (void*)(uintptr_t)data, MHD_RESPMEM_MUST_COPY);
  if (!response) return MHD_NO;
  MHD_add_response_header(response, "Content-Type", type);
  MHD_add_response_header(response, "Cache-Control", "no-store");
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  MHD_add_response_header(response, "Content-Security-Policy",
                          "default-src 'none'; script-src 'unsafe-inline'; style-src "
                          "'unsafe-inline'; connect-src 'self'");
  const enum MHD_Result result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

static enum MHD_Result handle(void* context, struct MHD_Connection* connection, const char* url,
                              const char* method, const char* version, const char* upload,
                              size_t* upload_size, void** state) {
  (void)version, (void)upload, (void)upload_size, (void)state;
  static const char text[] = "text/plain";
  WebOut* web = context;
  char json[JSON_BYTES];
  if (strcmp(method, "GET") != 0) return answer(connection, 405, text, "", 0);
  if (!names_this_machine(web, connection)) return answer(connection, 403, text, "", 0);
  if (strcmp(url, "/") == 0)
    return answer(connection, 200, "text/html; charset=utf-8", web_page, sizeof web_page);
  if (strcmp(url, "/reading.json") == 0)
    return answer(connection, 200, "application/json", json, write_json(web, json));
  return answer(connection, 404, text, "", 0);
}

/// A connection has started or ended; \p place points to its Client.
static void count(void* context, struct MHD_Connection* connection, void** place,
                  enum MHD_ConnectionNotificationCode event) {
  WebOut* web = context;
  Client *unused = NULL, *oldest = NULL;
  unsigned connected = 0;
  if (event == MHD_CONNECTION_NOTIFY_CLOSED) {
    if (*place) *(Client*)*place = (Client){0, -1};
    return;
  }
  for (Client* c = web->clients; c < web->clients + CONNECTIONS; ++c) {
    if (!c->number) {
      unused = c;
    } else if (c->socket >= 0) {
      ++connected;
      if (!oldest || c->number < oldest->number) oldest = c;
    }
  }
  if (oldest && connected >= CLIENTS) {
    shutdown(oldest->socket, SHUT_RDWR);
    oldest->socket = -1;
  }
  if (!unused) return;
  unused->number = ++web->connections;
  unused->socket =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  *place = unused;
}

static void close_output(void* output) {
  WebOut* web = output;
  if (!web) return;
  if (web->daemon) MHD_stop_daemon(web->daemon);
  pthread_mutex_destroy(&web->lock);
  free(web);
}

static void* open_output(const Properties* settings, char* error, size_t error_size) {
  NetTarget target;
  NetAddress address;
  if (!*settings->web) return NULL;
  if (net_target_parse(&target, SCHEME, settings->web, error, error_size) != 0 ||
      net_target_find(&target, &address, error, error_size) != 0)
    return NULL;
  WebOut* web = calloc(1, sizeof *web);
  if (!web) {
    snprintf(error, error_size, "Out of memory");
    return NULL;
  }
  pthread_mutex_init(&web->lock, NULL);
  web->reading = readings_at_rest();
  web->loopback = net_target_is_loopback(&target);
  snprintf(web->port, sizeof web->port, "%s", target.port);
  const bool v6 = address.address.ss_family == AF_INET6;
  errno = 0;
  web->daemon = MHD_start_daemon(
      MHD_USE_INTERNAL_POLLING_THREAD | (v6 ? MHD_USE_IPv6 : MHD_NO_FLAG), 0, NULL, NULL, handle,
      web, MHD_OPTION_SOCK_ADDR, (struct sockaddr*)&address.address, MHD_OPTION_CONNECTION_LIMIT,
      (unsigned)CONNECTIONS, MHD_OPTION_NOTIFY_CONNECTION, count, web,
      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_SECONDS, MHD_OPTION_END);
  if (web->daemon) return web;
  snprintf(error, error_size, "The web page cannot be served at %s: %s", settings->web,
           errno ? strerror(errno) : "the address cannot be used");
  close_output(web);
  return NULL;
}

static int send_output(void* output, const Readings* reading, char* error, size_t error_size) {
  (void)error, (void)error_size;
  WebOut* web = output;
  pthread_mutex_lock(&web->lock);
  web->reading = *reading;
  ++web->n;
  pthread_mutex_unlock(&web->lock);
  return 0;
}

const OutputKind web_output = {"web page",  SCHEME,      PROP_WEB,    1U << PROP_WEB,
                               open_output, send_output, close_output};
