#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# full_disk.sh CIRCUMPLEX: the command line must fail with a message if its output does not fit on the disk.
set -u
[ -e /dev/full ] || { echo "there is no /dev/full"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
# A file of 3 s of a falling tone.
python3 - "$work/tone.wav" <<'PYTHON' || exit 77
import math, struct, sys, wave
with wave.open(sys.argv[1], "wb") as f:
    f.setparams((1, 2, 16000, 0, "NONE", ""))
    f.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(i * (0.4 - i * 2e-6)))) for i in range(48000)))
PYTHON

# must_fail NAME COMMAND...: exit status not 0 and less than 128 (no signal), and an error message.
must_fail() {
  name=$1
  shift
  "$@" 2>"$work/error"
  status=$?
  if [ "$status" -eq 0 ] || [ "$status" -ge 128 ] || [ ! -s "$work/error" ]; then
    echo "FAILED: $name: status $status, error: $(cat "$work/error")"
    failed=1
  else
    echo "ok: $name: $(head -n 1 "$work/error")"
  fi
}
csv() { "$1" analyze "$work/tone.wav" >/dev/full; }
json() { "$1" analyze --format json "$work/tone.wav" >/dev/full; }
summary() { "$1" analyze --summary "$work/tone.wav" >/dev/full; }
help() { "$1" --help >/dev/full; }
must_fail "CSV on standard output" csv "$1"
must_fail "JSON on standard output" json "$1"
must_fail "summary on standard output" summary "$1"
must_fail "CSV in a file" "$1" analyze "$work/tone.wav" -o /dev/full
must_fail "help on standard output" help "$1"
must_fail "a folder that is not there" "$1" analyze "$work/tone.wav" -o "$work/none/out.csv"
# The control: the same command succeeds if there is space.
"$1" analyze "$work/tone.wav" -o "$work/out.csv" && [ -s "$work/out.csv" ] || { echo "FAILED: control"; failed=1; }
exit "$failed"
