// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Decodes with FFmpeg's libraries what libsndfile cannot read, or not to its end.
///
/// FFmpeg reads bytes only through our own functions and can open nothing else, so a playlist that
/// is disguised as a song cannot make it open other files.
#include "audio/decoder.h"
#include "audio/sound_file.h"

#include <stdio.h>

#ifdef CIRCUMPLEX_FFMPEG

#include "audio/packet_watch.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avstring.h>
#include <libavutil/channel_layout.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { BUFFER = 32768, HIGHEST_RATE = 96000, LOWEST_RATE = 8000 };
enum { ANALYZE = 60 }; ///< s; sound may begin so long after the picture

typedef struct {
  DecoderInput input;
  uint64_t at; ///< position in the part
  AVIOContext* io;
  AVFormatContext* format;
  AVCodecContext* codec;
  SwrContext* convert;
  AVPacket* packet;
  AVFrame* frame;
  int stream;
  unsigned rate, channels;             ///< of the output
  int in_rate, in_channels, in_format; ///< of the converter's input
  bool is_drained, is_flushed,
      is_pending;           ///< no more packets; no more frames; frame is not used yet
  float* out;               ///< [room * channels]: converted
  size_t room, held, taken; ///< frames
  bool has_skip;            ///< the file says how many samples precede the sound
  uint64_t drop;            ///< output frames still to be dropped
  size_t faults, zeros;     ///< faulty places; packets of zeros, which are faults if sound follows
  double last;              ///< s; where the last packet of any track ends
  PacketWatch watch;
} FfmpegState;

static int read_bytes(void* context, uint8_t* to, int wanted) {
  FfmpegState* s = context;
  const uint64_t size = s->input.part.size;
  ssize_t got;
  if (!s->input.is_pipe && size > 0 && s->at >= size) return AVERROR_EOF;
  size_t n = (size_t)wanted;
  if (!s->input.is_pipe && n > size - s->at) n = (size_t)(size - s->at);
  do
    got = s->input.is_pipe ? read(s->input.fd, to, n)
                           : pread(s->input.fd, to, n, (off_t)(s->input.part.offset + s->at));
  while (got < 0 && errno == EINTR);
  if (got >= 0 && s->input.copy) pipe_copy_add(s->input.copy, to, (size_t)got);
  if (got <= 0) return got == 0 ? AVERROR_EOF : AVERROR(errno);
  s->at += (uint64_t)got;
  return (int)got;
}

static int64_t seek_bytes(void* context, int64_t offset, int whence) {
  FfmpegState* s = context;
  if ((whence & ~AVSEEK_FORCE) == AVSEEK_SIZE) return (int64_t)s->input.part.size;
  const int64_t base = (whence & ~AVSEEK_FORCE) == SEEK_SET   ? 0
                       : (whence & ~AVSEEK_FORCE) == SEEK_CUR ? (int64_t)s->at
                                                              : (int64_t)s->input.part.size;
  if (base + offset < 0) return AVERROR(EINVAL);
  s->at = (uint64_t)(base + offset);
  return base + offset;
}

static void close_state(void* state) {
  FfmpegState* s = state;
  free(s->out);
  swr_free(&s->convert);
  av_frame_free(&s->frame);
  av_packet_free(&s->packet);
  avcodec_free_context(&s->codec);
  avformat_close_input(&s->format);
  if (s->io) {
    av_freep(&s->io->buffer);
    avio_context_free(&s->io);
  }
  free(s);
}

static int fail(int code, const char* what, char* error, size_t error_size) {
  char text[AV_ERROR_MAX_STRING_SIZE] = "";
  if (code < 0) av_strerror(code, text, sizeof text);
  snprintf(error, error_size, "%s%s%s", what, text[0] != '\0' ? ": " : "", text);
  return -1;
}

