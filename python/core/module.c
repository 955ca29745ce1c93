// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// circumplex._core: the module, its constants and shared functions.
#include "python/core/core.h"

#include "affect/quadrant.h"
#include "library/static_file.h"

#include <stdio.h>

static CoreState state;

CoreState* core_state(void) {
  return &state;
}

PyObject* core_fail(const char* message) {
  PyErr_SetString(state.error, message);
  return NULL;
}

PyObject* core_bytes(const void* data, size_t size) {
  return PyByteArray_FromStringAndSize(size > 0 ? data : "", (Py_ssize_t)size);
}

/// words(model or None, valence, arousal): the nearest word's and the quadrant's name of each pair.
static PyObject* core_words(PyObject* module, PyObject* args) {
  (void)module;
  PyObject *object, *valence, *arousal;
  SoundBuffers pairs;
  if (!PyArg_ParseTuple(args, "OOO", &object, &valence, &arousal)) return NULL;
  Model* model = object != Py_None ? core_model(object) : NULL;
  if (object != Py_None && !model) return NULL;
  if (sound_take(&pairs, valence, arousal) != 0) return NULL;
  const WordTable* table = model ? model_words(model) : NULL;
  PyObject* names = PyList_New((Py_ssize_t)pairs.n);
  for (size_t i = 0; names && i < pairs.n; ++i) {
    const float v = sound_left(&pairs)[i], a = sound_right(&pairs)[i];
    PyObject* pair =
        Py_BuildValue("ss", words_name_of(table, v, a), quadrant_name(quadrant_of(v, a)));
    if (!pair || PyList_SetItem(names, (Py_ssize_t)i, pair) != 0) Py_CLEAR(names);
  }
  sound_drop(&pairs);
  return names;
}

static PyMethodDef methods[] = {
    {"read_file", core_read_file, METH_VARARGS,
     "read_file(model, path, gate, start, end, attention) -> dict"},
    {"static_file", core_static_file, METH_VARARGS, "static_file(model, path, gate) -> dict"},
    {"load", core_load, METH_VARARGS,
     "load(path, start, end) -> (left, right, rate, channels, damage)"},
    {"tags", core_tags, METH_VARARGS, "tags(path) -> (title, artist, album)"},
    {"features", core_features, METH_VARARGS,
     "features(left, right, rate, n_mel, fmin, fmax, gate) -> dict"},
    {"words", core_words, METH_VARARGS, "words(model, valence, arousal) -> [(word, quadrant)]"},
    {NULL, NULL, 0, NULL}};

/// (name, unit, low, high, meaning) of each column of a reading.
static PyObject* list_columns(void) {
  PyObject* list = PyList_New(0);
  unsigned id;
  for (unsigned place = 1; list && (id = reading_at_column(place)) < READING_COUNT; ++place) {
    const ReadingInfo* r = reading_info(id);
    PyObject* row = Py_BuildValue("ssdds", r->column, r->unit[0] == '=' ? r->unit + 1 : r->unit,
                                  (double)r->low, (double)r->high, r->comment);
    if (!row || PyList_Append(list, row) != 0) Py_CLEAR(list);
    Py_XDECREF(row);
  }
  return list;
}

/// (name, unit, low, high, group) of each cue.
static PyObject* list_cues(void) {
  PyObject* list = PyList_New(CUE_COUNT);
  for (unsigned i = 0; list && i < CUE_COUNT; ++i) {
    const CueInfo* c = cue_info(i);
    PyObject* row = Py_BuildValue("ssdds", c->name, c->unit, (double)c->low, (double)c->high,
                                  cue_group_name((unsigned)c->group));
    if (!row || PyList_SetItem(list, (Py_ssize_t)i, row) != 0) Py_CLEAR(list);
  }
  return list;
}

static PyObject* list_states(void) {
  return Py_BuildValue("(sss)", engine_state_name(ENGINE_SILENT),
                       engine_state_name(ENGINE_SETTLING), engine_state_name(ENGINE_LIVE));
}

/// Add a new reference to the module.  \return 0, or -1 and an exception
static int add(PyObject* module, const char* name, PyObject* value) {
  const int status = value ? PyModule_AddObjectRef(module, name, value) : -1;
  Py_XDECREF(value);
  return status;
}

static int fill(PyObject* module) {
  state.error = PyErr_NewExceptionWithDoc("circumplex.Error", "Something could not be read.",
                                          PyExc_ValueError, NULL);
  state.model = core_make_model_type(module);
  state.engine = core_make_engine_type(module);
  state.store = core_make_store_type(module);
  if (!state.error || !state.model || !state.engine || !state.store) return -1;
  if (PyModule_AddObjectRef(module, "Error", state.error) != 0 ||
      PyModule_AddObjectRef(module, "Model", (PyObject*)state.model) != 0 ||
      PyModule_AddObjectRef(module, "Engine", (PyObject*)state.engine) != 0 ||
      PyModule_AddObjectRef(module, "Store", (PyObject*)state.store) != 0)
    return -1;
  return add(module, "COLUMNS", list_columns()) == 0 && add(module, "CUES", list_cues()) == 0 &&
                 add(module, "STATES", list_states()) == 0 &&
                 PyModule_AddStringConstant(module, "VERSION", CIRCUMPLEX_VERSION) == 0 &&
                 PyModule_AddIntConstant(module, "MAX_WINDOW", NET_MAX_WINDOW) == 0
             ? 0
             : -1;
}

PyMODINIT_FUNC PyInit__core(void) {
  static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "circumplex._core",
                                   .m_doc = "The engine; see circumplex.", .m_size = -1,
                                   .m_methods = methods};
  PyObject* module = PyModule_Create(&definition);
  if (module && fill(module) != 0) Py_CLEAR(module);
  return module;
}
