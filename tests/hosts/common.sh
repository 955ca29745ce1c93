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

# until_true SECONDS COMMAND...: wait until it succeeds.  Returns 1 if that takes longer.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.1
  done
}
quietly() { "$@" > /dev/null 2>&1; }
# has_lines N PATTERN FILE
has_lines() { [ "$(grep -c -e "$2" "$3")" -ge "$1" ]; }
# said_more FILE: whether `circumplex live` printed any message except that a busy machine lost sound.
said_more() { grep -qv 'the system lost some of the sound\|of the sound were lost' "$1"; }
# free_port: a port that no program uses, outside the range that the system assigns by itself.
free_port() {
  python3 - << 'PYTHON'
import random, socket
while True:
    port = random.randrange(20000, 32000)
    try:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with socket.socket(socket.AF_INET, kind) as s:
                s.bind(("", port))
        break
    except OSError:
        pass
print(port)
PYTHON
}

need python3
[ -x "$HOST" ] || skip "no $HOST"
[ -x "$CIRCUMPLEX" ] || skip "no $CIRCUMPLEX"
WORK=$(mktemp -d)
CHILDREN=()
. "$HERE/../../scripts/end-all.sh"
cleanup() {
  end_all "${CHILDREN[@]}"
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
