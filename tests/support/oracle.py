"""Load that keeps a journal of what was acknowledged, and a verdict of what became of it."""

import dataclasses
import http.client
import random
import threading

from tests.support.raw import API, Client
from tests.support.stored_points import stored_points

PATIENCE = 60
FIRST_TIMESTAMP = 1_790_000_000_000
KEYS = [f"metric{number}" for number in range(4)]


@dataclasses.dataclass
class Verdict:
    """In points."""

    attempted: int = 0
    acknowledged: int = 0
    # With equal ones, as the server counts them below what it shows.
    stored: int = 0
    # Acknowledged and not stored; tags as well.
    lost: int = 0
    # Stored more often than they were sent.
    duplicated: int = 0
    # Stored and never sent.
    unexpected: int = 0

    def __add__(self, other):
        pairs = zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)
        return Verdict(*(mine + its for mine, its in pairs))


class Trainer(threading.Thread):
    """Logs to a run of its own, request after request, each until it is acknowledged.

    Every attempt has a timestamp of its own, so that its points differ from those of all others:
    one that is stored twice was doubled behind the client. With `repeats_itself` an attempt is the
    same bytes again, as MLflow's client does it.
    """

    def __init__(self, url, run_id, seed, *, repeats_itself=False):
        super().__init__(daemon=True)
        self.run_id = run_id
        self.acknowledged = set()
        self.attempted = set()
        self.tags = {}
        # Points that were sent again, because there had been no answer.
        self.repeated = 0
        self.refusals = []
        self._url = url
        self._random = random.Random(seed)
        self._repeats_itself = repeats_itself
        self._attempt = 0
        self._ended = threading.Event()
        self.start()

    def end(self):
        """Lets the request that is under way be acknowledged."""
        self._ended.set()
        self.join(PATIENCE)
        assert not self.is_alive()

    def run(self):
        step = 0
        with Client(self._url, timeout=40) as client:
            while not self._ended.is_set():
                step += 1
                self._log(client, step)

    def _log(self, client, step):
        keys = self._random.sample(KEYS, self._random.randint(1, len(KEYS)))
        values = {key: self._random.random() for key in keys}
        tag = self._random.random() < 0.1
        tries = 0
        while True:
            if tries == 0 or not self._repeats_itself:
                self._attempt += 1
            points = {(k, step, FIRST_TIMESTAMP + self._attempt, v) for k, v in values.items()}
            self.attempted |= points
            answer = self._send(client, points, {"step": str(step)} if tag else {})
            if answer is not None and answer.status == 200:
                self.acknowledged |= points
                if tag:
                    self.tags["step"] = str(step)
                return
            tries += 1
            if answer is None:
                self.repeated += len(points)
            else:
                self.refusals.append(answer)
            # Not so fast that it only fails.
            threading.Event().wait(0.01)

    def _send(self, client, points, tags):
        metrics = [
            {"key": key, "step": step, "timestamp": timestamp, "value": value}
            for key, step, timestamp, value in sorted(points)
        ]
        tags = [{"key": key, "value": value} for key, value in tags.items()]
        try:
            return client.post("runs/log-batch", run_id=self.run_id, metrics=metrics, tags=tags)
        except (OSError, http.client.HTTPException):
            return None


def new_run(url):
    with Client(url) as client:
        answer = client.post("runs/create", experiment_id="0")
        assert answer.status == 200, answer.body
        return answer.json()["run"]["info"]["run_id"]


class Oracle:
    """Trainers at `url`, of which it says how their points fared in `server`."""

    def __init__(self, url, count, seed, *, runs=None, repeats_itself=False):
        runs = runs or [new_run(url) for _ in range(count)]
        self.trainers = [
            Trainer(url, run, f"{seed} {number}", repeats_itself=repeats_itself)
            for number, run in enumerate(runs)
        ]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for trainer in self.trainers:
            trainer._ended.set()

    def acknowledged(self):
        """Points so far."""
        return sum(len(trainer.acknowledged) for trainer in self.trainers)

    def repeated(self):
        return sum(trainer.repeated for trainer in self.trainers)

    def refusals(self):
        return [refusal for trainer in self.trainers for refusal in trainer.refusals]

    def end(self):
        for trainer in self.trainers:
            trainer.end()

    def verdict(self, server):
        """When they have ended, and all is in the server."""
        return sum((verdict_of(trainer, server) for trainer in self.trainers), Verdict())


def verdict_of(trainer, server):
    found = read_points(server.url, trainer.run_id, KEYS)
    stored = stored_points(server.grpc, trainer.run_id)
    with Client(server.url) as client:
        run = client.get(f"{API}runs/get?run_id={trainer.run_id}").json()["run"]
    tags = {tag["key"]: tag["value"] for tag in run["data"]["tags"]}
    lost_tags = [key for key, value in trainer.tags.items() if tags.get(key) != value]
    return Verdict(
        attempted=len(trainer.attempted),
        acknowledged=len(trainer.acknowledged),
        stored=stored,
        lost=len(trainer.acknowledged - found) + len(lost_tags),
        duplicated=stored - len(found),
        unexpected=len(found - trainer.attempted),
    )


def read_points(url, run_id, keys):
    """(key, step, timestamp, value) of all points, as MLflow's API shows them: equal ones once."""
    found = set()
    with Client(url) as client:
        for key in keys:
            answer = client.get(f"{API}metrics/get-history?run_id={run_id}&metric_key={key}")
            assert answer.status == 200, answer.body
            points = answer.json().get("metrics", [])
            these = {(p["key"], int(p["step"]), int(p["timestamp"]), p["value"]) for p in points}
            assert len(these) == len(points), f"{key} of run {run_id} shows equal points"
            found |= these
    return found
