// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Sound from files: channels, positions, ends, and refused files.
#include "audio/decoder.h"
#include "audio/formats.h"
#include "audio/sound_file.h"
#include "dsp/harness.h"

#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FRAMES = 10000, RATE = 16000, MOST = 9 };

static char folder[64], path[96], error[512];
static float left[FRAMES + 1], right[FRAMES + 1];

static int setup(void** state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/circumplex-sound-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/x.wav", folder);
  return 0;
}

static int teardown(void** state) {
  (void)state;
  unlink(path);
  return rmdir(folder);
}

/// Frame i of channel c is (c + 1) / 16 + i / 2^15; it starts again after 30000 frames.
static float sample(size_t i, unsigned c) {
  return (float)(c + 1) / 16.0f + (float)(i % 30000) / 32768.0f;
}

/// Noise: coders need many bytes for it.
static float noise(size_t i, unsigned c) {
  const uint32_t x = (uint32_t)(i + c + 1) * 2654435761u;
  return (float)((x ^ x >> 15) * 2246822519u >> 8) / 16777216.0f - 0.5f;
}

static void write_sound(int format, unsigned channels, size_t frames, int rate) {
  SF_INFO info = {.samplerate = rate, .channels = (int)channels, .format = format};
  SNDFILE* file = sf_open(path, SFM_WRITE, &info);
  assert_non_null(file);
  float frame[AUDIO_MAX_CHANNELS + 1];
  for (size_t i = 0; i < frames; ++i) {
    for (unsigned c = 0; c < channels; ++c)
      frame[c] = format == (SF_FORMAT_OGG | SF_FORMAT_VORBIS) ? noise(i, c) : sample(i, c);
    assert_int_equal(sf_writef_float(file, frame, 1), 1);
  }
  assert_int_equal(sf_close(file), 0);
}

static void write_wav(unsigned channels, size_t frames, int rate) {
  write_sound(SF_FORMAT_WAV | SF_FORMAT_FLOAT, channels, frames, rate);
}

static unsigned char bytes[1 << 18]; ///< of the file
static size_t size;

static void load(void) {
  FILE* file = fopen(path, "rb");
  assert_non_null(file);
  size += fread(bytes + size, 1, sizeof bytes - size, file);
  fclose(file);
}

static void save(void) {
  FILE* file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
  size = 0;
}

static AudioFile* open_it(void) {
  AudioFile* audio = audio_open(path, NULL, error, sizeof error);
  if (!audio) fail_msg("%s", error);
  return audio;
}

static ptrdiff_t read_on(AudioFile* audio, size_t n) {
  return audio_read(audio, left, right, n, error, sizeof error);
}

/// ITU-R BS.775: front channels unchanged, centre and surround 3 dB lower, no low frequency
/// effects; divided by the sum of the weights.
static void channels_are_mixed_to_two(void** state) {
  (void)state;
  const double h = 0.70710678118654752;
  const struct {
    double left[MOST], right[MOST];
  } weights[] = {{{1}, {1}},
                 {{1}, {0, 1}},
                 {{1, 0, h}, {0, 1, h}},
                 {{1, 0, h}, {0, 1, 0, h}},
                 {{1, 0, h, h}, {0, 1, h, 0, h}},
                 {{1, 0, h, 0, h}, {0, 1, h, 0, 0, h}},
                 {{1, 0, h, 0, h, h}, {0, 1, h, 0, h, 0, h}},
                 {{1, 0, h, 0, h, 0, h}, {0, 1, h, 0, 0, h, 0, h}},
                 {{1, 0, h, 0, h, 0, h, 0, h}, {0, 1, 0, h, 0, h, 0, h}}};
  for (unsigned channels = 1; channels <= MOST; ++channels) {
    write_wav(channels, 300, RATE);
    AudioFile* audio = open_it();
    assert_int_equal(audio_info(audio)->channels, channels);
    assert_int_equal(audio_info(audio)->frames, 300);
    assert_near(audio_info(audio)->rate, RATE, 0);
    assert_int_equal(read_on(audio, FRAMES), 300);
    double sum[2] = {0, 0}, whole[2] = {0, 0};
    for (unsigned c = 0; c < channels; ++c) {
      sum[0] += weights[channels - 1].left[c] * (double)sample(7, c);
      sum[1] += weights[channels - 1].right[c] * (double)sample(7, c);
      whole[0] += weights[channels - 1].left[c];
      whole[1] += weights[channels - 1].right[c];
    }
    assert_near(left[7], sum[0] / whole[0], 1e-6);
    assert_near(right[7], sum[1] / whole[1], 1e-6);
    audio_close(audio);
  }
}

