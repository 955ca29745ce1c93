// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The options of `circumplex library`'s subcommands, all of one table.
#include "cli/library_cli.h"

#include <ctype.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
  DB = 256,
  STATIC,
  JSON,
  PATHS,
  M3U,
  CSV,
  ARTIST,
  MIN_DURATION,
  MAX_DURATION,
  QUADRANT,
  CONFIDENCE,
  RADIUS,
  LIKE,
  SONG,
  FROM,
  TO,
  WHOLE,
  PASSAGE,
  VALENCE_ONLY,
  AROUSAL_ONLY,
  FAILED,
  MISSING,
  MODELS,
  SORT
};

static const struct {
  const char* name;
  int value, argument;
  unsigned takes; ///< LibraryTakes of which one is enough; 0: always
} known[] = {{"db", DB, required_argument, 0},
             {"help", 'h', no_argument, 0},
             {"model", 'm', required_argument, TAKES_MODEL},
             {"static", STATIC, required_argument, TAKES_MODEL},
             {"json", JSON, no_argument, TAKES_FORM},
             {"paths", PATHS, no_argument, TAKES_FORM},
             {"null", '0', no_argument, TAKES_FORM},
             {"limit", 'n', required_argument, TAKES_LIMIT},
             {"m3u", M3U, required_argument, TAKES_M3U},
             {"csv", CSV, required_argument, TAKES_CSV | TAKES_MATCH},
             {"artist", ARTIST, required_argument, TAKES_FILTER},
             {"min-duration", MIN_DURATION, required_argument, TAKES_FILTER},
             {"max-duration", MAX_DURATION, required_argument, TAKES_FILTER},
             {"quadrant", QUADRANT, required_argument, TAKES_FILTER},
             {"confidence", CONFIDENCE, required_argument, TAKES_FILTER},
             {"radius", RADIUS, required_argument, TAKES_NEAR},
             {"like", LIKE, required_argument, TAKES_NEAR},
             {"song", SONG, required_argument, TAKES_MATCH},
             {"from", FROM, required_argument, TAKES_MATCH},
             {"to", TO, required_argument, TAKES_MATCH},
             {"whole", WHOLE, no_argument, TAKES_MATCH},
             {"passage", PASSAGE, no_argument, TAKES_MATCH},
             {"valence-only", VALENCE_ONLY, no_argument, TAKES_MATCH},
             {"arousal-only", AROUSAL_ONLY, no_argument, TAKES_MATCH},
             {"sort", SORT, required_argument, TAKES_LIST},
             {"failed", FAILED, no_argument, TAKES_LIST},
             {"missing", MISSING, no_argument, TAKES_LIST | TAKES_MISSING},
             {"models", MODELS, no_argument, TAKES_LIST}};

enum { KNOWN = sizeof known / sizeof *known, NEGATIVES = 8, NUMBER = 32 };

bool library_time(const char* text, double* seconds) {
  char copy[64];
  double minutes = 0.0, rest = 0.0;
  if (strlen(text) >= sizeof copy) return false;
  memcpy(copy, text, strlen(text) + 1);
  char* colon = strchr(copy, ':');
  if (colon == NULL) return cli_number(copy, 0.0, 1e6, seconds);
  *colon = '\0';
  if (!cli_number(copy, 0.0, 1e4, &minutes) || floor(minutes) < minutes) return false;
  if (!cli_number(colon + 1, 0.0, 59.999999, &rest)) return false;
  *seconds = 60.0 * minutes + rest;
  return true;
}

static bool read_quadrant(const char* text, int* quadrant) {
  if ((text[0] != 'Q' && text[0] != 'q') || text[1] < '1' || text[1] > '4' || text[2] != '\0')
    return false;
  *quadrant = text[1] - '0';
  return true;
}

static bool read_sort(const char* text, LibrarySort* sort) {
  static const char* const names[] = {"artist", "title", "valence", "arousal", "duration", "id"};
  for (int i = 0; i < (int)(sizeof names / sizeof *names); ++i)
    if (strcmp(text, names[i]) == 0) {
      *sort = (LibrarySort)i;
      return true;
    }
  return false;
}

