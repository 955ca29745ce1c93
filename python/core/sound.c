// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Takes samples from Python, and loads whole files as samples.
#include "python/core/core.h"

#include "audio/sound_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int take(Py_buffer* view, PyObject* object) {
  if (PyObject_GetBuffer(object, view, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) != 0) return -1;
  if (view->itemsize == sizeof(float) && view->format && strcmp(view->format, "f") == 0) return 0;
  PyBuffer_Release(view);
  PyErr_SetString(PyExc_TypeError, "the samples must be 32-bit floats");
  return -1;
}

int sound_take(SoundBuffers* sound, PyObject* left, PyObject* right) {
  memset(sound, 0, sizeof *sound);
  if (take(&sound->left, left) != 0) return -1;
  sound->n = (size_t)sound->left.len / sizeof(float);
  if (right == Py_None) return 0;
  if (take(&sound->right, right) == 0) {
    sound->is_stereo = true;
    if (sound->right.len == sound->left.len) return 0;
    PyErr_SetString(PyExc_ValueError, "the channels have different lengths");
  }
  sound_drop(sound);
  return -1;
}

void sound_drop(SoundBuffers* sound) {
  PyBuffer_Release(&sound->left);
  if (sound->is_stereo) PyBuffer_Release(&sound->right);
}

const float* sound_left(const SoundBuffers* sound) {
  return sound->left.buf;
}

const float* sound_right(const SoundBuffers* sound) {
  return sound->is_stereo ? sound->right.buf : sound->left.buf;
}

enum { BLOCK = 65536 };

/// Both channels of a file.
typedef struct {
  float *left, *right;
  size_t n, capacity;
} Samples;

static int grow(Samples* s) {
  if (s->capacity - s->n >= BLOCK) return 0;
  const size_t capacity = s->capacity + s->capacity / 2 + BLOCK;
  float* left = realloc(s->left, capacity * sizeof *left);
  if (left) s->left = left;
  float* right = realloc(s->right, capacity * sizeof *right);
  if (right) s->right = right;
  if (!left || !right) return -1;
  s->capacity = capacity;
  return 0;
}

/// \param end s; 0: to the file's end  \return 0, or -1 and an error message
static int read_all(AudioFile* audio, double start, double end, Samples* s, char* error,
                    size_t error_size) {
  const double rate = audio_info(audio)->rate;
  size_t left = end > 0.0 ? (size_t)((end - start) * rate + 0.5) : SIZE_MAX;
  if (audio_skip(audio, (uint64_t)(start * rate + 0.5), error, error_size) != 0) return -1;
  while (left > 0) {
    if (grow(s) != 0) {
      snprintf(error, error_size, "out of memory");
      return -1;
    }
    const ptrdiff_t got = audio_read(audio, s->left + s->n, s->right + s->n,
                                     left < BLOCK ? left : BLOCK, error, error_size);
    if (got <= 0) return (int)got;
    s->n += (size_t)got;
    left -= (size_t)got;
  }
  return 0;
}

PyObject* core_load(PyObject* module, PyObject* args) {
  (void)module;
  PyObject *path, *result = NULL;
  double start, end;
  char error[CORE_TEXT];
  Samples s = {0};
  if (!PyArg_ParseTuple(args, "O&dd", PyUnicode_FSConverter, &path, &start, &end)) return NULL;
  const char* name = PyBytes_AsString(path);
  AudioFile* audio;
  int status = -1;
  Py_BEGIN_ALLOW_THREADS audio = audio_open(name, NULL, error, sizeof error);
  if (audio) status = read_all(audio, start, end, &s, error, sizeof error);
  Py_END_ALLOW_THREADS if (status != 0) {
    core_fail(error);
  }
  else {
    const AudioInfo* info = audio_info(audio);
    const size_t size = s.n * sizeof(float);
    result = Py_BuildValue("NNdIz", core_bytes(s.left, size), core_bytes(s.right, size), info->rate,
                           info->channels, audio_damage(audio));
  }
  audio_close(audio);
  free(s.left);
  free(s.right);
  Py_DECREF(path);
  return result;
}
