// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Hours of sound through the plugin, as fast as it goes:   soak [HOURS [RATE]]
///
/// Prints a row an hour (or a tenth of the whole) and fails if memory grows, if a block's cost
/// creeps up, if a reading is late, missing or not a number, or if the audio changes.  At 192000 Hz
/// the sample counters pass 2^32 after 6.2 hours.
#include "tests/faults/bare.h"

#include <lv2/atom/util.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCK 1024
#define PIECE_SECONDS 60
#define ROWS 10

static double cpu_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static size_t heap_in_use(void) {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// A minute of music and, for the gate, some silence; the same over and over.
static float* make_piece(Bare* bare, double rate, size_t* n) {
  *n = (size_t)(rate * PIECE_SECONDS) / BLOCK * BLOCK;
  float* piece = malloc(*n * sizeof *piece);
  for (size_t at = 0; piece && at < *n; at += BLOCK) {
    bare_music(bare, rate, at, BLOCK);
    memcpy(piece + at, bare->audio[0], BLOCK * sizeof *piece);
    if (at > *n - *n / 8) memset(piece + at, 0, BLOCK * sizeof *piece);
  }
  return piece;
}

/// Estimates that reached the window.
static uint64_t estimates_seen(const Bare* bare, uint64_t* next) {
  const LV2_Atom_Sequence* sequence = (const void*)bare->notify;
  uint64_t count = 0;
  LV2_ATOM_SEQUENCE_FOREACH(sequence, event) {
    const LV2_Atom_Object* object = (const void*)&event->body;
    const LV2_Atom *first = NULL, *number = NULL;
    if (object->body.otype != bare->uris.ui_estimates) continue;
    lv2_atom_object_get(object, bare->uris.ui_first, &first, bare->uris.ui_count, &number, 0);
    if (!first || !number) continue;
    if ((uint64_t)((const LV2_Atom_Long*)(const void*)first)->body != *next)
      return UINT64_MAX; // one is missing
    *next += (uint64_t)((const LV2_Atom_Int*)number)->body;
    ++count;
  }
  return count;
}

static void ask(Bare* bare, LV2_URID type) {
  LV2_Atom_Sequence* in = (void*)bare->control;
  struct {
    LV2_Atom_Event event;
    LV2_Atom_Object_Body body;
  } message = {{.body = {sizeof message.body, bare->uris.atom_object}}, {0, type}};
  memset(in, 0, sizeof *in);
  in->atom.type = bare->uris.atom_sequence;
  in->atom.size = (uint32_t)(sizeof in->body + (type ? sizeof message : 0));
  memcpy(in + 1, &message, sizeof message);
}

int main(int count, char** arguments) {
  const double hours = count > 1 ? strtod(arguments[1], NULL) : 0.1;
  const double rate = count > 2 ? strtod(arguments[2], NULL) : 48000.0;
  Bare* bare = bare_new(PLUGIN_CV, rate, BARE_ALL);
  size_t n_piece;
  float* piece = bare ? make_piece(bare, rate, &n_piece) : NULL;
  if (!piece) return 2;
  const uint64_t total = (uint64_t)(hours * 3600.0 * rate) / BLOCK * BLOCK;
  const uint64_t row = total / ROWS / BLOCK * BLOCK;
  double first_cost = 0.0, cost = 0.0;
  size_t first_heap = 0;
  unsigned high = 0; ///< rows in a row with a high cost
  uint64_t next = 0;
  int status = 0;
  printf("     hours          samples    us/s of sound   heap bytes   estimates\n");
  ask(bare, bare->uris.ui_open);
  for (uint64_t at = 0; at < total;) {
    for (unsigned c = 0; c < 2; ++c)
      memcpy(bare->audio[c], piece + at % n_piece, BLOCK * sizeof *piece);
    const double start = cpu_seconds();
    bare_run_as_is(bare, BLOCK);
    bare_serve(bare);
    cost += cpu_seconds() - start;
    at += BLOCK;
    ask(bare, 0);
    const bool passed = memcmp(bare->audio[0], bare->audio[2], BLOCK * sizeof *piece) == 0;
    const bool sane = isfinite(bare_get(bare, PORT_VALENCE)) && isfinite(bare->cv[0][BLOCK - 1]);
    if (!passed || !sane || bare_get(bare, PORT_LATE) > 0.0f ||
        estimates_seen(bare, &next) == UINT64_MAX) {
      printf("FAILED at sample %llu: audio %s, values %s, late %g, estimate %llu\n",
             (unsigned long long)at, passed ? "same" : "changed", sane ? "finite" : "not finite",
             (double)bare_get(bare, PORT_LATE), (unsigned long long)next);
      status = 1;
      break;
    }
    if (at % row != 0) continue;
    const size_t heap = heap_in_use();
    cost *= 1e6 * rate / (double)row;
    printf("%10.3f %16llu %16.0f %12zu %11llu\n", (double)at / rate / 3600.0,
           (unsigned long long)at, cost, heap, (unsigned long long)next);
    fflush(stdout);
    if (first_heap == 0) {
      first_heap = heap;
      first_cost = cost;
    }
    if (heap > first_heap + 65536) {
      printf("FAILED: memory grows\n");
      status = 1;
    }
    high = cost > 3.0 * first_cost ? high + 1 : 0;
    if (high == 2) { // a busy machine may do this to one row
      printf("FAILED: the cost grows\n");
      status = 1;
    }
    cost = 0.0;
  }
  // A hop's estimate takes effect D after its end: the last one or two may not be due yet.
  const uint64_t expected = (uint64_t)((double)total / rate / 0.5);
  if (next + 2 < expected || next > expected) {
    printf("FAILED: %llu estimates of %llu\n", (unsigned long long)next,
           (unsigned long long)expected);
    status = 1;
  }
  bare_free(bare);
  free(piece);
  return status;
}
