// SPDX-License-Identifier: GPL-3.0-or-later
// Reads command-line options from tables with getopt_long(); prints the help.
#include "text/options.h"

#include "text/number.h"
#include "text/utf8.h"

#include <assert.h>
#include <ctype.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
  OPTIONS = 48, ///< most options of a command
  FIRST = 256,  ///< value that getopt_long() returns for the first option
  NEGATIVES = 8,
  NUMBER = 32,
  LINE = 80,  ///< width of the help, columns
  LEFT = 27,  ///< largest width of its left side
  TEXT = 1024 ///< most bytes of a message
};

/// All options of a command in one list.
typedef struct {
  const Option* options[OPTIONS];
  size_t at[OPTIONS]; ///< offset of the member that receives each value
  int n;
} Flat;

static const Option help_option = {"help", 'h', NULL, "show this", NULL, 0, 0.0, 0.0};

static void flatten(const OptionCommand* command, Flat* flat) {
  flat->n = 0;
  for (const OptionGroup* g = command->groups; g && g->options; ++g)
    for (const Option* o = g->options; o->name; ++o) {
      assert(flat->n < OPTIONS - 1);
      flat->options[flat->n] = o;
      flat->at[flat->n++] = g->at + o->at;
    }
  flat->options[flat->n++] = &help_option;
}

// Help

/// Print \p text from column \p at, wrapped between words; further lines are indented to \p indent.
static void put_text(const char* text, int at, int indent) {
  while (*text) {
    const int length = (int)strcspn(text, " \n");
    if (at > indent && at + 1 + length > LINE) {
      printf("\n%*s", indent, "");
      at = indent;
    }
    if (at > indent) at += printf(" ");
    at += printf("%.*s", length, text);
    text += length;
    if (*text == '\n') {
      printf("\n%*s", text[1] == '\n' ? 0 : indent, "");
      at = indent;
      while (text[1] == ' ') { // an example: not reformatted
        const int whole = (int)strcspn(text + 1, "\n");
        printf("%.*s\n", whole, text + 1);
        text += 1 + whole;
        if (!*text) return;
      }
    }
    if (*text) ++text;
  }
  putchar('\n');
}

/// The left side of an option's help.  \return its length
static int name_option(const Option* o, char text[TEXT]) {
  char letter[8] = "    ";
  if (o->letter) snprintf(letter, sizeof letter, "-%c, ", o->letter);
  return snprintf(text, TEXT, "  %s--%s%s%s", letter, o->name, o->value ? "=" : "",
                  o->value ? o->value : "");
}

static void put_help(const OptionCommand* command, const Flat* flat) {
  char left[TEXT];
  int column = 0;
  const char* usage = command->usage;
  for (const char* start = "Usage: "; *usage; start = "       ") {
    const int length = (int)strcspn(usage, "\n");
    printf("%s%s %.*s\n", start, command->name, length, usage);
    usage += length + (usage[length] != '\0');
  }
  put_text(command->about, 0, 0);
  putchar('\n');
  for (int i = 0; i < flat->n; ++i) {
    const int width = name_option(flat->options[i], left) + 2;
    if (width > column && width <= LEFT) column = width;
  }
  for (int i = 0; i < flat->n; ++i) {
    const int width = name_option(flat->options[i], left);
    printf("%s", left);
    if (width + 2 > column)
      printf("\n%*s", column, "");
    else
      printf("%*s", column - width, "");
    put_text(flat->options[i]->help, column, column);
  }
  if (!command->notes) return;
  putchar('\n');
  put_text(command->notes, 0, 0);
}

// Reading

/// getopt would read "-0.5" as options.  With a blank before it, it is an argument and still a
/// number.  For "-0" see read_zeros().
static void shield_numbers(int argc, char** argv) {
  static char shielded[NEGATIVES][NUMBER]; // argv points here after this
  int n = 0;
  for (int i = 1; i < argc && n < NEGATIVES; ++i) {
    double value;
    const char* text = argv[i];
    if (text[0] != '-' || (!isdigit((unsigned char)text[1]) && text[1] != '.')) continue;
    if (strlen(text) + 2 > NUMBER || !number_in(text, -1e9, 0.0, &value)) continue;
    snprintf(shielded[n], NUMBER, " %s", text);
    argv[i] = shielded[n++];
  }
}

/// Report an error in the command line.  \return 2
static int wrong(const OptionCommand* command, const char* format, ...)
    __attribute__((format(printf, 2, 3)));

static int wrong(const OptionCommand* command, const char* format, ...) {
  char text[TEXT], clean[TEXT];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  utf8_clean(clean, sizeof clean, text);
  fprintf(stderr, "%.*s: %s\nTry '%s --help'.\n", (int)strcspn(command->name, " "), command->name,
          clean, command->name);
  return 2;
}

