// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Decodes with libsndfile: a whole file, or a part as if it were a file.
#include "audio/decoder.h"

#include <errno.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

typedef struct {
  SNDFILE* file;
  DecoderInput input;
  uint64_t size, at; ///< of the part, and the position in it
  uint64_t delay;    ///< frames at the file's start that are dropped
  uint64_t left; ///< frames that a pipe still has; more are not asked for, libsndfile reads them
} SndfileState;

static sf_count_t get_size(void* context) {
  const SndfileState* s = context;
  return (sf_count_t)s->size;
}

static sf_count_t seek_to(sf_count_t offset, int whence, void* context) {
  SndfileState* s = context;
  const sf_count_t base = whence == SEEK_SET   ? 0
                          : whence == SEEK_CUR ? (sf_count_t)s->at
                                               : (sf_count_t)s->size;
  const sf_count_t at = base + offset;
  if (at < 0) return -1;
  s->at = (uint64_t)at;
  return at;
}

/// Replace bytes that were read by the map's patch.
static void patch(const SndfileState* s, unsigned char* bytes, size_t n) {
  const SoundMap* map = s->input.map;
  if (!map || map->patch_offset == 0) return;
  for (size_t i = 0; i < sizeof map->patch; ++i) {
    const uint64_t offset = map->patch_offset + i;
    const uint64_t at = s->input.part.offset + s->at;
    if (offset >= at && offset < at + n) bytes[offset - at] = map->patch[i];
  }
}

static sf_count_t read_bytes(void* to, sf_count_t wanted, void* context) {
  SndfileState* s = context;
  const uint64_t left = s->at < s->size ? s->size - s->at : 0;
  size_t n = (uint64_t)wanted < left ? (size_t)wanted : (size_t)left, done = 0;
  while (done < n) {
    const ssize_t got = pread(s->input.fd, (unsigned char*)to + done, n - done,
                              (off_t)(s->input.part.offset + s->at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += (size_t)got;
  }
  patch(s, to, done);
  s->at += done;
  return (sf_count_t)done;
}

static sf_count_t write_bytes(const void* from, sf_count_t n, void* context) {
  (void)from;
  (void)n;
  (void)context;
  return 0;
}

static sf_count_t tell(void* context) {
  const SndfileState* s = context;
  return (sf_count_t)s->at;
}

static ptrdiff_t read_frames(void* state, float* interleaved, size_t frames, char* error,
                             size_t error_size) {
  SndfileState* s = state;
  const sf_count_t got =
      sf_readf_float(s->file, interleaved, (sf_count_t)(frames < s->left ? frames : s->left));
  if (got > 0) s->left -= (uint64_t)got;
  if (got > 0) return (ptrdiff_t)got;
  if (sf_error(s->file) == SF_ERR_NO_ERROR) return 0;
  snprintf(error, error_size, "%s", sf_strerror(s->file));
  return -1;
}

static int seek_frames(void* state, uint64_t frames) {
  SndfileState* s = state;
  return sf_seek(s->file, (sf_count_t)(frames + s->delay), SEEK_SET) >= 0 ? 0 : -1;
}

/// Read and drop the samples that the coder added before the sound.
static void leave_out(SNDFILE* file, uint64_t frames, unsigned channels) {
  float block[256];
  const uint64_t room = channels <= 256 ? 256U / channels : 0;
  while (frames > 0 && room > 0) {
    const sf_count_t got = sf_readf_float(file, block, (sf_count_t)(frames < room ? frames : room));
    if (got <= 0) return;
    frames -= (uint64_t)got;
  }
}

/// \return the frames that the header states, 0: not known.  A header in a pipe may have been written
/// before the length was known; then it states some 2 or 4 GB.
static uint64_t stated_frames(const SF_INFO* info, const DecoderInput* input) {
  static const unsigned widths[] = {
      [SF_FORMAT_PCM_S8] = 1, [SF_FORMAT_PCM_16] = 2, [SF_FORMAT_PCM_24] = 3,
      [SF_FORMAT_PCM_32] = 4, [SF_FORMAT_PCM_U8] = 1, [SF_FORMAT_FLOAT] = 4,
      [SF_FORMAT_DOUBLE] = 8, [SF_FORMAT_ULAW] = 1,   [SF_FORMAT_ALAW] = 1};
  const size_t coder = (size_t)(info->format & SF_FORMAT_SUBMASK);
  if (info->frames <= 0 || info->frames == SF_COUNT_MAX) return 0;
  if (!input->is_pipe) return (uint64_t)info->frames;
  const unsigned width = coder < sizeof widths / sizeof *widths ? widths[coder] : 0;
  const double bytes = (double)info->frames * width * info->channels;
  return input->raw.rate == 0 && width > 0 && bytes < 0x7F000000 ? (uint64_t)info->frames : 0;
}

static void close_state(void* state) {
  SndfileState* s = state;
  if (s->file) sf_close(s->file);
  free(s);
}

int decoder_open_sndfile(Decoder* decoder, const DecoderInput* input, char* error,
                         size_t error_size) {
  static SF_VIRTUAL_IO bytes = {get_size, seek_to, read_bytes, write_bytes, tell};
  SF_INFO info;
  SndfileState* s = calloc(1, sizeof *s);
  if (!s) {
    snprintf(error, error_size, "out of memory");
    return -1;
  }
  memset(&info, 0, sizeof info);
  s->input = *input;
  s->size = input->part.size;
  if (input->raw.rate > 0) {
    info.format =
        SF_FORMAT_RAW | SF_ENDIAN_LITTLE | (input->raw.is_s16 ? SF_FORMAT_PCM_16 : SF_FORMAT_FLOAT);
    info.samplerate = (int)input->raw.rate;
    info.channels = (int)input->raw.channels;
  }
  // libsndfile reads a pipe itself, because it must not seek there.
  s->file = input->is_pipe ? sf_open_fd(input->fd, SFM_READ, &info, 0)
                           : sf_open_virtual(&bytes, SFM_READ, &info, s);
  if (!s->file || info.channels < 1 || info.samplerate < 1) {
    snprintf(error, error_size, "%s", sf_strerror(NULL));
    close_state(s);
    return -1;
  }
  const bool is_mpeg = (info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG;
  if (is_mpeg && (uint64_t)info.frames > input->part.delay) {
    s->delay = input->part.delay;
    leave_out(s->file, s->delay, (unsigned)info.channels);
  }
  const int coder = info.format & SF_FORMAT_SUBMASK;
  const bool is_exact = !is_mpeg && coder != SF_FORMAT_MPEG_LAYER_III;
  const uint64_t frames = stated_frames(&info, input);
  s->left = input->is_pipe && frames > 0 ? frames : UINT64_MAX;
  *decoder = (Decoder){.info = {(unsigned)info.samplerate, (unsigned)info.channels,
                                frames > 0 ? frames - s->delay : 0, is_exact,
                                coder == SF_FORMAT_VORBIS || coder == SF_FORMAT_OPUS},
                       .state = s,
                       .read = read_frames,
                       .seek = seek_frames,
                       .close = close_state};
  return 0;
}

void decoder_close(Decoder* decoder) {
  if (decoder->close) decoder->close(decoder->state);
  memset(decoder, 0, sizeof *decoder);
}
