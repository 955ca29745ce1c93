// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex model`: describes or checks a model file.
#include "cli/cli.h"
#include "inference/compute.h"
#include "inference/engine.h"
#include "inference/static.h"
#include "library/reading.h"
#include "text/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The description that files of both kinds have.
static void describe_file(const char* path, const char* name, const char* description,
                          const char* licence, const char* hash, const FrontendSpec* f) {
  printf("file         %s\n"
         "name         %s\n"
         "description  %s\n"
         "licence      %s\n"
         "hash         %s\n"
         "front end    %u mel bands, %g to %g Hz\n",
         path, name, description, licence, hash, f->n_mel, (double)f->fmin, (double)f->fmax);
}

static void describe(const char* path, Model* model) {
  const ModelInfo* m = model_info(model);
  describe_file(path, m->name, m->description, m->licence, model_hash(model),
                model_frontend(model));
  printf("encoder      %s\n"
         "temporal     %s, %u hidden, %u inputs\n"
         "attention    %u hops (%g s)\n"
         "parameters   %zu\n"
         "bytes        %zu\n"
         "compute      %s\n",
         m->encoder, m->temporal, m->n_hidden, m->n_inputs, m->window,
         m->window * ENGINE_HOP_SECONDS, m->parameters, m->bytes, compute_get()->name);
}

static void describe_static(const char* path, const StaticModel* model) {
  const StaticInfo* m = static_info(model);
  describe_file(path, m->name, m->description, m->licence, m->hash, static_frontend(model));
  printf("static       one reading a song, the mean of windows of %g s\n"
         "embedding    %u x %u dimensions, of the mean and deviation of %u inputs\n"
         "parameters   %zu\n"
         "bytes        %zu\n",
         m->window * ENGINE_HOP_SECONDS, m->members, m->dimensions, m->n_inputs, m->parameters,
         m->bytes);
}

enum { TRY_RATE = 16000, TRY_SECONDS = 10 };

/// Make a second of noise that swells and fades.
static void make_noise(int second, uint32_t* random, float block[TRY_RATE]) {
  const float level = second % 4 == 3 ? 0.0F : 0.1F * (float)(second + 1);
  for (int i = 0; i < TRY_RATE; ++i) {
    *random = *random * 1664525U + 1013904223U; // Knuth's LCG; the kind of noise does not matter
    block[i] = level * ((float)(*random >> 8) / 8388608.0F - 1.0F);
  }
}

/// Run the model on noise that swells and fades.  \return 0, or -1 and an error message
static int try_out(Model* model, char* error, size_t error_size) {
  Engine* engine = engine_new(model, TRY_RATE, error, error_size);
  if (!engine) return -1;
  uint32_t random = 1;
  int hops = 0, status = 0;
  for (int second = 0; second < TRY_SECONDS && status == 0; ++second) {
    float block[TRY_RATE];
    make_noise(second, &random, block);
    for (size_t at = 0; at < TRY_RATE && status == 0;) {
      at += engine_push(engine, block + at, NULL, TRY_RATE - at);
      Estimate e;
      while (engine_pop(engine, &e)) {
        ++hops;
        if (!isfinite(e.valence) || !isfinite(e.arousal) || fabsf(e.valence) > 1.0F ||
            fabsf(e.arousal) > 1.0F || !isfinite(e.valence_spread) || !isfinite(e.arousal_spread) ||
            !(e.confidence >= 0.0F) || e.confidence > 1.0F)
          status = -1;
      }
    }
  }
  if (status != 0)
    snprintf(error, error_size, "gives readings that are out of range");
  else if (hops < 2 * TRY_SECONDS - 1) {
    snprintf(error, error_size, "gives no readings");
    status = -1;
  }
  engine_free(engine);
  return status;
}

/// The same for a static model.
static int try_out_static(const StaticModel* model, char* error, size_t error_size) {
  StaticReading* reading = static_reading_new(model, TRY_RATE, error, error_size);
  if (!reading) return -1;
  uint32_t random = 1;
  for (int second = 0; second < TRY_SECONDS; ++second) {
    float block[TRY_RATE];
    make_noise(second, &random, block);
    static_reading_push(reading, block, NULL, TRY_RATE);
  }
  StaticResult r;
  int status = 0;
  if (!static_reading_result(reading, &r)) {
    snprintf(error, error_size, "gives no readings");
    status = -1;
  } else if (!isfinite(r.valence) || !isfinite(r.arousal) || fabsf(r.valence) > 1.0F ||
             fabsf(r.arousal) > 1.0F || !isfinite(r.valence_spread) ||
             !isfinite(r.arousal_spread)) {
    snprintf(error, error_size, "gives readings that are out of range");
    status = -1;
  }
  static_reading_free(reading);
  return status;
}

/// Describe or check a model of either kind.  \return whether it is good
static bool look_at(const char* model_name, bool is_check, bool is_first) {
  char error[CLI_TEXT], path[4096];
  if (reading_model_path(model_name, path, sizeof path, error, sizeof error) != 0) {
    cli_message("%s", error);
    return false;
  }
  const bool whole = static_is(path);
  StaticModel* static_model = whole ? static_open(path, error, sizeof error) : NULL;
  Model* model = whole ? NULL : model_open(path, error, sizeof error);
  bool good = static_model || model;
  if (!good) {
    cli_message("%s", error);
  } else if (is_check) {
    good = (whole ? try_out_static(static_model, error, sizeof error)
                  : try_out(model, error, sizeof error)) == 0;
    if (good)
      printf("%s: good\n", path);
    else
      cli_message("%s: %s", path, error);
  } else {
    if (!is_first) putchar('\n');
    if (whole)
      describe_static(path, static_model);
    else
      describe(path, model);
  }
  model_unref(model);
  static_close(static_model);
  return good;
}

static const OptionCommand command = {
    "circumplex model",
    "info [MODEL]...\ncheck [MODEL]...",
    "Describe models, or check that they can be read and run. MODEL is the name of an installed "
    "model or a file (default: the default model); it may be a static one (one reading per song).",
    NULL,
    "check reads the whole file, runs the model on ten seconds of noise, and checks the values.\n"
    "Exit status: 0 all are good, 1 some model is not, 2 wrong usage.",
    0};

int cmd_model(int argc, char** argv) {
  int at = 0;
  const int read = options_read(&command, argc, argv, NULL, &at);
  if (read >= 0) return read;
  const char* verb = at < argc ? argv[at] : "";
  const bool is_check = strcmp(verb, "check") == 0;
  if (!is_check && strcmp(verb, "info") != 0)
    return cli_usage("model", "'info' or 'check' is needed");

  int status = CLI_OK;
  const int first = at + 1;
  for (int i = first; i < argc || i == first; ++i)
    if (!look_at(i < argc ? argv[i] : NULL, is_check, i == first)) status = CLI_FAILED;
  return status;
}
