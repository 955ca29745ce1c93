// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library`: calls the subcommand.
#include "cli/library_cli.h"

#include <stdio.h>
#include <string.h>

static const struct {
  const char* name;
  int (*run)(int argc, char** argv);
  const char* summary;
} commands[] = {
    {"add", library_add, "read new and changed files in music folders"},
    {"list", library_list, "list songs, or files that could not be read"},
    {"show", library_show, "show a song's tags, files and readings"},
    {"near", library_near, "find songs near a point of the plane, or like a song"},
    {"match", library_match, "find songs whose curve is closest to a profile"},
    {"path", library_path, "make a playlist that moves from one emotion to another"},
    {"export", library_export, "write a playlist or a table"},
    {"merge", library_merge, "copy songs and readings from another library"},
    {"tag", library_tag, "write readings into the tags of the files"},
    {"remove", library_remove, "forget songs or folders"},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void usage(FILE* stream) {
  fputs("Usage: circumplex library COMMAND [OPTION]... [ARGUMENT]...\n"
        "Keep the readings of a music collection, and find music by its emotion.\n\n",
        stream);
  for (int i = 0; i < COMMANDS; ++i)
    fprintf(stream, "  %-8s %s\n", commands[i].name, commands[i].summary);
  fputs("\n"
        "  -h, --help   show this; 'circumplex library COMMAND --help' shows a command's "
        "options\n"
        "\n"
        "The library is one file, $XDG_DATA_HOME/circumplex/library.db, or another with --db;\n"
        "only 'tag' changes your music files.\n"
        "Exit status: 0 all done, 1 something failed, 2 wrong usage, 130 interrupted.\n",
        stream);
}

int cmd_library(int argc, char** argv) {
  if (argc < 2) {
    usage(stderr);
    return CLI_USAGE;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
    usage(stdout);
    return CLI_OK;
  }
  for (int i = 0; i < COMMANDS; ++i)
    if (strcmp(argv[1], commands[i].name) == 0) return commands[i].run(argc - 1, argv + 1);
  return cli_usage("library", "there is no library command '%s'", argv[1]);
}
