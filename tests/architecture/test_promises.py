#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""promises.py on a small tree: it must find a promise without a test."""
import contextlib
import io
import pathlib
import tempfile
import unittest

import promises


def faults(cell, name="test"):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "docs").mkdir()
        (root / "tests/part").mkdir(parents=True)
        (root / "docs/reliability.md").write_text(
            f"| promise | {name} |\n|---|---|\n| it holds | {cell} |\n"
        )
        (root / "docs/security.md").write_text("nothing\n")
        (root / "tests/part/test_it.c").write_text("static void it_holds(void** state) {\n}\n")
        (root / "tests/part/CMakeLists.txt").write_text(
            "set(name ${part}_orders_${weak})\ncircumplex_fuzz(model)\n"
        )
        with contextlib.redirect_stdout(io.StringIO()):
            return promises.check(root)


class Promises(unittest.TestCase):
    def test_existing_tests_are_accepted(self):
        for cell in (
            "`test_it`",
            "`test_it: it_holds`",
            "`ring_orders_0`, `test_it`",
            "`fuzz_model_replay`",
        ):
            self.assertEqual(faults(cell), 0, cell)

    def test_missing_tests_are_found(self):
        for cell in (
            "",
            "by construction",
            "`test_other`",
            "`test_it: it_does_not`",
            "`fuzz_other_replay`",
        ):
            self.assertEqual(faults(cell), 1, cell)

    def test_a_page_without_promises_is_wrong(self):
        self.assertEqual(faults("`test_it`", name="program"), 1)


if __name__ == "__main__":
    unittest.main()
