# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by scripts that start programs in the background.

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