/// Report an invalid value and what the option takes.  \return 2
static int wrong_value(const OptionCommand* command, const Option* o, const char* text) {
  if (o->read == option_count || o->read == option_number || o->read == option_float)
    return wrong(command, "'%s' is not a value for --%s, which takes a %snumber from %g to %g",
                 text, o->name, o->read == option_count ? "whole " : "", o->low, o->high);
  if (o->read == option_time)
    return wrong(command, "'%s' is not a value for --%s, which takes seconds or MINUTES:SECONDS",
                 text, o->name);
  return wrong(command, "'%s' is not a value for --%s=%s: %s", text, o->name, o->value, o->help);
}

/// Fill the arguments for getopt_long().
static void prepare(const Flat* flat, struct option list[OPTIONS + 1], char letters[2 * OPTIONS]) {
  *letters++ = ':'; // makes getopt distinguish a missing value from an unknown option
  for (int i = 0; i < flat->n; ++i) {
    const Option* o = flat->options[i];
    list[i] = (struct option){o->name, o->value ? required_argument : no_argument, NULL, FIRST + i};
    if (o->letter) *letters++ = o->letter;
    if (o->letter && o->value) *letters++ = ':';
  }
  *letters = '\0';
  list[flat->n] = (struct option){NULL, 0, NULL, 0};
}

/// \return the index of the option that getopt_long() found
static int find(const Flat* flat, int found) {
  int i = found - FIRST;
  if (i < 0)
    for (i = 0; flat->options[i]->letter != found;)
      ++i;
  return i;
}

/// "-0" is the number 0 if there are then as many arguments as the command takes numbers, otherwise
/// the option.  \return the index of the first argument
static int read_zeros(const OptionCommand* command, const Flat* flat, int argc, char** argv,
                      void* to, int first) {
  const int end = argc - first == command->numbers ? first : argc;
  for (int i = first; i < end; ++i) {
    if (strcmp(argv[i], " -0") != 0) continue;
    const int zero = find(flat, '0');
    flat->options[zero]->read(flat->options[zero], NULL, (char*)to + flat->at[zero]);
    memmove(&argv[first + 1], &argv[first], (size_t)(i - first) * sizeof *argv);
    ++first;
  }
  return first;
}

int options_read(const OptionCommand* command, int argc, char** argv, void* to, int* first) {
  struct option list[OPTIONS + 1];
  char letters[2 * OPTIONS];
  Flat flat;
  flatten(command, &flat);
  prepare(&flat, list, letters);
  if (command->numbers) shield_numbers(argc, argv);
  opterr = 0;
  for (int found; (found = getopt_long(argc, argv, letters, list, NULL)) != -1;) {
    if (found == '?' && optopt >= FIRST)
      return wrong(command, "option --%s takes no value", flat.options[optopt - FIRST]->name);
    if (found == '?' && optopt) return wrong(command, "there is no option -%c", optopt);
    if (found == '?') return wrong(command, "there is no option %s", argv[optind - 1]);
    if (found == ':')
      return wrong(command, "option --%s needs a value", flat.options[find(&flat, optopt)]->name);
    const int i = find(&flat, found);
    const Option* o = flat.options[i];
    if (o == &help_option) {
      put_help(command, &flat);
      return 0;
    }
    if (!o->read(o, o->value ? optarg : NULL, (char*)to + flat.at[i]))
      return wrong_value(command, o, optarg + strspn(optarg, " ")); // a shield, see above
  }
  *first = command->numbers ? read_zeros(command, &flat, argc, argv, to, optind) : optind;
  return -1;
}

// Readers

bool option_flag(const Option* option, const char* text, void* to) {
  (void)option;
  (void)text;
  *(bool*)to = true;
  return true;
}

bool option_constant(const Option* option, const char* text, void* to) {
  (void)text;
  *(unsigned*)to = (unsigned)option->low; // an enum without negative values
  return true;
}

bool option_text(const Option* option, const char* text, void* to) {
  (void)option;
  *(const char**)to = text;
  return true;
}

bool option_number(const Option* option, const char* text, void* to) {
  return number_in(text, option->low, option->high, to);
}

bool option_float(const Option* option, const char* text, void* to) {
  double value = 0.0;
  if (!number_in(text, option->low, option->high, &value)) return false;
  *(float*)to = (float)value;
  return true;
}

bool option_count(const Option* option, const char* text, void* to) {
  unsigned long value = 0;
  if (!count_in(text, (unsigned long)option->low, (unsigned long)option->high, &value))
    return false;
  *(unsigned*)to = (unsigned)value;
  return true;
}

bool option_time(const Option* option, const char* text, void* to) {
  double value = 0.0;
  if (!time_in(text, option->low, option->high, &value)) return false;
  *(double*)to = value;
  return true;
}
