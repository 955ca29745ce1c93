// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/host/arguments.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static Change* add_change(Arguments* a, ChangeKind kind, const char* text) {
  if (a->n_changes == ARGUMENTS_MAX_CHANGES || strlen(text) >= sizeof a->changes[0].text)
    return NULL;
  Change* c = &a->changes[a->n_changes++];
  c->kind = kind;
  snprintf(c->text, sizeof c->text, "%s", text);
  return c;
}

/// Add a change "TEXT[@SECONDS]".
static Change* add_timed(Arguments* a, ChangeKind kind, const char* text) {
  Change* c = add_change(a, kind, text);
  char* at = c ? strrchr(c->text, '@') : NULL;
  if (!at) return c;
  *at = '\0';
  c->seconds = atof(at + 1);
  return c;
}

/// Add a change "NAME=VALUE[@SECONDS]".
static bool add_named(Arguments* a, ChangeKind kind, const char* text) {
  Change* c = add_timed(a, kind, text);
  char* equals = c ? strchr(c->text, '=') : NULL;
  if (!equals || (size_t)(equals - c->text) >= sizeof c->name) return false;
  memcpy(c->name, c->text, (size_t)(equals - c->text)); // the rest is 0
  memmove(c->text, equals + 1, strlen(equals + 1) + 1);
  return true;
}

static bool add_property(Arguments* a, const char* name, const char* text) {
  Change* c = add_timed(a, CHANGE_PROPERTY, text);
  if (c) snprintf(c->name, sizeof c->name, "%s", name);
  return c != NULL;
}

// One function for each option that takes an argument.

static bool take_bundle(Arguments* a, const char* text) {
  a->host.bundle = text;
  return true;
}
static bool take_block(Arguments* a, const char* text) {
  const bool is_random = strcmp(text, "random") == 0;
  const int n = is_random ? 0 : atoi(text);
  a->block = (uint32_t)n;
  return is_random || (n > 0 && n <= ARGUMENTS_MAX_BLOCK);
}
static bool take_rate(Arguments* a, const char* text) {
  a->host.rate = atof(text);
  return a->host.rate > 0.0;
}
static bool take_seconds(Arguments* a, const char* text) {
  a->seconds = atof(text);
  return a->seconds > 0.0;
}
static bool take_skip(Arguments* a, const char* text) {
  a->skip = atof(text);
  return a->skip >= 0.0;
}
static bool take_worker(Arguments* a, const char* text) {
  static const char* const names[] = {"thread", "gui", "sync", "none"};
  unsigned i = 0;
  while (i < 4 && strcmp(text, names[i]) != 0)
    i++;
  a->host.worker = (HostWorker)i;
  return i < 4;
}
static bool take_notify(Arguments* a, const char* text) {
  a->host.atom_size = (uint32_t)atoi(text);
  a->host.no_notify = a->host.atom_size == 0;
  return true;
}
static bool take_state(Arguments* a, const char* text) {
  if (strncmp(text, "RESTORE=", 8) == 0) {
    a->state_in = text + 8;
    return true;
  }
  Change* c = strncmp(text, "SAVE=", 5) == 0 ? add_change(a, CHANGE_SAVE, text + 5) : NULL;
  if (c) c->seconds = INFINITY; // after the run
  return c != NULL;
}
static bool take_preset(Arguments* a, const char* text) {
  a->preset = text;
  return true;
}
static bool take_set(Arguments* a, const char* text) {
  return add_named(a, CHANGE_SET, text);
}
static bool take_property(Arguments* a, const char* text) {
  return add_named(a, CHANGE_PROPERTY, text);
}
static bool take_model(Arguments* a, const char* text) {
  return add_property(a, "model", text);
}
static bool take_osc(Arguments* a, const char* text) {
  return add_property(a, "osc", text);
}
static bool take_save(Arguments* a, const char* text) {
  return add_timed(a, CHANGE_SAVE, text) != NULL;
}
static bool take_restore(Arguments* a, const char* text) {
  return add_timed(a, CHANGE_RESTORE, text) != NULL;
}
static bool take_restart(Arguments* a, const char* text) {
  Change* c = add_change(a, CHANGE_RESTART, text);
  if (c) c->seconds = atof(text);
  return c != NULL;
}
static bool take_ui_at(Arguments* a, const char* text) {
  const Change* c = add_timed(a, CHANGE_UI, text);
  return c && (strcmp(c->text, "open") == 0 || strcmp(c->text, "close") == 0);
}
static bool take_midi(Arguments* a, const char* text) {
  a->midi = text;
  return true;
}
static bool take_cv(Arguments* a, const char* text) {
  a->cv = text;
  return true;
}
static bool take_instances(Arguments* a, const char* text) {
  const int n = atoi(text);
  a->instances = (unsigned)n;
  return n > 0 && n <= ARGUMENTS_MAX_INSTANCES;
}

