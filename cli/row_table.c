// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a table of the rows of many files, as CSV, JSON, or JSON lines.
#include "cli/row_table.h"

#include "cli/table.h"

#include <errno.h>
#include <string.h>

const char* row_table_extension(RowFormat format) {
  static const char* const names[] = {"csv", "json", "jsonl", "jams", "svl"};
  return names[format];
}

bool row_format_is_document(RowFormat format) {
  return format == ROWS_JAMS || format == ROWS_SVL;
}

int row_table_open(RowTable* table, const char* path, bool force, char* error, size_t error_size) {
  return output_open(&table->out, path, force, error, error_size);
}

/// \return the next model after the first one, from \p i on, or NULL
static const SideModel* further(const RowTable* table, size_t* i) {
  while (table->sides && *i < table->sides->n) {
    const SideModel* side = &table->sides->models[(*i)++];
    if (side->prefix[0] != '\0') return side;
  }
  return NULL;
}

static void put_csv_header(const RowTable* table) {
  FILE* out = table->out.stream;
  if (table->has_course)
    table_csv_header(out, table->with_file);
  else
    fputs(table->with_file ? "file,time_s" : "time_s", out);
  if (table->sides) side_csv_header(out, table->sides);
  fputs(",complete,model,model_hash", out);
  size_t i = 0;
  for (const SideModel* side; (side = further(table, &i));) {
    fputc(',', out);
    char name[sizeof side->prefix + 10];
    snprintf(name, sizeof name, "%smodel_hash", side->prefix);
    table_csv_text(out, name);
  }
  fputc('\n', out);
}

void row_table_end_row(const RowTable* table, FILE* out, bool is_complete) {
  fputs(is_complete ? ",true," : ",false,", out);
  table_csv_text(out, table->model_name);
  fprintf(out, ",%s", table->model_hash);
  size_t i = 0;
  for (const SideModel* side; (side = further(table, &i));)
    fprintf(out, ",%s", side_hash(side));
  fputc('\n', out);
}

static void put_model(FILE* out, const char* before, const char* name, const char* hash) {
  fprintf(out, "%s{\"name\": ", before);
  table_json_string(out, name);
  fprintf(out, ", \"hash\": \"%s\"}", hash);
}

void row_table_models(const RowTable* table, FILE* out) {
  put_model(out, "\"model\": ", table->model_name, table->model_hash);
  const char* before = ", \"further_models\": [";
  size_t i = 0;
  for (const SideModel* side; (side = further(table, &i)); before = ", ")
    put_model(out, before, side_name(side), side_hash(side));
  fputs(before[2] == '\0' ? "], " : ", ", out);
}

void row_table_begin(RowTable* table) {
  FILE* out = table->out.stream;
  if (table->is_begun) return;
  table->is_begun = true;
  if (table->format == ROWS_CSV) put_csv_header(table);
  if (table->format != ROWS_JSON) return;
  fputs("{\"version\": \"" CIRCUMPLEX_VERSION "\", ", out);
  row_table_models(table, out);
  fputs("\"files\": [", out);
}

/// CSV: add the last columns to each line.  \return whether all could be written
static bool copy_csv(const RowTable* table, FILE* from, FILE* to, bool is_complete) {
  bool is_quoted = false;
  int c;
  while ((c = getc(from)) != EOF) {
    if (c == '"') is_quoted = !is_quoted;
    if (c == '\n' && !is_quoted)
      row_table_end_row(table, to, is_complete);
    else
      putc(c, to);
  }
  return ferror(from) == 0 && ferror(to) == 0;
}

/// Copy JSON; a line end in it is never within a string.
static bool copy_json(FILE* from, FILE* to, bool is_line) {
  int c;
  while ((c = getc(from)) != EOF)
    putc(is_line && c == '\n' ? ' ' : c, to);
  if (is_line) putc('\n', to);
  return ferror(from) == 0 && ferror(to) == 0;
}

int row_table_put(RowTable* table, FILE* text, bool is_complete, char* error, size_t error_size) {
  FILE* out = table->out.stream;
  if (table->is_full) {
    snprintf(error, error_size, "the table cannot be continued");
    return -1;
  }
  errno = 0;
  bool is_good = fflush(text) == 0 && fseek(text, 0, SEEK_SET) == 0;
  row_table_begin(table);
  if (table->format == ROWS_JSON) fputs(table->n > 0 ? ",\n" : "\n", out);
  if (table->format == ROWS_CSV)
    is_good = is_good && copy_csv(table, text, out, is_complete);
  else
    is_good = is_good && copy_json(text, out, table->format == ROWS_JSONL);
  if (!is_good || output_mark(&table->out) != 0) {
    snprintf(error, error_size, "the rows cannot be written: %s",
             strerror(errno != 0 ? errno : EIO));
    table->is_full = true;
    return -1;
  }
  ++table->n;
  return 0;
}

int row_table_close(RowTable* table, char* error, size_t error_size) {
  if (!table->out.stream) return 0;
  if (table->n == 0 && !table->is_begun) {
    output_abandon(&table->out);
    return 0;
  }
  if (table->n == 0 && table->out.temporary) {
    output_abandon(&table->out);
    return 0;
  }
  const char* end = table->format == ROWS_JSON ? "\n]}\n" : "";
  return output_commit_marked(&table->out, table->is_full, end, error, error_size);
}
