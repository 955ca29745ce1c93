// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/dsp/harness.h"

#include "tests/plugin/rig.h"
#include "tools/host/source.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MUSIC_SECONDS 20

/// The music at a rate; generated once per program, because that takes longer than the analysis.
static const RigMusic* find_music(double rate, uint32_t n) {
  static RigMusic made[4];
  unsigned i = 0;
  while (i < 4 && made[i].rate > 0.0 && made[i].rate != rate)
    ++i;
  assert_true(i < 4);
  RigMusic* music = &made[i];
  if (music->rate > 0.0) return music;
  char error[512] = "";
  Source* source = source_open("gen:music", rate, error, sizeof error);
  assert_non_null(source);
  for (unsigned c = 0; c < 2; ++c)
    assert_non_null(music->channels[c] = malloc(sizeof(float) * n));
  source_read(source, music->channels[0], music->channels[1], n);
  source_close(source);
  music->rate = rate;
  return music;
}

Rig* rig_new(HostOptions options) {
  char error[512] = "";
  Rig* rig = calloc(1, sizeof *rig);
  assert_non_null(rig);
  if (options.rate <= 0.0) options.rate = 48000.0;
  if (!options.max_block) options.max_block = RIG_MAX_BLOCK;
  if (!options.bundle) options.bundle = CIRCUMPLEX_BUNDLE;
  rig->rate = options.rate;
  rig->host = host_new(&options, error, sizeof error);
  if (!rig->host) fail_msg("%s", error);
  rig->n_music = (uint32_t)(options.rate * MUSIC_SECONDS);
  rig->music = find_music(options.rate, rig->n_music);
  return rig;
}

void rig_free(Rig* rig) {
  host_free(rig->host);
  free(rig);
}

static void run_block(Rig* rig, uint32_t n, bool silent) {
  float expected[2][RIG_MAX_BLOCK];
  for (unsigned c = 0; c < 2; ++c)
    for (uint32_t i = 0; i < n; ++i)
      expected[c][i] = rig->in[c][i] =
          silent ? 0.0f : rig->music->channels[c][(rig->at + i) % rig->n_music];
  if (!silent) rig->at = (rig->at + n) % rig->n_music;
  host_run(rig->host, (float* [2]){rig->in[0], rig->in[1]}, (float* [2]){rig->out[0], rig->out[1]},
           n);
  for (unsigned c = 0; c < host_audio_inputs(rig->host); ++c)
    if (memcmp(rig->out[c], expected[c], n * sizeof(float)) != 0) rig->audio_differs = true;
}

void rig_run(Rig* rig, uint64_t n, uint32_t block) {
  while (n > 0) {
    const uint32_t k = n < block ? (uint32_t)n : block;
    run_block(rig, k, false);
    n -= k;
  }
}

void rig_run_seconds(Rig* rig, double seconds) {
  rig_run(rig, (uint64_t)(seconds * rig->rate), 256);
}

void rig_run_silence(Rig* rig, double seconds) {
  for (uint64_t n = (uint64_t)(seconds * rig->rate); n > 0;) {
    const uint32_t k = n < 256 ? (uint32_t)n : 256;
    run_block(rig, k, true);
    n -= k;
  }
}

void rig_make_folder(char* path, size_t size) {
  const char* base = getenv("TMPDIR");
  snprintf(path, size, "%s/circumplex-test-XXXXXX", base ? base : "/tmp");
  assert_non_null(mkdtemp(path));
}

void rig_remove_folder(const char* path) {
  DIR* folder = opendir(path);
  if (!folder) return;
  for (struct dirent* e; (e = readdir(folder));) {
    char file[4096];
    snprintf(file, sizeof file, "%s/%s", path, e->d_name);
    unlink(file); // not folders: "." and ".."
  }
  closedir(folder);
  rmdir(path);
}

static char* read_file(const char* path, size_t* size) {
  FILE* f = fopen(path, "rb");
  if (!f) fail_msg("cannot open %s", path);
  fseek(f, 0, SEEK_END);
  *size = (size_t)ftell(f);
  rewind(f);
  char* data = malloc(*size);
  assert_non_null(data);
  assert_int_equal(fread(data, 1, *size, f), *size);
  fclose(f);
  return data;
}

static void write_file(const char* path, const char* data, size_t size) {
  FILE* f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(data, 1, size, f), size);
  assert_int_equal(fclose(f), 0);
}

void rig_copy(const char* from, const char* to) {
  size_t size;
  char* data = read_file(from, &size);
  write_file(to, data, size);
  free(data);
}

const char* rig_model(void) {
  const char* path = getenv("CIRCUMPLEX_MODEL");
  return path ? path : CIRCUMPLEX_SOURCE_DIR "/models/default.safetensors";
}

void rig_write_other_model(const char* path) {
  size_t size;
  char* data = read_file(rig_model(), &size);
  // The header is JSON inside JSON: {\"calibration\": {\"valence\": [gain, offset], ...}}.
  uint64_t header = 0;
  memcpy(&header, data, sizeof header);
  assert_true(header < size - 8);
  char* json = data + 8;
  char* end = json + header;
  const char key[] = "\\\"valence\\\": [";
  char* found = NULL;
  for (char* p = json; p + sizeof key < end && !found; ++p)
    if (memcmp(p, key, sizeof key - 1) == 0) found = p + sizeof key - 1;
  if (!found) fail_msg("no valence calibration in %s", rig_model());
  // Same length, so that no tensor moves: the digits of gain and offset become zeros: "1.23" ->
  // "0.00".
  for (; found < end && *found != ']'; ++found)
    if (*found >= '0' && *found <= '9') *found = '0';
  write_file(path, data, size);
  free(data);
}
