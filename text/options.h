// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads command-line options from tables.  Each row is an option; it also appears in --help and in
/// the manual page (scripts/fill_man.py).
///
///     static const Option options[] = {
///         {"gate", 0, "LUFS", "below this loudness is silence (default -60)", option_number,
///          offsetof(Line, gate), -120.0, 0.0},
///         {.name = NULL}};
///     static const OptionGroup groups[] = {{options, 0}, {NULL, 0}};
///     static const OptionCommand command = {"program", "[OPTION]... FILE", "Read it.", groups};
///     const int status = options_read(&command, argc, argv, &line, &first);
///     if (status >= 0) return status;
///
/// Thread: the main thread, at the start of a program.
#ifndef CIRCUMPLEX_TEXT_OPTIONS_H
#define CIRCUMPLEX_TEXT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Option Option;

/// Read an option's value.  \param text the value; NULL for an option without a value
/// \param to the member that receives it  \return whether \p text is valid
typedef bool OptionReader(const Option* option, const char* text, void* to);

struct Option {
  const char* name;  ///< long form, without the dashes; NULL ends a table
  char letter;       ///< short form, or 0
  const char* value; ///< name of its value in the help; NULL: an option without a value
  const char* help;  ///< of any length
  OptionReader* read;
  size_t at;        ///< offset of the member that receives its value
  double low, high; ///< range of a number; for option_constant() low is the constant
};

/// A table of options, which several commands may use.
typedef struct {
  const Option* options; ///< NULL ends a list of groups
  size_t at;             ///< offset of their struct in the command's struct
} OptionGroup;

typedef struct {
  const char* name;  ///< "program", or "program subcommand"
  const char* usage; ///< text after the name; line ends separate several forms
  const char* about; ///< what it does; lines that begin with a blank are not reformatted
  const OptionGroup* groups;
  const char* notes; ///< text after the options, or NULL
  int numbers;       ///< how many numbers it takes: -0.5 and -0 may be some.  It needs an option -0
} OptionCommand;

/// Read the options.  --help prints the help to standard output; errors go to stderr.
/// \param to the command's struct  \param[out] first index of the first argument
/// \return -1 to continue, else the exit status of the program: 0 or 2
int options_read(const OptionCommand* command, int argc, char** argv, void* to, int* first);

bool option_flag(const Option* option, const char* text, void* to);     ///< to: bool, set true
bool option_constant(const Option* option, const char* text, void* to); ///< to: an enum, set to low
bool option_text(const Option* option, const char* text, void* to);     ///< to: const char*
bool option_number(const Option* option, const char* text, void* to);   ///< to: double in low..high
bool option_float(const Option* option, const char* text, void* to);    ///< to: float in low..high
bool option_count(const Option* option, const char* text, void* to); ///< to: unsigned in low..high
/// Seconds, or MINUTES:SECONDS.  \p to: double, in low..high s
bool option_time(const Option* option, const char* text, void* to);

#endif
