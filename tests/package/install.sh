#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh BUILD_DIR: the installed tree can be moved, and works without the build tree.
set -eu
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

cmake --install "$build" --prefix "$work/first" >"$work/log"
mv "$work/first" "$work/moved elsewhere"
prefix="$work/moved elsewhere"
unset CIRCUMPLEX_MODEL
cd /

for file in bin/circumplex share/man/man1/circumplex.1 share/man/man5/circumplex-columns.5 share/circumplex/models/default.safetensors share/doc/circumplex/README.md \
  share/doc/circumplex/docs/architecture.md lib/lv2/circumplex.lv2/manifest.ttl lib/lv2/circumplex.lv2/circumplex.so \
  share/ardour7/scripts/circumplex_modulator.lua; do
  [ -s "$prefix/$file" ] || fail "$file is not installed"
done

# Everything that an installed page shows or links to is installed.
for page in README.md docs/library.md docs/window.md docs/automation.md docs/results.md; do
  grep -oE '\]\([^):#]+\)' "$prefix/share/doc/circumplex/$page" | sed 's/^](//; s/)$//' >"$work/links"
  while read -r link; do
    [ -s "$(dirname "$prefix/share/doc/circumplex/$page")/$link" ] || fail "$page leads to $link, which is not installed"
  done <"$work/links"
done

if [ -x "$build/gui/library/circumplex-library" ]; then
  for file in bin/circumplex-library share/man/man1/circumplex-library.1 share/applications/circumplex-library.desktop; do
    [ -s "$prefix/$file" ] || fail "$file is not installed"
  done
fi

# The command line finds its model; without it, the message says where it searched.
"$prefix/bin/circumplex" model info >"$work/model" || fail "circumplex model info"
grep -q . "$work/model"
mv "$prefix/share/circumplex/models" "$prefix/share/circumplex/away"
if "$prefix/bin/circumplex" model info >"$work/out" 2>&1; then
  # If this machine has a model in the configured prefix, that one is used.
  echo "(another installed model was found)"
else
  grep -q default.safetensors "$work/out" || fail "no model: $(cat "$work/out")"
fi
mv "$prefix/share/circumplex/away" "$prefix/share/circumplex/models"

# Hosts find the bundle.
if command -v lv2ls >/dev/null; then
  LV2_PATH="$prefix/lib/lv2" lv2ls >"$work/list"
  for uri in urn:circumplex:meter urn:circumplex:meter-mono urn:circumplex:meter-midi urn:circumplex:meter-cv; do
    grep -qx "$uri" "$work/list" || fail "lv2ls does not list $uri"
  done
  LV2_PATH="$prefix/lib/lv2" lv2info urn:circumplex:meter >"$work/info" 2>&1 || fail "lv2info"
fi
# And the plugin finds its model from there.
if [ -x "$build/tools/host/circumplex-host" ]; then
  "$build/tools/host/circumplex-host" --bundle "$prefix/lib/lv2/circumplex.lv2" --worker sync urn:circumplex:meter gen:music \
    >"$work/host" 2>&1 || fail "circumplex-host: $(tail -n 3 "$work/host")"
  ! grep -qi "no default model" "$work/host" || fail "$(cat "$work/host")"
fi

# No installed file contains the name of the build or source folder.
if grep -rlF -e "$build" "$prefix" >"$work/found"; then fail "the build folder's name is in $(cat "$work/found")"; fi
if [ -n "${2:-}" ] && grep -rlF -e "$2/" "$prefix" >"$work/found"; then
  fail "the source folder's name is in $(cat "$work/found")"
fi
echo "installed, moved, found"
