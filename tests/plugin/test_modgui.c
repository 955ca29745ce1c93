// SPDX-License-Identifier: GPL-3.0-or-later
// What MOD's scanner requires: each plugin has one modgui, its files exist and are valid, and the
// outputs that it monitors are the plugin's.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/ports.h"

#include <lilv/lilv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODGUI "http://moddevices.com/ns/modgui#"
#define LV2 "http://lv2plug.in/ns/lv2core#"

static LilvWorld* world;

static int load_bundle(void** state) {
  (void)state;
  world = lilv_world_new();
  LilvNode* bundle = lilv_new_file_uri(world, NULL, CIRCUMPLEX_BUNDLE "/");
  lilv_world_load_bundle(world, bundle);
  lilv_node_free(bundle);
  return 0;
}

static int unload_bundle(void** state) {
  (void)state;
  lilv_world_free(world);
  return 0;
}

static LilvNodes* values(const LilvNode* subject, const char* key) {
  LilvNode* predicate = lilv_new_uri(world, key);
  LilvNodes* found = lilv_world_find_nodes(world, subject, predicate, NULL);
  lilv_node_free(predicate);
  return found;
}

// The one modgui of a plugin; to be freed.
static LilvNode* modgui(PluginKind kind) {
  LilvNode* uri = lilv_new_uri(world, ports_plugin(kind)->uri);
  const LilvPlugin* plugin = lilv_plugins_get_by_uri(lilv_world_get_all_plugins(world), uri);
  assert_non_null(plugin);
  lilv_plugin_get_num_ports(plugin); // reads its data
  LilvNodes* guis = values(uri, MODGUI "gui");
  assert_int_equal(lilv_nodes_size(guis), 1);
  LilvNode* gui = lilv_node_duplicate(lilv_nodes_get_first(guis));
  lilv_nodes_free(guis);
  lilv_node_free(uri);
  return gui;
}

// The whole file that a property names; to be freed.
static char* content(const LilvNode* gui, const char* property, size_t* size) {
  char key[128];
  snprintf(key, sizeof key, MODGUI "%s", property);
  LilvNodes* found = values(gui, key);
  assert_int_equal(lilv_nodes_size(found), 1);
  char* path = lilv_node_get_path(lilv_nodes_get_first(found), NULL);
  lilv_nodes_free(found);
  assert_non_null(path);
  assert_true(strncmp(path, CIRCUMPLEX_BUNDLE "/", strlen(CIRCUMPLEX_BUNDLE "/")) == 0);
  FILE* file = fopen(path, "rb");
  if (!file) fail_msg("%s is not there", path);
  lilv_free(path);
  char* text = calloc(1, 1 << 20);
  assert_non_null(text);
  *size = fread(text, 1, (1 << 20) - 1, file);
  assert_true(*size > 0 && feof(file));
  fclose(file);
  return text;
}

static void assert_has(const char* text, const char* part) {
  if (!strstr(text, part)) fail_msg("\"%s\" is missing", part);
}

static void the_page_has_a_handle_and_all_kinds_of_ports(void** state) {
  (void)state;
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind) {
    LilvNode* gui = modgui((PluginKind)kind);
    size_t size;
    char* page = content(gui, "iconTemplate", &size);
    assert_has(page, "mod-role=\"drag-handle\"");
    assert_has(page, "mod-role=\"bypass\"");
    static const char* const types[] = {"audio", "midi", "cv"};
    for (int i = 0; i < 3; ++i) {
      char part[64];
      for (int out = 0; out < 2; ++out) {
        snprintf(part, sizeof part, "{{#effect.ports.%s.%s}}", types[i], out ? "output" : "input");
        assert_has(page, part);
        snprintf(part, sizeof part, "mod-role=\"%s-%s-port\"", out ? "output" : "input", types[i]);
        assert_has(page, part);
      }
    }
    assert_null(strstr(page, "input-control-port")); // no knobs
    free(page);
    lilv_node_free(gui);
  }
}

