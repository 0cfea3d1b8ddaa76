"""What logging costs through a sidecar: durable acknowledgements, and a training loop's steps."""

import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import ClassVar

from tests.bench.kit import report, servers
from tests.bench.kit.bench import Bench
from tests.bench.kit.load import run_wrk
from tests.support.fault_link import FaultLink
from tests.support.sidecar import Sidecar

CONNECTIONS = 64
STEPS = 300
METRICS = 10
# About what the spool writes of a step, and what passes between two of them: after a pause a disk
# takes twice as long as at once.
STEP_BYTES = 700
STEP_SECONDS = 0.0018
SLOW_SECONDS = 2
# Where a sync costs nothing.
MEMORY = Path("/dev/shm")  # noqa: S108

# A training loop as people write it; prints milliseconds a step.
LOOP = """
import json, sys, time, mlflow
uri, steps, asynchronous = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "async"
mlflow.set_tracking_uri(uri)
names = [f"metric_{i}" for i in range(int(sys.argv[4]))]
took = []
with mlflow.start_run(run_id=sys.argv[5] or None):
    for step in range(steps):
        begun = time.perf_counter()
        mlflow.log_metrics({name: step * 0.5 for name in names}, step=step,
                           synchronous=not asynchronous)
        took.append((time.perf_counter() - begun) * 1e3)
    mlflow.flush_async_logging()
print(json.dumps(took[steps // 10:]))
"""


class AtOnce:
    """A server of MLflow's API that answers everything at once and keeps nothing."""

    RUN: ClassVar = {
        "run": {
            "info": {
                "run_id": "0" * 32,
                "run_uuid": "0" * 32,
                "experiment_id": "0",
                "status": "RUNNING",
                "start_time": 0,
                "artifact_uri": "mlflow-artifacts:/0",
                "lifecycle_stage": "active",
            },
            "data": {},
        },
        "run_info": {"run_id": "0" * 32, "run_uuid": "0" * 32, "status": "FINISHED"},
    }

    def __enter__(self):
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=[started])
        self._thread.start()
        started.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self, started):
        asyncio.set_event_loop(self._loop)
        serving = self._loop.run_until_complete(asyncio.start_server(self._answer, "127.0.0.1", 0))
        port = serving.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        started.set()
        self._loop.run_forever()

    async def _answer(self, reader, writer):
        body = json.dumps(self.RUN).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = request.partition(b"content-length: ")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                writer.write(head + str(len(body)).encode() + b"\r\n\r\n" + body)


@contextlib.contextmanager
def sidecar_before(server, spool_in=None):
    with (
        tempfile.TemporaryDirectory(dir=spool_in) as folder,
        Sidecar(Path(folder), server.grpc) as sidecar,
    ):
        running = servers.Running("sidecar", sidecar.url, sidecar.pid, server.uri, server.grpc)
        running.program = sidecar
        yield running


def make_run(server):
    made = server.ask("POST", "experiments/create", name=f"bench-{os.urandom(4).hex()}")
    return server.ask("POST", "runs/create", **made)["run"]["info"]["run_id"]


def measure_acknowledgements(options):
    report.print_machine("Durable acknowledgements over HTTP (log-metric)")
    report.print_head(report.COLUMNS)
    with servers.rookery("SQLite") as server, sidecar_before(server) as sidecar:
        run_id = make_run(server)
        loads = {server: [], sidecar: []}
        for _ in range(options.rounds):
            for target, done in loads.items():
                done.append(
                    run_wrk(
                        target,
                        "log_metric",
                        run_id,
                        connections=CONNECTIONS,
                        seconds=options.seconds,
                    )
                )
                sidecar.program.flush()
        for target, done in loads.items():
            median = sorted(done, key=lambda load: load.rate)[len(done) // 2]
            report.print_row("runs/log-metric", CONNECTIONS, target.name, median)


def steps_of(uri, mode="", run_id=""):
    """Milliseconds of each step."""
    done = subprocess.run(
        [sys.executable, "-c", LOOP, uri, str(STEPS), mode, str(METRICS), run_id],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"},
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def syncs():
    """Milliseconds of each write that is safe on disk afterwards, of a step's size and at the
    pace of steps, in a file that has its length already, as the spool's are."""
    took = []
    with tempfile.TemporaryFile() as file:
        file.write(bytes(STEPS * STEP_BYTES))
        os.fsync(file.fileno())
        for step in range(STEPS):
            time.sleep(STEP_SECONDS)
            begun = time.perf_counter()
            os.pwrite(file.fileno(), os.urandom(STEP_BYTES), step * STEP_BYTES)
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - begun) * 1e3)
    return took


class Loops:
    """Steps of each kind of training loop, over all rounds; printed in the order in which they came
    first."""

    def __init__(self):
        self._took = {}

    def add(self, what, took):
        self._took.setdefault(what, []).append(sorted(took))

    def print(self):
        for what, rounds in self._took.items():
            p50 = statistics.median(statistics.median(took) for took in rounds)
            p99 = statistics.median(took[int(len(took) * 0.99)] for took in rounds)
            report.print_cells(what, f"{p50:.2f}", f"{p99:.2f}")


def run_loops(loops):
    with servers.rookery("SQLite") as server, sidecar_before(server) as sidecar, AtOnce() as once:
        loops.add("a server that answers at once", steps_of(once.url))
        loops.add("sidecar", steps_of(sidecar.url))
        loops.add("(a write and fdatasync alone)", syncs())
        if MEMORY.is_dir():
            with sidecar_before(server, MEMORY) as in_memory:
                loops.add("sidecar, its spool in memory", steps_of(in_memory.url))
        loops.add("server", steps_of(server.url))
        loops.add("server, MLflow's asynchronous logging", steps_of(server.url, "async"))
        with tempfile.TemporaryDirectory() as folder, Sidecar(Path(folder), "127.0.0.1:9") as alone:
            loops.add("sidecar whose upstream refuses", steps_of(alone.url))
    with servers.rookery("SQLite") as server, sidecar_before(server) as sidecar:
        os.kill(server.pid, 19)
        try:
            loops.add("sidecar whose upstream hangs", steps_of(sidecar.url))
        finally:
            os.kill(server.pid, 18)
    with (
        servers.rookery("SQLite") as server,
        FaultLink(server.grpc) as link,
        tempfile.TemporaryDirectory() as folder,
        Sidecar(Path(folder), link.address) as behind,
    ):
        link.delay = SLOW_SECONDS
        loops.add(f"sidecar whose upstream takes {SLOW_SECONDS} s", steps_of(behind.url))
        link.delay, link.fault = 0.0, lambda _, is_answer: is_answer
        loops.add("sidecar whose upstream's answers are lost", steps_of(behind.url))


def measure_loop(options):
    print(
        f"\nA training loop of MLflow's client, {METRICS} metrics a step, {STEPS} steps, medians "
        f"of {options.rounds} rounds:\n"
    )
    report.print_head(["where to", "p50 ms a step", "p99"])
    loops = Loops()
    for _ in range(options.rounds):
        run_loops(loops)
    loops.print()


def main():
    bench = Bench("Through a sidecar", __doc__)
    measure_acknowledgements(bench.options)
    measure_loop(bench.options)


if __name__ == "__main__":
    main()
