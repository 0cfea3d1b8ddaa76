"""Points over gRPC by rookery_metric_load, and what they cost."""

import json
import subprocess
from dataclasses import dataclass, replace

from tests.bench.kit.processes import cpu_by_part, cpu_since, peak_mib
from tests.support.server import ROOT

PROGRAM = ROOT / "build/release/bench/rookery_metric_load"


@dataclass(frozen=True)
class Workload:
    """What is written: each request has `keys` with `steps` each."""

    name: str
    runs: int
    keys: int
    steps: int
    points: int
    connections: int

    def of(self, points):
        return replace(self, points=points)


W1 = Workload("W1: 64 runs, 20 keys by 50 steps", 64, 20, 50, 20_000_000, 16)
W2 = Workload("W2: one run, one key by 1,000 steps", 1, 1, 1000, 5_000_000, 1)
W3 = Workload("W3: 8 runs, 1,000 keys by one step", 8, 1000, 1, 2_000_000, 8)


@dataclass
class Ingest:
    """What a load measured. `cpu` are seconds, by part."""

    points: int
    seconds: float
    run_id: str  # One of the runs that were made.
    cpu: dict
    peak_mib: float

    @property
    def rate(self):
        return self.points / self.seconds


def ingest(server, workload, every=0, on_progress=None, runs_at=None):
    """Runs the load; calls `on_progress(points, seconds)` after each `every` points.

    `runs_at` is the gRPC address of where the runs are made, if `server` is a sidecar.
    """
    command = [PROGRAM, "--address", server.grpc, "ingest", "--progress-every", every]
    command += ["--runs-address", runs_at] if runs_at else []
    for name in ("runs", "keys", "steps", "points", "connections"):
        command += [f"--{name}", getattr(workload, name)]
    before, result = cpu_by_part(server), None
    with subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.PIPE, text=True
    ) as load:
        for line in load.stdout:
            result = json.loads(line)
            if "stored" in result:
                on_progress(result["stored"], result["seconds"])
    assert load.returncode == 0, f"the load ended with {load.returncode}"
    cpu = cpu_since(before, server)
    return Ingest(result["points"], result["seconds"], result["run_id"], cpu, peak_mib(server.pid))


def read_columns(server, run_id):
    """Points of the run and median milliseconds of reading all of them, of 7 times."""
    command = [PROGRAM, "--address", server.grpc, "read", "--run-id", run_id, "--times", "7"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result = json.loads(done.stdout)
    return result["points"], result["median_ms"]
