// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenes.h"

#include "affect/words.h"
#include "gui/kit/format.h"
#include "gui/meter/layout.h"
#include "gui/meter/model_list.h"
#include "inference/engine.h"
#include "inference/model.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

static int setup(void** state) {
  *state = meter_view_new();
  return *state ? 0 : -1;
}

static int teardown(void** state) {
  meter_view_free(*state);
  return 0;
}

static void level(MeterView* view, double valence, double arousal, bool held, bool bypassed) {
  const float values[PROTOCOL_LEVEL_FLOATS] = {-6.0f,    -18.0f,         held,
                                               bypassed, (float)valence, (float)arousal};
  messages_level(view, values);
}

static void push_state(MeterView* view, int64_t index, EngineState state, float confidence) {
  float values[PROTOCOL_FLOATS];
  uint8_t attention[PROTOCOL_ATTENTION];
  scene_record(index, values, attention);
  values[PROTOCOL_STATE] = (float)state;
  values[PROTOCOL_CONFIDENCE] = confidence;
  messages_estimates(view, index, 1, values, attention);
}

static void history_keeps_the_newest_ten_minutes(void** state) {
  MeterView* view = *state;
  scene_play(view, 0, PROTOCOL_HISTORY + 37);
  assert_int_equal(view->count, PROTOCOL_HISTORY);
  assert_int_equal(meter_view_newest(view)->index, PROTOCOL_HISTORY + 36);
  assert_int_equal(meter_view_record(view, 0)->index, 37);
  assert_null(meter_view_record(view, PROTOCOL_HISTORY));
  assert_int_equal(meter_view_at(view, 10.0)->index, PROTOCOL_HISTORY + 36 - 20);
  assert_null(meter_view_at(view, 600.0));
}

static void a_replay_does_not_double_the_history(void** state) {
  MeterView* view = *state;
  scene_play(view, 0, 50);
  scene_play(view, 40, 20);
  assert_int_equal(view->count, 60);
  for (size_t i = 0; i < 60; ++i)
    assert_int_equal(meter_view_record(view, i)->index, (int64_t)i);
}

static void a_gap_or_a_reset_clears_the_history(void** state) {
  MeterView* view = *state;
  scene_play(view, 100, 50);
  meter_view_hover(view, 3.0);
  meter_view_pin(view);
  assert_true(view->pinned >= 0);
  scene_play(view, 0, 5);
  assert_int_equal(view->count, 5);
  assert_int_equal(view->pinned, -1);
  scene_play(view, 9, 1);
  assert_int_equal(view->count, 1);
  // The same index at another time: the plugin started again.
  float values[PROTOCOL_FLOATS];
  uint8_t attention[PROTOCOL_ATTENTION];
  scene_play(view, 10, 5);
  meter_view_hover(view, 1.0);
  meter_view_pin(view);
  assert_int_equal(view->pinned, 12);
  scene_record(12, values, attention);
  values[PROTOCOL_TIME] = 1.0f;
  messages_estimates(view, 12, 1, values, attention);
  assert_int_equal(view->count, 1);
  assert_int_equal(view->pinned, -1); // it was another moment
}

static void the_point_approaches_the_output_and_never_passes_it(void** state) {
  MeterView* view = *state;
  scene_play(view, 0, 20);
  meter_view_tick(view, 1.0);
  level(view, -0.5, 0.5, false, false);
  double last = fabs(view->valence + 0.5);
  for (int i = 1; i <= 60; ++i) {
    meter_view_tick(view, 1.0 + i / 60.0);
    assert_true(view->valence >= -0.5);
    const double rest = fabs(view->valence + 0.5);
    assert_true(rest <= last);
    last = rest;
  }
  assert_true(last < 1e-6);
  meter_view_damage(view);
  meter_view_tick(view, 3.0);
  assert_int_equal(meter_view_damage(view), 0);
}

static void the_trail_ends_at_the_outputs_glide(void** state) {
  MeterView* view = *state;
  meter_view_set_response(view, 0.0f);
  scene_play(view, 0, 100);
  assert_true(view->trail_count > 100);
  // Without smoothing the trail passes through the estimates themselves.
  const PlanePoint* end = &view->trail[view->trail_count - 1];
  const MeterRecord* before = meter_view_at(view, METER_STEP);
  assert_true(fabs(end->valence - (double)before->valence) < 1e-6);
  assert_true(fabs(end->age) < 1e-9);
  for (size_t i = 1; i < view->trail_count; ++i) {
    assert_true(view->trail[i].age < view->trail[i - 1].age);
  }
  // A slower response is delayed.
  meter_view_set_response(view, 5.0f);
  assert_true(fabs(view->trail[view->trail_count - 1].valence - (double)before->valence) > 0.02);
}

