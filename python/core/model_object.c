// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// circumplex._core.Model: an open model file.
#include "python/core/core.h"

#include "inference/static.h"

typedef struct {
  PyObject_HEAD Model* model;
} ModelObject;

Model* core_model(PyObject* object) {
  if (PyObject_TypeCheck(object, core_state()->model)) return ((ModelObject*)object)->model;
  PyErr_SetString(PyExc_TypeError, "the argument must be a Model");
  return NULL;
}

/// Model(path or name or None)
static PyObject* make(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  (void)keywords;
  PyObject *given = Py_None, *path = NULL;
  char error[CORE_TEXT];
  if (!PyArg_ParseTuple(args, "|O", &given)) return NULL;
  if (given != Py_None && !PyUnicode_FSConverter(given, &path)) return NULL;
  const char* name = path ? PyBytes_AsString(path) : NULL;
  Model* model;
  Py_BEGIN_ALLOW_THREADS model = reading_model(name, error, sizeof error);
  Py_END_ALLOW_THREADS Py_XDECREF(path);
  if (!model) return core_fail(error);
  allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
  ModelObject* self = (ModelObject*)allocate(type, 0);
  if (!self) {
    model_unref(model);
    return NULL;
  }
  self->model = model;
  return (PyObject*)self;
}

static void drop(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
  model_unref(((ModelObject*)object)->model);
  release(object);
  Py_DECREF(type);
}

static PyObject* info(PyObject* object, PyObject* unused) {
  (void)unused;
  Model* model = ((ModelObject*)object)->model;
  const ModelInfo* m = model_info(model);
  const FrontendSpec* f = model_frontend(model);
  return Py_BuildValue("{s:s,s:s,s:s,s:s,s:s,s:s,s:n,s:I,s:I,s:f,s:f}", "name", m->name,
                       "description", m->description, "licence", m->licence, "hash",
                       model_hash(model), "encoder", m->encoder, "temporal", m->temporal,
                       "parameters", (Py_ssize_t)m->parameters, "window", m->window, "n_mel",
                       f->n_mel, "fmin", f->fmin, "fmax", f->fmax);
}

/// words() -> [(name, valence, arousal)]
static PyObject* words(PyObject* object, PyObject* unused) {
  (void)unused;
  const WordTable* table = model_words(((ModelObject*)object)->model);
  if (!table) table = words_builtin();
  PyObject* list = PyList_New((Py_ssize_t)table->count);
  for (size_t i = 0; list && i < table->count; ++i) {
    const Word* word = &table->words[i];
    PyObject* row = Py_BuildValue("sff", word->name, word->valence, word->arousal);
    if (!row || PyList_SetItem(list, (Py_ssize_t)i, row) != 0) Py_CLEAR(list);
  }
  return list;
}

PyTypeObject* core_make_model_type(PyObject* module) {
  static PyMethodDef methods[] = {
      {"info", info, METH_NOARGS, "info() -> dict: name, hash and other facts"},
      {"words", words, METH_NOARGS, "words() -> [(name, valence, arousal)]"},
      {NULL, NULL, 0, NULL}};
  PyType_Slot slots[] = {{Py_tp_new, (void*)make},
                         {Py_tp_dealloc, (void*)drop},
                         {Py_tp_methods, methods},
                         {Py_tp_doc, (void*)"Model(path or name or None)"},
                         {0, NULL}};
  PyType_Spec spec = {"circumplex._core.Model", sizeof(ModelObject), 0, Py_TPFLAGS_DEFAULT, slots};
  return (PyTypeObject*)PyType_FromModuleAndSpec(module, &spec, NULL);
}
