// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Values that a host may put into the control inputs and messages, one at a time, and their
/// effects.
#define _DEFAULT_SOURCE // MAP_ANONYMOUS
#include "tests/dsp/harness.h"

#include "plugin/meter.h"
#include "tests/faults/bare.h"

#include <lv2/atom/forge.h>
#include <lv2/atom/util.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define RATE 8000
#define BLOCK 400
#define BLOCKS 40
#define TURNED 10 ///< the block in which the control is changed

// ---- control inputs, one at a time

/// All outputs of a run.
typedef struct {
  float controls[BLOCKS][READING_COUNT];
  uint32_t sizes[BLOCKS]; ///< of the atom output
  uint64_t events;        ///< a sum over its bytes
} Course;

/// A patch:Set of a text, in memory that ends with the text: no NUL follows.
typedef struct {
  LV2_Atom_Sequence sequence;
  LV2_Atom_Event event;
  LV2_Atom_Object_Body body;
  LV2_Atom_Property_Body property;
  LV2_URID named[2];
  LV2_Atom_Property_Body value;
  char text[8];
} NamedText;

/// Settings with which every control makes a difference.
static void set_others(Bare* bare) {
  bare->controls[PORT_QUADRANT_EVENTS] = 1.0f;
  bare->controls[PORT_LANE_VALENCE] = 0.3f;
  bare->controls[PORT_VALENCE_TRIM] = 0.2f;
  bare->controls[PORT_AROUSAL_TRIM] = -0.2f;
  bare->controls[PORT_CC_14BIT] = 1.0f;
}

/// Run with a control input at \p value.  \param connected false: the port is not connected
static Course run_with(Port port, float value, bool connected) {
  Course course = {.events = 1469598103934665603u};
  Bare* bare = bare_new(PLUGIN_MIDI, RATE, BARE_ALL);
  assert_non_null(bare);
  set_others(bare);
  bare->controls[port] = ports_info(port)->init;
  if (port == PORT_LANE_VALENCE || port == PORT_LANE_AROUSAL) bare->controls[PORT_SOURCE] = 1.0f;
  if (!connected)
    bare->descriptor->connect_port(bare->handle, (uint32_t)ports_index(PLUGIN_MIDI, port), NULL);
  for (unsigned block = 0; block < BLOCKS; ++block) {
    if (block == TURNED) bare->controls[port] = value;
    bare_music(bare, RATE, (uint64_t)block * BLOCK, BLOCK);
    for (unsigned i = 0; i < BLOCK; ++i)
      bare->audio[0][i] *= 0.1f, bare->audio[1][i] *= 0.1f; // below the highest gate
    bare_run(bare, BLOCK, true);
    memcpy(course.controls[block], &bare->controls[PORT_FIRST_READING],
           sizeof course.controls[block]);
    const LV2_Atom_Sequence* out = (const void*)bare->notify;
    course.sizes[block] = out->atom.size;
    for (uint32_t i = 0; i < out->atom.size; ++i)
      course.events = (course.events ^ bare->notify[sizeof(LV2_Atom) + i]) * 1099511628211u;
  }
  bare_free(bare);
  return course;
}

static void expect_same(const Course* a, const Course* b, const PortInfo* info, const char* what) {
  if (memcmp(a, b, sizeof *a) != 0) fail_msg("%s: %s", info->symbol, what);
}

static void a_value_that_is_not_a_number_is_the_default_and_others_are_clamped(void** state) {
  (void)state;
  unsigned differ = 0;
  for (unsigned i = 0; i < ports_plugin(PLUGIN_MIDI)->n_ports; ++i) {
    const PortInfo* info = ports_at(PLUGIN_MIDI, i);
    if (info->kind != PORT_KIND_CONTROL || info->output) continue;
    const Port port = info->port;
    const Course usual = run_with(port, info->init, true);
    const Course low = run_with(port, info->low, true), high = run_with(port, info->high, true);
    const Course nan = run_with(port, NAN, true), infinite = run_with(port, INFINITY, true);
    const Course minus = run_with(port, -INFINITY, true), none = run_with(port, 0.0f, false);
    const Course above = run_with(port, info->high + fabsf(info->high) + 1.0f, true);
    const Course below = run_with(port, info->low - fabsf(info->low) - 1.0f, true);
    expect_same(&nan, &usual, info, "NaN is not the default");
    expect_same(&infinite, &usual, info, "infinity is not the default");
    expect_same(&minus, &usual, info, "minus infinity is not the default");
    expect_same(&none, &usual, info, "unconnected is not the default");
    expect_same(&above, &high, info, "what is above the range is not its end");
    expect_same(&below, &low, info, "what is below the range is not its end");
    if (memcmp(&low, &high, sizeof low) != 0)
      ++differ;
    else
      print_message("%s makes no difference here\n", info->symbol);
  }
  assert_int_equal(differ,
                   21); // all but freewheel and transport: the comparisons see a difference
}

