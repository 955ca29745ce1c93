// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The same song in two formats is recognised by its curve.
#include "library/copies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { HOPS = 100 };

static const StoreModel model = {.hash = "0123456789abcdef", .name = "m"};

typedef struct {
  Store* store;
  Copies* copies;
  int16_t valence[HOPS], arousal[HOPS];
  size_t hops, silent; ///< hops of the songs; the silent ones come first
  float duration;
  char folder[64], path[96];
  char error[512];
} Bench;

static Bench* begin(void) {
  Bench* b = calloc(1, sizeof *b);
  assert_non_null(b);
  b->hops = HOPS;
  b->duration = 50.0F;
  snprintf(b->folder, sizeof b->folder, "/tmp/circumplex-copies-XXXXXX");
  assert_non_null(mkdtemp(b->folder));
  snprintf(b->path, sizeof b->path, "%s/l.db", b->folder);
  b->store = store_open(b->path, STORE_CREATE, b->error, sizeof b->error);
  assert_non_null(b->store);
  b->copies = copies_new(b->store, model.hash, b->error, sizeof b->error);
  assert_non_null(b->copies);
  return b;
}

static void end(Bench* b) {
  copies_free(b->copies);
  store_close(b->store);
  unlink(b->path);
  rmdir(b->folder);
  free(b);
}

/// Add a song whose curve is a sawtooth of \p period hops, shifted by \p moved. \return the result
/// of copies_look()
static int put(Bench* b, const char* path, const char* title, size_t period, double moved,
               int64_t* song) {
  for (size_t i = 0; i < b->hops; ++i) {
    b->valence[i] = (int16_t)(32767.0 * (0.5 * (double)(i % period) / (double)period + moved));
    b->arousal[i] = (int16_t)(b->valence[i] / 2);
    if (i < b->silent) b->valence[i] = b->arousal[i] = CURVE_SILENT;
  }
  const StoreFile file = {.path = path, .size = 1, .mtime = 1};
  static uint64_t sounds;
  const StoreSound sound = {++sounds, 1000, title, "", ""};
  const StoreReading reading = {.model = &model,
                                .duration = b->duration,
                                .valence = 0.25F + (float)moved,
                                .arousal = 0.125F,
                                .curve = {b->hops, b->valence, b->arousal}};
  StoreKnown known;
  assert_int_equal(store_put(b->store, &file, &sound, &reading, b->error, sizeof b->error), 0);
  assert_int_equal(store_know(b->store, &file, "", &known, b->error, sizeof b->error), 0);
  *song = known.song;
  return copies_look(b->copies, b->store, known.song, &reading, title, b->error, sizeof b->error);
}

static size_t listed(Bench* b) {
  Loaded* loaded = store_load(b->store, model.hash, LOAD_FACTS, b->error, sizeof b->error);
  assert_non_null(loaded);
  const size_t n = loaded_catalogue(loaded)->n;
  loaded_free(loaded);
  return n;
}

static int on_copy(void* context, const StoreRow* row) {
  snprintf(context, 64, "%s of %s", row->path, row->original);
  return 0;
}

static void the_same_curve_is_a_copy_and_listed_once(void** state) {
  (void)state;
  Bench* b = begin();
  int64_t first, other, copy, retitled;
  char text[64] = "";
  assert_int_equal(put(b, "/a.flac", "Song", 25, 0.0, &first), 0);
  assert_int_equal(put(b, "/b.flac", "", 20, 0.0, &other), 0); // another curve
  assert_int_equal(put(b, "/a.mp3", "", 25, 0.012, &copy), 1);
  assert_int_equal(put(b, "/c.mp3", "Other", 25, 0.012, &retitled), 0); // with another title
  assert_int_equal(store_original(b->store, copy), first);
  assert_int_equal(store_original(b->store, retitled), retitled);
  assert_int_equal(listed(b), 3);
  assert_int_equal(
      store_each_file(b->store, ROWS_COPIES, 0, NULL, on_copy, text, b->error, sizeof b->error), 0);
  assert_string_equal(text, "/a.mp3 of /a.flac");
  end(b);
}

static void a_copy_is_listed_when_the_original_is_removed(void** state) {
  (void)state;
  Bench* b = begin();
  int64_t first, copy;
  assert_int_equal(put(b, "/a.flac", "", 25, 0.0, &first), 0);
  assert_int_equal(put(b, "/a.mp3", "", 25, 0.012, &copy), 1);
  assert_int_equal(listed(b), 1);
  assert_int_equal(store_set_missing(b->store, "/a.flac", true, b->error, sizeof b->error), 0);
  assert_int_equal(listed(b), 1); // the other one
  assert_int_equal(store_remove_song(b->store, first, b->error, sizeof b->error), 1);
  assert_int_equal(store_original(b->store, copy), copy);
  assert_int_equal(listed(b), 1);
  end(b);
}

