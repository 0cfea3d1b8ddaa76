"""Rows that are written past the server, by SQL: soon there, however slow the server."""

import subprocess
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"


def fill(server, script, **sizes):
    """Runs data/`script`.sql on the server's database; `sizes` are its variables."""
    command = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", server.uri]
    for name, size in sizes.items():
        command += ["--set", f"{name}={size}"]
    subprocess.run([*command, "--file", DATA / f"{script}.sql"], check=True)
