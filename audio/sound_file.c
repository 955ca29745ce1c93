// SPDX-License-Identifier: GPL-3.0-or-later
// Reads sound files as two channels, block by block.
#define _GNU_SOURCE // tee
#include "audio/sound_file.h"

#include "audio/cue_sheet.h"
#include "audio/decoder.h"
#include "audio/sound_map.h"
#include "dsp/frontend.h"
#include "text/number.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 4096 }; ///< frames read at a time

struct AudioFile {
  int fd;
  bool is_pipe;
  off_t size; ///< bytes of the file when it was opened
  SoundMap map;
  size_t part; ///< of the map: the current one
  Decoder decoder;
  bool is_ffmpeg, has_ended;
  AudioInfo info;
  unsigned channels; ///< of the current part
  uint64_t done;     ///< frames read
  uint64_t left;     ///< frames still to be read, at most
  uint64_t expected; ///< frames up to the end of the current part
  size_t capacity;   ///< of the block, frames times channels
  float* interleaved;
  double weights[2 * AUDIO_MAX_CHANNELS]; ///< of each channel in the left and the right one
  bool has_faults;                        ///< something was skipped
  bool has_damage;
  PipeCopy copy; ///< of a pipe that FFmpeg decodes
  char damage[192];
};

bool audio_parse_raw(const char* text, AudioRaw* raw) {
  char copy[64];
  if (strlen(text) >= sizeof copy) return false;
  memcpy(copy, text, strlen(text) + 1);
  char* channels = strchr(copy, ':');
  char* format = NULL;
  if (channels) {
    *channels++ = '\0';
    format = strchr(channels, ':');
    if (format) *format++ = '\0';
  }
  unsigned long count = 1;
  double rate = 0.0;
  if (!number_in(copy, FRONTEND_MIN_RATE, FRONTEND_MAX_RATE, &rate)) return false;
  if (channels && !count_in(channels, 1, AUDIO_MAX_CHANNELS, &count)) return false;
  if (format && strcmp(format, "s16") != 0 && strcmp(format, "f32") != 0) return false;
  raw->rate = rate;
  raw->channels = (unsigned)count;
  raw->is_s16 = format && strcmp(format, "s16") == 0;
  return true;
}

/// An error message for a missing file or a folder; libsndfile's is "System error." or worse.
static int check_path(const char* path, char* error, size_t error_size) {
  struct stat status;
  if (stat(path, &status) != 0) {
    snprintf(error, error_size, "%s", strerror(errno));
    return -1;
  }
  if (S_ISDIR(status.st_mode)) {
    snprintf(error, error_size, "is a folder");
    return -1;
  }
  if (access(path, R_OK) != 0) {
    snprintf(error, error_size, "%s", strerror(errno));
    return -1;
  }
  if (S_ISREG(status.st_mode) && status.st_size == 0) {
    snprintf(error, error_size, "is empty");
    return -1;
  }
  return 0;
}

/// Position of each channel, in WAVE's order or in Vorbis's (Vorbis I, 4.3.9; RFC 7845, 5.1.1.2:
/// Opus has it too): left, right, centre, or none (low-frequency effects); upper case: front.
static char place(unsigned channel, unsigned channels, bool is_vorbis_order) {
  static const char* const layouts[2][6] = {
      {"LRc", "LRlr", "LRclr", "LRc-lr", "LRc-clr", "LRc-lrlr"},
      {"LcR", "LRlr", "LcRlr", "LcRlr-", "LcRlrc-", "LcRlrlr-"}};
  if (channels >= 3 && channels <= 8) return layouts[is_vorbis_order][channels - 3][channel];
  return "LRlr"[channel < 2 ? channel : 2 + channel % 2];
}

/// ITU-R BS.775-3 annex 4: centre and surround channels are mixed 3 dB lower.  A mono file has no
/// right side.
static void make_weights(const DecoderInfo* info, double* weights) {
  const unsigned channels = info->channels;
  double sum[2] = {0.0, 0.0};
  for (unsigned c = 0; c < channels; ++c) {
    const char at = place(c, channels, info->is_vorbis_order);
    const double weight = at == 'L' || at == 'R' ? 1.0 : 0.70710678118654752;
    weights[2 * c] = at == 'L' || at == 'l' || at == 'c' ? weight : 0.0;
    weights[2 * c + 1] = at == 'R' || at == 'r' || at == 'c' ? weight : 0.0;
    sum[0] += weights[2 * c];
    sum[1] += weights[2 * c + 1];
  }
  for (unsigned c = 0; c < channels; ++c) {
    weights[2 * c] /= sum[0];
    if (sum[1] > 0.0) weights[2 * c + 1] /= sum[1];
  }
}

