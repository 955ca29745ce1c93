// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A worker thread that loads the library and runs queries, so that the window never waits.
///
/// A newer query replaces an older one, which then has no answer.  Only the newest answer is kept.
///
/// Thread: all functions belong to the window's thread.
#ifndef CIRCUMPLEX_GUI_LIBRARY_FINDER_H
#define CIRCUMPLEX_GUI_LIBRARY_FINDER_H

#include "affect/words.h"
#include "gui/library/catalogue_index.h"
#include "library/query.h"

typedef struct Finder Finder;

#define FINDER_MODELS 16

/// What was read from a library's file.
typedef struct {
  CatalogueIndex* index;
  size_t n_models;
  struct {
    char name[96];
    char hash[17];
    size_t songs;
  } models[FINDER_MODELS]; ///< of which the library holds readings
  size_t model;            ///< the one shown
  const WordTable* words;  ///< that name its readings; NULL: the built-in ones
} FinderLibrary;

typedef enum {
  FINDER_NOTHING,
  FINDER_LOADED,  ///< a library: it stays the finder's until finder_release()
  FINDER_ABSENT,  ///< there is no such file, or no song in it
  FINDER_FAILED,  ///< an error message says why
  FINDER_ANSWERED ///< an answer, the caller's to clear
} FinderEvent;

typedef struct {
  FinderLibrary* library;
  QueryResult answer;
  char error[512];
} FinderNews;

/// Start the worker and read the library.
/// \param path of the library's file
/// \param model hash or name of the model whose readings to show, or NULL: the one with most songs
/// \return NULL and an error message
Finder* finder_new(const char* path, const char* model, char* error, size_t error_size);
void finder_free(Finder* finder); ///< NULL is allowed; ends the worker

/// Read the library (again), as for finder_new().
void finder_load(Finder* finder, const char* model);

/// Start a query; each id must be larger than the one before.
void finder_query(Finder* finder, const Query* query);

/// Give back a library that a newer one has replaced.
void finder_release(Finder* finder, FinderLibrary* library);

/// \return what has happened; call until FINDER_NOTHING
FinderEvent finder_poll(Finder* finder, FinderNews* news);

/// \return whether a result is still to come
bool finder_busy(Finder* finder);

#endif