static void silence_breaks_the_trail(void** state) {
  MeterView* view = *state;
  scene_play(view, 0, 30);
  for (int i = 30; i < 36; ++i)
    push_state(view, i, ENGINE_SILENT, 0.0f);
  scene_play(view, 36, 10);
  int gaps = 0;
  for (size_t i = 0; i < view->trail_count; ++i)
    gaps += view->trail[i].gap;
  assert_int_equal(gaps, 2);
}

static void states_are_distinguished(void** state) {
  MeterView* view = *state;
  assert_int_equal(view->state, METER_WAITING);
  meter_view_status(view, "", "", "no such file", "");
  assert_int_equal(view->state, METER_NO_MODEL);
  meter_view_status(view, "/a.safetensors", "a", "", "");
  assert_int_equal(view->state, METER_WAITING);
  push_state(view, 0, ENGINE_SETTLING, 0.1f);
  assert_string_equal(meter_view_state_name(view), "settling");
  push_state(view, 1, ENGINE_LIVE, 0.8f);
  assert_string_equal(meter_view_state_name(view), "live");
  push_state(view, 2, ENGINE_LIVE, 0.2f);
  assert_string_equal(meter_view_state_name(view), "out of domain");
  push_state(view, 3, ENGINE_LIVE, 0.3f);
  assert_string_equal(meter_view_state_name(view), "out of domain"); // hysteresis
  push_state(view, 4, ENGINE_LIVE, 0.4f);
  assert_string_equal(meter_view_state_name(view), "live");
  level(view, 0.1, 0.1, true, false);
  assert_string_equal(meter_view_state_name(view), "held");
  level(view, 0.0, 0.0, false, true);
  assert_string_equal(meter_view_state_name(view), "bypassed");
  level(view, 0.0, 0.0, false, false);
  push_state(view, 5, ENGINE_SILENT, 0.0f);
  assert_string_equal(meter_view_state_name(view), "silent");
}

static void a_late_estimate_is_reported_for_a_while(void** state) {
  MeterView* view = *state;
  meter_view_tick(view, 10.0);
  scene_play(view, 0, 3);
  assert_false(meter_view_is_late(view));
  float values[PROTOCOL_FLOATS];
  uint8_t attention[PROTOCOL_ATTENTION];
  scene_record(3, values, attention);
  values[PROTOCOL_LATE] = 1.0f;
  messages_estimates(view, 3, 1, values, attention);
  assert_true(meter_view_is_late(view));
  meter_view_damage(view);
  meter_view_tick(view, 10.1 + METER_LATE_SECONDS);
  assert_false(meter_view_is_late(view));
  assert_true(meter_view_damage(view) & METER_DAMAGE_READING);
}

static void hover_and_pin_choose_a_moment(void** state) {
  MeterView* view = *state;
  meter_view_pin(view);
  assert_int_equal(view->pinned, -1); // there is nothing to pin
  scene_play(view, 0, 100);
  meter_view_hover(view, 12.0);
  assert_true(view->hovering);
  meter_view_pin(view);
  assert_int_equal(view->pinned, 99 - 24);
  assert_int_equal(meter_view_attending(view)->index, 75);
  scene_play(view, 100, 10); // the pinned moment moves with the music
  assert_int_equal(meter_view_attending(view)->index, 75);
  meter_view_pin(view);
  assert_int_equal(meter_view_attending(view)->index, 109);
  meter_view_hover(view, 500.0);
  assert_false(view->hovering);
}

static void weights_are_restored_at_their_age(void** state) {
  MeterView* view = *state;
  float values[PROTOCOL_FLOATS];
  uint8_t attention[PROTOCOL_ATTENTION];
  scene_record(0, values, attention);
  memset(attention, 0, sizeof attention);
  values[PROTOCOL_ATTENTION_COUNT] = 40.0f;
  values[PROTOCOL_ATTENTION_UNIT] = 0.002f;
  attention[PROTOCOL_WINDOW - 1] = 10;
  attention[PROTOCOL_WINDOW - 1 - 7] = 200;
  attention[2 * PROTOCOL_WINDOW - 1 - 7] = 150;
  attention[PROTOCOL_WINDOW - 1 - 40] = 255; // beyond n_attention: not a weight
  messages_estimates(view, 0, 1, values, attention);
  const MeterRecord* row = meter_view_newest(view);
  assert_true(fabs(meter_view_weight(row, 3.5) - 0.4) < 1e-6);
  assert_true(fabs(meter_view_beyond(row, 3.5) - 0.3) < 1e-6);
  assert_true(fabs(meter_view_times_usual(row, 3.5) - 4.0) < 1e-6);
  assert_true(fabs(meter_view_weight(row, 0.0) - 0.02) < 1e-6);
  assert_true(meter_view_times_usual(row, 0.0) == 1.0);
  assert_true(meter_view_weight(row, 20.0) == 0.0);
  assert_true(meter_view_weight(row, -1.0) == 0.0);
}

