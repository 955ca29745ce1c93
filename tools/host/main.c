// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// circumplex-host: runs an LV2 plugin over a sound file or a generator, offline, the way different
/// hosts would, and prints its control outputs over time as CSV.
#include "plugin/protocol.h"
#include "plugin/uris.h"
#include "tools/host/host.h"
#include "tools/host/midi_file.h"
#include "tools/host/source.h"

#include <getopt.h>
#include <lv2/atom/util.h>
#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_BLOCK 8192
#define MAX_CHANGES 64
#define MAX_INSTANCES 256

typedef enum {
  CHANGE_SET,
  CHANGE_MODEL,
  CHANGE_SAVE,
  CHANGE_RESTORE,
  CHANGE_UI,
  CHANGE_RESTART
} ChangeKind;

typedef struct {
  double seconds;
  ChangeKind kind;
  char text[4096];
  float value;
  bool done;
} Change;

typedef struct {
  HostOptions host;
  const char* input;
  const char* midi;
  const char* cv;
  const char* state_in;
  const char* preset;
  double seconds;
  uint32_t block; ///< 0: random
  bool freewheel, ui, rtsan, positive_control, all, quiet, timing, realtime;
  unsigned instances;
  Change changes[MAX_CHANGES];
  unsigned n_changes;
} Arguments;

typedef struct {
  Host* host;
  double rate;
  MidiFile* midi;
  LV2_URID midi_type, estimates, level, status, count, path, object;
  unsigned long n_estimates, n_records, n_levels, n_status, n_midi;
} Watch;

static const char help[] =
    "usage: circumplex-host [options] URI [FILE | gen:music|noise|sine|silence]\n"
    "  --bundle DIR          load this bundle only (default: all of LV2_PATH)\n"
    "  --block N|random      frames a block, at most 8192 (256)\n"
    "  --rate HZ             of a generator (48000)\n"
    "  --seconds S           stop after S seconds (10 for a generator)\n"
    "  --worker thread|gui|sync|none   (thread)\n"
    "  --free-running        do not wait for the worker's thread after each block\n"
    "  --realtime            take as long as the audio lasts\n"
    "  --in-place            outputs share the inputs' buffers\n"
    "  --freewheel           set the port with lv2:freeWheeling\n"
    "  --notify BYTES        size of the atom buffers; 0 leaves the outputs unconnected\n"
    "  --state SAVE|RESTORE=DIR        restore before the run, or save after it\n"
    "  --preset URI          apply a preset\n"
    "  --set SYMBOL=VALUE[@S]          set a control input, at S seconds\n"
    "  --model PATH[@S]      set the model (patch:Set)\n"
    "  --osc URL[@S]         set the OSC target (patch:Set)\n"
    "  --save DIR@S, --restore DIR@S   session state while running\n"
    "  --restart S           deactivate and activate\n"
    "  --ui                  behave as an open window; counts its messages on stderr\n"
    "  --ui-at open|close@S  open or close it while running\n"
    "  --midi OUT.mid        write the MIDI output\n"
    "  --cv OUT.wav          write the CV outputs\n"
    "  --all                 a row a block (default: when an output changes)\n"
    "  --quiet               no rows\n"
    "  --time                print what run() costs, on stderr\n"
    "  --instances N         run N instances and print time and memory, on stderr\n"
    "  --rtsan               check run() with the real-time sanitizer\n"
    "  --positive-control    with --rtsan: do what it must catch\n";

static double seconds_at(char* text) {
  char* at = strrchr(text, '@');
  if (!at) return 0.0;
  *at = '\0';
  return atof(at + 1);
}

static bool add_change(Arguments* a, ChangeKind kind, const char* text) {
  if (a->n_changes == MAX_CHANGES || strlen(text) >= sizeof a->changes[0].text) return false;
  Change* c = &a->changes[a->n_changes++];
  c->kind = kind;
  snprintf(c->text, sizeof c->text, "%s", text);
  if (kind == CHANGE_RESTART) {
    c->seconds = atof(text);
    return true;
  }
  c->seconds = seconds_at(c->text);
  if (kind == CHANGE_UI) c->value = strcmp(c->text, "open") == 0;
  if (kind == CHANGE_SET) {
    char* equals = strchr(c->text, '=');
    if (!equals) return false;
    *equals = '\0';
    c->value = strtof(equals + 1, NULL);
  }
  return true;
}

static bool parse_worker(Arguments* a, const char* name) {
  static const char* const names[] = {"thread", "gui", "sync", "none"};
  for (unsigned i = 0; i < 4; i++)
    if (strcmp(name, names[i]) == 0) {
      a->host.worker = (HostWorker)i;
      return true;
    }
  return false;
}

