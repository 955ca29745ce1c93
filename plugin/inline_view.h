// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Ardour's inline display: the audio thread passes readings to the host's window thread, which
/// draws.
///
/// The interface is the "inlinedisplay" extension of Harrison and Ardour.  Its few types are
/// declared here, because no package installs its header.
#ifndef CIRCUMPLEX_PLUGIN_INLINE_VIEW_H
#define CIRCUMPLEX_PLUGIN_INLINE_VIEW_H

#include "dsp/ring.h"
#include "plugin/output_schedule.h"

#include <lv2/core/lv2.h>
#include <stdbool.h>
#include <stdint.h>

#define INLINE_DISPLAY_NS "http://harrisonconsoles.com/lv2/inlinedisplay#"
#define INLINE_DISPLAY_QUEUE_DRAW INLINE_DISPLAY_NS "queue_draw"
#define INLINE_DISPLAY_INTERFACE INLINE_DISPLAY_NS "interface"

/// A picture in Cairo's ARGB32.
typedef struct {
  unsigned char* data;
  int width, height, stride;
} InlineSurface;

/// The host's feature; it may be called on the audio thread.
typedef struct {
  void* handle;
  void (*queue_draw)(void* handle);
} InlineQueueDraw;

/// The plugin's extension data.
typedef struct {
  InlineSurface* (*render)(LV2_Handle instance, uint32_t width, uint32_t max_height);
} InlineInterface;

typedef struct InlinePicture InlinePicture;

typedef struct {
  const InlineQueueDraw* queue; ///< NULL: the host has no inline display
  Ring* readings;               ///< audio thread to window thread
  InlinePicture* picture;       ///< window thread
} InlineView;

/// Not on the audio thread.
void inline_view_init(InlineView* view, const LV2_Feature* const* features);
void inline_view_free(InlineView* view);

/// Audio thread: call it when a reading has taken effect.  Real-time safe.
void inline_view_update(InlineView* view, const OutputSchedule* schedule);

extern const InlineInterface inline_view_interface;

#endif
