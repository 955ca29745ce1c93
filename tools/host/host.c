// SPDX-License-Identifier: GPL-3.0-or-later
// A small LV2 host: one plugin instance, run block by block.
#include "tools/host/host.h"

#include "text/utf8.h"
#include "tools/host/worker.h"

#include <lv2/atom/util.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/log/log.h>
#include <lv2/options/options.h>
#include <lv2/patch/patch.h>
#include <lv2/presets/presets.h>
#include <lv2/state/state.h>
#include <lv2/time/time.h>
#include <lv2/urid/urid.h>
#include <malloc.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define INLINE_DISPLAY "http://harrisonconsoles.com/lv2/inlinedisplay#queue_draw"
#define MAX_URIDS 4096
#define DEFAULT_ATOM_SIZE 65536

// The sanitizer's runtime, if it was linked in.
__attribute__((weak)) void __rtsan_init(void);
__attribute__((weak)) void __rtsan_realtime_enter(void);
__attribute__((weak)) void __rtsan_realtime_exit(void);

typedef enum { KIND_AUDIO, KIND_CONTROL, KIND_ATOM, KIND_CV } Kind;

typedef struct {
  Kind kind;
  bool output;
  const char* symbol;
  float value;
  float low, high; ///< the declared range of a CV port
  float* samples;  ///< CV and unconnected audio
  LV2_Atom_Sequence* atoms;
} HostPort;

struct Host {
  HostOptions options;
  LilvWorld* world;
  const LilvPlugin* plugin;
  LilvInstance* instance;
  Worker* worker;
  HostPort ports[HOST_MAX_PORTS];
  unsigned n_ports;
  int control; ///< index of the atom input, -1 for none
  int freewheel;

  pthread_mutex_t urid_lock;
  char* uris[MAX_URIDS];
  unsigned n_uris;
  LV2_URID_Map map;
  LV2_URID_Unmap unmap;
  LV2_Log_Log log;
  LV2_Options_Option option_list[4];
  int32_t option_values[3];

  LV2_URID chunk, sequence;
  LV2_Atom_Forge forge;
  uint32_t atom_size, output_size;
  HostEvent event;
  void* event_context;
  uint64_t position;
  double run_seconds;
  size_t instance_bytes;
  bool rtsan;
  unsigned redraws;
  struct {
    void* handle;
    void (*queue_draw)(void* handle);
  } inline_display; ///< Ardour's extension; no package installs its header
};

static LV2_URID map_uri(LV2_URID_Map_Handle handle, const char* uri) {
  Host* h = handle;
  pthread_mutex_lock(&h->urid_lock);
  unsigned i = 0;
  while (i < h->n_uris && strcmp(h->uris[i], uri) != 0)
    ++i;
  if (i == h->n_uris && i < MAX_URIDS) h->uris[h->n_uris++] = strdup(uri);
  pthread_mutex_unlock(&h->urid_lock);
  return i < MAX_URIDS ? i + 1 : 0;
}

static const char* unmap_uri(LV2_URID_Unmap_Handle handle, LV2_URID urid) {
  Host* h = handle;
  pthread_mutex_lock(&h->urid_lock);
  const char* uri = urid >= 1 && urid <= h->n_uris ? h->uris[urid - 1] : NULL;
  pthread_mutex_unlock(&h->urid_lock);
  return uri;
}

LV2_URID host_map(Host* h, const char* uri) {
  return map_uri(h, uri);
}
const char* host_unmap(Host* h, LV2_URID urid) {
  return unmap_uri(h, urid);
}

/// Print a message line by line, each through utf8_clean().
__attribute__((format(printf, 1, 0))) static int say(const char* format, va_list args) {
  char text[4096], clean[4096];
  const int n = vsnprintf(text, sizeof text, format, args);
  for (char *line = text, *end; n > 0 && *line; line = end) {
    end = line + strcspn(line, "\n");
    const bool is_ended = *end == '\n';
    if (is_ended) *end++ = '\0';
    utf8_clean(clean, sizeof clean, line);
    fprintf(stderr, "%s%s", clean, is_ended ? "\n" : "");
  }
  return n;
}

