#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Remake docs/images: the plugin's window in a real host (jalv.gtk3 on its own display and JACK
# server) with music playing.
#
#   scripts/screenshots.sh [FILE [FOLDER]]
#
# FILE: a sound file of at least 70 s (default: the demo piece); FOLDER: default docs/images.
# Environment: CIRCUMPLEX_LV2_PATH  folder that holds circumplex.lv2 (default: build/release/lv2)
#              CIRCUMPLEX_SHOTS_OF  some of "views", "states", "sizes", "moods", "host" and "peers" (default: views states sizes)
#                "sizes" also makes one sheet of every view at every size
#              CIRCUMPLEX_SHOTS_MOODS  for "moods": four sound files, one of each quadrant, from the first round
# FOLDER/states gets the states in every size at 1x and 2x, to look at; FOLDER itself those at 1x.  The state
# "late" is not among them: run() does overdue work itself, and no load that was tried made a real host late.
# Needs xvfb x11-utils jackd2 jalv sndfile-tools xdotool imagemagick espeak-ng, and ffmpeg for the moving
# picture; pngquant and optipng, if they are there, make the files smaller.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
if [ "${CIRCUMPLEX_SHOTS:-}" != inside ]; then
  CIRCUMPLEX_SCREEN=3840x2300 CIRCUMPLEX_SHOTS=inside exec "$root/tests/gui/with_display.sh" "$0" "$@"
fi
for tool in jalv.gtk3 espeak-ng xprop xdotool import convert jackd jack_connect sndfile-jackplay; do
  command -v "$tool" >/dev/null || { echo "screenshots: $tool is missing" >&2; exit 1; }
done
export LV2_PATH="${CIRCUMPLEX_LV2_PATH:-$root/build/release/lv2}"
folder=${2:-$root/docs/images}
mkdir -p "$folder"
folder=$(realpath "$folder")
work=$(mktemp -d)
file=${1:-}
if [ -z "$file" ]; then
  file="$work/piece.wav"
  python3 "$root/scripts/demo_piece.py" "$file" >/dev/null
