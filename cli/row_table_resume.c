// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Continues a table that an earlier run has begun (row_table.h).
#include "cli/row_table.h"

#include <errno.h>
#include <glib.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// The content of the earlier table.
typedef struct {
  GHashTable* names; ///< of the files in it
  size_t end;        ///< bytes of it that can be kept
  size_t n;          ///< files
} Found;

/// Get the first field of the CSV record at \p at, and the start of the next record.
static char* read_record(const char* at, const char** next) {
  GString* name = g_string_new(NULL);
  bool is_quoted = false, is_first = true;
  const char* p = at;
  for (; *p != '\0' && (is_quoted || *p != '\n'); ++p) {
    if (*p == '"') {
      if (is_quoted && p[1] == '"') {
        if (is_first) g_string_append_c(name, '"');
        ++p;
      } else {
        is_quoted = !is_quoted;
      }
    } else if (*p == ',' && !is_quoted) {
      is_first = false;
    } else if (is_first) {
      g_string_append_c(name, *p);
    }
  }
  *next = *p == '\n' ? p + 1 : NULL;
  return g_string_free(name, FALSE);
}

/// \param is_whole false: the last file may be incomplete, and is dropped
static void look_at_csv(const char* text, bool is_whole, Found* found) {
  const char* next = NULL;
  char* last = NULL;
  g_free(read_record(text, &next)); // the header
  for (const char* at = next; at && *at != '\0'; at = next) {
    char* name = read_record(at, &next);
    if (!next) { // no end: incomplete
      g_free(name);
      break;
    }
    if (!last || strcmp(last, name) != 0) {
      if (last) g_hash_table_add(found->names, last);
      ++found->n;
      found->end = (size_t)(at - text);
      last = name;
    } else {
      g_free(name);
    }
    if (is_whole) found->end = (size_t)(next - text);
  }
  if (last && is_whole)
    g_hash_table_add(found->names, last);
  else if (last)
    --found->n;
  if (last && !is_whole) g_free(last);
}

/// Get the name in an object that begins {"file": "NAME", ...
static char* name_of(const char* object) {
  static const char mark[] = "{\"file\": ";
  if (strncmp(object, mark, sizeof mark - 1) != 0) return NULL;
  json_t* name =
      json_loads(object + sizeof mark - 1, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, NULL);
  char* copy = json_is_string(name) ? g_strdup(json_string_value(name)) : NULL;
  json_decref(name);
  return copy;
}

static void look_at_json(const char* text, bool is_whole, bool is_lines, Found* found) {
  size_t before = 0; // start of the last object's separator
  char* last = NULL;
  for (const char* at = text; at && *at != '\0';) {
    const char* line_end = strchr(at, '\n');
    char* name = name_of(at);
    if (name) {
      if (last) g_hash_table_add(found->names, last);
      last = name;
      ++found->n;
      before = (size_t)(at - text);
    }
    at = line_end ? line_end + 1 : NULL;
  }
  const size_t size = strlen(text);
  const char* tail = "\n]}\n";
  if (is_lines) {
    is_whole = size > 0 && text[size - 1] == '\n';
    found->end = is_whole ? size : before;
  } else if (is_whole && g_str_has_suffix(text, tail)) {
    found->end = size - strlen(tail);
  } else {
    is_whole = false;
    // The separator of two objects is ",\n", before the first it is "\n".
    found->end = before < 1 ? 0 : before - (found->n > 1 ? 2 : 1);
  }
  if (last && is_whole) {
    g_hash_table_add(found->names, last);
  } else if (last) {
    --found->n;
    g_free(last);
  }
}

/// In JSON, bytes of a name that are no UTF-8 are U+FFFD.  So two names may be equal there: a name in
/// the table stands for one file.
static bool is_not_in_table(void* names, const WalkFile* file) {
  if (g_hash_table_contains(names, file->path)) return false;
  if (g_utf8_validate(file->path, -1, NULL)) return true;
  char* shown = g_utf8_make_valid(file->path, -1);
  const bool is_there = g_hash_table_remove(names, shown) != FALSE;
  g_free(shown);
  return !is_there;
}

