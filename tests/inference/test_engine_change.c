// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A model change is compared with two nets that the test steps itself: the old one until the new
/// one has settled, then a fade of four hops, then the new one.
#include "engine_rig.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HOPS 40
#define FADE 4

/// The expected readings if the change begins during hop \p begun (0-based).
static void expect(Model* from, Model* to, const float* x, size_t n, size_t begun,
                   NetOutput expected[HOPS]) {
  const bool shares = frontend_same_spec(model_frontend(from), model_frontend(to));
  Frontend* old_fe = frontend_new(model_frontend(from), RIG_RATE, NULL, 0);
  Frontend* new_fe = frontend_new(model_frontend(to), RIG_RATE, NULL, 0);
  Net* old_net = net_new(from);
  Net* new_net = net_new(to);
  assert_true(old_fe && new_fe && old_net && new_net);
  bool started = false;
  for (size_t at = 0, hop = 0; at < n && hop < HOPS;) {
    bool done, also;
    const size_t took = frontend_push(old_fe, x + at, NULL, n - at, &done);
    if (started) assert_int_equal(frontend_push(new_fe, x + at, NULL, took, &also), took);
    at += took;
    if (!done) continue;
    NetOutput theirs;
    net_step(old_net, frontend_hop(old_fe), &expected[hop], NULL);
    if (started) {
      assert_true(also);
      net_step(new_net, frontend_hop(shares ? old_fe : new_fe), &theirs, NULL);
      const size_t heard = hop - begun;
      if (heard >= ENGINE_SETTLING_HOPS + FADE) {
        expected[hop] = theirs;
      } else if (heard > ENGINE_SETTLING_HOPS) {
        const float share = (float)(heard - ENGINE_SETTLING_HOPS) / FADE;
        NetOutput* e = &expected[hop];
        if (share >= 0.5f) { // attention cannot be mixed
          e->n_attention = theirs.n_attention;
          memcpy(e->attention, theirs.attention, sizeof e->attention);
        }
        e->valence += share * (theirs.valence - e->valence);
        e->arousal += share * (theirs.arousal - e->arousal);
        e->song_valence += share * (theirs.song_valence - e->song_valence);
        e->song_arousal += share * (theirs.song_arousal - e->song_arousal);
        e->valence_spread += share * (theirs.valence_spread - e->valence_spread);
        e->arousal_spread += share * (theirs.arousal_spread - e->arousal_spread);
        e->confidence += share * (theirs.confidence - e->confidence);
      }
    } else if (hop == begun) {
      started = true;
      frontend_follow(new_fe, old_fe);
    }
    ++hop;
  }
  net_free(new_net);
  net_free(old_net);
  frontend_free(new_fe);
  frontend_free(old_fe);
}

