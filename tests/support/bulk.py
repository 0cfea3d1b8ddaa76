"""Batches that fill a spool with few requests."""

import json
import threading

from tests.support.raw import API, Client

POINTS = 1_000
TIMESTAMP = 1_790_000_000_000
KEYS = [f"{number:04}{'k' * 240}" for number in range(POINTS)]
# What a batch takes in the spool, nearly all of it keys.
BATCH_BYTES = 265_000


def batch(run_id, step):
    """A point under each of the keys."""
    metrics = [{"key": k, "value": 0.5, "timestamp": TIMESTAMP + step, "step": step} for k in KEYS]
    return json.dumps({"run_id": run_id, "metrics": metrics})


TAGS = 100
# All of the tags replace those of the batch before.
TAGS_BATCH_BYTES = 500_000


def tags_batch(run_id, step):
    """One point, and tags that take more room than anything else."""
    tags = [{"key": f"tag{number}", "value": f"{step:05}" * 1_000} for number in range(TAGS)]
    metrics = [{"key": "loss", "value": 0.5, "timestamp": TIMESTAMP + step, "step": step}]
    return json.dumps({"run_id": run_id, "metrics": metrics, "tags": tags})


SERIES = 10


def series_batch(run_id, step):
    """As many points as a batch has, of a few metrics."""
    first = step * POINTS // SERIES
    steps = range(first, first + POINTS // SERIES)
    metrics = [
        {"key": f"metric{key}", "value": 1 / (1 + at), "timestamp": TIMESTAMP + at, "step": at}
        for key in range(SERIES)
        for at in steps
    ]
    return json.dumps({"run_id": run_id, "metrics": metrics})


def fill(url, run_id, batches, make=batch, threads=2):
    """Sends batches for steps from 0 on until there were so many, or one is refused.

    Returns the steps that were acknowledged, and the refusals.
    """
    steps = iter(range(batches))
    mutex = threading.Lock()
    acknowledged, refusals = [], []

    def send():
        with Client(url) as client:
            while not refusals:
                with mutex:
                    step = next(steps, None)
                if step is None:
                    return
                answer = client.ask("POST", f"{API}runs/log-batch", make(run_id, step))
                (acknowledged if answer.status == 200 else refusals).append(
                    step if answer.status == 200 else answer
                )

    senders = [threading.Thread(target=send) for _ in range(threads)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return sorted(acknowledged), refusals
