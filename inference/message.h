// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes error messages into a caller's buffer.
#ifndef CIRCUMPLEX_INFERENCE_MESSAGE_H
#define CIRCUMPLEX_INFERENCE_MESSAGE_H

#include <stdarg.h>
#include <stddef.h>

/// Where an error message goes.  The text may be NULL if its size is 0.
typedef struct {
  char* text;
  size_t size;
} Message;

/// Write the message, cut to the buffer's size.
/// \return -1, so that a failing function can `return message_set(...)`.
int message_set(Message message, const char* format, ...) __attribute__((format(printf, 2, 3)));

/// Put the file's name before the existing message: "NAME: MESSAGE".
void message_prefix(Message message, const char* name);

#endif
