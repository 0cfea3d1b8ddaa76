"""Fresh databases on the PostgreSQL that `./dev test` starts."""

import contextlib
import os
import subprocess
import uuid
from urllib.parse import urlsplit

import pytest


@contextlib.contextmanager
def fresh_database():
    """Yields the URI of an empty database, which is dropped afterwards."""
    admin = os.environ.get("ROOKERY_TEST_POSTGRES")
    if not admin:
        pytest.skip("ROOKERY_TEST_POSTGRES is not set: ./dev test starts a PostgreSQL and sets it")
    name = f"test_{uuid.uuid4().hex}"
    run_sql(admin, f"CREATE DATABASE {name}")
    try:
        yield urlsplit(admin)._replace(path=f"/{name}").geturl()
    finally:
        run_sql(admin, f"DROP DATABASE {name} WITH (FORCE)")


def run_sql(uri, sql):
    """What psql prints: a line for each row, its columns separated by `|`."""
    command = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only"]
    command += ["--set", "ON_ERROR_STOP=1", "--dbname", uri, "--command", sql]
    done = subprocess.run(command, check=True, timeout=60, stdout=subprocess.PIPE, text=True)
    return done.stdout


WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE datname = current_database() AND NOT granted
"""


@contextlib.contextmanager
def held(uri, statement):
    """What the statement, which says nothing, locks stays locked meanwhile. Yields a function: how
    many wait for a table."""
    command = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--dbname", uri]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1) as holder:
        holder.stdin.write(f"BEGIN; {statement}; SELECT 'held';\n")
        assert holder.stdout.readline() == "held\n"
        yield lambda: int(run_sql(uri, WAITING))
        # psql ends with its input, and the transaction with it.
        holder.stdin.close()


def held_table(uri, table):
    """Nobody else may use the table meanwhile; as `held`."""
    return held(uri, f"LOCK TABLE {table}")
