// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex live`: shows the reading of a file or stream in the terminal, in real time.
#include "audio/capture.h"
#include "audio/player.h"
#include "cli/cli.h"
#include "cli/file_options.h"
#include "cli/screen.h"
#include "cli/side.h"
#include "dsp/clock.h"
#include "library/reading.h"
#include "text/utf8.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK_MS = 20 };

typedef struct {
  const char* path;
  const char* input; ///< instead of a file: see capture.h; or NULL
  SoundOptions sound;
  double speed;
  bool is_playing, is_page, is_in_lines;
  const char* model;
  bool has_models; ///< --model was given several times
} Live;

/// Sleep until \p time, or until a signal comes.
static void wait_until(double time) {
  const double left = time - clock_seconds();
  if (left <= 0.0) return;
  struct timespec t = {(time_t)left, (long)(1e9 * (left - (double)(time_t)left))};
  nanosleep(&t, NULL);
}

/// The playback of the sound; all zero: none.
typedef struct {
  Player* player;       ///< NULL: none, or it has ended or failed
  double begun;         ///< clock at the start of the sound, s
  char error[CLI_TEXT]; ///< why it failed; printed at the end, since the page covers the terminal
} LiveSound;

/// Wait until the playback has reached \p position, s; without playback, until the clock has.
static void keep_pace(const Live* live, LiveSound* sound, double position) {
  double heard = 0.0;
  while (sound->player && !cli_interrupted()) {
    const PlayerState state =
        player_state(sound->player, &heard, sound->error, sizeof sound->error);
    if (state == PLAYER_PLAYING && heard >= position) return;
    if (state == PLAYER_STOPPED || state == PLAYER_FAILED) {
      player_free(sound->player);
      sound->player = NULL;
      sound->begun = clock_seconds() - position;
    } else {
      wait_until(clock_seconds() + 0.01);
    }
  }
  wait_until(sound->begun + position / live->speed);
}

/// Standard input may give nothing for a long time: wait for it in a way that Ctrl-C interrupts.
static bool wait_for_input(const Live* live) {
  if (strcmp(live->path, "-") != 0) return true;
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  while (!cli_interrupted())
    if (poll(&input, 1, 200) != 0 && errno != EINTR) return true;
  return false;
}

// The terminal may have been resized.
static void measure(Screen* screen) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return;
  if (screen->width != size.ws_col || screen->height != size.ws_row) {
    fputs("\033[2J", stdout);
  }
  screen->width = size.ws_col;
  screen->height = size.ws_row;
}

/// \return whether keys can be read: standard input is a terminal and not the sound
static bool reads_keys(const Live* live) {
  return live->is_page && strcmp(live->path, "-") != 0 && isatty(STDIN_FILENO) == 1;
}

static bool has_quit(const Live* live) {
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  char key;
  while (reads_keys(live) && poll(&input, 1, 0) == 1 && read(STDIN_FILENO, &key, 1) == 1)
    if (key == 'q' || key == 'Q') return true;
  return false;
}

