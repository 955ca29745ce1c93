// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What is played, its position, and the error messages when a device fails.
#include "audio/fake_portaudio.h"
#include "audio/player.h"
#include "dsp/harness.h"

#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { RATE = 8000, FRAMES = 6 * RATE, FADE = RATE / 100 };

static char folder[] = "/tmp/circumplex_player_XXXXXX";
static float sound[2 * FRAMES], out[2 * FRAMES];
static Player* player;
static double position;
static char said[512];
static atomic_long clock_now; ///< s

int __real_clock_gettime(clockid_t clock, struct timespec* time);
int __wrap_clock_gettime(clockid_t clock, struct timespec* time);

/// The clock for time limits is simulated, so a slow machine causes no failure.
int __wrap_clock_gettime(clockid_t clock, struct timespec* time) {
  if (clock != CLOCK_MONOTONIC) return __real_clock_gettime(clock, time);
  *time = (struct timespec){1000 + atomic_load(&clock_now), 0};
  return 0;
}

static int make_sound(void** state) {
  (void)state;
  SF_INFO info = {.samplerate = RATE, .channels = 2, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
  if (!mkdtemp(folder) || chdir(folder) != 0) return -1;
  for (size_t i = 0; i < FRAMES; ++i) {
    sound[2 * i] = (float)(i + 1) / FRAMES;
    sound[2 * i + 1] = -0.5f * sound[2 * i];
  }
  SNDFILE* file = sf_open("ramp.wav", SFM_WRITE, &info);
  if (!file || sf_writef_float(file, sound, FRAMES) != FRAMES) return -1;
  return sf_close(file);
}

static int remove_sound(void** state) {
  (void)state;
  return unlink("ramp.wav") + chdir("/") + rmdir(folder);
}

static int setup(void** state) {
  (void)state;
  fake_reset();
  player = player_new();
  return player ? 0 : -1;
}

static int teardown(void** state) {
  (void)state;
  player_free(player);
  player = NULL;
  return 0;
}

static PlayerState look(void) {
  return player_state(player, &position, said, sizeof said);
}

static void nap(void) {
  const struct timespec ms = {0, 1000000};
  nanosleep(&ms, NULL);
}

static void wait_for(PlayerState wanted) {
  PlayerState state = look();
  for (int i = 0; i < 60000 && state != wanted; ++i) {
    nap();
    state = look();
  }
  if (state != wanted) fail_msg("state %d instead of %d: %s", (int)state, (int)wanted, said);
}

static void wait_until(atomic_int* count, int wanted) {
  for (int i = 0; i < 60000 && atomic_load(count) < wanted; ++i)
    nap();
  assert_int_equal(atomic_load(count), wanted);
}

static void play(double start, double end) {
  player_play(player, "ramp.wav", start, end);
  wait_for(PLAYER_PLAYING);
}

/// Let the device play more.
static void pull(float* to, size_t frames) {
  assert_int_equal(fake.callback(NULL, to, frames, NULL, 0, fake.data), paContinue);
}

/// The position in frames after \p begin (seconds); the latency is 0.
static size_t heard(double begin) {
  assert_int_equal(look(), PLAYER_PLAYING);
  return (size_t)lround((position - begin) * fake.rate);
}

static void only_the_requested_part_is_played(void** state) {
  (void)state;
  enum { FROM = RATE, N = 9 * RATE / 2 }; // more than the ring's capacity
  play(1.0, 5.5);
  assert_near(fake.rate, RATE, 0);
  assert_int_equal(fake.parameters.channelCount, 2);
  assert_int_equal(fake.parameters.sampleFormat, paFloat32);
  assert_near(fake.parameters.suggestedLatency, 0.125, 0);
  assert_near(position, 1.0, 0);
  size_t n = 0;
  for (int i = 0; i < 60000 && n < N; ++i) {
    pull(out + 2 * n, n + 500 < N ? 500 : N - n);
    const size_t now = heard(1.0);
    if (now == n) nap(); // the reader is behind
    n = now;
    for (int k = 0; n >= N - 500 && n < N && k < 150; ++k)
      nap(); // the reader has time to stop too early
  }
  assert_int_equal(n, N);
  for (size_t i = 0; i < N; ++i) {
    const double gain = i < FADE ? (double)(i + 1) / FADE : 1.0;
    const double tolerance = i < FADE ? 1e-4 : 0.0;
    assert_near(out[2 * i], gain * (double)sound[2 * (FROM + i)], tolerance);
    assert_near(out[2 * i + 1], gain * (double)sound[2 * (FROM + i) + 1], tolerance);
  }
  assert_int_equal(atomic_load(&fake.n_stopped), 0);
  PlayerState after = look();
  for (int i = 0; i < 60000 && after == PLAYER_PLAYING; ++i) {
    out[0] = out[1] = 1.0f;
    pull(out, 1);
    assert_true(out[0] == 0.0f && out[1] == 0.0f);
    nap();
    after = look();
  }
  assert_int_equal(after, PLAYER_STOPPED);
  assert_int_equal(atomic_load(&fake.n_stopped), 1); // the device's buffer was played
  assert_int_equal(atomic_load(&fake.n_closed), 1);
  assert_int_equal(atomic_load(&fake.n_terminated), 0);
}

static void the_position_is_what_is_heard_and_not_what_was_queued(void** state) {
  (void)state;
  fake.latency = 0.25;
  play(2.0, 6.0);
  pull(out, RATE / 8);
  assert_int_equal(look(), PLAYER_PLAYING);
  assert_near(position, 2.0, 0);
  pull(out, 3 * RATE / 8);
  assert_int_equal(look(), PLAYER_PLAYING);
  assert_near(position, 2.25, 1e-9);
}

static void a_device_with_another_rate_plays_at_its_own_rate(void** state) {
  (void)state;
  fake.takes_any_rate = false;
  play(1.0, 6.0);
  assert_near(fake.rate, 16000, 0);
  pull(out, RATE); // half a second of the device
  assert_int_equal(look(), PLAYER_PLAYING);
  assert_near(position, 1.5, 1e-9);
  assert_near(out[RATE], sound[2 * RATE + RATE / 2], 1e-3);
}

static void the_volume_is_squared_and_changes_within_ten_milliseconds(void** state) {
  (void)state;
  player_set_volume(player, 0.5);
  play(0.0, 6.0);
  pull(out, 2 * FADE);
  for (size_t i = FADE; i < 2 * FADE; ++i)
    assert_near(out[2 * i], 0.25 * (double)sound[2 * i], 1e-7);
  player_set_volume(player, 1.0);
  pull(out, 2 * FADE);
  const float* next = sound + (size_t)4 * FADE;
  assert_near(out[1], (0.25 + 1.0 / FADE) * (double)next[1], 1e-6);
  assert_near(out[2 * FADE], next[2 * FADE], 1e-7);
  player_set_volume(player, 0.0);
  pull(out, 2 * FADE);
  assert_near(out[0], (1.0 - 1.0 / FADE) * (double)sound[8 * FADE], 1e-6);
  assert_near(out[2 * FADE], 0.0, 0);
}

static void stopping_closes_the_device_and_the_next_play_has_its_own_start(void** state) {
  (void)state;
  play(1.0, 6.0);
  pull(out, RATE);
  player_stop(player);
  assert_int_equal(look(), PLAYER_STOPPED);
  wait_until(&fake.n_closed, 1);
  assert_int_equal(atomic_load(&fake.n_aborted), 1); // at once
  player_play(player, "ramp.wav", 3.0, 6.0);
  const PlayerState after = look();
  assert_true(after == PLAYER_STARTING || after == PLAYER_PLAYING);
  assert_near(position, 3.0, 0);
  wait_for(PLAYER_PLAYING);
  assert_near(position, 3.0, 0);
  pull(out, 2 * FADE);
  assert_near(out[2 * FADE], sound[2 * (3 * RATE + FADE)], 0);
  play(4.0, 6.0); // in place of it
  assert_near(position, 4.0, 0);
  assert_int_equal(atomic_load(&fake.n_closed), 2);
  pull(out, 2 * FADE);
  assert_near(out[0], (double)sound[2 * (4 * RATE)] / FADE, 1e-6); // it is faded in
  assert_near(out[2 * FADE], sound[2 * (4 * RATE + FADE)], 0);
  player_free(player);
  player = NULL;
  assert_int_equal(atomic_load(&fake.n_closed), 3);
  assert_int_equal(atomic_load(&fake.n_initialized), 1); // searched for once
  assert_int_equal(atomic_load(&fake.n_terminated), 1);
}

static void expect_failure(const char* text) {
  wait_for(PLAYER_FAILED);
  assert_string_equal(said, text);
  assert_int_equal(look(), PLAYER_STOPPED); // reported once
}

static void failures_are_reported_once_and_the_next_play_searches_a_device_again(void** state) {
  (void)state;
  static const char none[] = "No sound: there is no sound device.  Everything else works.",
                    busy[] = "No sound: it is busy.  Everything else works.";
  player_play(player, "none.wav", 0.0, 1.0);
  expect_failure("The file cannot be played: No such file or directory");
  assert_int_equal(atomic_load(&fake.n_initialized), 0);
  fake.has_card = false;
  player_play(player, "ramp.wav", 0.0, 1.0);
  expect_failure(none);
  assert_int_equal(atomic_load(&fake.n_initialized), 0);
  fake.has_card = true;
  fake.initialize = paDeviceUnavailable;
  player_play(player, "ramp.wav", 0.0, 1.0);
  expect_failure(busy);
  fake.initialize = paNoError;
  fake.output = paNoDevice;
  player_play(player, "ramp.wav", 0.0, 1.0);
  expect_failure(none);
  wait_until(&fake.n_terminated, 1);
  fake.output = 0;
  fake.open = paDeviceUnavailable;
  player_play(player, "ramp.wav", 0.0, 1.0);
  expect_failure(busy);
  wait_until(&fake.n_terminated, 2);
  assert_int_equal(atomic_load(&fake.n_closed), 0);
  fake.open = paNoError;
  fake.start = paDeviceUnavailable;
  player_play(player, "ramp.wav", 0.0, 1.0);
  expect_failure(busy);
  wait_until(&fake.n_terminated, 3);
  assert_int_equal(atomic_load(&fake.n_closed), 1);
  fake.start = paNoError;
  play(0.0, 1.0);
  assert_int_equal(atomic_load(&fake.n_initialized), 4);
}

static void a_device_that_disappears_is_reported_and_released(void** state) {
  (void)state;
  play(0.0, 6.0);
  atomic_store(&fake.active, 0);
  expect_failure("The sound has stopped: its device or server is gone.");
  wait_until(&fake.n_terminated, 1);
  assert_int_equal(atomic_load(&fake.n_closed), 1);
}

static void a_device_that_plays_nothing_for_eight_seconds_counts_as_failed(void** state) {
  (void)state;
  play(0.0, 6.0);
  assert_int_equal(look(), PLAYER_PLAYING);
  atomic_fetch_add(&clock_now, 6);
  pull(out, 1); // it moves
  assert_int_equal(look(), PLAYER_PLAYING);
  atomic_fetch_add(&clock_now, 6);
  assert_int_equal(look(), PLAYER_PLAYING);
  atomic_fetch_add(&clock_now, 3);
  expect_failure("No sound: the sound server does not answer.  Everything else works.");
  wait_until(&fake.n_closed, 1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(only_the_requested_part_is_played),
      TEST(the_position_is_what_is_heard_and_not_what_was_queued),
      TEST(a_device_with_another_rate_plays_at_its_own_rate),
      TEST(the_volume_is_squared_and_changes_within_ten_milliseconds),
      TEST(stopping_closes_the_device_and_the_next_play_has_its_own_start),
      TEST(failures_are_reported_once_and_the_next_play_searches_a_device_again),
      TEST(a_device_that_disappears_is_reported_and_released),
      TEST(a_device_that_plays_nothing_for_eight_seconds_counts_as_failed),
  };
  return cmocka_run_group_tests(tests, make_sound, remove_sound);
}
