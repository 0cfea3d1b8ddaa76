"""50 million points of W1: what they take on disk, and whether the last cost what the first did."""

import os

from tests.bench.kit import flatness, report, servers, storage
from tests.bench.kit.fill import fill
from tests.bench.kit.flatness import MILLION, Flatness, first_and_last
from tests.bench.kit.metric_load import W1, ingest

POINTS = 50 * MILLION
# Looking takes a moment of CPU, so it is not done at each.
MILLIONS_BETWEEN_LOOKS = 5
# Of MLflow's schema: 64 runs of 20 keys.
MLFLOW_STEPS = 800


def _measure(database):
    """Texts by what they tell, and the Flatness."""
    on_postgres = database == "PostgreSQL"
    with servers.rookery(database) as server:
        flat = Flatness(server.pid, int(os.environ["ROOKERY_BENCH_POSTGRES_PID"]))
        sizes = [storage.size(server)]
        log_before = storage.wal(server) if on_postgres else 0

        def look():
            sizes.append(storage.size(server))

        def note(points, seconds):
            flat.note(points, seconds)
            if len(flat.rates) % MILLIONS_BETWEEN_LOOKS == 0:
                look()

        def log_written():
            return _each(storage.wal(server) - log_before) if on_postgres else ""

        load = ingest(server, W1.of(POINTS), MILLION, note)
        look()
        told = {
            "points/s": report.short(load.rate),
            "points/s of a million": first_and_last(flat.rates, report.short),
            "µs of CPU a point": first_and_last(flat.costs, lambda cost: f"{cost:.3f}"),
            "bytes a point right after": _each(sizes[-1]),
            "WAL bytes a point right after": log_written(),
            "s to compacted": f"{storage.wait_until_compacted(server, look):.0f}",
        }
        look()
        told["bytes a point, compacted"] = _each(sizes[-1])
        told["WAL bytes a point, compacted"] = log_written()
        told["peak MiB"] = report.short(max(sizes) / 2**20)
        if on_postgres:
            live, count = storage.segments(server)
            told["bytes a point of live segments"] = f"{_each(live)} ({count:,} segments)"
            told["autovacuums of metric_segments"] = str(storage.autovacuums(server))
        return told, flat


def _each(size):
    return f"{size / POINTS:.1f}"


def _mlflow_bytes():
    """Bytes a point of MLflow's tables and indexes."""
    with servers.mlflow() as server:
        fill(server, "mlflow_points", runs=W1.runs, keys=W1.keys, steps=MLFLOW_STEPS)
        return storage.size(server) / (W1.runs * W1.keys * MLFLOW_STEPS)


def measure(with_mlflow):
    report.print_machine(f"{POINTS:,} points of W1, {W1.connections} streams")
    told, flat = {}, {}
    for database in servers.DATABASES:
        told[database], flat[database] = _measure(database)
    report.print_head(["what", *servers.DATABASES])
    for what in told["PostgreSQL"]:
        report.print_cells(what, *(told[database].get(what, "") for database in told))
    print(
        f"\nOf a million: the first → the last (means of {flatness.SEVERAL}). CPU: the server's and"
        f" PostgreSQL's. Plot of each: {flatness.plot(flat)}"
    )
    if with_mlflow:
        points = W1.runs * W1.keys * MLFLOW_STEPS
        each = _mlflow_bytes()
        print(
            f"MLflow's schema on the same PostgreSQL: {each:.0f} bytes a point, by {points:,} such"
            f" points inserted by SQL; {POINTS:,} would be {each * POINTS / 2**30:.1f} GiB"
        )
