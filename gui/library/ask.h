// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// One question to the library and its answer: which songs pass the filters, and which of them in
/// what order.  Thread: pure functions of a shelf.
#ifndef CIRCUMPLEX_GUI_LIBRARY_ASK_H
#define CIRCUMPLEX_GUI_LIBRARY_ASK_H

#include "gui/library/shelf.h"
#include "library/match.h"
#include "library/profile.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define ASK_TEXT 256
#define ASK_NEAR_LIMIT 500  ///< songs in an answer to ASK_NEAR
#define ASK_MATCH_LIMIT 200 ///< and to ASK_MATCH
#define ASK_PATH_SONGS 10   ///< and to ASK_PATH

typedef enum {
  ASK_ALL,   ///< what passes the filters, by artist
  ASK_NEAR,  ///< nearest to a point first
  ASK_MATCH, ///< closest course first
  ASK_PATH   ///< songs that lead from one point to another, in that order
} AskKind;

typedef struct {
  unsigned id;
  AskKind kind;
  char text[ASK_TEXT];          ///< words that must all be in title, artist or album; UTF-8
  unsigned quadrants;           ///< bits 1 << (quadrant - 1); 0: all
  float confidence;             ///< least, 0..1
  float valence, arousal;       ///< of ASK_NEAR, and where ASK_PATH begins
  float to_valence, to_arousal; ///< where ASK_PATH ends
  MatchKind match;              ///< of ASK_MATCH
  Profile profile;              ///< of ASK_MATCH
} Ask;

typedef struct {
  size_t song;
  float distance;   ///< 0 for ASK_ALL; for ASK_PATH from its place on the line
  float start, end; ///< s: the matching passage; all of the song but for MATCH_PASSAGE
} Hit;

typedef struct {
  unsigned id;
  AskKind kind;
  size_t n;
  Hit* hits;
  bool* allowed; ///< one flag a song
  size_t n_allowed;
  double seconds; ///< that it took
} Answer;

/// \param newest the id of the newest question: when it is no longer \p ask's, give up; may be NULL
/// \return 0; 1: given up;  -1 without memory.  \p answer is set only at 0; answer_clear() it.
int ask_answer(Shelf* shelf, const Ask* ask, const atomic_uint* newest, Answer* answer);
void answer_clear(Answer* answer);

#endif
