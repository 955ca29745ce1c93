// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A host's calls in any order: connect, activate, deactivate, run, work, save, restore, free and make
/// anew; well-formed messages and states with any values.  Each step is a byte that says what, and the
/// bytes that it takes.  The audio must pass bit for bit, every reading must be finite, and what was saved
/// can be restored.
/// run.sh and CMakeLists.txt link it so that no name is looked up and nothing is sent.
#include "inference/model.h"
#include "tests/faults/bare.h"
#include "tests/fuzz/input.h"

#include <lv2/atom/forge.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE 8000.0
#define BLOCK 400
#define STEPS 120
#define KEYS (PROP_COUNT + 1) ///< the properties, and the model's hash
#define TEXT 40

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

typedef struct {
  char value[TEXT];
  size_t size;
  uint32_t type;
  bool is_there;
} Property;

typedef struct {
  Bare* bare;
  bool is_active;
  bool is_shared; ///< an output is an input's buffer
  uint64_t at;
  Property state[KEYS];
} Session;

static LV2_URID key_of(const Uris* u, unsigned i) {
  return i < PROP_COUNT ? u->property[i] : u->property_model_hash;
}

static const void* retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type,
                            uint32_t* flags) {
  const Session* s = handle;
  for (unsigned i = 0; i < KEYS; ++i)
    if (key == key_of(&s->bare->uris, i) && s->state[i].is_there) {
      *size = s->state[i].size;
      *type = s->state[i].type;
      *flags = LV2_STATE_IS_POD;
      return s->state[i].value;
    }
  return NULL;
}

static LV2_State_Status store(LV2_State_Handle handle, uint32_t key, const void* value, size_t size,
                              uint32_t type, uint32_t flags) {
  (void)flags;
  Session* s = handle;
  if (!key || !type || !value) abort();
  for (unsigned i = 0; i < KEYS; ++i)
    if (key == key_of(&s->bare->uris, i)) {
      Property* p = &s->state[i];
      p->is_there = size <= TEXT;
      p->size = size;
      p->type = type;
      if (p->is_there) memcpy(p->value, value, size);
      return LV2_STATE_SUCCESS;
    }
  abort(); // what is saved must be one of them
}

/// A text of a few characters that matter.
static void make_text(Input* in, char text[TEXT], size_t* size) {
  static const char* const pieces[] = {"osc.udp://", "http://", "127.0.0.1", ":9",   ":0",
                                       "/",          "\x1b",    "meter",     "\xff", "1",
                                       "",           " ",       "\n",        "[::1]"};
  *size = 0;
  for (unsigned n = byte(in) % 4; n > 0; --n) {
    const char* piece = pieces[byte(in) % (sizeof pieces / sizeof pieces[0])];
    const size_t k = strlen(piece);
    if (*size + k + 1 > TEXT) break;
    memcpy(text + *size, piece, k);
    *size += k;
  }
  text[*size] = '\0';
}

static void set_state(Input* in, Session* s) {
  const Uris* u = &s->bare->uris;
  const LV2_URID types[] = {u->atom_string, u->atom_string, u->atom_path, u->atom_bool,
                            u->atom_int};
  Property* p = &s->state[byte(in) % KEYS];
  make_text(in, p->value, &p->size);
  p->type = types[byte(in) % 5];
  p->is_there = true;
  if (p->type == u->atom_bool)
    p->size = byte(in) % 4 ? 4 : byte(in) % 9;
  else if (byte(in) % 4)
    ++p->size; // the NUL with it
}

static void forge_value(Input* in, LV2_Atom_Forge* forge) {
  char text[TEXT];
  size_t size;
  switch (byte(in) % 7) {
  case 0:
    lv2_atom_forge_bool(forge, byte(in) & 1);
    break;
  case 1:
    lv2_atom_forge_int(forge, (int8_t)byte(in));
    break;
  case 2:
    lv2_atom_forge_long(forge, (int8_t)byte(in) * ((int64_t)1 << 56) + byte(in));
    break;
  case 3:
    lv2_atom_forge_float(forge, byte(in) % 3 ? (float)byte(in) : NAN);
    break;
  case 4:
    lv2_atom_forge_double(forge, byte(in) % 3 ? 1e300 * byte(in) : (double)INFINITY);
    break;
  case 5:
    make_text(in, text, &size);
    lv2_atom_forge_string(forge, text, (uint32_t)size);
    break;
  default:
    make_text(in, text, &size);
    lv2_atom_forge_path(forge, text, (uint32_t)size);
  }
}

