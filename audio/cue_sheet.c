// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// CUE sheets: see cue_sheet.h.
#include "audio/cue_sheet.h"

#include "text/utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { LARGEST = 1 << 20 }; // bytes of a sheet
#define FRAMES 75.0         // a second

bool cue_sheet_is_name(const char* name) {
  const size_t length = strlen(name);
  return length > 4 && strcasecmp(name + length - 4, ".cue") == 0;
}

unsigned cue_track_split(const char* path, char sheet[CUE_PATH]) {
  const char* slash = strrchr(path, '/');
  if (!slash || (size_t)(slash - path) >= CUE_PATH) return 0;
  if (!isdigit((unsigned char)slash[1]) || !isdigit((unsigned char)slash[2]) || slash[3] != '\0')
    return 0;
  memcpy(sheet, path, (size_t)(slash - path));
  sheet[slash - path] = '\0';
  return cue_sheet_is_name(sheet) ? (unsigned)((slash[1] - '0') * 10 + slash[2] - '0') : 0;
}

/// \return the sheet's text, to be freed, or NULL
static char* read_text(const char* path) {
  struct stat status;
  FILE* file = stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size < LARGEST
                   ? fopen(path, "rb")
                   : NULL;
  if (!file) return NULL;
  char* text = malloc((size_t)status.st_size + 1);
  const size_t n = text ? fread(text, 1, (size_t)status.st_size, file) : 0;
  fclose(file);
  if (text) text[n] = '\0';
  return text;
}

/// What is no UTF-8 is taken for Latin-1.
static void to_utf8(const char* text, char* to, size_t size) {
  bool is_good = true;
  for (const char* s = text; is_good && *s != '\0';) {
    const size_t n = utf8_length(s);
    is_good = n > 0;
    s += n;
  }
  size_t at = 0;
  for (const unsigned char* s = (const unsigned char*)text; *s != '\0' && at + 2 < size; ++s) {
    if (is_good || *s < 0x80) {
      to[at++] = (char)*s;
    } else {
      to[at++] = (char)(0xC0 | *s >> 6);
      to[at++] = (char)(0x80 | (*s & 0x3F));
    }
  }
  to[at] = '\0';
}

/// A command's value: in quotes, or one word.  \return what follows it
static const char* value_of(const char* s, char* to, size_t size) {
  size_t at = 0;
  while (*s == ' ' || *s == '\t')
    ++s;
  const bool is_quoted = *s == '"';
  if (is_quoted) ++s;
  for (; *s != '\0' && (is_quoted ? *s != '"' : *s != ' ' && *s != '\t'); ++s)
    if (at + 1 < size) to[at++] = *s;
  to[at] = '\0';
  return *s == '"' ? s + 1 : s;
}

static void text_of(const char* s, char* to, size_t size) {
  char raw[CUE_TEXT], whole[2 * CUE_TEXT];
  value_of(s, raw, sizeof raw);
  to_utf8(raw, whole, sizeof whole);
  utf8_clean(to, size, whole);
}

