// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/harness.h"
#include "library/profile.h"
#include "synthetic.h"
#include "text/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static Profile profile;
static char sentence[300];

static int from_text(const char* text) {
  return profile_from_text(&profile, text, sentence, sizeof sentence);
}

static int from_bytes(const void* bytes, size_t size) {
  char path[] = "/tmp/circumplex-profile-XXXXXX";
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, bytes, size), (ssize_t)size);
  close(fd);
  const int result = profile_from_csv(&profile, path, sentence, sizeof sentence);
  unlink(path);
  return result;
}

static int from_csv(const char* text) {
  return from_bytes(text, strlen(text));
}

/// It is refused, with a message that contains these words.
#define assert_refused(call, words)                                                                \
  do {                                                                                             \
    assert_int_equal(call, -1);                                                                    \
    if (!strstr(sentence, words)) fail_msg("\"%s\" does not say \"%s\"", sentence, words);         \
    assert_true(sentence[strlen(sentence) - 1] == '.');                                            \
  } while (0)

static void numbers_are_read_whatever_the_locale(void** state) {
  (void)state;
  const struct {
    const char* text;
    double value;
  } good[] = {{"0", 0},       {"-0.5", -0.5},
              {"+.25", 0.25}, {"3.", 3},
              {"1e-3", 1e-3}, {"2E+2", 200},
              {"0.1", 0.1},   {"-0.609375", -0.609375},
              {"1e-999", 0},  {"0.30000001192092896", 0.30000001192092896}};
  const char* bad[] = {"",    "-",  ".",  "+.",  "e5",  "1e",    "1e+", "0x1",
                       "1,5", " 1", "1 ", "nan", "inf", "1e999", "--1", "1.2.3"};
  for (size_t i = 0; i < sizeof good / sizeof *good; ++i) {
    double value = NAN;
    assert_true(number_read(good[i].text, strlen(good[i].text), &value));
    assert_near(value, good[i].value, 1e-16);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    double value;
    if (number_read(bad[i], strlen(bad[i]), &value)) fail_msg("\"%s\" was read", bad[i]);
  }
}

static void lines_are_straight_between_points(void** state) {
  (void)state;
  assert_int_equal(from_text("0:-0.5,-0.6 30:0.25,0.2 1:00:0.75,0.7"), 0);
  assert_int_equal(profile.n, 121);
  assert_true(profile.has_valence && profile.has_arousal);
  assert_near(profile.valence[0], -0.5, 0);
  assert_near(profile.arousal[0], -0.6f, 0);
  assert_near(profile.valence[30], -0.125, 1e-6);
  assert_near(profile.valence[60], 0.25, 0);
  assert_near(profile.arousal[90], 0.45, 1e-6);
  assert_near(profile.valence[120], 0.75, 0);
}

static void an_axis_that_is_not_given_is_not_used(void** state) {
  (void)state;
  assert_int_equal(from_text("5:-,0.1;10:-,0.3"), 0);
  assert_int_equal(profile.n, 11);
  assert_true(!profile.has_valence && profile.has_arousal);
  for (size_t k = 0; k < 11; ++k) {
    assert_near(profile.valence[k], 0, 0);
    assert_near(profile.arousal[k], 0.1 + 0.02 * (double)k, 1e-6);
  }
  // values at some times: lines between them, constant at the ends
  assert_int_equal(from_text("0:-,0 1:0.2,- 2:-,- 3:0.6,0.3 4:-,-"), 0);
  const float valence[] = {0.2f, 0.2f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.6f, 0.6f};
  const float arousal[] = {0, 0.05f, 0.1f, 0.15f, 0.2f, 0.25f, 0.3f, 0.3f, 0.3f};
  assert_int_equal(profile.n, 9);
  for (size_t k = 0; k < 9; ++k) {
    assert_near(profile.valence[k], valence[k], 1e-6);
    assert_near(profile.arousal[k], arousal[k], 1e-6);
  }
}

