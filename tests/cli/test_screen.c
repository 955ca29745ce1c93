// SPDX-License-Identifier: GPL-3.0-or-later
// The live page against kept screens (test_screen --write FOLDER remakes them), and what holds at every size.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/screen.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const char* name;
  int width, height;
  bool plain, color;
} Page;

static const Page pages[] = {{"80x24", 80, 24, false, false},
                             {"100x30", 100, 30, false, false},
                             {"200x50", 200, 50, false, false},
                             {"80x24_ascii", 80, 24, true, false},
                             {"80x24_color", 80, 24, false, true}};
enum { N_PAGES = sizeof pages / sizeof *pages };

static Estimate estimate_at(int hop) {
  Estimate e;
  memset(&e, 0, sizeof e);
  const double t = 0.5 * hop;
  e.position = (uint64_t)(48000.0 * t);
  e.state = hop < 16 ? ENGINE_SETTLING : hop >= 60 && hop < 66 ? ENGINE_SILENT : ENGINE_LIVE;
  e.settled = (float)fmin(hop / 16.0, 1.0);
  e.loudness_short = -17.4F;
  if (e.state == ENGINE_SILENT) return e;
  e.valence = (float)(0.35 + 0.4 * sin(0.11 * t));
  e.arousal = (float)(0.2 + 0.5 * cos(0.19 * t));
  e.valence_spread = 0.21F;
  e.arousal_spread = 0.16F;
  e.confidence = 0.82F;
  e.song_valence = 0.31F;
  e.song_arousal = -0.12F;
  e.n_attention = 120;
  for (int i = 0; i < 120; ++i)
    e.attention_beyond[i] = (float)(0.05 * fmax(sin(0.2 * (i + hop)), 0.0));
  e.cues[CUE_LOUDNESS_SHORT] = 1.7F;
  e.cues[CUE_ONSET_RATE] = 4.2F;
  e.cues[CUE_CENTROID] = 0.42F;
  e.cues[CUE_MODE_SLOW] = 0.46F;
  e.cues[CUE_KEY_CLARITY] = 0.71F;
  e.cues[CUE_ROUGHNESS] = 0.24F;
  e.cues[CUE_TEMPO] = 118.0F;
  return e;
}

// What the screen writes; to be freed.
static char* written(const Screen* screen) {
  char* text = NULL;
  size_t size = 0;
  FILE* out = open_memstream(&text, &size);
  assert_non_null(out);
  screen_draw(screen, out);
  fclose(out);
  return text;
}

// The page as written, without what clears lines; to be freed.
static char* draw(const Page* page, const char* title) {
  Screen* screen = malloc(sizeof *screen);
  assert_non_null(screen);
  screen_init(screen, title, "default", 48000.0, 201.0, page->color);
  screen->is_plain = page->plain;
  screen->width = page->width;
  screen->height = page->height;
  for (int hop = 0; hop < 200; ++hop) {
    const Estimate e = estimate_at(hop);
    screen_add(screen, &e);
  }
  char* text = written(screen);
  free(screen);
  char* to = text;
  for (const char* from = text; *from;) {
    if (strncmp(from, "\033[H", 3) == 0 || strncmp(from, "\033[K", 3) == 0 ||
        strncmp(from, "\033[J", 3) == 0) {
      from += 3;
    } else {
      *to++ = *from++;
    }
  }
  *to = '\0';
  return text;
}

static bool starts_character(char c) {
  return ((unsigned char)c & 0xC0U) != 0x80U;
}

// How many characters differ.
static int difference(const char* a, const char* b) {
  int n = 0;
  while (*a && *b) {
    size_t i = 1, k = 1;
    while (a[i] && !starts_character(a[i]))
      ++i;
    while (b[k] && !starts_character(b[k]))
      ++k;
    n += i != k || memcmp(a, b, i) != 0;
    a += i;
    b += k;
  }
  return n + (int)strlen(a) + (int)strlen(b);
}

static char* kept(const char* name) {
  char path[512];
  snprintf(path, sizeof path, CIRCUMPLEX_SOURCE_DIR "/tests/cli/screens/%s.txt", name);
  FILE* file = fopen(path, "rb");
  if (!file) fail_msg("%s is not there", path);
  char* text = calloc(1, 1 << 17);
  assert_non_null(text);
  assert_true(fread(text, 1, (1 << 17) - 1, file) > 0);
  fclose(file);
  return text;
}

static void pages_look_as_they_were_kept(void** state) {
  (void)state;
  for (int i = 0; i < N_PAGES; ++i) {
    char* page = draw(&pages[i], "song.flac");
    char* golden = kept(pages[i].name);
    // A dot may fall to the other side of an edge by another compiler's rounding.
    const int n = difference(page, golden);
    if (n > 4) print_error("%s: %d characters differ\n%s\n", pages[i].name, n, page);
    assert_true(n <= 4);
    free(golden);
    free(page);
  }
}

// Lines, and columns of the widest.
static void measure(const char* page, int* lines, int* columns) {
  int column = 0;
  *lines = 1;
  *columns = 0;
  for (const char* c = page; *c; ++c) {
    if (*c == '\033') {
      c = strchr(c, 'm');
      assert_non_null(c);
    } else if (*c == '\n') {
      ++*lines;
      column = 0;
    } else {
      column += starts_character(*c);
    }
    if (column > *columns) *columns = column;
  }
}