/// Of 6 channels: front left, centre, front right, surround left and right, low frequency effects.
static void channels_of_vorbis_and_opus_have_their_own_order(void** state) {
  (void)state;
  static const int coders[] = {SF_FORMAT_VORBIS, SF_FORMAT_OPUS};
  static const struct {
    unsigned channels, loud;
    bool is_left, is_right;
  } places[] = {{3, 1, true, true},  {3, 2, false, true},  {5, 2, false, true},
                {6, 0, true, false}, {6, 1, true, true},   {6, 2, false, true},
                {6, 3, true, false}, {6, 4, false, true},  {6, 5, false, false},
                {7, 5, true, true},  {7, 6, false, false}, {8, 6, false, true},
                {8, 7, false, false}};
  for (size_t k = 0; k < 2 * sizeof places / sizeof *places; ++k) {
    const unsigned channels = places[k / 2].channels;
    SF_INFO info = {
        .samplerate = 48000, .channels = (int)channels, .format = SF_FORMAT_OGG | coders[k % 2]};
    SNDFILE* file = sf_open(path, SFM_WRITE, &info);
    assert_non_null(file);
    for (size_t i = 0; i < FRAMES; ++i) {
      float frame[8] = {0};
      frame[places[k / 2].loud] = noise(i, 0);
      assert_int_equal(sf_writef_float(file, frame, 1), 1);
    }
    assert_int_equal(sf_close(file), 0);
    AudioFile* audio = open_it();
    assert_int_equal(audio_info(audio)->channels, channels);
    const ptrdiff_t n = read_on(audio, FRAMES);
    double power[2] = {0, 0};
    for (ptrdiff_t i = 0; i < n; ++i) {
      power[0] += (double)(left[i] * left[i]) / (double)n;
      power[1] += (double)(right[i] * right[i]) / (double)n;
    }
    assert_int_equal(power[0] > 1e-5, places[k / 2].is_left);
    assert_int_equal(power[1] > 1e-5, places[k / 2].is_right);
    audio_close(audio);
  }
}

static void reading_continues_at_its_position(void** state) {
  (void)state;
  write_wav(2, FRAMES, RATE);
  AudioFile* audio = open_it();
  size_t at = 0;
  static const size_t steps[] = {1, 5000, 0, 4096, 3};
  for (size_t k = 0; k < sizeof steps / sizeof *steps; ++k) {
    assert_int_equal(read_on(audio, steps[k]), steps[k]);
    for (size_t i = 0; i < steps[k]; ++i)
      if (!(fabsf(left[i] - sample(at + i, 0)) < 1e-7f &&
            fabsf(right[i] - sample(at + i, 1)) < 1e-7f))
        fail_msg("frame %zu is another", at + i);
    at += steps[k];
  }
  assert_int_equal(read_on(audio, FRAMES), FRAMES - at);
  assert_int_equal(read_on(audio, 1), 0);
  assert_null(audio_damage(audio));
  audio_close(audio);
}

