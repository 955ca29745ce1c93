// SPDX-License-Identifier: GPL-3.0-or-later
// The bundle's Turtle files agree with ports.h and pass LV2's own checker.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/ports.h"
#include "plugin/presets.h"
#include "plugin/properties.h"
#include "plugin/protocol.h"
#include "tests/plugin/rig.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RDFS "http://www.w3.org/2000/01/rdf-schema#"
#define LV2 "http://lv2plug.in/ns/lv2core#"
#define PPROPS "http://lv2plug.in/ns/ext/port-props#"

static bool is_a(Host* host, const LilvPort* port, const char* type) {
  LilvNode* node = lilv_new_uri(host_world(host), type);
  const bool yes = lilv_port_is_a(host_plugin(host), port, node);
  lilv_node_free(node);
  return yes;
}

static void check_port(Host* host, PluginKind kind, unsigned i, const float* low, const float* high,
                       const float* init) {
  const PortInfo* info = ports_at(kind, i);
  const LilvPlugin* plugin = host_plugin(host);
  const LilvPort* port = lilv_plugin_get_port_by_index(plugin, i);
  assert_non_null(info);
  assert_non_null(port);
  assert_string_equal(lilv_node_as_string(lilv_port_get_symbol(plugin, port)), info->symbol);
  assert_int_equal(ports_index(kind, info->port), i);
  assert_int_equal(is_a(host, port, LV2 "OutputPort"), info->output);
  assert_int_equal(is_a(host, port, LV2 "InputPort"), !info->output);
  static const char* const types[] = {[PORT_KIND_ATOM] = LV2_ATOM__AtomPort,
                                      [PORT_KIND_CONTROL] = LV2 "ControlPort",
                                      [PORT_KIND_AUDIO] = LV2 "AudioPort",
                                      [PORT_KIND_CV] = LV2 "CVPort"};
  for (unsigned t = 0; t < 4; ++t)
    assert_int_equal(is_a(host, port, types[t]), t == info->kind);
  LilvNode* name = lilv_port_get_name(plugin, port);
  assert_string_equal(lilv_node_as_string(name), info->name);
  lilv_node_free(name);
  LilvNode* key = lilv_new_uri(host_world(host), RDFS "comment");
  LilvNode* comment = lilv_port_get(plugin, port, key);
  assert_non_null(comment);
  assert_string_equal(lilv_node_as_string(comment), info->comment);
  lilv_node_free(comment);
  lilv_node_free(key);
  if (info->kind != PORT_KIND_CONTROL) return;
  assert_true(low[i] == info->low && high[i] == info->high);
  assert_true(info->low < info->high);
  if (!info->output) {
    assert_true(init[i] == info->init);
    assert_true(info->init >= info->low && info->init <= info->high);
  }
  if (info->flags & PORT_ENUMERATED) {
    LilvScalePoints* points = lilv_port_get_scale_points(plugin, port);
    assert_int_equal(lilv_scale_points_size(points), (int)(info->high - info->low) + 1);
    lilv_scale_points_free(points);
  }
}

static void turtle_agrees_with_the_code(void** state) {
  (void)state;
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind) {
    const PluginInfo* info = ports_plugin((PluginKind)kind);
    Rig* rig = rig_new((HostOptions){.uri = info->uri});
    float low[HOST_MAX_PORTS], high[HOST_MAX_PORTS], init[HOST_MAX_PORTS];
    assert_int_equal(lilv_plugin_get_num_ports(host_plugin(rig->host)), info->n_ports);
    lilv_plugin_get_port_ranges_float(host_plugin(rig->host), low, high, init);
    for (unsigned i = 0; i < info->n_ports; ++i)
      check_port(rig->host, (PluginKind)kind, i, low, high, init);
    assert_null(ports_at((PluginKind)kind, info->n_ports));
    rig_free(rig);
  }
}

static void count_index(LilvWorld* world, const LilvPlugin* plugin, const char* predicate,
                        unsigned* found, unsigned n) {
  LilvNode* port_key = lilv_new_uri(world, LV2 "port");
  LilvNode* key = lilv_new_uri(world, predicate);
  LilvNodes* ports = lilv_world_find_nodes(world, lilv_plugin_get_uri(plugin), port_key, NULL);
  LILV_FOREACH(nodes, i, ports) {
    LilvNodes* values = lilv_world_find_nodes(world, lilv_nodes_get(ports, i), key, NULL);
    assert_int_equal(lilv_nodes_size(values), 1);
    const int value = lilv_node_as_int(lilv_nodes_get_first(values));
    assert_in_range(value, 0, n - 1);
    ++found[value];
    lilv_nodes_free(values);
  }
  lilv_nodes_free(ports);
  lilv_node_free(key);
  lilv_node_free(port_key);
}

