// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/cli.h"

#include "cli/progress.h"

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
  if (path != NULL)
    cli_message("%s: %s", path, text);
  else
    cli_message("%s", text);
}

const Task* cli_task(bool is_quiet) {
  static const Task loud = {NULL, is_stopped, begin, advance, tell};
  static char quiet_mark; // any address: told from NULL
  static const Task quiet = {&quiet_mark, is_stopped, begin, advance, tell};
  return is_quiet ? &quiet : &loud;
}

bool cli_add_pattern(CliPatterns* patterns, const char* pattern) {
  if (patterns->n == CLI_PATTERNS) return false;
  patterns->patterns[patterns->n++] = pattern;
  return true;
}

void cli_leave(int status) {
  (void)fflush(NULL);
  _exit(status);
}

unsigned cli_processors(void) {
  const long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1U : (unsigned)n;
}
