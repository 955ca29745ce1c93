// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Loads songs from the library's file into memory.
#include "library/store.h"

#include "dsp/array.h"
#include "inference/engine.h"
#include "library/reading_words.h"
#include "library/store_internal.h"
#include "text/utf8.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 20, TEXT = 512 };

/// Memory that is freed all at once.
typedef struct Chunk Chunk;
struct Chunk {
  Chunk* next;
  size_t used, size;
  max_align_t data[];
};

struct Loaded {
  Song* songs;
  size_t capacity;
  Catalogue catalogue;
  StoreModel model;
  ReadingWords* words;
  Chunk* chunks;
};

static void* take(Loaded* loaded, size_t size) {
  Chunk* chunk = loaded->chunks;
  size = (size + 7) / 8 * 8;
  if (!chunk || chunk->size - chunk->used < size) {
    const size_t room = size > CHUNK ? size : CHUNK;
    chunk = malloc(sizeof *chunk + room);
    if (!chunk) return NULL;
    chunk->next = loaded->chunks;
    chunk->used = 0;
    chunk->size = room;
    loaded->chunks = chunk;
  }
  void* memory = (char*)chunk->data + chunk->used;
  chunk->used += size;
  return memory;
}

const Catalogue* loaded_catalogue(const Loaded* loaded) {
  return &loaded->catalogue;
}

const StoreModel* loaded_model(const Loaded* loaded) {
  return &loaded->model;
}

const WordTable* loaded_words(const Loaded* loaded) {
  return reading_words_table(loaded->words);
}

void loaded_free(Loaded* loaded) {
  if (!loaded) return;
  for (Chunk *chunk = loaded->chunks, *next; chunk; chunk = next) {
    next = chunk->next;
    free(chunk);
  }
  reading_words_free(loaded->words);
  free(loaded->songs);
  free(loaded);
}

static void read_model(sqlite3_stmt* statement, StoreModel* model) {
  const char* hash = (const char*)sqlite3_column_text(statement, 0);
  const char* name = (const char*)sqlite3_column_text(statement, 1);
  memset(model, 0, sizeof *model);
  snprintf(model->hash, sizeof model->hash, "%s", hash ? hash : "");
  utf8_clean(model->name, sizeof model->name, name ? name : "");
  model->is_static = sqlite3_column_int(statement, 2) != 0;
  model->songs = (size_t)sqlite3_column_int64(statement, 3);
}

static const char select_models[] =
    "SELECT hash, name, static, (SELECT count(*) FROM readings WHERE model = models.id) AS n, "
    "(SELECT count(*) FROM readings WHERE model = models.id AND revision < ?1) "
    "FROM models WHERE n > 0 ORDER BY static, n DESC, id DESC";

long store_models(Store* store, StoreModel** models, char* error, size_t error_size) {
  long n = 0;
  int status;
  *models = NULL;
  sqlite3_stmt* statement = store_prepare(store, select_models, error, error_size);
  if (!statement) return -1;
  sqlite3_bind_int(statement, 1, ENGINE_REVISION);
  while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
    StoreModel* more = realloc(*models, (size_t)(n + 1) * sizeof *more);
    if (!more) {
      snprintf(error, error_size, "out of memory");
      n = -1;
      break;
    }
    *models = more;
    read_model(statement, &more[n]);
    more[n++].outdated = (size_t)sqlite3_column_int64(statement, 4);
  }
  if (n >= 0 && status != SQLITE_DONE) n = store_fail(store, error, error_size);
  sqlite3_finalize(statement);
  if (n < 0) {
    free(*models);
    *models = NULL;
  }
  return n;
}

/// Find the only model that is not static, or else the one with the most songs.  Counting is slow,
/// and rarely needed.
static const char find_default[] =
    "SELECT hash, name, static, 0, id FROM models ORDER BY static, "
    "iif((SELECT count(*) FROM models WHERE static = 0) = 1, 0, "
    "(SELECT count(*) FROM readings WHERE model = models.id)) DESC, id DESC LIMIT 1";
