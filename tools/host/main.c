// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// circumplex-host: runs an LV2 plugin on a sound file or a generator, offline, in the ways of
/// different hosts, and prints its control outputs over time as CSV.
#include "dsp/array.h"
#include "plugin/protocol.h"
#include "plugin/uris.h"
#include "tools/host/arguments.h"
#include "tools/host/host.h"
#include "tools/host/midi_file.h"
#include "tools/host/source.h"

#include <lv2/atom/util.h>
#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_BLOCK ARGUMENTS_MAX_BLOCK

typedef struct {
  Host* host;
  double rate;
  MidiFile* midi;
  LV2_URID midi_type, estimates, level, status, count, path, object;
  unsigned long n_estimates, n_records, n_levels, n_status, n_midi;
} Watch;

/// Count the messages for a window, and write MIDI.
static void on_event(void* context, const char* symbol, uint64_t position, const LV2_Atom* atom) {
  (void)symbol;
  Watch* w = context;
  if (atom->type == w->midi_type) {
    ++w->n_midi;
    if (w->midi)
      midi_file_event(w->midi, (double)position / w->rate, LV2_ATOM_BODY_CONST(atom), atom->size);
    return;
  }
  if (atom->type != w->object) return;
  const LV2_Atom_Object* object = (const LV2_Atom_Object*)atom;
  if (object->body.otype == w->estimates) {
    const LV2_Atom* count = NULL;
    lv2_atom_object_get(object, w->count, &count, 0);
    ++w->n_estimates;
    if (count) w->n_records += (unsigned long)((const LV2_Atom_Int*)count)->body;
  } else if (object->body.otype == w->level) {
    ++w->n_levels;
  } else if (object->body.otype == w->status) {
    ++w->n_status;
    LV2_URID keys[2] = {host_map(w->host, PROTOCOL_NS "modelName"),
                        host_map(w->host, PROTOCOL_NS "message")};
    const LV2_Atom* name = NULL;
    const LV2_Atom* message = NULL;
    lv2_atom_object_get(object, keys[0], &name, keys[1], &message, 0);
    if (name && message)
      host_say("status: model \"%s\" %s\n", (const char*)LV2_ATOM_BODY_CONST(name),
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
  for (unsigned i = 0; (name = host_output_name(host, i, NULL)); ++i)
    printf(",%s", name);
  printf("\n");
}

/// Print the outputs, if they changed since the last row.
static void print_row(Host* host, double rate, float* last, bool always) {
  bool changed = always;
  float value;
  for (unsigned i = 0; i < HOST_MAX_PORTS && host_output_name(host, i, &value); ++i) {
    changed = changed || value != last[i];
    last[i] = value;
  }
  if (!changed) return;
  const uint64_t position = host_position(host);
  printf("%llu,%.6f", (unsigned long long)position, (double)position / rate);
  for (unsigned i = 0; i < HOST_MAX_PORTS && host_output_name(host, i, &value); ++i)
    printf(",%.9g", (double)value);
  printf("\n");
}

static bool set_property(Host* host, const char* name, const char* text) {
  char uri[256];
  snprintf(uri, sizeof uri, PROPERTY_NS "%s", name);
  for (unsigned i = 0; i < PROP_COUNT; ++i) {
    const PropertyInfo* info = property_info(i);
    if (strcmp(info->uri, uri) != 0) continue;
    if (info->type == PROP_BOOL) return host_send_bool(host, uri, atoi(text) != 0);
    return host_send_text(host, uri, text, info->type == PROP_PATH);
  }
  return false;
}

static bool apply_change(const TimedChange* c, Host* host) {
  switch (c->kind) {
  case CHANGE_SET:
    return host_set(host, c->name, strtof(c->text, NULL));
  case CHANGE_PROPERTY:
    return set_property(host, c->name, c->text);
  case CHANGE_SAVE:
    return host_save(host, c->text);
  case CHANGE_RESTORE:
    return host_restore(host, c->text);
  case CHANGE_UI:
    return host_send_object(host, strcmp(c->text, "open") == 0 ? PROTOCOL_NS "Open"
                                                               : PROTOCOL_NS "Close");
  case CHANGE_RESTART:
  default:
    host_restart(host);
    return true;
  }
}

/// \return whether all changes that are due could be applied
static bool apply_changes(Arguments* a, Host* host, double now) {
  bool good = true;
  for (unsigned i = 0; i < a->n_changes; ++i) {
    TimedChange* c = &a->changes[i];
    if (c->done || now < c->seconds) continue;
    c->done = true;
    if (apply_change(c, host)) continue;
    const bool is_named = c->kind == CHANGE_SET || c->kind == CHANGE_PROPERTY;
    host_say("circumplex-host: %s%s\"%s\" could not be applied\n", is_named ? c->name : "",
             is_named ? "=" : "", c->text);
    good = false;
  }
  return good;
}

static int compare(const void* a, const void* b) {
  const float x = *(const float*)a, y = *(const float*)b;
  return (x > y) - (x < y);
}

static void print_times(float* times, size_t n, const char* uri, uint32_t block) {
  if (n == 0) return;
  double sum = 0.0;
  for (size_t i = 0; i < n; ++i)
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

/// Run many instances in one process, and print time and memory of each.
static int run_instances(const Arguments* a, Source* source) {
  Host* hosts[ARGUMENTS_MAX_INSTANCES] = {0};
  char error[512] = "";
  int status = EXIT_FAILURE;
  static float in[2][MAX_BLOCK], out[2][MAX_BLOCK];
  for (unsigned i = 0; i < a->instances; ++i) {
    if (!(hosts[i] = host_new(&a->host, error, sizeof error))) {
      host_say("circumplex-host: %s\n", error);
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
    for (unsigned i = 0; i < a->instances; ++i) {
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
  for (unsigned i = 0; i < a->instances; ++i)
    host_free(hosts[i]);
  return status;
}

typedef struct {
  SNDFILE* file;
  unsigned channels;
} CvFile;

static void write_cv(CvFile* cv, const Host* host, bool scaled, uint32_t n) {
  static float frames[MAX_BLOCK * 8];
  for (unsigned c = 0; c < cv->channels; ++c) {
    const float* data = host_cv(host, c);
    for (uint32_t i = 0; i < n; ++i)
      frames[i * cv->channels + c] = scaled ? host_cv_scaled(host, c, data[i]) : data[i];
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

/// Skip the start of the source; so hops can begin at any position of the sound.
static void skip(Source* source, double seconds) {
  static float unused[2][MAX_BLOCK];
  for (size_t left = (size_t)(seconds * source_rate(source)); left > 0;) {
    const size_t n = left < MAX_BLOCK ? left : MAX_BLOCK;
    if (source_read(source, unused[0], unused[1], n) < n) return;
    left -= n;
  }
}

/// One run of one instance.
typedef struct {
  Arguments* a;
  Source* source;
  Host* host;
  double rate;
  Watch watch;
  CvFile cv;
  float* times; ///< seconds of each run(), or NULL
  size_t n_times, room;
  bool identical; ///< the audio output was bit-identical
  bool obeyed;    ///< all requested changes could be applied
} HostRun;

/// Open the output files, and bring the instance to its starting state.
static bool prepare(HostRun* run) {
  const Arguments* a = run->a;
  Host* host = run->host;
  watch_init(&run->watch, host, run->rate);
  if (a->midi && !(run->watch.midi = midi_file_open(a->midi))) return false;
  while (host_cv(host, run->cv.channels) && run->cv.channels < 8)
    ++run->cv.channels;
  if (a->cv && run->cv.channels) {
    SF_INFO info = {.samplerate = (int)run->rate,
                    .channels = (int)run->cv.channels,
                    .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
    if (!(run->cv.file = sf_open(a->cv, SFM_WRITE, &info))) return false;
  }
  if (a->preset && !host_preset(host, a->preset)) {
    host_say("circumplex-host: the plugin has no preset \"%s\"\n", a->preset);
    return false;
  }
  if (a->state_in && !host_restore(host, a->state_in)) {
    host_say("circumplex-host: no state in %s\n", a->state_in);
    return false;
  }
  if (a->freewheel) host_freewheel(host, true);
  if (a->ui) host_send_object(host, PROTOCOL_NS "Open");
  if (a->rtsan) host_use_rtsan(host);
  if (a->positive_control) host_trip_rtsan();
  return true;
}

static bool keep_time(HostRun* run) {
  if (!ARRAY_GROW(run->times, run->n_times, run->room)) return false;
  run->times[run->n_times++] = (float)host_run_seconds(run->host);
  return true;
}

/// \return frames of the next block, 0 at the end.
static uint32_t read_block(HostRun* run, float in[2][MAX_BLOCK], uint32_t* seed) {
  uint32_t n = next_block(run->a, seed);
  // 1.1 s at 44.1 kHz is 48510 frames, although the product is a little more.
  const double frames = ceil(run->a->seconds * run->rate - 1e-6);
  const double left = frames - (double)host_position(run->host);
  if (left <= 0.0) return 0;
  if ((double)n > left) n = (uint32_t)left;
  return (uint32_t)source_read(run->source, in[0], in[1], n);
}

/// \return false if out of memory.
static bool play(HostRun* run) {
  static float in[2][MAX_BLOCK], kept[2][MAX_BLOCK], out[2][MAX_BLOCK];
  const Arguments* a = run->a;
  const unsigned channels = host_audio_inputs(run->host);
  float last[HOST_MAX_PORTS] = {0};
  bool first = true;
  uint32_t seed = 1;
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (;;) {
    const double now = (double)host_position(run->host) / run->rate;
    const uint32_t n = read_block(run, in, &seed);
    if (n == 0) return true;
    // Copy only what is used: a large copy would flush the plugin's data from the cache.
    for (unsigned c = 0; c < 2; ++c)
      memcpy(kept[c], in[c], n * sizeof(float));
    run->obeyed = apply_changes(run->a, run->host, now) && run->obeyed;
    host_run(run->host, (float* [2]){in[0], in[1]}, (float* [2]){out[0], out[1]}, n);
    for (unsigned c = 0; c < channels && c < 2; ++c)
      if (memcmp(a->host.in_place ? in[c] : out[c], kept[c], n * sizeof(float)) != 0)
        run->identical = false;
    if (a->timing && !keep_time(run)) return false;
    if (run->cv.file) write_cv(&run->cv, run->host, a->scaled_cv, n);
    if (!a->quiet) print_row(run->host, run->rate, last, a->all || first);
    first = false;
    if (a->realtime) wait_until(&start, (double)host_position(run->host) / run->rate);
  }
}

static void report(const HostRun* run) {
  const Arguments* a = run->a;
  const Watch* w = &run->watch;
  if (a->timing) print_times(run->times, run->n_times, a->host.uri, a->block);
  if (a->ui)
    fprintf(stderr, "window: %lu estimate messages with %lu records, %lu levels, %lu statuses\n",
            w->n_estimates, w->n_records, w->n_levels, w->n_status);
  if (a->midi) fprintf(stderr, "MIDI: %lu messages\n", w->n_midi);
  fprintf(stderr, "audio: %s\n", run->identical ? "identical" : "DIFFERS");
}

static int run_one(Arguments* a, Source* source) {
  char error[512] = "";
  HostRun run = {
      .a = a, .source = source, .rate = source_rate(source), .identical = true, .obeyed = true};
  int status = EXIT_FAILURE;
  if (!(run.host = host_new(&a->host, error, sizeof error))) {
    host_say("circumplex-host: %s\n", error);
    return EXIT_FAILURE;
  }
  if (prepare(&run)) {
    if (!a->quiet) print_header(run.host);
    if (play(&run)) {
      run.obeyed = apply_changes(a, run.host, INFINITY) && run.obeyed;
      report(&run);
      status = run.identical && run.obeyed ? EXIT_SUCCESS : EXIT_FAILURE;
    }
  }
  if (midi_file_close(run.watch.midi)) status = EXIT_FAILURE;
  if (run.cv.file) sf_close(run.cv.file);
  free(run.times);
  host_free(run.host);
  return status;
}

int main(int argc, char** argv) {
  static Arguments a = {.block = 256, .seconds = INFINITY};
  a.host.max_block = MAX_BLOCK;
  const int parsed = arguments_parse(&a, argc, argv);
  if (parsed >= 0) return parsed;
  if ((a.rtsan || a.positive_control) && !host_has_rtsan()) {
    fputs("circumplex-host: built without the real-time sanitizer (CIRCUMPLEX_RTSAN)\n", stderr);
    return 77;
  }
  char error[512] = "";
  if (!a.input) a.input = "gen:music";
  Source* source = source_open(a.input, a.host.rate, error, sizeof error);
  if (!source) {
    host_say("circumplex-host: %s\n", error);
    return EXIT_FAILURE;
  }
  a.host.rate = source_rate(source);
  if (isinf(a.seconds) && strncmp(a.input, "gen:", 4) == 0) a.seconds = 10.0;
  skip(source, a.skip);
  const int status = a.instances > 0 ? run_instances(&a, source) : run_one(&a, source);
  source_close(source);
  return status;
}