/// More changes within a hop than the plugin can store: the last one still takes effect.
static void the_last_of_many_settings_counts(void** state) {
  (void)state;
  enum { SHORT = 8 };
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  Meter* meter = bare->handle;
  uint64_t at = 0;
  bare->controls[PORT_GATE] = -20.0f;
  for (unsigned i = 0; i < 3 * RATE / SHORT + 200; ++i, at += SHORT) {
    bare_music(bare, RATE, at, SHORT);
    for (unsigned k = 0; k < SHORT; ++k)
      bare->audio[0][k] *= 0.1f, bare->audio[1][k] *= 0.1f; // below the gate
    if (i == 3 * RATE / SHORT) assert_float_equal(bare_get(bare, PORT_STATE), 0.0f, 0.0f);
    if (i >= 3 * RATE / SHORT) bare->controls[PORT_GATE] = i % 2 ? -30.0f : -20.0f;
    if (i == 3 * RATE / SHORT + 199) bare->controls[PORT_GATE] = -90.0f;
    bare_run(bare, SHORT, true);
  }
  meter->explain = meter->explain_due = true;
  for (; at < 16 * RATE; at += BLOCK) {
    bare_music(bare, RATE, at, BLOCK);
    for (unsigned k = 0; k < BLOCK; ++k)
      bare->audio[0][k] *= 0.1f, bare->audio[1][k] *= 0.1f;
    bare_run(bare, BLOCK, true);
  }
  assert_float_equal(bare_get(bare, PORT_STATE), 2.0f, 0.0f);
  assert_true(meter->output_schedule.reading.has_contributions);
  bare_free(bare);
}

// ---- who does the work

static void freewheel_uses_no_worker_and_no_reading_is_late(void** state) {
  (void)state;
  Bare* free_running = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Bare* usual = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  for (unsigned block = 0; block < 14 * RATE / BLOCK; ++block) {
    const bool is_free = block >= 4 * RATE / BLOCK; // the model is loaded, no task waits
    free_running->controls[PORT_FREEWHEEL] = is_free ? 1.0f : 0.0f;
    bare_music(free_running, RATE, (uint64_t)block * BLOCK, BLOCK);
    bare_music(usual, RATE, (uint64_t)block * BLOCK, BLOCK);
    bare_run(free_running, BLOCK, !is_free);
    bare_run(usual, BLOCK, true);
    assert_memory_equal(&free_running->controls[PORT_FIRST_READING],
                        &usual->controls[PORT_FIRST_READING], READING_COUNT * sizeof(float));
  }
  assert_int_equal(free_running->tokens, 0);
  assert_float_equal(bare_get(free_running, PORT_STATE), 2.0, 0.0);
  // In time again: the worker is asked again.
  free_running->controls[PORT_FREEWHEEL] = 0.0f;
  for (unsigned block = 0; block < RATE / BLOCK; ++block)
    bare_run(free_running, BLOCK, false);
  assert_true(free_running->tokens > 0);
  bare_free(free_running);
  bare_free(usual);
}

// ---- messages that end where the memory ends

static unsigned char* pages;
static size_t page;

static int make_pages(void** state) {
  (void)state;
  page = (size_t)sysconf(_SC_PAGESIZE);
  pages = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED || mprotect(pages + 2 * page, page, PROT_NONE) != 0;
}

static int drop_pages(void** state) {
  (void)state;
  return munmap(pages, 3 * page);
}

/// A message of one object with one property, whose value has any size and type.
typedef struct {
  LV2_URID object, key, type;
  const void* value;
  uint32_t size;
  uint32_t beyond; ///< bytes by which the value's size is too large
} Message;

