#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Make build/doxygen/html from the headers; fails on a docstring that Doxygen does not understand.
set -eu
cd "$(dirname "$0")/.."
command -v doxygen >/dev/null || { echo "install doxygen" >&2; exit 2; }
mkdir -p build/doxygen
doxygen Doxyfile 2>build/doxygen/warnings.txt
# Links from the READMEs to files that are not pages are not errors of a docstring.
if grep -v 'unable to resolve reference\|not found\b.*\.md' build/doxygen/warnings.txt | grep .; then exit 1; fi
echo build/doxygen/html/index.html
