// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the subcommands of `circumplex` share: exit statuses, messages, signals.
#ifndef CIRCUMPLEX_CLI_CLI_H
#define CIRCUMPLEX_CLI_CLI_H

#include "library/task.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CLI_TEXT 1024 ///< bytes that hold any error message

/// Exit statuses; 130 is what a shell reports for a program ended by Ctrl-C.
enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_INTERRUPTED = 130 };

int cmd_analyze(int argc, char** argv);
int cmd_features(int argc, char** argv);
int cmd_model(int argc, char** argv);
int cmd_live(int argc, char** argv);
int cmd_library(int argc, char** argv);

/// Print "circumplex: MESSAGE" on stderr, without disturbing the progress bar.  Any thread.
void cli_message(const char* format, ...) __attribute__((format(printf, 1, 2)));

/// The same for a wrong command line, with a pointer to `--help`.  \return CLI_USAGE
int cli_usage(const char* command, const char* format, ...) __attribute__((format(printf, 2, 3)));

/// \return standard error, also after cli_catch_signals()
FILE* cli_errors(void);

/// From now on libraries' own messages (libmpg123's) are discarded, SIGINT and SIGTERM request an
/// orderly end (a second one ends the program at once), and a closed pipe is a write error.
void cli_catch_signals(void);

/// \return whether the reader of standard output has closed it ('| head'): then end without a
/// message. Call it also at the end of the program.
bool cli_output_closed(void);

/// Request an orderly end.  Any thread.
void cli_stop(void);

/// \return whether an end was requested.  Any thread.
bool cli_interrupted(void);

/// End the program at once, because a thread hangs while reading.
void cli_leave(int status) __attribute__((noreturn));

/// The command line's task (library/task.h): a bar on stderr unless \p is_quiet, messages, Ctrl-C.
/// Valid until the program ends.
const Task* cli_task(bool is_quiet);

/// \return the processors that this process may use, at least 1.
unsigned cli_processors(void);

#endif