void host_say(const char* format, ...) {
  va_list args;
  va_start(args, format);
  say(format, args);
  va_end(args);
}

__attribute__((format(printf, 3, 0))) static int log_vprintf(LV2_Log_Handle handle, LV2_URID type,
                                                             const char* format, va_list args) {
  (void)handle, (void)type;
  return say(format, args);
}

__attribute__((format(printf, 3, 4))) static int log_printf(LV2_Log_Handle handle, LV2_URID type,
                                                            const char* format, ...) {
  va_list args;
  va_start(args, format);
  const int n = log_vprintf(handle, type, format, args);
  va_end(args);
  return n;
}

bool host_has_rtsan(void) {
  return __rtsan_realtime_enter != NULL;
}

static void enter(void* context) {
  Host* h = context;
  if (h->rtsan) __rtsan_realtime_enter();
}

static void leave(void* context) {
  Host* h = context;
  if (h->rtsan) __rtsan_realtime_exit();
}

void host_use_rtsan(Host* h) {
  if (!host_has_rtsan()) return;
  if (__rtsan_init) __rtsan_init();
  h->rtsan = true;
  worker_on_sync(h->worker, leave, enter, h);
}

void host_trip_rtsan(void) {
  if (!host_has_rtsan()) return;
  if (__rtsan_init) __rtsan_init();
  __rtsan_realtime_enter();
  void* volatile p = malloc(64);
  free(p);
  __rtsan_realtime_exit();
}

static const LilvPlugin* find_plugin(Host* h) {
  if (h->options.bundle) {
    char path[4096];
    const size_t n = strlen(h->options.bundle);
    snprintf(path, sizeof path, "%s%s", h->options.bundle,
             n && h->options.bundle[n - 1] == '/' ? "" : "/");
    LilvNode* bundle = lilv_new_file_uri(h->world, NULL, path);
    lilv_world_load_bundle(h->world, bundle);
    lilv_node_free(bundle);
  } else {
    lilv_world_load_all(h->world);
  }
  LilvNode* uri = lilv_new_uri(h->world, h->options.uri);
  const LilvPlugin* plugin =
      uri ? lilv_plugins_get_by_uri(lilv_world_get_all_plugins(h->world), uri) : NULL;
  lilv_node_free(uri);
  return plugin;
}

static bool make_ports(Host* h) {
  LilvWorld* w = h->world;
  LilvNode* audio = lilv_new_uri(w, LV2_CORE__AudioPort);
  LilvNode* control = lilv_new_uri(w, LV2_CORE__ControlPort);
  LilvNode* cv = lilv_new_uri(w, LV2_CORE__CVPort);
  LilvNode* input = lilv_new_uri(w, LV2_CORE__InputPort);
  LilvNode* freewheel = lilv_new_uri(w, LV2_CORE__freeWheeling);
  h->n_ports = lilv_plugin_get_num_ports(h->plugin);
  bool ok = h->n_ports <= HOST_MAX_PORTS;
  float low[HOST_MAX_PORTS], high[HOST_MAX_PORTS], defaults[HOST_MAX_PORTS];
  if (ok) lilv_plugin_get_port_ranges_float(h->plugin, low, high, defaults);
  h->control = h->freewheel = -1;
  for (unsigned i = 0; ok && i < h->n_ports; ++i) {
    const LilvPort* port = lilv_plugin_get_port_by_index(h->plugin, i);
    HostPort* p = &h->ports[i];
    p->symbol = lilv_node_as_string(lilv_port_get_symbol(h->plugin, port));
    p->output = !lilv_port_is_a(h->plugin, port, input);
    p->kind = lilv_port_is_a(h->plugin, port, audio)     ? KIND_AUDIO
              : lilv_port_is_a(h->plugin, port, control) ? KIND_CONTROL
              : lilv_port_is_a(h->plugin, port, cv)      ? KIND_CV
                                                         : KIND_ATOM;
    if (p->kind == KIND_CONTROL) p->value = isnan(defaults[i]) ? 0.0f : defaults[i];
    if (p->kind == KIND_CV) p->low = low[i], p->high = high[i];
    if (p->kind == KIND_AUDIO || p->kind == KIND_CV)
      ok = (p->samples = calloc(h->options.max_block, sizeof(float))) != NULL;
    if (p->kind == KIND_ATOM) {
      // Allocate exactly the declared size, so that a memory checker finds an overrun.
      ok =
          (p->atoms = calloc(1, h->atom_size < sizeof(LV2_Atom_Sequence) ? sizeof(LV2_Atom_Sequence)
                                                                         : h->atom_size)) != NULL;
      if (!p->output && h->control < 0) h->control = (int)i;
    }
  }
  const LilvPort* fw = ok ? lilv_plugin_get_port_by_designation(h->plugin, input, freewheel) : NULL;
  if (fw) h->freewheel = (int)lilv_port_get_index(h->plugin, fw);
  lilv_node_free(audio);
  lilv_node_free(control);
  lilv_node_free(cv);
  lilv_node_free(input);
  lilv_node_free(freewheel);
  return ok;
}

