// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library near`, `match` and `path`: music by its emotion.
#include "cli/library_rows.h"
#include "library/match.h"
#include "library/near.h"
#include "library/profile.h"
#include "library/route.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOUND = 20, ROUTE = 10 };

#define COMMON                                                                                     \
  "      --artist=TEXT        artist's name, or part of it\n"                                      \
  "      --min-duration=TIME  seconds, or MINUTES:SECONDS\n"                                       \
  "      --max-duration=TIME\n"                                                                    \
  "      --quadrant=Q         Q1 (happy, excited), Q2 (angry, tense), Q3 (sad), Q4 (calm)\n"       \
  "      --confidence=C       at least C, 0 to 1\n"                                                \
  "      --m3u=FILE           write a playlist too ('-': only that, to standard output)\n"         \
  "      --paths, -0, --null  paths alone, one a line or each ended by a NUL\n"                    \
  "      --json               as JSON\n"                                                           \
  "      --db=FILE            the library (default: $XDG_DATA_HOME/circumplex/library.db)\n"       \
  "  -m, --model=MODEL        readings by this model: a name, a hash or a file (default: the "     \
  "one\n"                                                                                          \
  "                           with the most songs)\n"

static const char near_help[] =
    "Usage: circumplex library near [OPTION]... VALENCE AROUSAL\n"
    "       circumplex library near [OPTION]... --like=SONG\n"
    "Find songs near a point of the plane (both -1 to 1), nearest first.  A song that roams far "
    "is\n"
    "near more points than one that stays where it is.\n"
    "\n"
    "      --like=SONG          near where SONG is: an id, a path, or words of its title and "
    "artist\n"
    "      --radius=R           leave out what is farther\n"
    "  -n, --limit=N            at most N songs (default 20)\n"
    "      --static=MODEL       whole-song readings by this static model ('tnn')\n" COMMON
    "  -h, --help               show this\n";

static const char match_help[] =
    "Usage: circumplex library match [OPTION]... TIME:VALENCE,AROUSAL...\n"
    "       circumplex library match [OPTION]... --csv=FILE\n"
    "       circumplex library match [OPTION]... --song=SONG [--from=TIME] [--to=TIME]\n"
    "Find songs whose course of valence and arousal comes closest to a profile: points with lines\n"
    "between ('-' for a value that is not given), a table as 'circumplex analyze' writes it, or "
    "(a\n"
    "part of) a song's own course.\n"
    "\n"
    "      --whole              the whole song, whatever its length (default)\n"
    "      --passage            the passage of a song, about as long as the profile, that fits "
    "best\n"
    "      --valence-only       compare valence alone\n"
    "      --arousal-only       compare arousal alone\n"
    "      --csv=FILE           columns time_s, valence, arousal\n"
    "      --song=SONG          an id, a path, or words of its title and artist\n"
    "      --from=TIME, --to=TIME\n"
    "                           of that song: seconds, or MINUTES:SECONDS\n"
    "  -n, --limit=N            at most N songs (default 20)\n" COMMON
    "  -h, --help               show this\n"
    "\n"
    "Example: circumplex library match --passage 0:-0.5,-0.6 30:0.2,0.1 60:0.8,0.7\n";

static const char path_help[] =
    "Usage: circumplex library path [OPTION]... VALENCE1 AROUSAL1 VALENCE2 AROUSAL2\n"
    "Make a playlist that moves evenly from one emotion to another.\n"
    "\n"
    "  -n, --limit=N            of N songs (default 10)\n"
    "      --static=MODEL       whole-song readings by this static model ('tnn')\n" COMMON
    "  -h, --help               show this\n"
    "\n"
    "Example: circumplex library path -0.6 -0.5 0.7 0.5 --limit=12 --m3u=lift.m3u\n";

/// Numbers alone suffice to search; names are fetched for what was found.
static StoreLoad what_to_load(const LibraryOptions* options) {
  return options->artist != NULL || options->song != NULL ? LOAD_FACTS : LOAD_NUMBERS;
}

/// Write what was found.  \return CLI_OK or CLI_FAILED (reported)
static int finish(const LibraryOptions* options, Store* store, Loaded* loaded,
                  const LibraryRow* rows, size_t n, bool is_complete) {
  char error[CLI_TEXT] = "out of memory";
  size_t* songs = malloc((n + 1) * sizeof *songs);
  int status = songs != NULL ? 0 : -1;
  for (size_t i = 0; songs != NULL && i < n; ++i)
    songs[i] = rows[i].song;
  if (status == 0 && !is_complete)
    status = store_complete(store, loaded, songs, n, error, sizeof error);
  free(songs);
  if (status == 0) return library_rows_write(options, loaded, rows, n);
  cli_message("%s", error);
  return CLI_FAILED;
}

