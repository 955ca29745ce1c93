// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the live reading as a page of text.
#include "cli/screen.h"

#include "affect/words.h"
#include "cli/table.h"

#include <math.h>
#include <string.h>

// The plane in character cells, each of 2 x 4 braille dots; a character is about twice as high as
// wide, so that 34 x 17 looks square.
enum { MOST_ROWS = 40, MOST_COLUMNS = 2 * MOST_ROWS, TRAIL = 24 };
enum { SIDE = 41, FRAME = 4, LINES = 7 }; // columns and rows beside and around the plane
enum { LEAST_BAR = 12, MOST_BAR = 40 };   // columns of a bar; SIDE has room for the least

enum { LEAST_WIDTH = 64, LEAST_HEIGHT = 16 }; // the page needs at least this

/// Colours of the 256-colour palette: quadrants as on the window's plane, and shades of grey.
enum {
  NONE = 0,
  GREY = 240,
  DIM = 245,
  PALE = 250,
  WHITE = 255,
  YELLOW = 220,
  RED = 203,
  BLUE = 75,
  GREEN = 78
};

typedef struct {
  int columns, rows;
  int point, point_row;                        ///< the reading's cell; -1: there is none
  unsigned char dots[MOST_ROWS][MOST_COLUMNS]; ///< braille pattern
  char text[MOST_ROWS][MOST_COLUMNS];          ///< a letter of a word, or 0
  unsigned char color[MOST_ROWS][MOST_COLUMNS];
} Plane;

static int dots_x(const Plane* plane) {
  return 2 * plane->columns;
}

static int dots_y(const Plane* plane) {
  return 4 * plane->rows;
}

void screen_init(Screen* screen, const char* title, const char* model, double rate, double duration,
                 bool has_color) {
  memset(screen, 0, sizeof *screen);
  screen->title = title;
  screen->model = model;
  screen->rate = rate;
  screen->duration = duration;
  screen->has_color = has_color;
  screen->word = -1;
  screen->width = 80;
  screen->height = 24;
}

