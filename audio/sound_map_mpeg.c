// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds the runs of frames in an MPEG audio file (ISO/IEC 11172-3, 2.4.2.3), between tags and
/// other bytes.
#include "audio/sound_map.h"

#include <string.h>

enum { LARGEST = 1441 }; ///< bytes of a frame of layer 3

typedef struct {
  unsigned version; ///< bits of the header: 3 MPEG-1, 2 MPEG-2, 0 MPEG-2.5
  unsigned layer;   ///< 1..3
  unsigned rate;    ///< Hz
  bool is_mono;
  uint64_t size; ///< bytes, header included
} MpegFrame;

static bool read_frame(ByteReader* reader, uint64_t offset, MpegFrame* frame) {
  static const unsigned short rates[3] = {44100, 48000, 32000};
  static const unsigned short kilobits[5][15] = {
      {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448}, // MPEG-1, layer 1
      {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},    // layer 2
      {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},     // layer 3
      {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},    // MPEG-2, layer 1
      {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}};        // layers 2 and 3
  const unsigned char* b = byte_reader_at(reader, offset, 4);
  if (!b || b[0] != 0xFF || (b[1] & 0xE0) != 0xE0) return false;
  const unsigned version = b[1] >> 3 & 3U, layer_bits = b[1] >> 1 & 3U;
  const unsigned bits = b[2] >> 4, rate_bits = b[2] >> 2 & 3U, padding = b[2] >> 1 & 1U;
  if (version == 1 || layer_bits == 0 || bits == 0 || bits == 15 || rate_bits == 3) return false;
  frame->version = version;
  frame->layer = 4 - layer_bits;
  frame->rate = rates[rate_bits] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
  frame->is_mono = b[3] >> 6 == 3;
  const unsigned table = version == 3 ? frame->layer - 1 : frame->layer == 1 ? 3 : 4;
  const unsigned bitrate = kilobits[table][bits] * 1000U;
  if (frame->layer == 1)
    frame->size = (12U * bitrate / frame->rate + padding) * 4U;
  else
    frame->size =
        (frame->layer == 3 && version != 3 ? 72U : 144U) * bitrate / frame->rate + padding;
  return frame->size > 4;
}

static bool is_like(const MpegFrame* a, const MpegFrame* b) {
  return a->version == b->version && a->layer == b->layer && a->rate == b->rate;
}

/// Bytes of the tag at \p offset, 0 if there is none.
static uint64_t tag_size(ByteReader* reader, uint64_t offset) {
  const unsigned char* b = byte_reader_at(reader, offset, 3);
  if (!b) return 0;
  if (memcmp(b, "TAG", 3) == 0 && offset + 128 <= reader->size) return 128;
  b = byte_reader_at(reader, offset, 10);
  if (b && memcmp(b, "ID3", 3) == 0)
    return 10U + ((uint64_t)(b[6] & 0x7F) << 21 | (uint64_t)(b[7] & 0x7F) << 14 |
                  (uint64_t)(b[8] & 0x7F) << 7 | (uint64_t)(b[9] & 0x7F));
  b = byte_reader_at(reader, offset, 32);
  if (b && memcmp(b, "APETAGEX", 8) == 0) return 32U + bytes_little(b + 12, 4);
  return 0;
}

/// Offset of a Xing or Info header within a frame.
static uint64_t side_of(const MpegFrame* frame) {
  return frame->version == 3 ? (frame->is_mono ? 21U : 36U) : (frame->is_mono ? 13U : 21U);
}

/// \return the number of frames that a Xing or Info header states; -1: not such a frame; 0: not
/// stated
static long announced(ByteReader* reader, uint64_t offset, const MpegFrame* frame) {
  const unsigned char* b = byte_reader_at(reader, offset + side_of(frame), 12);
  if (!b || frame->layer != 3) return -1;
  if (memcmp(b, "Xing", 4) != 0 && memcmp(b, "Info", 4) != 0) return -1;
  return (b[7] & 1) != 0 ? (long)bytes_big(b + 8, 4) : 0;
}

/// \return the bytes that a Xing or Info header states; 0: not stated
static uint64_t announced_bytes(ByteReader* reader, uint64_t offset, const MpegFrame* frame) {
  const unsigned char* b = byte_reader_at(reader, offset + side_of(frame), 16);
  if (!b || (b[7] & 2) == 0) return 0;
  return bytes_big(b + ((b[7] & 1) != 0 ? 12 : 8), 4);
}

/// What coder and decoder put before the sound, where no header tells the decoder of it: the filter
/// bank of layers 1 and 2, 481 samples; 529 of layer 3's and the 576 of most encoders.
static unsigned delay_of(ByteReader* reader, uint64_t offset) {
  enum { LAME = 120 }; // after "Xing": the encoder and delays
  MpegFrame frame;
  if (!read_frame(reader, offset, &frame)) return 0;
  if (frame.layer != 3) return 481;
  if (announced(reader, offset, &frame) < 0) return 1105;
  const unsigned char* b = byte_reader_at(reader, offset + side_of(&frame) + LAME, 24);
  const bool is_stated = b && b[0] != 0 && (b[21] | b[22] | b[23]) != 0;
  return is_stated ? 0 : 1105;
}

/// Two frames in sequence, or one at the end of the file.
static bool begins_run(ByteReader* reader, uint64_t offset, MpegFrame* frame) {
  MpegFrame next;
  if (!read_frame(reader, offset, frame)) return false;
  if (offset + frame->size >= reader->size) return false;
  if (read_frame(reader, offset + frame->size, &next) && is_like(frame, &next)) {
    const uint64_t third = offset + frame->size + next.size;
    MpegFrame after;
    return third >= reader->size || read_frame(reader, third, &after) ||
           tag_size(reader, third) > 0;
  }
  return false;
}

