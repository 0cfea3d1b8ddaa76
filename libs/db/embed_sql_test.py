"""Tests of embed_sql.py: python3 embed_sql_test.py"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("embed_sql.py")


class EmbedSqlTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_script(self, files, *flags):
        paths = []
        for name, text in files.items():
            paths.append(self.folder / name)
            paths[-1].write_text(text)
        self.out = self.folder / "gen" / "sql.h"
        command = [sys.executable, SCRIPT, *flags, "a::b", self.out, *paths]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def header(self, files, *flags):
        done = self.run_script(files, *flags)
        self.assertEqual(done.stderr, "")
        return self.out.read_text()

    def refusal(self, files, *flags):
        done = self.run_script(files, *flags)
        self.assertNotEqual(done.returncode, 0)
        self.assertFalse(self.out.exists())
        self.assertNotIn("Traceback", done.stderr)
        return done.stderr

    def test_statements_become_constants_with_their_comments(self):
        header = self.header(
            {
                "a.sql": "-- The file.\n\n-- name: InsertRun\n-- Makes it.\nINSERT INTO runs\n"
                "-- not last\nVALUES ($1);\n\n-- name: GetURLOf2\nSELECT ';' FROM t\n"
            }
        )
        self.assertIn("namespace a::b {", header)
        self.assertIn(
            '// Makes it.\ninline constexpr ::rookery::db::Statement kInsertRun{"insert_run", '
            'R"sql(INSERT INTO runs\n-- not last\nVALUES ($1))sql"};',
            header,
        )
        self.assertIn('kGetURLOf2{"get_url_of2", R"sql(SELECT \';\' FROM t)sql"};', header)
        self.assertIn("kAll[] = {\n    &kInsertRun,\n    &kGetURLOf2,\n};", header)

    def test_a_name_in_two_files_is_refused_with_both_places(self):
        error = self.refusal(
            {"a.sql": "-- name: A\nSELECT 1\n", "b.sql": "\n-- name: A\nSELECT 2\n"}
        )
        self.assertIn("b.sql:2", error)
        self.assertIn("a.sql:1", error)

    def test_bad_statements_are_refused_with_their_place(self):
        for text, place, word in [
            ("SELECT 1\n", "a.sql:1", "before the first"),
            ("-- name:\nSELECT 1\n", "a.sql:1", "no name"),
            ("-- name: insert_run\nSELECT 1\n", "a.sql:1", "insert_run"),
            ("-- name: A\n-- only words\n", "a.sql:1", "no SQL"),
            ("-- name: A\nSELECT 1;\nSELECT 2;\n", "a.sql:1", "more than one"),
            ("-- name: A\nSELECT ')sql\"'\n", "a.sql:1", "literal"),
            ("-- nothing\n", "a.sql", "no `-- name"),
        ]:
            error = self.refusal({"a.sql": text})
            self.assertIn(place, error)
            self.assertIn(word, error)

    def test_migrations_become_a_table(self):
        header = self.header(
            {
                "0001_initial.sql": "-- oldest program: 1\nCREATE TABLE t (a BIGINT);\n",
                "0002_more.sql": "-- oldest program: 2\nDROP TABLE t;\n",
            },
            "--migrations",
        )
        self.assertIn('#include "libs/db/migrate.h"', header)
        self.assertIn("inline constexpr ::rookery::db::Migration kMigrations[] = {", header)
        self.assertIn(
            '{1, 1, R"sql(-- oldest program: 1\nCREATE TABLE t (a BIGINT);\n)sql"},', header
        )
        self.assertIn("{2, 2, ", header)

    def test_bad_migrations_are_refused(self):
        good = "-- oldest program: 1\nSELECT 1;\n"
        for files, word in [
            ({"0002_gap.sql": good}, "0001_some_words.sql"),
            ({"initial.sql": good}, "0001_some_words.sql"),
            ({"0001_a.sql": "SELECT 1;\n"}, "oldest program"),
            ({"0001_a.sql": "-- oldest program: 2\nSELECT 1;\n"}, "from 1 to 1"),
        ]:
            self.assertIn(word, self.refusal(files, "--migrations"))

    def test_a_missing_file_is_named(self):
        command = [sys.executable, SCRIPT, "a", self.folder / "out.h", self.folder / "none.sql"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("none.sql", done.stderr)


if __name__ == "__main__":
    unittest.main()
