// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The test host's worker, in each of its four modes, with a plugin that counts.
#include "tools/host/worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LARGEST = 4096 - 4, HUGE_MESSAGE = 1 << 20 }; // bytes of a message: in the ring, at all

static struct {
  Worker* worker;
  unsigned works, responses, ends, left, entered;
  uint32_t size;
  unsigned char last;
} plugin;

static LV2_Worker_Status work(LV2_Handle instance, LV2_Worker_Respond_Function respond,
                              LV2_Worker_Respond_Handle handle, uint32_t size, const void* data) {
  assert_ptr_equal(instance, &plugin);
  ++plugin.works;
  plugin.size = size;
  plugin.last = ((const unsigned char*)data)[size - 1];
  return respond(handle, size, data);
}

static LV2_Worker_Status work_response(LV2_Handle instance, uint32_t size, const void* data) {
  assert_ptr_equal(instance, &plugin);
  assert_int_equal(size, plugin.size);
  assert_int_equal(((const unsigned char*)data)[size - 1], plugin.last);
  ++plugin.responses;
  return LV2_WORKER_SUCCESS;
}

static LV2_Worker_Status end_run(LV2_Handle instance) {
  assert_ptr_equal(instance, &plugin);
  ++plugin.ends;
  return LV2_WORKER_SUCCESS;
}

static void leave(void* context) {
  assert_ptr_equal(context, &plugin);
  ++plugin.left;
}

static void enter(void* context) {
  assert_ptr_equal(context, &plugin);
  ++plugin.entered;
}

static void begin(HostWorker mode) {
  static const LV2_Worker_Interface interface = {work, work_response, end_run};
  memset(&plugin, 0, sizeof plugin);
  plugin.worker = worker_new(mode, false, 0.5);
  assert_non_null(plugin.worker);
  worker_attach(plugin.worker, &plugin, &interface);
  worker_on_sync(plugin.worker, leave, enter, &plugin);
}

static LV2_Worker_Status schedule(uint32_t size) {
  static unsigned char message[HUGE_MESSAGE];
  memset(message, (int)size, sizeof message);
  const LV2_Worker_Schedule* s = worker_schedule(plugin.worker);
  return s->schedule_work(s->handle, size, message);
}

static void a_thread_has_worked_once_the_block_is_served(void** state) {
  (void)state;
  begin(HOST_WORKER_THREAD);
  for (uint32_t size = 1; size <= 3; ++size) {
    assert_int_equal(schedule(size), LV2_WORKER_SUCCESS);
    worker_serve(plugin.worker, 0.01);
    assert_int_equal(plugin.works, size);
    assert_int_equal(plugin.responses, size - 1); // in run()'s thread only
    worker_deliver(plugin.worker);
    assert_int_equal(plugin.responses, size);
    assert_int_equal(plugin.ends, size);
  }
  worker_free(plugin.worker);
}

static void a_gui_works_at_intervals(void** state) {
  (void)state;
  begin(HOST_WORKER_GUI);
  for (unsigned turn = 0; turn < 2; ++turn) {
    assert_int_equal(schedule(8), LV2_WORKER_SUCCESS);
    assert_int_equal(schedule(9), LV2_WORKER_SUCCESS);
    worker_serve(plugin.worker, 0.375);
    assert_int_equal(plugin.works, 2 * turn);
    worker_serve(plugin.worker, 0.125);
    assert_int_equal(plugin.works, 2 * turn + 2);
  }
  worker_free(plugin.worker);
}

static void a_synchronous_worker_works_at_once_outside_the_watched_part(void** state) {
  (void)state;
  begin(HOST_WORKER_SYNC);
  assert_int_equal(schedule(5), LV2_WORKER_SUCCESS);
  assert_true(plugin.works == 1 && plugin.responses == 1);
  assert_true(plugin.left == 1 && plugin.entered == 1);
  worker_free(plugin.worker);
}

static void a_message_without_room_is_refused(void** state) {
  (void)state;
  begin(HOST_WORKER_GUI);
  assert_int_equal(schedule(HUGE_MESSAGE), LV2_WORKER_ERR_NO_SPACE);
  assert_int_equal(schedule(LARGEST + 1), LV2_WORKER_ERR_NO_SPACE);
  assert_int_equal(schedule(LARGEST), LV2_WORKER_SUCCESS);
  assert_int_equal(schedule(1), LV2_WORKER_ERR_NO_SPACE);
  worker_serve(plugin.worker, 1.0);
  assert_true(plugin.works == 1 && plugin.size == LARGEST);
  worker_free(plugin.worker);
}

static void without_a_worker_there_is_no_feature(void** state) {
  (void)state;
  begin(HOST_WORKER_NONE);
  assert_null(worker_schedule(plugin.worker));
  worker_free(plugin.worker);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_thread_has_worked_once_the_block_is_served),
      cmocka_unit_test(a_gui_works_at_intervals),
      cmocka_unit_test(a_synchronous_worker_works_at_once_outside_the_watched_part),
      cmocka_unit_test(a_message_without_room_is_refused),
      cmocka_unit_test(without_a_worker_there_is_no_feature),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
