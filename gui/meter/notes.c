// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The notes that explain each part of the window when the pointer is over it: see
/// reading_panel.h.
#include "gui/kit/shapes.h"
#include "gui/meter/reading_panel.h"

typedef struct {
  const char* lines[3]; // a title and up to two more lines
} Note;

static const Note notes[METER_PART_COUNT] = {
    [METER_PART_WORD] = {{"What the music expresses now", "the nearest of some thirty words",
                          "grey: the reading is not to be trusted"}},
    [METER_PART_STATE] = {{"State of the reading", "settling: the first 8 s; live: to be used",
                           "out of domain: unlike the music learned from"}},
    [METER_PART_VALENCE] = {{"Valence: how pleasant the music feels",
                             "\u22121 unpleasant, 0 where listeners part, +1 pleasant",
                             "\u00b1: expected error (one standard deviation)"}},
    [METER_PART_AROUSAL] = {{"Arousal: how energetic the music feels",
                             "\u22121 calm, 0 where listeners part, +1 excited",
                             "\u00b1: expected error (one standard deviation)"}},
    [METER_PART_PIECE] = {{"The piece so far", "the reading of all since the last silence or reset",
                           "\u25c7 on the plane"}},
    [METER_PART_CONFIDENCE] = {{"Confidence, 0 to 100 %",
                                "how far to trust the reading; less near an axis",
                                "below 25 %: out of domain"}},
    [METER_PART_LOUDNESS] = {{"Loudness of the last 3 s, LUFS", "readings do not depend on it"}},
    [METER_PART_HOLD] = {{"Hold the outputs (H)", "listening goes on underneath"}},
    [METER_PART_RESET] = {{"Forget everything heard (R)", "as at the start of a piece"}},
    [METER_PART_RESPONSE] = {{"Glide to a new reading",
                              "wheel, drag or arrow keys; double-click: 0.5 s"}},
    [METER_PART_TRAIL] = {{"Length of the trail", "wheel, drag or arrow keys; double-click: 30 s"}},
    [METER_PART_MODEL] = {{"Model that reads the music (M)", "click to choose another"}},
    [METER_PART_OUTPUTS] = {{"Outputs (O): MIDI, CV, OSC, ranges", "settings and what leaves now"}},
    [METER_PART_KEYS] = {{"All keys (?)"}},
    [METER_PART_STAGE] = {{"Stage view (F)", "large and high contrast; Escape returns"}},
};

static const Note cue_notes[CUE_GROUP_COUNT] = {
    [CUE_GROUP_LOUDNESS] = {{"Loudness against the last minute, LU",
                             "0 is the mean of what was heard"}},
    [CUE_GROUP_ONSETS] = {{"Onsets: notes and beats that begin", "per second"}},
    [CUE_GROUP_BRIGHTNESS] = {{"Brightness: centre of the spectrum", "kHz, as the ear weighs it"}},
    [CUE_GROUP_MODE] = {{"Mode of the last 12 s", "left minor, right major"}},
    [CUE_GROUP_KEY] = {{"Key clarity", "0 % noise or no key, 100 % one clear key"}},
    [CUE_GROUP_ROUGHNESS] = {{"Roughness: beating between partials", "0 % smooth, 100 % harsh"}},
    [CUE_GROUP_TEMPO] = {{"Tempo of the strongest pulse", "beats per minute"}},
};

void panel_notice(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                  const MeterView* view) {
  if (!view->notice[0]) return;
  const double u = theme->unit;
  const Rect bounds = rect_inset(layout->window, 0.8 * u, 0.8 * u);
  const Rect hold = layout->parts[METER_PART_HOLD];
  const Rect bar = {hold.x, hold.y, layout->status.x + layout->status.w - hold.x, hold.h};
  const char* const lines[] = {view->notice};
  shape_note(cr, theme, text, bounds, bar, lines, 1);
}

Rect panel_note(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                const MeterView* view, MeterPart part) {
  const Rect none = {0.0, 0.0, 0.0, 0.0};
  if (part <= METER_PART_NONE || part >= METER_PART_COUNT || rect_empty(layout->parts[part]))
    return none;
  const bool cue = part >= METER_PART_CUES_FIRST && part <= METER_PART_CUES_LAST;
  Note note = cue ? cue_notes[view->order[part - METER_PART_CUES_FIRST]] : notes[part];
  if (!note.lines[0]) return none;
  if (cue) note.lines[2] = "coloured bars: what it adds to the reading, or takes away";
  int n = 1;
  while (n < 3 && note.lines[n])
    ++n;
  const double u = theme->unit;
  const Rect bounds = rect_inset(layout->window, 0.5 * u, 0.5 * u);
  return shape_note(cr, theme, text, bounds, layout->parts[part], note.lines, n);
}
