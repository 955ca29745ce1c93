// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds sound that is missing between the packets of FFmpeg's demuxers, which skip holes without
/// an error.  Three things show a hole: times that jump, frames whose positions do not follow each
/// other, and packets with fewer bytes in total than the file has.
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
  uint64_t passed, bytes_then; ///< bytes after the first packet, up to the file's end
  int largest;                 ///< bytes of a packet
  size_t holes;                ///< places where positions do not follow each other
} PacketWatch;

/// Call for each packet of the sound's stream.
void packet_watch_packet(PacketWatch* watch, AVFormatContext* format, const AVPacket* packet);

/// Call for each decoded frame.  \param unit unit of its times, s
void packet_watch_frame(PacketWatch* watch, const AVFrame* frame, double unit);

/// \return number of places where sound is missing so far
/// \param has_ended the file was read to its end
size_t packet_watch_holes(const PacketWatch* watch, AVFormatContext* format, int stream,
                          bool has_ended);

#endif
