// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex features`: writes the features of sound files, the input of models, as tensors.
#include "cli/cli.h"
#include "cli/file_options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "dsp/frontend.h"
#include "inference/safetensors.h"
#include "library/ordered_pool.h"

#include <glib.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 8192, TENSORS = 6 };

/// The tensors of a file, in this order.
enum { LOGMEL, CUES, CHROMA, SEMITONES, LOUDNESS, FLAGS };

typedef struct {
  float* data;
  size_t width;    ///< values per hop
  size_t capacity; ///< hops
} FeatureColumn;

/// Kept by a thread for the next file: making a front end costs more than reading a short file.
typedef struct {
  Frontend* frontend;
  double rate;
  FeatureColumn columns[TENSORS];
  float left[BLOCK], right[BLOCK];
} FeaturesWorker;

typedef struct {
  Walk walk;
  FrontendSpec spec;
  AudioRaw raw;
  const char* output;
  bool is_folder;
  double gate, start, seconds; ///< seconds 0: all
  bool force;                  ///< replace read-only files and links
  FeaturesWorker* workers;
  char** failures; ///< [walk.n] an error message, or NULL
  bool has_failed;
} FeaturesJob;

static int grow(FeaturesWorker* worker, size_t hops) {
  for (int i = 0; i < TENSORS; ++i) {
    FeatureColumn* c = &worker->columns[i];
    if (hops <= c->capacity) continue;
    const size_t capacity = hops + hops / 2 + 64;
    float* data = realloc(c->data, capacity * c->width * sizeof *data);
    if (!data) return -1;
    c->data = data;
    c->capacity = capacity;
  }
  return 0;
}

static void put(FeaturesWorker* worker, size_t hop, const HopFeatures* f, unsigned n_mel) {
  FeatureColumn* c = worker->columns;
  // A HopFeatures' log-mel is packed: [25][n_mel].
  memcpy(c[LOGMEL].data + hop * c[LOGMEL].width, f->logmel,
         sizeof(float) * FRONTEND_FRAMES * n_mel);
  memcpy(c[CUES].data + hop * CUE_COUNT, f->cues, sizeof f->cues);
  memcpy(c[CHROMA].data + hop * FRONTEND_CHROMA, f->chroma, sizeof f->chroma);
  memcpy(c[SEMITONES].data + hop * FRONTEND_SEMITONES, f->semitones, sizeof f->semitones);
  float* loudness = c[LOUDNESS].data + hop * 3;
  loudness[0] = f->loudness;
  loudness[1] = f->loudness_short;
  loudness[2] = f->loudness_slow;
  c[FLAGS].data[hop * 2] = f->silent ? 1.0F : 0.0F;
  c[FLAGS].data[hop * 2 + 1] = f->gate_opened ? 1.0F : 0.0F;
}

static char* cue_names(void) {
  json_t* names = json_array();
  for (unsigned i = 0; i < CUE_COUNT; ++i)
    json_array_append_new(names, json_string(cue_info(i)->name));
  char* text = json_dumps(names, JSON_COMPACT);
  json_decref(names);
  return text;
}

