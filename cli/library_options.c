// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The options of `circumplex library`'s subcommands, all of one table.
#include "affect/quadrant.h"
#include "cli/library_cli.h"
#include "text/number.h"

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
  TEXT,
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
  DAMAGED,
  NO_GUARD,
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
             {"text", TEXT, required_argument, TAKES_FILTER},
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
             {"damaged", DAMAGED, no_argument, TAKES_LIST},
             {"no-guard", NO_GUARD, no_argument, TAKES_CSV},
             {"models", MODELS, no_argument, TAKES_LIST}};

enum { KNOWN = sizeof known / sizeof *known, NEGATIVES = 8, NUMBER = 32 };

static bool read_quadrant(const char* text, unsigned* quadrants) {
  const int quadrant = quadrant_from_name(text);
  if (quadrant < 0) return false;
  *quadrants |= 1U << quadrant; // several: any of them
  return true;
}

static bool read_text(const char* text, char to[QUERY_TEXT]) {
  return (size_t)snprintf(to, QUERY_TEXT, "%s", text) < QUERY_TEXT;
}

static bool read_float(const char* text, double low, double high, float* to) {
  double value = 0.0;
  if (!number_in(text, low, high, &value)) return false;
  *to = (float)value;
  return true;
}

static bool read_duration(const char* text, double low, float* to) {
  double value = 0.0;
  if (!cli_time(text, &value) || value < low) return false;
  *to = (float)value;
  return true;
}

static bool read_sort(const char* text, QuerySort* sort) {
  static const char* const names[] = {"artist", "title", "valence", "arousal", "duration", "id"};
  for (int i = 0; i < (int)(sizeof names / sizeof *names); ++i)
    if (strcmp(text, names[i]) == 0) {
      *sort = (QuerySort)i;
      return true;
    }
  return false;
}

static bool flag(bool* to) {
  *to = true;
  return true;
}

static bool text(const char** to, const char* value) {
  *to = value;
  return true;
}

/// \return whether \p value is one for this option
static bool set(LibraryOptions* o, int option, char* value) {
  Query* q = &o->query;
  switch (option) {
  case DB:
    return text(&o->db, value);
  case 'm':
    return text(&o->model, value);
  case STATIC:
    return text(&o->static_model, value);
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
    return count_in(value, 1, 1000000, &o->limit);
  case M3U:
    return text(&o->m3u, value);
  case CSV:
    return text(&o->csv, value);
  case TEXT:
    return read_text(value, q->text);
  case ARTIST:
    return read_text(value, q->artist);
  case MIN_DURATION:
    return read_duration(value, 0.0, &q->min_duration);
  case MAX_DURATION:
    return read_duration(value, 1e-3, &q->max_duration);
  case QUADRANT:
    return read_quadrant(value, &q->quadrants);
  case CONFIDENCE:
    return read_float(value, 0.0, 1.0, &q->confidence);
  case RADIUS:
    return read_float(value, 1e-6, 10.0, &q->radius);
  case LIKE:
  case SONG:
    return text(&o->song, value);
  case FROM:
    return cli_time(value, &o->from);
  case TO:
    return cli_time(value, &o->to) && o->to > 0.0;
  case WHOLE:
    q->match = MATCH_WHOLE;
    return true;
  case PASSAGE:
    q->match = MATCH_PASSAGE;
    return true;
  case VALENCE_ONLY:
    return flag(&o->valence_only);
  case AROUSAL_ONLY:
    return flag(&o->arousal_only);
  case SORT:
    return read_sort(value, &q->sort);
  case FAILED:
    return flag(&o->failed);
  case MISSING:
    return flag(&o->missing);
  case DAMAGED:
    return flag(&o->damaged);
  case NO_GUARD:
    return flag(&o->no_guard);
  case MODELS:
    return flag(&o->models);
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
    if (strcmp(text, "-0") == 0 || strlen(text) + 2 > NUMBER || !number_in(text, -1e9, 0.0, &value))
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
  if (options->static_model != NULL && options->query.confidence > 0.0F)
    return cli_usage(command, "a static model does not say how confident it is");
  *first = optind;
  return -1;
}
