// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The list of properties.h as a table, and access to the values.
#include "plugin/properties.h"

#include <stdlib.h>
#include <string.h>

static const PropertyInfo table[PROP_COUNT] = {
#define X(id, field, uri, label, type, most, initial, comment)                                     \
  [PROP_##id] = {PROPERTY_NS uri, label, PROP_##type, most, initial, "CIRCUMPLEX_" #id, comment},
    PROPERTIES_LIST(X)
#undef X
};

static const size_t offsets[PROP_COUNT] = {
#define X(id, field, ...) [PROP_##id] = offsetof(Properties, field),
    PROPERTIES_LIST(X)
#undef X
};

#define X(id, field, uri, label, type, most, initial, comment)                                     \
  _Static_assert((most) <= PROPERTY_MOST, "PROPERTY_MOST is the longest");
PROPERTIES_LIST(X)
#undef X

const PropertyInfo* property_info(unsigned id) {
  return id < PROP_COUNT ? &table[id] : NULL;
}

const char* property_get(const Properties* p, unsigned id) {
  return (const char*)p + offsets[id];
}

bool property_set(Properties* p, unsigned id, const char* text, size_t length) {
  const size_t n = strnlen(text, length);
  if (id >= PROP_COUNT || n > table[id].most) return false;
  char* to = (char*)p + offsets[id];
  memmove(to, text, n);
  to[n] = '\0';
  return true;
}

bool property_is_on(const Properties* p, unsigned id) {
  return *property_get(p, id) != '\0';
}

static const char* environment_value(unsigned id) {
  return table[id].type == PROP_PATH ? NULL : getenv(table[id].environment);
}

bool property_is_from_environment(const Properties* p, unsigned id) {
  const char* value = environment_value(id);
  return value && strcmp(value, property_get(p, id)) == 0;
}

void properties_from_environment(Properties* p) {
  for (unsigned i = 0; i < PROP_COUNT; ++i) {
    const char* value = environment_value(i);
    if (value) property_set(p, i, value, strlen(value));
  }
}

Properties properties_initial(void) {
  Properties p;
  for (unsigned i = 0; i < PROP_COUNT; ++i)
    property_set(&p, i, table[i].initial, table[i].most);
  return p;
}
