// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Everything at once: run() with messages from a window, the worker, sessions saved and restored,
/// model changes, each on its own thread. With ThreadSanitizer (preset tsan) a race is a failure.
#include "tests/dsp/harness.h"

#include "tests/faults/bare.h"

#include <lv2/atom/forge.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#define GOLDEN CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/"
#define RATE 48000
#define BLOCK 480
#define BLOCKS 800        ///< 8 s
#define MOST_STEPS 400000 ///< if the other threads hardly run

static Bare* bare;
static atomic_bool stop;
static atomic_uint works, restores;

static const char* const models[] = {GOLDEN "none-lstm.safetensors",
                                     GOLDEN "vae-attentive.safetensors", "/nowhere"};

/// Whether the other threads have run this often.
static bool have_come(unsigned worker, unsigned session) {
  return works > worker && restores > session;
}

static void rest(long microseconds) {
  nanosleep(&(struct timespec){.tv_nsec = microseconds * 1000}, NULL);
}

static void* be_the_worker(void* unused) {
  const uint32_t token = 0;
  while (!stop) {
    bare->worker->work(bare->handle, NULL, NULL, sizeof token, &token);
    ++works;
    rest(200);
  }
  return unused;
}

static const void* retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type,
                            uint32_t* flags) {
  const unsigned turn = *(const unsigned*)handle;
  const char* text = key == bare->uris.property[PROP_MODEL] ? models[turn % 3]
                     : key == bare->uris.property[PROP_OSC]
                         ? (turn % 2 ? "osc.udp://127.0.0.1:9" : "")
                         : NULL;
  *flags = LV2_STATE_IS_POD;
  *type = bare->uris.atom_string;
  *size = text ? strlen(text) + 1 : 0;
  return text;
}

static LV2_State_Status store(LV2_State_Handle handle, uint32_t key, const void* value, size_t size,
                              uint32_t type, uint32_t flags) {
  (void)handle, (void)key, (void)type, (void)flags;
  return ((const char*)value)[size - 1] ? LV2_STATE_ERR_UNKNOWN : LV2_STATE_SUCCESS;
}

static void* be_the_session(void* unused) {
  for (unsigned turn = 0; !stop; ++turn) {
    bare->state->restore(bare->handle, retrieve, &turn, 0, NULL);
    bare->state->save(bare->handle, store, NULL, 0, NULL);
    ++restores;
    rest(3000);
  }
  return unused;
}

/// Messages in the control port of a block: a window opens, closes, asks, wants explanations; a
/// model is set.
static void send_messages(unsigned block) {
  LV2_Atom_Sequence* in = (void*)bare->control;
  memset(in, 0, sizeof *in);
  in->atom.type = bare->uris.atom_sequence;
  in->atom.size = sizeof in->body;
  const LV2_URID types[] = {bare->uris.ui_open, bare->uris.patch_get, bare->uris.ui_reset,
                            bare->uris.ui_close};
  LV2_Atom_Forge forge;
  LV2_Atom_Forge_Frame sequence, object;
  bare_begin_events(bare, &forge, &sequence);
  if (block % 7 == 0) {
    lv2_atom_forge_frame_time(&forge, 0);
    lv2_atom_forge_object(&forge, &object, 0, types[block / 7 % 4]);
    lv2_atom_forge_pop(&forge, &object);
  }
  if (block % 50 == 0) {
    const char* path = models[block / 50 % 3];
    lv2_atom_forge_frame_time(&forge, 0);
    lv2_atom_forge_object(&forge, &object, 0, bare->uris.patch_set);
    lv2_atom_forge_key(&forge, bare->uris.patch_property);
    lv2_atom_forge_urid(&forge, bare->uris.property[PROP_MODEL]);
    lv2_atom_forge_key(&forge, bare->uris.patch_value);
    lv2_atom_forge_path(&forge, path, (uint32_t)strlen(path));
    lv2_atom_forge_pop(&forge, &object);
  }
  lv2_atom_forge_pop(&forge, &sequence);
}

static void threads_do_not_disturb_each_other(void** state) {
  (void)state;
  pthread_t worker, session;
  bare = bare_new(PLUGIN_MIDI, RATE, BARE_ALL);
  assert_non_null(bare);
  assert_int_equal(pthread_create(&worker, NULL, be_the_worker, NULL), 0);
  assert_int_equal(pthread_create(&session, NULL, be_the_session, NULL), 0);
  bool passed = true, finite = true;
  for (unsigned block = 0; block < BLOCKS || (block < MOST_STEPS && !have_come(100, 10)); ++block) {
    bare_music(bare, RATE, (uint64_t)block * BLOCK, BLOCK);
    send_messages(block);
    bare_run_as_is(bare, BLOCK);
    passed &= memcmp(bare->audio[0], bare->audio[2], BLOCK * sizeof(float)) == 0;
    finite &= isfinite(bare_get(bare, PORT_VALENCE)) && isfinite(bare_get(bare, PORT_AROUSAL));
    rest(300);
  }
  stop = true;
  pthread_join(worker, NULL);
  pthread_join(session, NULL);
  bare_free(bare);
  print_message("%u works, %u restores\n", works, restores);
  assert_true(passed && finite);
  assert_true(have_come(100, 10));
}

// ---- any order

#define STEPS 3000

static uint32_t next_random(uint32_t* random) {
  *random = *random * 1664525u + 1013904223u;
  return *random >> 8;
}

