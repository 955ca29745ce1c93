// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Any bytes as a sound file's tags, read as by the child process of library/tags.c (but in this
/// process, so that the fuzzer sees it): the texts are always clean and fit into their buffers.
#define _GNU_SOURCE // memfd_create
#include "library/tags.c"
#include "tests/fuzz/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static void check(const char* text) {
  char again[TAGS_TEXT];
  if (strnlen(text, TAGS_TEXT) == TAGS_TEXT) abort();
  utf8_clean(again, sizeof again, text); // what is clean stays as it is
  if (strcmp(again, text) != 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  TagTexts texts;
  const MemoryFile file = memory_file(data, size);
  memset(&texts, 'x', sizeof texts);
  read_file(file.path, &texts);
  check(texts.title);
  check(texts.artist);
  check(texts.album);
  memory_file_close(&file);
  return 0;
}
