// SPDX-License-Identifier: GPL-3.0-or-later
// The front end: host-rate stereo samples in, one HopFeatures every 0.5 s out.
#include "dsp/frontend.h"

#include "dsp/bandwidth.h"
#include "dsp/fft.h"
#include "dsp/kernels.h"
#include "dsp/loudness.h"
#include "dsp/mel.h"
#include "dsp/rhythm.h"
#include "dsp/spectral.h"
#include "dsp/stft.h"
#include "dsp/tonal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES_A_SECOND 50
#define WINDOW_S 0.04
#define PAST_FRAMES 7          ///< frames between two moves of the past to the buffer's start
#define LARGEST_SAMPLE 1e10f   ///< its square is still a finite float; above 32-bit integer scale
#define MEL_FLOOR 1e-6f        ///< -60 dB re the slow loudness
#define FLUX_LAG 2             ///< frames: a window is two frames long
#define LARGEST_SEMITONE 15.0f ///< dB re the slow loudness
#define STAGGER 10             ///< frames by which the second aggregate is ahead: two tonal spectra
#define BURST_FRAMES 60        ///< 1.2 s: frames over the limit for longer than this are music ...
#define ABSURD 32.0f           ///< ... but 15 dB over the limit, ABSURD_FRAMES hold instead
#define ABSURD_FRAMES 250      ///< 5 s
#define BURST_GAP 25           ///< 0.5 s without a limited frame: the next one begins another burst
#define TONAL_REACH 17         ///< frames on which a tonal spectrum depends
#define SILENT_TEMPO 120.0f
#define SILENT_REGISTER 60.0f

/// The frames of the current hop, and the memory from hop to hop.
typedef struct {
  Loudness* loudness;
  Tonal* tonal;
  Rhythm* rhythm;
  float* mean_power; ///< [2][kept] summed over the previous hop and over this one
  float*
      mel_power; ///< [FLUX_LAG + 25][n_mel]: the last frames of the previous hop, then this one's
  float k_energy[FRONTEND_FRAMES]; ///< K-weighted energy of the frames as measured
  float filled[FRONTEND_FRAMES];   ///< the same with missing bands filled
  bool no_flux[FRONTEND_FRAMES];   ///< a burst begins or ends there, or the filling changed
  bool burst[FRONTEND_FRAMES];     ///< the frame belongs to a burst
  bool limited;                    ///< a frame was limited
  unsigned frames;                 ///< frames so far
  bool begun;                      ///< false: waits for the first frame of a hop
  bool completed;                  ///< hop holds a completed hop
  unsigned part;                   ///< the next part of the end of the hop
  HopFeatures hop;
  struct {
    LoudnessHop loudness;
    TonalHop tonal;
    RhythmHop rhythm;
    RhythmBands bands;
  } parts; ///< values that one part of the end of a hop passes to the next
} Aggregate;

struct Frontend {
  FrontendSpec spec;
  double rate;
  const Kernels* kernels;
  Stft* stft;
  Mel* mel;
  Spectral* spectral;
  Bandwidth* bandwidth;
  size_t band_end[RHYTHM_BANDS]; ///< mel bands below the upper edge of each rhythm band
  size_t window;                 ///< samples in a frame
  size_t capacity;               ///< of past
  float* past[2];                ///< from at: older samples of the window, then the current frame's
  size_t at;                     ///< advances with each frame; back to 0 at the end of past
  size_t fill;                   ///< samples of the current frame so far
  size_t need;                   ///< samples in the current frame's advance
  uint64_t frame;                ///< frames completed
  uint64_t start;                ///< sample at which the current frame's advance began
  size_t bins;                   ///< bins of a spectrum, at least bandwidth_bins()
  size_t kept;                   ///< bins that are summed over a hop: those that are used
  float* power;                  ///< [bins] of one frame
  float* raw_power;              ///< [kept] summed over the first aggregate's hop, as measured
  unsigned since_limited;        ///< frames since one was limited or the filling changed; saturates
  unsigned loud;                 ///< limited frames of the present burst
  bool accepted;                 ///< it has lasted too long for a burst, so it is music
  unsigned quiet;                ///< frames since the last limited one; saturates at BURST_GAP
  unsigned tainted;       ///< number of coming frames with the burst still in the tonal window
  float* mel_db;          ///< an aggregate's mel_power in dB re the slow loudness
  Aggregate aggregate[2]; ///< the second, if staggered, completes its hops STAGGER frames earlier
  unsigned aggregates;
  bool spectrum_due; ///< the last frame's tonal spectrum is still to be computed
};