static void every_index_and_symbol_is_there_once(void** state) {
  (void)state;
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind) {
    const PluginInfo* info = ports_plugin((PluginKind)kind);
    Rig* rig = rig_new((HostOptions){.uri = info->uri});
    unsigned found[HOST_MAX_PORTS] = {0};
    count_index(host_world(rig->host), host_plugin(rig->host), LV2 "index", found, info->n_ports);
    for (unsigned i = 0; i < info->n_ports; ++i) {
      assert_int_equal(found[i], 1);
      for (unsigned j = 0; j < i; ++j)
        assert_string_not_equal(ports_at((PluginKind)kind, i)->symbol,
                                ports_at((PluginKind)kind, j)->symbol);
    }
    rig_free(rig);
  }
}

static void plugins_have_licence_project_and_maintainer(void** state) {
  (void)state;
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind) {
    Rig* rig = rig_new((HostOptions){.uri = ports_plugin((PluginKind)kind)->uri});
    const LilvPlugin* plugin = host_plugin(rig->host);
    LilvWorld* world = host_world(rig->host);
    LilvNode* maintainer = lilv_plugin_get_author_name(plugin);
    assert_non_null(maintainer);
    lilv_node_free(maintainer);
    LilvNode* project = lilv_plugin_get_project(plugin);
    assert_non_null(project);
    lilv_node_free(project);
    LilvNode* key = lilv_new_uri(world, "http://usefulinc.com/ns/doap#license");
    LilvNodes* licence = lilv_plugin_get_value(plugin, key);
    assert_int_equal(lilv_nodes_size(licence), 1);
    lilv_nodes_free(licence);
    lilv_node_free(key);
    LilvNodes* required = lilv_plugin_get_required_features(plugin);
    assert_int_equal(lilv_nodes_size(required), 1);
    assert_string_equal(lilv_node_as_uri(lilv_nodes_get_first(required)),
                        "http://lv2plug.in/ns/ext/urid#map");
    lilv_nodes_free(required);
    rig_free(rig);
  }
}

static void presets_apply_to_every_plugin(void** state) {
  (void)state;
  static PresetList presets;
  char error[512];
  assert_int_equal(presets_load(&presets, CIRCUMPLEX_SOURCE_DIR "/presets", error, sizeof error),
                   0);
  assert_true(presets.n >= 8);
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind) {
    const PluginInfo* info = ports_plugin((PluginKind)kind);
    Rig* rig = rig_new((HostOptions){.uri = info->uri});
    for (unsigned i = 0; i < presets.n; ++i) {
      char uri[128];
      snprintf(uri, sizeof uri, "urn:circumplex:preset:%s:%s", strrchr(info->uri, ':') + 1,
               presets.preset[i].id);
      assert_true(host_preset(rig->host, uri));
      for (unsigned p = 0; p < info->n_ports; ++p) {
        const PortInfo* port = ports_at((PluginKind)kind, p);
        if (!preset_has(port)) continue;
        const float value = presets.preset[i].value[port->port];
        assert_true(value >= port->low && value <= port->high);
        assert_true(host_get(rig->host, port->symbol) == value);
      }
    }
    rig_free(rig);
  }
  presets_free(&presets);
}

/// A subject's number in the Turtle file.
static int number_of(Host* host, const LilvNode* subject, const char* predicate) {
  LilvNode* key = lilv_new_uri(host_world(host), predicate);
  LilvNode* value = lilv_world_get(host_world(host), subject, key, NULL);
  assert_non_null(value);
  const int number = lilv_node_as_int(value);
  lilv_node_free(value);
  lilv_node_free(key);
  return number;
}

