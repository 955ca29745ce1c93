// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The window's module in a simulated host: opened, fed, clicked, resized, hidden and closed
/// repeatedly. Needs an X display; run by with_display.sh.
#include "scenes.h"

#include "plugin/ports.h"
#include "plugin/uris.h"

#include <dlfcn.h>
#include <lv2/atom/forge.h>
#include <lv2/atom/util.h>
#include <lv2/ui/ui.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// After LV2: Xlib makes Bool a macro.
#include <X11/Xlib.h>
#include <X11/Xutil.h>

#include <cmocka.h>

#define MAX_URIS 256

static char* uri_names[MAX_URIS];

static LV2_URID map_uri(LV2_URID_Map_Handle handle, const char* uri) {
  (void)handle;
  for (unsigned i = 0; i < MAX_URIS; ++i) {
    if (!uri_names[i]) {
      uri_names[i] = malloc(strlen(uri) + 1);
      strcpy(uri_names[i], uri);
    }
    if (strcmp(uri_names[i], uri) == 0) return i + 1;
  }
  return 0;
}

typedef struct {
  Display* display;
  XID parent; ///< the host's parent window
  LV2UI_Handle ui;
  const LV2UI_Descriptor* descriptor;
  const LV2UI_Idle_Interface* idle;
  const LV2UI_Resize* resize;
  XID window;
  Uris uris;
  LV2_Atom_Forge forge;
  LV2_URID event_transfer;
  int opens, closes, explains, explain_off, resets, touches, releases;
  int writes;
  uint32_t port;
  float value;
  int wished_width, wished_height;
  bool can_request;                  ///< offer ui:requestValue
  LV2UI_Request_Value_Status answer; ///< ... and return this
  int requests, picks;
  char picked[1024];    ///< the value of the last property that was set
  unsigned with_button; ///< of the mouse; 0: the main one
  LV2_URID requested_key, requested_type;
  bool err; ///< make an X error of the host's own whenever the window writes
} Host;

static LV2_URID_Map map = {NULL, map_uri};

static void provoke_error(Display* display) {
  XWindowAttributes a;
  XGetWindowAttributes(display, (XID)0x7FFFFF, &a); // there is no window of that number
}

static void on_write(LV2UI_Controller controller, uint32_t port, uint32_t size, uint32_t protocol,
                     const void* buffer) {
  Host* h = controller;
  if (h->err) provoke_error(h->display);
  if (protocol == 0) {
    assert_int_equal(size, sizeof(float));
    ++h->writes;
    h->port = port;
    h->value = *(const float*)buffer;
    return;
  }
  assert_int_equal(port, PORT_CONTROL);
  assert_int_equal(protocol, h->event_transfer);
  const LV2_Atom_Object* object = buffer;
  assert_int_equal(size, lv2_atom_total_size(&object->atom));
  const LV2_URID type = object->body.otype;
  h->opens += type == h->uris.ui_open;
  h->closes += type == h->uris.ui_close;
  h->resets += type == h->uris.ui_reset;
  h->picks += type == h->uris.patch_set;
  if (type == h->uris.patch_set) {
    const LV2_Atom* value = NULL;
    lv2_atom_object_get(object, h->uris.patch_value, &value, 0);
    assert_non_null(value);
    snprintf(h->picked, sizeof h->picked, "%s", (const char*)LV2_ATOM_BODY_CONST(value));
  }
  if (type == h->uris.ui_explain) {
    const LV2_Atom* on = NULL;
    lv2_atom_object_get(object, h->uris.ui_on, &on, 0);
    assert_non_null(on);
    if (((const LV2_Atom_Bool*)on)->body) {
      ++h->explains;
    } else {
      ++h->explain_off;
    }
  }
}

static void on_touch(LV2UI_Feature_Handle handle, uint32_t port, bool grabbed) {
  Host* h = handle;
  (void)port;
  if (grabbed) {
    ++h->touches;
  } else {
    ++h->releases;
  }
}

static int on_resize(LV2UI_Feature_Handle handle, int width, int height) {
  Host* h = handle;
  h->wished_width = width;
  h->wished_height = height;
  return 0;
}