FrontendSpec frontend_default_spec(void) {
  return (FrontendSpec){64, 30.0f, 10000.0f};
}

bool frontend_same_spec(const FrontendSpec* a, const FrontendSpec* b) {
  return a->n_mel == b->n_mel && a->fmin == b->fmin && a->fmax == b->fmax;
}

/// First sample after frame \p k: round((k + 1) * rate / 50).
static uint64_t frame_end(double rate, uint64_t k) {
  const double whole = floor(rate);
  const double rest = rate - whole; // keeps the product exact for hours at whole-numbered rates
  const uint64_t n = (k + 1) * (uint64_t)whole;
  return (n + FRAMES_A_SECOND / 2) / FRAMES_A_SECOND +
         (uint64_t)llround((double)(k + 1) * rest / FRAMES_A_SECOND);
}

static void begin_frame(Frontend* fe) {
  fe->fill = 0;
  fe->need = (size_t)(frame_end(fe->rate, fe->frame) - fe->start);
}

static bool check(const FrontendSpec* spec, double rate, char* error, size_t error_size) {
  if (!(rate >= FRONTEND_MIN_RATE && rate <= FRONTEND_MAX_RATE)) {
    snprintf(error, error_size, "sample rate %g Hz is outside %g-%g Hz", rate, FRONTEND_MIN_RATE,
             FRONTEND_MAX_RATE);
    return false;
  }
  if (spec->n_mel < 16 || spec->n_mel > FRONTEND_MAX_MEL) {
    snprintf(error, error_size, "%u mel bands: 16 to %d are possible", spec->n_mel,
             FRONTEND_MAX_MEL);
    return false;
  }
  if (!(spec->fmin >= 0.0f && spec->fmax >= spec->fmin + 100.0f && spec->fmax <= 24000.0f)) {
    snprintf(error, error_size, "mel range %g-%g Hz is not possible", (double)spec->fmin,
             (double)spec->fmax);
    return false;
  }
  return true;
}

static size_t mel_values(const Frontend* fe) {
  return (size_t)(FLUX_LAG + FRONTEND_FRAMES) * fe->spec.n_mel;
}

static bool aggregate_init(const Frontend* fe, Aggregate* a) {
  a->loudness = loudness_new(fe->rate / (double)fe->window, fe->bins);
  a->tonal = a == &fe->aggregate[0] ? tonal_new(fe->rate) : tonal_new_follower(fe->rate);
  a->rhythm = rhythm_new();
  a->mean_power = calloc(2 * fe->kept, sizeof *a->mean_power);
  a->mel_power = calloc(mel_values(fe), sizeof *a->mel_power);
  return a->loudness && a->tonal && a->rhythm && a->mean_power && a->mel_power;
}

static void aggregate_free(Aggregate* a) {
  free(a->mel_power);
  free(a->mean_power);
  rhythm_free(a->rhythm);
  tonal_free(a->tonal);
  loudness_free(a->loudness);
}

static void aggregate_reset(const Frontend* fe, Aggregate* a) {
  memset(a->mean_power, 0, 2 * fe->kept * sizeof *a->mean_power);
  a->limited = false;
  memset(a->mel_power, 0, FLUX_LAG * fe->spec.n_mel * sizeof *a->mel_power);
  loudness_reset(a->loudness);
  tonal_reset(a->tonal);
  rhythm_reset(a->rhythm);
  memset(&a->hop, 0, sizeof a->hop);
  a->frames = a->part = 0;
  a->completed = false;
  a->begun = a == &fe->aggregate[0];
}