static void hosts_find_what_they_look_for(void** state) {
  (void)state;
  static const struct {
    Port port;
    const char* designation;
  } wanted[] = {{PORT_ENABLED, LV2 "enabled"},
                {PORT_FREEWHEEL, LV2 "freeWheeling"},
                {PORT_CONTROL, LV2 "control"}};
  int minor = -1, micro = -1;
  assert_int_equal(sscanf(CIRCUMPLEX_VERSION, "%*d.%d.%d", &minor, &micro), 2);
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind) {
    Rig* rig = rig_new((HostOptions){.uri = ports_plugin((PluginKind)kind)->uri});
    const LilvPlugin* plugin = host_plugin(rig->host);
    LilvNode* input = lilv_new_uri(host_world(rig->host), LV2 "InputPort");
    for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; ++i) {
      LilvNode* designation = lilv_new_uri(host_world(rig->host), wanted[i].designation);
      const LilvPort* port = lilv_plugin_get_port_by_designation(plugin, input, designation);
      assert_non_null(port);
      assert_int_equal(lilv_port_get_index(plugin, port),
                       ports_index((PluginKind)kind, wanted[i].port));
      lilv_node_free(designation);
    }
    lilv_node_free(input);
    // Odd numbers would mean a development version.
    const LilvNode* uri = lilv_plugin_get_uri(plugin);
    assert_int_equal(number_of(rig->host, uri, LV2 "minorVersion"), 2 * minor);
    assert_int_equal(number_of(rig->host, uri, LV2 "microVersion"), 2 * micro);
    int least[2] = {1000, 1000}, most[2] = {-1, -1}; // of settings, of readings
    for (unsigned i = 0; i < ports_plugin((PluginKind)kind)->n_ports; ++i) {
      const PortInfo* info = ports_at((PluginKind)kind, i);
      if (info->kind != PORT_KIND_CONTROL) continue;
      const LilvNode* port = lilv_port_get_node(plugin, lilv_plugin_get_port_by_index(plugin, i));
      const int first = number_of(rig->host, port, PPROPS "displayPriority");
      least[info->output] = first < least[info->output] ? first : least[info->output];
      most[info->output] = first > most[info->output] ? first : most[info->output];
    }
    assert_true(least[1] > most[0]); // readings come before settings
    for (unsigned i = 0; i < PROP_COUNT; ++i) {
      const PropertyInfo* info = property_info(i);
      if (info->type != PROP_BOOL) continue;
      LilvNode* property = lilv_new_uri(host_world(rig->host), info->uri);
      assert_int_equal(number_of(rig->host, property, LV2 "default"), *info->initial != '\0');
      lilv_node_free(property);
    }
    rig_free(rig);
  }
}

static void a_wrong_preset_is_refused(void** state) {
  (void)state;
  static const char* const wrong[] = {
      "{",
      "[]",
      "{\"name\": \"a\", \"comment\": \"b\", \"settings\": {\"respons\": 1}}",
      "{\"name\": \"a\", \"comment\": \"b\", \"settings\": {\"response\": 100}}",
      "{\"name\": \"a\", \"comment\": \"b\", \"settings\": {\"response\": -0.1}}",
      "{\"name\": \"a\", \"comment\": \"b\", \"settings\": {\"reset\": 1}}",
      "{\"name\": \"a\", \"comment\": \"b\", \"settings\": {\"hold\": 1}}",
      "{\"name\": \"a\", \"comment\": \"b\", \"settings\": {\"enabled\": 0}}",
      "{\"name\": \"a\", \"comment\": \"b\", \"settings\": {\"gate\": \"low\"}}",
      "{\"name\": \"a\", \"comment\": \"b\", \"settings\": {\"gate\": -50, \"gate\": -40}}",
      "{\"name\": \"a\", \"settings\": {}}"};
  static PresetList presets;
  char folder[256], path[512], error[512];
  rig_make_folder(folder, sizeof folder);
  snprintf(path, sizeof path, "%s/wrong.json", folder);
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    FILE* f = fopen(path, "w");
    assert_non_null(f);
    fputs(wrong[i], f);
    fclose(f);
    assert_int_equal(presets_load(&presets, folder, error, sizeof error), -1);
    assert_non_null(strstr(error, "wrong.json"));
  }
  rig_remove_folder(folder);
}

/// Run \p line with $BUNDLE set.  \return its exit status, or -1 if the tool is not installed.
static int command(const char* tool, const char* line) {
  char which[256];
  snprintf(which, sizeof which, "command -v %s > /dev/null 2>&1", tool);
  if (system(which) != 0) return -1;
  setenv("BUNDLE", CIRCUMPLEX_BINARY_DIR "/lv2/circumplex.lv2", 1);
  return system(line);
}

static void lv2_validate_finds_nothing(void** state) {
  (void)state;
  const int status =
      command("lv2_validate", "cd \"$BUNDLE\" && lv2_validate *.ttl > /dev/null 2>&1");
  if (status < 0) skip();
  assert_int_equal(status, 0);
}

static void only_the_descriptor_is_exported(void** state) {
  (void)state;
  const int status =
      command("nm", "test \"$(nm -D --defined-only \"$BUNDLE/circumplex.so\" | sed 's/.* //')\" = "
                    "lv2_descriptor");
  if (status < 0) skip();
  assert_int_equal(status, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(turtle_agrees_with_the_code),
      cmocka_unit_test(every_index_and_symbol_is_there_once),
      cmocka_unit_test(plugins_have_licence_project_and_maintainer),
      cmocka_unit_test(presets_apply_to_every_plugin),
      cmocka_unit_test(hosts_find_what_they_look_for),
      cmocka_unit_test(a_wrong_preset_is_refused),
      cmocka_unit_test(lv2_validate_finds_nothing),
      cmocka_unit_test(only_the_descriptor_is_exported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
