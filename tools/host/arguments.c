// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the command line of circumplex-host.
#include "tools/host/arguments.h"

#include "text/number.h"
#include "text/options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static TimedChange* add_change(Arguments* a, ChangeKind kind, const char* text) {
  if (a->n_changes == ARGUMENTS_MAX_CHANGES || strlen(text) >= sizeof a->changes[0].text)
    return NULL;
  TimedChange* c = &a->changes[a->n_changes++];
  c->kind = kind;
  snprintf(c->text, sizeof c->text, "%s", text);
  return c;
}

/// Add a change "TEXT[@SECONDS]".
static bool add_timed(Arguments* a, ChangeKind kind, const char* text) {
  TimedChange* c = add_change(a, kind, text);
  char* at = c ? strrchr(c->text, '@') : NULL;
  if (!at) return c != NULL;
  *at = '\0';
  return number_in(at + 1, 0.0, 1e9, &c->seconds);
}

/// Add a change "NAME=VALUE[@SECONDS]".
static bool add_named(Arguments* a, ChangeKind kind, const char* text) {
  if (!add_timed(a, kind, text)) return false;
  TimedChange* c = &a->changes[a->n_changes - 1];
  char* equals = strchr(c->text, '=');
  if (!equals || (size_t)(equals - c->text) >= sizeof c->name) return false;
  memcpy(c->name, c->text, (size_t)(equals - c->text)); // the rest of name is 0
  memmove(c->text, equals + 1, strlen(equals + 1) + 1);
  return true;
}

static bool add_property(Arguments* a, const char* name, const char* text) {
  if (!add_timed(a, CHANGE_PROPERTY, text)) return false;
  snprintf(a->changes[a->n_changes - 1].name, sizeof a->changes[0].name, "%s", name);
  return true;
}

// One function for each option with its own type of argument.

static bool take_block(const Option* option, const char* text, void* to) {
  if (strcmp(text, "random") != 0) return option_count(option, text, to);
  *(unsigned*)to = 0;
  return true;
}
static bool take_worker(const Option* option, const char* text, void* to) {
  static const char* const names[] = {"thread", "gui", "sync", "none"};
  unsigned i = 0;
  (void)option;
  while (i < 4 && strcmp(text, names[i]) != 0)
    ++i;
  *(HostWorker*)to = (HostWorker)i;
  return i < 4;
}
static bool take_notify(const Option* option, const char* text, void* to) {
  Arguments* a = to;
  if (!option_count(option, text, &a->host.atom_size)) return false;
  a->host.no_notify = a->host.atom_size == 0;
  return true;
}
static bool take_state(const Option* option, const char* text, void* to) {
  Arguments* a = to;
  (void)option;
  if (strncmp(text, "RESTORE=", 8) == 0) {
    a->state_in = text + 8;
    return true;
  }
  TimedChange* c = strncmp(text, "SAVE=", 5) == 0 ? add_change(a, CHANGE_SAVE, text + 5) : NULL;
  if (c) c->seconds = INFINITY; // after the run
  return c != NULL;
}
static bool take_set(const Option* option, const char* text, void* to) {
  (void)option;
  return add_named(to, CHANGE_SET, text);
}
static bool take_property(const Option* option, const char* text, void* to) {
  (void)option;
  return add_named(to, CHANGE_PROPERTY, text);
}
/// The options --model and --osc.
static bool take_named_property(const Option* option, const char* text, void* to) {
  return add_property(to, option->name, text);
}
static bool take_save(const Option* option, const char* text, void* to) {
  (void)option;
  return add_timed(to, CHANGE_SAVE, text);
}
static bool take_restore(const Option* option, const char* text, void* to) {
  (void)option;
  return add_timed(to, CHANGE_RESTORE, text);
}
static bool take_restart(const Option* option, const char* text, void* to) {
  double seconds = 0.0;
  TimedChange* c =
      option_number(option, text, &seconds) ? add_change(to, CHANGE_RESTART, text) : NULL;
  if (c) c->seconds = seconds;
  return c != NULL;
}
static bool take_ui_at(const Option* option, const char* text, void* to) {
  Arguments* a = to;
  (void)option;
  if (!add_timed(a, CHANGE_UI, text)) return false;
  const TimedChange* c = &a->changes[a->n_changes - 1];
  return strcmp(c->text, "open") == 0 || strcmp(c->text, "close") == 0;
}

#define AT(member) offsetof(Arguments, member)
#define LONGEST 1e9 ///< s

