// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Features of a sound, the input of models, as `circumplex features` writes them.
#include "python/core/core.h"

#include "dsp/frontend.h"

#include <stdlib.h>
#include <string.h>

enum { LOGMEL, CUES, CHROMA, SEMITONES, LOUDNESS, FLAGS, PARTS };

typedef struct {
  FrontendSpec spec;
  double rate, gate;
  size_t hops, capacity;
  size_t width[PARTS]; ///< values per hop
  float* part[PARTS];
} FeatureArrays;

static int grow(FeatureArrays* f) {
  const size_t capacity = f->capacity == 0 ? 256 : 2 * f->capacity;
  for (int i = 0; i < PARTS; ++i) {
    float* larger = realloc(f->part[i], capacity * f->width[i] * sizeof *larger);
    if (!larger) return -1;
    f->part[i] = larger;
  }
  f->capacity = capacity;
  return 0;
}

static int put(FeatureArrays* f, const HopFeatures* hop) {
  if (f->hops == f->capacity && grow(f) != 0) return -1;
  const float loudness[] = {hop->loudness, hop->loudness_short, hop->loudness_slow};
  const float flags[] = {hop->silent ? 1.0F : 0.0F, hop->gate_opened ? 1.0F : 0.0F};
  // A HopFeatures' log-mel is packed: [25][n_mel].
  const float* const from[PARTS] = {hop->logmel,    hop->cues, hop->chroma,
                                    hop->semitones, loudness,  flags};
  for (int i = 0; i < PARTS; ++i)
    memcpy(f->part[i] + f->hops * f->width[i], from[i], f->width[i] * sizeof(float));
  ++f->hops;
  return 0;
}

/// Compute features, without the GIL.  \return 0, or -1 and an error message ("": out of memory)
static int hear(FeatureArrays* f, const float* left, const float* right, size_t n, char* error,
                size_t error_size) {
  Frontend* frontend = frontend_new(&f->spec, f->rate, error, error_size);
  if (!frontend) return -1;
  frontend_set_gate(frontend, (float)f->gate);
  int status = 0;
  while (n > 0 && status == 0) {
    bool is_done = false;
    const size_t used = frontend_push(frontend, left, right, n, &is_done);
    left += used;
    right += used;
    n -= used;
    if (is_done) status = put(f, frontend_hop(frontend));
  }
  frontend_free(frontend);
  return status;
}

PyObject* core_features(PyObject* module, PyObject* args) {
  (void)module;
  static const char* const names[PARTS] = {"logmel",    "cues",     "chroma",
                                           "semitones", "loudness", "flags"};
  PyObject *left, *right;
  SoundBuffers sound;
  char error[CORE_TEXT] = "";
  FeatureArrays f;
  memset(&f, 0, sizeof f);
  if (!PyArg_ParseTuple(args, "OOdIffd", &left, &right, &f.rate, &f.spec.n_mel, &f.spec.fmin,
                        &f.spec.fmax, &f.gate))
    return NULL;
  if (sound_take(&sound, left, right) != 0) return NULL;
  const size_t widths[PARTS] = {
      (size_t)FRONTEND_FRAMES * f.spec.n_mel, CUE_COUNT, FRONTEND_CHROMA, FRONTEND_SEMITONES, 3, 2};
  memcpy(f.width, widths, sizeof widths);
  int status;
  Py_BEGIN_ALLOW_THREADS status =
      hear(&f, sound_left(&sound), sound_right(&sound), sound.n, error, sizeof error);
  Py_END_ALLOW_THREADS sound_drop(&sound);
  PyObject* result = status == 0 ? PyDict_New() : NULL;
  for (int i = 0; result && i < PARTS; ++i) {
    PyObject* bytes = core_bytes(f.part[i], f.hops * f.width[i] * sizeof(float));
    if (!bytes || PyDict_SetItemString(result, names[i], bytes) != 0) Py_CLEAR(result);
    Py_XDECREF(bytes);
  }
  for (int i = 0; i < PARTS; ++i)
    free(f.part[i]);
  if (status != 0) return error[0] != '\0' ? core_fail(error) : PyErr_NoMemory();
  return result;
}