static void a_page_fits_its_terminal(void** state) {
  (void)state;
  static const char* const titles[] = {
      "song.flac", "A very long name of a song, as people have them, with the year and more.flac",
      "\u00e4\u00f6\u00fc \u97f3\u697d \u00e4\u00f6\u00fc\u00e4\u00f6\u00fc.flac"};
  for (int height = 1; height <= 61; height += 3) {
    for (int width = 12; width <= 220; width += 13) {
      for (int i = 0; i < 6; ++i) {
        const Page page = {"", width, height, i >= 3, i % 2 == 1};
        char* text = draw(&page, titles[i % 3]);
        int lines, columns;
        measure(text, &lines, &columns);
        if (lines > height || columns > width) {
          print_error("%d x %d at %d x %d\n%s\n", columns, lines, width, height, text);
        }
        assert_true(lines <= height && columns <= width);
        free(text);
      }
    }
  }
}

// Wherever the point and its ring are, a word of the plane is whole or not there.
static void words_on_the_plane_are_whole(void** state) {
  (void)state;
  static const char* const words[] = {"happy", "excited", "upbeat", "sad", "peaceful", "angry"};
  Screen* screen = malloc(sizeof *screen);
  assert_non_null(screen);
  int whole = 0;
  for (int i = 0; i < 400; ++i) {
    screen_init(screen, "song.flac", "default", 48000.0, 201.0, false);
    Estimate e = estimate_at(150);
    e.valence = (float)(0.9 * sin(0.37 * i));
    e.arousal = (float)(0.9 * cos(0.23 * i));
    e.valence_spread = 0.4F;
    screen_add(screen, &e);
    char* text = NULL;
    size_t size = 0;
    FILE* out = open_memstream(&text, &size);
    assert_non_null(out);
    screen->is_plain = true;
    screen_draw(screen, out);
    fclose(out);
    // The plane alone: from a row's first bar to its second.
    for (char* row = strchr(text, '|'); row;
         row = strchr(row, '\n') ? strchr(strchr(row, '\n'), '|') : NULL) {
      char* end = strchr(row + 1, '|');
      assert_non_null(end);
      *end = '\n';
      for (size_t k = 0; k < sizeof words / sizeof words[0]; ++k) {
        char start[4] = {words[k][0], words[k][1], words[k][2], '\0'};
        const char* at = strstr(row, start);
        if (!at || at > end) continue;
        if (strncmp(at, words[k], strlen(words[k])) != 0) fail_msg("'%.20s' is cut", at);
        ++whole;
      }
      row = end;
    }
    free(text);
  }
  assert_true(whole > 400);
  free(screen);
}

static void plain_pages_are_ascii_and_pages_without_colour_have_no_codes(void** state) {
  (void)state;
  for (int i = 0; i < N_PAGES; ++i) {
    char* text = draw(&pages[i], "song.flac");
    assert_int_equal(strchr(text, '\033') != NULL, pages[i].color);
    bool ascii = true;
    for (const char* c = text; *c; ++c)
      ascii = ascii && (unsigned char)*c < 0x80;
    assert_int_equal(ascii, pages[i].plain);
    free(text);
  }
}

static void in_silence_a_page_has_no_values(void** state) {
  (void)state;
  static const int sizes[][2] = {{80, 24}, {30, 8}};
  Screen* screen = malloc(sizeof *screen);
  assert_non_null(screen);
  for (int i = 0; i < 2; ++i) {
    screen_init(screen, "song.flac", "default", 48000.0, 201.0, false);
    screen->width = sizes[i][0];
    screen->height = sizes[i][1];
    const Estimate e = estimate_at(62);
    assert_int_equal(e.state, ENGINE_SILENT);
    screen_add(screen, &e);
    char* text = written(screen);
    assert_non_null(strstr(text, "silent"));
    assert_non_null(strstr(text, i == 0 ? "valence        -\033" : "valence -\033"));
    assert_non_null(strstr(text, i == 0 ? "arousal        -\033" : "arousal -\033"));
    assert_null(strstr(text, "neutral"));
    free(text);
  }
  free(screen);
}

static int write_pages(const char* folder) {
  for (int i = 0; i < N_PAGES; ++i) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s.txt", folder, pages[i].name);
    FILE* file = fopen(path, "wb");
    if (!file) return 1;
    char* text = draw(&pages[i], "song.flac");
    fputs(text, file);
    free(text);
    if (fclose(file) != 0) return 1;
  }
  return 0;
}

int main(int argc, char** argv) {
  if (argc == 3 && strcmp(argv[1], "--write") == 0) return write_pages(argv[2]);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pages_look_as_they_were_kept),
      cmocka_unit_test(a_page_fits_its_terminal),
      cmocka_unit_test(in_silence_a_page_has_no_values),
      cmocka_unit_test(words_on_the_plane_are_whole),
      cmocka_unit_test(plain_pages_are_ascii_and_pages_without_colour_have_no_codes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