static int write_tensors(const FeaturesJob* job, const WalkFile* input,
                         const FeaturesWorker* worker, uint64_t hops, double duration,
                         const char* path, char* error, size_t error_size) {
  static const char* const names[TENSORS] = {"logmel",    "cues",     "chroma",
                                             "semitones", "loudness", "flags"};
  Tensor tensors[TENSORS];
  memset(tensors, 0, sizeof tensors);
  for (int i = 0; i < TENSORS; ++i) {
    const size_t width = worker->columns[i].width;
    tensors[i].name = names[i];
    tensors[i].data = worker->columns[i].data;
    tensors[i].rank = i == LOGMEL ? 3 : 2;
    tensors[i].shape[0] = hops;
    tensors[i].shape[1] = i == LOGMEL ? FRONTEND_FRAMES : width;
    tensors[i].shape[2] = job->spec.n_mel;
    tensors[i].count = hops * width;
  }
  char rate[32], length[32], n_mel[32], fmin[32], fmax[32], start[32];
  snprintf(rate, sizeof rate, "%.9g", worker->rate);
  snprintf(length, sizeof length, "%.9g", duration);
  snprintf(n_mel, sizeof n_mel, "%u", job->spec.n_mel);
  snprintf(fmin, sizeof fmin, "%.9g", (double)job->spec.fmin);
  snprintf(fmax, sizeof fmax, "%.9g", (double)job->spec.fmax);
  snprintf(start, sizeof start, "%.9g", job->start);
  char* cues = cue_names();
  char* name = g_utf8_make_valid(input->path, -1);
  if (!cues) {
    g_free(name);
    snprintf(error, error_size, "out of memory");
    return -1;
  }
  const char* const metadata[] = {"version",  CIRCUMPLEX_VERSION,
                                  "file",     name,
                                  "rate",     rate,
                                  "duration", length,
                                  "hop",      "0.5",
                                  "n_mel",    n_mel,
                                  "fmin",     fmin,
                                  "fmax",     fmax,
                                  "start",    start,
                                  "cues",     cues};
  const int status = safetensors_write(path, tensors, TENSORS, metadata,
                                       sizeof metadata / sizeof *metadata / 2, error, error_size);
  g_free(name);
  free(cues);
  return status;
}

/// A front end at \p rate in its initial state: the thread's last one if it fits.
static int prepare(const FeaturesJob* job, FeaturesWorker* worker, double rate, char* error,
                   size_t error_size) {
  if (worker->frontend && fabs(worker->rate - rate) < 0.5) {
    frontend_reset(worker->frontend);
  } else {
    frontend_free(worker->frontend);
    worker->frontend = frontend_new(&job->spec, rate, error, error_size);
    worker->rate = rate;
  }
  if (!worker->frontend) return -1;
  frontend_set_gate(worker->frontend, (float)job->gate);
  return 0;
}

/// Read the file through the front end.  \return 0 and the number of hops, or -1 and a message
static int extract(const FeaturesJob* job, FeaturesWorker* worker, AudioFile* audio,
                   const WalkFile* input, uint64_t* n_hops, double* duration, char* error,
                   size_t error_size) {
  const AudioInfo* info = audio_info(audio);
  if (prepare(job, worker, info->rate, error, error_size) != 0) return -1;
  if (audio_skip(audio, (uint64_t)(job->start * info->rate + 0.5), error, error_size) != 0)
    return -1;
  const double wanted = job->seconds > 0.0 ? floor(job->seconds * info->rate + 0.5) : INFINITY;
  if (job->seconds > 0.0) audio_limit(audio, (uint64_t)wanted);
  uint64_t taken = 0, hops = 0;
  const double expected = info->frames > 0 ? (double)info->frames : 1e18;
  const double weight = (double)input->size / fmin(wanted, expected);
  uint64_t counted = 0;
  while (!cli_interrupted()) {
    const ptrdiff_t got = audio_read(audio, worker->left, worker->right, BLOCK, error, error_size);
    if (got < 0) return -1;
    if (got == 0) break;
    taken += (uint64_t)got;
    for (size_t used = 0; used < (size_t)got;) {
      bool done = false;
      used += frontend_push(worker->frontend, worker->left + used, worker->right + used,
                            (size_t)got - used, &done);
      if (!done) continue;
      if (grow(worker, (size_t)hops + 1) != 0) {
        snprintf(error, error_size, "out of memory");
        return -1;
      }
      put(worker, (size_t)hops, frontend_hop(worker->frontend), job->spec.n_mel);
      ++hops;
    }
    uint64_t share = (uint64_t)((double)taken * weight);
    if (share > input->size) share = input->size;
    progress_add(share - counted);
    counted = share;
  }
  progress_add(input->size - counted);
  *n_hops = hops;
  *duration = (double)taken / info->rate;
  if (hops == 0 && !cli_interrupted()) {
    snprintf(error, error_size, "is shorter than one hop of 0.5 s");
    return -1;
  }
  return 0;
}

