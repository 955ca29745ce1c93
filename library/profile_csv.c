// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The CSV reader of profile.h: RFC 4180, and the common deviations from it.
#include "dsp/array.h"
#include "inference/message.h"
#include "library/profile.h"
#include "text/number.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NO_COLUMN SIZE_MAX

typedef struct {
  char* at;
  const char* end;
  size_t line;
  char separator;
} CsvReader;

typedef struct {
  size_t time, valence, arousal, state;
} Columns;

/// Read a whole file.  \return NULL and an error message
static char* read_file(const char* path, size_t* size, Message message) {
  struct stat st;
  char* text = NULL;
  FILE* file = NULL;
  if (stat(path, &st) != 0) {
    message_set(message, "the file cannot be read (%s).", strerror(errno));
    return NULL;
  }
  if (S_ISDIR(st.st_mode)) {
    message_set(message, "this is a folder, not a file.");
    return NULL;
  }
  if (st.st_size > PROFILE_MAX_FILE) {
    message_set(message, "the file has %lld bytes, too many for a profile.", (long long)st.st_size);
    return NULL;
  }
  const size_t room = st.st_size > 0 ? (size_t)st.st_size : PROFILE_MAX_FILE + 1; // a pipe: 0
  text = malloc(room);
  if (!text) {
    message_set(message, "there is not enough memory.");
    return NULL;
  }
  file = fopen(path, "rb");
  if (!file) {
    message_set(message, "the file cannot be read (%s).", strerror(errno));
    goto fail;
  }
  const size_t n = fread(text, 1, room, file);
  if (ferror(file)) {
    message_set(message, "the file cannot be read (%s).", strerror(errno));
    goto fail;
  }
  if (n > PROFILE_MAX_FILE) {
    message_set(message, "the file has more than %d bytes, too many for a profile.",
                PROFILE_MAX_FILE);
    goto fail;
  }
  fclose(file);
  *size = n;
  return text;
fail:
  if (file) fclose(file);
  free(text);
  return NULL;
}

/// Get the next field, unquoted in place and without blanks around it.
/// \return whether it was the last of its row
static bool next_field(CsvReader* reader, char** field, size_t* size) {
  char *at = reader->at, *out;
  while (at < reader->end && (*at == ' ' || *at == '\t') && *at != reader->separator)
    ++at;
  *field = out = at;
  if (at < reader->end && *at == '"') {
    for (++at; at < reader->end; ++at) {
      if (*at == '"' && !(++at < reader->end && *at == '"')) break;
      if (*at == '\n') ++reader->line;
      *out++ = *at;
    }
  }
  for (; at < reader->end && *at != reader->separator && *at != '\n' && *at != '\r'; ++at)
    *out++ = *at;
  while (out > *field && (out[-1] == ' ' || out[-1] == '\t'))
    --out;
  *size = (size_t)(out - *field);
  const bool last = at == reader->end || *at != reader->separator;
  if (at < reader->end && *at == '\r' && at + 1 < reader->end && at[1] == '\n') ++at;
  if (at < reader->end) ++at;
  reader->line += last;
  reader->at = at;
  return last;
}

static bool same(const char* field, size_t size, const char* name) {
  if (size != strlen(name)) return false;
  for (size_t i = 0; i < size; ++i)
    if ((field[i] >= 'A' && field[i] <= 'Z' ? field[i] + 32 : field[i]) != name[i]) return false;
  return true;
}

static void skip_blank_lines(CsvReader* reader) {
  char* line = reader->at;
  for (char* at = line; at < reader->end; ++at) {
    if (*at == '\n' || *at == '\r') {
      reader->line += *at == '\n' || at + 1 == reader->end || at[1] != '\n';
      line = at + 1;
    } else if (*at != ' ' && (*at != '\t' || reader->separator == '\t')) {
      break;
    } else if (at + 1 == reader->end) {
      line = at + 1;
    }
  }
  reader->at = line;
}

/// \return the separator: ',', or ';' where ',' is the decimal point, or a tab in a pasted table
static char separator_of(const CsvReader* reader) {
  for (const char* at = reader->at; at < reader->end && *at != '\n' && *at != '\r'; ++at)
    if (*at == ',' || *at == ';' || *at == '\t') return *at;
  return ',';
}

