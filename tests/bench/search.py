"""runs/search over HTTP: 10,000 runs, or with --large 100,000 larger ones (minutes to fill)."""

import json
import time

from tests.bench.kit.bench import Bench
from tests.bench.kit.fill import fill
from tests.support.raw import Client

SMALL = {"runs": 10_000, "params": 5, "metrics": 5, "tags": 3}
LARGE = {"runs": 100_000, "params": 20, "metrics": 20, "tags": 10}
SEARCHES = {
    "1 % by a param, page of 100": {"filter": "params.param_1 = '7'", "max_results": 100},
    "1 % by a metric, page of 100": {"filter": "metrics.metric_1 < 0.01", "max_results": 100},
    "page of 1,000 full runs": {"max_results": 1000},
    "page of 100 by a metric": {"order_by": ["metrics.metric_2 DESC"], "max_results": 100},
}


def page_through(server, runs):
    """Seconds to read all runs by pages of 1,000."""
    request = {"experiment_ids": ["0"], "max_results": 1000}
    began, seen = time.perf_counter(), set()
    while True:
        answer = server.ask("POST", "runs/search", **request)
        seen.update(run["info"]["run_id"] for run in answer["runs"])
        if not answer.get("next_page_token"):
            break
        request["page_token"] = answer["next_page_token"]
    assert len(seen) == runs, f"{server.name} gave {len(seen)} of {runs} runs"
    return time.perf_counter() - began


def main():
    bench = Bench("runs/search", __doc__, "--large")
    sizes = LARGE if bench.options.large else SMALL
    with bench.servers() as running:
        with Client(running[0].url) as client:
            answer = client.post("runs/search", experiment_ids=["0"])
        if answer.status != 200:
            print(f"Rookery does not answer runs/search yet: {answer.body.decode()}")
            return
        for server in running:
            fill(server, "rookery" if server.name == "Rookery" else "mlflow", **sizes)
        shape = "{runs:,} runs of {params} params, {metrics} metrics, {tags} tags".format(**sizes)
        for what, search in SEARCHES.items():
            body = json.dumps({"experiment_ids": ["0"], **search})
            for connections in (1, 16):
                bench.compare(
                    what, running, "post", lambda _, body=body: ["runs/search", body], connections
                )
        print(f"\nThe data: {shape}. All of it by pages of 1,000, one after another:")
        for server in running:
            print(f"{server.name}: {page_through(server, sizes['runs']):.2f} s")


if __name__ == "__main__":
    main()
