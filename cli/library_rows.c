// SPDX-License-Identifier: GPL-3.0-or-later
// Writes songs as text: a table for people, JSON, paths, playlists, CSV.
#include "cli/library_rows.h"

#include "affect/words.h"
#include "audio/cue_sheet.h"
#include "cli/output.h"
#include "cli/table.h"
#include "library/percentiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void library_rows_length(double seconds, char* text, size_t size) {
  const unsigned long s = (unsigned long)seconds;
  if (s >= 3600)
    snprintf(text, size, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
  else
    snprintf(text, size, "%lu:%02lu", s / 60, s % 60);
}

const char* library_rows_word(const Loaded* loaded, const Song* song) {
  return words_name_of(loaded_words(loaded), song->valence, song->arousal);
}

LibraryRow* library_rows_of(const QueryResult* result, bool has_distance, bool has_times) {
  LibraryRow* rows = calloc(result->n + 1, sizeof *rows);
  if (!rows) cli_message("out of memory");
  for (size_t i = 0; rows && i < result->n; ++i) {
    const QueryHit* hit = &result->hits[i];
    rows[i] = (LibraryRow){hit->song, has_distance ? hit->distance : NAN,
                           has_times ? hit->start : NAN, has_times ? hit->end : NAN};
  }
  return rows;
}

int library_choose(LibraryOptions* options, const char* command, const Loaded* loaded, int n_words,
                   char** words, LibraryRow** rows, size_t* n) {
  QueryResult result = {.n = 0};
  if (!library_add_words(&options->query, n_words, words))
    return cli_usage(command, "too many words");
  options->query.limit = options->limit;
  QueryIndex* index = library_index_of(loaded);
  int status = CLI_FAILED;
  if (index && library_run_query(index, &options->query, &result) == 0) status = CLI_OK;
  if (status == CLI_OK) {
    *rows = library_rows_of(&result, false, false);
    *n = result.n;
    status = *rows ? CLI_OK : CLI_FAILED;
  }
  query_result_clear(&result);
  query_index_free(index);
  return status;
}

void library_rows_path(const char* path, LibraryForm form) {
  if (form == FORM_PATHS)
    table_path(stdout, path);
  else
    fputs(path, stdout);
  fputc(form == FORM_PATHS0 ? '\0' : '\n', stdout);
}

static void put_table(const LibraryOptions* options, const Loaded* loaded, const LibraryRow* rows,
                      size_t n) {
  const Catalogue* catalogue = loaded_catalogue(loaded);
  const StoreModel* model = loaded_model(loaded);
  char length[32], start[32], end[32];
  const bool is_passage = options->query.match == MATCH_PASSAGE;
  const bool has_distance = n > 0 && isfinite(rows[0].distance);
  if (n > 0)
    printf("%s    id   length  valence  arousal  %-10s  %sconfidence  song\n",
           has_distance ? "distance  " : "", "word", is_passage ? "         passage  " : "");
  for (size_t i = 0; i < n; ++i) {
    const Song* song = &catalogue->songs[rows[i].song];
    if (has_distance) printf("%8.3f  ", (double)rows[i].distance);
    library_rows_length((double)song->duration, length, sizeof length);
    printf("%6lld  %7s  %+7.2f  %+7.2f  %-10s  ", (long long)song->id, length,
           (double)song->valence, (double)song->arousal, library_rows_word(loaded, song));
    if (is_passage) {
      library_rows_length((double)rows[i].start, start, sizeof start);
      library_rows_length((double)rows[i].end, end, sizeof end);
      printf("%7s-%-8s  ", start, end);
    }
    if (model->is_static)
      printf("%10s  ", "-");
    else
      printf("%10.2f  ", (double)song->confidence);
    printf("%s%s%s\n", song->title, song->artist[0] != '\0' ? " - " : "", song->artist);
  }
  printf("%zu of %zu songs", n, catalogue->n);
  if (options->query.kind == QUERY_PATH && n < options->limit)
    printf(" (%u were asked for)", options->limit);
  printf(", as read by %s%s%s%s.\n", model->name[0] != '\0' ? model->name : "no model",
         model->hash[0] != '\0' ? " (" : "", model->hash, model->hash[0] != '\0' ? ")" : "");
}

