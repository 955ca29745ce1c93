#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks the product's C with clang-tidy: scripts/tidy.sh [FILE...]; some four minutes of processor time for all.
# Uses its own build folder, because clang-tidy does not know all of gcc's options.
set -eu -o pipefail
cd "$(dirname "$0")/.."
command -v clang-tidy >/dev/null || { echo "SKIPPED: no clang-tidy"; exit 77; }
[ "${1:-}" != --help ] || { sed -n '3,4s/^# //p' "$0"; exit 0; }
build=build/tidy
cmake -S . -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >/dev/null
cmake --build "$build" --target plugin/web_page.h >/dev/null
if [ $# -gt 0 ]; then
  printf '%s\0' "$@"
else
  python3 - "$build/compile_commands.json" <<'PYTHON'
import json, pathlib, sys
here = pathlib.Path.cwd()
rooms = {"affect", "audio", "cli", "dsp", "gui", "inference", "library", "plugin", "text", "tools"}
files = {pathlib.Path(entry["file"]) for entry in json.load(open(sys.argv[1], encoding="utf-8"))}
for file in sorted(file.relative_to(here) for file in files if here in file.parents):
    if file.parts[0] in rooms and file.suffix == ".c":
        print(file, end="\0")
PYTHON
fi | xargs -0 -n 4 -P "$(nproc)" clang-tidy --quiet -p "$build" 2>/dev/null
echo "nothing found"
