// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// circumplex._core.Store: access to a library file.
#include "python/core/core.h"

#include "library/near.h"
#include "library/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  PyObject_HEAD Store* store;
  bool is_busy; ///< in use in a thread; guarded by the GIL
} StoreObject;

/// Store(path or None, access): access is 0 (read), 1 (create) or 2 (write)
static PyObject* make(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  (void)keywords;
  PyObject *given, *path = NULL;
  int access;
  char error[CORE_TEXT], standard[4096];
  if (!PyArg_ParseTuple(args, "Oi", &given, &access)) return NULL;
  if (given == Py_None && store_default_path(standard, sizeof standard) != 0)
    return core_fail(standard);
  if (given != Py_None && !PyUnicode_FSConverter(given, &path)) return NULL;
  const char* name = path ? PyBytes_AsString(path) : standard;
  Store* store;
  Py_BEGIN_ALLOW_THREADS store = store_open(name, (StoreAccess)access, error, sizeof error);
  Py_END_ALLOW_THREADS Py_XDECREF(path);
  if (!store) return core_fail(error);
  allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
  StoreObject* self = (StoreObject*)allocate(type, 0);
  if (!self)
    store_close(store);
  else
    self->store = store;
  return (PyObject*)self;
}

static void drop(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
  store_close(((StoreObject*)object)->store);
  release(object);
  Py_DECREF(type);
}

/// \return the store; NULL and an exception if it is closed or in use in another thread
static StoreObject* idle(PyObject* object) {
  StoreObject* self = (StoreObject*)object;
  if (self->is_busy)
    PyErr_SetString(PyExc_RuntimeError, "the library is in use in another thread");
  else if (!self->store)
    PyErr_SetString(PyExc_ValueError, "the library is closed");
  else
    return self;
  return NULL;
}

static PyObject* close_it(PyObject* object, PyObject* unused) {
  (void)unused;
  StoreObject* self = (StoreObject*)object;
  if (self->store && !idle(object)) return NULL;
  store_close(self->store);
  self->store = NULL;
  return Py_NewRef(Py_None);
}

static PyObject* models(PyObject* object, PyObject* unused) {
  (void)unused;
  StoreObject* self = idle(object);
  char error[CORE_TEXT];
  StoreModel* found = NULL;
  if (!self) return NULL;
  const long n = store_models(self->store, &found, error, sizeof error);
  if (n < 0) return core_fail(error);
  PyObject* list = PyList_New((Py_ssize_t)n);
  for (long i = 0; list && i < n; ++i) {
    const StoreModel* m = &found[i];
    PyObject* row = Py_BuildValue("{s:s,s:s,s:N,s:n}", "name", m->name, "hash", m->hash, "static",
                                  PyBool_FromLong(m->is_static), "songs", (Py_ssize_t)m->songs);
    if (!row || PyList_SetItem(list, (Py_ssize_t)i, row) != 0) Py_CLEAR(list);
  }
  free(found);
  return list;
}

/// The curves of a song, as bytes.
static PyObject* curve_of(const Song* song) {
  const size_t size = song->curve.n * sizeof(int16_t);
  return Py_BuildValue("NN", core_bytes(song->curve.valence, size),
                       core_bytes(song->curve.arousal, size));
}

static PyObject* song_row(const Song* s, bool with_curve) {
  return Py_BuildValue("LNsssffffffN", (long long)s->id, PyUnicode_DecodeFSDefault(s->path),
                       s->title, s->artist, s->album, s->duration, s->valence, s->arousal,
                       s->valence_spread, s->arousal_spread, s->confidence,
                       with_curve ? curve_of(s) : Py_NewRef(Py_None));
}

