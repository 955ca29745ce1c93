// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Hosts that provide too little (no worker, no log, no buffers, no frames, odd rates, tiny
/// buffers), and invalid samples.
#include "tests/dsp/harness.h"

#include "tests/faults/bare.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000
#define BLOCK 512

static const float odd_values[] = {NAN,   -NAN, INFINITY, -INFINITY, FLT_MAX, -FLT_MAX,
                                   1e30f, 0.0f, -0.0f,    1e-42f,    -1e-42f, FLT_MIN};
#define N_ODD (sizeof odd_values / sizeof *odd_values)

static void expect_sane_outputs(const Bare* bare) {
  for (unsigned i = 0; i < ports_plugin(bare->kind)->n_ports; ++i) {
    const PortInfo* info = ports_at(bare->kind, i);
    if (info->kind != PORT_KIND_CONTROL || !info->output) continue;
    const float value = bare->controls[info->port];
    if (!(value >= info->low && value <= info->high) && info->port != PORT_LATE)
      fail_msg("%s is %g", info->symbol, (double)value);
  }
}

static void a_map_is_all_that_is_needed(void** state) {
  (void)state;
  for (PluginKind kind = 0; kind < PLUGIN_COUNT; ++kind) {
    Bare* bare = bare_new(kind, RATE, BARE_PORTS);
    assert_non_null(bare);
    for (uint64_t at = 0; at < 10 * RATE; at += BLOCK) {
      bare_music(bare, RATE, at, BLOCK);
      bare_run(bare, BLOCK, false);
    }
    expect_sane_outputs(bare);
    assert_float_equal(bare_get(bare, PORT_STATE), 2.0, 0.0); // live: run() did it all
    bare_free(bare);
  }
  // Without even that, the plugin refuses and does not crash.
  const LV2_Descriptor* d = lv2_descriptor(0);
  const LV2_Feature* const none[] = {NULL};
  assert_null(d->instantiate(d, RATE, "/", none));
}

static void rates_out_of_range_are_refused_and_the_edges_work(void** state) {
  (void)state;
  const double bad[] = {0.0, -48000.0, 1000.0,      7999.0,          192001.0,
                        1e6, 1e300,    (double)NAN, (double)INFINITY};
  const double good[] = {8000.0, 11025.0, 44100.0, 47999.5, 192000.0};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i)
    assert_null(bare_new(PLUGIN_STEREO, bad[i], BARE_ALL));
  for (size_t i = 0; i < sizeof good / sizeof *good; ++i) {
    Bare* bare = bare_new(PLUGIN_STEREO, good[i], BARE_ALL);
    assert_non_null(bare);
    for (uint64_t at = 0; (double)at < 2.0 * good[i]; at += BLOCK) {
      bare_music(bare, good[i], at, BLOCK);
      bare_run(bare, BLOCK, true);
    }
    expect_sane_outputs(bare);
    bare_free(bare);
  }
}

static char logged[256];

static int keep_log(LV2_Log_Handle handle, LV2_URID type, const char* format, va_list list) {
  (void)handle, (void)type;
  return vsnprintf(logged, sizeof logged, format, list);
}

static void a_refused_rate_is_logged_with_those_that_work(void** state) {
  (void)state;
  LV2_Log_Log log = {NULL, NULL, keep_log};
  const LV2_Feature feature = {LV2_LOG__log, &log};
  const LV2_Feature* const features[] = {&bare_map_feature, &feature, NULL};
  const LV2_Descriptor* d = lv2_descriptor(0);
  assert_null(d->instantiate(d, 384000.0, "/", features));
  assert_non_null(strstr(logged, "from 8000 to 192000 Hz are supported, not 384000"));
}

static void unconnected_ports_are_survived(void** state) {
  (void)state;
  for (PluginKind kind = 0; kind < PLUGIN_COUNT; ++kind) {
    Bare* bare = bare_new(kind, RATE, BARE_ALL & ~BARE_PORTS);
    assert_non_null(bare);
    for (unsigned i = 0; i < 400; ++i)
      bare_run(bare, BLOCK, true);
    bare_free(bare);
    // Each port is left out once, with all others connected.
    for (unsigned left_out = 0; left_out < ports_plugin(kind)->n_ports; ++left_out) {
      bare = bare_new(kind, RATE, BARE_ALL);
      bare->descriptor->connect_port(bare->handle, left_out, NULL);
      bare_music(bare, RATE, 0, BLOCK);
      for (unsigned i = 0; i < 3; ++i)
        bare_run(bare, BLOCK, true);
      bare_free(bare);
    }
    bare = bare_new(kind, RATE, BARE_ALL);
    bare->descriptor->connect_port(bare->handle, 10000, bare->controls); // there is no such port
    bare_run(bare, BLOCK, true);
    bare_free(bare);
  }
}

