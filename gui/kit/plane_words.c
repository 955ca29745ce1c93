// SPDX-License-Identifier: GPL-3.0-or-later
// Places the plane's words by their measured sizes.
#include "gui/kit/plane_words.h"

#include "gui/kit/brush.h"
#include "gui/kit/plane.h"

#include <stdlib.h>

#define PI 3.14159265358979323846
#define WORD_SIZE 0.92 // units
#define AXIS_SIZE 0.80
#define LINE 1.25 // height of a line of text, as a multiple of its size
#define SIDES 6

typedef struct {
  const Word* word;
  double rank; // greater: gets a place earlier
} WordCandidate;

static int by_rank(const void* a, const void* b) {
  const WordCandidate* x = a;
  const WordCandidate* y = b;
  if (x->rank > y->rank) return -1;
  if (x->rank < y->rank) return 1;
  return x->word < y->word ? -1 : 1;
}

static double gap_of(const Theme* theme) {
  return 0.42 * theme->unit;
}

static bool near(Rect box, double x, double y, double radius) {
  const double dx = fmax(fmax(box.x - x, x - box.x - box.w), 0.0);
  const double dy = fmax(fmax(box.y - y, y - box.y - box.h), 0.0);
  return dx * dx + dy * dy < radius * radius;
}

// \return whether a box is within some mark's radius, multiplied by \p times
static bool near_marks(Rect box, const PlaneMark* marks, size_t n, double times) {
  for (size_t i = 0; i < n; ++i)
    if (near(box, marks[i].x, marks[i].y, times * marks[i].radius)) return true;
  return false;
}

// The box of a word beside its place: right, left, above, below, and the two upper corners.  The
// first choice is the side away from the middle.
static Rect box_at(const PlaneWord* w, const Theme* theme, int side) {
  const double gap = gap_of(theme);
  const double h = LINE * WORD_SIZE * theme->unit;
  const bool left = w->leftwards;
  if (side < 2) {
    const bool to_left = (side == 0) == left;
    return (Rect){to_left ? w->x - gap - w->width : w->x + gap, w->y - 0.5 * h, w->width, h};
  }
  const double lift = 0.5 * h + 0.75 * gap;
  const double y = (side & 1 ? w->y + lift : w->y - lift) - 0.5 * h;
  const double x = side < 4 ? w->x - 0.5 * w->width : left ? w->x - w->width : w->x;
  return (Rect){x, y, w->width, h};
}

static bool is_free(const PlaneWords* words, size_t self, Rect box, double clear) {
  const Rect room = rect_inset(words->room, clear, 0.5 * clear);
  if (!rect_covers(room, box)) return false;
  const Rect wide = rect_inset(box, -0.7 * clear, -0.1 * clear);
  for (size_t i = 0; i < words->n; ++i) {
    const PlaneWord* other = &words->words[i];
    if (i == self) continue;
    if (other->shown && rect_overlaps(wide, other->box)) return false;
    if (rect_overlaps(wide, other->home)) return false;
    if (other->marked &&
        rect_contains(rect_inset(box, -0.3 * clear, -0.3 * clear), other->x, other->y)) {
      return false;
    }
  }
  return true;
}

static void add_axis(PlaneWords* words, const Theme* theme, Text* text, const char* name, double x,
                     double y, TextAnchor anchor) {
  const TextStyle style = {.size = AXIS_SIZE * theme->unit};
  const double w = text_width(text, &style, name);
  const double h = LINE * style.size;
  const Rect room = words->room;
  Rect box = {anchor == TEXT_LEFT ? x : x - w, y - 0.5 * h, w, h};
  // If the axis is not visible, its names stay at the border.
  const double beside = 0.55 * theme->unit, above = 0.25 * theme->unit;
  box.x = fmax(room.x + beside, fmin(box.x, room.x + room.w - w - beside));
  box.y = fmax(room.y + above, fmin(box.y, room.y + room.h - h - above));
  for (size_t i = 0; i < words->n; ++i)
    if (rect_overlaps(box, words->words[i].box)) box.y += y < room.y + 0.5 * room.h ? h : -h;
  if (!rect_covers(room, box)) return;
  PlaneWord* word = &words->words[words->n++];
  *word = (PlaneWord){.name = name, .x = x, .y = box.y + 0.5 * h, .width = w, .shown = true};
  word->home = word->box = box;
}

static void add_axes(PlaneWords* words, const Theme* theme, Text* text, Rect plane) {
  const double u = theme->unit;
  const double pad = 0.55 * u;
  const double cx = plane_x(plane, 0.0);
  const double cy = plane_y(plane, 0.0);
  const Rect r = rect_cut(plane, words->room); // at the edge of the visible part
  add_axis(words, theme, text, "negative", r.x + pad, cy + u, TEXT_LEFT);
  add_axis(words, theme, text, "energetic", cx + 0.45 * u, r.y + 0.75 * u, TEXT_LEFT);
  add_axis(words, theme, text, "quiet", cx + 0.45 * u, r.y + r.h - 0.75 * u, TEXT_LEFT);
  add_axis(words, theme, text, "positive", r.x + r.w - pad, cy + u, TEXT_RIGHT);
}