static bool parse_state(Arguments* a, const char* text) {
  if (strncmp(text, "RESTORE=", 8) == 0) {
    a->state_in = text + 8;
    return true;
  }
  if (strncmp(text, "SAVE=", 5) != 0) return false;
  if (!add_change(a, CHANGE_SAVE, text + 5)) return false;
  a->changes[a->n_changes - 1].seconds = INFINITY; // after the run
  return true;
}

static bool parse(Arguments* a, int argc, char** argv) {
  enum {
    BUNDLE = 256,
    BLOCK,
    RATE,
    SECONDS,
    WORKER,
    FREE,
    REALTIME,
    IN_PLACE,
    FREEWHEEL,
    NOTIFY,
    STATE,
    PRESET,
    SET,
    MODEL,
    OSC,
    SAVE,
    RESTORE,
    RESTART,
    UI,
    UI_AT,
    MIDI,
    CV,
    ALL,
    QUIET,
    TIMING,
    INSTANCES,
    RTSAN,
    POSITIVE,
    HELP
  };
  static const struct option list[] = {{"bundle", 1, NULL, BUNDLE},
                                       {"block", 1, NULL, BLOCK},
                                       {"rate", 1, NULL, RATE},
                                       {"seconds", 1, NULL, SECONDS},
                                       {"worker", 1, NULL, WORKER},
                                       {"free-running", 0, NULL, FREE},
                                       {"realtime", 0, NULL, REALTIME},
                                       {"in-place", 0, NULL, IN_PLACE},
                                       {"freewheel", 0, NULL, FREEWHEEL},
                                       {"notify", 1, NULL, NOTIFY},
                                       {"state", 1, NULL, STATE},
                                       {"preset", 1, NULL, PRESET},
                                       {"set", 1, NULL, SET},
                                       {"model", 1, NULL, MODEL},
                                       {"osc", 1, NULL, OSC},
                                       {"save", 1, NULL, SAVE},
                                       {"restore", 1, NULL, RESTORE},
                                       {"restart", 1, NULL, RESTART},
                                       {"ui", 0, NULL, UI},
                                       {"ui-at", 1, NULL, UI_AT},
                                       {"midi", 1, NULL, MIDI},
                                       {"cv", 1, NULL, CV},
                                       {"all", 0, NULL, ALL},
                                       {"quiet", 0, NULL, QUIET},
                                       {"time", 0, NULL, TIMING},
                                       {"instances", 1, NULL, INSTANCES},
                                       {"rtsan", 0, NULL, RTSAN},
                                       {"positive-control", 0, NULL, POSITIVE},
                                       {"help", 0, NULL, HELP},
                                       {NULL, 0, NULL, 0}};
  bool ok = true;
  for (int c; ok && (c = getopt_long(argc, argv, "h", list, NULL)) != -1;)
    switch (c) {
    case BUNDLE:
      a->host.bundle = optarg;
      break;
    case BLOCK:
      a->block = strcmp(optarg, "random") == 0 ? 0 : (uint32_t)atoi(optarg);
      ok = a->block <= MAX_BLOCK && (a->block > 0 || strcmp(optarg, "random") == 0);
      break;
    case RATE:
      a->host.rate = atof(optarg);
      break;
    case SECONDS:
      a->seconds = atof(optarg);
      break;
    case WORKER:
      ok = parse_worker(a, optarg);
      break;
    case FREE:
      a->host.free_running = true;
      break;
    case REALTIME:
      a->realtime = true;
      break;
    case IN_PLACE:
      a->host.in_place = true;
      break;
    case FREEWHEEL:
      a->freewheel = true;
      break;
    case NOTIFY:
      a->host.atom_size = (uint32_t)atoi(optarg);
      a->host.no_notify = a->host.atom_size == 0;
      break;
    case STATE:
      ok = parse_state(a, optarg);
      break;
    case PRESET:
      a->preset = optarg;
      break;
    case SET:
      ok = add_change(a, CHANGE_SET, optarg);
      break;
    case MODEL:
    case OSC:
      ok = add_change(a, CHANGE_MODEL, optarg);
      if (ok) a->changes[a->n_changes - 1].value = c == MODEL;
      break;
    case SAVE:
      ok = add_change(a, CHANGE_SAVE, optarg);
      break;
    case RESTORE:
      ok = add_change(a, CHANGE_RESTORE, optarg);
      break;
    case RESTART:
      ok = add_change(a, CHANGE_RESTART, optarg);
      break;
    case UI:
      a->ui = true;
      break;
    case UI_AT:
      ok = add_change(a, CHANGE_UI, optarg);
      break;
    case MIDI:
      a->midi = optarg;
      break;
    case CV:
      a->cv = optarg;
      break;
    case ALL:
      a->all = true;
      break;
    case QUIET:
      a->quiet = true;
      break;
    case TIMING:
      a->timing = true;
      break;
    case INSTANCES:
      a->instances = (unsigned)atoi(optarg);
      break;
    case RTSAN:
      a->rtsan = true;
      break;
    case POSITIVE:
      a->positive_control = true;
      break;
    default:
      ok = false;
      break;
    }
  if (optind < argc) a->host.uri = argv[optind++];
  if (optind < argc) a->input = argv[optind++];
  return ok && a->host.uri && optind == argc && a->instances <= MAX_INSTANCES;
}

