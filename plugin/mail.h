// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A mailbox for one message between two threads that never wait.  The message is stored by the
/// caller: the poster owns it while the mailbox is empty, the reader while it is full.
///
/// `mail_orders_0` (tests/model) checks it under every memory order that C11 allows.
/// Thread: as each function says.  Real-time safe.
#ifndef CIRCUMPLEX_PLUGIN_MAIL_H
#define CIRCUMPLEX_PLUGIN_MAIL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
  atomic_size_t full; ///< 1: there is a message
} Mail;

void mail_init(Mail* mail);

/// Poster: \return whether the last message was read, so that the next one may be written
bool mail_is_empty(Mail* mail);
/// Poster: post the message after writing it.
void mail_post(Mail* mail);

/// Reader: \return whether there is a message
bool mail_is_there(Mail* mail);
/// Reader: empty the mailbox after reading the message.
void mail_clear(Mail* mail);

#endif
