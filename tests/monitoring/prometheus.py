"""A real Prometheus, with the rules and the configuration that are shipped, in a hurry."""

import json
import re
import shutil
import signal
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from tests.monitoring.alert_rules import hurried
from tests.support.own_postgres import free_port
from tests.support.program import ROOT, Program
from tests.support.raw import Client

CONFIGURATION = ROOT / "deploy/prometheus/prometheus.yml"
READY = re.compile("Server is ready to receive web requests")
# What takes minutes in the rules takes seconds here, and a look is made as much more often.
FACTOR = 60
INTERVAL = "500ms"


class Prometheus(Program):
    """Runs from __enter__ to __exit__ with its data in `folder`, and scrapes `jobs`: each a list of
    host:port under a name, or of (host:port, authority) where it is over TLS."""

    def __init__(self, folder, jobs):
        binary = shutil.which("prometheus")
        if binary is None:
            pytest.skip("NOT RUN: Debian's package prometheus is not installed")
        self._address = f"127.0.0.1:{free_port()}"
        self._file = folder / "prometheus.yml"
        super().__init__(
            folder,
            "prometheus",
            READY,
            *("--config.file", self._file, "--storage.tsdb.path", folder / "prometheus"),
            *("--web.listen-address", self._address),
        )
        self._binary = Path(binary)
        (folder / "rules.yaml").write_text(yaml.safe_dump(hurried(FACTOR)))
        self._configure(jobs)

    def reconfigure(self, jobs):
        self._configure(jobs)
        self.signal(signal.SIGHUP)

    def ask(self, query):
        """The answer to an instant query: pairs of labels and a value."""
        with Client(f"http://{self._address}") as client:
            said = client.get(f"/api/v1/query?query={quote(query)}").json()
        assert said["status"] == "success", said
        return [(one["metric"], float(one["value"][1])) for one in said["data"]["result"]]

    def value(self, query):
        """Of the one series that there is, or None."""
        found = self.ask(query)
        return found[0][1] if found else None

    def is_watching(self, count):
        """Whether each of so many targets was seen up twice."""
        seen = self.ask("sum_over_time(up[1m])")
        return len(seen) == count and min(times for _, times in seen) >= 2

    def fired(self):
        """The labels of all alerts that have fired since the start, by their names."""
        found = {}
        for labels, _ in self.ask('max_over_time(ALERTS{alertstate="firing"}[1h])'):
            found.setdefault(labels["alertname"], []).append(labels)
        return found

    def unhealthy(self):
        """Rules that cannot be evaluated, with the reason."""
        with Client(f"http://{self._address}") as client:
            groups = client.get("/api/v1/rules").json()["data"]["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        return {rule["name"]: rule for rule in rules if rule["health"] == "err"}

    def _configure(self, jobs):
        settings = yaml.safe_load(CONFIGURATION.read_text())
        settings["global"].update(scrape_interval=INTERVAL, evaluation_interval=INTERVAL)
        settings["rule_files"] = [str(self.folder / "rules.yaml")]
        like = settings["scrape_configs"][0]
        settings["scrape_configs"] = [_job(like, name, targets) for name, targets in jobs.items()]
        self._file.write_text(json.dumps(settings))


def _job(like, name, targets):
    job = {**like, "job_name": name}
    if targets and isinstance(targets[0], tuple):
        job.update(scheme="https", tls_config={"ca_file": str(targets[0][1])})
        targets = [target for target, _ in targets]
    return {**job, "static_configs": [{"targets": targets}]}
