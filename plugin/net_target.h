// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Parses and looks up network targets: "SCHEME://HOST:PORT" and nothing after it.  HOST is a name,
/// an IPv4 address or an IPv6 address in brackets.
#ifndef CIRCUMPLEX_PLUGIN_NET_TARGET_H
#define CIRCUMPLEX_PLUGIN_NET_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define NET_TARGET_MAX_HOST 253 ///< bytes of the longest name (RFC 1035)

typedef struct {
  char host[NET_TARGET_MAX_HOST + 1]; ///< without brackets
  char port[6];                       ///< "1".."65535"
} NetTarget;

typedef struct {
  struct sockaddr_storage address;
  socklen_t size;
} NetAddress;

/// Parse a target; nothing is looked up.  Any thread.
/// \param scheme with the slashes, e.g. "osc.udp://"
/// \return 0, or -1 and an error message
int net_target_parse(NetTarget* target, const char* scheme, const char* text, char* error,
                     size_t error_size);

/// \return whether the host is this machine: localhost, 127.0.0.0/8 or ::1.  Nothing is looked up.
bool net_target_is_loopback(const NetTarget* target);

/// \return whether net_target_find() would look up a name, which may take seconds; false if \p text
/// is not a target.  Nothing is looked up.
bool net_target_is_name(const char* scheme, const char* text);

/// Look up the host; this may take seconds if it is a name.
/// \return 0, or -1 and an error message
int net_target_find(const NetTarget* target, NetAddress* found, char* error, size_t error_size);

/// Create a UDP socket for an address.  Multicast stays in the local network (TTL 1); broadcast is
/// allowed.
/// \return the socket, or -1 and an error message
int net_udp_socket(const NetAddress* address, char* error, size_t error_size);

#endif
