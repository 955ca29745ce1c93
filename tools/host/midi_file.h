// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes a Standard MIDI File (format 0, 1 tick = 1/1920 s at its tempo of 120).
#ifndef CIRCUMPLEX_TOOLS_MIDI_FILE_H
#define CIRCUMPLEX_TOOLS_MIDI_FILE_H

#include <stddef.h>
#include <stdint.h>

#define MIDI_FILE_TICKS_PER_SECOND 1920

typedef struct MidiFile MidiFile;

/// \return NULL if the file cannot be written.
MidiFile* midi_file_open(const char* path);
void midi_file_event(MidiFile* f, double seconds, const uint8_t* message, size_t size);
/// Finish the file.  \return 0, or -1 if writing failed.  NULL is allowed.
int midi_file_close(MidiFile* f);

#endif
