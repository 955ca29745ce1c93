// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A name server and a disk that do not answer: only the thread that asked waits. getaddrinfo() and
/// reading a file block here until the test releases them.
#include "tests/dsp/harness.h"

#include "inference/model.h"
#include "inference/safetensors.h"
#include "tests/faults/bare.h"
#include "tests/plugin/threads.h"

#include <arpa/inet.h>
#include <lv2/atom/forge.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define GOLDEN CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/"
#define SLOW GOLDEN "none-lstm.safetensors"
#define OTHER GOLDEN "vae-attentive.safetensors"
#define RATE 48000
#define BLOCK 480

int __real_getaddrinfo(const char* host, const char* port, const struct addrinfo* hints,
                       struct addrinfo** list);
int __wrap_getaddrinfo(const char* host, const char* port, const struct addrinfo* hints,
                       struct addrinfo** list);
Safetensors* __real_safetensors_open(const char* path, FileIdentity* identity, char* error,
                                     size_t error_size);
Safetensors* __wrap_safetensors_open(const char* path, FileIdentity* identity, char* error,
                                     size_t error_size);

static atomic_bool stuck;    ///< nothing answers while this is set
static atomic_uint waiting;  ///< calls that are blocked
static atomic_uint answered; ///< calls that continued

static void rest(void) {
  nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void stop_here(void) {
  ++waiting;
  while (stuck)
    rest();
  --waiting;
  ++answered;
}

int __wrap_getaddrinfo(const char* host, const char* port, const struct addrinfo* hints,
                       struct addrinfo** list) {
  if (strcmp(host, "slow.invalid") != 0) return __real_getaddrinfo(host, port, hints, list);
  stop_here();
  return __real_getaddrinfo("127.0.0.1", port, hints, list);
}

Safetensors* __wrap_safetensors_open(const char* path, FileIdentity* identity, char* error,
                                     size_t error_size) {
  if (strcmp(path, SLOW) == 0) stop_here();
  return __real_safetensors_open(path, identity, error, error_size);
}

/// Wait until a value is as expected, at most 90 s.
static void wait_for(atomic_uint* value, unsigned wanted) {
  for (unsigned i = 0; i < 90000 && *value != wanted; ++i)
    rest();
  assert_int_equal(*value, wanted);
}

static unsigned count_files(void) {
  return count_entries("/proc/self/fd");
}

static unsigned files_before;

static int begin(void** state) {
  (void)state;
  stuck = true;
  answered = 0;
  files_before = count_files();
  return 0;
}

/// An output that was opened too late is closed again.
static int end(void** state) {
  (void)state;
  return count_files() == files_before ? 0 : -1;
}

static void set_property(Bare* bare, unsigned property, const char* text) {
  bare_set_property(bare, property, text);
  LV2_Atom* notify = (void*)bare->notify;
  notify->size = BARE_ATOM_BYTES - sizeof *notify;
  bare_run_as_is(bare, BLOCK);
  bare_serve(bare);
}

static uint64_t play(Bare* bare, double seconds, uint64_t at) {
  const uint64_t end = at + (uint64_t)(seconds * RATE);
  for (; at < end; at += BLOCK) {
    bare_music(bare, RATE, at, BLOCK);
    bare_run(bare, BLOCK, true);
  }
  return at;
}

/// A session's model and OSC target.
typedef struct {
  const Bare* bare;
  char model[512], osc[512], hash[32];
} Saved;

static LV2_State_Status store(LV2_State_Handle handle, uint32_t key, const void* value, size_t size,
                              uint32_t type, uint32_t flags) {
  (void)size, (void)type, (void)flags;
  Saved* s = handle;
  const Uris* u = &s->bare->uris;
  if (key == u->property[PROP_MODEL]) snprintf(s->model, sizeof s->model, "%s", (const char*)value);
  if (key == u->property[PROP_OSC]) snprintf(s->osc, sizeof s->osc, "%s", (const char*)value);
  if (key == u->property_model_hash) snprintf(s->hash, sizeof s->hash, "%s", (const char*)value);
  return LV2_STATE_SUCCESS;
}

static Saved save(Bare* bare) {
  Saved s = {.bare = bare};
  assert_int_equal(bare->state->save(bare->handle, store, &s, 0, NULL), LV2_STATE_SUCCESS);
  return s;
}

static const void* retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type,
                            uint32_t* flags) {
  const Saved* s = handle;
  const Uris* u = &s->bare->uris;
  const char* text = key == u->property[PROP_MODEL] ? s->model
                     : key == u->property[PROP_OSC] ? s->osc
                                                    : NULL;
  *flags = LV2_STATE_IS_POD;
  *type = u->atom_string;
  *size = text ? strlen(text) + 1 : 0;
  return text;
}

