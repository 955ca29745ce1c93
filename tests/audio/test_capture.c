// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Which device is used, what happens to its samples, and the error messages without one.
#define _DEFAULT_SOURCE // unsetenv
#include "audio/capture.h"
#include "audio/fake_portaudio.h"
#include "dsp/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MIC, PLAYER_ONLY, PULSE, USB, SYSTEM, ARDOUR };

static double rate;
static char error[512];
static float left[2000], right[2000];

static int setup(void** state) {
  (void)state;
  static const struct {
    const char* name;
    int channels;
  } devices[] = {{"hw: Mic", 1}, {"hw: Line out", 0}, {"pulse", 32},
                 {"USB Mic", 2}, {"system", 2},       {"Ardour", 2}};
  fake_reset();
  for (int i = 0; i < FAKE_DEVICES; ++i)
    fake.devices[i] = (PaDeviceInfo){.name = devices[i].name,
                                     .maxInputChannels = devices[i].channels,
                                     .defaultSampleRate = 8000.0 + 1000.0 * i,
                                     .defaultHighInputLatency = 0.25};
  fake.has_api[FAKE_JACK] = true;
  fake.n_devices[FAKE_ALSA] = 4;
  fake.n_devices[FAKE_JACK] = 2;
  fake.default_input[FAKE_ALSA] = MIC;
  fake.default_input[FAKE_JACK] = paNoDevice;
  unsetenv("PULSE_SOURCE");
  return 0;
}

static Capture* open_it(const char* what) {
  Capture* capture = capture_open(what, &rate, error, sizeof error);
  if (!capture) fail_msg("%s: %s", what, error);
  return capture;
}

static void expect_device(const char* what, int device) {
  fake.parameters.device = -1;
  Capture* capture = open_it(what);
  if (fake.parameters.device != device)
    fail_msg("%s opens %d instead of %d", what, fake.parameters.device, device);
  assert_near(rate, fake.devices[device].defaultSampleRate, 0);
  assert_near(fake.rate, rate, 0);
  assert_int_equal(fake.parameters.channelCount, fake.devices[device].maxInputChannels > 1 ? 2 : 1);
  assert_int_equal(fake.parameters.sampleFormat, paFloat32);
  assert_near(fake.parameters.suggestedLatency, 0.25, 0);
  capture_close(capture);
}

static void the_device_is_the_one_that_was_named_or_the_usual_one(void** state) {
  (void)state;
  expect_device("alsa", MIC);
  expect_device("alsa:", MIC);
  expect_device("alsa:USB", USB);
  expect_device("jack", ARDOUR); // clients that play come before the sound card
  expect_device("jack:system", SYSTEM);
  fake.n_devices[FAKE_JACK] = 1;
  expect_device("jack", SYSTEM);
  assert_null(getenv("PULSE_SOURCE"));
  expect_device("pulse", PULSE);
  assert_string_equal(getenv("PULSE_SOURCE"), "@DEFAULT_MONITOR@");
  expect_device("pulse:mine", PULSE);
  assert_string_equal(getenv("PULSE_SOURCE"), "mine");
  expect_device("pulse", PULSE); // the user's setting is kept
  assert_string_equal(getenv("PULSE_SOURCE"), "mine");
  assert_int_equal(atomic_load(&fake.n_closed), atomic_load(&fake.n_opened));
  assert_int_equal(atomic_load(&fake.n_terminated), atomic_load(&fake.n_initialized));
}

static void expect_refusal(const char* what, const char* reason) {
  assert_null(capture_open(what, &rate, error, sizeof error));
  if (!strstr(error, reason)) fail_msg("%s: %s, not: %s", what, error, reason);
  assert_int_equal(atomic_load(&fake.n_terminated), atomic_load(&fake.n_initialized));
}