/// Run a block with messages that end at the last byte that may be read.
static void run_at_the_edge(Bare* bare, const Message* messages, unsigned n) {
  uint8_t bytes[1024];
  size_t used = sizeof(LV2_Atom_Sequence);
  memset(bytes, 0, sizeof bytes);
  for (unsigned i = 0; i < n; ++i) {
    const Message* m = &messages[i];
    const LV2_Atom_Property_Body property = {m->key, 0, {m->size + m->beyond, m->type}};
    const uint32_t body = (uint32_t)(sizeof(LV2_Atom_Object_Body) + sizeof property) + m->size;
    const LV2_Atom_Event event = {.body = {body, bare->uris.atom_object}};
    const LV2_Atom_Object_Body head = {0, m->object};
    used = (used + 7) & ~(size_t)7;
    memcpy(bytes + used, &event, sizeof event);
    memcpy(bytes + used + sizeof event, &head, sizeof head);
    memcpy(bytes + used + sizeof event + sizeof head, &property, sizeof property);
    memcpy(bytes + used + sizeof event + sizeof head + sizeof property, m->value, m->size);
    used += sizeof event + body;
  }
  const LV2_Atom_Sequence sequence = {
      {(uint32_t)(used - sizeof(LV2_Atom)), bare->uris.atom_sequence}, {0, 0}};
  memcpy(bytes, &sequence, sizeof sequence);
  // Atoms are aligned, so they never use the last few bytes of the page.
  uint8_t* at = pages + 2 * page - ((used + 7) & ~(size_t)7);
  memcpy(at, bytes, used);
  const uint32_t control = (uint32_t)ports_index(bare->kind, PORT_CONTROL);
  bare->descriptor->connect_port(bare->handle, control, at);
  bare_run_as_is(bare, BLOCK);
  bare_serve(bare);
  bare->descriptor->connect_port(bare->handle, control, bare->control);
}

/// An instance that has read something, and resets when the transport jumps.
static Bare* listening(void) {
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  bare->controls[PORT_TRANSPORT_RESET] = 1.0f;
  bare->controls[PORT_RESPONSE] = 0.0f;
  for (unsigned block = 0; block < BLOCKS; ++block) {
    bare_music(bare, RATE, (uint64_t)block * BLOCK, BLOCK);
    bare_run(bare, BLOCK, true);
  }
  assert_true(bare_get(bare, PORT_VALENCE) != 0.0f);
  return bare;
}

static void numbers_of_the_wrong_size_are_ignored(void** state) {
  (void)state;
  // Not 0 and not denormal (which would be flushed to 0) in any type.
  static const uint8_t ones[16] = {0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
                                   0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f};
  Bare* bare = listening();
  const Uris* u = &bare->uris;
  const double nan = NAN;
  const Message wrong[] = {{u->ui_explain, u->ui_on, u->atom_float, ones, 2, 0},
                           {u->ui_explain, u->ui_on, u->atom_float, ones, 8, 0},
                           {u->ui_explain, u->ui_on, u->atom_double, ones, 4, 0},
                           {u->ui_explain, u->ui_on, u->atom_double, ones, 16, 0},
                           {u->ui_explain, u->ui_on, u->atom_long, ones, 4, 0},
                           {u->ui_explain, u->ui_on, u->atom_int, ones, 2, 0},
                           {u->ui_explain, u->ui_on, u->atom_int, ones, 8, 0},
                           {u->ui_explain, u->ui_on, u->atom_bool, ones, 1, 0},
                           {u->ui_explain, u->ui_on, u->atom_bool, ones, 8, 0},
                           {u->ui_explain, u->ui_on, u->atom_string, ones, 4, 0},
                           {u->ui_explain, u->ui_on, u->atom_double, &nan, sizeof nan, 0}};
  const Meter* meter = bare->handle;
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    run_at_the_edge(bare, &wrong[i], 1);
    if (meter->explain) fail_msg("number %u was read", i);
  }
  static const int32_t one = 1;
  const Message on = {u->ui_explain, u->ui_on, u->atom_int, &one, 4, 0};
  run_at_the_edge(bare, &on, 1);
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    run_at_the_edge(bare, &wrong[i], 1);
    if (!meter->explain) fail_msg("number %u was read as 0", i);
  }
  const double one_double = 1.0;
  const float one_float = 1.0f;
  const int64_t one_long = 1;
  const Message right[] = {{u->ui_explain, u->ui_on, u->atom_float, &one_float, 4, 0},
                           {u->ui_explain, u->ui_on, u->atom_double, &one_double, 8, 0},
                           {u->ui_explain, u->ui_on, u->atom_long, &one_long, 8, 0},
                           {u->ui_explain, u->ui_on, u->atom_int, ones, 4, 0},
                           {u->ui_explain, u->ui_on, u->atom_bool, ones, 4, 0}};
  static const int32_t zero;
  const Message off = {u->ui_explain, u->ui_on, u->atom_int, &zero, 4, 0};
  for (unsigned i = 0; i < sizeof right / sizeof right[0]; ++i) {
    run_at_the_edge(bare, &off, 1);
    assert_false(meter->explain);
    run_at_the_edge(bare, &right[i], 1);
    if (!meter->explain) fail_msg("number %u was not read", i);
  }
  bare_free(bare);
}

