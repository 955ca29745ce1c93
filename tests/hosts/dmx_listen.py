# SPDX-License-Identifier: GPL-3.0-or-later
"""dmx_listen.py OSC-PORT: prints what arrives for the first two channels of a universe, on this
machine alone, as lines "KIND CHANNEL VALUE" with a value from 0 to 1 whenever it changes.

KIND is OSC (as QLC+ sends it), ArtNet or E1.31 (sACN).
"""
import selectors
import socket
import struct
import sys

ART_NET, SACN = 6454, 5568
UNIVERSES = 4
SACN_DATA, ART_DATA = 126, 18  # where the first channel lies in a packet


def listen(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("", port))
    return s


def values(kind, packet):
    """The values of channels 0 and 1 in the packet."""
    if kind == "OSC":
        if packet.startswith((b"/0/dmx/0\0", b"/0/dmx/1\0")) and len(packet) >= 4:
            yield int(packet[7:8]), struct.unpack(">f", packet[-4:])[0]
        return
    if kind == "ArtNet":
        is_data, at = packet[:10] == b"Art-Net\0\x00\x50", ART_DATA
    else:
        is_data, at = packet[4:13] == b"ASC-E1.17", SACN_DATA
    if is_data and len(packet) >= at + 2:
        yield from ((n, packet[at + n] / 255) for n in (0, 1))


def main():
    ready, last = selectors.DefaultSelector(), {}
    for kind, port in (("OSC", int(sys.argv[1])), ("ArtNet", ART_NET), ("E1.31", SACN)):
        s = listen(port)
        ready.register(s, selectors.EVENT_READ, kind)
        for universe in range(1, UNIVERSES + 1) if kind == "E1.31" else ():
            group = socket.inet_aton(f"239.255.0.{universe}") + socket.inet_aton("127.0.0.1")
            s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
    while True:
        for key, _ in ready.select():
            for n, value in values(key.data, key.fileobj.recv(2048)):
                if last.get((key.data, n)) != value:
                    last[key.data, n] = value
                    print(key.data, n, f"{value:.4f}", flush=True)


main()