static void invalid_messages_are_ignored(void** state) {
  MeterView* view = *state;
  float values[PROTOCOL_FLOATS];
  uint8_t attention[PROTOCOL_ATTENTION];
  scene_record(0, values, attention);
  for (int i = 0; i < PROTOCOL_FLOATS; ++i)
    values[i] = i & 1 ? NAN : INFINITY;
  messages_estimates(view, 0, 1, values, NULL);
  const MeterRecord* r = meter_view_newest(view);
  const float kept[] = {r->valence,
                        r->arousal,
                        r->valence_spread,
                        r->arousal_spread,
                        r->confidence,
                        r->settled,
                        r->piece_valence,
                        r->piece_arousal,
                        r->loudness,
                        r->weight_unit,
                        r->bands[3],
                        r->bands[4],
                        r->cues[0],
                        r->cues[1],
                        r->contributions[0][0],
                        r->contributions[1][1]};
  for (size_t i = 0; i < sizeof kept / sizeof kept[0]; ++i)
    assert_true(kept[i] == 0.0f);
  float bad[PROTOCOL_LEVEL_FLOATS] = {NAN, NAN, NAN, NAN, NAN, NAN};
  messages_level(view, bad);
  assert_false(view->has_level);
  meter_view_hover(view, NAN);
  assert_false(view->hovering);
  char longer[4096];
  memset(longer, 'x', sizeof longer - 1);
  longer[sizeof longer - 1] = '\0';
  meter_view_status(view, longer, longer, longer, longer);
  assert_true(strlen(view->model) < sizeof view->model);
}

// Pieces of 40 s with 10 s of silence between them, as the plugin would send them.
static void play_pieces(MeterView* view, int pieces) {
  static double begun; // each time another position, as after a reset
  begun += 1e5;
  for (int64_t k = 0; k < 100 * pieces; ++k) {
    MeterRecord r = {
        .index = k, .time = begun + 0.5 * (double)k, .settled = 1.0f, .confidence = 0.8f};
    const int64_t at = k % 100;
    r.sound = at >= 80 ? METER_SOUND_SILENT : at < 16 ? METER_SOUND_SETTLING : METER_SOUND_LIVE;
    if (at < 16) r.settled = (float)(at + 1) / 16.0f;
    r.valence = (float)(k / 100 % 3 - 1) * 0.5f;
    r.arousal = 0.25f;
    meter_view_push(view, &r, false);
  }
}

static void a_session_has_its_pieces_and_keeps_two_hours(void** state) {
  MeterView* view = *state;
  play_pieces(view, 5);
  const Session* s = &view->session;
  assert_int_equal(s->n_pieces, 5);
  assert_true(fabs(session_seconds(s) - 250.0) < 1e-9);
  for (uint64_t k = 0; k < 5; ++k) {
    const SessionPiece* piece = session_piece(s, k);
    assert_non_null(piece);
    assert_int_equal(piece->n, 80);
    const double mean = piece->valence / (double)piece->n;
    assert_true(fabs(mean - 0.5 * (double)((4 - (int)k) % 3 - 1)) < 1e-6);
    assert_true(fabs(session_piece_age(s, piece) - 50.0 * (double)(k + 1)) < 1e-9);
  }
  assert_null(session_piece(s, 5));
  assert_false(session_at(s, 2.0)->heard);
  assert_int_equal(session_at(s, 20.0)->arousal, 250);
  // A reset: the plugin counts from 0 again, the session continues.
  play_pieces(view, 1);
  assert_int_equal(s->n_pieces, 6);
  assert_true(fabs(session_seconds(s) - 300.0) < 1e-9);
  for (int i = 0; i < 200; ++i)
    play_pieces(view, 2);
  assert_true(fabs(session_seconds(s) - 7200.0) < 1e-9);
  assert_true(sizeof *view < 4u << 20);
  assert_null(session_at(s, 7200.0));
  assert_non_null(session_at(s, 7199.0));
}

static void replayed_estimates_are_in_the_session_once(void** state) {
  MeterView* view = *state;
  scene_play(view, 0, 50);
  scene_play(view, 40, 20);
  assert_int_equal(view->session.end, 60);
}

static void a_moment_of_the_session_can_be_the_reference(void** state) {
  MeterView* view = *state;
  double age;
  play_pieces(view, 20);
  meter_view_zoom(view, -1);
  assert_true(view->span == METER_SPAN);
  meter_view_zoom(view, 1);
  meter_view_zoom(view, 1);
  assert_true(view->span == 900.0);
  for (int i = 0; i < 9; ++i)
    meter_view_zoom(view, 1);
  assert_true(view->span == 7200.0); // all records that a session keeps
  meter_view_zoom(view, -1);
  meter_view_zoom(view, -1);
  assert_true(view->span == 900.0);
  meter_view_hover(view, 870.0); // farther back than the last ten minutes
  assert_true(view->hovering);
  meter_view_pin(view);
  assert_true(meter_view_looked(view, &age));
  assert_true(fabs(age - 870.0) < 1e-9);
  meter_view_compare(view);
  assert_true(view->has_reference);
  assert_true(fabs(view->reference_arousal - 0.25) < 1e-6);
  meter_view_compare(view);
  assert_false(view->has_reference);
  meter_view_zoom(view, 1); // the moment was on the other time axis
  assert_false(meter_view_looked(view, &age));
  view->state = METER_LIVE;
  view->valence = 0.1; // as shown, on its way to the target
  view->arousal = 0.2;
  view->target_valence = view->target_arousal = 0.5;
  meter_view_compare(view);
  assert_true(fabs(view->reference_valence - 0.1) < 1e-9);
  assert_true(fabs(view->reference_arousal - 0.2) < 1e-9);
}

