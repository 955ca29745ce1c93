# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by scripts that start programs in the background: their end, and a name for a JACK server.

# end_all PID...: ask each to end, and kill those that still run 10 s later (sometimes a JACK server).
end_all() {
  for one; do kill "$one" 2>/dev/null || true; done
  for one; do
    for _ in $(seq 100); do
      kill -0 "$one" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$one" 2>/dev/null || true
    wait "$one" 2>/dev/null || true
  done
}

# name_jack: give this script a JACK server's name that no other script uses while this one and its
# programs run.  There are four, used again and again: JACK has a table of eight servers, and one
# that was killed stays in it until its name is used again.
name_jack() {
  for number in 1 2 3 4; do
    exec 8>"${TMPDIR:-/tmp}/circumplex-jack-$(id -u)-$number.lock"
    flock -n 8 && break
    number=$$
  done
  export JACK_DEFAULT_SERVER="circumplex-$number" JACK_NO_AUDIO_RESERVATION=1
}
