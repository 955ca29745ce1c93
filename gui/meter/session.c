// SPDX-License-Identifier: GPL-3.0-or-later
// Stores the readings of a session, two hours in 90 KiB, and its pieces.
#include "gui/meter/session.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void session_init(Session* session) {
  memset(session, 0, sizeof *session);
  session->last_index = -1;
  session->last_settled = 2.0; // the first reading starts a piece
}

static int16_t thousandths(double value) {
  return (int16_t)lround(1000.0 * fmin(fmax(value, -1.0), 1.0));
}

static void begin_piece(Session* s) {
  SessionPiece* last = s->n_pieces ? &s->pieces[(s->n_pieces - 1) % SESSION_PIECES] : NULL;
  if (last && last->n < SESSION_LEAST) {
    *last = (SessionPiece){.first = s->end};
    return;
  }
  s->pieces[s->n_pieces++ % SESSION_PIECES] = (SessionPiece){.first = s->end};
}

void session_add(Session* session, int64_t index, bool heard, double settled, double valence,
                 double arousal, double confidence) {
  Session* s = session;
  if (index <= s->last_index) return;
  const bool fresh = heard && settled < s->last_settled && settled < 1.0;
  if (fresh || s->n_pieces == 0) begin_piece(s);
  s->last_index = index;
  s->last_settled = heard ? settled : 2.0;
  s->points[s->end++ % SESSION_POINTS] =
      (SessionPoint){thousandths(valence), thousandths(arousal),
                     (uint8_t)lround(255.0 * fmin(fmax(confidence, 0.0), 1.0)), heard};
  if (!heard) return;
  SessionPiece* piece = &s->pieces[(s->n_pieces - 1) % SESSION_PIECES];
  ++piece->n;
  piece->valence += fmin(fmax(valence, -1.0), 1.0);
  piece->arousal += fmin(fmax(arousal, -1.0), 1.0);
}

void session_restart(Session* session) {
  session->last_index = -1;
  session->last_settled = 2.0;
}

static uint64_t kept(const Session* s) {
  return s->end < SESSION_POINTS ? s->end : SESSION_POINTS;
}

const SessionPoint* session_at(const Session* session, double age) {
  const double back = floor(age / SESSION_STEP + 0.5);
  if (!(back >= 0.0) || back >= (double)kept(session)) return NULL;
  return &session->points[(session->end - 1 - (uint64_t)back) % SESSION_POINTS];
}

double session_seconds(const Session* session) {
  return (double)kept(session) * SESSION_STEP;
}

const SessionPiece* session_piece(const Session* session, uint64_t back) {
  if (back >= session->n_pieces || back >= SESSION_PIECES) return NULL;
  const SessionPiece* piece = &session->pieces[(session->n_pieces - 1 - back) % SESSION_PIECES];
  return piece->first + kept(session) >= session->end || back == 0 ? piece : NULL;
}

double session_piece_age(const Session* session, const SessionPiece* piece) {
  return (double)(session->end - piece->first) * SESSION_STEP;
}

int session_write_csv(const Session* session, const char* path, char* error, size_t error_size) {
  FILE* file = fopen(path, "wx");
  if (!file) {
    snprintf(error, error_size, "%s cannot be written: %s.", path, strerror(errno));
    return -1;
  }
  fputs("seconds,piece,valence,arousal,confidence,heard\n", file);
  const uint64_t first = session->end - kept(session);
  for (uint64_t k = first; k < session->end; ++k) {
    const SessionPoint* p = &session->points[k % SESSION_POINTS];
    uint64_t piece = session->n_pieces;
    while (piece > 1 && piece + SESSION_PIECES > session->n_pieces + 1 &&
           session->pieces[(piece - 1) % SESSION_PIECES].first > k)
      --piece;
    fprintf(file, "%.1f,%llu,%.3f,%.3f,%.3f,%d\n", (double)(k + 1) * SESSION_STEP,
            (unsigned long long)piece, p->valence / 1000.0, p->arousal / 1000.0,
            p->confidence / 255.0, p->heard);
  }
  const bool written = ferror(file) == 0;
  if (fclose(file) == 0 && written) return 0;
  snprintf(error, error_size, "%s cannot be written: %s.", path, strerror(errno));
  return -1;
}
