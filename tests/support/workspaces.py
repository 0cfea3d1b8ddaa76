"""Workspaces, as operators look after them."""

import subprocess

from tests.support.program import ROOKERY
from tests.support.split import SplitServer


def workspace_command(server, *words):
    """`rookery workspace WORDS...` on the SQLite file of a server."""
    name = "tracking" if isinstance(server, SplitServer) else "rookery"
    uri = f"sqlite:///{name}.db"
    command = [ROOKERY, "workspace", words[0], "--backend-store-uri", uri, *words[1:]]
    subprocess.run(command, cwd=server.folder, check=True, timeout=60, stdout=subprocess.DEVNULL)
