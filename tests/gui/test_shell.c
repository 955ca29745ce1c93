// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The window shell by itself: buttons, keys, sizes, what is drawn again, and unwanted drops.
/// Needs an X display; run by with_display.sh.
#include "gui/kit/shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// After the others: Xlib makes Bool a macro.
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/keysym.h>

#include <cmocka.h>

enum { WIDTH = 300, HEIGHT = 200, MOST = 64, ROUNDS = 1000 };

/// A client of the shell, and a second connection that acts on its window.
typedef struct {
  Shell* shell;
  Display* display;
  XID window, source; ///< the source of drops
  double width, height;
  InputEvent events[MOST]; ///< pressed buttons, keys and texts
  int n, drops;
  int resizes, draws;
  double gray; ///< what the client draws
} ShellTest;

static void on_resize(void* handle, double width, double height) {
  ShellTest* t = handle;
  t->width = width;
  t->height = height;
  ++t->resizes;
}

static void on_draw(void* handle, cairo_t* cr, Rect clip) {
  ShellTest* t = handle;
  ++t->draws;
  cairo_set_source_rgb(cr, t->gray, t->gray, t->gray);
  cairo_rectangle(cr, clip.x, clip.y, clip.w, clip.h);
  cairo_fill(cr);
}

static void on_input(void* handle, const InputEvent* event) {
  ShellTest* t = handle;
  const bool counts =
      event->kind == INPUT_PRESSED || event->kind == INPUT_KEY || event->kind == INPUT_TEXT;
  if (counts && t->n < MOST) t->events[t->n++] = *event;
}

static void on_drop(void* handle, const char* uris) {
  (void)uris;
  ++((ShellTest*)handle)->drops;
}

static int setup(void** state) {
  static const ShellClient client = {on_resize, on_draw, on_input, on_drop};
  const ShellOptions options = {.class_name = "Shell",
                                .program = true,
                                .scale = 2.0,
                                .width = WIDTH,
                                .height = HEIGHT,
                                .min_width = 100,
                                .min_height = 50};
  char error[200] = "";
  ShellTest* t = calloc(1, sizeof *t);
  if (!t) return -1;
  t->gray = 1.0;
  t->display = XOpenDisplay(NULL);
  if (!t->display || !shell_new(&t->shell, &options, &client, t, error, sizeof error)) return -1;
  t->window = shell_native(t->shell);
  t->source = XCreateSimpleWindow(t->display, DefaultRootWindow(t->display), 0, 0, 9, 9, 0, 0, 0);
  *state = t;
  return 0;
}

static int teardown(void** state) {
  ShellTest* t = *state;
  shell_free(t->shell);
  XCloseDisplay(t->display);
  free(t);
  return 0;
}

// Handle the events that were sent, and those that they cause.
static void update(ShellTest* t) {
  XSync(t->display, False);
  shell_wait(t->shell, 0.02);
  shell_update(t->shell);
}

/// Update until something has happened.
#define UPDATE_UNTIL(t, condition)                                                                 \
  do {                                                                                             \
    for (int round = 0; round < ROUNDS && !(condition); ++round)                                   \
      update(t);                                                                                   \
    assert_true(condition);                                                                        \
  } while (0)

// Asks the server after each update, so the events of all that it was sent are there for the next.
static void update_until_quiet(ShellTest* t) {
  for (int round = 0, quiet = 0; round < ROUNDS && quiet < 2; ++round) {
    const int before = t->resizes + t->draws;
    update(t);
    shell_visible(t->shell);
    quiet = t->resizes + t->draws == before ? quiet + 1 : 0;
  }
}

static bool is_viewable(const ShellTest* t) {
  XWindowAttributes a;
  return XGetWindowAttributes(t->display, t->window, &a) && a.map_state == IsViewable;
}