/// \return bytes in use on the heap; 0 if the C library does not tell
static size_t heap_bytes(void) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

static void queue_draw(void* handle) {
  ((Host*)handle)->redraws++;
}
unsigned host_redraws(const Host* h) {
  return h->redraws;
}

static bool instantiate(Host* h) {
  h->map = (LV2_URID_Map){h, map_uri};
  h->unmap = (LV2_URID_Unmap){h, unmap_uri};
  h->log = (LV2_Log_Log){h, log_printf, log_vprintf};
  const char* const option_uris[3] = {LV2_BUF_SIZE__minBlockLength, LV2_BUF_SIZE__maxBlockLength,
                                      LV2_BUF_SIZE__sequenceSize};
  h->option_values[1] = (int32_t)h->options.max_block;
  h->option_values[2] = (int32_t)h->atom_size;
  for (unsigned i = 0; i < 3; ++i)
    h->option_list[i] = (LV2_Options_Option){LV2_OPTIONS_INSTANCE,       0,
                                             map_uri(h, option_uris[i]), sizeof(int32_t),
                                             map_uri(h, LV2_ATOM__Int),  &h->option_values[i]};
  h->inline_display.handle = h;
  h->inline_display.queue_draw = queue_draw;
  const LV2_Feature features[] = {
      {INLINE_DISPLAY, &h->inline_display},   {LV2_URID__map, &h->map},
      {LV2_URID__unmap, &h->unmap},           {LV2_LOG__log, &h->log},
      {LV2_OPTIONS__options, h->option_list}, {LV2_BUF_SIZE__boundedBlockLength, NULL},
      {LV2_STATE__threadSafeRestore, NULL},   {LV2_WORKER__schedule, worker_schedule(h->worker)}};
  const LV2_Feature* list[9] = {0};
  for (unsigned i = 0, n = 0; i < 8; ++i)
    if (i < 7 || worker_schedule(h->worker)) list[n++] = &features[i];
  const size_t before = heap_bytes();
  h->instance = lilv_plugin_instantiate(h->plugin, h->options.rate, list);
  h->instance_bytes = heap_bytes() - before;
  if (!h->instance) return false;
  worker_attach(h->worker, lilv_instance_get_handle(h->instance),
                lilv_instance_get_extension_data(h->instance, LV2_WORKER__interface));
  return true;
}

static void empty_control(Host* h) {
  if (h->control < 0) return;
  lv2_atom_sequence_clear(h->ports[h->control].atoms);
  h->ports[h->control].atoms->atom.type = h->sequence;
  h->ports[h->control].atoms->body.unit = 0;
}

