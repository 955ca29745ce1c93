// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The state of the window: the estimates received, the outputs, and what the user points at.
///
/// Independent of drawing and display.  Input: estimates (messages.h) and time; output: damage,
/// the parts of the picture that changed.  The drawing functions read the fields.
///
/// The point shows the values that leave the plugin (Level messages); between them it approaches
/// the last one exponentially.  The trail is the same glide (time constant `response`)
/// computed again from the estimates, so that a window that opens late shows the same line.
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_METER_VIEW_MODEL_H
#define CIRCUMPLEX_GUI_METER_VIEW_MODEL_H

#include "affect/words.h"
#include "dsp/cues.h"
#include "gui/kit/plane.h"
#include "gui/meter/session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define METER_STEP 0.5            ///< s between records
#define METER_WINDOW 120          ///< attention weights of a record
#define METER_HISTORY 1200        ///< records kept: 10 minutes
#define METER_BANDS 12            ///< of the spectrum
#define METER_SPAN 60.0           ///< s that the timeline shows
#define METER_TRAIL_MAX 60.0      ///< s
#define METER_TRAIL_MIN 10.0      ///< s
#define METER_TRAIL_DEFAULT 30.0  ///< s
#define METER_TRAIL_POINTS 512    ///< at most this many points of the trail
#define METER_FADED 0.4           ///< opacity of a mood that is not certain
#define METER_NOTICE_SECONDS 8.0
#define METER_ORDER_SECONDS 10.0 ///< over which contributions are ranked
#define METER_LATE_SECONDS 6.0   ///< how long a late estimate is reported

typedef enum { METER_SOUND_SILENT, METER_SOUND_SETTLING, METER_SOUND_LIVE } MeterSound;

/// One estimate as received.
typedef struct {
  int64_t index;                        ///< of the plugin's count
  double time;                          ///< s of audio since activation
  float valence, arousal;               ///< as the outputs show them at response 0
  float valence_spread, arousal_spread; ///< standard deviations
  float confidence;                     ///< 0..1
  MeterSound sound;
  float settled;                      ///< 0..1
  float piece_valence, piece_arousal; ///< the whole piece so far
  float loudness;                     ///< short-term, LUFS
  unsigned late;                      ///< estimates that came late so far
  unsigned weights;                   ///< attention weights in use, the last ones of attention[]
  float weight_unit;                  ///< weight of one step of attention[]
  bool explained;                     ///< the contributions are computed
  float bands[METER_BANDS];           ///< mean dB re slow loudness, low to high
  float cues[CUE_COUNT];
  float contributions[2][CUE_GROUP_COUNT]; ///< to valence and to arousal
  uint8_t attention[METER_WINDOW];         ///< oldest first, this record's own moment last
  uint8_t beyond[METER_WINDOW];            ///< how much of that is beyond the usual for its age
  Rgb mood;                                ///< the reading's colour; set by meter_view_push()
} MeterRecord;

typedef enum {
  METER_WAITING,  ///< nothing has come from the plugin
  METER_NO_MODEL, ///< the plugin has no model
  METER_BYPASSED,
  METER_SILENT,
  METER_SETTLING,
  METER_LIVE
} MeterState;

/// What the outputs' panel shows and sets.
typedef enum {
  METER_SETTING_VALENCE_RANGE,
  METER_SETTING_VALENCE_TRIM,
  METER_SETTING_AROUSAL_RANGE,
  METER_SETTING_AROUSAL_TRIM,
  METER_SETTING_MIDI_CHANNEL,
  METER_SETTING_CC_VALENCE,
  METER_SETTING_CC_AROUSAL,
  METER_SETTING_CC_CONFIDENCE,
  METER_SETTING_CV, ///< shown, cannot be set
  METER_SETTING_OSC,
  METER_SETTING_OSC_NAME,
  METER_SETTING_COUNT
} MeterSetting;

/// What lies over the window.
typedef enum { METER_OVERLAY_NONE, METER_OVERLAY_OUTPUTS, METER_OVERLAY_KEYS } MeterOverlay;

/// What changed since the last call of meter_view_damage().
enum {
  METER_DAMAGE_POINT = 1,
  METER_DAMAGE_TRAIL = 2,
  METER_DAMAGE_GROUND = 4, ///< the plane's state: dimmed or not, message
  METER_DAMAGE_READING = 8,
  METER_DAMAGE_CUES = 16,     ///< with their names
  METER_DAMAGE_TIMELINE = 32, ///< with its head and a note
  METER_DAMAGE_STATUS = 64,
  METER_DAMAGE_CONTROLS = 128,
  METER_DAMAGE_ROWS = 256, ///< the timeline's rows alone
  METER_DAMAGE_BARS = 512, ///< the cues' values alone
  METER_DAMAGE_ALL = 1023
};

