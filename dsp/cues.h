// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The named musical cues of one 0.5 s hop: what each is, its unit and its range.
///
/// The enum, names, units and ranges (`cue_info`) come from one list, so that models, the command
/// line, the plugin and the window always agree.  Models refer to cues by name.
///
/// Thread: constants only; any thread.
#ifndef CIRCUMPLEX_DSP_CUES_H
#define CIRCUMPLEX_DSP_CUES_H

/// X(ID, "name", "unit", low, high, group): low..high is the range of a display; values may exceed
/// it only where the unit is open-ended (dB, octaves, BPM).
#define CUE_LIST(X)                                                                                \
  X(LOUDNESS_MOMENTARY, "loudness_momentary", "LU", -30, 15, LOUDNESS)                             \
  X(LOUDNESS_SHORT, "loudness_short", "LU", -20, 10, LOUDNESS)                                     \
  X(LOUDNESS_SLOPE, "loudness_slope", "LU/s", -10, 10, LOUDNESS)                                   \
  X(LOUDNESS_SPREAD, "loudness_spread", "LU", 0, 12, LOUDNESS)                                     \
  X(LOUDNESS_RISE, "loudness_rise", "LU", -20, 20, LOUDNESS)                                       \
  X(FLUX, "flux", "dB", 0, 6, ONSETS)                                                              \
  X(ONSET_RATE, "onset_rate", "1/s", 0, 12, ONSETS)                                                \
  X(ATTACK, "attack", "dB", 0, 12, ONSETS)                                                         \
  X(LOW_ENERGY, "low_energy", "1", 0, 1, ONSETS)                                                   \
  X(FLUX_BASS, "flux_bass", "dB", 0, 8, ONSETS)                                                    \
  X(FLUX_LOW, "flux_low", "dB", 0, 8, ONSETS)                                                      \
  X(FLUX_MID, "flux_mid", "dB", 0, 8, ONSETS)                                                      \
  X(FLUX_HIGH, "flux_high", "dB", 0, 8, ONSETS)                                                    \
  X(ACCENT_BASS, "accent_bass", "dB", 0, 8, ONSETS)                                                \
  X(ACCENT_LOW, "accent_low", "dB", 0, 8, ONSETS)                                                  \
  X(ACCENT_MID, "accent_mid", "dB", 0, 8, ONSETS)                                                  \
  X(ACCENT_HIGH, "accent_high", "dB", 0, 8, ONSETS)                                                \
  X(CENTROID, "centroid", "oct re 1 kHz", -4, 3, BRIGHTNESS)                                       \
  X(SPECTRAL_SPREAD, "spectral_spread", "oct", 0, 4, BRIGHTNESS)                                   \
  X(ROLLOFF, "rolloff", "oct re 1 kHz", -4, 4, BRIGHTNESS)                                         \
  X(FLATNESS, "flatness", "dB", -60, 0, BRIGHTNESS)                                                \
  X(BASS_SHARE, "bass_share", "1", 0, 1, BRIGHTNESS)                                               \
  X(CONTRAST, "contrast", "dB", 0, 40, BRIGHTNESS)                                                 \
  X(REGISTER, "register", "MIDI note", 36, 96, MODE)                                               \
  X(KEY_CLARITY, "key_clarity", "1", 0, 1, KEY)                                                    \
  X(MODE_FAST, "mode_fast", "1", -1, 1, MODE)                                                      \
  X(MODE, "mode", "1", -1, 1, MODE)                                                                \
  X(MODE_SLOW, "mode_slow", "1", -1, 1, MODE)                                                      \
  X(TONAL_CHANGE, "tonal_change", "1", 0, 1, KEY)                                                  \
  X(TONALNESS, "tonalness", "1", 0, 1, KEY)                                                        \
  X(ROUGHNESS, "roughness", "1", 0, 1, ROUGHNESS)                                                  \
  X(PULSE_CLARITY, "pulse_clarity", "1", 0, 1, TEMPO)                                              \
  X(TEMPO, "tempo", "BPM", 40, 220, TEMPO)                                                         \
  X(BANDWIDTH, "bandwidth", "oct", 3, 8.5, BRIGHTNESS)

/// Cues shown and explained together (the window's cue bars).
typedef enum {
  CUE_GROUP_LOUDNESS,
  CUE_GROUP_ONSETS,
  CUE_GROUP_BRIGHTNESS,
  CUE_GROUP_MODE,
  CUE_GROUP_KEY,
  CUE_GROUP_ROUGHNESS,
  CUE_GROUP_TEMPO,
  CUE_GROUP_COUNT
} CueGroup;

typedef enum {
#define X(id, name, unit, low, high, group) CUE_##id,
  CUE_LIST(X)
#undef X
      CUE_COUNT
} Cue;

typedef struct {
  const char* name; ///< column and tensor name, lower_snake_case
  const char* unit; ///< "1" for a pure number
  float low, high;  ///< display range
  CueGroup group;
} CueInfo;

/// \return the description of cue \p index, or NULL if it is not below CUE_COUNT.
const CueInfo* cue_info(unsigned index);

/// \return the index of the cue called \p name, or -1.
int cue_find(const char* name);

/// \return a group's name ("loudness", "onsets", "brightness", "mode", "key", "roughness",
/// "tempo").
const char* cue_group_name(unsigned group);

#endif
