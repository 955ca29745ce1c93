// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The list of all values of a reading: one row for each output.
///
/// This list makes the fields of NetOutput and Estimate, the plugin's output ports, the OSC
/// messages, the floats sent to the window, the columns of CSV and JSON, the sources of
/// Ardour's script and the tables in docs/automation.md.  To add an output, add a row and compute
/// its field.
///
/// Thread: constants only; any thread.
#ifndef CIRCUMPLEX_INFERENCE_READINGS_H
#define CIRCUMPLEX_INFERENCE_READINGS_H

#include <stdbool.h>

/// X(ID, field, OWNER, "symbol", "Name", TYPE, low, high, rest, "unit", "column", column_number,
///   OSC, "points", "comment")
///
/// - OWNER: what computes the field.  NET: net_step().  ENGINE: the engine itself.  STATE: the
///   engine; an EngineState.  OUTPUT: the code that shows the reading; not a field of an Estimate.
/// - symbol: symbol of the output port, and the OSC address below /circumplex/NAME.
/// - TYPE: REAL, WHOLE (a whole number) or CHOICE (one of the points).
/// - rest: the value while there is no reading.
/// - unit: a term of the LV2 units extension, "" (none) or "=symbol" (a custom unit).
/// - column: name of the column in CSV and JSON, "" for none; column_number: its position, from 1.
/// - OSC: SENT, or KEPT (not sent).
/// - points: "value label|value label", or "".
///
/// The order of the rows is the order of the output ports: append, do not insert.
#define READINGS_LIST(X)                                                                           \
  X(VALENCE, valence, NET, "valence", "Valence", REAL, -1, 1, 0, "", "valence", 1, SENT, "",       \
    "How pleasant the expressed emotion is, from -1 (unpleasant) to 1 (pleasant), after trim, "    \
    "range and response.")                                                                         \
  X(AROUSAL, arousal, NET, "arousal", "Arousal", REAL, -1, 1, 0, "", "arousal", 2, SENT, "",       \
    "How energetic the expressed emotion is, from -1 (calm) to 1 (excited), after trim, range "    \
    "and response.")                                                                               \
  X(VALENCE_SPREAD, valence_spread, NET, "valence_spread", "Valence Spread", REAL, 0, 1, 0, "",    \
    "valence_spread", 3, SENT, "",                                                                 \
    "Standard deviation to be expected of the valence, on its own scale: at most 0.577, that of "  \
    "a value of which nothing is known, times the range.")                                         \
  X(AROUSAL_SPREAD, arousal_spread, NET, "arousal_spread", "Arousal Spread", REAL, 0, 1, 0, "",    \
    "arousal_spread", 4, SENT, "",                                                                 \
    "Standard deviation to be expected of the arousal, on its own scale: at most 0.577, that of "  \
    "a value of which nothing is known, times the range.")                                         \
  X(CONFIDENCE, confidence, NET, "confidence", "Confidence", REAL, 0, 1, 0, "", "confidence", 5,   \
    SENT, "",                                                                                      \
    "How far to trust the reading: low for sound that is not like mixed music, and near an axis.")  \
  X(QUADRANT, quadrant, OUTPUT, "quadrant", "Quadrant", CHOICE, 0, 4, 0, "", "", 0, SENT,          \
    "0 neutral|1 Q1 happy, excited|2 Q2 tense, angry|3 Q3 sad, depressed|4 Q4 calm, relaxed",      \
    "The quadrant of the plane in which the reading is, with hysteresis, or neutral near its "     \
    "centre.")                                                                                     \
  X(SONG_VALENCE, song_valence, NET, "song_valence", "Song Valence", REAL, -1, 1, 0, "",           \
    "song_valence", 8, SENT, "",                                                                   \
    "Valence of the whole piece so far, since the last silence, change of the music or reset.")    \
  X(SONG_AROUSAL, song_arousal, NET, "song_arousal", "Song Arousal", REAL, -1, 1, 0, "",           \
    "song_arousal", 9, SENT, "",                                                                   \
    "Arousal of the whole piece so far, since the last silence, change of the music or reset.")    \
  X(LOUDNESS_SHORT, loudness_short, ENGINE, "loudness", "Loudness", REAL, -120, 20, -120, "=LUFS", \
    "loudness_lufs", 7, SENT, "",                                                                  \
    "Short-term loudness: K-weighted, over the last 3 s, of both channels as in BS.1770; a mono "  \
    "input counts as two equal channels.")                                                         \
  X(STATE, state, STATE, "state", "State", CHOICE, 0, 2, 0, "", "state", 6, SENT,                  \
    "0 silent|1 settling|2 live",                                                                  \
    "silent: the gate is closed; settling: the first 8 s of a piece, after silence, a change of "  \
    "the music or a reset; live: the reading can be trusted.")                                     \
  X(ATTENTION_AGE, attention_age, ENGINE, "attention_age", "Attention Age", REAL, 0, 60, 0, "s",   \
    "attention_age_s", 10, KEPT, "",                                                               \
    "How far back, on average, the moments lie that the model attends to.")                        \
  X(LATENCY, latency, OUTPUT, "latency", "Reading Latency", REAL, 0, 1000, 100, "ms", "", 0, KEPT, \
    "",                                                                                            \
    "Fixed time from the end of the half second that a reading describes to the moment when it "   \
    "takes effect.  The audio itself is not delayed.")                                             \
  X(LATE, late, OUTPUT, "late", "Late Readings", WHOLE, 0, 1000000, 0, "", "", 0, KEPT, "",        \
    "Readings since activation that were not ready in time and took effect on arrival.")

typedef enum {
#define X(id, ...) READING_##id,
  READINGS_LIST(X)
#undef X
      READING_COUNT
} ReadingId;

/// All values of one reading, by name and by ReadingId.
typedef union {
  struct {
#define X(id, field, ...) float field;
    READINGS_LIST(X)
#undef X
  };
  float value[READING_COUNT];
} Readings;

typedef enum { READING_REAL, READING_WHOLE, READING_CHOICE } ReadingType;

typedef struct {
  const char* symbol;
  const char* name;
  ReadingType type;
  float low, high, rest;
  const char* unit;
  const char* column;     ///< "" for none
  unsigned column_number; ///< from 1
  bool osc;               ///< sent by OSC and other network outputs
  const char* points;
  const char* comment;
} ReadingInfo;

/// \return the description of an output; NULL if \p id is not below READING_COUNT
const ReadingInfo* reading_info(unsigned id);

/// \return the reading in column \p number (from 1) of a CSV, or READING_COUNT past the last one.
unsigned reading_at_column(unsigned number);

/// \return the values of the outputs while there is no reading
Readings readings_at_rest(void);

// Select the rows of one owner: READING_OF_NET(OWNER, code) is `code` if OWNER is NET, else
// nothing.
#define READING_OF_NET(owner, ...) READING_OF_NET_##owner(__VA_ARGS__)
#define READING_OF_NET_NET(...) __VA_ARGS__
#define READING_OF_NET_ENGINE(...)
#define READING_OF_NET_STATE(...)
#define READING_OF_NET_OUTPUT(...)
#define READING_OF_ENGINE(owner, ...) READING_OF_ENGINE_##owner(__VA_ARGS__)
#define READING_OF_ENGINE_NET(...) __VA_ARGS__
#define READING_OF_ENGINE_ENGINE(...) __VA_ARGS__
#define READING_OF_ENGINE_STATE(...)
#define READING_OF_ENGINE_OUTPUT(...)

#endif
