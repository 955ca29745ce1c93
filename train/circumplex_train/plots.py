# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a run: error histograms, predicted against true, attention maps, t-SNE, curves."""

from __future__ import annotations

from pathlib import Path

import numpy as np

AXES = ("valence", "arousal")


def _pyplot():
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def errors_and_scatter(path: Path, named: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """``named[name]`` = predictions, truths [N, 2]: one row of panels a system."""
    plt = _pyplot()
    fig, axes = plt.subplots(len(named), 4, figsize=(14, 3.2 * len(named)), squeeze=False)
    for row, (name, (p, t)) in zip(axes, named.items()):
        for a, axis in enumerate(AXES):
            row[a].hist(p[:, a] - t[:, a], bins=60, range=(-1, 1), color="#5577aa")
            row[a].set_title(f"{name}: {axis} error")
            row[2 + a].plot(t[::7, a], p[::7, a], ".", ms=1.5, alpha=0.4)
            row[2 + a].plot([-0.8, 0.8], [-0.8, 0.8], "k-", lw=0.6)
            row[2 + a].set(
                xlim=(-0.9, 0.9),
                ylim=(-0.9, 0.9),
                xlabel="rated",
                ylabel="read",
                title=f"{name}: {axis}",
            )
    fig.tight_layout()
    fig.savefig(path, dpi=90)
    plt.close(fig)


def attention_maps(path: Path, maps: dict[str, np.ndarray]) -> None:
    """``maps[title]`` [T, T], query down, key across."""
    plt = _pyplot()
    fig, axes = plt.subplots(1, len(maps), figsize=(4 * len(maps), 4), squeeze=False)
    for axis, (title, alpha) in zip(axes[0], maps.items()):
        seconds = len(alpha) / 2
        axis.imshow(np.sqrt(alpha), extent=(0, seconds, seconds, 0), cmap="magma", aspect="auto")
        axis.set(title=title, xlabel="attended moment, s", ylabel="reading at, s")
    fig.tight_layout()
    fig.savefig(path, dpi=90)
    plt.close(fig)


def tsne(path: Path, before: np.ndarray, after: np.ndarray, targets: np.ndarray) -> None:
    plt = _pyplot()
    fig, axes = plt.subplots(2, 2, figsize=(10, 9))
    for column, (points, title) in enumerate(((before, "features"), (after, "triplet embedding"))):
        for a, axis in enumerate(AXES):
            mark = axes[a][column].scatter(
                *points.T, c=targets[:, a], cmap="coolwarm", s=9, vmin=-0.6, vmax=0.6
            )
            axes[a][column].set(title=f"{title}, {axis}", xticks=[], yticks=[])
            fig.colorbar(mark, ax=axes[a][column])
    fig.tight_layout()
    fig.savefig(path, dpi=90)
    plt.close(fig)


def curves(
    path: Path, items: dict[str, tuple[np.ndarray, np.ndarray | None]], change: float | None = None
) -> None:
    """``items[title]`` = reading [T, 2], truth [T, 2] or None, at 2 Hz."""
    plt = _pyplot()
    columns = 2
    rows = (len(items) + 1) // columns
    fig, axes = plt.subplots(rows, columns, figsize=(12, 2.4 * rows), squeeze=False)
    for axis, (title, (p, t)) in zip(axes.ravel(), items.items()):
        time = 0.5 * (np.arange(len(p)) + 1)
        for a, (name, colour) in enumerate(zip(AXES, ("#2277cc", "#cc4422"))):
            axis.plot(time, p[:, a], color=colour, label=f"{name} read")
            if t is not None:
                axis.plot(
                    0.5 * (np.arange(len(t)) + 1),
                    t[:, a],
                    "--",
                    lw=0.9,
                    color=colour,
                    label=f"{name} rated or meant",
                )
        if change is not None:
            axis.axvline(change, color="k", lw=0.5)
        axis.set(ylim=(-0.9, 0.9), title=title)
        axis.title.set_size(9)
    axes[0][0].legend(fontsize=7)
    fig.tight_layout()
    fig.savefig(path, dpi=90)
    plt.close(fig)


def planes(path: Path, named: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """``named[title]`` = mean readings [n, 2] and quadrants 1..4 [n]: a plane each."""
    plt = _pyplot()
    colours = {
        1: ("#e0a020", "excited pleasant"),
        2: ("#c83232", "excited unpleasant"),
        3: ("#3a62b8", "calm unpleasant"),
        4: ("#2d9a62", "calm pleasant"),
    }
    fig, axes = plt.subplots(1, len(named), figsize=(5.2 * len(named), 5), squeeze=False)
    for axis, (title, (means, quadrant)) in zip(axes[0], named.items()):
        for q, (colour, label) in colours.items():
            axis.plot(*means[quadrant == q].T, ".", ms=4, color=colour, alpha=0.7, label=label)
        axis.axhline(0, color="k", lw=0.5), axis.axvline(0, color="k", lw=0.5)
        axis.set(
            xlim=(-1, 1), ylim=(-1, 1), xlabel="valence read", ylabel="arousal read", title=title
        )
    axes[0][0].legend(fontsize=7, loc="lower left")
    fig.tight_layout()
    fig.savefig(path, dpi=90)
    plt.close(fig)
