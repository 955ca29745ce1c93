// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The check of atoms from outside, byte by byte: an atom that ends within its memory is accepted,
/// one that ends a byte later is not, and the check itself reads nothing past the end.
#define _DEFAULT_SOURCE // MAP_ANONYMOUS
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/atom_check.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static unsigned char* pages;
static size_t page;

static int make_pages(void** state) {
  (void)state;
  page = (size_t)sysconf(_SC_PAGESIZE);
  pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0;
}

static int drop_pages(void** state) {
  (void)state;
  return munmap(pages, 2 * page);
}

/// Memory of \p size bytes, a multiple of 8; the byte after it cannot be read.
static void* edge(size_t size) {
  memset(pages, 0, page);
  return pages + page - size;
}

static void an_event_must_end_within_its_sequence(void** state) {
  (void)state;
  for (uint32_t room = 0; room <= 64; room += 8) {
    LV2_Atom_Sequence* s = edge(sizeof *s + room);
    s->atom.size = (uint32_t)sizeof s->body + room;
    const LV2_Atom_Event* event = (const void*)(s + 1);
    if (room < sizeof *event) {
      assert_false(atom_event_fits(s, event));
      continue;
    }
    for (uint32_t size = 0; size < 100; ++size) {
      ((LV2_Atom_Event*)(void*)(s + 1))->body.size = size;
      assert_int_equal(atom_event_fits(s, event), size <= room - sizeof *event);
    }
    ((LV2_Atom_Event*)(void*)(s + 1))->body.size = UINT32_MAX;
    assert_false(atom_event_fits(s, event));
  }
}

static void an_event_after_the_end_is_not_read(void** state) {
  (void)state;
  LV2_Atom_Sequence* s = edge(sizeof *s);
  s->atom.size = sizeof s->body;
  for (size_t beyond = 0; beyond < 64; beyond += 8)
    assert_false(
        atom_event_fits(s, (const LV2_Atom_Event*)(const void*)((const char*)(s + 1) + beyond)));
}

/// An object whose properties have values of the given sizes; its own size is too small by \p
/// lacking.
static LV2_Atom_Object* object_of(const uint32_t* sizes, unsigned n, uint32_t lacking) {
  size_t size = sizeof(LV2_Atom_Object);
  for (unsigned i = 0; i < n; ++i)
    size += sizeof(LV2_Atom_Property_Body) + ((sizes[i] + 7u) & ~7u);
  const uint32_t last = n ? sizes[n - 1] : 0;
  const size_t exact = size - (((last + 7u) & ~7u) - last) - lacking;
  LV2_Atom_Object* object = edge((exact + 7) & ~(size_t)7);
  object->atom.size = (uint32_t)(exact - sizeof(LV2_Atom));
  char* at = (char*)(object + 1);
  for (unsigned i = 0; i < n; ++i) {
    LV2_Atom_Property_Body property = {.key = i, .value = {sizes[i], 1}};
    const size_t left = exact - (size_t)(at - (char*)object);
    memcpy(at, &property, left < sizeof property ? left : sizeof property);
    at += sizeof property + ((sizes[i] + 7u) & ~7u);
  }
  return object;
}

static void an_objects_properties_must_end_within_it(void** state) {
  (void)state;
  static const uint32_t sizes[][2] = {{0, 0}, {4, 8}, {8, 4}, {1, 17}, {24, 0}, {8, 8}, {16, 16}};
  for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; ++i)
    for (unsigned n = 0; n <= 2; ++n) {
      assert_true(atom_object_is_sound(object_of(sizes[i], n, 0)));
      // Shortened by any number of bytes within the last property, it is refused.
      const uint32_t last = n ? (uint32_t)sizeof(LV2_Atom_Property_Body) + sizes[i][n - 1] : 0;
      for (uint32_t lacking = 1; lacking < last; ++lacking)
        if (atom_object_is_sound(object_of(sizes[i], n, lacking)))
          fail_msg("%u properties, case %u, %u bytes lacking", n, i, lacking);
    }
}

static void an_object_smaller_than_its_header_is_ignored(void** state) {
  (void)state;
  for (uint32_t size = 0; size < sizeof(LV2_Atom_Object_Body); ++size) {
    LV2_Atom_Object* object = edge(sizeof(LV2_Atom_Object));
    object->atom.size = size;
    assert_false(atom_object_is_sound(object));
  }
}

static void sizes_that_wrap_are_refused(void** state) {
  (void)state;
  static const uint32_t none[1] = {0};
  for (uint32_t size = UINT32_MAX - 40; size != 0; ++size) {
    LV2_Atom_Object* object = object_of(none, 1, 0);
    ((LV2_Atom_Property_Body*)(void*)(object + 1))->value.size = size;
    assert_false(atom_object_is_sound(object));
  }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_pages, drop_pages)
  const struct CMUnitTest tests[] = {
      TEST(an_event_must_end_within_its_sequence), TEST(an_event_after_the_end_is_not_read),
      TEST(an_objects_properties_must_end_within_it),
      TEST(an_object_smaller_than_its_header_is_ignored), TEST(sizes_that_wrap_are_refused)};
  return cmocka_run_group_tests_name("foreign atoms", tests, NULL, NULL);
}
