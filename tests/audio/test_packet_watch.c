// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Which gaps between packets and between times are holes, and which are not.
#include "audio/packet_watch.h"
#include "dsp/harness.h"

#include <libavformat/avformat.h>
#include <libavutil/mem.h>
#include <string.h>

enum { RATE = 1000, SAMPLES = 100 }; // frames of 0.1 s; a unit of time is a sample

static const AVInputFormat bare = {.name = "flac"}, other = {.name = "mov,mp4"},
                           adts = {.name = "aac"}, avi = {.name = "avi"};
static AVFormatContext* format;
static PacketWatch watch;

static int give_bytes(void* context, uint8_t* to, int n) {
  int* left = context;
  if (n > *left) n = *left;
  memset(to, 0, (size_t)n);
  *left -= n;
  return n > 0 ? n : AVERROR_EOF;
}

/// A file of \p size bytes.
static void begin(const AVInputFormat* kind, int size) {
  static int left;
  left = size;
  format = avformat_alloc_context();
  unsigned char* buffer = av_malloc(512);
  assert_true(format && buffer && avformat_new_stream(format, NULL));
  format->pb = avio_alloc_context(buffer, 512, 0, &left, give_bytes, NULL, NULL);
  assert_non_null(format->pb);
  format->iformat = kind;
  watch = (PacketWatch){.bytes = 0};
}

static void expect_holes(size_t holes, size_t at_end) {
  assert_int_equal(packet_watch_holes(&watch, format, 0, false), holes);
  assert_int_equal(packet_watch_holes(&watch, format, 0, true), at_end);
  format->iformat = NULL;
  av_freep(&format->pb->buffer);
  avio_context_free(&format->pb);
  avformat_free_context(format);
}

/// Consecutive frames; their times begin at \p time and are \p step units apart.
static void frames(int n, int64_t time, double step) {
  for (int i = 0; i < n; ++i) {
    AVFrame* frame = av_frame_alloc();
    assert_non_null(frame);
    frame->nb_samples = SAMPLES;
    frame->sample_rate = RATE;
    frame->best_effort_timestamp = time < 0 ? AV_NOPTS_VALUE : time + (int64_t)(i * step);
    packet_watch_frame(&watch, frame, 1.0 / RATE);
    av_frame_free(&frame);
  }
}

static void packet(int64_t position, int size) {
  AVPacket* p = av_packet_alloc();
  assert_non_null(p);
  p->pos = position;
  p->size = size;
  packet_watch_packet(&watch, format, p);
  av_packet_free(&p);
}

static void times_that_jump_ahead_are_a_hole(void** state) {
  (void)state;
  begin(&other, 0);
  frames(20, 5000, SAMPLES);
  frames(20, 7000 + 200, SAMPLES);
  expect_holes(1, 1);
  begin(&other, 0);
  frames(20, 5000, SAMPLES);
  frames(20, 7000 + 70, SAMPLES); // times vary by this much
  expect_holes(0, 0);
  begin(&other, 0);
  frames(20, 5000, SAMPLES);
  frames(5, 7000 + 200, SAMPLES); // too early for a while, then correct again
  frames(20, 7500, SAMPLES);
  expect_holes(0, 0);
}

static void irregular_or_restarted_times_are_not_a_hole(void** state) {
  (void)state;
  begin(&other, 0);
  frames(600, 0, 1.01 * SAMPLES);
  expect_holes(0, 0);
  begin(&other, 0);
  frames(3, 5000, 0); // the first moments of a live recording
  frames(50, 5900, SAMPLES);
  expect_holes(0, 0);
  begin(&other, 0);
  frames(20, 90000, SAMPLES);
  frames(20, 1000, SAMPLES);
  frames(20, 9000000, SAMPLES);
  frames(20, -1, 0); // no time stamp
  expect_holes(0, 0);
  begin(&other, 0);
  frames(20, 90000, SAMPLES);
  frames(20, 1000, SAMPLES);
  frames(20, 3200, SAMPLES); // a hole after a restart of the times
  expect_holes(1, 1);
}

static void bytes_between_bare_frames_are_a_hole(void** state) {
  (void)state;
  for (int gap = 16; gap <= 17; ++gap) {
    begin(&bare, 0);
    packet(100, 50);
    packet(150, 60);
    packet(210 + gap, 50);
    packet(-1, 50); // its position is not known
    packet(260 + gap, 50);
    expect_holes(gap > 16, gap > 16);
  }
  begin(&other, 0);
  packet(100, 50);
  packet(1000, 50);
  expect_holes(0, 0);
}

static void more_skipped_bytes_than_packets_contain_are_a_hole(void** state) {
  (void)state;
  for (int more = 0; more <= 1; ++more) {
    begin(&adts, 3000);
    avio_skip(format->pb, 100);
    packet(100, 80); // the sound begins here
    avio_skip(format->pb, 80 + 60 + 160 + more);
    packet(180, 60); // the reader may hold back two of the largest packets
    expect_holes(0, (size_t)more);
  }
  begin(&other, 3000);
  packet(0, 80);
  avio_skip(format->pb, 2000);
  packet(80, 60);
  expect_holes(0, 0);
}

static void fewer_bytes_than_in_the_index_are_a_hole(void** state) {
  (void)state;
  for (int more = 0; more <= 1; ++more) {
    begin(&avi, 0);
    packet(0, 300);
    packet(300, 300);
    for (int i = 0; i < 4; ++i)
      av_add_index_entry(format->streams[0], 300 * i, i, 300 + (i == 3 ? more : 0), 0, 0);
    expect_holes(0, (size_t)more);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(times_that_jump_ahead_are_a_hole),
      cmocka_unit_test(irregular_or_restarted_times_are_not_a_hole),
      cmocka_unit_test(bytes_between_bare_frames_are_a_hole),
      cmocka_unit_test(more_skipped_bytes_than_packets_contain_are_a_hole),
      cmocka_unit_test(fewer_bytes_than_in_the_index_are_a_hole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
