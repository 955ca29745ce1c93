// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Buttons, status line, notes and help: see draw.h.
#include "gui/library/draw.h"

#include "gui/kit/shapes.h"

static const struct {
  const char* what;
  const char* how;
} notes[LIBRARY_PART_COUNT] = {
    [LIBRARY_PART_PLANE] =
        {"Click for the songs near a point; drag with the right button for a path",
         "drag to move the point, right button: a path"},
    [LIBRARY_PART_SEARCH] = {"Words in title, artist or album (/)",
                             "case and accents do not count"},
    [LIBRARY_PART_QUADRANT_1] = {"Only happy, excited songs", "positive and energetic"},
    [LIBRARY_PART_QUADRANT_2] = {"Only tense, angry songs", "negative and energetic"},
    [LIBRARY_PART_QUADRANT_3] = {"Only sad, gloomy songs", "negative and quiet"},
    [LIBRARY_PART_QUADRANT_4] = {"Only calm, tender songs", "positive and quiet"},
    [LIBRARY_PART_CONFIDENCE] = {"Leave out what the model is unsure of",
                                 "wheel, drag or arrow keys"},
    [LIBRARY_PART_LIST] = {"Click to choose, double-click to play", "arrow keys, Enter"},
    [LIBRARY_PART_LENGTH] = {"How long the drawn curve lasts", "click, wheel or arrow keys"},
    [LIBRARY_PART_KIND] = {"What is compared with the drawing",
                           "passages of songs, or songs from beginning to end"},
    [LIBRARY_PART_RELATIVE] = {"Compare on the collection's own scale (R)",
                               "what is usual here is the middle, for each axis"},
    [LIBRARY_PART_LIKE] = {"Find songs with curves like the chosen one's (L)",
                           "its curve becomes the drawing"},
    [LIBRARY_PART_ERASE] = {"Erase the drawing (Delete)", "right button: erase a part"},
    [LIBRARY_PART_VALENCE] = {"Draw with the mouse; the right button erases",
                              "keys: arrows move and set, Delete erases, Enter searches"},
    [LIBRARY_PART_AROUSAL] = {"Draw with the mouse; the right button erases",
                              "keys: arrows move and set, Delete erases, Enter searches"},
    [LIBRARY_PART_SONG] = {"Click to play from there", "arrow keys go 5 s back or on"},
    [LIBRARY_PART_PLAY] = {"Play or stop (Space)", "the matching passage, or the song"},
    [LIBRARY_PART_SAVE] = {"Save the list as a playlist (Ctrl-S)",
                           "an M3U, which every player opens"},
    [LIBRARY_PART_SHOW] = {"Show the song's file in the file manager (Ctrl-O)", ""},
    [LIBRARY_PART_COPY] = {"Copy the path of the song's file (Ctrl-C)", ""},
    [LIBRARY_PART_VOLUME] = {"Volume (9 and 0)", "wheel, drag or arrow keys"},
    [LIBRARY_PART_ADD] = {"Add a folder of music (Ctrl-A)",
                          "or drop folders and files on the window"},
    [LIBRARY_PART_MODEL] = {"Whose readings are shown (M)", "click to choose another model's"},
    [LIBRARY_PART_HELP] = {"All keys (?)", ""},
    [LIBRARY_PART_TAB_LIST] = {"Search, filters and the list", ""},
    [LIBRARY_PART_TAB_PLANE] = {"The songs on the plane", ""},
    [LIBRARY_PART_TAB_DRAW] = {"Draw a curve to search with", ""},
    [LIBRARY_PART_TAB_SONG] = {"The chosen song", ""},
};

void draw_button(const Draw* d, LibraryPart part, bool on, bool dim, const char* label) {
  const LibraryView* b = d->view;
  const Rect r = d->layout->parts[part];
  if (rect_empty(r)) return;
  shape_button(d->cr, d->theme, r, on, b->hot == part && !dim, b->focus == part && b->by_keys);
  Theme faint = *d->theme;
  if (dim) faint.text = d->theme->text_faint;
  shape_label(d->cr, &faint, d->text, r, on, label);
}

