// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Gives the older Pugl of Debian (package dpf-source, 2022) the names of Pugl 0.5, which the
/// code uses.  CMake defines CIRCUMPLEX_PUGL_2022.
#ifndef CIRCUMPLEX_GUI_KIT_PUGL_NAMES_H
#define CIRCUMPLEX_GUI_KIT_PUGL_NAMES_H

#include <pugl/cairo.h>
#include <pugl/pugl.h>

#ifdef CIRCUMPLEX_PUGL_2022

static inline PuglStatus pugl_show(PuglView* view) {
  return puglShow(view);
}

static inline PuglStatus pugl_set_parent(PuglView* view, uintptr_t parent) {
  return puglSetParentWindow(view, (PuglNativeView)parent);
}

static inline PuglStatus pugl_set_size(PuglView* view, unsigned width, unsigned height) {
  return puglSetSize(view, width, height);
}

static inline PuglStatus pugl_obscure(PuglView* view, int x, int y, unsigned width,
                                      unsigned height) {
  const PuglRect rect = {(PuglCoord)x, (PuglCoord)y, (PuglSpan)width, (PuglSpan)height};
  return puglPostRedisplayRect(view, rect);
}

static inline void pugl_set_class(PuglWorld* world, const char* name) {
  puglSetClassName(world, name);
}

static inline void pugl_set_title(PuglView* view, const char* title) {
  puglSetWindowTitle(view, title);
}

#else

static inline PuglStatus pugl_show(PuglView* view) {
  return puglShow(view, PUGL_SHOW_PASSIVE);
}

static inline PuglStatus pugl_set_parent(PuglView* view, uintptr_t parent) {
  return puglSetParent(view, (PuglNativeView)parent);
}

static inline PuglStatus pugl_set_size(PuglView* view, unsigned width, unsigned height) {
  return puglSetSizeHint(view, PUGL_CURRENT_SIZE, width, height);
}

static inline PuglStatus pugl_obscure(PuglView* view, int x, int y, unsigned width,
                                      unsigned height) {
  return puglObscureRegion(view, x, y, width, height);
}

static inline void pugl_set_class(PuglWorld* world, const char* name) {
  puglSetWorldString(world, PUGL_CLASS_NAME, name);
}

static inline void pugl_set_title(PuglView* view, const char* title) {
  puglSetViewString(view, PUGL_WINDOW_TITLE, title);
}

#endif
#endif
