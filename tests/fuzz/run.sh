#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzz the model reader with libFuzzer under ASan and UBSan:   tests/fuzz/run.sh [MINUTES]
# Needs clang.  New inputs stay in build/fuzz/work; what crashes is left as build/fuzz/crash-* (or leak-,
# timeout-, oom-): fix it and put the file, made small, into tests/fuzz/corpus/model.
set -eu
minutes=${1:-5}
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/fuzz
mkdir -p "$build/work"
cd "$root"
# The library is compiled here, at one stroke, with the fuzzer's instrumentation.
sources=$(ls inference/*.c | grep -v -e engine.c -e compute_avx2.c)
flags="-std=c11 -O1 -g -D_POSIX_C_SOURCE=200809L -I. -fno-omit-frame-pointer -Wno-psabi"
sanitize="-fsanitize=fuzzer,address,undefined,float-divide-by-zero -fno-sanitize-recover=all"
clang $flags -O2 -mavx2 -mfma -c inference/compute_avx2.c -fsanitize=address,undefined -o "$build/compute_avx2.o"
clang $flags $sanitize -DCIRCUMPLEX_AVX2=1 -DCIRCUMPLEX_INSTALL_MODEL='""' \
  $sources dsp/cues.c tests/fuzz/frontend_spec.c tests/fuzz/fuzz_model.c tests/fuzz/mutate.c "$build/compute_avx2.o" \
  $(pkg-config --cflags --libs jansson) -lm -lpthread -o "$build/fuzz_model"
cd "$build"
# Corpus folders after the first are read only.
exec ./fuzz_model -max_total_time=$((minutes * 60)) -max_len=16384 -timeout=10 -rss_limit_mb=2048 \
  -dict="$root/tests/fuzz/model.dict" -print_final_stats=1 work "$root/tests/fuzz/corpus/model"
