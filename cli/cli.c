// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/cli.h"

#include "cli/progress.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void message(const char* format, va_list arguments) {
  char text[2 * CLI_TEXT];
  (void)vsnprintf(text, sizeof text, format, arguments);
  progress_pause();
  (void)fprintf(stderr, "circumplex: %s\n", text);
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
  (void)fprintf(stderr, "Try 'circumplex %s --help'.\n", command);
  return CLI_USAGE;
}

static void on_signal(int number) {
  (void)number;
  interrupted = 1;
}

void cli_catch_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = (int)SA_RESETHAND;
  (void)sigemptyset(&action.sa_mask);
  (void)sigaction(SIGINT, &action, NULL);
  (void)sigaction(SIGTERM, &action, NULL);
  action.sa_handler = SIG_IGN;
  action.sa_flags = 0;
  (void)sigaction(SIGPIPE, &action, NULL);
}

bool cli_interrupted(void) {
  return interrupted != 0;
}

bool cli_number(const char* text, double low, double high, double* value) {
  char* end = NULL;
  errno = 0;
  const double v = strtod(text, &end);
  if (end == text || *end != '\0' || !isfinite(v) || v < low || v > high) return false;
  *value = v;
  return true;
}

bool cli_count(const char* text, unsigned long low, unsigned long high, unsigned long* value) {
  char* end = NULL;
  // strtoul() takes "-1" for a huge number: only digits will do.
  if (text[0] < '0' || text[0] > '9') return false;
  errno = 0;
  const unsigned long v = strtoul(text, &end, 10);
  if (errno != 0 || *end != '\0' || v < low || v > high) return false;
  *value = v;
  return true;
}

unsigned cli_processors(void) {
  const long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1U : (unsigned)n;
}
