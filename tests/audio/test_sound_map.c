// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds the sound in files that are made byte by byte.
#define _GNU_SOURCE // memfd_create
#include "audio/sound_map.h"
#include "dsp/harness.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static unsigned char data[1 << 24];
static size_t size;
static SoundMap map;

static int begin(void** state) {
  (void)state;
  size = 0;
  return 0;
}

static void put(const void* bytes, size_t n) {
  assert_true(size + n <= sizeof data);
  if (bytes)
    memcpy(data + size, bytes, n);
  else
    memset(data + size, 0, n);
  size += n;
}

/// \param order 'l' little-endian, 'b' big-endian
static void put_number(uint64_t value, size_t n, char order) {
  for (size_t i = 0; i < n; ++i) {
    const size_t shift = 8 * (order == 'l' ? i : n - 1 - i);
    const unsigned char byte = (unsigned char)(value >> shift);
    put(&byte, 1);
  }
}

static void look(void) {
  const int fd = memfd_create("sound", 0);
  assert_true(fd >= 0 && write(fd, data, size) == (ssize_t)size);
  assert_int_equal(sound_map_make(&map, fd, size), 0);
  close(fd);
}

/// The map has these parts: offset and end of each, 0 after the last.
static void expect_parts(const size_t* edges) {
  size_t n = 0;
  look();
  for (; edges[2 * n + 1] != 0; ++n) {
    if (n >= map.n) fail_msg("there is no part %zu", n);
    assert_int_equal(map.parts[n].offset, edges[2 * n]);
    assert_int_equal(map.parts[n].offset + map.parts[n].size, edges[2 * n + 1]);
  }
  assert_int_equal(map.n, n);
  sound_map_free(&map);
}
#define PARTS(...) expect_parts((const size_t[]){__VA_ARGS__, 0, 0})

/// All of the file is sound.  \param share of a cut file that is left; 0 unknown; -1 not cut
static void expect_whole(double share) {
  look();
  assert_int_equal(map.n, 0);
  assert_int_equal(map.is_cut, share >= 0.0);
  assert_false(map.has_holes);
  assert_near(map.share, share > 0.0 ? share : 0.0, 1e-9);
  assert_int_equal(map.patch_offset, 0);
  sound_map_free(&map);
}

// ---- MPEG

enum { USUAL = 417 }; // bytes of FF FB 90: MPEG-1, layer 3, 128 kbit/s, 44100 Hz

static size_t put_frames(unsigned second, unsigned third, size_t n, size_t bytes) {
  for (size_t i = 0; i < n; ++i) {
    const unsigned char head[4] = {0xFF, (unsigned char)second, (unsigned char)third, 0x40};
    put(head, sizeof head);
    put(NULL, bytes - sizeof head);
  }
  return size;
}
static size_t put_usual(size_t n) {
  return put_frames(0xFB, 0x90, n, USUAL);
}

/// A frame that announces \p frames more.  \param delay samples that the coder put before the sound
static size_t put_announcement(const char* mark, unsigned frames, unsigned delay) {
  const size_t at = size;
  put_usual(1);
  memcpy(data + at + 36, mark, 4);
  data[at + 43] = 1;
  data[at + 46] = (unsigned char)(frames >> 8);
  data[at + 47] = (unsigned char)frames;
  if (delay > 0) {
    memcpy(data + at + 36 + 120, "LAME", 4);
    data[at + 36 + 120 + 21] = (unsigned char)(delay >> 4);
    data[at + 36 + 120 + 22] = (unsigned char)(delay << 4);
  }
  return size;
}

static size_t put_id3(size_t body) {
  const unsigned char head[10] = {
      'I', 'D', '3', 3, 0, 0, 0, 0, (unsigned char)(body >> 7), (unsigned char)(body & 127)};
  put(head, sizeof head);
  put(NULL, body);
  return size;
}