typedef struct {
  MeterRecord records[METER_HISTORY]; ///< a ring
  size_t start, count;                ///< oldest, number
  bool has_level, bypassed;
  MeterState state;
  bool held, outside;
  int doubt; ///< how much the reading is dimmed: 0 sure .. WORDS_DOUBT_MAX; beyond that: outside
  CueGroup order[CUE_GROUP_COUNT]; ///< cue groups by the size of what they contribute
  unsigned late;                   ///< estimates that came late so far
  double late_until;               ///< clock until which that is reported
  double valence, arousal;         ///< the point as shown now
  double target_valence, target_arousal;
  const WordTable* words;               ///< the model's; NULL: the built-in ones
  int word;                             ///< index into words
  PlanePoint trail[METER_TRAIL_POINTS]; ///< oldest first; ends at the newest record
  size_t trail_count;
  double trail_seconds;
  float response; ///< s, as the control input has it
  bool hold;      ///< as the control input has it
  bool hovering;
  double hover;   ///< s before the newest record
  int64_t pinned; ///< index of the pinned record, -1: none
  Session session;
  double span;  ///< s that the timeline shows: one of meter_view_zoom()'s
  int64_t look; ///< number of the session's point that was clicked, -1: none
  bool has_reference;
  double reference_valence, reference_arousal; ///< a reading frozen for comparison
  bool has_model;
  char model[96], model_path[1024], message[256], osc[128];
  float settings[METER_SETTING_COUNT];
  bool has_setting[METER_SETTING_COUNT]; ///< this plugin has it
  char osc_name[65];
  bool waiting; ///< the session would send to another machine, which the user must allow
  MeterOverlay overlay;
  int overlay_row; ///< of the outputs' panel
  bool editing;    ///< that row's text is being typed
  char edit[257];
  char midi[64];       ///< what the MIDI output sends; empty: no MIDI output
  char notice[256];    ///< empty: none
  double notice_until; ///< clock
  double now;          ///< clock of the last meter_view_tick()
  unsigned damage;
} MeterView;

MeterView* meter_view_new(void);       ///< \return NULL if out of memory
void meter_view_free(MeterView* view); ///< NULL is allowed

/// Take an estimate; a step back in the index or a gap is a reset.
/// \param replay it was made some time ago: its lateness is not reported
void meter_view_push(MeterView* view, const MeterRecord* record, bool replay);

/// Take the values that the outputs have now (-1..1).
void meter_view_level(MeterView* view, double valence, double arousal, bool held, bool bypassed);

/// Take a Status message's strings; NULL keeps what is there.
void meter_view_status(MeterView* view, const char* path, const char* name, const char* message,
                       const char* osc);

/// Name readings by these words, which must stay valid until the next call; NULL: the built-in
/// ones.
void meter_view_set_words(MeterView* view, const WordTable* words);

void meter_view_set_setting(MeterView* view, MeterSetting setting, float value);
void meter_view_set_osc_name(MeterView* view, const char* name);
void meter_view_set_waiting(MeterView* view, bool waiting);
void meter_view_set_overlay(MeterView* view, MeterOverlay overlay); ///< the same again: none

/// Show the user a message for some seconds.
void meter_view_notice(MeterView* view, const char* notice);

void meter_view_set_response(MeterView* view, float seconds);
void meter_view_set_hold(MeterView* view, bool hold);
void meter_view_set_trail(MeterView* view, double seconds); ///< clamped to its range

/// Advance the display's clock (s, monotonic): moves the point.
void meter_view_tick(MeterView* view, double now);

/// Point at a moment, s before the newest record; negative: point at nothing.
void meter_view_hover(MeterView* view, double age);

/// Pin the moment pointed at, or release it if one is pinned.
void meter_view_pin(MeterView* view);

/// Show a longer (positive) or shorter stretch: the last minute, then 5, 15, 60, 120 minutes.
void meter_view_zoom(MeterView* view, int direction);

/// \return whether a moment of the session was clicked, and how long ago it was, s.
bool meter_view_looked(const MeterView* view, double* age);

/// Freeze the moment clicked, else the present reading, as a reference; or remove the reference.
void meter_view_compare(MeterView* view);

/// \return what changed since the last call, a set of METER_DAMAGE_*.
unsigned meter_view_damage(MeterView* view);

/// \return record number \p i, 0 the oldest; NULL past the newest.
const MeterRecord* meter_view_record(const MeterView* view, size_t i);
const MeterRecord* meter_view_newest(const MeterView* view); ///< NULL: none yet

/// \return the record nearest to \p age seconds before the newest, or NULL outside the history.
const MeterRecord* meter_view_at(const MeterView* view, double age);

/// \return seconds between a record and the newest.
double meter_view_age(const MeterView* view, const MeterRecord* record);

/// \return the record whose attention is shown: the pinned one or the newest; NULL: none yet.
const MeterRecord* meter_view_attending(const MeterView* view);

/// \return weight (0..1) that \p row gives to the moment \p age seconds before it; 0 outside.
double meter_view_weight(const MeterRecord* row, double age);

/// \return how much of that weight is beyond what is usual for a moment of that age.
double meter_view_beyond(const MeterRecord* row, double age);

/// \return how many times the usual weight that is: 1 where it is not beyond.
double meter_view_times_usual(const MeterRecord* row, double age);

bool meter_view_is_late(
    const MeterView* view); ///< \return whether a late estimate is to be reported
const char* meter_view_state_name(const MeterView* view);

#endif