void library_rows_json(FILE* out, const Loaded* loaded, const Song* song) {
  static const char* const names[] = {"duration_s",     "valence",        "arousal",
                                      "valence_spread", "arousal_spread", "confidence"};
  const float values[] = {song->duration,       song->valence,        song->arousal,
                          song->valence_spread, song->arousal_spread, song->confidence};
  // A static model gives no confidence.
  const size_t n = sizeof values / sizeof *values - (loaded_model(loaded)->is_static ? 1 : 0);
  fprintf(out, "\"id\": %lld, \"path\": ", (long long)song->id);
  table_json_string(out, song->path);
  fputs(", \"title\": ", out);
  table_json_string(out, song->title);
  fputs(", \"artist\": ", out);
  table_json_string(out, song->artist);
  fputs(", \"album\": ", out);
  table_json_string(out, song->album);
  for (size_t i = 0; i < n; ++i) {
    fprintf(out, ", \"%s\": ", names[i]);
    table_number(out, values[i]);
  }
  fprintf(out, ", \"quadrant\": \"%s\", \"word\": ", table_quadrant(song->valence, song->arousal));
  table_json_string(out, library_rows_word(loaded, song));
}

static void put_json(FILE* out, const Loaded* loaded, const LibraryRow* rows, size_t n) {
  const Catalogue* catalogue = loaded_catalogue(loaded);
  const StoreModel* model = loaded_model(loaded);
  Percentiles* percentiles = percentiles_new(catalogue); // NULL: without them
  fputs("{\"version\": \"" CIRCUMPLEX_VERSION "\", \"model\": {\"name\": ", out);
  table_json_string(out, model->name);
  fputs(", \"hash\": ", out);
  table_json_string(out, model->hash);
  fprintf(out, "}, \"of\": %zu, \"songs\": [", catalogue->n);
  for (size_t i = 0; i < n; ++i) {
    fputs(i > 0 ? ",\n  {" : "\n  {", out);
    library_rows_json(out, loaded, &catalogue->songs[rows[i].song]);
    const Song* song = &catalogue->songs[rows[i].song];
    if (percentiles)
      fprintf(out, ", \"valence_percentile\": %.1f, \"arousal_percentile\": %.1f",
              (double)percentile_of_valence(percentiles, song->valence),
              (double)percentile_of_arousal(percentiles, song->arousal));
    const float values[] = {rows[i].distance, rows[i].start, rows[i].end};
    static const char* const names[] = {"distance", "start_s", "end_s"};
    for (int k = 0; k < 3; ++k) {
      if (!isfinite(values[k])) continue;
      fprintf(out, ", \"%s\": ", names[k]);
      table_number(out, values[k]);
    }
    fputc('}', out);
  }
  percentiles_free(percentiles);
  fputs("\n]}\n", out);
}

int library_rows_json_file(const char* path, const Loaded* loaded, const LibraryRow* rows,
                           size_t n) {
  char error[CLI_TEXT];
  Output out;
  int status = output_open(&out, path, false, error, sizeof error);
  if (status == 0) {
    put_json(out.stream, loaded, rows, n);
    status = output_commit(&out, error, sizeof error);
  }
  if (status != 0) cli_message("%s", error);
  return status == 0 ? CLI_OK : CLI_FAILED;
}

/// Write a track of a CUE sheet as a part of its file, by VLC's options.
static void put_m3u_path(FILE* out, const char* path) {
  char file[CUE_PATH];
  CueTrack track;
  if (!cue_track_find(path, file, &track)) {
    table_path(out, path);
    fputc('\n', out);
    return;
  }
  fprintf(out, "#EXTVLCOPT:start-time=%.3f\n", track.from);
  if (track.to > 0.0) fprintf(out, "#EXTVLCOPT:stop-time=%.3f\n", track.to);
  table_path(out, file);
  fputc('\n', out);
}