static void errors_are_reported(void** state) {
  (void)state;
  assert_refused(from_text(""), "at least two points in time; this one has 0");
  assert_refused(from_text("0:0.5,0.5"), "this one has 1");
  assert_refused(from_text("0:0,0 0:1,1"), "Times must increase: point 2 is at 0 s");
  assert_refused(from_text("3:0,0 2:1,1"), "Times must increase");
  assert_refused(from_text("0:0,0 5:1.5,0"), "The valence of point 2 is 1.5");
  assert_refused(from_text("0:0,-2 5:0,0"), "The arousal of point 1 is -2");
  assert_refused(from_text("0:0,0 5:nan,0"), "\"5:nan,0\" is not a point");
  assert_refused(from_text("0:0,0 happy"), "\"happy\" is not a point");
  assert_refused(from_text("0:0,0 5:0"), "\"5:0\" is not a point");
  assert_refused(from_text("0:0,0 1:75:0,0"), "\"1:75:0,0\" is not a point");
  assert_refused(from_text("0:-,- 5:-,-"), "neither valence nor arousal");
  assert_refused(from_text("0:0,0 4000:1,1"), "4000 s long; at most 3600 s");
  assert_refused(from_text("0:0,0 0.1:1,1"), "must have at least 0.5 s");
  const ProfilePoint odd[] = {{0, 0, 0}, {INFINITY, 0, 0}}, off[] = {{0, INFINITY, 0}, {1, 0, 0}};
  assert_refused(profile_from_points(&profile, odd, 2, sentence, sizeof sentence),
                 "The time of point 2 is not a number");
  assert_refused(profile_from_points(&profile, off, 2, sentence, sizeof sentence),
                 "The valence of point 1");
}

static void limits_are_met_exactly(void** state) {
  (void)state;
  assert_int_equal(from_text("0:1,-1 0.5:-1,1"), 0);
  assert_int_equal(profile.n, 2);
  assert_int_equal(from_text("-2:0,0 1:59.5:0,0.5"), 0);
  assert_int_equal(profile.n, 2 * 121 + 2);
  assert_refused(from_text("0:0,0 1:60:0,0"), "is not a point");
  assert_refused(from_text("-1:30:0,0 2:0,0"), "is not a point");
  assert_refused(from_text("0:0,0 0.49:1,1"), "is 0.49 s long; it must have at least 0.5 s");
  assert_int_equal(from_text("0:0,0 3599.5:1,1"), 0);
  assert_int_equal(profile.n, PROFILE_MAX);
  assert_refused(from_text("0:0,0 3600:1,1"), "at most 3600 s");
  int16_t* hour = calloc(PROFILE_MAX, sizeof *hour);
  assert_non_null(hour);
  const Curve curve = {PROFILE_MAX, hour, hour};
  assert_int_equal(profile_from_curve(&profile, &curve, 0, SIZE_MAX, sentence, sizeof sentence), 0);
  assert_int_equal(profile.n, PROFILE_MAX);
  free(hour);
  // As many points as there may be, and one more.
  char *text = malloc((size_t)16 * (PROFILE_MAX + 1)), *at = text;
  assert_non_null(text);
  for (int i = 0; i <= PROFILE_MAX; ++i)
    at += sprintf(at, "%d.%d:0,0 ", i / 2, i % 2 * 5);
  assert_refused(from_text(text), "more than 7200 points");
  *strrchr(text, '.') = '\0';
  *strrchr(text, ' ') = '\0';
  assert_int_equal(from_text(text), 0);
  free(text);
  // As large a file as there may be, and one byte more.
  char* file = malloc(PROFILE_MAX_FILE + 1);
  assert_non_null(file);
  memset(file, '\n', PROFILE_MAX_FILE + 1);
  memcpy(file, "time_s,valence\n0,0\n1,1\n", 23);
  assert_int_equal(from_bytes(file, PROFILE_MAX_FILE), 0);
  assert_refused(from_bytes(file, PROFILE_MAX_FILE + 1), "the file has 16000001 bytes, too many");
  free(file);
}

