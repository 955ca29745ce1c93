#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The example in inference/engine.h, compiled by README.md's command, reads sound.
#
#   tests/package/c_program.sh BUILD SOURCE
set -eu
build=$(cd "$1" && pwd)
source=$(cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir build
ln -s "$build" build/release
ln -s "$source/affect" "$source/dsp" "$source/inference" .
{
  cat <<'END'
#include "inference/engine.h"
#include <stdio.h>
#include <stdlib.h>
static void show(const Estimate* e) { printf("%.9g %.9g\n", (double)e->valence, (double)e->arousal); }
int main(int argc, char** argv) {
  static float sound[3 * 48000];
  char error[256];
  const char* path = argv[argc - 1];
  const float *left = sound, *right = sound;
  size_t n = sizeof sound / sizeof *sound;
  for (size_t i = 0; i < n; ++i) sound[i] = (float)rand() / (float)RAND_MAX - 0.5F;
END
  sed -n '/^\/\/\/     Model\* /,/^\/\/\/     engine_free/s,^///,,p' inference/engine.h
  echo '}'
} >reader.c
command=$(grep '^cc -I\. reader\.c ' "$source/README.md")
echo "$command"
eval "$command"
./reader "$source/models/default.safetensors" | tee readings
[ "$(sort -u readings | wc -l)" -eq 6 ] || { echo "not six different readings"; exit 1; }