static void texts_end_with_their_atom(void** state) {
  (void)state;
  Bare* bare = listening();
  const Uris* u = &bare->uris;
  uint8_t value[256] = {0};
  // patch:Set has two properties: patch:property, then patch:value.
  LV2_Atom_Forge forge;
  LV2_Atom_Forge_Frame sequence, object;
  LV2_URID_Map map = {NULL, bare_map};
  lv2_atom_forge_init(&forge, &map);
  lv2_atom_forge_set_buffer(&forge, value, sizeof value);
  lv2_atom_forge_sequence_head(&forge, &sequence, 0);
  lv2_atom_forge_frame_time(&forge, 0);
  lv2_atom_forge_object(&forge, &object, 0, u->patch_set);
  lv2_atom_forge_key(&forge, u->patch_property);
  lv2_atom_forge_urid(&forge, u->property[PROP_OSC_NAME]);
  lv2_atom_forge_key(&forge, u->patch_value);
  lv2_atom_forge_atom(&forge, 8, u->atom_string);
  lv2_atom_forge_write(&forge, "eightchr", 8); // no NUL follows
  lv2_atom_forge_pop(&forge, &object);
  lv2_atom_forge_pop(&forge, &sequence);
  uint8_t* at = pages + 2 * page - forge.offset;
  memcpy(at, value, forge.offset);
  const uint32_t control = (uint32_t)ports_index(bare->kind, PORT_CONTROL);
  bare->descriptor->connect_port(bare->handle, control, at);
  bare_run_as_is(bare, BLOCK);
  bare_serve(bare);
  const Meter* meter = bare->handle;
  JobsStatus* status = malloc(sizeof *status);
  char hash[17];
  assert_non_null(status);
  jobs_get(meter->jobs, status, hash);
  assert_string_equal(status->properties.osc_name, "eightchr");
  // A value that is not a text is ignored.
  LV2_Atom* last = (LV2_Atom*)(void*)(at + forge.offset - 16);
  last->type = u->atom_int;
  memcpy(at + forge.offset - 8, "other ch", 8);
  bare_run_as_is(bare, BLOCK);
  bare_serve(bare);
  jobs_get(meter->jobs, status, hash);
  assert_string_equal(status->properties.osc_name, "eightchr");
  free(status);
  bare_free(bare);
}

