#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Install Debian 12's packages that Circumplex needs.
#
#   scripts/install-deps.sh [--log FILE] [PART]...
#
# PART: build (the default: everything that is built, packaged and tested without hosts), test, train;
#       or a part of build: reader (the command line), formats (sounds that only FFmpeg reads),
#       window (the plugin, its window, a host to show it in), piece (what plays the demo piece).
# --log FILE: the output of the package tools goes there, not to the terminal.
# If everything is installed, it does nothing and asks for no password.  It first prints what is missing and its size.
set -eu

reader="g++ libc6-dev cmake ninja-build pkg-config libsndfile1-dev libjansson-dev libglib2.0-dev
 libsqlite3-dev libtag1-dev libtagc0-dev libxxhash-dev portaudio19-dev libsamplerate0-dev"
formats="libavformat-dev libavcodec-dev libswresample-dev"
window="lv2-dev libcairo2-dev libpango1.0-dev libx11-dev libxext-dev dpf-source liblo-dev libmicrohttpd-dev
 fonts-inter jalv jackd2 sndfile-tools sndfile-programs"
piece="python3 fluidsynth timgm6mb-soundfont"
build="$reader $formats $window $piece build-essential file fonts-dejavu-core libopenblas-serial-dev libfftw3-dev
 liblilv-dev libcmocka-dev libebur128-dev python3-dev"
test="clang gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user libclang-rt-14-dev lilv-utils sordi
 libjack-jackd2-dev jack-tools jack-capture xvfb xauth xdotool tmux
 imagemagick x11-utils openbox pcmanfm libqt5x11extras5 ardour valgrind liblo-tools espeak-ng x42-plugins
 gstreamer1.0-plugins-bad gstreamer1.0-plugins-good gstreamer1.0-tools python3-gst-1.0 ffmpeg puredata-core gem
 pipewire-bin pipewire-jack wireplumber dbus iproute2 pulseaudio pulseaudio-utils libasound2-plugins qlcplus supercollider-language
 nodejs lua5.3 libaubio-dev gcovr doxygen time python3-soundfile python3-numpy python3-venv"
# Optional packages, without which some checks are skipped: the real-time sanitizer's runtime (not on every mirror), clang-tidy.
extra="libclang-rt-19-dev clang-tidy"
train="fluidsynth fluid-soundfont-gm musescore-general-soundfont-small python3-mido python3-pip python3-torch python3-numpy python3-scipy python3-sklearn python3-soundfile python3-matplotlib
 libopenblas0-pthread ffmpeg sox espeak-ng timgm6mb-soundfont"

log=
if [ "${1:-}" = --log ]; then
  log=${2:?"--log needs a file"}
  shift 2
fi
[ $# -gt 0 ] || set -- build
wanted=
for part in "$@"; do
  case $part in
    reader) wanted="$wanted $reader" ;;
    formats) wanted="$wanted $formats" ;;
    window) wanted="$wanted $window" ;;
    piece) wanted="$wanted $piece" ;;
    build) wanted="$wanted $build" ;;
    test) wanted="$wanted $test" ;;
    train) wanted="$wanted $train" ;;
    *) echo "usage: $0 [--log FILE] [reader|formats|window|piece|build|test|train]..." >&2; exit 2 ;;
  esac
done

missing=
for package in $wanted; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
    missing="$missing $package"
done
[ -n "$missing" ] || exit 0

die() { printf 'install-deps: %s\n' "$*" >&2; exit 1; }
say_log() { [ -z "$log" ] || echo " What the package tools said is in $log."; }
run() {
  if [ -n "$log" ]; then "$@" >>"$log" 2>&1; else "$@"; fi
}

echo "Missing:$missing"
as_root=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || die "only root can install packages, and there is no sudo.  Ask the administrator to run:
  apt-get install --no-install-recommends$missing"
  sudo -n true 2>/dev/null || [ -t 0 ] || die "sudo wants a password, and there is no terminal to type it on.  Run first:
  sudo apt-get install --no-install-recommends$missing"
  as_root=sudo
fi
export DEBIAN_FRONTEND=noninteractive
echo "jackd2 jackd/tweak_rt_limits boolean false" | run $as_root debconf-set-selections || true
# Without --error-on=any apt-get ignores lists that it could not update.
if ! run $as_root apt-get update -q -o DPkg::Lock::Timeout=300 --error-on=any; then
  echo "install-deps: the package lists could not all be renewed (is there a network?); going on with those of before." >&2
fi
# shellcheck disable=SC2086  # lists, here and below
plan=$(apt-get install --no-install-recommends --assume-no $missing 2>&1 || true)
size=$(echo "$plan" | sed -n 's/^Need to get \(.*\) of archives\.$/\1/p')
disk=$(echo "$plan" | sed -n 's/^After this operation, \(.*\) of additional disk space will be used\.$/\1/p')
count=$(echo "$plan" | sed -n 's/.* \([0-9]*\) newly installed.*/\1/p')
[ -n "$count" ] || die "Debian's package tool cannot install them:
$(echo "$plan" | grep -E '^E:|Depends:' | head -n 5)"
megabytes=$(echo "$size" | sed -n 's/^\([0-9]*\).* MB$/\1/p')
echo "Installing $count packages: ${size:-nothing} to download, ${disk:-nothing} on the disk, about $((1 + ${megabytes:-0} / 100)) min."
run $as_root apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 $missing ||
  die "the packages could not be installed: no network, or no space on the disk?$(say_log)"
case " $* " in
  *" test "*)
    for package in $extra; do
      run $as_root apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$package" ||
        echo "Not to be had here: $package"
    done ;;
esac
