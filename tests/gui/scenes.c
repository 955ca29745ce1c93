// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenes.h"

#include "gui/plot/plot.h"

#include "inference/engine.h"

#include <stdlib.h>
#include <string.h>

static double wave(double t, double period, double phase) {
  return sin(2.0 * 3.14159265358979 * (t / period + phase));
}

void scene_record(int64_t index, float* values, uint8_t* attention) {
  const double t = (double)index * METER_STEP;
  memset(values, 0, PROTOCOL_FLOATS * sizeof *values);
  const double v = 0.34 + 0.30 * wave(t, 47.0, 0.1) + 0.13 * wave(t, 11.0, 0.3);
  const double a = 0.22 + 0.42 * wave(t, 61.0, 0.6) + 0.11 * wave(t, 8.3, 0.0);
  values[PROTOCOL_TIME] = (float)t;
  values[PROTOCOL_VALENCE] = (float)v;
  values[PROTOCOL_AROUSAL] = (float)a;
  values[PROTOCOL_VALENCE_SPREAD] = 0.20f;
  values[PROTOCOL_AROUSAL_SPREAD] = 0.15f;
  values[PROTOCOL_CONFIDENCE] = 0.82f;
  values[PROTOCOL_STATE] = (float)ENGINE_LIVE;
  values[PROTOCOL_SETTLED] = 1.0f;
  values[PROTOCOL_SONG_VALENCE] = 0.31f;
  values[PROTOCOL_SONG_AROUSAL] = -0.12f;
  values[PROTOCOL_LOUDNESS] = (float)(-17.0 + 3.0 * wave(t, 7.0, 0.0));
  values[PROTOCOL_LOUDNESS_SHORT] = -17.4f;
  const unsigned count = index + 1 < PROTOCOL_WINDOW ? (unsigned)(index + 1) : PROTOCOL_WINDOW;
  values[PROTOCOL_ATTENTION_COUNT] = (float)count;
  double weights[PROTOCOL_WINDOW];
  double sum = 0.0;
  double most = 0.0;
  for (unsigned back = 0; back < PROTOCOL_WINDOW; ++back) {
    const double at = t - back * METER_STEP;
    weights[back] = back < count
                        ? exp(2.2 * wave(at, 19.0, 0.0) + 1.3 * wave(at, 5.3, 0.4) - back / 70.0)
                        : 0.0;
    sum += weights[back];
    most = fmax(most, weights[back]);
  }
  values[PROTOCOL_ATTENTION_UNIT] = (float)(most / sum / 255.0);
  for (unsigned back = 0; back < PROTOCOL_WINDOW; ++back) {
    const double usual = back < count ? sum / count : 0.0;
    attention[PROTOCOL_WINDOW - 1 - back] = (uint8_t)(weights[back] / most * 255.0 + 0.5);
    attention[2 * PROTOCOL_WINDOW - 1 - back] =
        (uint8_t)(fmax(weights[back] - usual, 0.0) / most * 255.0 + 0.5);
  }
  values[PROTOCOL_HAS_CONTRIBUTIONS] = 1.0f;
  for (int band = 0; band < PROTOCOL_ENVELOPE; ++band) {
    values[PROTOCOL_ENVELOPE_FIRST + band] =
        (float)(-8.0 - 2.2 * band + 7.0 * wave(t, 3.0 + 0.7 * band, 0.13 * band));
  }
  float* cues = values + PROTOCOL_CUES_FIRST;
  cues[CUE_LOUDNESS_SHORT] = (float)(2.6 + 2.0 * wave(t, 9.0, 0.2));
  cues[CUE_ONSET_RATE] = 4.2f;
  cues[CUE_CENTROID] = 0.42f;
  cues[CUE_MODE] = 0.5f;
  cues[CUE_MODE_SLOW] = 0.46f;
  cues[CUE_KEY_CLARITY] = 0.71f;
  cues[CUE_ROUGHNESS] = 0.24f;
  cues[CUE_TEMPO] = 118.0f;
  static const float to_valence[CUE_GROUP_COUNT] = {0.02f, 0.05f,  0.04f, 0.17f,
                                                    0.06f, -0.03f, 0.03f};
  static const float to_arousal[CUE_GROUP_COUNT] = {0.21f,  0.14f, 0.08f, -0.02f,
                                                    -0.01f, 0.03f, 0.05f};
  memcpy(values + PROTOCOL_TO_VALENCE_FIRST, to_valence, sizeof to_valence);
  memcpy(values + PROTOCOL_TO_AROUSAL_FIRST, to_arousal, sizeof to_arousal);
}