/// \return the part of the file to open, or all of it
static DecoderInput input_of(const AudioFile* audio) {
  DecoderInput input = {.fd = audio->fd, .is_pipe = audio->is_pipe, .map = &audio->map};
  if (audio->map.n > 0) input.part = audio->map.parts[audio->part];
  struct stat status;
  if (audio->map.n == 0 && !audio->is_pipe && fstat(audio->fd, &status) == 0)
    input.part = (SoundPart){0, (uint64_t)status.st_size, audio->map.delay};
  return input;
}

/// Check whether the format can be read.  \return 0, or -1 and an error message
static int check_format(const DecoderInfo* info, char* error, size_t error_size) {
  if (info->channels > AUDIO_MAX_CHANNELS) {
    snprintf(error, error_size, "has %u channels; 1 to %d are supported", info->channels,
             AUDIO_MAX_CHANNELS);
    return -1;
  }
  if (info->rate < (unsigned)FRONTEND_MIN_RATE || info->rate > (unsigned)FRONTEND_MAX_RATE) {
    snprintf(error, error_size, "has a sample rate of %u Hz; %s are supported", info->rate,
             decoder_has_ffmpeg() ? "1000 Hz to 100 MHz" : "8000 to 192000 Hz");
    return -1;
  }
  return 0;
}

/// Allocate for the part's channels.  \return 0, or -1 and an error message
static int prepare_part(AudioFile* audio, char* error, size_t error_size) {
  const DecoderInfo* info = &audio->decoder.info;
  if (check_format(info, error, error_size) != 0) return -1;
  const size_t capacity = (size_t)BLOCK * info->channels;
  if (capacity > audio->capacity) {
    float* block = realloc(audio->interleaved, capacity * sizeof *block);
    if (!block) {
      snprintf(error, error_size, "out of memory");
      return -1;
    }
    audio->interleaved = block;
    audio->capacity = capacity;
  }
  audio->channels = info->channels;
  make_weights(info, audio->weights);
  return 0;
}

/// Read the first bytes of a pipe without removing them.  \return how many there are
static size_t peek(int fd, unsigned char* bytes, size_t n) {
  int ends[2];
  ssize_t got = 0;
  if (pipe(ends) != 0) return 0;
  const ssize_t held = tee(fd, ends[1], n, 0);
  if (held > 0) got = read(ends[0], bytes, (size_t)held);
  close(ends[0]);
  close(ends[1]);
  return got > 0 ? (size_t)got : 0;
}

void pipe_copy_add(PipeCopy* copy, const unsigned char* bytes, size_t n) {
  if (n == 0) copy->has_ended = true;
  copy->size += n;
  if (!copy->file || (copy->size <= PIPE_COPY && fwrite(bytes, 1, n, copy->file) == n)) return;
  fclose(copy->file);
  copy->file = NULL;
}