static int read_header(CsvReader* reader, Columns* columns, Message message) {
  *columns = (Columns){NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN};
  if ((size_t)(reader->end - reader->at) >= 3 && memcmp(reader->at, "\xEF\xBB\xBF", 3) == 0)
    reader->at += 3;
  skip_blank_lines(reader);
  if (reader->at == reader->end) return message_set(message, "the file is empty.");
  reader->separator = separator_of(reader);
  bool last = false;
  for (size_t i = 0; !last; ++i) {
    char* field;
    size_t size;
    last = next_field(reader, &field, &size);
    size_t* column = same(field, size, "time_s")    ? &columns->time
                     : same(field, size, "valence") ? &columns->valence
                     : same(field, size, "arousal") ? &columns->arousal
                     : same(field, size, "state")   ? &columns->state
                                                    : NULL;
    if (column && *column == NO_COLUMN) *column = i;
  }
  if (columns->time == NO_COLUMN)
    return message_set(message, "the first row has no column \"time_s\".");
  if (columns->valence == NO_COLUMN && columns->arousal == NO_COLUMN)
    return message_set(message, "the first row has no column \"valence\" or \"arousal\".");
  return 0;
}

/// Read a value; empty, "nan" and "-" mean that it is not given.
static bool read_value(const char* field, size_t size, float* value) {
  double number = NAN;
  if (size > 0 && !same(field, size, "nan") && !same(field, size, "-") &&
      !number_read(field, size, &number))
    return false;
  *value = (float)number;
  return true;
}

static int read_row(CsvReader* reader, const Columns* columns, ProfilePoint* point,
                    Message message) {
  const size_t line = reader->line;
  bool last = false, has_time = false, silent = false;
  *point = (ProfilePoint){NAN, NAN, NAN};
  for (size_t i = 0; !last; ++i) {
    char* field;
    size_t size;
    double time;
    last = next_field(reader, &field, &size);
    const int shown = (int)(size < 40 ? size : 40);
    if (i == columns->time) {
      if (!number_read(field, size, &time))
        return message_set(message, "line %zu: \"%.*s\" is not a time in seconds.", line, shown,
                           field);
      point->time = (float)time;
      has_time = true;
    } else if (i == columns->valence || i == columns->arousal) {
      float* value = i == columns->valence ? &point->valence : &point->arousal;
      if (!read_value(field, size, value))
        return message_set(message, "line %zu: \"%.*s\" is not a number.", line, shown, field);
      if (fabsf(*value) > 1)
        return message_set(message, "line %zu: %g is outside -1..1.", line, (double)*value);
    } else if (i == columns->state) {
      silent = same(field, size, "silent");
    }
  }
  if (!has_time) return message_set(message, "line %zu has too few columns.", line);
  if (silent) point->valence = point->arousal = NAN;
  return 0;
}

int profile_from_csv(Profile* profile, const char* path, char* error, size_t error_size) {
  const Message message = {error, error_size};
  int result = -1;
  size_t n = 0, room = 0, size = 0;
  Columns columns;
  ProfilePoint* points = NULL;
  char* text = read_file(path, &size, message);
  if (!text) goto fail;
  CsvReader reader = {text, text + size, 1, ','};
  if (read_header(&reader, &columns, message) != 0) goto fail;
  for (skip_blank_lines(&reader); reader.at < reader.end; skip_blank_lines(&reader)) {
    if (!ARRAY_GROW(points, n, room)) {
      message_set(message, "there is not enough memory.");
      goto fail;
    }
    const size_t line = reader.line;
    if (read_row(&reader, &columns, &points[n], message) != 0) goto fail;
    if (n > 0 && points[n].time <= points[n - 1].time) {
      message_set(message, "line %zu: times must increase, and %g s follows %g s.", line,
                  (double)points[n].time, (double)points[n - 1].time);
      goto fail;
    }
    ++n;
  }
  if (profile_from_points(profile, points, n, error, error_size) != 0) goto fail;
  result = 0;
fail:
  if (result != 0) message_prefix(message, path);
  free(points);
  free(text);
  return result;
}