static void ports_may_come_and_go_between_blocks(void** state) {
  (void)state;
  for (PluginKind kind = 0; kind < PLUGIN_COUNT; ++kind) {
    Bare* whole = bare_new(kind, RATE, BARE_ALL);
    Bare* patched = bare_new(kind, RATE, BARE_ALL);
    const unsigned n_ports = ports_plugin(kind)->n_ports;
    bool is_connected[PORT_COUNT];
    unsigned seed = 1;
    for (uint64_t at = 0; at < 12 * RATE; at += BLOCK) {
      for (unsigned i = 0; i < n_ports; ++i) {
        const PortInfo* info = ports_at(kind, i);
        const bool is_sound = info->kind == PORT_KIND_AUDIO && !info->output;
        is_connected[i] = is_sound || (seed = seed * 1664525U + 1013904223U) >> 31 != 0;
        bare_connect(patched, i, is_connected[i]);
      }
      bare_music(whole, RATE, at, BLOCK);
      bare_music(patched, RATE, at, BLOCK);
      bare_run(whole, BLOCK, true);
      bare_run(patched, BLOCK, true);
      for (unsigned i = 0; i < n_ports; ++i) {
        const PortInfo* info = ports_at(kind, i);
        if (!is_connected[i] || !info->output) continue;
        if (info->kind == PORT_KIND_CONTROL)
          assert_float_equal(bare_get(patched, info->port), bare_get(whole, info->port), 0.0);
        else if (info->kind == PORT_KIND_AUDIO)
          assert_memory_equal(bare_buffer(patched, i), bare_buffer(whole, i),
                              BLOCK * sizeof(float));
      }
    }
    assert_float_equal(bare_get(whole, PORT_STATE), 2.0, 0.0); // live
    bare_free(whole);
    bare_free(patched);
  }
}

static void empty_blocks_change_nothing(void** state) {
  (void)state;
  Bare* bare[2];
  for (unsigned i = 0; i < 2; ++i)
    bare[i] = bare_new(PLUGIN_CV, RATE, BARE_ALL);
  for (uint64_t at = 0; at < 3 * RATE; at += BLOCK) {
    for (unsigned i = 0; i < 2; ++i) {
      bare_music(bare[i], RATE, at, BLOCK);
      bare_run(bare[i], BLOCK, true);
    }
    for (unsigned i = 0; i < 3; ++i)
      bare_run(bare[1], 0, true);
    assert_memory_equal(bare[0]->cv[0], bare[1]->cv[0], BLOCK * sizeof(float));
    assert_memory_equal(bare[0]->controls, bare[1]->controls, sizeof bare[0]->controls);
  }
  for (unsigned i = 0; i < 2; ++i)
    bare_free(bare[i]);
}

static void control_inputs_may_have_any_value(void** state) {
  (void)state;
  for (PluginKind kind = 0; kind < PLUGIN_COUNT; ++kind) {
    Bare* bare = bare_new(kind, RATE, BARE_ALL);
    unsigned turn = 0;
    for (uint64_t at = 0; at < 4 * RATE; at += BLOCK, turn++) {
      for (unsigned i = 0; i < ports_plugin(kind)->n_ports; ++i) {
        const PortInfo* info = ports_at(kind, i);
        if (info->kind == PORT_KIND_CONTROL && !info->output)
          bare->controls[info->port] = odd_values[(turn + i) % N_ODD];
      }
      bare_music(bare, RATE, at, BLOCK);
      bare_run(bare, BLOCK, true);
      expect_sane_outputs(bare);
      for (unsigned c = 0; kind == PLUGIN_CV && c < CV_OUTPUTS; ++c)
        for (unsigned i = 0; i < BLOCK; ++i)
          assert_true(fabsf(bare->cv[c][i]) <= 10.0f);
    }
    bare_free(bare);
  }
}

