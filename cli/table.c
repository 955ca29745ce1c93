// SPDX-License-Identifier: GPL-3.0-or-later
// Writes readings as text: CSV and JSON.
#include "cli/table.h"

#include "affect/quadrant.h"
#include "affect/words.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void table_number(FILE* out, float value) {
  char text[32];
  // Eight digits are usually enough and look better; nine are always enough.
  snprintf(text, sizeof text, "%.8g", (double)value);
  const float back = strtof(text, NULL);
  if (back != value) snprintf(text, sizeof text, "%.9g", (double)value);
  fputs(text, out);
}

/// \return whether the output is a terminal, which raw bytes could control.
static bool is_shown(FILE* out) {
  return out == stdout && isatty(STDOUT_FILENO) == 1;
}

void table_path(FILE* out, const char* path) {
  char clean[8192];
  if (is_shown(out)) utf8_clean(clean, sizeof clean, path);
  fputs(is_shown(out) ? clean : path, out);
}

void table_csv_text(FILE* out, const char* text) {
  char clean[8192];
  if (is_shown(out)) {
    utf8_clean(clean, sizeof clean, text);
    text = clean;
  }
  if (!strpbrk(text, ",\"\r\n")) {
    fputs(text, out);
    return;
  }
  fputc('"', out);
  for (; *text != '\0'; ++text) {
    if (*text == '"') fputc('"', out);
    fputc(*text, out);
  }
  fputc('"', out);
}

void table_csv_guarded(FILE* out, const char* text) {
  if (text[0] == '\0' || !strchr("=+-@\t\r", text[0])) {
    table_csv_text(out, text);
    return;
  }
  const size_t size = strlen(text) + 2;
  char* guarded = malloc(size);
  if (!guarded) return; // an empty field is safe
  snprintf(guarded, size, "'%s", text);
  table_csv_text(out, guarded);
  free(guarded);
}

void table_csv_header(FILE* out, bool with_file) {
  fputs(with_file ? "file,time_s" : "time_s", out);
  unsigned id;
  for (unsigned column = 1; (id = reading_at_column(column)) < READING_COUNT; ++column)
    fprintf(out, ",%s", reading_info(id)->column);
  for (unsigned i = 0; i < CUE_COUNT; ++i)
    fprintf(out, ",%s", cue_info(i)->name);
}

void table_csv_row(FILE* out, const char* file, double rate, const Estimate* estimate) {
  const Readings values = engine_readings(estimate);
  unsigned id;
  if (file) {
    table_csv_text(out, file);
    fputc(',', out);
  }
  fprintf(out, "%.9g", (double)estimate->position / rate);
  for (unsigned column = 1; (id = reading_at_column(column)) < READING_COUNT; ++column) {
    fputc(',', out);
    if (id == READING_STATE)
      fputs(engine_state_name(estimate->state), out);
    else
      table_number(out, values.value[id]);
  }
  for (unsigned i = 0; i < CUE_COUNT; ++i) {
    fputc(',', out);
    table_number(out, estimate->cues[i]);
  }
}

void table_json_string(FILE* out, const char* text) {
  const char* s = text;
  size_t ignored;
  fputc('"', out);
  while (*s != '\0') {
    const size_t n = utf8_length(s);
    if (n == 0)
      fputs("\\ufffd", out);
    else if (utf8_commands(utf8_character(s, &ignored)))
      fprintf(out, "\\u%04lx", utf8_character(s, &ignored));
    else if (*s == '"' || *s == '\\')
      fprintf(out, "\\%c", *s);
    else
      fwrite(s, 1, n, out);
    s += n == 0 ? 1 : n;
  }
  fputc('"', out);
}

/// Write the columns that only JSON has.
static void put_meaning(FILE* out, const WordTable* words, const Estimate* e) {
  if (e->state == ENGINE_SILENT) {
    fputs(", \"word\": null, \"quadrant\": null", out);
  } else {
    fputs(", \"word\": ", out);
    table_json_string(out, words_name_of(words, e->valence, e->arousal));
    fprintf(out, ", \"quadrant\": \"%s\"", table_quadrant(e->valence, e->arousal));
  }
  fputs(", \"attention\": [", out);
  for (unsigned i = 0; i < e->n_attention; ++i)
    fprintf(out, i > 0 ? ", %.5g" : "%.5g", (double)e->attention[i]);
  fputc(']', out);
}

void table_json_row(FILE* out, double rate, const WordTable* words, const Estimate* estimate) {
  const Readings values = engine_readings(estimate);
  unsigned id;
  fprintf(out, "{\"time_s\": %.9g", (double)estimate->position / rate);
  for (unsigned column = 1; (id = reading_at_column(column)) < READING_COUNT; ++column) {
    fprintf(out, ", \"%s\": ", reading_info(id)->column);
    if (id == READING_STATE)
      table_json_string(out, engine_state_name(estimate->state));
    else
      table_number(out, values.value[id]);
  }
  for (unsigned i = 0; i < CUE_COUNT; ++i) {
    fprintf(out, ", \"%s\": ", cue_info(i)->name);
    table_number(out, estimate->cues[i]);
  }
  put_meaning(out, words, estimate);
}

const char* table_quadrant(float valence, float arousal) {
  return quadrant_name(quadrant_of(valence, arousal));
}

static const char* word_of(const ReadingSummary* s) {
  if (s->hops == s->silent) return "silent";
  return words_name_of(s->words, (float)s->valence, (float)s->arousal);
}

void table_summary(FILE* out, const char* file, const AudioInfo* info, const ReadingSummary* s) {
  const unsigned long seconds = (unsigned long)((double)s->samples / info->rate);
  const bool is_outside = s->hops > s->silent && s->confidence < (double)WORDS_OUTSIDE;
  fprintf(out,
          "%s: %lu:%02lu, valence %+.2f, arousal %+.2f (%s%s%s), %s piece %+.2f %+.2f, "
          "confidence %.2f, silent %.0f %%\n",
          file, seconds / 60, seconds % 60, s->valence, s->arousal,
          is_outside ? "" : table_quadrant((float)s->valence, (float)s->arousal),
          is_outside ? "" : ", ", is_outside ? WORDS_OUTSIDE_TEXT : word_of(s),
          s->pieces > 1 ? "last" : "whole", (double)s->song_valence, (double)s->song_arousal,
          s->confidence, s->hops > 0 ? 100.0 * (double)s->silent / (double)s->hops : 0.0);
}

void table_json_summary(FILE* out, const AudioInfo* info, const ReadingSummary* s) {
  fprintf(out,
          "\"rate\": %.9g, \"channels\": %u, \"duration_s\": %.9g, \"hops\": %llu, "
          "\"silent_hops\": %llu, \"live_hops\": %llu, \"mean_valence\": %.9g, "
          "\"mean_arousal\": %.9g, \"mean_confidence\": %.9g, \"song_valence\": %.9g, "
          "\"song_arousal\": %.9g, \"quadrant\": \"%s\", \"word\": ",
          info->rate, info->channels, (double)s->samples / info->rate, (unsigned long long)s->hops,
          (unsigned long long)s->silent, (unsigned long long)s->live, s->valence, s->arousal,
          s->confidence, (double)s->song_valence, (double)s->song_arousal,
          table_quadrant((float)s->valence, (float)s->arousal));
  table_json_string(out, word_of(s));
}