int library_rows_m3u(const char* path, const Loaded* loaded, const LibraryRow* rows, size_t n) {
  const Catalogue* catalogue = loaded_catalogue(loaded);
  char error[CLI_TEXT];
  Output out;
  int status = CLI_OK;
  if (output_open(&out, path, false, error, sizeof error) != 0) {
    cli_message("%s", error);
    return CLI_FAILED;
  }
  fputs("#EXTM3U\n", out.stream);
  for (size_t i = 0; i < n; ++i) {
    const Song* song = &catalogue->songs[rows[i].song];
    if (strpbrk(song->path, "\r\n")) {
      cli_message("'%s' is left out of the playlist: its path has a line end in it", song->title);
      status = CLI_FAILED;
      continue;
    }
    fprintf(out.stream, "#EXTINF:%.0f,%s%s%s\n", (double)song->duration, song->artist,
            song->artist[0] != '\0' ? " - " : "", song->title);
    put_m3u_path(out.stream, song->path);
  }
  if (output_commit(&out, error, sizeof error) == 0) return status;
  cli_message("%s", error);
  return CLI_FAILED;
}

int library_rows_csv(const char* path, bool is_guarded, const Loaded* loaded,
                     const LibraryRow* rows, size_t n) {
  void (*const put_text)(FILE*, const char*) = is_guarded ? table_csv_guarded : table_csv_text;
  const Catalogue* catalogue = loaded_catalogue(loaded);
  const StoreModel* model = loaded_model(loaded);
  char error[CLI_TEXT];
  Output out;
  Percentiles* percentiles = percentiles_new(catalogue);
  if (!percentiles) {
    cli_message("out of memory");
    return CLI_FAILED;
  }
  if (output_open(&out, path, false, error, sizeof error) != 0) {
    cli_message("%s", error);
    percentiles_free(percentiles);
    return CLI_FAILED;
  }
  fputs("id,path,title,artist,album,duration_s,valence,arousal,valence_spread,"
        "arousal_spread,confidence,valence_percentile,arousal_percentile,quadrant,word,model,"
        "model_hash\n",
        out.stream);
  for (size_t i = 0; i < n; ++i) {
    const Song* song = &catalogue->songs[rows[i].song];
    const char* texts[] = {song->path, song->title, song->artist, song->album};
    const float values[] = {song->duration,       song->valence,        song->arousal,
                            song->valence_spread, song->arousal_spread, song->confidence};
    fprintf(out.stream, "%lld", (long long)song->id);
    for (size_t k = 0; k < sizeof texts / sizeof *texts; ++k) {
      fputc(',', out.stream);
      put_text(out.stream, texts[k]);
    }
    for (size_t k = 0; k < sizeof values / sizeof *values; ++k) {
      fputc(',', out.stream);
      if (k != 5 || !model->is_static) table_number(out.stream, values[k]); // confidence
    }
    fprintf(out.stream, ",%.1f,%.1f", (double)percentile_of_valence(percentiles, song->valence),
            (double)percentile_of_arousal(percentiles, song->arousal));
    fprintf(out.stream, ",%s,", table_quadrant(song->valence, song->arousal));
    put_text(out.stream, library_rows_word(loaded, song));
    fputc(',', out.stream);
    put_text(out.stream, model->name);
    fprintf(out.stream, ",%s\n", model->hash);
  }
  percentiles_free(percentiles);
  if (output_commit(&out, error, sizeof error) == 0) return CLI_OK;
  cli_message("%s", error);
  return CLI_FAILED;
}

int library_rows_write(const LibraryOptions* options, const Loaded* loaded, const LibraryRow* rows,
                       size_t n) {
  const Catalogue* catalogue = loaded_catalogue(loaded);
  int status = CLI_OK;
  if (options->m3u) status = library_rows_m3u(options->m3u, loaded, rows, n);
  if (options->m3u && strcmp(options->m3u, "-") == 0) return status;
  switch (options->form) {
  case FORM_TABLE:
    put_table(options, loaded, rows, n);
    break;
  case FORM_JSON:
    put_json(stdout, loaded, rows, n);
    break;
  case FORM_PATHS:
  case FORM_PATHS0:
    for (size_t i = 0; i < n; ++i) {
      library_rows_path(catalogue->songs[rows[i].song].path, options->form);
    }
    break;
  }
  return status;
}
