// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Plays a part of a sound file: a reader thread decodes into a lock-free ring buffer, from which
/// PortAudio's thread reads.  The sound device is opened at the first play.  If it fails,
/// disappears or stops, an error is reported, and the next play looks for a device again.
///
/// Thread: all functions belong to the window's thread.
#ifndef CIRCUMPLEX_AUDIO_PLAYER_H
#define CIRCUMPLEX_AUDIO_PLAYER_H

#include <stddef.h>

typedef struct Player Player;

typedef enum {
  PLAYER_STOPPED,
  PLAYER_STARTING, ///< the file and the device are being opened
  PLAYER_PLAYING,
  PLAYER_FAILED ///< reported once with an error message, then stopped
} PlayerState;

Player* player_new(void);         ///< \return NULL if out of memory or threads
void player_free(Player* player); ///< NULL is allowed; stops

/// Play a file from \p start to \p end (s), instead of what plays now.
void player_play(Player* player, const char* path, double start, double end);
void player_stop(Player* player);
void player_set_volume(Player* player, double volume); ///< 0..1, default 1

/// \param[out] position s in the file that is heard now
/// \param[out] error the message for PLAYER_FAILED
PlayerState player_state(Player* player, double* position, char* error, size_t error_size);

#endif
