"""`rookery-sidecar` as a child process on free ports of loopback."""

import re

from tests.support.raw import Client
from tests.support.split import Part

SERVING = re.compile(
    r"^rookery-sidecar .*?listening on (?P<http>http://[\d.:]+)(?: and \S+)* \(probes (?P<probes>http://[\d.:]+)\)"
)
SAMPLE = re.compile(r"^(\w+)(?:\{[^}]*\})? (\S+)$", re.MULTILINE)


def metrics_at(url):
    """The values of a program's /metrics by their names, those of all labels together."""
    with Client(url) as probes:
        page = probes.get("/metrics").body.decode()
    values = {}
    for name, value in SAMPLE.findall(page):
        values[name] = values.get(name, 0.0) + float(value)
    return values


class Sidecar(Part):
    """Runs from __enter__ to __exit__ before the server at `upstream` (host:port of its gRPC).

    `url` is where it serves MLflow's API, `probes` where it tells of itself. Its spool is `spool`,
    in `folder` if it is not named. It may be killed and started again on its ports.
    """

    def __init__(self, folder, upstream, *options, spool=None, label=None):
        self.spool = spool or folder / "spool"
        addresses = ["--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0"]
        super().__init__(
            folder,
            "rookery-sidecar",
            SERVING,
            "run",
            *addresses,
            *("--spool", self.spool, "--upstream", f"rookery://{upstream}"),
            *options,
            label=label,
        )

    @property
    def url(self):
        return self.announced["http"]

    @property
    def probes(self):
        return self.announced["probes"]

    def flush(self, seconds=60):
        """Whether all that is in the spool is upstream, within so many seconds."""
        with Client(self.probes, timeout=seconds + 30) as probes:
            return probes.get(f"/flush?timeout={seconds}s").status == 200

    def metrics(self):
        """The values of /metrics by their names, those of all labels together."""
        return metrics_at(self.probes)

    def is_away(self):
        """Whether it takes the upstream for away."""
        return self.metrics()["rookery_sidecar_upstream_away"] == 1

    def _keep_ports(self):
        self.words[2] = self.url.removeprefix("http://")
        self.words[4] = self.probes.removeprefix("http://")
