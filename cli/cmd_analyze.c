// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex analyze`: its command line.  The work is in analyze.c.
#include "cli/analyze.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/picture.h"
#include "text/number.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
    "Usage: circumplex analyze [OPTION]... FILE...\n"
    "Read the emotion that music expresses: one row every 0.5 s for each sound FILE.\n"
    "\n"
    "  -o, --output=OUT     write to the file OUT instead of standard output; or, if OUT ends in\n"
    "                       '/' or is a folder, one STEM.csv (or .json) a sound file\n"
    "  -f, --format=FORMAT  csv (default), json, or jsonl (one object a file, on a line each);\n"
    "                       jams, or svl (a layer of Sonic Visualiser): a document a file\n"
    "      --resume         go on with what an earlier run left in OUT: leave out the files in it\n"
    "      --force          replace read-only files and links\n"
    "  -s, --summary        one line a file on standard output instead of the rows (with -o:\n"
    "                       besides them)\n"
    "      --plot=OUT       draw time course and plane: OUT.png, .svg or .pdf; a folder for\n"
    "                       several files (STEM.png)\n"
    "      --attention=OUT  draw what the model attends to (in a folder: STEM-attention.png)\n"
    "  -m, --model=MODEL    a model's name or file (default: the installed one, or\n"
    "                       $CIRCUMPLEX_MODEL)\n"
    "      --gate=LUFS      below this loudness is silence (default -60)\n"
    "      --from=TIME, --to=TIME\n"
    "                       read this part of each file: seconds, or MINUTES:SECONDS\n"
    "      --list=FILE      read more paths from FILE: one a line, each ended by NUL, or an M3U\n"
    "                       ('-': standard input)\n"
    "      --exclude=PATTERN\n"
    "                       leave out files and folders of that name, or path below a folder\n"
    "                       (with *, ?, [...]); so do patterns in a folder's .circumplexignore\n"
    "      --video          read the sound of videos in folders too\n"
    "      --raw=RATE[:CHANNELS[:f32|s16]]\n"
    "                       FILE '-' is headerless little-endian samples (default mono f32)\n"
    "      --block=N        give the engine N samples at a time, 1 to 8192, or 'random': the\n"
    "                       result does not depend on it\n"
    "  -j, --jobs=N         files at once (default: all processors)\n"
    "  -q, --quiet          no progress bar, and no report on folders\n"
    "  -h, --help           show this\n"
    "\n"
    "FILE may be a folder, which is walked, or '-' for standard input.  With\n"
    "several files in one table a first column 'file' is added; the last column, 'complete', is "
    "false\n"
    "where a file is cut off or damaged and was read in part.  Times are those of the end\n"
    "of each hop of 0.5 s; a last hop that is not full is left out.  With --plot or --attention\n"
    "rows are written only if -o or --format asks for them.\n"
    "Exit status: 0 all done, 1 some file failed, 2 wrong usage, 130 interrupted.\n";

/// A picture's path fits the files?  \return CLI_OK or CLI_USAGE
static int check_picture(const Analysis* a, const char* option, const char* path) {
  if (path == NULL) return CLI_OK;
  const bool is_folder = output_is_folder(path);
  if (!is_folder && (a->walk.n > 1 || a->walk.has_folder))
    return cli_usage("analyze", "several files need a folder: %s=%s/", option, path);
  if (!is_folder && !picture_can_be(path))
    return cli_usage("analyze", "%s: a picture's name ends in .png, .svg or .pdf", path);
  return CLI_OK;
}

static bool read_format(const char* text, RowFormat* format) {
  for (int i = ROWS_CSV; i <= ROWS_SVL; ++i)
    if (strcmp(text, row_table_extension((RowFormat)i)) == 0) {
      *format = (RowFormat)i;
      return true;
    }
  return false;
}

static int check(Analysis* a) {
  a->is_folder = a->output != NULL && output_is_folder(a->output);
  if (a->is_resumed && (a->output == NULL || strcmp(a->output, "-") == 0))
    return cli_usage("analyze", "--resume goes on with a file or a folder: -o OUT");
  if (a->walk.n == 0 && !a->walk.has_failed) return cli_usage("analyze", "no sound file is named");
  if (row_format_is_document(a->format) && !a->is_folder && (a->walk.n > 1 || a->walk.has_folder))
    return cli_usage("analyze", "several files need a folder: a .%s holds one; -o OUT/",
                     row_table_extension(a->format));
  if (check_picture(a, "--plot", a->plot) != CLI_OK ||
      check_picture(a, "--attention", a->attention) != CLI_OK)
    return CLI_USAGE;
  const bool has_folder = a->is_folder || (a->plot != NULL && output_is_folder(a->plot)) ||
                          (a->attention != NULL && output_is_folder(a->attention));
  if (has_folder && walk_make_stems_distinct(&a->walk) != 0) {
    cli_message("out of memory");
    return CLI_FAILED;
  }
  return CLI_OK;
}

/// What the command line says.
typedef struct {
  Analysis a;
  CliPatterns patterns;
  bool has_format;
  const char *model, *list;
} CommandLine;

