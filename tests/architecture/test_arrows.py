#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""arrows.py on small trees with one fault each: it must find it."""
import contextlib
import io
import pathlib
import tempfile
import unittest

import arrows


def faults(graph, **files):
    """check() on a tree of FILES ("dsp__x_h": text) whose page has GRAPH; (faults, output)."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "docs").mkdir()
        (root / "docs/architecture.md").write_text(f"```mermaid\ngraph TD\n{graph}\n```\n")
        for name, text in files.items():
            path = root / (name.replace("__", "/").replace("_", ".", 1))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            count = arrows.check(root)
        return count, output.getvalue()


class Arrows(unittest.TestCase):
    def test_a_listed_arrow_is_fine(self):
        count, output = faults("  inference --> dsp", inference__a_c='#include "dsp/b.h"\n')
        self.assertEqual(count, 0, output)

    def test_an_arrow_that_is_not_listed_is_found(self):
        count, output = faults("  inference --> dsp", dsp__a_c='#include "inference/b.h"\n')
        self.assertEqual(count, 1)
        self.assertIn("dsp -> inference", output)
        self.assertIn("dsp/a.c includes inference/b.h", output)

    def test_a_cycle_is_found(self):
        count, output = faults("  inference --> dsp & affect\n  affect --> inference")
        self.assertEqual(count, 1)
        self.assertIn("cycle", output)

    def test_an_arrow_to_go_makes_no_cycle(self):
        count, _ = faults("  audio --> dsp\n  dsp -.-> audio", dsp__a_c='#include "audio/b.h"\n')
        self.assertEqual(count, 0)

    def test_the_longest_folder_counts(self):
        self.assertEqual(arrows.folder_of("gui/library/a.c"), "gui/library")
        self.assertEqual(arrows.folder_of("library/a.c"), "library")
        self.assertIsNone(arrows.folder_of("tests/library/a.c"))

    def test_a_line_that_cannot_be_read_is_an_error(self):
        with self.assertRaises(SystemExit):
            faults("  dsp -> inference")
        with self.assertRaises(SystemExit):
            faults("  dsp --> kitchen")


if __name__ == "__main__":
    unittest.main()
