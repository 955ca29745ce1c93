// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What a session keeps, property by property; what another person's session can and cannot make
/// the plugin do; what is sent, and when.
#include "tests/dsp/harness.h"

#include "plugin/meter.h"
#include "plugin/trust.h"
#include "tests/faults/bare.h"
#include "text/utf8.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define RATE 8000
#define BLOCK 400
#define KEYS (PROP_COUNT + 1) ///< the properties, then the model's hash
#define GOLDEN CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/"
#define ELSEWHERE "osc.udp://192.0.2.1:9" ///< reserved for documentation

/// A session's file, in memory.
typedef struct {
  const Uris* uris;
  struct {
    char value[512];
    size_t size;
    LV2_URID type;
    uint32_t flags;
  } kept[KEYS];
  unsigned stored;
  unsigned fails_at; ///< number of the store() call that fails, from 1
} Session;

static unsigned which(const Session* s, LV2_URID key) {
  unsigned i = 0;
  while (i < PROP_COUNT && s->uris->property[i] != key)
    ++i;
  assert_true(i < PROP_COUNT || key == s->uris->property_model_hash);
  return i;
}

static LV2_State_Status store(LV2_State_Handle handle, uint32_t key, const void* value, size_t size,
                              uint32_t type, uint32_t flags) {
  Session* s = handle;
  assert_true(flags & LV2_STATE_IS_POD);
  if (++s->stored == s->fails_at) return LV2_STATE_ERR_NO_SPACE;
  const unsigned i = which(s, key);
  assert_true(size <= sizeof s->kept[i].value);
  memcpy(s->kept[i].value, value, size);
  s->kept[i].size = size;
  s->kept[i].type = type;
  s->kept[i].flags = flags;
  return LV2_STATE_SUCCESS;
}

static const void* retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type,
                            uint32_t* flags) {
  const Session* s = handle;
  const unsigned i = which(s, key);
  if (!s->kept[i].size) return NULL;
  *size = s->kept[i].size;
  *type = s->kept[i].type;
  *flags = LV2_STATE_IS_POD;
  return s->kept[i].value;
}

static void keep(Session* s, unsigned i, LV2_URID type, const void* value, size_t size) {
  memcpy(s->kept[i].value, value, size);
  s->kept[i].size = size;
  s->kept[i].type = type;
}

static void keep_text(Session* s, unsigned i, const char* text) {
  keep(s, i, s->uris->atom_string, text, strlen(text) + 1);
}

static void restore(Bare* bare, Session* s) {
  assert_int_equal(bare->state->restore(bare->handle, retrieve, s, 0, NULL), LV2_STATE_SUCCESS);
}

static JobsStatus status_of(const Bare* bare) {
  JobsStatus status;
  char hash[17];
  jobs_get(((const Meter*)bare->handle)->jobs, &status, hash);
  return status;
}

static void play(Bare* bare, double seconds) {
  for (unsigned block = 0; block < (unsigned)(seconds * RATE / BLOCK); ++block) {
    bare_music(bare, RATE, (uint64_t)block * BLOCK, BLOCK);
    bare_run(bare, BLOCK, true);
  }
}

/// A value of each property that is not its default.
static void fill(Session* s) {
  const int32_t on = 1;
  keep_text(s, PROP_MODEL, GOLDEN "linear.safetensors");
  keep_text(s, PROP_OSC, "osc.udp://127.0.0.1:9");
  keep_text(s, PROP_OSC_NAME, "stage-left");
  keep(s, PROP_OSC_SINGLE, s->uris->atom_bool, &on, sizeof on);
  keep_text(s, PROP_WEB, "http://127.0.0.1:0"); // cannot listen there: kept and reported
}

static void every_property_is_kept_under_its_name(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Session given = {.uris = &bare->uris}, kept = {.uris = &bare->uris};
  fill(&given);
  restore(bare, &given);
  assert_int_equal(bare->state->save(bare->handle, store, &kept, 0, NULL), LV2_STATE_SUCCESS);
  assert_int_equal(kept.stored, KEYS);
  for (unsigned i = 0; i < PROP_COUNT; ++i) {
    assert_int_equal(kept.kept[i].size, given.kept[i].size);
    assert_memory_equal(kept.kept[i].value, given.kept[i].value, given.kept[i].size);
    const PropertyType type = property_info(i)->type;
    assert_int_equal(kept.kept[i].type, type == PROP_PATH   ? bare->uris.atom_path
                                        : type == PROP_BOOL ? bare->uris.atom_bool
                                                            : bare->uris.atom_string);
  }
  assert_int_equal(kept.kept[PROP_COUNT].size, 17); // the hash: 16 digits and the NUL
  assert_int_equal(strspn(kept.kept[PROP_COUNT].value, "0123456789abcdef"), 16);
  bare_free(bare);
}

