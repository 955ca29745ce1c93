// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the window writes and starts: playlists, the file manager.
#include "audio/player.h"
#include "gui/library/folders.h"
#include "gui/library/opener.h"
#include "gui/library/playlist.h"

#include <errno.h>
#include <errno.h>
#include <gio/gio.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/circumplex_files_XXXXXX";

static int setup(void** state) {
  (void)state;
  return mkdtemp(folder) ? chdir(folder) : -1;
}

static void read_file(const char* path, char* text, size_t size) {
  FILE* file = fopen(path, "r");
  assert_non_null(file);
  text[fread(text, 1, size - 1, file)] = '\0';
  fclose(file);
}

static void write_script(const char* path, const char* text) {
  FILE* file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
  assert_int_equal(chmod(path, 0755), 0);
}

static const Song songs[] = {
    {.path = "/m/one.flac", .title = "One", .artist = "Ör", .album = "", .duration = 61.4f},
    {.path = "/m/\xff\xfe#1.ogg",
     .title = "Line\r\nbreak",
     .artist = "",
     .album = "",
     .duration = 4.6f},
    {.path = "/m/bad\nname.ogg", .title = "Bad", .artist = "", .album = "", .duration = 5.0f},
};
static const QueryHit hits[] = {{1, 0, 0, 0}, {2, 0, 0, 0}, {0, 0, 0, 0}};

// Write the songs of a list to a file.  \return how many, or -1
static long write_list(const char* path, const Catalogue* c, const QueryHit* list, size_t n,
                       char* error, size_t size) {
  long count = 0;
  char* text = playlist_text(c, list, n, &count);
  const int status = text ? playlist_write(path, text, error, size) : -1;
  free(text);
  return status == 0 ? count : -1;
}

static void a_playlist_has_what_the_list_has(void** state) {
  (void)state;
  const Catalogue c = {3, songs};
  char error[512];
  char text[1024];
  assert_int_equal(write_list("list.m3u8", &c, hits, 3, error, sizeof error), 2);
  read_file("list.m3u8", text, sizeof text);
  assert_string_equal(text, "#EXTM3U\n#EXTINF:5,Line  break\n/m/\xff\xfe#1.ogg\n"
                            "#EXTINF:61,Ör - One\n/m/one.flac\n");
  struct stat status; // other users' players may read it
  assert_int_equal(stat("list.m3u8", &status), 0);
  assert_int_equal(status.st_mode & 0777, 0644);
  // A second time the file is replaced, and no other file is left.
  assert_int_equal(write_list("list.m3u8", &c, hits, 1, error, sizeof error), 1);
  read_file("list.m3u8", text, sizeof text);
  assert_non_null(strstr(text, "Line  break"));
  assert_null(strstr(text, "One"));
  assert_int_equal(unlink("list.m3u8"), 0);
}

static void a_playlist_that_cannot_be_written_gives_an_error_message(void** state) {
  (void)state;
  const Catalogue c = {3, songs};
  char error[512] = "";
  assert_int_equal(write_list("/nonexistent/list.m3u8", &c, hits, 3, error, sizeof error), -1);
  assert_non_null(strstr(error, "/nonexistent/list.m3u8"));
  assert_int_equal(mkdir("taken.m3u8", 0755), 0);
  assert_int_equal(write_list("taken.m3u8", &c, hits, 3, error, sizeof error), -1);
  assert_int_equal(rmdir("taken.m3u8"), 0); // and the folder is empty again: see main()
}