static void a_start_and_an_end_are_exact_to_the_frame(void** state) {
  (void)state;
  write_wav(1, FRAMES, RATE);
  AudioFile* audio = open_it();
  assert_int_equal(audio_skip(audio, 0, error, sizeof error), 0);
  assert_int_equal(audio_skip(audio, 9, error, sizeof error), 0);
  assert_int_equal(read_on(audio, 1), 1);
  assert_near(left[0], sample(9, 0), 1e-7);
  assert_near(right[0], sample(9, 0), 1e-7);
  assert_int_equal(audio_skip(audio, 5000, error, sizeof error), 0); // from there
  audio_limit(audio, 20);
  audio_limit(audio, 30); // a file whose end was set before
  assert_int_equal(read_on(audio, 15), 15);
  assert_near(left[0], sample(5010, 0), 1e-7);
  assert_int_equal(audio_skip(audio, 6, error, sizeof error), -1);
  assert_string_equal(error, "ends before the requested start");
  assert_int_equal(read_on(audio, 15), 5);
  assert_near(left[4], sample(5029, 0), 1e-7);
  assert_int_equal(read_on(audio, 15), 0);
  audio_close(audio);
  audio = open_it();
  assert_int_equal(audio_skip(audio, FRAMES, error, sizeof error), 0);
  assert_int_equal(read_on(audio, 15), 0);
  audio_close(audio);
  audio = open_it();
  assert_int_equal(audio_skip(audio, FRAMES + 1, error, sizeof error), -1);
  assert_string_equal(error, "ends before the requested start");
  audio_close(audio);
}

/// An MP3 without the header frame that tells decoders of the delay.
static bool write_mp3_without_header(void) {
  SF_INFO info = {
      .samplerate = RATE, .channels = 1, .format = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III};
  SNDFILE* file = sf_open(path, SFM_WRITE, &info);
  if (!file) return false; // libsndfile was built without LAME
  int mode = SF_BITRATE_MODE_CONSTANT;
  sf_command(file, SFC_SET_BITRATE_MODE, &mode, sizeof mode);
  for (size_t i = 0; i < FRAMES; ++i) {
    const float frame = 0.2f * noise(i / 8, 0);
    assert_int_equal(sf_writef_float(file, &frame, 1), 1);
  }
  assert_int_equal(sf_close(file), 0);
  size = 0;
  load();
  size_t first = 0;
  while (bytes[first] != 0xFF || (bytes[first + 1] & 0xE0) != 0xE0)
    ++first;
  size_t second = first + 40;
  while (memcmp(bytes + second, bytes + first, 2) != 0)
    ++second;
  size -= second;
  memmove(bytes, bytes + second, size);
  save();
  return true;
}

static void a_start_in_an_mp3_does_not_count_the_coders_delay(void** state) {
  (void)state;
  static float whole[FRAMES];
  if (!write_mp3_without_header()) skip();
  AudioFile* audio = open_it();
  assert_true(read_on(audio, FRAMES) > 8000);
  memcpy(whole, left, sizeof whole);
  audio_close(audio);
  audio = open_it();
  assert_int_equal(audio_skip(audio, 3000, error, sizeof error), 0);
  assert_int_equal(read_on(audio, 5000), 5000);
  double differs = 0, power = 0;
  for (size_t i = 2000; i < 5000; ++i) { // a decoder needs some frames
    differs += fabs((double)left[i] - (double)whole[3000 + i]);
    power += fabs((double)left[i]);
  }
  assert_true(power > 10 && differs < 0.05 * power);
  audio_close(audio);
}

static void a_track_is_a_part_of_its_file(void** state) {
  (void)state;
  char sheet[96], track[128];
  write_wav(1, FRAMES, 15000); // a frame of the sheet's times is 200 samples
  snprintf(sheet, sizeof sheet, "%s/x.cue", folder);
  FILE* file = fopen(sheet, "w");
  assert_non_null(file);
  fputs("FILE x.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:00:30\n"
        "TRACK 03 AUDIO\nINDEX 01 00:00:45\n",
        file);
  assert_int_equal(fclose(file), 0);
  static const size_t ends[] = {0, 6000, 9000, FRAMES};
  for (size_t i = 0; i < 3; ++i) {
    snprintf(track, sizeof track, "%s/%02zu", sheet, i + 1);
    AudioFile* audio = audio_open(track, NULL, error, sizeof error);
    if (!audio) fail_msg("%s", error);
    assert_int_equal(audio_info(audio)->frames, ends[i + 1] - ends[i]);
    assert_int_equal(audio_skip(audio, 100, error, sizeof error), 0);
    assert_int_equal(read_on(audio, FRAMES), ends[i + 1] - ends[i] - 100);
    assert_near(left[0], sample(ends[i] + 100, 0), 1e-7);
    assert_null(audio_damage(audio));
    audio_close(audio);
  }
  assert_null(audio_open(strcat(sheet, "/04"), NULL, error, sizeof error));
  assert_int_equal(truncate(path, 8000), 0);
  assert_null(audio_open(track, NULL, error, sizeof error));
  assert_non_null(strstr(error, "begins at 0:00.60, where x.wav is cut off"));
  sheet[strlen(sheet) - 3] = '\0';
  unlink(sheet);
}

