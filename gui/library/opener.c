// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Show a file: see opener.h.
#include "gui/library/opener.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

typedef struct {
  char* list; ///< GVariant text: an array of one URI
  char* folder;
} Wish;

// \return the program's exit status, or -1 if it is not there
static int run(const char* const* arguments) {
  posix_spawn_file_actions_t actions;
  pid_t pid;
  if (posix_spawn_file_actions_init(&actions) != 0) return -1;
  for (int fd = 0; fd <= 2; ++fd) {
    (void)posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", fd == 0 ? O_RDONLY : O_WRONLY,
                                           0);
  }
  const int status = posix_spawnp(&pid, arguments[0], &actions, NULL,
                                  (char* const*)arguments, // it does not write to them
                                  environ);
  (void)posix_spawn_file_actions_destroy(&actions);
  if (status != 0) return -1;
  int how = 0;
  while (waitpid(pid, &how, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

// Waits for the programs, so that none is left a zombie.
static void* ask_desktop(void* handle) {
  Wish* wish = handle;
  const char* const manager[] = {"gdbus",
                                 "call",
                                 "--session",
                                 "--timeout",
                                 "5",
                                 "--dest",
                                 "org.freedesktop.FileManager1",
                                 "--object-path",
                                 "/org/freedesktop/FileManager1",
                                 "--method",
                                 "org.freedesktop.FileManager1.ShowItems",
                                 wish->list,
                                 "",
                                 NULL};
  const char* const folder[] = {"xdg-open", wish->folder, NULL};
  if (run(manager) != 0) (void)run(folder);
  g_free(wish->list);
  g_free(wish->folder);
  free(wish);
  return NULL;
}

int opener_show(const char* path, char* error, size_t error_size) {
  pthread_t thread;
  Wish* wish = NULL;
  if (access(path, F_OK) != 0) {
    snprintf(error, error_size, "%s: %s.  'circumplex library add' brings the library up to date.",
             path, strerror(errno));
    return -1;
  }
  char* uri = g_filename_to_uri(path, NULL, NULL); // escapes quotes and all that is not plain
  wish = calloc(1, sizeof *wish);
  if (!uri || !wish) {
    snprintf(error, error_size, "%s: the path is not absolute, or memory is short.", path);
    goto fail;
  }
  wish->list = g_strdup_printf("[\"%s\"]", uri);
  wish->folder = g_path_get_dirname(path);
  if (pthread_create(&thread, NULL, ask_desktop, wish) != 0) {
    snprintf(error, error_size, "No thread could be started: the system is short of resources.");
    goto fail;
  }
  pthread_detach(thread);
  g_free(uri);
  return 0;

fail:
  if (wish) {
    g_free(wish->list);
    g_free(wish->folder);
  }
  free(wish);
  g_free(uri);
  return -1;
}
