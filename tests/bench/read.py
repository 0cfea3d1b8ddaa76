"""Reads of one key of 1,000,000 points: JSON beside MLflow, columns by gRPC, 320 samples."""

import statistics
import time
from urllib.parse import urlencode

from tests.bench.kit import report
from tests.bench.kit.bench import Bench
from tests.bench.kit.fill import fill
from tests.bench.kit.metric_load import W2, ingest, read_columns
from tests.bench.kit.storage import segments, wait_until_compacted
from tests.support.raw import Client

POINTS = 1_000_000
KEY = "train/metric_0"
PAGE = 25_000
# MLflow needs most of a minute.
SECONDS_TO_ANSWER = 600


def write(server):
    """Returns the id of the run."""
    if server.grpc:
        run_id = ingest(server, W2.of(POINTS)).run_id
        wait_until_compacted(server)
        return run_id
    fill(server, "mlflow_points", runs=1, keys=1, steps=POINTS)
    request = {"experiment_ids": ["0"]}
    return server.ask("POST", "runs/search", **request)["runs"][0]["info"]["run_id"]


def page_token(body):
    """It stands at one of the ends; parsing all of the JSON would be the client's time."""
    mark = b'"next_page_token"'
    for end in (body[-1000:], body[:1000]):
        if mark in end:
            return end.split(mark)[1].split(b'"')[1].decode()
    return None


def read_json(server, run_id, **options):
    """Seconds for the whole history, and its bytes; by pages if `options` has max_results."""
    query = {"run_id": run_id, "metric_key": KEY, **options}
    bodies = []
    with Client(server.url, SECONDS_TO_ANSWER) as client:
        began = time.perf_counter()
        while True:
            answer = client.get(f"/api/2.0/mlflow/metrics/get-history?{urlencode(query)}")
            assert answer.status == 200, (server.name, answer.status, answer.body[:500])
            bodies.append(answer.body)
            query["page_token"] = page_token(answer.body)
            if not query["page_token"]:
                break
        seconds = time.perf_counter() - began
    points = sum(body.count(b'"timestamp"') for body in bodies)
    assert points == POINTS, f"{server.name} gave {points} of {POINTS} points"
    return seconds, sum(map(len, bodies))


def compare_json(bench, runs):
    report.print_head(["get-history", "server", "points/s", "the rounds, s", "MB"])
    ways = {"in one answer": {}, f"by pages of {PAGE:,}": {"max_results": PAGE}}
    for way, options in ways.items():
        for server, run_id in runs.items():
            # MLflow takes so long that its one time is told.
            rounds = bench.options.rounds if server.grpc else 1
            reads = [read_json(server, run_id, **options) for _ in range(rounds)]
            seconds = statistics.median(seconds for seconds, _ in reads)
            report.print_cells(
                way,
                server.name,
                report.short(POINTS / seconds),
                ", ".join(f"{seconds:.2f}" for seconds, _ in reads),
                f"{reads[0][1] / 1e6:.0f}",
            )


def main():
    bench = Bench(f"One key of {POINTS:,} points", __doc__)
    with bench.servers() as running:
        runs = {server: write(server) for server in running}
        samples = "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?"

        def interval(server):
            query = {"run_ids": runs[server], "metric_key": KEY, "max_results": 320}
            return [samples + urlencode(query)]

        bench.compare("320 samples (get-history-bulk-interval)", running, "get", interval, 1)
        print()
        compare_json(bench, runs)
        rookery = running[0]
        reads = [read_columns(rookery, runs[rookery]) for _ in range(bench.options.rounds)]
        assert all(points == POINTS for points, _ in reads), reads
        times = [milliseconds for _, milliseconds in reads]
        print(
            f"\nRookery holds it in {segments(rookery)[1]} segments. ReadMetricColumns to a C++"
            f" client: {statistics.median(times):.1f} ms ({', '.join(map(str, times))}: each the"
            " median of 7)"
        )


if __name__ == "__main__":
    main()
