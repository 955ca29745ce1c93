// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Lists the folders that complete a typed path, for the window's "Add a folder".
/// Thread: any.
#ifndef CIRCUMPLEX_GUI_LIBRARY_FOLDERS_H
#define CIRCUMPLEX_GUI_LIBRARY_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#define FOLDERS_MAX 7
#define FOLDERS_NAME 256 ///< bytes of a name, its end included

typedef struct {
  size_t n;
  bool more;                             ///< there are more folders than these
  char folder[1024];                     ///< the folder that contains them
  char names[FOLDERS_MAX][FOLDERS_NAME]; ///< by name; no hidden ones unless a dot was typed
} FolderList;

/// The folders within \p typed if that is a folder, else those beside its last part that begin with
/// it (case does not count).  Empty if there is none, or if they cannot be read.  May take
/// as long as the file system does.
/// \param typed a path; "~" is the home folder
void folders_list(const char* typed, FolderList* list);

/// Complete \p typed with folder \p i of a list that was made for it; reads no file system.
/// \param size of \p typed, bytes;  \return false if there is no room
bool folders_enter(char* typed, size_t size, const FolderList* list, size_t i);

#endif