/// libsndfile reads WAVE and AU from a pipe; other formats it mistakes for something else, because
/// it cannot seek.  A length of 0, which is not known yet, it believes.
static int open_pipe(AudioFile* audio, const DecoderInput* input, char* error, size_t error_size) {
  enum { LEAST = 22 }; // bytes up to the coder
  unsigned char b[44] = {0};
  char reason[192] = "";
  const size_t n = input->raw.rate > 0 ? 0 : peek(audio->fd, b, sizeof b);
  // Samples, float and logarithmic ones too; where other WAVE files break off, libsndfile invents
  // silence.
  const uint64_t coder = memcmp(b + 12, "fmt ", 4) == 0 ? bytes_little(b + 20, 2) : 1;
  const bool is_samples = coder == 1 || coder == 3 || coder == 6 || coder == 7 || coder == 0xFFFE;
  const bool is_unknown = n == sizeof b && memcmp(b + 36, "data\0\0\0\0", 8) == 0;
  const bool is_plain = n < LEAST || memcmp(b, ".snd", 4) == 0 ||
                        (memcmp(b, "RIFF", 4) == 0 && memcmp(b + 8, "WAVE", 4) == 0 &&
                         ((is_samples && !is_unknown) || !decoder_has_ffmpeg()));
  if (is_plain) {
    if (decoder_open_sndfile(&audio->decoder, input, reason, sizeof reason) == 0) return 0;
    snprintf(error, error_size, "not a sound file that can be read (%s)", reason);
    return -1;
  }
  DecoderInput copied = *input;
  audio->is_ffmpeg = true;
  audio->copy.file = tmpfile();
  copied.copy = &audio->copy;
  if (decoder_open_ffmpeg(&audio->decoder, &copied, reason, sizeof reason) == 0) return 0;
  snprintf(error, error_size,
           "%s cannot be read from a pipe (%s): WAVE, AU and raw samples can; a file can be "
           "named",
           memcmp(b, "RF64", 4) == 0       ? "RF64"
           : memcmp(b + 4, "ftyp", 4) == 0 ? "MP4 with its index at its end"
                                           : "this format",
           reason);
  return -1;
}

static bool begins_with(const AudioFile* audio, const char* text) {
  char b[32];
  const size_t n = strlen(text);
  return pread(audio->fd, b, n, 0) == (ssize_t)n && memcmp(b, text, n) == 0;
}

static bool is_flac(const AudioFile* audio) {
  return begins_with(audio, "fLaC");
}

/// Creative Voice with several blocks: libsndfile reads the second block's header as sound.  FLAC:
/// libFLAC makes damaged and missing frames silent, and libsndfile does not tell.  MPEG audio of a
/// varying bit rate without a header: libsndfile guesses the length by the first frame.  Opus:
/// FFmpeg's own decoder is faster (docs/performance.md).
static bool prefers_ffmpeg(const AudioFile* audio) {
  return decoder_has_ffmpeg() && (audio->map.is_celt || audio->map.is_uneven || is_flac(audio) ||
                                  begins_with(audio, "Creative Voice File"));
}

/// Rates that FFmpeg converts.  Lower ones are not sound.
static bool needs_other_rate(unsigned rate) {
  return decoder_has_ffmpeg() && rate >= AUDIO_LEAST_RATE && rate <= AUDIO_MOST_RATE &&
         (rate < (unsigned)FRONTEND_MIN_RATE || rate > (unsigned)FRONTEND_MAX_RATE);
}

/// \return whether some byte is a control character that text does not have
static bool is_binary(const unsigned char b[8]) {
  for (int i = 0; i < 8; ++i)
    if (b[i] < '\t' || (b[i] > '\r' && b[i] < ' ')) return true;
  return false;
}

/// \return the offset at which a sound file begins behind other bytes; 0: none was found.  A mark
/// within words ("PLATFORM") is none.
static size_t find_begin(int fd) {
  unsigned char b[1 << 14];
  const ssize_t n = pread(fd, b, sizeof b, 0);
  for (ssize_t i = 1; i + 8 <= n; ++i)
    if ((sound_map_kind(b + i) != 0 && is_binary(b + i)) ||
        memcmp(b + i, "fLaC\0\0\0\x22", 8) == 0 || memcmp(b + i, "OggS\0\2", 6) == 0)
      return (size_t)i;
  return 0;
}

