// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox for one message between two threads that never wait.
#include "plugin/mail.h"

void mail_init(Mail* mail) {
  atomic_init(&mail->full, 0);
}

bool mail_is_empty(Mail* mail) {
  return atomic_load_explicit(&mail->full, memory_order_acquire) == 0;
}

void mail_post(Mail* mail) {
  atomic_store_explicit(&mail->full, 1, memory_order_release);
}

bool mail_is_there(Mail* mail) {
  return atomic_load_explicit(&mail->full, memory_order_acquire) == 1;
}

void mail_clear(Mail* mail) {
  atomic_store_explicit(&mail->full, 0, memory_order_release);
}
