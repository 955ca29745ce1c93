// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The parts of circumplex._core, the extension behind the Python package.
///
/// It is written against Python's limited API (3.11), so that one build serves every later Python,
/// and knows nothing of NumPy: sound comes in by the buffer protocol, and tables go out as
/// bytearrays of packed numbers that python/circumplex/ makes arrays of.  Every function that
/// hears sound, reads a file or waits for the library lets other Python threads run meanwhile.
///
/// Thread: what is called without the GIL is said; an object that is at work in one thread raises
/// RuntimeError in another.
#ifndef CIRCUMPLEX_PYTHON_CORE_H
#define CIRCUMPLEX_PYTHON_CORE_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include "inference/engine.h"
#include "library/reading.h"

#include <stdbool.h>
#include <stddef.h>

#define CORE_TEXT 1024 ///< bytes that hold any error message

/// What the parts of the module share.
typedef struct {
  PyObject* error; ///< circumplex.Error
  PyTypeObject *model, *engine, *store;
} CoreState;

CoreState* core_state(void);

/// Set circumplex.Error.  \return NULL
PyObject* core_fail(const char* message);

/// Two channels of float samples from Python: buffers of equal length.
typedef struct {
  Py_buffer left, right;
  bool is_stereo; ///< else right is not held
  size_t n;
} Sound;

/// \param right Py_None: mono  \return 0, or -1 and an exception
int sound_take(Sound* sound, PyObject* left, PyObject* right);
void sound_drop(Sound* sound);
const float* sound_left(const Sound* sound);
const float* sound_right(const Sound* sound); ///< the left one if it is mono

/// Readings as they are collected.
typedef struct {
  size_t n, capacity;
  unsigned window;     ///< attention weights a row; 0: they are not kept
  uint64_t* positions; ///< [n] samples
  float* values;       ///< [n][rows_width()] the columns of the readings, then the cues
  float* attention;    ///< [n][window] the last one is the hop itself, 0 before the first
} Rows;

unsigned rows_width(void);
/// \return 0, or -1 if out of memory.  Without the GIL.
int rows_add(Rows* rows, const Estimate* estimate);
void rows_clear(Rows* rows);
/// (positions, values, attention or None), and the rows are empty again.
PyObject* rows_take(Rows* rows);
/// A bytearray of \p size bytes.
PyObject* core_bytes(const void* data, size_t size);

/// What a summary says, as a dict.
PyObject* core_summary(const ReadingSummary* summary, double rate);

/// \return the model inside a Model, borrowed; NULL and TypeError
Model* core_model(PyObject* object);

/// \return a new type, or NULL and an exception
PyTypeObject* core_make_model_type(PyObject* module);
PyTypeObject* core_make_engine_type(PyObject* module);
PyTypeObject* core_make_store_type(PyObject* module);

PyMODINIT_FUNC PyInit__core(void);

PyObject* core_read_file(PyObject* module, PyObject* args);
PyObject* core_load(PyObject* module, PyObject* args);
PyObject* core_tags(PyObject* module, PyObject* args);
PyObject* core_features(PyObject* module, PyObject* args);
PyObject* core_static_file(PyObject* module, PyObject* args);

#endif