static LV2UI_Request_Value_Status on_request(LV2UI_Feature_Handle handle, LV2_URID key,
                                             LV2_URID type, const LV2_Feature* const* features) {
  Host* h = handle;
  (void)features;
  ++h->requests;
  h->requested_key = key;
  h->requested_type = type;
  return h->answer;
}

static double clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void idle_once(Host* h) {
  assert_int_equal(h->idle->idle(h->ui), 0);
  XSync(h->display, False);
  nanosleep(&(struct timespec){0, 10000000}, NULL);
}

#define PATIENCE 90.0 // seconds: a busy machine may be slow

// Call idle() until something has happened; the time depends on the machine.
#define IDLE_UNTIL(h, condition)                                                                   \
  do {                                                                                             \
    const double limit = clock_seconds() + PATIENCE;                                               \
    while (!(condition) && clock_seconds() < limit)                                                \
      idle_once(h);                                                                                \
    assert_true(condition);                                                                        \
  } while (0)

// Call idle() a little longer, to check that nothing more happens.
static void idle_on(Host* h) {
  for (int i = 0; i < 10; ++i)
    idle_once(h);
}

static void open_ui(Host* h) {
  // The module keeps pointers to these, so they must live longer.
  static LV2UI_Touch touch;
  static LV2UI_Request_Value request;
  touch = (LV2UI_Touch){h, on_touch};
  request = (LV2UI_Request_Value){h, on_request};
  LV2UI_Resize resize = {h, on_resize};
  const LV2_Feature features[] = {{LV2_URID__map, &map},
                                  {LV2_UI__parent, (void*)h->parent},
                                  {LV2_UI__touch, &touch},
                                  {LV2_UI__resize, &resize},
                                  {LV2_UI__requestValue, &request}};
  const LV2_Feature* list[] = {
      &features[0], &features[1], &features[2], &features[3], h->can_request ? &features[4] : NULL,
      NULL};
  LV2UI_Widget widget = NULL;
  h->ui = h->descriptor->instantiate(h->descriptor, CIRCUMPLEX_URI_METER, "/", on_write, h, &widget,
                                     list);
  assert_non_null(h->ui);
  h->window = (XID)widget;
  h->idle = h->descriptor->extension_data(LV2_UI__idleInterface);
  h->resize = h->descriptor->extension_data(LV2_UI__resize);
  assert_non_null(h->idle);
  assert_non_null(h->resize);
}

static void close_ui(Host* h) {
  h->descriptor->cleanup(h->ui);
  h->ui = NULL;
}

// Send estimates as the plugin does (see plugin/protocol.h).  \param said number in the message
static void feed_saying(Host* h, int64_t first, int count, int said) {
  static _Alignas(8) uint8_t buffer[65536];
  static float values[32 * PROTOCOL_FLOATS];
  static uint8_t attention[32 * PROTOCOL_ATTENTION];
  assert_true(count <= 32);
  for (int i = 0; i < count; ++i) {
    scene_record(first + i, values + i * PROTOCOL_FLOATS, attention + i * PROTOCOL_ATTENTION);
  }
  LV2_Atom_Forge_Frame frame;
  lv2_atom_forge_set_buffer(&h->forge, buffer, sizeof buffer);
  lv2_atom_forge_object(&h->forge, &frame, 0, h->uris.ui_estimates);
  lv2_atom_forge_key(&h->forge, h->uris.ui_first);
  lv2_atom_forge_long(&h->forge, first);
  lv2_atom_forge_key(&h->forge, h->uris.ui_count);
  lv2_atom_forge_int(&h->forge, said);
  lv2_atom_forge_key(&h->forge, h->uris.ui_values);
  lv2_atom_forge_vector(&h->forge, sizeof(float), h->uris.atom_float,
                        (uint32_t)(count * PROTOCOL_FLOATS), values);
  lv2_atom_forge_key(&h->forge, h->uris.ui_attention);
  lv2_atom_forge_atom(&h->forge, (uint32_t)(count * PROTOCOL_ATTENTION), h->uris.atom_chunk);
  lv2_atom_forge_write(&h->forge, attention, (uint32_t)(count * PROTOCOL_ATTENTION));
  lv2_atom_forge_pop(&h->forge, &frame);
  const LV2_Atom* atom = (const LV2_Atom*)buffer;
  h->descriptor->port_event(h->ui, PORT_NOTIFY, lv2_atom_total_size(atom), h->event_transfer, atom);
}

