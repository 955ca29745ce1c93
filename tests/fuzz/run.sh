#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzz with libFuzzer under ASan and UBSan, in the build of the preset asan (clang):
#   tests/fuzz/run.sh TARGET [MINUTES]      one target (default: model), 5 minutes
#   tests/fuzz/run.sh all [MINUTES]         each in turn, for that time; with FUZZ_RUNS=N at most N inputs, the same each time
# New inputs stay in build/fuzz/work-TARGET; inputs that crash are build/fuzz/crash-* (or leak-, timeout-, oom-):
# fix the fault and put the input, made small, into tests/fuzz/corpus/TARGET.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/asan
wanted=${1:-model}
seconds=$(awk "BEGIN {print int(${2:-5} * 60)}")
cd "$root"
mapfile -t targets < <(sed -n 's/^ *circumplex_fuzz(\([a-z]*\).*/\1/p' tests/fuzz/CMakeLists.txt)
if [ "$wanted" != all ]; then
  [[ " ${targets[*]} " == *" $wanted "* ]] || { echo "there is no target '$wanted', but: ${targets[*]}" >&2; exit 2; }
  targets=("$wanted")
fi
cmake --preset asan >/dev/null
cmake --build --preset asan --target "${targets[@]/#/fuzz_}" >/dev/null
mkdir -p build/fuzz
cd build/fuzz
export CIRCUMPLEX_MODEL=$root/models/default.safetensors
export LSAN_OPTIONS=suppressions=$root/tests/gui/lsan.supp:print_suppressions=0
status=0
for target in "${targets[@]}"; do
  mkdir -p "work-$target"
  options=(-max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=3000 -print_final_stats=1)
  # A test must not depend on chance: FUZZ_RUNS inputs, the same ones each time.
  [ -z "${FUZZ_RUNS:-}" ] || options+=(-runs="$FUZZ_RUNS" -seed=1)
  [ ! -f "$root/tests/fuzz/$target.dict" ] || options+=(-dict="$root/tests/fuzz/$target.dict")
  # Corpus folders after the first are read only.
  if "$build/tests/fuzz/fuzz_$target" "${options[@]}" "work-$target" "$root/tests/fuzz/corpus/$target" >"$target.log" 2>&1; then
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$target.log") executions," \
      "$(grep -o 'cov: [0-9]*' "$target.log" | tail -n 1 | cut -d' ' -f2) edges, nothing found"
  else
    tail -n 40 "$target.log"
    echo "$target: FOUND SOMETHING (build/fuzz/$target.log)"
    status=1
  fi
done
exit $status
