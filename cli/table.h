// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes readings as text: CSV (RFC 4180, but lines end in a newline only) and JSON.
///
/// Numbers are written as short as possible so that they read back as the same 32-bit float.
/// Thread: any.
#ifndef CIRCUMPLEX_CLI_TABLE_H
#define CIRCUMPLEX_CLI_TABLE_H

#include "audio/sound_file.h"
#include "inference/engine.h"
#include "library/reading.h"

#include <stdbool.h>
#include <stdio.h>

/// The first row: `file` (if \p with_file), time_s, valence, ..., the cues' names; without the last
/// columns (`complete`, the model) and the line's end.
void table_csv_header(FILE* out, bool with_file);

/// One row, without the last columns and the line's end.  \param file NULL for none; \param rate Hz
void table_csv_row(FILE* out, const char* file, double rate, const Estimate* estimate);

/// One row as a JSON object, without its closing brace: the values of the CSV, the reading's word
/// and quadrant (null in silence), and the attention weights to five digits, oldest first, the
/// last one of the hop itself.
/// \param words the model's; NULL: the built-in ones
void table_json_row(FILE* out, double rate, const WordTable* words, const Estimate* estimate);

/// A number that reads back as the same float.
void table_number(FILE* out, float value);

/// A path unchanged; made safe if the output is a terminal.
void table_path(FILE* out, const char* path);

/// A field of a CSV, quoted if needed; made safe as above.
void table_csv_text(FILE* out, const char* text);

/// The same with an apostrophe before = + - @, a tab or a carriage return, which would begin a
/// formula in a spreadsheet.
void table_csv_guarded(FILE* out, const char* text);

/// A string in JSON's quotes; bytes that are not UTF-8 are replaced.
void table_json_string(FILE* out, const char* text);

/// \return "Q1".."Q4", or "neutral" near the centre.
const char* table_quadrant(float valence, float arousal);

/// One line for people: name, length, mean valence and arousal, their word, ...
void table_summary(FILE* out, const char* file, const AudioInfo* info, const ReadingSummary* s);

/// The same as members of a JSON object (without braces).
void table_json_summary(FILE* out, const AudioInfo* info, const ReadingSummary* s);

#endif