static void each_property_is_restored_alone(void** state) {
  (void)state;
  for (unsigned i = 0; i < PROP_COUNT; ++i) {
    Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
    Session all = {.uris = &bare->uris}, one = {.uris = &bare->uris};
    fill(&all);
    one.kept[i] = all.kept[i];
    restore(bare, &one);
    const JobsStatus status = status_of(bare);
    const Properties initial = properties_initial();
    for (unsigned k = 0; k < PROP_COUNT; ++k) {
      const char* expected = k != i                                ? property_get(&initial, k)
                             : property_info(k)->type == PROP_BOOL ? "1"
                                                                   : all.kept[k].value;
      assert_string_equal(property_get(&status.properties, k), expected);
    }
    bare_free(bare);
  }
}

#define HOSTS_OWN "song/"

static unsigned freed;

/// Maps a path to the host's own name for it and back; other names are unknown.
static char* to_hosts_own(LV2_State_Map_Path_Handle handle, const char* path) {
  (void)handle;
  const size_t size = sizeof HOSTS_OWN + strlen(path);
  char* own = malloc(size);
  assert_non_null(own);
  snprintf(own, size, HOSTS_OWN "%s", path);
  return own;
}

static char* from_hosts_own(LV2_State_Map_Path_Handle handle, const char* own) {
  (void)handle;
  const size_t n = strlen(HOSTS_OWN);
  return strncmp(own, HOSTS_OWN, n) == 0 ? strdup(own + n) : NULL;
}

static void free_hosts_own(LV2_State_Free_Path_Handle handle, char* path) {
  (void)handle;
  ++freed;
  free(path);
}

static void a_path_is_kept_as_the_host_names_it(void** state) {
  (void)state;
  LV2_State_Map_Path map = {NULL, to_hosts_own, from_hosts_own};
  LV2_State_Free_Path free_path = {NULL, free_hosts_own};
  const LV2_Feature map_feature = {LV2_STATE__mapPath, &map};
  const LV2_Feature free_feature = {LV2_STATE__freePath, &free_path};
  for (unsigned frees = 0; frees < 2; ++frees) { // first without free_path
    const LV2_Feature* const features[] = {&map_feature, frees ? &free_feature : NULL, NULL};
    Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
    Session given = {.uris = &bare->uris}, kept = {.uris = &bare->uris};
    freed = 0;
    keep_text(&given, PROP_MODEL, HOSTS_OWN GOLDEN "linear.safetensors");
    assert_int_equal(bare->state->restore(bare->handle, retrieve, &given, 0, features), 0);
    assert_string_equal(status_of(bare).properties.model, GOLDEN "linear.safetensors");
    assert_string_equal(status_of(bare).model_name, "linear");
    assert_int_equal(bare->state->save(bare->handle, store, &kept, 0, features), 0);
    assert_string_equal(kept.kept[PROP_MODEL].value, HOSTS_OWN GOLDEN "linear.safetensors");
    assert_int_equal(kept.kept[PROP_MODEL].type, bare->uris.atom_path);
    assert_int_equal(freed, frees ? 2 : 0);
    assert_true(kept.kept[PROP_MODEL].flags & LV2_STATE_IS_PORTABLE);
    // Without the host's mapping, a path of this machine is stored.
    assert_int_equal(bare->state->save(bare->handle, store, &kept, 0, NULL), 0);
    assert_string_equal(kept.kept[PROP_MODEL].value, GOLDEN "linear.safetensors");
    for (unsigned i = 0; i < KEYS; ++i)
      assert_int_equal(!(kept.kept[i].flags & LV2_STATE_IS_PORTABLE), i == PROP_MODEL);
    // A name that the host does not know is used as a path.
    keep_text(&given, PROP_MODEL, GOLDEN "none-lstm.safetensors");
    assert_int_equal(bare->state->restore(bare->handle, retrieve, &given, 0, features), 0);
    assert_string_equal(status_of(bare).model_name, "none-lstm");
    bare_free(bare);
  }
}

static const void* retrieve_endless(LV2_State_Handle handle, uint32_t key, size_t* size,
                                    uint32_t* type, uint32_t* flags) {
  static char endless[3 * PROPERTY_MOST];
  const Session* s = handle;
  if (which(s, key) != PROP_MODEL) return retrieve(handle, key, size, type, flags);
  memset(endless, 'x', sizeof endless);
  *size = sizeof endless;
  *type = s->uris->atom_path;
  *flags = LV2_STATE_IS_POD;
  return endless;
}

