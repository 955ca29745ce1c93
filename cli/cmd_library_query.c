// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library near`, `match` and `path`: finds music by its emotion.
#include "cli/library_rows.h"
#include "library/query.h"
#include "text/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOUND = 20, ROUTE = 10 };

static const OptionGroup near_groups[] = {
    {library_near_options, 0},  {library_limit_options, 0}, {library_filter_options, 0},
    {library_model_options, 0}, {library_m3u_options, 0},   {library_path_options, 0},
    {library_json_options, 0},  {library_db_options, 0},    {NULL, 0}};

static const OptionCommand near_command = {
    "circumplex library near",
    "[OPTION]... VALENCE AROUSAL\n[OPTION]... --like=SONG",
    "Find songs near a point of the plane (both -1 to 1), nearest first, 20 if no limit is given. "
    "A song that varies much is near more points than one that does not.",
    near_groups,
    NULL,
    2};

static const OptionGroup match_groups[] = {
    {library_match_options, 0}, {part_options, offsetof(LibraryOptions, part)},
    {library_limit_options, 0}, {library_filter_options, 0},
    {library_model_options, 0}, {library_m3u_options, 0},
    {library_path_options, 0},  {library_json_options, 0},
    {library_db_options, 0},    {NULL, 0}};

static const OptionCommand match_command = {
    "circumplex library match",
    "[OPTION]... TIME:VALENCE,AROUSAL...\n[OPTION]... --csv=FILE\n"
    "[OPTION]... --song=SONG [--from=TIME] [--to=TIME]",
    "Find songs whose curve of valence and arousal is closest to a profile, 20 if no limit is "
    "given. The profile is given as points with lines between them ('-' for a value that is not "
    "given), as a table that 'circumplex analyze' wrote, or as a song's curve, or a part of it.",
    match_groups,
    "Example:\n  circumplex library match --passage 0:-0.5,-0.6 30:0.2,0.1 60:0.8,0.7",
    0};

static const OptionGroup path_groups[] = {{library_limit_options, 0}, {library_filter_options, 0},
                                          {library_model_options, 0}, {library_m3u_options, 0},
                                          {library_path_options, 0},  {library_json_options, 0},
                                          {library_db_options, 0},    {NULL, 0}};

static const OptionCommand path_command = {
    "circumplex library path",
    "[OPTION]... VALENCE1 AROUSAL1 VALENCE2 AROUSAL2",
    "Make a playlist that moves evenly from one emotion to another, of 10 songs if no limit is "
    "given.",
    path_groups,
    "Example:\n  circumplex library path -0.6 -0.5 0.7 0.5 --limit=12 --m3u=lift.m3u",
    4};

/// The data of a search.
typedef struct {
  Store* store;
  Loaded* loaded;
  QueryIndex* index;
  bool has_strings; ///< else names are loaded for the hits only
} Search;

/// \return whether the library could be loaded (reported)
static bool begin(Search* search, const LibraryOptions* options, bool with_curves) {
  *search = (Search){.store = NULL};
  search->has_strings = with_curves || options->song || !query_needs_only_numbers(&options->query);
  const StoreLoad what = with_curves           ? LOAD_CURVES
                         : search->has_strings ? LOAD_FACTS
                                               : LOAD_NUMBERS;
  search->loaded = library_load(options, what, &search->store);
  if (search->loaded) search->index = library_index_of(search->loaded);
  return search->index != NULL;
}

/// Explain why no song has a passage like the profile: usually all are too short.
static void explain_nothing(const Search* search, const Query* query) {
  const Catalogue* catalogue = loaded_catalogue(search->loaded);
  char passage[32], longest[32];
  const double least = MATCH_LEAST_STRETCH * (double)query->profile.n / CURVE_RATE;
  double most = 0.0;
  for (size_t i = 0; i < catalogue->n; ++i)
    most = fmax(most, (double)catalogue->songs[i].curve.n / CURVE_RATE);
  if (query->match != MATCH_PASSAGE || catalogue->n == 0 || most >= least) return;
  library_rows_length(least, passage, sizeof passage);
  library_rows_length(most, longest, sizeof longest);
  cli_message("a passage like this lasts %s at least, and the longest song %s; without --passage "
              "whole songs are compared",
              passage, longest);
}

