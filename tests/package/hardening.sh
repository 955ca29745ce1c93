#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# hardening.sh KIND BINARY: the binary has the compiler's and the linker's safety features.
# KIND: "program", or the only symbol that a module may export.
set -u
kind=$1 binary=$2 failed=0
check() { # check NAME CONDITION...
  name=$1
  shift
  if "$@"; then echo "ok: $name"; else echo "FAILED: $name: $binary"; failed=1; fi
}
headers=$(readelf -lW "$binary")
dynamic=$(readelf -dW "$binary")
symbols=$(readelf -sW "$binary")
has() { printf '%s\n' "$1" | grep -qE "$2"; }
hasnt() { ! has "$1" "$2"; }
check "read-only relocations" has "$headers" GNU_RELRO
check "bound at load time" has "$dynamic" 'BIND_NOW|FLAGS_1.*NOW'
check "no executable stack" has "$headers" 'GNU_STACK.* RW '
check "no segment both writable and executable" hasnt "$headers" 'LOAD .* RWE '
check "no text relocations" hasnt "$dynamic" TEXTREL
check "no search path of its own" hasnt "$dynamic" 'RPATH|RUNPATH'
check "stack protector" has "$symbols" __stack_chk_fail
check "checked calls (_FORTIFY_SOURCE)" has "$symbols" '__[a-z]+_chk@'
if [ "$kind" = program ]; then
  check "position-independent" has "$(readelf -hW "$binary")" 'Type: +DYN'
else
  exported=$(nm -D --defined-only "$binary" | awk '{print $3}' | sed 's/@.*//' | sort)
  [ "$exported" = "$kind" ] && echo "ok: exports only $kind" || {
    echo "FAILED: $binary exports $(printf '%s ' $exported)"
    failed=1
  }
fi
exit "$failed"