Frontend* frontend_new(const FrontendSpec* spec, double rate, char* error, size_t error_size) {
  if (!check(spec, rate, error, error_size)) return NULL;
  Frontend* fe = calloc(1, sizeof *fe);
  if (!fe) goto no_memory;
  fe->spec = *spec;
  fe->rate = rate;
  fe->kernels = kernels_get();
  fe->window = fft_friendly_size((size_t)lround(WINDOW_S * rate));
  fe->stft = stft_new(fe->window);
  if (!fe->stft) goto no_memory;
  const double bin_hz = rate / (double)fe->window;
  fe->kept = bandwidth_bins(bin_hz);
  const size_t bins = fe->kept > stft_bins(fe->stft) ? fe->kept : stft_bins(fe->stft);
  fe->bins = bins;
  fe->capacity = fe->window + PAST_FRAMES * ((size_t)(rate / FRAMES_A_SECOND) + 2);
  fe->mel = mel_new(spec->n_mel, (double)spec->fmin, (double)spec->fmax, bin_hz, bins);
  fe->bandwidth = bandwidth_new(rate, bin_hz, bins);
  fe->spectral = spectral_new(bin_hz, fe->kept);
  for (int c = 0; c < 2; ++c)
    fe->past[c] = calloc(fe->capacity, sizeof *fe->past[c]);
  fe->power = calloc(bins, sizeof *fe->power);
  fe->raw_power = calloc(fe->kept, sizeof *fe->raw_power);
  fe->mel_db = calloc(mel_values(fe), sizeof *fe->mel_db);
  if (!fe->mel || !fe->bandwidth || !fe->raw_power || !fe->spectral || !fe->past[0] ||
      !fe->past[1] || !fe->power || !fe->mel_db || !aggregate_init(fe, &fe->aggregate[0]))
    goto no_memory;
  fe->aggregates = 1;
  for (size_t b = 0, i = 0; b < RHYTHM_BANDS; fe->band_end[b++] = i)
    while (i < spec->n_mel &&
           (b == RHYTHM_BANDS - 1 || mel_centre(fe->mel, i) < (double)rhythm_band_edges[b]))
      ++i;
  frontend_reset(fe);
  return fe;
no_memory:
  if (error_size) snprintf(error, error_size, "not enough memory for the front end");
  frontend_free(fe);
  return NULL;
}

void frontend_free(Frontend* fe) {
  if (!fe) return;
  for (unsigned i = 0; i < 2; ++i)
    aggregate_free(&fe->aggregate[i]);
  free(fe->mel_db);
  free(fe->raw_power);
  free(fe->power);
  free(fe->past[1]);
  free(fe->past[0]);
  spectral_free(fe->spectral);
  bandwidth_free(fe->bandwidth);
  mel_free(fe->mel);
  stft_free(fe->stft);
  free(fe);
}

void frontend_reset(Frontend* fe) {
  fe->frame = fe->start = 0;
  fe->spectrum_due = false;
  fe->at = 0;
  for (int c = 0; c < 2; ++c)
    memset(fe->past[c], 0, fe->capacity * sizeof *fe->past[c]);
  fe->since_limited = FLUX_LAG + 1;
  fe->loud = fe->tainted = 0;
  fe->accepted = false;
  fe->quiet = BURST_GAP;
  memset(fe->raw_power, 0, fe->kept * sizeof *fe->raw_power);
  bandwidth_reset(fe->bandwidth);
  for (unsigned i = 0; i < fe->aggregates; ++i)
    aggregate_reset(fe, &fe->aggregate[i]);
  begin_frame(fe);
}

void frontend_follow(Frontend* fe, const Frontend* leader) {
  frontend_reset(fe);
  fe->frame = leader->frame;
  fe->start = leader->start;
  begin_frame(fe);
}