fi
export XDG_RUNTIME_DIR="$work" HOME="$work" NO_AT_BRIDGE=1 GDK_BACKEND=x11
pids= jalv=
. "$root/scripts/end-all.sh"
name_jack
finish() {
  trap - EXIT
  end_all $jalv $pids
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

wait_port() { for _ in $(seq 80); do jack_lsp 2>/dev/null | grep -q "^$1" && return; sleep 0.25; done; exit 1; }

play() { jack_connect "$1:out_1" meter:in_l; jack_connect "$1:out_2" meter:in_r 2>/dev/null || jack_connect "$1:out_1" meter:in_r; }
stop() { jack_disconnect "$1:out_1" meter:in_l; jack_disconnect "$1:out_2" meter:in_r 2>/dev/null || jack_disconnect "$1:out_1" meter:in_r; }

# open_host SCALE WIDTHxHEIGHT [OPTION...]: jalv with the plugin's window of that size, music connected.
open_host() {
  scale=$1 size=$2
  shift 2
  # The display's own scale, which the window follows.
  xprop -root -f RESOURCE_MANAGER 8s -set RESOURCE_MANAGER "Xft.dpi: $((96 * scale))"
  jalv.gtk3 --jack-name=meter "$@" "${CIRCUMPLEX_URI:-urn:circumplex:meter}" >/dev/null 2>&1 &
  jalv=$!
  wait_port meter:in_l
  play jackplay
  window=
  for _ in $(seq 40); do
    for id in $(xdotool search --onlyvisible --name '.*' 2>/dev/null) \
        $(xdotool search --onlyvisible --class '.*' 2>/dev/null); do
      if xdotool getwindowgeometry "$id" 2>/dev/null | grep -q "Geometry: $size"; then window=$id; fi
    done
    [ -n "$window" ] && break
    sleep 0.25
  done
  [ -n "$window" ] || { echo "screenshots: no window of $size" >&2; exit 1; }
}
close_host() {
  kill "$jalv"
  wait "$jalv" 2>/dev/null || true
  jalv=
}
squeeze() {
  ! command -v pngquant >/dev/null || pngquant --force --ext .png --speed 1 256 "$1" || true
  ! command -v optipng >/dev/null || optipng -quiet -o1 "$1"
}
shot() {
  mkdir -p "$(dirname "$folder/$1.png")"
  import -silent -window "$window" "$folder/$1.png"
  squeeze "$folder/$1.png"
  echo "$folder/$1.png"
}
away() { xdotool mousemove 3839 2299; sleep 0.4; }

# A state in the three sizes: with all parts, large and compact.
shots() {
  shot "states/$1"
  xdotool key --window "$window" f
  sleep 0.7
  shot "states/$1_stage"
  xdotool key --window "$window" c
  sleep 0.7
  shot "states/$1_compact"
  xdotool key --window "$window" Escape
  sleep 0.7
}

# The music from its beginning.
restart_music() {
  kill "$music"
  wait "$music" 2>/dev/null || true
  start_music
}
start_music() {
  sndfile-jackplay -l=0 "$file" >/dev/null 2>&1 &
  music=$!
  pids="$music $pids"
  wait_port jackplay:out_1
}

states() { # states SCALE SUFFIX WIDTHxHEIGHT
  espeak-ng -s 150 -w "$work/speech.wav" "The concert will go on in a few minutes. Please take your seats, and \
leave your telephones in your pockets. The bar is on the first floor, at the end of the corridor."
  sndfile-jackplay -l=0 "$work/speech.wav" >/dev/null 2>&1 &
  speech=$!
  pids="$speech $pids"
  wait_port jackplay-01:out_1
  restart_music
  open_host "$1" "$3"
  away
  sleep 20
  xdotool key --window "$window" h
  sleep 1
  shots "held$2"
  xdotool key --window "$window" h
  stop jackplay
  sleep 6
  shots "silent$2"
  play jackplay-01
  sleep 22
  shots "outside$2"
  stop jackplay-01
  restart_music
  close_host
  open_host "$1" "$3" -c enabled=0
  away
  sleep 4
  shots "bypassed$2"
  close_host
  export CIRCUMPLEX_MODEL="/home/ann/models/mine.safetensors"
  open_host "$1" "$3"
  away
  sleep 4
  shots "no_model$2"
  close_host
  unset CIRCUMPLEX_MODEL
  kill "$speech"
}

rate=$(ffprobe -v error -select_streams a:0 -show_entries stream=sample_rate -of csv=p=0 "$file" \
  2>/dev/null || echo 44100)
jackd -n "$JACK_DEFAULT_SERVER" -r -d dummy -r "$rate" -p 512 >/dev/null 2>&1 &
pids=$!
wait_port system:playback_1
start_music

views() {
  open_host 1 900x600
  away
  sleep 5
  shot settling
  sleep 5
  if command -v ffmpeg >/dev/null; then
    eval "$(xdotool getwindowgeometry --shell "$window" | grep -E '^(X|Y)=')"
    ffmpeg -loglevel error -y -f x11grab -draw_mouse 0 -video_size 900x600 -framerate 10 \
      -i "$DISPLAY+$X,$Y" -t 12 "$work/moving.mkv"
    ffmpeg -loglevel error -y -i "$work/moving.mkv" -vf "scale=720:-1:flags=lanczos,split[a][b];\
[a]palettegen=max_colors=255:stats_mode=full[p];[b][p]paletteuse=dither=bayer:bayer_scale=3:diff_mode=rectangle" \
      "$folder/moving.gif"
    echo "$folder/moving.gif"
  fi
  sleep 40
  shot window
  xdotool mousemove --window "$window" 45 571 click 1
  away
  sleep 1
  shot held
  xdotool key --window "$window" h
  sleep 0.5
  xdotool key --window "$window" f
  sleep 1
  shot stage
  xdotool key --window "$window" c
  sleep 1
  shot compact
  xdotool key --window "$window" Escape
  sleep 0.5
  xdotool key --window "$window" o
  sleep 0.5
  shot outputs
  xdotool key --window "$window" Escape
  close_host
}

# The frame around the plugin's window: as wide, with jalv's menu bar above it.
find_frame() {
  frame=
  for id in $(xdotool search --onlyvisible --name '.*' 2>/dev/null); do
    if xdotool getwindowgeometry "$id" 2>/dev/null | grep -q 'Geometry: 900x6[1-9]'; then frame=$id; fi
  done
  [ -n "$frame" ] || { echo "screenshots: no frame of jalv's around the window" >&2; exit 1; }
}

# resize WIDTH HEIGHT: of the plugin's window.
resize() {
  xdotool windowsize "$frame" "$1" $(($2 + 25))
  for _ in $(seq 40); do
    sleep 0.25
    xdotool getwindowgeometry "$window" | grep -q "Geometry: $1x$2" && break
  done
  sleep 9 # to be drawn, on a busy machine, too
}

# Every view of the window as it is: sizes/NAME, NAME_stage, NAME_compact, NAME_outputs.
all_views() {
  shot "sizes/$1"
  for view in "f stage" "c compact" "o outputs"; do
    xdotool windowfocus "$window" || true
    xdotool key --window "$window" "${view% *}"
    sleep 1.5
    shot "sizes/$1_${view#* }"
    xdotool key --window "$window" Escape
    sleep 1
  done
}

# One listening, in windows of many sizes, and one at twice the scale.
sizes() {
  restart_music
  open_host 1 900x600
  find_frame
  away
  sleep 45
  all_views 900x600
  for size in "320 240" "1880 1000" "3840 2160"; do
    # shellcheck disable=SC2086  # two numbers
    resize $size
    all_views "${size% *}x${size#* }"
  done
  close_host
  restart_music
  open_host 2 1800x1200
  away
  sleep 60
  all_views 1800x1200_2x
  close_host
  # One sheet: a row for each view, a column for each size.
  for view in "" _stage _compact _outputs; do
    set --
    for size in 320x240 900x600 1880x1000 3840x2160 1800x1200_2x; do
      convert "$folder/sizes/$size$view.png" -resize x270 -background "#303238" -bordercolor "#303238" \
        -border 4 "$work/sheet_$size.png"
      set -- "$@" "$work/sheet_$size.png"
    done
    convert "$@" +append "$work/row$view.png"
  done
  convert "$work/row.png" "$work/row_stage.png" "$work/row_compact.png" "$work/row_outputs.png" -append \
    "$folder/sizes/sheet.png"
  squeeze "$folder/sizes/sheet.png"
}

# Music of the four quadrants, half a minute of each.
moods() {
  number=0
  for piece in $CIRCUMPLEX_SHOTS_MOODS; do
    number=$((number + 1))
    ffmpeg -loglevel error -y -i "$piece" -ac 2 -ar "$rate" "$work/mood$number.wav"
    file="$work/mood$number.wav"
    restart_music
    open_host 1 900x600
    away
    sleep 26
    shot "mood$number"
    close_host
  done
}

# The host's window around the plugin's.
host() {
  restart_music
  open_host 1 900x600
  find_frame
  away
  sleep 30
  window=$frame
  shot jalv
  close_host
}

# Other meters with the same music, on the same server: x42's, in the small host that comes with them (their
# windows are of a kind that jalv does not show); and one picture of all three.
peers() {
  restart_music
  for peer in EBUr128 K20stereo phasewheel; do
    # A name of our own: theirs have a "/", which jack_connect takes for a separator.
    x42-meter -j peer "http://gareus.org/oss/lv2/meters#$peer" >/dev/null 2>&1 &
    jalv=$!
    number=0
    for port in "in[L1]" "in[R2]"; do
      number=$((number + 1))
      for _ in $(seq 60); do
        name=$(jack_lsp 2>/dev/null | grep "^peer:$port\$") && break
        sleep 0.5
      done
      jack_connect "jackplay:out_$number" "$name"
    done
    sleep 20
    window=root
    shot "peers/$peer"
    convert "$folder/peers/$peer.png" -trim +repage "$folder/peers/$peer.png"
    close_host
  done
  (cd "$folder/peers" && convert EBUr128.png K20stereo.png phasewheel.png -background "#101218" -gravity center \
    -bordercolor "#101218" -border 12 +append beside.png)
  squeeze "$folder/peers/beside.png"
}

for part in ${CIRCUMPLEX_SHOTS_OF:-views states sizes}; do
  case $part in
    sizes) sizes ;;
    moods) moods ;;
    host) host ;;
    peers) peers ;;
    views) views ;;
    states) states 1 "" 900x600
      for state in silent outside bypassed no_model; do
        cp "$folder/states/$state.png" "$folder/$state.png"
      done
      states 2 _2x 1800x1200 ;;
    *) echo "screenshots: there is no part called $part" >&2; exit 2 ;;
  esac
done
