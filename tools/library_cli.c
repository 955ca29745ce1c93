// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/library_cli.h"

Store* library_open(const char* path, StoreAccess access) {
  char standard[4096], error[CLI_TEXT];
  if (path == NULL) {
    if (store_default_path(standard, sizeof standard) != 0) {
      cli_message("%s", standard);
      return NULL;
    }
    path = standard;
  }
  Store* store = store_open(path, access, error, sizeof error);
  if (store == NULL) cli_message("%s", error);
  return store;
}