static void play_edited(MeterView* view, int64_t first, size_t count,
                        void (*edit)(int64_t index, float* values)) {
  float values[PROTOCOL_FLOATS];
  uint8_t attention[PROTOCOL_ATTENTION];
  for (size_t i = 0; i < count; ++i) {
    scene_record(first + (int64_t)i, values, attention);
    if (edit) edit(first + (int64_t)i, values);
    messages_estimates(view, first + (int64_t)i, 1, values, attention);
  }
  float level[PROTOCOL_LEVEL_FLOATS] = {
      -6.0f, -18.0f, 0.0f, 0.0f, values[PROTOCOL_VALENCE], values[PROTOCOL_AROUSAL]};
  messages_level(view, level);
}

void scene_play(MeterView* view, int64_t first, size_t count) {
  play_edited(view, first, count, NULL);
}

static void name_model(MeterView* view) {
  meter_view_status(view, "/usr/share/circumplex/default.safetensors", "default", "", "");
}

static void setup_live(MeterView* view) {
  name_model(view);
  scene_play(view, 0, 230);
}

static void setup_outputs(MeterView* view) {
  setup_live(view);
  meter_view_status(view, NULL, NULL, NULL, "osc.udp://192.168.1.20:9000");
  strcpy(view->midi, "CC 20, 21");
}

static void setup_hover(MeterView* view) {
  setup_live(view);
  meter_view_hover(view, 23.5);
}

// Twelve pieces of some minutes each, and a reference for comparison.
static void setup_session(MeterView* view) {
  name_model(view);
  int64_t index = 0;
  for (int piece = 0; piece < 12; ++piece) {
    const int length = 260 + 90 * (piece * 7 % 5);
    for (int k = 0; k < length; ++k, ++index) {
      float values[PROTOCOL_FLOATS];
      uint8_t attention[PROTOCOL_ATTENTION];
      scene_record(index, values, attention);
      values[PROTOCOL_VALENCE] = (float)(0.7 * wave(piece, 5.3, 0.1) + 0.15 * wave(k, 90.0, 0.0));
      values[PROTOCOL_AROUSAL] = (float)(0.6 * wave(piece, 3.7, 0.5) + 0.12 * wave(k, 70.0, 0.3));
      if (k < 16) values[PROTOCOL_STATE] = (float)ENGINE_SETTLING;
      if (k < 16) values[PROTOCOL_SETTLED] = (float)(k + 1) / 16.0f;
      if (k > length - 8) values[PROTOCOL_STATE] = (float)ENGINE_SILENT;
      if (piece == 11 && k > 100) break;
      messages_estimates(view, index, 1, values, attention);
    }
  }
  meter_view_zoom(view, 1);
  meter_view_zoom(view, 1);
  meter_view_zoom(view, 1);
  meter_view_hover(view, 1500.0);
  meter_view_pin(view);
  meter_view_compare(view);
  meter_view_hover(view, -1.0);
}

static void setup_session_hover(MeterView* view) {
  setup_session(view);
  meter_view_hover(view, 900.0);
}

static void setup_panel(MeterView* view) {
  setup_outputs(view);
  for (int i = 0; i < METER_SETTING_CV; ++i)
    meter_view_set_setting(view, (MeterSetting)i, (float)(i < 4 ? (i + 1) % 2 : 19 + i));
  meter_view_set_setting(view, METER_SETTING_MIDI_CHANNEL, 1.0f);
  meter_view_set_overlay(view, METER_OVERLAY_OUTPUTS);
}

static void setup_keys(MeterView* view) {
  setup_live(view);
  meter_view_set_overlay(view, METER_OVERLAY_KEYS);
}

static void setup_pinned(MeterView* view) {
  setup_live(view);
  meter_view_hover(view, 18.0);
  meter_view_pin(view);
  meter_view_hover(view, -1.0);
}

static void silence(int64_t index, float* values) {
  if (index < 190) return;
  values[PROTOCOL_STATE] = (float)ENGINE_SILENT;
  values[PROTOCOL_VALENCE] = values[PROTOCOL_AROUSAL] = values[PROTOCOL_CONFIDENCE] = 0.0f;
  values[PROTOCOL_ATTENTION_COUNT] = 0.0f;
  values[PROTOCOL_LOUDNESS_SHORT] = -120.0f;
}

static void setup_silent(MeterView* view) {
  name_model(view);
  play_edited(view, 0, 230, silence);
}

