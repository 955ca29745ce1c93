// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Plays a stretch of a sound file: a reader thread decodes (libsndfile) into a lock-free ring, and
/// PortAudio's thread takes from it.  The sound device is opened with the first play; one that
/// fails, goes away or stands still is told of, and looked for anew with the next play.
///
/// Thread: player_* belong to the window's thread.
#ifndef CIRCUMPLEX_AUDIO_PLAYER_H
#define CIRCUMPLEX_AUDIO_PLAYER_H

#include <stddef.h>

typedef struct Player Player;

typedef enum {
  PLAYER_STOPPED,
  PLAYER_STARTING, ///< the file and the device are being opened
  PLAYER_PLAYING,
  PLAYER_FAILED ///< an error message says why; told once, then stopped
} PlayerState;

Player* player_new(void);         ///< \return NULL if out of memory or threads
void player_free(Player* player); ///< NULL is allowed; stops

/// Play from \p start to \p end (s) in a file; what plays now ends.
void player_play(Player* player, const char* path, double start, double end);
void player_stop(Player* player);
void player_set_volume(Player* player, double volume); ///< 0..1; at first 1

/// \param[out] position s in the file that is heard now
/// \param[out] error the message for PLAYER_FAILED
PlayerState player_state(Player* player, double* position, char* error, size_t error_size);

#endif
