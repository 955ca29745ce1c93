// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A mutator for libFuzzer that repairs the header's length after three of four mutations;
/// otherwise almost every insertion would fail in the JSON parser.
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed);

/// \return where the JSON object that starts at data[8] ends, or 0 if it does not.
static size_t object_end(const uint8_t* data, size_t size) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 8; i < size; ++i) {
    if (in_string) {
      if (data[i] == '\\')
        ++i;
      else if (data[i] == '"')
        in_string = false;
    } else if (data[i] == '"') {
      in_string = true;
    } else if (data[i] == '{') {
      ++depth;
    } else if (data[i] == '}' && depth && --depth == 0) {
      return i + 1;
    }
  }
  return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed) {
  // What follows the header is kept as it was: its spaces go or come to hold the alignment.
  size = LLVMFuzzerMutate(data, size, max_size);
  size_t end = seed % 4 ? object_end(data, size) : 0;
  if (!end) return size;
  size_t spaces = 0;
  while (end + spaces < size && data[end + spaces] == ' ')
    ++spaces;
  const size_t wanted = (8 - end % 8) % 8;
  if (size - spaces + wanted > max_size) return size;
  memmove(data + end + wanted, data + end + spaces, size - end - spaces);
  memset(data + end, ' ', wanted);
  size = size - spaces + wanted;
  const uint64_t length = end + wanted - 8;
  for (int i = 0; i < 8; ++i)
    data[i] = (uint8_t)(length >> (8 * i));
  return size;
}
