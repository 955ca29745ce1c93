// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Is sound missing between the packets that FFmpeg's demuxers give?  They read over holes without a
/// word.  Three things tell of one: times that jump, places in a stream of frames that do not follow
/// on each other, and packets that hold fewer bytes than there are.
/// Thread: a PacketWatch belongs to one thread at a time.
#ifndef CIRCUMPLEX_AUDIO_PACKET_WATCH_H
#define CIRCUMPLEX_AUDIO_PACKET_WATCH_H

#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  double begin;   ///< s: time of the first frame
  double decoded; ///< s, since then
  double ahead;   ///< s by which times run ahead of what was decoded, as known so far
  double missing; ///< s that times jumped over
  int64_t next;   ///< byte where the next frame of a stream of frames should begin; 0: not known
  uint64_t first; ///< byte where the first packet begins
  uint64_t bytes; ///< that were read
  uint64_t passed, bytes_then; ///< bytes behind the first, before the file's end was met
  int largest;                 ///< bytes of a packet
  size_t holes;                ///< places that do not follow on each other
} PacketWatch;

/// A packet of the sound's stream was read.
void packet_watch_packet(PacketWatch* watch, AVFormatContext* format, const AVPacket* packet);

/// A frame was decoded; \p unit is the length of its time's unit, s.
void packet_watch_frame(PacketWatch* watch, const AVFrame* frame, double unit);

/// \return places at which sound is missing, as far as it was read; to its end, if \p has_ended
size_t packet_watch_holes(const PacketWatch* watch, AVFormatContext* format, int stream,
                          bool has_ended);

#endif
