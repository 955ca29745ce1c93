// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the panels that cover the window: the outputs, and the list of keys.
#include "gui/meter/outputs_panel.h"

#include "gui/kit/format.h"
#include "gui/kit/shapes.h"

#include <stdio.h>

// Lengths in units.
typedef struct {
  double width, row, head, edge;
  double second; // where the second column begins
} PanelForm;

static const PanelForm roomy = {40.0, 1.9, 3.4, 1.4, 10.5};
// In a small window the type is relatively larger, to stay readable.
static const PanelForm tight = {30.0, 1.5, 2.4, 0.9, 9.0};

#define OUTPUTS_FOOT 2.4 // height of the line about the keys
#define KEYS_FOOT 0.9

static const SettingInfo settings[METER_SETTING_COUNT] = {
    [METER_SETTING_VALENCE_RANGE] = {"Valence range", 0.0f, 4.0f, 0.1f},
    [METER_SETTING_VALENCE_TRIM] = {"Valence trim", -1.0f, 1.0f, 0.05f},
    [METER_SETTING_AROUSAL_RANGE] = {"Arousal range", 0.0f, 4.0f, 0.1f},
    [METER_SETTING_AROUSAL_TRIM] = {"Arousal trim", -1.0f, 1.0f, 0.05f},
    [METER_SETTING_MIDI_CHANNEL] = {"MIDI channel", 1.0f, 16.0f, 1.0f},
    [METER_SETTING_CC_VALENCE] = {"Valence CC", 0.0f, 119.0f, 1.0f},
    [METER_SETTING_CC_AROUSAL] = {"Arousal CC", 0.0f, 119.0f, 1.0f},
    [METER_SETTING_CC_CONFIDENCE] = {"Confidence CC", 0.0f, 119.0f, 1.0f},
    [METER_SETTING_CV] = {"CV outputs", 0.0f, 0.0f, 0.0f},
    [METER_SETTING_OSC] = {"OSC target", 0.0f, 0.0f, 0.0f},
    [METER_SETTING_OSC_NAME] = {"OSC name", 0.0f, 0.0f, 0.0f},
};

static const char* const keys[][2] = {
    {"O", "outputs: MIDI, CV, OSC, ranges"},
    {"H", "hold the outputs"},
    {"R", "reset: forget everything heard"},
    {"M", "choose a model"},
    {"F, C", "stage view, compact view"},
    {"+  \u2212, wheel", "a minute ... two hours of history"},
    {"A", "freeze a reading, compare"},
    {"E", "export the session (CSV, PNG)"},
    {"Tab, arrows", "controls and their values"},
    {"Enter, Space", "press, pin a moment"},
    {"Home", "back to the default"},
    {"Escape", "back"},
    {"?", "this page"},
};

enum { KEYS = sizeof keys / sizeof keys[0] };

const SettingInfo* outputs_setting(MeterSetting setting) {
  return &settings[setting];
}

int outputs_rows(const MeterView* view, MeterSetting rows[METER_SETTING_COUNT]) {
  int n = 0;
  for (int i = 0; i < METER_SETTING_COUNT; ++i) {
    if (view->has_setting[i]) rows[n++] = (MeterSetting)i;
  }
  return n;
}

typedef struct {
  Rect box;
  double unit;
  const PanelForm* form;
} Panel;

static Panel place_as(const MeterLayout* l, const PanelForm* form, int rows, double foot) {
  const double height = form->head + form->row * rows + foot;
  const Rect w = l->window;
  const double u = fmin(l->unit, fmin(w.w / (form->width + 1.0), w.h / (height + 1.0)));
  return (Panel){{floor(0.5 * (w.w - form->width * u)), floor(0.5 * (w.h - height * u)),
                  floor(form->width * u), floor(height * u)},
                 u,
                 form};
}

static Panel place(const MeterLayout* l, int rows, double foot) {
  const Panel panel = place_as(l, &roomy, rows, foot);
  return panel.unit < l->unit ? place_as(l, &tight, rows, foot) : panel;
}

int outputs_row_at(const MeterLayout* layout, const MeterView* view, double x, double y) {
  MeterSetting rows[METER_SETTING_COUNT];
  const int n = outputs_rows(view, rows);
  const Panel p = place(layout, n, OUTPUTS_FOOT);
  if (!rect_contains(p.box, x, y)) return -2;
  const int row = (int)floor((y - p.box.y - p.form->head * p.unit) / (p.form->row * p.unit));
  return row >= 0 && row < n ? row : -1;
}

static void draw_ground(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                        const Panel* p, const char* title) {
  shape_fill(cr, l->window, theme->window, 0.72);
  shape_round(cr, p->box, 0.6 * p->unit);
  theme_source(cr, theme->raised, 1.0);
  cairo_fill_preserve(cr);
  theme_source(cr, theme->line_strong, 1.0);
  cairo_set_line_width(cr, theme->px);
  cairo_stroke(cr);
  const TextStyle style = {.size = 1.2 * p->unit, .weight = TEXT_BOLD, .color = theme->text};
  text_draw(text, cr, &style, p->box.x + p->form->edge * p->unit,
            p->box.y + 0.52 * p->form->head * p->unit, title);
}

static void format_midi(char* out, size_t size, double value) {
  const long byte = lround(fmin(fmax(value, 0.0), 1.0) * 127.0);
  snprintf(out, size, "sends %ld", byte);
}

static double confidence_of(const MeterView* view) {
  const MeterRecord* r = meter_view_newest(view);
  return r ? (double)r->confidence : 0.0;
}

