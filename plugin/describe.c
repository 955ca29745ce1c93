// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes the bundle's Turtle files from ports.h and presets/: describe FOLDER PRESETS UI INLINE.
///   FOLDER  of the bundle; receives manifest.ttl, circumplex.ttl, presets.ttl and modgui.ttl
///   PRESETS folder of the presets
///   UI      1 if the bundle has the window
///   INLINE  1 if the plugin draws an inline display
/// Runs at build time only.
#include "plugin/notify.h"
#include "plugin/ports.h"
#include "plugin/presets.h"
#include "plugin/protocol.h"
#include "plugin/uris.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef CIRCUMPLEX_HOMEPAGE
#define CIRCUMPLEX_HOMEPAGE_TTL "  doap:homepage <" CIRCUMPLEX_HOMEPAGE "> ;\n"
#define CIRCUMPLEX_AUTHORS_TTL "  foaf:homepage <" CIRCUMPLEX_HOMEPAGE "> ;\n"
#else
#define CIRCUMPLEX_HOMEPAGE_TTL ""
#define CIRCUMPLEX_AUTHORS_TTL ""
#endif
#define MOD_NS "http://moddevices.com/ns/mod#"
#define MODGUI_NS "http://moddevices.com/ns/modgui#"
#define INLINE_NS "http://harrisonconsoles.com/lv2/inlinedisplay#"

static const char prefixes[] = //
    "@prefix atom: <http://lv2plug.in/ns/ext/atom#> .\n"
    "@prefix automate: <" AUTOMATE_NS "> .\n"
    "@prefix bufsz: <http://lv2plug.in/ns/ext/buf-size#> .\n"
    "@prefix doap: <http://usefulinc.com/ns/doap#> .\n"
    "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
    "@prefix idpy: <" INLINE_NS "> .\n"
    "@prefix log: <http://lv2plug.in/ns/ext/log#> .\n"
    "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n"
    "@prefix midi: <http://lv2plug.in/ns/ext/midi#> .\n"
    "@prefix mod: <" MOD_NS "> .\n"
    "@prefix modgui: <" MODGUI_NS "> .\n"
    "@prefix opts: <http://lv2plug.in/ns/ext/options#> .\n"
    "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    "@prefix patch: <http://lv2plug.in/ns/ext/patch#> .\n"
    "@prefix pg: <http://lv2plug.in/ns/ext/port-groups#> .\n"
    "@prefix pprops: <http://lv2plug.in/ns/ext/port-props#> .\n"
    "@prefix pset: <http://lv2plug.in/ns/ext/presets#> .\n"
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    "@prefix rsz: <http://lv2plug.in/ns/ext/resize-port#> .\n"
    "@prefix state: <http://lv2plug.in/ns/ext/state#> .\n"
    "@prefix time: <http://lv2plug.in/ns/ext/time#> .\n"
    "@prefix ui: <http://lv2plug.in/ns/extensions/ui#> .\n"
    "@prefix units: <http://lv2plug.in/ns/extensions/units#> .\n"
    "@prefix urid: <http://lv2plug.in/ns/ext/urid#> .\n"
    "@prefix work: <http://lv2plug.in/ns/ext/worker#> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n";

static const struct {
  const char* symbol;
  const char* name;
  const char* type;
} groups[PORT_GROUP_COUNT] = {
    [PORT_GROUP_AUDIO_IN] = {"in_group", "In", "pg:InputGroup"},
    [PORT_GROUP_AUDIO_OUT] = {"out_group", "Out", "pg:OutputGroup"},
};

static void group_uri(FILE* f, PluginKind kind, PortGroup group) {
  fprintf(f, "<%s#%s>", ports_plugin(kind)->uri, groups[group].symbol);
}

static bool has_group(PluginKind kind, PortGroup group) {
  for (unsigned i = 0; i < ports_plugin(kind)->n_ports; ++i)
    if (ports_at(kind, i)->group == group) return true;
  return false;
}