// MOD evaluates "method = " and the file: one function expression and nothing behind it.
static void the_script_is_one_function(void** state) {
  (void)state;
  LilvNode* gui = modgui(PLUGIN_STEREO);
  size_t size;
  char* script = content(gui, "javascript", &size);
  const char* code = strstr(script, "*/");
  assert_non_null(code);
  code += 2;
  code += strspn(code, " \n");
  assert_true(strncmp(code, "function (event, funcs) {", 25) == 0);
  int depth = 0;
  const char* at = strchr(code, '{');
  do {
    if (*at == '{') ++depth;
    if (*at == '}') --depth;
    ++at;
  } while (*at && depth > 0);
  assert_int_equal(depth, 0);
  assert_int_equal(strspn(at, " \n"), strlen(at));
  free(script);
  lilv_node_free(gui);
}

static void the_style_is_for_this_version_only(void** state) {
  (void)state;
  LilvNode* gui = modgui(PLUGIN_STEREO);
  size_t size;
  char* style = content(gui, "stylesheet", &size);
  char* page = content(gui, "iconTemplate", &size);
  assert_has(page, "class=\"circumplex-meter{{{cns}}} mod-pedal\"");
  for (const char* rule = strchr(style, '{'); rule; rule = strstr(rule, "\n.")) {
    if (*rule == '\n') assert_true(strncmp(rule + 1, ".circumplex-meter{{{cns}}}", 26) == 0);
    ++rule;
  }
  free(page);
  free(style);
  lilv_node_free(gui);
}

static void the_pictures_are_pictures(void** state) {
  (void)state;
  static const char* const properties[] = {"screenshot", "thumbnail"};
  LilvNode* gui = modgui(PLUGIN_STEREO);
  for (int i = 0; i < 2; ++i) {
    size_t size;
    char* picture = content(gui, properties[i], &size);
    assert_true(size > 200 && memcmp(picture, "\x89PNG\r\n\x1a\n", 8) == 0);
    free(picture);
  }
  lilv_node_free(gui);
}

static bool is_output(PluginKind kind, const char* symbol) {
  for (unsigned i = 0; i < ports_plugin(kind)->n_ports; ++i) {
    const PortInfo* port = ports_at(kind, i);
    if (strcmp(port->symbol, symbol) == 0) return port->output && port->kind == PORT_KIND_CONTROL;
  }
  return false;
}

static void all_outputs_of_the_script_are_monitored(void** state) {
  (void)state;
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind) {
    LilvNode* gui = modgui((PluginKind)kind);
    size_t size;
    char* script = content(gui, "javascript", &size);
    LilvNodes* outputs = values(gui, MODGUI "monitoredOutputs");
    assert_int_equal(lilv_nodes_size(outputs), 4);
    LILV_FOREACH(nodes, i, outputs) {
      LilvNodes* symbols = values(lilv_nodes_get(outputs, i), LV2 "symbol");
      assert_int_equal(lilv_nodes_size(symbols), 1);
      const char* symbol = lilv_node_as_string(lilv_nodes_get_first(symbols));
      assert_true(is_output((PluginKind)kind, symbol));
      char use[64];
      snprintf(use, sizeof use, "reading.%s", symbol);
      assert_has(script, use);
      lilv_nodes_free(symbols);
    }
    lilv_nodes_free(outputs);
    free(script);
    lilv_node_free(gui);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_page_has_a_handle_and_all_kinds_of_ports),
      cmocka_unit_test(the_script_is_one_function),
      cmocka_unit_test(the_style_is_for_this_version_only),
      cmocka_unit_test(the_pictures_are_pictures),
      cmocka_unit_test(all_outputs_of_the_script_are_monitored),
  };
  return cmocka_run_group_tests(tests, load_bundle, unload_bundle);
}