static void work(void* context, size_t index, unsigned number) {
  FeaturesJob* job = context;
  FeaturesWorker* worker = &job->workers[number];
  const WalkFile* input = &job->walk.files[index];
  if (cli_interrupted()) return;
  char error[CLI_TEXT] = "";
  char* path = NULL;
  uint64_t hops = 0;
  double duration = 0.0;
  bool is_good = false, is_about_output = false;
  AudioFile* audio = audio_open(input->path, &job->raw, error, sizeof error);
  if (audio && extract(job, worker, audio, input, &hops, &duration, error, sizeof error) == 0 &&
      !cli_interrupted()) {
    is_about_output = true;
    path = job->is_folder
               ? output_path_below(job->output, input->stem, "safetensors", error, sizeof error)
               : strdup(job->output);
    is_good = path && output_check(path, job->force, error, sizeof error) == 0 &&
              write_tensors(job, input, worker, hops, duration, path, error, sizeof error) == 0;
    if (is_good && audio_damage(audio)) {
      is_good = is_about_output = false;
      snprintf(error, sizeof error, "%s", audio_damage(audio));
    }
  }
  audio_close(audio);
  free(path);
  if (is_good || cli_interrupted()) return;
  const size_t size = strlen(input->path) + sizeof error + 4;
  char* text = malloc(size);
  if (text) {
    if (is_about_output)
      snprintf(text, size, "%s", error);
    else
      snprintf(text, size, "%s: %s", input->path, error);
  }
  job->failures[index] = text ? text : strdup("out of memory");
}

static void finish(void* context, size_t index) {
  FeaturesJob* job = context;
  if (!job->failures[index]) return;
  cli_message("%s", job->failures[index]);
  free(job->failures[index]);
  job->failures[index] = NULL;
  job->has_failed = true;
}

static int run(FeaturesJob* job, unsigned jobs, bool quiet) {
  int status = CLI_FAILED;
  if (jobs > job->walk.n && job->walk.n > 0) jobs = (unsigned)job->walk.n;
  job->workers = calloc(jobs, sizeof *job->workers);
  job->failures = calloc(job->walk.n + 1, sizeof *job->failures);
  if (!job->workers || !job->failures) {
    cli_message("out of memory");
    goto out;
  }
  const size_t widths[TENSORS] = {(size_t)FRONTEND_FRAMES * job->spec.n_mel,
                                  CUE_COUNT,
                                  FRONTEND_CHROMA,
                                  FRONTEND_SEMITONES,
                                  3,
                                  2};
  for (unsigned w = 0; w < jobs; ++w)
    for (int i = 0; i < TENSORS; ++i)
      job->workers[w].columns[i].width = widths[i];
  progress_begin(job->walk.size, quiet);
  const Pool pool = {cli_task(quiet), work, finish, NULL, job};
  const int ran = ordered_pool_run(&pool, job->walk.n, jobs);
  if (ran > 0) cli_leave(CLI_INTERRUPTED); // a hanging thread still uses the data below
  if (ran < 0) {
    cli_message("no thread could be started; try --jobs=1");
    job->has_failed = true;
  }
  progress_end();
  status = cli_interrupted()                         ? CLI_INTERRUPTED
           : job->has_failed || job->walk.has_failed ? CLI_FAILED
                                                     : CLI_OK;
out:
  for (unsigned w = 0; job->workers && w < jobs; ++w) {
    frontend_free(job->workers[w].frontend);
    for (int i = 0; i < TENSORS; ++i)
      free(job->workers[w].columns[i].data);
  }
  free(job->workers);
  free(job->failures);
  return status;
}

/// The command line, parsed.
typedef struct {
  FeaturesJob job;
  FileOptions files;
  PartOptions part;
  SoundOptions sound;
} FeaturesCommand;

