// SPDX-License-Identifier: GPL-3.0-or-later
// What the subcommands of `circumplex` share: messages, signals.
#include "cli/cli.h"

#include "cli/progress.h"
#include "text/utf8.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int interrupted; ///< set by a signal's handler, read by every thread
static FILE* errors;           ///< NULL: standard error

static void message(const char* format, va_list arguments) {
  char text[4 * CLI_TEXT], clean[4 * CLI_TEXT];
  vsnprintf(text, sizeof text, format, arguments);
  utf8_clean(clean, sizeof clean, text); // it may contain a file's name
  progress_pause();
  fprintf(cli_errors(), "circumplex: %s\n", clean);
  fflush(cli_errors());
  progress_resume();
}

void cli_message(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  message(format, arguments);
  va_end(arguments);
}

int cli_usage(const char* command, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  message(format, arguments);
  va_end(arguments);
  fprintf(stderr, "Try 'circumplex %s --help'.\n", command);
  return CLI_USAGE;
}

static void on_signal(int number) {
  (void)number;
  atomic_store_explicit(&interrupted, 1, memory_order_relaxed);
}

FILE* cli_errors(void) {
  return errors ? errors : stderr;
}

/// Keep a copy of standard error for our own messages, and redirect the descriptor to /dev/null.
static void silence_libraries(void) {
#ifndef CIRCUMPLEX_SANITIZED // a sanitizer's reports must be visible
  const int own = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  FILE* stream = own >= 0 ? fdopen(own, "w") : NULL;
  if (stream && nowhere >= 0 && dup2(nowhere, STDERR_FILENO) >= 0) errors = stream;
  if (nowhere >= 0) close(nowhere);
#endif
}

void cli_catch_signals(void) {
  silence_libraries();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = (int)SA_RESETHAND;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  action.sa_handler = SIG_IGN;
  action.sa_flags = 0;
  sigaction(SIGPIPE, &action, NULL);
  sigaction(SIGXFSZ, &action, NULL); // a size limit is reported like a full disk
}

bool cli_output_closed(void) {
  struct pollfd out = {STDOUT_FILENO, 0, 0};
  return poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
}

void cli_stop(void) {
  atomic_store_explicit(&interrupted, 1, memory_order_relaxed);
}

bool cli_interrupted(void) {
  return atomic_load_explicit(&interrupted, memory_order_relaxed) != 0;
}

static bool is_stopped(void* context) {
  (void)context;
  return cli_interrupted();
}

static void begin(void* context, uint64_t total) {
  progress_begin(total, context != NULL);
}

static void advance(void* context, uint64_t amount) {
  (void)context;
  progress_add(amount);
}

static void tell(void* context, const char* path, const char* text) {
  (void)context;
  if (path)
    cli_message("%s: %s", path, text);
  else
    cli_message("%s", text);
}

const Task* cli_task(bool is_quiet) {
  static const Task loud = {NULL, is_stopped, begin, advance, tell};
  static char quiet_mark; // any address other than NULL
  static const Task quiet = {&quiet_mark, is_stopped, begin, advance, tell};
  return is_quiet ? &quiet : &loud;
}

void cli_leave(int status) {
  fflush(NULL);
  _exit(status);
}

unsigned cli_processors(void) {
  const long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1U : (unsigned)n;
}
