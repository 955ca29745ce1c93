// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex model`: describe or check a model file.
#include "inference/engine.h"
#include "tools/cli.h"
#include "tools/reading.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "Usage: circumplex model info [MODEL]...\n"
    "       circumplex model check [MODEL]...\n"
    "Describe models, or check that they can be read and run.  Without MODEL: the default one.\n"
    "\n"
    "  -h, --help   show this\n"
    "\n"
    "check reads the whole file, runs ten seconds of noise through it and looks at the numbers.\n"
    "Exit status: 0 all good, 1 some model is not, 2 wrong usage.\n";

static void describe(const char* path, const Model* model) {
  const ModelInfo* m = model_info(model);
  const FrontendSpec* f = model_frontend(model);
  (void)printf("file         %s\n"
               "name         %s\n"
               "description  %s\n"
               "licence      %s\n"
               "hash         %s\n"
               "front end    %u mel bands, %g to %g Hz\n"
               "encoder      %s\n"
               "temporal     %s, %u hidden, %u inputs\n"
               "attention    %u hops (%g s)\n"
               "parameters   %zu\n"
               "bytes        %zu\n",
               path, m->name, m->description, m->licence, m->hash, f->n_mel, (double)f->fmin,
               (double)f->fmax, m->encoder, m->temporal, m->n_hidden, m->n_inputs, m->window,
               m->window * ENGINE_HOP_SECONDS, m->parameters, m->bytes);
}

/// Run the model over noise that comes and goes.  \return 0, or -1 and a sentence
static int try_out(Model* model, char* error, size_t error_size) {
  enum { RATE = 16000, SECONDS = 10 };
  Engine* engine = engine_new(model, RATE, error, error_size);
  if (engine == NULL) return -1;
  uint32_t random = 1;
  int hops = 0, status = 0;
  for (int second = 0; second < SECONDS && status == 0; ++second) {
    float block[RATE];
    for (int i = 0; i < RATE; ++i) {
      random = random * 1664525U + 1013904223U; // Knuth's LCG: any noise will do
      const float level = second % 4 == 3 ? 0.0F : 0.1F * (float)(second + 1);
      block[i] = level * ((float)(random >> 8) / 8388608.0F - 1.0F);
    }
    for (size_t at = 0; at < RATE && status == 0;) {
      at += engine_push(engine, block + at, RATE - at);
      Estimate e;
      while (engine_pop(engine, &e)) {
        const NetOutput* r = &e.reading;
        ++hops;
        if (!isfinite(r->valence) || !isfinite(r->arousal) || fabsf(r->valence) > 1.0F ||
            fabsf(r->arousal) > 1.0F || !isfinite(r->valence_spread) ||
            !isfinite(r->arousal_spread) || !(r->confidence >= 0.0F) || r->confidence > 1.0F)
          status = -1;
      }
    }
  }
  if (status != 0)
    (void)snprintf(error, error_size, "gives readings that are out of range");
  else if (hops < 2 * SECONDS - 1) {
    (void)snprintf(error, error_size, "gives no readings");
    status = -1;
  }
  engine_free(engine);
  return status;
}

int cmd_model(int argc, char** argv) {
  static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
  int option;
  while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
    if (option != 'h') return cli_usage("model", "that option is not known");
    (void)fputs(help, stdout);
    return CLI_OK;
  }
  const char* verb = optind < argc ? argv[optind] : "";
  const bool is_check = strcmp(verb, "check") == 0;
  if (!is_check && strcmp(verb, "info") != 0)
    return cli_usage("model", "'info' or 'check' is needed");

  char standard[4096], error[CLI_TEXT];
  int status = CLI_OK;
  const int first = optind + 1;
  for (int i = first; i < argc || i == first; ++i) {
    const char* path = i < argc ? argv[i] : standard;
    if (i >= argc && model_default_path(standard, sizeof standard) != 0) {
      cli_message("%s", standard);
      return CLI_FAILED;
    }
    Model* model = model_open(path, error, sizeof error);
    if (model == NULL) {
      cli_message("%s", error);
      status = CLI_FAILED;
      continue;
    }
    if (!is_check) {
      if (i > first) (void)putchar('\n');
      describe(path, model);
    } else if (try_out(model, error, sizeof error) != 0) {
      cli_message("%s: %s", path, error);
      status = CLI_FAILED;
    } else {
      (void)printf("%s: good\n", path);
    }
    model_unref(model);
  }
  return status;
}
