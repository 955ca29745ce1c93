// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/sound_file.h"

#include "dsp/frontend.h"
#include "text/number.h"

#include <errno.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 4096 }; ///< frames that are read at once

struct AudioFile {
  SNDFILE* file;
  AudioInfo info;
  float* interleaved;                     ///< [BLOCK * channels]
  double weights[2 * AUDIO_MAX_CHANNELS]; ///< of each channel in the left and the right one
};

bool audio_parse_raw(const char* text, AudioRaw* raw) {
  char copy[64];
  if (strlen(text) >= sizeof copy) return false;
  memcpy(copy, text, strlen(text) + 1);
  char* channels = strchr(copy, ':');
  char* format = NULL;
  if (channels != NULL) {
    *channels++ = '\0';
    format = strchr(channels, ':');
    if (format != NULL) *format++ = '\0';
  }
  unsigned long count = 1;
  double rate = 0.0;
  if (!number_in(copy, FRONTEND_MIN_RATE, FRONTEND_MAX_RATE, &rate)) return false;
  if (channels != NULL && !count_in(channels, 1, AUDIO_MAX_CHANNELS, &count)) return false;
  if (format != NULL && strcmp(format, "s16") != 0 && strcmp(format, "f32") != 0) return false;
  raw->rate = rate;
  raw->channels = (unsigned)count;
  raw->is_s16 = format != NULL && strcmp(format, "s16") == 0;
  return true;
}

/// libsndfile's own words for a missing file or a folder are "System error." or worse.
static int check_path(const char* path, char* error, size_t error_size) {
  struct stat status;
  if (stat(path, &status) != 0) {
    (void)snprintf(error, error_size, "%s", strerror(errno));
    return -1;
  }
  if (S_ISDIR(status.st_mode)) {
    (void)snprintf(error, error_size, "is a folder");
    return -1;
  }
  if (access(path, R_OK) != 0) {
    (void)snprintf(error, error_size, "%s", strerror(errno));
    return -1;
  }
  if (S_ISREG(status.st_mode) && status.st_size == 0) {
    (void)snprintf(error, error_size, "is empty");
    return -1;
  }
  return 0;
}

/// Place of each channel, in WAVE's order: left, right, centre, or none (low-frequency effects).
static char place(unsigned channel, unsigned channels) {
  static const char* const layouts[] = {"LRC", "LRLR", "LRCLR", "LRC-LR", "LRC-CLR", "LRC-LRLR"};
  if (channels >= 3 && channels <= 8) return layouts[channels - 3][channel];
  return channel % 2 == 0 ? 'L' : 'R';
}

/// ITU-R BS.775-3 annex 4: centre and surround channels go in 3 dB lower.
static void make_weights(unsigned channels, double* weights) {
  double sum[2] = {0.0, 0.0};
  for (unsigned c = 0; c < channels; ++c) {
    const char at = place(c, channels);
    const double weight = c < 2 ? 1.0 : 0.70710678118654752;
    weights[2 * c] = at == 'L' || at == 'C' ? weight : 0.0;
    weights[2 * c + 1] = at == 'R' || at == 'C' ? weight : 0.0;
    sum[0] += weights[2 * c];
    sum[1] += weights[2 * c + 1];
  }
  for (unsigned c = 0; c < channels; ++c) {
    weights[2 * c] /= sum[0];
    weights[2 * c + 1] /= sum[1];
  }
}

