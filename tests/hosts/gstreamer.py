# SPDX-License-Identifier: GPL-3.0-or-later
"""gstreamer.py SONG.wav: play it through GStreamer's element; one line "valence arousal" a buffer.

Says on standard error whether the sound came out bit for bit.
"""
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402  (after require_version)

HEADER = 44  # bytes, as song.py writes them


def main():
    Gst.init(None)
    element = "urn-circumplex-meter"
    if not Gst.ElementFactory.find(element):
        sys.exit(f"GStreamer has no element {element}")
    pipeline = Gst.parse_launch(
        f"filesrc location={sys.argv[1]} ! wavparse ! audio/x-raw,format=F32LE ! {element}"
        " name=meter response=0 ! fakesink name=sink sync=false"
    )
    meter, sound = pipeline.get_by_name("meter"), []
    if meter.get_property("enabled") != 1:
        sys.exit("the plugin is bypassed by default")

    def on_buffer(_pad, info):
        buffer = info.get_buffer()
        sound.append(buffer.extract_dup(0, buffer.get_size()))
        print(f"{meter.get_property('valence'):.9g} {meter.get_property('arousal'):.9g}")
        return Gst.PadProbeReturn.OK

    meter.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, on_buffer)
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(
        120 * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR
    )
    pipeline.set_state(Gst.State.NULL)
    if message is None or message.type == Gst.MessageType.ERROR:
        sys.exit(f"GStreamer: {message.parse_error() if message else 'does not end'}")
    if b"".join(sound) != open(sys.argv[1], "rb").read()[HEADER:]:
        sys.exit("the sound differs")


main()
