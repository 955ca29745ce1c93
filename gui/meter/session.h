// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Stores the readings of a session, two hours in 90 KiB, and its pieces.  A new piece begins when
/// the plugin starts to settle: after silence or a reset.
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_METER_SESSION_H
#define CIRCUMPLEX_GUI_METER_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SESSION_STEP 0.5     ///< s between points
#define SESSION_POINTS 14400 ///< kept: 2 h
#define SESSION_PIECES 256   ///< kept
#define SESSION_LEAST 8      ///< points of a piece that counts: shorter ones are joined to the next

typedef struct {
  int16_t valence, arousal; ///< thousandths
  uint8_t confidence;       ///< 255 is 1
  uint8_t heard;            ///< 0 in silence
} SessionPoint;

/// A piece: readings from one start to the next.
typedef struct {
  uint64_t first;          ///< number of its first point
  uint64_t n;              ///< points heard
  double valence, arousal; ///< sums
} SessionPiece;

typedef struct {
  SessionPoint points[SESSION_POINTS]; ///< point k is at k % SESSION_POINTS
  uint64_t end;                        ///< points so far
  SessionPiece pieces[SESSION_PIECES]; ///< piece k is at k % SESSION_PIECES
  uint64_t n_pieces;
  int64_t last_index;  ///< of the plugin's count, -1: none
  double last_settled; ///< progress of settling at the newest point
} Session;

void session_init(Session* session);

/// Take the reading of the next half second.  A reading that is sent twice counts once.
/// \param index of the plugin's count
/// \param settled progress of settling, 0..1
void session_add(Session* session, int64_t index, bool heard, double settled, double valence,
                 double arousal, double confidence);

/// The plugin counts from 0 again; the session continues.
void session_restart(Session* session);

/// \return the point \p age s before the newest; NULL outside.
const SessionPoint* session_at(const Session* session, double age);

/// \return how long the session is, as far as it is kept, s.
double session_seconds(const Session* session);

/// \return piece \p back, 0 the present one; NULL outside.
const SessionPiece* session_piece(const Session* session, uint64_t back);

/// \return how long ago a piece began, s.
double session_piece_age(const Session* session, const SessionPiece* piece);

/// Write all points as CSV: seconds, piece, valence, arousal, confidence, heard.
/// \return 0, or -1 and an error message
int session_write_csv(const Session* session, const char* path, char* error, size_t error_size);

#endif
