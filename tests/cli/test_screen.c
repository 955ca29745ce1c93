// SPDX-License-Identifier: GPL-3.0-or-later
// The live page compared with stored screens (test_screen --write FOLDER writes them), and rules
// for every size.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "affect/words.h"
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
  int hops;         // number of estimates shown
  float confidence; // 0: the default
} Page;

static const Page pages[] = {{"80x24", 80, 24, false, false, 200, 0.0F},
                             {"100x30", 100, 30, false, false, 200, 0.0F},
                             {"200x50", 200, 50, false, false, 200, 0.0F},
                             {"80x24_ascii", 80, 24, true, false, 200, 0.0F},
                             {"80x24_color", 80, 24, false, true, 200, 0.0F},
                             {"80x24_settling", 80, 24, false, true, 12, 0.5F},
                             {"80x24_doubt", 80, 24, false, false, 200, 0.4F},
                             {"80x24_outside", 80, 24, false, true, 200, 0.1F}};
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

// The screen's output, for free().
static char* written(const Screen* screen) {
  char* text = NULL;
  size_t size = 0;
  FILE* out = open_memstream(&text, &size);
  assert_non_null(out);
  screen_draw(screen, out);
  fclose(out);
  return text;
}

/// The page of these estimates, in ASCII or in colour, for free().
static char* page_of(const Estimate* estimates, size_t n, bool is_plain, int width) {
  Screen* screen = malloc(sizeof *screen);
  assert_non_null(screen);
  screen_init(screen, "song.flac", "default", 48000.0, 0.0, !is_plain);
  screen->is_plain = is_plain;
  screen->width = width;
  for (size_t i = 0; i < n; ++i)
    screen_add(screen, &estimates[i]);
  char* text = written(screen);
  free(screen);
  return text;
}

