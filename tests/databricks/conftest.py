"""Nodes with an upload, before a server."""

import os
from types import SimpleNamespace

import pytest

from tests.databricks import node as nodes
from tests.databricks import upload as uploads
from tests.support.fault_link import FaultLink
from tests.support.own_postgres import free_port
from tests.support.program import ROOKERY
from tests.support.server import Server


@pytest.fixture(scope="session")
def made_upload(tmp_path_factory):
    if ROOKERY.parent.parent.name != "release":
        pytest.skip("NOT RUN: the sidecar is static in the release preset only")
    return uploads.make(tmp_path_factory.mktemp("upload"))


@pytest.fixture(scope="session")
def base_root():
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: only root can make a node")
    try:
        nodes.make()
    except OSError as problem:
        pytest.skip(f"NOT RUN: {problem}")


@pytest.fixture
def link(tmp_path):
    """On the way to a server, which is `link.server`."""
    with Server(tmp_path) as server, FaultLink(server.grpc) as link:
        link.server = server
        yield link


@pytest.fixture
def ports():
    return SimpleNamespace(**{name: free_port() for name in ("http", "probes", "https", "cloud")})


@pytest.fixture
def upload(made_upload, tmp_path, ports):
    """Without ROOKERY_UPSTREAM; nobody is asked for events of the machine."""
    return uploads.Upload(
        made_upload,
        tmp_path / "upload",
        f"ROOKERY_HTTP=127.0.0.1:{ports.http}",
        f"ROOKERY_METRICS=127.0.0.1:{ports.probes}",
        "ROOKERY_SIDECAR_EVENTS=off",
    )


@pytest.fixture
def cluster(base_root, upload, link):
    """The upload names the link as upstream."""
    upload.change(f"ROOKERY_UPSTREAM=rookery://{link.address}")
    return upload
