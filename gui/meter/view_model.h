// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the window knows: the estimates it was sent, the outputs, and what the user points at.
///
/// No drawing and no display in it.  Messages go in (plugin/protocol.h), time goes in, damage comes
/// out: which parts of the picture changed.  The drawing functions read the fields.
///
/// The point shows the values that leave the plugin (Level messages); between them it eases towards
/// the last one and never passes it.  The trail is the same glide (time constant `response`)
/// computed again from the estimates, so that a window that opens late shows the same line.
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_METER_VIEW_MODEL_H
#define CIRCUMPLEX_GUI_METER_VIEW_MODEL_H

#include "gui/kit/color.h"
#include "plugin/protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VIEW_HOP 0.5             ///< s between records
#define VIEW_SPAN 60.0           ///< s that the timeline shows
#define VIEW_TRAIL_MAX 60.0      ///< s
#define VIEW_TRAIL_MIN 10.0      ///< s
#define VIEW_TRAIL_DEFAULT 30.0  ///< s
#define VIEW_TRAIL_POINTS 512    ///< at most this many points of the trail
#define VIEW_OUTSIDE 0.25f       ///< confidence below which the sound counts as out of domain...
#define VIEW_OUTSIDE_LEAVE 0.35f ///< ... and above which no longer
#define VIEW_LATE_SECONDS 6.0    ///< how long a late estimate is reported

/// A point of a line on the plane.
typedef struct {
  double valence, arousal; ///< -1..1
  double age;              ///< s before the newest
  bool gap;                ///< true: not joined to the point before
} PlanePoint;

/// One estimate as it came.
typedef struct {
  int64_t index;                      ///< of the plugin's count
  float values[PROTOCOL_FLOATS];      ///< see ProtocolField
  uint8_t attention[PROTOCOL_WINDOW]; ///< see plugin/protocol.h
  Rgb mood;                           ///< the reading's colour
} ViewRecord;

typedef enum {
  VIEW_WAITING,  ///< nothing has come from the plugin
  VIEW_NO_MODEL, ///< the plugin has no model
  VIEW_BYPASSED,
  VIEW_SILENT,
  VIEW_SETTLING,
  VIEW_LIVE
} ViewState;

/// What changed since view_damage() was last asked.
enum {
  VIEW_DAMAGE_POINT = 1,
  VIEW_DAMAGE_TRAIL = 2,
  VIEW_DAMAGE_GROUND = 4, ///< the plane's state: dimmed or not, message
  VIEW_DAMAGE_READING = 8,
  VIEW_DAMAGE_CUES = 16,
  VIEW_DAMAGE_TIMELINE = 32, ///< with its head and a note
  VIEW_DAMAGE_STATUS = 64,
  VIEW_DAMAGE_CONTROLS = 128,
  VIEW_DAMAGE_ROWS = 256, ///< the timeline's rows alone
  VIEW_DAMAGE_ALL = 511
};

typedef struct {
  ViewRecord records[PROTOCOL_HISTORY]; ///< a ring
  size_t start, count;                  ///< oldest, number
  float level[PROTOCOL_LEVEL_FLOATS];
  bool has_level;
  ViewState state;
  bool held, outside;
  unsigned late;           ///< estimates that came late so far
  double late_until;       ///< clock until which that is reported
  double valence, arousal; ///< the point as shown now
  double target_valence, target_arousal;
  int word;                            ///< index into words_all()
  PlanePoint trail[VIEW_TRAIL_POINTS]; ///< oldest first; ends at the newest record
  size_t trail_count;
  double trail_seconds;
  float response; ///< s, as the control input has it
  bool hold;      ///< as the control input has it
  bool hovering;
  double hover;   ///< s before the newest record
  int64_t pinned; ///< index of the pinned record, -1: none
  bool has_model;
  char model[96], model_path[1024], message[256], osc[128];
  char midi[64]; ///< what the MIDI output sends; empty: no MIDI output
  double now;    ///< clock of the last view_tick()
  unsigned damage;
} ViewModel;

ViewModel* view_new(void);       ///< \return NULL without memory
void view_free(ViewModel* view); ///< NULL is allowed

/// Take \p count estimates from index \p first; a step back in the index starts anew (reset).
/// \param values    count * PROTOCOL_FLOATS; non-finite values count as 0
/// \param attention count * PROTOCOL_WINDOW bytes, or NULL
void view_push(ViewModel* view, int64_t first, size_t count, const float* values,
               const uint8_t* attention);

/// Take a Level message's PROTOCOL_LEVEL_FLOATS floats.
void view_level(ViewModel* view, const float* values);

/// Take a Status message's strings; NULL keeps what is there.
void view_status(ViewModel* view, const char* path, const char* name, const char* message,
                 const char* osc);

void view_set_response(ViewModel* view, float seconds);
void view_set_hold(ViewModel* view, bool hold);
void view_set_trail(ViewModel* view, double seconds); ///< clamped to its range

/// Advance the display's clock (s, monotonic): moves the point.
void view_tick(ViewModel* view, double now);

/// Point at a moment, s before the newest record; negative: point at nothing.
void view_hover(ViewModel* view, double age);

/// Pin the moment pointed at, or release it if one is pinned.
void view_pin(ViewModel* view);

/// \return what changed since the last call, a set of VIEW_DAMAGE_*.
unsigned view_damage(ViewModel* view);

/// \return record number \p i, 0 the oldest; NULL past the newest.
const ViewRecord* view_record(const ViewModel* view, size_t i);
const ViewRecord* view_newest(const ViewModel* view); ///< NULL: none yet

/// \return the record nearest to \p age seconds before the newest, or NULL outside the history.
const ViewRecord* view_at(const ViewModel* view, double age);

/// \return seconds between a record and the newest.
double view_age(const ViewModel* view, const ViewRecord* record);

/// \return the record whose attention is shown: the pinned one or the newest; NULL: none yet.
const ViewRecord* view_attending(const ViewModel* view);

/// \return weight (0..1) that \p row gives to the moment \p age seconds before it; 0 outside.
double view_weight(const ViewRecord* row, double age);

/// \return the largest weight of \p row; its age in \p age (may be NULL).
double view_weight_peak(const ViewRecord* row, double* age);

bool view_is_late(const ViewModel* view); ///< \return whether a late estimate is to be reported
const char* view_state_name(const ViewModel* view);

#endif