static const Option feature_options[] = {
    {"output", 'o', "OUT",
     "OUT.safetensors, or a folder (ends in '/' or exists; needed for several files), which gets "
     "one STEM.safetensors per file",
     option_text, offsetof(FeaturesCommand, job.output), 0.0, 0.0},
    {"n-mel", 0, "N", "mel bands, 16 to 128 (default 64)", option_count,
     offsetof(FeaturesCommand, job.spec.n_mel), 16.0, FRONTEND_MAX_MEL},
    {"fmin", 0, "HZ", "lower edge of the lowest band (default 30)", option_float,
     offsetof(FeaturesCommand, job.spec.fmin), 0.0, 20000.0},
    {"fmax", 0, "HZ", "upper edge of the highest band (default 10000)", option_float,
     offsetof(FeaturesCommand, job.spec.fmax), 100.0, 96000.0},
    {"start", 0, "TIME", "the same as --from", option_time, offsetof(FeaturesCommand, part.from),
     0.0, 1e6},
    {"seconds", 0, "S", "read at most S seconds", option_number,
     offsetof(FeaturesCommand, job.seconds), 0.5, 1e9},
    {"force", 0, NULL, "replace read-only files and links (not their targets); never a sound file",
     option_flag, offsetof(FeaturesCommand, job.force), 0.0, 0.0},
    {.name = NULL}};

static const OptionGroup groups[] = {{feature_options, 0},
                                     {part_options, offsetof(FeaturesCommand, part)},
                                     {sound_options, offsetof(FeaturesCommand, sound)},
                                     {file_options, offsetof(FeaturesCommand, files)},
                                     {NULL, 0}};

static const OptionCommand command = {
    "circumplex features",
    "[OPTION]... FILE... -o OUT",
    "Write the features of each sound FILE, the input of models, as float32 tensors (safetensors).",
    groups,
    "FILE may also be a folder, or '-' for standard input.\n"
    "Tensors, one row every 0.5 s: logmel [hops, 25, n_mel], cues [hops, n_cues], chroma [hops, "
    "12], semitones [hops, 72], loudness [hops, 3] (momentary, 3 s, slow; LUFS), flags [hops, 2] "
    "(silent, gate opened). Metadata: version, file, rate, duration, hop, start, n_mel, fmin, "
    "fmax, cues (a JSON list of names). An incomplete last hop is left out.\n"
    "Exit status: 0 all done, 1 some file failed, 2 wrong usage, 130 interrupted.",
    0};

/// Check the options for the output and the files.  \return CLI_OK, or a status (reported)
static int check(FeaturesJob* job) {
  if (job->walk.n == 0 && !job->walk.has_failed)
    return cli_usage("features", "no sound file is named");
  if (file_options_reads(&job->walk, job->output))
    return cli_usage("features", "%s is an input file; name another output", job->output);
  job->is_folder = output_is_folder(job->output);
  if (!job->is_folder && (job->walk.n > 1 || job->walk.has_folder))
    return cli_usage("features", "several files need a folder: -o %s/", job->output);
  if (job->is_folder && walk_make_stems_distinct(&job->walk) != 0) {
    cli_message("out of memory");
    return CLI_FAILED;
  }
  return CLI_OK;
}

int cmd_features(int argc, char** argv) {
  FeaturesCommand c = {.job.spec = frontend_default_spec(), .sound.gate = FILE_OPTIONS_GATE};
  FeaturesJob* job = &c.job;
  int first = 0;
  int status = options_read(&command, argc, argv, &c, &first);
  if (status >= 0) return status;
  if (!part_options_good(&c.part, "features")) return CLI_USAGE;
  if (job->spec.fmax <= job->spec.fmin) return cli_usage("features", "--fmax must be above --fmin");
  if (!job->output) return cli_usage("features", "-o OUT is missing");
  if (strcmp(job->output, "-") == 0)
    return cli_usage("features", "the features cannot go to standard output: -o OUT.safetensors");
  job->start = c.part.from;
  if (c.part.to > 0.0) job->seconds = c.part.to - c.part.from;
  job->gate = c.sound.gate;
  job->raw = c.sound.raw;
  status = CLI_FAILED;
  if (file_options_find(&c.files, argc - first, argv + first, &job->walk) == 0) status = check(job);
  if (status == CLI_OK) {
    cli_catch_signals();
    status = run(job, file_options_jobs(&c.files), c.files.is_quiet);
  }
  walk_free(&job->walk);
  return status;
}
