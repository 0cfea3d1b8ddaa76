"""Logs with MLflow's own client until the file `stop` is there, and prints what was acknowledged.

Writers log to runs of their own, one looks at the registry, one uploads files. Each call that an
unmodified client gives up on is a failure.
"""

import json
import pathlib
import sys
import threading
import time
import traceback

from mlflow import MlflowClient

STOP = pathlib.Path("stop")
FAILURES = []
ACKNOWLEDGED = {}
CALLS = {"log": 0, "registry": 0, "artifact": 0}


def repeat(name, call):
    def work():
        number = 0
        while not STOP.exists():
            try:
                call(number)
            except Exception as error:
                FAILURES.append(f"{name}: {error!r}"[:500])
                traceback.print_exc()
                time.sleep(1)
            else:
                number += 1
                CALLS[name] += 1

    return threading.Thread(target=work)


def writer(client, experiment_id):
    run_id = client.create_run(experiment_id).info.run_id
    ACKNOWLEDGED[run_id] = 0

    def log(step):
        client.log_metric(run_id, "loss", 1 / (step + 1), timestamp=step + 1, step=step)
        ACKNOWLEDGED[run_id] = step + 1
        time.sleep(0.02)

    return repeat("log", log)


def looker(client, name):
    def look(number):
        client.create_model_version(name, f"s3://models/{number}")
        client.get_registered_model(name)
        time.sleep(0.2)

    return repeat("registry", look)


def uploader(client, experiment_id):
    run_id = client.create_run(experiment_id).info.run_id

    def upload(number):
        client.log_text(run_id, str(number), f"{number}.txt")
        time.sleep(0.2)

    return repeat("artifact", upload)


def main():
    STOP.unlink(missing_ok=True)
    name = sys.argv[1]
    client = MlflowClient()
    experiment_id = client.create_experiment(name)
    client.create_registered_model(name)
    threads = [writer(client, experiment_id) for _ in range(3)]
    threads += [looker(client, name), uploader(client, experiment_id)]
    for thread in threads:
        thread.start()
    pathlib.Path("started").touch()
    for thread in threads:
        thread.join()
    lost = 0
    for run_id, acknowledged in ACKNOWLEDGED.items():
        steps = {point.step for point in client.get_metric_history(run_id, "loss")}
        lost += len(set(range(acknowledged)) - steps)
    print(
        json.dumps(
            {
                "failures": FAILURES,
                "calls": CALLS,
                "lost": lost,
                "points": sum(ACKNOWLEDGED.values()),
            }
        )
    )


main()
