// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/screen.h"

#include "affect/words.h"
#include "cli/table.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

// The plane in character cells, each of 2 x 4 braille dots; a character is about twice as high as
// wide, so that 44 x 22 looks square.
enum { COLUMNS = 44, ROWS = 22, DOTS_X = 2 * COLUMNS, DOTS_Y = 4 * ROWS, TRAIL = 24 };
enum { BAR = 16, STRIP = 76 };

/// Colours of the 256-colour palette: quadrants as on the window's plane, and shades of grey.
enum {
  NONE = 0,
  GREY = 240,
  PALE = 250,
  WHITE = 255,
  YELLOW = 220,
  RED = 203,
  BLUE = 75,
  GREEN = 78
};

typedef struct {
  unsigned char dots[ROWS][COLUMNS]; ///< braille pattern
  char text[ROWS][COLUMNS];          ///< a letter of a word, or 0
  unsigned char color[ROWS][COLUMNS];
} Plane;

void screen_init(Screen* screen, const char* title, const char* model, double rate, double duration,
                 bool has_color) {
  memset(screen, 0, sizeof *screen);
  screen->title = title;
  screen->model = model;
  screen->rate = rate;
  screen->duration = duration;
  screen->has_color = has_color;
  screen->word = -1;
}

void screen_add(Screen* screen, const Estimate* estimate) {
  screen->history[screen->n++ % SCREEN_HISTORY] = *estimate;
  if (estimate->state == ENGINE_SILENT)
    screen->word = -1;
  else
    screen->word =
        words_nearest_in(screen->words, estimate->valence, estimate->arousal, screen->word);
}

/// The estimate \p age hops ago, or NULL.
static const Estimate* past(const Screen* screen, size_t age) {
  if (age >= screen->n || age >= SCREEN_HISTORY) return NULL;
  return &screen->history[(screen->n - 1 - age) % SCREEN_HISTORY];
}

static unsigned char color_of(float valence, float arousal) {
  if (hypotf(valence, arousal) < WORDS_NEUTRAL_RADIUS) return WHITE;
  if (arousal >= 0.0F) return valence >= 0.0F ? YELLOW : RED;
  return valence >= 0.0F ? GREEN : BLUE;
}

static const char* word_of(const Screen* screen, const Estimate* e) {
  return e->state == ENGINE_SILENT ? "silent" : words_name_in(screen->words, screen->word);
}

static void dot(Plane* plane, double valence, double arousal, unsigned char color) {
  // Unicode 15, "Braille Patterns": the bits of a cell's dots, row by row.
  static const unsigned char bits[4][2] = {{1, 8}, {2, 16}, {4, 32}, {64, 128}};
  const int x = (int)lround((valence + 1.0) / 2.0 * (DOTS_X - 1));
  const int y = (int)lround((1.0 - arousal) / 2.0 * (DOTS_Y - 1));
  if (x < 0 || x >= DOTS_X || y < 0 || y >= DOTS_Y) return;
  plane->dots[y / 4][x / 2] |= bits[y % 4][x % 2];
  if (color > plane->color[y / 4][x / 2] || color < GREY) plane->color[y / 4][x / 2] = color;
}

static void ellipse(Plane* plane, double v, double a, double rv, double ra, unsigned char color) {
  for (int i = 0; i < 96; ++i) {
    const double angle = i * 6.283185307179586 / 96.0;
    dot(plane, v + rv * cos(angle), a + ra * sin(angle), color);
  }
}

static void words(Plane* plane, const WordTable* table) {
  if (table == NULL) table = words_builtin();
  const Word* all = table->words;
  for (size_t i = 0; i < table->count; ++i) {
    if (!all[i].landmark) continue;
    const int length = (int)strlen(all[i].name);
    const int row = (int)lround((1.0 - (double)all[i].arousal) / 2.0 * (ROWS - 1));
    int column = (int)lround(((double)all[i].valence + 1.0) / 2.0 * (COLUMNS - 1)) - length / 2;
    if (column < 0) column = 0;
    if (column + length > COLUMNS) column = COLUMNS - length;
    // Neighbours in one row move apart.
    while (column + length < COLUMNS &&
           (plane->text[row][column] != 0 || (column > 0 && plane->text[row][column - 1] != 0)))
      ++column;
    memcpy(&plane->text[row][column], all[i].name, (size_t)length);
  }
}