static void a_session_is_written_as_a_table(void** state) {
  MeterView* view = *state;
  char error[256];
  char line[128];
  const char* path = CIRCUMPLEX_BINARY_DIR "/session.csv";
  remove(path);
  play_pieces(view, 3);
  assert_int_equal(session_write_csv(&view->session, path, error, sizeof error), 0);
  assert_int_equal(session_write_csv(&view->session, path, error, sizeof error), -1); // it exists
  FILE* file = fopen(path, "r");
  assert_non_null(file);
  int lines = 0;
  while (fgets(line, sizeof line, file)) {
    if (lines == 0) assert_string_equal(line, "seconds,piece,valence,arousal,confidence,heard\n");
    if (lines == 101) assert_string_equal(line, "50.5,2,0.000,0.250,0.800,1\n");
    ++lines;
  }
  fclose(file);
  assert_int_equal(lines, 301);
}

static void a_session_that_does_not_fit_on_the_disk_is_reported(void** state) {
  MeterView* view = *state;
  char error[256] = "";
  const char* path = CIRCUMPLEX_BINARY_DIR "/session_in_part.csv";
  struct rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  const struct rlimit small = {2000, before.rlim_max};
  play_pieces(view, 3);
  for (int full = 1; full >= 0; --full) {
    remove(path);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, full ? &small : &before);
    const int result = session_write_csv(&view->session, path, error, sizeof error);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(result, full ? -1 : 0);
    if (full) assert_non_null(strstr(error, "cannot be written"));
  }
  remove(path);
}

/// The piece of each half second, as the window writes it: also pieces that are too short, and
/// pieces so long ago that only their number is left.
static void every_row_of_the_table_has_its_piece(void** state) {
  (void)state;
  static Session s;
  char error[256], line[128];
  const char* path = CIRCUMPLEX_BINARY_DIR "/session_pieces.csv";
  const unsigned pieces = SESSION_PIECES + 20, each = SESSION_LEAST;
  session_init(&s);
  for (unsigned i = 0; i < pieces * each; ++i) // each piece settles again
    session_add(&s, i, true, i % each / 16.0, 2.0, -0.5, 0.5);
  session_add(&s, pieces * each, true, 0.0, 0.0, 0.0, 1.0); // one point alone is not a piece,
  session_add(&s, pieces * each + 1, false, 1.0, 0.0, 0.0, 1.0);
  session_add(&s, pieces * each + 2, true, 0.0, 0.0, 0.0, 1.0); // but part of the next one
  assert_int_equal(s.n_pieces, pieces + 1);
  assert_non_null(session_piece(&s, SESSION_PIECES - 1));
  assert_null(session_piece(&s, SESSION_PIECES));
  assert_true(session_piece(&s, 1)->valence == (double)each); // within the plane
  remove(path);
  assert_int_equal(session_write_csv(&s, path, error, sizeof error), 0);
  FILE* file = fopen(path, "r");
  assert_non_null(file);
  assert_non_null(fgets(line, sizeof line, file));
  for (unsigned i = 0; i < pieces * each; ++i) {
    char expected[128];
    const unsigned piece = i / each + 1, oldest = pieces + 2 - SESSION_PIECES;
    snprintf(expected, sizeof expected, "%.1f,%u,1.000,-0.500,0.502,1\n", (i + 1) * 0.5,
             piece > oldest ? piece : oldest);
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, expected);
  }
  fclose(file);
  remove(path);
}