AudioFile* audio_open(const char* path, const AudioRaw* raw, char* error, size_t error_size) {
  const bool is_stdin = strcmp(path, "-") == 0;
  if (!is_stdin && check_path(path, error, error_size) != 0) return NULL;

  AudioFile* audio = calloc(1, sizeof *audio);
  if (audio == NULL) {
    (void)snprintf(error, error_size, "out of memory");
    return NULL;
  }
  SF_INFO info;
  memset(&info, 0, sizeof info);
  if (is_stdin && raw != NULL && raw->rate > 0.0) {
    info.format =
        SF_FORMAT_RAW | SF_ENDIAN_LITTLE | (raw->is_s16 ? SF_FORMAT_PCM_16 : SF_FORMAT_FLOAT);
    info.samplerate = (int)raw->rate;
    info.channels = (int)raw->channels;
  }
  audio->file =
      is_stdin ? sf_open_fd(STDIN_FILENO, SFM_READ, &info, 0) : sf_open(path, SFM_READ, &info);
  if (audio->file == NULL) {
    (void)snprintf(error, error_size, "not a sound file that can be read (%s)", sf_strerror(NULL));
    goto fail;
  }
  if (info.channels < 1 || info.channels > AUDIO_MAX_CHANNELS) {
    (void)snprintf(error, error_size, "has %d channels; 1 to %d are supported", info.channels,
                   AUDIO_MAX_CHANNELS);
    goto fail;
  }
  if (info.samplerate < (int)FRONTEND_MIN_RATE || info.samplerate > (int)FRONTEND_MAX_RATE) {
    (void)snprintf(error, error_size, "has a sample rate of %d Hz; 8000 to 192000 Hz are supported",
                   info.samplerate);
    goto fail;
  }
  audio->info.rate = info.samplerate;
  audio->info.channels = (unsigned)info.channels;
  // A pipe's length is unknown, whatever its header says.
  audio->info.frames =
      is_stdin || info.frames < 0 || info.frames >= SF_COUNT_MAX ? 0 : (uint64_t)info.frames;
  make_weights(audio->info.channels, audio->weights);
  audio->interleaved = malloc(sizeof(float) * BLOCK * audio->info.channels);
  if (audio->interleaved == NULL) {
    (void)snprintf(error, error_size, "out of memory");
    goto fail;
  }
  return audio;
fail:
  audio_close(audio);
  return NULL;
}

void audio_close(AudioFile* audio) {
  if (audio == NULL) return;
  if (audio->file != NULL) (void)sf_close(audio->file);
  free(audio->interleaved);
  free(audio);
}

const AudioInfo* audio_info(const AudioFile* audio) {
  return &audio->info;
}

int audio_skip(AudioFile* audio, uint64_t frames, char* error, size_t error_size) {
  if (frames == 0) return 0;
  if (audio->info.frames > 0 && frames >= audio->info.frames) {
    (void)snprintf(error, error_size, "ends before the start that was asked for");
    return -1;
  }
  if (sf_seek(audio->file, (sf_count_t)frames, SEEK_CUR) >= 0) return 0;
  // Some formats and pipes cannot seek: read past it.
  while (frames > 0) {
    const sf_count_t want = frames < BLOCK ? (sf_count_t)frames : BLOCK;
    const sf_count_t got = sf_readf_float(audio->file, audio->interleaved, want);
    if (got <= 0) {
      (void)snprintf(error, error_size, "ends before the start that was asked for");
      return -1;
    }
    frames -= (uint64_t)got;
  }
  return 0;
}

static void to_two(const AudioFile* audio, float* left, float* right, size_t n) {
  const unsigned channels = audio->info.channels;
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
    // In double, so that equal channels give exactly the sample that they hold.
    double sum[2] = {0.0, 0.0};
    for (unsigned c = 0; c < channels; ++c) {
      sum[0] += audio->weights[2 * c] * (double)x[c];
      sum[1] += audio->weights[2 * c + 1] * (double)x[c];
    }
    left[i] = (float)sum[0];
    right[i] = (float)sum[1];
  }
}

ptrdiff_t audio_read(AudioFile* audio, float* left, float* right, size_t n, char* error,
                     size_t error_size) {
  size_t done = 0;
  while (done < n) {
    const size_t want = n - done < BLOCK ? n - done : BLOCK;
    const sf_count_t got = sf_readf_float(audio->file, audio->interleaved, (sf_count_t)want);
    if (got <= 0) break;
    to_two(audio, left + done, right + done, (size_t)got);
    done += (size_t)got;
  }
  if (done < n && sf_error(audio->file) != SF_ERR_NO_ERROR) {
    (void)snprintf(error, error_size, "cannot be read to its end (%s)", sf_strerror(audio->file));
    return -1;
  }
  return (ptrdiff_t)done;
}
