// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The options of the subcommands of `circumplex library`, in groups.
#include "affect/quadrant.h"
#include "cli/library_cli.h"
#include "text/number.h"

#include <stdio.h>
#include <string.h>

#define AT(member) offsetof(LibraryOptions, member)

static bool read_quadrant(const Option* option, const char* text, void* to) {
  unsigned* quadrants = to;
  const int quadrant = quadrant_from_name(text);
  (void)option;
  if (quadrant < 0) return false;
  *quadrants |= 1U << quadrant; // several: songs in any of them
  return true;
}

/// Add the words of a filter.
static bool read_words(const Option* option, const char* text, void* to) {
  (void)option;
  return (size_t)snprintf(to, QUERY_TEXT, "%s", text) < QUERY_TEXT;
}

static bool read_duration(const Option* option, const char* text, void* to) {
  double value = 0.0;
  if (!time_in(text, option->low, option->high, &value)) return false;
  *(float*)to = (float)value;
  return true;
}

static bool read_sort(const Option* option, const char* text, void* to) {
  static const char* const names[] = {"artist", "title", "valence", "arousal", "duration", "id"};
  (void)option;
  for (int i = 0; i < (int)(sizeof names / sizeof *names); ++i)
    if (strcmp(text, names[i]) == 0) {
      *(QuerySort*)to = (QuerySort)i;
      return true;
    }
  return false;
}

const Option library_db_options[] = {LIBRARY_DB_OPTION(LibraryOptions, db), {.name = NULL}};

const Option library_model_options[] = {
    {"model", 'm', "MODEL",
     "readings by this model: a name, a hash or a file (default: the one with the most songs)",
     option_text, AT(model), 0.0, 0.0},
    {"static", 0, "MODEL", "whole-song readings by this static model ('tnn')", option_text,
     AT(static_model), 0.0, 0.0},
    {.name = NULL}};

const Option library_json_options[] = {
    {"json", 0, NULL, "as JSON", option_constant, AT(form), FORM_JSON, 0.0}, {.name = NULL}};

const Option library_path_options[] = {
    {"paths", 0, NULL, "only paths, one per line", option_constant, AT(form), FORM_PATHS, 0.0},
    {"null", '0', NULL, "only paths, each ended by a NUL", option_constant, AT(form), FORM_PATHS0,
     0.0},
    {.name = NULL}};

const Option library_limit_options[] = {
    {"limit", 'n', "N", "at most N songs", option_count, AT(limit), 1.0, 1e6}, {.name = NULL}};

const Option library_m3u_options[] = {
    {"m3u", 0, "FILE", "write a playlist ('-': to standard output, and nothing else)", option_text,
     AT(m3u), 0.0, 0.0},
    {.name = NULL}};

const Option library_csv_options[] = {
    {"csv", 0, "FILE",
     "write a table: id, path, tags, reading, model ('-': standard output); cells that a "
     "spreadsheet would take for formulas begin with an apostrophe",
     option_text, AT(csv), 0.0, 0.0},
    {"no-guard", 0, NULL, "without those apostrophes", option_flag, AT(no_guard), 0.0, 0.0},
    {.name = NULL}};

const Option library_filter_options[] = {
    {"text", 0, "WORDS",
     "all of these words in title, artist, album or path; case and accents are ignored", read_words,
     AT(query.text), 0.0, 0.0},
    {"artist", 0, "WORDS", "all of these words in the artist's name", read_words, AT(query.artist),
     0.0, 0.0},
    {"min-duration", 0, "TIME", "at least this long: seconds, or MINUTES:SECONDS", read_duration,
     AT(query.min_duration), 0.0, 1e6},
    {"max-duration", 0, "TIME", "at most this long", read_duration, AT(query.max_duration), 1e-3,
     1e6},
    {"quadrant", 0, "Q",
     "Q1 (happy, excited), Q2 (angry, tense), Q3 (sad), Q4 (calm) or neutral (near the middle); "
     "may be given several times",
     read_quadrant, AT(query.quadrants), 0.0, 0.0},
    {"confidence", 0, "C", "confidence of at least C, 0 to 1", option_float, AT(query.confidence),
     0.0, 1.0},
    {.name = NULL}};

