// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library tag`: writes readings into the tags of files.
#include "audio/cue_sheet.h"
#include "cli/library_rows.h"
#include "library/hash.h"
#include "library/scan.h"
#include "library/tag_write.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const OptionGroup groups[] = {{library_tag_options, 0},    {library_limit_options, 0},
                                     {library_filter_options, 0}, {library_model_options, 0},
                                     {library_db_options, 0},     {NULL, 0}};

static const OptionCommand command = {
    "circumplex library tag",
    "[OPTION]... [WORD]...",
    "Write valence, arousal and mood into the tags of songs' files: VALENCE, AROUSAL (-1 to 1) and "
    "MOOD (the nearest word), for players that can show them and sort by them. All songs, or those "
    "whose title, artist, album or path has all WORDs.",
    groups,
    "ID3v2 frames TXXX in MP3, WAV, AIFF and TTA, Vorbis comments in Ogg, Opus and FLAC, freeform "
    "atoms in MP4, APE items, Windows Media attributes. The tags are written to a copy, whose "
    "sound is compared with the file's, and which then replaces the file. Read-only files, files "
    "that are cut off or damaged, and a MOOD from another program are not changed.",
    0};

typedef struct {
  const LibraryOptions* options;
  const Song* song;
  TagReading reading;
  StoreFile* files; ///< of the song; we own their paths
  size_t n;
  size_t written, same, failed;
  size_t tracks; ///< of CUE sheets: they have no tags of their own
  Store* store;  ///< for writing; NULL for a dry run
} TagRun;

/// Collect the files first, because the library cannot be written while it is read.
static int on_file(void* context, const StoreRow* row) {
  TagRun* run = context;
  char sheet[CUE_PATH];
  if (row->is_missing) return 0;
  if (cue_track_split(row->path, sheet) != 0) {
    ++run->tracks;
    return 0;
  }
  if (row->damage[0] != '\0') {
    cli_message("%s: %s: no tags are written", row->path, row->damage);
    ++run->failed;
    return 0;
  }
  StoreFile* files = realloc(run->files, (run->n + 1) * sizeof *files);
  if (files) run->files = files;
  char* path = files ? strdup(row->path) : NULL;
  if (!path) return -1;
  files[run->n++] = (StoreFile){.path = path};
  return 0;
}

/// Store the file's new size and time in the library, so that it is not read again.
static void note(TagRun* run, StoreFile* file) {
  char error[CLI_TEXT];
  if (scan_stat(file->path, file) != 0 || hash_file(file->path, NULL, NULL, &file->content) != 0)
    return; // the next 'add' will find it changed
  if (store_put_copy(run->store, file, run->song->id, NULL, error, sizeof error) != 0)
    cli_message("%s", error);
}

static void tag(TagRun* run, StoreFile* file) {
  const TagWriteOptions options = {run->options->dry_run, run->options->keep_time};
  char error[CLI_TEXT], name[4096];
  const int status = tag_write(file->path, &run->reading, &options, error, sizeof error);
  if (status < 0) {
    ++run->failed;
    cli_message("%s: %s", file->path, error);
    return;
  }
  if (status == 0) {
    ++run->same;
    return;
  }
  ++run->written;
  if (!options.is_dry) note(run, file);
  utf8_clean(name, sizeof name, file->path);
  printf("%s: VALENCE %s, AROUSAL %s, MOOD %s\n", name, run->reading.valence, run->reading.arousal,
         run->reading.mood);
}

/// \return 0, or -1 (reported)
static int tag_song(TagRun* run, Store* store, const Loaded* loaded, const Song* song) {
  char error[CLI_TEXT] = "out of memory";
  run->song = song;
  run->n = 0;
  snprintf(run->reading.valence, sizeof run->reading.valence, "%.3f", (double)song->valence);
  snprintf(run->reading.arousal, sizeof run->reading.arousal, "%.3f", (double)song->arousal);
  snprintf(run->reading.mood, sizeof run->reading.mood, "%s", library_rows_word(loaded, song));
  const int status =
      store_each_file(store, ROWS_OF_SONG, song->id, NULL, on_file, run, error, sizeof error);
  for (size_t i = 0; i < run->n; ++i) {
    if (status == 0 && !cli_interrupted()) tag(run, &run->files[i]);
    free((char*)run->files[i].path); // ours
  }
  if (status != 0) cli_message("%s", error);
  return status;
}

static int tag_rows(TagRun* run, Store* store, const Loaded* loaded, const LibraryRow* rows,
                    size_t n) {
  const Catalogue* catalogue = loaded_catalogue(loaded);
  int status = 0;
  for (size_t i = 0; status == 0 && i < n && !cli_interrupted(); ++i)
    status = tag_song(run, store, loaded, &catalogue->songs[rows[i].song]);
  printf("%zu file%s %s, %zu as before, %zu left as they are.\n", run->written,
         run->written == 1 ? "" : "s", run->options->dry_run ? "would be tagged" : "tagged",
         run->same, run->failed);
  if (run->tracks > 0)
    printf("%zu track%s of CUE sheets: a part of a file has no tags of its own.\n", run->tracks,
           run->tracks == 1 ? "" : "s");
  if (cli_interrupted()) return CLI_INTERRUPTED;
  return status == 0 && run->failed == 0 ? CLI_OK : CLI_FAILED;
}

int library_tag(int argc, char** argv) {
  LibraryOptions options;
  Store* store = NULL;
  LibraryRow* rows = NULL;
  size_t n = 0;
  int first = 0;
  int status = library_options(&command, argc, argv, &options, &first);
  if (status >= 0) return status;
  TagRun run = {.options = &options};
  status = CLI_FAILED;
  Loaded* loaded = library_load(&options, LOAD_FACTS, &store);
  if (loaded)
    status = library_choose(&options, "library tag", loaded, argc - first, argv + first, &rows, &n);
  if (rows && !options.dry_run && !(run.store = library_open(options.db, STORE_WRITE)))
    status = CLI_FAILED;
  else if (rows) {
    cli_catch_signals();
    status = tag_rows(&run, store, loaded, rows, n);
  }
  free(run.files);
  free(rows);
  store_close(run.store);
  loaded_free(loaded);
  store_close(store);
  return status;
}