static void inputs_that_cannot_be_opened_are_reported(void** state) {
  (void)state;
  expect_refusal("drum", "'drum' is none of jack, pulse and alsa");
  expect_refusal("alsa0123456789012345", "is none of");
  expect_refusal("alsa:Line", "there is no device 'Line' that could be heard");
  expect_refusal("jack:none", "there is no device 'none' that could be heard");
  fake.open = paDeviceUnavailable;
  expect_refusal("alsa", "cannot be opened (it is busy): is there such a source?");
  assert_int_equal(atomic_load(&fake.n_closed), 0);
  fake.open = paNoError;
  fake.start = paDeviceUnavailable;
  expect_refusal("alsa", "cannot be opened (it is busy)");
  assert_int_equal(atomic_load(&fake.n_closed), 1);
  fake.has_api[FAKE_JACK] = false;
  expect_refusal("jack", "JACK cannot be reached: is it running?");
  fake.n_devices[FAKE_ALSA] = 0;
  fake.default_input[FAKE_ALSA] = paNoDevice;
  expect_refusal("alsa", "ALSA has no device that could be heard");
  expect_refusal("pulse", "PulseAudio or PipeWire cannot be reached");
  fake.initialize = paDeviceUnavailable;
  expect_refusal("alsa", "it is busy");
  fake.has_card = false;
  expect_refusal("alsa", "there is no sound device");
}

/// Let the device record frames.
static void hear(const float* samples, size_t frames, PaStreamCallbackFlags flags) {
  assert_int_equal(fake.callback(samples, NULL, frames, NULL, flags, fake.data), paContinue);
}

static void both_channels_are_recorded_unchanged(void** state) {
  (void)state;
  float sound[2 * 1200];
  for (size_t i = 0; i < 2 * 1200; ++i)
    sound[i] = (float)i;
  for (int channels = 1; channels <= 2; ++channels) {
    Capture* capture = open_it(channels == 1 ? "alsa" : "alsa:USB");
    hear(sound, 1200, 0);
    size_t n = 0;
    for (ptrdiff_t got; n < 1200; n += (size_t)got) {
      got = capture_read(capture, left + n, right + n, n == 0 ? 100 : 1000);
      assert_in_range(got, 1, n == 0 ? 100 : 1000);
    }
    for (size_t i = 0; i < 1200; ++i) {
      assert_near(left[i], i * (size_t)channels, 0);
      assert_near(right[i], channels == 1 ? i : 2 * i + 1, 0);
    }
    assert_int_equal(capture_lost(capture), 0);
    capture_close(capture);
  }
}

static void sound_that_is_lost_is_counted(void** state) {
  (void)state;
  Capture* capture = open_it("alsa");
  size_t there = 0, heard = 0;
  while (capture_lost(capture) == 0 && heard < 1000000) {
    hear(left, 700, 0); // in pieces of 512 and 188
    heard += 700;
  }
  assert_in_range(heard, 8000 * 10, 8000 * 20); // at least ten seconds
  hear(NULL, 100, paInputOverflow);             // the system also reports lost sound
  hear(left, 600, paInputUnderflow);
  heard += 600;
  assert_int_equal(capture_gaps(capture), 1);
  for (ptrdiff_t got; (got = capture_read(capture, left, right, 2000)) > 0;)
    there += (size_t)got;
  assert_int_equal(there + capture_lost(capture), heard);
  capture_close(capture);
}

static void silence_is_waited_for_and_the_end_is_reported(void** state) {
  (void)state;
  Capture* capture = open_it("alsa");
  assert_int_equal(capture_read(capture, left, right, 100), 0);
  atomic_store(&fake.active, 0);
  hear(left, 10, 0);
  assert_int_equal(capture_read(capture, left, right, 100), 10); // sound from before
  assert_int_equal(capture_read(capture, left, right, 100), -1);
  capture_close(capture);
  assert_int_equal(atomic_load(&fake.n_aborted), 1);
  assert_int_equal(atomic_load(&fake.n_closed), 1);
  capture_close(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(the_device_is_the_one_that_was_named_or_the_usual_one, setup),
      cmocka_unit_test_setup(inputs_that_cannot_be_opened_are_reported, setup),
      cmocka_unit_test_setup(both_channels_are_recorded_unchanged, setup),
      cmocka_unit_test_setup(sound_that_is_lost_is_counted, setup),
      cmocka_unit_test_setup(silence_is_waited_for_and_the_end_is_reported, setup),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
