# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal for programs under test."""
import os
import pty
import subprocess


def shown(command, environment):
    """The output of a program on a terminal, as bytes with plain line ends, and its exit status."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL,
                          env=environment) as child:
        os.close(theirs)
        text = b""
        try:
            while piece := os.read(ours, 65536):
                text += piece
        except OSError:
            pass  # its end
        status = child.wait(300)
    os.close(ours)
    return text.replace(b"\r\n", b"\n"), status
