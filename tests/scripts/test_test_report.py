#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report on a run of the tests: what is slow, what was skipped and why, what failed.

Run as: test_test_report.py SCRIPTS, the folder of test_report.py."""
import sys
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, sys.argv.pop(1))
import test_report  # noqa: E402

SUITE = """<testsuite tests="4">
<testcase name="quick" time="0.1" status="run"><system-out>fine</system-out></testcase>
<testcase name="slow" time="12.5" status="run"/>
<testcase name="host" time="0.2" status="notrun"><skipped message="77"/><system-out>looking
there is no jalv here

</system-out></testcase>
<testcase name="bad" time="1" status="fail"><failure message="no"/></testcase>
</testsuite>"""


class Report(unittest.TestCase):
    def test_the_slowest_come_first_and_what_was_skipped_says_why(self):
        lines, is_good = test_report.report(ElementTree.fromstring(SUITE), 2)
        self.assertEqual([line.split()[-1] for line in lines[:2]], ["slow", "bad"])
        self.assertIn("SKIPPED host: there is no jalv here", lines)
        self.assertIn("FAILED bad", lines)
        self.assertEqual(lines[-1], "2 passed, 1 failed, 1 skipped")
        self.assertTrue(is_good)

    def test_a_test_that_was_skipped_must_say_why(self):
        lines, is_good = test_report.report(
            ElementTree.fromstring(SUITE.replace("looking\nthere is no jalv here", ""))
        )
        self.assertIn("SKIPPED host: it does not say why", lines)
        self.assertFalse(is_good)


if __name__ == "__main__":
    unittest.main()