static void feed(Host* h, int64_t first, int count) {
  feed_saying(h, first, count, count);
}

static void button(Host* h, double x, double y, bool press) {
  XEvent e = {0};
  e.xbutton.type = press ? ButtonPress : ButtonRelease;
  e.xbutton.display = h->display;
  e.xbutton.window = h->window;
  e.xbutton.button = h->with_button ? h->with_button : 1;
  e.xbutton.x = (int)x;
  e.xbutton.y = (int)y;
  e.xbutton.same_screen = True;
  XSendEvent(h->display, h->window, True, press ? ButtonPressMask : ButtonReleaseMask, &e);
  XFlush(h->display);
}

static bool is_viewable(Host* h) {
  XWindowAttributes a;
  return XGetWindowAttributes(h->display, h->window, &a) && a.map_state == IsViewable;
}

static bool has_size(Host* h, int width, int height) {
  XWindowAttributes a;
  return XGetWindowAttributes(h->display, h->window, &a) && a.width == width && a.height == height;
}

static void click(Host* h, MeterPart part) {
  const MeterLayout l = meter_layout_compute(900, 600, 1.0, METER_FULL);
  const double x = l.parts[part].x + 0.5 * l.parts[part].w;
  const double y = l.parts[part].y + 0.5 * l.parts[part].h;
  button(h, x, y, true);
  button(h, x, y, false);
}

// Whether the mood bar has the colour of a reading at a share of its width.
static bool mood_shows(Host* h, double share) {
  if (!is_viewable(h) || !has_size(h, 900, 600)) return false;
  const MeterLayout l = meter_layout_compute(900, 600, 1.0, METER_FULL);
  XImage* image = XGetImage(h->display, h->window, (int)(l.mood.x + share * l.mood.w),
                            (int)(l.mood.y + 0.5 * l.mood.h), 1, 1, AllPlanes, ZPixmap);
  if (!image) return false;
  const unsigned long p = XGetPixel(image, 0, 0);
  XDestroyImage(image);
  return (p >> 16 & 0xFF) + (p >> 8 & 0xFF) + (p & 0xFF) > 250;
}

static int setup(void** state) {
  Host* h = calloc(1, sizeof *h);
  if (!h) return -1;
  h->display = XOpenDisplay(NULL);
  if (!h->display) return -1;
  h->parent =
      XCreateSimpleWindow(h->display, DefaultRootWindow(h->display), 0, 0, 900, 600, 0, 0, 0);
  XMapWindow(h->display, h->parent);
  XSync(h->display, False);
  uris_map(&h->uris, &map);
  h->event_transfer = map_uri(NULL, LV2_ATOM__eventTransfer);
  lv2_atom_forge_init(&h->forge, &map);
  void* module = dlopen(CIRCUMPLEX_UI_MODULE, RTLD_NOW | RTLD_LOCAL);
  if (!module) return -1;
  const LV2UI_Descriptor* (*get)(uint32_t);
  *(void**)&get = dlsym(module, "lv2ui_descriptor");
  h->descriptor = get ? get(0) : NULL;
  if (!h->descriptor || get(1)) return -1;
  *state = h;
  return 0;
}

static int teardown(void** state) {
  Host* h = *state;
  XDestroyWindow(h->display, h->parent);
  XCloseDisplay(h->display);
  free(h);
  return 0;
}

static void it_sends_open_and_close_messages(void** state) {
  Host* h = *state;
  assert_string_equal(h->descriptor->URI, CIRCUMPLEX_URI_UI);
  open_ui(h);
  assert_int_equal(h->opens, 1);
  assert_int_equal(h->wished_width, 900);
  assert_int_equal(h->wished_height, 600);
  for (int i = 0; i < 8; ++i)
    feed(h, i * 25, 25);
  IDLE_UNTIL(h, h->explains == 1); // the cue bars are visible
  // The mood bar is coloured from end to end: it has all of the last minute.
  for (int i = 1; i < 20; ++i)
    IDLE_UNTIL(h, mood_shows(h, i / 20.0));
  assert_int_equal(h->explains, 1);
  close_ui(h);
  assert_int_equal(h->closes, 1);
}

