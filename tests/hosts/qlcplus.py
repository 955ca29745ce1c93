#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a workspace of QLC+: two dimmers whose faders follow valence and arousal by OSC.

usage: qlcplus.py WORKSPACE.qxw INPUT-PORT OUTPUT-PORT
"""
import sys


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
    <Level LowLimit="0" HighLimit="255" Value="0"><Channel Fixture="0">{n}</Channel></Level>
    <Playback><Function>4294967295</Function></Playback>
    <Input Universe="0" Channel="{channel(f'/circumplex/meter/{caption.lower()}')}"/>
   </Slider>"""


def main():
    path, in_port, out_port = sys.argv[1:]
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE Workspace>
<Workspace xmlns="http://www.qlcplus.org/Workspace" CurrentWindow="VirtualConsole">
 <Engine>
  <InputOutputMap>
   <Universe Name="Universe 1" ID="0">
    <Input Plugin="OSC" Line="0"><PluginParameters inputPort="{in_port}"/></Input>
    <Output Plugin="OSC" Line="0">
     <PluginParameters outputIP="127.0.0.1" outputPort="{out_port}"/>
    </Output>
   </Universe>
  </InputOutputMap>
  <Fixture>
   <Manufacturer>Generic</Manufacturer><Model>Generic</Model><Mode>2 Channel</Mode>
   <ID>0</ID><Name>Dimmers</Name><Universe>0</Universe><Address>0</Address><Channels>2</Channels>
  </Fixture>
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
