# SPDX-License-Identifier: GPL-3.0-or-later
# %% [markdown]
# # A folder of music on the plane of emotions
# `MUSIC` names the folder (here the ten themes of the game Pushover, Debian's pushover-data). Files
# are read in as many threads as there are processors: the engine lets them run side by side.

# %%
import os
import pathlib
from concurrent.futures import ThreadPoolExecutor

import circumplex
import matplotlib.pyplot as plt

music = pathlib.Path(os.environ["MUSIC"]).rglob("*")
paths = sorted(p for p in music if p.suffix in {".ogg", ".flac", ".mp3", ".wav"})
with ThreadPoolExecutor() as pool:
    readings = list(pool.map(circumplex.analyze, paths))

# %% [markdown]
# A reading has arrays with a value for each half second, and a summary of the whole.

# %%
for path, s in zip(paths, (song.summary for song in readings)):
    print(f"{path.stem:12} {s['mean_valence']:+.2f} {s['mean_arousal']:+.2f}  {s['word']}")

# %% [markdown]
# Each song's curve as a thin line, its mean as a dot. The first 8 s of a piece are left out
# (`state` is 2, live, from then on).

# %%
axes = plt.figure(figsize=(6.4, 6.4)).add_subplot()
axes.set(xlim=(-1, 1), ylim=(-1, 1), xlabel="valence", ylabel="arousal")
axes.axhline(0, color="0.8"), axes.axvline(0, color="0.8")
for path, song in zip(paths, readings):
    mean, live = (song.summary["mean_valence"], song.summary["mean_arousal"]), song.state == 2
    line, = axes.plot(song.valence[live], song.arousal[live], linewidth=0.4, alpha=0.5)
    axes.plot(*mean, "o", color=line.get_color())
    axes.annotate(path.stem, mean, xytext=(4, 4), textcoords="offset points")