static void check(Model* from, Model* to, size_t begun, size_t block) {
  size_t n;
  float* x = rig_music(RIG_RATE, 0.5 * HOPS, &n);
  NetOutput expected[HOPS];
  Estimate* e = calloc(HOPS + 1, sizeof *e);
  assert_non_null(e);
  expect(from, to, x, n, begun, expected);

  Engine* engine = rig_engine(from, RIG_RATE);
  ModelRunner* runner = model_runner_new(engine, to, NULL, 0);
  assert_non_null(runner);
  const size_t first = (size_t)(((double)begun + 0.37) * 0.5 * RIG_RATE); // in the middle of a hop
  size_t held = rig_push(engine, x, first, block, e, 0, HOPS);
  assert_ptr_equal(engine_model(engine), from);
  engine_change_model(engine, runner);
  assert_null(engine_collect_runner(engine)); // still at work
  held = rig_push(engine, x + first, n - first, block, e, held, HOPS);
  assert_int_equal(held, HOPS);
  assert_ptr_equal(engine_model(engine), to);

  for (size_t i = 0; i < HOPS; ++i) {
    assert_int_equal(e[i].position, (i + 1) * 22050); // no gap
    const Estimate* a = &e[i];
    const NetOutput* b = &expected[i];
    const bool fading =
        i > begun + ENGINE_SETTLING_HOPS && i <= begun + ENGINE_SETTLING_HOPS + FADE;
    if (!fading) {
      assert_memory_equal(&a->valence, &b->valence, sizeof(float));
      assert_memory_equal(&a->arousal, &b->arousal, sizeof(float));
    }
    assert_int_equal(a->n_attention, b->n_attention);
    assert_memory_equal(a->attention, b->attention, a->n_attention * sizeof(float));
    assert_near(a->valence, b->valence, 1e-6);
    assert_near(a->arousal, b->arousal, 1e-6);
    assert_near(a->song_valence, b->song_valence, 1e-6);
    assert_near(a->song_arousal, b->song_arousal, 1e-6);
    assert_near(a->valence_spread, b->valence_spread, 1e-6);
    assert_near(a->arousal_spread, b->arousal_spread, 1e-6);
    assert_near(a->confidence, b->confidence, 1e-6);
    assert_true(rig_finite(&e[i]));
    // The engine's own state is not affected.
    assert_int_equal(e[i].state, i + 1 < ENGINE_SETTLING_HOPS ? ENGINE_SETTLING : ENGINE_LIVE);
  }
  // The control: the two models differ, so a change that did nothing would be detected.
  NetOutput unchanged[HOPS];
  expect(from, from, x, n, begun, unchanged);
  assert_true(fabsf(unchanged[HOPS - 1].valence - expected[HOPS - 1].valence) > 1e-4f);

  ModelRunner* old = engine_collect_runner(engine);
  assert_non_null(old);
  assert_null(engine_collect_runner(engine));
  model_runner_free(old);
  engine_free(engine);
  free(e);
  free(x);
}

static void models_of_the_same_features_fade_without_gap_or_jump(void** state) {
  (void)state;
  Model* from = rig_model("vae-attentive");
  Model* to = rig_model("ae-transformer");
  check(from, to, 5, 4096);
  check(from, to, 17, 333);
  model_unref(to);
  model_unref(from);
}

static void models_of_other_features_bring_their_own_front_end(void** state) {
  (void)state;
  Model* from = rig_model("vae-attentive");
  Model* to = rig_model_9k("vae-lstm");
  check(from, to, 5, 4096);
  check(to, from, 9, 0);
  model_unref(to);
  model_unref(from);
}

static void a_model_of_two_phases_reads_both_after_one_of_a_single_phase(void** state) {
  (void)state;
  Model* from = rig_model("vae-lstm");
  Model* to[2] = {rig_model("vae-attentive"), rig_model_phases("vae-attentive")};
  size_t n, count = 0;
  float *x = rig_music(RIG_RATE, 13.0, &n), valence[2];
  for (int phases = 0; phases < 2; ++phases) {
    Engine* engine = rig_engine(from, RIG_RATE);
    Estimate e[32];
    engine_change_model(engine, model_runner_new(engine, to[phases], NULL, 0));
    count = rig_push(engine, x, n, 4096, e, 0, 32);
    assert_ptr_equal(engine_model(engine), to[phases]);
    valence[phases] = e[count - 1].valence;
    engine_free(engine);
    model_unref(to[phases]);
  }
  assert_true(fabsf(valence[1] - valence[0]) > 1e-5f); // the mean of two is another reading
  free(x);
  model_unref(from);
}

