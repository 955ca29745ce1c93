// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The list of the plugin's properties: settings that are texts, not control ports.  A host or the
/// window sets them by patch:Set, and a session stores them.
///
/// This list makes the URIs, the generated Turtle, the messages in and out, and the session's
/// state. To add a property, add a row and read its field where it is needed.
///
/// Thread: constants and plain functions; any thread.
#ifndef CIRCUMPLEX_PLUGIN_PROPERTIES_H
#define CIRCUMPLEX_PLUGIN_PROPERTIES_H

#include <stdbool.h>
#include <stddef.h>

#define PROPERTY_NS "urn:circumplex:property#"

/// X(ID, field, "end of the URI", "Label", TYPE, most bytes, "default", "comment")
/// TYPE is PATH (mapped by the host in sessions), STRING, or BOOL (kept as "" or "1").
#define PROPERTIES_LIST(X)                                                                         \
  X(MODEL, model, "model", "Model", PATH, 4095, "",                                                \
    "Model file (safetensors) that the readings come from; empty for the default model.")          \
  X(OSC, osc, "osc", "OSC Target", STRING, 256, "",                                                \
    "Where readings are sent, as osc.udp://HOST:PORT, an IPv6 address in brackets; empty for "     \
    "off.")                                                                                        \
  X(OSC_NAME, osc_name, "oscName", "OSC Name", STRING, 64, "meter",                                \
    "Name in the OSC addresses: /circumplex/NAME/valence and so on.")                              \
  X(OSC_SINGLE, osc_single, "oscSingle", "OSC Single Messages", BOOL, 1, "",                       \
    "Sends a message for each value, for receivers without support for OSC bundles.")              \
  X(WEB, web, "web", "Web Page", STRING, 256, "",                                                  \
    "Where a page with the plane is served, e.g. http://127.0.0.1:8080; empty for off.")

#define PROPERTY_MOST 4095 ///< bytes of the longest value

typedef enum {
#define X(id, ...) PROP_##id,
  PROPERTIES_LIST(X)
#undef X
      PROP_COUNT
} PropertyId;

/// All values, each with a NUL at the end.
typedef struct {
#define X(id, field, uri, label, type, most, initial, comment) char field[(most) + 1];
  PROPERTIES_LIST(X)
#undef X
} Properties;

typedef enum { PROP_PATH, PROP_STRING, PROP_BOOL } PropertyType;

typedef struct {
  const char* uri;
  const char* label;
  PropertyType type;
  size_t most; ///< bytes, without the NUL
  const char* initial;
  const char* environment; ///< environment variable with the initial value
  const char* comment;
} PropertyInfo;

/// \return the description of a property; NULL if \p id is not below PROP_COUNT
const PropertyInfo* property_info(unsigned id);

/// \return the value, with a NUL at the end
const char* property_get(const Properties* p, unsigned id);

/// Set a property to the first \p length bytes of \p text, or up to a NUL among them.
/// \return false, without a change, if that is too long
bool property_set(Properties* p, unsigned id, const char* text, size_t length);

/// \return whether a BOOL is on.
bool property_is_on(const Properties* p, unsigned id);

/// Read each STRING and BOOL from its environment variable, for hosts that cannot set properties.
/// Values that are too long are ignored.
void properties_from_environment(Properties* p);

/// \return whether \p p has the environment variable's value for a property
bool property_is_from_environment(const Properties* p, unsigned id);

/// \return all properties with their default values
Properties properties_initial(void);

#endif
