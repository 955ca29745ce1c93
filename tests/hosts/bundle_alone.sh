#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A bundle that is copied without the rest of the installation finds its model inside itself, and only there.
. "$(dirname "$0")/common.sh"
unset CIRCUMPLEX_MODEL
cp -r "$BUNDLES/circumplex.lv2" "$WORK/copied.lv2"
[ -z "$(find "$WORK/copied.lv2" -type l)" ] || fail "links in the bundle: $(find "$WORK/copied.lv2" -type l)"
read_with() { "$HOST" --bundle "$WORK/copied.lv2" --worker sync urn:circumplex:meter gen:music 2>&1; }
read_with > "$WORK/log" || fail "$(tail -n 3 "$WORK/log")"
! grep -qi "no default model" "$WORK/log" || fail "no model: $(cat "$WORK/log")"
# Broken on purpose: an invalid model in the bundle is reported with its path.
echo "no model" > "$WORK/copied.lv2/models/default.safetensors"
read_with > "$WORK/log"
grep -q "$WORK/copied.lv2/models/default.safetensors" "$WORK/log" || fail "not the bundle's model: $(cat "$WORK/log")"
echo "the copied bundle reads with its own model"