/// Count what a window would get, and write MIDI.
static void on_event(void* context, const char* symbol, uint64_t position, const LV2_Atom* atom) {
  (void)symbol;
  Watch* w = context;
  if (atom->type == w->midi_type) {
    w->n_midi++;
    if (w->midi)
      midi_file_event(w->midi, (double)position / w->rate, LV2_ATOM_BODY_CONST(atom), atom->size);
    return;
  }
  if (atom->type != w->object) return;
  const LV2_Atom_Object* object = (const LV2_Atom_Object*)atom;
  if (object->body.otype == w->estimates) {
    const LV2_Atom* count = NULL;
    lv2_atom_object_get(object, w->count, &count, 0);
    w->n_estimates++;
    if (count) w->n_records += (unsigned long)((const LV2_Atom_Int*)count)->body;
  } else if (object->body.otype == w->level) {
    w->n_levels++;
  } else if (object->body.otype == w->status) {
    w->n_status++;
    LV2_URID keys[2] = {host_map(w->host, PROTOCOL_NS "modelName"),
                        host_map(w->host, PROTOCOL_NS "message")};
    const LV2_Atom* name = NULL;
    const LV2_Atom* message = NULL;
    lv2_atom_object_get(object, keys[0], &name, keys[1], &message, 0);
    if (name && message)
      fprintf(stderr, "status: model \"%s\" %s\n", (const char*)LV2_ATOM_BODY_CONST(name),
              (const char*)LV2_ATOM_BODY_CONST(message));
  }
}

static void watch_init(Watch* w, Host* host, double rate) {
  w->host = host;
  w->rate = rate;
  w->midi_type = host_map(host, LV2_MIDI__MidiEvent);
  w->object = host_map(host, LV2_ATOM__Object);
  w->estimates = host_map(host, PROTOCOL_NS "Estimates");
  w->level = host_map(host, PROTOCOL_NS "Level");
  w->status = host_map(host, PROTOCOL_NS "Status");
  w->count = host_map(host, PROTOCOL_NS "count");
  host_on_event(host, on_event, w);
}

static void print_header(Host* host) {
  printf("sample,time");
  const char* name;
  for (unsigned i = 0; (name = host_output_name(host, i, NULL)); i++)
    printf(",%s", name);
  printf("\n");
}

/// Print the outputs, if they changed since the last row.
static void print_row(Host* host, double rate, float* last, bool always) {
  bool changed = always;
  float value;
  for (unsigned i = 0; i < HOST_MAX_PORTS && host_output_name(host, i, &value); i++) {
    changed = changed || value != last[i];
    last[i] = value;
  }
  if (!changed) return;
  const uint64_t position = host_position(host);
  printf("%llu,%.6f", (unsigned long long)position, (double)position / rate);
  for (unsigned i = 0; i < HOST_MAX_PORTS && host_output_name(host, i, &value); i++)
    printf(",%.9g", (double)value);
  printf("\n");
}

static void apply_changes(Arguments* a, Host* host, double now) {
  for (unsigned i = 0; i < a->n_changes; i++) {
    Change* c = &a->changes[i];
    if (c->done || now < c->seconds) continue;
    c->done = true;
    bool ok = true;
    switch (c->kind) {
    case CHANGE_SET:
      ok = host_set(host, c->text, c->value);
      break;
    case CHANGE_MODEL:
      ok =
          host_send_text(host, c->value > 0 ? PROPERTY_NS "model" : PROPERTY_NS "osc", c->text, c->value > 0);
      break;
    case CHANGE_SAVE:
      ok = host_save(host, c->text);
      break;
    case CHANGE_RESTORE:
      ok = host_restore(host, c->text);
      break;
    case CHANGE_RESTART:
      host_restart(host);
      break;
    case CHANGE_UI:
      ok = host_send_object(host, c->value > 0 ? PROTOCOL_NS "Open" : PROTOCOL_NS "Close");
      break;
    default:
      break;
    }
    if (!ok) fprintf(stderr, "circumplex-host: \"%s\" could not be applied\n", c->text);
  }
}