enum { PLOT = 256, ATTENTION, GATE, LIST, RAW, BLOCK, RESUME, FORCE, FROM, TO, EXCLUDE, VIDEO };

/// \return whether optarg is a value for this option
static bool set(CommandLine* c, int option) {
  unsigned long count = 0;
  bool good = true;
  switch (option) {
  case 'o':
    c->a.output = optarg;
    break;
  case 'f':
    good = read_format(optarg, &c->a.format);
    c->has_format = true;
    break;
  case 's':
    c->a.has_summary = true;
    break;
  case RESUME:
    c->a.is_resumed = true;
    break;
  case FORCE:
    c->a.force = true;
    break;
  case FROM:
    good = cli_time(optarg, &c->a.reading.from);
    break;
  case TO:
    good = cli_time(optarg, &c->a.reading.to) && c->a.reading.to > 0.0;
    break;
  case EXCLUDE:
    good = cli_add_pattern(&c->patterns, optarg);
    break;
  case VIDEO:
    c->a.walk.options.with_video = true;
    break;
  case PLOT:
    c->a.plot = optarg;
    break;
  case ATTENTION:
    c->a.attention = optarg;
    break;
  case 'm':
    c->model = optarg;
    break;
  case GATE:
    good = number_in(optarg, -120.0, 0.0, &c->a.reading.gate);
    break;
  case LIST:
    c->list = optarg;
    break;
  case RAW:
    good = audio_parse_raw(optarg, &c->a.raw);
    break;
  case BLOCK:
    good = strcmp(optarg, "random") == 0 || count_in(optarg, 1, READING_MAX_BLOCK, &count);
    c->a.reading.block = strcmp(optarg, "random") == 0 ? 0 : count;
    break;
  case 'j':
    good = count_in(optarg, 1, 256, &count);
    c->a.jobs = (unsigned)count;
    break;
  case 'q':
    c->a.is_quiet = true;
    break;
  default:
    break;
  }
  return good;
}

/// Read the options.  \return -1 to go on, else the status to end with
static int read_options(int argc, char** argv, CommandLine* c) {
  static const struct option options[] = {
      {"output", required_argument, NULL, 'o'}, {"format", required_argument, NULL, 'f'},
      {"summary", no_argument, NULL, 's'},      {"plot", required_argument, NULL, PLOT},
      {"model", required_argument, NULL, 'm'},  {"attention", required_argument, NULL, ATTENTION},
      {"gate", required_argument, NULL, GATE},  {"list", required_argument, NULL, LIST},
      {"raw", required_argument, NULL, RAW},    {"block", required_argument, NULL, BLOCK},
      {"resume", no_argument, NULL, RESUME},    {"force", no_argument, NULL, FORCE},
      {"from", required_argument, NULL, FROM},  {"to", required_argument, NULL, TO},
      {"video", no_argument, NULL, VIDEO},      {"exclude", required_argument, NULL, EXCLUDE},
      {"jobs", required_argument, NULL, 'j'},   {"quiet", no_argument, NULL, 'q'},
      {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
  int option;
  while ((option = getopt_long(argc, argv, "o:f:sm:j:qh", options, NULL)) != -1) {
    if (option == 'h') {
      (void)fputs(help, stdout);
      return CLI_OK;
    }
    if (option == '?') return cli_usage("analyze", "that option is not known or lacks its value");
    if (!set(c, option)) return cli_usage("analyze", "'%s' is not a value for this option", optarg);
  }
  Analysis* a = &c->a;
  a->has_rows = a->output != NULL ||
                (!a->has_summary && (c->has_format || (a->plot == NULL && a->attention == NULL)));
  if (a->reading.to > 0.0 && a->reading.to <= a->reading.from)
    return cli_usage("analyze", "--to must be behind --from");
  a->walk.options.exclude = c->patterns.patterns;
  a->walk.options.n_exclude = c->patterns.n;
  a->walk.task = cli_task(a->is_quiet);
  return -1;
}

int cmd_analyze(int argc, char** argv) {
  CommandLine c;
  memset(&c, 0, sizeof c);
  Analysis* a = &c.a;
  a->reading.gate = -60.0;
  a->reading.block = 4096;
  a->jobs = cli_processors();
  char error[CLI_TEXT] = "";
  int status = read_options(argc, argv, &c);
  if (status >= 0) return status;
  status = CLI_FAILED;
  for (int i = optind; i < argc; ++i)
    if (walk_add(&a->walk, argv[i]) != 0) {
      cli_message("out of memory");
      goto out;
    }
  if (c.list != NULL && walk_add_list(&a->walk, c.list, error, sizeof error) != 0) {
    cli_message("%s", error);
    goto out;
  }
  status = check(a);
  if (status != CLI_OK) goto out;
  status = CLI_FAILED;
  a->reading.model = reading_model(c.model, error, sizeof error);
  if (a->reading.model == NULL) {
    cli_message("%s", error);
    goto out;
  }
  cli_catch_signals();
  status = analyze_run(a);
out:
  model_unref(a->reading.model);
  walk_free(&a->walk);
  return status;
}