void frontend_forget(Frontend* fe, unsigned hops) {
  bandwidth_new_piece(fe->bandwidth);
  for (unsigned i = 0; i < fe->aggregates; ++i) {
    loudness_forget(fe->aggregate[i].loudness, hops);
    rhythm_forget(fe->aggregate[i].rhythm, (size_t)hops * FRONTEND_FRAMES);
    tonal_reset_memory(fe->aggregate[i].tonal);
  }
}

bool frontend_stagger(Frontend* fe) {
  if (fe->aggregates == 2) return true;
  if (!aggregate_init(fe, &fe->aggregate[1])) return false;
  fe->aggregates = 2;
  aggregate_reset(fe, &fe->aggregate[1]);
  return true;
}

void frontend_set_gate(Frontend* fe, float lufs) {
  for (unsigned i = 0; i < fe->aggregates; ++i)
    loudness_set_gate(fe->aggregate[i].loudness, lufs);
}

/// How a frame enters the hop.
typedef struct {
  float k_energy, filled; ///< K-weighted mean square as measured, and with missing bands filled
  bool limited, burst, no_flux;
} Weight;

/// It has lasted too long for a burst: count its frames as music.
static void accept_burst(Frontend* fe) {
  fe->accepted = true;
  fe->tainted = 0;
  for (unsigned i = 0; i < fe->aggregates; ++i) {
    loudness_accept(fe->aggregate[i].loudness);
    memset(fe->aggregate[i].burst, 0, sizeof fe->aggregate[i].burst);
  }
}

/// Decide whether the frame belongs to a burst: a short sound far over the slow loudness.
/// \param excess the frame's energy divided by the limit
/// \return whether the frame belongs to a burst
static bool step_burst(Frontend* fe, float excess) {
  if (fe->tainted > 0) --fe->tainted;
  if (!(excess > 1.0f)) {
    if (fe->quiet < BURST_GAP && ++fe->quiet == BURST_GAP) {
      fe->loud = 0;
      fe->accepted = false;
    }
    return false;
  }
  fe->quiet = 0;
  if (!fe->accepted && ++fe->loud > (excess > ABSURD ? ABSURD_FRAMES : BURST_FRAMES))
    accept_burst(fe);
  if (fe->accepted || !loudness_is_settled(fe->aggregate[0].loudness)) return false;
  fe->tainted = TONAL_REACH;
  return true;
}

/// Fill the missing bands of the frame's power, and limit it.
static Weight weigh_frame(Frontend* fe) {
  const Loudness* loudness = fe->aggregate[0].loudness;
  Weight w = {.k_energy = loudness_frame(loudness, fe->power)};
  w.filled = w.k_energy;
  fe->kernels->accumulate(fe->raw_power, fe->power, fe->kept);
  if (bandwidth_is_limited(fe->bandwidth)) {
    bandwidth_fill(fe->bandwidth, fe->power);
    w.filled = loudness_frame(loudness, fe->power);
  }
  const float limit = loudness_limit(loudness);
  if (fe->since_limited <= FLUX_LAG) ++fe->since_limited;
  w.limited = w.filled > limit;
  if (w.limited) {
    const float gain = limit / w.filled;
    for (size_t i = 0; i < fe->bins; ++i)
      fe->power[i] *= gain;
    fe->since_limited = 0;
  }
  w.burst = step_burst(fe, w.filled / limit);
  w.no_flux = fe->since_limited <= FLUX_LAG;
  return w;
}