static int open_format(FfmpegState* s, char* error, size_t error_size) {
  unsigned char* buffer = av_malloc(BUFFER);
  s->io = buffer ? avio_alloc_context(buffer, BUFFER, 0, s, read_bytes, NULL,
                                      s->input.is_pipe ? NULL : seek_bytes)
                 : NULL;
  s->format = avformat_alloc_context();
  if (!s->io || !s->format) {
    if (!s->io) av_free(buffer);
    return fail(0, "out of memory", error, error_size);
  }
  s->format->pb = s->io;
  s->format->protocol_whitelist = av_strdup("none");
  s->format->max_analyze_duration = (int64_t)ANALYZE * AV_TIME_BASE;
  int status = avformat_open_input(&s->format, NULL, NULL, NULL);
  if (status < 0) return fail(status, "FFmpeg", error, error_size);
  status = avformat_find_stream_info(s->format, NULL);
  if (status < 0) return fail(status, "FFmpeg", error, error_size);
  return 0;
}

/// \return whether the file states only the length of its longest track.  Then the packets of all
/// tracks must be seen, to know whether it is complete.
static bool has_common_length(const FfmpegState* s) {
  return av_match_name(s->format->iformat->name, "matroska,webm,flv,asf,ogg") != 0;
}

static int open_codec(FfmpegState* s, char* error, size_t error_size) {
  const AVCodec* codec = NULL;
  s->stream = av_find_best_stream(s->format, AVMEDIA_TYPE_AUDIO, -1, -1, &codec, 0);
  if (s->stream < 0 || !codec)
    return fail(0,
                s->stream == AVERROR_DECODER_NOT_FOUND ? "its kind of sound is not known"
                                                       : "there is no sound in it",
                error, error_size);
  for (unsigned i = 0; i < s->format->nb_streams; ++i)
    if ((int)i != s->stream && !has_common_length(s))
      s->format->streams[i]->discard = AVDISCARD_ALL;
  s->codec = avcodec_alloc_context3(codec);
  s->packet = av_packet_alloc();
  s->frame = av_frame_alloc();
  if (!s->codec || !s->packet || !s->frame) return fail(0, "out of memory", error, error_size);
  const AVStream* stream = s->format->streams[s->stream];
  int status = avcodec_parameters_to_context(s->codec, stream->codecpar);
  s->codec->thread_count = 1;
  s->codec->err_recognition |= AV_EF_CRCCHECK;
  // After a wrong checksum the other decoders continue and report it; these do not report it.
  if (codec->id == AV_CODEC_ID_TTA || codec->id == AV_CODEC_ID_FLAC)
    s->codec->err_recognition |= AV_EF_EXPLODE;
  s->codec->pkt_timebase = stream->time_base;
  // Windows Media: libavcodec drops two blocks, whichever encoder was used; see delay_of().
  if (codec->id == AV_CODEC_ID_WMAV1 || codec->id == AV_CODEC_ID_WMAV2)
    s->codec->flags2 |= AV_CODEC_FLAG2_SKIP_MANUAL;
  if (status >= 0) status = avcodec_open2(s->codec, codec, NULL);
  return status < 0 ? fail(status, "FFmpeg", error, error_size) : 0;
}

/// \return whether an error of the demuxer only means the end
static bool is_end(const FfmpegState* s) {
  if (av_match_name(s->format->iformat->name,
                    "gxf,roq,wsaud")) // these formats do not mark their end
    return avio_feof(s->format->pb) != 0;
  // WavPack's demuxer reports bytes after the sound as damage.
  const AVStream* stream = s->format->streams[s->stream];
  if (s->codec->codec_id == AV_CODEC_ID_WAVPACK && stream->duration > 0 &&
      s->watch.decoded > (double)stream->duration * av_q2d(stream->time_base) - 0.5)
    return true;
  return s->input.is_pipe &&
         (avio_feof(s->format->pb) != 0 || s->codec->codec_id == AV_CODEC_ID_WAVPACK);
}

static bool is_zero(const AVPacket* packet) {
  for (int i = 0; i < packet->size; ++i)
    if (packet->data[i] != 0) return false;
  return true;
}

