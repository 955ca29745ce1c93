// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex`: the emotion that music expresses, read from files.
#include "cli/cli.h"
#include "inference/compute.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
  const char* name;
  int (*run)(int argc, char** argv);
  const char* summary;
} commands[] = {
    {"analyze", cmd_analyze, "read sound files: valence and arousal every 0.5 s, as CSV or JSON"},
    {"live", cmd_live, "show the reading of one file or stream in the terminal, in real time"},
    {"library", cmd_library,
     "keep the readings of a music collection, and find music by its emotion"},
    {"features", cmd_features, "write the features that models are trained on"},
    {"model", cmd_model, "describe or check a model file"},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void usage(FILE* stream) {
  fputs("Usage: circumplex COMMAND [OPTION]... [FILE]...\n"
        "Read the emotion that music expresses: valence and arousal, every half second.\n\n",
        stream);
  for (int i = 0; i < COMMANDS; ++i)
    fprintf(stream, "  %-10s %s\n", commands[i].name, commands[i].summary);
  fputs("\n"
        "  -h, --help      show this; 'circumplex COMMAND --help' shows a command's options\n"
        "  -V, --version   show the version, and what computes here\n"
        "\n"
        "Exit status: 0 all done, 1 some file failed, 2 wrong usage, 130 interrupted.\n",
        stream);
}

/// Report if standard output could not be written completely, unless the reader closed the pipe.
static int finish(int status) {
  if (cli_output_closed()) {
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
  }
  if (status != CLI_OK || (fflush(stdout) == 0 && !ferror(stdout))) return status;
  cli_message("standard output: %s", strerror(errno));
  return CLI_FAILED;
}

/// If a standard stream is closed, the next file that is opened would get its number, and our
/// output. Open something instead to which writing fails.
static void keep_numbers(void) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", O_RDONLY);
}

int main(int argc, char** argv) {
  keep_numbers();
  if (argc < 2) {
    usage(stderr);
    return CLI_USAGE;
  }
  const char* name = argv[1];
  if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
    printf("circumplex " CIRCUMPLEX_VERSION "\ncompute: %s\n", compute_get()->name);
    return finish(CLI_OK);
  }
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
    usage(stdout);
    return finish(CLI_OK);
  }
  for (int i = 0; i < COMMANDS; ++i)
    if (strcmp(name, commands[i].name) == 0) return finish(commands[i].run(argc - 1, argv + 1));
  fprintf(stderr, "circumplex: there is no command '%s'\nTry 'circumplex --help'.\n", name);
  return CLI_USAGE;
}