static void settle(int64_t index, float* values) {
  values[PROTOCOL_STATE] = (float)ENGINE_SETTLING;
  values[PROTOCOL_SETTLED] = (float)(index + 1) / 16.0f;
  values[PROTOCOL_CONFIDENCE] = 0.4f;
  values[PROTOCOL_VALENCE_SPREAD] = 0.33f;
  values[PROTOCOL_AROUSAL_SPREAD] = 0.28f;
}

static void setup_settling(MeterView* view) {
  name_model(view);
  play_edited(view, 0, 10, settle);
}

static void setup_held(MeterView* view) {
  setup_live(view);
  meter_view_set_hold(view, true);
  const float level[PROTOCOL_LEVEL_FLOATS] = {-6.0f, -18.0f, 1.0f, 0.0f, -0.42f, 0.38f};
  messages_level(view, level);
}

static void doubt(int64_t index, float* values) {
  if (index > 180) values[PROTOCOL_CONFIDENCE] = 0.08f;
}

static void setup_outside(MeterView* view) {
  name_model(view);
  play_edited(view, 0, 230, doubt);
}

static void be_late(int64_t index, float* values) {
  values[PROTOCOL_LATE] = index == 229 ? 3.0f : 0.0f;
}

static void setup_late(MeterView* view) {
  name_model(view);
  play_edited(view, 0, 230, be_late);
}

static void setup_no_model(MeterView* view) {
  meter_view_status(view, "", "",
                    "/home/ann/models/big.safetensors: tensor lstm.weight_hh has shape "
                    "[512, 64], expected [512, 128].",
                    "");
}

static void setup_bypassed(MeterView* view) {
  setup_live(view);
  const float level[PROTOCOL_LEVEL_FLOATS] = {-6.0f, -18.0f, 0.0f, 1.0f, 0.0f, 0.0f};
  messages_level(view, level);
}

static void setup_waiting(MeterView* view) {
  name_model(view);
}

static void sad(int64_t index, float* values) {
  (void)index;
  values[PROTOCOL_VALENCE] = -0.65f * fabsf(values[PROTOCOL_VALENCE]) - 0.2f;
  values[PROTOCOL_AROUSAL] = -0.45f + 0.5f * values[PROTOCOL_AROUSAL];
}

static void setup_sad(MeterView* view) {
  name_model(view);
  play_edited(view, 0, 230, sad);
}

// A reading that is compared with one before, farther to the left and higher.
static void setup_compared(MeterView* view) {
  setup_live(view);
  meter_view_compare(view);
  const float level[PROTOCOL_LEVEL_FLOATS] = {-6.0f, -18.0f, 0.0f, 0.0f, -0.31f, 0.83f};
  messages_level(view, level);
}

// The contributions of minor, slow and soft music, and those of a moment without any.
static void soften(int64_t index, float* values) {
  float* cues = values + PROTOCOL_CUES_FIRST;
  sad(index, values);
  values[PROTOCOL_VALENCE] *= 0.25f;
  cues[CUE_LOUDNESS_SHORT] = -7.25f;
  cues[CUE_MODE_SLOW] = -0.46f;
  cues[CUE_CENTROID] = -1.5f;
  cues[CUE_TEMPO] = 63.0f;
  values[PROTOCOL_CONFIDENCE] = index < 200 ? 0.9f : 0.45f;
  values[PROTOCOL_LOUDNESS_SHORT] = -34.6f;
  for (int i = 0; i < CUE_GROUP_COUNT; ++i) {
    values[PROTOCOL_TO_VALENCE_FIRST + i] = -0.04f * (float)i;
    values[PROTOCOL_TO_AROUSAL_FIRST + i] = 0.01f * (float)(i - 3);
  }
}

static void setup_soft(MeterView* view) {
  name_model(view);
  meter_view_status(view, NULL, NULL, "the sound is mono", "osc.udp://h:9");
  play_edited(view, 0, 230, soften);
  meter_view_set_response(view, 5.0f);
  meter_view_set_trail(view, 55.0);
}

// Music after silence: settling, with the silence in sight and under the pointer.
static void resume(int64_t index, float* values) {
  if (index >= 150 && index < 190) silence(index + 100, values);
  if (index >= 190) settle(index - 190, values);
  if (index >= 206) values[PROTOCOL_STATE] = (float)ENGINE_LIVE;
  if (index >= 206) values[PROTOCOL_SETTLED] = 1.0f;
}

static void setup_resumed(MeterView* view) {
  name_model(view);
  play_edited(view, 0, 230, resume);
  meter_view_hover(view, 25.0);
}

