// SPDX-License-Identifier: GPL-3.0-or-later
// Reads CUE sheets, which say where the tracks of an album begin in a sound file.
#include "audio/cue_sheet.h"

#include "text/decode.h"
#include "text/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { LARGEST = 1 << 20 }; // largest sheet, bytes
#define FRAMES 75           // per second

/// The state of the parser.
typedef struct {
  CueSheet* sheet;
  const char* path;
  size_t line; ///< the current line, from 1
  size_t file; ///< index of the FILE command read last
  bool has_command;
  struct {
    size_t line;
    bool is_sound, has_begin; ///< audio, not data; INDEX 01 was read
  } notes[CUE_TRACKS];
  char* error; ///< "" if there is no error
  size_t error_size;
} Parser;

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

static void refuse(Parser* p, size_t line, const char* why) {
  if (p->error[0] == '\0') snprintf(p->error, p->error_size, "line %zu: %s", line, why);
}

/// \return the sheet's text, to be freed, or NULL and an error message
static char* read_text(const char* path, char* error, size_t error_size) {
  struct stat status;
  const char* reason = NULL;
  if (stat(path, &status) != 0)
    reason = strerror(errno);
  else if (!S_ISREG(status.st_mode))
    reason = S_ISDIR(status.st_mode) ? "is a folder, no CUE sheet"
                                     : "is not a regular file (a FIFO, a socket or a device)";
  else if (status.st_size >= LARGEST)
    reason = "is too large for a CUE sheet";
  FILE* file = reason ? NULL : fopen(path, "rb");
  if (!file) {
    snprintf(error, error_size, "%s", reason ? reason : strerror(errno));
    return NULL;
  }
  size_t size = 0;
  char* text = malloc((size_t)status.st_size + 1);
  if (text) {
    size = fread(text, 1, (size_t)status.st_size, file);
    text[size] = '\0';
    text = decode_marked(text, &size);
  }
  fclose(file);
  if (!text) {
    snprintf(error, error_size, "is not valid UTF-16");
  } else if (memchr(text, '\0', size)) {
    snprintf(error, error_size, "is not text");
    free(text);
    text = NULL;
  }
  return text;
}

/// Read a command's value: in quotes, or one word.  \return the text after it
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

/// Remove an incomplete character at the end of a text that was cut.
static void drop_part(char* text) {
  char* last = text + strlen(text) - 1;
  while (last > text && ((unsigned char)*last & 0xC0) == 0x80)
    --last;
  if (utf8_length(last) == 0 || last[utf8_length(last)] != '\0') *last = '\0';
}

static void text_of(const char* s, char* to, size_t size) {
  char raw[CUE_TEXT], whole[2 * CUE_TEXT];
  value_of(s, raw, sizeof raw);
  if (strlen(raw) == sizeof raw - 1) drop_part(raw);
  decode_latin1(raw, whole, sizeof whole);
  utf8_clean(to, size, whole);
}