/// Write a number as a Turtle decimal that is read back as the same float.
static void number(FILE* f, float value, bool integer) {
  if (integer) {
    fprintf(f, "%d", (int)value);
    return;
  }
  char text[32];
  snprintf(text, sizeof text, "%.7g", (double)value);
  fprintf(f, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

static void write_unit(FILE* f, const char* unit) {
  if (!*unit) return;
  if (*unit != '=') {
    fprintf(f, " ;\n    units:unit units:%s", unit);
    return;
  }
  fprintf(f,
          " ;\n    units:unit [ a units:Unit ; rdfs:label \"%s\" ; units:symbol \"%s\" ; "
          "units:render \"%%.1f %s\" ]",
          unit + 1, unit + 1, unit + 1);
}

static void write_points(FILE* f, const char* points) {
  while (*points) {
    const size_t n = strcspn(points, "|");
    const size_t value = strcspn(points, " ");
    fprintf(f, " ;\n    lv2:scalePoint [ rdfs:label \"%.*s\" ; rdf:value %.*s ]",
            (int)(n - value - 1), points + value + 1, (int)value, points);
    points += n + (points[n] == '|');
  }
}

static void write_control(FILE* f, const PortInfo* p) {
  const bool integer = p->flags & (PORT_INTEGER | PORT_TOGGLED | PORT_ENUMERATED);
  if (!p->output) {
    fprintf(f, " ;\n    lv2:default ");
    number(f, p->init, integer);
  }
  fprintf(f, " ;\n    lv2:minimum ");
  number(f, p->low, integer);
  fprintf(f, " ;\n    lv2:maximum ");
  number(f, p->high, integer);
  static const struct {
    unsigned flag;
    const char* property;
  } properties[] = {{PORT_TOGGLED, "lv2:toggled"},
                    {PORT_INTEGER, "lv2:integer"},
                    {PORT_ENUMERATED, "lv2:enumeration"},
                    {PORT_TRIGGER, "pprops:trigger"},
                    {PORT_HIDDEN, "pprops:notOnGUI"},
                    {PORT_LOGSCALE, "pprops:logarithmic"},
                    {PORT_LANE, "automate:automationControlled"}};
  for (unsigned i = 0; i < sizeof properties / sizeof properties[0]; ++i)
    if (p->flags & properties[i].flag)
      fprintf(f, " ;\n    lv2:portProperty %s", properties[i].property);
  if (p->port == PORT_ENABLED) fprintf(f, " ;\n    lv2:designation lv2:enabled");
  if (p->port == PORT_FREEWHEEL) fprintf(f, " ;\n    lv2:designation lv2:freeWheeling");
  write_unit(f, p->unit);
  write_points(f, p->points);
}

static void write_atom(FILE* f, PluginKind kind, const PortInfo* p) {
  fprintf(f, " ;\n    atom:bufferType atom:Sequence");
  switch (p->port) {
  case PORT_CONTROL:
    fprintf(f, " ;\n    lv2:designation lv2:control ;\n"
               "    atom:supports patch:Message, time:Position");
    break;
  case PORT_NOTIFY:
    fprintf(f,
            " ;\n    lv2:designation lv2:control ;\n"
            "    atom:supports patch:Message, automate:automationControl%s ;\n"
            "    rsz:minimumSize %d",
            kind == PLUGIN_MIDI ? ", midi:MidiEvent" : "", NOTIFY_MINIMUM);
    break;
  default:
    break;
  }
}

/// Write a name of at most 16 letters for ports with longer names, for small displays.
static void write_short_name(FILE* f, const PortInfo* p) {
  static const struct {
    Port port;
    const char* name;
  } names[] = {{PORT_TRANSPORT_RESET, "Transport Reset"}, {PORT_QUADRANT_FIRST, "First Note/Prog"}};
  for (unsigned i = 0; i < sizeof names / sizeof names[0]; ++i)
    if (names[i].port == p->port) fprintf(f, " ;\n    lv2:shortName \"%s\"", names[i].name);
}

/// Display priority: readings before settings, automation lanes last.
static int priority(const PortInfo* p) {
  if (p->output) return 200 - (int)p->port;
  return p->flags & PORT_LANE || p->port == PORT_SOURCE || p->port == PORT_WRITE_LANES ? 0 : 100;
}

static void write_port(FILE* f, PluginKind kind, unsigned index) {
  static const char* const kinds[] = {[PORT_KIND_ATOM] = "atom:AtomPort",
                                      [PORT_KIND_CONTROL] = "lv2:ControlPort",
                                      [PORT_KIND_AUDIO] = "lv2:AudioPort",
                                      [PORT_KIND_CV] = "lv2:CVPort, mod:CVPort"};
  const PortInfo* p = ports_at(kind, index);
  fprintf(f,
          "%s\n    a lv2:%sPort, %s ;\n    lv2:index %u ;\n    lv2:symbol \"%s\" ;\n"
          "    lv2:name \"%s\" ;\n    rdfs:comment \"%s\"",
          index ? " , [" : "  lv2:port [", p->output ? "Output" : "Input", kinds[p->kind], index,
          p->symbol, p->name, p->comment);
  write_short_name(f, p);
  if (p->kind == PORT_KIND_CONTROL) {
    fprintf(f, " ;\n    pprops:displayPriority %d", priority(p));
    write_control(f, p);
  }
  // Otherwise hosts without such ports (Guitarix) refuse the plugin.
  if (p->kind == PORT_KIND_ATOM || p->kind == PORT_KIND_CV)
    fprintf(f, " ;\n    lv2:portProperty lv2:connectionOptional");
  if (p->kind == PORT_KIND_ATOM) write_atom(f, kind, p);
  if (p->kind == PORT_KIND_CV) {
    fprintf(f, " ;\n    lv2:minimum ");
    number(f, p->low, false);
    fprintf(f, " ;\n    lv2:maximum ");
    number(f, p->high, false);
  }
  if (p->port == PORT_IN_L || p->port == PORT_OUT_L) fprintf(f, " ;\n    lv2:designation pg:left");
  if (p->port == PORT_IN_R || p->port == PORT_OUT_R) fprintf(f, " ;\n    lv2:designation pg:right");
  if (p->port == PORT_IN || p->port == PORT_OUT) fprintf(f, " ;\n    lv2:designation pg:center");
  if (p->group != PORT_GROUP_NONE) {
    fprintf(f, " ;\n    pg:group ");
    group_uri(f, kind, p->group);
  }
  fprintf(f, "\n  ]");
}

static void write_groups(FILE* f, PluginKind kind) {
  for (unsigned g = PORT_GROUP_NONE + 1; g < PORT_GROUP_COUNT; ++g) {
    if (!has_group(kind, (PortGroup)g)) continue;
    const bool audio = g == PORT_GROUP_AUDIO_IN || g == PORT_GROUP_AUDIO_OUT;
    group_uri(f, kind, (PortGroup)g);
    fprintf(f, "\n  a %s%s ;\n  lv2:symbol \"%s\" ;\n  lv2:name \"%s\"", groups[g].type,
            !audio                ? ""
            : kind == PLUGIN_MONO ? ", pg:MonoGroup"
                                  : ", pg:StereoGroup",
            groups[g].symbol, groups[g].name);
    if (g == PORT_GROUP_AUDIO_OUT) {
      fprintf(f, " ;\n  pg:source ");
      group_uri(f, kind, PORT_GROUP_AUDIO_IN);
    }
    fprintf(f, " .\n\n");
  }
}

static void write_plugin(FILE* f, PluginKind kind, bool ui, bool inline_display) {
  const PluginInfo* info = ports_plugin(kind);
  // In LV2 odd numbers mean development versions, so ours are doubled: 0.1.0 becomes 2.0.
  int minor = 0, micro = 0;
  if (sscanf(CIRCUMPLEX_VERSION, "%*d.%d.%d", &minor, &micro) != 2) minor = micro = 0;
  write_groups(f, kind);
  fprintf(f,
          "<%s>\n  a lv2:Plugin, lv2:AnalyserPlugin, doap:Project ;\n"
          "  doap:name \"%s\" ;\n  doap:shortdesc \"%s\" ;\n"
          "  doap:license <http://spdx.org/licenses/GPL-3.0-or-later> ;\n"
          "  doap:maintainer <urn:circumplex:authors> ;\n"
          "  lv2:project <urn:circumplex:project> ;\n"
          "  lv2:shortName \"%s\" ;\n  mod:brand \"Circumplex\" ;\n  mod:label \"%s\" ;\n"
          "  lv2:minorVersion %d ;\n  lv2:microVersion %d ;\n"
          "  lv2:requiredFeature urid:map ;\n"
          "  lv2:optionalFeature lv2:hardRTCapable, work:schedule, log:log, "
          "bufsz:boundedBlockLength,\n"
          "    state:threadSafeRestore, state:mapPath, state:freePath, "
          "automate:canWriteAutomatation%s ;\n"
          "  lv2:extensionData state:interface, work:interface%s ;\n",
          info->uri, info->name, info->comment, info->name, info->name, 2 * minor, 2 * micro,
          inline_display ? ", idpy:queue_draw" : "", inline_display ? ", idpy:interface" : "");
  for (unsigned i = 0; i < PROP_COUNT; ++i)
    fprintf(f, "%s<%s>", i ? ", " : "  patch:writable ", property_info(i)->uri);
  fputs(" ;\n", f);
  if (ui) fprintf(f, "  ui:ui <" CIRCUMPLEX_URI_UI "> ;\n");
  fprintf(f, "  pg:mainInput ");
  group_uri(f, kind, PORT_GROUP_AUDIO_IN);
  fprintf(f, " ;\n  pg:mainOutput ");
  group_uri(f, kind, PORT_GROUP_AUDIO_OUT);
  fprintf(f, " ;\n  rdfs:comment \"%s\" ;\n", info->comment);
  for (unsigned i = 0; i < info->n_ports; ++i)
    write_port(f, kind, i);
  fprintf(f, " .\n\n");
}

static void write_shared(FILE* f) {
  fputs("<urn:circumplex:authors>\n  a foaf:Person ;\n" CIRCUMPLEX_AUTHORS_TTL
        "  foaf:name \"The Circumplex authors\" .\n\n"
        "<urn:circumplex:project>\n  a doap:Project ;\n" CIRCUMPLEX_HOMEPAGE_TTL
        "  doap:name \"Circumplex\" ;\n"
        "  doap:shortdesc \"Live valence and arousal of music.\" ;\n"
        "  doap:license <http://spdx.org/licenses/GPL-3.0-or-later> ;\n"
        "  doap:maintainer <urn:circumplex:authors> .\n\n",
        f);
  static const char* const types[] = {
      [PROP_PATH] = "atom:Path", [PROP_STRING] = "atom:String", [PROP_BOOL] = "atom:Bool"};
  for (unsigned i = 0; i < PROP_COUNT; ++i) {
    const PropertyInfo* p = property_info(i);
    fprintf(f,
            "<%s>\n  a lv2:Parameter ;\n  rdfs:label \"%s\" ;\n  rdfs:range %s ;\n"
            "  rdfs:comment \"%s\"",
            p->uri, p->label, types[p->type], p->comment);
    // A whole number, because hosts that show properties read no "false" (JUCE showed "On").
    if (p->type == PROP_BOOL) fprintf(f, " ;\n  lv2:default %d", *p->initial != '\0');
    fputs(" .\n\n", f);
  }
  // Terms of hosts without a published ontology, so that the bundle validates on its own.
  fputs("automate:canWriteAutomatation\n  a lv2:Feature ;\n"
        "  rdfs:label \"can write automation\" .\n\n"
        "automate:automationControl\n  a rdfs:Class, owl:Class ;\n  rdfs:subClassOf atom:Object ;\n"
        "  rdfs:label \"automation control\" .\n\n"
        "automate:automationControlled\n  a lv2:PortProperty ;\n"
        "  rdfs:label \"automation controlled\" .\n\n"
        "mod:CVPort\n  a rdfs:Class, owl:Class ;\n  rdfs:subClassOf lv2:Port ;\n"
        "  rdfs:label \"CV port\" .\n\n"
        "mod:brand\n  a rdf:Property, owl:DatatypeProperty ;\n  rdfs:label \"brand\" .\n\n"
        "mod:label\n  a rdf:Property, owl:DatatypeProperty ;\n  rdfs:label \"label\" .\n\n"
        "idpy:queue_draw\n  a lv2:Feature ;\n  rdfs:label \"queue draw\" .\n\n"
        "idpy:interface\n  a lv2:ExtensionData ;\n  rdfs:label \"inline display\" .\n\n",
        f);
}

static void write_ui(FILE* f) {
  fputs("<" CIRCUMPLEX_URI_UI ">\n  a ui:X11UI ;\n"
        "  lv2:requiredFeature urid:map, ui:idleInterface ;\n"
        "  lv2:optionalFeature ui:parent, ui:resize, ui:touch, ui:requestValue, ui:portMap,\n"
        "    opts:options, log:log, urid:unmap ;\n"
        "  lv2:extensionData ui:idleInterface, ui:resize ;\n"
        "  opts:supportedOption ui:scaleFactor, ui:backgroundColor, ui:foregroundColor ;\n"
        "  ui:portNotification ",
        f);
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind)
    fprintf(f,
            "%s[\n    ui:plugin <%s> ;\n    lv2:symbol \"notify\" ;\n    ui:notifyType "
            "atom:Object\n  ]",
            kind ? " , " : "", ports_plugin((PluginKind)kind)->uri);
  fputs(" .\n\n", f);
}

static void write_modgui_terms(FILE* f) {
  // MOD's terms, so that the bundle validates without MOD's ontology.
  static const char* const files[] = {"gui",        "resourcesDirectory", "iconTemplate",
                                      "stylesheet", "javascript",         "screenshot",
                                      "thumbnail",  "monitoredOutputs"};
  static const char* const texts[] = {"brand", "label"};
  fputs("modgui:Gui\n  a rdfs:Class, owl:Class ;\n  rdfs:label \"GUI\" .\n\n", f);
  for (unsigned i = 0; i < sizeof files / sizeof files[0]; ++i)
    fprintf(f, "modgui:%s\n  a rdf:Property, owl:ObjectProperty ;\n  rdfs:label \"%s\" .\n\n",
            files[i], files[i]);
  for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; ++i)
    fprintf(f, "modgui:%s\n  a rdf:Property, owl:DatatypeProperty ;\n  rdfs:label \"%s\" .\n\n",
            texts[i], texts[i]);
}

