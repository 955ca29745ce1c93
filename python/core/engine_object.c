// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// circumplex._core.Engine: push samples, pop readings.
#include "python/core/core.h"

#include "library/hash.h"

typedef struct {
  PyObject_HEAD Engine* engine;
  double rate;
  Rows rows;
  ReadingSummary summary;
  SoundHash sound;
  bool is_busy; ///< in use in a thread; guarded by the GIL
} EngineObject;

/// Engine(model, rate, gate, attention)
static PyObject* make(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  (void)keywords;
  PyObject* object;
  double rate, gate;
  int attention;
  char error[CORE_TEXT];
  if (!PyArg_ParseTuple(args, "Oddp", &object, &rate, &gate, &attention)) return NULL;
  Model* model = core_model(object);
  if (!model) return NULL;
  Engine* engine;
  Py_BEGIN_ALLOW_THREADS engine = engine_new(model, rate, error, sizeof error);
  Py_END_ALLOW_THREADS if (!engine) return core_fail(error);
  allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
  EngineObject* self = (EngineObject*)allocate(type, 0);
  if (!self) {
    engine_free(engine);
    return NULL;
  }
  engine_set_gate(engine, (float)gate);
  self->engine = engine;
  self->rate = rate;
  self->rows.window = attention ? NET_MAX_WINDOW : 0;
  hash_begin_sound(&self->sound, rate);
  return (PyObject*)self;
}

static void drop(PyObject* object) {
  EngineObject* self = (EngineObject*)object;
  PyTypeObject* type = Py_TYPE(object);
  freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
  engine_free(self->engine);
  rows_clear(&self->rows);
  release(object);
  Py_DECREF(type);
}

/// \return the engine; NULL and an exception if another thread is using it
static EngineObject* idle(PyObject* object) {
  EngineObject* self = (EngineObject*)object;
  if (!self->is_busy) return self;
  PyErr_SetString(PyExc_RuntimeError, "the engine is in use in another thread");
  return NULL;
}

/// Process samples, without the GIL.  \return 0, or -1 if out of memory
static int hear(EngineObject* self, const float* left, const float* right, size_t n) {
  hash_add_sound(&self->sound, left, right, n);
  self->summary.samples += n;
  while (n > 0) {
    const size_t used = engine_push(self->engine, left, right, n);
    left += used;
    right += used;
    n -= used;
    Estimate estimate;
    while (engine_pop(self->engine, &estimate)) {
      reading_summary_add(&self->summary, &estimate);
      if (rows_add(&self->rows, &estimate) != 0) return -1;
    }
  }
  return 0;
}

static PyObject* push(PyObject* object, PyObject* args) {
  PyObject *left, *right = Py_None;
  SoundBuffers sound;
  EngineObject* self = idle(object);
  if (!self || !PyArg_ParseTuple(args, "O|O", &left, &right)) return NULL;
  if (sound_take(&sound, left, right) != 0) return NULL;
  int status;
  self->is_busy = true;
  Py_BEGIN_ALLOW_THREADS status = hear(self, sound_left(&sound), sound_right(&sound), sound.n);
  Py_END_ALLOW_THREADS self->is_busy = false;
  sound_drop(&sound);
  if (status != 0) return PyErr_NoMemory();
  return Py_NewRef(Py_None);
}

static PyObject* pop(PyObject* object, PyObject* unused) {
  (void)unused;
  EngineObject* self = idle(object);
  return self ? rows_take(&self->rows) : NULL;
}

static PyObject* reset(PyObject* object, PyObject* unused) {
  (void)unused;
  EngineObject* self = idle(object);
  if (!self) return NULL;
  engine_reset(self->engine);
  self->rows.n = 0;
  self->summary = (ReadingSummary){.samples = 0};
  hash_begin_sound(&self->sound, self->rate);
  return Py_NewRef(Py_None);
}

static PyObject* summary(PyObject* object, PyObject* unused) {
  (void)unused;
  EngineObject* self = idle(object);
  if (!self) return NULL;
  ReadingSummary s = self->summary; // a copy: the original continues
  s.sound = hash_end_sound(&self->sound);
  reading_summary_end(&s);
  return core_summary(&s, self->rate);
}

PyTypeObject* core_make_engine_type(PyObject* module) {
  static PyMethodDef methods[] = {
      {"push", push, METH_VARARGS, "push(left, right=None): process samples"},
      {"pop", pop, METH_NOARGS, "pop() -> (positions, values, attention or None)"},
      {"reset", reset, METH_NOARGS, "reset(): forget everything heard"},
      {"summary", summary, METH_NOARGS, "summary() -> dict, over everything heard"},
      {NULL, NULL, 0, NULL}};
  PyType_Slot slots[] = {{Py_tp_new, (void*)make},
                         {Py_tp_dealloc, (void*)drop},
                         {Py_tp_methods, methods},
                         {Py_tp_doc, (void*)"Engine(model, rate, gate, attention)"},
                         {0, NULL}};
  PyType_Spec spec = {"circumplex._core.Engine", sizeof(EngineObject), 0, Py_TPFLAGS_DEFAULT,
                      slots};
  return (PyTypeObject*)PyType_FromModuleAndSpec(module, &spec, NULL);
}
