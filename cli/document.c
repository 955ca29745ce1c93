// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a whole reading as a document for other programs: JAMS, or a layer of Sonic Visualiser.
#include "cli/document.h"

#include "cli/table.h"

#include <string.h>

static double start_of(const Document* d, const Estimate* e) {
  return (double)e->position / d->info->rate - ENGINE_HOP_SECONDS;
}

static const char* word_of(const Document* d, const Estimate* e) {
  return words_name_of(d->summary->words, e->valence, e->arousal);
}

/// The beginning of an annotation, up to its observations.
static void begin_annotation(FILE* out, const Document* d, const char* name) {
  fprintf(out, "{\"annotation_metadata\": {\"curator\": {\"name\": \"\", \"email\": \"\"}, "
               "\"annotator\": {\"model\": ");
  table_json_string(out, d->model_name);
  fputs(", \"hash\": ", out);
  table_json_string(out, d->model_hash);
  fprintf(out,
          "}, \"version\": \"" CIRCUMPLEX_VERSION "\", \"corpus\": \"\", "
          "\"annotation_tools\": \"circumplex " CIRCUMPLEX_VERSION "\", "
          "\"annotation_rules\": \"\", \"validation\": \"\", "
          "\"data_source\": \"program\"},\n \"namespace\": \"%s\", \"time\": 0, "
          "\"duration\": %.9g, \"data\": [",
          name, (double)d->summary->samples / d->info->rate);
}

static void observation(FILE* out, bool is_first, double time, double duration) {
  fprintf(out, "%s{\"time\": %.9g, \"duration\": %.9g, \"value\": ", is_first ? "\n  " : ",\n  ",
          time, duration);
}

static void put_course(FILE* out, const Document* d) {
  bool is_first = true;
  for (size_t i = 0; i < d->n; ++i) {
    const Estimate* e = &d->estimates[i];
    if (e->state == ENGINE_SILENT) continue;
    observation(out, is_first, start_of(d, e), ENGINE_HOP_SECONDS);
    fputc('[', out);
    table_number(out, e->valence);
    fputs(", ", out);
    table_number(out, e->arousal);
    fputs("], \"confidence\": ", out);
    table_number(out, e->confidence);
    fputc('}', out);
    is_first = false;
  }
}

/// Write one column other than valence, arousal and confidence: null in silence.
static void put_column(FILE* out, const Document* d, unsigned id) {
  fprintf(out, "%s\"%s\": [", id == READING_VALENCE_SPREAD ? "" : ",\n  ",
          reading_info(id)->column);
  for (size_t i = 0; i < d->n; ++i) {
    const Readings values = engine_readings(&d->estimates[i]);
    if (i > 0) fputs(", ", out);
    if (d->estimates[i].state == ENGINE_SILENT)
      fputs("null", out);
    else
      table_number(out, values.value[id]);
  }
  fputc(']', out);
}

/// Write the intervals with the same word.
static void put_words(FILE* out, const Document* d) {
  bool is_first = true;
  for (size_t i = 0, end; i < d->n; i = end) {
    end = i + 1;
    if (d->estimates[i].state == ENGINE_SILENT) continue;
    const char* word = word_of(d, &d->estimates[i]);
    while (end < d->n && d->estimates[end].state != ENGINE_SILENT &&
           strcmp(word_of(d, &d->estimates[end]), word) == 0)
      ++end;
    observation(out, is_first, start_of(d, &d->estimates[i]),
                ENGINE_HOP_SECONDS * (double)(end - i));
    table_json_string(out, word);
    fputs(", \"confidence\": null}", out);
    is_first = false;
  }
}