/// Run the query, and write the hits.  \return CLI_OK or CLI_FAILED (reported)
static int answer(Search* search, const LibraryOptions* options) {
  char error[CLI_TEXT] = "out of memory";
  QueryResult result;
  int status = -1;
  if (library_run_query(search->index, &options->query, &result) != 0) return CLI_FAILED;
  if (result.n == 0 && result.kind == QUERY_MATCH) explain_nothing(search, &options->query);
  LibraryRow* rows =
      library_rows_of(&result, result.kind != QUERY_PATH, result.kind == QUERY_MATCH);
  size_t* songs = malloc((result.n + 1) * sizeof *songs);
  for (size_t i = 0; songs && i < result.n; ++i)
    songs[i] = result.hits[i].song;
  if (rows && songs)
    status = search->has_strings ? 0
                                 : store_complete(search->store, search->loaded, songs, result.n,
                                                  error, sizeof error);
  if (status != 0)
    cli_message("%s", error);
  else
    status = library_rows_write(options, search->loaded, rows, result.n);
  free(songs);
  free(rows);
  query_result_clear(&result);
  return status == 0 ? CLI_OK : CLI_FAILED;
}

static void end(Search* search) {
  query_index_free(search->index);
  loaded_free(search->loaded);
  store_close(search->store);
}

/// Read \p n coordinates.  \return NULL, or the first text that is not one
static const char* read_point(char** text, int n, float* values) {
  for (int i = 0; i < n; ++i) {
    double v = 0.0;
    if (!number_in(text[i], -1.0, 1.0, &v)) return text[i];
    values[i] = (float)v;
  }
  return NULL;
}

static int refuse_coordinate(const char* command, const char* text) {
  double v = 0.0;
  text += strspn(text, " "); // options.c puts one before a negative number
  return cli_usage(command,
                   number_in(text, -INFINITY, INFINITY, &v) ? "%s is outside -1 to 1"
                                                            : "%s is not a number from -1 to 1",
                   text);
}

int library_near(int argc, char** argv) {
  LibraryOptions o;
  Search search;
  float point[2] = {0.0F, 0.0F};
  int first = 0;
  int status = library_options(&near_command, argc, argv, &o, &first);
  if (status >= 0) return status;
  if (argc - first != (o.song ? 0 : 2))
    return cli_usage("library near",
                     "a point is needed: VALENCE AROUSAL (-1 to 1), or --like=SONG");
  const char* wrong = o.song ? NULL : read_point(argv + first, 2, point);
  if (wrong) return refuse_coordinate("library near", wrong);
  o.query.kind = QUERY_NEAR;
  o.query.limit = o.limit > 0 ? o.limit : FOUND;
  status = CLI_FAILED;
  if (!begin(&search, &o, false)) goto out;
  if (o.song) {
    const long like = library_find_read(search.store, search.index, o.song);
    if (like < 0) goto out;
    point[0] = loaded_catalogue(search.loaded)->songs[like].valence;
    point[1] = loaded_catalogue(search.loaded)->songs[like].arousal;
  }
  o.query.valence = point[0];
  o.query.arousal = point[1];
  status = answer(&search, &o);
out:
  end(&search);
  return status;
}

/// Join the points of several arguments into one text.
static int profile_of_points(Profile* profile, int n, char** points, char* error,
                             size_t error_size) {
  size_t size = 1;
  for (int i = 0; i < n; ++i)
    size += strlen(points[i]) + 1;
  char* text = calloc(size, 1);
  if (!text) {
    snprintf(error, error_size, "out of memory");
    return -1;
  }
  for (size_t i = 0, at = 0; i < (size_t)n; ++i)
    at += (size_t)snprintf(text + at, size - at, "%s ", points[i]);
  const int status = profile_from_text(profile, text, error, error_size);
  free(text);
  return status;
}