static void a_property_is_named_by_a_urid_and_set_by_a_value_of_its_type(void** state) {
  (void)state;
  Bare* bare = listening();
  const Uris* u = &bare->uris;
  const Meter* meter = bare->handle;
  NamedText message = {.body = {0, u->patch_set}, .named = {u->property[PROP_OSC_NAME], 0}};
  message.sequence.atom = (LV2_Atom){sizeof message - sizeof(LV2_Atom), u->atom_sequence};
  message.event.body =
      (LV2_Atom){sizeof message - sizeof message.sequence - sizeof message.event, u->atom_object};
  message.property = (LV2_Atom_Property_Body){u->patch_property, 0, {0, u->atom_urid}};
  message.value =
      (LV2_Atom_Property_Body){u->patch_value, 0, {sizeof message.text, u->atom_string}};
  static const struct {
    uint32_t size;
    const char *text, *name;
  } cases[] = {
      {4, "first", "first"}, {2, "short", "first"}, {8, "long", "first"}, {4, "last", "last"}};
  JobsStatus* status = malloc(sizeof *status);
  assert_non_null(status);
  for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    char hash[17];
    message.property.value.size = cases[i].size;
    memset(message.text, 0, sizeof message.text);
    memcpy(message.text, cases[i].text, strlen(cases[i].text));
    memcpy(bare->control, &message, sizeof message);
    bare_run_as_is(bare, BLOCK);
    bare_serve(bare);
    jobs_get(meter->jobs, status, hash);
    assert_string_equal(status->properties.osc_name, cases[i].name);
  }
  message.property.value.size = sizeof(LV2_URID);
  for (unsigned i = 0; i < 2; ++i) { // an atom that is not a sequence has no messages
    char hash[17];
    memcpy(message.text, "untold", 7);
    message.sequence.atom.type = i ? u->atom_sequence : u->atom_chunk;
    memcpy(bare->control, &message, sizeof message);
    bare_run_as_is(bare, BLOCK);
    bare_serve(bare);
    jobs_get(meter->jobs, status, hash);
    assert_string_equal(status->properties.osc_name, i ? "untold" : "last");
  }
  message.named[0] = u->property[PROP_OSC_SINGLE];
  const int32_t one = 1, zero = 0;
  const float half = 0.5f;
  const struct {
    LV2_URID type;
    const void* value;
    bool on;
  } switches[] = {{u->atom_bool, &one, true},
                  {u->atom_string, &zero, true}, // a text is not a switch
                  {u->atom_int, &zero, false},
                  {u->atom_float, &half, true},
                  {u->atom_bool, &zero, false}};
  for (unsigned i = 0; i < sizeof switches / sizeof switches[0]; ++i) {
    char hash[17];
    message.value.value = (LV2_Atom){4, switches[i].type};
    memcpy(message.text, switches[i].value, 4);
    memcpy(bare->control, &message, sizeof message);
    bare_run_as_is(bare, BLOCK);
    bare_serve(bare);
    jobs_get(meter->jobs, status, hash);
    assert_int_equal(property_is_on(&status->properties, PROP_OSC_SINGLE), switches[i].on);
  }
  free(status);
  bare_free(bare);
}

static void a_status_that_finds_the_mailbox_full_comes_later(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  Meter* meter = bare->handle;
  for (unsigned part = 0; part < 2; ++part) {
    for (unsigned block = 0; block < 3 * RATE / BLOCK; ++block) {
      bare_music(bare, RATE, block * BLOCK, BLOCK);
      bare_run(bare, BLOCK, true);
    }
    if (part == 1) break;
    assert_false(jobs_wanted(meter->jobs)); // nothing is left to do
    jobs_say(meter->jobs, false, "first");
    jobs_say(meter->jobs, false, "second");
  }
  assert_string_equal(meter->status.message, "second");
  bare_free(bare);
}

static void the_longest_path_is_a_request(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  char path[PROPERTY_MOST + 1] = "/";
  memset(path + 1, 'x', PROPERTY_MOST - 1);
  bare_set_property(bare, PROP_MODEL, path);
  const unsigned before = atomic_load(&bare->logged);
  bare_run_as_is(bare, BLOCK);
  bare_serve(bare);
  for (int i = 0; i < 5000 && atomic_load(&bare->logged) == before; ++i)
    usleep(2000);
  assert_int_equal(atomic_load(&bare->logged), before + 1); // there is no such file
  bare_free(bare);
}

static void the_windows_reset_and_close_messages_work(void** state) {
  (void)state;
  Bare* bare = listening();
  const Uris* u = &bare->uris;
  const Meter* meter = bare->handle;
  static const int32_t one = 1;
  const Message explain = {u->ui_explain, u->ui_on, u->atom_int, &one, sizeof one, 0};
  const Message close = {u->ui_close, u->ui_on, u->atom_int, &one, sizeof one, 0};
  const Message reset = {u->ui_reset, u->ui_on, u->atom_int, &one, sizeof one, 0};
  run_at_the_edge(bare, &explain, 1);
  assert_true(meter->explain);
  for (unsigned open = 1;; --open) {
    for (uint64_t at = 0; at < 3 * RATE; at += BLOCK) {
      bare_music(bare, RATE, at, BLOCK);
      bare_run(bare, BLOCK, true);
    }
    assert_int_equal(meter->output_schedule.reading.has_contributions, open);
    if (!open) break;
    run_at_the_edge(bare, &close, 1);
    assert_false(meter->explain); // no window is open, so nothing is explained
  }
  const uint64_t now = engine_queue_position(meter->queue);
  assert_int_not_equal(meter->output_schedule.base, now);
  run_at_the_edge(bare, &reset, 1);
  assert_int_equal(meter->output_schedule.base, now);
  bare_free(bare);
}

