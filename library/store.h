// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The library's file: an SQLite database of songs, their tags, files, readings and curves.
///
/// A *song* is a sound, identified by a hash of its samples: files with equal samples are one
/// song, whatever their names and tags.  A *file* is a path with its song, or with the reason why
/// it could not be read.  A *reading* is of a song by one model, identified by that model's hash;
/// a query uses the readings of one model only.
///
/// A song is stored completely or not at all, by a transaction of one song or several
/// (store_begin_batch()), with a rollback journal and full synchronisation, so that neither kill
/// -9 nor a power cut leaves half of one. (A write-ahead log would need shared memory beside the
/// file, so a library on a read-only or network disk could not be opened.) It waits up to 20 s
/// for another process that writes.
///
/// Errors: -1 or NULL, and an error message that names the file.
/// Thread: a Store belongs to one thread at a time; several processes may open the same file.
#ifndef CIRCUMPLEX_LIBRARY_STORE_H
#define CIRCUMPLEX_LIBRARY_STORE_H

#include "affect/words.h"
#include "library/song.h"

#include <stdbool.h>

typedef struct Store Store;
typedef struct Loaded Loaded; ///< owns a Catalogue and its strings and curves

typedef enum {
  STORE_READ,   ///< nothing is written; the file must exist
  STORE_CREATE, ///< it is created if needed, with its folder
  STORE_WRITE   ///< the file must exist
} StoreAccess;

typedef enum {
  LOAD_FACTS,  ///< everything but curves
  LOAD_CURVES, ///< everything
  LOAD_NUMBERS ///< neither curves nor strings (all ""): 100,000 songs in some milliseconds
} StoreLoad;

/// $XDG_DATA_HOME/circumplex/library.db, or ~/.local/share/circumplex/library.db.
/// \return 0, or -1 and an error message in \p path
int store_default_path(char* path, size_t size);

Store* store_open(const char* path, StoreAccess access, char* error, size_t error_size);
void store_close(Store* store); ///< NULL is allowed

/// A model whose readings are stored.
typedef struct {
  char hash[17]; ///< 16 hexadecimal digits over the model file's bytes
  char name[64];
  bool is_static;  ///< a static model: its readings have no curve
  size_t songs;    ///< number of songs with a reading by it
  size_t outdated; ///< of these, readings by an earlier engine (store_models() only)
} StoreModel;

/// The models in the library: static ones last, then by the number of songs, most first.
/// \param[out] models to be freed; NULL if there is none  \return how many, or -1
long store_models(Store* store, StoreModel** models, char* error, size_t error_size);

/// Read all songs with a reading by one model, in order of id, except those whose files are all
/// missing and copies of others in another format (store_set_copy()).
/// \param model_hash 16 hexadecimal digits, or NULL: the model with the most songs, a static one
/// only if there is no other
/// \return NULL on failure; a library without readings gives a catalogue of 0 songs
Loaded* store_load(Store* store, const char* model_hash, StoreLoad what, char* error,
                   size_t error_size);
/// Fill in the strings of some songs loaded by LOAD_NUMBERS, and the model's words.
/// \param songs indices into the catalogue  \return 0, or -1 and an error message
int store_complete(Store* store, Loaded* loaded, const size_t* songs, size_t n, char* error,
                   size_t error_size);
/// Read one song with its curve, also if its files are missing: a catalogue of 1 song, or of 0 if
/// it has no reading by that model.  \param model_hash not NULL
Loaded* store_load_song(Store* store, const char* model_hash, int64_t song, char* error,
                        size_t error_size);
const Catalogue* loaded_catalogue(const Loaded* loaded);
const StoreModel* loaded_model(const Loaded* loaded); ///< `songs`: number of songs loaded
/// The words of that model, from its file, which is searched for like any model (with
/// LOAD_NUMBERS only after store_complete()).  \return belongs to \p loaded; NULL: use the built-in
/// ones
const WordTable* loaded_words(const Loaded* loaded);
void loaded_free(Loaded* loaded); ///< NULL is allowed

/// A file as the file system has it.
typedef struct {
  const char* path;    ///< bytes, absolute
  int64_t size, mtime; ///< bytes; ns since 1970
  uint64_t content;    ///< hash of its bytes; 0: not known
  const char* damage;  ///< how it is cut or damaged; NULL: it is complete
} StoreFile;

/// What is known of a file.
typedef struct {
  enum {
    FILE_NEW,     ///< nothing
    FILE_CHANGED, ///< its size or time has changed
    FILE_FAILED,  ///< unchanged since it could not be read
    FILE_UNREAD,  ///< unchanged, but its song has no reading by the model and today's engine
    FILE_KNOWN    ///< unchanged, and read
  } state;
  int64_t song;       ///< for FILE_UNREAD and FILE_KNOWN
  bool is_missing;    ///< stored as missing
  char failure[1024]; ///< for FILE_FAILED: an error message
} StoreKnown;