/// Make the profile that the command line asks for.  \return CLI_OK, or a status (reported)
static int make_profile(const LibraryOptions* o, const Search* search, int n, char** points,
                        Profile* profile) {
  char error[CLI_TEXT] = "";
  int status = -1;
  if (o->song) {
    const long song = library_find_read(search->store, search->index, o->song);
    if (song < 0) return CLI_FAILED;
    const Curve* curve = &loaded_catalogue(search->loaded)->songs[song].curve;
    const double first = floor(o->part.from * CURVE_RATE);
    const double last = o->part.to > 0.0 ? ceil(o->part.to * CURVE_RATE) : (double)curve->n;
    if (first >= (double)curve->n || last <= first)
      snprintf(error, sizeof error, "the song has no such part: it is %.0f s long",
               (double)curve->n / CURVE_RATE);
    else
      status = profile_from_curve(profile, curve, (size_t)first,
                                  last < (double)curve->n ? (size_t)last : curve->n, error,
                                  sizeof error);
  } else if (o->csv) {
    status = profile_from_csv(profile, o->csv, error, sizeof error);
  } else {
    status = profile_of_points(profile, n, points, error, sizeof error);
    if (status != 0) return cli_usage("library match", "%s", error);
  }
  if (status == 0 &&
      ((o->valence_only && !profile->has_valence) || (o->arousal_only && !profile->has_arousal))) {
    snprintf(error, sizeof error, "the profile has no values for that axis");
    status = -1;
  }
  if (status != 0) cli_message("%s", error);
  if (o->valence_only) profile->has_arousal = false;
  if (o->arousal_only) profile->has_valence = false;
  return status == 0 ? CLI_OK : CLI_FAILED;
}

int library_match(int argc, char** argv) {
  LibraryOptions o;
  Search search;
  int first = 0;
  int status = library_options(&match_command, argc, argv, &o, &first);
  if (status >= 0) return status;
  if ((o.song != NULL) + (o.csv != NULL) + (first < argc) != 1)
    return cli_usage("library match", "a profile is needed: points, --csv=FILE or --song=SONG");
  if ((o.part.from > 0.0 || o.part.to > 0.0) && !o.song)
    return cli_usage("library match", "--from and --to need --song");
  if (o.valence_only && o.arousal_only)
    return cli_usage("library match", "--valence-only and --arousal-only cannot be combined");
  if (o.static_model) return cli_usage("library match", "a static model has no curve to compare");
  o.query.kind = QUERY_MATCH;
  o.query.limit = o.limit > 0 ? o.limit : FOUND;
  status = CLI_FAILED;
  if (!begin(&search, &o, true)) goto out;
  if (loaded_model(search.loaded)->is_static) {
    cli_message("only static models have read these songs, and they have no curve; 'circumplex "
                "library add' makes readings that have one");
    goto out;
  }
  status = make_profile(&o, &search, argc - first, argv + first, &o.query.profile);
  // A song's curve and a table are on the plane's scale; points are on the scale that was chosen.
  o.query.profile_is_relative = !o.song && !o.csv;
  if (status == CLI_OK) status = answer(&search, &o);
out:
  end(&search);
  return status;
}

int library_path(int argc, char** argv) {
  LibraryOptions o;
  Search search;
  float ends[4] = {0.0F, 0.0F, 0.0F, 0.0F};
  int first = 0;
  int status = library_options(&path_command, argc, argv, &o, &first);
  if (status >= 0) return status;
  if (argc - first != 4)
    return cli_usage("library path", "two points are needed: VALENCE AROUSAL VALENCE AROUSAL");
  const char* wrong = read_point(argv + first, 4, ends);
  if (wrong) return refuse_coordinate("library path", wrong);
  o.query.kind = QUERY_PATH;
  o.query.limit = o.limit > 0 ? o.limit : ROUTE;
  o.query.valence = ends[0];
  o.query.arousal = ends[1];
  o.query.to_valence = ends[2];
  o.query.to_arousal = ends[3];
  status = begin(&search, &o, false) ? answer(&search, &o) : CLI_FAILED;
  end(&search);
  return status;
}