void draw_tabs(const Draw* d) {
  static const char* const names[LIBRARY_PAGES] = {"List", "Plane", "Draw", "Song"};
  for (int page = 0; d->layout->compact && page < LIBRARY_PAGES; ++page)
    draw_button(d, (LibraryPart)(LIBRARY_PART_TAB_LIST + page), (int)d->layout->page == page, false,
                names[page]);
}

// Write title and artist of the song that plays.
static void playing_text(const LibraryView* b, char* out, size_t size) {
  const Catalogue* c = library_view_catalogue(b);
  out[0] = '\0';
  if (!c || b->play == PLAY_STOPPED || b->playing >= c->n) return;
  const Song* song = &c->songs[b->playing];
  snprintf(out, size, "Playing: %s%s%s", song->title, song->artist[0] ? " \u2013 " : "",
           song->artist);
}

static void draw_status(const Draw* d) {
  const LibraryView* b = d->view;
  const Rect r = d->layout->status;
  TextStyle style = {.size = 0.90 * d->theme->unit,
                     .color = b->notice_bad ? d->theme->warning : d->theme->text_soft,
                     .max_width = r.w};
  char playing[512];
  playing_text(b, playing, sizeof playing);
  const char* line = b->notice[0] ? b->notice : playing;
  const LibraryPart part = b->hot != LIBRARY_PART_NONE ? b->hot
                           : b->by_keys                ? b->focus
                                                       : LIBRARY_PART_NONE;
  if (!line[0] && part < LIBRARY_PART_PLAY && notes[part].what) {
    line = notes[part].what;
    style.color = d->theme->text_faint;
  }
  if (r.w > 4.0 * d->theme->unit && line[0]) {
    text_draw(d->text, d->cr, &style, r.x, r.y + 0.5 * r.h, line);
  }
}

static void draw_model(const Draw* d) {
  const LibraryView* b = d->view;
  const Rect r = d->layout->parts[LIBRARY_PART_MODEL];
  if (rect_empty(r)) return;
  draw_button(d, LIBRARY_PART_MODEL, false, false, "");
  shape_choice(d->cr, d->theme, d->text, r, "Model",
               b->n_models > 0 ? b->models[b->model] : "none");
}

void draw_bar(const Draw* d) {
  const LibraryView* b = d->view;
  const bool chosen = library_view_song(b) != NULL;
  const bool stop = library_view_would_stop(b);
  draw_button(d, LIBRARY_PART_PLAY, stop, !chosen && !stop, stop ? "Stop" : "Play");
  draw_button(d, LIBRARY_PART_SAVE, false, b->answer.n == 0, "Save list");
  draw_button(d, LIBRARY_PART_SHOW, false, !chosen, "Show file");
  draw_button(d, LIBRARY_PART_COPY, false, !chosen, "Copy path");
  char value[16];
  snprintf(value, sizeof value, "%.0f %%", 100.0 * b->volume);
  const Rect r = d->layout->parts[LIBRARY_PART_VOLUME];
  draw_button(d, LIBRARY_PART_VOLUME, false, false, "");
  if (!rect_empty(r)) shape_slider(d->cr, d->theme, d->text, r, "Volume", value, b->volume);
  char add[24] = "Add music";
  if (b->adding >= 0.0) snprintf(add, sizeof add, "Stop  %.0f %%", 100.0 * b->adding);
  draw_button(d, LIBRARY_PART_ADD, b->adding >= 0.0, false, add);
  draw_button(d, LIBRARY_PART_HELP, b->help, false, "?");
  draw_model(d);
  draw_status(d);
}

