// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The CV plugin's outputs: one port for each value of cv_out.h.
#include "plugin/meter.h"

static void init(Meter* m) {
  cv_init(&m->cv, m->rate);
}

static void render(Meter* m, size_t from, size_t n) {
  const Readings* t = &m->output_schedule.target;
  cv_set(&m->cv, t->valence, t->arousal, t->confidence, m->output_schedule.settings.response);
  for (unsigned i = 0; i < CV_OUTPUTS; ++i) {
    float* out = m->ports[PORT_CV_VALENCE + i];
    if (out) cv_render(&m->cv, i, out + from, n);
  }
}

const PortOutput cv_port_output = {PLUGIN_CV, init, NULL, NULL, render};
