"""The link with which tests fail a sidecar's connections."""

import contextlib
import socket

from tests.support.fault_link import FaultLink


def test_a_connection_that_is_being_made_is_reset_when_the_link_refuses(monkeypatch):
    # Seen once: the sidecar, just started, kept its server for the whole of an outage.
    connect = socket.create_connection
    with socket.create_server(("127.0.0.1", 0)) as target:
        host, port = target.getsockname()
        with FaultLink(f"{host}:{port}") as link:

            def connect_late(address):
                link.refuse()
                return connect(address)

            with monkeypatch.context() as patch:
                patch.setattr("tests.support.fault_link.socket.create_connection", connect_late)
                # The reset may come before connect itself returns.
                with (
                    contextlib.suppress(ConnectionError),
                    connect(tuple(link.address.split(":")), timeout=10) as client,
                ):
                    assert client.recv(1) == b""
