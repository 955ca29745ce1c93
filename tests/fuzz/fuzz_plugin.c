// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Anything on the plugin's control port and anything in a session's state, as bytes:
///   byte 0   which of the four plugins (bits 0-1), with a worker (bit 2), a window opens first
///   (bit 3) then, over and over, until the bytes end:
///     0 LOW HIGH bytes   that many bytes as the control port's events, and a block is run
///     1 LOW HIGH bytes   the control port as it is, but the sequence's size lies by the bytes' sum
///     2 KEY TYPE LOW HIGH bytes   a property of the state, kept for the next restore
///     3                  restore the state, then save it
///     4 PORT VALUE       a control input: VALUE's bits spread over a float
/// The audio must pass bit for bit and every reading must be finite.
/// run.sh and CMakeLists.txt link it so that no name is looked up and nothing is sent.
#include "inference/model.h"
#include "tests/faults/bare.h"
#include "tests/fuzz/input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 200
#define RATE 8000.0
#define KEYS 4

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

/// The next bytes, as many as a length says and there are, in a block of just that size.
static uint8_t* bytes(Input* in, size_t* n) {
  *n = byte(in);
  *n += (size_t)byte(in) << 8;
  if (*n > in->left) *n = in->left;
  uint8_t* copy = malloc(*n ? *n : 1);
  if (!copy) abort();
  if (*n) memcpy(copy, in->at, *n);
  in->at += *n;
  in->left -= *n;
  return copy;
}

typedef struct {
  uint8_t* data[KEYS];
  size_t size[KEYS];
  uint32_t type[KEYS];
  const Uris* uris;
} State;

static const void* retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type,
                            uint32_t* flags) {
  const State* s = handle;
  const LV2_URID keys[KEYS] = {s->uris->property[PROP_MODEL], s->uris->property[PROP_OSC],
                               s->uris->property[PROP_OSC_NAME], s->uris->property_model_hash};
  for (unsigned i = 0; i < KEYS; ++i)
    if (key == keys[i] && s->data[i]) {
      *size = s->size[i];
      *type = s->type[i];
      *flags = LV2_STATE_IS_POD;
      return s->data[i];
    }
  return NULL;
}

static LV2_State_Status store(LV2_State_Handle handle, uint32_t key, const void* value, size_t size,
                              uint32_t type, uint32_t flags) {
  (void)handle, (void)flags;
  // Texts all: what is saved is well-formed, whatever was restored.
  if (!key || !type || size == 0 || ((const char*)value)[size - 1]) abort();
  return LV2_STATE_SUCCESS;
}

static void run(Bare* bare, uint64_t* at) {
  bare_music(bare, RATE, *at, BLOCK);
  *at += BLOCK;
  bare_run_as_is(bare, BLOCK);
  bare_serve(bare);
  const unsigned right = bare->kind == PLUGIN_MONO ? 0 : 1;
  for (unsigned c = 0; c <= right; ++c)
    if (memcmp(bare->audio[c], bare->audio[c + 2], BLOCK * sizeof(float)) != 0) abort();
  for (unsigned i = 0; i < PORT_COUNT; ++i) {
    const PortInfo* info = ports_info((Port)i);
    if (info->kind == PORT_KIND_CONTROL && info->output && !isfinite(bare->controls[i])) abort();
  }
}

/// Run with a control port that is just as long as its events.
static void run_with(Bare* bare, uint64_t* at, const uint8_t* events, size_t n, uint32_t lie) {
  LV2_Atom_Sequence head = {{(uint32_t)(sizeof head.body + n) - lie, bare->uris.atom_sequence},
                            {0, 0}};
  uint8_t* buffer = malloc(sizeof head + n);
  if (!buffer) abort();
  memcpy(buffer, &head, sizeof head);
  if (n) memcpy(buffer + sizeof head, events, n);
  const uint32_t index = (uint32_t)ports_index(bare->kind, PORT_CONTROL);
  bare->descriptor->connect_port(bare->handle, index, buffer);
  run(bare, at);
  bare->descriptor->connect_port(bare->handle, index, bare->control);
  free(buffer);
}

static void open_window(Bare* bare, uint64_t* at) {
  struct {
    LV2_Atom_Event event;
    LV2_Atom_Object_Body body;
  } open = {{.body = {sizeof open.body, bare->uris.atom_object}}, {0, bare->uris.ui_open}};
  run_with(bare, at, (const uint8_t*)&open, sizeof open, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Model* kept; // in the cache, so that not every input reads it anew
  char path[4096], error[512];
  if (!kept && model_default_path(path, sizeof path) == 0)
    kept = model_open(path, error, sizeof error);
  Input in = {data, size};
  const uint8_t mode = byte(&in);
  uint64_t at = 0;
  Bare* bare = bare_new((PluginKind)(mode & 3), RATE, mode & 4 ? BARE_ALL : BARE_PORTS | BARE_LOG);
  if (!bare) abort();
  State state = {.uris = &bare->uris};
  run_with(bare, &at, NULL, 0, 0);
  if (mode & 8) open_window(bare, &at);
  for (unsigned steps = 0; in.left && steps < 64; ++steps) {
    size_t n = 0;
    const uint8_t action = byte(&in) % 5;
    if (action < 2) {
      uint8_t* events = bytes(&in, &n);
      // A size that lies lies low: a host that gives less memory than it says cannot be survived.
      run_with(bare, &at, events, n, action == 1 && n ? events[0] % (uint32_t)(n + 9) : 0);
      free(events);
    } else if (action == 2) {
      const unsigned key = byte(&in) % KEYS;
      state.type[key] = byte(&in);
      free(state.data[key]);
      state.data[key] = bytes(&in, &state.size[key]);
    } else if (action == 3) {
      if (bare->state->restore(bare->handle, retrieve, &state, 0, NULL) != LV2_STATE_SUCCESS)
        abort();
      run_with(bare, &at, NULL, 0, 0);
      bare->state->save(bare->handle, store, NULL, 0, NULL);
    } else {
      const unsigned port = byte(&in) % PORT_COUNT;
      const uint32_t bits = byte(&in) * 0x01010101u;
      if (!ports_info((Port)port)->output) memcpy(&bare->controls[port], &bits, sizeof bits);
    }
  }
  run_with(bare, &at, NULL, 0, 0);
  for (unsigned i = 0; i < KEYS; ++i)
    free(state.data[i]);
  bare_free(bare);
  return 0;
}
