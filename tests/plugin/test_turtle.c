// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What hosts read about the plugins and their presets, compared with a list (turtle.txt).
/// Sessions and automation depend on it, so users must be told of any difference.  After such a
/// change copy the file that the test writes.
#include "tests/dsp/harness.h"

#include "plugin/ports.h"
#include "plugin/protocol.h"
#include "tests/plugin/rig.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LV2 "http://lv2plug.in/ns/lv2core#"
#define EXT "http://lv2plug.in/ns/ext/"
#define RDFS "http://www.w3.org/2000/01/rdf-schema#"
#define SYMBOL "http://lv2plug.in/ns/extensions/units#symbol"

static int by_text(const void* a, const void* b) {
  return strcmp(*(char* const*)a, *(char* const*)b);
}

/// The end of a URI, or the value; for a unit of our own its symbol.
static const char* brief(LilvWorld* world, const LilvNode* node) {
  if (lilv_node_is_blank(node)) {
    LilvNode* key = lilv_new_uri(world, SYMBOL);
    LilvNode* symbol = lilv_world_get(world, node, key, NULL);
    static char text[32];
    snprintf(text, sizeof text, "%s", symbol ? lilv_node_as_string(symbol) : "");
    lilv_node_free(symbol);
    lilv_node_free(key);
    return text;
  }
  const char* text = lilv_node_as_string(node);
  const char* hash = lilv_node_is_uri(node) ? strrchr(text, '#') : NULL;
  return hash ? hash + 1 : text;
}

/// Print the values of a predicate, in the order of the alphabet.
static void put_values(FILE* out, LilvWorld* world, const LilvNode* subject, const char* predicate,
                       const char* head) {
  enum { MOST = 32 };
  char* texts[MOST];
  size_t n = 0;
  LilvNode* key = lilv_new_uri(world, predicate);
  LilvNodes* values = lilv_world_find_nodes(world, subject, key, NULL);
  LILV_FOREACH(nodes, i, values) {
    const LilvNode* value = lilv_nodes_get(values, i);
    if (strstr(lilv_node_as_string(value), "inlinedisplay")) continue; // a build may be without it
    assert_true(n < MOST);
    texts[n++] = strdup(brief(world, value));
  }
  qsort(texts, n, sizeof *texts, by_text);
  for (size_t i = 0; i < n; ++i) {
    fprintf(out, "%s%s", i ? "," : head, texts[i]);
    free(texts[i]);
  }
  lilv_nodes_free(values);
  lilv_node_free(key);
}

static void put_points(FILE* out, const LilvPlugin* plugin, const LilvPort* port) {
  enum { MOST = 8 };
  char* texts[MOST];
  size_t n = 0;
  LilvScalePoints* points = lilv_port_get_scale_points(plugin, port);
  LILV_FOREACH(scale_points, i, points) {
    const LilvScalePoint* point = lilv_scale_points_get(points, i);
    char text[64];
    snprintf(text, sizeof text, " %g=%s",
             (double)lilv_node_as_float(lilv_scale_point_get_value(point)),
             lilv_node_as_string(lilv_scale_point_get_label(point)));
    assert_true(n < MOST);
    texts[n++] = strdup(text);
  }
  qsort(texts, n, sizeof *texts, by_text);
  for (size_t i = 0; i < n; ++i) {
    fputs(texts[i], out);
    free(texts[i]);
  }
  lilv_scale_points_free(points);
}