/// Try libsndfile first, then FFmpeg.
static int open_part(AudioFile* audio, const DecoderInput* input, char* error, size_t error_size) {
  char reason[192] = "", other[192] = "";
  audio->is_ffmpeg = prefers_ffmpeg(audio);
  if (audio->is_ffmpeg && decoder_open_ffmpeg(&audio->decoder, input, other, sizeof other) == 0)
    return 0;
  audio->is_ffmpeg = false;
  if (decoder_open_sndfile(&audio->decoder, input, reason, sizeof reason) == 0) {
    if (!needs_other_rate(audio->decoder.info.rate)) return 0;
    decoder_close(&audio->decoder);
    if (decoder_open_ffmpeg(&audio->decoder, input, other, sizeof other) == 0) {
      audio->is_ffmpeg = true;
      return 0;
    }
    return decoder_open_sndfile(&audio->decoder, input, error, error_size);
  }
  audio->is_ffmpeg = true;
  if (decoder_open_ffmpeg(&audio->decoder, input, other, sizeof other) == 0) return 0;
  unsigned char b[10] = {0};
  const bool has_head = pread(audio->fd, b, sizeof b, 0) == (ssize_t)sizeof b;
  const bool is_mp4 = has_head && memcmp(b + 4, "ftyp", 4) == 0;
  const bool is_other = has_head && sound_map_kind(b) == 0 && input->part.offset == 0;
  const size_t begin = is_other && audio->map.n <= 1 ? find_begin(audio->fd) : 0;
  if (has_head && sound_map_behind_id3(b) >= input->part.offset + input->part.size)
    snprintf(error, error_size, "is cut off: it ends within the tag before its sound");
  else if (is_mp4 && decoder_has_ffmpeg() && strcmp(other, "there is no sound in it") != 0)
    snprintf(error, error_size, "is cut off: its index, which lies at its end, is missing (%s)",
             other);
  else if (begin > 0)
    snprintf(error, error_size, "has %zu other bytes before the beginning of its sound", begin);
  else
    snprintf(error, error_size, "not a sound file that can be read (%s; %s)", reason, other);
  return -1;
}

static void note_damage(AudioFile* audio, const char* text) {
  if (audio->has_damage) return;
  audio->has_damage = true;
  snprintf(audio->damage, sizeof audio->damage, "%s", text);
}

/// Format a time, rounded down.  \param digits after the decimal point
static void put_time(double seconds, int digits, char* text, size_t size) {
  const unsigned long s = (unsigned long)seconds;
  const unsigned long parts = (unsigned long)((seconds - (double)s) * pow(10.0, digits));
  size_t n = 0;
  if (s >= 3600)
    n = (size_t)snprintf(text, size, "%lu:%02lu:", s / 3600, s / 60 % 60);
  else
    n = (size_t)snprintf(text, size, "%lu:", s / 60);
  n += (size_t)snprintf(text + n, size - n, "%02lu", s % 60);
  if (digits > 0) snprintf(text + n, size - n, ".%0*lu", digits, parts);
}

/// Note that the file is cut off.  \param whole its full length, frames; 0: not known
static void note_cut(AudioFile* audio, double whole) {
  char text[192], of[32], there[32];
  int digits = 0;
  do { // enough digits to show a difference
    put_time((double)audio->done / audio->info.rate, digits, there, sizeof there);
    put_time(whole / audio->info.rate, digits, of, sizeof of);
  } while (strcmp(there, of) == 0 && ++digits < 3);
  if (whole > 0.0)
    snprintf(text, sizeof text, "is cut off: only %s of %s could be read", there, of);
  else
    snprintf(text, sizeof text, "is cut off at %s: only the part before that was read", there);
  note_damage(audio, text);
}

/// At the end of a pipe's sound: look through its copy as through a file; look for a file that was
/// joined to it.
/// \return whether the decoder read several joined files as one
static bool check_pipe(AudioFile* audio) {
  SoundMap map = {.n = 0};
  unsigned char next[4096], first[8] = {0};
  struct pollfd ready = {.fd = audio->fd, .events = POLLIN};
  PipeCopy* copy = &audio->copy;
  const ssize_t got = poll(&ready, 1, 0) > 0 ? read(audio->fd, next, sizeof next) : -1;
  if (got >= 0) pipe_copy_add(copy, next, (size_t)got);
  if (copy->file && fflush(copy->file) == 0 &&
      pread(fileno(copy->file), first, sizeof first, 0) == sizeof first)
    sound_map_make(&map, fileno(copy->file), copy->size);
  const bool has_more = got >= (ssize_t)sizeof first && sound_map_kind(next) != 0;
  const int kind = sound_map_kind(first);
  const bool is_joined = map.n > 1; // FFmpeg reads two Matroska files
  const bool stops_there = kind != 0 && (kind != SOUND_MAP_MATROSKA || map.n > 2);
  if (has_more || (is_joined && stops_there))
    note_damage(audio, "is followed by another file in the pipe, which was not read");
  audio->map.is_cut = copy->has_ended && map.is_cut;
  audio->map.share = map.share;
  audio->map.has_holes = copy->has_ended && map.has_holes;
  sound_map_free(&map);
  return is_joined && !stops_there;
}

