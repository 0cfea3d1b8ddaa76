"""`rookery server` as a child process on free ports of loopback."""

import re

from tests.support.program import ROOKERY, ROOT, Program

__all__ = ["ROOKERY", "ROOT", "Server"]

LISTENING = re.compile(r"listening on (?P<http>https?://\S+) \(gRPC (?P<grpc>[^\s)]+)\)")


class Server(Program):
    """Runs from __enter__ to __exit__, with its data and log in `folder`.

    `url` is where it serves HTTP; `tracking`, `registry` and `artifact` are host:port of the gRPC
    services. After the end it may be entered again, on other ports and the same data.
    """

    def __init__(self, folder, *options):
        super().__init__(
            folder, "rookery", LISTENING, "server", "--port", 0, "--grpc-port", 0, *options
        )

    @property
    def url(self):
        return self.announced["http"]

    @property
    def grpc(self):
        """One address for all services."""
        return self.announced["grpc"]

    tracking = registry = artifact = grpc
