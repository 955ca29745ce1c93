#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# fresh.sh PROGRAM: build the wheel, install it into an environment of its own with what it asks for, and test it there
# against the command line.  Ends with status 77 where PyPI is not reached.
set -eu
program=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/../../scripts/wheel.sh" "$work/dist" || exit $? # 77: skipped
wheel=$(realpath "$work"/dist/*.whl)
cd "$work"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check "$wheel[cluster]"
unset PYTHONPATH
for part in package library cluster; do
  echo "-- $part"
  env/bin/python "$here/test_$part.py" "$program"
done