static void cut_files_are_reported_with_their_times(void** state) {
  (void)state;
  write_wav(1, FRAMES, 8000);
  AudioFile* audio = open_it();
  assert_int_equal(read_on(audio, FRAMES + 1), FRAMES);
  assert_null(audio_damage(audio));
  audio_close(audio);
  // Its header says two hours.
  unsigned char head[512];
  FILE* file = fopen(path, "r+b");
  assert_non_null(file);
  assert_int_equal(fread(head, 1, sizeof head, file), sizeof head);
  long at = 12;
  while (memcmp(head + at, "data", 4) != 0)
    ++at;
  const uint32_t promised = (2 * 3600 + 3 * 60 + 4) * 8000 * 4;
  assert_int_equal(fseek(file, at + 4, SEEK_SET), 0);
  for (unsigned i = 0; i < 4; ++i)
    fputc((int)(promised >> (8 * i) & 255), file);
  assert_int_equal(fclose(file), 0);
  audio = open_it();
  assert_int_equal(read_on(audio, FRAMES), FRAMES);
  assert_null(audio_damage(audio)); // it is not known yet
  assert_int_equal(read_on(audio, 1), 0);
  assert_string_equal(audio_damage(audio), "is cut off: only 0:01 of 2:03:04 could be read");
  audio_close(audio);
  // Within a second, the times are shown with as many digits as they need.
  write_wav(1, FRAMES, 8000);
  assert_int_equal(truncate(path, at + 8 + 8400 * 4), 0);
  audio = open_it();
  assert_int_equal(read_on(audio, FRAMES), 8400);
  assert_string_equal(audio_damage(audio), "is cut off: only 0:01.0 of 0:01.2 could be read");
  audio_close(audio);
}

static void joined_files_are_read_one_after_the_other(void** state) {
  (void)state;
  size = 0;
  write_sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 2, FRAMES, RATE);
  load();
  write_sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 1, FRAMES, RATE); // of one channel
  load();
  save();
  AudioFile* audio = open_it();
  assert_int_equal(audio_info(audio)->channels, 2);
  assert_near((double)audio_info(audio)->frames, 2 * FRAMES, FRAMES); // about: by the bytes
  assert_int_equal(read_on(audio, FRAMES), FRAMES);
  assert_near(left[9], sample(9, 0), 1e-6);
  assert_near(right[9], sample(9, 1), 1e-6);
  assert_int_equal(audio_skip(audio, 7, error, sizeof error), 0);
  assert_int_equal(read_on(audio, FRAMES), FRAMES - 7);
  assert_near(left[0], sample(7, 0), 1e-6);
  assert_near(right[0], sample(7, 0), 1e-6);
  assert_int_equal(read_on(audio, 1), 0);
  assert_null(audio_damage(audio));
  audio_close(audio);
}

static void a_hole_is_damage(void** state) {
  (void)state;
  size = 0;
  write_sound(SF_FORMAT_OGG | SF_FORMAT_VORBIS, 1, 10 * FRAMES, RATE);
  load();
  memset(bytes + size / 2, 0, size / 8);
  save();
  AudioFile* audio = open_it();
  ptrdiff_t got = 0;
  while ((got = read_on(audio, FRAMES)) > 0)
    ;
  assert_int_equal(got, 0);
  assert_string_equal(audio_damage(audio), "is damaged: parts of it could not be read");
  audio_close(audio);
}

