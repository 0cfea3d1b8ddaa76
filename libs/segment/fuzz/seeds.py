"""Makes seeds of the metric segments that a server on SQLite has stored.

    python3 libs/segment/fuzz/seeds.py DATABASE FOLDER

The shortest come first; of equal ones there is one.
"""

import hashlib
import sqlite3
import sys
from pathlib import Path

# A fuzzer changes short inputs to more purpose.
MOST_BYTES = 4096
MOST_SEEDS = 40


def seeds(database):
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT directory, data FROM metric_segments").fetchall()
    for directory, data in sorted(rows, key=lambda row: len(row[0]) + len(row[1])):
        yield len(directory).to_bytes(4, "little") + directory + data


def main(database, folder):
    chosen = {}
    for seed in seeds(database):
        name = hashlib.sha256(seed).hexdigest()[:16]
        if len(seed) <= MOST_BYTES and len(chosen) < MOST_SEEDS:
            chosen.setdefault(name, seed)
    for name, seed in chosen.items():
        Path(folder, name).write_bytes(seed)
    print(f"{len(chosen)} seeds")


if __name__ == "__main__":
    main(*sys.argv[1:])
