// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex-bench`: speed and memory of the engine on this machine.
#include "bench/stages.h"
#include "inference/model.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { STATUS_OK, STATUS_FAILED, STATUS_USAGE, TEXT_SIZE = 1024 };

static const char help[] =
    "Usage: circumplex-bench [OPTION]...\n"
    "Measure the engine on one core: each stage's time for a second of synthetic music (CPU time,\n"
    "median of several runs), memory, allocations, and the floors below which FFT and GEMV cannot\n"
    "go.  The front end is its stages and the glue between them; everything is front end and net.\n"
    "\n"
    "      --rate=HZ        one sample rate (default: 44100 and 48000)\n"
    "      --runs=N         runs a stage, 1 to 101 (default 9)\n"
    "      --seconds=N      music a run, 2 to 600 (default 20)\n"
    "  -m, --model=MODEL    model file (default: the installed one)\n"
    "      --json           print JSON\n"
    "      --markdown       print Markdown tables\n"
    "  -h, --help           show this\n";

typedef enum { TEXT, JSON, MARKDOWN } Format;

static void complain(const char* message) {
  fprintf(stderr, "circumplex-bench: %s\n", message);
}

static int usage(const char* message, const char* argument) {
  fprintf(stderr, "circumplex-bench: %s%s\nTry 'circumplex-bench --help'.\n", message, argument);
  return STATUS_USAGE;
}

static void put_stages(const BenchResult* r, Format format) {
  if (format == MARKDOWN) printf("| stage | ns per second | x real time |\n|---|---:|---:|\n");
  for (size_t i = 0; i < r->n; ++i) {
    const BenchStage* s = &r->stages[i];
    const double factor = s->ns > 0.0 ? 1e9 / s->ns : 0.0;
    if (format == JSON)
      printf("%s\n    {\"name\": \"%s\", \"ns_per_second\": %.0f, \"real_time_factor\": %.1f}",
             i > 0 ? "," : "", s->name, s->ns, factor);
    else if (format == MARKDOWN)
      printf("| %s | %.0f | %.0f |\n", s->name, s->ns, factor);
    else
      printf("  %-16s %10.0f ns %10.0f x\n", s->name, s->ns, factor);
  }
}

static void put_result(const BenchResult* r, Format format, bool first) {
  if (format == JSON) {
    printf("%s\n  {\"rate\": %.0f, \"stages\": [", first ? "" : ",", r->rate);
    put_stages(r, format);
    printf("],\n   \"state_bytes\": %zu, \"front_end_bytes\": %zu, \"net_bytes\": %zu, ",
           r->engine_bytes, r->frontend_bytes, r->net_bytes);
    if (r->allocations >= 0)
      printf("\"allocations\": %ld}", r->allocations);
    else
      printf("\"allocations\": null}");
    return;
  }
  printf(format == MARKDOWN ? "\n**%.0f Hz**\n\n" : "\n%.0f Hz, for one second of audio:\n",
         r->rate);
  put_stages(r, format);
  printf("%sstate %zu bytes (front end %zu, net %zu), allocations after creation: ",
         format == MARKDOWN ? "\n" : "  ", r->engine_bytes, r->frontend_bytes, r->net_bytes);
  if (r->allocations >= 0)
    printf("%ld\n", r->allocations);
  else
    printf("not counted in this build\n");
}

static int bench(const char* path, double rate, unsigned runs, unsigned seconds, Format format) {
  char error[TEXT_SIZE];
  const double rates[2] = {rate > 0.0 ? rate : 44100.0, 48000.0};
  const int n = rate > 0.0 ? 1 : 2;
  const double load = bench_load(path, runs);
  Model* model = model_open(path, error, sizeof error);
  int status = STATUS_FAILED;
  if (!model) {
    complain(error);
    return status;
  }
  const ModelInfo* info = model_info(model);
  if (format == JSON)
    printf("{\"version\": \"" CIRCUMPLEX_VERSION "\", \"model\": \"%s\", \"hash\": \"%s\", "
           "\"parameters\": %zu, \"model_bytes\": %zu, \"load_ns\": %.0f, \"rates\": [",
           info->name, model_hash(model), info->parameters, info->bytes, load);
  else
    printf("model %s (%s), %zu parameters, %zu bytes shared by all instances, "
           "loaded in %.2f ms\n",
           info->name, model_hash(model), info->parameters, info->bytes, 1e-6 * load);
  for (int i = 0; i < n; ++i) {
    BenchResult result;
    if (bench_measure(model, rates[i], runs, seconds, &result, error, sizeof error) != 0) {
      complain(error);
      goto out;
    }
    put_result(&result, format, i == 0);
    fflush(stdout);
  }
  if (format == JSON) printf("\n]}\n");
  status = STATUS_OK;
out:
  model_unref(model);
  return status;
}

/// Parse a finite number in low..high.  \return whether \p text is one
static bool parse_number(const char* text, double low, double high, double* value) {
  char* end;
  errno = 0;
  *value = strtod(text, &end);
  return end != text && *end == '\0' && errno == 0 && *value >= low && *value <= high;
}

static bool parse_count(const char* text, unsigned low, unsigned high, unsigned* value) {
  double number;
  if (!parse_number(text, low, high, &number)) return false;
  *value = (unsigned)number;
  return (double)*value == number;
}

int main(int argc, char** argv) {
  enum { RATE = 256, RUNS, SECONDS, AS_JSON, AS_MARKDOWN };
  static const struct option options[] = {{"rate", required_argument, NULL, RATE},
                                          {"runs", required_argument, NULL, RUNS},
                                          {"seconds", required_argument, NULL, SECONDS},
                                          {"model", required_argument, NULL, 'm'},
                                          {"json", no_argument, NULL, AS_JSON},
                                          {"markdown", no_argument, NULL, AS_MARKDOWN},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
  double rate = 0.0;
  unsigned runs = 9, seconds = 20;
  const char* model = NULL;
  char standard[4096];
  Format format = TEXT;
  int option;
  while ((option = getopt_long(argc, argv, "m:h", options, NULL)) != -1) {
    bool good = true;
    switch (option) {
    case RATE:
      good = parse_number(optarg, FRONTEND_MIN_RATE, FRONTEND_MAX_RATE, &rate);
      break;
    case RUNS:
      good = parse_count(optarg, 1, 101, &runs);
      break;
    case SECONDS:
      good = parse_count(optarg, 2, 600, &seconds);
      break;
    case 'm':
      model = optarg;
      break;
    case AS_JSON:
      format = JSON;
      break;
    case AS_MARKDOWN:
      format = MARKDOWN;
      break;
    case 'h':
      fputs(help, stdout);
      return STATUS_OK;
    default:
      return usage("unknown option, or its value is missing: ", argv[optind - 1]);
    }
    if (!good) return usage("not a value for this option: ", optarg);
  }
  if (optind < argc) return usage("unexpected argument: ", argv[optind]);
  if (!model) {
    if (model_default_path(standard, sizeof standard) != 0) {
      complain(standard);
      return STATUS_FAILED;
    }
    model = standard;
  }
  return bench(model, rate, runs, seconds, format);
}
