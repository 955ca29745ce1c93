#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `circumplex live --input` on a dummy JACK: a client's sound is read without a host, and it ends
# with the server.
. "$(dirname "$0")/common.sh"
need jackd jack_lsp jack_metro
"$CIRCUMPLEX" live --input=nothing 2> "$WORK/error" && fail "an input of no kind is taken"
grep -q "none of jack, pulse and alsa" "$WORK/error" || skip "built without PortAudio: $(cat "$WORK/error")"
"$CIRCUMPLEX" live --input=jack x.wav 2> /dev/null
[ $? -eq 2 ] || fail "an input and a file at once are taken"
name_jack
"$CIRCUMPLEX" live --lines --input=jack > "$WORK/out" 2> "$WORK/error"
[ $? -eq 1 ] && [ "$(wc -l < "$WORK/error")" -eq 1 ] || fail "without a server: $(cat "$WORK/error")"
jackd -n "$JACK_DEFAULT_SERVER" -S -d dummy -r 48000 -p 1024 > "$WORK/jackd.log" 2>&1 &
server=$!
CHILDREN+=($server)
until_true 30 quietly jack_lsp || skip "jackd does not start here"
jack_metro -b 180 -A 0.8 -D 150 > "$WORK/metro.log" 2>&1 &
CHILDREN+=($!)
has_metro() { jack_lsp | grep -q metro; }
until_true 30 has_metro || skip "jack_metro does not come up"
stdbuf -oL "$CIRCUMPLEX" live --lines --input=jack:metro > "$WORK/out" 2> "$WORK/error" &
live=$!
CHILDREN+=($live)
for _ in $(seq 1000); do [ "$(grep -c "LUFS" "$WORK/out")" -ge 8 ] && break; kill -0 $live 2> /dev/null || break; sleep 0.1; done
lines=$(grep -c "LUFS" "$WORK/out")
[ "$lines" -ge 8 ] || fail "only $lines lines: $(cat "$WORK/error")"
grep -q "settling" "$WORK/out" || fail "the beats are not heard: $(tail -n 2 "$WORK/out")"
kill -INT $live
wait $live
[ $? -eq 130 ] || fail "an interrupt does not end it as one"
! said_more "$WORK/error" || fail "something was said: $(cat "$WORK/error")"
echo "live --input=jack: $lines lines"