static void a_column_named_twice_is_the_first(void** state) {
  (void)state;
  assert_int_equal(from_csv("time_s,valence,state,valence,time_s\n0,0.5,LIVE,1,7\n"
                            "0.5,-,live,1,6\n1,1,Silent,1,5\n1.5,-1,live,1,4\n"),
                   0);
  assert_int_equal(profile.n, 4);
  assert_near(profile.valence[0], 0.5, 0);
  assert_near(profile.valence[1], 0, 1e-6);
  assert_near(profile.valence[2], -0.5, 1e-6);
  assert_near(profile.valence[3], -1, 0);
}

static void a_table_is_read_as_it_was_written(void** state) {
  (void)state;
  const char* tables[] = {
      "time_s,valence,arousal\n0.5,0.25,-0.5\n1,0.5,-0.25\n1.5,0.75,0\n",
      "\xEF\xBB\xBFtime_s,valence,arousal\r\n0.5,0.25,-0.5\r\n1,0.5,-0.25\r\n1.5,0.75,0",
      "\n\n\"Time_s\",\"valence\", \"AROUSAL\"\n\n\"0.5\",0.25,\"-0.5\"\n  \n1, 0.5 "
      ",-0.25\n1.5\t,\t.75,0\n\n",
      "file,time_s,state,arousal,x,valence\n\"a \"\"b\"\",\n.wav\",0.5,live,-0.5,,0.25\n"
      "c,1,live,-0.25,,0.5\nd,1.5,live,0,,0.75\n",
      "time_s;valence;arousal\r0.5;0.25;-0.5\r1;0.5;-0.25\r1.5;0.75;0\r",
      "time_s\tvalence\tarousal\n0.5\t0.25\t-0.5\n1\t0.5\t-0.25\n1.5\t0.75\t0\n"};
  for (size_t i = 0; i < sizeof tables / sizeof *tables; ++i) {
    if (from_csv(tables[i]) != 0) fail_msg("table %zu: %s", i, sentence);
    assert_int_equal(profile.n, 3);
    for (size_t k = 0; k < 3; ++k) {
      assert_near(profile.valence[k], 0.25 + 0.25 * (double)k, 0);
      assert_near(profile.arousal[k], -0.5 + 0.25 * (double)k, 0);
    }
  }
}

static void silent_and_empty_rows_are_bridged(void** state) {
  (void)state;
  assert_int_equal(from_csv("time_s,valence,arousal,state\n0,0.2,0,live\n0.5,,nan,live\n"
                            "1,0.9,0.9,silent\n1.5,0.8,0.3,live\n"),
                   0);
  assert_int_equal(profile.n, 4);
  assert_near(profile.valence[1], 0.4, 1e-6);
  assert_near(profile.valence[2], 0.6, 1e-6);
  assert_near(profile.arousal[2], 0.2, 1e-6);
  assert_int_equal(from_csv("time_s,arousal\n0,0.2\n1,0.3\n"), 0);
  assert_true(!profile.has_valence && profile.has_arousal);
}

