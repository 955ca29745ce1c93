#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Install what building, running and testing Circumplex needs on Debian 12.
#   scripts/install-deps.sh [build|test|train]...     default: build
# Does nothing, and asks for no password, when all of it is there.
set -eu

build="build-essential cmake ninja-build pkg-config lv2-dev libfftw3-dev libcairo2-dev
 libpango1.0-dev libx11-dev libxext-dev libopenblas-serial-dev dpf-source libsndfile1-dev libjansson-dev
 libsqlite3-dev libtag1-dev libtagc0-dev libxxhash-dev libsamplerate0-dev libglib2.0-dev libavformat-dev libavcodec-dev libswresample-dev portaudio19-dev liblo-dev libmicrohttpd-dev liblilv-dev libcmocka-dev libebur128-dev fluidsynth fluid-soundfont-gm fonts-dejavu-core fonts-inter
 jalv jackd2 sndfile-tools python3 python3-dev"
test="clang libclang-rt-14-dev lilv-utils sordi libjack-jackd2-dev jack-tools jack-capture xvfb xauth xdotool
 imagemagick x11-utils openbox libqt5x11extras5 ardour valgrind liblo-tools espeak-ng x42-plugins
 gstreamer1.0-plugins-bad gstreamer1.0-plugins-good gstreamer1.0-tools python3-gst-1.0 ffmpeg puredata-core
 pipewire-bin wireplumber dbus iproute2 qlcplus supercollider-language
 libaubio-dev gcovr doxygen time python3-soundfile python3-numpy python3-venv"
extra="libclang-rt-19-dev" # the real-time sanitizer's runtime: not on every mirror, its test skips without
train="fluidsynth fluid-soundfont-gm musescore-general-soundfont-small python3-mido python3-pip python3-torch python3-numpy python3-scipy python3-sklearn python3-soundfile python3-matplotlib
 libopenblas0-pthread ffmpeg sox espeak-ng timgm6mb-soundfont"

[ $# -gt 0 ] || set -- build
wanted=
for part in "$@"; do
  case $part in
    build) wanted="$wanted $build" ;;
    test) wanted="$wanted $test" ;;
    train) wanted="$wanted $train" ;;
    *) echo "usage: $0 [build|test|train]..." >&2; exit 2 ;;
  esac
done

missing=
for package in $wanted; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
    missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "Installing:$missing"
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
export DEBIAN_FRONTEND=noninteractive
echo "jackd2 jackd/tweak_rt_limits boolean false" | $as_root debconf-set-selections || true
$as_root apt-get update -qq -o DPkg::Lock::Timeout=300
# shellcheck disable=SC2086  # a list
$as_root apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 $missing
case " $* " in
  *" test "*)
    $as_root apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 $extra ||
      echo "Not to be had here: $extra" ;;
esac
