// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Connects the view-model to the finder, the player and files.  Independent of the window.
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_LIBRARY_APP_H
#define CIRCUMPLEX_GUI_LIBRARY_APP_H

#include "gui/library/trace.h"
#include "gui/library/view_model.h"

typedef struct App App;

typedef struct {
  const char* library; ///< path of its file
  const char* model;   ///< name or hash, or NULL
  const char* save;    ///< where to save the list, or NULL: a new name in the user's music folder
  bool trace;
} AppOptions;

/// \param copy puts text into the clipboard;  \return NULL and an error message
App* app_new(const AppOptions* options, void (*copy)(void* handle, const char* text), void* handle,
             char* error, size_t error_size);
void app_free(App* app); ///< NULL is allowed

LibraryView* app_view(App* app);
const Trace* app_trace(const App* app);

/// Add files and folders that were dropped: URIs, one a line.
void app_add_uris(App* app, const char* uris);

/// Collect the results of the workers.
void app_tick(App* app);

/// \return how long to wait for events before the next app_tick(), s
double app_timeout(App* app);

#endif