/// Every number of a message has its own place in the record.
static void a_message_is_read_field_by_field(void** state) {
  MeterView* view = *state;
  float v[PROTOCOL_FLOATS];
  uint8_t attention[PROTOCOL_ATTENTION];
  for (int i = 0; i < PROTOCOL_FLOATS; ++i)
    v[i] = 0.25f + (float)i;
  for (int i = 0; i < PROTOCOL_ATTENTION; ++i)
    attention[i] = (uint8_t)(i % 251);
  static const MeterSound sounds[] = {METER_SOUND_SILENT, METER_SOUND_SETTLING, METER_SOUND_LIVE};
  for (int i = 0; i < 3; ++i) {
    v[PROTOCOL_STATE] = (float)i;
    v[PROTOCOL_HAS_CONTRIBUTIONS] = i == 1 ? 1.0f : 0.0f;
    messages_estimates(view, 7 + i, 1, v, attention);
    const MeterRecord* r = meter_view_newest(view);
    assert_int_equal(r->index, 7 + i);
    assert_int_equal(r->sound, sounds[i]);
    assert_int_equal(r->explained, i == 1);
  }
  const MeterRecord* r = meter_view_newest(view);
  assert_true(r->time == (double)v[PROTOCOL_TIME]);
  assert_true(r->valence == v[PROTOCOL_VALENCE] && r->arousal == v[PROTOCOL_AROUSAL]);
  assert_true(r->valence_spread == v[PROTOCOL_VALENCE_SPREAD]);
  assert_true(r->arousal_spread == v[PROTOCOL_AROUSAL_SPREAD]);
  assert_true(r->confidence == v[PROTOCOL_CONFIDENCE] && r->settled == v[PROTOCOL_SETTLED]);
  assert_true(r->piece_valence == v[PROTOCOL_SONG_VALENCE]);
  assert_true(r->piece_arousal == v[PROTOCOL_SONG_AROUSAL]);
  assert_true(r->loudness == v[PROTOCOL_LOUDNESS_SHORT]);
  assert_true(r->weight_unit == v[PROTOCOL_ATTENTION_UNIT]);
  assert_int_equal(r->late, (unsigned)v[PROTOCOL_LATE]);
  assert_int_equal(r->weights, (unsigned)v[PROTOCOL_ATTENTION_COUNT]);
  assert_memory_equal(r->bands, v + PROTOCOL_ENVELOPE_FIRST, sizeof r->bands);
  assert_memory_equal(r->cues, v + PROTOCOL_CUES_FIRST, sizeof r->cues);
  assert_memory_equal(r->contributions[0], v + PROTOCOL_TO_VALENCE_FIRST,
                      sizeof r->contributions[0]);
  assert_memory_equal(r->contributions[1], v + PROTOCOL_TO_AROUSAL_FIRST,
                      sizeof r->contributions[1]);
  assert_memory_equal(r->attention, attention, sizeof r->attention);
  assert_memory_equal(r->beyond, attention + PROTOCOL_WINDOW, sizeof r->beyond);
  v[PROTOCOL_ATTENTION_COUNT] = 1e9f;
  v[PROTOCOL_VALENCE] = 1e30f, v[PROTOCOL_AROUSAL] = -1e30f;
  messages_estimates(view, 10, 1, v, attention);
  r = meter_view_newest(view);
  assert_int_equal(r->weights, METER_WINDOW);
  assert_true(r->valence == 1e6f && r->arousal == -1e6f);
}

static void an_impossible_index_is_refused(void** state) {
  MeterView* view = *state;
  static float values[2 * PROTOCOL_FLOATS];
  messages_estimates(view, -1, 1, values, NULL);
  messages_estimates(view, INT64_MIN, 2, values, NULL);
  messages_estimates(view, INT64_MAX, 2, values, NULL);
  assert_int_equal(view->count, 0);
  messages_estimates(view, 0, 1, values, NULL);
  assert_int_equal(view->count, 1);
}

static void late_estimates_before_the_window_opened_are_not_reported(void** state) {
  MeterView* view = *state;
  static float values[2 * PROTOCOL_FLOATS];
  values[PROTOCOL_LATE] = values[PROTOCOL_FLOATS + PROTOCOL_LATE] = 3.0f;
  meter_view_tick(view, 10.0);
  messages_estimates(view, 0, 2, values, NULL);
  assert_int_equal(view->late, 3);
  assert_false(meter_view_is_late(view));
  messages_estimates(view, 2, 1, values, NULL); // no more than before
  assert_false(meter_view_is_late(view));
  values[PROTOCOL_LATE] = 4.0f;
  messages_estimates(view, 3, 1, values, NULL);
  assert_true(meter_view_is_late(view));
}

static void the_point_and_its_target_stay_in_the_plane(void** state) {
  MeterView* view = *state;
  level(view, 3.0, -3.0, false, false);
  assert_true(view->valence == 1.0 && view->arousal == -1.0); // at once, the first time
  level(view, -3.0, 3.0, false, false);
  assert_true(view->target_valence == -1.0 && view->target_arousal == 1.0);
  assert_true(view->valence == 1.0 && view->arousal == -1.0);
  for (int i = 1; i < 100; ++i)
    meter_view_tick(view, 0.1 * i);
  assert_true(view->valence == -1.0 && view->arousal == 1.0);
}

static void doubt_changes_in_steps_without_flicker(void** state) {
  MeterView* view = *state;
  static const float confidence[] = {0.9f,  0.58f, 0.56f, 0.62f, 0.64f, 0.56f, 0.43f,
                                     0.41f, 0.47f, 0.49f, 0.30f, 0.90f, 0.41f};
  static const int doubt[] = {0, 0, 1, 1, 0, 1, 1, 2, 2, 1, 2, 0, 2};
  for (size_t i = 0; i < sizeof doubt / sizeof doubt[0]; ++i) {
    push_state(view, (int64_t)i, ENGINE_LIVE, confidence[i]);
    assert_int_equal(view->doubt, doubt[i]);
  }
}