static void in_silence_the_change_is_immediate(void** state) {
  (void)state;
  Model* from = rig_model("vae-attentive");
  for (int own = 0; own < 2; ++own) {
    Model* to = own ? rig_model_9k("vae-lstm") : rig_model("vae-lstm");
    Engine* engine = rig_engine(from, RIG_RATE);
    float* nothing = signal_new((size_t)(2.0 * RIG_RATE));
    size_t n;
    float* x = rig_music(RIG_RATE, 4.0, &n);
    Estimate e[16];
    rig_push(engine, x, n, 1000, e, 0, 16);
    rig_push(engine, nothing, (size_t)(2.0 * RIG_RATE), 1000, e, 0, 16);
    engine_change_model(engine, model_runner_new(engine, to, NULL, 0));
    rig_push(engine, nothing, (size_t)RIG_RATE / 2, 1000, e, 0, 16);
    assert_ptr_equal(engine_model(engine), to);
    ModelRunner* old = engine_collect_runner(engine);
    assert_non_null(old);
    model_runner_free(old);
    assert_int_equal(rig_push(engine, x, n, 1000, e, 0, 16), 8);
    assert_int_equal(e[0].position, 13 * 22050 + 22050);
    assert_int_equal(e[0].state, ENGINE_SETTLING);
    assert_near(e[0].settled, 1.0 / ENGINE_SETTLING_HOPS, 1e-6);
    assert_true(e[7].valence != 0.0f);
    free(x);
    free(nothing);
    engine_free(engine);
    model_unref(to);
  }
  model_unref(from);
}

static void a_second_change_replaces_the_first(void** state) {
  (void)state;
  Model* from = rig_model("vae-attentive");
  Model* first = rig_model("vae-lstm");
  Model* second = rig_model_9k("vae-lstm");
  Engine* engine = rig_engine(from, RIG_RATE);
  size_t n;
  float* x = rig_music(RIG_RATE, 11.0, &n);
  Estimate e[64];
  ModelRunner* a = model_runner_new(engine, first, NULL, 0);
  ModelRunner* b = model_runner_new(engine, second, NULL, 0);
  rig_push(engine, x, 50000, 1000, e, 0, 64);
  engine_change_model(engine, a);
  rig_push(engine, x, 50000, 1000, e, 0, 64);
  engine_change_model(engine, b);
  assert_ptr_equal(engine_collect_runner(engine), a);
  model_runner_free(a);
  rig_push(engine, x, n, 1000, e, 0, 64);
  assert_ptr_equal(engine_model(engine), second);
  ModelRunner* old = engine_collect_runner(engine);
  assert_non_null(old);
  model_runner_free(old);
  assert_null(engine_collect_runner(engine));
  free(x);
  engine_free(engine);
  model_unref(second);
  model_unref(first);
  model_unref(from);
}

static void a_reset_ends_the_change_with_the_new_model_alone(void** state) {
  (void)state;
  Model* from = rig_model("vae-attentive");
  for (int own = 0; own < 2; ++own) {
    Model* to = own ? rig_model_9k("vae-lstm") : rig_model("vae-lstm");
    size_t n, count;
    float* x = rig_music(RIG_RATE, 3.0, &n);
    Estimate* fresh = rig_hear(to, RIG_RATE, x, n, 4096, &count);
    Engine* engine = rig_engine(from, RIG_RATE);
    Estimate e[16];
    rig_push(engine, x, n, 1000, e, 0, 16);
    engine_change_model(engine, model_runner_new(engine, to, NULL, 0));
    rig_push(engine, x, n / 2, 1000, e, 0, 16);
    engine_reset(engine);
    assert_int_equal(rig_push(engine, x, n, 1000, e, 0, 16), count);
    for (size_t i = 0; i < count; ++i)
      assert_true(rig_same(&e[i], &fresh[i]));
    engine_free(engine); // with a runner that nobody collected: the leak checker would find it
    free(fresh);
    free(x);
    model_unref(to);
  }
  model_unref(from);
}

static void the_gate_is_kept_by_a_model_change(void** state) {
  (void)state;
  Model* from = rig_model("vae-attentive");
  Model* to = rig_model_9k("vae-lstm");
  Engine* engine = rig_engine(from, RIG_RATE);
  engine_set_gate(engine, -20.0f);
  const size_t n = (size_t)(2.0 * RIG_RATE);
  float* x = signal_new(n);
  signal_noise(x, n, 0.02f, 5);
  Estimate e[16];
  engine_change_model(engine, model_runner_new(engine, to, NULL, 0));
  rig_push(engine, x, n, 1000, e, 0, 16);
  assert_ptr_equal(engine_model(engine), to);
  assert_int_equal(rig_push(engine, x, n, 1000, e, 0, 16), 4);
  assert_int_equal(e[3].state, ENGINE_SILENT);
  free(x);
  engine_free(engine);
  model_unref(to);
  model_unref(from);
}

