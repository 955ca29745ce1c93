// SPDX-License-Identifier: GPL-3.0-or-later
// How long work reports progress and errors to its caller, and learns that it should stop.
#include "library/task.h"

bool task_is_stopped(const Task* task) {
  return task && task->is_stopped && task->is_stopped(task->context);
}

void task_begin(const Task* task, uint64_t total) {
  if (task && task->begin) task->begin(task->context, total);
}

void task_message(const Task* task, const char* path, const char* text) {
  if (task && task->message) task->message(task->context, path, text);
}

void task_file_done(TaskFile* file, double share) {
  const uint64_t done = share >= 1.0 ? file->size : (uint64_t)(share * (double)file->size);
  if (done <= file->counted) return;
  const Task* task = file->task;
  if (task && task->progress) task->progress(task->context, done - file->counted);
  file->counted = done;
}
