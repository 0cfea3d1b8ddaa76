"""A fresh `rookery server` on each kind of database."""

import contextlib

from tests.support.postgres import fresh_database
from tests.support.server import Server

BACKENDS = ["sqlite", "postgresql"]


@contextlib.contextmanager
def serving(backend, folder, *options):
    """Yields a Server with its files in `folder` and its metadata in a database of that kind."""
    with contextlib.ExitStack() as stack:
        if backend == "postgresql":
            options = [*options, "--backend-store-uri", stack.enter_context(fresh_database())]
        yield stack.enter_context(Server(folder, *options))
