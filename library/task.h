// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// How long work reports progress and errors to its caller, and learns that it should stop.  The
/// command line shows a bar and handles Ctrl-C; a window shows a bar and a button.
#ifndef CIRCUMPLEX_LIBRARY_TASK_H
#define CIRCUMPLEX_LIBRARY_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Every member may be NULL.  Thread: the functions are called from any of the work's threads, and
/// from several at once.
typedef struct {
  void* context;
  bool (*is_stopped)(void* context);                ///< called several times a second
  void (*begin)(void* context, uint64_t total);     ///< total units of work (bytes of input)
  void (*progress)(void* context, uint64_t amount); ///< units done since the last call
  /// Something went wrong with one file (\p path), or with the work (NULL).
  void (*message)(void* context, const char* path, const char* text);
} Task;

/// Call these; \p task may be NULL.
bool task_is_stopped(const Task* task);
void task_begin(const Task* task, uint64_t total);
void task_message(const Task* task, const char* path, const char* text);

/// Progress within one file.
typedef struct {
  const Task* task;
  uint64_t size, counted; ///< units of the file, and those reported so far
} TaskFile;

/// \param share of the file that is done, 0..1; ignored if less than before
void task_file_done(TaskFile* file, double share);

#endif