static void setup_two_hours(MeterView* view) {
  setup_session(view);
  meter_view_zoom(view, 1);
  meter_view_notice(view, "Saved as /home/ann/circumplex.png and .csv");
}

static void setup_five_minutes(MeterView* view) {
  setup_session(view);
  meter_view_zoom(view, -1);
  meter_view_zoom(view, -1);
  meter_view_hover(view, 52.0); // silent
}

static void setup_typing(MeterView* view) {
  setup_panel(view);
  meter_view_set_waiting(view, true);
  view->overlay_row = 9;
  view->editing = true;
  strcpy(view->edit, "osc.udp://h:9");
}

static const Scene scenes[] = {
    {"live", 900, 600, 1, METER_FULL, setup_live, METER_PART_NONE, METER_PART_NONE},
    {"live_2x", 1800, 1200, 2, METER_FULL, setup_outputs, METER_PART_NONE, METER_PART_NONE},
    {"live_large", 1300, 860, 1, METER_FULL, setup_sad, METER_PART_NONE, METER_PART_NONE},
    {"session", 900, 600, 1, METER_FULL, setup_session, METER_PART_NONE, METER_PART_NONE},
    {"session_hover", 900, 600, 1, METER_FULL, setup_session_hover, METER_PART_NONE,
     METER_PART_NONE},
    {"outputs", 900, 600, 1, METER_FULL, setup_panel, METER_PART_NONE, METER_PART_NONE},
    {"keys", 320, 240, 1, METER_FULL, setup_keys, METER_PART_NONE, METER_PART_NONE},
    {"live_1880x1000", 1880, 1000, 1, METER_FULL, setup_live, METER_PART_NONE, METER_PART_NONE},
    {"live_760x585", 760, 585, 1, METER_FULL, setup_live, METER_PART_NONE, METER_PART_NONE},
    {"live_tall", 700, 1000, 1, METER_FULL, setup_sad, METER_PART_NONE, METER_PART_NONE},
    {"small_420x385", 420, 385, 1, METER_FULL, setup_live, METER_PART_NONE, METER_PART_NONE},
    {"small_320x240", 320, 240, 1, METER_FULL, setup_sad, METER_PART_NONE, METER_PART_NONE},
    {"live_smallest", 650, 455, 1, METER_FULL, setup_outputs, METER_PART_NONE, METER_PART_RESPONSE},
    {"hover", 900, 600, 1, METER_FULL, setup_hover, METER_PART_NONE, METER_PART_NONE},
    {"hover_narrowest", 540, 820, 1, METER_FULL, setup_hover, METER_PART_NONE, METER_PART_NONE},
    {"pinned", 900, 600, 1, METER_FULL, setup_pinned, METER_PART_HOLD, METER_PART_NONE},
    {"silent", 900, 600, 1, METER_FULL, setup_silent, METER_PART_NONE, METER_PART_NONE},
    {"settling", 900, 600, 1, METER_FULL, setup_settling, METER_PART_NONE, METER_PART_NONE},
    {"held", 900, 600, 1, METER_FULL, setup_held, METER_PART_NONE, METER_PART_NONE},
    {"outside", 900, 600, 1, METER_FULL, setup_outside, METER_PART_NONE, METER_PART_NONE},
    {"late", 900, 600, 1, METER_FULL, setup_late, METER_PART_NONE, METER_PART_NONE},
    {"no_model", 900, 600, 1, METER_FULL, setup_no_model, METER_PART_NONE, METER_PART_NONE},
    {"bypassed", 900, 600, 1, METER_FULL, setup_bypassed, METER_PART_NONE, METER_PART_NONE},
    {"waiting", 900, 600, 1, METER_FULL, setup_waiting, METER_PART_NONE, METER_PART_NONE},
    {"compared", 900, 600, 1, METER_FULL, setup_compared, METER_PART_NONE, METER_PART_TRAIL},
    {"soft", 900, 600, 1, METER_FULL, setup_soft, METER_PART_CUES_FIRST, METER_PART_NONE},
    {"resumed", 900, 600, 1, METER_FULL, setup_resumed, METER_PART_NONE, METER_PART_MODEL},
    {"two_hours", 900, 600, 1, METER_FULL, setup_two_hours, METER_PART_NONE, METER_PART_NONE},
    {"five_minutes", 900, 600, 1, METER_FULL, setup_five_minutes, METER_PART_NONE, METER_PART_NONE},
    {"typing", 650, 455, 1, METER_FULL, setup_typing, METER_PART_NONE, METER_PART_NONE},
    {"stage_soft", 640, 420, 1, METER_STAGE, setup_soft, METER_PART_NONE, METER_PART_NONE},
    {"stage_held", 640, 420, 1, METER_STAGE, setup_held, METER_PART_NONE, METER_PART_NONE},
    {"compact_held", 420, 240, 1, METER_COMPACT, setup_held, METER_PART_NONE, METER_PART_NONE},
    {"compact", 300, 340, 1, METER_COMPACT, setup_live, METER_PART_NONE, METER_PART_NONE},
    {"compact_smallest", 195, 208, 1, METER_COMPACT, setup_sad, METER_PART_NONE, METER_PART_NONE},
    {"stage", 1280, 720, 1, METER_STAGE, setup_live, METER_PART_NONE, METER_PART_NONE},
    {"stage_tall", 700, 1000, 1, METER_STAGE, setup_sad, METER_PART_NONE, METER_PART_NONE},
};