/// At the end of the sound: check whether it is complete.
static void end(AudioFile* audio) {
  const double done = (double)audio->done, expected = (double)audio->expected;
  const Decoder* d = &audio->decoder;
  const bool is_short = d->info.is_exact && expected > done + 0.5 * audio->info.rate &&
                        expected > 1.001 * done &&
                        !(d->has_reached_end && d->has_reached_end(d->state));
  // libsndfile may skip a lost frame of FLAC without an error, but knows the exact length.
  const bool has_gap =
      !audio->is_ffmpeg && d->info.is_exact && expected > done + 0.01 * audio->info.rate;
  struct stat status;
  bool is_joined = false;
  audio->has_ended = true;
  if (audio->is_pipe)
    is_joined = check_pipe(audio);
  else if (fstat(audio->fd, &status) == 0 && status.st_size < audio->size)
    note_damage(audio, "became shorter while it was read: a part is missing");
  const bool has_faults = audio->has_faults || has_gap || (d->faults && d->faults(d->state) > 0);
  if (!audio->map.has_holes && audio->map.is_cut)
    note_cut(audio, audio->map.share > 0.0 ? done / audio->map.share : is_short ? expected : 0.0);
  else if (!audio->map.has_holes && is_short)
    note_cut(audio, expected);
  else if (is_joined && !audio->map.has_holes && has_faults)
    note_damage(audio,
                "holds several files: in a pipe, sound where they meet may be lost or added");
  else if (audio->map.has_holes || has_faults)
    note_damage(audio, "is damaged: parts of it could not be read");
}

/// Open a part at the rate of the parts before it.  \return 0, or -1 and an error message
static int open_at_rate(AudioFile* audio, char* error, size_t error_size) {
  DecoderInput input = input_of(audio);
  if (open_part(audio, &input, error, error_size) != 0) return -1;
  const double rate = audio->info.rate;
  if ((double)audio->decoder.info.rate < rate || (double)audio->decoder.info.rate > rate) {
    const unsigned own = audio->decoder.info.rate;
    decoder_close(&audio->decoder);
    input.rate = (unsigned)rate;
    audio->is_ffmpeg = true;
    if (decoder_open_ffmpeg(&audio->decoder, &input, error, error_size) != 0) {
      snprintf(error, error_size, "changes to %u Hz after %.0f s: the rest was left out", own,
               (double)audio->done / rate);
      return -1;
    }
  }
  return prepare_part(audio, error, error_size);
}

/// Start the next part.  \return false if there is none
static bool next_part(AudioFile* audio) {
  char error[256] = "";
  while (audio->part + 1 < audio->map.n) {
    const bool had_faults =
        audio->decoder.faults && audio->decoder.faults(audio->decoder.state) > 0;
    audio->has_faults = audio->has_faults || had_faults;
    decoder_close(&audio->decoder);
    ++audio->part;
    if (open_at_rate(audio, error, sizeof error) == 0) {
      audio->expected += audio->decoder.info.frames;
      return true;
    }
    note_damage(audio, strncmp(error, "changes", 7) == 0
                           ? error
                           : "is damaged: parts of it could not be read");
  }
  return false;
}

/// libsndfile stopped in the middle of the file: continue with FFmpeg.  \return whether it finds
/// more
static bool change_over(AudioFile* audio) {
  char error[256] = "";
  if (audio->is_ffmpeg || audio->is_pipe || audio->map.n > 0 || !decoder_has_ffmpeg()) return false;
  Decoder other = {.close = NULL};
  DecoderInput input = input_of(audio);
  input.rate = (unsigned)audio->info.rate;
  if (decoder_open_ffmpeg(&other, &input, error, sizeof error) != 0) return false;
  ptrdiff_t got = other.info.channels == audio->channels ? 1 : -1;
  for (uint64_t left = audio->done; left > 0 && got > 0; left -= (uint64_t)got)
    got = other.read(other.state, audio->interleaved, left < BLOCK ? (size_t)left : BLOCK, error,
                     sizeof error);
  if (got <= 0) {
    decoder_close(&other);
    return false;
  }
  decoder_close(&audio->decoder);
  audio->decoder = other;
  make_weights(&audio->decoder.info, audio->weights);
  audio->is_ffmpeg = true;
  audio->has_faults = true;
  return true;
}

