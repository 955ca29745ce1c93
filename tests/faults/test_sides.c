// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Left and right: each channel is analysed, whichever thread does it; shared and crossed buffers
/// change nothing; the window's level is that of both.
#include "tests/dsp/harness.h"

#include "plugin/protocol.h"
#include "tests/faults/bare.h"

#include <lv2/atom/util.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE 16000
#define BLOCK 700 ///< more than run() handles at a time, and not a multiple of it
#define SECONDS 11

/// Music on the channels of the mask \p sides: 1 left, 2 right, 3 both, with a different piece on
/// each.
static void play(Bare* bare, uint64_t at, unsigned sides) {
  bare_music(bare, RATE, at, BLOCK);
  for (unsigned i = 0; i < BLOCK; ++i) {
    const float x = bare->audio[0][i];
    const float other = 0.1f * (float)sin(6.283185307179586 * 523.25 * (double)(at + i) / RATE);
    bare->audio[0][i] = sides & 1 ? x : 0.0f;
    bare->audio[1][i] = sides == 3 ? other : sides & 2 ? x : 0.0f;
  }
}

static void expect_alike(const Bare* a, const Bare* b) {
  for (unsigned i = 0; i < READING_COUNT; ++i) {
    const Port port = (Port)(PORT_FIRST_READING + i);
    const float span = reading_info(i)->high - reading_info(i)->low;
    const float off = fabsf(bare_get(a, port) - bare_get(b, port));
    if (off > 0.02f * span) fail_msg("%s differs by %g", reading_info(i)->name, (double)off);
  }
}

/// A worker that works, one that never works, none.
enum { SERVED, STARVED, ABSENT, WORKERS };

static void each_channel_is_analysed_on_any_thread(void** state) {
  (void)state;
  for (unsigned worker = 0; worker < WORKERS; ++worker) {
    Bare* bare[2];
    for (unsigned i = 0; i < 2; ++i)
      bare[i] =
          bare_new(PLUGIN_STEREO, RATE, worker == ABSENT ? BARE_ALL & ~BARE_WORKER : BARE_ALL);
    for (uint64_t at = 0; at < SECONDS * RATE; at += BLOCK)
      for (unsigned i = 0; i < 2; ++i) {
        play(bare[i], at, i + 1);
        bare_run(bare[i], BLOCK, worker == SERVED);
      }
    assert_float_equal(bare_get(bare[1], PORT_STATE), 2.0, 0.0);
    assert_true(bare_get(bare[1], PORT_LOUDNESS_SHORT) > -60.0f);
    expect_alike(bare[0], bare[1]);
    for (unsigned i = 0; i < 2; ++i)
      bare_free(bare[i]);
  }
}

/// Output buffers: 0 separate, 1 in place, 2 crossed, 3 left output in the right input, 4 the
/// reverse.
static void connect(Bare* bare, unsigned how) {
  static const int left[] = {2, 0, 1, 1, 2}, right[] = {3, 1, 0, 3, 0};
  const PluginKind kind = bare->kind;
  bare->descriptor->connect_port(bare->handle, (uint32_t)ports_index(kind, PORT_OUT_L),
                                 bare->audio[left[how]]);
  bare->descriptor->connect_port(bare->handle, (uint32_t)ports_index(kind, PORT_OUT_R),
                                 bare->audio[right[how]]);
}

static void shared_buffers_change_nothing(void** state) {
  (void)state;
  enum { WAYS = 5 };
  static const int left[] = {2, 0, 1, 1, 2}, right[] = {3, 1, 0, 3, 0};
  Bare* bare[WAYS];
  float in[2][BLOCK];
  for (unsigned i = 0; i < WAYS; ++i) {
    bare[i] = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
    connect(bare[i], i);
  }
  for (uint64_t at = 0; at < SECONDS * RATE; at += BLOCK)
    for (unsigned i = 0; i < WAYS; ++i) {
      play(bare[i], at, 3);
      for (unsigned c = 0; c < 2; ++c)
        memcpy(in[c], bare[i]->audio[c], sizeof in[c]);
      bare_run(bare[i], BLOCK, true);
      assert_memory_equal(bare[i]->audio[left[i]], in[0], sizeof in[0]);
      assert_memory_equal(bare[i]->audio[right[i]], in[1], sizeof in[1]);
      assert_memory_equal(bare[0]->controls, bare[i]->controls, sizeof bare[0]->controls);
    }
  assert_float_equal(bare_get(bare[0], PORT_STATE), 2.0, 0.0);
  for (unsigned i = 0; i < WAYS; ++i)
    bare_free(bare[i]);
}