/// The sound at \p path, read to its end.  \return frames, and what is said of them in `error`
static size_t read_all(void) {
  AudioFile* audio = open_it();
  size_t n = 0;
  for (ptrdiff_t got; (got = read_on(audio, FRAMES)) > 0;)
    n += (size_t)got;
  snprintf(error, sizeof error, "%s", audio_damage(audio) ? audio_damage(audio) : "");
  audio_close(audio);
  return n;
}

enum { FLAC = SF_FORMAT_FLAC | SF_FORMAT_PCM_24 };

/// \return offset of the first frame of FLAC after \p at
static size_t flac_frame_after(size_t at) {
  do
    ++at;
  while (at < size && (bytes[at] != 0xFF || bytes[at + 1] != 0xF8));
  return at;
}

/// A frame with a wrong checksum, one whose header is lost, and one that is missing.
static void flac_with_a_damaged_frame_is_told(void** state) {
  (void)state;
  if (!decoder_has_ffmpeg()) skip(); // libFLAC makes them silent, and libsndfile does not tell
  for (int kind = 0; kind < 20; ++kind) {
    size = 0;
    write_sound(FLAC, 1, 10 * FRAMES, 44100);
    load();
    size_t at = 0;
    for (int i = 0; i < 2 + kind / 4; ++i)
      at = flac_frame_after(at);
    const size_t next = flac_frame_after(at);
    if (kind % 4 == 1) bytes[next - 1] ^= 0x55;
    if (kind % 4 == 2) memset(bytes + at, 0, 6);
    if (kind % 4 == 3) {
      memmove(bytes + at, bytes + next, size - next);
      size -= next - at;
    }
    save();
    assert_true(read_all() > 9 * FRAMES);
    assert_string_equal(error, kind % 4 == 0 ? "" : "is damaged: parts of it could not be read");
  }
}

/// FLAC states its length exactly; libsndfile passes over a lost first frame without an error.
static void flac_that_lacks_a_frame_or_its_end_is_told(void** state) {
  (void)state;
  size = 0;
  write_sound(FLAC, 1, 10 * FRAMES, 44100);
  load();
  const size_t whole = size, from = flac_frame_after(0);
  const size_t to = flac_frame_after(from); // 0.09 s
  memmove(bytes + from, bytes + to, whole - to);
  size -= to - from;
  save();
  assert_true(read_all() > 9 * FRAMES);
  assert_string_equal(error, "is damaged: parts of it could not be read");
  write_sound(FLAC, 1, 10 * FRAMES, 44100);
  assert_int_equal(truncate(path, (off_t)(whole * 6 / 10)), 0);
  const size_t n = read_all();
  assert_true(n > 5 * FRAMES && n < 7 * FRAMES);
  assert_string_equal(error, "is cut off: only 0:01 of 0:02 could be read");
}

static void of_joined_files_all_lengths_are_expected(void** state) {
  (void)state;
  size = 0;
  for (int i = 0; i < 2; ++i) {
    write_sound(FLAC, 1, 4 * FRAMES, RATE); // 2.5 s
    load();
  }
  save();
  AudioFile* audio = open_it();
  assert_near((double)audio_info(audio)->frames, 8 * FRAMES, FRAMES / 10); // by the bytes
  audio_close(audio);
  assert_int_equal(read_all(), 8 * FRAMES);
  assert_string_equal(error, "");
  load();
  size = size * 7 / 10;
  save();
  assert_true(read_all() > 4 * FRAMES);
  assert_non_null(strstr(error, "is cut off: only 0:0"));
  assert_non_null(strstr(error, " of 0:05 could be read"));
}

static void a_joined_file_of_another_rate_is_read_at_the_first_ones(void** state) {
  (void)state;
  size = 0;
  write_sound(FLAC, 1, FRAMES, RATE);
  load();
  write_sound(FLAC, 1, 2 * FRAMES, 2 * RATE);
  load();
  save();
  const size_t n = read_all();
  if (decoder_has_ffmpeg()) {
    assert_near((double)n, 2 * FRAMES, 2);
    assert_near(left[n - FRAMES - 20], sample(2 * FRAMES - 40, 0), 1e-3);
    assert_string_equal(error, "");
  } else {
    assert_int_equal(n, FRAMES);
    assert_string_equal(error, "changes to 32000 Hz after 1 s: the rest was left out");
  }
}

