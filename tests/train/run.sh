#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh TEST.py: run it with a python3 that has what training needs, or say that there is none.
set -eu
for python in /usr/bin/python3 python3; do
  if "$python" -c 'import numpy, scipy, soundfile' 2>/dev/null; then
    cd "$(dirname "$0")/../../train"
    exec "$python" -m unittest "$1"
  fi
done
echo "skipped: no python3 imports numpy, scipy and soundfile (scripts/install-deps.sh train)"
exit 77
