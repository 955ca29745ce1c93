// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The program circumplex-library: the library's window.
#include "gui/library/window.h"

#include "library/store.h"
#include "text/options.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>

/// The command line, parsed.
typedef struct {
  AppOptions app;
  double scale; ///< 0: the display's
  bool shows_version;
} CommandLine;

static const Option options[] = {
    {"db", 0, "FILE", "the library's file (default: $XDG_DATA_HOME/circumplex/library.db)",
     option_text, offsetof(CommandLine, app.library), 0.0, 0.0},
    {"model", 'm', "MODEL",
     "show readings by this model: its name or hash (default: the one with the most songs)",
     option_text, offsetof(CommandLine, app.model), 0.0, 0.0},
    {"save", 0, "FILE",
     "the file for saved lists; an existing file is replaced (default: a new name in the music "
     "folder, else in the current one)",
     option_text, offsetof(CommandLine, app.save), 0.0, 0.0},
    {"scale", 0, "X",
     "scale of the window, 0.5 to 6; 1 is for 96 dpi (default: the display's, Xft.dpi)",
     option_number, offsetof(CommandLine, scale), 0.5, 6.0},
    {"trace", 0, NULL, "print on standard error what happens, a line per event", option_flag,
     offsetof(CommandLine, app.trace), 0.0, 0.0},
    {"version", 'V', NULL, "show the version", option_flag, offsetof(CommandLine, shows_version),
     0.0, 0.0},
    {.name = NULL}};

static const OptionGroup groups[] = {{options, 0}, {NULL, 0}};

static const OptionCommand command = {
    "circumplex-library",
    "[OPTION]...",
    "Find music by its emotion, in a window: pick a point of the valence-arousal plane or draw a "
    "curve over time. 'circumplex library add FOLDER' fills the library.",
    groups,
    NULL,
    0};

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
  (void)number;
  interrupted = 1;
}

int main(int argc, char** argv) {
  CommandLine line = {.scale = 0.0};
  char path[1024];
  char error[1500];
  int first = 0;
  setlocale(LC_CTYPE, ""); // for the keyboard's input method
  const int status = options_read(&command, argc, argv, &line, &first);
  if (status >= 0) return status;
  if (line.shows_version) {
    puts("circumplex-library " CIRCUMPLEX_VERSION);
    return 0;
  }
  if (first < argc) {
    fprintf(stderr, "circumplex-library: the library's file must be given with --db\n"
                    "Try 'circumplex-library --help'.\n");
    return 2;
  }
  if (!line.app.library) {
    if (store_default_path(path, sizeof path) != 0) {
      fprintf(stderr, "circumplex-library: %s\n", path);
      return 1;
    }
    line.app.library = path;
  }
  LibraryWindow* window = library_window_new(&line.app, line.scale, error, sizeof error);
  if (!window) {
    fprintf(stderr, "circumplex-library: %s\n", error);
    return 1;
  }
  const struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  while (!interrupted && !library_window_run_once(window)) {
  }
  library_window_free(window);
  if (line.app.trace) fputs("circumplex-library: closed\n", stderr);
  return 0;
}
