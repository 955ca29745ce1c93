// SPDX-License-Identifier: GPL-3.0-or-later
#include "texts.h"

#include "gui/kit/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APART 2.0 // px that a text may be elsewhere: fonts are measured a little differently

static FILE* noted;     ///< NULL: texts are not recorded
static char last[1024]; ///< a rim is the same text drawn several times

/// A letter for each of the theme's colours that has a meaning.
static char mark_of(Rgb color) {
  const Theme theme = theme_default(1.0);
  const Rgb colors[] = {theme.valence, theme.arousal,   theme.accent,     theme.warning,
                        theme.text,    theme.text_soft, theme.text_faint, theme.on_accent};
  for (size_t i = 0; i < sizeof colors / sizeof *colors; ++i)
    if (fabs(colors[i].r - color.r) + fabs(colors[i].g - color.g) + fabs(colors[i].b - color.b) <
        0.01)
      return "va+!tsfo"[i];
  return ' ';
}

static void note(const TextStyle* style, double x, double y, const char* string) {
  if (!noted || !*string || strcmp(string, last) == 0) return;
  snprintf(last, sizeof last, "%s", string);
  fprintf(noted, "%c %.0f,%.0f ", mark_of(style->color), x, y);
  for (; *string; ++string)
    fputs(*string == '\n' ? "\\n" : (const char[]){*string, '\0'}, noted);
  fputc('\n', noted);
}

double __real_text_draw(Text* text, cairo_t* cr, const TextStyle* style, double x, double y,
                        const char* string);
double __wrap_text_draw(Text* text, cairo_t* cr, const TextStyle* style, double x, double y,
                        const char* string);
double __real_text_wrap(Text* text, cairo_t* cr, const TextStyle* style, double x, double y,
                        double width, const char* string);
double __wrap_text_wrap(Text* text, cairo_t* cr, const TextStyle* style, double x, double y,
                        double width, const char* string);

double __wrap_text_draw(Text* text, cairo_t* cr, const TextStyle* style, double x, double y,
                        const char* string) {
  note(style, x, y, string);
  return __real_text_draw(text, cr, style, x, y, string);
}

double __wrap_text_wrap(Text* text, cairo_t* cr, const TextStyle* style, double x, double y,
                        double width, const char* string) {
  note(style, x, y, string);
  return __real_text_wrap(text, cr, style, x, y, width, string);
}

/// \return the lines of a picture, for free()
static char* lines_of(const PictureSet* set, size_t i) {
  char* lines = NULL;
  size_t size = 0;
  noted = open_memstream(&lines, &size);
  last[0] = '\0';
  cairo_surface_destroy(set->draw(i));
  if (noted) fclose(noted);
  noted = NULL;
  return lines;
}

static void put_new(FILE* file, const char* lines, const char* known) {
  while (*lines) {
    const size_t length = strcspn(lines, "\n") + 1;
    char line[1024];
    snprintf(line, sizeof line, "%.*s", (int)length, lines);
    if (!known || !strstr(known, line)) fputs(line, file);
    lines += length;
  }
}

static void put_sets(FILE* file, const PictureSet* sets, size_t n) {
  for (size_t k = 0; k < n; ++k) {
    const PictureSet* set = &sets[k];
    char* known = set->name ? NULL : lines_of(set, 0);
    for (size_t i = known ? 1 : 0; i < set->n; ++i) {
      char* lines = lines_of(set, i);
      if (set->name)
        fprintf(file, "== %s\n", set->name(i));
      else
        fprintf(file, "== note %zu\n", i);
      put_new(file, lines ? lines : "", known);
      free(lines);
    }
    free(known);
  }
}

int texts_write(const PictureSet* sets, size_t n, const char* path) {
  FILE* file = fopen(path, "w");
  if (!file) return -1;
  put_sets(file, sets, n);
  return fclose(file) == 0 ? 0 : -1;
}

/// \return whether two lines have the same text and mark at nearly the same place
static bool are_alike(const char* line, const char* other) {
  double x[2], y[2];
  int text[2] = {0, 0};
  if (line[0] != other[0]) return false;
  if (line[0] == '=' || sscanf(line + 1, "%lf,%lf %n", &x[0], &y[0], &text[0]) < 2 ||
      sscanf(other + 1, "%lf,%lf %n", &x[1], &y[1], &text[1]) < 2)
    return strcmp(line, other) == 0;
  return fabs(x[0] - x[1]) <= APART && fabs(y[0] - y[1]) <= APART &&
         strcmp(line + 1 + text[0], other + 1 + text[1]) == 0;
}

bool texts_compare(const PictureSet* sets, size_t n, const char* golden, const char* failed) {
  if (texts_write(sets, n, failed) != 0) return false;
  FILE* a = fopen(golden, "r");
  FILE* b = fopen(failed, "r");
  char expected[1100] = "", shown[1100] = "", scene[1100] = "";
  bool same = a && b;
  for (bool more = same; same && more;) {
    more = fgets(expected, sizeof expected, a) != NULL;
    same = (fgets(shown, sizeof shown, b) != NULL) == more && (!more || are_alike(expected, shown));
    if (same && strncmp(shown, "==", 2) == 0) memcpy(scene, shown, sizeof scene);
  }
  if (!same) fprintf(stderr, "%s  %s  is not%s  see %s\n", scene, shown, expected, failed);
  if (a) fclose(a);
  if (b) fclose(b);
  if (same) remove(failed);
  return same;
}