static void a_path_that_is_too_long_is_reported_and_no_path_is_stored(void** state) {
  (void)state;
  LV2_State_Map_Path map = {NULL, to_hosts_own, from_hosts_own};
  const LV2_Feature map_feature = {LV2_STATE__mapPath, &map};
  const LV2_Feature* const features[] = {&map_feature, NULL};
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Session session = {.uris = &bare->uris};
  assert_int_equal(bare->state->restore(bare->handle, retrieve_endless, &session, 0, features), 0);
  assert_non_null(strstr(status_of(bare).message, "state was unreadable"));
  assert_string_equal(status_of(bare).properties.model, "");
  assert_int_equal(bare->state->save(bare->handle, store, &session, 0, features), 0);
  assert_int_equal(session.kept[PROP_MODEL].size, 0);
  assert_int_equal(session.stored, KEYS - 1);
  bare_free(bare);
}

static void a_failing_store_is_reported_to_the_host(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Session given = {.uris = &bare->uris};
  fill(&given);
  restore(bare, &given);
  for (unsigned n = 1; n <= KEYS; ++n) {
    Session kept = {.uris = &bare->uris, .fails_at = n};
    assert_int_equal(bare->state->save(bare->handle, store, &kept, 0, NULL),
                     LV2_STATE_ERR_NO_SPACE);
    assert_int_equal(kept.stored, n); // and nothing is stored after it
  }
  bare_free(bare);
}

static void another_version_of_the_model_is_reported(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Session session = {.uris = &bare->uris};
  assert_int_equal(bare->state->save(bare->handle, store, &session, 0, NULL), LV2_STATE_SUCCESS);
  restore(bare, &session);
  assert_string_equal(status_of(bare).message, "");
  keep_text(&session, PROP_COUNT, "0123456789abcdef");
  restore(bare, &session);
  assert_non_null(strstr(status_of(bare).message, "another version of the model"));
  bare_free(bare);
}

static void a_switch_that_was_off_comes_back_off(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  for (int32_t on = 1; on >= 0; --on) {
    Session session = {.uris = &bare->uris};
    keep(&session, PROP_OSC_SINGLE, bare->uris.atom_bool, &on, sizeof on);
    restore(bare, &session);
    const JobsStatus status = status_of(bare);
    assert_string_equal(status.message, "");
    assert_int_equal(property_is_on(&status.properties, PROP_OSC_SINGLE), on);
  }
  bare_free(bare);
}

static void a_change_that_finds_the_mailbox_full_is_told_later(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Jobs* jobs = ((const Meter*)bare->handle)->jobs;
  JobsStatus status;
  jobs_status(jobs, &status); // of the beginning
  for (const char* name = "ab"; *name; ++name) {
    assert_true(jobs_request(jobs, PROP_OSC_NAME, name, 1));
    jobs_run(jobs, true);
  }
  assert_true(jobs_status(jobs, &status));
  assert_string_equal(status.properties.osc_name, "a");
  assert_false(jobs_status(jobs, &status));
  assert_true(jobs_wanted(jobs));
  jobs_run(jobs, true);
  assert_true(jobs_status(jobs, &status));
  assert_string_equal(status.properties.osc_name, "b");
  bare_free(bare);
}

static void unreadable_parts_are_reported_and_the_rest_is_used(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  const uint8_t bytes[8] = {1, 1, 1, 1, 1, 1, 1, 1};
  static const size_t sizes[] = {1, 2, 3, 5, 8};
  for (unsigned i = 0; i < 5; ++i) {
    Session session = {.uris = &bare->uris};
    keep_text(&session, PROP_OSC_NAME, "lamp");
    keep(&session, PROP_OSC_SINGLE, bare->uris.atom_bool, bytes, sizes[i]);
    restore(bare, &session);
    const JobsStatus status = status_of(bare);
    assert_non_null(strstr(status.message, "unreadable"));
    assert_string_equal(status.properties.osc_name, "lamp");
    assert_false(property_is_on(&status.properties, PROP_OSC_SINGLE));
  }
  bare_free(bare);
}

static void a_model_that_fails_does_not_replace_the_one_in_use(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Session session = {.uris = &bare->uris};
  keep_text(&session, PROP_MODEL, "/nowhere/at/all.safetensors");
  keep_text(&session, PROP_OSC_NAME, "lamp");
  restore(bare, &session);
  const JobsStatus status = status_of(bare);
  assert_non_null(strstr(status.message, "/nowhere/at/all.safetensors"));
  assert_string_equal(status.properties.model, ""); // the default model, which continues
  assert_string_equal(status.properties.osc_name, "lamp");
  bare_free(bare);
}

/// A folder for this machine's settings.
static void make_home(char* folder, size_t size) {
  snprintf(folder, size, "/tmp/circumplex-session-XXXXXX");
  assert_non_null(mkdtemp(folder));
  setenv("XDG_CONFIG_HOME", folder, 1);
}