static void a_gate_set_during_a_change_is_used_by_both_models(void** state) {
  (void)state;
  Model* from = rig_model("vae-attentive");
  Model* to = rig_model_9k("vae-lstm");
  Engine* engine = rig_engine(from, RIG_RATE);
  const size_t n = (size_t)(2.0 * RIG_RATE);
  float* x = signal_new(n);
  signal_noise(x, n, 0.02f, 5);
  Estimate e[16];
  rig_push(engine, x, n, 1000, e, 0, 16);
  engine_change_model(engine, model_runner_new(engine, to, NULL, 0));
  assert_int_equal(rig_push(engine, x, n, 1000, e, 0, 16), 4); // both models get the sound
  assert_ptr_equal(engine_model(engine), from);
  assert_int_equal(e[3].state, ENGINE_SETTLING);
  engine_set_gate(engine, -20.0f);
  rig_push(engine, x, n, 1000, e, 0, 16);
  assert_int_equal(rig_push(engine, x, n, 1000, e, 0, 16), 4);
  assert_ptr_equal(engine_model(engine), to);
  assert_int_equal(e[3].state, ENGINE_SILENT);
  free(x);
  model_runner_free(engine_collect_runner(engine));
  engine_free(engine);
  model_unref(to);
  model_unref(from);
}

static void a_burst_at_the_start_restarts_the_new_model_too(void** state) {
  (void)state;
  Model* from = rig_model("vae-attentive");
  Model* to = rig_model("vae-lstm");
  size_t n, count;
  float* x = rig_music(RIG_RATE, 12.0, &n);
  for (size_t i = 0; i < (size_t)(0.3 * RIG_RATE); ++i)
    x[i] *= 1000.0f; // the piece begins when the hops after it show that it was a burst
  Estimate* fresh = rig_hear(to, RIG_RATE, x, n, 4096, &count);
  Engine* engine = rig_engine(from, RIG_RATE);
  engine_change_model(engine, model_runner_new(engine, to, NULL, 0));
  Estimate e[32];
  assert_int_equal(rig_push(engine, x, n, 4096, e, 0, 32), count);
  assert_ptr_equal(engine_model(engine), to);
  assert_true(e[3].settled < 3.0f / ENGINE_SETTLING_HOPS); // it began again
  assert_float_equal(e[count - 1].valence, fresh[count - 1].valence, 0.0f);
  assert_float_equal(e[count - 1].arousal, fresh[count - 1].arousal, 0.0f);
  engine_free(engine);
  free(fresh);
  free(x);
  model_unref(to);
  model_unref(from);
}

/// The cost that run() plans for a hop, and the sum of its slices' costs.
static void hop_costs(Engine* engine, const float* x, float* planned, float* done) {
  const size_t hop = (size_t)(0.5 * RIG_RATE);
  Estimate e;
  *planned = engine_hop_cost(engine, hop);
  *done = 0.0f;
  for (size_t at = 0; at < hop || engine_busy(engine);) {
    *done += engine_next_cost(engine);
    at += engine_advance(engine, x + at, x + at, hop - at);
  }
  assert_true(engine_pop(engine, &e));
}

