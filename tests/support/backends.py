"""A fresh server in each way that it can be set up."""

import contextlib

from tests.support.postgres import fresh_database
from tests.support.server import Server
from tests.support.split import SplitServer

BACKENDS = ["sqlite", "postgresql"]
# One process on either database, then four.
SETUPS = [*BACKENDS, *(f"split-{backend}" for backend in BACKENDS)]


@contextlib.contextmanager
def serving(setup, folder, *options):
    """Yields a Server, or a SplitServer, with its files in `folder` and its metadata in a database
    of the kind that `setup` (one of SETUPS) names; `options` are for what serves HTTP."""
    with contextlib.ExitStack() as stack:
        backend = setup.removeprefix("split-")
        uri = stack.enter_context(fresh_database()) if backend == "postgresql" else None
        if setup != backend:
            yield stack.enter_context(SplitServer(folder, uri, gateway_options=options))
        else:
            options = [*options, "--backend-store-uri", uri] if uri else options
            yield stack.enter_context(Server(folder, *options))