/// What a session may say, good and bad; NULL: nothing.
static const void* retrieve_any(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type,
                                uint32_t* flags) {
  static const char* const texts[] = {NULL,
                                      "",
                                      GOLDEN "linear.safetensors",
                                      GOLDEN "vae-attentive.safetensors",
                                      "/nowhere",
                                      "osc.udp://127.0.0.1:9",
                                      "http://127.0.0.1:0",
                                      "\x1b[31m",
                                      "1"};
  (void)key;
  uint32_t* random = handle;
  const char* text = texts[next_random(random) % (sizeof texts / sizeof texts[0])];
  *flags = LV2_STATE_IS_POD;
  *type = next_random(random) % 8 ? bare->uris.atom_string : bare->uris.atom_bool;
  *size = text ? strlen(text) + next_random(random) % 2 : 0;
  return text;
}

static void* be_any_session(void* unused) {
  uint32_t random = 7;
  while (!stop) {
    if (next_random(&random) % 2)
      bare->state->restore(bare->handle, retrieve_any, &random, 0, NULL);
    else
      bare->state->save(bare->handle, store, NULL, 0, NULL);
    ++restores;
    rest(500);
  }
  return unused;
}

/// Output buffers: separate, in place, crossed, or none.
static void connect_any(uint32_t* random) {
  static const int left[] = {2, 0, 1}, right[] = {3, 1, 0};
  const unsigned how = next_random(random) % 4;
  bare->descriptor->connect_port(bare->handle, (uint32_t)ports_index(bare->kind, PORT_OUT_L),
                                 how < 3 ? bare->audio[left[how]] : NULL);
  bare->descriptor->connect_port(bare->handle, (uint32_t)ports_index(bare->kind, PORT_OUT_R),
                                 how < 3 ? bare->audio[right[how]] : NULL);
}

static void turn_any(uint32_t* random) {
  const PortInfo* info =
      ports_at(bare->kind, next_random(random) % ports_plugin(bare->kind)->n_ports);
  if (info->kind != PORT_KIND_CONTROL || info->output) return;
  const float share = (float)(next_random(random) % 5) / 4.0f;
  bare->controls[info->port] =
      next_random(random) % 9 ? info->low + share * (info->high - info->low) : NAN;
}

/// One thing that a host does on the plugin's thread.
static void act(uint32_t* random, uint64_t* at) {
  const uint32_t what = next_random(random) % 16;
  if (what == 0) {
    bare->descriptor->activate(bare->handle);
  } else if (what == 1) {
    connect_any(random);
  } else if (what < 5) {
    turn_any(random);
  } else {
    const uint32_t n = next_random(random) % (3 * BLOCK);
    bare_music(bare, RATE, *at, n);
    send_messages(what == 5 ? next_random(random) % 200 : 1);
    bare_run_as_is(bare, n);
    *at += n;
  }
}

static const void* retrieve_nothing(LV2_State_Handle handle, uint32_t key, size_t* size,
                                    uint32_t* type, uint32_t* flags) {
  (void)handle, (void)key, (void)size, (void)type, (void)flags;
  return NULL;
}

/// After all this, with a new instance's settings, it must read like a new instance.
static void expect_as_new(void) {
  Bare* fresh = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(fresh);
  memcpy(bare->controls, fresh->controls, sizeof bare->controls);
  bare->tokens = 1; // tasks that still wait are done before the session is restored
  bare_serve(bare);
  bare->state->restore(bare->handle, retrieve_nothing, NULL, 0, NULL);
  for (unsigned i = 0; i < 3; ++i) // tasks that the other threads left
    bare_run(bare, BLOCK, true);
  bare->controls[PORT_RESET] = 1.0f;
  bare_run(bare, 0, true);
  bare->controls[PORT_RESET] = 0.0f;
  for (uint64_t at = 0; at < 5 * RATE; at += BLOCK) {
    bare_music(bare, RATE, at, BLOCK);
    bare_music(fresh, RATE, at, BLOCK);
    bare_run(bare, BLOCK, true);
    bare_run(fresh, BLOCK, true);
    bare->controls[PORT_LATE] = fresh->controls[PORT_LATE];
    assert_memory_equal(&bare->controls[PORT_FIRST_READING], &fresh->controls[PORT_FIRST_READING],
                        READING_COUNT * sizeof(float));
  }
  assert_true(bare_get(fresh, PORT_VALENCE) != 0.0f);
  bare_free(fresh);
}

static void a_hosts_calls_come_in_any_order_on_three_threads(void** state) {
  (void)state;
  pthread_t worker, session;
  uint32_t random = 3;
  uint64_t at = 0;
  stop = false;
  works = restores = 0;
  bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  assert_int_equal(pthread_create(&worker, NULL, be_the_worker, NULL), 0);
  assert_int_equal(pthread_create(&session, NULL, be_any_session, NULL), 0);
  bool sane = true;
  unsigned steps = 0;
  for (; steps < STEPS || (steps < MOST_STEPS && !have_come(50, 20)); ++steps) {
    act(&random, &at);
    for (unsigned i = 0; i < READING_COUNT; ++i)
      sane &= isfinite(bare_get(bare, (Port)(PORT_FIRST_READING + i)));
    if (steps % 16 == 0) rest(200);
  }
  stop = true;
  pthread_join(worker, NULL);
  pthread_join(session, NULL);
  expect_as_new();
  bare_free(bare);
  print_message("%u steps, %u works, %u sessions\n", steps, works, restores);
  assert_true(sane && have_come(50, 20));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(threads_do_not_disturb_each_other),
      cmocka_unit_test(a_hosts_calls_come_in_any_order_on_three_threads),
  };
  return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