static void the_planned_cost_is_that_of_all_slices(void** state) {
  (void)state;
  Model* from = rig_model("vae-attentive");
  for (int own = 0; own < 2; ++own) {
    Model* to = own ? rig_model_9k("vae-lstm") : rig_model("vae-lstm");
    size_t n;
    float *x = rig_music(RIG_RATE, 3.0, &n), planned[6], done[6];
    Engine* engine = rig_engine(from, RIG_RATE);
    for (size_t i = 0; i < 6; ++i) {
      engine_explain(engine, i % 2);
      if (i == 2) engine_change_model(engine, model_runner_new(engine, to, NULL, 0));
      hop_costs(engine, x + i * n / 6, &planned[i], &done[i]);
      if (i < 2 || (own && i > 2)) // a change is planned for as if it had begun and shared nothing
        assert_float_equal(done[i], planned[i], 0.01f);
      assert_true(done[i] < planned[i] + 0.01f && planned[i] > (i < 2 ? 30.0f : 60.0f));
    }
    engine_free(engine);
    free(x);
    model_unref(to);
  }
  model_unref(from);
}

// ---- prepared and freed by another thread while the engine runs -------------------------------

typedef struct {
  Engine* engine;
  Model* models[2];
  _Atomic(ModelRunner*) ready, used;
  atomic_bool stop;
} Exchange;

static void* offer_models(void* argument) {
  Exchange* x = argument;
  unsigned turn = 0;
  const struct timespec pause = {0, 200000};
  while (!atomic_load(&x->stop)) {
    if (!atomic_load(&x->ready))
      atomic_store(&x->ready, model_runner_new(x->engine, x->models[turn++ % 2], NULL, 0));
    model_runner_free(atomic_exchange(&x->used, NULL));
    nanosleep(&pause, NULL);
  }
  return NULL;
}

static void models_may_be_made_ready_on_another_thread(void** state) {
  (void)state;
  Exchange exchange = {.models = {rig_model("vae-lstm"), rig_model_9k("vae-attentive")}};
  Model* first = rig_model("vae-attentive");
  exchange.engine = rig_engine(first, RIG_RATE);
  size_t n;
  float* x = rig_music(RIG_RATE, 20.0, &n);
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, offer_models, &exchange), 0);
  unsigned swaps = 0, passes = 0;
  for (size_t at = 0; at < n;) {
    ModelRunner* runner = at % 4 == 0 ? atomic_exchange(&exchange.ready, NULL) : NULL;
    if (runner) {
      engine_change_model(exchange.engine, runner);
      ++swaps;
    }
    at += engine_push(exchange.engine, x + at, NULL, n - at < 4096 ? n - at : 4096);
    Estimate e;
    while (engine_pop(exchange.engine, &e))
      assert_true(rig_finite(&e));
    if (!atomic_load(&exchange.used)) {
      ModelRunner* old = engine_collect_runner(exchange.engine);
      if (old) atomic_store(&exchange.used, old);
    }
    if (at == n && swaps == 0 && ++passes < 1000) at = 0; // the other thread has not run yet
  }
  atomic_store(&exchange.stop, true);
  pthread_join(thread, NULL);
  model_runner_free(atomic_load(&exchange.ready));
  model_runner_free(atomic_load(&exchange.used));
  assert_true(swaps > 0);
  engine_free(exchange.engine);
  free(x);
  model_unref(first);
  model_unref(exchange.models[1]);
  model_unref(exchange.models[0]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(models_of_the_same_features_fade_without_gap_or_jump),
      cmocka_unit_test(models_of_other_features_bring_their_own_front_end),
      cmocka_unit_test(a_model_of_two_phases_reads_both_after_one_of_a_single_phase),
      cmocka_unit_test(in_silence_the_change_is_immediate),
      cmocka_unit_test(a_second_change_replaces_the_first),
      cmocka_unit_test(a_reset_ends_the_change_with_the_new_model_alone),
      cmocka_unit_test(the_gate_is_kept_by_a_model_change),
      cmocka_unit_test(a_gate_set_during_a_change_is_used_by_both_models),
      cmocka_unit_test(a_burst_at_the_start_restarts_the_new_model_too),
      cmocka_unit_test(the_planned_cost_is_that_of_all_slices),
      cmocka_unit_test(models_may_be_made_ready_on_another_thread),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
