"""A sidecar before a server, with a link between them that can be cut."""

import contextlib
import os
import random
from types import SimpleNamespace

import pytest

from tests.support.fault_link import FaultLink
from tests.support.raw import API, Client
from tests.support.server import Server
from tests.support.sidecar import Sidecar
from tests.support.waiting import wait_for


@contextlib.contextmanager
def server_is_away(house):
    """The sidecar of the house knows that its server is."""

    def asked():
        with Client(house.sidecar.url) as client:
            client.get(f"{API}experiments/get?experiment_id=0")
        return house.sidecar.is_away()

    house.link.refuse()
    # It learns that from what is asked of it.
    wait_for(asked)
    yield
    house.link.mend()


@pytest.fixture
def seed(capsys):
    """Of all random choices of the test; ROOKERY_TEST_SEED chooses it."""
    chosen = int(os.environ.get("ROOKERY_TEST_SEED") or random.SystemRandom().getrandbits(32))
    print(f"seed {chosen}: ROOKERY_TEST_SEED={chosen} makes the same choices again")
    return chosen


@pytest.fixture
def tell(capsys, request):
    """Shows a figure, for docs/reliability.md."""

    def show(figure):
        with capsys.disabled():
            print(f"\n{request.node.name}: {figure}")

    return show


@pytest.fixture
def house(tmp_path):
    """`sidecar` before `server`, on SQLite, by way of `link`."""
    with (
        Server(tmp_path) as server,
        FaultLink(server.grpc) as link,
        Sidecar(tmp_path, link.address) as sidecar,
    ):
        yield SimpleNamespace(server=server, link=link, sidecar=sidecar)