/// The disk becomes full: the old playlist stays complete, and no other file is left (see
/// main()).
static void a_full_disk_leaves_the_old_playlist(void** state) {
  (void)state;
  static QueryHit many[2000]; // all are the first song
  const Catalogue c = {3, songs};
  char error[512] = "", text[1024];
  assert_int_equal(write_list("list.m3u8", &c, hits, 3, error, sizeof error), 2);
  struct rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &(struct rlimit){8000, before.rlim_max});
  const long written = write_list("list.m3u8", &c, many, 2000, error, sizeof error);
  setrlimit(RLIMIT_FSIZE, &before);
  assert_int_equal(written, -1);
  assert_non_null(strstr(error, "list.m3u8"));
  read_file("list.m3u8", text, sizeof text);
  assert_string_equal(text, "#EXTM3U\n#EXTINF:5,Line  break\n/m/\xff\xfe#1.ogg\n"
                            "#EXTINF:61,Ör - One\n/m/one.flac\n");
  assert_int_equal(unlink("list.m3u8"), 0);
}

static bool sync_fails;

int __wrap_fsync(int fd);

int __wrap_fsync(int fd) {
  (void)fd;
  errno = EIO;
  return sync_fails ? -1 : 0;
}

/// What is said to be saved must be on the disk.
static void a_playlist_that_cannot_be_synced_is_not_saved(void** state) {
  (void)state;
  const Catalogue c = {3, songs};
  char error[512] = "";
  sync_fails = true;
  assert_int_equal(write_list("list.m3u8", &c, hits, 3, error, sizeof error), -1);
  sync_fails = false;
  assert_non_null(strstr(error, "list.m3u8 cannot be written: "));
  assert_int_equal(access("list.m3u8", F_OK), -1);
}

static void a_new_playlist_takes_a_new_name(void** state) {
  (void)state;
  char first[1100];
  char second[1100];
  setenv("HOME", folder, 1);
  setenv("XDG_CONFIG_HOME", folder, 1);
  playlist_default(first, sizeof first);
  assert_non_null(strstr(first, "circumplex.m3u8"));
  write_script(first, "taken");
  playlist_default(second, sizeof second);
  assert_non_null(strstr(second, "circumplex-2.m3u8"));
  assert_int_equal(unlink(first), 0);
}

// A file manager that records what it is asked to show.
static void on_call(GDBusConnection* bus, const gchar* sender, const gchar* object,
                    const gchar* interface, const gchar* method, GVariant* parameters,
                    GDBusMethodInvocation* call, gpointer asked) {
  (void)bus;
  (void)sender;
  (void)object;
  (void)interface;
  (void)method;
  g_variant_get_child(parameters, 0, "^as", (char***)asked);
  g_dbus_method_invocation_return_value(call, NULL);
}

