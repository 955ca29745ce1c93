// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A menu: a list of names over the picture.  If it is too long for the window, the part around
/// the marked name is shown.
#ifndef CIRCUMPLEX_GUI_KIT_MENU_H
#define CIRCUMPLEX_GUI_KIT_MENU_H

#include "gui/kit/text.h"
#include "gui/kit/theme.h"

#include <stddef.h>

typedef struct {
  const char* const* names;   ///< not owned
  const char* const* details; ///< a fainter text after each name; NULL: none
  size_t n;                   ///< 0: closed
  size_t current;             ///< marked
  size_t first, shown;        ///< the visible names
  Rect box;
  double row;        ///< px
  double name_width; ///< px: of the longest name
  bool stacked;      ///< details are below their names, because the window is narrow
} Menu;

/// Open above \p anchor, inside \p window.
/// \param details n lines, or NULL
void menu_open(Menu* menu, const Theme* theme, Text* text, Rect window, Rect anchor,
               const char* const* names, const char* const* details, size_t n, size_t current);
void menu_close(Menu* menu);
void menu_select(Menu* menu, size_t item);           ///< mark a name, and scroll to it
int menu_item(const Menu* menu, double x, double y); ///< \return the item at a pixel, or -1
void menu_draw(cairo_t* cr, const Theme* theme, Text* text, const Menu* menu);

#endif
