#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh TEST.py: run it with a python3 that has what training needs, or say that there is none.
set -eu
for python in /usr/bin/python3 python3; do
  if "$python" -c 'import numpy, scipy, soundfile, torch' 2>/dev/null; then
    exec "$python" -m unittest discover -s "$(dirname "$1")" -p "$(basename "$1")"
  fi
done
echo "skipped: no python3 imports torch, numpy, scipy and soundfile (scripts/install-deps.sh train)"
exit 77
