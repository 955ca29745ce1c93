// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// run() uses no memory allocation, lock, clock or system call and has no page fault, whatever else
/// happens. Controls: the check detects each of these.
#include "tests/dsp/harness.h"

#include "plugin/meter.h"
#include "plugin/osc_out.h"
#include "tests/faults/bare.h"
#include "tests/faults/contract.h"

#include <lv2/atom/forge.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/"
#define RATE 16000
#define BLOCK 128
#define BLOCKS (24 * RATE / BLOCK)

typedef enum { WORKER_PROMPT, WORKER_SYNCHRONOUS, WORKER_ABSENT, WORKER_STALLED, WORKERS } Worker;

static const char* const worker_names[] = {"prompt", "synchronous", "absent", "stalled"};
static bool sees_system_calls;

/// A host that calls the worker inside schedule_work(): it wants this work to be done in run().
static LV2_Worker_Status work_at_once(LV2_Worker_Schedule_Handle handle, uint32_t size,
                                      const void* data) {
  Bare* bare = handle;
  contract_pause();
  bare->worker->work(bare->handle, NULL, NULL, size, data);
  contract_resume();
  return LV2_WORKER_SUCCESS;
}

static void set_property(LV2_Atom_Forge* forge, const Bare* bare, unsigned property,
                         const char* text) {
  LV2_Atom_Forge_Frame object;
  lv2_atom_forge_frame_time(forge, 0);
  lv2_atom_forge_object(forge, &object, 0, bare->uris.patch_set);
  lv2_atom_forge_key(forge, bare->uris.patch_property);
  lv2_atom_forge_urid(forge, bare->uris.property[property]);
  lv2_atom_forge_key(forge, bare->uris.patch_value);
  if (property == PROP_MODEL)
    lv2_atom_forge_path(forge, text, (uint32_t)strlen(text));
  else
    lv2_atom_forge_string(forge, text, (uint32_t)strlen(text));
  lv2_atom_forge_pop(forge, &object);
}

static void say(LV2_Atom_Forge* forge, LV2_URID what) {
  LV2_Atom_Forge_Frame object;
  lv2_atom_forge_frame_time(forge, 0);
  lv2_atom_forge_object(forge, &object, 0, what);
  lv2_atom_forge_pop(forge, &object);
}

/// What happens in a block: a window opens and closes, models and targets change.
static void send_messages(Bare* bare, unsigned block) {
  static const char* const models[] = {GOLDEN "none-lstm.safetensors",
                                       GOLDEN "vae-attentive.safetensors", "/nowhere", ""};
  static const char* const targets[] = {"osc.udp://127.0.0.1:9", "nonsense", ""};
  LV2_Atom_Forge forge;
  LV2_Atom_Forge_Frame sequence;
  bare_begin_events(bare, &forge, &sequence);
  const unsigned turn = block / 300;
  if (block % 300 == 100) say(&forge, turn % 3 < 2 ? bare->uris.ui_open : bare->uris.ui_close);
  if (block % 300 == 150) say(&forge, bare->uris.patch_get);
  if (block % 300 == 200) set_property(&forge, bare, PROP_OSC, targets[turn % 3]);
  if (block % 600 == 250) set_property(&forge, bare, PROP_MODEL, models[turn / 2 % 4]);
  lv2_atom_forge_pop(&forge, &sequence);
}

static void turn_controls(Bare* bare, unsigned block) {
  bare->controls[PORT_VALENCE_TRIM] = 0.01f * (float)(block % 50);
  bare->controls[PORT_RESPONSE] = 0.1f * (float)(block % 9);
  bare->controls[PORT_GATE] = -60.0f + (float)(block / 7 % 20);
  bare->controls[PORT_HOLD] = block / 100 % 5 == 4 ? 1.0f : 0.0f;
  bare->controls[PORT_ENABLED] = block / 100 % 7 == 6 ? 0.0f : 1.0f;
  bare->controls[PORT_SOURCE] = block / 100 % 4 == 3 ? 1.0f : 0.0f;
  bare->controls[PORT_WRITE_LANES] = block / 100 % 3 == 2 ? 1.0f : 0.0f;
  bare->controls[PORT_RESET] = block % 1700 == 1650 ? 1.0f : 0.0f;
  bare->controls[PORT_QUADRANT_EVENTS] = (float)(block / 200 % 3);
  bare->controls[PORT_CC_14BIT] = (float)(block / 150 % 2);
}

static const void* retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type,
                            uint32_t* flags) {
  const Bare* bare = handle;
  const char* text = key == bare->uris.property[PROP_MODEL] ? GOLDEN "linear.safetensors"
                     : key == bare->uris.property[PROP_OSC] ? "osc.udp://127.0.0.1:9"
                                                            : NULL;
  *flags = LV2_STATE_IS_POD;
  *type = bare->uris.atom_string;
  *size = text ? strlen(text) + 1 : 0;
  return text;
}

