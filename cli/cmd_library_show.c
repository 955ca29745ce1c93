// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library show` and `remove`: shows or removes songs.
#include "cli/library_rows.h"
#include "cli/table.h"
#include "library/percentiles.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>

enum { CELLS = 60 };

#define SONG_NOTES                                                                                 \
  "SONG is an id, a path, or words of title, artist and album that only one song has."

static const OptionGroup show_groups[] = {
    {library_json_options, 0}, {library_db_options, 0}, {NULL, 0}};

static const OptionCommand show_command = {
    "circumplex library show",
    "[OPTION]... SONG...",
    "Show a song's tags, files, and the reading and curve of each model.",
    show_groups,
    SONG_NOTES,
    0};

static const OptionGroup remove_groups[] = {
    {library_remove_options, 0}, {library_db_options, 0}, {NULL, 0}};

static const OptionCommand remove_command = {
    "circumplex library remove",
    "[OPTION]... SONG|FOLDER...\n--missing",
    "Remove songs, or all songs in a folder, from the library. Your files are not changed.",
    remove_groups,
    SONG_NOTES,
    0};

typedef struct {
  const char* title;
  bool is_begun;
} Paths;

static int put_path(void* context, const StoreRow* row) {
  char text[4096];
  Paths* paths = context;
  utf8_clean(text, sizeof text, row->path);
  printf("%-11s %s%s\n", paths->is_begun ? "" : paths->title, text,
         row->is_missing ? "  (missing)" : "");
  paths->is_begun = true;
  return 0;
}

/// Mean of the points that make up a cell; false if all are silent.
static bool cell(const int16_t* points, size_t n, size_t index, size_t cells, double* mean) {
  double sum = 0.0;
  size_t heard = 0;
  const size_t last = (index + 1) * n / cells;
  for (size_t i = index * n / cells; i < last; ++i) {
    if (points[i] == CURVE_SILENT) continue;
    sum += (double)points[i] / (double)CURVE_FULL;
    ++heard;
  }
  *mean = heard > 0 ? sum / (double)heard : 0.0;
  return heard > 0;
}

/// Print a curve as a line of blocks, with its lowest and highest value.
static void put_course(const char* name, const int16_t* points, size_t n) {
  static const char* const blocks[] = {"\u2581", "\u2582", "\u2583", "\u2584",
                                       "\u2585", "\u2586", "\u2587", "\u2588"};
  const size_t cells = n < CELLS ? n : CELLS;
  double low = 1.0, high = -1.0, mean;
  for (size_t i = 0; i < cells; ++i) {
    if (!cell(points, n, i, cells, &mean)) continue;
    if (mean < low) low = mean;
    if (mean > high) high = mean;
  }
  if (low > high) return;
  printf("%-11s ", name);
  for (size_t i = 0; i < cells; ++i) {
    const bool is_heard = cell(points, n, i, cells, &mean);
    const double share = high > low ? (mean - low) / (high - low) : 0.5;
    fputs(is_heard ? blocks[(int)(share * 7.0 + 0.5)] : " ", stdout);
  }
  printf("  %+.2f to %+.2f\n", low, high);
}

static void put_reading(const Loaded* loaded, const Song* song) {
  const StoreModel* model = loaded_model(loaded);
  printf("reading     by %s (%s): %s, %s\n", model->name, model->hash,
         library_rows_word(loaded, song), table_quadrant(song->valence, song->arousal));
  printf("            valence %+.2f, spread %.2f; arousal %+.2f, spread %.2f",
         (double)song->valence, (double)song->valence_spread, (double)song->arousal,
         (double)song->arousal_spread);
  if (model->is_static)
    printf("; static\n");
  else
    printf("; confidence %.2f\n", (double)song->confidence);
  if (song->curve.n == 0) return;
  put_course("  valence", song->curve.valence, song->curve.n);
  put_course("  arousal", song->curve.arousal, song->curve.n);
}