typedef struct {
  bool is_tag_before; ///< a tag is before it
  uint64_t junk;      ///< bytes before it that are neither frames nor tags
} Gap;

/// \return where the next run begins, or the file's size
static uint64_t find_run(ByteReader* reader, uint64_t offset, Gap* gap) {
  MpegFrame frame;
  *gap = (Gap){false, 0};
  while (offset < reader->size) {
    if (begins_run(reader, offset, &frame)) return offset;
    const uint64_t tag = tag_size(reader, offset);
    if (tag > 0) {
      gap->is_tag_before = true;
      offset += tag;
    } else {
      ++gap->junk;
      ++offset;
    }
  }
  return reader->size;
}

/// A run of frames.
typedef struct {
  long count, stated; ///< frames: found; stated in its header, -1 if it has none
  bool is_cut;
  bool is_uneven; ///< frames of different lengths: more than padding
} Run;

/// Follow frames from \p at.  \return the end of the run
static uint64_t follow(ByteReader* reader, uint64_t at, Run* run) {
  MpegFrame first, frame;
  uint64_t size = 0;
  *run = (Run){.stated = -1};
  if (!read_frame(reader, at, &first)) return at;
  run->stated = announced(reader, at, &first);
  for (;;) {
    if (!read_frame(reader, at, &frame) || !is_like(&first, &frame)) return at;
    if (run->count > 0 && announced(reader, at, &frame) >= 0) return at; // an appended file
    // Decoders stop at the stated number of frames.
    if (run->stated > 0 && run->count > run->stated) return at;
    if (at + frame.size > reader->size) {
      run->is_cut = true;
      return at;
    }
    if (run->count > (run->stated < 0 ? 0 : 1) && // the header's own frame may be of any length
        (frame.size > size + 4 || frame.size + 4 < size))
      run->is_uneven = true;
    size = frame.size;
    at += frame.size;
    ++run->count;
  }
}

/// One of several joined files: what its header states, and what was found.
typedef struct {
  long stated, count;           ///< frames; stated 0: unknown
  uint64_t stated_bytes, bytes; ///< stated_bytes 0: unknown
} JoinedFile;

/// Count a joined file at its end.
static void settle(SoundMap* map, const JoinedFile* joined, double* there, double* whole) {
  // The header's own frame may be counted or not.
  const long missing = joined->stated > 0 ? joined->stated - joined->count : 0;
  // A hole loses a few more.
  const bool is_less = missing > (map->has_holes ? 50 + joined->stated / 20 : 1);
  // Some programs state a wrong number of frames, but the bytes are there.
  const bool is_cut =
      is_less && (joined->stated_bytes == 0 || joined->bytes + LARGEST < joined->stated_bytes);
  *there += (double)joined->count;
  *whole += (double)joined->count + (is_cut ? (double)missing : 0.0);
  map->is_cut = map->is_cut || is_cut;
}

int sound_map_mpeg(SoundMap* map, ByteReader* reader) {
  Gap gap;
  MpegFrame frame;
  JoinedFile joined = {0, 0, 0, 0};
  uint64_t at = find_run(reader, 0, &gap);
  const bool has_junk_before = gap.junk > 0;
  double there = 0.0, whole = 0.0;
  bool is_uneven = false;
  Run run = {.stated = -1};
  while (at < reader->size) {
    const uint64_t end = follow(reader, at, &run);
    if (end == at) break;
    is_uneven = is_uneven || run.is_uneven;
    map->is_uneven = map->is_uneven || (run.is_uneven && run.stated <= 0);
    if (run.stated >= 0) { // a separate file
      settle(map, &joined, &there, &whole);
      read_frame(reader, at, &frame);
      joined = (JoinedFile){run.stated, 0, announced_bytes(reader, at, &frame), 0};
    }
    joined.count += run.count;
    joined.bytes += end - at;
    if (sound_map_add(map, at, end) != 0) return -1;
    at = find_run(reader, end, &gap);
    if (at < reader->size && gap.junk > 0 && !gap.is_tag_before && read_frame(reader, at, &frame) &&
        announced(reader, at, &frame) < 0)
      map->has_holes = true;
  }
  settle(map, &joined, &there, &whole);
  if (map->is_cut && whole > 0.0) map->share = there / whole;
  map->is_cut = map->is_cut || run.is_cut;
  // The usual case: one complete run with tags around it.
  const bool is_usual = map->n == 1 && !has_junk_before && gap.junk == 0 && !map->is_cut;
  if (map->n > 0) map->delay = delay_of(reader, map->parts[0].offset);
  if (map->n > SOUND_MAP_PARTS) map->has_holes = true; // not all of it is read
  if (is_usual || map->n > SOUND_MAP_PARTS) {
    map->n = 0;
    return 0;
  }
  // Skip headers that state more than there is: decoders complain about them.
  map->is_uneven = map->is_uneven || (is_uneven && (map->is_cut || map->has_holes));
  for (size_t i = 0; (map->is_cut || map->has_holes) && i < map->n; ++i) {
    SoundPart* part = &map->parts[i];
    if (!read_frame(reader, part->offset, &frame) || announced(reader, part->offset, &frame) < 0)
      continue;
    part->offset += frame.size;
    part->size -= frame.size;
  }
  for (size_t i = 0; i < map->n; ++i)
    map->parts[i].delay = delay_of(reader, map->parts[i].offset);
  return 0;
}
