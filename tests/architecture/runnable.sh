#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# runnable.sh FOLDER...: every script that names its interpreter can be run as the documents write it.
bad=$(find "$@" \( -name '*.sh' -o -name '*.py' \) ! -perm -u+x -exec sh -c '
  for f; do [ "$(head -c 2 "$f")" != "#!" ] || echo "$f"; done' sh {} +)
[ -z "$bad" ] || { echo "not executable:"; echo "$bad"; exit 1; }