/// Brightness of a pixel on the display, 0 to 255; -1: it cannot be read.
static int pixel(const ShellTest* t, int x, int y) {
  XWindowAttributes a;
  if (!is_viewable(t) || !XGetWindowAttributes(t->display, t->window, &a)) return -1;
  if (x >= a.width || y >= a.height) return -1;
  XImage* image = XGetImage(t->display, t->window, x, y, 1, 1, AllPlanes, ZPixmap);
  if (!image) return -1;
  const int value = (int)(XGetPixel(image, 0, 0) & 0xFF);
  XDestroyImage(image);
  return value;
}

static void send_button(ShellTest* t, unsigned button) {
  XEvent e = {.xbutton = {.type = ButtonPress,
                          .display = t->display,
                          .window = t->window,
                          .button = button,
                          .x = 20,
                          .y = 30,
                          .same_screen = True}};
  XSendEvent(t->display, t->window, True, ButtonPressMask, &e);
}

static void send_key(ShellTest* t, KeySym key, unsigned modifiers) {
  XEvent e = {.xkey = {.type = KeyPress,
                       .display = t->display,
                       .window = t->window,
                       .root = DefaultRootWindow(t->display),
                       .state = modifiers,
                       .keycode = XKeysymToKeycode(t->display, key),
                       .same_screen = True}};
  XSendEvent(t->display, t->window, True, KeyPressMask, &e);
}

static void each_button_is_itself(void** state) {
  static const InputButton buttons[] = {INPUT_MAIN, INPUT_MIDDLE, INPUT_SECOND};
  ShellTest* t = *state;
  send_button(t, 9); // is ignored
  for (unsigned i = 0; i < 3; ++i)
    send_button(t, i + 1);
  UPDATE_UNTIL(t, t->n == 3);
  for (int i = 0; i < 3; ++i) {
    assert_int_equal(t->events[i].kind, INPUT_PRESSED);
    assert_int_equal(t->events[i].button, buttons[i]);
    assert_true(t->events[i].x == 20.0 && t->events[i].y == 30.0 && t->events[i].now > 0.0);
  }
}

static void keys_with_alt_are_the_desktop_s(void** state) {
  ShellTest* t = *state;
  send_key(t, XK_Right, Mod1Mask);
  send_key(t, XK_a, Mod1Mask);
  send_key(t, XK_a, Mod4Mask);
  send_key(t, XK_Right, ShiftMask);
  send_key(t, XK_a, ControlMask);
  send_key(t, XK_a, 0);
  UPDATE_UNTIL(t, t->n > 0 && t->events[t->n - 1].kind == INPUT_TEXT);
  assert_int_equal(t->n, 3);
  assert_true(t->events[0].kind == INPUT_KEY && t->events[0].key == INPUT_RIGHT);
  assert_true(t->events[0].shift && !t->events[0].ctrl);
  assert_true(t->events[1].kind == INPUT_KEY && t->events[1].key == INPUT_OTHER);
  assert_true(t->events[1].ctrl && !t->events[1].shift && t->events[1].ch == 'a');
}

static void sizes_are_multiplied_by_the_scale(void** state) {
  ShellTest* t = *state;
  XSizeHints hints = {0};
  XWindowAttributes a;
  long supplied;
  int width, height;
  assert_true(t->width == 2.0 * WIDTH && t->height == 2.0 * HEIGHT);
  shell_wish(t->shell, &width, &height);
  assert_true(width == 2 * WIDTH && height == 2 * HEIGHT);
  assert_true(XGetWindowAttributes(t->display, t->window, &a));
  assert_true(a.width == 2 * WIDTH && a.height == 2 * HEIGHT);
  assert_true(XGetWMNormalHints(t->display, t->window, &hints, &supplied));
  assert_true(hints.min_width == 200 && hints.min_height == 100);
}

