"""How soon what a sidecar has acknowledged is visible, and how fast a backlog goes upstream."""

import contextlib
import dataclasses
import json
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from tests.bench.kit import metric_load, report, servers
from tests.bench.kit.bench import Bench
from tests.bench.sidecar import make_run
from tests.support.grpc_sidecar import Sidecar
from tests.support.raw import API, Client

# Batches of so many points, of so many connections, each so many times a second.
BATCH = 100
WRITERS = 4
BATCHES_A_SECOND = 20
WORKLOAD = dataclasses.replace(metric_load.W1, connections=4, points=10_000_000)
NOWHERE = "127.0.0.1:9"


@contextlib.contextmanager
def steady_load(url, run_id):
    """Log-batch requests at times that do not depend on how long the answers take. Yields what
    counts those that came too late for their time."""
    stop, late = threading.Event(), []

    def write(number):
        with Client(url) as client:
            begun, sent = time.monotonic(), 0
            while not stop.wait(max(0, begun + sent / BATCHES_A_SECOND - time.monotonic())):
                metrics = [
                    {"key": f"load{number}", "value": 0.5, "timestamp": 1, "step": BATCH * sent + i}
                    for i in range(BATCH)
                ]
                body = json.dumps({"run_id": run_id, "metrics": metrics})
                assert client.ask("POST", f"{API}runs/log-batch", body).status == 200
                sent += 1
                if time.monotonic() > begun + (sent + 1) / BATCHES_A_SECOND:
                    late.append(number)

    writers = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        yield late
    finally:
        stop.set()
        for writer in writers:
            writer.join()


def watched(server, sidecar):
    """Points one by one into the sidecar, watched at the server."""
    command = [metric_load.PROGRAM, "--address", server.grpc, "watch", "--subscribers", "1"]
    command += ["--writer-address", sidecar.grpc]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def measure_visibility(options):
    points = BATCH * WRITERS * BATCHES_A_SECOND
    report.print_machine(f"Acknowledged by a sidecar to visible, {points:,} other points a second")
    report.print_head(["server", "from", "p50 ms", "p99 ms", "worst ms", "missed", "load late"])
    for database in servers.DATABASES:
        with (
            servers.rookery(database) as server,
            tempfile.TemporaryDirectory() as folder,
            Sidecar(Path(folder), server.grpc) as sidecar,
            steady_load(sidecar.url, make_run(server)) as late,
        ):
            rounds = [watched(server, sidecar) for _ in range(options.rounds)]
        for since in ("from_sent", "from_acknowledged"):
            median = sorted(rounds, key=lambda result: result[since]["p99_ms"])[len(rounds) // 2]
            report.print_cells(
                database,
                since.removeprefix("from_"),
                *(f"{median[since][name]:.2f}" for name in ("p50_ms", "p99_ms", "worst_ms")),
                sum(result["missed"] for result in rounds),
                len(late),
            )


def drained(server, folder):
    """Points a second into a sidecar whose server is away, and from it once the server is there."""
    with Sidecar(folder, NOWHERE) as sidecar:
        away = servers.Running("sidecar", sidecar.url, sidecar.pid, server.uri, sidecar.grpc)
        taken = metric_load.ingest(away, WORKLOAD, runs_at=server.grpc)
    begun = time.monotonic()
    with Sidecar(folder, server.grpc) as sidecar:
        # With the start, which knows nothing of the server yet.
        sidecar.flush()
        seconds = time.monotonic() - begun
        assert sidecar.points()["confirmed"] == WORKLOAD.points
    return taken.rate, WORKLOAD.points / seconds


def measure_drain(options):
    report.print_machine(f"A backlog of {WORKLOAD.points:,} points, {WORKLOAD.name}")
    report.print_head(
        ["server", "it takes points/s", "the sidecar took", "drained at", "of the server's speed"]
    )
    for database in servers.DATABASES:
        rounds = []
        for _ in range(options.rounds):
            with servers.rookery(database) as server, tempfile.TemporaryDirectory() as folder:
                direct = metric_load.ingest(server, WORKLOAD).rate
                rounds.append((direct, *drained(server, Path(folder))))
        direct, taken, drain = sorted(rounds, key=lambda each: each[2] / each[0])[len(rounds) // 2]
        report.print_cells(
            database, f"{direct:,.0f}", f"{taken:,.0f}", f"{drain:,.0f}", f"{drain / direct:.2f}"
        )


def main():
    bench = Bench("From a sidecar to its server", __doc__)
    measure_visibility(bench.options)
    print()
    measure_drain(bench.options)


if __name__ == "__main__":
    main()
