"""Small reads over HTTP: nothing at all, experiments, runs and the registry."""

from urllib.parse import urlencode

from tests.bench.kit.bench import Bench

NAME = "bench"


def fill(server):
    """Makes one of everything, each with tags as clients set them. Returns {call: its query}."""
    tags = [{"key": f"tag_{i}", "value": str(i)} for i in range(3)]
    experiment = server.ask("POST", "experiments/create", name=NAME, tags=tags)
    run = server.ask("POST", "runs/create", **experiment, run_name=NAME, tags=tags)["run"]["info"]
    run_id = {"run_id": run["run_id"]}
    server.ask(
        "POST",
        "runs/log-batch",
        **run_id,
        params=[{"key": f"param_{i}", "value": str(i)} for i in range(5)],
        metrics=[{"key": f"metric_{i}", "value": i, "timestamp": 1, "step": 0} for i in range(5)],
    )
    server.ask("POST", "registered-models/create", name=NAME, tags=tags)
    source = {"source": f"{run['artifact_uri']}/model"}
    server.ask("POST", "model-versions/create", name=NAME, **run_id, **source, tags=tags)
    return {
        "experiments/get": experiment,
        "experiments/get-by-name": {"experiment_name": NAME},
        "runs/get": run_id,
        "registered-models/get": {"name": NAME},
        "model-versions/get": {"name": NAME, "version": "1"},
    }


def main():
    bench = Bench("Reads of one object", __doc__)
    with bench.servers() as running:
        queries = {server: fill(server) for server in running}

        def path(server, call):
            return f"/api/2.0/mlflow/{call}?{urlencode(queries[server][call])}"

        bench.compare("GET /health", running, "get", lambda _: ["/health"], 16)
        for call in queries[running[0]]:
            for connections in (1, 16):
                bench.compare(
                    call, running, "get", lambda s, call=call: [path(s, call)], connections
                )


if __name__ == "__main__":
    main()
