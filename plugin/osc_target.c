// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/osc_target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCHEME "osc.udp://"
#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
#define ADDRESS_LETTERS NAME_LETTERS ":%"

static int wrong(char* error, size_t error_size) {
  snprintf(error, error_size,
           "The OSC target must be osc.udp://HOST:PORT and nothing more, PORT 1-65535, an IPv6 "
           "address in [brackets]");
  return -1;
}

int osc_target_parse(OscTarget* target, const char* text, char* error, size_t error_size) {
  if (strncmp(text, SCHEME, strlen(SCHEME)) != 0) return wrong(error, error_size);
  const char* host = text + strlen(SCHEME);
  const bool bracketed = *host == '[';
  if (bracketed) host++;
  const size_t n = strspn(host, bracketed ? ADDRESS_LETTERS : NAME_LETTERS);
  const char* rest = host + n;
  if (n == 0 || n > OSC_TARGET_MAX_HOST) return wrong(error, error_size);
  if (bracketed && *rest++ != ']') return wrong(error, error_size);
  if (*rest++ != ':') return wrong(error, error_size);
  const size_t digits = strspn(rest, "0123456789");
  if (digits == 0 || digits > 5 || rest[digits]) return wrong(error, error_size);
  const long port = strtol(rest, NULL, 10);
  if (port < 1 || port > 65535) return wrong(error, error_size);
  snprintf(target->host, sizeof target->host, "%.*s", (int)n, host);
  snprintf(target->port, sizeof target->port, "%ld", port);
  return 0;
}

bool osc_target_is_loopback(const OscTarget* target) {
  struct in_addr v4;
  struct in6_addr v6;
  if (strcmp(target->host, "localhost") == 0) return true;
  if (inet_pton(AF_INET, target->host, &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  return inet_pton(AF_INET6, target->host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/// Options that matter for broadcast and multicast only, and do no harm otherwise.
static void set_options(int fd, int family) {
  const int on = 1, hops = 1;
  setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
  if (family == AF_INET6)
    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops);
  else
    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops);
}

int osc_target_open(OscSocket* out, const OscTarget* target, char* error, size_t error_size) {
  const struct addrinfo hints = {
      .ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV};
  struct addrinfo* found = NULL;
  const int failed = getaddrinfo(target->host, target->port, &hints, &found);
  if (failed || !found) {
    snprintf(error, error_size, "OSC is off: host \"%.200s\" was not found (%s)", target->host,
             failed ? gai_strerror(failed) : "no address");
    return -1;
  }
  out->socket = socket(found->ai_family, SOCK_DGRAM, 0);
  if (out->socket < 0) {
    snprintf(error, error_size, "OSC is off: no socket (%s)", strerror(errno));
  } else {
    set_options(out->socket, found->ai_family);
    memcpy(&out->address, found->ai_addr, found->ai_addrlen);
    out->size = found->ai_addrlen;
  }
  freeaddrinfo(found);
  return out->socket < 0 ? -1 : 0;
}