static void a_notice_disappears_after_some_time(void** state) {
  MeterView* view = *state;
  meter_view_tick(view, 5.0);
  meter_view_notice(view, "written");
  meter_view_damage(view);
  meter_view_tick(view, 4.9 + METER_NOTICE_SECONDS);
  assert_string_equal(view->notice, "written");
  assert_int_equal(meter_view_damage(view), 0);
  meter_view_tick(view, 5.1 + METER_NOTICE_SECONDS);
  assert_string_equal(view->notice, "");
  assert_int_equal(meter_view_damage(view), METER_DAMAGE_ALL);
}

/// A new value is drawn once; the same value again changes nothing.
static void only_changes_are_drawn(void** state) {
  MeterView* view = *state;
  scene_play(view, 0, 4);
  meter_view_damage(view);
  for (int again = 0; again < 2; ++again) {
    meter_view_status(view, "/a", "a", "b", "osc.udp://h:1");
    assert_int_equal(meter_view_damage(view) & METER_DAMAGE_STATUS,
                     again ? 0 : METER_DAMAGE_STATUS);
    meter_view_set_response(view, 2.0f);
    assert_int_equal(meter_view_damage(view),
                     again ? 0 : METER_DAMAGE_CONTROLS | METER_DAMAGE_TRAIL);
    meter_view_set_hold(view, true);
    assert_int_equal(meter_view_damage(view), again ? 0 : METER_DAMAGE_CONTROLS);
    meter_view_set_trail(view, 20.0);
    assert_int_equal(meter_view_damage(view),
                     again ? 0 : METER_DAMAGE_CONTROLS | METER_DAMAGE_TRAIL);
    meter_view_set_osc_name(view, "left");
    assert_int_equal(meter_view_damage(view), again ? 0 : METER_DAMAGE_STATUS);
    meter_view_set_waiting(view, true);
    assert_int_equal(meter_view_damage(view), again ? 0 : METER_DAMAGE_ALL);
    meter_view_hover(view, 1.0);
    assert_int_equal(meter_view_damage(view), again ? 0 : METER_DAMAGE_TIMELINE);
  }
  assert_string_equal(view->osc_name, "left");
  assert_string_equal(view->osc, "osc.udp://h:1");
  assert_true(view->notice[0] != '\0');           // a waiting setting is reported
  meter_view_status(view, NULL, NULL, "c", NULL); // the rest stays
  assert_string_equal(view->model_path, "/a");
  assert_string_equal(view->message, "c");
  assert_true(view->has_model);
  meter_view_set_setting(view, METER_SETTING_CC_VALENCE, 7.0f); // nothing shows it
  assert_true(view->has_setting[METER_SETTING_CC_VALENCE]);
  meter_view_damage(view);
  meter_view_set_setting(view, METER_SETTING_CC_VALENCE, 8.0f);
  assert_int_equal(meter_view_damage(view), 0);
  meter_view_set_overlay(view, METER_OVERLAY_OUTPUTS);
  view->editing = true, view->overlay_row = 3;
  meter_view_damage(view);
  meter_view_set_setting(view, METER_SETTING_CC_VALENCE, 9.0f);
  assert_int_equal(meter_view_damage(view), METER_DAMAGE_ALL);
  meter_view_set_overlay(view, METER_OVERLAY_OUTPUTS);
  assert_int_equal(view->overlay, METER_OVERLAY_NONE);
  assert_true(!view->editing && view->overlay_row == 0);
}

/// All changes with a hold; the line above the rows with the moment that it names.
static void a_hold_and_a_named_moment_are_drawn_again(void** state) {
  MeterView* view = *state;
  scene_play(view, 0, 20);
  level(view, 0.1, 0.1, false, false);
  for (int held = 1; held >= 0; --held) {
    meter_view_damage(view);
    level(view, 0.1, 0.1, held, false);
    assert_int_equal(meter_view_damage(view), METER_DAMAGE_ALL);
    level(view, 0.1, 0.1, held, false);
    assert_int_equal(meter_view_damage(view), 0);
  }
  push_state(view, 20, ENGINE_LIVE, 0.8f);
  meter_view_damage(view);
  push_state(view, 21, ENGINE_LIVE, 0.8f);
  assert_int_equal(meter_view_damage(view) & METER_DAMAGE_TIMELINE, 0);
  meter_view_hover(view, 2.0);
  meter_view_pin(view);
  meter_view_hover(view, -1.0);
  meter_view_damage(view);
  push_state(view, 22, ENGINE_LIVE, 0.8f);
  assert_int_equal(meter_view_damage(view) & METER_DAMAGE_TIMELINE, METER_DAMAGE_TIMELINE);
  meter_view_pin(view);
  meter_view_hover(view, 2.0);
  meter_view_damage(view);
  push_state(view, 23, ENGINE_LIVE, 0.8f);
  assert_int_equal(meter_view_damage(view) & METER_DAMAGE_TIMELINE, METER_DAMAGE_TIMELINE);
}

