// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Shared declarations of circumplex._core, the extension module of the Python package.
///
/// It uses Python's limited API (3.11), so that one build works with every later Python, and does
/// not use NumPy: sound comes in by the buffer protocol, and tables go out as bytearrays of packed
/// numbers, which python/circumplex/ turns into arrays.  Every function that processes sound, reads
/// a file or waits for the library releases the GIL.
///
/// Thread: with the GIL held, except where a comment says otherwise.  An object that is in use in
/// one thread raises RuntimeError in another.
#ifndef CIRCUMPLEX_PYTHON_CORE_H
#define CIRCUMPLEX_PYTHON_CORE_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include "inference/engine.h"
#include "library/reading.h"

#include <stdbool.h>
#include <stddef.h>

#define CORE_TEXT 1024 ///< size of a buffer for error messages

/// State shared by the parts of the module.
typedef struct {
  PyObject* error; ///< circumplex.Error
  PyTypeObject *model, *engine, *store;
} CoreState;

CoreState* core_state(void);

/// Set circumplex.Error.  \return NULL
PyObject* core_fail(const char* message);

/// Two channels of float samples from Python, as buffers of equal length.
typedef struct {
  Py_buffer left, right;
  bool is_stereo; ///< else right is not held
  size_t n;
} SoundBuffers;

/// \param right Py_None: mono  \return 0, or -1 and an exception
int sound_take(SoundBuffers* sound, PyObject* left, PyObject* right);
void sound_drop(SoundBuffers* sound);
const float* sound_left(const SoundBuffers* sound);
const float* sound_right(const SoundBuffers* sound); ///< the left one if it is mono

/// A table of readings that grows.
typedef struct {
  size_t n, capacity;
  unsigned window;     ///< attention weights per row; 0: not stored
  uint64_t* positions; ///< [n] samples
  float* values;       ///< [n] columns of the reading, then cues
  float* attention;    ///< [n][window] the last one is the hop itself; 0 before the first hop
} Rows;

/// \return 0, or -1 if out of memory.  Without the GIL.
int rows_add(Rows* rows, const Estimate* estimate);
void rows_clear(Rows* rows);
/// \return (positions, values, attention or None); the table is empty afterwards
PyObject* rows_take(Rows* rows);
/// \return a bytearray of \p size bytes
PyObject* core_bytes(const void* data, size_t size);

/// \return a summary as a dict
PyObject* core_summary(const ReadingSummary* summary, double rate);

/// \return the model inside a Model, borrowed; NULL and TypeError if it is something else
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