const Option library_near_options[] = {
    {"like", 0, "SONG", "near the point of SONG: an id, a path, or words of its title and artist",
     option_text, AT(song), 0.0, 0.0},
    {"radius", 0, "R", "leave out songs at a larger distance", option_float, AT(query.radius), 1e-6,
     10.0},
    {.name = NULL}};

const Option library_match_options[] = {
    {"whole", 0, NULL, "compare the whole song, of any length (default)", option_constant,
     AT(query.match), MATCH_WHOLE, 0.0},
    {"passage", 0, NULL,
     "find the passage of each song, about as long as the profile, that fits best, and show where",
     option_constant, AT(query.match), MATCH_PASSAGE, 0.0},
    {"relative", 0, NULL,
     "scale to the collection: 0 is its mean, -1 and 1 are 2.5 standard deviations away; the given "
     "points are on this scale",
     option_flag, AT(query.relative), 0.0, 0.0},
    {"valence-only", 0, NULL, "compare only valence", option_flag, AT(valence_only), 0.0, 0.0},
    {"arousal-only", 0, NULL, "compare only arousal", option_flag, AT(arousal_only), 0.0, 0.0},
    {"csv", 0, "FILE", "the profile is a table with the columns time_s, valence, arousal",
     option_text, AT(csv), 0.0, 0.0},
    {"song", 0, "SONG",
     "the profile is this song's curve: an id, a path, or words of its title and artist",
     option_text, AT(song), 0.0, 0.0},
    {.name = NULL}};

const Option library_list_options[] = {
    {"sort", 0, "KEY", "artist (default), title, valence, arousal, duration or id", read_sort,
     AT(query.sort), 0.0, 0.0},
    {"failed", 0, NULL, "files that could not be read, and why", option_flag, AT(failed), 0.0, 0.0},
    {"damaged", 0, NULL, "files that are cut off or damaged and were read in part", option_flag,
     AT(damaged), 0.0, 0.0},
    {"missing", 0, NULL, "files that no longer exist", option_flag, AT(missing), 0.0, 0.0},
    {"copies", 0, NULL, "files of songs that are copies of others in another format", option_flag,
     AT(copies), 0.0, 0.0},
    {"models", 0, NULL, "models in the library", option_flag, AT(models), 0.0, 0.0},
    {.name = NULL}};

const Option library_export_options[] = {{"json", 0, "FILE",
                                          "write the same as JSON ('-': standard output)",
                                          option_text, AT(json), 0.0, 0.0},
                                         {.name = NULL}};

const Option library_tag_options[] = {{"dry-run", 0, NULL,
                                       "write nothing, only show what would be written",
                                       option_flag, AT(dry_run), 0.0, 0.0},
                                      {"keep-time", 0, NULL, "keep the files' time of modification",
                                       option_flag, AT(keep_time), 0.0, 0.0},
                                      {.name = NULL}};

const Option library_remove_options[] = {{"missing", 0, NULL,
                                          "remove files that no longer exist, as found by 'add'",
                                          option_flag, AT(missing), 0.0, 0.0},
                                         {.name = NULL}};

int library_options(const OptionCommand* command, int argc, char** argv, LibraryOptions* options,
                    int* first) {
  memset(options, 0, sizeof *options);
  const int status = options_read(command, argc, argv, options, first);
  if (status >= 0) return status;
  const char* name = command->name + strlen("circumplex ");
  if (options->model && options->static_model)
    return cli_usage(name, "--model and --static cannot be combined");
  if (options->static_model && options->query.confidence > 0.0F)
    return cli_usage(name, "a static model gives no confidence");
  return -1;
}