static void the_picture_has_the_window_s_size(void** state) {
  ShellTest* t = *state;
  UPDATE_UNTIL(t, pixel(t, 2 * WIDTH - 1, 2 * HEIGHT - 1) == 255);
  shell_set_size(t->shell, 800, 500);
  UPDATE_UNTIL(t, pixel(t, 799, 499) == 255);
  assert_true(t->width == 800.0 && t->height == 500.0);
  update_until_quiet(t);
  // Only what changed is drawn again.
  t->gray = 0.0;
  const Rect dirty[] = {{10.5, 10.5, 19.7, 19.7}, {700.0, 400.0, 500.0, 500.0}};
  shell_post(t->shell, dirty, 2);
  UPDATE_UNTIL(t, pixel(t, 15, 15) == 0 && pixel(t, 799, 499) == 0);
  assert_int_equal(pixel(t, 400, 300), 255);
  assert_true(pixel(t, 10, 10) == 0 && pixel(t, 30, 30) == 0); // pixels that are touched in part
  assert_true(pixel(t, 9, 15) == 255 && pixel(t, 31, 15) == 255);
}

static void a_window_is_drawn_again_after_it_was_hidden(void** state) {
  ShellTest* t = *state;
  UPDATE_UNTIL(t, pixel(t, 15, 15) == 255 && shell_visible(t->shell));
  XUnmapWindow(t->display, t->window);
  UPDATE_UNTIL(t, !shell_visible(t->shell));
  t->gray = 0.0;
  XMapWindow(t->display, t->window);
  UPDATE_UNTIL(t, pixel(t, 15, 15) == 0 && pixel(t, 2 * WIDTH - 1, 2 * HEIGHT - 1) == 0);
  assert_true(shell_visible(t->shell));
}

static void send_message(ShellTest* t, const char* type, long flags, const char* offered) {
  XEvent e = {.xclient = {.type = ClientMessage,
                          .window = t->window,
                          .message_type = XInternAtom(t->display, type, False),
                          .format = 32}};
  e.xclient.data.l[0] = (long)t->source;
  e.xclient.data.l[1] = flags;
  if (offered) e.xclient.data.l[2] = (long)XInternAtom(t->display, offered, False);
  XSendEvent(t->display, t->window, False, NoEventMask, &e);
}

/// Wait for an answer to the source.  \return whether it accepts
static bool answered(ShellTest* t, const char* type) {
  XEvent e;
  bool came = false;
  UPDATE_UNTIL(t,
               (came = came || XCheckTypedWindowEvent(t->display, t->source, ClientMessage, &e)));
  assert_int_equal(e.xclient.message_type, XInternAtom(t->display, type, False));
  assert_int_equal(e.xclient.data.l[0], t->window);
  const Atom copy = XInternAtom(t->display, "XdndActionCopy", False);
  const long action = e.xclient.data.l[strcmp(type, "XdndStatus") == 0 ? 4 : 2];
  assert_int_equal(action, e.xclient.data.l[1] & 1 ? copy : None);
  return e.xclient.data.l[1] & 1;
}

// Its source waits for each answer.
static void an_unwanted_drop_is_refused(void** state) {
  ShellTest* t = *state;
  send_message(t, "XdndEnter", 5L << 24, "text/plain");
  send_message(t, "XdndPosition", 0, NULL);
  assert_false(answered(t, "XdndStatus"));
  send_message(t, "XdndDrop", 0, NULL);
  assert_false(answered(t, "XdndFinished"));
  send_message(t, "XdndEnter", 5L << 24, "text/uri-list");
  send_message(t, "XdndPosition", 0, NULL);
  assert_true(answered(t, "XdndStatus"));
  send_message(t, "XdndDrop", 0, NULL); // but nobody has the data
  assert_false(answered(t, "XdndFinished"));
  send_message(t, "XdndEnter", 5L << 24, "text/uri-list");
  send_message(t, "XdndEnter", 5L << 24, "text/plain"); // another thing is dragged
  send_message(t, "XdndPosition", 0, NULL);
  assert_false(answered(t, "XdndStatus"));
  assert_int_equal(t->drops, 0);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(each_button_is_itself),
      TEST(keys_with_alt_are_the_desktop_s),
      TEST(sizes_are_multiplied_by_the_scale),
      TEST(the_picture_has_the_window_s_size),
      TEST(a_window_is_drawn_again_after_it_was_hidden),
      TEST(an_unwanted_drop_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
