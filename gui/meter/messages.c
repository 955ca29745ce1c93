// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the plugin's messages (plugin/protocol.h) into the view-model.
#include "gui/meter/messages.h"

#include "inference/engine.h"

#include <math.h>
#include <string.h>

_Static_assert(METER_WINDOW == PROTOCOL_WINDOW && METER_HISTORY == PROTOCOL_HISTORY &&
                   METER_BANDS == PROTOCOL_ENVELOPE,
               "the window keeps what the plugin sends");

// Beyond any unit's range; whole numbers still fit their types.
static float clean(float value) {
  return isfinite(value) ? fminf(fmaxf(value, -1e6f), 1e6f) : 0.0f;
}

static unsigned whole(float value) {
  return (unsigned)fmaxf(0.0f, clean(value));
}

static void copy(float* to, const float* from, size_t n) {
  for (size_t i = 0; i < n; ++i)
    to[i] = clean(from[i]);
}

static MeterSound sound(float state) {
  switch ((int)clean(state)) {
  case ENGINE_SILENT:
    return METER_SOUND_SILENT;
  case ENGINE_SETTLING:
    return METER_SOUND_SETTLING;
  default:
    return METER_SOUND_LIVE;
  }
}

static void decode(MeterRecord* r, const float* v) {
  r->time = (double)clean(v[PROTOCOL_TIME]);
  r->valence = clean(v[PROTOCOL_VALENCE]);
  r->arousal = clean(v[PROTOCOL_AROUSAL]);
  r->valence_spread = clean(v[PROTOCOL_VALENCE_SPREAD]);
  r->arousal_spread = clean(v[PROTOCOL_AROUSAL_SPREAD]);
  r->confidence = clean(v[PROTOCOL_CONFIDENCE]);
  r->sound = sound(v[PROTOCOL_STATE]);
  r->settled = clean(v[PROTOCOL_SETTLED]);
  r->piece_valence = clean(v[PROTOCOL_SONG_VALENCE]);
  r->piece_arousal = clean(v[PROTOCOL_SONG_AROUSAL]);
  r->loudness = clean(v[PROTOCOL_LOUDNESS_SHORT]);
  r->late = whole(v[PROTOCOL_LATE]);
  r->weights = whole(v[PROTOCOL_ATTENTION_COUNT]);
  if (r->weights > METER_WINDOW) r->weights = METER_WINDOW;
  r->weight_unit = clean(v[PROTOCOL_ATTENTION_UNIT]);
  r->explained = v[PROTOCOL_HAS_CONTRIBUTIONS] > 0.5f;
  copy(r->bands, v + PROTOCOL_ENVELOPE_FIRST, METER_BANDS);
  copy(r->cues, v + PROTOCOL_CUES_FIRST, CUE_COUNT);
  copy(r->contributions[0], v + PROTOCOL_TO_VALENCE_FIRST, CUE_GROUP_COUNT);
  copy(r->contributions[1], v + PROTOCOL_TO_AROUSAL_FIRST, CUE_GROUP_COUNT);
}

void messages_estimates(MeterView* view, int64_t first, size_t count, const float* values,
                        const uint8_t* attention) {
  if (first < 0 || first > INT64_MAX / 2) return; // the index could overflow
  for (size_t i = 0; i < count; ++i) {
    MeterRecord record = {.index = first + (int64_t)i};
    decode(&record, values + i * PROTOCOL_FLOATS);
    if (attention) {
      const uint8_t* bytes = attention + i * PROTOCOL_ATTENTION;
      memcpy(record.attention, bytes, PROTOCOL_WINDOW);
      memcpy(record.beyond, bytes + PROTOCOL_WINDOW, PROTOCOL_WINDOW);
    }
    meter_view_push(view, &record, count > 1);
  }
}

void messages_level(MeterView* view, const float* values) {
  for (int i = 0; i < PROTOCOL_LEVEL_FLOATS; ++i) {
    if (!(fabsf(values[i]) <= 1e6f)) return;
  }
  meter_view_level(view, (double)values[PROTOCOL_LEVEL_VALENCE],
                   (double)values[PROTOCOL_LEVEL_AROUSAL], values[PROTOCOL_LEVEL_HELD] > 0.5f,
                   values[PROTOCOL_LEVEL_BYPASSED] > 0.5f);
}