static void clicks_reach_the_ports(void** state) {
  Host* h = *state;
  open_ui(h);
  for (int i = 0; i < 8; ++i)
    feed(h, i * 25, 25);
  IDLE_UNTIL(h, mood_shows(h, 0.5));
  for (h->with_button = 2; h->with_button <= 3; ++h->with_button)
    click(h, METER_PART_HOLD); // only the main button presses
  h->with_button = 0;
  idle_on(h);
  assert_int_equal(h->writes, 0);
  click(h, METER_PART_HOLD);
  IDLE_UNTIL(h, h->releases == 1);
  assert_int_equal(h->writes, 1);
  assert_int_equal(h->port, PORT_HOLD);
  assert_true(h->value == 1.0f);
  assert_int_equal(h->touches, 1);
  click(h, METER_PART_RESET);
  IDLE_UNTIL(h, h->resets == 1);
  click(h, METER_PART_RESPONSE);
  IDLE_UNTIL(h, h->releases == 2);
  assert_int_equal(h->port, PORT_RESPONSE);
  assert_true(h->value > 1.0f && h->value < 5.0f);
  // The picture shows the host's value: hold is off, so the next click switches it on.
  const float off = 0.0f;
  h->descriptor->port_event(h->ui, PORT_HOLD, sizeof off, 0, &off);
  click(h, METER_PART_HOLD);
  IDLE_UNTIL(h, h->releases == 3);
  assert_int_equal(h->port, PORT_HOLD);
  assert_true(h->value == 1.0f);
  idle_on(h);
  assert_int_equal(h->resets, 1);
  assert_int_equal(h->releases, 3);
  close_ui(h);
}

// Send the model in use, as the plugin does.
static void tell_model(Host* h, const char* path) {
  _Alignas(8) uint8_t buffer[1024];
  LV2_Atom_Forge_Frame frame;
  lv2_atom_forge_set_buffer(&h->forge, buffer, sizeof buffer);
  lv2_atom_forge_object(&h->forge, &frame, 0, h->uris.ui_status);
  lv2_atom_forge_key(&h->forge, h->uris.ui_model);
  lv2_atom_forge_path(&h->forge, path, (uint32_t)strlen(path));
  lv2_atom_forge_pop(&h->forge, &frame);
  const LV2_Atom* atom = (const LV2_Atom*)buffer;
  h->descriptor->port_event(h->ui, PORT_NOTIFY, lv2_atom_total_size(atom), h->event_transfer, atom);
}

// A host with a file dialog is asked for the model's path; if it refuses, the list opens.
static void installed_models_are_offered_and_the_host_s_dialog_last(void** state) {
  Host* h = *state;
  for (int i = 0; i < 2; ++i) {
    h->can_request = i == 1;
    h->answer = LV2UI_REQUEST_VALUE_SUCCESS;
    open_ui(h);
    for (int k = 0; k < 8; ++k)
      feed(h, k * 25, 25);
    tell_model(h, CIRCUMPLEX_SOURCE_DIR "/models/default.safetensors");
    IDLE_UNTIL(h, mood_shows(h, 0.5));
    click(h, METER_PART_MODEL);
    // The list's lowest line covers the model control.
    const MeterLayout l = meter_layout_compute(900, 600, 1.0, METER_FULL);
    const Rect r = l.parts[METER_PART_MODEL];
    idle_on(h);
    assert_int_equal(h->requests, 0);
    button(h, r.x + 3.0 * l.unit, r.y - 1.5 * l.unit, true);
    button(h, r.x + 3.0 * l.unit, r.y - 1.5 * l.unit, false);
    if (i == 0) {
      IDLE_UNTIL(h, h->picks == 1); // no dialog: the last line is a model
      assert_string_equal(strrchr(h->picked, '/'), "/transformer.safetensors");
    } else {
      IDLE_UNTIL(h, h->requests == 1);
      assert_int_equal(h->requested_key, h->uris.property[PROP_MODEL]);
      assert_int_equal(h->requested_type, h->uris.atom_path);
      assert_int_equal(h->picks, 1);
    }
    close_ui(h);
  }
}

