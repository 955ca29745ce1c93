// SPDX-License-Identifier: GPL-3.0-or-later
// Checks that PortAudio can be started.  It calls the ALSA library that PortAudio has loaded,
// so that the program depends on ALSA only if PortAudio does.
#include "audio/alsa_guard.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

typedef int (*CardNext)(int* card);
typedef int (*ConfigUpdate)(void);
typedef int (*ConfigSearch)(void* config, const char* key, void** found);

// ISO C cannot cast a data pointer to a function pointer.
static void find(void* library, const char* name, void* function, size_t size) {
  void* address = dlsym(library, name);
  memcpy(function, &address, size);
}

bool alsa_guard_passes(void) {
  void* library = dlopen("libasound.so.2", RTLD_LAZY | RTLD_NOLOAD);
  if (!library) return true;
  CardNext card_next;
  ConfigUpdate config_update;
  ConfigSearch config_search;
  find(library, "snd_card_next", &card_next, sizeof card_next);
  find(library, "snd_config_update", &config_update, sizeof config_update);
  find(library, "snd_config_search", &config_search, sizeof config_search);
  void** config = dlsym(library, "snd_config");
  bool passes = true;
  if (card_next && config_update && config_search && config) {
    int card = -1;
    void* node = NULL;
    const bool cards = card_next(&card) == 0 && card >= 0;
    const bool named = config_update() >= 0 && *config && config_search(*config, "pcm", &node) >= 0;
    passes = cards || named;
  }
  dlclose(library); // PortAudio keeps it loaded
  return passes;
}
