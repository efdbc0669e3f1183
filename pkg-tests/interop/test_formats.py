"""Unit status and deltas by a reader and writer made from docs/formats.md alone."""

import json
import unittest

import unit_status
from paths import DEMO, VECTORS

FOLDER = VECTORS / "recall"
INDEX = json.loads((FOLDER / "index.json").read_text())


def vector(name):
    return (FOLDER / name).read_bytes()


class Formats(unittest.TestCase):
    def test_the_vectors_answer_as_they_say(self):
        for question in INDEX["status"]:
            self.assertEqual(unit_status.status(vector("status.bin"), question["index"]), question["status"])

    def test_bad_status_files_are_refused(self):
        for bad in INDEX["bad"]:
            if bad["file"].startswith("bad-status"):
                with self.assertRaises(unit_status.Refused):
                    unit_status.read(vector(bad["file"]))

    def test_what_is_read_is_written_to_the_byte(self):
        for name in ["status.bin", "status-next.bin"]:
            self.assertEqual(unit_status.write(*unit_status.read(vector(name))), vector(name))

    def test_deltas_give_the_file_of_the_next_day(self):
        self.assertEqual(unit_status.apply(vector("status.bin"), vector("status.delta")), vector("status-next.bin"))
        with self.assertRaises(unit_status.Refused):
            unit_status.apply(vector("status-next.bin"), vector("status.delta"))
        next_rules = unit_status.apply(vector("rules.bin"), vector("rules.delta"))
        self.assertEqual(next_rules, vector("rules-next.bin"))

    def test_published_files_are_read_and_written_alike(self):
        files = list((DEMO / "repository/targets/status").glob("*.bin"))
        self.assertTrue(files, "the demo publishes unit status")
        for file in files:
            size, flags = unit_status.read(file.read_bytes())
            self.assertGreater(size, 0)
            self.assertEqual(unit_status.write(size, flags), file.read_bytes())


if __name__ == "__main__":
    unittest.main()
