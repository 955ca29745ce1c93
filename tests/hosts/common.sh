# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the host tests: tools, a folder of their own, music, cleaning up.
#   BUILD  the build tree;  MUSIC  a 48 kHz sound file (optional: the generator's music otherwise)
set -u
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BUILD=${BUILD:-$(cd "$HERE/../.." && pwd)/build/release}
HOST=$BUILD/tools/host/circumplex-host
CIRCUMPLEX=$BUILD/cli/circumplex
BUNDLES=$BUILD/lv2
export CIRCUMPLEX_MODEL=${CIRCUMPLEX_MODEL:-$HERE/../../models/default.safetensors}

skip() { echo "SKIPPED: $*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }
need() { for tool in "$@"; do command -v "$tool" > /dev/null || skip "$tool is not installed"; done; }

need python3
[ -x "$HOST" ] || skip "no $HOST"
[ -x "$CIRCUMPLEX" ] || skip "no $CIRCUMPLEX"
WORK=$(mktemp -d)
CHILDREN=()
cleanup() {
  for child in "${CHILDREN[@]:-}"; do [ -n "$child" ] && kill "$child" 2> /dev/null; done
  wait 2> /dev/null
  [ -n "${KEEP:-}" ] && echo "kept $WORK" || rm -rf "$WORK"
}
trap cleanup EXIT
export XDG_RUNTIME_DIR=$WORK XDG_CONFIG_HOME=$WORK/config

# The music that the hosts play: $WORK/song.wav, $RATE or 48 kHz, stereo, some seconds ($1).
make_song() {
  python3 "$HERE/song.py" "$WORK/song.wav" "$1" "${MUSIC:-}" || fail "no music"
}

# Rows of `circumplex analyze`: position, valence, arousal.
make_reference() {
  "$CIRCUMPLEX" analyze -q -o "$WORK/reference.csv" "$WORK/song.wav" || fail "circumplex analyze"
}
