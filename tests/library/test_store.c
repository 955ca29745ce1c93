// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The library's file: stored values are loaded for the right song and model; a file that is
/// damaged or not a library is refused with an error message.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "library/store_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { POINTS = 5, NOBODY = 65534 };

static char folder[256], path[300], error[1024];
static const StoreModel first = {.hash = "0123456789abcdef", .name = "first"};
static const StoreModel second = {.hash = "fedcba9876543210", .name = "second"};
static const StoreModel whole = {.hash = "1111111111111111", .name = "static-x", .is_static = true};
static const int16_t valence[POINTS] = {100, -32767, CURVE_SILENT, 32767, 0};
static const int16_t arousal[POINTS] = {-1, 2, CURVE_SILENT, -4, 5};

static int setup(void** state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/circumplex-store-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/library.db", folder);
  return 0;
}

static int teardown(void** state) {
  char journal[320];
  (void)state;
  chmod(folder, 0700);
  snprintf(journal, sizeof journal, "%s-journal", path);
  unlink(journal);
  unlink(path);
  return rmdir(folder);
}

static Store* open_as(StoreAccess access) {
  Store* store = store_open(path, access, error, sizeof error);
  if (!store) fail_msg("%s", error);
  return store;
}

/// The error message of opening it, which must fail.
static const char* refusal(StoreAccess access) {
  error[0] = '\0';
  assert_null(store_open(path, access, error, sizeof error));
  assert_non_null(strstr(error, path));
  return error;
}

static StoreReading reading_by(const StoreModel* model) {
  StoreReading r = {.model = model,
                    .duration = 2.5F,
                    .valence = 0.25F,
                    .arousal = -0.5F,
                    .valence_spread = 0.125F,
                    .arousal_spread = 0.0625F,
                    .confidence = 0.75F};
  if (!model->is_static) r.curve = (Curve){POINTS, valence, arousal};
  return r;
}

static void put(Store* store, const char* name, uint64_t sound, const char* title,
                const StoreModel* model) {
  const StoreFile file = {name, 1000, 5, sound + 7, NULL};
  const bool is_tagged = title[0] != '\0';
  const StoreSound s = {sound, 60000, title, is_tagged ? "Artist" : "", is_tagged ? "Album" : ""};
  const StoreReading r = reading_by(model);
  if (store_put(store, &file, &s, &r, error, sizeof error) != 0) fail_msg("%s", error);
}

static Loaded* load(Store* store, const StoreModel* model, StoreLoad what) {
  Loaded* loaded = store_load(store, model ? model->hash : NULL, what, error, sizeof error);
  if (!loaded) fail_msg("%s", error);
  return loaded;
}

static size_t count(Store* store, const StoreModel* model) {
  Loaded* loaded = load(store, model, LOAD_NUMBERS);
  const size_t n = loaded_catalogue(loaded)->n;
  loaded_free(loaded);
  return n;
}

