// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes the list of readings into docs and scripts: fill [--check] FILE...
/// It replaces the text between a line with "[readings:lua]" or "[readings:table]" and a line with
/// "[end]".  With --check it writes nothing; the exit status says whether all files
/// are up to date.  For developers; runs at build time only.
#include "inference/readings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Tables for Ardour's script: the number and range of each control output.
static void fill_lua(FILE* out) {
  fputs("local sources = {\n", out);
  for (unsigned i = 0; i < READING_COUNT; ++i)
    fprintf(out, "  [\"%s\"] = %u,\n", reading_info(i)->name, i);
  fputs("}\nlocal lows = {", out);
  for (unsigned i = 0; i < READING_COUNT; ++i)
    fprintf(out, " [%u] = %.7g,", i, (double)reading_info(i)->low);
  fputs(" }\nlocal highs = {", out);
  for (unsigned i = 0; i < READING_COUNT; ++i)
    fprintf(out, " [%u] = %.7g,", i, (double)reading_info(i)->high);
  fputs(" }\n", out);
}

/// A table in Markdown.
static void fill_table(FILE* out) {
  fputs("| n | output | OSC | CSV, JSON | range | |\n|---|---|---|---|---|---|\n", out);
  for (unsigned i = 0; i < READING_COUNT; ++i) {
    const ReadingInfo* r = reading_info(i);
    fprintf(out, "| %u | %s | ", i, r->name);
    if (r->osc)
      fprintf(out, "`.../%s` %s | ", r->symbol, r->type == READING_REAL ? "float" : "int");
    else
      fputs("| ", out);
    if (*r->column)
      fprintf(out, "`%s` | ", r->column);
    else
      fputs("| ", out);
    fprintf(out, "%.7g to %.7g%s%s | %s |\n", (double)r->low, (double)r->high, *r->unit ? " " : "",
            *r->unit == '=' ? r->unit + 1 : r->unit, r->comment);
  }
}

/// Copy \p in to \p out with its marked places filled.  \return false if a mark has no end
static bool fill(FILE* in, FILE* out) {
  static const struct {
    const char* mark;
    void (*fill)(FILE* out);
  } kinds[] = {{"[readings:lua]", fill_lua}, {"[readings:table]", fill_table}};
  char line[4096];
  bool inside = false;
  while (fgets(line, sizeof line, in)) {
    if (inside && strstr(line, "[end]")) inside = false;
    if (!inside) fputs(line, out);
    for (unsigned i = 0; i < 2 && !inside; ++i)
      if (strstr(line, kinds[i].mark)) {
        kinds[i].fill(out);
        inside = true;
      }
  }
  return !inside;
}

/// Fill one file, or check whether it is up to date.  \return whether it is up to date now
static bool handle(const char* path, bool check) {
  char* filled = NULL;
  size_t size = 0;
  FILE* in = fopen(path, "r");
  FILE* out = open_memstream(&filled, &size);
  if (!in || !out) {
    fprintf(stderr, "fill: cannot read %s\n", path);
    exit(EXIT_FAILURE);
  }
  bool good = fill(in, out);
  if (fclose(out) != 0) good = false;
  char* old = malloc(size + 2);
  rewind(in);
  const size_t old_size = old ? fread(old, 1, size + 1, in) : 0;
  const bool same = old && old_size == size && memcmp(old, filled, size) == 0;
  fclose(in);
  if (!good) {
    fprintf(stderr, "fill: %s: a mark has no [end]\n", path);
  } else if (!same && check) {
    fprintf(stderr, "fill: %s is out of date: build the target fill_tables\n", path);
    good = false;
  } else if (!same) {
    FILE* to = fopen(path, "w");
    good = to && fwrite(filled, 1, size, to) == size;
    if (to && fclose(to) != 0) good = false;
  }
  free(old);
  free(filled);
  return good;
}

int main(int argc, char** argv) {
  const bool check = argc > 1 && strcmp(argv[1], "--check") == 0;
  bool good = argc > 1 + check;
  for (int i = 1 + check; i < argc; ++i)
    good = handle(argv[i], check) && good;
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
