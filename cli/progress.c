// SPDX-License-Identifier: GPL-3.0-or-later
// The progress bar with the remaining time.
#include "cli/progress.h"

#include "cli/cli.h"
#include "dsp/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BAR_CELLS = 30 };

/// There is one terminal, so one bar: the only state that all threads share.
static struct {
  pthread_mutex_t lock;
  bool shown; ///< there is a bar to draw
  uint64_t total, done;
  double begun, drawn; ///< s
} bar = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void erase(void) {
  fputs("\r\033[K", cli_errors());
}

static void draw(double time) {
  const double share =
      bar.total == 0 || bar.done >= bar.total ? 1.0 : (double)bar.done / (double)bar.total;
  char cells[BAR_CELLS + 1];
  for (int i = 0; i < BAR_CELLS; ++i)
    cells[i] = (double)i + 0.5 < share * BAR_CELLS ? '#' : '.';
  cells[BAR_CELLS] = '\0';
  const double elapsed = time - bar.begun;
  fprintf(cli_errors(), "\r[%s] %3.0f %%", cells, 100.0 * share);
  // The first seconds do not predict the rest.
  if (elapsed > 0.5 && share > 0.0) {
    const unsigned long left = (unsigned long)(elapsed * (1.0 - share) / share + 0.5);
    if (left >= 3600)
      fprintf(cli_errors(), "  %lu:%02lu:%02lu left", left / 3600, left / 60 % 60, left % 60);
    else
      fprintf(cli_errors(), "  %lu:%02lu left", left / 60, left % 60);
  }
  fputs("\033[K", cli_errors());
  fflush(cli_errors());
  bar.drawn = time;
}

void progress_begin(uint64_t total, bool quiet) {
  pthread_mutex_lock(&bar.lock);
  bar.shown = !quiet && isatty(fileno(cli_errors())) == 1;
  bar.total = total;
  bar.done = 0;
  bar.begun = clock_seconds();
  bar.drawn = bar.begun; // nothing is drawn for work that ends within a tenth of a second
  pthread_mutex_unlock(&bar.lock);
}

void progress_add(uint64_t amount) {
  pthread_mutex_lock(&bar.lock);
  bar.done += amount;
  if (bar.shown) {
    const double time = clock_seconds();
    if (time - bar.drawn >= 0.1) draw(time);
  }
  pthread_mutex_unlock(&bar.lock);
}

void progress_end(void) {
  pthread_mutex_lock(&bar.lock);
  if (bar.shown) erase();
  bar.shown = false;
  pthread_mutex_unlock(&bar.lock);
}

void progress_pause(void) {
  pthread_mutex_lock(&bar.lock);
  if (bar.shown) erase();
}

void progress_resume(void) {
  pthread_mutex_unlock(&bar.lock);
}
