// SPDX-License-Identifier: GPL-3.0-or-later
// Implements the LV2 functions that the host calls.
#include "dsp/pages.h"
#include "plugin/denormals.h"
#include "plugin/meter.h"
#include "text/utf8.h"

#include <lv2/core/lv2_util.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Write a message to the log; never on the audio thread.
static void log_message(void* meter, bool error, const char* message) {
  Meter* m = meter;
  char clean[1024]; // the message may contain a file's name
  utf8_clean(clean, sizeof clean, message);
  if (error)
    lv2_log_error(&m->logger, "Circumplex: %s\n", clean);
  else
    lv2_log_note(&m->logger, "Circumplex: %s\n", clean);
}

static void cleanup(LV2_Handle instance) {
  Meter* m = instance;
  if (!m) return;
#ifdef CIRCUMPLEX_INLINE_DISPLAY
  inline_view_free(&m->view);
#endif
  jobs_free(m->jobs);
  engine_queue_free(m->queue);
  history_free(m->history);
  free(m);
}

static const PortOutput* find_output(PluginKind kind) {
#define X(output) &output,
  static const PortOutput* const outputs[] = {METER_OUTPUTS_LIST(X)};
#undef X
  for (size_t i = 0; i < sizeof outputs / sizeof *outputs; ++i)
    if (outputs[i]->kind == kind) return outputs[i];
  return NULL;
}

static LV2_Handle instantiate(const LV2_Descriptor* descriptor, double rate,
                              const char* bundle_path, const LV2_Feature* const* features) {
  (void)bundle_path;
  const PluginKind kind = ports_plugin_find(descriptor->URI);
  if (kind == PLUGIN_COUNT) return NULL;
  Meter* m = pages_new(1, sizeof *m);
  if (!m) return NULL;
  m->kind = kind;
  m->rate = rate;
  const char* missing =
      lv2_features_query(features, LV2_URID__map, &m->map, true, LV2_LOG__log, &m->logger.log,
                         false, LV2_WORKER__schedule, &m->schedule, false, NULL);
  lv2_log_logger_set_map(&m->logger, m->map);
  if (missing) {
    lv2_log_error(&m->logger, "Circumplex: the host does not have the feature <%s>\n", missing);
    free(m);
    return NULL;
  }
  if (!(rate >= FRONTEND_MIN_RATE) || !(rate <= FRONTEND_MAX_RATE)) {
    lv2_log_error(&m->logger,
                  "Circumplex: sample rates from %.0f to %.0f Hz are supported, not %.0f\n",
                  FRONTEND_MIN_RATE, FRONTEND_MAX_RATE, rate);
    free(m);
    return NULL;
  }
  uris_map(&m->uris, m->map);
  atomic_init(&m->calling, false);
  atomic_init(&m->synchronous, false);
  atomic_init(&m->caller, pthread_self());
  for (unsigned i = 0; i < PORT_COUNT; ++i) {
    const PortInfo* info = ports_info((Port)i);
    m->ranges[i] = (MeterRange){info->low, info->high, info->init};
  }
  m->gate = ports_info(PORT_GATE)->init;
  output_schedule_init(&m->output_schedule, rate);
  notify_init(&m->notify, &m->uris, m->map);
  m->output = find_output(kind);
  if (m->output) m->output->init(m);
  m->history = history_new();
  m->queue = engine_queue_new(rate, m->output_schedule.delay);
  if (m->queue) m->jobs = jobs_new(m->queue, log_message, m);
  if (!m->history || !m->jobs) {
    lv2_log_error(&m->logger, "Circumplex: out of memory\n");
    cleanup(m);
    return NULL;
  }
#ifdef CIRCUMPLEX_INLINE_DISPLAY
  inline_view_init(&m->view, features);
#endif
  return m;
}

static void connect_port(LV2_Handle instance, uint32_t index, void* data) {
  Meter* m = instance;
  const PortInfo* info = ports_at(m->kind, index);
  if (info) m->ports[info->port] = data;
}

static void activate(LV2_Handle instance) {
  Meter* m = instance;
  // Stream positions continue, but what was heard is forgotten.
  if (engine_queue_position(m->queue) > 0) m->reset_due = true;
  m->have_transport = false;
  m->speed = 0.0;
  if (m->output) m->output->init(m);
}

static void run(LV2_Handle instance, uint32_t n) {
  const DenormalMode mode = denormals_flush();
  meter_process(instance, n);
  denormals_restore(mode);
}

static LV2_Worker_Status work(LV2_Handle instance, LV2_Worker_Respond_Function respond,
                              LV2_Worker_Respond_Handle handle, uint32_t size, const void* data) {
  (void)respond, (void)handle, (void)size, (void)data; // only a wake-up: the work is in our queues
  Meter* m = instance;
  const DenormalMode mode = denormals_flush();
  const bool inside_run =
      atomic_load(&m->calling) && pthread_equal(pthread_self(), atomic_load(&m->caller));
  atomic_store(&m->synchronous, inside_run);
  if (inside_run)
    engine_queue_decline(m->queue);
  else
    engine_queue_work(m->queue);
  jobs_run(m->jobs, !inside_run);
  denormals_restore(mode);
  return LV2_WORKER_SUCCESS;
}

static LV2_Worker_Status work_response(LV2_Handle instance, uint32_t size, const void* data) {
  (void)instance, (void)size, (void)data;
  return LV2_WORKER_SUCCESS;
}

static const void* extension_data(const char* uri) {
  static const LV2_Worker_Interface worker = {work, work_response, NULL};
  if (strcmp(uri, LV2_WORKER__interface) == 0) return &worker;
  if (strcmp(uri, LV2_STATE__interface) == 0) return &meter_state_interface;
#ifdef CIRCUMPLEX_INLINE_DISPLAY
  if (strcmp(uri, INLINE_DISPLAY_INTERFACE) == 0) return &inline_view_interface;
#endif
  return NULL;
}

#define DESCRIPTOR(uri)                                                                            \
  { uri, instantiate, connect_port, activate, run, NULL, cleanup, extension_data }

LV2_SYMBOL_EXPORT const LV2_Descriptor* lv2_descriptor(uint32_t index) {
  static const LV2_Descriptor descriptors[PLUGIN_COUNT] = {
      [PLUGIN_STEREO] = DESCRIPTOR(CIRCUMPLEX_URI_METER),
      [PLUGIN_MONO] = DESCRIPTOR(CIRCUMPLEX_URI_MONO),
      [PLUGIN_MIDI] = DESCRIPTOR(CIRCUMPLEX_URI_MIDI),
      [PLUGIN_CV] = DESCRIPTOR(CIRCUMPLEX_URI_CV)};
  return index < PLUGIN_COUNT ? &descriptors[index] : NULL;
}
