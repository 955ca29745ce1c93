// SPDX-License-Identifier: GPL-3.0-or-later
// Parses and looks up network targets.
#include "plugin/net_target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
#define ADDRESS_LETTERS NAME_LETTERS ":%"

static int wrong(const char* scheme, char* error, size_t error_size) {
  snprintf(
      error, error_size,
      "The target must be %sHOST:PORT and nothing more, with PORT 1-65535 and an IPv6 address in "
      "[brackets]",
      scheme);
  return -1;
}

int net_target_parse(NetTarget* target, const char* scheme, const char* text, char* error,
                     size_t error_size) {
  if (strncmp(text, scheme, strlen(scheme)) != 0) return wrong(scheme, error, error_size);
  const char* host = text + strlen(scheme);
  const bool bracketed = *host == '[';
  if (bracketed) host++;
  const size_t n = strspn(host, bracketed ? ADDRESS_LETTERS : NAME_LETTERS);
  const char* rest = host + n;
  if (n == 0 || n > NET_TARGET_MAX_HOST) return wrong(scheme, error, error_size);
  if (bracketed && *rest++ != ']') return wrong(scheme, error, error_size);
  if (*rest++ != ':') return wrong(scheme, error, error_size);
  const size_t digits = strspn(rest, "0123456789");
  if (digits == 0 || digits > 5 || rest[digits]) return wrong(scheme, error, error_size);
  const long port = strtol(rest, NULL, 10);
  if (port < 1 || port > 65535) return wrong(scheme, error, error_size);
  snprintf(target->host, sizeof target->host, "%.*s", (int)n, host);
  snprintf(target->port, sizeof target->port, "%ld", port);
  return 0;
}

bool net_target_is_loopback(const NetTarget* target) {
  struct in_addr v4;
  struct in6_addr v6;
  if (strcmp(target->host, "localhost") == 0) return true;
  if (inet_pton(AF_INET, target->host, &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  return inet_pton(AF_INET6, target->host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool net_target_is_name(const char* scheme, const char* text) {
  NetTarget target;
  char error[256];
  unsigned char address[sizeof(struct in6_addr)];
  return net_target_parse(&target, scheme, text, error, sizeof error) == 0 &&
         inet_pton(AF_INET, target.host, address) != 1 &&
         inet_pton(AF_INET6, target.host, address) != 1;
}

/// Set options for broadcast and multicast; they have no effect on other addresses.
static void set_options(int fd, int family) {
  const int on = 1, hops = 1;
  setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
  if (family == AF_INET6)
    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops);
  else
    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops);
}

int net_target_find(const NetTarget* target, NetAddress* found, char* error, size_t error_size) {
  const struct addrinfo hints = {
      .ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV};
  struct addrinfo* list = NULL;
  const int failed = getaddrinfo(target->host, target->port, &hints, &list);
  if (failed || !list) {
    snprintf(error, error_size, "Host \"%.200s\" was not found (%s)", target->host,
             failed ? gai_strerror(failed) : "no address");
    return -1;
  }
  memcpy(&found->address, list->ai_addr, list->ai_addrlen);
  found->size = list->ai_addrlen;
  freeaddrinfo(list);
  return 0;
}

int net_udp_socket(const NetAddress* address, char* error, size_t error_size) {
  const int fd = socket(address->address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    snprintf(error, error_size, "A socket cannot be created (%s)", strerror(errno));
  else
    set_options(fd, address->address.ss_family);
  return fd;
}
