// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Picture files: what the drawing is told, and how large and of which kind the file is.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/plot_file.h"
#include "gui/plot/plot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static Plot told; ///< what the drawing was told last
static char title[64], subtitle[256];
static int drawn[2]; ///< pictures of each kind

static void draw(PlotKind kind, cairo_t* cr, double width, double height, const Plot* plot) {
  told = *plot;
  snprintf(title, sizeof title, "%s", plot->title);
  snprintf(subtitle, sizeof subtitle, "%s", plot->subtitle);
  ++drawn[kind];
  // A red square in the lower right corner, on white.
  cairo_set_source_rgb(cr, 1.0, 1.0, 1.0);
  cairo_paint(cr);
  cairo_set_source_rgb(cr, 1.0, 0.0, 0.0);
  cairo_rectangle(cr, width - 10.0, height - 10.0, 10.0, 10.0);
  cairo_fill(cr);
}

void plot_timecourse(cairo_t* cr, double width, double height, const Plot* plot) {
  draw(PLOT_TIMECOURSE, cr, width, height, plot);
}

void plot_attention(cairo_t* cr, double width, double height, const Plot* plot) {
  draw(PLOT_ATTENTION, cr, width, height, plot);
}

static char folder[] = "/tmp/circumplex-plot-XXXXXX";

static int setup(void** state) {
  (void)state;
  return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int teardown(void** state) {
  (void)state;
  return rmdir(folder);
}

/// Write a picture of a reading that ends at \p seconds.
static int write_picture(const char* path, PlotKind kind, double seconds, bool force) {
  static Estimate estimates[2];
  static const WordTable words = {NULL, 0, 0.0F};
  char error[256] = "";
  estimates[1].position = (uint64_t)(seconds * 8000.0);
  const int status = plot_file_write(path, kind, "song.flac", "default", &words, 8000.0, estimates,
                                     2, force, error, sizeof error);
  assert_int_equal(status != 0, strstr(error, path) != NULL);
  if (status != 0) return status;
  assert_string_equal(title, "song.flac");
  assert_ptr_equal(told.words, &words);
  assert_ptr_equal(told.estimates, estimates);
  assert_int_equal(told.n, 2);
  assert_int_equal((int)told.rate, 8000);
  return 0;
}

static void a_picture_says_by_which_model_and_how_long(void** state) {
  (void)state;
  static const struct {
    double seconds;
    const char* text;
  } lengths[] = {{0.5, "model default, 0:00"},
                 {59.5, "model default, 0:59"},
                 {65.0, "model default, 1:05"},
                 {3661.0, "model default, 61:01"}};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; ++i) {
    assert_int_equal(write_picture("x.svg", PLOT_TIMECOURSE, lengths[i].seconds, false), 0);
    assert_string_equal(subtitle, lengths[i].text);
  }
  unlink("x.svg");
}

static void expect_file(const char* path, PlotKind kind, const char* mark, const char* size) {
  char head[1024] = "";
  const int before = drawn[kind];
  assert_true(plot_file_can_be(path));
  assert_int_equal(write_picture(path, kind, 1.0, false), 0);
  assert_int_equal(drawn[kind], before + 1);
  FILE* file = fopen(path, "rb");
  assert_non_null(file);
  assert_true(fread(head, 1, sizeof head - 1, file) > 0);
  fclose(file);
  assert_memory_equal(head, mark, strlen(mark));
  if (size && !strstr(head, size)) fail_msg("no '%s' in %s", size, head);
  unlink(path);
}

static void the_ending_is_the_format(void** state) {
  (void)state;
  for (PlotKind kind = PLOT_TIMECOURSE; kind <= PLOT_ATTENTION; ++kind) {
    expect_file("x.SVG", kind, "<?xml", "viewBox=\"0 0 1200 675\"");
    expect_file("x.y.pdf", kind, "%PDF", NULL);
    expect_file("x.Png", kind, "\x89PNG", NULL);
  }
  for (const char* const* path = (const char* const[]){"png", "x.gif", "x.png.txt", "x", NULL};
       *path; ++path)
    assert_false(plot_file_can_be(*path));
}

static void a_png_has_two_pixels_for_each_point(void** state) {
  (void)state;
  assert_int_equal(write_picture("x.png", PLOT_ATTENTION, 1.0, false), 0);
  cairo_surface_t* surface = cairo_image_surface_create_from_png("x.png");
  assert_int_equal(cairo_image_surface_get_width(surface), 2400);
  assert_int_equal(cairo_image_surface_get_height(surface), 1350);
  const int stride = cairo_image_surface_get_stride(surface);
  const unsigned char* data = cairo_image_surface_get_data(surface);
  for (int at = 2378; at < 2382; ++at) {
    uint32_t pixel;
    memcpy(&pixel, data + 1345 * (size_t)stride + 4 * (size_t)at, sizeof pixel);
    assert_int_equal(pixel & 0xFFFFFF, at < 2380 ? 0xFFFFFF : 0xFF0000);
  }
  cairo_surface_destroy(surface);
  unlink("x.png");
}

static void a_read_only_file_is_kept_unless_forced(void** state) {
  (void)state;
  assert_int_equal(write_picture("x.svg", PLOT_TIMECOURSE, 1.0, false), 0);
  assert_int_equal(chmod("x.svg", 0444), 0);
  assert_int_equal(write_picture("x.svg", PLOT_TIMECOURSE, 1.0, false), -1);
  assert_int_equal(write_picture("x.svg", PLOT_TIMECOURSE, 1.0, true), 0);
  assert_int_equal(write_picture("none/x.svg", PLOT_TIMECOURSE, 1.0, true), -1);
  unlink("x.svg");
  if (access("/dev/full", W_OK) == 0)
    for (const char* const* path = (const char* const[]){"x.svg", "x.png", "x.pdf", NULL}; *path;
         ++path) {
      assert_int_equal(symlink("/dev/full", *path), 0);
      assert_int_equal(write_picture(*path, PLOT_TIMECOURSE, 1.0, false), -1);
      unlink(*path);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_picture_says_by_which_model_and_how_long),
      cmocka_unit_test(the_ending_is_the_format),
      cmocka_unit_test(a_png_has_two_pixels_for_each_point),
      cmocka_unit_test(a_read_only_file_is_kept_unless_forced),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