static bool is_there(const char* path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/// Find a sheet's sound file: as it is called, or with another extension.  "" if it is not there
static void find_file(const char* sheet, const char* name, char to[CUE_PATH]) {
  static const char* const others[] = {"flac", "ape", "wv", "wav", "tta", "m4a", "mp3", "ogg"};
  const char* slash = strrchr(sheet, '/');
  const int folder = slash ? (int)(slash + 1 - sheet) : 0;
  // No sheet leads out of its folder.
  for (const char* s = name; *s != '\0'; ++s)
    if (*s == '/' || *s == '\\') name = s + 1;
  char plain[CUE_TEXT];
  to_utf8(name, plain, sizeof plain);
  const char* const names[] = {name, plain};
  for (size_t k = 0; k < 2; ++k) {
    const char* dot = strrchr(names[k], '.');
    const int stem = dot ? (int)(dot - names[k]) : (int)strlen(names[k]);
    snprintf(to, CUE_PATH, "%.*s%s", folder, sheet, names[k]);
    if (names[k][0] != '\0' && is_there(to)) return;
    for (size_t i = 0; i < sizeof others / sizeof *others; ++i) {
      snprintf(to, CUE_PATH, "%.*s%.*s.%s", folder, sheet, stem, names[k], others[i]);
      if (is_there(to)) return;
    }
  }
  to[0] = '\0';
}

static void on_index(CueSheet* sheet, const char* s) {
  unsigned index = 0, minutes = 0, seconds = 0, frames = 0;
  if (sheet->n == 0 || sscanf(s, "%2u %4u:%2u:%2u", &index, &minutes, &seconds, &frames) != 4)
    return;
  // What comes before index 1 belongs to the track before.
  if (index == 1) sheet->tracks[sheet->n - 1].from = 60.0 * minutes + seconds + frames / FRAMES;
}

static void on_line(CueSheet* sheet, const char* path, const char* line) {
  char command[16], name[CUE_PATH];
  CueTrack* track = sheet->n > 0 ? &sheet->tracks[sheet->n - 1] : NULL;
  const char* rest = value_of(line, command, sizeof command);
  while (*rest == ' ' || *rest == '\t')
    ++rest;
  if (strcasecmp(command, "FILE") == 0 && sheet->n_files < CUE_TRACKS) {
    value_of(rest, name, sizeof name);
    find_file(path, name, sheet->files[sheet->n_files++]);
  } else if (strcasecmp(command, "TRACK") == 0) {
    const bool is_sound = strstr(rest, "AUDIO") && sheet->n_files > 0;
    if (sheet->n < CUE_TRACKS && is_sound)
      sheet->tracks[sheet->n++] = (CueTrack){.number = (unsigned)strtoul(rest, NULL, 10) % 100U,
                                             .file = sheet->n_files - 1};
  } else if (strcasecmp(command, "TITLE") == 0) {
    text_of(rest, track ? track->title : sheet->album, CUE_TEXT);
  } else if (strcasecmp(command, "PERFORMER") == 0) {
    text_of(rest, track ? track->performer : sheet->performer, CUE_TEXT);
  } else if (strcasecmp(command, "INDEX") == 0) {
    on_index(sheet, rest);
  }
}

bool cue_sheet_read(const char* path, CueSheet* sheet) {
  bool splits = false;
  memset(sheet, 0, sizeof *sheet);
  char* text = read_text(path);
  if (!text) return false;
  char* state = NULL;
  char* line = strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text;
  for (line = strtok_r(line, "\r\n", &state); line; line = strtok_r(NULL, "\r\n", &state))
    on_line(sheet, path, line);
  free(text);
  for (size_t i = 0; i < sheet->n; ++i) {
    CueTrack* track = &sheet->tracks[i];
    const CueTrack* next = i + 1 < sheet->n ? track + 1 : NULL;
    if (track->performer[0] == '\0') memcpy(track->performer, sheet->performer, CUE_TEXT);
    if (track->number == 0) track->number = (unsigned)(i + 1);
    if (!next || next->file != track->file) continue;
    if (next->from <= track->from) return false; // no course of time
    track->to = next->from;
    splits = splits || sheet->files[track->file][0] != '\0';
  }
  return splits;
}

CueSheet* cue_sheet_of(const char* path, const CueTrack** track) {
  char name[CUE_PATH];
  const unsigned number = cue_track_split(path, name);
  CueSheet* sheet = number > 0 ? malloc(sizeof *sheet) : NULL;
  if (sheet && cue_sheet_read(name, sheet))
    for (size_t i = 0; i < sheet->n; ++i)
      if (sheet->tracks[i].number == number && sheet->files[sheet->tracks[i].file][0] != '\0') {
        *track = &sheet->tracks[i];
        return sheet;
      }
  free(sheet);
  return NULL;
}

bool cue_track_find(const char* path, char file[CUE_PATH], CueTrack* track) {
  const CueTrack* found = NULL;
  CueSheet* sheet = cue_sheet_of(path, &found);
  if (!sheet) return false;
  *track = *found;
  memcpy(file, sheet->files[found->file], CUE_PATH);
  free(sheet);
  return true;
}