/// A UDP socket of this machine.  \return -1 without a network
static int listen_here(unsigned* port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof here;
  if (fd < 0 || bind(fd, (struct sockaddr*)&here, size) != 0 ||
      getsockname(fd, (struct sockaddr*)&here, &size) != 0) {
    if (fd >= 0) close(fd);
    return -1;
  }
  *port = ntohs(here.sin_port);
  return fd;
}

static bool something_arrives(int fd) {
  char data[2048];
  return recv(fd, data, sizeof data, MSG_DONTWAIT) > 0;
}

static void a_slow_name_server_blocks_nothing(void** state) {
  (void)state;
  unsigned port = 0;
  const int fd = listen_here(&port);
  if (fd < 0) skip();
  char target[64];
  snprintf(target, sizeof target, "osc.udp://slow.invalid:%u", port);
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  uint64_t at = play(bare, 2.0, 0);
  set_property(bare, PROP_OSC, target); // the worker gets the task, and returns
  wait_for(&waiting, 1);
  at = play(bare, 2.0, at);
  Saved session = save(bare);
  assert_string_equal(session.osc, target);
  assert_int_equal(bare->state->restore(bare->handle, retrieve, &session, 0, NULL), 0);
  at = play(bare, 4.0, at);
  assert_true(bare_get(bare, PORT_STATE) >= 1.0f);
  assert_true(bare_get(bare, PORT_LATE) == 0.0f);
  assert_false(something_arrives(fd));
  stuck = false;
  // A session's target on another machine needs permission: set it again.
  set_property(bare, PROP_OSC, target);
  bool arrived = false;
  for (unsigned i = 0; i < 90000 && !arrived; ++i) {
    at = play(bare, 0.5, at);
    rest();
    arrived = something_arrives(fd);
  }
  assert_true(arrived);
  bare_free(bare);
  wait_for_threads();
  close(fd);
}

static void an_instance_can_be_freed_during_a_name_lookup(void** state) {
  (void)state;
  for (unsigned i = 0; i < 2; ++i) {
    Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
    assert_non_null(bare);
    play(bare, 0.1, 0);
    set_property(bare, PROP_OSC, "osc.udp://slow.invalid:9");
    set_property(bare, PROP_WEB, "http://slow.invalid:9");
    wait_for(&waiting, i + 1);
    bare_free(bare);
  }
  stuck = false;
  wait_for(&answered, 2); // the names of the web pages, which waited, are no longer looked up
  wait_for_threads();
}

static void a_target_found_late_does_not_replace_a_newer_one(void** state) {
  (void)state;
  unsigned ports[2] = {0, 0};
  const int old = listen_here(&ports[0]), new = listen_here(&ports[1]);
  if (old < 0 || new < 0) skip();
  char targets[2][64];
  snprintf(targets[0], sizeof targets[0], "osc.udp://slow.invalid:%u", ports[0]);
  snprintf(targets[1], sizeof targets[1], "osc.udp://127.0.0.1:%u", ports[1]);
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  set_property(bare, PROP_OSC, targets[0]);
  wait_for(&waiting, 1);
  set_property(bare, PROP_OSC, targets[1]);
  stuck = false;
  wait_for(&answered, 1);
  wait_for_threads();
  play(bare, 3.0, 0);
  assert_true(something_arrives(new));
  assert_false(something_arrives(old));
  bare_free(bare);
  close(old), close(new);
}

static void a_slow_file_blocks_nothing(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  uint64_t at = play(bare, 2.0, 0);
  set_property(bare, PROP_MODEL, SLOW);
  wait_for(&waiting, 1);
  at = play(bare, 10.0, at);
  assert_true(bare_get(bare, PORT_STATE) == 2.0f);
  assert_true(bare_get(bare, PORT_LATE) == 0.0f);
  Saved session = save(bare); // the chosen model, although it is not loaded yet
  assert_string_equal(session.model, SLOW);
  assert_string_equal(session.hash, "");
  stuck = false;
  for (unsigned i = 0; i < 90000 && !*session.hash; ++i) {
    rest();
    session = save(bare);
  }
  assert_int_equal(strlen(session.hash), 16);
  play(bare, 12.0, at);
  assert_true(bare_get(bare, PORT_LATE) == 0.0f);
  bare_free(bare);
  wait_for_threads();
}

