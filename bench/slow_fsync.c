// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// For LD_PRELOAD: every fsync() and fdatasync() takes SLOW_FSYNC_MS (10) milliseconds longer, as
/// on a hard disk. Used by bench/library_add.py.
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int slowly(long call, int fd) {
  const char* text = getenv("SLOW_FSYNC_MS");
  const long ms = text ? strtol(text, NULL, 10) : 10;
  const struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&pause, NULL);
  return (int)syscall(call, fd);
}

__attribute__((visibility("default"))) int fsync(int fd) {
  return slowly(SYS_fsync, fd);
}

__attribute__((visibility("default"))) int fdatasync(int fd) {
  return slowly(SYS_fdatasync, fd);
}