/// Add the frame's power to each aggregate.
static void gather_frame(Frontend* fe) {
  const size_t n_mel = fe->spec.n_mel;
  const Weight weight = weigh_frame(fe);
  Aggregate* second = &fe->aggregate[1];
  if (fe->aggregates == 2 && fe->frame % FRONTEND_FRAMES == FRONTEND_FRAMES - STAGGER)
    second->begun = true;
  const float* mel = NULL;
  for (unsigned i = 0; i < fe->aggregates; ++i) {
    Aggregate* a = &fe->aggregate[i];
    if (!a->begun) continue;
    float* row = a->mel_power + (FLUX_LAG + a->frames) * n_mel;
    if (mel)
      memcpy(row, mel, n_mel * sizeof *row);
    else
      mel_process(fe->mel, fe->power, row);
    mel = row;
    if (!weight.burst) fe->kernels->accumulate(a->mean_power + fe->kept, fe->power, fe->kept);
    a->k_energy[a->frames] = weight.k_energy;
    a->filled[a->frames] = weight.filled;
    a->burst[a->frames] = weight.burst;
    a->no_flux[a->frames++] = weight.no_flux;
    a->limited = a->limited || weight.limited;
  }
}

static void finish_frame(Frontend* fe) {
  const float* past[2] = {fe->past[0] + fe->at, fe->past[1] + fe->at};
  const float* fresh[2] = {past[0] + fe->window, past[1] + fe->window};
  if (memcmp(fresh[0], fresh[1], fe->need * sizeof *fresh[0]) == 0) fresh[1] = fresh[0];
  // past holds window samples up to this frame's end: older ones first
  const size_t bins = stft_bins(fe->stft);
  stft_power(fe->stft, past[0] + fe->need, past[1] + fe->need, fe->power);
  memset(fe->power + bins, 0, (fe->bins - bins) * sizeof *fe->power);
  fe->spectrum_due = tonal_take(fe->aggregate[0].tonal, fresh[0], fresh[1], fe->need);
  gather_frame(fe);
  if (fe->tainted > 0) fe->spectrum_due = false;
  fe->at += fe->need;
  fe->start += fe->need;
  ++fe->frame;
  begin_frame(fe);
  if (fe->at + fe->window + fe->need <= fe->capacity) return;
  for (int c = 0; c < 2; ++c)
    memmove(fe->past[c], fe->past[c] + fe->at, fe->window * sizeof *fe->past[c]);
  fe->at = 0;
}

static void neutral_hop(HopFeatures* hop, const FrontendSpec* spec) {
  for (size_t i = 0; i < (size_t)FRONTEND_FRAMES * spec->n_mel; ++i)
    hop->logmel[i] = -60.0f;
  for (size_t i = 0; i < FRONTEND_SEMITONES; ++i)
    hop->semitones[i] = -60.0f;
  memset(hop->cues, 0, sizeof hop->cues);
  hop->cues[CUE_TEMPO] = SILENT_TEMPO;
  hop->cues[CUE_REGISTER] = SILENT_REGISTER;
  hop->cues[CUE_BANDWIDTH] = BANDWIDTH_ALL;
  memset(hop->chroma, 0, sizeof hop->chroma);
}

/// Flux of each frame: mean rise in level over FLUX_LAG frames, dB, in all mel bands and by rhythm
/// band.
static void find_flux(const Frontend* fe, const bool* none, float* flux,
                      float (*bands)[RHYTHM_BANDS]) {
  const size_t n_mel = fe->spec.n_mel;
  for (size_t i = 0; i < FRONTEND_FRAMES; ++i) {
    const float* now = fe->mel_db + (i + FLUX_LAG) * n_mel;
    const float* before = fe->mel_db + i * n_mel;
    float total = 0.0f;
    for (size_t b = 0, first = 0; b < RHYTHM_BANDS; first = fe->band_end[b++]) {
      const size_t n = fe->band_end[b] - first;
      const float rise = none[i] ? 0.0f : fe->kernels->rise(now + first, before + first, n);
      bands[i][b] = n ? rise / (float)n : 0.0f;
      total += rise;
    }
    flux[i] = total / (float)n_mel;
  }
}

