// SPDX-License-Identifier: GPL-3.0-or-later
// Writes pictures of a whole reading as PNG, SVG or PDF files.
#include "cli/plot_file.h"

#include "cli/output.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char* extension(const char* path) {
  const char* dot = strrchr(path, '.');
  return !dot ? "" : dot + 1;
}

bool plot_file_can_be(const char* path) {
  const char* e = extension(path);
  return strcasecmp(e, "png") == 0 || strcasecmp(e, "svg") == 0 || strcasecmp(e, "pdf") == 0;
}

#ifdef CIRCUMPLEX_PICTURES

#include "gui/plot/plot.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>

enum { WIDTH = 1200, HEIGHT = 675, PIXELS = 2 }; ///< points; pixels per point in a PNG

static cairo_status_t put(void* stream, const unsigned char* data, unsigned length) {
  return fwrite(data, 1, length, stream) == length ? CAIRO_STATUS_SUCCESS
                                                   : CAIRO_STATUS_WRITE_ERROR;
}

static cairo_status_t draw(FILE* stream, const char* format, PlotKind kind, const Plot* plot) {
  const bool is_png = strcasecmp(format, "png") == 0;
  cairo_surface_t* surface =
      is_png ? cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH * PIXELS, HEIGHT * PIXELS)
      : strcasecmp(format, "svg") == 0
          ? cairo_svg_surface_create_for_stream(put, stream, WIDTH, HEIGHT)
          : cairo_pdf_surface_create_for_stream(put, stream, WIDTH, HEIGHT);
  cairo_t* cr = cairo_create(surface);
  if (is_png) cairo_scale(cr, PIXELS, PIXELS);
  if (kind == PLOT_TIMECOURSE)
    plot_timecourse(cr, WIDTH, HEIGHT, plot);
  else
    plot_attention(cr, WIDTH, HEIGHT, plot);
  cairo_status_t status = cairo_status(cr);
  if (status == CAIRO_STATUS_SUCCESS && is_png)
    status = cairo_surface_write_to_png_stream(surface, put, stream);
  cairo_destroy(cr);
  cairo_surface_finish(surface);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  return status;
}

int plot_file_write(const char* path, PlotKind kind, const char* title, const char* model,
                    const WordTable* words, double rate, const Estimate* estimates, size_t n,
                    bool force, char* error, size_t error_size) {
  Output out;
  if (output_open(&out, path, force, error, error_size) != 0) return -1;
  const double seconds = n > 0 ? (double)estimates[n - 1].position / rate : 0.0;
  char subtitle[256];
  snprintf(subtitle, sizeof subtitle, "model %.100s, %d:%02d", model, (int)seconds / 60,
           (int)seconds % 60);
  const Plot plot = {title, subtitle, rate, estimates, n, words};
  const cairo_status_t status = draw(out.stream, extension(path), kind, &plot);
  if (status != CAIRO_STATUS_SUCCESS) {
    snprintf(error, error_size, "%s: %s", path, cairo_status_to_string(status));
    output_abandon(&out);
    return -1;
  }
  return output_commit(&out, error, error_size);
}

#else

int plot_file_write(const char* path, PlotKind kind, const char* title, const char* model,
                    const WordTable* words, double rate, const Estimate* estimates, size_t n,
                    bool force, char* error, size_t error_size) {
  (void)kind, (void)title, (void)model, (void)words, (void)rate, (void)estimates, (void)n;
  (void)force;
  snprintf(error, error_size, "%s: this build has no pictures (CIRCUMPLEX_GUI was off)", path);
  return -1;
}

#endif