/// Print how the reading compares with the whole collection.
static void put_percentiles(Store* store, const StoreModel* model, const Song* song) {
  char error[CLI_TEXT];
  Loaded* all = store_load(store, model->hash, LOAD_NUMBERS, error, sizeof error);
  Percentiles* percentiles = all ? percentiles_new(loaded_catalogue(all)) : NULL;
  if (percentiles)
    printf("            in this library: valence above that of %.0f %% of the songs, arousal "
           "above %.0f %%\n",
           (double)percentile_of_valence(percentiles, song->valence),
           (double)percentile_of_arousal(percentiles, song->arousal));
  percentiles_free(percentiles);
  loaded_free(all);
}

static void put_points(const char* name, const int16_t* points, size_t n) {
  printf(", \"%s\": [", name);
  for (size_t i = 0; i < n; ++i) {
    if (i > 0) fputs(", ", stdout);
    if (points[i] == CURVE_SILENT)
      fputs("null", stdout);
    else
      printf("%.4f", (double)points[i] / (double)CURVE_FULL);
  }
  fputc(']', stdout);
}

static void put_json(const Loaded* loaded, const Song* song, bool is_first) {
  const StoreModel* model = loaded_model(loaded);
  fputs(is_first ? "\n  {\"model\": {\"name\": " : ",\n  {\"model\": {\"name\": ", stdout);
  table_json_string(stdout, model->name);
  printf(", \"hash\": \"%s\", \"static\": %s}, ", model->hash, model->is_static ? "true" : "false");
  library_rows_json(stdout, loaded, song);
  if (song->curve.n > 0) {
    printf(", \"curve_rate\": %g", CURVE_RATE);
    put_points("valence_curve", song->curve.valence, song->curve.n);
    put_points("arousal_curve", song->curve.arousal, song->curve.n);
  }
  fputc('}', stdout);
}

/// Show one song by each model that has read it.  \return CLI_OK or CLI_FAILED (reported)
static int show(Store* store, const LibraryOptions* options, int64_t id, bool* is_first) {
  char error[CLI_TEXT], length[32];
  StoreModel* models = NULL;
  bool is_named = false;
  Paths files = {"file", false}, copies = {"copy", false};
  int status = CLI_OK;
  const long n = store_models(store, &models, error, sizeof error);
  if (n < 0) status = CLI_FAILED;
  for (long i = 0; status == CLI_OK && i < n; ++i) {
    Loaded* loaded = store_load_song(store, models[i].hash, id, error, sizeof error);
    if (!loaded) status = CLI_FAILED;
    const Song* song =
        loaded && loaded_catalogue(loaded)->n > 0 ? loaded_catalogue(loaded)->songs : NULL;
    if (song && options->form == FORM_JSON) {
      put_json(loaded, song, *is_first);
      *is_first = false;
    } else if (song) {
      if (!is_named) {
        library_rows_length((double)song->duration, length, sizeof length);
        printf("%s%s%s%s\n", *is_first ? "" : "\n", song->title,
               song->artist[0] != '\0' ? " - " : "", song->artist);
        if (song->album[0] != '\0') printf("%-11s %s\n", "album", song->album);
        printf("%-11s %lld\n%-11s %s\n", "id", (long long)id, "length", length);
        if (store_each_file(store, ROWS_OF_SONG, id, NULL, put_path, &files, error, sizeof error) !=
                0 ||
            store_each_file(store, ROWS_OF_COPIES, id, NULL, put_path, &copies, error,
                            sizeof error) != 0)
          status = CLI_FAILED;
      }
      *is_first = false;
      put_reading(loaded, song);
      put_percentiles(store, &models[i], song);
    }
    is_named = is_named || song;
    loaded_free(loaded);
  }
  free(models);
  if (status == CLI_OK && !is_named) {
    snprintf(error, sizeof error, "there is no song %lld in the library", (long long)id);
    status = CLI_FAILED;
  }
  if (status != CLI_OK) cli_message("%s", error);
  return status;
}