static void fill_cues(HopFeatures* hop, const LoudnessHop* loudness, const SpectralShape* shape,
                      const TonalHop* tonal, const RhythmHop* rhythm, const RhythmBands* bands) {
  float* cues = hop->cues;
  cues[CUE_LOUDNESS_MOMENTARY] = loudness->relative;
  cues[CUE_LOUDNESS_SHORT] = loudness->relative_short;
  cues[CUE_LOUDNESS_SLOPE] = loudness->slope;
  cues[CUE_LOUDNESS_SPREAD] = loudness->spread;
  cues[CUE_LOUDNESS_RISE] = loudness->rise;
  cues[CUE_FLUX] = rhythm->flux;
  cues[CUE_ONSET_RATE] = rhythm->onset_rate;
  cues[CUE_ATTACK] = rhythm->attack;
  cues[CUE_LOW_ENERGY] = loudness->low_energy;
  for (size_t b = 0; b < RHYTHM_BANDS; ++b) {
    cues[(size_t)CUE_FLUX_BASS + b] = bands->flux[b];
    cues[(size_t)CUE_ACCENT_BASS + b] = bands->accent[b];
  }
  cues[CUE_CENTROID] = shape->centroid;
  cues[CUE_SPECTRAL_SPREAD] = shape->spread;
  cues[CUE_ROLLOFF] = shape->rolloff;
  cues[CUE_FLATNESS] = shape->flatness;
  cues[CUE_BASS_SHARE] = shape->bass_share;
  cues[CUE_CONTRAST] = shape->contrast;
  cues[CUE_REGISTER] = tonal->register_note;
  cues[CUE_KEY_CLARITY] = tonal->key_clarity;
  cues[CUE_MODE_FAST] = tonal->mode_fast;
  cues[CUE_MODE] = tonal->mode;
  cues[CUE_MODE_SLOW] = tonal->mode_slow;
  cues[CUE_TONAL_CHANGE] = tonal->tonal_change;
  cues[CUE_TONALNESS] = tonal->tonalness;
  cues[CUE_ROUGHNESS] = tonal->roughness;
  cues[CUE_PULSE_CLARITY] = rhythm->pulse_clarity;
  cues[CUE_TEMPO] = rhythm->tempo;
}

static void hear_hop(Frontend* fe, Aggregate* a) {
  HopFeatures* hop = &a->hop;
  LoudnessHop* loudness = &a->parts.loudness;
  loudness_hop(a->loudness, a->k_energy, a->filled, a->burst, loudness);
  hop->end = fe->start;
  hop->silent = loudness->silent;
  hop->gate_opened = loudness->opened;
  hop->burst = !loudness->opened && memchr(a->burst, true, sizeof a->burst);
  hop->loudness = loudness->momentary;
  hop->loudness_short = loudness->short_term;
  hop->loudness_slow = loudness->slow;
  if (loudness->opened) { // a new piece: forget everything before the silence
    tonal_reset_memory(a->tonal);
    rhythm_reset(a->rhythm);
    memset(a->mean_power, 0, fe->kept * sizeof *a->mean_power);
    if (a == &fe->aggregate[0]) bandwidth_new_piece(fe->bandwidth);
  }
  tonal_hop(a->tonal, !a->limited, &a->parts.tonal);
}

static void find_levels(Frontend* fe, Aggregate* a) {
  HopFeatures* hop = &a->hop;
  const size_t n_mel = fe->spec.n_mel;
  const float scale = 1.0f / a->parts.loudness.slow_energy;
  fe->kernels->decibels(fe->mel_db, a->mel_power, scale, MEL_FLOOR,
                        (FLUX_LAG + FRONTEND_FRAMES) * n_mel);
  memcpy(hop->logmel, fe->mel_db + FLUX_LAG * n_mel, FRONTEND_FRAMES * n_mel * sizeof(float));
  fe->kernels->decibels(hop->semitones, a->parts.tonal.semitones, scale, MEL_FLOOR,
                        FRONTEND_SEMITONES);
  for (size_t i = 0; i < FRONTEND_SEMITONES; ++i) // a burst
    hop->semitones[i] = fminf(hop->semitones[i], LARGEST_SEMITONE);
  memcpy(hop->chroma, a->parts.tonal.chroma, sizeof hop->chroma);
}