Host* host_new(const HostOptions* options, char* error, size_t error_size) {
  Host* h = calloc(1, sizeof *h);
  if (!h) return NULL;
  h->options = *options;
  h->atom_size = options->atom_size ? options->atom_size : DEFAULT_ATOM_SIZE;
  h->output_size = h->atom_size;
  pthread_mutex_init(&h->urid_lock, NULL);
  h->world = lilv_world_new();
  h->worker = worker_new(options->worker, options->free_running, options->gui_seconds);
  h->plugin = find_plugin(h);
  if (!h->plugin) {
    snprintf(error, error_size, "No plugin <%s> in %s", options->uri,
             options->bundle ? options->bundle : "LV2_PATH");
    goto fail;
  }
  if (!make_ports(h) || !instantiate(h)) {
    snprintf(error, error_size, "<%s> cannot be instantiated", options->uri);
    goto fail;
  }
  lv2_atom_forge_init(&h->forge, &h->map);
  h->chunk = map_uri(h, LV2_ATOM__Chunk);
  h->sequence = map_uri(h, LV2_ATOM__Sequence);
  for (unsigned i = 0; i < h->n_ports; ++i) {
    HostPort* p = &h->ports[i];
    void* data = p->kind == KIND_CONTROL ? (void*)&p->value
                 : p->kind == KIND_ATOM  ? (void*)p->atoms
                                         : (void*)p->samples;
    if (p->kind == KIND_ATOM && p->output && options->no_notify) data = NULL;
    lilv_instance_connect_port(h->instance, i, data);
  }
  empty_control(h);
  lilv_instance_activate(h->instance);
  return h;
fail:
  host_free(h);
  return NULL;
}

void host_free(Host* h) {
  if (!h) return;
  worker_free(h->worker);
  if (h->instance) {
    lilv_instance_deactivate(h->instance);
    lilv_instance_free(h->instance);
  }
  for (unsigned i = 0; i < h->n_ports && i < HOST_MAX_PORTS; ++i) {
    free(h->ports[i].samples);
    free(h->ports[i].atoms);
  }
  lilv_world_free(h->world);
  for (unsigned i = 0; i < h->n_uris; ++i)
    free(h->uris[i]);
  pthread_mutex_destroy(&h->urid_lock);
  free(h);
}

void host_on_event(Host* h, HostEvent event, void* context) {
  h->event = event;
  h->event_context = context;
}

/// \return the index of the port \p symbol, or -1.
static int find_port(const Host* h, const char* symbol) {
  for (unsigned i = 0; i < h->n_ports; ++i)
    if (strcmp(h->ports[i].symbol, symbol) == 0) return (int)i;
  return -1;
}

float host_get(const Host* h, const char* symbol) {
  const int i = find_port(h, symbol);
  return i >= 0 && h->ports[i].kind == KIND_CONTROL ? h->ports[i].value : NAN;
}

bool host_set(Host* h, const char* symbol, float value) {
  const int i = find_port(h, symbol);
  if (i < 0 || h->ports[i].kind != KIND_CONTROL || h->ports[i].output) return false;
  h->ports[i].value = value;
  return true;
}

const char* host_output_name(const Host* h, unsigned n, float* value) {
  for (unsigned i = 0; i < h->n_ports; ++i) {
    const HostPort* p = &h->ports[i];
    if (p->kind != KIND_CONTROL || !p->output) continue;
    if (n-- == 0) {
      if (value) *value = p->value;
      return p->symbol;
    }
  }
  return NULL;
}

static const HostPort* cv_port(const Host* h, unsigned n) {
  for (unsigned i = 0; i < h->n_ports; ++i)
    if (h->ports[i].kind == KIND_CV && h->ports[i].output && n-- == 0) return &h->ports[i];
  return NULL;
}

const float* host_cv(const Host* h, unsigned n) {
  const HostPort* p = cv_port(h, n);
  return p ? p->samples : NULL;
}

float host_cv_scaled(const Host* h, unsigned n, float value) {
  const HostPort* p = cv_port(h, n);
  return p ? (value - p->low) / (p->high - p->low) : NAN;
}

unsigned host_audio_inputs(const Host* h) {
  unsigned n = 0;
  for (unsigned i = 0; i < h->n_ports; ++i)
    n += h->ports[i].kind == KIND_AUDIO && !h->ports[i].output;
  return n;
}