/// songs(model hash or None, with curves) -> (model dict, [row])
static PyObject* songs(PyObject* object, PyObject* args) {
  StoreObject* self = idle(object);
  const char* hash;
  int with_curves;
  char error[CORE_TEXT];
  if (!self || !PyArg_ParseTuple(args, "zp", &hash, &with_curves)) return NULL;
  Loaded* loaded;
  self->is_busy = true;
  Py_BEGIN_ALLOW_THREADS loaded =
      store_load(self->store, hash, with_curves ? LOAD_CURVES : LOAD_FACTS, error, sizeof error);
  Py_END_ALLOW_THREADS self->is_busy = false;
  if (!loaded) return core_fail(error);
  const Catalogue* catalogue = loaded_catalogue(loaded);
  const StoreModel* m = loaded_model(loaded);
  PyObject* list = PyList_New((Py_ssize_t)catalogue->n);
  for (size_t i = 0; list && i < catalogue->n; ++i) {
    PyObject* row = song_row(&catalogue->songs[i], with_curves);
    if (!row || PyList_SetItem(list, (Py_ssize_t)i, row) != 0) Py_CLEAR(list);
  }
  PyObject* result = Py_BuildValue("{s:s,s:s,s:N}N", "name", m->name, "hash", m->hash, "static",
                                   PyBool_FromLong(m->is_static), list);
  loaded_free(loaded);
  return result;
}

/// near(model hash or None, valence, arousal, limit) -> [(id, distance)]
static PyObject* near(PyObject* object, PyObject* args) {
  StoreObject* self = idle(object);
  const char* hash;
  float valence, arousal;
  unsigned limit;
  char error[CORE_TEXT];
  if (!self || !PyArg_ParseTuple(args, "zffI", &hash, &valence, &arousal, &limit)) return NULL;
  BestEntry* hits = calloc((size_t)limit + 1, sizeof *hits);
  if (!hits) return PyErr_NoMemory();
  Loaded* loaded;
  size_t n = 0;
  self->is_busy = true;
  Py_BEGIN_ALLOW_THREADS loaded = store_load(self->store, hash, LOAD_NUMBERS, error, sizeof error);
  if (loaded) n = near_search(loaded_catalogue(loaded), NULL, valence, arousal, 0.0F, hits, limit);
  Py_END_ALLOW_THREADS self->is_busy = false;
  PyObject* list = loaded ? PyList_New((Py_ssize_t)n) : core_fail(error);
  for (size_t i = 0; list && i < n; ++i) {
    const Song* song = &loaded_catalogue(loaded)->songs[hits[i].song];
    PyObject* row = Py_BuildValue("Ld", (long long)song->id, hits[i].key);
    if (!row || PyList_SetItem(list, (Py_ssize_t)i, row) != 0) Py_CLEAR(list);
  }
  loaded_free(loaded);
  free(hits);
  return list;
}

static PyObject* begin(PyObject* object, PyObject* unused) {
  (void)unused;
  StoreObject* self = idle(object);
  char error[CORE_TEXT];
  if (!self) return NULL;
  int status; // waits up to 20 s for other writers
  self->is_busy = true;
  Py_BEGIN_ALLOW_THREADS status = store_begin_batch(self->store, error, sizeof error);
  Py_END_ALLOW_THREADS self->is_busy = false;
  if (status != 0) return core_fail(error);
  return Py_NewRef(Py_None);
}

/// end(keep): store what was put since begin(), or discard it
static PyObject* end(PyObject* object, PyObject* args) {
  StoreObject* self = idle(object);
  int keep;
  char error[CORE_TEXT] = "";
  if (!self || !PyArg_ParseTuple(args, "p", &keep)) return NULL;
  int status;
  self->is_busy = true;
  Py_BEGIN_ALLOW_THREADS status = store_end_batch(self->store, keep ? 0 : -1, error, sizeof error);
  Py_END_ALLOW_THREADS self->is_busy = false;
  if (keep && status != 0) return core_fail(error);
  return Py_NewRef(Py_None);
}

/// Copy the 16 digits of a model's hash.  \return 0, or -1 and an exception
static int copy_model(StoreModel* model, const char* name, const char* hash) {
  if (strlen(hash) != sizeof model->hash - 1 || strspn(hash, "0123456789abcdef") != strlen(hash)) {
    PyErr_SetString(PyExc_ValueError, "a model's hash is 16 hexadecimal digits");
    return -1;
  }
  snprintf(model->hash, sizeof model->hash, "%s", hash);
  snprintf(model->name, sizeof model->name, "%s", name);
  return 0;
}