static void find_rhythm(Frontend* fe, Aggregate* a) {
  float flux[FRONTEND_FRAMES], band_flux[FRONTEND_FRAMES][RHYTHM_BANDS];
  find_flux(fe, a->no_flux, flux, band_flux);
  rhythm_hop(a->rhythm, flux, FRONTEND_FRAMES, &a->parts.rhythm);
  rhythm_bands_hop(a->rhythm, &band_flux[0][0], FRONTEND_FRAMES, &a->parts.bands);
}

static void find_shape(Frontend* fe, Aggregate* a) {
  // The shape is taken over 1 s; over 0.5 s it would depend on where the hop begins.
  fe->kernels->accumulate(a->mean_power, a->mean_power + fe->kept, fe->kept);
  SpectralShape shape;
  spectral_shape(fe->spectral, a->mean_power, &shape);
  fill_cues(&a->hop, &a->parts.loudness, &shape, &a->parts.tonal, &a->parts.rhythm,
            &a->parts.bands);
  a->hop.cues[CUE_BANDWIDTH] = bandwidth_octaves(fe->bandwidth);
  if (a == &fe->aggregate[0] && !a->hop.burst &&
      bandwidth_hop(fe->bandwidth, fe->raw_power, a->parts.loudness.slow_energy))
    fe->since_limited = 0; // filling is no onset
}

static void end_hop(Frontend* fe, Aggregate* a) {
  const size_t n_mel = fe->spec.n_mel, kept = fe->kept;
  if (a == &fe->aggregate[0]) memset(fe->raw_power, 0, kept * sizeof *fe->raw_power);
  memcpy(a->mean_power, a->mean_power + kept, kept * sizeof *a->mean_power);
  memset(a->mean_power + kept, 0, kept * sizeof *a->mean_power);
  a->limited = false;
  memcpy(a->mel_power, a->mel_power + FRONTEND_FRAMES * n_mel,
         FLUX_LAG * n_mel * sizeof *a->mel_power);
  a->frames = 0;
  a->part = 0;
  a->completed = true;
}

/// Compute one part of the end of the aggregate's hop.  \return whether it was the last part
static bool finish_part(Frontend* fe, Aggregate* a) {
  const unsigned part = a->part++;
  if (part == 0) {
    hear_hop(fe, a);
    return false;
  }
  const bool sounds = !a->hop.silent && a->parts.loudness.slow_energy > 0.0f;
  if (part == 1 && sounds) find_levels(fe, a);
  if (part == 1 && !sounds) neutral_hop(&a->hop, &fe->spec);
  if (part == 2 && sounds) find_rhythm(fe, a);
  if (part < FRONTEND_HOP_PARTS - 1) return false;
  if (sounds) find_shape(fe, a);
  end_hop(fe, a);
  return true;
}

/// \return the next aggregate with a full hop, or NULL
static Aggregate* full_aggregate(const Frontend* fe) {
  for (unsigned i = fe->aggregates; i-- > 0;)
    if (fe->aggregate[i].frames == FRONTEND_FRAMES) return (Aggregate*)(uintptr_t)&fe->aggregate[i];
  return NULL;
}

size_t frontend_take(Frontend* fe, const float* left, const float* right, size_t n) {
  const size_t want = fe->need - fe->fill;
  const size_t take = n < want ? n : want;
  const size_t to = fe->at + fe->window + fe->fill;
  float* fresh[2] = {fe->past[0] + to, fe->past[1] + to};
  // NaN and infinities count as silence; values beyond any converter's range are clamped.
  fe->kernels->sanitize(fresh[0], left, LARGEST_SAMPLE, take);
  if (left == right)
    memcpy(fresh[1], fresh[0], take * sizeof *fresh[0]);
  else
    fe->kernels->sanitize(fresh[1], right, LARGEST_SAMPLE, take);
  fe->fill += take;
  if (fe->fill == fe->need) finish_frame(fe);
  return take;
}

bool frontend_busy(const Frontend* fe) {
  return fe->spectrum_due || full_aggregate(fe);
}