/// Describe MOD's window: the files in modgui/, and the outputs that its script receives.
static void write_modgui(FILE* f) {
  static const char* const monitored[] = {"valence", "arousal", "confidence", "state"};
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind) {
    const PluginInfo* info = ports_plugin((PluginKind)kind);
    fprintf(f,
            "<%s>\n  modgui:gui [\n    a modgui:Gui ;\n"
            "    modgui:resourcesDirectory <modgui> ;\n"
            "    modgui:iconTemplate <modgui/icon.html> ;\n"
            "    modgui:stylesheet <modgui/stylesheet.css> ;\n"
            "    modgui:javascript <modgui/script.js> ;\n"
            "    modgui:screenshot <modgui/screenshot.png> ;\n"
            "    modgui:thumbnail <modgui/thumbnail.png> ;\n"
            "    modgui:brand \"Circumplex\" ;\n    modgui:label \"%s\" ;\n"
            "    modgui:monitoredOutputs ",
            info->uri, info->name);
    for (unsigned i = 0; i < sizeof monitored / sizeof monitored[0]; ++i)
      fprintf(f, "%s[ lv2:symbol \"%s\" ]", i ? " , " : "", monitored[i]);
    fputs("\n  ] .\n\n", f);
  }
}

static void preset_uri(FILE* f, PluginKind kind, const Preset* preset) {
  fprintf(f, "<urn:circumplex:preset:%s:%s>", strrchr(ports_plugin(kind)->uri, ':') + 1,
          preset->id);
}