static void add_word(PlaneWords* words, const Theme* theme, Text* text, Rect plane,
                     const Word* word) {
  if (words->n == PLANE_WORDS_MAX) return;
  const TextStyle style = {.size = WORD_SIZE * theme->unit, .weight = TEXT_MEDIUM};
  PlaneWord w = {.name = word->name,
                 .x = plane_x(plane, (double)word->valence),
                 .y = plane_y(plane, (double)word->arousal),
                 .width = text_width(text, &style, word->name),
                 .leftwards = word->valence < 0.0f,
                 .marked = true,
                 .shown = true};
  if (!rect_contains(words->room, w.x, w.y)) return;
  for (int side = 0; side < SIDES; ++side) {
    const Rect box = box_at(&w, theme, side);
    if (!is_free(words, words->n, box, gap_of(theme))) continue;
    // Its mark must not be in the box of a word that is already placed.
    bool covered = false;
    for (size_t i = 0; i < words->n; ++i)
      covered = covered || near(words->words[i].home, w.x, w.y, 0.3 * theme->unit);
    if (covered) return;
    w.home = w.box = box;
    words->words[words->n++] = w;
    return;
  }
}

void plane_words_place(PlaneWords* words, const Theme* theme, Text* text, Rect plane, Rect room,
                       const WordTable* table, bool axes) {
  WordCandidate candidates[WORDS_MAX];
  if (!table) table = words_builtin();
  size_t n = 0;
  for (size_t i = 1; i < table->count && n < WORDS_MAX; ++i) {
    const Word* w = &table->words[i];
    if (w->landmark)
      candidates[n++] = (WordCandidate){w, hypot((double)w->valence, (double)w->arousal)};
  }
  qsort(candidates, n, sizeof *candidates, by_rank);
  words->n = 0;
  words->room = room;
  if (axes) add_axes(words, theme, text, plane);
  for (size_t i = 0; i < n; ++i)
    add_word(words, theme, text, plane, candidates[i].word);
}

Rect plane_words_avoid(PlaneWords* words, const Theme* theme, const PlaneMark* marks, size_t n) {
  Rect changed = {0.0, 0.0, 0.0, 0.0};
  for (size_t i = 0; i < words->n; ++i) {
    PlaneWord* w = &words->words[i];
    const Rect old = w->shown ? w->box : changed;
    const bool was_shown = w->shown;
    if (w->shown && !near_marks(w->box, marks, n, 1.0) &&
        (fabs(w->box.x - w->home.x) + fabs(w->box.y - w->home.y) < 0.5 ||
         near_marks(w->home, marks, n, 1.5))) {
      continue; // stays: at home, or where it moved to while a mark is still about
    }
    w->shown = !near_marks(w->home, marks, n, 1.0);
    if (w->shown) {
      w->box = w->home;
    } else if (w->marked) {
      for (int side = 0; side < SIDES && !w->shown; ++side) {
        const Rect box = box_at(w, theme, side);
        if (near_marks(box, marks, n, 1.0) || !is_free(words, i, box, gap_of(theme))) continue;
        w->box = box;
        w->shown = true;
      }
    }
    const bool same = w->shown == was_shown &&
                      (!w->shown || (fabs(old.x - w->box.x) < 0.5 && fabs(old.y - w->box.y) < 0.5));
    if (same) continue;
    if (was_shown) changed = rect_union(changed, old);
    if (w->shown) changed = rect_union(changed, w->box);
  }
  const double pad = 0.5 * theme->unit;
  return rect_empty(changed) ? changed : rect_pixels(rect_inset(changed, -pad, -pad));
}

// A dark rim around a word that lies over a picture.
static void draw_rim(cairo_t* cr, const Theme* theme, Text* text, const TextStyle* style, double x,
                     double y, const char* word) {
  TextStyle rim = *style;
  rim.color = theme->window;
  rim.alpha = 0.7;
  const double r = 0.12 * theme->unit;
  for (int i = 0; i < 8; ++i)
    text_draw(text, cr, &rim, x + r * cos(0.25 * PI * i), y + r * sin(0.25 * PI * i), word);
}

void plane_words_draw(cairo_t* cr, const Theme* theme, Text* text, const PlaneWords* words,
                      bool rim) {
  double left, top, right, bottom;
  cairo_clip_extents(cr, &left, &top, &right, &bottom);
  const Rect clip = {left, top, right - left, bottom - top};
  for (size_t i = 0; i < words->n; ++i) {
    const PlaneWord* w = &words->words[i];
    const double r = 0.12 * theme->unit;
    if (w->marked && rect_overlaps(clip, (Rect){w->x - r, w->y - r, 2.0 * r, 2.0 * r})) {
      brush_disc(cr, w->x, w->y, r, theme->text_soft, 0.65);
    }
    if (!w->shown || !rect_overlaps(clip, rect_inset(w->box, -0.3 * theme->unit, 0.0))) continue;
    const TextStyle style = {.size = (w->marked ? WORD_SIZE : AXIS_SIZE) * theme->unit,
                             .weight = w->marked ? TEXT_MEDIUM : TEXT_REGULAR,
                             .color = theme->text_soft,
                             .alpha = w->marked ? 1.0 : 0.9};
    const double y = w->box.y + 0.5 * w->box.h;
    if (rim) draw_rim(cr, theme, text, &style, w->box.x, y, w->name);
    text_draw(text, cr, &style, w->box.x, y, w->name);
  }
}