static void only_a_live_reading_can_be_the_reference(void** state) {
  MeterView* view = *state;
  meter_view_compare(view);
  assert_false(view->has_reference);
  for (EngineState s = ENGINE_SILENT; s <= ENGINE_LIVE; ++s) {
    push_state(view, (int64_t)s, s, 0.8f);
    meter_view_compare(view);
    assert_int_equal(view->has_reference, s == ENGINE_LIVE);
  }
  meter_view_compare(view);
  assert_false(view->has_reference); // the second time removes it
}

static void groups_are_ranked_by_contribution_with_hysteresis(void** state) {
  MeterView* view = *state;
  MeterRecord r = {.sound = METER_SOUND_LIVE, .explained = true};
  for (; r.index < 40; ++r.index) {
    for (int i = 0; i < CUE_GROUP_COUNT; ++i)
      r.contributions[i % 2][i] = (i % 3 ? -0.1f : 0.1f) * (float)(i + 1);
    meter_view_push(view, &r, false);
  }
  for (int i = 0; i < CUE_GROUP_COUNT; ++i) // the last one contributes most, on both axes and sides
    assert_int_equal(view->order[i], CUE_GROUP_COUNT - 1 - i);
  meter_view_damage(view);
  for (; r.index < 80; ++r.index) { // a tenth more is not enough to change the order
    for (int i = 0; i < CUE_GROUP_COUNT; ++i)
      r.contributions[0][i] = 0.5f - 0.001f * (float)i, r.contributions[1][i] = 0.0f;
    meter_view_push(view, &r, false);
  }
  for (int i = 0; i < CUE_GROUP_COUNT; ++i)
    assert_int_equal(view->order[i], CUE_GROUP_COUNT - 1 - i);
  // The names are redrawn only if their order changed.
  assert_int_equal(meter_view_damage(view) & (METER_DAMAGE_CUES | METER_DAMAGE_BARS),
                   METER_DAMAGE_BARS);
  for (; r.index < 120; ++r.index) {
    r.explained = r.index % 2; // records without contributions do not count
    r.contributions[1][0] = r.explained ? 0.4f : 0.0f;
    r.contributions[1][1] = r.explained ? 0.0f : 9.0f;
    meter_view_push(view, &r, false);
  }
  assert_int_equal(view->order[0], 0);
  assert_true(meter_view_damage(view) & METER_DAMAGE_CUES);
}

static void trail_length_stays_in_its_range(void** state) {
  MeterView* view = *state;
  scene_play(view, 0, 300);
  meter_view_set_trail(view, 1000.0);
  assert_true(view->trail_seconds == METER_TRAIL_MAX);
  assert_true(view->trail[0].age <= METER_TRAIL_MAX + METER_STEP);
  meter_view_set_trail(view, 0.0);
  assert_true(view->trail_seconds == METER_TRAIL_MIN);
  assert_true(view->trail[0].age <= METER_TRAIL_MIN + METER_STEP);
}

static void numbers_have_a_sign_or_a_space_of_its_width(void** state) {
  (void)state;
  static const struct {
    double value;
    const char* text;
  } shown[] = {{0.01, "+0.01"},      {0.25, "+0.25"},     {-0.01, "\u22120.01"},
               {-1.0, "\u22121.00"}, {0.0, "\u20070.00"}, {-0.004, "\u20070.00"}};
  for (size_t i = 0; i < sizeof shown / sizeof shown[0]; ++i) {
    char text[16];
    format_signed(text, sizeof text, shown[i].value);
    assert_string_equal(text, shown[i].text);
  }
}

static void type_is_always_large_enough_to_read(void** state) {
  (void)state;
  for (double scale = 1.0; scale <= 3.0; scale += 0.5) {
    for (double w = METER_MIN_WIDTH; w < 2000.0; w *= 1.05) {
      for (double h = METER_MIN_HEIGHT; h < 1200.0; h *= 1.05) {
        for (int mode = 0; mode <= METER_STAGE; ++mode) {
          const MeterLayout l = meter_layout_compute(w * scale, h * scale, scale, (MeterMode)mode);
          assert_true(l.unit >= (l.mode == METER_FULL ? 12.0 : 11.0) * scale);
        }
      }
    }
  }
}