static void make_plane(const Screen* screen, Plane* plane) {
  memset(plane, 0, sizeof *plane);
  for (int i = 0; i <= DOTS_X; i += 2) {
    dot(plane, 2.0 * i / DOTS_X - 1.0, 0.0, GREY);
    dot(plane, 0.0, 2.0 * i / DOTS_X - 1.0, GREY);
  }
  words(plane, screen->words);
  for (size_t age = TRAIL; age-- > 0;) {
    const Estimate *e = past(screen, age), *before = past(screen, age + 1);
    if (e == NULL || e->state == ENGINE_SILENT) continue;
    const unsigned char color = color_of(e->valence, e->arousal);
    dot(plane, (double)e->valence, (double)e->arousal, color);
    if (before != NULL && before->state != ENGINE_SILENT && age < TRAIL / 2)
      for (int i = 1; i < 8; ++i)
        dot(plane, (double)(e->valence + (before->valence - e->valence) * (float)i / 8.0F),
            (double)(e->arousal + (before->arousal - e->arousal) * (float)i / 8.0F), color);
  }
  const Estimate* e = past(screen, 0);
  if (e == NULL || e->state == ENGINE_SILENT) return;
  ellipse(plane, (double)e->valence, (double)e->arousal, (double)e->valence_spread,
          (double)e->arousal_spread, PALE);
}

static void paint(const Screen* screen, FILE* out, int color) {
  if (!screen->has_color) return;
  if (color == NONE)
    (void)fputs("\033[0m", out);
  else
    (void)fprintf(out, "\033[38;5;%dm", color);
}

static void put_utf8(FILE* out, unsigned code) { // U+0800..U+FFFF
  (void)fputc((int)(0xE0U | code >> 12), out);
  (void)fputc((int)(0x80U | (code >> 6 & 0x3FU)), out);
  (void)fputc((int)(0x80U | (code & 0x3FU)), out);
}

static void put_plane_row(const Screen* screen, FILE* out, const Plane* plane, int row) {
  const Estimate* e = past(screen, 0);
  const bool has_point = e != NULL && e->state != ENGINE_SILENT;
  const int px = has_point ? (int)lround(((double)e->valence + 1.0) / 2.0 * (DOTS_X - 1)) / 2 : -1;
  const int py = has_point ? (int)lround((1.0 - (double)e->arousal) / 2.0 * (DOTS_Y - 1)) / 4 : -1;
  paint(screen, out, GREY);
  (void)fputs("│", out);
  for (int x = 0; x < COLUMNS; ++x) {
    if (row == py && x == px) {
      paint(screen, out, color_of(e->valence, e->arousal));
      (void)fputs("◆", out);
    } else if (plane->dots[row][x] != 0 && plane->color[row][x] != GREY) {
      paint(screen, out, plane->color[row][x]);
      put_utf8(out, 0x2800U + plane->dots[row][x]);
    } else if (plane->text[row][x] != 0) {
      paint(screen, out, PALE);
      (void)fputc(plane->text[row][x], out);
    } else if (plane->dots[row][x] != 0) {
      paint(screen, out, GREY);
      put_utf8(out, 0x2800U + plane->dots[row][x]);
    } else {
      (void)fputc(' ', out);
    }
  }
  paint(screen, out, GREY);
  (void)fputs("│  ", out);
  paint(screen, out, NONE);
}

static void put_bar(const Screen* screen, FILE* out, double share, int color) {
  const int eighths = (int)lround(fmin(fmax(share, 0.0), 1.0) * BAR * 8);
  paint(screen, out, color);
  for (int i = 0; i < BAR; ++i) {
    const int here = eighths - 8 * i;
    if (here >= 8)
      (void)fputs("█", out);
    else if (here > 0)
      put_utf8(out, 0x2590U - (unsigned)here); // U+2588 full .. U+258F one eighth
    else
      (void)fputs("·", out);
  }
  paint(screen, out, NONE);
}

static void put_cue(const Screen* screen, FILE* out, const Estimate* e, Cue cue) {
  const CueInfo* info = cue_info(cue);
  (void)fprintf(out, "%-19s", info->name);
  put_bar(screen, out, (double)((e->cues[cue] - info->low) / (info->high - info->low)), BLUE);
  (void)fprintf(out, " %7.2f %s", (double)e->cues[cue],
                strcmp(info->unit, "1") == 0 ? "" : info->unit);
}