static void a_sequence_smaller_than_its_header_is_empty(void** state) {
  (void)state;
  Bare* bare = listening();
  for (uint32_t size = 0; size < sizeof(LV2_Atom_Sequence_Body); ++size) {
    LV2_Atom* at = (LV2_Atom*)(void*)(pages + 2 * page - 2 * sizeof(LV2_Atom));
    *at = (LV2_Atom){size, bare->uris.atom_sequence};
    bare->descriptor->connect_port(bare->handle, (uint32_t)ports_index(bare->kind, PORT_CONTROL),
                                   at);
    bare_run_as_is(bare, BLOCK);
  }
  bare_free(bare);
}

static void an_invalid_message_does_not_hide_the_next(void** state) {
  (void)state;
  static const int32_t one = 1;
  Bare* bare = listening();
  const Uris* u = &bare->uris;
  const Message messages[] = {{u->ui_explain, u->ui_on, u->atom_int, &one, sizeof one, 4096},
                              {u->ui_explain, u->ui_on, u->atom_int, &one, sizeof one, 0}};
  run_at_the_edge(bare, messages, 1);
  assert_false(((const Meter*)bare->handle)->explain);
  run_at_the_edge(bare, messages, 2);
  assert_true(((const Meter*)bare->handle)->explain);
  bare_free(bare);
}

static void an_object_that_ends_past_the_message_is_not_read(void** state) {
  (void)state;
  Bare* bare = listening();
  const Meter* meter = bare->handle;
  const uint32_t control = (uint32_t)ports_index(bare->kind, PORT_CONTROL);
  // An event and a property whose sizes go beyond the memory.
  for (unsigned i = 0; i < 2; ++i)
    for (uint32_t beyond = 8; beyond <= 4096; beyond *= 2) {
      struct {
        LV2_Atom_Sequence sequence;
        LV2_Atom_Event event;
        LV2_Atom_Object_Body body;
        LV2_Atom_Property_Body property;
        int32_t on, pad;
      } message = {
          .event.body = {sizeof message.body + sizeof message.property + 4, bare->uris.atom_object},
          .body = {0, bare->uris.ui_explain},
          .property = {bare->uris.ui_on, 0, {4, bare->uris.atom_int}},
          .on = 1};
      message.sequence.atom =
          (LV2_Atom){sizeof message - sizeof(LV2_Atom), bare->uris.atom_sequence};
      if (i == 0) message.event.body.size += beyond;
      if (i == 1) message.property.value.size += beyond;
      void* at = pages + 2 * page - sizeof message;
      memcpy(at, &message, sizeof message);
      bare->descriptor->connect_port(bare->handle, control, at);
      bare_run_as_is(bare, BLOCK);
      bare->descriptor->connect_port(bare->handle, control, bare->control);
      assert_false(meter->explain);
    }
  bare_free(bare);
}

static void a_property_that_ends_past_its_object_is_not_read(void** state) {
  (void)state;
  Bare* bare = listening();
  const Uris* u = &bare->uris;
  const Meter* meter = bare->handle;
  const uint32_t control = (uint32_t)ports_index(bare->kind, PORT_CONTROL);
  NamedText message = {.body = {0, u->patch_set}, .named = {u->property[PROP_OSC_NAME], 0}};
  JobsStatus* status = malloc(sizeof *status);
  assert_non_null(status);
  memcpy(message.text, "eightchr", 8);
  message.property = (LV2_Atom_Property_Body){u->patch_property, 0, {4, u->atom_urid}};
  for (uint32_t beyond = 0; beyond <= 4096; beyond = beyond ? 2 * beyond : 1)
    for (uint32_t cut = 0; cut <= sizeof message.text + sizeof message.value; cut += 8) {
      const uint32_t size = (uint32_t)sizeof message - cut;
      char hash[17];
      message.sequence.atom = (LV2_Atom){size - (uint32_t)sizeof(LV2_Atom), u->atom_sequence};
      message.event.body = (LV2_Atom){
          size - (uint32_t)(sizeof message.sequence + sizeof message.event), u->atom_object};
      message.value = (LV2_Atom_Property_Body){u->patch_value, 0, {8 + beyond, u->atom_string}};
      void* at = pages + 2 * page - size;
      memcpy(at, &message, size);
      bare->descriptor->connect_port(bare->handle, control, at);
      bare_run_as_is(bare, BLOCK);
      bare_serve(bare);
      jobs_get(meter->jobs, status, hash);
      assert_string_equal(status->properties.osc_name, beyond || cut ? "1" : "eightchr");
      message.value.value.size = 1; // the name is restored
      message.sequence.atom.size = (uint32_t)(sizeof message - sizeof(LV2_Atom));
      message.event.body.size =
          (uint32_t)(sizeof message - sizeof message.sequence - sizeof message.event);
      message.text[0] = '1';
      memcpy(bare->control, &message, sizeof message);
      bare->descriptor->connect_port(bare->handle, control, bare->control);
      bare_run_as_is(bare, BLOCK);
      bare_serve(bare);
      message.text[0] = 'e';
    }
  free(status);
  bare_free(bare);
}