Rect draw_note(const Draw* d) {
  const LibraryView* b = d->view;
  const Rect none = {0.0, 0.0, 0.0, 0.0};
  if (b->hot == LIBRARY_PART_NONE || b->menu || b->help) return none;
  // The large parts are explained in the status line: a box would hide them.
  if (b->hot == LIBRARY_PART_PLANE || b->hot == LIBRARY_PART_LIST ||
      b->hot == LIBRARY_PART_VALENCE || b->hot == LIBRARY_PART_AROUSAL ||
      b->hot == LIBRARY_PART_SONG || b->hot == LIBRARY_PART_SEARCH) {
    return none;
  }
  const double u = d->theme->unit;
  const char* const lines[2] = {notes[b->hot].what, notes[b->hot].how};
  const int n = lines[1][0] ? 2 : 1;
  const Rect bounds = rect_inset(d->layout->window, 0.5 * u, 0.5 * u);
  return shape_note(d->cr, d->theme, d->text, bounds, d->layout->parts[b->hot], lines, n);
}

// What was typed, or the end of it if it is long.
static void draw_field(const Draw* d, const LibraryPrompt* p) {
  const double u = p->unit;
  const Rect field = p->field;
  shape_fill_round(d->cr, field, 0.4 * u, d->theme->panel, 1.0);
  TextStyle style = {.size = u, .color = d->theme->text, .max_width = field.w - 1.6 * u};
  const char* shown = draw_tail(d, &style, d->view->prompt);
  const double end =
      text_draw(d->text, d->cr, &style, field.x + 0.7 * u, field.y + 0.5 * field.h, shown);
  shape_fill(d->cr,
             (Rect){floor(field.x + 0.8 * u + end), field.y + 0.4 * u, 1.5 * d->theme->px,
                    field.h - 0.8 * u},
             d->theme->accent, 1.0);
}

static void draw_folders(const Draw* d, const LibraryPrompt* p) {
  const double u = p->unit;
  const FolderList* folders = &d->view->folders;
  for (size_t i = 0; i < folders->n; ++i) {
    const Rect row = {p->list.x, p->list.y + (double)i * p->row, p->list.w, p->row};
    const bool marked = (int)i == d->view->folder;
    if (marked || (int)i == d->view->folder_hot) {
      shape_fill_round(d->cr, row, 0.35 * u, d->theme->raised_hover, 1.0);
    }
    if (marked) {
      shape_fill_round(d->cr, (Rect){row.x, row.y + 0.3 * u, 0.22 * u, row.h - 0.6 * u}, 0.11 * u,
                       d->theme->accent, 1.0);
    }
    const TextStyle style = {.size = 0.92 * u,
                             .color = d->view->looking ? d->theme->text_faint : d->theme->text,
                             .max_width = row.w - 1.4 * u};
    text_draw(d->text, d->cr, &style, row.x + 0.7 * u, row.y + 0.5 * row.h, folders->names[i]);
  }
  const TextStyle soft = {.size = 0.86 * u, .color = d->theme->text_faint};
  if (folders->n == 0 && d->view->prompt[0] && !d->view->looking)
    text_draw(d->text, d->cr, &soft, p->list.x + 0.7 * u, p->list.y + 0.5 * p->row,
              "no other folder begins like that");
}

static void draw_box(const Draw* d, Rect box, double u) {
  shape_box(d->cr, box, 0.6 * u, d->theme->raised, 1.0, d->theme->line_strong, d->theme->px);
}

