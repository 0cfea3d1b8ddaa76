"""From a commit to 100 subscribers of WatchMetrics, on one replica and on two."""

import contextlib
import json
import subprocess
import tempfile
from pathlib import Path

from tests.bench.kit import report
from tests.bench.kit.bench import Bench
from tests.bench.kit.metric_load import PROGRAM
from tests.support.postgres import fresh_database
from tests.support.server import Server

SUBSCRIBERS = 100


@contextlib.contextmanager
def replicas(count):
    """The gRPC addresses of so many servers on one PostgreSQL."""
    with contextlib.ExitStack() as stack:
        uri = stack.enter_context(fresh_database())
        addresses = []
        for _ in range(count):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            server = stack.enter_context(Server(folder, "--backend-store-uri", uri))
            addresses.append(server.grpc)
        yield addresses


def watch(addresses):
    command = [PROGRAM, "--address", addresses[0], "watch", "--subscribers", str(SUBSCRIBERS)]
    command += ["--writer-address", addresses[-1]]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def main():
    bench = Bench(f"Commit to {SUBSCRIBERS} subscribers", __doc__)
    report.print_machine(f"Commit to {SUBSCRIBERS} subscribers, PostgreSQL")
    report.print_head(["replicas", "from", "p50 ms", "p99 ms", "worst ms", "missed"])
    for count in (1, 2):
        with replicas(count) as addresses:
            rounds = [watch(addresses) for _ in range(bench.options.rounds)]
        for since in ("from_sent", "from_acknowledged"):
            median = sorted(rounds, key=lambda result: result[since]["p99_ms"])[len(rounds) // 2]
            times = median[since]
            report.print_cells(
                str(count),
                since.replace("from_", ""),
                *(f"{times[name]:.2f}" for name in ("p50_ms", "p99_ms", "worst_ms")),
                str(sum(result["missed"] for result in rounds)),
            )


if __name__ == "__main__":
    main()