static void watched_run(Bare* bare, ContractCounts* counts) {
  LV2_Atom* notify = (void*)bare->notify;
  LV2_Atom* midi = (void*)bare->midi;
  notify->size = midi->size = bare->notify_size;
  notify->type = midi->type = bare->uris.atom_chunk;
  contract_begin();
  bare->descriptor->run(bare->handle, BLOCK);
  contract_end(counts);
}

static ContractCounts play(PluginKind kind, Worker worker) {
  Bare* bare = bare_new(kind, RATE, worker == WORKER_ABSENT ? BARE_ALL & ~BARE_WORKER : BARE_ALL);
  ContractCounts counts = {0};
  assert_non_null(bare);
  if (worker == WORKER_SYNCHRONOUS) bare->schedule.schedule_work = work_at_once;
  for (unsigned block = 0; block < BLOCKS; ++block) {
    bare_music(bare, RATE, (uint64_t)block * BLOCK, BLOCK);
    send_messages(bare, block);
    turn_controls(bare, block);
    if (block == BLOCKS * 2 / 3) bare->state->restore(bare->handle, retrieve, bare, 0, NULL);
    watched_run(bare, &counts);
    if (worker == WORKER_PROMPT) bare_serve(bare);
  }
  assert_true(bare_get(bare, PORT_LATE) == 0.0f);
  bare_free(bare);
  return counts;
}

static void run_does_nothing_that_could_wait(void** state) {
  (void)state;
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind)
    for (unsigned worker = 0; worker < WORKERS; ++worker) {
      ContractCounts c = play((PluginKind)kind, (Worker)worker);
      // The system may swap a page out if memory is short, but not the same page three times.
      for (unsigned again = 0; again < 2 && c.page_faults; ++again)
        c = play((PluginKind)kind, (Worker)worker);
      if (c.memory || c.locks || c.clocks || c.system_calls || c.page_faults)
        fail_msg("plugin %u, worker %s: memory %lu, locks %lu, clocks %lu, system calls %lu, page "
                 "faults %lu",
                 kind, worker_names[worker], c.memory, c.locks, c.clocks, c.system_calls,
                 c.page_faults);
    }
}

// ---- the controls

static void run_that_allocates(Bare* bare) {
  (void)bare;
  void* volatile block = malloc(64);
  free(block);
}

static void run_that_locks(Bare* bare) {
  const Meter* meter = bare->handle;
  JobsStatus status;
  char hash[17];
  jobs_get(meter->jobs, &status, hash);
}

static OscOut* osc;

static void run_that_sends(Bare* bare) {
  (void)bare;
  char error[256];
  const Readings reading = readings_at_rest();
  osc_send(osc, &reading, error, sizeof error);
}

static void run_that_looks_at_the_clock(Bare* bare) {
  (void)bare;
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
}

static volatile unsigned char* fresh;

static void run_that_touches_fresh_memory(Bare* bare) {
  (void)bare;
  for (size_t i = 0; i < 1 << 20; i += 4096)
    fresh[i] = 1;
}

static ContractCounts watch(Bare* bare, void (*what)(Bare* bare)) {
  ContractCounts counts = {0};
  what(bare); // the linker looks functions up at their first call
  contract_begin();
  bare->descriptor->run(bare->handle, BLOCK);
  what(bare);
  contract_end(&counts);
  return counts;
}

static void the_watch_detects_each_violation(void** state) {
  (void)state;
  char error[256];
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  osc = osc_new("osc.udp://127.0.0.1:9", "1", false, error, sizeof error);
  assert_non_null(osc);
  assert_int_equal(watch(bare, run_that_allocates).memory, 2);
  assert_true(watch(bare, run_that_locks).locks > 0);
  assert_true(watch(bare, run_that_looks_at_the_clock).clocks > 0);
  const ContractCounts sent = watch(bare, run_that_sends);
  assert_true(sent.memory > 0 && (sent.system_calls > 0 || !sees_system_calls));
  fresh = malloc(1 << 20);
  assert_non_null(fresh);
  ContractCounts counts = {0};
  contract_begin();
  run_that_touches_fresh_memory(bare);
  contract_end(&counts);
  assert_true(counts.page_faults > 100);
  free((void*)(uintptr_t)fresh);
  osc_free(osc);
  bare_free(bare);
}

int main(void) {
  contract_keep_memory();
  sees_system_calls = contract_sees_system_calls();
  if (!sees_system_calls) print_message("System calls cannot be caught by this kernel.\n");
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_watch_detects_each_violation),
                                     cmocka_unit_test(run_does_nothing_that_could_wait)};
  return cmocka_run_group_tests_name("real-time contract", tests, NULL, NULL);
}