/// Two runs of frames with other bytes between them: the second's offset shows the size of the
/// frames.
static void a_frame_is_as_long_as_the_standard_says(void** state) {
  static const unsigned kilobits[5][14] = {
      {32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
      {32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
      {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
      {32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
      {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}};
  static const unsigned rates[4][3] = {
      {11025, 12000, 8000}, {0}, {22050, 24000, 16000}, {44100, 48000, 32000}};
  for (unsigned version = 0; version < 4; version += version == 0 ? 2 : 1)
    for (unsigned layer = 1; layer <= 3; ++layer)
      for (unsigned rate = 0; rate < 3; ++rate)
        for (unsigned bits = 1; bits <= 14; ++bits)
          for (unsigned padding = 0; padding < 2; ++padding) {
            const unsigned row = version == 3 ? layer - 1 : layer == 1 ? 3 : 4;
            const unsigned slots = layer == 1 ? 12 : layer == 3 && version != 3 ? 72 : 144;
            const unsigned bytes =
                (slots * kilobits[row][bits - 1] * 1000 / rates[version][rate] + padding) *
                (layer == 1 ? 4 : 1);
            const unsigned second = 0xE1 | version << 3 | (4 - layer) << 1;
            const unsigned third = bits << 4 | rate << 2 | padding << 1;
            begin(state);
            const size_t first = put_frames(second, third, 3, bytes);
            put(NULL, 7);
            put_frames(second, third, 3, bytes);
            look();
            if (map.n != 2 || map.parts[0].size != first || map.parts[1].offset != first + 7)
              fail_msg("version %u, layer %u: not %u bytes", version, layer, bytes);
            assert_true(map.has_holes);
            assert_int_equal(map.parts[1].delay, layer == 3 ? 1105 : 481);
            sound_map_free(&map);
          }
}

static void a_usual_file_needs_no_map(void** state) {
  (void)state;
  const size_t tag = put_id3(300);
  put_usual(5);
  put("TAG", 3);
  put(NULL, 125);
  expect_whole(-1);
  look();
  assert_int_equal(map.delay, 1105);
  sound_map_free(&map);
  size = tag;
  put_announcement("Info", 5, 576);
  put_usual(5);
  expect_whole(-1);
  look();
  assert_int_equal(map.delay, 0); // the decoder gets the correct number
  sound_map_free(&map);
  size = tag;
  put_announcement("Xing", 7, 0); // one frame more or less is not damage
  put_usual(5);
  expect_whole(-1);
  look();
  assert_int_equal(map.delay, 1105);
  sound_map_free(&map);
}

static void the_number_of_frames_is_after_the_side_information(void** state) {
  static const struct {
    unsigned char second, third, mode;
    size_t bytes, at;
  } cases[] = {{0xFB, 0x90, 0x40, USUAL, 36}, // MPEG-1, two channels and one
               {0xFB, 0x90, 0xC0, USUAL, 21},
               {0xF3, 0x80, 0x40, 208, 21}, // MPEG-2
               {0xF3, 0x80, 0xC0, 208, 13},
               {0xE3, 0x80, 0xC0, 417, 13}}; // MPEG-2.5
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    begin(state);
    const size_t end = put_frames(cases[i].second, cases[i].third, 6, cases[i].bytes);
    data[3] = cases[i].mode;
    memcpy(data + cases[i].at, "Info\0\0\0\1\0\0\0\x14", 12);
    look();
    assert_true(map.is_cut);
    assert_near(map.share, 6.0 / 20.0, 1e-9);
    sound_map_free(&map);
    PARTS(cases[i].bytes, end);
  }
}

static void fewer_frames_than_stated_are_cut_off(void** state) {
  (void)state;
  const size_t header = put_announcement("Xing", 8, 0), end = put_usual(5);
  look();
  assert_true(map.is_cut && !map.has_holes);
  assert_near(map.share, 6.0 / 8.0, 1e-9); // the header's frame counts
  sound_map_free(&map);
  PARTS(header, end); // decoders would report an error for the header
  begin(NULL);        // the first of two: each file's own header counts
  put_announcement("Xing", 20, 0);
  const size_t first = put_usual(5);
  put_announcement("Info", 5, 576);
  const size_t second = put_usual(5);
  look();
  assert_true(map.is_cut && !map.has_holes);
  assert_near(map.share, 12.0 / 26.0, 1e-9);
  sound_map_free(&map);
  PARTS(USUAL, first, first + USUAL, second);
  begin(NULL);
  put_usual(4);
  const size_t last = size;
  put_usual(1);
  size -= 10;
  look();
  assert_true(map.is_cut);
  assert_near(map.share, 0.0, 0.0);
  sound_map_free(&map);
  PARTS(0, last);
}

static void a_wrong_number_of_frames_is_no_cut_if_the_bytes_are_there(void** state) {
  (void)state;
  for (size_t told = 6; told <= 20; told += 14) { // the header's frame counts
    begin(state);
    put_announcement("Xing", 20, 0);
    data[43] = 3;
    data[48 + 2] = (unsigned char)(told * USUAL >> 8);
    data[48 + 3] = (unsigned char)(told * USUAL);
    put_usual(5);
    look();
    assert_int_equal(map.is_cut, told == 20);
    sound_map_free(&map);
  }
}

/// A decoder would guess the length from the first frame.
static void frames_of_different_lengths_need_a_header(void** state) {
  static const struct {
    int frames; // that the header announces; -1: there is none
    bool is_uneven;
  } cases[] = {{-1, true}, {8, false}, {0, true}, {100, true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    begin(state);
    if (cases[i].frames >= 0) put_announcement("Xing", (unsigned)cases[i].frames, 576);
    put_usual(4);
    put_frames(0xFB, 0xA0, 4, 522); // 160 kbit/s
    look();
    assert_int_equal(map.is_uneven, cases[i].is_uneven);
    sound_map_free(&map);
  }
  begin(state); // padding
  put_usual(4);
  put_frames(0xFB, 0x92, 4, USUAL + 1);
  look();
  assert_false(map.is_uneven);
  sound_map_free(&map);
}

static void joined_files_are_parts(void** state) {
  (void)state;
  const size_t first = put_usual(4);
  put_announcement("Info", 3, 576);
  const size_t second = put_usual(3), third = put_frames(0xFB, 0x94, 4, 384); // 48 kHz
  look();
  assert_true(!map.is_cut && !map.has_holes);
  assert_int_equal(map.parts[0].delay, 1105);
  assert_int_equal(map.parts[1].delay, 0);
  sound_map_free(&map);
  PARTS(0, first, first, second, second, third);
  // Decoders end where the header says.
  begin(NULL);
  put_announcement("Info", 2, 576);
  const size_t told = put_usual(2), more = put_usual(4);
  PARTS(0, told, told, more);
  begin(NULL); // a header that does not say how many frames follow
  const size_t at = put_usual(4);
  put_announcement("Info", 0, 0);
  data[at + 43] = 0;
  const size_t end = put_usual(3);
  PARTS(0, at, at, end);
}

static void tags_between_files_are_no_holes(void** state) {
  (void)state;
  const size_t first = put_usual(4);
  put("APETAGEX", 8);
  put(NULL, 4);
  put_number(50, 4, 'l');
  put(NULL, 16 + 50);
  const size_t second = size, second_end = put_usual(4);
  const size_t third = put_id3(1000), third_end = put_usual(4);
  put("TAG", 3);
  put(NULL, 125);
  const size_t fourth = size, end = put_usual(4);
  look();
  assert_true(!map.is_cut && !map.has_holes);
  sound_map_free(&map);
  PARTS(0, first, second, second_end, third, third_end, fourth, end);
}

static void other_bytes_within_a_file_are_a_hole(void** state) {
  (void)state;
  const size_t header = put_announcement("Info", 100, 576), first = put_usual(40);
  put(NULL, 500);
  const size_t second = size, end = put_usual(6);
  look();
  assert_true(map.has_holes && !map.is_cut); // 53 of 100 are missing; up to 55 may be one hole
  assert_int_equal(map.parts[1].delay, 1105);
  sound_map_free(&map);
  PARTS(header, first, second, end);
  size = second;
  put_usual(3);
  look();
  assert_true(map.has_holes && map.is_cut);
  assert_near(map.share, 44.0 / 100.0, 1e-9);
  sound_map_free(&map);
  // Before the first frame it is not damage.
  begin(NULL);
  put("\xFF\xFB", 2);
  put(NULL, 30);
  const size_t only = size, all = put_usual(5);
  look();
  assert_false(map.has_holes);
  sound_map_free(&map);
  PARTS(only, all);
}

// ---- Ogg

/// Write a page's checksum, computed bit by bit (RFC 3533, 6).
static void put_checksum(unsigned char* page, size_t n) {
  uint32_t sum = 0;
  memset(page + 22, 0, 4);
  for (size_t i = 0; i < 8 * n; ++i) {
    const uint32_t bit = page[i / 8] >> (7 - i % 8) & 1U;
    const bool is_over = (sum >> 31 ^ bit) != 0;
    sum = sum << 1 ^ (is_over ? 0x04C11DB7U : 0U);
  }
  for (unsigned i = 0; i < 4; ++i)
    page[22 + i] = (unsigned char)(sum >> 8 * i);
}

static size_t put_page(unsigned flags, unsigned serial, unsigned sequence, const char* codec) {
  const unsigned char head[] = {'O', 'g', 'g', 'S', 0, (unsigned char)flags};
  put(head, sizeof head);
  put(NULL, 8);
  put_number(serial, 4, 'l');
  put_number(sequence, 4, 'l');
  put(NULL, 4);
  put("\x02\xFF\x09", 3); // two segments
  put(codec, 8);
  put(NULL, 256);
  enum { PAGE = 27 + 2 + 264 };
  put_checksum(data + size - PAGE, PAGE);
  return size;
}

static size_t put_stream(unsigned serial, const char* codec) {
  put_page(2, serial, 0, codec);
  put_page(0, serial, 1, "        ");
  return put_page(4, serial, 2, "        ");
}

static void links_of_a_chain_are_parts(void** state) {
  (void)state;
  static const char* const codecs[] = {"\x01vorbis ", "OpusHead",
                                       ("\x7F"
                                        "FLAC   "),
                                       "Speex   "};
  for (size_t i = 0; i < 4; ++i) {
    begin(state);
    const size_t first = put_stream(7, codecs[i]);
    expect_whole(-1);
    const size_t second = put_stream(9, codecs[i]);
    look();
    assert_true(!map.is_cut && !map.has_holes);
    sound_map_free(&map);
    PARTS(0, first, first, second);
  }
  begin(state); // two parallel streams, one of them a video
  put_stream(7, "\x01vorbis ");
  put_page(2, 1, 0, "\x01vorbis ");
  put_page(2, 2, 0, "\x80theora ");
  put_page(4, 1, 1, "        ");
  expect_whole(-1);
  begin(state); // two parallel streams of sound: one part
  put_page(2, 1, 0, "\x01vorbis ");
  put_page(2, 2, 0, "\x01vorbis ");
  put_page(4, 2, 1, "        ");
  const size_t first = put_page(4, 1, 1, "        "), second = put_stream(3, "\x01vorbis ");
  PARTS(0, first, first, second);
}

static void a_chain_has_many_links_and_with_too_many_it_has_holes(void** state) {
  (void)state;
  const size_t link = put_stream(7, "\x01vorbis ");
  for (unsigned i = 1; i < SOUND_MAP_PARTS; ++i)
    put(data, link);
  look();
  assert_int_equal(map.n, SOUND_MAP_PARTS);
  assert_false(map.has_holes);
  sound_map_free(&map);
  put(data, link);
  look();
  assert_true(map.has_holes);
  sound_map_free(&map);
}

static void of_too_many_joined_files_the_rest_is_a_hole(void** state) {
  (void)state;
  enum { AU = 32 };
  static const unsigned char au[AU] = ".snd\0\0\0\x18\0\0\0\x08";
  for (unsigned i = 0; i < SOUND_MAP_PARTS; ++i)
    put(au, AU);
  look();
  assert_int_equal(map.n, SOUND_MAP_PARTS);
  assert_false(map.has_holes);
  sound_map_free(&map);
  put(au, AU);
  put(au, AU);
  look();
  assert_int_equal(map.n, SOUND_MAP_PARTS);
  assert_int_equal(map.parts[SOUND_MAP_PARTS - 1].size, AU);
  assert_true(map.has_holes);
  sound_map_free(&map);
}

static void an_ogg_stream_without_an_end_mark_is_cut_off(void** state) {
  (void)state;
  put_page(2, 7, 0, "\x01vorbis ");
  put_page(0, 7, 1, "        ");
  expect_whole(0.0);
  put_page(4, 7, 2, "        ");
  expect_whole(-1);
  --size;
  expect_whole(0.0);
}

static void lost_pages_are_holes(void** state) {
  (void)state;
  put_page(2, 7, 0, "\x01vorbis ");
  put_page(0, 7, 1, "        ");
  put_page(4, 7, 3, "        ");
  look();
  assert_true(map.has_holes && !map.is_cut);
  sound_map_free(&map);
  begin(state);
  put_page(2, 7, 0, "\x01vorbis ");
  put(NULL, 40);
  put_page(4, 7, 1, "        ");
  look();
  assert_true(map.has_holes);
  sound_map_free(&map);
  PARTS(0, size);
  begin(state); // a page with a wrong checksum
  put_page(2, 7, 0, "\x01vorbis ");
  const size_t second = put_page(0, 7, 1, "        ");
  put_page(4, 7, 2, "        ");
  data[second - 1] ^= 1;
  look();
  assert_true(map.has_holes && !map.is_cut);
  sound_map_free(&map);
  begin(state); // after the end
  const size_t end = put_stream(7, "\x01vorbis ");
  put(NULL, 40);
  look();
  assert_true(!map.has_holes && !map.is_cut);
  sound_map_free(&map);
  PARTS(0, end);
}

/// A page whose packet begins with \p bytes and whose time is \p time.
static void put_opus(unsigned flags, unsigned sequence, const char* bytes, unsigned time) {
  put_page(flags, 7, sequence, bytes);
  unsigned char* page = data + size - (27 + 2 + 264);
  page[6] = (unsigned char)time;
  page[7] = (unsigned char)(time >> 8);
  put_checksum(page, 27 + 2 + 264);
}

static bool is_celt(void) {
  look();
  const bool is = map.is_celt;
  sound_map_free(&map);
  return is;
}

static void opus_that_all_decoders_decode_equally_is_detected(void** state) {
  static const struct {
    const char* packet;
    unsigned time;
    bool is_celt;
  } ends[] = {{"\xFC       ", 1920, true},  // 20 ms
              {"\xFC       ", 1919, true},  // the end of the last packet is left out
              {"\xFC       ", 961, true},   // most of it
              {"\xFC       ", 960, false},  // all of it
              {"\xFC       ", 1921, false}, // something is missing
              {"\x80       ", 1080, true},  // 2.5 ms
              {"\xFD       ", 2880, true},  // two frames
              {"\xFF\x83      ", 3840, true}, {"\xFF\x83      ", 3841, false},
              {"\x7C       ", 1920, false}, // with SILK
              {"\x0C       ", 1920, false}};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; ++i) {
    begin(state);
    put_page(2, 7, 0, "OpusHead");
    put_page(0, 7, 1, "OpusTags");
    put_opus(0, 2, "\xFC       ", 960);
    put_opus(4, 3, ends[i].packet, ends[i].time);
    assert_int_equal(is_celt(), ends[i].is_celt);
    data[size - 1] ^= 1;
    assert_false(is_celt());
  }
  begin(state); // tags with a picture take several pages
  put_page(2, 7, 0, "OpusHead");
  put_page(0, 7, 1, "OpusTags");
  put_page(1, 7, 2, "picture ");
  put_opus(4, 3, "\xFC       ", 960);
  assert_true(is_celt());
  begin(state); // begins amid a recording
  put_page(2, 7, 0, "OpusHead");
  put_opus(4, 1, "\xFC       ", 970);
  assert_false(is_celt());
  for (unsigned rate = 23999; rate < 24002; ++rate) { // libsndfile keeps low rates
    begin(state);
    put_page(2, 7, 0, "OpusHead");
    data[27 + 2 + 12] = (unsigned char)rate;
    data[27 + 2 + 13] = (unsigned char)(rate >> 8);
    put_checksum(data, size);
    put_opus(4, 1, "\xFC       ", 960);
    assert_int_equal(is_celt(), rate == 24001);
    data[27 + 2 + 18] = 1; // more channels
    put_checksum(data, 27 + 2 + 264);
    assert_false(is_celt());
  }
}

// ---- FLAC

static void joined_flac_files_are_parts(void** state) {
  // A marker must be found wherever it lies around the end of a block that is read at once.
  for (size_t length = BYTE_READER_MOST - 20; length <= BYTE_READER_MOST + 20; ++length) {
    begin(state);
    const size_t tag = length % 2 ? put_id3(40) : 0;
    put("fLaC\0\0\0\x22", 8);
    put("fLaX", 4); // no marker
    expect_whole(-1);
    put(NULL, length);
    const size_t second = size;
    put("fLaC\0\0\0\x22", 8);
    put("ff", 2);
    PARTS(tag, second, second, size);
    const size_t third = size;
    put("fLaC\0\0\0\x22", 8);
    PARTS(tag, second, second, third, third, size);
  }
}

// ---- chunks

static void put_chunk(const char* name, size_t id, uint64_t length, size_t width, char order) {
  put(name, 4);
  put(NULL, id - 4);
  put_number(length, width, order);
}

static void put_wave(const char* riff, uint32_t length) {
  put(riff, 4);
  put_number(36 + length, 4, 'l');
  put("WAVE", 4);
  put_chunk("fmt ", 4, 16, 4, 'l');
  put(NULL, 16);
  put_chunk("data", 4, length, 4, 'l');
}

static void put_wave64(uint64_t length) {
  put_chunk("riff", 16, 112 + length, 8, 'l');
  put("wave", 4);
  put(NULL, 12);
  put_chunk("junk", 16, 24 + 5, 8, 'l'); // chunks begin at multiples of 8
  put(NULL, 8);
  put_chunk("data", 16, 24 + length, 8, 'l');
}

static void put_aiff(uint32_t length) {
  put("FORM", 4);
  put_number(30 + length, 4, 'b');
  put("AIFF", 4);
  put_chunk("NAME", 4, 5, 4, 'b'); // odd: a byte follows it
  put(NULL, 6);
  put_chunk("SSND", 4, length, 4, 'b');
}

static void put_caf(uint64_t length) {
  put("caff\0\1\0\0", 8);
  put_chunk("desc", 4, 33, 8, 'b'); // here nothing follows it
  put(NULL, 33);
  put_chunk("data", 4, length, 8, 'b');
}

static void put_au(uint32_t length) {
  put(".snd", 4);
  put_number(32, 4, 'b');
  put_number(length, 4, 'b');
  put(NULL, 20);
}

static void put_rf64(uint64_t length) {
  put("RF64\xFF\xFF\xFF\xFFWAVE", 12);
  put_chunk("ds64", 4, 28, 4, 'l');
  put_number(48 + length, 8, 'l');
  put_number(length, 8, 'l');
  put(NULL, 12);
  put_chunk("data", 4, 0xFFFFFFFF, 4, 'l');
}

static void put_head(size_t format, size_t length) {
  switch (format) {
  case 0:
    put_wave("RIFF", (uint32_t)length);
    break;
  case 1:
    put_wave64(length);
    break;
  case 2:
    put_aiff((uint32_t)length);
    break;
  case 3:
    put_caf(length);
    break;
  case 4:
    put_au((uint32_t)length);
    break;
  default:
    put_rf64(length);
    break;
  }
}

static void files_shorter_than_their_header_says_are_cut_off(void** state) {
  for (size_t format = 0; format < 6; ++format) {
    begin(state);
    put_head(format, 1000);
    const size_t body = size;
    put(NULL, 1000);
    expect_whole(-1);
    size = body + 999; // the last byte may be padding
    expect_whole(-1);
    size = body + 998;
    expect_whole(0.998);
    size = body + 250;
    expect_whole(0.25);
  }
  begin(state); // a chunk of odd length is padded
  put("RIFF", 4);
  put_number(1048, 4, 'l');
  put("WAVE", 4);
  put_chunk("LIST", 4, 3, 4, 'l');
  put(NULL, 4);
  put_chunk("data", 4, 1000, 4, 'l');
  put(NULL, 500);
  expect_whole(0.5);
}

static void tags_behind_the_sound_are_left_out(void** state) {
  (void)state;
  put(NULL, 1032 + 50); // 1000 bytes of sound, the tag's header, its items
  put("APETAGEX", 8);
  put_number(2000, 4, 'l');
  put_number(50 + 32, 4, 'l');
  put_number(1, 4, 'l');
  put_number(0x80000000, 4, 'l'); // it has a header
  put(NULL, 8);
  put("TAG", 3);
  put(NULL, 125);
  PARTS(0, 1000);
}

/// The length in its header must be used.
static void expect_patch(uint64_t offset, const char* bytes) {
  put(NULL, 0x20000);
  memset(data + size - 0x20000, 0x7F, 0x20000);
  put(NULL, 0x1234);
  look();
  assert_int_equal(map.patch_offset, offset);
  assert_memory_equal(map.patch, bytes, 4);
  assert_int_equal(map.n, 1);
  assert_false(map.is_cut || map.has_holes);
  sound_map_free(&map);
}

static void a_stream_of_unknown_length_ends_with_the_file(void** state) {
  static const uint32_t unknown[] = {0, 0xFFFFFFFF, 0xFFFFFF00, 0x7FFFF000, 0x7F000000, 0x80000024};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; ++i) {
    begin(state);
    put_wave("RIFF", unknown[i]);
    expect_patch(40, "\x34\x12\2\0");
    if (i >= 3) continue;
    begin(state);
    put_au(unknown[i]);
    expect_patch(8, "\0\2\x12\x34");
  }
  begin(state); // behind a tag
  put_id3(30);
  put_wave("RIFF", 0);
  expect_patch(80, "\x34\x12\2\0");
  begin(state); // just below, and just above: these are lengths
  put_wave("RIFF", 0x7EFFFFFF);
  put(NULL, 100);
  look();
  assert_true(map.is_cut && map.patch_offset == 0);
  sound_map_free(&map);
  begin(state);
  put_wave("RIFF", 0x80000025);
  put(NULL, 100);
  look();
  assert_true(map.is_cut && map.patch_offset == 0);
  sound_map_free(&map);
  begin(state); // without sound, and other chunks after it
  put_wave("RIFF", 0);
  put_chunk("LIST", 4, 3, 4, 'l');
  put(NULL, 4);
  expect_whole(-1);
  begin(state); // needs no correction
  put_caf(UINT64_MAX);
  put(NULL, 100);
  expect_whole(-1);
}

static void joined_waves_are_parts(void** state) {
  (void)state;
  put_wave("RIFF", 101);
  put(NULL, 102);
  put_chunk("LIST", 4, 10, 4, 'l');
  put("INFO      ", 10);
  expect_whole(-1);
  const size_t second = size;
  put_wave("RIFF", 50);
  put(NULL, 50);
  const size_t third = size;
  put_wave("RIFF", 50);
  put(NULL, 20); // cut
  PARTS(0, second, second, third, third, size);
}

static void a_chunk_larger_than_the_file_is_ignored(void** state) {
  (void)state;
  put_wave("RIFF", 100);
  put(NULL, 100);
  const size_t end = size;
  put_chunk("LIST", 4, 0xF7FFFF1D, 4, 'l');
  put("INFOINAM", 8);
  PARTS(0, end);
}

static void rubbish_behind_a_wave_is_no_part_of_it(void** state) {
  (void)state;
  put_wave("RIFF", 100);
  put(NULL, 100);
  const size_t end = size;
  put(NULL, 30);
  PARTS(0, end);
}

static void a_tag_before_a_wave_is_skipped(void** state) {
  (void)state;
  const size_t tag = put_id3(200);
  put_wave("RIFF", 100);
  put(NULL, 100);
  PARTS(tag, size);
  static const unsigned char large[10] = {'I', 'D', '3', 4, 0, 0, 1, 2, 3, 4};
  assert_int_equal(sound_map_behind_id3(large), 10 + (1 << 21) + (2 << 14) + (3 << 7) + 4);
  assert_int_equal(sound_map_behind_id3((const unsigned char*)"ID2\0\0\0\0\0\1\1"), 0);
}

// ---- joined files of formats that state their length

enum { KINDS = 10 };

/// A whole file of each kind.  \param length bytes of its sound, a multiple of 8, at least 1000
static void put_file(size_t kind, size_t length) {
  if (kind < 6) {
    put_head(kind, length);
    put(NULL, length);
  } else if (kind == 6) {
    put("TTA1\1\0\2\0\x10\0", 10);
    put_number(490, 4, 'l'); // 512 samples a frame
    put_number(length > 1000 ? 513 : 1024, 4, 'l');
    put(NULL, 4);
    put_number(length - 300, 4, 'l'); // two frames
    put_number(300, 4, 'l');
    put(NULL, 4 + length);
  } else if (kind == 7) {
    for (size_t i = 0; i < 3; ++i) { // two blocks of one time, and one after them
      put("wvpk", 4);
      put_number(24 + (i == 0 ? length - 500 : 250), 4, 'l');
      put(NULL, 8);
      put_number(i == 2 ? 400 : 0, 4, 'l');
      put_number(400, 4, 'l');
      put_number(i == 1 ? 0x1000 : 0x800, 4, 'l');
      put(NULL, 4 + (i == 0 ? length - 500 : 250));
    }
  } else if (kind == 8) {
    static const char* const objects[3] = {"0&\xB2u\x8E\x66\xCF\x11", "6&\xB2u\x8E\x66\xCF\x11",
                                           "\x90\x08\0\x33\x89\xE5\xB1\x11"};
    for (size_t i = 0; i < 3; ++i) {
      put(objects[i], 8);
      put(NULL, 8);
      put_number(i == 1 ? 24 + length : 30, 8, 'l');
      put(NULL, i == 1 ? length : 6);
    }
  } else {
    put_number(16, 4, 'b');
    put("ftypM4A     ", 12);
    put_number(1, 4, 'b'); // its length has 64 bits
    put("mdat", 4);
    put_number(16 + length, 8, 'b');
    put(NULL, length);
    put_number(30, 4, 'b');
    put("moov", 4);
    put(NULL, 22);
  }
}

static void joined_files_of_each_kind_are_parts(void** state) {
  for (size_t kind = 0; kind < KINDS; ++kind) {
    begin(state);
    put_file(kind, 1000);
    expect_whole(-1);
    const size_t second = size;
    put_file(kind, 2000);
    const size_t end = size, tag = put_id3(40), third = tag + 128;
    put("TAG", 3);
    put(NULL, 125);
    put_file((kind + 1) % KINDS, 1000); // of another kind
    PARTS(0, second, second, end, third, size);
    const size_t behind = size;
    put(NULL, 70000); // zeros are not a file
    look();
    assert_true(map.n == 3 && !map.has_holes && !map.is_cut);
    sound_map_free(&map);
    size = behind;
    put("APETAGEX\xD0\7\0\0\xD0\7\0\0\0\0\0\0\0\0\0\xA0", 24);
    put(NULL, 2008);
    const size_t last = size;
    put_file(kind, 1000);
    PARTS(0, second, second, end, third, behind, last, size);
  }
}

static void a_last_file_that_is_cut_is_noticed(void** state) {
  for (size_t kind = 0; kind < 6; ++kind) {
    begin(state);
    put_file(kind, 1000);
    const size_t second = size;
    put_file(kind, 1000);
    size -= 500;
    look();
    assert_int_equal(map.n, 2);
    assert_int_equal(map.parts[1].offset, second);
    assert_true(map.is_cut);
    assert_true(map.share > 0.7 && map.share < 0.8);
    sound_map_free(&map);
    begin(state); // the same behind a tag
    const size_t tag = put_id3(200);
    put_file(kind, 1000);
    size -= 500;
    look();
    assert_true(map.n == 1 && map.parts[0].offset == tag && map.is_cut);
    sound_map_free(&map);
  }
}

static void a_file_that_is_joined_to_a_cut_one_is_lost(void** state) {
  for (size_t kind = 0; kind < 9; ++kind) {
    for (size_t length = 64000; length < 72000; length += 7000) {
      begin(state);
      put_file(kind, 64000);
      size -= 1000;
      const size_t second = size;
      put_file(kind, length);
      memset(data + second + 200, 0x7F, size - second - 200);
      look();
      assert_int_equal(map.has_holes, length > 70000);
      sound_map_free(&map);
    }
  }
}

// ---- known by the length only

static void an_avi_is_as_long_as_its_riffs(void** state) {
  (void)state;
  for (int i = 0; i < 2; ++i) {
    put("RIFF", 4);
    put_number(101, 4, 'l');
    put(i == 0 ? "AVI " : "AVIX", 4);
    put(NULL, 98);
  }
  expect_whole(-1);
  --size; // padding
  expect_whole(-1);
  --size;
  expect_whole(218.0 / 220.0);
  memset(data + 4, 0, 4); // a stream's length was not known
  expect_whole(-1);
  memset(data + 5, 0xFF, 3);
  expect_whole(-1);
}

static void put_asf(uint64_t whole, unsigned flags) {
  put("\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C", 16);
  put(NULL, 14);
  put("other object    ", 16);
  put_number(40, 8, 'l');
  put(NULL, 16);
  put("\xA1\xDC\xAB\x8C\x47\xA9\xCF\x11\x8E\xE4\x00\xC0\x0C\x20\x53\x65", 16);
  put_number(104, 8, 'l');
  put(NULL, 16);
  put_number(whole, 8, 'l');
  put(NULL, 40);
  put_number(flags, 4, 'l');
  put(NULL, 1000 - size);
}

static void an_asf_file_is_about_as_long_as_its_header_says(void** state) {
  put_asf(1100, 0); // a picture was taken out
  expect_whole(-1);
  begin(state);
  put_asf(1250, 0);
  expect_whole(0.8);
  begin(state);
  put_asf(1250, 1); // written while it was recorded
  expect_whole(-1);
}

static void a_transport_stream_has_whole_packets(void** state) {
  for (size_t before = 0; before <= 4; before += 4) {
    begin(state);
    for (int i = 0; i < 5; ++i) {
      put(NULL, before);
      put("\x47", 1);
      put(NULL, 187);
    }
    expect_whole(-1);
    const size_t end = size;
    put(NULL, before);
    put("\x47", 1);
    expect_whole(0.0);
    size = end;
    put(NULL, 1000); // what follows is no packet
    PARTS(0, end);
    size = 4 * (188 + before) + before + 10;
    data[4 * (188 + before) + before] = 0; // only four bytes: something else
    expect_whole(-1);
  }
}

static void an_ac3_stream_has_whole_frames(void** state) {
  static const struct {
    unsigned char head[6];
    size_t bytes;
  } frames[] = {{{0x0B, 0x77, 0, 0, 0x00, 0x40}, 128},  // 48 kHz, 32 kbit/s
                {{0x0B, 0x77, 0, 0, 0x1C, 0x40}, 1536}, // 384 kbit/s
                {{0x0B, 0x77, 0, 0, 0x64, 0x40}, 2786}, // 44.1 kHz, 640 kbit/s
                {{0x0B, 0x77, 0, 0, 0x65, 0x40}, 2788}, // and its longer kind of frame
                {{0x0B, 0x77, 0, 0, 0x86, 0x50}, 336},  // 32 kHz, 56 kbit/s
                {{0x0B, 0x77, 1, 0x2B, 0, 0x80}, 600}}; // E-AC-3
  for (size_t i = 0; i < sizeof frames / sizeof *frames; ++i) {
    begin(state);
    for (int k = 0; k < 3; ++k) {
      put(frames[i].head, 6);
      put(NULL, frames[i].bytes - 6);
    }
    expect_whole(-1);
    --size;
    expect_whole(0.0);
    ++size;
    const size_t end = size;
    put(NULL, 1000); // what follows is no frame
    PARTS(0, end);
    put(data, end); // a hole
    expect_whole(-1);
  }
}

/// \param length of the segment, a number of 8 bytes
static void put_matroska(uint64_t length) {
  put("\x1A\x45\xDF\xA3\x84\x42\x86\x81\x01\x18\x53\x80\x67\x01", 14);
  put_number(length, 7, 'b');
  put(NULL, 100);
}

static void a_matroska_file_is_as_long_as_its_segment(void** state) {
  put_matroska(100);
  expect_whole(-1);
  --size;
  expect_whole(0.0);
  begin(state);
  put_matroska(0xFFFFFFFFFFFFFF); // a stream did not know it
  expect_whole(-1);
}

static void a_creative_voice_file_ends_with_a_zero(void** state) {
  (void)state;
  put("Creative Voice File\x1A\x1A\0\x0A\x01\x29\x11", 26);
  for (int i = 0; i < 2; ++i) {
    put("\1\x60\0\0", 4);
    put(NULL, 0x60);
  }
  expect_whole(-1); // the zero may be missing
  --size;
  expect_whole(0.0);
  put(NULL, 2);
  expect_whole(-1);
  put(NULL, 1 << 17); // the zero is a hole
  expect_whole(0.0);
}

static void truehd_has_whole_units(void** state) {
  for (int kind = 0; kind < 2; ++kind) {
    begin(state);
    for (unsigned i = 0; i < 3; ++i) {
      put_number(0xE000 | (50 + i), 2, 'b'); // the first four bits are a checksum
      put(NULL, 2);
      put(kind == 0 ? "\xF8\x72\x6F\xBA" : "\xF8\x72\x6F\xBB", 4);
      put(NULL, 2 * (50 + i) - 8);
    }
    expect_whole(-1);
    --size;
    expect_whole(0.0);
    size -= 103; // between two units: nothing shows it
    expect_whole(-1);
    ++size;
    expect_whole(0.0);
    size += 103;
    put(NULL, 100); // other bytes
    expect_whole(-1);
  }
}

static void spdif_has_whole_bursts(void** state) {
  for (unsigned type = 0x14; type <= 0x17; ++type) {
    const unsigned in_bytes = type == 0x15 || type == 0x16;
    begin(state);
    for (int i = 0; i < 3; ++i) {
      put("\x72\xF8\x1F\x4E", 4);
      put_number(type, 2, 'l');
      put_number(in_bytes ? 100 : 800, 2, 'l');
      put(NULL, 6144 - 8);
    }
    expect_whole(-1);
    size -= 6144 - 108; // only padding is lost
    expect_whole(-1);
    --size;
    expect_whole(0.0);
  }
}

static void a_program_stream_has_whole_packets(void** state) {
  for (int version = 1; version <= 2; ++version) {
    begin(state);
    for (int i = 0; i < 200; ++i) {
      put("\0\0\1\xBA", 4);
      put(version == 1 ? "\x21" : "\x44", 1);
      put(NULL, version == 1 ? 7 : 8);
      if (version == 2) put("\xFB\xFF\xFF\xFF", 4); // three more bytes
      put("\0\0\1\xC0", 4);
      put_number(1000, 2, 'b');
      memset(data + size, 0xFF, 1000);
      size += 1000;
    }
    expect_whole(-1);
    --size;
    expect_whole(0.0);
    size -= 998;
    expect_whole(0.0);
    const size_t of_pack = version == 1 ? 1 : 4;
    size -= 7 + of_pack;
    expect_whole(0.0);
    size += 1006 + of_pack;
    put("\0\0\1\xB9", 4); // an end mark
    expect_whole(-1);
    put(NULL, 100);
    expect_whole(-1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_frame_is_as_long_as_the_standard_says, begin),
      cmocka_unit_test_setup(a_usual_file_needs_no_map, begin),
      cmocka_unit_test_setup(the_number_of_frames_is_after_the_side_information, begin),
      cmocka_unit_test_setup(fewer_frames_than_stated_are_cut_off, begin),
      cmocka_unit_test_setup(a_wrong_number_of_frames_is_no_cut_if_the_bytes_are_there, begin),
      cmocka_unit_test_setup(frames_of_different_lengths_need_a_header, begin),
      cmocka_unit_test_setup(joined_files_are_parts, begin),
      cmocka_unit_test_setup(tags_between_files_are_no_holes, begin),
      cmocka_unit_test_setup(other_bytes_within_a_file_are_a_hole, begin),
      cmocka_unit_test_setup(links_of_a_chain_are_parts, begin),
      cmocka_unit_test_setup(a_chain_has_many_links_and_with_too_many_it_has_holes, begin),
      cmocka_unit_test_setup(of_too_many_joined_files_the_rest_is_a_hole, begin),
      cmocka_unit_test_setup(an_ogg_stream_without_an_end_mark_is_cut_off, begin),
      cmocka_unit_test_setup(lost_pages_are_holes, begin),
      cmocka_unit_test_setup(opus_that_all_decoders_decode_equally_is_detected, begin),
      cmocka_unit_test_setup(joined_flac_files_are_parts, begin),
      cmocka_unit_test_setup(files_shorter_than_their_header_says_are_cut_off, begin),
      cmocka_unit_test_setup(tags_behind_the_sound_are_left_out, begin),
      cmocka_unit_test_setup(a_stream_of_unknown_length_ends_with_the_file, begin),
      cmocka_unit_test_setup(joined_waves_are_parts, begin),
      cmocka_unit_test_setup(a_chunk_larger_than_the_file_is_ignored, begin),
      cmocka_unit_test_setup(rubbish_behind_a_wave_is_no_part_of_it, begin),
      cmocka_unit_test_setup(a_tag_before_a_wave_is_skipped, begin),
      cmocka_unit_test_setup(joined_files_of_each_kind_are_parts, begin),
      cmocka_unit_test_setup(a_last_file_that_is_cut_is_noticed, begin),
      cmocka_unit_test_setup(a_file_that_is_joined_to_a_cut_one_is_lost, begin),
      cmocka_unit_test_setup(an_avi_is_as_long_as_its_riffs, begin),
      cmocka_unit_test_setup(an_asf_file_is_about_as_long_as_its_header_says, begin),
      cmocka_unit_test_setup(a_transport_stream_has_whole_packets, begin),
      cmocka_unit_test_setup(an_ac3_stream_has_whole_frames, begin),
      cmocka_unit_test_setup(truehd_has_whole_units, begin),
      cmocka_unit_test_setup(spdif_has_whole_bursts, begin),
      cmocka_unit_test_setup(a_program_stream_has_whole_packets, begin),
      cmocka_unit_test_setup(a_matroska_file_is_as_long_as_its_segment, begin),
      cmocka_unit_test_setup(a_creative_voice_file_ends_with_a_zero, begin)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