static bool is_there(const char* path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/// Find a sheet's sound file: with its name, or with another extension.  "" if it does not exist
static void find_file(const char* sheet, const char* name, char to[CUE_PATH]) {
  static const char* const others[] = {"flac", "ape", "wv", "wav", "tta", "m4a", "mp3", "ogg"};
  const char* slash = strrchr(sheet, '/');
  const int folder = slash ? (int)(slash + 1 - sheet) : 0;
  // A sheet cannot name files outside its folder.
  for (const char* s = name; *s != '\0'; ++s)
    if (*s == '/' || *s == '\\') name = s + 1;
  char plain[CUE_TEXT];
  decode_latin1(name, plain, sizeof plain);
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

/// "01 MM:SS:FF".  Sound before index 1 belongs to the previous track.
static void on_index(Parser* p, const char* s) {
  unsigned index = 0, minutes = 0, seconds = 0, frames = 0;
  int length = 0;
  const size_t digits = strspn(s, "0123456789: \t");
  if (p->sheet->n == 0) {
    refuse(p, p->line, "an INDEX before any TRACK");
  } else if (sscanf(s, "%2u %4u:%2u:%2u%n", &index, &minutes, &seconds, &frames, &length) != 4 ||
             s[digits] != '\0' || (size_t)length + strspn(s + length, " \t") != digits ||
             seconds > 59 || frames >= FRAMES) {
    refuse(p, p->line, "an INDEX that is not 'NN MM:SS:FF'");
  } else if (index == 1) {
    CueTrack* track = &p->sheet->tracks[p->sheet->n - 1];
    track->from = 60.0 * minutes + seconds + (double)frames / FRAMES;
    track->file = p->file; // its gap may be at the end of the previous file
    p->notes[p->sheet->n - 1].has_begin = true;
  }
}

static void on_track(Parser* p, const char* s) {
  CueSheet* sheet = p->sheet;
  const char* type = s + strspn(s, "0123456789 \t");
  const unsigned long number = isdigit((unsigned char)s[0]) ? strtoul(s, NULL, 10) : 0;
  if (sheet->n_files == 0) {
    refuse(p, p->line, "a TRACK before any FILE");
  } else if (number < 1 || number > CUE_TRACKS || sheet->n == CUE_TRACKS) {
    refuse(p, p->line, "a TRACK whose number is not 1 to 99");
  } else {
    for (size_t i = 0; i < sheet->n; ++i)
      if (sheet->tracks[i].number == number)
        refuse(p, p->line, "a TRACK whose number occurs twice");
    p->notes[sheet->n].line = p->line;
    p->notes[sheet->n].is_sound = strncasecmp(type, "AUDIO", 5) == 0;
    sheet->tracks[sheet->n++] = (CueTrack){.number = (unsigned)number, .file = p->file};
  }
}

/// Report a sound file that does not exist, if there is no other error.  A sheet may repeat the
/// name for each track.
static void on_file(Parser* p, const char* s, char away[CUE_TEXT]) {
  char name[CUE_PATH], found[CUE_PATH];
  CueSheet* sheet = p->sheet;
  value_of(s, name, sizeof name);
  if (name[0] == '\0' || sheet->n_files == CUE_TRACKS) {
    refuse(p, p->line, name[0] == '\0' ? "a FILE without a name" : "more than 99 FILEs");
    return;
  }
  find_file(p->path, name, found);
  p->file = 0;
  while (p->file < sheet->n_files &&
         (found[0] == '\0' || strcmp(sheet->files[p->file], found) != 0))
    ++p->file;
  if (p->file == sheet->n_files) memcpy(sheet->files[sheet->n_files++], found, CUE_PATH);
  if (found[0] == '\0' && away[0] == '\0') decode_latin1(name, away, CUE_TEXT);
}

static void on_line(Parser* p, const char* line, char away[CUE_TEXT]) {
  char command[16];
  CueSheet* sheet = p->sheet;
  CueTrack* track = sheet->n > 0 ? &sheet->tracks[sheet->n - 1] : NULL;
  const char* rest = value_of(line, command, sizeof command);
  while (*rest == ' ' || *rest == '\t')
    ++rest;
  const bool is_file = strcasecmp(command, "FILE") == 0;
  p->has_command = p->has_command || is_file;
  if (is_file)
    on_file(p, rest, away);
  else if (strcasecmp(command, "TRACK") == 0)
    on_track(p, rest);
  else if (strcasecmp(command, "TITLE") == 0)
    text_of(rest, track ? track->title : sheet->album, CUE_TEXT);
  else if (strcasecmp(command, "PERFORMER") == 0)
    text_of(rest, track ? track->performer : sheet->performer, CUE_TEXT);
  else if (strcasecmp(command, "INDEX") == 0)
    on_index(p, rest);
}

/// Read line by line; a line ends with CR LF, LF or CR.
static void parse(Parser* p, char* text, char away[CUE_TEXT]) {
  for (char* end; p->error[0] == '\0' && *text != '\0'; text = end) {
    const size_t length = strcspn(text, "\r\n");
    end = text + length;
    if (end[0] == '\r' && end[1] == '\n') *end++ = '\0';
    if (*end != '\0') *end++ = '\0';
    ++p->line;
    on_line(p, text, away);
  }
}

bool cue_sheet_splits(const CueSheet* sheet) {
  for (size_t i = 1; i < sheet->n; ++i) {
    const size_t file = sheet->tracks[i].file;
    if (sheet->files[file][0] != '\0' && sheet->tracks[i - 1].file == file) return true;
  }
  return false;
}

/// Set the ends of the tracks, then remove those that are not sound.
static CueKind finish(Parser* p) {
  CueSheet* sheet = p->sheet;
  CueKind kind = CUE_AWAY;
  size_t kept = 0;
  for (size_t i = 0; i < sheet->n; ++i) {
    CueTrack* track = &sheet->tracks[i];
    const CueTrack* next = i + 1 < sheet->n ? track + 1 : NULL;
    if (!p->notes[i].has_begin && p->notes[i].is_sound)
      refuse(p, p->notes[i].line, "a TRACK without INDEX 01");
    if (track->performer[0] == '\0') memcpy(track->performer, sheet->performer, CUE_TEXT);
    if (!next || next->file != track->file || !p->notes[i + 1].has_begin) continue;
    if (next->from <= track->from)
      refuse(p, p->notes[i + 1].line, "a TRACK that begins no later than the one before");
    track->to = next->from;
  }
  for (size_t i = 0; i < sheet->n; ++i)
    if (p->notes[i].is_sound) sheet->tracks[kept++] = sheet->tracks[i];
  sheet->n = kept;
  for (size_t i = 0; i < sheet->n; ++i)
    if (sheet->files[sheet->tracks[i].file][0] != '\0') kind = CUE_WHOLE;
  return cue_sheet_splits(sheet) ? CUE_SPLITS : kind;
}

CueKind cue_sheet_read(const char* path, CueSheet* sheet, char* error, size_t error_size) {
  char away[CUE_TEXT] = "";
  Parser parser = {.sheet = sheet, .path = path, .error = error, .error_size = error_size};
  memset(sheet, 0, sizeof *sheet);
  error[0] = '\0';
  char* text = read_text(path, error, error_size);
  if (!text) return CUE_BAD;
  parse(&parser, text, away);
  free(text);
  if (!parser.has_command && error[0] == '\0')
    snprintf(error, error_size, "is not a CUE sheet: it names no FILE");
  const CueKind kind = error[0] == '\0' ? finish(&parser) : CUE_BAD;
  if (error[0] != '\0') return CUE_BAD;
  if (away[0] != '\0') snprintf(error, error_size, "its file '%s' does not exist", away);
  return kind;
}

CueSheet* cue_sheet_of(const char* path, const CueTrack** track) {
  char name[CUE_PATH];
  const unsigned number = cue_track_split(path, name);
  CueSheet* sheet = number > 0 ? malloc(sizeof *sheet) : NULL;
  char error[CUE_TEXT];
  if (sheet && cue_sheet_read(name, sheet, error, sizeof error) >= CUE_WHOLE)
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