static void forge_message(Input* in, Session* s, LV2_Atom_Forge* forge) {
  const Uris* u = &s->bare->uris;
  const LV2_URID objects[] = {u->ui_open,   u->ui_close,  u->ui_explain, u->ui_reset,
                              u->patch_set, u->patch_get, u->ui_confirm, u->time_position};
  const LV2_URID keys[] = {u->ui_on,      u->patch_property, u->patch_value,
                           u->time_frame, u->time_speed,     u->ui_osc};
  LV2_Atom_Forge_Frame object;
  lv2_atom_forge_frame_time(forge, byte(in));
  lv2_atom_forge_object(forge, &object, 0, objects[byte(in) % 8]);
  for (unsigned n = byte(in) % 4; n > 0; --n) {
    const LV2_URID key = keys[byte(in) % 6];
    lv2_atom_forge_key(forge, key);
    if (key == u->patch_property)
      lv2_atom_forge_urid(forge, u->property[byte(in) % PROP_COUNT]);
    else
      forge_value(in, forge);
  }
  lv2_atom_forge_pop(forge, &object);
}

static void send_messages(Input* in, Session* s) {
  LV2_Atom_Forge forge;
  LV2_Atom_Forge_Frame sequence;
  LV2_URID_Map map = {NULL, bare_map};
  lv2_atom_forge_init(&forge, &map);
  lv2_atom_forge_set_buffer(&forge, s->bare->control, BARE_ATOM_BYTES);
  lv2_atom_forge_sequence_head(&forge, &sequence, 0);
  for (unsigned n = byte(in) % 4; n > 0; --n)
    forge_message(in, s, &forge);
  lv2_atom_forge_pop(&forge, &sequence);
}

static void run(Input* in, Session* s) {
  Bare* bare = s->bare;
  const uint32_t n = byte(in) % 2 ? BLOCK : byte(in);
  bare_music(bare, RATE, s->at, n);
  s->at += n;
  float kept[2][BLOCK];
  for (unsigned c = 0; c < 2; ++c)
    memcpy(kept[c], bare->audio[c], n * sizeof(float));
  bare_run_as_is(bare, n);
  const unsigned right = bare->kind == PLUGIN_MONO ? 0 : 1;
  for (unsigned c = 0; c <= right && !s->is_shared; ++c)
    if (memcmp(kept[c], bare->audio[c + 2], n * sizeof(float)) != 0) abort();
  for (unsigned i = 0; i < READING_COUNT; ++i)
    if (!isfinite(bare->controls[PORT_FIRST_READING + i])) abort();
}

static void connect(Input* in, Session* s) {
  Bare* bare = s->bare;
  const unsigned index = byte(in) % ports_plugin(bare->kind)->n_ports;
  const PortInfo* info = ports_at(bare->kind, index);
  if (info->kind == PORT_KIND_AUDIO) {
    if (!info->output) return; // inputs stay where the music is
    bare->descriptor->connect_port(bare->handle, index, bare->audio[byte(in) % 4]);
    s->is_shared = true;
  } else if (info->kind == PORT_KIND_CONTROL) {
    bare->descriptor->connect_port(bare->handle, index,
                                   byte(in) % 2 ? &bare->controls[info->port] : NULL);
  }
}

static void make(Input* in, Session* s) {
  const uint8_t mode = byte(in);
  bare_free(s->bare);
  s->bare = bare_new((PluginKind)(mode & 3), RATE, mode & 4 ? BARE_ALL : BARE_PORTS | BARE_LOG);
  if (!s->bare) abort();
  LV2_Atom_Sequence* control = (void*)s->bare->control;
  *control = (LV2_Atom_Sequence){{sizeof control->body, s->bare->uris.atom_sequence}, {0, 0}};
  s->is_active = true;
  s->is_shared = false;
}

static void step(Input* in, Session* s) {
  Bare* bare = s->bare;
  switch (byte(in) % 12) {
  case 0:
    connect(in, s);
    break;
  case 1: // a host may activate twice, or never deactivate
    if (bare->descriptor->deactivate && byte(in) & 1) bare->descriptor->deactivate(bare->handle);
    bare->descriptor->activate(bare->handle);
    break;
  case 2:
    bare_serve(bare);
    break;
  case 3:
    if (bare->state->save(bare->handle, store, s, 0, NULL) != LV2_STATE_SUCCESS) abort();
    break;
  case 4:
    if (bare->state->restore(bare->handle, retrieve, s, 0, NULL) != LV2_STATE_SUCCESS) abort();
    break;
  case 5:
    set_state(in, s);
    break;
  case 6:
    send_messages(in, s);
    break;
  case 7: {
    const unsigned port = byte(in) % PORT_COUNT;
    const uint32_t bits = byte(in) * 0x01010101u;
    if (!ports_info((Port)port)->output) memcpy(&bare->controls[port], &bits, sizeof bits);
    break;
  }
  case 8:
    bare->worker_is_full = byte(in) & 1;
    break;
  case 9:
    if (byte(in) % 8 == 0) make(in, s);
    break;
  default:
    run(in, s);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Model* kept; // in the cache, so that not every input reads it anew
  char path[4096], error[512];
  if (!kept && model_default_path(path, sizeof path) == 0)
    kept = model_open(path, error, sizeof error);
  Input in = {data, size};
  Session session = {.bare = NULL};
  make(&in, &session);
  for (unsigned steps = 0; in.left && steps < STEPS; ++steps)
    step(&in, &session);
  bare_free(session.bare);
  return 0;
}