void document_jams(FILE* out, const Document* d) {
  static const unsigned others[] = {READING_VALENCE_SPREAD, READING_AROUSAL_SPREAD,
                                    READING_LOUDNESS_SHORT, READING_SONG_VALENCE,
                                    READING_SONG_AROUSAL,   READING_ATTENTION_AGE};
  const char* slash = strrchr(d->path, '/');
  fputs("{\"annotations\": [\n", out);
  begin_annotation(out, d, "mood_thayer");
  put_course(out, d);
  fputs("],\n \"sandbox\": {", out);
  for (size_t i = 0; i < sizeof others / sizeof *others; ++i)
    put_column(out, d, others[i]);
  fputs("}},\n", out);
  begin_annotation(out, d, "tag_open");
  put_words(out, d);
  fputs("],\n \"sandbox\": {}}],\n\"file_metadata\": {\"title\": ", out);
  table_json_string(out, slash ? slash + 1 : d->path);
  fprintf(out,
          ", \"artist\": \"\", \"release\": \"\", \"duration\": %.9g, \"identifiers\": {}, "
          "\"jams_version\": \"0.3.5\"},\n\"sandbox\": {\"file\": ",
          (double)d->summary->samples / d->info->rate);
  table_json_string(out, d->path);
  fprintf(out, ", \"complete\": %s, ", d->summary->damage[0] == '\0' ? "true" : "false");
  if (d->summary->damage[0] != '\0') {
    fputs("\"damage\": ", out);
    table_json_string(out, d->summary->damage);
    fputs(", ", out);
  }
  table_json_summary(out, d->info, d->summary);
  fputs("}}\n", out);
}

/// Write a curve's points, with times in the file's samples.  Silent hops have none.
static void put_points(FILE* out, const Document* d, unsigned dataset, unsigned id) {
  fprintf(out, "    <dataset id=\"%u\" dimensions=\"2\">\n", dataset);
  for (size_t i = 0; i < d->n; ++i) {
    const Estimate* e = &d->estimates[i];
    if (e->state == ENGINE_SILENT) continue;
    const Readings values = engine_readings(e);
    fprintf(out, "      <point frame=\"%llu\" value=\"", (unsigned long long)e->position);
    table_number(out, values.value[id]);
    fprintf(out, "\" label=\"\"/>\n");
  }
  fputs("    </dataset>\n", out);
}

void document_svl(FILE* out, const Document* d) {
  static const unsigned ids[] = {READING_VALENCE, READING_AROUSAL};
  static const char* const colours[] = {"#c4572d", "#2d6fc4"};
  const unsigned n = sizeof ids / sizeof *ids;
  fprintf(out,
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE sonic-visualiser>\n"
          "<!-- model %s -->\n<sv>\n  <data>\n",
          d->model_hash);
  for (unsigned i = 0; i < n; ++i) {
    fprintf(out,
            "    <model id=\"%u\" name=\"%s\" sampleRate=\"%.0f\" start=\"0\" end=\"%llu\" "
            "type=\"sparse\" dimensions=\"2\" resolution=\"%.0f\" notifyOnAdd=\"true\" "
            "dataset=\"%u\" minimum=\"-1\" maximum=\"1\" units=\"%s\"/>\n",
            2 * i + 1, reading_info(ids[i])->name, d->info->rate,
            (unsigned long long)d->summary->samples, d->info->rate * ENGINE_HOP_SECONDS, 2 * i + 2,
            reading_info(ids[i])->column);
    put_points(out, d, 2 * i + 2, ids[i]);
  }
  fputs("  </data>\n  <display>\n", out);
  for (unsigned i = 0; i < n; ++i)
    fprintf(out,
            "    <layer id=\"%u\" type=\"timevalues\" name=\"%s\" model=\"%u\" "
            "plotStyle=\"3\" verticalScale=\"0\" scaleMinimum=\"-1\" scaleMaximum=\"1\" "
            "drawDivisions=\"true\" colourName=\"\" colour=\"%s\" darkBackground=\"false\"/>\n",
            100 + i, reading_info(ids[i])->name, 2 * i + 1, colours[i]);
  fputs("  </display>\n</sv>\n", out);
}
