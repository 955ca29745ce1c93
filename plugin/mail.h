// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A place for one letter between two threads, neither of which waits: the letter lies beside it and is
/// the poster's while the place is empty, the reader's while it is full.
///
/// `mail_orders_0` (tests/model) runs it under every order that C11 allows.
/// Thread: as each function says.  Real-time safe.
#ifndef CIRCUMPLEX_PLUGIN_MAIL_H
#define CIRCUMPLEX_PLUGIN_MAIL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
  atomic_size_t full; ///< 1: there is a letter
} Mail;

void mail_init(Mail* mail);

/// The poster.  \return whether the last letter was read, so that the next one may be written.
bool mail_is_empty(Mail* mail);
/// The poster: the letter is written.
void mail_post(Mail* mail);

/// The reader.  \return whether there is a letter to be read.
bool mail_is_there(Mail* mail);
/// The reader: the letter is read.
void mail_clear(Mail* mail);

#endif