static void write_presets(FILE* f, const PresetList* presets) {
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind) {
    const PluginInfo* info = ports_plugin((PluginKind)kind);
    for (unsigned i = 0; i < presets->n; ++i) {
      preset_uri(f, (PluginKind)kind, &presets->preset[i]);
      fprintf(f,
              "\n  a pset:Preset ;\n  lv2:appliesTo <%s> ;\n  rdfs:label \"%s\" ;\n"
              "  rdfs:comment \"%s\" ;\n",
              info->uri, presets->preset[i].name, presets->preset[i].comment);
      bool first = true;
      for (unsigned p = 0; p < info->n_ports; ++p) {
        const PortInfo* port = ports_at((PluginKind)kind, p);
        if (!preset_has(port)) continue;
        fprintf(f, "%s[ lv2:symbol \"%s\" ; pset:value ", first ? "  lv2:port " : " ,\n    ",
                port->symbol);
        number(f, presets->preset[i].value[port->port],
               port->flags & (PORT_INTEGER | PORT_TOGGLED));
        fprintf(f, " ]");
        first = false;
      }
      fprintf(f, " .\n\n");
    }
  }
}

static void write_manifest(FILE* f, const PresetList* presets, bool ui) {
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind)
    fprintf(f,
            "<%s>\n  a lv2:Plugin ;\n  lv2:binary <circumplex.so> ;\n"
            "  rdfs:seeAlso <circumplex.ttl>, <modgui.ttl> .\n\n",
            ports_plugin((PluginKind)kind)->uri);
  if (ui)
    fputs("<" CIRCUMPLEX_URI_UI ">\n  a ui:X11UI ;\n  lv2:binary <circumplex_ui.so> ;\n"
          "  rdfs:seeAlso <circumplex.ttl> .\n\n",
          f);
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind)
    for (unsigned i = 0; i < presets->n; ++i) {
      preset_uri(f, (PluginKind)kind, &presets->preset[i]);
      fprintf(f,
              "\n  a pset:Preset ;\n  lv2:appliesTo <%s> ;\n  rdfs:label \"%s\" ;\n"
              "  rdfs:seeAlso <presets.ttl> .\n\n",
              ports_plugin((PluginKind)kind)->uri, presets->preset[i].name);
    }
}