void screen_add(Screen* screen, const Estimate* estimate) {
  screen->history[screen->n++ % SCREEN_HISTORY] = *estimate;
  if (estimate->state == ENGINE_SILENT)
    screen->word = -1;
  else
    screen->word =
        words_nearest_in(screen->words, estimate->valence, estimate->arousal, screen->word);
  screen->outside =
      estimate->state == ENGINE_LIVE && words_outside(screen->outside, estimate->confidence);
  screen->doubt = words_doubt(screen->doubt, estimate->confidence);
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

// The reading's colour, which becomes grey in steps as confidence falls, as in the window.
static int trusted(const Screen* screen, int color) {
  static const int steps[WORDS_DOUBT_MAX + 1] = {NONE, PALE, DIM};
  return screen->outside ? GREY : screen->doubt > 0 ? steps[screen->doubt] : color;
}

// The text in place of the mood's word.
static const char* headline(const Screen* screen, const Estimate* e) {
  if (screen->outside) return WORDS_OUTSIDE_TEXT;
  return e->state == ENGINE_SILENT ? "silence" : words_name_in(screen->words, screen->word);
}

static bool has_word(const Screen* screen, const Estimate* e) {
  return !screen->outside && e->state != ENGINE_SILENT;
}

static const char* state_name(const Screen* screen, const Estimate* e) {
  return screen->outside ? "out of domain" : engine_state_name(e->state);
}

static void dot(Plane* plane, double valence, double arousal, unsigned char color) {
  // Unicode 15, "Braille Patterns": the bits of a cell's dots, row by row.
  static const unsigned char bits[4][2] = {{1, 8}, {2, 16}, {4, 32}, {64, 128}};
  const int x = (int)lround((valence + 1.0) / 2.0 * (dots_x(plane) - 1));
  const int y = (int)lround((1.0 - arousal) / 2.0 * (dots_y(plane) - 1));
  if (x < 0 || x >= dots_x(plane) || y < 0 || y >= dots_y(plane)) return;
  plane->dots[y / 4][x / 2] |= bits[y % 4][x % 2];
  if (color > plane->color[y / 4][x / 2] || color < GREY) plane->color[y / 4][x / 2] = color;
}

// The cell of the present reading.
static void place_point(Plane* plane, const Estimate* e) {
  plane->point = plane->point_row = -1;
  if (!e || e->state == ENGINE_SILENT) return;
  plane->point = (int)lround(((double)e->valence + 1.0) / 2.0 * (dots_x(plane) - 1)) / 2;
  plane->point_row = (int)lround((1.0 - (double)e->arousal) / 2.0 * (dots_y(plane) - 1)) / 4;
}

static void ellipse(Plane* plane, double v, double a, double rv, double ra, unsigned char color) {
  for (int i = 0; i < 96; ++i) {
    const double angle = i * 6.283185307179586 / 96.0;
    dot(plane, v + rv * cos(angle), a + ra * sin(angle), color);
  }
}

// \return whether a word has room, with a blank on each side, and does not cover the point.
static bool is_free(const Plane* plane, int row, int column, int length) {
  if (column < 0 || column + length > plane->columns) return false;
  if (row == plane->point_row && column <= plane->point && plane->point < column + length)
    return false;
  for (int x = column - 1; x <= column + length; ++x)
    if (x >= 0 && x < plane->columns && plane->text[row][x] != 0) return false;
  return true;
}

// Place the landmarks at their positions, or as near as possible in the same row.
static void words(Plane* plane, const WordTable* table) {
  if (!table) table = words_builtin();
  for (size_t i = 0; i < table->count; ++i) {
    const Word* word = &table->words[i];
    if (!word->landmark) continue;
    const int length = (int)strlen(word->name);
    const int row = (int)lround((1.0 - (double)word->arousal) / 2.0 * (plane->rows - 1));
    const int middle =
        (int)lround(((double)word->valence + 1.0) / 2.0 * (plane->columns - 1)) - length / 2;
    for (int shift = 0; shift <= 6; ++shift) {
      const int column =
          is_free(plane, row, middle + shift, length) ? middle + shift : middle - shift;
      if (!is_free(plane, row, column, length)) continue;
      memcpy(&plane->text[row][column], word->name, (size_t)length);
      break;
    }
  }
}

static int plane_rows(const Screen* screen) {
  return (int)fmin(fmax(screen->height - LINES, 5.0), MOST_ROWS);
}

static int plane_columns(const Screen* screen) {
  return (int)fmax(fmin(2.0 * plane_rows(screen), screen->width - SIDE - FRAME), 16.0);
}

// A wide terminal has longer bars, and two blank columns at their right.
static int bar_columns(const Screen* screen) {
  const int spare = screen->width - SIDE - FRAME - plane_columns(screen) - 2;
  return (int)fmin(fmax(LEAST_BAR + spare, LEAST_BAR), MOST_BAR);
}

static void make_plane(const Screen* screen, Plane* plane) {
  memset(plane, 0, sizeof *plane);
  plane->rows = plane_rows(screen);
  plane->columns = plane_columns(screen);
  for (int i = 0; i <= dots_x(plane); i += 2) {
    dot(plane, 2.0 * i / dots_x(plane) - 1.0, 0.0, GREY);
    dot(plane, 0.0, 2.0 * i / dots_x(plane) - 1.0, GREY);
  }
  place_point(plane, past(screen, 0));
  words(plane, screen->words);
  for (size_t age = TRAIL; age-- > 0;) {
    const Estimate *e = past(screen, age), *before = past(screen, age + 1);
    if (!e || e->state == ENGINE_SILENT) continue;
    const unsigned char color = color_of(e->valence, e->arousal);
    dot(plane, (double)e->valence, (double)e->arousal, color);
    if (before && before->state != ENGINE_SILENT && age < TRAIL / 2)
      for (int i = 1; i < 8; ++i)
        dot(plane, (double)(e->valence + (before->valence - e->valence) * (float)i / 8.0F),
            (double)(e->arousal + (before->arousal - e->arousal) * (float)i / 8.0F), color);
  }
  const Estimate* e = past(screen, 0);
  if (!e || e->state == ENGINE_SILENT) return;
  ellipse(plane, (double)e->valence, (double)e->arousal, (double)e->valence_spread,
          (double)e->arousal_spread, PALE);
}

static void paint(const Screen* screen, FILE* out, int color) {
  if (!screen->has_color) return;
  if (color == NONE)
    fputs("\033[0m", out);
  else
    fprintf(out, "\033[38;5;%dm", color);
}

static void put_code(FILE* out, unsigned code) { // U+0800..U+FFFF
  fputc((int)(0xE0U | code >> 12), out);
  fputc((int)(0x80U | (code >> 6 & 0x3FU)), out);
  fputc((int)(0x80U | (code & 0x3FU)), out);
}

// Write a character, or its replacement on a terminal that has only ASCII.
static void put(const Screen* screen, FILE* out, unsigned code, char plain) {
  if (screen->is_plain)
    fputc(plain, out);
  else
    put_code(out, code);
}

static void put_plane_row(const Screen* screen, FILE* out, const Plane* plane, int row) {
  const Estimate* e = past(screen, 0);
  paint(screen, out, GREY);
  put(screen, out, 0x2502U, '|');
  for (int x = 0; x < plane->columns; ++x) {
    if (row == plane->point_row && x == plane->point) {
      paint(screen, out, trusted(screen, color_of(e->valence, e->arousal)));
      put(screen, out, screen->outside ? 0x25C7U : 0x25C6U, screen->outside ? 'O' : '@');
    } else if (plane->text[row][x] != 0) { // words cover the lines, whole
      paint(screen, out, PALE);
      fputc(plane->text[row][x], out);
    } else if (plane->dots[row][x] != 0) {
      paint(screen, out, plane->color[row][x]);
      put(screen, out, 0x2800U + plane->dots[row][x], plane->color[row][x] == GREY ? '.' : 'o');
    } else {
      fputc(' ', out);
    }
  }
  paint(screen, out, GREY);
  put(screen, out, 0x2502U, '|');
  fputs("  ", out);
  paint(screen, out, NONE);
}

static void put_bar(const Screen* screen, FILE* out, double share, int color) {
  const int columns = bar_columns(screen);
  const int eighths = (int)lround(fmin(fmax(share, 0.0), 1.0) * columns * 8);
  paint(screen, out, color);
  for (int i = 0; i < columns; ++i) {
    const int here = eighths - 8 * i;
    if (here >= 8)
      put(screen, out, 0x2588U, '#');
    else if (here > 0)
      put(screen, out, 0x2590U - (unsigned)here, '#'); // U+2588 full .. U+258F one eighth
    else
      put(screen, out, 0x2024U, '.');
  }
  paint(screen, out, NONE);
}

// The cue shown for each group, with the same digits and unit as in the window.
static const struct {
  const char* name;
  Cue cue;
  int digits;
  double times;
  const char* unit;
} cue_rows[] = {{"loudness", CUE_LOUDNESS_SHORT, 1, 1.0, "LU"},
                {"onsets", CUE_ONSET_RATE, 1, 1.0, "/s"},
                {"brightness", CUE_CENTROID, 2, 1.0, "kHz"},
                {"mode", CUE_MODE_SLOW, 0, 1.0, ""},
                {"key clarity", CUE_KEY_CLARITY, 0, 100.0, "%"},
                {"roughness", CUE_ROUGHNESS, 0, 100.0, "%"},
                {"tempo", CUE_TEMPO, 0, 1.0, "BPM"}};

static void put_cue(const Screen* screen, FILE* out, const Estimate* e, size_t row) {
  const Cue cue = cue_rows[row].cue;
  const CueInfo* info = cue_info(cue);
  const double value = (double)e->cues[cue];
  fprintf(out, "%-12s", cue_rows[row].name);
  put_bar(screen, out, (double)((e->cues[cue] - info->low) / (info->high - info->low)), BLUE);
  if (cue == CUE_MODE_SLOW)
    fprintf(out, " %7s", value > 0.1 ? "major" : value < -0.1 ? "minor" : "between");
  else
    fprintf(out, " %7.*f %s", cue_rows[row].digits,
            cue_rows[row].times * (cue == CUE_CENTROID ? exp2(value) : value), cue_rows[row].unit);
}

/// Format a value of the plane; "-" in silence.
typedef struct {
  char text[8];
} ValueText;

static ValueText value_text(const Estimate* e, float value) {
  ValueText t = {"-"};
  if (e->state != ENGINE_SILENT) snprintf(t.text, sizeof t.text, "%+.2f", (double)value);
  return t;
}

static void put_value(const Screen* screen, FILE* out, const char* name, const Estimate* e,
                      float value, float spread, int color) {
  fprintf(out, "%-10s %5s", name, value_text(e, value).text);
  if (e->state == ENGINE_SILENT) return;
  fprintf(out, " %s%.2f ", screen->is_plain ? "+-" : "\u00b1 ", (double)spread);
  put_bar(screen, out, ((double)value + 1.0) / 2.0, trusted(screen, color));
}

/// Write the text to the right of a row of the plane.
static void put_side(const Screen* screen, FILE* out, const Estimate* e, int row) {
  switch (row) {
  case 0:
    paint(screen, out, trusted(screen, color_of(e->valence, e->arousal)));
    fprintf(out, "%.20s", headline(screen, e));
    if (!screen->has_color && screen->doubt > 0 && has_word(screen, e)) fputc('?', out);
    paint(screen, out, NONE);
    if (has_word(screen, e)) fprintf(out, "  (%s)", table_quadrant(e->valence, e->arousal));
    return;
  case 2:
    put_value(screen, out, "valence", e, e->valence, e->valence_spread, YELLOW);
    return;
  case 3:
    put_value(screen, out, "arousal", e, e->arousal, e->arousal_spread, RED);
    return;
  case 4:
    fprintf(out, "piece so far  %+.2f, %+.2f", (double)e->song_valence, (double)e->song_arousal);
    return;
  case 5:
    if (e->state == ENGINE_SILENT) return;
    fprintf(out, "confidence %3.0f %%        ", 100.0 * (double)e->confidence);
    put_bar(screen, out, (double)e->confidence, GREEN);
    return;
  case 6:
    if (e->state == ENGINE_SETTLING)
      fprintf(out, "settling, %.0f %%", 100.0 * (double)e->settled);
    else
      fprintf(out, "%s", state_name(screen, e));
    return;
  case 7:
    fprintf(out, "%.1f LUFS", (double)e->loudness_short);
    return;
  default:
    break;
  }
  if (row >= 9 && row - 9 < (int)(sizeof cue_rows / sizeof *cue_rows))
    put_cue(screen, out, e, (size_t)(row - 9));
}

// Columns of the rows below the plane.
static size_t strip_width(const Screen* screen) {
  const int width = screen->width - 16;
  return width < 8 ? 8 : width > SCREEN_HISTORY ? SCREEN_HISTORY : (size_t)width;
}

// The smallest of a few round ranges that contains the visible values, so that movement is visible.
static double curve_range(const Screen* screen) {
  double most = 0.0;
  for (size_t i = 0; i < strip_width(screen); ++i) {
    const Estimate* e = past(screen, i);
    if (e && e->state != ENGINE_SILENT)
      most = fmax(most, fmax(fabs((double)e->valence), fabs((double)e->arousal)));
  }
  return most <= 0.25 ? 0.25 : most <= 0.5 ? 0.5 : 1.0;
}

/// Draw the last minute of a value as a row of blocks with eight heights, oldest on the left.
static void put_curve(const Screen* screen, FILE* out, const char* name, bool is_arousal) {
  static const char plain[] = "_.,-=+*#";
  const double range = curve_range(screen);
  fprintf(out, screen->is_plain ? "%-8s +-%-4g" : "%-8s \u00b1%-5g", name, range);
  for (size_t i = strip_width(screen); i-- > 0;) {
    const Estimate* e = past(screen, i);
    if (!e || e->state == ENGINE_SILENT) {
      fputc(' ', out);
      continue;
    }
    const double value = (double)(is_arousal ? e->arousal : e->valence) / range;
    const unsigned level = (unsigned)fmin(fmax((value + 1.0) * 4.0, 0.0), 7.0);
    const bool sure = e->state == ENGINE_LIVE && e->confidence >= WORDS_OUTSIDE;
    paint(screen, out, sure ? color_of(e->valence, e->arousal) : GREY);
    put(screen, out, 0x2581U + level, plain[level]);
  }
  paint(screen, out, NONE);
  fputs("\033[K\n", out);
}

// Draw the moments with more weight than is usual for their age.
static void put_attention(const Screen* screen, FILE* out) {
  static const unsigned shades[] = {' ', 0x2591U, 0x2592U, 0x2593U, 0x2588U};
  static const char plain[] = " .:*#";
  const Estimate* e = past(screen, 0);
  fprintf(out, "%-15s", "attention");
  for (size_t i = strip_width(screen); i-- > 0;) {
    const float beyond = i < e->n_attention ? e->attention_beyond[e->n_attention - 1 - i] : 0.0F;
    const int shade = (int)lroundf(4.0F * fminf(sqrtf(fmaxf(beyond, 0.0F) / 0.08F), 1.0F));
    if (shade == 0)
      fputc(' ', out);
    else
      put(screen, out, shades[shade], plain[shade]);
  }
  fputs("\033[K", out); // no new line: the page would scroll
}

static void put_time(FILE* out, double seconds) {
  fprintf(out, "%d:%02d", (int)seconds / 60, (int)seconds % 60);
}

// Draw the frame's upper or lower edge.
static void put_edge(const Screen* screen, FILE* out, const Plane* plane, unsigned left,
                     unsigned right) {
  paint(screen, out, GREY);
  put(screen, out, left, '+');
  for (int i = 0; i < plane->columns; ++i)
    put(screen, out, 0x2500U, '-');
  put(screen, out, right, '+');
  paint(screen, out, NONE);
  fputs("\033[K\n", out);
}

// Write the first characters of a name.
static void put_title(const char* title, int most, FILE* out) {
  const char* end = title;
  while (*end != '\0' && most-- > 0) {
    ++end;
    while (((unsigned char)*end & 0xC0U) == 0x80U)
      ++end;
  }
  fprintf(out, "%.*s  ", (int)(end - title), title);
}

/// If the page has no room: write the most important values, a line each.
static void draw_small(const Screen* screen, FILE* out, const Estimate* e) {
  char lines[4][64], time[16];
  snprintf(time, sizeof time, "%d:%02d", (int)((double)e->position / screen->rate) / 60,
           (int)((double)e->position / screen->rate) % 60);
  snprintf(lines[0], sizeof lines[0], "%.30s%s", headline(screen, e),
           screen->doubt > 0 && has_word(screen, e) ? "?" : "");
  snprintf(lines[1], sizeof lines[1], "valence %s", value_text(e, e->valence).text);
  snprintf(lines[2], sizeof lines[2], "arousal %s", value_text(e, e->arousal).text);
  snprintf(lines[3], sizeof lines[3], "%s  %.0f %%  q: quit", time, 100.0 * (double)e->confidence);
  fputs("\033[H", out);
  for (int i = 0; i < 4 && i < screen->height; ++i)
    fprintf(out, "%s%.*s\033[K", i > 0 ? "\n" : "", screen->width, lines[i]);
  fputs("\033[J", out);
  fflush(out);
}

void screen_draw(const Screen* screen, FILE* out) {
  const Estimate* e = past(screen, 0);
  if (!e) return;
  if (screen->width < LEAST_WIDTH || screen->height < LEAST_HEIGHT) {
    draw_small(screen, out, e);
    return;
  }
  Plane plane;
  make_plane(screen, &plane);
  fputs("\033[H", out);
  put_title(screen->title, screen->width > 60 ? screen->width - 46 : 16, out);
  put_time(out, (double)e->position / screen->rate);
  if (screen->duration > 0.0) {
    fputs(" / ", out);
    put_time(out, screen->duration);
  }
  fprintf(out, "  model %.12s  q: quit\033[K\n", screen->model);
  put_edge(screen, out, &plane, 0x250CU, 0x2510U);
  for (int row = 0; row < plane.rows; ++row) {
    put_plane_row(screen, out, &plane, row);
    put_side(screen, out, e, row);
    fputs("\033[K\n", out);
  }
  put_edge(screen, out, &plane, 0x2514U, 0x2518U);
  put_curve(screen, out, "valence", false);
  put_curve(screen, out, "arousal", true);
  put_attention(screen, out);
  fputs("\033[J", out);
  fflush(out);
}

void screen_line(const Screen* screen, FILE* out) {
  const Estimate* e = past(screen, 0);
  if (!e) return;
  fprintf(out, "%7.1f s  valence %5s  arousal %5s  %-7s %-11s %-8s %6.1f LUFS\n",
          (double)e->position / screen->rate, value_text(e, e->valence).text,
          value_text(e, e->arousal).text,
          has_word(screen, e) ? table_quadrant(e->valence, e->arousal) : "", headline(screen, e),
          engine_state_name(e->state), (double)e->loudness_short);
  fflush(out);
}