static void drop_home(const char* folder) {
  char path[256];
  snprintf(path, sizeof path, "%s/circumplex/destinations", folder);
  unlink(path);
  snprintf(path, sizeof path, "%s/circumplex", folder);
  rmdir(path);
  assert_int_equal(rmdir(folder), 0);
}

static void permissions_are_in_the_home_folder_for_the_owner_only(void** state) {
  (void)state;
  static const char* const parts[] = {"/.config", "/.config/circumplex",
                                      "/.config/circumplex/destinations"};
  char folder[] = "/tmp/circumplex-session-XXXXXX", path[128];
  const char* home = getenv("HOME");
  char* kept = home ? strdup(home) : NULL;
  assert_non_null(mkdtemp(folder));
  setenv("XDG_CONFIG_HOME", "not/absolute", 1); // must be ignored, as the specification says
  setenv("HOME", folder, 1);
  const mode_t mask = umask(0);
  trust_add(ELSEWHERE);
  umask(mask);
  assert_true(trust_has(ELSEWHERE));
  for (unsigned i = 3; i-- > 0;) {
    struct stat status;
    snprintf(path, sizeof path, "%s%s", folder, parts[i]);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, i == 2 ? 0600 : 0700);
    assert_int_equal(remove(path), 0);
  }
  assert_int_equal(rmdir(folder), 0);
  setenv("XDG_CONFIG_HOME", folder, 1); // unset, so that the user's own settings are not used
  if (kept)
    setenv("HOME", kept, 1);
  else
    unsetenv("HOME");
  free(kept);
}

static void at_most_the_limit_of_permissions_is_read(void** state) {
  (void)state;
  char folder[64], path[256];
  make_home(folder, sizeof folder);
  trust_add("osc.udp://192.0.2.1:1");
  snprintf(path, sizeof path, "%s/circumplex/destinations", folder);
  FILE* list = fopen(path, "a");
  assert_non_null(list);
  for (unsigned i = 2; i <= 4097; ++i)
    fprintf(list, "osc.udp://192.0.2.1:%u\n", i);
  assert_int_equal(fclose(list), 0);
  assert_true(trust_has("osc.udp://192.0.2.1:1") && trust_has("osc.udp://192.0.2.1:4096"));
  assert_false(trust_has("osc.udp://192.0.2.1:4097"));
  drop_home(folder);
}

static void a_session_from_someone_else_opens_no_connection_to_another_machine(void** state) {
  (void)state;
  char folder[64], path[256];
  struct stat list;
  make_home(folder, sizeof folder);
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Meter* meter = bare->handle;
  Session session = {.uris = &bare->uris};
  keep_text(&session, PROP_OSC, ELSEWHERE);
  keep_text(&session, PROP_WEB, "http://0.0.0.0:1");
  restore(bare, &session);
  play(bare, 1.0);
  assert_true(status_of(bare).waiting);
  assert_false(jobs_sending(meter->jobs));
  // Other settings do not count as permission; a target set by the user does, for that output only.
  assert_true(jobs_request(meter->jobs, PROP_OSC_NAME, "lamp", 4));
  assert_true(jobs_request(meter->jobs, PROP_OSC_SINGLE, "1", 1));
  play(bare, 1.0);
  assert_true(status_of(bare).waiting && !jobs_sending(meter->jobs) && !trust_has(ELSEWHERE));
  assert_true(jobs_request(meter->jobs, PROP_OSC, ELSEWHERE, strlen(ELSEWHERE)));
  play(bare, 1.0);
  assert_true(status_of(bare).waiting); // the web page
  assert_true(jobs_sending(meter->jobs) && trust_has(ELSEWHERE));
  assert_false(trust_has("http://0.0.0.0:1"));
  assert_false(trust_has("osc.udp://192.0.2.1:99"));
  assert_false(trust_has("osc.udp://192.0.2.1:"));
  snprintf(path, sizeof path, "%s/circumplex/destinations", folder);
  assert_int_equal(stat(path, &list), 0);
  assert_int_equal(list.st_mode & 0777, 0600);
  bare_free(bare);
  // In a later session, an allowed target is used at once.
  bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  session.uris = &bare->uris;
  session.kept[PROP_WEB].size = 0;
  restore(bare, &session);
  assert_false(status_of(bare).waiting);
  assert_non_null(strstr(status_of(bare).message, "This session sends its readings by OSC"));
  bare_free(bare);
  drop_home(folder);
}

