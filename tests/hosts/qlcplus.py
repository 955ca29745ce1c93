#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a workspace of QLC+: two faders that follow valence and arousal by OSC, and two dimmers
each in three universes, which leave by OSC, Art-Net and sACN.

usage: qlcplus.py WORKSPACE.qxw INPUT-PORT OUTPUT-PORT
"""
import sys


OUTPUTS = ("OSC", "ArtNet", "E1.31")  # E1.31 is sACN


def channel(address):
    """The input channel that QLC+ gives to an OSC address: its CRC-16/X-25."""
    crc = 0xFFFF
    for byte in address.encode():
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0x8408 if crc & 1 else crc >> 1
    return ~crc & 0xFFFF


def slider(caption, n):
    return f"""
   <Slider Caption="{caption}" WidgetStyle="Slider" InvertedAppearance="false" ID="{n}">
    <WindowState Visible="True" X="{10 + 80 * n}" Y="10" Width="60" Height="200"/>
    <Appearance><FrameStyle>Sunken</FrameStyle></Appearance>
    <SliderMode ValueDisplayStyle="Exact">Level</SliderMode>
    <Level LowLimit="0" HighLimit="255" Value="0">
     {"".join(f'<Channel Fixture="{u}">{n}</Channel>' for u in range(len(OUTPUTS)))}
    </Level>
    <Playback><Function>4294967295</Function></Playback>
    <Input Universe="0" Channel="{channel(f'/circumplex/meter/{caption.lower()}')}"/>
   </Slider>"""


def universe(n, in_port, out_port):
    source = f"""
    <Input Plugin="OSC" Line="0"><PluginParameters inputPort="{in_port}"/></Input>"""
    target = f"""
     <PluginParameters outputIP="127.0.0.1" outputPort="{out_port}"/>"""
    return f"""
   <Universe Name="Universe {n + 1}" ID="{n}">{source if n == 0 else ""}
    <Output Plugin="{OUTPUTS[n]}" Line="0">{target if n == 0 else ""}
    </Output>
   </Universe>"""


def fixture(n):
    return f"""
  <Fixture>
   <Manufacturer>Generic</Manufacturer><Model>Generic</Model><Mode>2 Channel</Mode>
   <ID>{n}</ID><Name>Dimmers {n + 1}</Name><Universe>{n}</Universe>
   <Address>0</Address><Channels>2</Channels>
  </Fixture>"""


def main():
    path, in_port, out_port = sys.argv[1:]
    universes = "".join(universe(n, in_port, out_port) for n in range(len(OUTPUTS)))
    fixtures = "".join(map(fixture, range(len(OUTPUTS))))
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE Workspace>
<Workspace xmlns="http://www.qlcplus.org/Workspace" CurrentWindow="VirtualConsole">
 <Engine>
  <InputOutputMap>{universes}
  </InputOutputMap>{fixtures}
 </Engine>
 <VirtualConsole>
  <Frame Caption="">
   <Appearance><FrameStyle>None</FrameStyle></Appearance>{slider("Valence", 0)}{slider("Arousal", 1)}
  </Frame>
  <Properties>
   <Size Width="1920" Height="1080"/>
   <GrandMaster Visible="1" ChannelMode="Intensity" ValueMode="Reduce" SliderMode="Normal"/>
  </Properties>
 </VirtualConsole>
</Workspace>
""")


if __name__ == "__main__":
    main()
