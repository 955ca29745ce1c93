// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a model file's own words for readings.
#include "inference/model_words.h"

#include "text/utf8.h"

#include <string.h>

#define FEWEST 4
#define LONGEST_NAME 31 ///< bytes

/// Read the number in [low, high] at \p key; if the key is missing, use \p fallback if it is in
/// range.
static int get_number(Loader* loader, const json_t* object, const char* key, double low,
                      double high, double fallback, float* value) {
  const json_t* number = json_object_get(object, key);
  const double x = number ? json_number_value(number) : fallback;
  if ((number && !json_is_number(number)) || !(x >= low && x <= high))
    return message_set(loader->message, "\"%s\" of a word is not a number from %g to %g.", key, low,
                       high);
  *value = (float)x;
  return 0;
}

static int check_name(Loader* loader, const ModelWords* words, const char* name) {
  const size_t length = name ? strlen(name) : 0;
  if (length < 1 || length > LONGEST_NAME)
    return message_set(loader->message, "\"words\": a \"word\" is not 1 to %d bytes long.",
                       LONGEST_NAME);
  for (size_t at = 0, n = 0; at < length; at += n)
    if (utf8_commands(utf8_character(name + at, &n)))
      return message_set(loader->message, "\"words\": a \"word\" has a control character.");
  for (size_t i = 0; i < words->table.count; ++i)
    if (strcmp(words->words[i].name, name) == 0)
      return message_set(loader->message, "\"words\": \"%s\" is listed twice.", name);
  return 0;
}

int model_words_load(ModelWords* words, Loader* loader, const json_t* config) {
  const json_t* list = json_object_get(config, "words");
  *words = (ModelWords){.table = {.words = words->words}};
  if (!list) return 0;
  const size_t n = json_array_size(list);
  if (!json_is_array(list) || n < FEWEST || n >= WORDS_MAX)
    return message_set(loader->message, "\"words\" is not a list of %d to %d words.", FEWEST,
                       WORDS_MAX - 1);
  words->words[0] = (Word){.name = "neutral"};
  words->table.count = 1;
  for (size_t i = 0; i < n; ++i) {
    const json_t* item = json_array_get(list, i);
    const char* name = json_string_value(json_object_get(item, "word"));
    Word* word = &words->words[words->table.count];
    if (check_name(loader, words, name) < 0 ||
        get_number(loader, item, "valence", -1, 1, 2, &word->valence) < 0 ||
        get_number(loader, item, "arousal", -1, 1, 2, &word->arousal) < 0)
      return -1;
    word->name = name;
    word->landmark = json_is_true(json_object_get(item, "landmark"));
    ++words->table.count;
  }
  return get_number(loader, config, "neutral_radius", 0, 0.5, (double)WORDS_NEUTRAL_RADIUS,
                    &words->table.neutral_radius);
}
