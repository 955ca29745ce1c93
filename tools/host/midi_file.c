// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a Standard MIDI File.
#include "tools/host/midi_file.h"

#include <stdio.h>
#include <stdlib.h>

#define DIVISION 960   ///< ticks per quarter note
#define HEADER_SIZE 22 ///< MThd chunk and the track's 8-byte head
#define LENGTH_AT 18   ///< position of the track's length, which is written at the end

struct MidiFile {
  FILE* file;
  uint32_t tick;
  uint32_t length; ///< bytes of the track so far
};

static void put(MidiFile* f, uint8_t byte) {
  fputc(byte, f->file);
  ++f->length;
}

/// Write a number in 7-bit groups, most significant first (MIDI 1.0, Standard MIDI Files).
static void put_variable(MidiFile* f, uint32_t value) {
  uint8_t bytes[5];
  unsigned n = 0;
  do {
    bytes[n++] = (uint8_t)(value & 127);
    value >>= 7;
  } while (value);
  while (n-- > 0)
    put(f, (uint8_t)(bytes[n] | (n ? 128 : 0)));
}

MidiFile* midi_file_open(const char* path) {
  MidiFile* f = calloc(1, sizeof *f);
  if (!f) return NULL;
  f->file = fopen(path, "wb");
  if (!f->file) {
    free(f);
    return NULL;
  }
  const uint8_t header[HEADER_SIZE] = {
      'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, 0, 0, 1, DIVISION >> 8, DIVISION & 255,
      'M', 'T', 'r', 'k'};
  fwrite(header, 1, sizeof header, f->file);
  return f;
}

void midi_file_event(MidiFile* f, double seconds, const uint8_t* message, size_t size) {
  const uint32_t tick = (uint32_t)(seconds * MIDI_FILE_TICKS_PER_SECOND + 0.5);
  put_variable(f, tick > f->tick ? tick - f->tick : 0);
  if (tick > f->tick) f->tick = tick;
  for (size_t i = 0; i < size; ++i)
    put(f, message[i]);
}

int midi_file_close(MidiFile* f) {
  if (!f) return 0;
  const uint8_t end[4] = {0, 0xFF, 0x2F, 0};
  for (unsigned i = 0; i < 4; ++i)
    put(f, end[i]);
  const uint8_t length[4] = {(uint8_t)(f->length >> 24), (uint8_t)(f->length >> 16),
                             (uint8_t)(f->length >> 8), (uint8_t)f->length};
  int failed = fseek(f->file, LENGTH_AT, SEEK_SET) != 0;
  failed |= fwrite(length, 1, 4, f->file) != 4;
  failed |= ferror(f->file) != 0;
  failed |= fclose(f->file) != 0;
  free(f);
  return failed ? -1 : 0;
}