// The page without the codes that clear lines, for free().
static char* draw(const Page* page, const char* title) {
  Screen* screen = malloc(sizeof *screen);
  assert_non_null(screen);
  screen_init(screen, title, "default", 48000.0, 201.0, page->color);
  screen->is_plain = page->plain;
  screen->width = page->width;
  screen->height = page->height;
  for (int hop = 0; hop < page->hops; ++hop) {
    Estimate e = estimate_at(hop);
    if (page->confidence > 0.0F) e.confidence = page->confidence;
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

/// A dot of the plane, or a blank in its place.
static bool is_dot(const char* c, size_t length) {
  return length == 3 ? memcmp(c, "\u2800", 2) == 0 : strchr(" .o", *c) != NULL;
}

/// Number of dots that differ.  -1: something else differs
static int difference(const char* a, const char* b) {
  int n = 0;
  while (*a && *b) {
    size_t i = 1, k = 1;
    while (a[i] && !starts_character(a[i]))
      ++i;
    while (b[k] && !starts_character(b[k]))
      ++k;
    const bool is_other = i != k || memcmp(a, b, i) != 0;
    if (is_other && !(is_dot(a, i) && is_dot(b, k))) return -1;
    n += is_other;
    a += i;
    b += k;
  }
  return *a || *b ? -1 : n;
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

static void pages_look_like_the_stored_ones(void** state) {
  (void)state;
  for (int i = 0; i < N_PAGES; ++i) {
    char* page = draw(&pages[i], "song.flac");
    char* golden = kept(pages[i].name);
    // With another compiler's rounding, a dot may lie on the other side of an edge.
    const int n = difference(page, golden);
    if (n < 0 || n > 4) print_error("%s: %d dots differ (-1: more)\n%s\n", pages[i].name, n, page);
    assert_in_range(n, 0, 4);
    free(golden);
    free(page);
  }
}

// Number of lines, and width of the widest.
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
        const Page page = {"", width, height, i >= 3, i % 2 == 1, 200, 0.0F};
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

// For any position of the point and its ring, a word of the plane is complete or absent.
static void words_on_the_plane_are_complete(void** state) {
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
    // The plane only: from a row's first bar to its second.
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

// A sound unlike the training data has no word until confidence is clearly higher again, as in the
// window.
static void sound_out_of_domain_has_no_word(void** state) {
  (void)state;
  static const struct {
    float confidence;
    bool outside;
    EngineState state;
  } steps[] = {{0.2F, false, ENGINE_SETTLING}, {0.5F, false, ENGINE_LIVE},
               {0.3F, false, ENGINE_LIVE},     {0.2F, true, ENGINE_LIVE},
               {0.3F, true, ENGINE_LIVE},      {0.4F, false, ENGINE_LIVE}};
  Screen* screen = malloc(sizeof *screen);
  assert_non_null(screen);
  screen_init(screen, "song.flac", "default", 48000.0, 201.0, false);
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; ++i) {
    Estimate e = estimate_at(150);
    e.confidence = steps[i].confidence;
    e.state = steps[i].state;
    screen_add(screen, &e);
    for (int small = 0; small < 2; ++small) {
      screen->width = small ? 30 : 80;
      char* text = written(screen);
      assert_int_equal(strstr(text, WORDS_OUTSIDE_TEXT) != NULL, steps[i].outside);
      assert_int_equal(strstr(text, "?") != NULL, !steps[i].outside); // doubt, without colour
      if (!small) assert_int_equal(strstr(text, "out of domain") != NULL, steps[i].outside);
      free(text);
    }
  }
  free(screen);
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
    assert_non_null(strstr(text, "silence"));
    assert_non_null(strstr(text, i == 0 ? "valence        -\033" : "valence -\033"));
    assert_non_null(strstr(text, i == 0 ? "arousal        -\033" : "arousal -\033"));
    assert_null(strstr(text, "neutral"));
    assert_null(strstr(text, "confidence"));
    assert_null(strstr(text, "(Q"));
    free(text);
  }
  free(screen);
}

static Estimate estimate_like(EngineState state, float valence, float arousal) {
  Estimate e = estimate_at(150);
  e.state = state;
  e.valence = valence;
  e.arousal = arousal;
  return e;
}

static void expect_on_page(const Estimate* e, bool is_plain, int width, const char* expected) {
  char* text = page_of(e, 1, is_plain, width);
  if (!strstr(text, expected)) fail_msg("no '%s' in\n%s", expected, text);
  free(text);
}

static void the_values_are_shown_beside_the_plane(void** state) {
  (void)state;
  Estimate e = estimate_like(ENGINE_SETTLING, -0.5F, -0.25F);
  e.settled = 0.4375F;
  e.valence_spread = 0.25F;
  e.arousal_spread = 0.125F;
  e.song_valence = 0.1F;
  e.song_arousal = -0.2F;
  e.cues[CUE_MODE_SLOW] = -0.2F;
  static const char* const lines[] = {"song.flac  1:15  model default  q: quit\033[K\n",
                                      "  (Q3)\033[K\n",
                                      "valence    -0.50 +-0.25 ###.........\033[K\n",
                                      "arousal    -0.25 +-0.12 #####.......\033[K\n",
                                      "piece so far  +0.10, -0.20\033[K\n",
                                      "confidence  82 %        ##########..\033[K\n",
                                      "settling, 44 %\033[K\n",
                                      "-17.4 LUFS\033[K\n",
                                      "brightness  ########....    1.34 kHz\033[K\n",
                                      "   minor\033[K\n",
                                      "key clarity #########...      71 %\033[K\n",
                                      "tempo       ######......     118 BPM\033[K\n"};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; ++i)
    expect_on_page(&e, true, 80, lines[i]);
  expect_on_page(&e, true, 96, "valence    -0.50 +-0.25 #######....................\033[K\n");
  expect_on_page(&e, true, 30,
                 "valence -0.50\033[K\narousal -0.25\033[K\n1:15  82 %  q: quit\033[K");
  e.cues[CUE_MODE_SLOW] = 0.05F;
  expect_on_page(&e, true, 80, " between\033[K\n");
  e.state = ENGINE_LIVE;
  expect_on_page(&e, true, 80, "  live\033[K\n");
  e.confidence = 0.24F;
  expect_on_page(&e, true, 80, "  not like mixed music\033[K\n");
  expect_on_page(&e, true, 30, "not like mixed music\033[K\nvalence");
}

static void the_point_has_the_colour_of_its_quadrant(void** state) {
  (void)state;
  static const struct {
    float valence, arousal;
    int colour;
  } points[] = {{0.5F, 0.5F, 220}, {-0.5F, 0.5F, 203},  {-0.5F, -0.5F, 75},
                {0.5F, -0.5F, 78}, {0.05F, 0.05F, 255}, {0.5F, 0.0F, 220}};
  for (size_t i = 0; i < sizeof points / sizeof *points; ++i) {
    const Estimate e = estimate_like(ENGINE_LIVE, points[i].valence, points[i].arousal);
    char expected[32];
    snprintf(expected, sizeof expected, "\033[38;5;%dm\u25c6", points[i].colour);
    expect_on_page(&e, false, 80, expected);
  }
}

static void a_word_stays_until_another_is_clearly_nearer(void** state) {
  (void)state;
  Estimate pair[2] = {estimate_like(ENGINE_LIVE, 0.6F, 0.6F),
                      estimate_like(ENGINE_LIVE, 0.6F, 0.6F)};
  const int word = words_nearest_in(NULL, 0.6F, 0.6F, -1);
  while (words_nearest_in(NULL, pair[1].valence, 0.6F, -1) == word)
    pair[1].valence -= 0.005F;
  char expected[48];
  snprintf(expected, sizeof expected, "  %s  (Q", words_name_in(NULL, word));
  char* text = page_of(pair, 2, true, 80);
  assert_non_null(strstr(text, expected));
  free(text);
  pair[0].state = ENGINE_SILENT; // forgets it
  text = page_of(pair, 2, true, 80);
  assert_null(strstr(text, expected));
  free(text);
}

static void the_curves_have_the_smallest_range_that_contains_them(void** state) {
  (void)state;
  static const struct {
    float valence, arousal;
    const char* curves;
  } pages_of[] = {{0.2F, -0.25F, "valence  +-0.25%*c#\033"},
                  {0.2F, -0.4F, "valence  +-0.5 %*c+\033"},
                  {-0.6F, 0.2F, "valence  +-1   %*c.\033"},
                  {0.2F, 0.6F, "arousal  +-1   %*c*\033"}};
  for (size_t i = 0; i < sizeof pages_of / sizeof *pages_of; ++i) {
    const Estimate e = estimate_like(ENGINE_LIVE, pages_of[i].valence, pages_of[i].arousal);
    char expected[96];
    snprintf(expected, sizeof expected, pages_of[i].curves, 63, ' ');
    expect_on_page(&e, true, 80, expected);
  }
}

static void attention_is_shown_where_it_is_with_the_newest_on_the_right(void** state) {
  (void)state;
  Estimate e = estimate_like(ENGINE_LIVE, 0.5F, 0.5F);
  memset(e.attention_beyond, 0, sizeof e.attention_beyond);
  e.n_attention = 10;
  e.attention_beyond[9] = 0.08F;
  e.attention_beyond[0] = 0.02F;
  char expected[96];
  snprintf(expected, sizeof expected, "attention      %*c:        #\033", 54, ' ');
  expect_on_page(&e, true, 80, expected);
}

/// Rows and columns that have dots of the ring.
static void the_ring_is_as_wide_and_as_high_as_the_spreads(void** state) {
  (void)state;
  Estimate e = estimate_like(ENGINE_LIVE, 0.0F, 0.0F);
  e.valence_spread = 0.9F;
  e.arousal_spread = 0.05F;
  char* text = page_of(&e, 1, true, 80);
  int rows = 0;
  for (const char* row = strchr(text, '|'); row;
       row = strchr(row, '\n') ? strchr(strchr(row, '\n'), '|') : NULL) {
    const char *end = strchr(row + 1, '|'), *o = row;
    bool has_ring = false;
    while ((o = strchr(o + 1, 'o')) && o < end) // not an o of a word
      has_ring = has_ring || strchr("o.@ |", o[1]);
    rows += has_ring;
    row = end;
  }
  free(text);
  assert_in_range(rows, 1, 3);
}

static void expect_line(const Estimate* e, const char* expected) {
  Screen* screen = malloc(sizeof *screen);
  char* text = NULL;
  size_t size = 0;
  FILE* out = open_memstream(&text, &size);
  assert_true(screen && out);
  screen_init(screen, "song.flac", "default", 48000.0, 0.0, false);
  screen_line(screen, out); // no reading yet
  screen_add(screen, e);
  screen_line(screen, out);
  fclose(out);
  assert_string_equal(text, expected);
  free(text);
  free(screen);
}

static void a_line_describes_the_reading(void** state) {
  (void)state;
  Estimate e = estimate_like(ENGINE_LIVE, -0.5F, 0.25F);
  char expected[160];
  snprintf(expected, sizeof expected,
           "   75.0 s  valence -0.50  arousal +0.25  Q2      %-11s live      -17.4 LUFS\n",
           words_name_of(NULL, -0.5F, 0.25F));
  expect_line(&e, expected);
  e.confidence = 0.24F;
  expect_line(&e, "   75.0 s  valence -0.50  arousal +0.25          not like mixed music live      "
                  "-17.4 LUFS\n");
  e.state = ENGINE_SILENT;
  expect_line(&e, "   75.0 s  valence     -  arousal     -          silence     silent    "
                  "-17.4 LUFS\n");
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
      cmocka_unit_test(pages_look_like_the_stored_ones),
      cmocka_unit_test(a_page_fits_its_terminal),
      cmocka_unit_test(in_silence_a_page_has_no_values),
      cmocka_unit_test(sound_out_of_domain_has_no_word),
      cmocka_unit_test(words_on_the_plane_are_complete),
      cmocka_unit_test(the_values_are_shown_beside_the_plane),
      cmocka_unit_test(the_point_has_the_colour_of_its_quadrant),
      cmocka_unit_test(a_word_stays_until_another_is_clearly_nearer),
      cmocka_unit_test(the_curves_have_the_smallest_range_that_contains_them),
      cmocka_unit_test(attention_is_shown_where_it_is_with_the_newest_on_the_right),
      cmocka_unit_test(the_ring_is_as_wide_and_as_high_as_the_spreads),
      cmocka_unit_test(a_line_describes_the_reading),
      cmocka_unit_test(plain_pages_are_ascii_and_pages_without_colour_have_no_codes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