static void connect_audio(Host* h, float* const in[HOST_MAX_AUDIO],
                          float* const out[HOST_MAX_AUDIO]) {
  unsigned n_in = 0, n_out = 0;
  for (unsigned i = 0; i < h->n_ports; ++i) {
    HostPort* p = &h->ports[i];
    if (p->kind != KIND_AUDIO) continue;
    const unsigned at = p->output ? n_out++ : n_in++;
    float* buffer = p->samples;
    if (at < HOST_MAX_AUDIO) {
      if (!p->output || h->options.in_place)
        buffer = in[at];
      else if (out)
        buffer = out[at];
    }
    lilv_instance_connect_port(h->instance, i, buffer);
  }
}

bool host_freewheel(Host* h, bool on) {
  if (h->freewheel < 0) return false;
  h->ports[h->freewheel].value = on ? 1.0f : 0.0f;
  return true;
}

static void read_events(Host* h, uint64_t start) {
  for (unsigned i = 0; i < h->n_ports; ++i) {
    const HostPort* p = &h->ports[i];
    if (p->kind != KIND_ATOM || !p->output || h->options.no_notify) continue;
    if (p->atoms->atom.type != h->sequence || p->atoms->atom.size < sizeof(LV2_Atom_Sequence_Body))
      continue;
    LV2_ATOM_SEQUENCE_FOREACH(p->atoms, event)
    h->event(h->event_context, p->symbol, start + (uint64_t)event->time.frames, &event->body);
  }
}

void host_run(Host* h, float* const in[HOST_MAX_AUDIO], float* const out[HOST_MAX_AUDIO],
              uint32_t n) {
  connect_audio(h, in, out);
  for (unsigned i = 0; i < h->n_ports; ++i) {
    HostPort* p = &h->ports[i];
    if (p->kind != KIND_ATOM || !p->output) continue;
    p->atoms->atom.type = h->chunk;
    p->atoms->atom.size = h->output_size;
  }
  struct timespec a, b;
  clock_gettime(CLOCK_MONOTONIC, &a);
  enter(h);
  lilv_instance_run(h->instance, n);
  leave(h);
  clock_gettime(CLOCK_MONOTONIC, &b);
  h->run_seconds = (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec);
  worker_deliver(h->worker);
  if (h->event) read_events(h, h->position);
  empty_control(h);
  h->position += n;
  worker_serve(h->worker, n / h->options.rate);
}

size_t host_instance_bytes(const Host* h) {
  return h->instance_bytes;
}
uint64_t host_position(const Host* h) {
  return h->position;
}
double host_run_seconds(const Host* h) {
  return h->run_seconds;
}

bool host_resize_outputs(Host* h, uint32_t size) {
  for (unsigned i = 0; i < h->n_ports; ++i) {
    HostPort* p = &h->ports[i];
    if (p->kind != KIND_ATOM || !p->output) continue;
    free(p->atoms);
    p->atoms = calloc(1, size < sizeof(LV2_Atom_Sequence) ? sizeof(LV2_Atom_Sequence) : size);
    if (!p->atoms) return false;
    lilv_instance_connect_port(h->instance, i, size ? p->atoms : NULL);
  }
  h->output_size = size;
  h->options.no_notify = size == 0;
  return true;
}

void host_restart(Host* h) {
  lilv_instance_deactivate(h->instance);
  lilv_instance_activate(h->instance);
}

/// Queue a whole atom for the control input.  \return false if it does not fit.
static bool send_atom(Host* h, const LV2_Atom* atom) {
  if (h->control < 0) return false;
  uint8_t buffer[8192];
  LV2_Atom_Event* event = (LV2_Atom_Event*)(void*)buffer;
  if (sizeof *event + atom->size > sizeof buffer) return false;
  if (h->atom_size < sizeof(LV2_Atom_Sequence)) return false; // its room would be negative
  event->time.frames = 0;
  memcpy(&event->body, atom, sizeof *atom + atom->size);
  return lv2_atom_sequence_append_event(h->ports[h->control].atoms,
                                        h->atom_size - (uint32_t)sizeof(LV2_Atom), event) != NULL;
}