static void the_last_model_chosen_is_the_one(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  play(bare, 0.5, 0);
  set_property(bare, PROP_MODEL, SLOW);
  wait_for(&waiting, 1);
  Saved session = {.bare = bare, .model = OTHER};
  assert_int_equal(bare->state->restore(bare->handle, retrieve, &session, 0, NULL), 0);
  session = save(bare);
  assert_string_equal(session.model, OTHER);
  assert_int_equal(strlen(session.hash), 16);
  stuck = false;
  wait_for(&answered, 1);
  wait_for_threads();
  assert_string_equal(save(bare).model, OTHER); // the late model is released
  bare_free(bare);
}

static void* restore_slow(void* session) {
  Saved* s = session;
  s->bare->state->restore(s->bare->handle, retrieve, s, 0, NULL);
  return NULL;
}

static void a_model_chosen_during_a_restore_is_the_one(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  play(bare, 0.5, 0);
  Saved session = {.bare = bare, .model = SLOW};
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, restore_slow, &session), 0);
  wait_for(&waiting, 1);
  set_property(bare, PROP_MODEL, OTHER);
  while (!*save(bare).hash) // it is still being loaded
    rest();
  stuck = false;
  pthread_join(thread, NULL);
  wait_for_threads();
  assert_string_equal(save(bare).model, OTHER);
  bare_free(bare);
}

static void only_the_last_of_many_requested_models_is_read(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  play(bare, 0.5, 0);
  set_property(bare, PROP_MODEL, SLOW);
  wait_for(&waiting, 1);
  for (unsigned i = 0; i < 9; ++i)
    set_property(bare, PROP_MODEL, i % 2 ? SLOW : OTHER);
  assert_string_equal(save(bare).model, OTHER);
  stuck = false;
  wait_for_threads();
  assert_int_equal(answered, 1);
  Saved session = save(bare);
  assert_string_equal(session.model, OTHER);
  assert_int_equal(strlen(session.hash), 16);
  bare_free(bare);
}

static void a_replaced_model_is_released(void** state) {
  (void)state;
  char error[256];
  stuck = false;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  set_property(bare, PROP_MODEL, SLOW);
  wait_for(&answered, 1);
  wait_for_threads();
  set_property(bare, PROP_MODEL, OTHER);
  wait_for_threads();
  assert_string_equal(save(bare).model, OTHER);
  bare_free(bare);
  Model* model = model_open(SLOW, error, sizeof error);
  assert_int_equal(answered, 2); // no user was left, so it is read again
  model_unref(model);
}

static void* open_slow(void* unused) {
  (void)unused;
  char error[256];
  return model_open(SLOW, error, sizeof error);
}

static void reading_a_file_blocks_only_threads_that_need_it(void** state) {
  (void)state;
  pthread_t threads[2];
  void* models[2];
  char error[256];
  for (unsigned i = 0; i < 2; ++i)
    assert_int_equal(pthread_create(&threads[i], NULL, open_slow, NULL), 0);
  wait_for(&waiting, 1);
  Model* other = model_open(OTHER, error, sizeof error);
  assert_non_null(other);
  Model* again = model_ref(other);
  model_unref(again);
  model_unref(other);
  assert_int_equal(waiting, 1);
  stuck = false;
  for (unsigned i = 0; i < 2; ++i)
    pthread_join(threads[i], &models[i]);
  assert_non_null(models[0]);
  assert_ptr_equal(models[0], models[1]);
  assert_int_equal(answered, 1); // read once
  model_unref(models[0]);
  model_unref(models[1]);
}

int main(void) {
  count_at_rest();
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(a_slow_name_server_blocks_nothing),
      TEST(an_instance_can_be_freed_during_a_name_lookup),
      TEST(a_target_found_late_does_not_replace_a_newer_one),
      TEST(a_slow_file_blocks_nothing),
      TEST(a_replaced_model_is_released),
      TEST(the_last_model_chosen_is_the_one),
      TEST(a_model_chosen_during_a_restore_is_the_one),
      TEST(only_the_last_of_many_requested_models_is_read),
      TEST(reading_a_file_blocks_only_threads_that_need_it),
  };
  alarm(500); // a thread that waits although it must not ends here
  return cmocka_run_group_tests_name("slow", tests, NULL, NULL);
}
