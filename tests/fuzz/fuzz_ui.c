// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Anything as events for the window's port_event(): atoms and controls, then the picture that they
/// make.  The X11 window is replaced by one that only holds the view-model.
///   over and over: PORT FORMAT LOW HIGH bytes    (FORMAT odd: an atom, even: a float)
#include "gui/meter/picture.h"
#include "gui/meter/window.h"
#include "plugin/ports.h"
#include "plugin/uris.h"

#include <lv2/ui/ui.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
const LV2UI_Descriptor* lv2ui_descriptor(uint32_t index);

// Fontconfig, Pango and GLib keep what they once made.
const char* __lsan_default_suppressions(void);
const char* __lsan_default_suppressions(void) {
  return "leak:libfontconfig\nleak:libpango\nleak:libglib\nleak:libcairo\n";
}

struct MeterWindow {
  MeterView* view;
};

MeterWindow* meter_window_new(uintptr_t parent, double scale, unsigned background,
                              const MeterActions* actions, void* handle, char* error,
                              size_t error_size) {
  (void)parent, (void)scale, (void)background, (void)actions, (void)handle, (void)error,
      (void)error_size;
  MeterWindow* window = calloc(1, sizeof *window);
  if (window) window->view = meter_view_new();
  return window;
}
void meter_window_free(MeterWindow* window) {
  meter_view_free(window->view);
  free(window);
}
uintptr_t meter_window_native(const MeterWindow* window) {
  (void)window;
  return 1;
}
MeterView* meter_window_view(MeterWindow* window) {
  return window->view;
}
void meter_window_wish(const MeterWindow* window, int* width, int* height) {
  (void)window;
  *width = *height = 100;
}
void meter_window_set_size(MeterWindow* window, int width, int height) {
  (void)window, (void)width, (void)height;
}
void meter_window_offer_models(MeterWindow* window, const char* const* names,
                               const char* const* details, size_t n, size_t current) {
  (void)window, (void)names, (void)details, (void)n, (void)current;
}
bool meter_window_idle(MeterWindow* window) {
  (void)window;
  return false;
}

#define MAX_URIS 256
static const char* uris_known[MAX_URIS];
static LV2_URID map_uri(LV2_URID_Map_Handle handle, const char* uri) {
  (void)handle;
  for (LV2_URID i = 0; i < MAX_URIS; ++i) {
    if (!uris_known[i]) uris_known[i] = uri;
    if (strcmp(uris_known[i], uri) == 0) return i + 1;
  }
  return 0;
}

static MeterWindow* made; // by the last instantiate()
static void write_back(LV2UI_Controller controller, uint32_t port, uint32_t size, uint32_t format,
                       const void* buffer) {
  (void)controller, (void)port, (void)size, (void)format, (void)buffer;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static MeterPicture* meter;
  static cairo_surface_t* surface;
  if (!meter) {
    meter = meter_picture_new();
    surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 480, 320);
    if (!meter) abort();
    meter_picture_resize(meter, 480, 320, 1.0, METER_FULL);
  }
  LV2_URID_Map map = {NULL, map_uri};
  Uris uris;
  uris_map(&uris, &map); // first, so that they have the numbers that the seeds have
  const LV2_Feature map_feature = {LV2_URID__map, &map};
  const LV2_Feature* const features[] = {&map_feature, NULL};
  LV2UI_Widget widget;
  const LV2UI_Descriptor* ui = lv2ui_descriptor(0);
  LV2UI_Handle handle =
      ui->instantiate(ui, CIRCUMPLEX_URI_MIDI, "/", write_back, NULL, &widget, features);
  if (!handle) abort();
  made = *(MeterWindow**)handle; // the first member of ui.c's struct
  const uint32_t transfer = map_uri(NULL, LV2_ATOM__eventTransfer);
  while (size >= 4) {
    const uint32_t port = data[0], format = data[1] & 1 ? transfer : 0;
    size_t n = data[2] + ((size_t)data[3] << 8);
    data += 4, size -= 4;
    if (n > size) n = size;
    uint8_t* exact = malloc(n ? n : 1);
    if (!exact) abort();
    memcpy(exact, data, n);
    ui->port_event(handle, port, (uint32_t)n, format, exact);
    free(exact);
    data += n, size -= n;
  }
  meter_view_tick(made->view, 1.0);
  Rect dirty[METER_RECTS];
  meter_picture_update(meter, made->view, ~0u, dirty);
  cairo_t* cr = cairo_create(surface);
  meter_picture_draw(meter, cr, made->view, (Rect){0, 0, 480, 320});
  if (cairo_status(cr) != CAIRO_STATUS_SUCCESS) abort(); // a number that Cairo refuses
  cairo_destroy(cr);
  ui->cleanup(handle);
  return 0;
}