int library_show(int argc, char** argv) {
  LibraryOptions options;
  char error[CLI_TEXT];
  int first = 0;
  bool is_first = true;
  int status = library_options(&show_command, argc, argv, &options, &first);
  if (status >= 0) return status;
  if (first == argc) return cli_usage("library show", "no song is named");
  status = CLI_FAILED;
  Store* store = library_open(options.db, STORE_READ);
  if (!store) return status;
  // The model matters only for finding songs by words.
  Loaded* loaded = store_load(store, NULL, LOAD_FACTS, error, sizeof error);
  if (!loaded) cli_message("%s", error);
  QueryIndex* index = loaded ? library_index_of(loaded) : NULL;
  if (!index) goto out;
  status = CLI_OK;
  if (options.form == FORM_JSON) fputs("{\"readings\": [", stdout);
  for (int i = first; i < argc; ++i) {
    const int64_t id = library_find(store, index, argv[i]);
    if (id == 0 || show(store, &options, id, &is_first) != CLI_OK) status = CLI_FAILED;
  }
  if (options.form == FORM_JSON) fputs("\n]}\n", stdout);
out:
  query_index_free(index);
  loaded_free(loaded);
  store_close(store);
  return status;
}

static int count_row(void* context, const StoreRow* row) {
  long* n = context;
  (void)row;
  ++*n;
  return 0;
}

/// Remove the folder, file or song that an argument names.  \return 0, or -1 (reported)
static int remove_one(Store* store, const char* text, long* files, long* songs) {
  char error[CLI_TEXT] = "";
  long n = 0, gone = -1;
  Loaded* loaded = NULL;
  QueryIndex* index = NULL;
  char* path = library_absolute(text);
  if (path && store_each_file(store, ROWS_BELOW, 0, path, count_row, &n, error, sizeof error) != 0)
    goto out;
  if (n > 0) {
    gone = store_remove_below(store, path, error, sizeof error);
    goto out;
  }
  loaded = store_load(store, NULL, LOAD_FACTS, error, sizeof error);
  index = loaded ? library_index_of(loaded) : NULL;
  const int64_t song = index ? library_find(store, index, text) : 0;
  if (song != 0 &&
      store_each_file(store, ROWS_OF_SONG, song, NULL, count_row, &n, error, sizeof error) == 0)
    gone = store_remove_song(store, song, error, sizeof error);
out:
  if (error[0] != '\0') cli_message("%s", error);
  query_index_free(index);
  loaded_free(loaded);
  free(path);
  if (gone < 0) return -1;
  *files += n;
  *songs += gone;
  return 0;
}

int library_remove(int argc, char** argv) {
  LibraryOptions options;
  char error[CLI_TEXT];
  int first = 0;
  long files = 0, songs = 0;
  int status = library_options(&remove_command, argc, argv, &options, &first);
  if (status >= 0) return status;
  if (first == argc && !options.missing)
    return cli_usage("library remove", "no song or folder is named");
  Store* store = library_open(options.db, STORE_WRITE);
  if (!store) return CLI_FAILED;
  status = CLI_OK;
  for (int i = first; i < argc; ++i)
    if (remove_one(store, argv[i], &files, &songs) != 0) status = CLI_FAILED;
  if (options.missing) {
    long gone = -1;
    if (store_each_file(store, ROWS_MISSING, 0, NULL, count_row, &files, error, sizeof error) == 0)
      gone = store_remove_missing(store, error, sizeof error);
    if (gone < 0) {
      cli_message("%s", error);
      status = CLI_FAILED;
    } else {
      songs += gone;
    }
  }
  printf("%ld file%s and %ld song%s forgotten.\n", files, files == 1 ? "" : "s", songs,
         songs == 1 ? "" : "s");
  store_close(store);
  return status;
}
