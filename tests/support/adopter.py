"""`rookery-sidecar adopt` as a child process on a free port of the loopback."""

import re

from tests.support.sidecar import metrics_at
from tests.support.split import Part

ADOPTING = re.compile(
    r"^rookery-sidecar \S+ adopting spools below \S+ \(probes (?P<probes>http://[\d.:]+)\)"
)


class Adopter(Part):
    """Looks after the spools below `root`, which go to `upstream` (host:port of its gRPC)."""

    def __init__(self, folder, root, upstream, *options):
        super().__init__(
            folder,
            "rookery-sidecar",
            ADOPTING,
            *("adopt", "--root", root, "--metrics", "127.0.0.1:0"),
            *("--upstream", f"rookery://{upstream}", "--after", "200ms", "--interval", "100ms"),
            *options,
            label="adopter",
        )

    @property
    def probes(self):
        return self.announced["probes"]

    def metrics(self):
        """As Sidecar.metrics."""
        return metrics_at(self.probes)