static FILE* create(const char* folder, const char* name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE* f = fopen(path, "w");
  if (!f) {
    fprintf(stderr, "describe: cannot write %s\n", path);
    exit(EXIT_FAILURE);
  }
  fputs(prefixes, f);
  return f;
}

static void finish(FILE* f) {
  const bool failed = ferror(f) != 0;
  if (fclose(f) != 0 || failed) {
    fprintf(stderr, "describe: writing failed\n");
    exit(EXIT_FAILURE);
  }
}

int main(int argc, char** argv) {
  static PresetList presets;
  char error[4096];
  if (argc != 5) {
    fprintf(stderr, "usage: describe FOLDER PRESETS UI INLINE\n");
    return EXIT_FAILURE;
  }
  if (presets_load(&presets, argv[2], error, sizeof error) != 0) {
    fprintf(stderr, "describe: %s\n", error);
    return EXIT_FAILURE;
  }
  const bool ui = strcmp(argv[3], "1") == 0, inline_display = strcmp(argv[4], "1") == 0;
  FILE* f = create(argv[1], "manifest.ttl");
  write_manifest(f, &presets, ui);
  finish(f);
  f = create(argv[1], "circumplex.ttl");
  write_shared(f);
  if (ui) write_ui(f);
  for (unsigned kind = 0; kind < PLUGIN_COUNT; ++kind)
    write_plugin(f, (PluginKind)kind, ui, inline_display);
  finish(f);
  f = create(argv[1], "presets.ttl");
  write_presets(f, &presets);
  finish(f);
  f = create(argv[1], "modgui.ttl");
  write_modgui_terms(f);
  write_modgui(f);
  finish(f);
  presets_free(&presets);
  return EXIT_SUCCESS;
}