static const char find_by_hash[] = "SELECT hash, name, static, 0, id FROM models WHERE hash = ?1";

/// Find the model.  \return its id, 0 if there is none, or -1
static int64_t find_model(Store* store, const char* hash, StoreModel* model, char* error,
                          size_t error_size) {
  sqlite3_stmt* statement =
      store_prepare(store, hash ? find_by_hash : find_default, error, error_size);
  if (!statement) return -1;
  int64_t id = 0;
  if (hash) store_bind_text(statement, 1, hash);
  const int status = sqlite3_step(statement);
  if (status == SQLITE_ROW) {
    read_model(statement, model);
    id = sqlite3_column_int64(statement, 4);
  } else if (status != SQLITE_DONE) {
    id = store_fail(store, error, error_size);
  }
  sqlite3_finalize(statement);
  return id;
}

/// List the songs to leave out, sorted: those whose files are all missing, and copies of others.
typedef struct {
  int64_t* ids;
  size_t n, at;
} Absent;

static int find_absent(Store* store, int64_t model, Absent* absent, char* error,
                       size_t error_size) {
  int status;
  size_t capacity = 0;
  sqlite3_stmt* statement =
      store_prepare(store,
                    "SELECT DISTINCT song FROM files AS f WHERE missing <> 0 AND NOT EXISTS "
                    "(SELECT 1 FROM files WHERE song = f.song AND missing = 0) "
                    "UNION SELECT id FROM songs AS s WHERE copy_of IS NOT NULL AND EXISTS "
                    "(SELECT 1 FROM files WHERE song = s.copy_of AND missing = 0) AND EXISTS "
                    "(SELECT 1 FROM readings WHERE model = ?1 AND song = s.copy_of) ORDER BY 1",
                    error, error_size);
  if (!statement) return -1;
  sqlite3_bind_int64(statement, 1, model);
  while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
    if (!ARRAY_GROW(absent->ids, absent->n, capacity)) break;
    absent->ids[absent->n++] = sqlite3_column_int64(statement, 0);
  }
  if (status == SQLITE_ROW) snprintf(error, error_size, "out of memory");
  if (status != SQLITE_ROW && status != SQLITE_DONE) store_fail(store, error, error_size);
  sqlite3_finalize(statement);
  return status == SQLITE_DONE ? 0 : -1;
}

/// \param song larger than in the call before
static bool is_absent(Absent* absent, int64_t song) {
  while (absent->at < absent->n && absent->ids[absent->at] < song)
    ++absent->at;
  return absent->at < absent->n && absent->ids[absent->at] == song;
}

/// \return the value limited to its range; \p low for NaN
static float within(float v, float low, float high) {
  return !(v >= low) ? low : v > high ? high : v;
}

static const char* copy(Loaded* loaded, const void* data, int size) {
  if (!data || size <= 0) return "";
  char* text = take(loaded, (size_t)size + 1);
  if (!text) return NULL;
  memcpy(text, data, (size_t)size);
  text[size] = '\0';
  return text;
}

/// Clean a text again: another program may have written it.
static const char* copy_text(Loaded* loaded, sqlite3_stmt* statement, int column) {
  const char* text = (const char*)sqlite3_column_text(statement, column);
  char clean[TEXT];
  if (!text || text[0] == '\0') return "";
  utf8_clean(clean, sizeof clean, text);
  return copy(loaded, clean, (int)strlen(clean));
}

/// Make a title from the file's name, without folder and extension.
static const char* title_from(Loaded* loaded, const char* path) {
  char name[TEXT], clean[TEXT];
  const char* slash = strrchr(path, '/');
  snprintf(name, sizeof name, "%s", slash ? slash + 1 : path);
  char* dot = strrchr(name, '.');
  if (dot && dot != name) *dot = '\0';
  utf8_clean(clean, sizeof clean, name);
  return copy(loaded, clean, (int)strlen(clean));
}