static LV2_Atom_Forge_Ref begin(Host* h, uint8_t* buffer, size_t size, LV2_Atom_Forge_Frame* frame,
                                const char* type) {
  lv2_atom_forge_set_buffer(&h->forge, buffer, size);
  return lv2_atom_forge_object(&h->forge, frame, 0, map_uri(h, type));
}

bool host_send_object(Host* h, const char* type) {
  _Alignas(8) uint8_t buffer[256];
  LV2_Atom_Forge_Frame frame;
  begin(h, buffer, sizeof buffer, &frame, type);
  lv2_atom_forge_pop(&h->forge, &frame);
  return send_atom(h, (const LV2_Atom*)(const void*)buffer);
}

/// Write the start of a patch:Set to \p buffer; the value follows.
static void begin_set(Host* h, uint8_t* buffer, size_t size, LV2_Atom_Forge_Frame* frame,
                      const char* property) {
  begin(h, buffer, size, frame, LV2_PATCH__Set);
  lv2_atom_forge_key(&h->forge, map_uri(h, LV2_PATCH__property));
  lv2_atom_forge_urid(&h->forge, map_uri(h, property));
  lv2_atom_forge_key(&h->forge, map_uri(h, LV2_PATCH__value));
}

bool host_send_text(Host* h, const char* property, const char* text, bool path) {
  _Alignas(8) uint8_t buffer[6144];
  LV2_Atom_Forge_Frame frame;
  const uint32_t n = (uint32_t)strlen(text);
  begin_set(h, buffer, sizeof buffer, &frame, property);
  const LV2_Atom_Forge_Ref done =
      path ? lv2_atom_forge_path(&h->forge, text, n) : lv2_atom_forge_string(&h->forge, text, n);
  lv2_atom_forge_pop(&h->forge, &frame);
  return done && send_atom(h, (const LV2_Atom*)(const void*)buffer);
}

bool host_send_bool(Host* h, const char* property, bool on) {
  _Alignas(8) uint8_t buffer[256];
  LV2_Atom_Forge_Frame frame;
  begin_set(h, buffer, sizeof buffer, &frame, property);
  lv2_atom_forge_bool(&h->forge, on);
  lv2_atom_forge_pop(&h->forge, &frame);
  return send_atom(h, (const LV2_Atom*)(const void*)buffer);
}

bool host_send_position(Host* h, int64_t frame_number, float speed) {
  _Alignas(8) uint8_t buffer[256];
  LV2_Atom_Forge_Frame frame;
  begin(h, buffer, sizeof buffer, &frame, LV2_TIME__Position);
  lv2_atom_forge_key(&h->forge, map_uri(h, LV2_TIME__frame));
  lv2_atom_forge_long(&h->forge, frame_number);
  lv2_atom_forge_key(&h->forge, map_uri(h, LV2_TIME__speed));
  lv2_atom_forge_float(&h->forge, speed);
  lv2_atom_forge_pop(&h->forge, &frame);
  return send_atom(h, (const LV2_Atom*)(const void*)buffer);
}

static const void* get_port(const char* symbol, void* context, uint32_t* size, uint32_t* type) {
  Host* h = context;
  const int i = find_port(h, symbol);
  *size = *type = 0;
  if (i < 0 || h->ports[i].kind != KIND_CONTROL || h->ports[i].output) return NULL;
  *size = sizeof(float);
  *type = map_uri(h, LV2_ATOM__Float);
  return &h->ports[i].value;
}

static void set_port(const char* symbol, void* context, const void* value, uint32_t size,
                     uint32_t type) {
  Host* h = context;
  float number = 0.0f;
  if (type == map_uri(h, LV2_ATOM__Float) && size == sizeof number) {
    memcpy(&number, value, sizeof number);
  } else if (type == map_uri(h, LV2_ATOM__Int) && size == sizeof(int32_t)) {
    int32_t integer;
    memcpy(&integer, value, sizeof integer);
    number = (float)integer;
  } else {
    return;
  }
  host_set(h, symbol, number);
}

