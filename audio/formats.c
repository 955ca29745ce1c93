// SPDX-License-Identifier: GPL-3.0-or-later
// Tells by a file's name whether it is a sound file.
#include "audio/formats.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/// Extensions of files that libsndfile reads.
static const char* const plain[] = {"wav",  "wave", "bwf",  "flac", "ogg", "oga", "opus", "mp3",
                                    "mp2",  "aif",  "aiff", "aifc", "au",  "snd", "caf",  "w64",
                                    "rf64", "sd2",  "voc",  "htk",  "sph", "nist"};
/// Extensions of files that need FFmpeg.
static const char* const further[] = {"m4a", "m4b", "m4r", "aac",  "alac", "adts", "wma",  "asf",
                                      "wv",  "ape", "mpc", "mp+",  "mpp",  "tta",  "tak",  "ofr",
                                      "dsf", "dff", "ac3", "eac3", "dts",  "mka",  "weba", "amr",
                                      "spx", "mp1", "mpa", "ra",   "ram",  "3ga",  "shn"};
static const char* const videos[] = {"mp4", "m4v",  "mkv", "webm", "mov",  "avi", "wmv",
                                     "mpg", "mpeg", "ogv", "ogx",  "flv",  "3gp", "3g2",
                                     "ts",  "m2ts", "mts", "vob",  "divx", "rm",  "rmvb"};

static bool is_among(const char* extension, const char* const* list, size_t n) {
  for (size_t i = 0; i < n; ++i)
    if (strcasecmp(extension, list[i]) == 0) return true;
  return false;
}

#define AMONG(EXTENSION, LIST) is_among(EXTENSION, LIST, sizeof(LIST) / sizeof *(LIST))

FormatKind format_of_name(const char* name) {
  const char* slash = strrchr(name, '/');
  const char* dot = strrchr(slash ? slash : name, '.');
  if (!dot) return FORMAT_OTHER;
  if (AMONG(dot + 1, plain)) return FORMAT_SOUND;
#ifdef CIRCUMPLEX_FFMPEG
  if (AMONG(dot + 1, further)) return FORMAT_SOUND;
#else
  if (AMONG(dot + 1, further)) return FORMAT_UNSUPPORTED;
#endif
  return AMONG(dot + 1, videos) ? FORMAT_VIDEO : FORMAT_OTHER;
}