/// What stands to the right of the plane's row.
static void put_side(const Screen* screen, FILE* out, const Estimate* e, int row) {
  static const Cue cues[] = {CUE_LOUDNESS_SHORT, CUE_LOUDNESS_SLOPE, CUE_FLUX,
                             CUE_ONSET_RATE,     CUE_CENTROID,       CUE_BASS_SHARE,
                             CUE_REGISTER,       CUE_MODE_SLOW,      CUE_KEY_CLARITY,
                             CUE_ROUGHNESS,      CUE_PULSE_CLARITY,  CUE_TEMPO};
  switch (row) {
  case 0:
    paint(screen, out, color_of(e->valence, e->arousal));
    (void)fprintf(out, "%s", word_of(screen, e));
    paint(screen, out, NONE);
    (void)fprintf(out, "  (%s)", table_quadrant(e->valence, e->arousal));
    return;
  case 2:
    (void)fprintf(out, "valence    %+5.2f ± %.2f  ", (double)e->valence, (double)e->valence_spread);
    put_bar(screen, out, ((double)e->valence + 1.0) / 2.0, YELLOW);
    return;
  case 3:
    (void)fprintf(out, "arousal    %+5.2f ± %.2f  ", (double)e->arousal, (double)e->arousal_spread);
    put_bar(screen, out, ((double)e->arousal + 1.0) / 2.0, RED);
    return;
  case 4:
    (void)fprintf(out, "whole piece %+.2f, %+.2f", (double)e->song_valence,
                  (double)e->song_arousal);
    return;
  case 5:
    (void)fprintf(out, "confidence   %.2f         ", (double)e->confidence);
    put_bar(screen, out, (double)e->confidence, GREEN);
    return;
  case 6:
    if (e->state == ENGINE_SETTLING)
      (void)fprintf(out, "state      settling, %.0f %%", 100.0 * (double)e->settled);
    else
      (void)fprintf(out, "state      %s", engine_state_name(e->state));
    return;
  case 7:
    (void)fprintf(out, "loudness   %.1f LUFS", (double)e->loudness_short);
    return;
  default:
    break;
  }
  if (row >= 9 && row - 9 < (int)(sizeof cues / sizeof *cues))
    put_cue(screen, out, e, cues[row - 9]);
}

/// The last minute of a value in -1..1 as a row of eight heights, oldest on the left.
static void put_curve(const Screen* screen, FILE* out, const char* name, bool is_arousal) {
  (void)fprintf(out, "%-10s", name);
  for (size_t i = STRIP; i-- > 0;) {
    const Estimate* e = past(screen, i);
    if (e == NULL || e->state == ENGINE_SILENT) {
      (void)fputc(' ', out);
      continue;
    }
    const float value = is_arousal ? e->arousal : e->valence;
    paint(screen, out, color_of(e->valence, e->arousal));
    put_utf8(out, 0x2581U + (unsigned)fmin(fmax(((double)value + 1.0) * 4.0, 0.0), 7.0));
  }
  paint(screen, out, NONE);
  (void)fputs("\033[K\n", out);
}

static void put_attention(const Screen* screen, FILE* out) {
  static const char* const shades[] = {" ", "░", "▒", "▓", "█"};
  const Estimate* e = past(screen, 0);
  float most = 0.0F;
  (void)fprintf(out, "%-10s", "attention");
  for (unsigned i = 0; i < e->n_attention; ++i)
    most = fmaxf(most, e->attention[i]);
  for (unsigned i = STRIP; i-- > 0;) {
    const float weight = i < e->n_attention ? e->attention[e->n_attention - 1 - i] : 0.0F;
    (void)fputs(shades[most > 0.0F ? (int)lroundf(4.0F * weight / most) : 0], out);
  }
  (void)fputs("\033[K\n", out);
}

static void put_time(FILE* out, double seconds) {
  (void)fprintf(out, "%d:%02d", (int)seconds / 60, (int)seconds % 60);
}

void screen_draw(const Screen* screen, FILE* out) {
  const Estimate* e = past(screen, 0);
  if (e == NULL) return;
  Plane plane;
  make_plane(screen, &plane);
  (void)fputs("\033[H", out);
  (void)fprintf(out, "%.60s  ", screen->title);
  put_time(out, (double)e->position / screen->rate);
  if (screen->duration > 0.0) {
    (void)fputs(" / ", out);
    put_time(out, screen->duration);
  }
  (void)fprintf(out, "  model %.20s\033[K\n", screen->model);
  paint(screen, out, GREY);
  (void)fputs("┌", out);
  for (int i = 0; i < COLUMNS; ++i)
    (void)fputs("─", out);
  (void)fputs("┐\033[K\n", out);
  for (int row = 0; row < ROWS; ++row) {
    put_plane_row(screen, out, &plane, row);
    put_side(screen, out, e, row);
    (void)fputs("\033[K\n", out);
  }
  paint(screen, out, GREY);
  (void)fputs("└", out);
  for (int i = 0; i < COLUMNS; ++i)
    (void)fputs("─", out);
  (void)fputs("┘", out);
  paint(screen, out, NONE);
  (void)fputs("\033[K\n", out);
  put_curve(screen, out, "valence", false);
  put_curve(screen, out, "arousal", true);
  put_attention(screen, out);
  (void)fputs("\033[J", out);
  (void)fflush(out);
}

void screen_line(const Screen* screen, FILE* out) {
  const Estimate* e = past(screen, 0);
  if (e == NULL) return;
  (void)fprintf(out, "%7.1f s  valence %+.2f  arousal %+.2f  %-7s %-11s %-8s %6.1f LUFS\n",
                (double)e->position / screen->rate, (double)e->valence, (double)e->arousal,
                table_quadrant(e->valence, e->arousal), word_of(screen, e),
                engine_state_name(e->state), (double)e->loudness_short);
  (void)fflush(out);
}