/// Open the first \p n bytes as a pipe would bring them, on standard input.
static AudioFile* open_pipe_of(size_t n) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], bytes, n), n); // less than a pipe holds
  assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
  close(ends[0]);
  close(ends[1]);
  return audio_open("-", NULL, error, sizeof error);
}

/// A program that writes into a pipe does not know the length when it writes the header.
static void an_invented_length_in_a_pipe_is_not_believed(void** state) {
  (void)state;
  static const uint32_t sizes[] = {0x7FFFF000, 0xFFFFFFFF, 0};
  size = 0;
  write_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1, FRAMES, RATE);
  load();
  assert_memory_equal(bytes + 36, "data", 4);
  for (size_t i = 0; i < (decoder_has_ffmpeg() ? 3 : 2); ++i) {
    for (size_t k = 0; k < 4; ++k)
      bytes[40 + k] = (unsigned char)(sizes[i] >> (8 * k));
    AudioFile* audio = open_pipe_of(size);
    if (!audio) fail_msg("%s", error);
    assert_int_equal(audio_info(audio)->frames, 0);
    assert_int_equal(read_on(audio, FRAMES + 1), FRAMES);
    assert_int_equal(read_on(audio, 1), 0);
    assert_null(audio_damage(audio));
    audio_close(audio);
    FILE* file = fopen(path, "wb"); // what was written into the pipe may have gone into a file
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(read_all(), FRAMES);
    assert_string_equal(error, "");
  }
}

static void formats_that_a_pipe_cannot_bring_are_named(void** state) {
  (void)state;
  static const char* const texts[][2] = {
      {"RF64\xFF\xFF\xFF\xFFWAVE", "RF64 cannot be read from a pipe"},
      {"\xFF\xFF\xFF\xFF"
       "ftypM4A ",
       "MP4 with its index at its end cannot be read from a pipe"},
      {"OggSxxxxxxxx", "this format cannot be read from a pipe"}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    memset(bytes, 0, 4000);
    memcpy(bytes, texts[i][0], 12);
    assert_null(open_pipe_of(4000));
    assert_ptr_equal(strstr(error, texts[i][1]), error);
  }
}

static void other_files_than_sound_are_refused(void** state) {
  (void)state;
  assert_null(audio_open("/nowhere/x.wav", NULL, error, sizeof error));
  assert_string_equal(error, "No such file or directory");
  assert_null(audio_open(folder, NULL, error, sizeof error));
  assert_string_equal(error, "is a folder");
  write_wav(1, 0, RATE);
  assert_int_equal(truncate(path, 0), 0);
  assert_null(audio_open(path, NULL, error, sizeof error));
  assert_string_equal(error, "is empty");
  write_wav(AUDIO_MAX_CHANNELS, 10, RATE);
  audio_close(open_it());
  write_wav(AUDIO_MAX_CHANNELS + 1, 10, RATE);
  assert_null(audio_open(path, NULL, error, sizeof error));
  assert_string_equal(error, "has 65 channels; 1 to 64 are supported");
  write_wav(1, 10, 8000);
  audio_close(open_it());
  write_wav(1, 10, 192000);
  audio_close(open_it());
  write_wav(1, 10, 999);
  assert_null(audio_open(path, NULL, error, sizeof error));
  assert_non_null(strstr(error, "has a sample rate of 999 Hz"));
  audio_close(NULL);
}