/// Look a file up.  \param model_hash whose reading is wanted
int store_know(Store* store, const StoreFile* file, const char* model_hash, StoreKnown* known,
               char* error, size_t error_size);

/// Find the song of any known file with the same bytes.
/// \return 1 if there is one that has a reading by the model, 0 if not, -1 on failure
int store_same_content(Store* store, const StoreFile* file, const char* model_hash, int64_t* song,
                       char* error, size_t error_size);

/// What is known of a sound, independent of models.
typedef struct {
  uint64_t sound, samples;            ///< hash of its samples and rate; samples per channel
  const char *title, *artist, *album; ///< clean UTF-8, "" for none
} StoreSound;

typedef struct {
  const StoreModel* model; ///< hash, name, is_static
  float duration;          ///< s
  float valence, arousal, valence_spread, arousal_spread, confidence;
  Curve curve; ///< n = 0: none
} StoreReading;

/// Begin and end a batch: everything written between is stored by one transaction, which takes
/// about as long as storing one song.
/// \param status the result so far; the batch is rolled back unless it is 0
/// \return 0, or -1 and an error message (store_end_batch(): \p status if that is not 0)
int store_begin_batch(Store* store, char* error, size_t error_size);
int store_end_batch(Store* store, int status, char* error, size_t error_size);

/// Store a file with its song and a reading.  A known song is kept, and so is its reading by the
/// same model, unless an earlier engine made it (ENGINE_REVISION); its tags are updated with those
/// that this file has.
int store_put(Store* store, const StoreFile* file, const StoreSound* sound,
              const StoreReading* reading, char* error, size_t error_size);

/// Store a file of a known song: a copy, a renamed file, or a file that was missing.
/// \param renamed_from its old path, which is removed; or NULL
int store_put_copy(Store* store, const StoreFile* file, int64_t song, const char* renamed_from,
                   char* error, size_t error_size);

/// Store that a file cannot be read, and why.
int store_put_failure(Store* store, const StoreFile* file, const char* reason, char* error,
                      size_t error_size);

/// One song's curve by a model; also within a batch.
typedef struct {
  Curve curve;     ///< n = 0: it has none
  int16_t* points; ///< the memory of the curve
  char title[512]; ///< "" for none
} StoreCurve;
int store_curve(Store* store, const char* model_hash, int64_t song, StoreCurve* stored, char* error,
                size_t error_size);
void store_curve_free(StoreCurve* stored);

/// Store that a song is a copy of another in another format.  store_load() then leaves it out, as
/// long as the original has a file that exists and a reading by the model.
int store_set_copy(Store* store, int64_t song, int64_t original, char* error, size_t error_size);

int64_t store_last_song(Store* store); ///< \return the greatest id, 0 if there is none

/// \return the song that \p song is a copy of, or itself
int64_t store_original(Store* store, int64_t song);

/// A file in the library, for listing.
typedef struct {
  int64_t song;     ///< 0: it failed
  const char* path; ///< bytes
  int64_t size, mtime;
  bool is_missing;
  const char* failure;  ///< "" or an error message
  const char* damage;   ///< "", or how it is damaged
  const char* original; ///< for ROWS_COPIES a file of the original song; otherwise ""
} StoreRow;

typedef enum {
  ROWS_ALL,
  ROWS_FAILED,
  ROWS_MISSING,
  ROWS_DAMAGED, ///< read in part
  ROWS_COPIES,  ///< of songs that are copies in another format
  ROWS_OF_SONG,
  ROWS_OF_COPIES, ///< of the copies of a song
  ROWS_BELOW
} StoreRows;

/// Call \p row for each such file in order of path, until it does not return 0.
/// \param song for ROWS_OF_SONG and ROWS_OF_COPIES
/// \param folder for ROWS_BELOW: files in it, at any depth, or the file with that path
///  \return 0, what \p row returned, or -1
int store_each_file(Store* store, StoreRows which, int64_t song, const char* folder,
                    int (*row)(void* context, const StoreRow* row), void* context, char* error,
                    size_t error_size);

/// Store whether a file is missing.  Its song stays.
int store_set_missing(Store* store, const char* path, bool is_missing, char* error,
                      size_t error_size);

/// The same for many files: all or none.
typedef struct {
  char* path;
  bool is_missing;
} StoreMissing;
int store_set_all_missing(Store* store, const StoreMissing* files, size_t n, char* error,
                          size_t error_size);

/// Copy songs, files and readings from the library in the file \p path, which is only read;
/// existing ones are not changed, except readings by an earlier engine.  One transaction.
/// \return how many songs are new, or -1
long store_merge(Store* store, const char* path, char* error, size_t error_size);

/// Remove files, and songs that have no file left, with their readings.
/// \return number of songs removed, or -1
long store_remove_song(Store* store, int64_t song, char* error, size_t error_size);
long store_remove_below(Store* store, const char* folder, char* error, size_t error_size);
long store_remove_missing(Store* store, char* error, size_t error_size);

#endif
