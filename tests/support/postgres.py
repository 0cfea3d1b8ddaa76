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
    command = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", uri]
    subprocess.run([*command, "--command", sql], check=True, timeout=60)
