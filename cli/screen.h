// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Draws the live reading as a page of text: the plane in braille dots with its words, values,
/// cue bars, the last minute and the attention.  It uses no files and no clock.
/// Thread: one.
#ifndef CIRCUMPLEX_CLI_SCREEN_H
#define CIRCUMPLEX_CLI_SCREEN_H

#include "affect/words.h"
#include "inference/engine.h"

#include <stdbool.h>
#include <stdio.h>

#define SCREEN_HISTORY 120 ///< hops that are stored: 60 s

typedef struct {
  const char* title; ///< the file
  const char* model;
  double rate;     ///< Hz
  double duration; ///< s; 0: unknown
  bool has_color;
  bool is_plain;                    ///< only ASCII
  int width, height;                ///< of the terminal, characters (80 x 24 at first)
  Estimate history[SCREEN_HISTORY]; ///< ring
  size_t n;                         ///< hops seen
  const WordTable* words;           ///< the model's; NULL: the built-in ones
  int word;                         ///< index into words, -1 at first
  bool outside;                     ///< the sound is out of domain: no word, all grey
  int doubt;                        ///< words_doubt(): how much the word is greyed
} Screen;

void screen_init(Screen* screen, const char* title, const char* model, double rate, double duration,
                 bool has_color);

/// Add an estimate.
void screen_add(Screen* screen, const Estimate* estimate);

/// Draw the page from the cursor's home position on.
void screen_draw(const Screen* screen, FILE* out);

/// Write the newest estimate as one line, for an output that is not a terminal.
void screen_line(const Screen* screen, FILE* out);

#endif