static void models_are_listed_once_and_the_present_one_is_marked(void** state) {
  (void)state;
  char shipped[1024], lstm[1100];
  if (model_shipped_path("default", shipped, sizeof shipped) != 0) skip();
  *strrchr(shipped, '/') = '\0';
  snprintf(lstm, sizeof lstm, "%s/lstm.safetensors", shipped);
  const char* const paths[] = {lstm,
                               CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/cnn-rnn.safetensors",
                               "/nowhere/x.safetensors", ""};
  ModelList list = {.n = 0};
  size_t n[4];
  for (size_t i = 0; i < 4; ++i) {
    model_list_scan(&list, paths[i]);
    n[i] = list.n;
    assert_true(list.n > 1 && list.current < list.n);
    assert_string_equal(list.paths[list.current], i < 2 ? paths[i] : list.paths[0]);
    for (size_t k = 0; k < list.n; ++k) {
      for (size_t m = 0; m < k; ++m)
        assert_string_not_equal(list.paths[k], list.paths[m]);
      assert_null(strchr(list.names[k], '.'));
      assert_null(strstr(list.names[k], "static")); // it cannot run
      assert_true(list.descriptions[k][0] != '\0');
    }
  }
  assert_true(n[1] > n[0] + 5 && n[2] == n[0] && n[3] == n[0]);
  model_list_free(&list);
}

/// The explained rows are those that are drawn; controls do not overlap; a stage needs room.
static void parts_are_where_they_are_drawn(void** state) {
  (void)state;
  static const double sizes[][2] = {{540, 900},  {560, 1000}, {600, 900},  {650, 455},
                                    {700, 1000}, {900, 600},  {1300, 860}, {1880, 1000}};
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; ++k) {
    const MeterLayout l = meter_layout_compute(sizes[k][0], sizes[k][1], 1.0, METER_FULL);
    assert_int_equal(l.mode, METER_FULL);
    double y = l.cues.y + METER_CUES_HEAD * l.unit;
    for (int i = METER_PART_CUES_FIRST; !rect_empty(l.cues) && i <= METER_PART_CUES_LAST; ++i) {
      assert_true(fabs(l.parts[i].y - y) < 1e-6);
      y += l.parts[i].h;
    }
    assert_true(rect_empty(l.cues) || fabs(y - l.cues.y - l.cues.h) < 1e-6);
    for (int i = METER_PART_FIRST_CONTROL; i < METER_PART_COUNT; ++i) {
      assert_false(rect_empty(l.parts[i]));
      assert_true(rect_covers(l.window, l.parts[i]));
      for (int m = METER_PART_FIRST_CONTROL; m < i; ++m)
        assert_false(rect_overlaps(l.parts[i], l.parts[m]));
    }
    assert_true(l.parts[METER_PART_RESPONSE].w >= 8.2 * l.unit);
    // A moment is at the same place both ways.
    for (double age = 0.0; age <= l.span; age += 7.5)
      assert_true(fabs(meter_layout_time_age(&l, meter_layout_time_x(&l, age)) - age) < 1e-9);
  }
  assert_int_equal(meter_layout_compute(1200.0, 399.0, 1.0, METER_STAGE).mode, METER_COMPACT);
  assert_int_equal(meter_layout_compute(399.0, 1200.0, 1.0, METER_STAGE).mode, METER_COMPACT);
  assert_int_equal(meter_layout_compute(400.0, 400.0, 1.0, METER_STAGE).mode, METER_STAGE);
  assert_int_equal(meter_layout_compute(790.0, 790.0, 2.0, METER_STAGE).mode, METER_COMPACT);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(history_keeps_the_newest_ten_minutes),
      TEST(a_replay_does_not_double_the_history),
      TEST(a_gap_or_a_reset_clears_the_history),
      TEST(the_point_approaches_the_output_and_never_passes_it),
      TEST(the_trail_ends_at_the_outputs_glide),
      TEST(silence_breaks_the_trail),
      TEST(states_are_distinguished),
      TEST(a_late_estimate_is_reported_for_a_while),
      TEST(hover_and_pin_choose_a_moment),
      TEST(weights_are_restored_at_their_age),
      TEST(invalid_messages_are_ignored),
      TEST(a_session_has_its_pieces_and_keeps_two_hours),
      TEST(replayed_estimates_are_in_the_session_once),
      TEST(a_moment_of_the_session_can_be_the_reference),
      TEST(a_session_is_written_as_a_table),
      TEST(a_session_that_does_not_fit_on_the_disk_is_reported),
      TEST(every_row_of_the_table_has_its_piece),
      TEST(a_message_is_read_field_by_field),
      TEST(an_impossible_index_is_refused),
      TEST(late_estimates_before_the_window_opened_are_not_reported),
      TEST(the_point_and_its_target_stay_in_the_plane),
      TEST(doubt_changes_in_steps_without_flicker),
      TEST(a_notice_disappears_after_some_time),
      TEST(only_changes_are_drawn),
      TEST(a_hold_and_a_named_moment_are_drawn_again),
      TEST(only_a_live_reading_can_be_the_reference),
      TEST(groups_are_ranked_by_contribution_with_hysteresis),
      TEST(trail_length_stays_in_its_range),
      TEST(numbers_have_a_sign_or_a_space_of_its_width),
      TEST(models_are_listed_once_and_the_present_one_is_marked),
      TEST(parts_are_where_they_are_drawn),
      TEST(type_is_always_large_enough_to_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