/// Play the next block.  At its frame \p offset the transport is at \p frame.
/// \param speed NAN: the message has no speed
static void play_at(Bare* bare, unsigned* block, int64_t offset, int64_t frame, float speed) {
  const Uris* u = &bare->uris;
  LV2_Atom_Forge forge;
  LV2_Atom_Forge_Frame sequence, object;
  bare_begin_events(bare, &forge, &sequence);
  lv2_atom_forge_frame_time(&forge, offset);
  lv2_atom_forge_object(&forge, &object, 0, u->time_position);
  lv2_atom_forge_key(&forge, u->time_frame);
  lv2_atom_forge_long(&forge, frame);
  if (!isnan(speed)) {
    lv2_atom_forge_key(&forge, u->time_speed);
    lv2_atom_forge_float(&forge, speed);
  }
  lv2_atom_forge_pop(&forge, &object);
  lv2_atom_forge_pop(&forge, &sequence);
  LV2_Atom_Event* event = (void*)(bare->control + sizeof(LV2_Atom_Sequence));
  if (*block % 2) event->body.type = u->atom_blank; // older hosts write objects like this
  bare_music(bare, RATE, (uint64_t)*block * BLOCK, BLOCK);
  bare_run_as_is(bare, BLOCK);
  bare_serve(bare);
  ++*block;
}

static void a_position_within_a_block_counts_from_its_frame(void** state) {
  (void)state;
  Bare* bare = listening();
  const Meter* meter = bare->handle;
  for (unsigned block = BLOCKS; block < BLOCKS + 40;) {
    const int64_t offset = 37 * block % BLOCK;
    play_at(bare, &block, offset, 1000 + (int64_t)(block - BLOCKS) * BLOCK + offset, 1.0f);
  }
  // The transport has been running since the first block.
  assert_int_equal(meter->output_schedule.base, BLOCKS * BLOCK);
  bare_free(bare);
}

static void a_start_or_more_than_20_ms_is_a_jump_but_less_or_a_stop_is_not(void** state) {
  (void)state;
  static const struct {
    int64_t moved; ///< frames from where it should be
    float speed;
    bool begins;
  } steps[] = {{0, 1.0f, true},     {0, NAN, false},    {160, 1.0f, false}, {-160, 1.0f, false},
               {161, 1.0f, true},   {-161, 1.0f, true}, {0, 0.0f, false},   {0, 0.0f, false},
               {0, 1.0f, true},     {0, 0.5f, false},   {0, 0.5f, false},   {0, 0.0f, false},
               {-9000, 0.0f, true}, {0, -1.0f, true},   {0, -1.0f, false}};
  Bare* bare = listening();
  const Meter* meter = bare->handle;
  unsigned block = BLOCKS;
  int64_t frame = 50000;
  for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; ++i) {
    const uint64_t at = (uint64_t)block * BLOCK;
    frame += steps[i].moved;
    play_at(bare, &block, 0, frame, steps[i].speed);
    if ((meter->output_schedule.base == at) != steps[i].begins) fail_msg("step %u", i);
    frame += (int64_t)((isnan(steps[i].speed) ? 1.0f : steps[i].speed) * BLOCK);
  }
  bare_free(bare);
}

