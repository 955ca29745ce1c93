// SPDX-License-Identifier: GPL-3.0-or-later
// Writes error messages into a caller's buffer.
#include "inference/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int message_set(Message message, const char* format, ...) {
  if (!message.size) return -1;
  va_list arguments;
  va_start(arguments, format);
  if (vsnprintf(message.text, message.size, format, arguments) < 0) message.text[0] = 0;
  va_end(arguments);
  return -1;
}

void message_prefix(Message message, const char* name) {
  char* text = message.size ? strdup(message.text) : NULL;
  if (!text) return;
  message_set(message, "%s: %s", name, text);
  free(text);
}
