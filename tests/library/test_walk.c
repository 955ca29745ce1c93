// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Files found in folders and lists: which, in which order, none twice.
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
static char said[512]; ///< the last one

static void on_message(void* context, const char* path, const char* text) {
  (void)context;
  ++messages;
  snprintf(said, sizeof said, "%s: %s", strrchr(path, '/') + 1, text);
}

static bool is_stopped(void* context) {
  (void)context;
  return true;
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

/// The accepted paths, below the folder, each followed by a blank.
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
  assert_int_equal(messages, 1);
  assert_string_equal(
      said, "pipe.wav: is not a regular file (a FIFO, a socket or a device), and not read");
  assert_true(walk.has_failed && walk.has_folder);
  assert_int_equal(walk.size, 4); // bytes
  assert_string_equal(walk.files[1].stem, "b/A");
  char report[256];
  walk_report(&walk, report, sizeof report);
  assert_string_equal(report, "skipped 1 txt (not sound); 1 mkv (video: --video takes their sound);"
                              " 1 wav (no regular files)");
  walk_free(&walk);
  walk = (Walk){.task = &task, .options = {.with_video = true}};
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_non_null(strstr(taken(&walk), "film.mkv"));
  walk_free(&walk);
}

static void skipped_files_are_counted_by_kind(void** state) {
  (void)state;
  static const char* const names[] = {"a.JPG",    "b.jpg", "c.txt",
                                      "d.text-x", "e",     "f.averylongending"};
  Walk walk = {.task = &task};
  char report[256];
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i)
    make(names[i]);
  assert_int_equal(mkdir(at("empty"), 0700), 0);
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_int_equal(messages, 1);
  assert_non_null(strstr(said, ": no sound files in this folder"));
  assert_true(walk.has_failed);
  walk_report(&walk, report, sizeof report);
  assert_string_equal(report, "skipped 2 without extension, 2 jpg, 1 text?x, 1 txt (not sound)");
  walk_report(&walk, report, 20); // cut, and ended
  assert_string_equal(report, "skipped 2 without e");
  walk_free(&walk);
  walk = (Walk){.task = &task};
  walk_report(&walk, report, sizeof report);
  assert_string_equal(report, "");
  // After it is stopped, no more files are accepted, and this is not an error.
  make("x.wav");
  walk = (Walk){.task = &(const Task){.message = on_message, .is_stopped = is_stopped}};
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_true(walk.n == 0 && !walk.has_failed && messages == 1);
  walk_free(&walk);
}

/// What failed in a folder has been said: it is not called empty too.
static void a_folder_without_sound_has_one_message(void** state) {
  (void)state;
  Walk walk = {.task = &task};
  assert_int_equal(mkfifo(at("a.wav"), 0600), 0);
  for (int i = 0; i < 2; ++i) {
    assert_int_equal(walk_add(&walk, folder), 0);
    assert_int_equal(messages, 1);
    assert_non_null(strstr(said, "a.wav: is not a regular file"));
    assert_true(walk.has_failed && walk.n == 0);
    walk_free(&walk);
    walk = (Walk){.task = &task};
    messages = 0;
  }
}

static void files_that_are_named_explicitly_are_always_added(void** state) {
  (void)state;
  Walk walk = {.task = &task};
  make("notes.txt");
  assert_int_equal(walk_add(&walk, at("notes.txt")), 0);
  assert_int_equal(walk_add(&walk, at("none.wav")), 0);
  assert_int_equal(walk_add(&walk, "-"), 0);
  assert_string_equal(taken(&walk), "notes.txt none.wav - ");
  assert_string_equal(walk.files[0].stem, "notes");
  assert_string_equal(walk.files[2].stem, "stdin");
  assert_true(!walk.has_folder && !walk.has_failed && walk.size == 3);
  make("list.M3U8");
  assert_int_equal(walk_add(&walk, at("list.M3U8")), 0);
  assert_string_equal(said, "list.M3U8: is a playlist: use --list to read its files");
  assert_true(walk.has_failed && walk.n == 3);
  walk_free(&walk);
}

static bool keep_none_of_two_bytes(void* context, const WalkFile* file) {
  ++*(unsigned*)context;
  return file->size != 2;
}

static void filtered_songs_do_not_count(void** state) {
  (void)state;
  Walk walk = {.task = &task};
  unsigned asked = 0;
  write_file("a.wav", "x", 1);
  write_file("b.wav", "xy", 2);
  write_file("c.wav", "xyz", 3);
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_int_equal(walk.size, 6);
  walk_filter(&walk, keep_none_of_two_bytes, &asked);
  assert_string_equal(taken(&walk), "a.wav c.wav ");
  assert_true(walk.size == 4 && asked == 3);
  walk_free(&walk);
  assert_int_equal(walk.n, 0);
}

static const char sheet[] = "FILE \"album.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
                            "TRACK 02 AUDIO\nINDEX 01 00:09:00\n";

