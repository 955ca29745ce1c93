#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Hours of sound through the plugin:   tests/soak/run.sh [BUILD_DIR]
# A day at 48 kHz, and 6.5 hours at 192 kHz, where the sample counters pass 2^32.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
soak=${1:-$root/build/release}/tests/soak/soak
[ -x "$soak" ] || { echo "$soak is missing: build first" >&2; exit 2; }
export CIRCUMPLEX_MODEL="$root/models/default.safetensors"
"$soak" 24 48000
"$soak" 6.5 192000