static void a_larger_difference_is_another_song(void** state) {
  (void)state;
  Bench* b = begin();
  int64_t first, far;
  assert_int_equal(put(b, "/a.flac", "", 25, 0.0, &first), 0);
  assert_int_equal(put(b, "/b.flac", "", 25, 0.045, &far), 0);
  assert_int_equal(listed(b), 2);
  end(b);
}

static void lengths_may_differ_by_a_second(void** state) {
  (void)state;
  static const float durations[] = {50.9F, 49.1F, 51.1F, 48.9F};
  for (size_t i = 0; i < 4; ++i) {
    Bench* b = begin();
    int64_t first, other;
    assert_int_equal(put(b, "/a.flac", "", 25, 0.0, &first), 0);
    b->duration = durations[i];
    assert_int_equal(put(b, "/b.flac", "", 25, 0.012, &other), i < 2);
    end(b);
  }
}

/// With little sound and without titles, curves must be nearer.
static void a_short_sound_must_be_more_similar(void** state) {
  (void)state;
  static const struct {
    size_t hops;
    const char* title;
    double moved;
    int expected;
  } cases[] = {{HOPS, "", 0.027, 1}, {HOPS, "", 0.033, 0}, {80, "", 0.02, 1}, {79, "", 0.02, 0},
               {79, "", 0.013, 1},   {79, "T", 0.027, 1},  {8, "", 0.005, 1}, {7, "", 0.0, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    Bench* b = begin();
    int64_t first, other;
    b->hops = cases[i].hops;
    assert_int_equal(put(b, "/a.flac", cases[i].title, 25, 0.0, &first), 0);
    if (put(b, "/b.flac", cases[i].title, 25, cases[i].moved, &other) != cases[i].expected)
      fail_msg("%zu hops that are moved by %g", cases[i].hops, cases[i].moved);
    end(b);
  }
}

static void silence_in_one_of_them_counts(void** state) {
  (void)state;
  for (size_t silent = 0; silent <= 20; silent += 10) {
    Bench* b = begin();
    int64_t first, other;
    b->silent = 10;
    assert_int_equal(put(b, "/a.flac", "", 25, 0.0, &first), 0);
    b->silent = silent; // ten hops differ by .2: a mean of .022 over 90 hops, .025 over 80
    assert_int_equal(put(b, "/b.flac", "", 25, 0.0, &other), 1);
    b->silent = 30;
    assert_int_equal(put(b, "/c.flac", "", 25, 0.0, &other), 0);
    end(b);
  }
}

static void songs_added_by_a_merge_are_compared_later(void** state) {
  (void)state;
  Bench* b = begin();
  int64_t songs[3];
  copies_free(b->copies);
  b->copies = copies_new(b->store, "none", b->error, sizeof b->error); // finds no copy
  for (size_t i = 0; i < 3; ++i) {
    static const char* const paths[] = {"/a.flac", "/b.flac", "/c.flac"};
    assert_int_equal(put(b, paths[i], "", 25, 0.001 * (double)i, &songs[i]), 0);
  }
  assert_int_equal(copies_look_behind(b->store, model.hash, songs[2], b->error, sizeof b->error),
                   0);
  assert_int_equal(listed(b), 3);
  assert_int_equal(copies_look_behind(b->store, model.hash, songs[1], b->error, sizeof b->error),
                   1);
  assert_int_equal(store_original(b->store, songs[2]), songs[0]);
  assert_int_equal(copies_look_behind(b->store, model.hash, 0, b->error, sizeof b->error), 1);
  assert_int_equal(store_original(b->store, songs[1]), songs[0]);
  assert_int_equal(listed(b), 1);
  end(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_same_curve_is_a_copy_and_listed_once),
      cmocka_unit_test(a_copy_is_listed_when_the_original_is_removed),
      cmocka_unit_test(a_larger_difference_is_another_song),
      cmocka_unit_test(lengths_may_differ_by_a_second),
      cmocka_unit_test(a_short_sound_must_be_more_similar),
      cmocka_unit_test(silence_in_one_of_them_counts),
      cmocka_unit_test(songs_added_by_a_merge_are_compared_later),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