const Scene* scenes_all(size_t* n) {
  *n = sizeof scenes / sizeof scenes[0];
  return scenes;
}

cairo_surface_t* scene_draw(const Scene* scene, TextProbe probe, void* handle) {
  MeterView* view = meter_view_new();
  MeterPicture* meter = meter_picture_new();
  cairo_surface_t* surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)scene->width, (int)scene->height);
  if (view && meter) {
    scene->setup(view);
    for (int i = 0; i < 40; ++i)
      meter_view_tick(view, 1.0 + 0.04 * i);
    meter_picture_resize(meter, scene->width, scene->height, scene->scale, scene->mode);
    meter_picture_point(meter, scene->hot, scene->focus);
    text_set_probe(meter_picture_text(meter), probe, handle);
    cairo_t* cr = cairo_create(surface);
    meter_picture_draw(meter, cr, view, (Rect){0, 0, scene->width, scene->height});
    cairo_destroy(cr);
  }
  meter_picture_free(meter);
  meter_view_free(view);
  return surface;
}

static const char* name(size_t scene) {
  size_t n;
  return scenes_all(&n)[scene].name;
}

static cairo_surface_t* draw(size_t scene) {
  size_t n;
  return scene_draw(&scenes_all(&n)[scene], NULL, NULL);
}

PictureSet scenes_pictures(void) {
  PictureSet set = {.name = name, .draw = draw};
  scenes_all(&set.n);
  return set;
}

static cairo_surface_t* draw_note(size_t part) {
  Scene scene = scenes[0];
  scene.hot = (MeterPart)part;
  return scene_draw(&scene, NULL, NULL);
}

PictureSet scenes_notes(void) {
  return (PictureSet){.n = METER_PART_COUNT, .draw = draw_note};
}

static const char* plot_name(size_t plot) {
  return plot ? "plot_attention" : "plot_curves";
}

/// A minute: settling, music, two seconds of silence, music.
static cairo_surface_t* draw_plot(size_t which) {
  enum { N = 120, RATE = 48000 };
  static Estimate estimates[N];
  for (int i = 0; i < N; ++i) {
    estimates[i] = (Estimate){.position = (uint64_t)(i + 1) * RATE / 2,
                              .valence = i < 60 ? -0.5f : 0.25f,
                              .arousal = i < 80 ? 0.375f : 0.125f,
                              .valence_spread = 0.1f,
                              .arousal_spread = 0.2f,
                              .loudness_short = -45.0f + 0.3f * (float)i,
                              .state = i < 16              ? ENGINE_SETTLING
                                       : i >= 58 && i < 62 ? ENGINE_SILENT
                                                           : ENGINE_LIVE};
    if (which == 0) continue;
    Estimate* e = &estimates[i]; // attention to 5 s before, and to the beginning
    e->n_attention = (unsigned)i + 1;
    e->attention_beyond[0] = 0.02f;
    if (i >= 10) e->attention_beyond[i - 10] = 0.06f;
  }
  const Plot plot = {
      .title = "a title", .subtitle = "a subtitle", .rate = RATE, .estimates = estimates, .n = N};
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1200, 675);
  cairo_t* cr = cairo_create(surface);
  if (which == 0)
    plot_timecourse(cr, 1200.0, 675.0, &plot);
  else
    plot_attention(cr, 1200.0, 675.0, &plot);
  cairo_destroy(cr);
  return surface;
}

PictureSet scenes_plots(void) {
  return (PictureSet){.n = 2, .name = plot_name, .draw = draw_plot};
}
