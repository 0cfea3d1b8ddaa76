"""`rookery-sidecar run` as a child process on free ports of loopback."""

import re
import subprocess

from tests.support.program import ROOKERY, Program
from tests.support.raw import Client

NAME = "rookery-sidecar"
LISTENING = re.compile(
    rf"^{NAME} \S+ listening on (?P<http>http://\S+) and gRPC (?P<grpc>\S+) "
    r"\(probes (?P<probes>http://[^\s)]+)\)"
)
OF_POINTS = ("ingested", "confirmed", "spooled", "quarantined", "gap")


class Sidecar(Program):
    """Runs from __enter__ to __exit__ before the server whose gRPC is `upstream` (host:port), with
    its spool in `folder`/spool. After the end it may be entered again, on other ports."""

    def __init__(self, folder, upstream, *options):
        self.spool = folder / "spool"
        super().__init__(
            folder,
            NAME,
            LISTENING,
            *("run", "--spool", self.spool, "--upstream", f"rookery://{upstream}"),
            *("--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--metrics", "127.0.0.1:0"),
            # What is left is for the next start.
            *("--drain-seconds", 1),
            *options,
        )

    @property
    def url(self):
        return self.announced["http"]

    @property
    def grpc(self):
        return self.announced["grpc"]

    def ask(self, path):
        """What its probes' address says."""
        with Client(self.announced["probes"]) as probes:
            return probes.get(path).body.decode()

    def flush(self):
        """Returns when all that is in its spool is upstream."""
        assert self.ask("/flush?timeout=50s") == "OK\n"

    def points(self):
        """The conservation law's terms, which must hold whenever it is looked."""
        text = self.ask("/metrics")
        found = {
            term: int(float(re.search(rf"^rookery_sidecar_{term}_points (\S+)$", text, re.M)[1]))
            for term in OF_POINTS
        }
        assert found["ingested"] == sum(found[term] for term in OF_POINTS[1:]), found
        assert min(found.values()) >= 0, found
        return found


def command(*words):
    """Runs `rookery-sidecar` with other words to its end."""
    return subprocess.run(
        [ROOKERY.with_name(NAME), *(str(word) for word in words)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