static void a_sheet_that_splits_a_file_replaces_it(void** state) {
  (void)state;
  Walk walk = {.task = &task};
  char report[256];
  write_file("album.wav", "12345678", 8);
  write_file("album.cue", sheet, sizeof sheet - 1);
  write_file("other.cue", sheet, sizeof sheet - 1); // the first path of a file counts
  make("b.wav");
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_string_equal(taken(&walk), "album.cue/01 album.cue/02 b.wav ");
  assert_string_equal(walk.files[1].stem, "album/02");
  assert_int_equal(walk.files[1].size, 4); // its share of the file's size
  assert_false(walk.has_failed);
  walk_report(&walk, report, sizeof report);
  assert_string_equal(report, "skipped 1 cue (splitting no further file); 1 wav (read by the tracks"
                              " of a CUE sheet)");
  walk_free(&walk);
  // A sheet that is named explicitly is used, although another one comes first.
  walk = (Walk){.task = &task};
  assert_int_equal(walk_add(&walk, at("other.cue")), 0);
  assert_string_equal(taken(&walk), "other.cue/01 other.cue/02 ");
  assert_string_equal(walk.files[0].stem, "other/01");
  assert_true(walk.has_folder && !walk.has_failed);
  walk_free(&walk);
  // Files that the first sheet does not use belong to the second.
  static const char both[] = "FILE \"album.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
                             "FILE \"b.wav\" WAVE\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n"
                             "TRACK 03 AUDIO\nINDEX 01 00:09:00\n";
  write_file("other.cue", both, sizeof both - 1);
  walk = (Walk){.task = &task};
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_string_equal(taken(&walk), "album.cue/01 album.cue/02 other.cue/02 other.cue/03 ");
  walk_free(&walk);
  write_file("other.cue", sheet, sizeof sheet - 1);
  // Excluded folders are not opened.
  static const char* const exclude[] = {"*.cue"};
  walk = (Walk){.task = &task, .options = {.exclude = exclude, .n_exclude = 1}};
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_string_equal(taken(&walk), "album.wav b.wav ");
  walk_free(&walk);
  // A bad sheet is reported, and its sound file is used as a whole.
  walk = (Walk){.task = &task};
  assert_int_equal(unlink(at("other.cue")), 0);
  write_file("album.cue", sheet, sizeof sheet - 9);
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_string_equal(taken(&walk), "album.wav b.wav ");
  assert_true(walk.has_failed);
  assert_non_null(strstr(said, "album.cue: line 5: "));
  assert_non_null(strstr(said, ": the sheet is not used"));
  assert_int_equal(walk_add(&walk, at("album.cue")), 0);
  assert_true(walk.n == 2 && !strstr(said, "not followed"));
  walk_free(&walk);
}

