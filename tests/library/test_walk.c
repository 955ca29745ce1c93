// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What is taken of folders and of lists: which names, in which order, and nothing twice.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "library/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static unsigned messages;

static void on_message(void* context, const char* path, const char* text) {
  (void)context, (void)path, (void)text;
  ++messages;
}

static const Task task = {.message = on_message};

static int setup(void** state) {
  (void)state;
  messages = 0;
  snprintf(folder, sizeof folder, "/tmp/circumplex-walk-XXXXXX");
  return !mkdtemp(folder) ? -1 : 0;
}

static int teardown(void** state) {
  char command[96];
  (void)state;
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

static const char* at(const char* name) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void write_file(const char* name, const char* text, size_t size) {
  FILE* file = fopen(at(name), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

static void make(const char* name) {
  write_file(name, "x", 1);
}

/// The paths taken, below the folder, one after the other with a blank behind each.
static const char* taken(const Walk* walk) {
  static char text[1024];
  size_t used = 0;
  text[0] = '\0';
  const size_t below = strlen(folder) + 1;
  for (size_t i = 0; i < walk->n; ++i) {
    const char* path = walk->files[i].path;
    const bool is_below = strncmp(path, folder, below - 1) == 0;
    used +=
        (size_t)snprintf(text + used, sizeof text - used, "%s ", is_below ? path + below : path);
  }
  return text;
}

static void folders_are_walked_in_the_order_of_names(void** state) {
  (void)state;
  Walk walk = {.task = &task};
  assert_int_equal(mkdir(at("b"), 0700), 0);
  make("c.wav");
  make("a.flac");
  make("b/z.mp3");
  make("b/A.ogg");
  make(".hidden.wav");
  make("..wav");
  make("notes.txt");
  make("film.mkv");
  assert_int_equal(mkfifo(at("pipe.wav"), 0600), 0);
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_string_equal(taken(&walk), "a.flac b/A.ogg b/z.mp3 c.wav ");
  assert_int_equal(messages, 1); // the FIFO
  char report[256];
  walk_report(&walk, report, sizeof report);
  assert_non_null(strstr(report, "1 txt (not sound)"));
  assert_non_null(strstr(report, "1 mkv (video"));
  walk_free(&walk);
  walk = (Walk){.task = &task, .options = {.with_video = true}};
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_non_null(strstr(taken(&walk), "film.mkv"));
  walk_free(&walk);
}

static void a_loop_of_links_ends(void** state) {
  (void)state;
  Walk walk = {.task = &task};
  assert_int_equal(mkdir(at("a"), 0700), 0);
  make("a/x.wav");
  char own[256];
  snprintf(own, sizeof own, "%s", folder);
  assert_int_equal(symlink(own, at("a/up")), 0);
  snprintf(own, sizeof own, "%s", at("a"));
  assert_int_equal(symlink(own, at("again")), 0);
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_string_equal(taken(&walk), "a/x.wav ");
  walk_free(&walk);
}

static void patterns_hold_for_the_folder_and_those_below(void** state) {
  (void)state;
  Walk walk = {.task = &task};
  assert_int_equal(mkdir(at("in"), 0700), 0);
  assert_int_equal(mkdir(at("out"), 0700), 0);
  static const char patterns[] = "# a comment\r\n\r\n*.flac\r\nout/\r\n";
  write_file(WALK_IGNORE, patterns, sizeof patterns - 1);
  make("a.flac");
  make("b.wav");
  make("in/c.flac");
  make("in/d.wav");
  make("out/e.wav");
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_string_equal(taken(&walk), "b.wav in/d.wav ");
  walk_free(&walk);
  static const char* const exclude[] = {"in/*", "b.*"};
  walk = (Walk){.task = &task, .options = {.exclude = exclude, .n_exclude = 2}};
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_string_equal(taken(&walk), "");
  walk_free(&walk);
}

static const char* listed(const char* name, const char* text, size_t size) {
  static char result[1024];
  char error[256] = "";
  Walk walk = {.task = &task};
  write_file(name, text, size);
  if (walk_add_list(&walk, at(name), error, sizeof error) != 0) fail_msg("%s", error);
  snprintf(result, sizeof result, "%s", taken(&walk));
  walk_free(&walk);
  return result;
}

static void a_list_is_lines_an_m3u_or_ended_by_nul(void** state) {
  (void)state;
#define LIST(name, text) listed(name, text, sizeof(text) - 1)
  assert_string_equal(LIST("a.txt", "/one.wav\r\n\r\n#two.wav\n/three.wav"),
                      "/one.wav #two.wav /three.wav ");
  // A CR within a line is part of its name; one before the line's end is not.
  assert_string_equal(LIST("b.txt", "/a\rb.wav\r\n/c.wav\r\r\n"), "/a\rb.wav /c.wav\r ");
  assert_string_equal(LIST("c.m3u", "#EXTM3U\r\n#EXTINF:1,x\r\nsub/x.wav\r\n/y.wav\r\n"),
                      "sub/x.wav /y.wav "); // relative to the list
  assert_string_equal(LIST("d.lst", "\xEF\xBB\xBF#EXTM3U\nx.wav\n"), "x.wav ");
  assert_string_equal(LIST("e.lst", "\xEF\xBB\xBF/x.wav\n"), "/x.wav ");
  assert_string_equal(LIST("f.lst", "/a\nb.wav\0/c\r\0#d\0"), "/a\nb.wav /c\r #d ");
  assert_string_equal(LIST("g.m3u8", ""), "");
}

static void stems_are_distinct(void** state) {
  (void)state;
  Walk walk = {.task = &task};
  static const char* const paths[] = {"/x/song.wav", "/y/song.wav", "/z/song.mp3",
                                      "/z/song.wav.wav"};
  for (size_t i = 0; i < 4; ++i)
    assert_int_equal(walk_add(&walk, paths[i]), 0);
  assert_int_equal(walk_make_stems_distinct(&walk), 0);
  assert_string_equal(walk.files[0].stem, "song");
  assert_string_equal(walk.files[1].stem, "song.wav");
  assert_string_equal(walk.files[2].stem, "song.mp3");
  assert_string_not_equal(walk.files[3].stem, "song.wav");
  walk_free(&walk);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(folders_are_walked_in_the_order_of_names), TEST(a_loop_of_links_ends),
      TEST(patterns_hold_for_the_folder_and_those_below),
      TEST(a_list_is_lines_an_m3u_or_ended_by_nul), TEST(stems_are_distinct)};
  return cmocka_run_group_tests_name("walks", tests, NULL, NULL);
}
