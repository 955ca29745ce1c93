// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/harness.h"
#include "library/near.h"
#include "synthetic.h"

#include <stdbool.h>
#include <stdlib.h>

static Song song_at(float valence, float arousal, float spread) {
  return (Song){
      .valence = valence, .arousal = arousal, .valence_spread = spread, .arousal_spread = spread};
}

static void a_song_that_does_not_vary_has_its_distance_on_the_plane(void** state) {
  (void)state;
  const Song song = song_at(0.2f, -0.3f, 0);
  assert_near(near_distance(&song, 0.2f, -0.3f), 0, 0);
  assert_near(near_distance(&song, 0.3f, -0.3f), 0.1, 1e-6);
  assert_near(near_distance(&song, 0.5f, 0.1f), 0.5, 1e-6);
}

static void a_song_that_varies_more_is_nearer(void** state) {
  (void)state;
  const Song stays = song_at(0, 0, 0.02f), roams = song_at(0, 0, 0.2f);
  assert_below(near_distance(&roams, 0.4f, 0), near_distance(&stays, 0.4f, 0));
  // spread on one axis does not change the other
  const Song level = {.valence_spread = 0.3f};
  assert_near(near_distance(&level, 0, 0.4f), 0.4, 1e-6);
  assert_below(near_distance(&level, 0.4f, 0), 0.2);
}

typedef struct {
  size_t song;
  float distance;
} Plain;

static int nearer(const void* a, const void* b) {
  const Plain *x = a, *y = b;
  if (x->distance != y->distance) return x->distance < y->distance ? -1 : 1;
  return (x->song > y->song) - (x->song < y->song);
}

static void hits_equal_those_of_sorting_all_songs(void** state) {
  (void)state;
  uint64_t random = 3;
  for (size_t n = 1; n < 120; n += 7) {
    Song songs[120];
    Plain plain[120];
    bool allowed[120];
    for (size_t i = 0; i < n; ++i) { // few places: many ties
      songs[i] = song_at(0.1f * (float)(int)(synthetic_uniform(&random) * 4), 0, 0.05f);
      allowed[i] = synthetic_uniform(&random) < 0.8;
    }
    const Catalogue catalogue = {n, songs};
    for (size_t limit = 0; limit <= n + 3; limit += 1 + limit / 3) {
      for (int filtered = 0; filtered < 2; ++filtered) {
        // A song exactly at the radius is within it.
        const float radius = filtered ? near_distance(&songs[n / 2], 0.13f, 0.05f) : 0;
        BestEntry hits[130];
        size_t m = 0;
        for (size_t i = 0; i < n; ++i) {
          const float distance = near_distance(&songs[i], 0.13f, 0.05f);
          if ((filtered && !allowed[i]) || (radius > 0 && distance > radius)) continue;
          plain[m++] = (Plain){i, distance};
        }
        qsort(plain, m, sizeof *plain, nearer);
        const size_t found =
            near_search(&catalogue, filtered ? allowed : NULL, 0.13f, 0.05f, radius, hits, limit);
        assert_int_equal(found, limit < m ? limit : m);
        for (size_t i = 0; i < found; ++i) {
          assert_int_equal(hits[i].song, plain[i].song);
          assert_near(hits[i].key, plain[i].distance, 0);
        }
      }
    }
  }
}

static void a_value_that_is_not_a_number_is_never_near(void** state) {
  (void)state;
  const Song songs[] = {song_at(NAN, 0, 0.1f), song_at(0, 0, 0.1f), song_at(0, 0, NAN)};
  const Catalogue catalogue = {3, songs}, empty = {0, NULL};
  BestEntry hits[3];
  assert_int_equal(near_search(&catalogue, NULL, 0, 0, 0, hits, 3), 1);
  assert_int_equal(hits[0].song, 1);
  assert_int_equal(near_search(&catalogue, NULL, NAN, 0, 0, hits, 3), 0);
  assert_int_equal(near_search(&empty, NULL, 0, 0, 0, hits, 3), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_song_that_does_not_vary_has_its_distance_on_the_plane),
      cmocka_unit_test(a_song_that_varies_more_is_nearer),
      cmocka_unit_test(hits_equal_those_of_sorting_all_songs),
      cmocka_unit_test(a_value_that_is_not_a_number_is_never_near),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