void draw_prompt(const Draw* d) {
  const LibraryPrompt p = library_layout_prompt(d->layout);
  const double u = p.unit;
  shape_fill(d->cr, d->layout->window, d->theme->window, 0.72);
  draw_box(d, p.box, u);
  TextStyle style = {.size = 1.1 * u, .weight = TEXT_BOLD, .color = d->theme->text};
  const double title = p.box.y + 1.55 * u;
  text_draw(d->text, d->cr, &style, p.field.x, title, "Add a folder of music");
  style = (TextStyle){.size = 0.86 * u, .color = d->theme->text_soft, .anchor = TEXT_RIGHT};
  if (d->view->looking || d->view->folders.more)
    text_draw(d->text, d->cr, &style, p.field.x + p.field.w, title,
              d->view->looking ? "looking \u2026" : "more folders: type on");
  draw_field(d, &p);
  draw_folders(d, &p);
  style.anchor = TEXT_LEFT;
  text_draw(d->text, d->cr, &style, p.field.x, p.add.y + 0.5 * p.add.h,
            "Tab: into the folder   Enter: add   Escape: back");
  shape_fill_round(d->cr, p.add, 0.4 * u, d->theme->accent, 1.0);
  style = (TextStyle){
      .size = 0.95 * u, .weight = TEXT_MEDIUM, .color = d->theme->on_accent, .anchor = TEXT_CENTER};
  text_draw(d->text, d->cr, &style, p.add.x + 0.5 * p.add.w, p.add.y + 0.5 * p.add.h, "Add");
}

void draw_help(const Draw* d) {
  static const char* const rows[][2] = {
      {"Tab, Shift-Tab", "move between the parts"},
      {"Arrows", "on the plane: move the point; in the list: choose"},
      {"", "in the drawing: left and right move, up and down draw"},
      {"Enter", "search for the point or the drawing; play the song"},
      {"Space", "play, stop"},
      {"/ or Ctrl-F", "search; Escape clears search and filters"},
      {"1 2 3 4", "only happy, tense, sad, calm songs"},
      {"+  \u2212", "zoom in, zoom out"},
      {"=", "show the whole plane, or the region with the songs"},
      {"P", "a path: from the point to where the arrows move it"},
      {"W", "passages or whole songs"},
      {"R", "compare on the collection's own scale"},
      {"L", "find songs with curves like the chosen one's"},
      {"Delete", "erase at the cursor; with Shift: the drawing"},
      {"9  0", "volume"},
      {"Ctrl-S", "save the list as a playlist"},
      {"Ctrl-O, Ctrl-C", "show the song's file, copy its path"},
      {"Ctrl-A", "add a folder of music"},
      {"M", "choose the model whose readings are shown"},
      {"?", "this page"},
  };
  _Static_assert(sizeof rows / sizeof rows[0] == LIBRARY_HELP_ROWS, "the layout counts them");
  const LibraryHelp h = library_layout_help(d->layout);
  const double u = h.unit;
  shape_fill(d->cr, d->layout->window, d->theme->window, 0.72);
  draw_box(d, h.box, u);
  TextStyle style = {.size = 1.2 * u, .weight = TEXT_BOLD, .color = d->theme->text};
  text_draw(d->text, d->cr, &style, h.box.x + 1.4 * u, h.box.y + 1.9 * u, "Keys");
  style = (TextStyle){.size = 0.86 * u, .color = d->theme->text_soft, .anchor = TEXT_RIGHT};
  if (h.shown < LIBRARY_HELP_ROWS)
    text_draw(d->text, d->cr, &style, h.box.x + h.box.w - 1.4 * u, h.box.y + 1.9 * u,
              "more: arrow keys or wheel");
  for (int i = 0; i < h.shown && d->view->help_row + i < LIBRARY_HELP_ROWS; ++i) {
    const char* const* row = rows[d->view->help_row + i];
    const double y = h.box.y + (4.2 + LIBRARY_HELP_ROW * i) * u;
    style = (TextStyle){.size = 0.95 * u, .weight = TEXT_MEDIUM, .color = d->theme->accent};
    text_draw(d->text, d->cr, &style, h.box.x + 1.4 * u, y, row[0]);
    style = (TextStyle){.size = 0.95 * u, .color = d->theme->text, .max_width = h.box.w - 11.0 * u};
    text_draw(d->text, d->cr, &style, h.box.x + 9.9 * u, y, row[1]);
  }
}
