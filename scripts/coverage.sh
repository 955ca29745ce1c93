#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Which lines and branches of dsp/, inference/, library/ and plugin/ the tests reach:   scripts/coverage.sh [--html]
# Needs gcovr.  Fails below 90 % of lines in any of the three.
set -eu
cd "$(dirname "$0")/.."
command -v gcovr >/dev/null || { echo "install gcovr" >&2; exit 2; }
build=build/coverage
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCIRCUMPLEX_WERROR=OFF \
  -DCMAKE_C_FLAGS="--coverage -fprofile-update=atomic -O1" >/dev/null
cmake --build "$build" -j2 >"$build/build.log" || { tail -n 20 "$build/build.log"; exit 1; }
find "$build" -name '*.gcda' -delete
# Without tests that need a display or measure time.
ctest --test-dir "$build" -LE host -E 'ring_stress|soak|reproducible' --output-on-failure >"$build/tests.log" || {
  tail -n 30 "$build/tests.log"
  echo "(the figures below are of a test run with failures)"
}
status=0
for folder in dsp inference library plugin; do
  lines=$(gcovr --root . --object-directory "$build" --filter "$folder/" --exclude 'plugin/describe.c' --print-summary 2>/dev/null)
  printf '%s\n' "$lines" >"$build/$folder.txt"
  summary=$(printf '%s\n' "$lines" | grep -E '^(lines|branches):' | tr '\n' ' ')
  echo "$folder: $summary"
  percent=$(printf '%s\n' "$lines" | sed -n 's/^lines: \([0-9]*\).*/\1/p')
  [ "${percent:-0}" -ge 90 ] || { echo "$folder: below 90 % of lines"; status=1; }
done
echo "least covered files:"
cat "$build"/dsp.txt "$build"/inference.txt "$build"/library.txt "$build"/plugin.txt | awk '$4 ~ /^[0-9]+%$/ {print $4, $1}' | sort -n | head -n 8
if [ "${1:-}" = --html ]; then
  gcovr --root . --object-directory "$build" --filter 'dsp/|inference/|library/|plugin/' --html-details "$build/index.html"
  echo "$build/index.html"
fi
exit "$status"