static void put_port(FILE* out, Host* host, unsigned i, float low, float high, float init) {
  static const char* const predicates[][2] = {
      {LV2 "portProperty", " is "},
      {LV2 "designation", " as "},
      {EXT "port-groups#group", " of "},
      {"http://lv2plug.in/ns/extensions/units#unit", " in "},
      {EXT "resize-port#minimumSize", " least "},
      {EXT "atom#supports", " takes "},
      {LV2 "shortName", " short "},
      {EXT "port-props#displayPriority", " priority "}};
  const LilvPlugin* plugin = host_plugin(host);
  const LilvPort* port = lilv_plugin_get_port_by_index(plugin, i);
  LilvNode* name = lilv_port_get_name(plugin, port);
  fprintf(out, "%u %s \"%s\"", i, lilv_node_as_string(lilv_port_get_symbol(plugin, port)),
          lilv_node_as_string(name));
  if (!isnan(low)) fprintf(out, " %g..%g", (double)low, (double)high);
  if (!isnan(init)) fprintf(out, " (%g)", (double)init);
  lilv_node_free(name);
  for (unsigned k = 0; k < sizeof predicates / sizeof *predicates; ++k)
    put_values(out, host_world(host), lilv_port_get_node(plugin, port), predicates[k][0],
               predicates[k][1]);
  put_points(out, plugin, port);
  fputc('\n', out);
}

/// The settings that a preset changes.
static void put_preset(FILE* out, const char* uri, const char* preset) {
  Rig* rig = rig_new((HostOptions){.uri = uri});
  fprintf(out, "%s:", preset);
  assert_true(host_preset(rig->host, preset));
  const PluginKind kind = ports_plugin_find(uri);
  for (unsigned i = 0; i < ports_plugin(kind)->n_ports; ++i) {
    const PortInfo* info = ports_at(kind, i);
    const float value = host_get(rig->host, info->symbol);
    if (info->kind == PORT_KIND_CONTROL && !info->output && value != info->init)
      fprintf(out, " %s=%g", info->symbol, (double)value);
  }
  fputc('\n', out);
  rig_free(rig);
}

static void put_plugin(FILE* out, PluginKind kind) {
  const char* uri = ports_plugin(kind)->uri;
  Rig* rig = rig_new((HostOptions){.uri = uri});
  const LilvPlugin* plugin = host_plugin(rig->host);
  LilvWorld* world = host_world(rig->host);
  const unsigned n = lilv_plugin_get_num_ports(plugin);
  float low[HOST_MAX_PORTS], high[HOST_MAX_PORTS], init[HOST_MAX_PORTS];
  lilv_plugin_get_port_ranges_float(plugin, low, high, init);
  LilvNode* name = lilv_plugin_get_name(plugin);
  fprintf(out, "== %s \"%s\"", uri, lilv_node_as_string(name));
  lilv_node_free(name);
  put_values(out, world, lilv_plugin_get_uri(plugin), LV2 "optionalFeature", " uses ");
  put_values(out, world, lilv_plugin_get_uri(plugin), LV2 "extensionData", " has ");
  put_values(out, world, lilv_plugin_get_uri(plugin), EXT "patch#writable", " sets ");
  fputc('\n', out);
  for (unsigned i = 0; i < n; ++i)
    put_port(out, rig->host, i, low[i], high[i], init[i]);
  rig_free(rig);
}

static void hosts_read_what_the_list_says(void** state) {
  (void)state;
  static const char* const names[] = {
      "Calibration",       "DJ and Live Set", "Default",    "Fast Reaction", "Film Score",
      "Gentle Automation", "Lighting",        "Play Lanes", "Podcast Bed",   "Write Lanes"};
  static char expected[1 << 16], shown[1 << 16];
  static const char path[] = CIRCUMPLEX_BINARY_DIR "/turtle.txt";
  FILE* file = fopen(path, "w");
  assert_non_null(file);
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind)
    put_plugin(file, (PluginKind)kind);
  for (unsigned i = 0; i < sizeof names / sizeof *names; ++i)
    put_preset(file, CIRCUMPLEX_URI_MIDI, names[i]);
  assert_int_equal(fclose(file), 0);
  file = fopen(path, "r");
  assert_non_null(file);
  assert_in_range(fread(shown, 1, sizeof shown - 1, file), 1000, sizeof shown - 2);
  fclose(file);
  file = fopen(CIRCUMPLEX_SOURCE_DIR "/tests/plugin/turtle.txt", "r");
  assert_non_null(file);
  expected[fread(expected, 1, sizeof expected - 1, file)] = '\0';
  fclose(file);
  if (strcmp(expected, shown) != 0) fail_msg("%s differs from tests/plugin/turtle.txt", path);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(hosts_read_what_the_list_says)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
