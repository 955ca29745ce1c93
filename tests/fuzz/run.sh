#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzz with libFuzzer under ASan and UBSan:   tests/fuzz/run.sh [model|plugin|ui|audio] [MINUTES]
# Needs clang.  New inputs stay in build/fuzz/work-TARGET; what crashes is left as build/fuzz/crash-* (or leak-,
# timeout-, oom-): fix it and put the file, made small, into tests/fuzz/corpus/TARGET.
set -eu
target=${1:-model}
minutes=${2:-5}
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/fuzz
mkdir -p "$build/work-$target" "$build/avx2"
cd "$root"
# Everything is compiled here, at one stroke, with the fuzzer's instrumentation.
flags="-std=c11 -O1 -g -D_POSIX_C_SOURCE=200809L -I. -fno-omit-frame-pointer -Wno-psabi -DCIRCUMPLEX_VERSION=\"fuzz\""
sanitize="-fsanitize=fuzzer,address,undefined,float-divide-by-zero -fno-sanitize-recover=all"
packages=jansson
libraries="-lm -lpthread -ldl"
inference=$(ls inference/*.c | grep -v -e engine.c -e _avx2.c)
core="inference/engine.c $inference $(ls dsp/*.c | grep -v '_avx2.c\|_fftw.c')"
avx2="inference/compute_avx2.c"
dict=
case $target in
  model)
    sources="$inference dsp/cues.c tests/fuzz/frontend_spec.c tests/fuzz/mutate.c"
    dict="-dict=$root/tests/fuzz/model.dict" ;;
  plugin)
    sources="$core tests/faults/bare.c $(ls plugin/*.c | grep -v -e describe.c -e inline_view.c)"
    avx2="$avx2 dsp/kernels_avx2.c"
    packages="$packages lv2 liblo"
    libraries="$libraries -Wl,--wrap=getaddrinfo,--wrap=lo_send_bundle" ;;
  ui)
    sources="$(ls affect/*.c gui/kit/*.c gui/meter/*.c | grep -v -e window.c -e x_guard.c -e inline_display.c) plugin/ports.c dsp/cues.c"
    avx2=
    packages="lv2 cairo pangocairo" ;;
  audio)
    sources="audio/sound_file.c text/number.c"
    avx2=
    packages="sndfile" ;;
  *) echo "usage: $0 [model|plugin|ui|audio] [MINUTES]" >&2; exit 2 ;;
esac
objects=
for source in $avx2; do
  object=$build/avx2/$(basename "$source" .c).o
  clang $flags -O2 -mavx2 -mfma -c "$source" -fsanitize=address,undefined -o "$object"
  objects="$objects $object"
done
[ -z "$avx2" ] || flags="$flags -DCIRCUMPLEX_AVX2=1"
clang $flags $sanitize -DCIRCUMPLEX_INSTALL_MODELS='""' $sources "tests/fuzz/fuzz_$target.c" $objects \
  $(pkg-config --cflags $packages) -o "$build/fuzz_$target" $(pkg-config --libs $packages) $libraries
cd "$build"
export CIRCUMPLEX_MODEL="$root/models/default.safetensors"
# Corpus folders after the first are read only.
exec "./fuzz_$target" -max_total_time="$(awk "BEGIN {print int($minutes * 60)}")" -max_len=16384 -timeout=10 -rss_limit_mb=2048 \
  $dict -print_final_stats=1 "work-$target" "$root/tests/fuzz/corpus/$target"