static GDBusConnection* begin_file_manager(GTestDBus* desktop, char*** asked) {
  static const GDBusInterfaceVTable table = {.method_call = on_call};
  GDBusNodeInfo* node = g_dbus_node_info_new_for_xml(
      "<node><interface name='org.freedesktop.FileManager1'><method name='ShowItems'>"
      "<arg type='as' direction='in'/><arg type='s' direction='in'/></method></interface></node>",
      NULL);
  GDBusConnection* bus =
      g_dbus_connection_new_for_address_sync(g_test_dbus_get_bus_address(desktop),
                                             G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                 G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                             NULL, NULL, NULL);
  assert_non_null(bus);
  assert_true(g_dbus_connection_register_object(bus, "/org/freedesktop/FileManager1",
                                                node->interfaces[0], &table, asked, NULL,
                                                NULL) > 0);
  GVariant* named = g_dbus_connection_call_sync(
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
      g_variant_new("(su)", "org.freedesktop.FileManager1", 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
      NULL, NULL);
  assert_non_null(named);
  g_variant_unref(named);
  g_dbus_node_info_unref(node);
  return bus;
}

static char launched[512]; ///< the folder that was opened last

gboolean __wrap_g_app_info_launch_default_for_uri(const char* uri, GAppLaunchContext* context,
                                                  GError** error);
gboolean __wrap_g_app_info_launch_default_for_uri(const char* uri, GAppLaunchContext* context,
                                                  GError** error) {
  (void)context;
  (void)error;
  snprintf(launched, sizeof launched, "%s", uri);
  return TRUE;
}

static void* show(void* path) {
  char error[512];
  return opener_show(path, error, sizeof error) == 0 ? path : NULL;
}

static void the_file_manager_gets_any_name_completely(void** state) {
  (void)state;
  static const char name[] = "it's \"quoted\" $(touch evil) ;\\ ü.flac";
  char error[512];
  char path[256];
  char** asked = NULL;
  char* daemon = g_find_program_in_path("dbus-daemon");
  if (!daemon) {
    print_message("skipped: no dbus-daemon\n");
    skip();
  }
  g_free(daemon);
  GTestDBus* desktop = g_test_dbus_new(G_TEST_DBUS_NONE);
  g_test_dbus_up(desktop);
  GDBusConnection* bus = begin_file_manager(desktop, &asked);
  snprintf(path, sizeof path, "%s/%s", folder, name);
  write_script(name, "music");
  pthread_t thread; // this thread is the file manager's
  void* result = NULL;
  assert_int_equal(pthread_create(&thread, NULL, show, path), 0);
  for (int i = 0; i < 9000 && !asked; ++i) {
    g_main_context_iteration(NULL, FALSE);
    nanosleep(&(struct timespec){0, 10000000}, NULL);
  }
  assert_non_null(asked);
  assert_int_equal(pthread_join(thread, &result), 0);
  assert_ptr_equal(result, path);
  assert_string_equal(launched, "");
  char* shown = g_filename_from_uri(asked[0], NULL, NULL);
  assert_string_equal(shown, path);
  assert_null(asked[1]);
  assert_true(access("evil", F_OK) != 0);
  assert_int_equal(unlink(name), 0);
  assert_int_equal(opener_show(path, error, sizeof error), -1); // gone
  assert_non_null(strstr(error, folder));
  g_free(shown);
  g_strfreev(asked);
  g_dbus_connection_close_sync(bus, NULL, NULL);
  g_object_unref(bus);
  g_test_dbus_stop(desktop);
  g_object_unref(desktop);
}

static void without_a_file_manager_the_folder_is_opened(void** state) {
  (void)state;
  char path[256], error[512], expected[300];
  const char* before = getenv("DBUS_SESSION_BUS_ADDRESS");
  char* kept = before ? strdup(before) : NULL;
  assert_int_equal(setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus", 1), 0);
  snprintf(path, sizeof path, "%s/song.flac", folder);
  snprintf(expected, sizeof expected, "file://%s", folder);
  write_script("song.flac", "music");
  launched[0] = '\0';
  assert_int_equal(opener_show(path, error, sizeof error), 0);
  assert_string_equal(launched, expected);
  assert_int_equal(unlink("song.flac"), 0);
  launched[0] = '\0';
  if (kept)
    setenv("DBUS_SESSION_BUS_ADDRESS", kept, 1);
  else
    unsetenv("DBUS_SESSION_BUS_ADDRESS");
  free(kept);
}

static PlayerState until_told(Player* player, char* error, size_t size) {
  double position;
  for (int i = 0; i < 9000; ++i) {
    const PlayerState state = player_state(player, &position, error, size);
    if (state != PLAYER_STARTING) return state;
    nanosleep(&(struct timespec){0, 10000000}, NULL);
  }
  return PLAYER_STARTING;
}

static void files_that_cannot_be_played_give_a_message(void** state) {
  (void)state;
  char error[512] = "";
  Player* player = player_new();
  assert_non_null(player);
  write_script("no.wav", "this is no music");
  player_play(player, "no.wav", 0.0, 10.0);
  assert_int_equal(until_told(player, error, sizeof error), PLAYER_FAILED);
  assert_non_null(strstr(error, "cannot be played"));
  player_play(player, "/nonexistent.ogg", 0.0, 10.0);
  assert_int_equal(until_told(player, error, sizeof error), PLAYER_FAILED);
  player_stop(player);
  assert_int_equal(until_told(player, error, sizeof error), PLAYER_STOPPED);
  player_free(player);
  assert_int_equal(unlink("no.wav"), 0);
}

static void folders_complete_the_typed_path(void** state) {
  (void)state;
  static const char* const names[] = {"rock", "Ragas", "\xc3\x89tudes", ".hidden"};
  char typed[512];
  FolderList list;
  for (int i = 0; i < 4; ++i)
    assert_int_equal(mkdir(names[i], 0755), 0);
  write_script("readme", "a file is no folder");
  folders_list(folder, &list);
  assert_int_equal(list.n, 3);
  snprintf(typed, sizeof typed, "%s/r", folder); // case does not count
  folders_list(typed, &list);
  assert_int_equal(list.n, 2);
  assert_false(list.more);
  assert_string_equal(list.names[0], "Ragas");
  snprintf(typed, sizeof typed, "%s/R", folder);
  folders_list(typed, &list);
  assert_int_equal(list.n, 2);
  assert_true(folders_enter(typed, sizeof typed, &list, 0));
  assert_string_equal(strrchr(typed, '/'), "/Ragas");
  folders_list(typed, &list);
  assert_int_equal(list.n, 0);
  snprintf(list.names[0], sizeof list.names[0], "long");
  assert_false(folders_enter(typed, strlen(typed) + 5, &list, 0)); // the end of it does not fit
  assert_string_equal(strrchr(typed, '/'), "/Ragas");
  snprintf(typed, sizeof typed, "%s/.h", folder);
  folders_list(typed, &list);
  assert_int_equal(list.n, 1);
  folders_list("/nonexistent/x", &list);
  assert_int_equal(list.n, 0);
  folders_list("", &list);
  assert_int_equal(list.n, 0);
  for (int i = 0; i < 4; ++i)
    assert_int_equal(rmdir(names[i]), 0);
  assert_int_equal(unlink("readme"), 0);
}

static void only_the_first_of_many_folders_are_listed(void** state) {
  (void)state;
  char name[16];
  FolderList list;
  for (int i = 0; i < 2 * FOLDERS_MAX; ++i) {
    snprintf(name, sizeof name, "f%02d", i * 5 % (2 * FOLDERS_MAX));
    assert_int_equal(mkdir(name, 0755), 0);
  }
  folders_list(folder, &list);
  assert_int_equal(list.n, FOLDERS_MAX);
  assert_true(list.more);
  for (int i = 0; i < FOLDERS_MAX; ++i) {
    snprintf(name, sizeof name, "f%02d", i);
    assert_string_equal(list.names[i], name);
  }
  for (int i = 0; i < 2 * FOLDERS_MAX; ++i) {
    snprintf(name, sizeof name, "f%02d", i);
    assert_int_equal(rmdir(name), 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_playlist_has_what_the_list_has),
      cmocka_unit_test(a_playlist_that_cannot_be_written_gives_an_error_message),
      cmocka_unit_test(a_full_disk_leaves_the_old_playlist),
      cmocka_unit_test(a_playlist_that_cannot_be_synced_is_not_saved),
      cmocka_unit_test(a_new_playlist_takes_a_new_name),
      cmocka_unit_test(without_a_file_manager_the_folder_is_opened),
      cmocka_unit_test(the_file_manager_gets_any_name_completely),
      cmocka_unit_test(files_that_cannot_be_played_give_a_message),
      cmocka_unit_test(folders_complete_the_typed_path),
      cmocka_unit_test(only_the_first_of_many_folders_are_listed),
  };
  // cmocka ignores what a group's teardown returns.
  const int failed = cmocka_run_group_tests(tests, setup, NULL);
  if (chdir("/") == 0 && rmdir(folder) == 0) return failed;
  fprintf(stderr, "something is left in %s\n", folder);
  return 1;
}
