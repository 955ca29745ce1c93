// SPDX-License-Identifier: GPL-3.0-or-later
// Shows a file in the user's file manager.
#include "gui/library/opener.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MANAGER "org.freedesktop.FileManager1"
#define PATIENCE_MS 5000

// Ask the file manager, or else the program that opens folders.
static void ask_desktop(char* uri) {
  const char* const uris[] = {uri, NULL};
  GVariant* shown = NULL;
  GDBusConnection* bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
  if (bus) {
    g_dbus_connection_set_exit_on_close(bus, FALSE); // do not exit with the bus
    shown = g_dbus_connection_call_sync(bus, MANAGER, "/org/freedesktop/FileManager1", MANAGER,
                                        "ShowItems", g_variant_new("(^ass)", uris, ""), NULL,
                                        G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS, NULL, NULL);
    g_object_unref(bus);
  }
  if (shown) {
    g_variant_unref(shown);
  } else {
    char* folder = g_path_get_dirname(uri);
    g_app_info_launch_default_for_uri(folder, NULL, NULL);
    g_free(folder);
  }
}

int opener_show(const char* path, char* error, size_t error_size) {
  if (access(path, F_OK) != 0) {
    snprintf(error, error_size, "%s: %s.  'circumplex library add' brings the library up to date.",
             path, strerror(errno));
    return -1;
  }
  char* uri = g_filename_to_uri(path, NULL, NULL); // escapes quotes and other special characters
  if (!uri) {
    snprintf(error, error_size, "%s: the path is not absolute.", path);
    return -1;
  }
  ask_desktop(uri);
  g_free(uri);
  return 0;
}
