#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an example that is written in cells ("# %%", as notebooks' editors read them) and render it
as an HTML page.

    MUSIC=FOLDER PYTHONPATH=build/release/python scripts/notebook.py \\
        python/examples/folder_on_the_plane.py docs/folder-on-the-plane.html

A cell's output and figure stand below it.  Needs matplotlib.
"""
import base64
import contextlib
import html
import io
import pathlib
import re
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

STYLE = """body { max-width: 52em; margin: 2em auto; padding: 0 1em; font: 16px/1.5 sans-serif; color: #222 }
pre { padding: .7em 1em; overflow-x: auto; font: 13px/1.45 monospace } pre.code { background: #f4f4f2; border-left: 3px solid #2d6fc4 } img { max-width: 100% }"""


def cells(text):
    """(is it prose, its text) of each cell."""
    for mark, body in re.findall(r"^# %%([^\n]*)\n(.*?)(?=^# %%|\Z)", text, re.M | re.S):
        yield "markdown" in mark, body.strip()


def prose(body):
    lines = [html.escape(re.sub(r"^# ?", "", line)) for line in body.splitlines()]
    out = "\n".join(
        f"<h1>{line[2:]}</h1>" if line.startswith("# ") else f"<p>{line}</p>"
        for line in lines
        if line
    )
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", out)


def figure():
    picture = io.BytesIO()
    plt.gcf().savefig(picture, format="png", dpi=80, bbox_inches="tight")
    plt.close("all")
    return (
        '<img alt="the figure that the cell draws"'
        f' src="data:image/png;base64,{base64.b64encode(picture.getvalue()).decode()}">'
    )


def render(text):
    space, out = {"__name__": "__main__"}, []
    for is_prose, body in cells(text):
        if is_prose:
            out.append(prose(body))
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(body, "cell", "exec"), space)
        out.append(f'<pre class="code">{html.escape(body)}</pre>')
        if printed.getvalue():
            out.append(f"<pre>{html.escape(printed.getvalue().rstrip())}</pre>")
        if plt.get_fignums():
            out.append(figure())
    return "\n".join(out)


def main():
    source, target = map(pathlib.Path, sys.argv[1:])
    body = render(source.read_text(encoding="utf-8"))
    title = re.search(r"<h1>(.*?)</h1>", body).group(1)
    target.write_text(
        '<!DOCTYPE html>\n<html lang="en"><head><meta'
        f' charset="utf-8"><title>{title}</title><style>{STYLE}</style></head>\n'
        f"<body>\n{body}\n</body></html>\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
