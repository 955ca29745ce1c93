#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh TEST.py ARGUMENT...: run it with a python3 that has NumPy, or say that there is none.
set -eu
for python in "${PYTHON:-python3}" /usr/bin/python3; do
  if "$python" -c 'import sys, numpy; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    exec "$python" "$@"
  fi
done
echo "skipped: no python3 of 3.11 or later imports numpy"
exit 77
