// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the queries of a catalogue share: search keys, orders, the index of the curves (query.h).
#include "library/query_index.h"

#include "text/search_key.h"

#include <stdlib.h>
#include <string.h>

struct QueryIndex {
  const Catalogue* catalogue;
  char** texts;  ///< NULL until needed
  size_t* order; ///< NULL until needed
  QuerySort sort;
  MatchIndex* curves; ///< NULL until needed
  Relative* relative; ///< the same
  MatchIndex* relative_curves;
};

QueryIndex* query_index_new(const Catalogue* catalogue) {
  QueryIndex* index = calloc(1, sizeof *index);
  if (index) index->catalogue = catalogue;
  return index;
}

void query_index_free(QueryIndex* index) {
  if (!index) return;
  for (size_t i = 0; index->texts && i < index->catalogue->n; ++i)
    free(index->texts[i]);
  free(index->texts);
  free(index->order);
  match_index_free(index->curves);
  match_index_free(index->relative_curves);
  relative_free(index->relative);
  free(index);
}

const Catalogue* query_index_catalogue(const QueryIndex* index) {
  return index->catalogue;
}

/// Make a search key with the artist first, so that it also serves the order by artist.
static char* song_text(const Song* song) {
  const char* const parts[] = {song->artist, song->album, song->path, song->title};
  size_t size = 1;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i)
    size += strlen(parts[i]) + 1;
  char* all = malloc(size);
  if (!all) return NULL;
  char* at = all;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i) {
    at = stpcpy(at, parts[i]);
    at = stpcpy(at, "\n");
  }
  char* key = search_key(all);
  free(all);
  return key;
}

const char* query_index_text(QueryIndex* index, size_t song) {
  if (!index->texts) index->texts = calloc(index->catalogue->n + 1, sizeof *index->texts);
  if (!index->texts) return NULL;
  if (!index->texts[song]) index->texts[song] = song_text(&index->catalogue->songs[song]);
  return index->texts[song];
}

/// The sort key of a song: the number (greatest first), then the text, then the id.
typedef struct {
  float number;
  const char* text;
  char* own; ///< the text, if only this entry owns it
  int64_t id;
  size_t song;
} OrderEntry;

static int by_entry(const void* a, const void* b) {
  const OrderEntry *x = a, *y = b;
  if (x->number > y->number || x->number < y->number) return x->number > y->number ? -1 : 1;
  const int order = strcmp(x->text, y->text);
  return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

/// \return 0, or -1 if out of memory
static int fill_entry(QueryIndex* index, QuerySort sort, size_t i, OrderEntry* entry) {
  const Song* song = &index->catalogue->songs[i];
  *entry = (OrderEntry){.text = "", .id = song->id, .song = i};
  switch (sort) {
  case QUERY_BY_ARTIST:
    entry->text = query_index_text(index, i);
    break;
  case QUERY_BY_TITLE:
    entry->text = entry->own = search_key(song->title);
    break;
  case QUERY_BY_VALENCE:
    entry->number = song->valence;
    break;
  case QUERY_BY_AROUSAL:
    entry->number = song->arousal;
    break;
  case QUERY_BY_DURATION:
    entry->number = -song->duration;
    break;
  case QUERY_BY_ID:
    break;
  }
  return entry->text ? 0 : -1;
}

const size_t* query_index_order(QueryIndex* index, QuerySort sort) {
  if (index->order && index->sort == sort) return index->order;
  const size_t n = index->catalogue->n;
  OrderEntry* entries = calloc(n + 1, sizeof *entries);
  size_t* order = calloc(n + 1, sizeof *order);
  int status = entries && order ? 0 : -1;
  for (size_t i = 0; status == 0 && i < n; ++i)
    status = fill_entry(index, sort, i, &entries[i]);
  if (status == 0) {
    qsort(entries, n, sizeof *entries, by_entry);
    for (size_t i = 0; i < n; ++i)
      order[i] = entries[i].song;
    free(index->order);
    index->order = order;
    index->sort = sort;
  } else {
    free(order);
  }
  for (size_t i = 0; entries && i < n; ++i)
    free(entries[i].own);
  free(entries);
  return status == 0 ? index->order : NULL;
}

const MatchIndex* query_index_curves(QueryIndex* index) {
  if (!index->curves) index->curves = match_index_new(index->catalogue);
  return index->curves;
}

const Relative* query_index_relative(QueryIndex* index) {
  if (!index->relative) index->relative = relative_new(index->catalogue);
  return index->relative;
}

const MatchIndex* query_index_relative_curves(QueryIndex* index) {
  const Relative* relative = query_index_relative(index);
  if (relative && !index->relative_curves)
    index->relative_curves = match_index_new(relative_catalogue(relative));
  return index->relative_curves;
}
