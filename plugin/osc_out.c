// SPDX-License-Identifier: GPL-3.0-or-later
// Readings as OSC over UDP.
#include "plugin/osc_out.h"

#include "plugin/net_target.h"

#include <errno.h>
#include <lo/lo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_NAME (sizeof((Properties*)NULL)->osc_name - 1)
#define MAX_ADDRESS (sizeof "/circumplex//" + MAX_NAME + 32)

#define SCHEME "osc.udp://"

struct OscOut {
  NetAddress to;
  int socket;
  bool single;
  char address[READING_COUNT][MAX_ADDRESS];
};

static bool is_name(const char* name) {
  const size_t n = strlen(name);
  if (n == 0 || n > MAX_NAME) return false;
  for (size_t i = 0; i < n; ++i)
    if (name[i] <= ' ' || name[i] > '~' || strchr("#*,/?[]{}", name[i])) return false;
  return true;
}

OscOut* osc_new(const char* target, const char* name, bool single, char* error, size_t error_size) {
  NetTarget parsed;
  NetAddress to;
  if (!is_name(name)) {
    snprintf(error, error_size,
             "The OSC name must be 1-%zu printable characters without space or #*,/?[]{}",
             MAX_NAME);
    return NULL;
  }
  if (net_target_parse(&parsed, SCHEME, target, error, error_size) != 0 ||
      net_target_find(&parsed, &to, error, error_size) != 0)
    return NULL;
  const int fd = net_udp_socket(&to, error, error_size);
  if (fd < 0) return NULL;
  OscOut* osc = calloc(1, sizeof *osc);
  if (!osc) {
    close(fd);
    snprintf(error, error_size, "Out of memory");
    return NULL;
  }
  osc->to = to;
  osc->socket = fd;
  osc->single = single;
  for (unsigned i = 0; i < READING_COUNT; ++i)
    snprintf(osc->address[i], MAX_ADDRESS, "/circumplex/%s/%s", name, reading_info(i)->symbol);
  return osc;
}

void osc_free(OscOut* osc) {
  if (!osc) return;
  close(osc->socket);
  free(osc);
}

/// Send \p data and free it.  \return 0, or -1 and an error message
static int send_data(const OscOut* osc, void* data, size_t size, char* error, size_t error_size) {
  if (!data) {
    snprintf(error, error_size, "Out of memory");
    return -1;
  }
  const ssize_t sent = sendto(osc->socket, data, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                              (const struct sockaddr*)&osc->to.address, osc->to.size);
  if (sent < 0) snprintf(error, error_size, "OSC could not be sent: %s", strerror(errno));
  free(data);
  return sent < 0 ? -1 : 0;
}

/// \return the message of reading \p i, or NULL if out of memory.
static lo_message new_message(const Readings* reading, unsigned i) {
  lo_message message = lo_message_new();
  if (!message) return NULL;
  if (reading_info(i)->type == READING_REAL)
    lo_message_add_float(message, reading->value[i]);
  else
    lo_message_add_int32(message, (int)reading->value[i]);
  return message;
}

static int send_messages(const OscOut* osc, const Readings* reading, char* error,
                         size_t error_size) {
  int status = 0;
  for (unsigned i = 0; i < READING_COUNT && status == 0; ++i) {
    if (!reading_info(i)->osc) continue;
    lo_message message = new_message(reading, i);
    size_t size = 0;
    void* data = message ? lo_message_serialise(message, osc->address[i], NULL, &size) : NULL;
    if (message) lo_message_free(message);
    status = send_data(osc, data, size, error, error_size);
  }
  return status;
}

static int send_bundle(const OscOut* osc, const Readings* reading, char* error, size_t error_size) {
  lo_bundle bundle = lo_bundle_new(LO_TT_IMMEDIATE);
  size_t size = 0;
  for (unsigned i = 0; i < READING_COUNT && bundle; ++i) {
    lo_message message = reading_info(i)->osc ? new_message(reading, i) : NULL;
    if (message && lo_bundle_add_message(bundle, osc->address[i], message))
      lo_message_free(message);
  }
  void* data = bundle ? lo_bundle_serialise(bundle, NULL, &size) : NULL;
  if (bundle) lo_bundle_free_recursive(bundle);
  return send_data(osc, data, size, error, error_size);
}

int osc_send(OscOut* osc, const Readings* reading, char* error, size_t error_size) {
  return osc->single ? send_messages(osc, reading, error, error_size)
                     : send_bundle(osc, reading, error, error_size);
}

static void* open_output(const Properties* settings, char* error, size_t error_size) {
  if (!*settings->osc) return NULL;
  return osc_new(settings->osc, settings->osc_name, property_is_on(settings, PROP_OSC_SINGLE),
                 error, error_size);
}

static int send_output(void* output, const Readings* reading, char* error, size_t error_size) {
  return osc_send(output, reading, error, error_size);
}

static void close_output(void* output) {
  osc_free(output);
}

const OutputKind osc_output = {
    "OSC",       SCHEME,
    PROP_OSC,    1U << PROP_OSC | 1U << PROP_OSC_NAME | 1U << PROP_OSC_SINGLE,
    open_output, send_output,
    close_output};
