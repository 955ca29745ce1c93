// SPDX-License-Identifier: GPL-3.0-or-later
// Stores the last 10 minutes of estimates compactly, for a window that opens later.
#include "plugin/history.h"

#include "dsp/pages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_EXACT PROTOCOL_ENVELOPE_FIRST
#define N_FIXED (PROTOCOL_FLOATS - PROTOCOL_ENVELOPE_FIRST)

typedef struct {
  float exact[N_EXACT];
  int16_t fixed[N_FIXED];
  uint8_t attention[PROTOCOL_ATTENTION];
} Record;

struct History {
  uint64_t end;
  Record records[PROTOCOL_HISTORY];
};
_Static_assert(sizeof(History) < 540 * 1024, "ten minutes take less than 540 KiB");

History* history_new(void) {
  return pages_new(1, sizeof(History));
}
void history_free(History* h) {
  free(h);
}

/// Middle and half width of the 16-bit range of the field PROTOCOL_ENVELOPE_FIRST + i.
static void span(unsigned i, float* middle, float* half) {
  const unsigned field = PROTOCOL_ENVELOPE_FIRST + i;
  *middle = 0.0f;
  *half = 128.0f; // envelope: dB
  if (field >= PROTOCOL_TO_VALENCE_FIRST) {
    *half = 2.0f;
  } else if (field >= PROTOCOL_CUES_FIRST) {
    const CueInfo* cue = cue_info(field - PROTOCOL_CUES_FIRST);
    *middle = 0.5f * (cue->low + cue->high);
    *half = 1.5f * (cue->high - cue->low); // three times the display range: some are open-ended
  }
}

static uint8_t to_byte(float weight, float peak) {
  return (uint8_t)(peak > 0.0f ? fminf(fmaxf(weight, 0.0f) / peak, 1.0f) * 255.0f + 0.5f : 0.0f);
}

void history_append(History* h, float values[PROTOCOL_FLOATS], const float* attention,
                    const float* beyond, unsigned n_attention) {
  Record* r = &h->records[h->end % PROTOCOL_HISTORY];
  if (n_attention > PROTOCOL_WINDOW) {
    attention += n_attention - PROTOCOL_WINDOW;
    beyond += n_attention - PROTOCOL_WINDOW;
    n_attention = PROTOCOL_WINDOW;
  }
  float peak = 0.0f;
  for (unsigned i = 0; i < n_attention; ++i)
    peak = fmaxf(peak, attention[i]);
  values[PROTOCOL_ATTENTION_COUNT] = (float)n_attention;
  values[PROTOCOL_ATTENTION_UNIT] = peak / 255.0f;
  memset(r->attention, 0, sizeof r->attention);
  for (unsigned i = 0; i < n_attention; ++i) {
    r->attention[PROTOCOL_WINDOW - n_attention + i] = to_byte(attention[i], peak);
    r->attention[2 * PROTOCOL_WINDOW - n_attention + i] = to_byte(beyond[i], peak);
  }
  memcpy(r->exact, values, sizeof r->exact);
  for (unsigned i = 0; i < N_FIXED; ++i) {
    float middle, half;
    span(i, &middle, &half);
    const float x = (values[PROTOCOL_ENVELOPE_FIRST + i] - middle) / half;
    r->fixed[i] = (int16_t)lrintf(fminf(fmaxf(x, -1.0f), 1.0f) * 32767.0f);
  }
  ++h->end;
}

uint64_t history_end(const History* h) {
  return h->end;
}

uint64_t history_first(const History* h) {
  return h->end > PROTOCOL_HISTORY ? h->end - PROTOCOL_HISTORY : 0;
}

void history_read(const History* h, uint64_t index, float values[PROTOCOL_FLOATS],
                  uint8_t* attention) {
  const Record* r = &h->records[index % PROTOCOL_HISTORY];
  memcpy(values, r->exact, sizeof r->exact);
  for (unsigned i = 0; i < N_FIXED; ++i) {
    float middle, half;
    span(i, &middle, &half);
    values[PROTOCOL_ENVELOPE_FIRST + i] = middle + half * ((float)r->fixed[i] / 32767.0f);
  }
  memcpy(attention, r->attention, sizeof r->attention);
}