static void the_windows_consent_lets_a_session_send(void** state) {
  (void)state;
  char folder[64];
  make_home(folder, sizeof folder);
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Meter* meter = bare->handle;
  Session session = {.uris = &bare->uris};
  keep_text(&session, PROP_OSC, ELSEWHERE);
  restore(bare, &session);
  assert_true(status_of(bare).waiting);
  LV2_Atom_Forge forge;
  LV2_Atom_Forge_Frame sequence, object;
  bare_begin_events(bare, &forge, &sequence);
  lv2_atom_forge_frame_time(&forge, 0);
  lv2_atom_forge_object(&forge, &object, 0, bare->uris.ui_confirm);
  lv2_atom_forge_pop(&forge, &object);
  lv2_atom_forge_pop(&forge, &sequence);
  bare_run_as_is(bare, BLOCK);
  bare_serve(bare);
  assert_false(status_of(bare).waiting);
  assert_true(jobs_sending(meter->jobs) && trust_has(ELSEWHERE));
  bare_free(bare);
  drop_home(folder);
}

/// Each text may have its declared length; one byte more is refused and changes nothing.
static void a_property_accepts_its_length_and_no_more(void** state) {
  (void)state;
  static char text[PROPERTY_MOST + 2];
  memset(text, 'x', sizeof text);
  for (unsigned id = 0; id < PROP_COUNT; ++id) {
    Properties full = properties_initial();
    const size_t most = property_info(id)->most;
    assert_true(property_set(&full, id, text, most));
    assert_int_equal(strlen(property_get(&full, id)), most);
    for (unsigned other = 0; other < PROP_COUNT; ++other)
      if (other != id)
        assert_string_equal(property_get(&full, other), property_info(other)->initial);
    Properties p = properties_initial();
    assert_false(property_set(&p, id, text, most + 1));
    for (unsigned other = 0; other < PROP_COUNT; ++other)
      assert_string_equal(property_get(&p, other), property_info(other)->initial);
  }
}

static void a_request_longer_than_any_property_is_refused(void** state) {
  (void)state;
  static char text[PROPERTY_MOST + 2];
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  const Meter* meter = bare->handle;
  memset(text, 'x', sizeof text);
  assert_true(jobs_request(meter->jobs, PROP_OSC_NAME, text, PROPERTY_MOST));
  assert_false(jobs_request(meter->jobs, PROP_OSC_NAME, text, PROPERTY_MOST + 1));
  play(bare, 1.0);
  assert_non_null(strstr(status_of(bare).message, "OSC Name: more than 64 bytes"));
  assert_string_equal(status_of(bare).properties.osc_name, "meter");
  bare_free(bare);
}

static void a_permission_is_for_one_destination_only(void** state) {
  (void)state;
  char folder[64];
  make_home(folder, sizeof folder);
  trust_add("osc.udp://192.0.2.7:9");
  trust_add("osc.udp://192.0.2.8:9");
  trust_add("osc.udp://192.0.2.9:9\nosc.udp://192.0.2.9:10"); // a text with a line break
  assert_true(trust_has("osc.udp://192.0.2.7:9") && trust_has("osc.udp://192.0.2.8:9"));
  static const char* const others[] = {"", "osc.udp://192.0.2.7:90",
                                       "osc.udp://192.0.2.7:", "osc.udp://192.0.2.9:9",
                                       "osc.udp://192.0.2.9:10"};
  for (size_t i = 0; i < sizeof others / sizeof *others; ++i)
    assert_false(trust_has(others[i]));
  drop_home(folder);
}

static void a_relative_folder_holds_no_permissions(void** state) {
  (void)state;
  setenv("XDG_CONFIG_HOME", "circumplex-no-such-folder", 1);
  setenv("HOME", "also-none", 1);
  trust_add(ELSEWHERE);
  assert_false(trust_has(ELSEWHERE));
  assert_int_equal(access("circumplex-no-such-folder", F_OK), -1);
}

/// Of a longer path only the beginning would be used, which is another file.
static void a_folder_whose_path_is_too_long_holds_no_permissions(void** state) {
  (void)state;
  enum { ROOM = 4096 - sizeof "/circumplex/destinations" }; // more slashes name the same folder
  char folder[64], longest[ROOM + 2];
  make_home(folder, sizeof folder);
  memset(longest, '/', sizeof longest);
  memcpy(longest, folder, strlen(folder));
  longest[ROOM + 1] = '\0';
  setenv("XDG_CONFIG_HOME", longest, 1);
  trust_add(ELSEWHERE);
  assert_false(trust_has(ELSEWHERE));
  longest[ROOM] = '\0';
  setenv("XDG_CONFIG_HOME", longest, 1);
  trust_add(ELSEWHERE);
  assert_true(trust_has(ELSEWHERE));
  drop_home(folder);
}

// ---- what is sent, when

