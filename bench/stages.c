// SPDX-License-Identifier: GPL-3.0-or-later
// Every stage of the engine, run over synthetic music and timed.
#include "bench/stages.h"

#include "bench/allocations.h"
#include "dsp/fft.h"
#include "dsp/frontend.h"
#include "dsp/loudness.h"
#include "dsp/mel.h"
#include "dsp/rhythm.h"
#include "dsp/spectral.h"
#include "dsp/stft.h"
#include "dsp/tonal.h"
#include "inference/engine.h"
#include "inference/plan.h"

#include <cblas.h>
#include <fftw3.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FRAMES_A_SECOND = 50, HOPS_A_SECOND = 2, GEMV_COLUMNS = 256 };

static const double pi = 3.14159265358979323846;

/// Everything that the stages need, made before the measurement starts.
typedef struct {
  Model* model;
  double rate;
  size_t n, frame, bins; ///< samples of music; samples a frame; bins of its spectrum
  float *music, *right;  ///< left, right
  float *power, *mel_out, *flux;
  Frontend* frontend;
  Stft* stft;
  Mel* mel;
  Loudness* loudness;
  Spectral* spectral;
  Tonal* tonal;
  Rhythm* rhythm;
  Net* net;
  Engine* engine;
  float *fft_in, *weights, *vector;
  fftwf_complex* fft_out;
  fftwf_plan fft;
  size_t gemv_rows;
  float *mel_in, *layer_a, *layer_b, *columns; ///< only for the encoder
  float sum;                                   ///< sum of results: no work can be omitted
} Bench;

typedef void (*Stage)(Bench* b, unsigned seconds);

static double now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static int by_value(const void* a, const void* b) {
  const double x = *(const double*)a, y = *(const double*)b;
  return (x > y) - (x < y);
}

