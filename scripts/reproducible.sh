#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Build the commit twice in two folders with different names, and compare the packages byte by byte.
#   scripts/reproducible.sh
# The packages stay in dist/ if they are the same.  Takes a few minutes.
set -eu
umask 022 # a .deb's own members take their mode from it
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
commit=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct "$commit")
export SOURCE_DATE_EPOCH
name=circumplex-$(sed -n 's/^project(circumplex VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)

build() { # build FOLDER BUILD_FOLDER TIME_ZONE LOCALE
  mkdir -p "$work/$1"
  git archive --format=tar.gz --prefix="$name/" -o "$work/$1/$name.tar.gz" "$commit"
  (
    cd "$work/$1"
    tar xzf "$name.tar.gz"
    cmake -S "$name" -B "$2" -G Ninja -DCIRCUMPLEX_TESTS=OFF >/dev/null
    cmake --build "$2" -j2 >/dev/null
    cd "$2"
    TZ=$3 LC_ALL=$4 cpack -G DEB >/dev/null
    mv ./*.deb "$work/$1/"
  )
}
build first out UTC C
build a/folder/with/another/name build/other Asia/Kathmandu C.UTF-8

status=0
for file in "$work"/first/*.deb "$work"/first/*.tar.gz; do
  other="$work/a/folder/with/another/name/$(basename "$file")"
  if cmp -s "$file" "$other"; then
    echo "same: $(basename "$file") $(wc -c <"$file") bytes, sha256 $(sha256sum <"$file" | cut -c1-16)..."
  else
    echo "DIFFERENT: $(basename "$file")"
    status=1
    command -v diffoscope >/dev/null && diffoscope --no-progress "$file" "$other" | head -n 60
  fi
done
[ "$status" -ne 0 ] || { mkdir -p dist && cp "$work"/first/*.deb "$work"/first/*.tar.gz dist/; }
exit "$status"