/// \return whether a packet is marked as damaged.  With PCM, the last packet of a file without a
/// length in its header is just shorter.
static bool is_damaged(const FfmpegState* s, const AVPacket* packet) {
  return (packet->flags & AV_PKT_FLAG_CORRUPT) != 0 &&
         (av_get_exact_bits_per_sample(s->codec->codec_id) == 0 || avio_feof(s->format->pb) == 0);
}

/// Read a packet of any track.  \return 0, or an error code
static int read_packet(FfmpegState* s) {
  av_packet_unref(s->packet);
  const int status = av_read_frame(s->format, s->packet);
  if (status < 0) return status;
  const AVPacket* p = s->packet;
  const int64_t time = p->pts != AV_NOPTS_VALUE ? p->pts : p->dts;
  if (time != AV_NOPTS_VALUE)
    s->last = fmax(s->last, (double)(time + p->duration) *
                                av_q2d(s->format->streams[p->stream_index]->time_base));
  return 0;
}

/// Decode until there is a frame.  \return 1, or 0 at the end
static int next_frame(FfmpegState* s) {
  for (;;) {
    const int got = avcodec_receive_frame(s->codec, s->frame);
    if (got >= 0) {
      // The decoder repaired it: half a frame at the end, or a wrong checksum.
      const bool is_patched =
          s->frame->decode_error_flags != 0 || (s->frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
      if (is_patched) ++s->faults;
      s->faults += s->zeros;
      s->zeros = 0;
      if (s->frame->sample_rate > 0)
        packet_watch_frame(&s->watch, s->frame, av_q2d(s->format->streams[s->stream]->time_base));
      return 1;
    }
    if (got == AVERROR_EOF || (got != AVERROR(EAGAIN) && s->is_drained)) return 0;
    if (got != AVERROR(EAGAIN)) ++s->faults;
    int read;
    do
      read = read_packet(s);
    while (read >= 0 && s->packet->stream_index != s->stream);
    if (read < 0) {
      if (read != AVERROR_EOF && !is_end(s)) ++s->faults;
      s->is_drained = true;
      avcodec_send_packet(s->codec, NULL);
      continue;
    }
    if (s->packet->size == 0) continue; // only parameters
    packet_watch_packet(&s->watch, s->format, s->packet);
    size_t size = 0;
    const uint8_t* skip = av_packet_get_side_data(s->packet, AV_PKT_DATA_SKIP_SAMPLES, &size);
    if (skip && size >= 4 && (skip[0] | skip[1] | skip[2] | skip[3]) != 0) s->has_skip = true;
    if (is_damaged(s, s->packet)) ++s->faults;
    const int sent = avcodec_send_packet(s->codec, s->packet);
    if (sent < 0 && sent != AVERROR(EAGAIN)) ++*(is_zero(s->packet) ? &s->zeros : &s->faults);
    av_packet_unref(s->packet);
  }
}

/// Make a converter for frames like the current one.  \return 0, or -1
static int prepare(FfmpegState* s) {
  const AVFrame* f = s->frame;
  if (s->convert && f->sample_rate == s->in_rate && f->format == s->in_format &&
      f->ch_layout.nb_channels == s->in_channels)
    return 0;
  AVChannelLayout from, to;
  swr_free(&s->convert);
  if (s->channels == 0) s->channels = (unsigned)f->ch_layout.nb_channels;
  // Only the number of channels is known: they keep their order, and none is mixed.
  av_channel_layout_default(&from, f->ch_layout.nb_channels);
  av_channel_layout_default(&to, (int)s->channels);
  if (swr_alloc_set_opts2(&s->convert, &to, AV_SAMPLE_FMT_FLT, (int)s->rate, &from, f->format,
                          f->sample_rate, 0, NULL) < 0 ||
      swr_init(s->convert) < 0) {
    swr_free(&s->convert); // an unfinished one would be taken for that of the previous frame
    return -1;
  }
  s->in_rate = f->sample_rate;
  s->in_channels = f->ch_layout.nb_channels;
  s->in_format = f->format;
  return 0;
}

/// Convert the current frame, or (NULL) what is left in the converter.  \return 0, or -1
static int convert(FfmpegState* s, const AVFrame* frame) {
  const int room = swr_get_out_samples(s->convert, frame ? frame->nb_samples : 0);
  if (room < 0) return -1;
  if ((size_t)room > s->room) {
    float* out = realloc(s->out, (size_t)room * s->channels * sizeof *out);
    if (!out) return -1;
    s->out = out;
    s->room = (size_t)room;
  }
  uint8_t* out[] = {(uint8_t*)s->out};
  const int got = room == 0 ? 0
                            : swr_convert(s->convert, out, room,
                                          frame ? (const uint8_t**)frame->extended_data : NULL,
                                          frame ? frame->nb_samples : 0);
  s->taken = 0;
  s->held = got > 0 ? (size_t)got : 0;
  return got < 0 ? -1 : 0;
}

static ptrdiff_t read_frames(void* state, float* interleaved, size_t frames, char* error,
                             size_t error_size) {
  FfmpegState* s = state;
  while (s->taken == s->held) {
    if (s->is_pending || next_frame(s) != 0) {
      s->is_pending = false;
      if (s->frame->nb_samples == 0) continue;
      if (prepare(s) != 0) return fail(0, "out of memory", error, error_size);
      if (convert(s, s->frame) != 0) ++s->faults;
      av_frame_unref(s->frame);
      s->taken = s->drop < s->held ? (size_t)s->drop : s->held;
      s->drop -= s->taken;
    } else if (s->convert && !s->is_flushed) {
      s->is_flushed = true;
      convert(s, NULL);
    } else {
      return 0;
    }
  }
  const size_t left = s->held - s->taken, n = frames < left ? frames : left;
  memcpy(interleaved, s->out + s->taken * s->channels, n * s->channels * sizeof *interleaved);
  s->taken += n;
  return (ptrdiff_t)n;
}

/// \return whether FLAC, which states its length in samples, ended with fewer
static bool lacks_samples(const FfmpegState* s) {
  const AVStream* stream = s->format->streams[s->stream];
  return s->is_drained && strcmp(s->format->iformat->name, "flac") == 0 &&
         s->watch.decoded < (double)stream->duration * av_q2d(stream->time_base) - 0.01;
}

static size_t faults(const void* state) {
  const FfmpegState* s = state;
  return s->faults + lacks_samples(s) +
         packet_watch_holes(&s->watch, s->format, s->stream, s->is_drained);
}

static bool has_reached_end(const void* state) {
  const FfmpegState* s = state;
  if (!has_common_length(s) || s->format->duration <= 0) return false;
  const bool counts_from_first =
      strcmp(s->format->iformat->name, "ogg") == 0 && s->format->start_time != AV_NOPTS_VALUE;
  const double begin = counts_from_first ? (double)s->format->start_time / AV_TIME_BASE : 0.0;
  const AVStream* stream = s->format->streams[s->stream];
  double stated = (double)s->format->duration / AV_TIME_BASE;
  if (stream->duration > 0)
    stated = fmin(stated, (double)stream->duration * av_q2d(stream->time_base));
  return s->last - begin > stated - 0.5;
}

/// The output's rate: the file's, or if that is too high, the file's divided by an integer.
static unsigned rate_of(int rate) {
  unsigned parts = 1;
  if (rate < AUDIO_LEAST_RATE || rate > AUDIO_MOST_RATE) return (unsigned)rate; // refused
  if (rate < LOWEST_RATE) return LOWEST_RATE;
  while ((unsigned)rate / parts > (rate > 192000 ? HIGHEST_RATE : 192000))
    ++parts;
  return (unsigned)rate / parts;
}

/// Samples that a coder adds before the sound, if the file does not state them.  The first block of
/// a lapped transform is incomplete, and a filter bank has a delay.
static int delay_of(const FfmpegState* s) {
  const int rate = s->frame->sample_rate;
  switch (s->codec->codec_id) {
  case AV_CODEC_ID_AAC:
    return s->frame->nb_samples;
  case AV_CODEC_ID_AC3:
  case AV_CODEC_ID_EAC3:
    return 256;
  case AV_CODEC_ID_DTS:
    return 512;
  case AV_CODEC_ID_MP1:
  case AV_CODEC_ID_MP2:
    return 481;
  case AV_CODEC_ID_MP3:
    return 1105; // 529 of the decoder and the 576 of most encoders
  case AV_CODEC_ID_WMAV1:
  case AV_CODEC_ID_WMAV2: {
    const bool is_first = s->codec->codec_id == AV_CODEC_ID_WMAV1;
    const int block = rate <= 16000 ? 512 : rate <= (is_first ? 32000 : 22050) ? 1024 : 2048;
    const AVDictionaryEntry* encoder = av_dict_get(s->format->metadata, "encoder", NULL, 0);
    // FFmpeg's own encoder has a delay of one block, Microsoft's of two.
    return encoder && strncmp(encoder->value, "Lavf", 4) == 0 ? block : 2 * block;
  }
  default:
    return 0;
  }
}

static void silence_log(void) {
  av_log_set_level(AV_LOG_QUIET); // its messages are meant for its developers
}

int decoder_open_ffmpeg(Decoder* decoder, const DecoderInput* input, char* error,
                        size_t error_size) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  FfmpegState* s = calloc(1, sizeof *s);
  if (!s) return fail(0, "out of memory", error, error_size);
  pthread_once(&once, silence_log);
  s->input = *input;
  if (open_format(s, error, error_size) != 0 || open_codec(s, error, error_size) != 0) goto out;
  // The first frame states what a header may lack, for example the rate of HE-AAC.
  if (next_frame(s) == 0) {
    fail(0, "there is no sound in it", error, error_size);
    goto out;
  }
  s->is_pending = true;
  s->rate = input->rate > 0 ? input->rate : rate_of(s->frame->sample_rate);
  s->channels = (unsigned)s->frame->ch_layout.nb_channels;
  if (s->frame->sample_rate < 1 || s->channels < 1) {
    fail(0, "there is no sound in it", error, error_size);
    goto out;
  }
  const AVStream* stream = s->format->streams[s->stream];
  if (!s->has_skip) s->drop = (uint64_t)delay_of(s) * s->rate / (unsigned)s->frame->sample_rate;
  // In AVI, the length counts the time before sound that begins late.
  bool is_exact = s->format->duration_estimation_method != AVFMT_DURATION_FROM_BITRATE &&
                  strcmp(s->format->iformat->name, "avi") != 0;
  double seconds = 0.0;
  if (stream->duration > 0 && is_exact)
    seconds = (double)stream->duration * av_q2d(stream->time_base);
  else if (s->format->duration > 0)
    seconds = (double)s->format->duration / AV_TIME_BASE;
  // The time of an Ogg page includes the samples before the sound, which are dropped (RFC 7845, 4).
  if (s->codec->codec_id == AV_CODEC_ID_OPUS && strcmp(s->format->iformat->name, "ogg") == 0)
    seconds = fmax(0.0, seconds - stream->codecpar->initial_padding / 48000.0);
  if (!input->is_pipe &&
      seconds > (double)input->part.size) { // implausible: less than one byte per second
    seconds = 0.0;
    is_exact = false;
  }
  *decoder = (Decoder){
      .info = {s->rate, s->channels, (uint64_t)(seconds * s->rate + 0.5), is_exact, false},
      .state = s,
      .read = read_frames,
      .faults = faults,
      .has_reached_end = has_reached_end,
      .close = close_state};
  return 0;
out:
  close_state(s);
  return -1;
}

bool decoder_has_ffmpeg(void) {
  return true;
}

#else

int decoder_open_ffmpeg(Decoder* decoder, const DecoderInput* input, char* error,
                        size_t error_size) {
  (void)decoder;
  (void)input;
  snprintf(error, error_size, "this program was built without FFmpeg");
  return -1;
}

bool decoder_has_ffmpeg(void) {
  return false;
}

#endif