/// Read columns 2 to 5: title, artist, album, path.
static int read_strings(Loaded* loaded, sqlite3_stmt* statement, Song* song) {
  song->title = copy_text(loaded, statement, 2);
  song->artist = copy_text(loaded, statement, 3);
  song->album = copy_text(loaded, statement, 4);
  song->path = copy(loaded, sqlite3_column_blob(statement, 5), sqlite3_column_bytes(statement, 5));
  if (!song->title || !song->artist || !song->album || !song->path) return -1;
  if (song->title[0] == '\0') song->title = title_from(loaded, song->path);
  return !song->title ? -1 : 0;
}

/// Read column 6, the curve.  \return 0, -1 if out of memory, -2 if it is not valid
static int read_curve(Loaded* loaded, sqlite3_stmt* statement, Song* song) {
  const unsigned char* bytes = sqlite3_column_blob(statement, 6);
  const size_t size = (size_t)sqlite3_column_bytes(statement, 6), n = size / 4;
  if (size % 4 != 0) return -2;
  if (n == 0) return 0;
  int16_t* points = take(loaded, size);
  if (!points) return -1;
  for (size_t i = 0; i < 2 * n; ++i)
    points[i] = (int16_t)(uint16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8);
  for (size_t i = 0; i < n; ++i)
    if ((points[i] == CURVE_SILENT) != (points[n + i] == CURVE_SILENT)) return -2;
  song->curve = (Curve){n, points, points + n};
  return 0;
}

/// \return 0, -1 if out of memory, -2 if the row is not valid
static int read_song(Loaded* loaded, StoreLoad what, sqlite3_stmt* statement) {
  if (!ARRAY_GROW(loaded->songs, loaded->catalogue.n, loaded->capacity)) return -1;
  Song* song = &loaded->songs[loaded->catalogue.n];
  float numbers[STORE_NUMBERS];
  const unsigned char* bytes = sqlite3_column_blob(statement, 1);
  if (sqlite3_column_bytes(statement, 1) != 4 * STORE_NUMBERS) return -2;
  store_unpack(bytes, STORE_NUMBERS, numbers);
  *song = (Song){.id = sqlite3_column_int64(statement, 0),
                 .path = "",
                 .title = "",
                 .artist = "",
                 .album = "",
                 .valence = within(numbers[0], -1.0F, 1.0F),
                 .arousal = within(numbers[1], -1.0F, 1.0F),
                 .valence_spread = within(numbers[2], 0.0F, 2.0F),
                 .arousal_spread = within(numbers[3], 0.0F, 2.0F),
                 .confidence = within(numbers[4], 0.0F, 1.0F),
                 .duration = within(numbers[5], 0.0F, 1e9F)};
  int status = what == LOAD_NUMBERS ? 0 : read_strings(loaded, statement, song);
  if (status == 0 && what == LOAD_CURVES) status = read_curve(loaded, statement, song);
  if (status == 0) ++loaded->catalogue.n;
  return status;
}

#define NUMBERS "SELECT r.song, r.numbers"
#define STRINGS                                                                                    \
  ", s.title, s.artist, s.album, "                                                                 \
  "(SELECT path FROM files WHERE song = s.id ORDER BY missing, path LIMIT 1)"
#define SONGS " FROM readings AS r JOIN songs AS s ON s.id = r.song"
#define CURVES " LEFT JOIN curves AS c ON c.id = r.curve"

static const char* const selects[] = {
    [LOAD_FACTS] = NUMBERS STRINGS SONGS " WHERE r.model = ?1 ORDER BY r.song",
    [LOAD_CURVES] = NUMBERS STRINGS ", c.points" SONGS CURVES " WHERE r.model = ?1 ORDER BY r.song",
    [LOAD_NUMBERS] = NUMBERS " FROM readings AS r WHERE r.model = ?1 ORDER BY r.song"};
static const char select_one[] =
    NUMBERS STRINGS ", c.points" SONGS CURVES " WHERE r.model = ?1 AND r.song = ?2";

