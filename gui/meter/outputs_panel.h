// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Draws the panels that cover the window: the outputs with their settings and live values, and
/// the list of keys.  Pure functions of a view-model.
#ifndef CIRCUMPLEX_GUI_METER_OUTPUTS_PANEL_H
#define CIRCUMPLEX_GUI_METER_OUTPUTS_PANEL_H

#include "gui/kit/text.h"
#include "gui/kit/theme.h"
#include "gui/meter/layout.h"
#include "gui/meter/view_model.h"

#include <cairo.h>

/// What a setting is.
typedef struct {
  const char* name;
  float low, high, step; ///< step 0: a text
} SettingInfo;

const SettingInfo* outputs_setting(MeterSetting setting);

/// \return how many settings this plugin has; which ones in \p settings.
int outputs_rows(const MeterView* view, MeterSetting settings[METER_SETTING_COUNT]);

/// \return the row of the outputs' panel at a pixel; -1: between rows; -2: outside the panel.
int outputs_row_at(const MeterLayout* layout, const MeterView* view, double x, double y);

/// Draw what view->overlay asks for.
void outputs_panel(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                   const MeterView* view);

#endif
