// SPDX-License-Identifier: GPL-3.0-or-later
// Finds sound that is missing between the packets of FFmpeg's demuxers.
#include "audio/packet_watch.h"

#include <libavformat/avio.h>
#include <libavutil/avstring.h>
#include <math.h>
#include <string.h>

#define BEGIN 0.5     ///< s
#define JUMP 0.08     ///< s; times of live recordings are uneven by less
#define SPLICE 3600.0 ///< s; a longer jump, or one backwards, means the clock of another recording
#define BACK 2.0
#define SLOPE 0.02  ///< a clock may be fast or slow by this share
enum { JUNK = 16 }; ///< so many bytes between frames are not a hole

/// Formats that contain only frames, one after another.
static bool is_bare(const AVFormatContext* format) {
  return av_match_name(format->iformat->name, "ac3,eac3,dts,flac,loas,mlp,truehd") != 0;
}

void packet_watch_packet(PacketWatch* watch, AVFormatContext* format, const AVPacket* packet) {
  if (watch->bytes == 0 && packet->pos > 0) watch->first = (uint64_t)packet->pos;
  watch->bytes += (uint64_t)packet->size;
  if (avio_feof(format->pb) == 0) { // bytes after the last frame are not a hole
    watch->passed = (uint64_t)avio_tell(format->pb) - watch->first;
    watch->bytes_then = watch->bytes;
  }
  if (packet->size > watch->largest) watch->largest = packet->size;
  if (!is_bare(format) || packet->pos < 0) return;
  if (watch->next > 0 && packet->pos > watch->next + JUNK) ++watch->holes;
  watch->next = packet->pos + packet->size;
}

void packet_watch_frame(PacketWatch* watch, const AVFrame* frame, double unit) {
  const double length = (double)frame->nb_samples / frame->sample_rate;
  if (frame->best_effort_timestamp != AV_NOPTS_VALUE) {
    const double time = (double)frame->best_effort_timestamp * unit;
    // At the start of a live recording the times are irregular.
    if (watch->decoded < BEGIN) watch->begin = time - watch->decoded;
    const double ahead = time - watch->begin - watch->decoded, change = ahead - watch->ahead;
    if (change > SPLICE || change < -BACK) {
      watch->ahead = ahead;
    } else if (fabs(change) > JUMP) {
      watch->missing += change;
      watch->ahead = ahead;
    } else {
      watch->ahead += fmax(-SLOPE * length, fmin(SLOPE * length, change));
    }
  }
  watch->decoded += length;
}

/// ADTS, whose demuxer gives no exact positions: \return whether more bytes were read than are in
/// packets
static bool has_skipped(const PacketWatch* watch, const AVFormatContext* format) {
  return strcmp(format->iformat->name, "aac") == 0 &&
         watch->passed > watch->bytes_then + 2U * (uint64_t)watch->largest;
}

/// \return bytes of the stream according to AVI's index; 0: there is none
static uint64_t indexed(AVFormatContext* format, int stream) {
  AVStream* s = format->streams[stream];
  uint64_t bytes = 0;
  if (strcmp(format->iformat->name, "avi") != 0) return 0;
  for (int i = 0, n = avformat_index_get_entries_count(s); i < n; ++i)
    bytes += (uint64_t)avformat_index_get_entry(s, i)->size;
  return bytes;
}

size_t packet_watch_holes(const PacketWatch* watch, AVFormatContext* format, int stream,
                          bool has_ended) {
  const uint64_t room = 2U * (uint64_t)watch->largest;
  const bool is_less = has_ended && indexed(format, stream) > watch->bytes + room;
  return watch->holes + (has_ended && has_skipped(watch, format) ? 1 : 0) +
         (watch->missing > JUMP ? 1 : 0) + (is_less ? 1 : 0);
}