static void each_requested_property_is_sent(void** state) {
  (void)state;
  static const unsigned asked[] = {PROP_OSC_NAME, PROP_WEB};
  Bare* bare = listening();
  const Uris* u = &bare->uris;
  LV2_Atom_Forge forge;
  LV2_Atom_Forge_Frame sequence, object;
  bare_begin_events(bare, &forge, &sequence);
  for (unsigned i = 0; i < 2; ++i) {
    lv2_atom_forge_frame_time(&forge, i);
    lv2_atom_forge_object(&forge, &object, 0, u->patch_get);
    lv2_atom_forge_key(&forge, u->patch_property);
    lv2_atom_forge_urid(&forge, u->property[asked[i]]);
    lv2_atom_forge_pop(&forge, &object);
  }
  lv2_atom_forge_pop(&forge, &sequence);
  LV2_Atom* notify = (void*)bare->notify;
  notify->size = BARE_ATOM_BYTES - sizeof *notify;
  bare_run_as_is(bare, BLOCK);
  unsigned told = 0;
  LV2_ATOM_SEQUENCE_FOREACH((const LV2_Atom_Sequence*)(const void*)notify, event) {
    const LV2_Atom_Object* set = (const LV2_Atom_Object*)&event->body;
    const LV2_Atom* property = NULL;
    if (event->body.type != u->atom_object || set->body.otype != u->patch_set) continue;
    lv2_atom_object_get(set, u->patch_property, &property, 0);
    assert_non_null(property);
    const LV2_URID name = ((const LV2_Atom_URID*)property)->body;
    assert_true(name == u->property[asked[0]] || name == u->property[asked[1]]);
    told |= name == u->property[asked[0]] ? 1U : 2U;
  }
  assert_int_equal(told, 3);
  bare_free(bare);
}

static void after_an_activation_the_transport_is_not_known(void** state) {
  (void)state;
  Bare* bare = listening();
  const Meter* meter = bare->handle;
  unsigned block = BLOCKS;
  play_at(bare, &block, 0, 1000, 1.0f);
  bare->descriptor->activate(bare->handle);
  bare_run(bare, BLOCK, true);
  const uint64_t at = (uint64_t)++block * BLOCK;
  play_at(bare, &block, 0, 1000 + 2 * BLOCK, 1.0f); // its position if it has not stopped
  assert_int_equal(meter->output_schedule.base, at);
  bare_free(bare);
}

static void a_switch_is_on_above_its_middle_and_a_step_is_the_nearest(void** state) {
  (void)state;
  static const struct {
    float value;
    bool on;
    unsigned step;
  } cases[] = {{0.0f, false, 1},  {0.1f, false, 1}, {0.5f, false, 1}, {0.51f, true, 1},
               {1.0f, true, 1},   {4.4f, true, 4},  {4.5f, true, 5},  {4.6f, true, 5},
               {15.9f, true, 16}, {90.0f, true, 16}};
  Bare* bare = bare_new(PLUGIN_MIDI, RATE, BARE_ALL);
  assert_non_null(bare);
  for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    bare->controls[PORT_HOLD] = bare->controls[PORT_MIDI_CHANNEL] = cases[i].value;
    assert_int_equal(meter_input_on(bare->handle, PORT_HOLD), cases[i].on);
    assert_int_equal(meter_input_step(bare->handle, PORT_MIDI_CHANNEL), cases[i].step);
  }
  bare_free(bare);
}

int main(void) {
#define AT_THE_EDGE(name) cmocka_unit_test_setup_teardown(name, make_pages, drop_pages)
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_value_that_is_not_a_number_is_the_default_and_others_are_clamped),
      cmocka_unit_test(the_last_of_many_settings_counts),
      cmocka_unit_test(freewheel_uses_no_worker_and_no_reading_is_late),
      AT_THE_EDGE(numbers_of_the_wrong_size_are_ignored),
      AT_THE_EDGE(texts_end_with_their_atom),
      AT_THE_EDGE(a_property_is_named_by_a_urid_and_set_by_a_value_of_its_type),
      AT_THE_EDGE(the_windows_reset_and_close_messages_work),
      AT_THE_EDGE(a_sequence_smaller_than_its_header_is_empty),
      AT_THE_EDGE(an_invalid_message_does_not_hide_the_next),
      AT_THE_EDGE(an_object_that_ends_past_the_message_is_not_read),
      AT_THE_EDGE(a_property_that_ends_past_its_object_is_not_read),
      cmocka_unit_test(a_position_within_a_block_counts_from_its_frame),
      cmocka_unit_test(a_start_or_more_than_20_ms_is_a_jump_but_less_or_a_stop_is_not),
      cmocka_unit_test(each_requested_property_is_sent),
      cmocka_unit_test(the_longest_path_is_a_request),
      cmocka_unit_test(a_status_that_finds_the_mailbox_full_comes_later),
      cmocka_unit_test(after_an_activation_the_transport_is_not_known),
      cmocka_unit_test(a_switch_is_on_above_its_middle_and_a_step_is_the_nearest),
  };
  return cmocka_run_group_tests_name("host input", tests, NULL, NULL);
}
