// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Whole files: the same readings as by `circumplex analyze` and `circumplex library add`, and the
/// files' tags.
#include "python/core/core.h"

#include "library/song_reading.h"
#include "library/tags.h"

#include <string.h>

enum { ASK_SIGNALS = 64 }; ///< Python's signals are checked at every 64th call of is_stopped()

typedef struct {
  Rows rows;
  SongReading song;
  ReadingSummary summary;
  ReadingOptions options;
  AudioInfo info;
  unsigned asked;
  bool is_stopped; ///< stopped by a signal; an exception is set
  bool is_full;    ///< out of memory
} File;

/// \return whether Python has been interrupted (Ctrl-C).  Called without the GIL.
static bool is_stopped(void* context) {
  File* f = context;
  if (f->asked++ % ASK_SIGNALS != 0) return f->is_stopped;
  const PyGILState_STATE gil = PyGILState_Ensure();
  if (!f->is_stopped && PyErr_CheckSignals() != 0) f->is_stopped = true;
  PyGILState_Release(gil);
  return f->is_stopped;
}

static int on_row(void* context, const Estimate* estimate) {
  File* f = context;
  if (rows_add(&f->rows, estimate) == 0 && song_reading_add(&f->song, estimate) == 0) return 0;
  f->is_full = true;
  return -1;
}

/// Read a file, without the GIL.  \return 0, or -1 and an error message
static int read_file(File* f, const char* path, char* error, size_t error_size) {
  const Task task = {.context = f, .is_stopped = is_stopped};
  TaskFile done = {&task, 0, 0};
  AudioFile* audio = audio_open(path, NULL, error, error_size);
  Reader* reader = audio ? reader_new(&f->options) : NULL;
  int status = -1;
  if (reader) {
    f->info = *audio_info(audio);
    status = reader_run(reader, audio, &done, on_row, f, &f->summary, error, error_size);
  } else if (audio) {
    f->is_full = true;
  }
  reader_free(reader);
  audio_close(audio);
  return f->is_stopped || f->is_full ? -1 : status;
}

/// \return what the library would store of the song, in addition to the summary
static PyObject* song_of(File* f) {
  if (f->summary.hops == f->summary.silent) return Py_NewRef(Py_None);
  song_reading_end(&f->song, &f->summary);
  const StoreReading* r = &f->song.reading;
  const size_t size = f->song.n * sizeof(int16_t);
  return Py_BuildValue("{s:f,s:f,s:f,s:f,s:f,s:f,s:N,s:N}", "duration_s",
                       (float)((double)f->summary.samples / f->info.rate), "valence", r->valence,
                       "arousal", r->arousal, "valence_spread", r->valence_spread, "arousal_spread",
                       r->arousal_spread, "confidence", r->confidence, "valence_curve",
                       core_bytes(f->song.valence, size), "arousal_curve",
                       core_bytes(f->song.arousal, size));
}

PyObject* core_read_file(PyObject* module, PyObject* args) {
  (void)module;
  PyObject *object, *path, *result = NULL;
  int attention;
  char error[CORE_TEXT] = "";
  File f;
  memset(&f, 0, sizeof f);
  f.options.block = READING_MAX_BLOCK;
  if (!PyArg_ParseTuple(args, "OO&dddp", &object, PyUnicode_FSConverter, &path, &f.options.gate,
                        &f.options.from, &f.options.to, &attention))
    return NULL;
  f.options.model = core_model(object);
  f.rows.window = attention ? NET_MAX_WINDOW : 0;
  int status = -1;
  if (f.options.model) {
    const char* name = PyBytes_AsString(path);
    Py_BEGIN_ALLOW_THREADS status = read_file(&f, name, error, sizeof error);
    Py_END_ALLOW_THREADS if (status == 0) result = Py_BuildValue(
        "{s:N,s:N,s:N,s:I,s:z}", "rows", rows_take(&f.rows), "summary",
        core_summary(&f.summary, f.info.rate), "song", song_of(&f), "channels", f.info.channels,
        "damage", f.summary.damage[0] != '\0' ? f.summary.damage : NULL);
    else if (f.is_full)(void) PyErr_NoMemory();
    else if (!f.is_stopped) core_fail(error);
  }
  song_reading_free(&f.song);
  rows_clear(&f.rows);
  Py_DECREF(path);
  return result;
}

PyObject* core_static_file(PyObject* module, PyObject* args) {
  (void)module;
  PyObject *given, *path;
  double gate;
  char error[CORE_TEXT] = "";
  if (!PyArg_ParseTuple(args, "O&O&d", PyUnicode_FSConverter, &given, PyUnicode_FSConverter, &path,
                        &gate))
    return NULL;
  const char *model_name = PyBytes_AsString(given), *name = PyBytes_AsString(path);
  StaticModel* model;
  StaticSummary s;
  int status = -1;
  Py_BEGIN_ALLOW_THREADS model = static_file_model(model_name, error, sizeof error);
  AudioFile* audio = model ? audio_open(name, NULL, error, sizeof error) : NULL;
  TaskFile done = {NULL, 0, 0};
  if (audio)
    status = static_file_run(model, audio, gate, &done, NULL, NULL, &s, error, sizeof error);
  audio_close(audio);
  Py_END_ALLOW_THREADS PyObject* result = NULL;
  if (status == 0 && !s.has_reading)
    core_fail(s.reading.silent == 0 ? "is shorter than one hop of 0.5 s"
                                    : "is silent from end to end");
  else if (status == 0)
    result = Py_BuildValue("{s:s,s:s,s:f,s:f,s:f,s:f,s:K,s:z}", "model", static_info(model)->name,
                           "model_hash", static_info(model)->hash, "valence", s.reading.valence,
                           "arousal", s.reading.arousal, "valence_spread", s.reading.valence_spread,
                           "arousal_spread", s.reading.arousal_spread, "windows",
                           (unsigned long long)s.reading.windows, "damage",
                           s.damage[0] != '\0' ? s.damage : NULL);
  else
    core_fail(error);
  static_close(model);
  Py_DECREF(given);
  Py_DECREF(path);
  return result;
}

PyObject* core_tags(PyObject* module, PyObject* args) {
  (void)module;
  PyObject* path;
  TagTexts texts;
  if (!PyArg_ParseTuple(args, "O&", PyUnicode_FSConverter, &path)) return NULL;
  const char* name = PyBytes_AsString(path);
  Py_BEGIN_ALLOW_THREADS Tags* tags = tags_open();
  tags_read(tags, name, &texts);
  tags_close(tags);
  Py_END_ALLOW_THREADS Py_DECREF(path);
  return Py_BuildValue("sss", texts.title, texts.artist, texts.album);
}