#define FLAG(field) offsetof(Arguments, field), NULL
#define TAKES(function) 0, function

static const struct {
  const char* name;
  const char* argument; ///< NULL: it is a flag
  size_t flag;          ///< offset of its bool
  bool (*take)(Arguments* a, const char* text);
  const char* help;
} options[] = {
    {"bundle", "DIR", TAKES(take_bundle), "load this bundle only (default: all of LV2_PATH)"},
    {"block", "N|random", TAKES(take_block), "frames a block, at most 8192 (256)"},
    {"rate", "HZ", TAKES(take_rate), "of a generator (48000)"},
    {"seconds", "S", TAKES(take_seconds), "stop after S seconds (10 for a generator)"},
    {"skip", "S", TAKES(take_skip), "leave out the first S seconds of the sound"},
    {"worker", "thread|gui|sync|none", TAKES(take_worker), "the host's worker (thread)"},
    {"free-running", NULL, FLAG(host.free_running), "do not wait for the worker's thread"},
    {"realtime", NULL, FLAG(realtime), "take as long as the audio lasts"},
    {"in-place", NULL, FLAG(host.in_place), "outputs share the inputs' buffers"},
    {"freewheel", NULL, FLAG(freewheel), "set the port with lv2:freeWheeling"},
    {"notify", "BYTES", TAKES(take_notify), "size of the atom buffers; 0 leaves them unconnected"},
    {"state", "SAVE|RESTORE=DIR", TAKES(take_state), "restore before the run, or save after it"},
    {"preset", "URI", TAKES(take_preset), "apply a preset"},
    {"set", "SYMBOL=VALUE[@S]", TAKES(take_set), "set a control input, at S seconds"},
    {"property", "NAME=VALUE[@S]", TAKES(take_property), "set a property (patch:Set), e.g. web"},
    {"model", "PATH[@S]", TAKES(take_model), "set the property model"},
    {"osc", "URL[@S]", TAKES(take_osc), "set the property osc"},
    {"unterminated", NULL, FLAG(host.unterminated), "restore strings without their NUL (Carla)"},
    {"save", "DIR@S", TAKES(take_save), "save the session's state while running"},
    {"restore", "DIR@S", TAKES(take_restore), "restore it while running"},
    {"restart", "S", TAKES(take_restart), "deactivate and activate"},
    {"ui", NULL, FLAG(ui), "behave as an open window; counts its messages on stderr"},
    {"ui-at", "open|close@S", TAKES(take_ui_at), "open or close it while running"},
    {"midi", "OUT.mid", TAKES(take_midi), "write the MIDI output"},
    {"cv", "OUT.wav", TAKES(take_cv), "write the CV outputs"},
    {"scaled-cv", NULL, FLAG(scaled_cv), "with --cv: 0 to 1 over the declared range (MOD)"},
    {"all", NULL, FLAG(all), "a row a block (default: when an output changes)"},
    {"quiet", NULL, FLAG(quiet), "no rows"},
    {"time", NULL, FLAG(timing), "print what run() costs, on stderr"},
    {"instances", "N", TAKES(take_instances), "run N instances; print time and memory, on stderr"},
    {"rtsan", NULL, FLAG(rtsan), "check run() with the real-time sanitizer"},
    {"positive-control", NULL, FLAG(positive_control), "with --rtsan: do what it must catch"},
};

#define N_OPTIONS (sizeof options / sizeof options[0])
#define FIRST 256 ///< what getopt_long() returns for options[0]

void arguments_help(FILE* out) {
  fputs("usage: circumplex-host [options] URI [FILE | gen:music|noise|sine|silence]\n", out);
  for (size_t i = 0; i < N_OPTIONS; i++) {
    char text[64];
    snprintf(text, sizeof text, "--%s %s", options[i].name,
             options[i].argument ? options[i].argument : "");
    fprintf(out, "  %-30s %s\n", text, options[i].help);
  }
  fprintf(out, "  %-30s %s\n", "--help", "print this");
}

bool arguments_parse(Arguments* a, int argc, char** argv) {
  struct option list[N_OPTIONS + 2] = {{0}};
  for (size_t i = 0; i < N_OPTIONS; i++)
    list[i] = (struct option){options[i].name, options[i].argument != NULL, NULL, FIRST + (int)i};
  list[N_OPTIONS] = (struct option){"help", 0, NULL, 'h'};
  bool ok = true;
  for (int c; ok && (c = getopt_long(argc, argv, "h", list, NULL)) != -1;) {
    const size_t i = (size_t)(c - FIRST);
    if (c < FIRST)
      ok = false; // -h, or what is no option
    else if (options[i].take)
      ok = options[i].take(a, optarg);
    else
      *(bool*)((char*)a + options[i].flag) = true;
  }
  if (optind < argc) a->host.uri = argv[optind++];
  if (optind < argc) a->input = argv[optind++];
  return ok && a->host.uri && optind == argc;
}
