// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/trust.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PATH 4096
#define MAX_LINES 4096 ///< more are not read

/// Write the list's path, and make its folder if asked to.  \return false if there is no home
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
      mkdir(path, 0700); // may be there: opening tells
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
  // One write of a whole line, so that instances at work together do not mix theirs.
  if (write(list, line, (size_t)n) != n) { // a list cut short allows too little, never too much
  }
  close(list);
}