static double median(double* values, size_t n) {
  qsort(values, n, sizeof *values, by_value);
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

/// Changing chords, a bass, and a noisy beat at 120 BPM: all cues have work to do.
static void make_music(float* out, size_t n, double rate) {
  static const int roots[4] = {60, 57, 65, 67};
  static const int third[4] = {4, 3, 4, 4};
  uint32_t random = 1;
  for (size_t i = 0; i < n; ++i) {
    const double t = (double)i / rate, beat = fmod(t, 0.5);
    const int chord = (int)(t / 2.0) % 4;
    const int notes[4] = {roots[chord] - 24, roots[chord], roots[chord] + third[chord],
                          roots[chord] + 7};
    double v = 0.0;
    for (int k = 0; k < 4; ++k) {
      const double f = 440.0 * pow(2.0, (notes[k] - 69) / 12.0);
      v += 0.08 * sin(2.0 * pi * f * t) + 0.04 * sin(4.0 * pi * f * t);
    }
    random = random * 1664525U + 1013904223U;
    const double noise = (double)(random >> 8) / 8388608.0 - 1.0;
    out[i] = (float)(v * (0.5 + 0.5 * exp(-3.0 * beat)) + 0.3 * noise * exp(-40.0 * beat));
  }
}

/// The right channel: the left one, a little softer, with an early reflection.
static void make_right(const float* left, float* right, size_t n, double rate) {
  const size_t delay = (size_t)(0.003 * rate);
  for (size_t i = 0; i < n; ++i)
    right[i] = 0.8F * left[i] + (i < delay ? 0.0F : 0.3F * left[i - delay]);
}

static size_t frame_at(const Bench* b, size_t k) {
  const size_t last = b->n - 2 * b->frame - stft_window(b->stft);
  return k * b->frame % last;
}

static void run_stft(Bench* b, unsigned seconds) {
  for (size_t k = 0; k < (size_t)seconds * FRAMES_A_SECOND; ++k)
    stft_power(b->stft, b->music + frame_at(b, k), b->right + frame_at(b, k), b->power);
  b->sum += b->power[1];
}

static void run_mel(Bench* b, unsigned seconds) {
  for (size_t k = 0; k < (size_t)seconds * FRAMES_A_SECOND; ++k)
    mel_process(b->mel, b->power, b->mel_out);
  b->sum += b->mel_out[1];
}

static void run_loudness(Bench* b, unsigned seconds) {
  float frames[LOUDNESS_HOP_FRAMES];
  LoudnessHop hop;
  for (size_t h = 0; h < (size_t)seconds * HOPS_A_SECOND; ++h) {
    for (int i = 0; i < LOUDNESS_HOP_FRAMES; ++i)
      frames[i] = loudness_frame(b->loudness, b->power);
    loudness_hop(b->loudness, frames, frames, NULL, &hop);
    b->sum += hop.slow;
  }
}

static void run_tonal(Bench* b, unsigned seconds) {
  TonalHop hop;
  for (size_t k = 0; k < (size_t)seconds * FRAMES_A_SECOND; ++k) {
    tonal_push(b->tonal, b->music + frame_at(b, k), b->right + frame_at(b, k), b->frame);
    if ((k + 1) % FRONTEND_FRAMES != 0) continue;
    tonal_hop(b->tonal, true, &hop);
    b->sum += hop.mode;
  }
}

static void run_rhythm(Bench* b, unsigned seconds) {
  RhythmHop hop;
  RhythmBands bands;
  SpectralShape shape;
  for (size_t h = 0; h < (size_t)seconds * HOPS_A_SECOND; ++h) {
    const float* flux = b->flux + h % 8 * FRONTEND_FRAMES * RHYTHM_BANDS;
    rhythm_hop(b->rhythm, flux, FRONTEND_FRAMES, &hop);
    rhythm_bands_hop(b->rhythm, flux, FRONTEND_FRAMES, &bands);
    spectral_shape(b->spectral, b->power, &shape);
    b->sum += hop.tempo + bands.flux[0] + shape.centroid;
  }
}

static void run_frontend(Bench* b, unsigned seconds) {
  const size_t n = (size_t)(b->rate * seconds);
  for (size_t at = 0; at < n;) {
    bool done = false;
    at += frontend_push(b->frontend, b->music + at, b->right + at, n - at, &done);
    if (done) b->sum += frontend_hop(b->frontend)->loudness;
  }
}

/// For models with an encoder.
static void run_encoder(Bench* b, unsigned seconds) {
  const Plan* plan = model_plan(b->model);
  for (size_t h = 0; h < (size_t)seconds * HOPS_A_SECOND; ++h)
    b->sum += layers_run(&plan->encoder, compute_get(), 1, b->mel_in, b->layer_a, b->layer_b,
                         b->columns)[0];
}

static void step(Bench* b, unsigned seconds, bool explain) {
  NetOutput out;
  NetContributions contributions;
  for (size_t h = 0; h < (size_t)seconds * HOPS_A_SECOND; ++h) {
    net_step(b->net, frontend_hop(b->frontend), &out, explain ? &contributions : NULL);
    b->sum += out.valence;
  }
}

static void run_net(Bench* b, unsigned seconds) {
  step(b, seconds, false);
}

static void run_explain(Bench* b, unsigned seconds) {
  step(b, seconds, true);
}

static void run_engine(Bench* b, unsigned seconds) {
  const size_t n = (size_t)(b->rate * seconds);
  Estimate estimate;
  for (size_t at = 0; at < n;) {
    const size_t block = n - at < 1024 ? n - at : 1024;
    at += engine_push(b->engine, b->music + at, b->right + at, block);
    while (engine_pop(b->engine, &estimate))
      b->sum += estimate.valence;
  }
}

static void run_fft(Bench* b, unsigned seconds) {
  for (size_t k = 0; k < (size_t)seconds * FRAMES_A_SECOND; ++k)
    fftwf_execute(b->fft);
  b->sum += ((const float*)b->fft_out)[2];
}

static void run_gemv(Bench* b, unsigned seconds) {
  const int rows = (int)b->gemv_rows;
  for (size_t h = 0; h < (size_t)seconds * HOPS_A_SECOND; ++h)
    cblas_sgemv(CblasRowMajor, CblasNoTrans, rows, GEMV_COLUMNS, 1.0F, b->weights, GEMV_COLUMNS,
                b->vector, 1, 0.0F, b->vector + GEMV_COLUMNS, 1);
  b->sum += b->vector[GEMV_COLUMNS];
}

static void release(Bench* b) {
  engine_free(b->engine);
  net_free(b->net);
  rhythm_free(b->rhythm);
  tonal_free(b->tonal);
  spectral_free(b->spectral);
  loudness_free(b->loudness);
  mel_free(b->mel);
  stft_free(b->stft);
  frontend_free(b->frontend);
  if (b->fft) fftwf_destroy_plan(b->fft);
  fftwf_free(b->fft_in);
  fftwf_free(b->fft_out);
  free(b->weights);
  free(b->vector);
  free(b->mel_in);
  free(b->layer_a);
  free(b->layer_b);
  free(b->columns);
  free(b->music);
  free(b->right);
  free(b->power);
  free(b->mel_out);
  free(b->flux);
}

/// \return bytes in use on the heap; 0 if this build cannot tell
static size_t heap_bytes(void) {
#ifdef __GLIBC__
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

static int prepare(Bench* b, unsigned seconds, BenchResult* result, char* error,
                   size_t error_size) {
  const FrontendSpec* spec = model_frontend(b->model);
  const size_t window = fft_friendly_size((size_t)lround(0.04 * b->rate));
  b->n = (size_t)(b->rate * seconds);
  b->frame = (size_t)(b->rate / FRAMES_A_SECOND);
  const size_t before = heap_bytes();
  b->engine = engine_new(b->model, b->rate, error, error_size);
  if (!b->engine) return -1;
  const size_t with_engine = heap_bytes();
  b->frontend = frontend_new(spec, b->rate, error, error_size);
  if (!b->frontend) return -1;
  const size_t with_frontend = heap_bytes();
  b->net = net_new(b->model);
  result->engine_bytes = with_engine - before;
  result->frontend_bytes = with_frontend - with_engine;
  result->net_bytes = heap_bytes() - with_frontend;
  b->stft = stft_new(window);
  b->bins = window / 2 + 1;
  const double bin_hz = b->rate / (double)window;
  b->mel = mel_new(spec->n_mel, (double)spec->fmin, (double)spec->fmax, bin_hz, b->bins);
  b->loudness = loudness_new(bin_hz, b->bins);
  b->spectral = spectral_new(bin_hz, b->bins);
  b->tonal = tonal_new(b->rate);
  b->rhythm = rhythm_new();
  b->music = malloc(b->n * sizeof(float));
  b->right = malloc(b->n * sizeof(float));
  b->power = calloc(b->bins, sizeof(float));
  b->mel_out = calloc(spec->n_mel, sizeof(float));
  const size_t n_flux = (size_t)8 * FRONTEND_FRAMES * RHYTHM_BANDS;
  b->flux = malloc(n_flux * sizeof(float));
  b->fft_in = fftwf_malloc(2 * window * sizeof(float));
  b->fft_out = fftwf_malloc(window * sizeof(fftwf_complex));
  // Reads every weight once: the least time of a recurrent step of this size.
  b->gemv_rows = model_info(b->model)->parameters / GEMV_COLUMNS + 1;
  b->weights = malloc(b->gemv_rows * GEMV_COLUMNS * sizeof(float));
  b->vector = calloc(GEMV_COLUMNS + b->gemv_rows, sizeof(float));
  const LayerList* encoder = &model_plan(b->model)->encoder;
  b->mel_in = calloc((size_t)FRONTEND_FRAMES * spec->n_mel, sizeof(float));
  b->layer_a = calloc(encoder->widest + 64, sizeof(float));
  b->layer_b = calloc(encoder->widest + 64, sizeof(float));
  b->columns = calloc(encoder->columns + 64, sizeof(float));
  if (!b->mel_in || !b->layer_a || !b->layer_b || !b->columns || !b->net || !b->stft || !b->mel ||
      !b->loudness || !b->spectral || !b->tonal || !b->rhythm || !b->music || !b->right ||
      !b->power || !b->mel_out || !b->flux || !b->fft_in || !b->fft_out || !b->weights ||
      !b->vector) {
    snprintf(error, error_size, "out of memory");
    return -1;
  }
  b->fft = fftwf_plan_dft_1d((int)window, (fftwf_complex*)b->fft_in, b->fft_out, FFTW_FORWARD,
                             FFTW_PATIENT);
  make_music(b->music, b->n, b->rate);
  make_right(b->music, b->right, b->n, b->rate);
  memcpy(b->fft_in, b->music, 2 * window * sizeof(float));
  for (size_t i = 0; i < n_flux; ++i)
    b->flux[i] = fabsf(b->music[i % b->n]) * 10.0F;
  for (size_t i = 0; i < b->gemv_rows * GEMV_COLUMNS; ++i)
    b->weights[i] = b->music[i % b->n];
  for (size_t i = 0; i < GEMV_COLUMNS; ++i)
    b->vector[i] = 0.01F * (float)i;
  return 0;
}

/// Median over the runs, after one that warms the caches.
static double measure(Bench* b, Stage stage, unsigned runs, unsigned seconds) {
  double times[101];
  stage(b, seconds);
  for (unsigned i = 0; i < runs; ++i) {
    const double begin = now_ns();
    stage(b, seconds);
    times[i] = (now_ns() - begin) / seconds;
  }
  return median(times, runs);
}

static long count_allocations(Bench* b) {
  if (!allocations_available()) return -1;
  // Check that the counter works, because its 0 would prove nothing otherwise.
  allocations_begin();
  void* volatile proof = malloc(1);
  const unsigned long seen = allocations_end();
  free(proof);
  if (seen != 1) return -1;
  allocations_begin();
  run_engine(b, (unsigned)((double)b->n / b->rate));
  engine_reset(b->engine);
  run_engine(b, 1);
  return (long)allocations_end();
}

int bench_measure(Model* model, double rate, unsigned runs, unsigned seconds, BenchResult* result,
                  char* error, size_t error_size) {
  static const struct {
    const char* name;
    Stage run;
  } stages[] = {
      {"stft", run_stft},           {"mel", run_mel},
      {"loudness", run_loudness},   {"tonal", run_tonal},
      {"rhythm+shape", run_rhythm}, {"front end", run_frontend},
      {"encoder", run_encoder},     {"net", run_net},
      {"everything", run_engine},   {"net, explained", run_explain},
      {"floor: fft", run_fft},      {"floor: gemv", run_gemv},
  };
  Bench b;
  memset(&b, 0, sizeof b);
  memset(result, 0, sizeof *result);
  b.model = model;
  b.rate = result->rate = rate;
  int status = prepare(&b, seconds, result, error, error_size);
  if (status == 0) {
    for (size_t i = 0; i < sizeof stages / sizeof *stages; ++i) {
      if (stages[i].run == run_encoder && !model_plan(model)->has_encoder) continue;
      result->stages[result->n].name = stages[i].name;
      result->stages[result->n++].ns = measure(&b, stages[i].run, runs, seconds);
    }
    result->allocations = count_allocations(&b);
    if (!isfinite(b.sum)) {
      snprintf(error, error_size, "a stage gave numbers that are not finite");
      status = -1;
    }
  }
  release(&b);
  return status;
}

double bench_load(const char* path, unsigned runs) {
  double times[101];
  char error[256];
  for (unsigned i = 0; i < runs; ++i) {
    const double begin = now_ns();
    Model* model = model_open(path, error, sizeof error);
    times[i] = now_ns() - begin;
    if (!model) return -1.0;
    model_unref(model);
  }
  return median(times, runs);
}