/// Read \p n coordinates.  \return whether all are such
static bool read_point(char** text, int n, float* values) {
  for (int i = 0; i < n; ++i) {
    double v = 0.0;
    if (!cli_number(text[i], -1.0, 1.0, &v)) return false;
    values[i] = (float)v;
  }
  return true;
}

int library_near(int argc, char** argv) {
  LibraryOptions o;
  Store* store = NULL;
  float point[2] = {0.0F, 0.0F};
  int first = 0;
  int status = library_options(
      argc, argv, "near", near_help,
      TAKES_MODEL | TAKES_FORM | TAKES_FILTER | TAKES_LIMIT | TAKES_M3U | TAKES_NEAR, &o, &first);
  if (status >= 0) return status;
  if (o.song != NULL ? first != argc : argc - first != 2 || !read_point(argv + first, 2, point))
    return cli_usage("library near", "say where: VALENCE AROUSAL (-1 to 1), or --like=SONG");
  const size_t limit = o.limit > 0 ? o.limit : FOUND;
  bool* allowed = NULL;
  NearHit* hits = calloc(limit, sizeof *hits);
  LibraryRow* rows = calloc(limit, sizeof *rows);
  status = CLI_FAILED;
  Loaded* loaded = library_load(&o, what_to_load(&o), &store);
  if (loaded == NULL) goto out;
  const Catalogue* catalogue = loaded_catalogue(loaded);
  if (o.song != NULL) {
    const long like = library_find_read(store, catalogue, o.song);
    if (like < 0) goto out;
    point[0] = catalogue->songs[like].valence;
    point[1] = catalogue->songs[like].arousal;
  }
  allowed = library_allowed(&o, catalogue);
  if (hits == NULL || rows == NULL) cli_message("out of memory");
  if (allowed == NULL || hits == NULL || rows == NULL) goto out;
  const size_t n =
      near_search(catalogue, allowed, point[0], point[1], (float)o.radius, hits, limit);
  for (size_t i = 0; i < n; ++i)
    rows[i] = (LibraryRow){hits[i].song, hits[i].distance, NAN, NAN};
  status = finish(&o, store, loaded, rows, n, what_to_load(&o) == LOAD_FACTS);
out:
  free(rows);
  free(hits);
  free(allowed);
  loaded_free(loaded);
  store_close(store);
  return status;
}

/// Points of several arguments in one text.
static int profile_of_points(Profile* profile, int n, char** points, char* error,
                             size_t error_size) {
  size_t size = 1;
  for (int i = 0; i < n; ++i)
    size += strlen(points[i]) + 1;
  char* text = calloc(size, 1);
  if (text == NULL) {
    (void)snprintf(error, error_size, "out of memory");
    return -1;
  }
  for (size_t i = 0, at = 0; i < (size_t)n; ++i)
    at += (size_t)snprintf(text + at, size - at, "%s ", points[i]);
  const int status = profile_from_text(profile, text, error, error_size);
  free(text);
  return status;
}

/// Make the profile that the command line asks for.  \return CLI_OK, or a status (reported)
static int make_profile(const LibraryOptions* o, Store* store, const Catalogue* catalogue, int n,
                        char** points, Profile* profile) {
  char error[CLI_TEXT] = "";
  int status = -1;
  if (o->song != NULL) {
    const long song = library_find_read(store, catalogue, o->song);
    if (song < 0) return CLI_FAILED;
    const Curve* curve = &catalogue->songs[song].curve;
    const double first = floor(o->from * CURVE_RATE);
    const double last = o->to > 0.0 ? ceil(o->to * CURVE_RATE) : (double)curve->n;
    if (first >= (double)curve->n || last <= first)
      (void)snprintf(error, sizeof error, "the song has no such part: it is %.0f s long",
                     (double)curve->n / CURVE_RATE);
    else
      status = profile_from_curve(profile, curve, (size_t)first,
                                  last < (double)curve->n ? (size_t)last : curve->n, error,
                                  sizeof error);
  } else if (o->csv != NULL) {
    status = profile_from_csv(profile, o->csv, error, sizeof error);
  } else {
    status = profile_of_points(profile, n, points, error, sizeof error);
    if (status != 0) return cli_usage("library match", "%s", error);
  }
  if (status == 0 &&
      ((o->valence_only && !profile->has_valence) || (o->arousal_only && !profile->has_arousal))) {
    (void)snprintf(error, sizeof error, "the profile does not give that axis");
    status = -1;
  }
  if (status != 0) cli_message("%s", error);
  if (o->valence_only) profile->has_arousal = false;
  if (o->arousal_only) profile->has_valence = false;
  return status == 0 ? CLI_OK : CLI_FAILED;
}