static void an_unconnected_output_does_not_change_the_other(void** state) {
  (void)state;
  for (unsigned left_out = 0; left_out < 2; ++left_out) {
    Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
    bare->descriptor->connect_port(
        bare->handle, (uint32_t)ports_index(PLUGIN_STEREO, left_out ? PORT_OUT_R : PORT_OUT_L),
        NULL);
    play(bare, 0, 3);
    bare_run(bare, BLOCK, true);
    const unsigned kept = 1 - left_out;
    assert_memory_equal(bare->audio[kept + 2], bare->audio[kept], BLOCK * sizeof(float));
    bare_free(bare);
  }
}

/// Send the message that a window is there, or any other that has no properties.
static void send(Bare* bare, LV2_URID what) {
  LV2_Atom_Sequence* in = (void*)bare->control;
  const struct {
    LV2_Atom_Event event;
    LV2_Atom_Object_Body body;
  } message = {{.body = {sizeof message.body, bare->uris.atom_object}}, {0, what}};
  *in = (LV2_Atom_Sequence){{sizeof in->body + sizeof message, bare->uris.atom_sequence}, {0, 0}};
  memcpy(in + 1, &message, sizeof message);
}

/// The last level that was sent to the window.  \return whether there was one
static bool read_level(const Bare* bare, float values[PROTOCOL_LEVEL_FLOATS]) {
  bool found = false;
  const LV2_Atom_Sequence* out = (const void*)bare->notify;
  LV2_ATOM_SEQUENCE_FOREACH(out, event) {
    const LV2_Atom_Object* object = (const LV2_Atom_Object*)&event->body;
    const LV2_Atom* vector = NULL;
    if (object->body.otype != bare->uris.ui_level) continue;
    lv2_atom_object_get(object, bare->uris.ui_values, &vector, 0);
    assert_non_null(vector);
    memcpy(values, (const char*)(vector + 1) + sizeof(LV2_Atom_Vector_Body),
           PROTOCOL_LEVEL_FLOATS * sizeof(float));
    found = true;
  }
  return found;
}

static void the_level_is_that_of_both_sides(void** state) {
  (void)state;
  for (unsigned side = 0; side < 2; ++side)
    for (unsigned storm = 0; storm < 2; ++storm) {
      Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
      float level[PROTOCOL_LEVEL_FLOATS];
      send(bare, bare->uris.ui_open);
      bare_run_as_is(bare, BLOCK);
      for (unsigned turn = 0; turn < 3; ++turn) {
        // A square wave of 0.5 on one channel; in the last round there is none.
        for (unsigned i = 0; i < BLOCK; ++i) {
          bare->audio[side][i] = turn == 2 ? 0.0f : i % 2 ? 0.5f : -0.5f;
          bare->audio[1 - side][i] = storm && i == 7 ? NAN : 0.0f;
        }
        bare_run(bare, BLOCK, true);
        assert_true(read_level(bare, level));
        if (turn == 0) continue; // the block in which the window opened was silent
        assert_float_equal(level[PROTOCOL_LEVEL_PEAK], turn == 2 ? -200.0f : -6.0206f, 0.01f);
        if (turn == 1) assert_float_equal(level[PROTOCOL_LEVEL_RMS], -9.0309f, 0.02f);
      }
      bare_free(bare);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_channel_is_analysed_on_any_thread),
      cmocka_unit_test(shared_buffers_change_nothing),
      cmocka_unit_test(an_unconnected_output_does_not_change_the_other),
      cmocka_unit_test(the_level_is_that_of_both_sides),
  };
  return cmocka_run_group_tests_name("sides", tests, NULL, NULL);
}
