// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Where OSC goes: "osc.udp://HOST:PORT" and nothing after it.  HOST is a name, an IPv4 address or
/// an IPv6 address in brackets; broadcast and multicast addresses are allowed.
#ifndef CIRCUMPLEX_PLUGIN_OSC_TARGET_H
#define CIRCUMPLEX_PLUGIN_OSC_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define OSC_TARGET_MAX_HOST 253 ///< bytes of the longest name (RFC 1035)

typedef struct {
  char host[OSC_TARGET_MAX_HOST + 1]; ///< without brackets
  char port[6];                       ///< "1".."65535"
} OscTarget;

/// Take a target apart; nothing is looked up.  Any thread.
/// \return 0, or -1 and an error message
int osc_target_parse(OscTarget* target, const char* text, char* error, size_t error_size);

/// \return whether the host is this machine: localhost, 127.0.0.0/8 or ::1.  Nothing is looked up.
bool osc_target_is_loopback(const OscTarget* target);

typedef struct {
  int socket;
  struct sockaddr_storage address;
  socklen_t size;
} OscSocket;

/// Look the host up, which may take seconds, and make a socket for it: multicast stays in the local
/// network (TTL 1), broadcast is allowed.
/// \return 0, or -1 and an error message
int osc_target_open(OscSocket* out, const OscTarget* target, char* error, size_t error_size);

#endif