static const char select_strings[] = "SELECT s.id, NULL" STRINGS " FROM songs AS s WHERE s.id = ?1";

/// \param absent NULL: include missing ones
static int read_songs(Store* store, Loaded* loaded, StoreLoad what, sqlite3_stmt* statement,
                      Absent* absent, char* error, size_t error_size) {
  int status, result = 0;
  while (result == 0 && (status = sqlite3_step(statement)) == SQLITE_ROW)
    if (!absent || !is_absent(absent, sqlite3_column_int64(statement, 0)))
      result = read_song(loaded, what, statement);
  if (result == -1) snprintf(error, error_size, "out of memory");
  if (result == -2)
    snprintf(error, error_size,
             "%s: the library is damaged (song %lld has an invalid reading); remove that "
             "song and add it again",
             store->path, (long long)sqlite3_column_int64(statement, 0));
  if (result == 0 && status != SQLITE_DONE) result = store_fail(store, error, error_size);
  loaded->catalogue.songs = loaded->songs;
  loaded->model.songs = loaded->catalogue.n;
  return result == 0 ? 0 : -1;
}

/// \param song 0: all
static Loaded* load(Store* store, const char* hash, int64_t song, StoreLoad what, char* error,
                    size_t error_size) {
  Absent absent = {NULL, 0, 0};
  sqlite3_stmt* statement = NULL;
  bool is_good = false;
  Loaded* loaded = calloc(1, sizeof *loaded);
  if (!loaded) {
    snprintf(error, error_size, "out of memory");
    return NULL;
  }
  // One transaction, so that the data is consistent even if another process writes meanwhile.
  if (store_run(store, "BEGIN", error, error_size) != 0) goto out;
  const int64_t model = find_model(store, hash, &loaded->model, error, error_size);
  if (model <= 0) {
    is_good = model == 0;
    goto out;
  }
  statement = store_prepare(store, song != 0 ? select_one : selects[what], error, error_size);
  if (!statement) goto out;
  sqlite3_bind_int64(statement, 1, model);
  if (song != 0)
    sqlite3_bind_int64(statement, 2, song);
  else if (find_absent(store, model, &absent, error, error_size) != 0)
    goto out;
  is_good = read_songs(store, loaded, what, statement, song != 0 ? NULL : &absent, error,
                       error_size) == 0;
out:
  sqlite3_finalize(statement);
  free(absent.ids);
  // This only ends the reading; nothing was changed.
  sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
  if (!is_good) {
    loaded_free(loaded);
    return NULL;
  }
  if (what != LOAD_NUMBERS) loaded->words = reading_words_find(&loaded->model);
  return loaded;
}

Loaded* store_load(Store* store, const char* model_hash, StoreLoad what, char* error,
                   size_t error_size) {
  return load(store, model_hash, 0, what, error, error_size);
}

Loaded* store_load_song(Store* store, const char* model_hash, int64_t song, char* error,
                        size_t error_size) {
  return load(store, model_hash, song, LOAD_CURVES, error, error_size);
}

int store_complete(Store* store, Loaded* loaded, const size_t* songs, size_t n, char* error,
                   size_t error_size) {
  int result = 0;
  sqlite3_stmt* statement = store_prepare(store, select_strings, error, error_size);
  if (!statement) return -1;
  for (size_t i = 0; result == 0 && i < n; ++i) {
    Song* song = &loaded->songs[songs[i]];
    sqlite3_bind_int64(statement, 1, song->id);
    const int status = sqlite3_step(statement);
    if (status == SQLITE_ROW && read_strings(loaded, statement, song) != 0) {
      snprintf(error, error_size, "out of memory");
      result = -1;
    }
    // A song removed meanwhile keeps its empty strings.
    if (status != SQLITE_ROW && status != SQLITE_DONE)
      result = store_fail(store, error, error_size);
    sqlite3_reset(statement);
  }
  sqlite3_finalize(statement);
  if (!loaded->words) loaded->words = reading_words_find(&loaded->model);
  return result;
}