static long rows(Store* store, const char* sql) {
  sqlite3_stmt* statement = NULL;
  assert_int_equal(sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  const long n = (long)sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return n;
}

static void run(Store* store, const char* sql) {
  assert_int_equal(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static void stored_values_are_loaded_again(void** state) {
  (void)state;
  // Not UTF-8: paths are bytes, titles are text.
  static const char name[] = "/music/caf\xE9 \"x\".flac";
  Store* store = open_as(STORE_CREATE);
  put(store, name, 0xFFFFFFFFFFFFFFF0U, "", &first);
  store_close(store);
  store = open_as(STORE_READ);
  Loaded* loaded = load(store, NULL, LOAD_CURVES);
  assert_string_equal(loaded_model(loaded)->hash, first.hash);
  assert_string_equal(loaded_model(loaded)->name, "first");
  assert_int_equal(loaded_catalogue(loaded)->n, 1);
  const Song* song = loaded_catalogue(loaded)->songs;
  assert_string_equal(song->path, name);
  assert_string_equal(song->title, "caf\xEF\xBF\xBD \"x\"");
  assert_string_equal(song->artist, "");
  assert_true(song->valence == 0.25F && song->arousal == -0.5F);
  assert_true(song->valence_spread == 0.125F && song->arousal_spread == 0.0625F);
  assert_true(song->confidence == 0.75F && song->duration == 2.5F);
  assert_int_equal(song->curve.n, POINTS);
  assert_memory_equal(song->curve.valence, valence, sizeof valence);
  assert_memory_equal(song->curve.arousal, arousal, sizeof arousal);
  loaded_free(loaded);
  loaded = load(store, NULL, LOAD_NUMBERS);
  song = loaded_catalogue(loaded)->songs;
  assert_true(song->arousal == -0.5F && song->path[0] == '\0' && song->curve.n == 0);
  const size_t index = 0;
  assert_int_equal(store_complete(store, loaded, &index, 1, error, sizeof error), 0);
  assert_string_equal(song->path, name);
  loaded_free(loaded);
  store_close(store);
}

static void reading_alone_writes_nothing(void** state) {
  (void)state;
  assert_non_null(strstr(refusal(STORE_READ), "there is no library yet"));
  assert_non_null(strstr(refusal(STORE_WRITE), "there is no library yet"));
  assert_int_equal(access(path, F_OK), -1);
  Store* store = open_as(STORE_CREATE);
  put(store, "/a.wav", 1, "A", &first);
  store_close(store);
  store = open_as(STORE_READ);
  assert_int_equal(store_remove_song(store, 1, error, sizeof error), -1);
  assert_non_null(strstr(error, "cannot be written"));
  assert_int_equal(count(store, NULL), 1);
  store_close(store);
}

static void a_sound_is_one_song_whatever_its_files(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  put(store, "/b/untagged.wav", 1, "", &first);
  put(store, "/c/copy.wav", 1, "Tagged", &first); // adds missing tags
  put(store, "/d/third.wav", 1, "Another", &first);
  put(store, "/e/other.wav", 2, "Other", &first);
  Loaded* loaded = load(store, NULL, LOAD_FACTS);
  assert_int_equal(loaded_catalogue(loaded)->n, 2);
  assert_string_equal(loaded_catalogue(loaded)->songs[0].title, "Tagged");
  assert_string_equal(loaded_catalogue(loaded)->songs[0].artist, "Artist");
  assert_string_equal(loaded_catalogue(loaded)->songs[0].album, "Album");
  assert_string_equal(loaded_catalogue(loaded)->songs[0].path, "/b/untagged.wav");
  loaded_free(loaded);
  assert_int_equal(rows(store, "SELECT count(*) FROM readings"), 2);
  assert_int_equal(rows(store, "SELECT count(*) FROM curves"), 2);
  // The tags of the song's own file count, also when they become empty.
  put(store, "/c/copy.wav", 1, "", &first);
  loaded = load(store, NULL, LOAD_FACTS);
  assert_string_equal(loaded_catalogue(loaded)->songs[0].title, "untagged");
  assert_string_equal(loaded_catalogue(loaded)->songs[0].artist, "");
  assert_string_equal(loaded_catalogue(loaded)->songs[0].album, "");
  loaded_free(loaded);
  store_close(store);
}

static void a_file_with_a_new_sound_loses_its_old_song(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  put(store, "/a.wav", 1, "Old", &first);
  put(store, "/a.wav", 2, "New", &first);
  assert_int_equal(count(store, NULL), 1);
  assert_int_equal(rows(store, "SELECT count(*) FROM songs"), 1);
  assert_int_equal(rows(store, "SELECT count(*) FROM curves"), 1);
  const StoreFile file = {"/a.wav", 3, 3, 0, NULL};
  assert_int_equal(store_put_failure(store, &file, "is torn", error, sizeof error), 0);
  assert_int_equal(rows(store, "SELECT count(*) FROM songs"), 0);
  assert_int_equal(rows(store, "SELECT count(*) FROM curves"), 0);
  store_close(store);
}

static void models_are_never_mixed(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  StoreModel* models = NULL;
  assert_int_equal(store_models(store, &models, error, sizeof error), 0);
  assert_int_equal(count(store, NULL), 0);
  put(store, "/a.wav", 1, "A", &first);
  put(store, "/b.wav", 2, "B", &second);
  put(store, "/c.wav", 3, "C", &second);
  put(store, "/a.wav", 1, "A", &whole);
  put(store, "/b.wav", 2, "B", &whole);
  put(store, "/c.wav", 3, "C", &whole);
  assert_int_equal(store_models(store, &models, error, sizeof error), 3);
  assert_string_equal(models[0].name, "second");
  assert_int_equal(models[0].songs, 2);
  assert_string_equal(models[2].name, "static-x");
  free(models);
  // The model with the most songs, but never a static model.
  Loaded* loaded = load(store, NULL, LOAD_CURVES);
  assert_string_equal(loaded_model(loaded)->hash, second.hash);
  assert_int_equal(loaded_catalogue(loaded)->n, 2);
  loaded_free(loaded);
  loaded = load(store, &whole, LOAD_CURVES);
  assert_int_equal(loaded_catalogue(loaded)->n, 3);
  assert_int_equal(loaded_catalogue(loaded)->songs[0].curve.n, 0);
  loaded_free(loaded);
  assert_int_equal(count(store, &first), 1);
  const StoreModel unknown = {.hash = "0000000000000000", .name = ""};
  assert_int_equal(count(store, &unknown), 0);
  // A renamed model file is the same model, with its new name.
  StoreModel renamed = second;
  snprintf(renamed.name, sizeof renamed.name, "renamed");
  put(store, "/d.wav", 4, "D", &renamed);
  assert_int_equal(store_models(store, &models, error, sizeof error), 3);
  assert_string_equal(models[0].name, "renamed");
  assert_int_equal(models[0].songs, 3);
  free(models);
  store_close(store);
}

static size_t outdated(Store* store) {
  StoreModel* models = NULL;
  assert_int_equal(store_models(store, &models, error, sizeof error), 1);
  const size_t n = models[0].outdated;
  free(models);
  return n;
}

static int state_of(Store* store, const char* name, int64_t size, const StoreModel* model) {
  StoreKnown known;
  const StoreFile file = {name, size, 5, 0, NULL};
  if (store_know(store, &file, model->hash, &known, error, sizeof error) != 0)
    fail_msg("%s", error);
  return (int)known.state;
}

static void readings_of_an_earlier_engine_are_made_anew(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  const StoreFile copy_of_a = {"/copy.wav", 1000, 9, 8, NULL};
  int64_t song = 0;
  put(store, "/a.wav", 1, "A", &first);
  put(store, "/b.wav", 2, "B", &first);
  assert_int_equal(outdated(store), 0);
  assert_int_equal(store_run(store,
                             "UPDATE readings SET revision = revision - 1 WHERE song = 1; "
                             "UPDATE readings SET numbers = zeroblob(24)",
                             error, sizeof error),
                   0);
  assert_int_equal(outdated(store), 1);
  assert_int_equal(state_of(store, "/a.wav", 1000, &first), FILE_UNREAD);
  assert_int_equal(state_of(store, "/b.wav", 1000, &first), FILE_KNOWN);
  // Until then it is still found.
  assert_int_equal(count(store, &first), 2);
  assert_int_equal(store_same_content(store, &copy_of_a, first.hash, &song, error, sizeof error),
                   0);
  put(store, "/a.wav", 1, "A", &first);
  put(store, "/b.wav", 2, "B", &first);
  assert_int_equal(outdated(store), 0);
  assert_int_equal(rows(store, "SELECT count(*) FROM curves"), 2);
  assert_int_equal(rows(store, "SELECT song FROM readings WHERE numbers = zeroblob(24)"), 2);
  // A reading of a later engine is kept.
  assert_int_equal(
      store_run(store, "UPDATE readings SET revision = revision + 1", error, sizeof error), 0);
  put(store, "/b.wav", 2, "B", &first);
  assert_int_equal(state_of(store, "/b.wav", 1000, &first), FILE_KNOWN);
  assert_int_equal(rows(store, "SELECT song FROM readings WHERE numbers = zeroblob(24)"), 2);
  store_close(store);
}

static void files_are_known_by_size_and_time(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  put(store, "/a.wav", 1, "A", &first);
  assert_int_equal(state_of(store, "/a.wav", 1000, &first), FILE_KNOWN);
  assert_int_equal(state_of(store, "/a.wav", 1001, &first), FILE_CHANGED);
  assert_int_equal(state_of(store, "/a.wav", 1000, &second), FILE_UNREAD);
  assert_int_equal(state_of(store, "/b.wav", 1000, &first), FILE_NEW);
  const StoreFile bad = {"/bad.wav", 1000, 5, 0, NULL};
  assert_int_equal(store_put_failure(store, &bad, "is torn", error, sizeof error), 0);
  assert_int_equal(state_of(store, "/bad.wav", 1000, &first), FILE_FAILED);
  assert_int_equal(state_of(store, "/bad.wav", 1, &first), FILE_CHANGED);
  assert_int_equal(count(store, NULL), 1);
  // The same bytes elsewhere, of the same length, read by the same model.
  int64_t song = 0;
  StoreFile copy = {"/copy.wav", 1000, 9, 8, NULL};
  assert_int_equal(store_same_content(store, &copy, first.hash, &song, error, sizeof error), 1);
  assert_int_equal(song, 1);
  assert_int_equal(store_same_content(store, &copy, second.hash, &song, error, sizeof error), 0);
  copy.size = 999;
  assert_int_equal(store_same_content(store, &copy, first.hash, &song, error, sizeof error), 0);
  store_close(store);
}

static void a_renamed_file_keeps_its_song(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  put(store, "/old.wav", 1, "A", &first);
  const StoreFile file = {"/new.wav", 1000, 5, 8, NULL};
  assert_int_equal(store_put_copy(store, &file, 1, "/old.wav", error, sizeof error), 0);
  Loaded* loaded = load(store, NULL, LOAD_FACTS);
  assert_int_equal(loaded_catalogue(loaded)->n, 1);
  assert_string_equal(loaded_catalogue(loaded)->songs[0].path, "/new.wav");
  assert_int_equal(loaded_catalogue(loaded)->songs[0].id, 1);
  loaded_free(loaded);
  assert_int_equal(state_of(store, "/old.wav", 1000, &first), FILE_NEW);
  store_close(store);
}

static void songs_without_a_file_are_left_out_until_it_is_back(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  put(store, "/a.wav", 1, "A", &first);
  put(store, "/b.wav", 2, "B", &first);
  put(store, "/b2.wav", 2, "B", &first);
  put(store, "/c.wav", 3, "C", &first);
  assert_int_equal(store_set_missing(store, "/a.wav", true, error, sizeof error), 0);
  assert_int_equal(store_set_missing(store, "/b.wav", true, error, sizeof error), 0);
  Loaded* loaded = load(store, NULL, LOAD_FACTS);
  assert_int_equal(loaded_catalogue(loaded)->n, 2);
  assert_string_equal(loaded_catalogue(loaded)->songs[0].path, "/b2.wav");
  loaded_free(loaded);
  loaded = store_load_song(store, first.hash, 1, error, sizeof error);
  assert_non_null(loaded);
  assert_int_equal(loaded_catalogue(loaded)->n, 1); // an explicit request finds it
  loaded_free(loaded);
  assert_int_equal(store_set_missing(store, "/a.wav", false, error, sizeof error), 0);
  assert_int_equal(count(store, NULL), 3);
  assert_int_equal(store_set_missing(store, "/c.wav", true, error, sizeof error), 0);
  assert_int_equal(store_remove_missing(store, error, sizeof error), 1); // b has another file
  assert_int_equal(count(store, NULL), 2);
  assert_int_equal(rows(store, "SELECT count(*) FROM files"), 2);
  store_close(store);
}

static int count_row(void* context, const StoreRow* row) {
  (void)row;
  ++*(long*)context;
  return 0;
}

static void a_folder_selects_the_files_in_it(void** state) {
  (void)state;
  static const char* const names[] = {"/m/a.wav",  "/m/a/1.wav", "/m/a/b/2.wav", "/m/a0",
                                      "/m/ab.wav", "/m/a-b.wav", "/m/a/\xFF.wav"};
  Store* store = open_as(STORE_CREATE);
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i)
    put(store, names[i], i + 1, "X", &first);
  long n = 0;
  assert_int_equal(
      store_each_file(store, ROWS_BELOW, 0, "/m/a", count_row, &n, error, sizeof error), 0);
  assert_int_equal(n, 3);
  for (size_t i = 0; i < 2; ++i) { // with a slash at its end or without
    assert_int_equal(store_remove_below(store, i ? "/m/a/" : "/m/a", error, sizeof error), 3);
    assert_int_equal(count(store, NULL), 4);
    put(store, names[1], 2, "X", &first);
    put(store, names[2], 3, "X", &first);
    put(store, names[6], 7, "X", &first);
  }
  assert_int_equal(store_remove_below(store, "/m/a", error, sizeof error), 3);
  assert_int_equal(store_remove_below(store, "/m/a.wav", error, sizeof error), 1);
  assert_int_equal(store_remove_below(store, "/", error, sizeof error), 3);
  assert_int_equal(rows(store, "SELECT count(*) FROM readings"), 0);
  assert_int_equal(rows(store, "SELECT count(*) FROM curves"), 0);
  store_close(store);
}

static void a_library_is_opened_as_untrusted(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  put(store, "/a.wav", 1, "A", &first);
  assert_int_equal(rows(store, "PRAGMA trusted_schema"), 0);
  assert_int_equal(rows(store, "PRAGMA foreign_keys"), 1);
  assert_int_equal(rows(store, "PRAGMA cell_size_check"), 1);
  assert_int_equal(rows(store, "PRAGMA synchronous"), 3); // EXTRA: the folder too
  assert_in_range(rows(store, "PRAGMA busy_timeout"), 5000, 60000);
  int is_defensive = 0;
  sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, -1, &is_defensive);
  assert_int_equal(is_defensive, 1);
  // A changed schema cannot call functions with side effects.
  assert_int_equal(
      store_run(store, "CREATE VIEW evil AS SELECT load_extension('x') AS y", error, sizeof error),
      0);
  assert_int_equal(store_run(store, "SELECT y FROM evil", error, sizeof error), -1);
  assert_non_null(strstr(error, "unsafe use of load_extension"));
  assert_int_equal(store_run(store, "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = ''",
                             error, sizeof error),
                   -1);
  store_close(store);
  store = open_as(STORE_READ);
  assert_int_equal(rows(store, "PRAGMA query_only"), 1);
  store_close(store);
}

static void a_new_folder_is_for_its_owner_only(void** state) {
  (void)state;
  char deep[400];
  struct stat status;
  char* const end = path + strlen(path) - strlen("library.db");
  snprintf(deep, sizeof deep, "%.*sdata/library.db", (int)(end - path), path);
  Store* store = store_open(deep, STORE_CREATE, error, sizeof error);
  assert_non_null(store);
  store_close(store);
  assert_int_equal(unlink(deep), 0);
  *strrchr(deep, '/') = '\0';
  assert_int_equal(stat(deep, &status), 0);
  assert_int_equal(status.st_mode & 0777, 0700);
  assert_int_equal(rmdir(deep), 0);
}

static void a_relative_data_folder_is_ignored(void** state) {
  (void)state;
  char where[256];
  setenv("XDG_DATA_HOME", "relative", 1);
  setenv("HOME", "/home/somebody", 1);
  assert_int_equal(store_default_path(where, sizeof where), 0);
  assert_string_equal(where, "/home/somebody/.local/share/circumplex/library.db");
  setenv("XDG_DATA_HOME", "/data", 1);
  assert_int_equal(store_default_path(where, sizeof where), 0);
  assert_string_equal(where, "/data/circumplex/library.db");
  assert_int_equal(store_default_path(where, 10), -1);
  assert_int_equal(store_default_path(where, strlen("/data/circumplex/library.db")), -1);
  unsetenv("XDG_DATA_HOME");
  setenv("HOME", "relative", 1);
  assert_int_equal(store_default_path(where, sizeof where), -1);
}

static void a_library_may_have_any_file_name(void** state) {
  (void)state;
  static const char* const names[] = {":memory:", "file:x?mode=memory", "l.db"};
  assert_int_equal(chdir(folder), 0);
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    for (int turn = 0; turn < 2; ++turn) {
      Store* store =
          store_open(names[i], turn == 0 ? STORE_CREATE : STORE_WRITE, error, sizeof error);
      if (!store) fail_msg("%s", error);
      if (turn == 0) put(store, "/a.wav", 1, "A", &first);
      assert_int_equal(count(store, NULL), 1);
      store_close(store);
    }
    assert_int_equal(unlink(names[i]), 0);
  }
  assert_int_equal(chdir("/"), 0);
  assert_null(store_open("", STORE_CREATE, error, sizeof error));
  assert_string_equal(error, "the library's file has no name");
}