// Write the setting, and the present value of the output.
static void describe(const MeterView* view, MeterSetting setting, char* value, size_t value_size,
                     char* live, size_t live_size) {
  char v[16];
  char a[16];
  const double x = (double)view->settings[setting];
  live[0] = '\0';
  format_signed(v, sizeof v, view->valence);
  format_signed(a, sizeof a, view->arousal);
  switch (setting) {
  case METER_SETTING_VALENCE_RANGE:
  case METER_SETTING_AROUSAL_RANGE:
    snprintf(value, value_size, "\u00d7 %.2f", x);
    snprintf(live, live_size, "now %s", setting == METER_SETTING_VALENCE_RANGE ? v : a);
    break;
  case METER_SETTING_VALENCE_TRIM:
  case METER_SETTING_AROUSAL_TRIM:
    format_signed(value, value_size, x);
    if (x == 0.0) snprintf(value, value_size, "0.00"); // aligned with the other values
    break;
  case METER_SETTING_CC_VALENCE:
  case METER_SETTING_CC_AROUSAL:
  case METER_SETTING_CC_CONFIDENCE:
    snprintf(value, value_size, "%.0f", x);
    format_midi(live, live_size,
                setting == METER_SETTING_CC_VALENCE   ? 0.5 + 0.5 * view->valence
                : setting == METER_SETTING_CC_AROUSAL ? 0.5 + 0.5 * view->arousal
                                                      : confidence_of(view));
    break;
  case METER_SETTING_CV:
    snprintf(value, value_size, "\u22121 to 1, and 0 to 1");
    snprintf(live, live_size, "now %s, %s", v, a);
    break;
  case METER_SETTING_OSC:
    snprintf(value, value_size, "%s", view->osc[0] ? view->osc : "off");
    snprintf(live, live_size, "%s",
             view->waiting  ? "waits: Enter allows"
             : view->osc[0] ? "sending"
                            : "Enter: type one");
    break;
  case METER_SETTING_OSC_NAME:
    snprintf(value, value_size, "%s", view->osc_name);
    snprintf(live, live_size, "/circumplex/%.24s/...", view->osc_name);
    break;
  default:
    snprintf(value, value_size, "%.0f", x);
    break;
  }
}

static void draw_outputs(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                         const MeterView* view) {
  MeterSetting rows[METER_SETTING_COUNT];
  const int n = outputs_rows(view, rows);
  const Panel p = place(l, n, OUTPUTS_FOOT);
  const double u = p.unit;
  const double left = p.box.x + p.form->edge * u;
  const double right = p.box.x + p.box.w - p.form->edge * u;
  const double second = p.box.x + p.form->second * u;
  draw_ground(cr, theme, text, l, &p, "Outputs");
  for (int i = 0; i < n; ++i) {
    const double y = p.box.y + (p.form->head + p.form->row * (i + 0.5)) * u;
    char value[300];
    char live[64];
    describe(view, rows[i], value, sizeof value, live, sizeof live);
    const bool editing = view->editing && i == view->overlay_row;
    if (editing) snprintf(value, sizeof value, "%s|", view->edit);
    if (i == view->overlay_row) {
      const double half = 0.48 * p.form->row * u;
      shape_round(cr, (Rect){left - 0.7 * u, y - half, right - left + 1.4 * u, 2.0 * half},
                  0.4 * u);
      theme_source(cr, theme->raised_hover, 1.0);
      cairo_fill(cr);
    }
    TextStyle style = {.size = 0.95 * u, .color = theme->text_soft};
    text_draw(text, cr, &style, left, y, settings[rows[i]].name);
    style = (TextStyle){.size = 0.86 * u,
                        .color = rows[i] == METER_SETTING_OSC && view->waiting ? theme->warning
                                                                               : theme->text_soft,
                        .anchor = TEXT_RIGHT,
                        .max_width = 11.0 * u};
    const double taken = live[0] ? text_draw(text, cr, &style, right, y, live) + 0.8 * u : 0.0;
    style = (TextStyle){
        .size = 0.95 * u, .weight = TEXT_MEDIUM, .color = editing ? theme->accent : theme->text};
    const double room = right - taken - second;
    style.size = fmax(text_fit(text, &style, value, room), 0.7 * u);
    style.max_width = room;
    text_draw(text, cr, &style, second, y, value);
  }
  TextStyle hint = {.size = 0.82 * u, .color = theme->text_soft};
  const char* help = "wheel or left and right: change   Enter: type a text   Escape: back";
  hint.size = text_fit(text, &hint, help, right - left);
  text_draw(text, cr, &hint, left, p.box.y + p.box.h - 0.48 * OUTPUTS_FOOT * u, help);
}

static void draw_keys(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l) {
  const Panel p = place(l, KEYS, KEYS_FOOT);
  const double u = p.unit;
  const double left = p.box.x + p.form->edge * u;
  draw_ground(cr, theme, text, l, &p, "Keys");
  for (int i = 0; i < KEYS; ++i) {
    const double y = p.box.y + (p.form->head + p.form->row * (i + 0.5)) * u;
    TextStyle style = {.size = 0.95 * u, .weight = TEXT_MEDIUM, .color = theme->accent};
    text_draw(text, cr, &style, left, y, keys[i][0]);
    style = (TextStyle){.size = 0.95 * u, .color = theme->text};
    text_draw(text, cr, &style, p.box.x + p.form->second * u, y, keys[i][1]);
  }
}

void outputs_panel(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                   const MeterView* view) {
  if (view->overlay == METER_OVERLAY_OUTPUTS) draw_outputs(cr, theme, text, layout, view);
  if (view->overlay == METER_OVERLAY_KEYS) draw_keys(cr, theme, text, layout);
}
