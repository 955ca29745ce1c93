// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The search thread: what it reads from a library's file, which answers it gives, and what it
/// reports about added music.
#include "gui/library/app.h"
#include "gui/library/finder.h"
#include "library/store.h"
#include "match_brute.h"
#include "sample_library.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define SONGS SAMPLE_SONGS

static SampleLibrary sample;

static void nap(void) {
  nanosleep(&(struct timespec){0, 2000000}, NULL);
}

enum { PATIENCE = 45000 }; // naps: 90 s

static FinderEvent wait_for(Finder* finder, FinderNews* news) {
  for (int i = 0; i < PATIENCE; ++i) {
    const FinderEvent event = finder_poll(finder, news);
    if (event != FINDER_NOTHING) return event;
    nap();
  }
  return FINDER_NOTHING;
}

static int make_library(void** state) {
  (void)state;
  return sample_make(&sample);
}

static int remove_library(void** state) {
  (void)state;
  return sample_remove(&sample);
}

static Finder* open_finder(const char* file, const char* model) {
  char error[512];
  Finder* finder = finder_new(file, model, error, sizeof error);
  assert_non_null(finder);
  return finder;
}

static void it_reads_the_model_with_most_songs_and_names_the_others(void** state) {
  (void)state;
  FinderNews news;
  Finder* finder = open_finder(sample.path, NULL);
  assert_int_equal(wait_for(finder, &news), FINDER_LOADED);
  assert_int_equal(catalogue_index_songs(news.library->index)->n, SONGS);
  assert_int_equal(news.library->n_models, 2);
  assert_string_equal(news.library->models[news.library->model].name, "first");
  FinderLibrary* first = news.library;
  // Another model, and back, by hash and by name.
  finder_load(finder, "bbbbbbbbbbbbbbbb");
  assert_int_equal(wait_for(finder, &news), FINDER_LOADED);
  assert_int_equal(catalogue_index_songs(news.library->index)->n, 5);
  assert_string_equal(news.library->models[news.library->model].name, "second");
  assert_true(catalogue_index_songs(news.library->index)->songs[3].valence < 0.0f);
  finder_release(finder, first);
  finder_free(finder);
}

static void an_unknown_model_gives_an_error_message(void** state) {
  (void)state;
  FinderNews news;
  Finder* finder = open_finder(sample.path, "third");
  assert_int_equal(wait_for(finder, &news), FINDER_FAILED);
  assert_non_null(strstr(news.error, "third"));
  // Questions that were asked meanwhile are not answered, and nothing blocks.
  Query query = {.id = 1};
  finder_query(finder, &query);
  for (int i = 0; i < PATIENCE && finder_busy(finder); ++i)
    nap();
  assert_int_equal(finder_poll(finder, &news), FINDER_NOTHING);
  finder_free(finder);
}

static void copy_nothing(void* handle, const char* text) {
  (void)handle, (void)text;
}