static void it_follows_the_host_s_size(void** state) {
  Host* h = *state;
  open_ui(h);
  feed(h, 0, 25);
  IDLE_UNTIL(h, h->explains == 1);
  h->resize->ui_resize(h->ui, 300, 340);
  IDLE_UNTIL(h, has_size(h, 300, 340));
  IDLE_UNTIL(h, h->explain_off == 1); // no cue bars in the compact view: nothing to compute
  h->resize->ui_resize(h->ui, 900, 600);
  IDLE_UNTIL(h, h->explains == 2);
  assert_true(has_size(h, 900, 600));
  close_ui(h);
}

// Hosts with GTK open a window at least as large as this hint.
static void its_smallest_size_is_in_pixels(void** state) {
  Host* h = *state;
  open_ui(h);
  XSizeHints hints = {0};
  long supplied;
  assert_true(XGetWMNormalHints(h->display, h->window, &hints, &supplied));
  assert_true(hints.flags & PMinSize);
  assert_int_equal(hints.min_width, (int)METER_MIN_WIDTH);
  assert_int_equal(hints.min_height, (int)METER_MIN_HEIGHT);
  close_ui(h);
}

// CPU time of this process for an estimate, ms: the smallest of several batches, to ignore other
// load.
static double estimate_ms(Host* h, int64_t first) {
  double least = 1e9;
  const int rounds = 20;
  for (int batch = 0; batch < 5; ++batch) {
    struct timespec start, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (int i = 0; i < rounds; ++i) {
      feed(h, first++, 1);
      h->idle->idle(h->ui);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    const double ms =
        1e3 * (double)(end.tv_sec - start.tv_sec) + 1e-6 * (double)(end.tv_nsec - start.tv_nsec);
    if (ms / rounds < least) least = ms / rounds;
  }
  return least;
}

static void a_hidden_window_draws_nothing(void** state) {
  Host* h = *state;
  open_ui(h);
  for (int i = 0; i < 8; ++i)
    feed(h, i * 25, 25);
  IDLE_UNTIL(h, mood_shows(h, 0.9));
  const double shown = estimate_ms(h, 200);
  XUnmapWindow(h->display, h->parent);
  IDLE_UNTIL(h, h->explain_off == 1);
  const double hidden = estimate_ms(h, 300);
  print_message("CPU for an estimate: shown %.3f ms, hidden %.3f ms\n", shown, hidden);
  assert_true(hidden < 0.4 * shown);
  XMapWindow(h->display, h->parent);
  IDLE_UNTIL(h, mood_shows(h, 0.9));
  close_ui(h);
}

// Like a host's own handler: Xlib passes it no pointer of ours.
static int host_errors;
static int count_error(Display* display, XErrorEvent* event) {
  (void)display;
  (void)event;
  ++host_errors;
  return 0;
}

static void a_destroyed_parent_does_not_end_the_host(void** state) {
  Host* h = *state;
  host_errors = 0;
  int (*before)(Display*, XErrorEvent*) = XSetErrorHandler(count_error);
  for (int moment = 0; moment < 3; ++moment) {
    open_ui(h);
    for (int i = 0; i < 8; ++i)
      feed(h, i * 25, 25);
    if (moment > 0) IDLE_UNTIL(h, mood_shows(h, 0.9));
    XDestroyWindow(h->display, h->parent);
    XSync(h->display, False);
    if (moment < 2) {
      h->resize->ui_resize(h->ui, 800, 500);
      feed(h, 200, 1);
      assert_int_equal(h->idle->idle(h->ui), 1); // as if the user had closed it
      feed(h, 201, 1);
      h->resize->ui_resize(h->ui, 700, 500);
      assert_int_equal(h->idle->idle(h->ui), 1);
    }
    close_ui(h);
    assert_int_equal(host_errors, 0); // the error did not reach the host
    h->parent =
        XCreateSimpleWindow(h->display, DefaultRootWindow(h->display), 0, 0, 900, 600, 0, 0, 0);
    XMapWindow(h->display, h->parent);
    XSync(h->display, False);
  }
  // The host's handler is back in its place.
  provoke_error(h->display);
  assert_int_equal(host_errors, 1);
  assert_true(XSetErrorHandler(before) == count_error);
}

static void the_host_s_own_errors_still_reach_it(void** state) {
  Host* h = *state;
  host_errors = 0;
  int (*before)(Display*, XErrorEvent*) = XSetErrorHandler(count_error);
  h->err = true; // while the window's code is running
  open_ui(h);
  IDLE_UNTIL(h, h->explains == 1);
  h->err = false;
  close_ui(h);
  assert_int_equal(host_errors, 2); // at "open" and at "explain"
  XSetErrorHandler(before);
}

static void a_destroyed_parent_gives_no_window(void** state) {
  Host* h = *state;
  host_errors = 0;
  int (*before)(Display*, XErrorEvent*) = XSetErrorHandler(count_error);
  const LV2_Feature features[] = {{LV2_URID__map, &map}, {LV2_UI__parent, (void*)(XID)0x7FFFFF}};
  const LV2_Feature* list[] = {&features[0], &features[1], NULL};
  LV2UI_Widget widget = NULL;
  assert_null(h->descriptor->instantiate(h->descriptor, CIRCUMPLEX_URI_METER, "/", on_write, h,
                                         &widget, list));
  assert_int_equal(host_errors, 0);
  XSetErrorHandler(before);
}

static void ten_cycles_leak_nothing(void** state) {
  Host* h = *state;
  size_t after_three = 0;
  for (int i = 0; i < 13; ++i) {
    open_ui(h);
    for (int k = 0; k < 4; ++k)
      feed(h, k * 25, 25);
    IDLE_UNTIL(h, mood_shows(h, 0.9));
    close_ui(h);
    if (i == 2) after_three = mallinfo2().uordblks;
  }
  const size_t end = mallinfo2().uordblks;
  print_message("heap after 3 cycles %zu, after 13 %zu bytes\n", after_three, end);
  assert_true(end < after_three + 16384);
}

static void invalid_messages_from_the_host_are_ignored(void** state) {
  Host* h = *state;
  open_ui(h);
  _Alignas(8) uint8_t junk[512];
  unsigned seed = 1;
  for (int i = 0; i < 2000; ++i) {
    for (size_t k = 0; k < sizeof junk; ++k)
      junk[k] = (uint8_t)((seed = seed * 1664525u + 1013904223u) >> 24);
    LV2_Atom_Object* object = (LV2_Atom_Object*)junk;
    object->atom.size = seed % (sizeof junk - sizeof(LV2_Atom));
    object->atom.type = i & 1 ? h->uris.atom_object : object->atom.type;
    if (i & 2) object->body.otype = h->uris.ui_estimates;
    // An object without readable properties: its body ends after its type.
    if (i & 1) object->atom.size = sizeof(LV2_Atom_Object_Body);
    h->descriptor->port_event(h->ui, PORT_NOTIFY, lv2_atom_total_size(&object->atom),
                              h->event_transfer, junk);
    h->descriptor->port_event(h->ui, (uint32_t)i, 3, 0, junk);
  }
  IDLE_UNTIL(h, is_viewable(h) && has_size(h, 900, 600));
  feed_saying(h, 0, 30, 60); // fewer than it says
  idle_on(h);
  assert_false(mood_shows(h, 0.6));
  feed(h, 0, 30);
  feed(h, 30, 30);
  IDLE_UNTIL(h, mood_shows(h, 0.6));
  close_ui(h);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(it_sends_open_and_close_messages),
      TEST(clicks_reach_the_ports),
      TEST(installed_models_are_offered_and_the_host_s_dialog_last),
      TEST(it_follows_the_host_s_size),
      TEST(its_smallest_size_is_in_pixels),
      TEST(a_hidden_window_draws_nothing),
      TEST(a_destroyed_parent_does_not_end_the_host),
      TEST(the_host_s_own_errors_still_reach_it),
      TEST(a_destroyed_parent_gives_no_window),
      TEST(ten_cycles_leak_nothing),
      TEST(invalid_messages_from_the_host_are_ignored),
  };
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  for (unsigned i = 0; i < MAX_URIS; ++i)
    free(uri_names[i]);
  return failed;
}
