// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Checks that atoms stay within their memory.
///
/// LV2's own iterators trust every size in an atom.  Messages pass through hosts, bridges and other
/// programs' windows, so they are checked before they are read.  Thread: any; real-time safe.
#ifndef CIRCUMPLEX_PLUGIN_ATOM_CHECK_H
#define CIRCUMPLEX_PLUGIN_ATOM_CHECK_H

#include <lv2/atom/atom.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// \return whether the event at \p event ends within \p sequence, whose own size is trusted
static inline bool atom_event_fits(const LV2_Atom_Sequence* sequence, const LV2_Atom_Event* event) {
  const size_t end = sizeof(LV2_Atom) + sequence->atom.size;
  const size_t at = (size_t)((const char*)event - (const char*)sequence);
  return at <= end && end - at >= sizeof *event && end - at - sizeof *event >= event->body.size;
}

/// \return whether all properties of \p object, whose own size is trusted, end within it
static inline bool atom_object_is_sound(const LV2_Atom_Object* object) {
  const size_t end = object->atom.size;
  size_t at = sizeof(LV2_Atom_Object_Body);
  if (end < at) return false;
  while (at < end) {
    if (end - at < sizeof(LV2_Atom_Property_Body)) return false;
    const LV2_Atom_Property_Body* property =
        (const void*)((const char*)object + sizeof(LV2_Atom) + at);
    const size_t left = end - at - sizeof *property;
    if (property->value.size > left) return false;
    at += sizeof *property + (((size_t)property->value.size + 7) & ~(size_t)7);
  }
  return true;
}

#endif
