// SPDX-License-Identifier: GPL-3.0-or-later
// Ardour's inline display: a redraw is requested at each reading, and it draws at any size.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/inline_view.h"
#include "plugin/protocol.h"
#include "tests/plugin/rig.h"

#include <stdlib.h>
#include <string.h>

// A meter and its inline display; the test is skipped if the plugin is built without one.
static Rig* meter_with(const InlineInterface** view) {
  Rig* rig = rig_new((HostOptions){.uri = CIRCUMPLEX_URI_METER});
  *view = lilv_instance_get_extension_data(host_instance(rig->host), INLINE_DISPLAY_INTERFACE);
  if (!*view) {
    rig_free(rig);
    skip();
  }
  return rig;
}

static void each_reading_requests_a_redraw(void** state) {
  (void)state;
  const InlineInterface* view;
  Rig* rig = meter_with(&view);
  rig_run_seconds(rig, 10.2);
  assert_int_equal(host_redraws(rig->host), 20);
  rig_free(rig);
}

static void the_picture_follows_the_reading(void** state) {
  (void)state;
  const InlineInterface* view;
  Rig* rig = meter_with(&view);
  const LV2_Handle handle = lilv_instance_get_handle(host_instance(rig->host));
  InlineSurface* s = view->render(handle, 90, 200);
  assert_non_null(s);
  assert_int_equal(s->width, 90);
  assert_in_range(s->height, 1, 200);
  assert_true(s->stride >= 4 * s->width);
  const size_t size = (size_t)s->stride * (size_t)s->height;
  unsigned char* before = malloc(size);
  assert_non_null(before);
  memcpy(before, s->data, size);
  rig_run_seconds(rig, 60.0); // longer than the queue to the window can store
  s = view->render(handle, 90, 200);
  assert_non_null(s);
  assert_memory_not_equal(before, s->data, size);
  free(before);
  // Sizes that a host may ask for.
  static const uint32_t sizes[][2] = {{1, 1}, {0, 100}, {100, 0}, {3000, 3000}, {90, 200}};
  for (unsigned i = 0; i < 5; ++i) {
    s = view->render(handle, sizes[i][0], sizes[i][1]);
    if (s) assert_true(s->height <= (int)sizes[i][1]);
  }
  rig_free(rig);
}

static void there_is_no_picture_larger_than_4096(void** state) {
  (void)state;
  const InlineInterface* view;
  Rig* rig = meter_with(&view);
  const LV2_Handle handle = lilv_instance_get_handle(host_instance(rig->host));
  assert_non_null(view->render(handle, 4096, 20));
  assert_null(view->render(handle, 4097, 20));
  assert_non_null(view->render(handle, 20, 4096));
  assert_null(view->render(handle, 20, 4097));
  rig_free(rig);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_reading_requests_a_redraw),
      cmocka_unit_test(the_picture_follows_the_reading),
      cmocka_unit_test(there_is_no_picture_larger_than_4096),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