int library_match(int argc, char** argv) {
  LibraryOptions o;
  Store* store = NULL;
  int first = 0;
  int status = library_options(
      argc, argv, "match", match_help,
      TAKES_MODEL | TAKES_FORM | TAKES_FILTER | TAKES_LIMIT | TAKES_M3U | TAKES_MATCH, &o, &first);
  if (status >= 0) return status;
  if ((o.song != NULL) + (o.csv != NULL) + (first < argc) != 1)
    return cli_usage("library match", "say which profile: points, --csv=FILE or --song=SONG");
  if ((o.from > 0.0 || o.to > 0.0) && o.song == NULL)
    return cli_usage("library match", "--from and --to are of a --song");
  if (o.valence_only && o.arousal_only)
    return cli_usage("library match", "without valence and arousal there is nothing to compare");
  if (o.static_model != NULL)
    return cli_usage("library match", "a static model reads no course that could be compared");
  const size_t limit = o.limit > 0 ? o.limit : FOUND;
  bool* allowed = NULL;
  MatchIndex* index = NULL;
  MatchHit* hits = calloc(limit, sizeof *hits);
  LibraryRow* rows = calloc(limit, sizeof *rows);
  Profile* profile = calloc(1, sizeof *profile);
  long n = -1;
  status = CLI_FAILED;
  Loaded* loaded = library_load(&o, LOAD_CURVES, &store);
  if (loaded == NULL) goto out;
  if (loaded_model(loaded)->is_static) {
    cli_message("only static models have read these songs, and they read no course; 'circumplex "
                "library add' makes readings that have one");
    goto out;
  }
  const Catalogue* catalogue = loaded_catalogue(loaded);
  allowed = library_allowed(&o, catalogue);
  if (hits == NULL || rows == NULL || profile == NULL) cli_message("out of memory");
  if (allowed == NULL || hits == NULL || rows == NULL || profile == NULL) goto out;
  status = make_profile(&o, store, catalogue, argc - first, argv + first, profile);
  if (status != CLI_OK) goto out;
  status = CLI_FAILED;
  index = match_index_new(catalogue);
  if (index != NULL)
    n = match_search(index, allowed, profile, o.is_passage ? MATCH_PASSAGE : MATCH_WHOLE, hits,
                     limit);
  if (n < 0) {
    cli_message("out of memory");
    goto out;
  }
  for (long i = 0; i < n; ++i)
    rows[i] = (LibraryRow){hits[i].song, hits[i].distance, hits[i].start, hits[i].end};
  status = finish(&o, store, loaded, rows, (size_t)n, true);
out:
  match_index_free(index);
  free(profile);
  free(rows);
  free(hits);
  free(allowed);
  loaded_free(loaded);
  store_close(store);
  return status;
}

int library_path(int argc, char** argv) {
  LibraryOptions o;
  Store* store = NULL;
  float ends[4] = {0.0F, 0.0F, 0.0F, 0.0F};
  int first = 0;
  int status = library_options(argc, argv, "path", path_help,
                               TAKES_MODEL | TAKES_FORM | TAKES_FILTER | TAKES_LIMIT | TAKES_M3U,
                               &o, &first);
  if (status >= 0) return status;
  if (argc - first != 4 || !read_point(argv + first, 4, ends))
    return cli_usage("library path", "say from where to where: VALENCE AROUSAL VALENCE AROUSAL");
  const size_t limit = o.limit > 0 ? o.limit : ROUTE;
  bool* allowed = NULL;
  size_t* songs = calloc(limit, sizeof *songs);
  LibraryRow* rows = calloc(limit, sizeof *rows);
  long n = -1;
  status = CLI_FAILED;
  Loaded* loaded = library_load(&o, what_to_load(&o), &store);
  if (loaded == NULL) goto out;
  const Catalogue* catalogue = loaded_catalogue(loaded);
  allowed = library_allowed(&o, catalogue);
  if (allowed != NULL && songs != NULL && rows != NULL)
    n = route_plan(catalogue, allowed, ends[0], ends[1], ends[2], ends[3], limit, songs);
  if (n < 0) {
    cli_message("out of memory");
    goto out;
  }
  for (long i = 0; i < n; ++i)
    rows[i] = (LibraryRow){songs[i], NAN, NAN, NAN};
  status = finish(&o, store, loaded, rows, (size_t)n, what_to_load(&o) == LOAD_FACTS);
out:
  free(rows);
  free(songs);
  free(allowed);
  loaded_free(loaded);
  store_close(store);
  return status;
}
