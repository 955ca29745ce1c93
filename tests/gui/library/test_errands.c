// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The library window's app without a window: a disk that does not answer blocks nothing.
#include "gui/library/app.h"
#include "gui/library/errands.h"
#include "tests/plugin/threads.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE 9000 // number of checks, 10 ms apart

static sem_t disk; // posted to let a blocked call continue
static atomic_int hanging, dropped;

void __real_folders_list(const char* typed, FolderList* list);
void __wrap_folders_list(const char* typed, FolderList* list);

void __wrap_folders_list(const char* typed, FolderList* list) {
  if (strncmp(typed, "/hung", 5) == 0) {
    atomic_fetch_add(&hanging, 1);
    while (sem_wait(&disk) != 0) {
    }
    atomic_fetch_sub(&hanging, 1);
  }
  __real_folders_list(typed, list);
}

static void rest(void) {
  nanosleep(&(struct timespec){0, 10000000}, NULL);
}

int __real_playlist_write(const char* path, const char* text, char* error, size_t error_size);
int __wrap_playlist_write(const char* path, const char* text, char* error, size_t error_size);

int __wrap_playlist_write(const char* path, const char* text, char* error, size_t error_size) {
  for (int i = 0; i < 30; ++i)
    rest();
  return __real_playlist_write(path, text, error, error_size);
}

static void until_hanging(int n) {
  for (int i = 0; i < PATIENCE && atomic_load(&hanging) != n; ++i)
    rest();
  assert_int_equal(atomic_load(&hanging), n);
}

static void until_listed(App* app) {
  for (int i = 0; i < PATIENCE && app_view(app)->looking; ++i) {
    app_tick(app);
    rest();
  }
  assert_false(app_view(app)->looking);
}

static void copy(void* handle, const char* text) {
  (void)handle;
  (void)text;
}

static void a_disk_that_hangs_stops_neither_typing_nor_closing(void** state) {
  (void)state;
  const AppOptions options = {.library = "/nonexistent/library.db"};
  char error[512];
  App* app = app_new(&options, copy, NULL, error, sizeof error);
  assert_non_null(app);
  LibraryView* view = app_view(app);
  library_view_prompt(view, true);
  until_listed(app);
  library_view_prompt_backspace(view, true);
  until_listed(app);
  library_view_prompt_type(view, "/hung");
  until_hanging(1);
  app_tick(app);
  assert_true(view->looking);
  for (int i = 0; i < 20; ++i) // a few threads list folders at the same time, not one for each key
    library_view_prompt_type(view, "x");
  until_hanging(4);
  // If the disk answers, there is a list again as soon as one of them ends.
  library_view_prompt_backspace(view, true);
  library_view_prompt_type(view, "/");
  app_tick(app);
  assert_true(view->looking);
  sem_post(&disk);
  until_listed(app);
  assert_string_equal(view->folders.folder, "/");
  app_free(app);
  assert_int_equal(atomic_load(&hanging), 3);
  for (int i = 0; i < 3; ++i)
    sem_post(&disk);
  until_hanging(0);
}

static void a_list_that_is_being_saved_is_complete_when_the_window_is_closed(void** state) {
  (void)state;
  const AppOptions options = {.library = "/nonexistent/library.db", .save = "slow.m3u8"};
  char error[512];
  App* app = app_new(&options, copy, NULL, error, sizeof error);
  assert_non_null(app);
  app_view(app)->actions->save(app); // an empty list, which cannot be saved by the button
  app_free(app);
  assert_int_equal(unlink("slow.m3u8"), 0);
}

static void wait_for_disk(void* job) {
  (void)job;
  while (sem_wait(&disk) != 0) {
  }
}

static void count(void* job, void* handle) {
  (void)job;
  ++*(int*)handle;
}

static void drop(void* job) {
  free(job);
  atomic_fetch_add(&dropped, 1);
}

static void until_dropped(int n) {
  for (int i = 0; i < PATIENCE && atomic_load(&dropped) != n; ++i)
    rest();
  assert_int_equal(atomic_load(&dropped), n);
}

static void an_errand_is_done_once_or_dropped(void** state) {
  (void)state;
  static const Errand errand = {wait_for_disk, count, drop};
  int done = 0;
  Errands* errands = errands_new();
  assert_non_null(errands);
  for (int i = 0; i < ERRANDS_MAX; ++i)
    assert_true(errands_start(errands, &errand, malloc(1)));
  assert_false(errands_start(errands, &errand, malloc(1))); // one too many
  assert_int_equal(atomic_load(&dropped), 1);
  errands_poll(errands, &done);
  assert_true(done == 0 && errands_busy(errands));
  sem_post(&disk);
  for (int i = 0; i < PATIENCE && done == 0; ++i) {
    errands_poll(errands, &done);
    rest();
  }
  assert_int_equal(done, 1);
  errands_free(errands);
  for (int i = 1; i < ERRANDS_MAX; ++i)
    sem_post(&disk);
  until_dropped(1 + ERRANDS_MAX);
  assert_int_equal(done, 1);
}

static char order[8];

static void finish(void* job) {
  atomic_fetch_add((atomic_int*)job, 1);
}

static void note(void* job, void* handle) {
  (void)handle;
  order[strlen(order)] = (char)('0' + atomic_load((atomic_int*)job));
}

static void leave(void* job) {
  (void)job;
}

static void errands_are_reported_in_the_order_in_which_they_end(void** state) {
  (void)state;
  static const Errand errand = {finish, note, leave};
  static atomic_int jobs[3] = {0, 1, 2}; // one more when it has ended
  Errands* errands = errands_new();
  assert_non_null(errands);
  for (int i = 0; i < 3; ++i) {
    assert_true(errands_start(errands, &errand, &jobs[i]));
    wait_for_threads(); // it is put into the list before its thread ends
  }
  errands_poll(errands, NULL);
  assert_string_equal(order, "123");
  errands_free(errands);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_disk_that_hangs_stops_neither_typing_nor_closing),
      cmocka_unit_test(a_list_that_is_being_saved_is_complete_when_the_window_is_closed),
      cmocka_unit_test(an_errand_is_done_once_or_dropped),
      cmocka_unit_test(errands_are_reported_in_the_order_in_which_they_end),
  };
  count_at_rest();
  sem_init(&disk, 0, 0);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