static void linked_folders_come_last_under_the_links_name(void** state) {
  (void)state;
  Walk walk = {.task = &task};
  char outside[128];
  snprintf(outside, sizeof outside, "%s-outside", folder);
  assert_int_equal(mkdir(outside, 0700), 0);
  assert_int_equal(symlink(outside, at("a")), 0);
  make("a/x.wav");
  make("b.wav");
  assert_int_equal(symlink("b.wav", at("c.wav")), 0);
  assert_int_equal(symlink("nowhere", at("d.wav")), 0);
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_string_equal(taken(&walk), "b.wav c.wav d.wav a/x.wav ");
  assert_string_equal(walk.files[3].stem, "a/x");
  walk_free(&walk);
  assert_int_equal(unlink(at("a/x.wav")), 0);
  assert_int_equal(rmdir(outside), 0);
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

static void patterns_apply_to_the_folder_and_those_below(void** state) {
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
  char report[256];
  walk_report(&walk, report, sizeof report);
  assert_string_equal(report, "skipped 2 flac (excluded); 1 folder (excluded)");
  walk_free(&walk);
  // A leading slash means this folder, '!' takes back, and the nearest folder decides.
  static const char own[] = "\xEF\xBB\xBF/*.wav\n*.flac\n!/a.flac\nin/";
  write_file(WALK_IGNORE, own, sizeof own - 1);
  static const char inner[] = "deep/f.wav\n!*.flac\n";
  assert_int_equal(mkdir(at("out/deep"), 0700), 0);
  write_file("out/" WALK_IGNORE, inner, sizeof inner - 1);
  make("out/deep/f.wav");
  make("out/deep/g.flac");
  walk = (Walk){.task = &task};
  assert_int_equal(walk_add(&walk, folder), 0);
  assert_string_equal(taken(&walk), "a.flac out/deep/g.flac out/e.wav ");
  walk_free(&walk);
  static const char* const exclude[] = {"in/*", "b.*", "./out/", "/a.flac"};
  walk = (Walk){.task = &task, .options = {.exclude = exclude, .n_exclude = 4}};
  write_file(WALK_IGNORE, "", 0);
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

static void a_list_has_lines_or_is_an_m3u_or_is_ended_by_nul(void** state) {
  (void)state;
#define LIST(name, text) listed(name, text, sizeof(text) - 1)
  assert_string_equal(LIST("a.txt", "/one.wav\r\n\r\n#two.wav\n/three.wav"),
                      "/one.wav #two.wav /three.wav ");
  // A CR within a line is part of the name; a CR at the line's end is not.
  assert_string_equal(LIST("b.txt", "/a\rb.wav\r\n/c.wav\r\r\n"), "/a\rb.wav /c.wav\r ");
  assert_string_equal(LIST("c.m3u", "#EXTM3U\r\n#EXTINF:1,x\r\nsub/x.wav\r\n/y.wav\r\n"),
                      "sub/x.wav /y.wav "); // relative to the list
  assert_string_equal(LIST("d.lst", "\xEF\xBB\xBF#EXTM3U\nx.wav\n"), "x.wav ");
  assert_string_equal(LIST("e.lst", "\xEF\xBB\xBF/x.wav\n"), "/x.wav ");
  assert_string_equal(LIST("f.lst", "/a\nb.wav\0/c\r\0#d\0"), "/a\nb.wav /c\r #d ");
  assert_string_equal(LIST("g.m3u8", ""), "");
  assert_string_equal(LIST("h.txt", "file:///a%20b.wav\n/last.wav"), "/a b.wav /last.wav ");
  assert_int_equal(messages, 0);
  assert_string_equal(LIST("i.txt", "http://host/a.wav\n/c.wav\nHTTPS://host/b.wav\nx://y\n"),
                      "/c.wav x://y ");
  assert_int_equal(messages, 2);
  assert_string_equal(said, "b.wav: is an address, not a file: left out");
  // Paths in the style of other systems are accepted, in playlists only.
  assert_int_equal(mkdir(at("sub"), 0700), 0);
  make("sub/caf\xC3\xA9.wav");
  assert_string_equal(LIST("j.m3u", "sub\\caf\xE9.wav\nsub\\caf\xC3\xA9.wav\nsub/caf\xE9.wav\n"),
                      "sub/caf\xC3\xA9.wav sub/caf\xC3\xA9.wav sub/caf\xC3\xA9.wav ");
  assert_string_equal(LIST("k.txt", "sub\\caf\xE9.wav\n"), "sub\\caf\xE9.wav ");
  assert_string_equal(LIST("l.txt", "\xFF\xFE/\0a\0\n\0"), "/a ");
  char error[256];
  Walk walk = {.task = &task};
  assert_int_equal(walk_add_list(&walk, at("none"), error, sizeof error), -1);
  assert_non_null(strstr(error, "/none: No such file"));
  write_file("m.txt", "\xFF\xFEx", 3);
  assert_int_equal(walk_add_list(&walk, at("m.txt"), error, sizeof error), -1);
  assert_non_null(strstr(error, "/m.txt: is not valid UTF-16"));
  // A list longer than the first block that is read.
  static char lines[200000];
  for (size_t i = 0; i < sizeof lines; ++i)
    lines[i] = i % 4 == 3 ? '\n' : i % 4 == 0 ? '/' : 'y';
  write_file("n.txt", lines, sizeof lines);
  assert_int_equal(walk_add_list(&walk, at("n.txt"), error, sizeof error), 0);
  assert_int_equal(walk.n, sizeof lines / 4);
  assert_string_equal(walk.files[walk.n - 1].path, "/yy");
  walk_free(&walk);
}

static void stems_are_distinct(void** state) {
  (void)state;
  Walk walk = {.task = &task};
  static const char* const paths[] = {"/x/song.wav",     "/y/song.wav", "/z/song.mp3",
                                      "/z/song.wav.wav", "/w/song.wav", "/a.b/plain",
                                      "/plain"};
  for (size_t i = 0; i < 7; ++i)
    assert_int_equal(walk_add(&walk, paths[i]), 0);
  assert_int_equal(walk_make_stems_distinct(&walk), 0);
  assert_string_equal(walk.files[0].stem, "song");
  assert_string_equal(walk.files[1].stem, "song.wav");
  assert_string_equal(walk.files[2].stem, "song.mp3");
  assert_string_equal(walk.files[3].stem, "song.wav.wav");
  assert_string_equal(walk.files[4].stem, "song-2");
  assert_string_equal(walk.files[5].stem, "plain");
  assert_string_equal(walk.files[6].stem, "plain-2");
  walk_free(&walk);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {TEST(folders_are_walked_in_the_order_of_names),
                                     TEST(skipped_files_are_counted_by_kind),
                                     TEST(a_folder_without_sound_has_one_message),
                                     TEST(files_that_are_named_explicitly_are_always_added),
                                     TEST(filtered_songs_do_not_count),
                                     TEST(a_sheet_that_splits_a_file_replaces_it),
                                     TEST(linked_folders_come_last_under_the_links_name),
                                     TEST(a_loop_of_links_ends),
                                     TEST(patterns_apply_to_the_folder_and_those_below),
                                     TEST(a_list_has_lines_or_is_an_m3u_or_is_ended_by_nul),
                                     TEST(stems_are_distinct)};
  return cmocka_run_group_tests_name("walks", tests, NULL, NULL);
}
