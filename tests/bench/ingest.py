"""Metrics in: by gRPC on both databases, by HTTP beside MLflow; --large: 50 million points, too."""

import itertools

from tests.bench.kit import large_ingest, report, servers
from tests.bench.kit.bench import Bench
from tests.bench.kit.metric_load import W1, W2, W3, ingest

COLUMNS = [
    "workload",
    "streams",
    "database",
    "points/s",
    "the rounds, s",
    "s of CPU: server",
    "PostgreSQL",
    "load",
    "server's peak, MiB",
    "CPUs of others",
]
# More than a round of wrk writes to a run: each has steps that are new.
STEPS_OF_A_ROUND = 10_000_000


def measure_grpc(rounds):
    report.print_machine("Metrics in, by gRPC (rookery_metric_load)")
    report.print_head(COLUMNS)
    for workload, database in itertools.product((W1, W2, W3), servers.DATABASES):
        loads = []
        for _ in range(rounds):
            with servers.rookery(database) as server:
                loads.append(ingest(server, workload))
        median = sorted(loads, key=lambda load: load.rate)[len(loads) // 2]
        report.print_cells(
            f"{workload.name}, {workload.points:,} points",
            workload.connections,
            database,
            report.short(median.rate),
            ", ".join(f"{load.seconds:.2f}" for load in loads),
            f"{median.cpu['server']:.1f}",
            f"{median.cpu['postgres']:.1f}",
            f"{median.cpu['load']:.1f}",
            f"{max(load.peak_mib for load in loads):.0f}",
            f"{median.cpu['others'] / median.seconds:.2f}",
        )


def measure_http(bench):
    starts = itertools.count(step=STEPS_OF_A_ROUND)
    with bench.servers() as running:
        runs = {}
        for server in running:
            made = server.ask("POST", "experiments/create", name="bench")
            runs[server] = [
                server.ask("POST", "runs/create", **made)["run"]["info"]["run_id"]
                for _ in range(W1.runs)
            ]

        def batches(server):
            return [",".join(runs[server]), str(next(starts))]

        loads = bench.compare(
            "runs/log-batch (20 keys, 50 steps)", running, "log_batch", batches, 16
        )
        bench.compare("runs/log-metric", running, "log_metric", lambda s: [runs[s][0]], 16)
    print()
    for server, load in loads.items():
        print(
            f"{server.name}: {load.rate * W1.keys * W1.steps:,.0f} points/s of W1 by runs/log-batch"
        )


def main():
    bench = Bench("Metrics in, by HTTP", __doc__, "--large")
    measure_grpc(bench.options.rounds)
    print()
    measure_http(bench)
    if bench.options.large:
        print()
        large_ingest.measure(with_mlflow=not bench.options.rookery_only)


if __name__ == "__main__":
    main()