static void text_cannot_become_sql(void** state) {
  (void)state;
  static const char evil[] = "'); DROP TABLE songs; --";
  Store* store = open_as(STORE_CREATE);
  put(store, evil, 1, evil, &first);
  Loaded* loaded = load(store, NULL, LOAD_FACTS);
  assert_string_equal(loaded_catalogue(loaded)->songs[0].title, evil);
  assert_string_equal(loaded_catalogue(loaded)->songs[0].path, evil);
  loaded_free(loaded);
  assert_int_equal(store_remove_below(store, "x' OR '1' = '1", error, sizeof error), 0);
  assert_int_equal(count(store, NULL), 1);
  store_close(store);
}

static void text_from_others_cannot_control_a_terminal(void** state) {
  (void)state;
  StoreKnown known;
  const StoreFile bad = {"/bad.wav", 1, 1, 0, NULL};
  Store* store = open_as(STORE_CREATE);
  put(store, "/a.wav", 1, "A", &first);
  assert_int_equal(store_put_failure(store, &bad, "is bad", error, sizeof error), 0);
  assert_int_equal(store_run(store,
                             "UPDATE songs SET title = 'a' || char(27, 10) || '/etc/x', "
                             "artist = CAST(x'FF41' AS TEXT), album = printf('%2000s', 'x');"
                             "UPDATE files SET failure = char(27) || '[2J' WHERE song IS NULL;"
                             "UPDATE models SET name = 'm' || char(27, 7)",
                             error, sizeof error),
                   0);
  Loaded* loaded = load(store, NULL, LOAD_FACTS);
  const Song* song = loaded_catalogue(loaded)->songs;
  assert_string_equal(song->title, "a  /etc/x");
  assert_string_equal(song->artist, "\xEF\xBF\xBD"
                                    "A");
  assert_string_equal(song->album, "x");
  assert_string_equal(loaded_model(loaded)->name, "m");
  loaded_free(loaded);
  assert_int_equal(store_know(store, &bad, "", &known, error, sizeof error), 0);
  assert_string_equal(known.failure, "[2J");
  store_close(store);
}

