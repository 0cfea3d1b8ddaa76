"""`rookery-sidecar adopt` as a child process on a free port of the loopback."""

import re

from tests.support.split import Part

ADOPTING = re.compile(
    r"^rookery-sidecar \S+ adopting spools below \S+ \(probes (?P<probes>http://[\d.:]+)\)"
)


class Adopter(Part):
    """Looks after the spools below `root`, which go to `upstream` (host:port of its gRPC)."""

    def __init__(self, folder, root, upstream):
        super().__init__(
            folder,
            "rookery-sidecar",
            ADOPTING,
            *("adopt", "--root", root, "--metrics", "127.0.0.1:0"),
            *("--upstream", f"rookery://{upstream}", "--after", "200ms", "--interval", "500ms"),
            label="adopter",
        )

    @property
    def probes(self):
        return self.announced["probes"]