/// Parse the file argument of put() and put_failure(): (path, size, mtime_ns, damage or None).
static int parse_file(PyObject* object, StoreFile* file, PyObject** path) {
  long long size, mtime;
  if (!PyArg_ParseTuple(object, "O&LLz", PyUnicode_FSConverter, path, &size, &mtime, &file->damage))
    return -1;
  *file = (StoreFile){PyBytes_AsString(*path), size, mtime, 0, file->damage};
  return 0;
}

/// \param curves (valence, arousal) bytes of 16-bit integers
static int parse_curve(PyObject* curves, Curve* curve) {
  const char *valence, *arousal;
  Py_ssize_t n, m;
  if (!PyArg_ParseTuple(curves, "y#y#", &valence, &n, &arousal, &m)) return -1;
  if (n != m || n % 2 != 0) {
    PyErr_SetString(PyExc_ValueError, "the curves have different lengths");
    return -1;
  }
  *curve = (Curve){(size_t)n / 2, (const int16_t*)(const void*)valence,
                   (const int16_t*)(const void*)arousal};
  return 0;
}

/// put(file, (sound, samples, title, artist, album), (name, hash),
///     (duration, valence, arousal, valence_spread, arousal_spread, confidence), curves)
static PyObject* put(PyObject* object, PyObject* args) {
  StoreObject* self = idle(object);
  PyObject *file_part, *curves, *path = NULL;
  unsigned long long hash, samples;
  const char *name, *model_hash;
  StoreFile file;
  StoreSound sound;
  StoreModel model = {0};
  StoreReading r = {.model = &model};
  char error[CORE_TEXT];
  if (!self ||
      !PyArg_ParseTuple(args, "O(KKsss)(ss)(ffffff)O", &file_part, &hash, &samples, &sound.title,
                        &sound.artist, &sound.album, &name, &model_hash, &r.duration, &r.valence,
                        &r.arousal, &r.valence_spread, &r.arousal_spread, &r.confidence, &curves))
    return NULL;
  sound.sound = hash;
  sound.samples = samples;
  if (copy_model(&model, name, model_hash) != 0 || parse_curve(curves, &r.curve) != 0 ||
      parse_file(file_part, &file, &path) != 0)
    return NULL;
  const int status = store_put(self->store, &file, &sound, &r, error, sizeof error);
  Py_DECREF(path);
  if (status != 0) return core_fail(error);
  return Py_NewRef(Py_None);
}

/// put_failure(file, reason)
static PyObject* put_failure(PyObject* object, PyObject* args) {
  StoreObject* self = idle(object);
  PyObject *file_part, *path = NULL;
  const char* reason;
  StoreFile file;
  char error[CORE_TEXT];
  if (!self || !PyArg_ParseTuple(args, "Os", &file_part, &reason) ||
      parse_file(file_part, &file, &path) != 0)
    return NULL;
  const int status = store_put_failure(self->store, &file, reason, error, sizeof error);
  Py_DECREF(path);
  if (status != 0) return core_fail(error);
  return Py_NewRef(Py_None);
}

PyTypeObject* core_make_store_type(PyObject* module) {
  static PyMethodDef methods[] = {
      {"close", close_it, METH_NOARGS, "close()"},
      {"models", models, METH_NOARGS, "models() -> [dict]"},
      {"songs", songs, METH_VARARGS, "songs(model hash or None, curves) -> (model, [row])"},
      {"near", near, METH_VARARGS,
       "near(model hash or None, valence, arousal, limit) -> [(id, distance)]"},
      {"begin", begin, METH_NOARGS, "begin(): start a transaction"},
      {"end", end, METH_VARARGS, "end(keep)"},
      {"put", put, METH_VARARGS, "put(file, sound, model, numbers, curves)"},
      {"put_failure", put_failure, METH_VARARGS, "put_failure(file, reason)"},
      {NULL, NULL, 0, NULL}};
  PyType_Slot slots[] = {{Py_tp_new, (void*)make},
                         {Py_tp_dealloc, (void*)drop},
                         {Py_tp_methods, methods},
                         {Py_tp_doc, (void*)"Store(path or None, access)"},
                         {0, NULL}};
  PyType_Spec spec = {"circumplex._core.Store", sizeof(StoreObject), 0, Py_TPFLAGS_DEFAULT, slots};
  return (PyTypeObject*)PyType_FromModuleAndSpec(module, &spec, NULL);
}