// Read keys at once, without echo.  \return whether \p old must be restored
static bool take_keys(const Live* live, struct termios* old) {
  if (!reads_keys(live) || tcgetattr(STDIN_FILENO, old) != 0) return false;
  struct termios raw = *old;
  raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  return tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

/// Where the sound comes from.
typedef struct {
  AudioFile* audio;        ///< NULL:
  struct Capture* capture; ///< a server or a device
  double rate, seconds;    ///< Hz; length, or 0
} Input;

/// \return 0, or -1 and an error message
static int open_input(const Live* live, Input* input, char* error, size_t error_size) {
  if (live->input) {
    input->capture = capture_open(live->input, &input->rate, error, error_size);
    return input->capture ? 0 : -1;
  }
  input->audio = audio_open(live->path, &live->sound.raw, error, error_size);
  if (!input->audio) return -1;
  const AudioInfo* info = audio_info(input->audio);
  input->rate = info->rate;
  input->seconds = (double)info->frames / info->rate;
  return 0;
}

static void close_input(Input* input) {
  const size_t lost = input->capture ? capture_lost(input->capture) : 0;
  if (lost > 0)
    cli_message("%.1f s of the sound were lost: they came faster than they could be read",
                (double)lost / input->rate);
  const size_t gaps = input->capture ? capture_gaps(input->capture) : 0;
  if (gaps > 0)
    cli_message("the system lost sound %zu time%s before it arrived", gaps, gaps == 1 ? "" : "s");
  capture_close(input->capture);
  audio_close(input->audio);
}

/// \return frames; 0: the end; -1 and an error message
static ptrdiff_t read_input(const Live* live, Input* input, float* left, float* right, size_t n,
                            char* error, size_t error_size) {
  while (input->capture && !cli_interrupted() && !has_quit(live)) {
    const ptrdiff_t got = capture_read(input->capture, left, right, n);
    if (got > 0) return got;
    if (got == 0) continue;
    snprintf(error, error_size, "the sound has stopped: its device or server is gone");
    return -1;
  }
  if (!input->audio) return 0; // the user wants to end
  return audio_read(input->audio, left, right, n, error, error_size);
}

static int stream(const Live* live, Input* input, Engine* engine, Screen* screen,
                  LiveSound* sound) {
  const double rate = input->rate;
  const size_t block = (size_t)(rate * BLOCK_MS / 1000.0);
  // A stream sets the speed itself.
  const bool is_paced = live->speed > 0.0 && input->audio && strcmp(live->path, "-") != 0;
  char error[CLI_TEXT];
  int status = CLI_FAILED;
  uint64_t taken = 0;
  float* left = malloc(2 * block * sizeof *left);
  if (!left) {
    cli_message("out of memory");
    return status;
  }
  const float* const right = left + block;
  sound->begun = clock_seconds();
  while (!cli_interrupted() && !has_quit(live) && wait_for_input(live)) {
    const ptrdiff_t got = read_input(live, input, left, left + block, block, error, sizeof error);
    if (got < 0) {
      cli_message("%s: %s", live->path, error);
      goto out;
    }
    if (got == 0) {
      if (!input->audio || screen->n > 0) break;
      cli_message("%s: is shorter than one hop of 0.5 s", live->path);
      goto out;
    }
    for (size_t at = 0; at < (size_t)got;) {
      at += engine_push(engine, left + at, right + at, (size_t)got - at);
      Estimate estimate;
      while (engine_pop(engine, &estimate)) {
        screen_add(screen, &estimate);
        if (live->is_page) {
          measure(screen);
          screen_draw(screen, stdout);
        } else {
          screen_line(screen, stdout);
        }
      }
    }
    if (ferror(stdout) != 0) {
      if (!cli_output_closed()) cli_message("standard output: %s", strerror(errno));
      goto out;
    }
    taken += (uint64_t)got;
    if (is_paced) keep_pace(live, sound, (double)taken / rate);
  }
  status = cli_interrupted() ? CLI_INTERRUPTED : CLI_OK;
out:
  free(left);
  return status;
}

/// Open a model that is not static.  \return NULL (reported)
static Model* open_model(const char* name) {
  char error[CLI_TEXT];
  Model* model = NULL;
  StaticModel* whole = NULL;
  if (side_open(name, &model, &whole, error, sizeof error) != 0) cli_message("%s", error);
  if (whole)
    cli_message("%s is a static model, which reads a song as a whole: 'circumplex analyze -m %s' "
                "does",
                name, name);
  static_close(whole);
  return model;
}

static int run(const Live* live) {
  char error[CLI_TEXT];
  int status = CLI_FAILED;
  Input input = {.audio = NULL};
  Engine* engine = NULL;
  Screen* screen = NULL;
  LiveSound sound = {.player = NULL};
  Model* model = open_model(live->model);
  if (!model) return status;
  if (live->input) cli_catch_signals(); // sound libraries write to standard error
  if (open_input(live, &input, error, sizeof error) != 0) {
    cli_message("%s: %s", live->path, error);
    goto out;
  }
  engine = engine_new(model, input.rate, error, sizeof error);
  screen = malloc(sizeof *screen);
  if (!engine || !screen) {
    cli_message("%s", !engine ? error : "out of memory");
    goto out;
  }
  engine_set_gate(engine, (float)live->sound.gate);
  const char* slash = strrchr(live->path, '/');
  char title[256];
  utf8_clean(title, sizeof title, slash ? slash + 1 : live->path);
  screen_init(screen, title, model_info(model)->name, input.rate, input.seconds,
              !getenv("NO_COLOR"));
  setlocale(LC_CTYPE, "");
  screen->is_plain = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
  screen->words = model_words(model);
  if (!live->input) cli_catch_signals();
  if (live->is_playing) {
    sound.player = player_new();
    if (!sound.player) {
      cli_message("out of memory");
      goto out;
    }
    player_play(sound.player, live->path, 0.0, INFINITY);
  }
  if (live->is_page) fputs("\033[?1049h\033[?25l\033[2J", stdout); // own page, no cursor
  struct termios keys;
  const bool has_keys = take_keys(live, &keys);
  status = stream(live, &input, engine, screen, &sound);
  if (has_keys) tcsetattr(STDIN_FILENO, TCSANOW, &keys);
  if (live->is_page) {
    fputs("\033[?25h\033[?1049l", stdout);
    screen_line(screen, stdout); // the last line remains visible
  }
  const char* damage = input.audio ? audio_damage(input.audio) : NULL;
  if (damage && status == CLI_OK) {
    cli_message("%s: %s", live->path, damage);
    status = CLI_FAILED;
  }
out:
  player_free(sound.player);
  if (sound.error[0] != '\0') cli_message("%s", sound.error);
  free(screen);
  engine_free(engine);
  close_input(&input);
  model_unref(model);
  return status;
}

static bool read_model(const Option* option, const char* text, void* to) {
  Live* live = to;
  (void)option;
  live->has_models = live->model != NULL;
  live->model = text;
  return true;
}

static const Option live_options[] = {
    {"play", 'p', NULL, "also play FILE, on the default sound device", option_flag,
     offsetof(Live, is_playing), 0.0, 0.0},
    {"input", 'i', "KIND[:DEVICE]",
     "read live sound instead of a FILE: 'pulse' (also PipeWire: what the default output plays; "
     "DEVICE: a source), 'jack' (the first client that plays; DEVICE: a client) or 'alsa' (the "
     "default input; DEVICE: a part of its name)",
     option_text, offsetof(Live, input), 0.0, 0.0},
    {"speed", 0, "X", "X times faster than the music; 0: as fast as possible (default 1)",
     option_number, offsetof(Live, speed), 0.0, 1000.0},
    {"lines", 0, NULL,
     "print a line every 0.5 s instead of the page (the default if standard output is not a "
     "terminal, or TERM is 'dumb')",
     option_flag, offsetof(Live, is_in_lines), 0.0, 0.0},
    {"model", 'm', "MODEL",
     "a model's name or file (default: $CIRCUMPLEX_MODEL, else the installed one)", read_model, 0,
     0.0, 0.0},
    {.name = NULL}};

static const OptionGroup groups[] = {
    {live_options, 0}, {sound_options, offsetof(Live, sound)}, {NULL, 0}};

static const OptionCommand command = {
    "circumplex live",
    "[OPTION]... FILE\n[OPTION]... --input=KIND[:DEVICE]",
    "Show the reading of FILE, or of live sound, in the terminal, in real time.",
    groups,
    "FILE '-' is standard input (WAV or AU, or --raw), read as it arrives. For example:\n"
    "  parec --format=float32le --rate=48000 --channels=2 -d @DEFAULT_MONITOR@ |\n"
    "  circumplex live --raw 48000:2 -\n"
    "No colours are used if NO_COLOR is set. q or Ctrl-C ends the program.",
    0};

int cmd_live(int argc, char** argv) {
  Live live = {.speed = 1.0, .sound.gate = FILE_OPTIONS_GATE};
  int first = 0;
  const int status = options_read(&command, argc, argv, &live, &first);
  if (status >= 0) return status;
  if (argc - first != (!live.input ? 1 : 0))
    return cli_usage("live",
                     !live.input ? "one FILE is needed" : "--input is read in place of a FILE");
  if (live.has_models)
    return cli_usage("live",
                     "only one model at a time: 'circumplex analyze' shows several side by side");
  live.path = live.input ? live.input : argv[first];
  const char* term = getenv("TERM");
  const bool is_dumb = term && strcmp(term, "dumb") == 0; // it cannot move the cursor
  live.is_page = !live.is_in_lines && !is_dumb && isatty(STDOUT_FILENO) == 1;
  if (live.is_playing && live.input)
    return cli_usage("live", "--play needs a file: you hear --input already");
  if (live.is_playing && strcmp(live.path, "-") == 0)
    return cli_usage("live", "--play needs a file, not standard input");
  if (live.is_playing && fabs(live.speed - 1.0) > 0.0)
    return cli_usage("live", "--play is at the speed of the music: leave out --speed");
  return run(&live);
}
