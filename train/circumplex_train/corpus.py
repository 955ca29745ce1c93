# SPDX-License-Identifier: GPL-3.0-or-later
"""Unlabelled free music from Debian packages, for pretraining.

The packages are downloaded with `apt-get download` and unpacked with `dpkg-deb -x`; nothing is
installed.  Two of them keep their music in zip archives (*.pk3).  Files shorter than MIN_SECONDS
(sound effects or voices) and second copies of the same audio are left out.

Products, below the work folder:
  packages/*.deb, corpus/<package>/   the packages and what was unpacked
  corpus.list                         absolute paths of the music, one a line
  corpus.json                         per file: path, package, seconds; per package: version,
                                      licences and the copyright file's text

Run: python3 -m circumplex_train.corpus [PACKAGE ...]
Finished packages are skipped, so it can be interrupted and run again.
"""

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import soundfile

from .workspace import Progress, work_folder, write_json, write_lines

# Smaller packages first, so that work can start early.
PACKAGES = (
    "hyperrogue-music",
    "pushover-data",
    "singularity-music",
    "colobot-common-sounds",
    "hedgewars-data",
    "nexuiz-music",
    "warzone2100-music",
    "wesnoth-1.16-music",
    "ufoai-music",
)
AUDIO = {".ogg", ".opus", ".mp3", ".flac", ".wav"}
ARCHIVES = {".zip", ".pk3", ".pk4"}
MIN_SECONDS = 30.0


def download(package):
    """Fetch a package's .deb into the work folder, unless it is there, and return its path."""
    folder = work_folder("packages")
    found = sorted(folder.glob(f"{package}_*.deb"))
    if not found:
        subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True)
        found = sorted(folder.glob(f"{package}_*.deb"))
    if not found:
        raise FileNotFoundError(f"apt-get download brought no {package}_*.deb into {folder}")
    return found[-1]


def unpack(deb, package):
    """Unpack a .deb and the archives in it; return the folder."""
    folder = work_folder("corpus", package)
    done = folder / ".unpacked"
    if done.exists():
        return folder
    subprocess.run(["dpkg-deb", "-x", str(deb), str(folder)], check=True)
    for archive in [p for p in folder.rglob("*") if p.suffix.lower() in ARCHIVES]:
        if not zipfile.is_zipfile(archive):
            continue
        target = archive.with_suffix("")
        with zipfile.ZipFile(archive) as contents:
            for name in contents.namelist():
                inside = (target / name).resolve()
                if Path(name).suffix.lower() in AUDIO and inside.is_relative_to(target.resolve()):
                    contents.extract(name, target)
        archive.unlink()
    done.touch()
    return folder


def licences(folder, package):
    """The licence names that a package's copyright file gives, and the file's text."""
    path = folder / "usr/share/doc" / package / "copyright"
    text = path.read_text(errors="replace") if path.exists() else ""
    names = sorted({name.strip() for name in re.findall(r"^License:\s*(\S.*)$", text, re.M)})
    return names, text


def music_in(folder):
    """The music files of a folder as (path, seconds), without short files and second copies."""
    seen, music = set(), []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in AUDIO):
        if path.is_symlink():
            continue
        try:
            info = soundfile.info(str(path))
        except RuntimeError:
            print(f"skipped, libsndfile cannot read it: {path}", file=sys.stderr)
            continue
        seconds = info.frames / info.samplerate
        if seconds < MIN_SECONDS:
            continue
        digest = hashlib.sha1(path.read_bytes()).digest()
        if digest not in seen:
            seen.add(digest)
            music.append((path, seconds))
    return music


def with_own_stem(path, package, taken):
    """Rename a file whose stem is in `taken`, since products are named by stems."""
    if path.stem in taken:
        path = path.rename(path.with_name(f"{package}-{path.name}"))
    taken.add(path.stem)
    return path


def main(packages):
    """Fetch and list `packages` (all of PACKAGES if empty), writing the lists after each."""
    work = work_folder()
    index = work / "corpus.json"
    known = json.loads(index.read_text()) if index.exists() else {"packages": {}, "files": []}
    wanted = packages or PACKAGES
    for package in Progress(wanted, "corpus"):
        if package not in known["packages"]:
            deb = download(package)
            folder = unpack(deb, package)
            names, text = licences(folder, package)
            taken = {Path(item["path"]).stem for item in known["files"]}
            music = [
                (with_own_stem(path, package, taken), seconds) for path, seconds in music_in(folder)
            ]
            known["packages"][package] = {
                "version": deb.stem.split("_")[1].replace("%3a", ":"),
                "licences": names,
                "files": len(music),
                "hours": round(sum(seconds for _, seconds in music) / 3600.0, 3),
                "copyright": text,
            }
            known["files"] += [
                {"path": str(path), "package": package, "seconds": round(seconds, 2)}
                for path, seconds in music
            ]
            write_json(index, known)
            write_lines(work / "corpus.list", [item["path"] for item in known["files"]])
    for package, facts in known["packages"].items():
        print(f"{package}: {facts['files']} files, {facts['hours']:.2f} h, "
              f"{'; '.join(facts['licences']) or 'see its copyright file'}")
    print(f"total: {len(known['files'])} files, "
          f"{sum(f['seconds'] for f in known['files']) / 3600.0:.2f} h")


if __name__ == "__main__":
    main(sys.argv[1:])