static void samples_that_are_not_finite_pass_and_have_no_effect(void** state) {
  (void)state;
  Bare* storm = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Bare* silence = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  // NaN and infinities count as silence: later readings are the same as after silence.
  for (uint64_t at = 0; at < 12 * RATE; at += BLOCK) {
    bare_music(storm, RATE, at, BLOCK);
    bare_music(silence, RATE, at, BLOCK);
    for (unsigned i = 0; at < 3 * RATE && i < BLOCK; ++i) {
      for (unsigned c = 0; c < 2; ++c) {
        storm->audio[c][i] = odd_values[(i + c) % 4];
        silence->audio[c][i] = 0.0f;
      }
    }
    bare_run(storm, BLOCK, true);
    bare_run(silence, BLOCK, true);
    for (unsigned c = 0; c < 2; ++c)
      assert_memory_equal(storm->audio[c], storm->audio[c + 2], BLOCK * sizeof(float));
    expect_sane_outputs(storm);
    assert_memory_equal(storm->controls, silence->controls, sizeof storm->controls);
  }
  // Huge numbers too: each sample is finite, but their sum is not.
  for (uint64_t at = 0; at < 3 * RATE; at += BLOCK) {
    for (unsigned i = 0; i < BLOCK; ++i)
      storm->audio[0][i] = storm->audio[1][i] = odd_values[4 + i % (N_ODD - 4)];
    bare_run(storm, BLOCK, true);
    assert_true(isfinite(bare_get(storm, PORT_LOUDNESS_SHORT)));
    expect_sane_outputs(storm);
  }
  bare_free(storm);
  bare_free(silence);
}

static void a_worker_without_processor_time_is_replaced_by_run(void** state) {
  (void)state;
  enum { SERVED, STARVED, FULL, ABSENT, N };
  Bare* bare[N];
  for (unsigned i = 0; i < N; ++i)
    bare[i] = bare_new(PLUGIN_STEREO, RATE, i == ABSENT ? BARE_ALL & ~BARE_WORKER : BARE_ALL);
  bare[FULL]->worker_is_full = true;
  for (uint64_t at = 0; at < 14 * RATE; at += BLOCK) {
    // No worker for 10 s, then it comes back.
    const bool back = at >= 10 * RATE;
    bare[FULL]->worker_is_full = !back;
    for (unsigned i = 0; i < N; ++i) {
      bare_music(bare[i], RATE, at, BLOCK);
      bare_run(bare[i], BLOCK, i != STARVED || back);
    }
    for (unsigned i = 1; i < N; ++i)
      assert_memory_equal(bare[SERVED]->controls, bare[i]->controls, sizeof bare[i]->controls);
  }
  assert_float_equal(bare_get(bare[STARVED], PORT_LATE), 0.0, 0.0);
  assert_float_equal(bare_get(bare[STARVED], PORT_STATE), 2.0, 0.0);
  for (unsigned i = 0; i < N; ++i)
    bare_free(bare[i]);
}

static void output_buffers_of_every_size_are_kept_within(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_MIDI, RATE, BARE_ALL);
  uint64_t at = 0;
  for (uint32_t size = 0; size <= 4096; size += size < 700 ? 1 : 97, at += BLOCK) {
    bare_music(bare, RATE, at, BLOCK);
    // A window opens again each time, so that history, status, properties and levels are all sent.
    LV2_Atom_Sequence* in = (void*)bare->control;
    struct {
      LV2_Atom_Event event;
      LV2_Atom_Object_Body body;
    } open[2] = {
        {{.body = {sizeof(LV2_Atom_Object_Body), bare->uris.atom_object}}, {0, bare->uris.ui_open}},
        {{.body = {sizeof(LV2_Atom_Object_Body), bare->uris.atom_object}},
         {0, bare->uris.patch_get}}};
    memset(in, 0, sizeof *in);
    in->atom.type = bare->uris.atom_sequence;
    in->atom.size = (uint32_t)(sizeof in->body + sizeof open);
    memcpy(in + 1, open, sizeof open);
    bare->notify_size = size;
    memset(bare->notify + size, 0xa5, BARE_ATOM_BYTES - size);
    memset(bare->midi + size, 0xa5, BARE_ATOM_BYTES - size);
    bare_run_as_is(bare, BLOCK);
    bare_serve(bare);
    // The first 8 bytes are the host's own header and are always there.
    for (uint32_t i = size < 8 ? 8 : size; i < BARE_ATOM_BYTES; ++i)
      if (bare->notify[i] != 0xa5 || bare->midi[i] != 0xa5)
        fail_msg("byte %u written of a buffer of %u", i, size);
  }
  bare_free(bare);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_map_is_all_that_is_needed),
      cmocka_unit_test(rates_out_of_range_are_refused_and_the_edges_work),
      cmocka_unit_test(a_refused_rate_is_logged_with_those_that_work),
      cmocka_unit_test(unconnected_ports_are_survived),
      cmocka_unit_test(ports_may_come_and_go_between_blocks),
      cmocka_unit_test(empty_blocks_change_nothing),
      cmocka_unit_test(control_inputs_may_have_any_value),
      cmocka_unit_test(samples_that_are_not_finite_pass_and_have_no_effect),
      cmocka_unit_test(a_worker_without_processor_time_is_replaced_by_run),
      cmocka_unit_test(output_buffers_of_every_size_are_kept_within),
  };
  return cmocka_run_group_tests_name("odd hosts", tests, NULL, NULL);
}
