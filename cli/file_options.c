// SPDX-License-Identifier: GPL-3.0-or-later
// The options that commands share: which sound files are read, and how.
#include "cli/file_options.h"

#include "cli/cli.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_pattern(const Option* option, const char* text, void* to) {
  FileOptions* o = to;
  (void)option;
  if (o->exclude.n == FILE_OPTIONS_PATTERNS) return false;
  o->exclude.patterns[o->exclude.n++] = text;
  return true;
}

static bool read_raw(const Option* option, const char* text, void* to) {
  (void)option;
  return audio_parse_raw(text, to);
}

const Option file_options[] = {
    {"list", 0, "FILE",
     "read more paths from FILE: one per line, each ended by NUL, or an M3U ('-': standard input)",
     option_text, offsetof(FileOptions, list), 0.0, 0.0},
    {"exclude", 0, "PATTERN",
     "leave out files and folders with that name, or with that path below a folder (with *, ?, "
     "[...]); may be given several times; a file .circumplexignore in a folder has more patterns",
     read_pattern, 0, 0.0, 0.0},
    {"video", 0, NULL, "also read the sound of videos in folders", option_flag,
     offsetof(FileOptions, with_video), 0.0, 0.0},
    {"jobs", 'j', "N", "files at a time (default: one per processor)", option_count,
     offsetof(FileOptions, jobs), 1.0, 256.0},
    {"quiet", 'q', NULL, "no progress bar, and no report on folders", option_flag,
     offsetof(FileOptions, is_quiet), 0.0, 0.0},
    {.name = NULL}};

const Option part_options[] = {
    {"from", 0, "TIME", "where to begin: seconds, or MINUTES:SECONDS", option_time,
     offsetof(PartOptions, from), 0.0, 1e6},
    {"to", 0, "TIME", "where to end", option_time, offsetof(PartOptions, to), 1e-6, 1e6},
    {.name = NULL}};

const Option sound_options[] = {{"gate", 0, "LUFS",
                                 "sound below this loudness is silence (default -60)",
                                 option_number, offsetof(SoundOptions, gate), -120.0, 0.0},
                                {"raw", 0, "RATE[:CHANNELS[:f32|s16]]",
                                 "FILE '-' is headerless little-endian samples (default mono f32)",
                                 read_raw, offsetof(SoundOptions, raw), 0.0, 0.0},
                                {.name = NULL}};

WalkOptions file_options_walk(const FileOptions* options) {
  return (WalkOptions){options->with_video, options->exclude.patterns, options->exclude.n};
}

int file_options_find(const FileOptions* options, int n, char** paths, Walk* walk) {
  char error[CLI_TEXT] = "out of memory";
  int status = 0;
  walk->options = file_options_walk(options);
  walk->task = cli_task(options->is_quiet);
  for (int i = 0; i < n && status == 0; ++i)
    status = walk_add(walk, paths[i]);
  if (status == 0 && options->list)
    status = walk_add_list(walk, options->list, error, sizeof error);
  if (status != 0) cli_message("%s", error);
  return status;
}

bool part_options_good(const PartOptions* options, const char* command) {
  if (options->to <= 0.0 || options->to > options->from) return true;
  cli_usage(command, "--to must be after --from");
  return false;
}

bool file_options_reads(const Walk* walk, const char* output) {
  struct stat out, in;
  if (stat(output, &out) != 0 || !S_ISREG(out.st_mode)) return false;
  for (size_t i = 0; i < walk->n; ++i) {
    const char* path = walk->files[i].path;
    const int status = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &in) : stat(path, &in);
    if (status == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino) return true;
  }
  return false;
}

unsigned file_options_jobs(const FileOptions* options) {
  return options->jobs > 0 ? options->jobs : cli_processors();
}