static const Option options[] = {
    {"bundle", 0, "DIR", "load this bundle only (default: all of LV2_PATH)", option_text,
     AT(host.bundle), 0.0, 0.0},
    {"block", 0, "N|random", "frames per block, at most 8192 (256)", take_block, AT(block), 1.0,
     ARGUMENTS_MAX_BLOCK},
    {"rate", 0, "HZ", "rate of a generator (48000)", option_number, AT(host.rate), 1.0, 1e7},
    {"seconds", 0, "S", "stop after S seconds (10 for a generator)", option_number, AT(seconds),
     1e-6, LONGEST},
    {"skip", 0, "S", "leave out the first S seconds of the sound", option_number, AT(skip), 0.0,
     LONGEST},
    {"worker", 0, "thread|gui|sync|none", "the host's worker (thread)", take_worker,
     AT(host.worker), 0.0, 0.0},
    {"free-running", 0, NULL, "do not wait for the worker's thread", option_flag,
     AT(host.free_running), 0.0, 0.0},
    {"realtime", 0, NULL, "take as long as the audio lasts", option_flag, AT(realtime), 0.0, 0.0},
    {"in-place", 0, NULL, "outputs share the inputs' buffers", option_flag, AT(host.in_place), 0.0,
     0.0},
    {"freewheel", 0, NULL, "set the port with lv2:freeWheeling", option_flag, AT(freewheel), 0.0,
     0.0},
    {"notify", 0, "BYTES", "size of the atom buffers; 0 leaves them unconnected", take_notify, 0,
     0.0, 1e9},
    {"state", 0, "SAVE|RESTORE=DIR", "restore before the run, or save after it", take_state, 0, 0.0,
     0.0},
    {"preset", 0, "NAME", "apply a preset, by its label or its URI", option_text, AT(preset), 0.0,
     0.0},
    {"set", 0, "SYMBOL=VALUE[@S]", "set a control input, at S seconds", take_set, 0, 0.0, 0.0},
    {"property", 0, "NAME=VALUE[@S]", "set a property (patch:Set), e.g. web", take_property, 0, 0.0,
     0.0},
    {"model", 0, "PATH[@S]", "set the property model", take_named_property, 0, 0.0, 0.0},
    {"osc", 0, "URL[@S]", "set the property osc", take_named_property, 0, 0.0, 0.0},
    {"unterminated", 0, NULL, "restore strings without their closing NUL, as Carla does",
     option_flag, AT(host.unterminated), 0.0, 0.0},
    {"save", 0, "DIR@S", "save the session's state while running", take_save, 0, 0.0, 0.0},
    {"restore", 0, "DIR@S", "restore a state while running", take_restore, 0, 0.0, 0.0},
    {"restart", 0, "S", "deactivate and activate", take_restart, 0, 0.0, LONGEST},
    {"ui", 0, NULL, "act like an open window; prints the number of its messages on stderr",
     option_flag, AT(ui), 0.0, 0.0},
    {"ui-at", 0, "open|close@S", "open or close the window while running", take_ui_at, 0, 0.0, 0.0},
    {"midi", 0, "OUT.mid", "write the MIDI output", option_text, AT(midi), 0.0, 0.0},
    {"cv", 0, "OUT.wav", "write the CV outputs", option_text, AT(cv), 0.0, 0.0},
    {"scaled-cv", 0, NULL,
     "with --cv: write each CV output as 0 to 1 over its declared range, as MOD maps it to a "
     "parameter",
     option_flag, AT(scaled_cv), 0.0, 0.0},
    {"all", 0, NULL, "a row per block (default: when an output changes)", option_flag, AT(all), 0.0,
     0.0},
    {"quiet", 0, NULL, "no rows", option_flag, AT(quiet), 0.0, 0.0},
    {"time", 0, NULL, "print the time of run(), on stderr", option_flag, AT(timing), 0.0, 0.0},
    {"instances", 0, "N", "run N instances; print time and memory, on stderr", option_count,
     AT(instances), 1.0, ARGUMENTS_MAX_INSTANCES},
    {"rtsan", 0, NULL, "check run() with the real-time sanitizer", option_flag, AT(rtsan), 0.0,
     0.0},
    {"positive-control", 0, NULL, "with --rtsan: do something that it must detect", option_flag,
     AT(positive_control), 0.0, 0.0},
    {.name = NULL}};

static const OptionGroup groups[] = {{options, 0}, {NULL, 0}};

static const OptionCommand command = {
    "circumplex-host",
    "[OPTION]... URI [FILE | gen:music|noise|sine|silence]",
    "Run an LV2 plugin over a sound file or a generator, block by block, and print its control "
    "outputs as CSV.",
    groups,
    "Exit status: 0 the run went well, 1 something failed, 2 wrong usage.",
    0};

int arguments_parse(Arguments* a, int argc, char** argv) {
  int first = 0;
  const int status = options_read(&command, argc, argv, a, &first);
  if (status >= 0) return status;
  if (first < argc) a->host.uri = argv[first++];
  if (first < argc) a->input = argv[first++];
  if (a->host.uri && first == argc) return -1;
  fprintf(stderr, "circumplex-host: a plugin's URI is needed, and at most one input\n"
                  "Try 'circumplex-host --help'.\n");
  return 2;
}
