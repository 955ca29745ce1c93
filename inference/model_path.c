// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds the models that come with the program (model.h), relative to the binary that contains this
/// code (the command line, or the plugin in its bundle).  So an installed tree can be moved, and no
/// binary contains the name of a build folder.
#define _GNU_SOURCE // dladdr
#include "inference/model.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".safetensors"
#define PREFIX_DEPTH 5 ///< folders from the binary up: PREFIX/lib/TRIPLET/lv2/BUNDLE/binary

static int copy_path(char* path, size_t size, const char* from) {
  if ((size_t)snprintf(path, size, "%s", from) < size) return 0;
  snprintf(path, size, "The path of the model is too long.");
  return -1;
}

/// Remove the last part of a path.  \return whether there was one
static int to_parent(char* folder) {
  char* slash = strrchr(folder, '/');
  if (!slash || slash == folder) return 0;
  *slash = '\0';
  return 1;
}

/// \return path of the model \p name in the tree of the binary (for free()), or NULL
static char* beside_binary(const char* name) {
  Dl_info info;
  char* found = NULL;
  char* folder = NULL;
  static const char here;
  if (dladdr(&here, &info) == 0 || !info.dli_fname) return NULL;
  // A module is loaded by its absolute path.  A program may have been started by a name without a
  // path or a relative one; /proc/self/exe is its file.
  folder = realpath(*info.dli_fname == '/' ? info.dli_fname : "/proc/self/exe", NULL);
  if (!folder) return NULL;
  const size_t size = strlen(folder) + strlen(name) + sizeof "/share/circumplex/models/" SUFFIX;
  found = malloc(size);
  for (int depth = 0; found && depth < PREFIX_DEPTH && to_parent(folder); ++depth) {
    snprintf(found, size, depth ? "%s/share/circumplex/models/%s" SUFFIX : "%s/models/%s" SUFFIX,
             folder, name);
    if (access(found, R_OK) == 0) goto done;
  }
  free(found);
  found = NULL;
done:
  free(folder);
  return found;
}

/// \return path of the model \p name in this tree, or else in the configured prefix (for free()),
/// or NULL
static char* find(const char* name) {
  char* found = beside_binary(name);
  if (found) return found;
  const size_t size = sizeof CIRCUMPLEX_INSTALL_MODELS + strlen(name) + sizeof "/" SUFFIX;
  found = malloc(size);
  if (!found) return NULL;
  snprintf(found, size, "%s/%s" SUFFIX, CIRCUMPLEX_INSTALL_MODELS, name);
  if (access(found, R_OK) == 0) return found;
  free(found);
  return NULL;
}

/// Copy \p found to \p path and free it.
static int take_path(char* path, size_t size, char* found) {
  const int status = copy_path(path, size, found);
  free(found);
  return status;
}

int model_shipped_path(const char* name, char* path, size_t size) {
  char* found = find(name);
  if (found) return take_path(path, size, found);
  snprintf(path, size, "There is no model %s" SUFFIX " in %s.", name, CIRCUMPLEX_INSTALL_MODELS);
  return -1;
}

static int is_model(const struct dirent* entry) {
  const size_t length = strlen(entry->d_name), suffix = sizeof SUFFIX - 1;
  return length > suffix && entry->d_name[0] != '.' &&
         strcmp(entry->d_name + length - suffix, SUFFIX) == 0;
}

void model_shipped_names(char* names, size_t size) {
  struct dirent** entries = NULL;
  size_t at = 0;
  names[0] = '\0';
  char* folder = find("default");
  const int n = folder && to_parent(folder) ? scandir(folder, &entries, is_model, alphasort) : 0;
  for (int i = 0; i < n; ++i) {
    const size_t length = strlen(entries[i]->d_name) - (sizeof SUFFIX - 1);
    const int added = snprintf(names + at, size - at, "%s%.*s", at > 0 ? ", " : "", (int)length,
                               entries[i]->d_name);
    at = added > 0 && at + (size_t)added < size ? at + (size_t)added : at;
    names[at] = '\0'; // drop a name that does not fit
    free(entries[i]);
  }
  free(entries);
  free(folder);
}

int model_default_path(char* path, size_t size) {
  const char* chosen = getenv("CIRCUMPLEX_MODEL");
  if (chosen && *chosen) {
    const int is_name = !strpbrk(chosen, "/.") && access(chosen, F_OK) != 0;
    if (is_name && model_shipped_path(chosen, path, size) == 0) return 0;
    return copy_path(path, size, chosen);
  }
  char* found = find("default");
  if (found) return take_path(path, size, found);
  snprintf(path, size, "There is no default model at %s/default" SUFFIX "; set CIRCUMPLEX_MODEL.",
           CIRCUMPLEX_INSTALL_MODELS);
  return -1;
}