static void write_file(const void* data, size_t size, long at) {
  FILE* file = fopen(path, at < 0 ? "wb" : "r+b");
  assert_non_null(file);
  if (at >= 0) assert_int_equal(fseek(file, at, SEEK_SET), 0);
  assert_int_equal(fwrite(data, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

static void other_files_than_libraries_are_refused(void** state) {
  (void)state;
  static const char text[] = "this is my diary, and no database at all; do not write into it";
  write_file(text, sizeof text, -1);
  assert_non_null(strstr(refusal(STORE_CREATE), "is not a library"));
  // An empty file becomes a library, but only by adding to it.
  write_file("", 0, -1);
  assert_non_null(strstr(refusal(STORE_READ), "no library in this file yet"));
  store_close(open_as(STORE_CREATE));
  assert_int_equal(unlink(path), 0);
  // Another program's database is not written into.
  sqlite3* db = NULL;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "CREATE TABLE x(y)", NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
  assert_non_null(strstr(refusal(STORE_CREATE), "not a library of Circumplex"));
  assert_int_equal(unlink(path), 0);
  assert_int_equal(mkdir(path, 0700), 0);
  assert_non_null(strstr(refusal(STORE_CREATE), "is not a regular file"));
  assert_int_equal(rmdir(path), 0);
}

static void a_newer_library_is_refused_and_kept(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  put(store, "/a.wav", 1, "A", &first);
  sqlite3_stmt* asked = store_prepare(store, "PRAGMA user_version", error, sizeof error);
  assert_int_equal(sqlite3_step(asked), SQLITE_ROW);
  const int version = sqlite3_column_int(asked, 0);
  sqlite3_finalize(asked);
  char sql[64], number[16];
  snprintf(number, sizeof number, "is %d,", version + 1);
  snprintf(sql, sizeof sql, "PRAGMA user_version = %d", version + 1);
  assert_int_equal(store_run(store, sql, error, sizeof error), 0);
  store_close(store);
  assert_non_null(strstr(refusal(STORE_CREATE), "newer Circumplex"));
  assert_non_null(strstr(error, number));
  assert_non_null(strstr(refusal(STORE_READ), "newer Circumplex"));
}

static void damage_is_reported(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  char name[32];
  assert_int_equal(store_begin(store, error, sizeof error), 0);
  for (uint64_t i = 1; i <= 2000; ++i) {
    snprintf(name, sizeof name, "/%d.wav", (int)i);
    put(store, name, i, "Some title or other", &first);
  }
  assert_int_equal(store_end(store, 0, error, sizeof error), 0);
  const long page = rows(store, "PRAGMA page_size"), pages = rows(store, "PRAGMA page_count");
  store_close(store);
  assert_in_range(pages, 20, 10000);
  // Every page but the first is overwritten: a query must not trust any of them.
  char junk[512];
  memset(junk, 0xA5, sizeof junk);
  for (long i = 1; i < pages; ++i)
    write_file(junk, sizeof junk, i * page);
  store = store_open(path, STORE_READ, error, sizeof error);
  if (store) {
    assert_null(store_load(store, NULL, LOAD_CURVES, error, sizeof error));
    store_close(store);
  }
  assert_non_null(strstr(error, "is damaged ("));
  assert_non_null(strstr(error, path));
  assert_null(strchr(error, '\n'));
  // Cut to half.
  assert_int_equal(truncate(path, pages / 2 * page), 0);
  store = store_open(path, STORE_READ, error, sizeof error);
  if (store) {
    assert_null(store_load(store, NULL, LOAD_CURVES, error, sizeof error));
    store_close(store);
  }
  assert_non_null(strstr(error, "is damaged ("));
}

static void invalid_numbers_are_refused(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  put(store, "/a.wav", 1, "A", &first);
  put(store, "/b.wav", 2, "B", &first);
  const float numbers[STORE_NUMBERS] = {NAN, 1e30F, -1.0F, INFINITY, NAN, -INFINITY};
  unsigned char bytes[4 * STORE_NUMBERS];
  store_pack(numbers, STORE_NUMBERS, bytes);
  sqlite3_stmt* statement =
      store_prepare(store, "UPDATE readings SET numbers = ?1 WHERE song = 1", error, sizeof error);
  sqlite3_bind_blob(statement, 1, bytes, sizeof bytes, SQLITE_STATIC);
  assert_int_equal(store_finish(store, statement, error, sizeof error), 0);
  Loaded* loaded = load(store, NULL, LOAD_FACTS);
  const Song* song = loaded_catalogue(loaded)->songs;
  assert_true(song->valence == -1.0F && song->arousal == 1.0F);
  assert_true(song->valence_spread == 0.0F && song->arousal_spread == 2.0F);
  assert_true(song->confidence == 0.0F && song->duration == 0.0F);
  loaded_free(loaded);
  // A curve with an odd number of bytes, or silent on one axis alone; numbers of another length.
  static const char* const bad[] = {"UPDATE curves SET points = x'010203' WHERE id = 2",
                                    "UPDATE curves SET points = x'00800000' WHERE id = 2",
                                    "UPDATE curves SET points = x'01000100' WHERE id = 2;"
                                    "PRAGMA ignore_check_constraints = ON;"
                                    "UPDATE readings SET numbers = x'0001020304050607' "
                                    "WHERE song = 2"};
  for (int i = 0; i < 3; ++i) {
    assert_int_equal(store_run(store, bad[i], error, sizeof error), 0);
    assert_null(store_load(store, NULL, LOAD_CURVES, error, sizeof error));
    assert_non_null(strstr(error, "song 2 "));
    if (i < 2) assert_int_equal(count(store, NULL), 2);
  }
  store_close(store);
}

static void another_writer_is_waited_for_and_named(void** state) {
  (void)state;
  Store* a = open_as(STORE_CREATE);
  put(a, "/a.wav", 1, "A", &first);
  Store* b = open_as(STORE_CREATE);
  sqlite3_busy_timeout(b->db, 50);
  assert_int_equal(store_begin(a, error, sizeof error), 0);
  const StoreFile file = {"/b.wav", 1, 1, 1, NULL};
  assert_int_equal(store_put_failure(b, &file, "x", error, sizeof error), -1);
  assert_non_null(strstr(error, "another program"));
  assert_int_equal(count(b, NULL), 1); // reading works meanwhile
  assert_int_equal(store_end(a, 0, error, sizeof error), 0);
  assert_int_equal(store_put_failure(b, &file, "x", error, sizeof error), 0);
  store_close(a);
  store_close(b);
}

/// All rows in order, one per line: path, song, size, time, missing, failure, damage, original.
static int note_row(void* context, const StoreRow* row) {
  char* text = context;
  const size_t n = strlen(text);
  snprintf(text + n, 1000 - n, "%s %d %d %d%s %s%s%s\n", row->path, (int)row->song, (int)row->size,
           (int)row->mtime, row->is_missing ? " missing" : "", row->failure, row->damage,
           row->original);
  return 0;
}

static void expect_rows(Store* store, StoreRows which, int64_t song, const char* expected) {
  char text[1000] = "";
  assert_int_equal(store_each_file(store, which, song, "/m", note_row, text, error, sizeof error),
                   0);
  assert_string_equal(text, expected);
}

static int stop_at_once(void* context, const StoreRow* row) {
  (void)row;
  return ++*(int*)context == 1 ? 77 : 78;
}

static void rows_have_what_is_known_of_each_file(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  const StoreFile cut = {"/m/b.wav", 20, 21, 0, "is cut"}, bad = {"/c.wav", 30, 31, 0, NULL};
  const StoreSound sound = {2, 60000, "B", "", ""};
  const StoreReading r = reading_by(&first);
  put(store, "/z.wav", 1, "A", &first);
  assert_int_equal(store_put(store, &cut, &sound, &r, error, sizeof error), 0);
  assert_int_equal(store_put_failure(store, &bad, "is bad", error, sizeof error), 0);
  put(store, "/a.wav", 1, "A", &first);
  assert_int_equal(store_set_copy(store, 2, 1, error, sizeof error), 0);
  assert_int_equal(store_set_missing(store, "/a.wav", true, error, sizeof error), 0);
  expect_rows(store, ROWS_ALL, 0,
              "/a.wav 1 1000 5 missing \n/c.wav 0 30 31 is bad\n/m/b.wav 2 20 21 is cut\n"
              "/z.wav 1 1000 5 \n");
  expect_rows(store, ROWS_FAILED, 0, "/c.wav 0 30 31 is bad\n");
  expect_rows(store, ROWS_MISSING, 0, "/a.wav 1 1000 5 missing \n");
  expect_rows(store, ROWS_DAMAGED, 0, "/m/b.wav 2 20 21 is cut\n");
  expect_rows(store, ROWS_COPIES, 0, "/m/b.wav 2 20 21 is cut/z.wav\n"); // one that is there
  expect_rows(store, ROWS_OF_SONG, 1, "/z.wav 1 1000 5 \n/a.wav 1 1000 5 missing \n");
  expect_rows(store, ROWS_OF_COPIES, 1, "/m/b.wav 2 20 21 is cut\n");
  expect_rows(store, ROWS_OF_COPIES, 2, "");
  expect_rows(store, ROWS_BELOW, 0, "/m/b.wav 2 20 21 is cut\n");
  int asked = 0; // a callback that stops is not called again
  assert_int_equal(
      store_each_file(store, ROWS_ALL, 0, NULL, stop_at_once, &asked, error, sizeof error), 77);
  assert_int_equal(asked, 1);
  assert_int_equal(store_last_song(store), 2);
  assert_int_equal(store_original(store, 2), 1);
  assert_int_equal(store_set_copy(store, 1, 1, error, sizeof error), 0); // never a copy of itself
  assert_int_equal(store_original(store, 1), 1);
  assert_int_equal(rows(store, "SELECT count(*) FROM songs WHERE copy_of IS NULL"), 1);
  // A file that was stored again is no longer damaged.
  put(store, "/m/b.wav", 2, "B", &first);
  expect_rows(store, ROWS_DAMAGED, 0, "");
  put(store, "/a.wav", 1, "A", &first);
  expect_rows(store, ROWS_MISSING, 0, "");
  store_close(store);
}

static void everything_known_of_a_file_is_loaded(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  StoreKnown known;
  StoreFile file = {"/b.wav", 1000, 5, 0, NULL};
  put(store, "/a.wav", 1, "A", &first);
  put(store, "/b.wav", 2, "B", &first);
  assert_int_equal(store_set_missing(store, "/b.wav", true, error, sizeof error), 0);
  assert_int_equal(store_know(store, &file, first.hash, &known, error, sizeof error), 0);
  assert_true(known.state == FILE_KNOWN && known.song == 2 && known.is_missing);
  assert_string_equal(known.failure, "");
  file.mtime = 6;
  assert_int_equal(store_know(store, &file, first.hash, &known, error, sizeof error), 0);
  assert_int_equal(known.state, FILE_CHANGED);
  assert_int_equal(store_put_failure(store, &file, "is bad", error, sizeof error), 0);
  assert_int_equal(store_know(store, &file, first.hash, &known, error, sizeof error), 0);
  assert_true(known.state == FILE_FAILED && known.song == 0 && !known.is_missing);
  assert_string_equal(known.failure, "is bad");
  assert_int_equal(rows(store, "SELECT count(*) FROM songs"), 1); // no path has the old song
  // Two files of unknown content are not copies of each other.
  int64_t song = 0;
  file.content = 0;
  assert_int_equal(store_same_content(store, &file, first.hash, &song, error, sizeof error), 0);
  store_close(store);
}

static void missing_files_are_stored_together(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  char names[2][8] = {"/a.wav", "/b.wav"};
  StoreMissing files[] = {{names[0], true}, {names[1], false}};
  put(store, "/a.wav", 1, "A", &first);
  put(store, "/b.wav", 2, "B", &first);
  assert_int_equal(store_set_missing(store, "/b.wav", true, error, sizeof error), 0);
  assert_int_equal(store_set_all_missing(store, files, 2, error, sizeof error), 0);
  expect_rows(store, ROWS_MISSING, 0, "/a.wav 1 1000 5 missing \n");
  // The second cannot be stored, so the first is not stored either.
  assert_int_equal(store_run(store,
                             "CREATE TEMP TRIGGER no AFTER UPDATE ON main.files WHEN "
                             "new.missing = 1 BEGIN SELECT raise(ABORT, 'no'); END",
                             error, sizeof error),
                   0);
  files[0].is_missing = false;
  files[1].is_missing = true;
  assert_int_equal(store_set_all_missing(store, files, 2, error, sizeof error), -1);
  assert_non_null(strstr(error, "no"));
  expect_rows(store, ROWS_MISSING, 0, "/a.wav 1 1000 5 missing \n");
  assert_int_equal(store_set_all_missing(store, files, 0, error, sizeof error), 0);
  store_close(store);
}

static void a_song_without_a_title_is_named_after_its_file(void** state) {
  (void)state;
  static const char* const names[][2] = {
      {"/m/a.b.wav", "a.b"}, {"/m.x/plain", "plain"}, {"/m/.wav", ".wav"}};
  Store* store = open_as(STORE_CREATE);
  for (size_t i = 0; i < 3; ++i)
    put(store, names[i][0], i + 1, "", &first);
  Loaded* loaded = load(store, NULL, LOAD_FACTS);
  for (size_t i = 0; i < 3; ++i)
    assert_string_equal(loaded_catalogue(loaded)->songs[i].title, names[i][1]);
  loaded_free(loaded);
  store_close(store);
}

static void a_batch_is_stored_completely_or_not_at_all(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  for (int status = 0; status <= 7; status += 7) {
    assert_int_equal(store_begin_batch(store, error, sizeof error), 0);
    put(store, status == 0 ? "/a.wav" : "/b.wav", 1 + (uint64_t)status, "A", &first);
    put(store, status == 0 ? "/c.wav" : "/d.wav", 2 + (uint64_t)status, "A", &first);
    assert_int_equal(store_end_batch(store, status, error, sizeof error), status);
    assert_int_equal(count(store, NULL), 2);
  }
  // Of a song that fails nothing stays, whatever becomes of the others.
  const StoreFile file = {"/bad.wav", 1000, 5, 99, NULL};
  const StoreSound sound = {99, 60000, "Bad", "", ""};
  const StoreReading reading = reading_by(&first);
  assert_int_equal(store_run(store,
                             "CREATE TEMP TRIGGER no BEFORE INSERT ON main.files WHEN new.content "
                             "= 99 BEGIN SELECT raise(ABORT, 'no'); END",
                             error, sizeof error),
                   0);
  assert_int_equal(store_begin_batch(store, error, sizeof error), 0);
  assert_int_equal(store_put(store, &file, &sound, &reading, error, sizeof error), -1);
  put(store, "/good.wav", 50, "A", &first);
  assert_int_equal(store_end_batch(store, 0, error, sizeof error), 0);
  assert_int_equal(rows(store, "SELECT count(*) FROM songs"), 3);
  assert_int_equal(rows(store, "SELECT count(*) FROM readings"), 3);
  store_close(store);
}

/// Another library, which a test merges.
static void put_other(const char* other, const StoreModel* model) {
  Store* store = store_open(other, STORE_CREATE, error, sizeof error);
  assert_non_null(store);
  put(store, "/x.wav", 2, "Theirs", model); // the same sound is here, without a title
  put(store, "/y.wav", 3, "New", model);
  put(store, "/b.wav", 1, "Theirs", model); // here it has a title
  put(store, "/a.wav", 4, "Taken",
      model); // this path exists here: no path has the song
  const StoreFile bad = {"/bad.wav", 7, 8, 0, NULL}, cut = {"/y.wav", 20, 21, 9, "is cut"};
  const StoreSound sound = {3, 60000, "New", "", ""};
  const StoreReading r = reading_by(model);
  assert_int_equal(store_put_failure(store, &bad, "is bad", error, sizeof error), 0);
  assert_int_equal(store_put(store, &cut, &sound, &r, error, sizeof error), 0);
  assert_int_equal(store_set_missing(store, "/x.wav", true, error, sizeof error), 0);
  run(store, "UPDATE songs SET album = 'Theirs'");
  store_close(store);
}

static void a_merge_copies_missing_entries(void** state) {
  (void)state;
  char other[320];
  snprintf(other, sizeof other, "%s/other.db", folder);
  put_other(other, &second);
  Store* store = open_as(STORE_CREATE);
  put(store, "/a.wav", 1, "A", &first);
  put(store, "/b.wav", 2, "", &first);
  run(store, "UPDATE songs SET artist = 'Ours', album = 'Ours' WHERE title = 'A'");
  assert_int_equal(store_merge(store, other, error, sizeof error), 1);
  assert_int_equal(store_merge(store, other, error, sizeof error), 0); // everything is here already
  expect_rows(store, ROWS_ALL, 0,
              "/a.wav 1 1000 5 \n/b.wav 2 1000 5 \n/bad.wav 0 7 8 is bad\n"
              "/x.wav 2 1000 5 missing \n/y.wav 3 20 21 is cut\n");
  Loaded* loaded = load(store, &second, LOAD_CURVES);
  assert_string_equal(loaded_model(loaded)->name, "second");
  assert_int_equal(loaded_catalogue(loaded)->n, 3);
  for (size_t i = 0; i < 3; ++i) {
    const Song* song = &loaded_catalogue(loaded)->songs[i];
    assert_string_equal(song->title, i == 0 ? "A" : i == 1 ? "Theirs" : "New");
    assert_true(song->valence == 0.25F && song->duration == 2.5F);
    assert_int_equal(song->curve.n, POINTS);
    assert_memory_equal(song->curve.arousal, arousal, sizeof arousal);
  }
  loaded_free(loaded);
  assert_int_equal(count(store, &first), 2);
  assert_int_equal(rows(store, "SELECT count(*) FROM curves"), 5);
  assert_int_equal(rows(store, "SELECT content FROM files WHERE path = CAST('/x.wav' AS BLOB)"), 9);
  // Empty tags are filled, each by its own; others stay.
  assert_int_equal(rows(store, "SELECT count(*) FROM songs WHERE (title, artist, album) IN "
                               "(VALUES ('Theirs', 'Artist', 'Theirs'), ('A', 'Ours', 'Ours'))"),
                   2);
  // A reading of an earlier engine gives way, one of a later engine does not.
  const char* zeros = "SELECT count(*) FROM readings WHERE numbers = zeroblob(24)";
  run(store, "UPDATE readings SET numbers = zeroblob(24), revision = revision - 1");
  assert_int_equal(store_merge(store, other, error, sizeof error), 0);
  assert_int_equal(rows(store, zeros), 2); // those of the first model
  run(store, "UPDATE readings SET numbers = zeroblob(24), revision = revision + 1");
  assert_int_equal(store_merge(store, other, error, sizeof error), 0);
  assert_int_equal(rows(store, zeros), 5);
  assert_int_equal(rows(store, "SELECT count(*) FROM curves"), 5);
  assert_int_equal(store_merge(store, path, error, sizeof error), -1);
  assert_non_null(strstr(error, "is the library itself"));
  unlink(other);
  assert_int_equal(symlink(path, other), 0); // also under another name
  assert_int_equal(store_merge(store, other, error, sizeof error), -1);
  assert_non_null(strstr(error, "is the library itself"));
  assert_int_equal(store_merge(store, "/nowhere.db", error, sizeof error), -1);
  store_close(store);
  unlink(other);
}

static void an_older_library_is_upgraded(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  put(store, "/a.wav", 1, "A", &first);
  // Like the first version's file.
  assert_int_equal(store_run(store,
                             "DROP INDEX songs_copies; ALTER TABLE songs DROP COLUMN copy_of;"
                             "ALTER TABLE files DROP COLUMN damage;"
                             "ALTER TABLE readings DROP COLUMN revision; PRAGMA user_version = 1",
                             error, sizeof error),
                   0);
  store_close(store);
  assert_non_null(strstr(refusal(STORE_READ), "was written by an older Circumplex"));
  store = open_as(STORE_WRITE);
  assert_int_equal(count(store, NULL), 1);
  assert_int_equal(outdated(store), 1);
  const StoreFile cut = {"/b.wav", 20, 21, 0, "is cut"};
  const StoreSound sound = {2, 60000, "B", "", ""};
  const StoreReading r = reading_by(&first);
  assert_int_equal(store_put(store, &cut, &sound, &r, error, sizeof error), 0);
  assert_int_equal(store_set_copy(store, 2, 1, error, sizeof error), 0);
  assert_int_equal(store_run(store, "PRAGMA user_version = -1", error, sizeof error), 0);
  store_close(store);
  assert_non_null(strstr(refusal(STORE_READ), "is damaged (it says that its format is -1)"));
}

static void a_full_disk_leaves_the_old_file(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  put(store, "/a.wav", 1, "A", &first);
  rows(store, "PRAGMA max_page_count = 1"); // as many as there are
  static int16_t points[40000];
  StoreReading r = reading_by(&first);
  r.curve = (Curve){20000, points, points + 20000};
  const StoreFile file = {"/b.wav", 1, 1, 1, NULL};
  const StoreSound sound = {2, 1, "B", "", ""};
  assert_int_equal(store_put(store, &file, &sound, &r, error, sizeof error), -1);
  assert_non_null(strstr(error, "disk is full"));
  assert_int_equal(count(store, NULL), 1);
  assert_int_equal(rows(store, "SELECT count(*) FROM songs"), 1);
  rows(store, "PRAGMA max_page_count = 1000000");
  assert_int_equal(store_put(store, &file, &sound, &r, error, sizeof error), 0);
  assert_int_equal(count(store, NULL), 2);
  store_close(store);
}

static void out_of_memory_is_reported(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  for (int i = 1; i <= 50; ++i) {
    char name[32];
    snprintf(name, sizeof name, "/%d.wav", i);
    put(store, name, (uint64_t)i, "X", &first);
  }
  sqlite3_hard_heap_limit64(sqlite3_memory_used() + 1000);
  Loaded* loaded = store_load(store, NULL, LOAD_CURVES, error, sizeof error);
  sqlite3_hard_heap_limit64(0);
  assert_null(loaded);
  assert_non_null(strstr(error, "out of memory"));
  assert_int_equal(count(store, NULL), 50);
  store_close(store);
}

static void a_read_only_place_is_reported(void** state) {
  (void)state;
  Store* store = open_as(STORE_CREATE);
  put(store, "/a.wav", 1, "A", &first);
  store_close(store);
  // Root may write anywhere: be nobody for a while.
  const bool is_root = geteuid() == 0;
  if (is_root) {
    assert_int_equal(chown(path, NOBODY, NOBODY), 0);
    assert_int_equal(chown(folder, NOBODY, NOBODY), 0);
    assert_int_equal(seteuid(NOBODY), 0);
  }
  assert_int_equal(chmod(path, 0400), 0);
  assert_non_null(strstr(refusal(STORE_CREATE), "cannot be written"));
  assert_int_equal(chmod(path, 0600), 0);
  assert_int_equal(chmod(folder, 0500), 0);
  store = open_as(STORE_READ);
  assert_int_equal(count(store, NULL), 1);
  store_close(store);
  store = open_as(STORE_WRITE);
  assert_int_equal(store_remove_song(store, 1, error, sizeof error), -1);
  assert_non_null(strstr(error, "its folder cannot be written"));
  assert_int_equal(count(store, NULL), 1);
  store_close(store);
  if (is_root) assert_int_equal(seteuid(0), 0);
}

/// Another process creates a table while a library is being opened, at its last step.
static int on_statement(unsigned kind, void* context, void* statement, void* text) {
  sqlite3* other = NULL;
  int* tries = context;
  (void)kind;
  (void)statement;
  if (!strstr(text, "FROM sqlite_schema") || (*tries)++ > 0) return 0;
  assert_int_equal(sqlite3_open(path, &other),
                   SQLITE_OK); // no waiting
  sqlite3_exec(other, "CREATE TABLE x(y)", NULL, NULL, NULL);
  sqlite3_close(other);
  return 0;
}

static int tries;

static int on_open(sqlite3* db, char** message, const void* routines) {
  (void)message;
  (void)routines;
  return tries == 0 ? sqlite3_trace_v2(db, SQLITE_TRACE_STMT, on_statement, &tries) : SQLITE_OK;
}

static void opening_reads_a_consistent_state(void** state) {
  (void)state;
  tries = 0;
  sqlite3_auto_extension((void (*)(void))on_open);
  Store* store = store_open(path, STORE_CREATE, error, sizeof error);
  sqlite3_reset_auto_extension();
  if (!store) fail_msg("%s", error);
  assert_true(tries > 0); // the case occurred
  store_close(store);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(stored_values_are_loaded_again),
      TEST(reading_alone_writes_nothing),
      TEST(a_sound_is_one_song_whatever_its_files),
      TEST(a_file_with_a_new_sound_loses_its_old_song),
      TEST(models_are_never_mixed),
      TEST(readings_of_an_earlier_engine_are_made_anew),
      TEST(files_are_known_by_size_and_time),
      TEST(a_renamed_file_keeps_its_song),
      TEST(songs_without_a_file_are_left_out_until_it_is_back),
      TEST(a_folder_selects_the_files_in_it),
      TEST(a_library_is_opened_as_untrusted),
      TEST(a_new_folder_is_for_its_owner_only),
      TEST(a_relative_data_folder_is_ignored),
      TEST(a_library_may_have_any_file_name),
      TEST(text_cannot_become_sql),
      TEST(text_from_others_cannot_control_a_terminal),
      TEST(other_files_than_libraries_are_refused),
      TEST(a_newer_library_is_refused_and_kept),
      TEST(damage_is_reported),
      TEST(invalid_numbers_are_refused),
      TEST(another_writer_is_waited_for_and_named),
      TEST(rows_have_what_is_known_of_each_file),
      TEST(everything_known_of_a_file_is_loaded),
      TEST(missing_files_are_stored_together),
      TEST(a_song_without_a_title_is_named_after_its_file),
      TEST(a_batch_is_stored_completely_or_not_at_all),
      TEST(a_merge_copies_missing_entries),
      TEST(an_older_library_is_upgraded),
      TEST(a_full_disk_leaves_the_old_file),
      TEST(out_of_memory_is_reported),
      TEST(a_read_only_place_is_reported),
      TEST(opening_reads_a_consistent_state),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
