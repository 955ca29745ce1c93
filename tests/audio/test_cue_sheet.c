// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// CUE sheets are read exactly: tracks, times, texts, and errors with their line.
#include "audio/cue_sheet.h"
#include "dsp/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], path[96], error[CUE_TEXT];
static CueSheet sheet; // large

static void write_file(const char* name, const char* text) {
  char whole[160];
  snprintf(whole, sizeof whole, "%s/%s", folder, name);
  FILE* file = fopen(whole, "wb");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

static int setup(void** state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/circumplex-cue-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/a.cue", folder);
  write_file("a.wav", "x");
  return 0;
}

static int teardown(void** state) {
  char command[96];
  (void)state;
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

static CueKind parsed(const char* text) {
  write_file("a.cue", text);
  return cue_sheet_read(path, &sheet, error, sizeof error);
}

static void a_long_title_is_cut_between_characters(void** state) {
  (void)state;
  for (size_t shift = 0; shift < 3; ++shift) { // of a character of three bytes
    char text[1200] = "FILE a.wav WAVE\nTRACK 1 AUDIO\nTITLE \"";
    for (size_t i = 0; i < shift; ++i)
      strcat(text, "x");
    for (int i = 0; i < 300; ++i)
      strcat(text, "\u97f3");
    strcat(text, "\"\nINDEX 01 00:00:00\nTRACK 2 AUDIO\nINDEX 01 01:00:00\n");
    assert_int_equal(parsed(text), CUE_SPLITS);
    const char* title = sheet.tracks[0].title;
    assert_int_equal((strlen(title) - shift) % 3, 0);
    assert_true(strlen(title) > 500);
    for (const char* c = title + shift; *c; c += 3)
      assert_memory_equal(c, "\u97f3", 3);
  }
}

static void missing_files_and_folders_get_their_own_message(void** state) {
  (void)state;
  char other[96];
  snprintf(other, sizeof other, "%s/f.cue", folder);
  assert_int_equal(mkfifo(other, 0600), 0);
  assert_int_equal(cue_sheet_read(other, &sheet, error, sizeof error), CUE_BAD);
  assert_non_null(strstr(error, "FIFO"));
  assert_int_equal(cue_sheet_read(folder, &sheet, error, sizeof error), CUE_BAD);
  assert_non_null(strstr(error, "is a folder"));
}

static void a_track_goes_from_its_index_1_to_the_next_ones(void** state) {
  (void)state;
  assert_int_equal(parsed("REM GENRE x\nTITLE \"An \\\"Album\"\nPERFORMER Band\nFILE a.wav WAVE\n"
                          "TRACK 1 AUDIO\n\tTITLE \"One\"\n\tINDEX 01 00:00:00\n"
                          "TRACK 02 audio\n TITLE Two words\n PERFORMER \"Guest\"\n"
                          " INDEX 00 01:02:00\n INDEX 01 01:02:03 \n INDEX 02 05:00:00\n"
                          "track 99 AUDIO\n index 01 1234:59:74\n"),
                   CUE_SPLITS);
  assert_string_equal(error, "");
  assert_true(sheet.n == 3 && sheet.n_files == 1);
  assert_string_equal(sheet.album, "An \\");
  assert_string_equal(sheet.performer, "Band");
  assert_string_equal(sheet.tracks[0].title, "One");
  assert_string_equal(sheet.tracks[0].performer, "Band");
  assert_string_equal(sheet.tracks[1].title, "Two");
  assert_string_equal(sheet.tracks[1].performer, "Guest");
  assert_string_equal(sheet.tracks[2].title, "");
  assert_near(sheet.tracks[0].from, 0, 0);
  assert_near(sheet.tracks[0].to, 62.04, 1e-9);
  assert_near(sheet.tracks[1].from, 62.04, 1e-9);
  assert_near(sheet.tracks[1].to, 1234 * 60 + 59 + 74 / 75.0, 1e-9);
  assert_near(sheet.tracks[2].to, 0, 0); // the file's end
  assert_true(sheet.tracks[0].number == 1 && sheet.tracks[2].number == 99);
}

static void a_sheet_is_used_if_it_splits_a_file(void** state) {
  (void)state;
#define TRACK(number, begin) "TRACK " number " AUDIO\nINDEX 01 " begin "\n"
  assert_int_equal(parsed("FILE a.wav WAVE\n" TRACK("01", "00:00:00")), CUE_WHOLE);
  assert_int_equal(parsed("FILE none.wav WAVE\n" TRACK("01", "00:00:00") TRACK("02", "00:01:00")),
                   CUE_AWAY);
  assert_string_equal(error, "its file 'none.wav' does not exist");
  assert_int_equal(parsed("FILE a.wav WAVE\n"), CUE_AWAY);
  assert_int_equal(parsed("FILE none.wav WAVE\n" TRACK("01", "00:00:00") "FILE a.wav WAVE\n" TRACK(
                       "02", "00:00:00") TRACK("03", "00:00:01")),
                   CUE_SPLITS);
  assert_true(sheet.n_files == 2 && sheet.tracks[0].file == 0 && sheet.tracks[2].file == 1);
  assert_string_equal(sheet.files[0], "");
  assert_near(sheet.tracks[0].to, 0, 0); // the next track is in another file
  assert_near(sheet.tracks[1].to, 1 / 75.0, 1e-9);
  // A track of data is none.
  assert_int_equal(parsed("FILE a.wav WAVE\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n" TRACK(
                       "02", "00:01:00") TRACK("03", "00:02:00")),
                   CUE_SPLITS);
  assert_true(sheet.n == 2 && sheet.tracks[0].number == 2);
}

static void a_file_is_searched_only_beside_the_sheet(void** state) {
  (void)state;
  static const char* const names[] = {"a.wav",    "a.ape",        "a",          "/etc/a.wav",
                                      "../a.wav", "C:\\m\\a.wav", "x/y\\a.flac"};
  char expected[96], text[160];
  snprintf(expected, sizeof expected, "%s/a.wav", folder);
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    snprintf(text, sizeof text, "FILE \"%s\" WAVE\n%s", names[i], TRACK("01", "00:00:00"));
    if (parsed(text) != CUE_WHOLE) fail_msg("%s is not found", names[i]);
    assert_string_equal(sheet.files[0], expected);
  }
  assert_int_equal(parsed("FILE \"/etc/passwd\" WAVE\n" TRACK("01", "00:00:00")), CUE_AWAY);
  write_file("caf\xC3\xA9.flac", "x"); // a name in Latin-1
  assert_int_equal(parsed("FILE \"caf\xE9.wav\" WAVE\n" TRACK("01", "00:00:00")), CUE_WHOLE);
}

static void errors_in_a_sheet_are_reported_with_their_line(void** state) {
  (void)state;
  static const struct {
    const char *text, *said;
  } bad[] = {{"FILE a.wav WAVE\n" TRACK("01", "00:60:00"), "line 3: an INDEX that is no"},
             {"FILE a.wav WAVE\n" TRACK("01", "00:00:75"), "line 3: an INDEX that is no"},
             {"FILE a.wav WAVE\n" TRACK("01", "00:00:00 x"), "line 3: an INDEX that is no"},
             {"FILE a.wav WAVE\n" TRACK("01", "00:00"), "line 3: an INDEX that is no"},
             {"FILE a.wav WAVE\n" TRACK("01", "00:00:001"), "line 3: an INDEX that is no"},
             {"FILE a.wav WAVE\n" TRACK("100", "00:00:00"), "line 2: a TRACK whose number is not"},
             {"FILE a.wav WAVE\n" TRACK("x", "00:00:00"), "line 2: a TRACK whose number is not"},
             {"FILE a.wav WAVE\r\rTRACK 01 AUDIO\r\n", "line 3: a TRACK without INDEX 01"},
             {"FILE a.wav WAVE\n" TRACK("01", "00:01:00") TRACK("02", "00:01:00"),
              "line 4: a TRACK that begins no later than the one before"},
             {"FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 00 00:00:00\nINDEX 02 00:01:00\n",
              "line 2: a TRACK without INDEX 01"},
             {"INDEX 01 00:00:00\n", "line 1: an INDEX before any TRACK"},
             {"\n\nTRACK 01 AUDIO\n", "line 3: a TRACK before any FILE"},
             {"TITLE x\n", "is not a CUE sheet: it names no FILE"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    assert_int_equal(parsed(bad[i].text), CUE_BAD);
    if (!strstr(error, bad[i].said)) fail_msg("\"%s\" does not say \"%s\"", error, bad[i].said);
  }
  // At most as many files as tracks; at most a megabyte of sheet.
  static char large[(1 << 20) + 1];
  size_t n = 0;
  for (int i = 0; i <= CUE_TRACKS; ++i)
    n += (size_t)sprintf(large + n, "FILE %d.wav WAVE\n", i);
  assert_int_equal(parsed(large), CUE_BAD);
  assert_string_equal(error, "line 100: more than 99 FILEs");
  memset(large, '\n', sizeof large - 1);
  assert_int_equal(parsed(large), CUE_BAD);
  assert_string_equal(error, "is too large for a CUE sheet");
  large[sizeof large - 2] = '\0';
  assert_int_equal(parsed(large), CUE_BAD);
  assert_string_equal(error, "is not a CUE sheet: it names no FILE");
  assert_int_equal(cue_sheet_read("/nowhere.cue", &sheet, error, sizeof error), CUE_BAD);
  assert_string_equal(error, "No such file or directory");
}

static void a_tracks_path_opens_its_part_of_the_file(void** state) {
  (void)state;
  char name[CUE_PATH], track_path[128];
  assert_int_equal(cue_track_split("/m/a.cue/07", name), 7);
  assert_string_equal(name, "/m/a.cue");
  assert_int_equal(cue_track_split("A.CUE/99", name), 99);
  static const char* const none[] = {"/m/a.cue", "a.cue/7", "a.cue/007", "a.cue/0x", "a.cue/x7",
                                     "a.txt/07", ".cue/07", "07",        "a.cue/00", "a.cue/"};
  for (size_t i = 0; i < sizeof none / sizeof *none; ++i)
    if (cue_track_split(none[i], name) != 0) fail_msg("%s is a track", none[i]);
  assert_true(cue_sheet_is_name("x.Cue") && !cue_sheet_is_name("x.cue2"));
  assert_false(cue_sheet_is_name(".cue"));
  CueTrack track;
  assert_int_equal(parsed("FILE a.wav WAVE\n" TRACK("01", "00:00:00") TRACK(
                       "02", "00:03:00") "FILE none.wav WAVE\n" TRACK("03", "00:00:00")),
                   CUE_SPLITS);
  for (int number = 0; number <= 4; ++number) {
    snprintf(track_path, sizeof track_path, "%s/%02d", path, number);
    assert_int_equal(cue_track_find(track_path, name, &track), number == 1 || number == 2);
  }
  snprintf(track_path, sizeof track_path, "%s/02", path);
  assert_true(cue_track_find(track_path, name, &track));
  assert_near(track.from, 3, 0);
  assert_string_equal(name, sheet.files[0]);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {TEST(a_long_title_is_cut_between_characters),
                                     TEST(missing_files_and_folders_get_their_own_message),
                                     TEST(a_track_goes_from_its_index_1_to_the_next_ones),
                                     TEST(a_sheet_is_used_if_it_splits_a_file),
                                     TEST(a_file_is_searched_only_beside_the_sheet),
                                     TEST(errors_in_a_sheet_are_reported_with_their_line),
                                     TEST(a_tracks_path_opens_its_part_of_the_file)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