static void raw_samples_are_described_in_three_parts(void** state) {
  (void)state;
  static const struct {
    const char* text;
    AudioRaw raw;
  } good[] = {{"44100", {44100, 1, false}},
              {"8000:64", {8000, 64, false}},
              {"192000:2:s16", {192000, 2, true}},
              {"22050.5:1:f32", {22050.5, 1, false}}};
  static const char* const bad[] = {"",       "7999",     "192001",       "44100:0",  "44100:65",
                                    "44100:", "44100:2:", "44100:2:s24",  "44100:x",  "x",
                                    "44100 ", "-44100",   "44100:2:s16:", "44100:s16"};
  for (size_t i = 0; i < sizeof good / sizeof *good; ++i) {
    AudioRaw raw = {0, 0, false};
    assert_true(audio_parse_raw(good[i].text, &raw));
    assert_near(raw.rate, good[i].raw.rate, 0);
    assert_int_equal(raw.channels, good[i].raw.channels);
    assert_int_equal(raw.is_s16, good[i].raw.is_s16);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    AudioRaw raw;
    if (audio_parse_raw(bad[i], &raw)) fail_msg("\"%s\" was read", bad[i]);
  }
  char longer[100];
  memset(longer, '0', sizeof longer);
  memcpy(longer + 94, "44100", 6);
  AudioRaw raw;
  assert_false(audio_parse_raw(longer, &raw));
}

static void a_files_name_shows_its_kind(void** state) {
  (void)state;
  assert_int_equal(format_of_name("a.FLAC"), FORMAT_SOUND);
  assert_int_equal(format_of_name("/x.wav/a.b.mp3"), FORMAT_SOUND);
  assert_int_equal(format_of_name("/x.wav/a"), FORMAT_OTHER);
  assert_int_equal(format_of_name("a.mp4"), FORMAT_VIDEO);
  assert_int_equal(format_of_name("wav"), FORMAT_OTHER);
  assert_int_equal(format_of_name("a.wav.txt"), FORMAT_OTHER);
  const FormatKind further = format_of_name("a.m4a"); // depends on the build
  assert_true(further == FORMAT_SOUND || further == FORMAT_UNSUPPORTED);
}

static void a_file_that_becomes_shorter_while_it_is_read_is_told(void** state) {
  (void)state;
  static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_FLOAT,
                                SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III,
                                SF_FORMAT_OGG | SF_FORMAT_VORBIS};
  for (size_t i = 0; i < sizeof formats / sizeof *formats; ++i)
    for (int is_cut = 0; is_cut < 2; ++is_cut) {
      write_sound(formats[i], 1, 40 * FRAMES, RATE);
      AudioFile* audio = audio_open(path, NULL, error, sizeof error);
      assert_non_null(audio);
      assert_int_equal(audio_read(audio, left, right, FRAMES, error, sizeof error), FRAMES);
      if (is_cut) assert_int_equal(truncate(path, 4000), 0);
      while (audio_read(audio, left, right, FRAMES, error, sizeof error) > 0)
        continue;
      if (is_cut)
        assert_non_null(strstr(audio_damage(audio), "became shorter"));
      else
        assert_null(audio_damage(audio));
      audio_close(audio);
    }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {TEST(channels_are_mixed_to_two),
                                     TEST(a_file_that_becomes_shorter_while_it_is_read_is_told),
                                     TEST(channels_of_vorbis_and_opus_have_their_own_order),
                                     TEST(reading_continues_at_its_position),
                                     TEST(a_start_and_an_end_are_exact_to_the_frame),
                                     TEST(a_start_in_an_mp3_does_not_count_the_coders_delay),
                                     TEST(a_track_is_a_part_of_its_file),
                                     TEST(cut_files_are_reported_with_their_times),
                                     TEST(joined_files_are_read_one_after_the_other),
                                     TEST(a_hole_is_damage),
                                     TEST(flac_with_a_damaged_frame_is_told),
                                     TEST(flac_that_lacks_a_frame_or_its_end_is_told),
                                     TEST(of_joined_files_all_lengths_are_expected),
                                     TEST(a_joined_file_of_another_rate_is_read_at_the_first_ones),
                                     TEST(an_invented_length_in_a_pipe_is_not_believed),
                                     TEST(formats_that_a_pipe_cannot_bring_are_named),
                                     TEST(other_files_than_sound_are_refused),
                                     TEST(raw_samples_are_described_in_three_parts),
                                     TEST(a_files_name_shows_its_kind)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