/// \return whether the first row of a CSV ends with this table's models, or is too short to tell
static bool is_row_alike(const RowTable* table, const char* row) {
  const char* next = NULL;
  g_free(read_record(row, &next));
  bool is_it = !next;
  for (int i = 0; i < 2 && !is_it; ++i) {
    char* end = NULL;
    size_t size = 0;
    FILE* stream = open_memstream(&end, &size);
    if (!stream) return false;
    row_table_end_row(table, stream, i == 0);
    is_it =
        fclose(stream) == 0 && size <= (size_t)(next - row) && memcmp(next - size, end, size) == 0;
    free(end);
  }
  return is_it;
}

/// \return whether \p text has this table's columns and models, or is too short to tell.  In JSON
/// the version may differ.
static bool is_alike(const RowTable* table, const char* text) {
  if (row_format_is_document(table->format)) return strstr(text, table->model_hash) != NULL;
  const bool is_csv = table->format == ROWS_CSV;
  char* own = NULL;
  size_t size = 0;
  RowTable begun = *table;
  begun.is_begun = false;
  begun.out.stream = open_memstream(&own, &size);
  if (!begun.out.stream) return false;
  if (is_csv) {
    row_table_begin(&begun);
  } else {
    row_table_models(&begun, begun.out.stream);
    fputs(table->format == ROWS_JSON ? "\"files\": [" : "\"rows\": [", begun.out.stream);
  }
  if (fclose(begun.out.stream) != 0) return false;
  const char* found = is_csv ? text : strstr(text, "\"model\": ");
  const size_t n = found ? strlen(found) : 0;
  bool is_it = found ? strncmp(own, found, n < size ? n : size) == 0 : !strchr(text, '\n');
  if (is_it && is_csv && n > size) is_it = is_row_alike(table, text + size);
  free(own);
  return is_it;
}

bool row_table_is_alike(const RowTable* table, const char* path) {
  enum { HEAD = 1 << 16 }; // bytes that are read: the models are named before the second row
  FILE* file = fopen(path, "rb");
  char* text = g_malloc0(HEAD + 1);
  const bool is_it = !file || fread(text, 1, HEAD, file) == 0 || is_alike(table, text);
  if (file) fclose(file);
  g_free(text);
  return is_it;
}

int row_table_resume(RowTable* table, const char* path, Walk* walk, bool force, char* error,
                     size_t error_size) {
  char *part = g_strdup_printf("%s" OUTPUT_PART, path), *text = NULL;
  const bool is_whole = access(path, F_OK) == 0;
  Found found = {g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL), 0, 0};
  // Do this before opening it, which empties it.
  const bool is_there = g_file_get_contents(is_whole ? path : part, &text, NULL, NULL);
  const bool is_new = !is_whole && row_format_is_document(table->format); // it is made again
  if (is_there && !is_new && !is_alike(table, text)) {
    snprintf(error, error_size, "%s: has other columns or models; name another output", path);
    g_hash_table_destroy(found.names);
    g_free(text);
    g_free(part);
    return -1;
  }
  int status = row_table_open(table, path, force, error, error_size);
  if (status != 0 || !is_there) goto out;
  if (row_format_is_document(table->format)) { // it has one file: it exists, or is made again
    if (is_whole) walk_filter(walk, NULL, NULL);
    goto out;
  }
  if (table->format == ROWS_CSV)
    look_at_csv(text, is_whole, &found);
  else
    look_at_json(text, is_whole, table->format == ROWS_JSONL, &found);
  if (found.n == 0) goto out;
  if (fwrite(text, 1, found.end, table->out.stream) != found.end || output_mark(&table->out) != 0) {
    snprintf(error, error_size, "%s: %s", path, strerror(errno));
    status = -1;
    goto out;
  }
  table->is_begun = true;
  table->n = found.n;
  if (table->format == ROWS_CSV && !table->with_file && is_whole)
    walk_filter(walk, NULL, NULL); // the table of one file exists
  else
    walk_filter(walk, is_not_in_table, found.names);
out:
  g_hash_table_destroy(found.names);
  g_free(text);
  g_free(part);
  return status;
}
