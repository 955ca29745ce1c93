// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// circumplex-library: the window to the library.
#include "gui/library/window.h"

#include "library/store.h"

#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "Usage: circumplex-library [OPTION]...\n"
    "Find music by its emotion, in a window: pick a point of the valence-arousal plane or draw a\n"
    "course over time.  'circumplex library add FOLDER' fills the library.\n"
    "\n"
    "      --db=FILE      the library's file (default: circumplex/library.db in $XDG_DATA_HOME)\n"
    "  -m, --model=MODEL  show readings by this model: its name or hash (default: the one with "
    "the\n"
    "                     most songs)\n"
    "      --save=FILE    where the list is saved (default: a new name in the music folder)\n"
    "      --scale=X      size of everything, 1 for 96 dpi (default: the display's)\n"
    "      --trace        say on standard error what happens, a line each\n"
    "  -h, --help         show this\n"
    "  -V, --version      show the version\n";

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
  (void)number;
  interrupted = 1;
}

static int usage(const char* what) {
  fprintf(stderr, "circumplex-library: %s\nTry 'circumplex-library --help'.\n", what);
  return 2;
}

int main(int argc, char** argv) {
  enum { DB = 256, SAVE, SCALE, TRACE };
  static const struct option options[] = {
      {"db", required_argument, NULL, DB},     {"model", required_argument, NULL, 'm'},
      {"save", required_argument, NULL, SAVE}, {"scale", required_argument, NULL, SCALE},
      {"trace", no_argument, NULL, TRACE},     {"help", no_argument, NULL, 'h'},
      {"version", no_argument, NULL, 'V'},     {NULL, 0, NULL, 0}};
  char path[1024];
  char error[1500];
  AppOptions app = {.library = NULL};
  double scale = 0.0;
  char* end;
  int option;
  setlocale(LC_CTYPE, ""); // for the keyboard's input method
  while ((option = getopt_long(argc, argv, "m:hV", options, NULL)) != -1) {
    switch (option) {
    case DB:
      app.library = optarg;
      break;
    case 'm':
      app.model = optarg;
      break;
    case SAVE:
      app.save = optarg;
      break;
    case SCALE:
      scale = strtod(optarg, &end);
      if (*end || !(scale >= 0.5 && scale <= 6.0)) return usage("--scale is a number in 0.5..6");
      break;
    case TRACE:
      app.trace = true;
      break;
    case 'h':
      fputs(help, stdout);
      return 0;
    case 'V':
      puts("circumplex-library " CIRCUMPLEX_VERSION);
      return 0;
    default:
      return usage("that option is not known or lacks its value");
    }
  }
  if (optind < argc) return usage("no FILE is taken: --db names the library's file");
  if (!app.library) {
    if (store_default_path(path, sizeof path) != 0) {
      fprintf(stderr, "circumplex-library: %s\n", path);
      return 1;
    }
    app.library = path;
  }
  LibraryWindow* window = library_window_new(&app, scale, error, sizeof error);
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
  if (app.trace) fputs("circumplex-library: closed\n", stderr);
  return 0;
}
