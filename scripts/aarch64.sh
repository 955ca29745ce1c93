#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Build features and inference for AArch64 with a cross compiler, and run their tests under qemu-user.
#   scripts/aarch64.sh [TEST]...     default: the loops, the transform and every kind of model; others by name (dsp/test_frontend)
# Needs gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user; the two libraries are fetched from
# Debian's mirror into build/aarch64 and not installed.  Exit status 77: something of this is missing.
set -eu
cd "$(dirname "$0")/.."
root=$PWD work=$PWD/build/aarch64
CC=aarch64-linux-gnu-gcc
for tool in $CC qemu-aarch64 apt-get dpkg-deb; do
  command -v $tool >/dev/null || { echo "SKIPPED: no $tool (gcc-aarch64-linux-gnu, qemu-user)"; exit 77; }
done
# Objects are kept while no header is newer.
[ -z "$(find affect dsp inference text tests -name '*.h' -newer "$work/obj" -print -quit 2>&1)" ] || rm -rf "$work/obj"
mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/sysroot" "$work/obj"

fetch() { # fetch PACKAGE...: unpack them, without touching the system's own packages
  local apt=(-o "Dir::State=$work/apt" -o "Dir::Cache=$work/apt/cache" -o Dir::State::status=/dev/null
    -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root -o Acquire::Languages=none)
  (cd "$work/apt" && apt-get -qq "${apt[@]}" update && apt-get -qq "${apt[@]}" download "$@") || return 1
  for package in "$work"/apt/*.deb; do dpkg-deb -x "$package" "$work/sysroot"; done
}
lib=$work/sysroot/usr/lib/aarch64-linux-gnu
[ -e "$lib/libcmocka.so" ] || fetch libjansson-dev libjansson4 libcmocka-dev libcmocka0 ||
  { echo "SKIPPED: the mirror has no arm64 packages"; exit 77; }

# The flags of CMakeLists.txt, as far as they change what is computed.
flags=(-std=c11 -O2 -g0 -fno-math-errno -D_POSIX_C_SOURCE=200809L -DCIRCUMPLEX_VERSION='"0"' -Wall -Wextra -Wconversion -Wshadow -Werror
  "-I$root" "-I$root/tests/dsp" "-I$root/tests/inference" "-isystem$work/sysroot/usr/include"
  "-DCIRCUMPLEX_SOURCE_DIR=\"$root\"" "-DCIRCUMPLEX_INSTALL_MODELS=\"$root/models\"")
loops=(-O3 -ffp-contract=fast -Wno-psabi -flive-range-shrinkage)
compile() { # compile SOURCE FLAGS...
  local object=$work/obj/${1//\//_}.o source=$1
  shift
  [ "$object" -nt "$source" ] || $CC "${flags[@]}" "$@" -c "$source" -o "$object"
  objects+=("$object")
}
objects=()
for source in dsp/*.c inference/*.c affect/*.c text/utf8.c tests/dsp/signals.c tests/inference/engine_rig.c; do
  case $source in
    *_avx.c | *_avx2.c | *_blas.c | *_fftw.c) ;;
    dsp/kernels.c | inference/compute.c) compile "$source" "${loops[@]}" ;;
    *) compile "$source" ;;
  esac
done
rm -f "$work/core.a"
aarch64-linux-gnu-ar rc "$work/core.a" "${objects[@]}"

tests=("$@")
[ $# -gt 0 ] || tests=(dsp/test_kernels dsp/test_fft inference/test_golden)
failed=0
for test in "${tests[@]}"; do
  program=$work/${test##*/}
  $CC "${flags[@]}" -DCIRCUMPLEX_NO_BLAS=1 "tests/$test.c" "$work/core.a" "-L$lib" -lcmocka -ljansson -lpthread -ldl -lm -o "$program"
  if out=$(LD_LIBRARY_PATH='' timeout 600 qemu-aarch64 -L /usr/aarch64-linux-gnu -E "LD_LIBRARY_PATH=$lib" "$program" 2>&1); then
    echo "passed  $test"
  else
    echo "FAILED  $test"
    echo "$out" | grep -E "ERROR|FAILED|Failure" | head -n 10
    failed=1
  fi
done
exit $failed