bool host_save(Host* h, const char* folder) {
  LilvState* state =
      lilv_state_new_from_instance(h->plugin, h->instance, &h->map, folder, folder, folder, folder,
                                   get_port, h, LV2_STATE_IS_POD, NULL);
  if (!state) return false;
  const int failed =
      lilv_state_save(h->world, &h->map, &h->unmap, state, NULL, folder, "state.ttl");
  lilv_state_free(state);
  return !failed;
}

/// For calling a plugin's restore() with strings that have no NUL at the end.
typedef struct {
  const LV2_Descriptor* plugin;
  LV2_Handle handle;
  LV2_State_Retrieve_Function retrieve;
  LV2_State_Handle state;
  LV2_URID string, path;
} Unterminated;

static const void* retrieve_unterminated(LV2_State_Handle handle, uint32_t key, size_t* size,
                                         uint32_t* type, uint32_t* flags) {
  const Unterminated* u = handle;
  const void* value = u->retrieve(u->state, key, size, type, flags);
  if (value && *size > 0 && (*type == u->string || *type == u->path)) (*size)--;
  return value;
}

static LV2_State_Status restore_unterminated(LV2_Handle handle,
                                             LV2_State_Retrieve_Function retrieve,
                                             LV2_State_Handle state, uint32_t flags,
                                             const LV2_Feature* const* features) {
  Unterminated* u = handle;
  const LV2_State_Interface* iface = u->plugin->extension_data(LV2_STATE__interface);
  u->retrieve = retrieve;
  u->state = state;
  return iface->restore(u->handle, retrieve_unterminated, u, flags, features);
}

static const void* unterminated_data(const char* uri) {
  static const LV2_State_Interface iface = {.restore = restore_unterminated};
  return strcmp(uri, LV2_STATE__interface) == 0 ? &iface : NULL;
}

/// Restore like Carla: the size of a string is its strlen().
static void restore_as_carla(Host* h, LilvState* state) {
  Unterminated u = {h->instance->lv2_descriptor,  h->instance->lv2_handle,   NULL, NULL,
                    map_uri(h, LV2_ATOM__String), map_uri(h, LV2_ATOM__Path)};
  LV2_Descriptor descriptor = *u.plugin;
  descriptor.extension_data = unterminated_data;
  LilvInstance stand_in = {&descriptor, &u, h->instance->pimpl};
  lilv_state_restore(state, &stand_in, set_port, h, 0, NULL);
}

bool host_restore(Host* h, const char* folder) {
  char path[4096];
  snprintf(path, sizeof path, "%s/state.ttl", folder);
  LilvState* state = lilv_state_new_from_file(h->world, &h->map, NULL, path);
  if (!state) return false;
  if (h->options.unterminated)
    restore_as_carla(h, state);
  else
    lilv_state_restore(state, h->instance, set_port, h, 0, NULL);
  lilv_state_free(state);
  return true;
}

/// \return the plugin's preset with this URI or label, or NULL
static LilvState* find_preset(Host* h, const char* name) {
  LilvState* state = NULL;
  LilvNode* type = lilv_new_uri(h->world, LV2_PRESETS__Preset);
  LilvNodes* presets = lilv_plugin_get_related(h->plugin, type);
  LILV_FOREACH(nodes, i, presets) {
    const LilvNode* node = lilv_nodes_get(presets, i);
    lilv_world_load_resource(h->world, node);
    LilvState* other = lilv_state_new_from_world(h->world, &h->map, node);
    const char* label = other ? lilv_state_get_label(other) : NULL;
    const bool is_it =
        strcmp(lilv_node_as_uri(node), name) == 0 || (label && strcmp(label, name) == 0);
    if (is_it && !state)
      state = other;
    else
      lilv_state_free(other);
  }
  lilv_nodes_free(presets);
  lilv_node_free(type);
  return state;
}

bool host_preset(Host* h, const char* name) {
  LilvState* state = find_preset(h, name);
  if (!state) return false;
  lilv_state_restore(state, h->instance, set_port, h, 0, NULL);
  lilv_state_free(state);
  return true;
}

LilvInstance* host_instance(Host* h) {
  return h->instance;
}
const LilvPlugin* host_plugin(const Host* h) {
  return h->plugin;
}
LilvWorld* host_world(const Host* h) {
  return h->world;
}