bool frontend_advance(Frontend* fe) {
  if (fe->spectrum_due) {
    fe->spectrum_due = false;
    const float* spectrum = tonal_spectrum(fe->aggregate[0].tonal);
    Aggregate* second = &fe->aggregate[1];
    if (fe->aggregates == 2 && second->begun) tonal_add(second->tonal, spectrum);
    return false;
  }
  Aggregate* full = full_aggregate(fe);
  return full && finish_part(fe, full) && full == &fe->aggregate[0];
}

int frontend_part(const Frontend* fe) {
  const Aggregate* full = full_aggregate(fe);
  return fe->spectrum_due || !full ? -1 : (int)full->part;
}

size_t frontend_frame_rest(const Frontend* fe) {
  return fe->need - fe->fill;
}

size_t frontend_push(Frontend* fe, const float* left, const float* right, size_t n, bool* done) {
  size_t used = 0;
  if (!right) right = left;
  *done = false;
  while (used < n && !*done) {
    used += frontend_take(fe, left + used, right + used, n - used);
    while (frontend_busy(fe))
      *done = frontend_advance(fe);
  }
  return used;
}

uint64_t frontend_hop_end(double rate, uint64_t hop) {
  return frame_end(rate, (hop + 1) * FRONTEND_FRAMES - 1);
}

const HopFeatures* frontend_hop(const Frontend* fe) {
  return &fe->aggregate[0].hop;
}

const HopFeatures* frontend_staggered_hop(const Frontend* fe) {
  return fe->aggregate[1].completed ? &fe->aggregate[1].hop : NULL;
}

static void aggregate_state(const Frontend* fe, Aggregate* a, StateCopy* copy) {
  if (copy->direction == STATE_LOAD) a->part = 0;
  loudness_state(a->loudness, copy);
  tonal_state(a->tonal, copy);
  rhythm_state(a->rhythm, copy);
  state_field(copy, a->mean_power, 2 * fe->kept * sizeof *a->mean_power);
  state_field(copy, a->mel_power, mel_values(fe) * sizeof *a->mel_power);
  state_field(copy, a->k_energy, sizeof a->k_energy);
  state_field(copy, a->filled, sizeof a->filled);
  state_field(copy, a->no_flux, sizeof a->no_flux);
  state_field(copy, &a->burst, sizeof a->burst);
  state_field(copy, &a->limited, sizeof a->limited);
  state_field(copy, &a->frames, sizeof a->frames);
  state_field(copy, &a->begun, sizeof a->begun);
  state_field(copy, &a->completed, sizeof a->completed);
  if (fe->aggregates == 2) state_field(copy, &a->hop, sizeof a->hop);
}

void frontend_state(Frontend* fe, StateCopy* copy) {
  if (copy->direction == STATE_LOAD) {
    fe->spectrum_due = false;
    fe->at = 0;
  }
  const size_t held = fe->window + (size_t)(fe->rate / FRAMES_A_SECOND) + 2;
  for (int c = 0; c < 2; ++c)
    state_field(copy, fe->past[c] + fe->at, held * sizeof *fe->past[c]);
  state_field(copy, fe->raw_power, fe->kept * sizeof *fe->raw_power);
  state_field(copy, &fe->fill, sizeof fe->fill);
  state_field(copy, &fe->need, sizeof fe->need);
  state_field(copy, &fe->frame, sizeof fe->frame);
  state_field(copy, &fe->start, sizeof fe->start);
  state_field(copy, &fe->since_limited, sizeof fe->since_limited);
  state_field(copy, &fe->loud, sizeof fe->loud);
  state_field(copy, &fe->accepted, sizeof fe->accepted);
  state_field(copy, &fe->quiet, sizeof fe->quiet);
  state_field(copy, &fe->tainted, sizeof fe->tainted);
  bandwidth_state(fe->bandwidth, copy);
  for (unsigned i = 0; i < fe->aggregates; ++i)
    aggregate_state(fe, &fe->aggregate[i], copy);
}