/// \return whether the file should have more than libsndfile read
static bool ends_early(const AudioFile* audio) {
  return !audio->is_ffmpeg && audio->map.n == 0 && !audio->map.is_cut &&
         audio->decoder.info.is_exact &&
         (double)audio->expected > (double)audio->done + 0.1 * audio->info.rate;
}

static int open_file(AudioFile* audio, const char* path, char* error, size_t error_size) {
  struct stat status;
  audio->fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                                     : open(path, O_RDONLY | O_CLOEXEC);
  if (audio->fd < 0 || fstat(audio->fd, &status) != 0) {
    snprintf(error, error_size, "%s", strerror(errno));
    return -1;
  }
  audio->is_pipe = !S_ISREG(status.st_mode);
  audio->size = status.st_size;
  if (!audio->is_pipe && sound_map_make(&audio->map, audio->fd, (uint64_t)status.st_size) != 0) {
    snprintf(error, error_size, "out of memory");
    return -1;
  }
  return 0;
}

/// Open a track of a CUE sheet: the part of its file from its start to its end.
static AudioFile* open_track(const char* file, const CueTrack* track, char* error,
                             size_t error_size) {
  char reason[256] = "";
  const char* slash = strrchr(file, '/');
  const char* name = slash ? slash + 1 : file;
  AudioFile* audio = audio_open(file, NULL, reason, sizeof reason);
  if (!audio) {
    snprintf(error, error_size, "%s: %s", name, reason);
    return NULL;
  }
  const double rate = audio->info.rate;
  const uint64_t from = (uint64_t)(track->from * rate + 0.5);
  const uint64_t to = track->to > 0.0 ? (uint64_t)(track->to * rate + 0.5) : UINT64_MAX;
  const uint64_t end = audio->info.frames > 0 && audio->info.frames < to ? audio->info.frames : to;
  if (audio_skip(audio, from, reason, sizeof reason) != 0) {
    const bool is_short = audio->has_ended && !audio->has_damage;
    snprintf(error, error_size, "begins at %.0f:%05.2f, where %s %s", floor(track->from / 60.0),
             fmod(track->from, 60.0), name,
             is_short            ? "has ended"
             : audio->has_damage ? audio->damage
                                 : reason);
    audio_close(audio);
    return NULL;
  }
  audio_limit(audio, to - from);
  audio->info.frames = end < UINT64_MAX && end > from ? end - from : 0;
  return audio;
}

AudioFile* audio_open(const char* path, const AudioRaw* raw, char* error, size_t error_size) {
  char file[CUE_PATH];
  CueTrack track;
  if (cue_track_find(path, file, &track)) return open_track(file, &track, error, error_size);
  const bool is_stdin = strcmp(path, "-") == 0;
  if (!is_stdin && check_path(path, error, error_size) != 0) return NULL;
  AudioFile* audio = calloc(1, sizeof *audio);
  if (!audio) {
    snprintf(error, error_size, "out of memory");
    return NULL;
  }
  audio->fd = -1;
  audio->left = UINT64_MAX;
  if (open_file(audio, path, error, error_size) != 0) goto fail;
  DecoderInput input = input_of(audio);
  if (is_stdin && raw && raw->rate > 0.0)
    input.raw = (DecoderRaw){(unsigned)raw->rate, raw->channels, raw->is_s16};
  if ((audio->is_pipe ? open_pipe : open_part)(audio, &input, error, error_size) != 0 ||
      prepare_part(audio, error, error_size) != 0)
    goto fail;
  DecoderInfo* info = &audio->decoder.info;
  if (audio->map.has_no_length) info->frames = 0;
  audio->info = (AudioInfo){info->rate, info->channels, info->frames};
  audio->expected = info->frames;
  // An estimate from the parts' bytes.
  if (audio->map.n > 1 && audio->map.parts[0].size > 0) {
    double bytes = 0.0;
    for (size_t i = 0; i < audio->map.n; ++i)
      bytes += (double)audio->map.parts[i].size;
    audio->info.frames =
        (uint64_t)((double)info->frames * bytes / (double)audio->map.parts[0].size);
  }
  return audio;
fail:
  audio_close(audio);
  return NULL;
}