/// After music was added the library is read again; what was added and what failed stays visible.
static void added_songs_are_reported_when_the_library_is_read_again(void** state) {
  (void)state;
  char error[512];
  setenv("CIRCUMPLEX_MODEL",
         CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/vae-attentive.safetensors", 1);
  const AppOptions options = {.library = sample.path};
  App* app = app_new(&options, copy_nothing, NULL, error, sizeof error);
  assert_non_null(app);
  LibraryView* view = app_view(app);
  for (int i = 0; i < PATIENCE && view->state != LIBRARY_READY; ++i, nap())
    app_tick(app);
  assert_int_equal(view->state, LIBRARY_READY);
  const Catalogue* before = library_view_catalogue(view);
  app_add_uris(app, "file:///nonexistent/gone.flac\r\n");
  for (int i = 0; i < PATIENCE && library_view_catalogue(view) == before; ++i, nap())
    app_tick(app);
  assert_ptr_not_equal(library_view_catalogue(view), before);
  assert_non_null(strstr(view->notice, "Added: 0 read, 0 as before, 1 failed: "));
  assert_non_null(strstr(view->notice, "/nonexistent/gone.flac: No such file"));
  before = library_view_catalogue(view);
  app_add_uris(app, "file:///nonexistent/%FF%1B%0A.flac\r\n");
  for (int i = 0; i < PATIENCE && library_view_catalogue(view) == before; ++i, nap())
    app_tick(app);
  assert_non_null(strstr(view->notice, "/nonexistent/\uFFFD  .flac: No such file"));
  app_free(app);
}

static void a_missing_library_is_not_an_error(void** state) {
  (void)state;
  FinderNews news;
  Finder* finder = open_finder("/nonexistent/library.db", NULL);
  assert_int_equal(wait_for(finder, &news), FINDER_ABSENT);
  finder_free(finder);
}

static void a_file_that_is_not_a_library_gives_an_error_message(void** state) {
  (void)state;
  char bad[64];
  FinderNews news;
  snprintf(bad, sizeof bad, "%s/bad.db", sample.folder);
  FILE* file = fopen(bad, "w");
  for (int i = 0; i < 500; ++i)
    fputs("no library at all. ", file);
  fclose(file);
  Finder* finder = open_finder(bad, NULL);
  assert_int_equal(wait_for(finder, &news), FINDER_FAILED);
  assert_true(strlen(news.error) > 20);
  finder_free(finder);
  unlink(bad);
}

static void a_question_asked_while_the_library_is_read_is_answered(void** state) {
  (void)state;
  FinderNews news;
  Finder* finder = open_finder(sample.path, NULL);
  Query* query = calloc(1, sizeof *query);
  assert_non_null(query);
  query->id = 7;
  finder_query(finder, query);
  free(query);
  assert_int_equal(wait_for(finder, &news), FINDER_LOADED);
  assert_int_equal(wait_for(finder, &news), FINDER_ANSWERED);
  assert_int_equal(news.answer.id, 7);
  query_result_clear(&news.answer);
  finder_free(finder);
}

static void only_the_newest_question_is_answered(void** state) {
  (void)state;
  FinderNews news;
  Finder* finder = open_finder(sample.path, NULL);
  assert_int_equal(wait_for(finder, &news), FINDER_LOADED);
  Query* query = calloc(1, sizeof *query);
  assert_non_null(query);
  query->kind = QUERY_NEAR;
  for (unsigned i = 1; i <= 500; ++i) {
    query->id = i;
    query->valence = (float)i / 500.0f;
    finder_query(finder, query);
  }
  unsigned newest = 0;
  unsigned answers = 0;
  while (newest != 500) {
    assert_int_equal(wait_for(finder, &news), FINDER_ANSWERED);
    assert_true(news.answer.id > newest);
    newest = news.answer.id;
    ++answers;
    if (newest == 500) assert_int_equal(news.answer.hits[0].song, SONGS - 1);
    query_result_clear(&news.answer);
  }
  assert_true(answers <= 500);
  for (int i = 0; i < PATIENCE && finder_busy(finder); ++i)
    nap();
  assert_false(finder_busy(finder));
  assert_int_equal(finder_poll(finder, &news), FINDER_NOTHING);
  free(query);
  finder_free(finder);
}

// A newer question comes while one is being answered.
static Finder* asked_again;
static const Query* newer;

int __real_query_run(QueryIndex* index, const Query* query, bool (*is_stale)(void*), void* context,
                     QueryResult* result);
int __wrap_query_run(QueryIndex* index, const Query* query, bool (*is_stale)(void*), void* context,
                     QueryResult* result);

int __wrap_query_run(QueryIndex* index, const Query* query, bool (*is_stale)(void*), void* context,
                     QueryResult* result) {
  const bool stale_before = is_stale(context);
  if (!stale_before && newer) {
    const Query* next = newer;
    newer = NULL;
    finder_query(asked_again, next);
    if (is_stale(context)) return 1; // as a search does when it checks next
  }
  return __real_query_run(index, query, is_stale, context, result);
}

static void a_newer_query_stops_the_older_one(void** state) {
  (void)state;
  FinderNews news;
  Finder* finder = open_finder(sample.path, NULL);
  assert_int_equal(wait_for(finder, &news), FINDER_LOADED);
  const Query first = {.id = 3, .kind = QUERY_NEAR, .limit = 1};
  const Query second = {.id = 4, .kind = QUERY_NEAR, .valence = 1.0f, .limit = 1};
  asked_again = finder;
  newer = &second;
  finder_query(finder, &first);
  assert_int_equal(wait_for(finder, &news), FINDER_ANSWERED);
  assert_int_equal(news.answer.id, 4);
  assert_int_equal(news.answer.hits[0].song, SONGS - 1);
  query_result_clear(&news.answer);
  for (int i = 0; i < PATIENCE && finder_busy(finder); ++i)
    nap();
  assert_int_equal(finder_poll(finder, &news), FINDER_NOTHING);
  finder_free(finder);
}

static void an_empty_library_is_not_an_error(void** state) {
  (void)state;
  char empty[64], error[512];
  FinderNews news;
  snprintf(empty, sizeof empty, "%s/empty.db", sample.folder);
  Store* store = store_open(empty, STORE_CREATE, error, sizeof error);
  assert_non_null(store);
  store_close(store);
  Finder* finder = open_finder(empty, NULL);
  assert_int_equal(wait_for(finder, &news), FINDER_ABSENT);
  finder_free(finder);
  unlink(empty);
}

/// A model whose songs are all gone is not offered and not shown.
static void a_model_without_songs_is_not_offered(void** state) {
  (void)state;
  char other[64], error[512];
  FinderNews news;
  snprintf(other, sizeof other, "%s/other.db", sample.folder);
  Store* store = store_open(other, STORE_CREATE, error, sizeof error);
  assert_non_null(store);
  const int16_t flat[40] = {0};
  for (int i = 0; i < 2; ++i) {
    char name[96];
    snprintf(name, sizeof name, "%s/%d/song.flac", sample.folder, i);
    const StoreFile file = {name, 1000, 1, (uint64_t)(i + 1), NULL};
    const StoreSound sound = {(uint64_t)(i + 1), 99, "Song", "Nobody", "Nowhere"};
    StoreModel model = {.hash = "aaaaaaaaaaaaaaaa", .name = "gone"};
    if (i == 1) model = (StoreModel){.hash = "bbbbbbbbbbbbbbbb", .name = "left"};
    const StoreReading reading = {.model = &model, .duration = 20.0f, .curve = {40, flat, flat}};
    assert_int_equal(store_put(store, &file, &sound, &reading, error, sizeof error), 0);
  }
  char gone[96];
  snprintf(gone, sizeof gone, "%s/0", sample.folder);
  assert_int_equal(store_remove_below(store, gone, error, sizeof error), 1);
  store_close(store);
  Finder* finder = open_finder(other, NULL);
  assert_int_equal(wait_for(finder, &news), FINDER_LOADED);
  assert_int_equal(news.library->n_models, 1);
  assert_string_equal(news.library->models[0].name, "left");
  finder_free(finder);
  unlink(other);
}

static void a_drawn_curve_gives_the_hits_of_match_search(void** state) {
  (void)state;
  FinderNews news;
  Finder* finder = open_finder(sample.path, NULL);
  assert_int_equal(wait_for(finder, &news), FINDER_LOADED);
  const Catalogue* c = catalogue_index_songs(news.library->index);
  Query* query = calloc(1, sizeof *query);
  assert_non_null(query);
  query->id = 7;
  query->kind = QUERY_MATCH;
  query->match = MATCH_WHOLE;
  query->profile.n = 60;
  query->profile.has_arousal = true;
  for (int i = 0; i < 60; ++i)
    query->profile.arousal[i] = 0.6f * (float)i / 60.0f;
  finder_query(finder, query);
  assert_int_equal(wait_for(finder, &news), FINDER_ANSWERED);
  MatchIndex* index = match_index_new(c);
  MatchHit hits[SONGS];
  const long n = match_brute(index, NULL, &query->profile, MATCH_WHOLE, hits, SONGS);
  assert_int_equal((size_t)n, news.answer.n);
  for (size_t i = 0; i < news.answer.n; ++i) {
    assert_int_equal(hits[i].song, news.answer.hits[i].song);
    assert_true(fabsf(hits[i].distance - news.answer.hits[i].distance) < 1e-6f);
  }
  assert_int_equal(news.answer.hits[0].song % 2, 1); // songs that rise
  query_result_clear(&news.answer);
  match_index_free(index);
  free(query);
  finder_free(finder);
}

static void it_can_be_stopped_at_any_moment(void** state) {
  (void)state;
  for (int i = 0; i < 40; ++i) {
    Finder* finder = open_finder(sample.path, NULL);
    Query query = {.id = 1, .kind = QUERY_NEAR};
    if (i % 2) finder_query(finder, &query);
    if (i % 3 == 0) finder_load(finder, "second");
    if (i % 4 == 0) nap();
    finder_free(finder);
  }
  // Also with one library shown and another read: both are freed (a leak checker sees it).
  FinderNews news;
  Finder* finder = open_finder(sample.path, NULL);
  assert_int_equal(wait_for(finder, &news), FINDER_LOADED);
  finder_load(finder, "second");
  for (int i = 0; i < 50; ++i)
    nap();
  finder_free(finder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_reads_the_model_with_most_songs_and_names_the_others),
      cmocka_unit_test(an_unknown_model_gives_an_error_message),
      cmocka_unit_test(added_songs_are_reported_when_the_library_is_read_again),
      cmocka_unit_test(a_missing_library_is_not_an_error),
      cmocka_unit_test(a_file_that_is_not_a_library_gives_an_error_message),
      cmocka_unit_test(a_question_asked_while_the_library_is_read_is_answered),
      cmocka_unit_test(only_the_newest_question_is_answered),
      cmocka_unit_test(a_newer_query_stops_the_older_one),
      cmocka_unit_test(an_empty_library_is_not_an_error),
      cmocka_unit_test(a_model_without_songs_is_not_offered),
      cmocka_unit_test(a_drawn_curve_gives_the_hits_of_match_search),
      cmocka_unit_test(it_can_be_stopped_at_any_moment),
  };
  return cmocka_run_group_tests(tests, make_library, remove_library);
}