static void errors_in_a_table_are_reported(void** state) {
  (void)state;
  assert_refused(from_csv(""), "the file is empty");
  assert_refused(from_csv("\r\n \n"), "the file is empty");
  assert_refused(from_csv("0,0.5,0.5\n1,0.2,0.2\n"), "no column \"time_s\"");
  assert_refused(from_csv("time_s,loudness\n1,2\n"), "no column \"valence\" or \"arousal\"");
  assert_refused(from_csv("time_s,valence\n"), "this one has 0");
  assert_refused(from_csv("time_s,valence\n0,0.1\n1,loud\n"), "line 3: \"loud\" is not a number");
  assert_refused(from_csv("time_s,valence\n\n0,0.1\n\n1,1.1\n"), "line 5: 1.1 is outside -1..1");
  assert_refused(from_csv("time_s,valence\n0,0.1\nx,0\n"), "line 3: \"x\" is not a time");
  assert_refused(from_csv("valence,time_s\n0,0\n0.5\n"), "line 3 has too few columns");
  assert_refused(from_csv("time_s,valence\n0,0.1\n1,0\n1,0\n"), "line 4: times must increase");
  assert_refused(from_csv("time_s,valence\n0,0\n7200,0\n"), "7200 s long");
  assert_refused(from_csv("time_s,x,valence\n0,\"a\nb\",1\nq,,0\n"), "line 4: \"q\" is not a time");
  // A long quotation in a message is cut.
  assert_refused(from_csv("time_s,valence\n0,1234567890123456789012345678901234567890xyz\n"),
                 "\"1234567890123456789012345678901234567890\" is not");
  assert_refused(from_text("123456789012345678901234567890123456789012345678901234567890xyz"),
                 "\"123456789012345678901234567890123456789012345678901234567890\" is not");
  assert_refused(from_csv("time_s,arousal\n0,0\n1,-1.01\n"), "line 3: -1.01 is outside -1..1");
  assert_refused(profile_from_csv(&profile, "/tmp", sentence, sizeof sentence), "this is a folder");
  assert_refused(profile_from_csv(&profile, "/nowhere/at all", sentence, sizeof sentence),
                 "/nowhere/at all: the file cannot be read");
  assert_refused(profile_from_csv(&profile, "/dev/zero", sentence, sizeof sentence),
                 "too many for a profile");
}

static void a_huge_file_is_refused_unread(void** state) {
  (void)state;
  char path[] = "/tmp/circumplex-profile-XXXXXX";
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_int_equal(ftruncate(fd, (off_t)1 << 40), 0); // a hole
  close(fd);
  const int result = profile_from_csv(&profile, path, sentence, sizeof sentence);
  unlink(path);
  assert_refused(result, "1099511627776 bytes, too many");
}

static void a_song_gives_its_curve(void** state) {
  (void)state;
  const int16_t s = CURVE_SILENT;
  const int16_t valence[] = {s, 100, s, s, 400, -32767, s}, arousal[] = {s, 7, s, s, 1, 32767, s};
  const Curve curve = {7, valence, arousal}, silent = {1, valence, arousal};
  const int expected[2][7] = {{100, 100, 200, 300, 400, -32767, -32767},
                              {7, 7, 5, 3, 1, 32767, 32767}};
  assert_int_equal(profile_from_curve(&profile, &curve, 0, 99, sentence, sizeof sentence), 0);
  assert_int_equal(profile.n, 7);
  for (size_t k = 0; k < 7; ++k) {
    assert_int_equal(lrintf(profile.valence[k] * CURVE_FULL), expected[0][k]);
    assert_int_equal(lrintf(profile.arousal[k] * CURVE_FULL), expected[1][k]);
  }
  assert_int_equal(profile_from_curve(&profile, &curve, 1, 3, sentence, sizeof sentence), 0);
  assert_int_equal(profile.n, 2);
  assert_int_equal(lrintf(profile.valence[1] * CURVE_FULL), 200);
  assert_refused(profile_from_curve(&profile, &curve, 2, 4, sentence, sizeof sentence), "silent");
  assert_refused(profile_from_curve(&profile, &curve, 3, 3, sentence, sizeof sentence),
                 "no length within the song, which is 3.5 s long");
  assert_refused(profile_from_curve(&profile, &silent, 0, 1, sentence, sizeof sentence),
                 "no length");
  int16_t* day = calloc(PROFILE_MAX + 1, sizeof *day);
  assert_non_null(day);
  const Curve long_curve = {PROFILE_MAX + 1, day, day};
  assert_refused(profile_from_curve(&profile, &long_curve, 0, SIZE_MAX, sentence, sizeof sentence),
                 "at most 3600 s");
  free(day);
}