/// A socket that receives.  \return -1 if there is no network
static int listen_here(char* url, size_t size) {
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof here;
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || bind(fd, (struct sockaddr*)&here, sizeof here) != 0 ||
      getsockname(fd, (struct sockaddr*)&here, &length) != 0)
    return -1;
  snprintf(url, size, "osc.udp://127.0.0.1:%u", ntohs(here.sin_port));
  return fd;
}

static unsigned datagrams(int fd) {
  unsigned n = 0;
  char bytes[2048];
  while (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
    ++n;
  return n;
}

static void an_export_sends_nothing(void** state) {
  (void)state;
  char url[64];
  const int fd = listen_here(url, sizeof url);
  if (fd < 0) skip();
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Session session = {.uris = &bare->uris};
  keep_text(&session, PROP_OSC, url);
  restore(bare, &session);
  play(bare, 3.0);
  assert_in_range(datagrams(fd), 4, 6);
  bare->controls[PORT_FREEWHEEL] = 1.0f;
  play(bare, 3.0);
  assert_int_equal(datagrams(fd), 0);
  bare->controls[PORT_FREEWHEEL] = 0.0f;
  play(bare, 3.0);
  assert_true(datagrams(fd) > 3);
  bare_free(bare);
  close(fd);
}

/// The valence in a bundle; NAN: there is none.
static float valence_of(const char* bytes, size_t size) {
  static const char address[] = "/circumplex/meter/valence\0\0\0,f\0"; // and a NUL
  for (size_t i = 0; i + sizeof address + 4 <= size; ++i) {
    if (memcmp(bytes + i, address, sizeof address) != 0) continue;
    uint32_t big;
    float value;
    memcpy(&big, bytes + i + sizeof address, sizeof big);
    big = ntohl(big);
    memcpy(&value, &big, sizeof value);
    return value;
  }
  return NAN;
}

static void a_reading_is_sent_as_shown_when_it_takes_effect(void** state) {
  (void)state;
  char url[64], bytes[2048];
  const int fd = listen_here(url, sizeof url);
  if (fd < 0) skip();
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  const Meter* meter = bare->handle;
  Session session = {.uris = &bare->uris};
  keep_text(&session, PROP_OSC, url);
  restore(bare, &session);
  bare->controls[PORT_VALENCE_TRIM] = 0.25f;
  bool due = false; // the worker is asked one block after the reading
  unsigned sent = 0;
  for (unsigned block = 0; block < 5 * RATE / BLOCK; ++block) {
    const uint64_t before = history_end(meter->history);
    bare_music(bare, RATE, (uint64_t)block * BLOCK, BLOCK);
    bare_run(bare, BLOCK, false);
    if (due) assert_true(bare->tokens > 0);
    bare_serve(bare);
    const ssize_t size = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (due) {
      assert_true(size > 0);
      const float shown = meter->output_schedule.target.valence;
      assert_float_equal(valence_of(bytes, (size_t)size), shown, 0.0f);
      ++sent;
    }
    due = history_end(meter->history) != before;
  }
  assert_true(sent > 5);
  assert_true(meter->output_schedule.target.valence != meter->output_schedule.reading.valence);
  bare_free(bare);
  close(fd);
}

/// A host without threads: its worker is called inside run().
static LV2_Worker_Status work_at_once(LV2_Worker_Schedule_Handle handle, uint32_t size,
                                      const void* data) {
  Bare* bare = handle;
  return bare->worker->work(bare->handle, NULL, NULL, size, data);
}

static void nothing_is_sent_from_inside_run(void** state) {
  (void)state;
  char url[64];
  const int fd = listen_here(url, sizeof url);
  if (fd < 0) skip();
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Session session = {.uris = &bare->uris};
  bare->schedule.schedule_work = work_at_once;
  play(bare, 1.0);
  keep_text(&session, PROP_OSC, url);
  restore(bare, &session);
  play(bare, 4.0);
  assert_int_equal(datagrams(fd), 0);
  assert_true(bare_get(bare, PORT_STATE) != 0.0f);
  bare_free(bare);
  // Nor is anything sent that waits when a host begins to call its worker inside run().
  bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  session.uris = &bare->uris;
  restore(bare, &session);
  for (unsigned block = 0; block < 3 * RATE / BLOCK; ++block) {
    bare_music(bare, RATE, (uint64_t)block * BLOCK, BLOCK);
    bare_run(bare, BLOCK, false);
  }
  bare->schedule.schedule_work = work_at_once;
  bare->tokens = 0;
  play(bare, 2.0);
  assert_int_equal(datagrams(fd), 0);
  bare_free(bare);
  close(fd);
}

static void the_window_gets_the_last_message(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  const Meter* meter = bare->handle;
  Session session = {.uris = &bare->uris};
  play(bare, 0.2);
  for (unsigned i = 0; i < 3; ++i) { // the audio thread computes none of them
    char name[16];
    snprintf(name, sizeof name, "lamp%u", i);
    keep_text(&session, PROP_OSC_NAME, name);
    restore(bare, &session);
  }
  play(bare, 1.0);
  assert_string_equal(meter->status.properties.osc_name, "lamp2");
  bare_free(bare);
}

// ---- text from outside

static unsigned lines_logged;
static LV2_URID last_type; ///< of a line

/// No terminal commands, no change of the text's direction, valid UTF-8 only.
static void expect_plain(const char* text, const char* where) {
  for (size_t n = 0; *text != '\0'; text += n) {
    n = utf8_length(text);
    size_t ignored;
    if (n == 0) fail_msg("%s: no UTF-8", where);
    if (utf8_commands(utf8_character(text, &ignored)))
      fail_msg("%s: U+%04lX", where, utf8_character(text, &ignored));
  }
}

static int log_plain(LV2_Log_Handle handle, LV2_URID type, const char* format, va_list list) {
  (void)handle;
  last_type = type;
  char line[4096];
  const int n = vsnprintf(line, sizeof line, format, list);
  assert_in_range(n, 1, sizeof line - 1);
  assert_int_equal(line[n - 1], '\n'); // and no other control character
  line[n - 1] = '\0';
  expect_plain(line, "the log");
  ++lines_logged;
  return n;
}

/// A model whose name in its file is \p name, which has as many bytes as "linear".
static void write_model(const char* path, const char* name) {
  static char bytes[1 << 16];
  static const char old[] = "\\\"name\\\": \\\"linear";
  FILE* file = fopen(GOLDEN "linear.safetensors", "rb");
  assert_non_null(file);
  const size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  size_t at = 0;
  while (at + sizeof old < size && memcmp(bytes + at, old, sizeof old - 1) != 0)
    ++at;
  assert_true(at + sizeof old < size && strlen(name) == 6);
  memcpy(bytes + at + sizeof old - 7, name, 6);
  file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

static void text_of_a_session_cannot_control_a_terminal_or_the_window(void** state) {
  (void)state;
  static const char* const bad[] = {"\x1b[31m",     "\x07",         "\xc2\x9b[2J", "\n",
                                    "\xe2\x80\xae", "\xe2\x80\xa8", "\xff\xfe",    "\x7f"};
  static const unsigned texts[] = {PROP_MODEL, PROP_OSC, PROP_OSC_NAME, PROP_WEB};
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  bare->log.vprintf = log_plain;
  for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; ++i)
    for (unsigned k = 0; k < sizeof texts / sizeof texts[0]; ++k) {
      Session session = {.uris = &bare->uris};
      char text[64];
      snprintf(text, sizeof text, "%s/no%sthing",
               texts[k] == PROP_OSC   ? "osc.udp://127.0.0.1"
               : texts[k] == PROP_WEB ? "http://127.0.0.1"
                                      : "",
               bad[i]);
      if (texts[k] == PROP_OSC_NAME) keep_text(&session, PROP_OSC, "osc.udp://127.0.0.1:9");
      keep_text(&session, texts[k], text);
      const unsigned before = lines_logged;
      restore(bare, &session);
      play(bare, 0.2);
      assert_true(lines_logged > before);
      expect_plain(status_of(bare).message, "the message");
      expect_plain(status_of(bare).model_name, "the model's name");
    }
  char folder[] = "/tmp/circumplex-session-XXXXXX", path[64];
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/m.safetensors", folder);
  write_model(path, "li\xe2\x80\xaer");
  Session session = {.uris = &bare->uris};
  keep_text(&session, PROP_MODEL, path);
  restore(bare, &session);
  assert_string_equal(status_of(bare).model_name, "li r");
  unlink(path);
  rmdir(folder);
  bare_free(bare);
}

static bool sending_fails;

ssize_t __real_sendto(int fd, const void* data, size_t size, int flags, const struct sockaddr* to,
                      socklen_t length);
ssize_t __wrap_sendto(int fd, const void* data, size_t size, int flags, const struct sockaddr* to,
                      socklen_t length);

ssize_t __wrap_sendto(int fd, const void* data, size_t size, int flags, const struct sockaddr* to,
                      socklen_t length) {
  assert_int_equal(flags, MSG_DONTWAIT | MSG_NOSIGNAL); // the worker waits for no network
  if (!sending_fails) return __real_sendto(fd, data, size, flags, to, length);
  errno = ENETUNREACH;
  return -1;
}

static void a_failure_to_send_is_reported_once(void** state) {
  (void)state;
  char url[64];
  const int fd = listen_here(url, sizeof url);
  if (fd < 0) skip();
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  const Meter* meter = bare->handle;
  bare->log.vprintf = log_plain;
  Session session = {.uris = &bare->uris};
  keep_text(&session, PROP_OSC, url);
  restore(bare, &session);
  assert_int_equal(last_type, bare_map(NULL, LV2_LOG__Note)); // the target in use
  play(bare, 2.0);
  for (unsigned time = 0; time < 2; ++time) {
    const unsigned before = lines_logged;
    sending_fails = true;
    play(bare, 3.0);
    assert_int_equal(lines_logged, before + 1);
    assert_int_equal(last_type, bare_map(NULL, LV2_LOG__Error));
    assert_non_null(strstr(status_of(bare).message, "could not be sent"));
    // A target that is set again is reported again.
    assert_true(jobs_request(meter->jobs, PROP_OSC, url, strlen(url)));
    play(bare, 2.0);
    assert_int_equal(lines_logged, before + 2);
    sending_fails = false;
    assert_true(jobs_request(meter->jobs, PROP_OSC, url, strlen(url)));
    play(bare, 1.0);
    assert_string_equal(status_of(bare).message, ""); // the problem is solved
  }
  assert_true(datagrams(fd) > 3);
  bare_free(bare);
  close(fd);
}

static void without_a_model_the_reason_is_reported(void** state) {
  (void)state;
  const char* chosen = getenv("CIRCUMPLEX_MODEL");
  char* kept = chosen ? strdup(chosen) : NULL;
  static char endless[8000];
  memset(endless, 'x', sizeof endless - 1);
  endless[0] = '/';
  setenv("CIRCUMPLEX_MODEL", endless, 1);
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  if (kept)
    setenv("CIRCUMPLEX_MODEL", kept, 1);
  else
    unsetenv("CIRCUMPLEX_MODEL");
  assert_string_equal(status_of(bare).message, "The path of the model is too long.");
  bare_free(bare);
  free(kept);
}

static unsigned count_open_files(void) {
  unsigned n = 0;
  DIR* files = opendir("/proc/self/fd");
  assert_non_null(files);
  while (readdir(files))
    ++n;
  closedir(files);
  return n;
}

static void a_freed_instance_leaves_no_file_or_socket_open(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  play(bare, 0.5);
  bare_free(bare);
  const unsigned before = count_open_files();
  bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  Session session = {.uris = &bare->uris};
  keep_text(&session, PROP_OSC, "osc.udp://127.0.0.1:9");
  restore(bare, &session);
  play(bare, 1.0);
  assert_int_equal(count_open_files(), before + 1);
  restore(bare, &session); // instead of the other one
  assert_int_equal(count_open_files(), before + 1);
  bare_free(bare);
  assert_int_equal(count_open_files(), before);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_property_is_kept_under_its_name),
      cmocka_unit_test(each_property_is_restored_alone),
      cmocka_unit_test(without_a_model_the_reason_is_reported),
      cmocka_unit_test(a_freed_instance_leaves_no_file_or_socket_open),
      cmocka_unit_test(a_path_is_kept_as_the_host_names_it),
      cmocka_unit_test(a_path_that_is_too_long_is_reported_and_no_path_is_stored),
      cmocka_unit_test(a_failing_store_is_reported_to_the_host),
      cmocka_unit_test(another_version_of_the_model_is_reported),
      cmocka_unit_test(a_switch_that_was_off_comes_back_off),
      cmocka_unit_test(a_change_that_finds_the_mailbox_full_is_told_later),
      cmocka_unit_test(unreadable_parts_are_reported_and_the_rest_is_used),
      cmocka_unit_test(a_model_that_fails_does_not_replace_the_one_in_use),
      cmocka_unit_test(permissions_are_in_the_home_folder_for_the_owner_only),
      cmocka_unit_test(at_most_the_limit_of_permissions_is_read),
      cmocka_unit_test(a_session_from_someone_else_opens_no_connection_to_another_machine),
      cmocka_unit_test(a_reading_is_sent_as_shown_when_it_takes_effect),
      cmocka_unit_test(the_windows_consent_lets_a_session_send),
      cmocka_unit_test(an_export_sends_nothing),
      cmocka_unit_test(nothing_is_sent_from_inside_run),
      cmocka_unit_test(the_window_gets_the_last_message),
      cmocka_unit_test(a_failure_to_send_is_reported_once),
      cmocka_unit_test(text_of_a_session_cannot_control_a_terminal_or_the_window),
      cmocka_unit_test(a_property_accepts_its_length_and_no_more),
      cmocka_unit_test(a_request_longer_than_any_property_is_refused),
      cmocka_unit_test(a_permission_is_for_one_destination_only),
      cmocka_unit_test(a_relative_folder_holds_no_permissions),
      cmocka_unit_test(a_folder_whose_path_is_too_long_holds_no_permissions),
  };
  return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
