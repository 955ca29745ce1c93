// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/osc_out.h"

#include <lo/lo.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define OSC_MAX_NAME (sizeof((Properties*)NULL)->osc_name - 1)
#define OSC_MAX_TARGET (sizeof((Properties*)NULL)->osc - 1)
#define SCHEME "osc.udp://"
#define MAX_ADDRESS (sizeof "/circumplex//" + OSC_MAX_NAME + 32)

struct OscOut {
  lo_address target;
  char address[READING_COUNT][MAX_ADDRESS];
};

static int check_name(const char* name) {
  const size_t n = strlen(name);
  if (n == 0 || n > OSC_MAX_NAME) return -1;
  for (size_t i = 0; i < n; i++)
    if (name[i] <= ' ' || name[i] > '~' || strchr("#*,/?[]{}", name[i])) return -1;
  return 0;
}

/// The target's numeric address, so that nothing is looked up when a reading is sent.
static lo_address resolve(const char* target, char* error, size_t error_size) {
  char* host = NULL;
  char* port = NULL;
  struct addrinfo* found = NULL;
  lo_address address = NULL;
  if (strncmp(target, SCHEME, strlen(SCHEME)) != 0 || strlen(target) > OSC_MAX_TARGET) {
    snprintf(error, error_size, "The OSC target must look like osc.udp://host:port");
    return NULL;
  }
  host = lo_url_get_hostname(target);
  port = lo_url_get_port(target);
  char* end = NULL;
  const long number = port ? strtol(port, &end, 10) : 0;
  if (!host || !*host || !port || !*port || *end || number < 1 || number > 65535) {
    snprintf(error, error_size, "The OSC target must look like osc.udp://host:port, port 1-65535");
    goto done;
  }
  const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM};
  const int failed = getaddrinfo(host, port, &hints, &found);
  char numeric[64];
  if (failed || !found) {
    snprintf(error, error_size, "OSC is off: host \"%.200s\" was not found (%s)", host,
             failed ? gai_strerror(failed) : "no address");
    goto done;
  }
  if (getnameinfo(found->ai_addr, found->ai_addrlen, numeric, sizeof numeric, NULL, 0,
                  NI_NUMERICHOST) != 0 ||
      !(address = lo_address_new_with_proto(LO_UDP, numeric, port)))
    snprintf(error, error_size, "OSC is off: the target could not be set up");
done:
  if (found) freeaddrinfo(found);
  free(host);
  free(port);
  return address;
}

OscOut* osc_new(const char* target, const char* name, char* error, size_t error_size) {
  if (check_name(name)) {
    snprintf(error, error_size,
             "The OSC name must be 1-%zu printable characters without space or #*,/?[]{}",
             OSC_MAX_NAME);
    return NULL;
  }
  lo_address address = resolve(target, error, error_size);
  if (!address) return NULL;
  OscOut* osc = calloc(1, sizeof *osc);
  if (!osc) {
    lo_address_free(address);
    snprintf(error, error_size, "Out of memory");
    return NULL;
  }
  osc->target = address;
  for (unsigned i = 0; i < READING_COUNT; i++)
    snprintf(osc->address[i], MAX_ADDRESS, "/circumplex/%s/%s", name, reading_info(i)->symbol);
  return osc;
}

void osc_free(OscOut* osc) {
  if (!osc) return;
  lo_address_free(osc->target);
  free(osc);
}

int osc_send(OscOut* osc, const Readings* reading, char* error, size_t error_size) {
  lo_bundle bundle = lo_bundle_new(LO_TT_IMMEDIATE);
  if (!bundle) {
    snprintf(error, error_size, "Out of memory");
    return -1;
  }
  for (unsigned i = 0; i < READING_COUNT; i++) {
    const ReadingInfo* info = reading_info(i);
    lo_message message = info->osc ? lo_message_new() : NULL;
    if (!message) continue;
    if (info->type == READING_REAL)
      lo_message_add_float(message, reading->value[i]);
    else
      lo_message_add_int32(message, (int)reading->value[i]);
    if (lo_bundle_add_message(bundle, osc->address[i], message)) lo_message_free(message);
  }
  const int sent = lo_send_bundle(osc->target, bundle);
  if (sent < 0)
    snprintf(error, error_size, "OSC could not be sent: %s", lo_address_errstr(osc->target));
  lo_bundle_free_recursive(bundle);
  return sent < 0 ? -1 : 0;
}

static void* open_output(const Properties* settings, char* error, size_t error_size) {
  if (!*settings->osc) return NULL;
  return osc_new(settings->osc, settings->osc_name, error, error_size);
}

static int send_output(void* output, const Readings* reading, char* error, size_t error_size) {
  return osc_send(output, reading, error, error_size);
}

static void close_output(void* output) {
  osc_free(output);
}

const OutputKind osc_output = {"OSC", 1U << PROP_OSC | 1U << PROP_OSC_NAME, open_output,
                               send_output, close_output};