void audio_close(AudioFile* audio) {
  if (!audio) return;
  decoder_close(&audio->decoder);
  sound_map_free(&audio->map);
  if (audio->copy.file) fclose(audio->copy.file);
  if (audio->fd >= 0) close(audio->fd);
  free(audio->interleaved);
  free(audio);
}

const AudioInfo* audio_info(const AudioFile* audio) {
  return &audio->info;
}

const char* audio_damage(const AudioFile* audio) {
  return audio->has_damage ? audio->damage : NULL;
}

/// Read the next block of the file, at most \p n frames.  \return frames; 0: the end; -1 and an
/// error message: the file has no sound
static ptrdiff_t read_block(AudioFile* audio, size_t n, char* error, size_t error_size) {
  while (!audio->has_ended) {
    const ptrdiff_t got = audio->decoder.read(audio->decoder.state, audio->interleaved,
                                              n < BLOCK ? n : BLOCK, error, error_size);
    if (got > 0) {
      audio->done += (uint64_t)got;
      return got;
    }
    if (got < 0 && audio->done == 0 && audio->map.n <= 1 && audio->is_ffmpeg) return -1;
    if ((got < 0 || ends_early(audio)) && change_over(audio)) continue;
    if (got < 0) audio->has_faults = true;
    if (next_part(audio)) continue;
    end(audio);
  }
  return 0;
}

/// Use libsndfile for Opus and FLAC: only libsndfile can seek.
static void make_seekable(AudioFile* audio) {
  char error[192];
  Decoder other;
  const DecoderInput input = input_of(audio);
  if (!audio->is_ffmpeg || !(audio->map.is_celt || is_flac(audio)) || audio->map.n > 1 ||
      decoder_open_sndfile(&other, &input, error, sizeof error) != 0)
    return;
  decoder_close(&audio->decoder);
  audio->decoder = other;
  audio->is_ffmpeg = false;
}

int audio_skip(AudioFile* audio, uint64_t frames, char* error, size_t error_size) {
  static const char too_short[] = "ends before the requested start";
  if (frames == 0) return 0;
  if (frames > audio->left) {
    snprintf(error, error_size, too_short);
    return -1;
  }
  audio->left -= frames;
  make_seekable(audio);
  const Decoder* d = &audio->decoder;
  if (audio->map.n <= 1 && !audio->is_pipe && d->seek && frames < d->info.frames &&
      d->seek(d->state, audio->done + frames) == 0) {
    audio->done += frames;
    return 0;
  }
  while (frames > 0) {
    const ptrdiff_t got =
        read_block(audio, frames < BLOCK ? (size_t)frames : BLOCK, error, error_size);
    if (got < 0) return -1;
    if (got == 0) {
      snprintf(error, error_size, too_short);
      return -1;
    }
    frames -= (uint64_t)got;
  }
  return 0;
}

static void to_two(const AudioFile* audio, float* left, float* right, size_t n) {
  const unsigned channels = audio->channels;
  const float* x = audio->interleaved;
  if (channels == 1) {
    memcpy(left, x, n * sizeof *left);
    memcpy(right, x, n * sizeof *right);
    return;
  }
  for (size_t i = 0; i < n; ++i, x += channels) {
    if (channels == 2) {
      left[i] = x[0];
      right[i] = x[1];
      continue;
    }
    // In double, so that equal channels give exactly their own samples.
    double sum[2] = {0.0, 0.0};
    for (unsigned c = 0; c < channels; ++c) {
      sum[0] += audio->weights[2 * c] * (double)x[c];
      sum[1] += audio->weights[2 * c + 1] * (double)x[c];
    }
    left[i] = (float)sum[0];
    right[i] = (float)sum[1];
  }
}

void audio_limit(AudioFile* audio, uint64_t frames) {
  if (frames < audio->left) audio->left = frames;
}

ptrdiff_t audio_read(AudioFile* audio, float* left, float* right, size_t n, char* error,
                     size_t error_size) {
  size_t done = 0;
  if (n > audio->left) n = (size_t)audio->left;
  while (done < n) {
    const ptrdiff_t got = read_block(audio, n - done, error, error_size);
    if (got < 0) return -1;
    if (got == 0) break;
    to_two(audio, left + done, right + done, (size_t)got);
    done += (size_t)got;
  }
  audio->left -= done;
  return (ptrdiff_t)done;
}
