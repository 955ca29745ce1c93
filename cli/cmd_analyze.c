// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex analyze`: its command line.  The work is in analyze.c.
#include "cli/analyze.h"
#include "cli/cli.h"
#include "cli/file_options.h"
#include "cli/output.h"
#include "cli/plot_file.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/// Check that a picture's path fits the files.  \return CLI_OK or CLI_USAGE
static int check_picture(const Analysis* a, const char* option, const char* path) {
  if (!path) return CLI_OK;
  const bool is_folder = output_is_folder(path);
  if (!is_folder && (a->walk.n > 1 || a->walk.has_folder))
    return cli_usage("analyze", "several files need a folder: %s=%s/", option, path);
  if (!is_folder && !plot_file_can_be(path))
    return cli_usage("analyze", "%s: a picture's name ends in .png, .svg or .pdf", path);
  return CLI_OK;
}

static int check(Analysis* a) {
  a->is_folder = a->output && output_is_folder(a->output);
  if (a->is_resumed && (!a->output || strcmp(a->output, "-") == 0))
    return cli_usage("analyze", "--resume needs a file or a folder: -o OUT");
  if (a->output && file_options_reads(&a->walk, a->output))
    return cli_usage("analyze", "%s is an input file; name another output", a->output);
  if (a->walk.n == 0 && !a->walk.has_failed) return cli_usage("analyze", "no sound file is named");
  if (row_format_is_document(a->format) && !a->is_folder && (a->walk.n > 1 || a->walk.has_folder))
    return cli_usage("analyze", "several files need a folder: a .%s is for one file: -o OUT/",
                     row_table_extension(a->format));
  if (check_picture(a, "--plot", a->plot) != CLI_OK ||
      check_picture(a, "--attention", a->attention) != CLI_OK)
    return CLI_USAGE;
  if (a->plot && a->attention && !output_is_folder(a->plot) && strcmp(a->plot, a->attention) == 0)
    return cli_usage("analyze", "--plot and --attention need two files");
  const bool has_folder = a->is_folder || (a->plot && output_is_folder(a->plot)) ||
                          (a->attention && output_is_folder(a->attention));
  if (has_folder && walk_make_stems_distinct(&a->walk) != 0) {
    cli_message("out of memory");
    return CLI_FAILED;
  }
  return CLI_OK;
}

/// The command line, parsed.
typedef struct {
  Analysis a;
  FileOptions files;
  PartOptions part;
  SoundOptions sound;
  bool has_format;
  const char* models[SIDE_MODELS + 1];
  size_t n_models;
} AnalyzeCommand;

static bool read_format(const Option* option, const char* text, void* to) {
  AnalyzeCommand* c = to;
  (void)option;
  c->has_format = true;
  for (int i = ROWS_CSV; i <= ROWS_SVL; ++i)
    if (strcmp(text, row_table_extension((RowFormat)i)) == 0) {
      c->a.format = (RowFormat)i;
      return true;
    }
  return false;
}

/// The format according to the output's name, if none was given.
static void infer_format(AnalyzeCommand* c) {
  const char* dot = c->a.output ? strrchr(c->a.output, '.') : NULL; // a folder's: no format
  for (int i = ROWS_CSV; dot && !c->has_format && i <= ROWS_SVL; ++i)
    if (strcasecmp(dot + 1, row_table_extension((RowFormat)i)) == 0) c->a.format = (RowFormat)i;
}

static bool read_model(const Option* option, const char* text, void* to) {
  AnalyzeCommand* c = to;
  (void)option;
  if (c->n_models == SIDE_MODELS) return false;
  c->models[c->n_models++] = text;
  return true;
}

static bool read_block(const Option* option, const char* text, void* to) {
  size_t* block = to;
  unsigned count = 0;
  if (strcmp(text, "random") != 0 && !option_count(option, text, &count)) return false;
  *block = count;
  return true;
}

static const Option analyze_options[] = {
    {"output", 'o', "OUT",
     "write to the file OUT instead of standard output; if OUT ends in '/' or is a folder, write "
     "one STEM.csv (or .json) for each sound file, in the same subfolders as the sound files",
     option_text, offsetof(AnalyzeCommand, a.output), 0.0, 0.0},
    {"format", 'f', "FORMAT",
     "csv (the default, unless OUT has the extension of another); json: one object whose 'files' "
     "have 'rows' and a summary; jsonl: one such object per line; jams, or svl (a layer of Sonic "
     "Visualiser): one document per file",
     read_format, 0, 0.0, 0.0},
    {"resume", 0, NULL,
     "continue an earlier run by the same models: skip the files that are in OUT already",
     option_flag, offsetof(AnalyzeCommand, a.is_resumed), 0.0, 0.0},
    {"force", 0, NULL, "replace read-only files and links (not their targets); never a sound file",
     option_flag, offsetof(AnalyzeCommand, a.force), 0.0, 0.0},
    {"summary", 's', NULL,
     "one line per file on standard output instead of the rows (with -o: in addition)", option_flag,
     offsetof(AnalyzeCommand, a.has_summary), 0.0, 0.0},
    {"plot", 0, "OUT",
     "draw the curves and the plane: OUT.png, .svg or .pdf; a folder for several files (STEM.png)",
     option_text, offsetof(AnalyzeCommand, a.plot), 0.0, 0.0},
    {"attention", 0, "OUT", "draw the model's attention (in a folder: STEM-attention.png)",
     option_text, offsetof(AnalyzeCommand, a.attention), 0.0, 0.0},
    {"model", 'm', "MODEL",
     "a model's name or file (default: $CIRCUMPLEX_MODEL, else the installed one); may be given "
     "several times: each further model adds columns, MODEL.valence and so on. A static model "
     "('tnn') reads a song as a whole: one row, or beside others the same values in each row",
     read_model, 0, 0.0, 0.0},
    {"block", 0, "N",
     "give the engine N samples at a time, 1 to 8192, or 'random'; the result is always the same",
     read_block, offsetof(AnalyzeCommand, a.reading.block), 1.0, READING_MAX_BLOCK},
    {.name = NULL}};

