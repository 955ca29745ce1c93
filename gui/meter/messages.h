// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads the plugin's messages (plugin/protocol.h) into the view-model; no other file of the
/// window knows their format.  Thread: the view-model's.
#ifndef CIRCUMPLEX_GUI_METER_MESSAGES_H
#define CIRCUMPLEX_GUI_METER_MESSAGES_H

#include "gui/meter/view_model.h"
#include "plugin/protocol.h"

/// Take \p count estimates from index \p first.
/// \param values    count * PROTOCOL_FLOATS; non-finite values count as 0
/// \param attention count * PROTOCOL_ATTENTION bytes, or NULL
void messages_estimates(MeterView* view, int64_t first, size_t count, const float* values,
                        const uint8_t* attention);

/// Take a Level message's PROTOCOL_LEVEL_FLOATS floats; ignored if one is not finite.
void messages_level(MeterView* view, const float* values);

#endif
