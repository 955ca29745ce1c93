// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Implements errands.h.
#include "gui/library/errands.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct Node {
  const Errand* errand;
  void* job;
  Errands* owner;
  struct Node* next;
} Node;

// Freed by its last user: the window, or the last thread.
struct Errands {
  pthread_mutex_t lock;
  Node* ended;    // under the lock, like all below
  int running;    // threads
  int unfinished; // tasks whose done() was not called yet
  bool left;      // closed by the window
};

Errands* errands_new(void) {
  Errands* e = calloc(1, sizeof *e);
  if (e) pthread_mutex_init(&e->lock, NULL);
  return e;
}

static void free_node(Node* node) {
  node->errand->drop(node->job);
  free(node);
}

// The lock is held, and is released.
static void leave(Errands* e) {
  const bool last = e->left && e->running == 0;
  pthread_mutex_unlock(&e->lock);
  if (!last) return;
  pthread_mutex_destroy(&e->lock);
  free(e);
}

static void* run(void* handle) {
  Node* node = handle;
  Errands* e = node->owner;
  node->errand->work(node->job);
  pthread_mutex_lock(&e->lock);
  if (e->left) {
    free_node(node);
  } else {
    Node** at = &e->ended;
    while (*at)
      at = &(*at)->next;
    *at = node;
  }
  --e->running;
  leave(e);
  return NULL;
}

static Node* take_ended(Errands* e) {
  pthread_mutex_lock(&e->lock);
  Node* node = e->ended;
  if (node) {
    e->ended = node->next;
    --e->unfinished;
  }
  pthread_mutex_unlock(&e->lock);
  return node;
}

void errands_free(Errands* errands) {
  if (!errands) return;
  pthread_mutex_lock(&errands->lock);
  errands->left = true;
  for (Node* node; (node = errands->ended);) {
    errands->ended = node->next;
    free_node(node);
  }
  leave(errands);
}

static bool start_thread(Errands* e, Node* node) {
  pthread_t thread;
  pthread_mutex_lock(&e->lock);
  const bool started = e->running < ERRANDS_MAX && pthread_create(&thread, NULL, run, node) == 0;
  if (started) {
    pthread_detach(thread);
    ++e->running;
    ++e->unfinished;
  }
  pthread_mutex_unlock(&e->lock);
  return started;
}

bool errands_start(Errands* errands, const Errand* errand, void* job) {
  Node* node = calloc(1, sizeof *node);
  if (!node) {
    errand->drop(job);
    return false;
  }
  *node = (Node){errand, job, errands, NULL};
  if (start_thread(errands, node)) return true;
  free_node(node);
  return false;
}

void errands_poll(Errands* errands, void* handle) {
  for (Node* node; (node = take_ended(errands));) {
    node->errand->done(node->job, handle);
    free_node(node);
  }
}

bool errands_busy(Errands* errands) {
  pthread_mutex_lock(&errands->lock);
  const bool busy = errands->unfinished > 0;
  pthread_mutex_unlock(&errands->lock);
  return busy;
}