static const OptionGroup groups[] = {{analyze_options, 0},
                                     {part_options, offsetof(AnalyzeCommand, part)},
                                     {sound_options, offsetof(AnalyzeCommand, sound)},
                                     {file_options, offsetof(AnalyzeCommand, files)},
                                     {NULL, 0}};

static const OptionCommand command = {
    "circumplex analyze",
    "[OPTION]... FILE...",
    "Read the emotion that music expresses: one row every 0.5 s for each sound FILE.",
    groups,
    "FILE may also be a folder, or '-' for standard input. A table of several files has a first "
    "column 'file'; the column 'complete' is false if a file is cut off or damaged and was read in "
    "part. Times are the ends of the hops of 0.5 s; an incomplete last hop is left out. "
    "With --plot or --attention, rows are written only with -o or --format.\n"
    "Exit status: 0 all done, 1 some file failed, 2 wrong usage, 130 interrupted.",
    0};

/// \return whether one of the files is standard input, which cannot be read twice
static bool reads_stdin(const Walk* walk) {
  for (size_t i = 0; i < walk->n; ++i)
    if (strcmp(walk->files[i].path, "-") == 0) return true;
  return false;
}

/// Open the models: the first that is not static comes first.  \return CLI_OK, or a status
/// (reported)
static int open_models(AnalyzeCommand* c) {
  Analysis* a = &c->a;
  char error[CLI_TEXT];
  const size_t n = c->n_models > 0 ? c->n_models : 1; // else models[0] is NULL, the default
  if (n > 1 && reads_stdin(&a->walk))
    return cli_usage("analyze", "each model reads the file separately: name a file, not '-'");
  if (n > 1 && row_format_is_document(a->format))
    return cli_usage("analyze",
                     "a document of JAMS or Sonic Visualiser holds one model's reading: name one");
  for (size_t i = 0; i < n; ++i) {
    SideModel side = {.model = NULL};
    if (side_open(c->models[i], &side.model, &side.whole, error, sizeof error) != 0) {
      cli_message("%s", error);
      return CLI_FAILED;
    }
    if (side.model && !a->reading.model)
      a->reading.model = side.model;
    else
      a->sides.models[a->sides.n++] = side;
  }
  for (size_t i = 0; i < a->sides.n; ++i) {
    SideModel* side = &a->sides.models[i];
    if (i > 0 || a->reading.model)
      snprintf(side->prefix, sizeof side->prefix, "%.64s.", side_name(side));
  }
  if (!a->reading.model && (a->plot || a->attention || row_format_is_document(a->format)))
    return cli_usage("analyze", "a static model has no curve to draw");
  return CLI_OK;
}

int cmd_analyze(int argc, char** argv) {
  AnalyzeCommand c = {.a.reading.block = 4096, .sound.gate = FILE_OPTIONS_GATE};
  Analysis* a = &c.a;
  int first = 0;
  int status = options_read(&command, argc, argv, &c, &first);
  if (status >= 0) return status;
  infer_format(&c);
  if (!part_options_good(&c.part, "analyze")) return CLI_USAGE;
  a->reading.from = c.part.from;
  a->reading.to = c.part.to;
  a->reading.gate = c.sound.gate;
  a->raw = c.sound.raw;
  a->jobs = file_options_jobs(&c.files);
  a->is_quiet = c.files.is_quiet;
  a->has_rows = a->output || (!a->has_summary && (c.has_format || (!a->plot && !a->attention)));
  status = CLI_FAILED;
  if (file_options_find(&c.files, argc - first, argv + first, &a->walk) != 0) goto out;
  status = check(a);
  if (status != CLI_OK) goto out;
  status = open_models(&c);
  if (status != CLI_OK) goto out;
  cli_catch_signals();
  status = analyze_run(a);
out:
  model_unref(a->reading.model);
  side_close(&a->sides);
  walk_free(&a->walk);
  return status;
}
