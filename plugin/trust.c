// SPDX-License-Identifier: GPL-3.0-or-later
// The list of network destinations that the user has allowed.
#include "plugin/trust.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PATH 4096
#define MAX_LINES 4096 ///< further lines are not read

/// Get the list's path, and create its folder if \p make.  \return false without a home folder
static bool list_path(char path[MAX_PATH], bool make) {
  const char* config = getenv("XDG_CONFIG_HOME");
  const char* home = getenv("HOME");
  int n;
  if (config && *config == '/')
    n = snprintf(path, MAX_PATH, "%s/circumplex/destinations", config);
  else if (home && *home == '/')
    n = snprintf(path, MAX_PATH, "%s/.config/circumplex/destinations", home);
  else
    return false;
  if (n >= MAX_PATH) return false;
  for (char* p = path + 1; make && *p; ++p)
    if (*p == '/') {
      *p = '\0';
      mkdir(path, 0700); // errors show when the file is opened
      *p = '/';
    }
  return true;
}

bool trust_has(const char* destination) {
  char path[MAX_PATH], line[1024];
  FILE* list = list_path(path, false) ? fopen(path, "re") : NULL;
  if (!list) return false;
  bool found = false;
  for (unsigned i = 0; i < MAX_LINES && !found && fgets(line, sizeof line, list); ++i) {
    line[strcspn(line, "\n")] = '\0';
    found = strcmp(line, destination) == 0;
  }
  fclose(list);
  return found;
}

void trust_add(const char* destination) {
  char path[MAX_PATH], line[1024];
  const int n = snprintf(line, sizeof line, "%s\n", destination);
  if (strchr(destination, '\n') || n >= (int)sizeof line || trust_has(destination)) return;
  const int list =
      list_path(path, true) ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
  if (list < 0) return;
  // Each line is written by one call, so that lines of several instances do not mix.
  if (write(list, line, (size_t)n) != n) { // a cut line allows nothing
  }
  close(list);
}