/// \return whether \p value is one for this option
static bool set(LibraryOptions* o, int option, char* value) {
  switch (option) {
  case DB:
    o->db = value;
    return true;
  case 'm':
    o->model = value;
    return true;
  case STATIC:
    o->static_model = value;
    return true;
  case JSON:
    o->form = FORM_JSON;
    return true;
  case PATHS:
    o->form = FORM_PATHS;
    return true;
  case '0':
    o->form = FORM_PATHS0;
    return true;
  case 'n':
    return cli_count(value, 1, 1000000, &o->limit);
  case M3U:
    o->m3u = value;
    return true;
  case CSV:
    o->csv = value;
    return true;
  case ARTIST:
    o->artist = value;
    return true;
  case MIN_DURATION:
    return library_time(value, &o->min_duration);
  case MAX_DURATION:
    return library_time(value, &o->max_duration) && o->max_duration > 0.0;
  case QUADRANT:
    return read_quadrant(value, &o->quadrant);
  case CONFIDENCE:
    return cli_number(value, 0.0, 1.0, &o->confidence);
  case RADIUS:
    return cli_number(value, 1e-6, 10.0, &o->radius);
  case LIKE:
  case SONG:
    o->song = value;
    return true;
  case FROM:
    return library_time(value, &o->from);
  case TO:
    return library_time(value, &o->to) && o->to > 0.0;
  case WHOLE:
    o->is_passage = false;
    return true;
  case PASSAGE:
    o->is_passage = true;
    return true;
  case VALENCE_ONLY:
    o->valence_only = true;
    return true;
  case AROUSAL_ONLY:
    o->arousal_only = true;
    return true;
  case SORT:
    return read_sort(value, &o->sort);
  case FAILED:
    o->failed = true;
    return true;
  case MISSING:
    o->missing = true;
    return true;
  case MODELS:
    o->models = true;
    return true;
  default:
    return false;
  }
}

/// getopt would take "-0.5" for options.  With a blank before it, it is none, and still a number.
static void shield_numbers(int argc, char** argv, char shielded[NEGATIVES][NUMBER]) {
  int n = 0;
  for (int i = 1; i < argc && n < NEGATIVES; ++i) {
    double value;
    const char* text = argv[i];
    if (text[0] != '-' || (!isdigit((unsigned char)text[1]) && text[1] != '.')) continue;
    if (strcmp(text, "-0") == 0 || strlen(text) + 2 > NUMBER ||
        !cli_number(text, -1e9, 0.0, &value))
      continue;
    (void)snprintf(shielded[n], NUMBER, " %s", text);
    argv[i] = shielded[n++];
  }
}

int library_options(int argc, char** argv, const char* name, const char* help, unsigned takes,
                    LibraryOptions* options, int* first) {
  static char shielded[NEGATIVES][NUMBER]; // argv points there from now on
  struct option table[KNOWN + 1];
  char command[64], letters[16];
  int n = 0, option;
  (void)snprintf(command, sizeof command, "library %s", name);
  memset(options, 0, sizeof *options);
  memset(table, 0, sizeof table);
  for (int i = 0; i < KNOWN; ++i)
    if (known[i].takes == 0 || (known[i].takes & takes) != 0)
      table[n++] = (struct option){known[i].name, known[i].argument, NULL, known[i].value};
  (void)snprintf(letters, sizeof letters, "h%s%s%s", (takes & TAKES_MODEL) != 0 ? "m:" : "",
                 (takes & TAKES_LIMIT) != 0 ? "n:" : "", (takes & TAKES_FORM) != 0 ? "0" : "");
  shield_numbers(argc, argv, shielded);
  while ((option = getopt_long(argc, argv, letters, table, NULL)) != -1) {
    if (option == 'h') {
      (void)fputs(help, stdout);
      return CLI_OK;
    }
    if (option == '?') return cli_usage(command, "that option is not known or lacks its value");
    if (!set(options, option, optarg))
      return cli_usage(command, "'%s' is not a value for this option", optarg);
  }
  if (options->model != NULL && options->static_model != NULL)
    return cli_usage(command, "readings are by --model or by --static, not by both");
  if (options->static_model != NULL && options->confidence > 0.0)
    return cli_usage(command, "a static model does not say how confident it is");
  *first = optind;
  return -1;
}