static void error_messages_fit_any_buffer(void** state) {
  (void)state;
  for (size_t size = 0; size < 90; ++size) {
    char* small = malloc(size + 1);
    assert_non_null(small);
    small[size] = 'x';
    assert_int_equal(profile_from_text(&profile, "0:0,0 1:7,0", small, size), -1);
    assert_int_equal(profile_from_csv(&profile, "/nowhere", small, size), -1);
    assert_true(small[size] == 'x' && (size == 0 || strlen(small) < size));
    free(small);
  }
}

/// For any input: a valid profile as in profile.h, or an error message.
static void check_any(int result) {
  if (result != 0) {
    assert_true(strlen(sentence) > 10);
    return;
  }
  assert_true(profile.n >= 2 && profile.n <= PROFILE_MAX);
  assert_true(profile.has_valence || profile.has_arousal);
  for (size_t k = 0; k < profile.n; ++k)
    if (!(fabsf(profile.valence[k]) <= 1 && fabsf(profile.arousal[k]) <= 1))
      fail_msg("point %zu is %g, %g", k, (double)profile.valence[k], (double)profile.arousal[k]);
}

static void random_bytes_give_a_profile_or_a_message(void** state) {
  (void)state;
  const char* letters = "0123456789.,:;-+eE \t\r\n\"nan\xEF\xBB\xBF";
  const char* seeds[] = {
      "0:-0.5,-0.6 30:0.2,0.1 1:00:0.8,-",
      "time_s,valence,arousal,state\n0,0.2,0,live\n0.5,,nan,live\n1,.9,0,silent\n",
      "\xEF\xBB\xBF\"time_s\";\"arousal\"\r\n\"0\";\"-1\"\r\n2;1e-3\r\n"};
  uint64_t random = 17;
  size_t good = 0;
  for (int round = 0; round < 6000; ++round) {
    char bytes[400];
    const char* start = seeds[round % 3];
    size_t n = strlen(start);
    memcpy(bytes, start, n);
    const size_t changes = (size_t)(synthetic_uniform(&random) * 6);
    for (size_t i = 0; i < changes; ++i) {
      const size_t at = (size_t)(synthetic_uniform(&random) * (double)n);
      const char letter = synthetic_uniform(&random) < 0.8
                              ? letters[(size_t)(synthetic_uniform(&random) * 28)]
                              : (char)(unsigned char)(synthetic_uniform(&random) * 256);
      const double what = synthetic_uniform(&random);
      if (what < 0.5) {
        bytes[at] = letter;
      } else if (what < 0.75) { // one more
        memmove(bytes + at + 1, bytes + at, n - at);
        bytes[at] = letter;
        ++n;
      } else if (n > 1) { // cut off
        n = what < 0.8 ? at + 1 : n - 1;
      }
    }
    const int read = from_bytes(bytes, n);
    check_any(read);
    bytes[n] = 0;
    const int typed = from_text(bytes);
    check_any(typed);
    good += (size_t)(read == 0) + (size_t)(typed == 0);
  }
  assert_in_range(good, 500, 6000); // otherwise all inputs were refused early
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_are_read_whatever_the_locale),
      cmocka_unit_test(lines_are_straight_between_points),
      cmocka_unit_test(an_axis_that_is_not_given_is_not_used),
      cmocka_unit_test(errors_are_reported),
      cmocka_unit_test(limits_are_met_exactly),
      cmocka_unit_test(a_column_named_twice_is_the_first),
      cmocka_unit_test(a_table_is_read_as_it_was_written),
      cmocka_unit_test(silent_and_empty_rows_are_bridged),
      cmocka_unit_test(errors_in_a_table_are_reported),
      cmocka_unit_test(a_huge_file_is_refused_unread),
      cmocka_unit_test(a_song_gives_its_curve),
      cmocka_unit_test(error_messages_fit_any_buffer),
      cmocka_unit_test(random_bytes_give_a_profile_or_a_message),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
