#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Run a command with an X display of its own: with_display.sh COMMAND...
# Exit status 77 (skipped) if Xvfb is missing.
set -eu
command -v Xvfb >/dev/null || { echo "SKIPPED: Xvfb is missing (install xvfb)"; exit 77; }
folder=$(mktemp -d)
Xvfb -displayfd 3 -screen 0 ${CIRCUMPLEX_SCREEN:-1400x1000}x24 -nolisten tcp -noreset 3>"$folder/display" >/dev/null 2>&1 &
xvfb=$!
. "$(dirname "$0")/../../scripts/end-all.sh"
trap 'end_all $xvfb; rm -rf "$folder"' EXIT
for _ in $(seq 600); do
  [ -s "$folder/display" ] && break
  sleep 0.1
done
[ -s "$folder/display" ] || { echo "SKIPPED: Xvfb did not start"; exit 77; }
DISPLAY=":$(cat "$folder/display")"
export DISPLAY
status=0
"$@" || status=$?
exit $status