static int compare(const void* a, const void* b) {
  const float x = *(const float*)a, y = *(const float*)b;
  return (x > y) - (x < y);
}

static void print_times(float* times, size_t n, const char* uri, uint32_t block) {
  if (n == 0) return;
  double sum = 0.0;
  for (size_t i = 0; i < n; i++)
    sum += (double)times[i];
  qsort(times, n, sizeof *times, compare);
  fprintf(stderr, "%s block %u: %zu runs, mean %.3f us, p50 %.3f, p99 %.3f, p99.9 %.3f, max %.3f\n",
          uri, block, n, 1e6 * sum / (double)n, 1e6 * (double)times[n / 2],
          1e6 * (double)times[n * 99 / 100], 1e6 * (double)times[n * 999 / 1000],
          1e6 * (double)times[n - 1]);
}

static uint32_t next_block(const Arguments* a, uint32_t* seed) {
  if (a->block > 0) return a->block;
  *seed = *seed * 1664525u + 1013904223u;
  const uint32_t x = *seed >> 16;
  return 1 + x % (x & 1 ? 64 : MAX_BLOCK);
}

/// Many instances in one process: time and memory of each.
static int run_instances(const Arguments* a, Source* source) {
  Host* hosts[MAX_INSTANCES] = {0};
  char error[512] = "";
  int status = EXIT_FAILURE;
  static float in[2][MAX_BLOCK], out[2][MAX_BLOCK];
  for (unsigned i = 0; i < a->instances; i++) {
    if (!(hosts[i] = host_new(&a->host, error, sizeof error))) {
      fprintf(stderr, "circumplex-host: %s\n", error);
      goto done;
    }
    if (a->freewheel) host_freewheel(hosts[i], true);
  }
  struct timespec start, end;
  const double total = a->seconds;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
  double run_seconds = 0.0, audio = 0.0;
  const uint32_t block = a->block ? a->block : 256;
  while (audio < total && source_read(source, in[0], in[1], block) == block) {
    for (unsigned i = 0; i < a->instances; i++) {
      host_run(hosts[i], (float* [2]){in[0], in[1]}, (float* [2]){out[0], out[1]}, block);
      run_seconds += host_run_seconds(hosts[i]);
    }
    audio += block / source_rate(source);
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  const double cpu =
      (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
  fprintf(stderr,
          "%u instances, block %u: run() %.3f %% of a core, process %.3f %% of a core (host and "
          "source included); each further instance %zu KiB of heap\n",
          a->instances, block, 100.0 * run_seconds / audio, 100.0 * cpu / audio,
          host_instance_bytes(hosts[a->instances - 1]) / 1024);
  status = EXIT_SUCCESS;
done:
  for (unsigned i = 0; i < a->instances; i++)
    host_free(hosts[i]);
  return status;
}

typedef struct {
  SNDFILE* file;
  unsigned channels;
} CvFile;

static void write_cv(CvFile* cv, const Host* host, uint32_t n) {
  static float frames[MAX_BLOCK * 8];
  for (unsigned c = 0; c < cv->channels; c++) {
    const float* data = host_cv(host, c);
    for (uint32_t i = 0; i < n; i++)
      frames[i * cv->channels + c] = data[i];
  }
  sf_writef_float(cv->file, frames, n);
}

static void wait_until(const struct timespec* start, double seconds) {
  struct timespec t = *start;
  const double whole = floor(seconds);
  t.tv_sec += (time_t)whole;
  t.tv_nsec += (long)((seconds - whole) * 1e9);
  if (t.tv_nsec >= 1000000000L) t.tv_sec++, t.tv_nsec -= 1000000000L;
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static int run_one(Arguments* a, Source* source) {
  static float in[2][MAX_BLOCK], kept[2][MAX_BLOCK], out[2][MAX_BLOCK];
  char error[512] = "";
  Watch watch = {0};
  CvFile cv = {0};
  float* times = NULL;
  size_t n_times = 0, room = 0;
  int status = EXIT_FAILURE;
  Host* host = host_new(&a->host, error, sizeof error);
  if (!host) {
    fprintf(stderr, "circumplex-host: %s\n", error);
    return EXIT_FAILURE;
  }
  const double rate = source_rate(source);
  watch_init(&watch, host, rate);
  if (a->midi && !(watch.midi = midi_file_open(a->midi))) goto done;
  while (host_cv(host, cv.channels) && cv.channels < 8)
    cv.channels++;
  if (a->cv && cv.channels) {
    SF_INFO info = {.samplerate = (int)rate,
                    .channels = (int)cv.channels,
                    .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
    if (!(cv.file = sf_open(a->cv, SFM_WRITE, &info))) goto done;
  }
  if (a->preset && !host_preset(host, a->preset))
    fprintf(stderr, "circumplex-host: no preset <%s>\n", a->preset);
  if (a->state_in && !host_restore(host, a->state_in))
    fprintf(stderr, "circumplex-host: no state in %s\n", a->state_in);
  if (a->freewheel) host_freewheel(host, true);
  if (a->ui) host_send_object(host, PROTOCOL_NS "Open");
  if (a->rtsan) host_use_rtsan(host);
  if (a->positive_control) host_trip_rtsan();
  if (!a->quiet) print_header(host);

  float last[HOST_MAX_PORTS] = {0};
  bool identical = true, first = true;
  uint32_t seed = 1;
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  const unsigned channels = host_audio_inputs(host);
  for (;;) {
    const double now = (double)host_position(host) / rate;
    if (now >= a->seconds) break;
    uint32_t n = next_block(a, &seed);
    const double left = ceil((a->seconds - now) * rate);
    if ((double)n > left) n = (uint32_t)left;
    const size_t got = source_read(source, in[0], in[1], n);
    if (got == 0) break;
    n = (uint32_t)got;
    for (unsigned c = 0; c < 2;
         c++) // only what is used: a large copy would flush the plugin's cache
      memcpy(kept[c], in[c], n * sizeof(float));
    apply_changes(a, host, now);
    host_run(host, (float* [2]){in[0], in[1]}, (float* [2]){out[0], out[1]}, n);
    for (unsigned c = 0; c < channels && c < 2; c++)
      if (memcmp(a->host.in_place ? in[c] : out[c], kept[c], n * sizeof(float)) != 0)
        identical = false;
    if (a->timing) {
      if (n_times == room) {
        room = room ? 2 * room : 4096;
        float* more = realloc(times, room * sizeof *times);
        if (!more) goto done;
        times = more;
      }
      times[n_times++] = (float)host_run_seconds(host);
    }
    if (cv.file) write_cv(&cv, host, n);
    if (!a->quiet) print_row(host, rate, last, a->all || first);
    first = false;
    if (a->realtime) wait_until(&start, (double)host_position(host) / rate);
  }
  apply_changes(a, host, INFINITY);
  if (a->timing) print_times(times, n_times, a->host.uri, a->block);
  if (a->ui)
    fprintf(stderr, "window: %lu estimate messages with %lu records, %lu levels, %lu statuses\n",
            watch.n_estimates, watch.n_records, watch.n_levels, watch.n_status);
  if (a->midi) fprintf(stderr, "MIDI: %lu messages\n", watch.n_midi);
  fprintf(stderr, "audio: %s\n", identical ? "identical" : "DIFFERS");
  status = identical ? EXIT_SUCCESS : EXIT_FAILURE;
done:
  if (midi_file_close(watch.midi)) status = EXIT_FAILURE;
  if (cv.file) sf_close(cv.file);
  free(times);
  host_free(host);
  return status;
}

int main(int argc, char** argv) {
  static Arguments a = {.block = 256, .seconds = INFINITY};
  a.host.max_block = MAX_BLOCK;
  if (!parse(&a, argc, argv)) {
    fputs(help, stderr);
    return EXIT_FAILURE;
  }
  if ((a.rtsan || a.positive_control) && !host_has_rtsan()) {
    fputs("circumplex-host: built without the real-time sanitizer (CIRCUMPLEX_RTSAN)\n", stderr);
    return 77;
  }
  char error[512] = "";
  if (!a.input) a.input = "gen:music";
  Source* source = source_open(a.input, a.host.rate, error, sizeof error);
  if (!source) {
    fprintf(stderr, "circumplex-host: %s\n", error);
    return EXIT_FAILURE;
  }
  a.host.rate = source_rate(source);
  if (isinf(a.seconds) && strncmp(a.input, "gen:", 4) == 0) a.seconds = 10.0;
  const int status = a.instances > 0 ? run_instances(&a, source) : run_one(&a, source);
  source_close(source);
  return status;
}
