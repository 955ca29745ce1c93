// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Any text as an OSC target, a web page's address, and an OSC name. Refused with an error message,
/// or parsed into a host and a port that give the same result when joined again.
#include "plugin/net_target.h"
#include "plugin/osc_out.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static void parse(const char* scheme, const char* text) {
  NetTarget target;
  char error[512] = "", again[512];
  if (net_target_parse(&target, scheme, text, error, sizeof error) != 0) {
    if (!*error) abort();
    return;
  }
  const long port = atol(target.port);
  if (port < 1 || port > 65535 || !target.host[0]) abort();
  if (strpbrk(target.host, " /@\n\r\t[]#?")) abort();
  const bool bracketed = strchr(text, '[') != NULL;
  snprintf(again, sizeof again, "%s%s%s%s:%s", scheme, bracketed ? "[" : "", target.host,
           bracketed ? "]" : "", target.port);
  NetTarget other;
  if (net_target_parse(&other, scheme, again, error, sizeof error) != 0) abort();
  if (strcmp(other.host, target.host) != 0 || strcmp(other.port, target.port) != 0) abort();
  net_target_is_loopback(&target);
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  char error[512] = "";
  char* text = malloc(size + 1);
  if (!text) abort();
  memcpy(text, data, size);
  text[size] = '\0';
  parse("osc.udp://", text);
  parse("http://", text);
  OscOut* osc = osc_new("osc.udp://127.0.0.1:9", text, false, error, sizeof error);
  if (!osc && !*error) abort();
  if (osc && (strpbrk(text, "#*,/?[]{} ") || strlen(text) > 64)) abort();
  osc_free(osc);
  free(text);
  return 0;
}
