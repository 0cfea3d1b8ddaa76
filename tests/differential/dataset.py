"""A set of objects with odd names and values, made through the API of any server.

What a search finds is told by names of ours, since every server gives its own ids: runs and logged
models by their names, versions by `model/number`. Start times differ from run to run, so that the
order of a search's answer is defined.
"""

import time
from urllib.parse import urlencode

from tests.support.raw import API

# None of another test's objects begin like this.
PREFIX = "q-"
TEXTS = [
    *("a", "A", "ab", "aB", "a b", "a_b", "a%b", "a.b", "", " a", "1", "1.0", "-1", "NULL", "null"),
    *(
        "it's",
        'say "hi"',
        "`tick`",
        "back\\slash",
        "ünïcode",
        "漢字",
        "x AND y",
        "x, y",
        "(a)",
        "%",
    ),
]
METRIC_KEYS = ["m", "M", "a b", "x/y", "loss.val", "m-1"]
METRIC_VALUES = [0, -0.0, 1, -1.5, 0.1, 1e-3, 1e308, -1e308, 2**53, "NaN", "Infinity", "-Infinity"]
PARAM_KEYS = ["p", "P", "odd key", "p.q", "p/q", "p-1"]
TAG_KEYS = ["t", "T", "odd key", "t.u", "t/u", "t-1"]
STATUSES = ["RUNNING", "FINISHED", "FAILED", "KILLED", "SCHEDULED"]
DATASETS = [
    ("train", "d1", "training"),
    ("TRAIN", "d2", "eval"),
    ("it's", "d1", "a b"),
    ("%", "d3", ""),
]
RUNS = 24


class Dataset:
    """Made by the constructor; `client` is a raw.Client of the server."""

    def __init__(self, client):
        self._client = client
        # Ids by our names.
        self.ids = {}
        self._make_experiments()
        self._make_logged_models()
        self._make_runs()
        self._make_registry()
        self.names = {real: name for name, real in self.ids.items()}

    def filled(self, text):
        """`{{r3}}` in a query is the server's own id of our r3."""
        for name, real in self.ids.items():
            text = text.replace("{{" + name + "}}", real)
        return text

    def search(self, kind, query, order):
        """(True, names in order) or (False, HTTP status)."""
        answer = getattr(self, f"_{kind}")(
            self.filled(query), [self.filled(each) for each in order]
        )
        if answer.status != 200:
            # Uvicorn may close without having said so.
            self._client.close()
            return False, answer.status
        return True, self._found(kind, answer.json())

    def _runs(self, query, order):
        ids = [self.ids["e0"], self.ids["e1"]]
        return self._client.post(
            "runs/search", experiment_ids=ids, filter=query, order_by=order, max_results=1000
        )

    def _experiments(self, query, order):
        return self._client.post(
            "experiments/search", filter=query, order_by=order, max_results=1000, view_type="ALL"
        )

    def _logged_models(self, query, order):
        ids = [self.ids["e0"], self.ids["e1"]]
        keys = []
        for item in order:
            key, _, direction = item.partition(" ")
            keys.append({"field_name": key, "ascending": direction != "DESC"})
        message = {"experiment_ids": ids, "filter": query, "order_by": keys, "max_results": 1000}
        return self._client.post("logged-models/search", **message)

    def _registered_models(self, query, order):
        return self._get("registered-models/search", query, order)

    def _versions(self, query, order):
        return self._get("model-versions/search", query, order)

    def _get(self, rpc, query, order):
        pairs = [
            ("filter", query),
            ("max_results", "1000"),
            *(("order_by", each) for each in order),
        ]
        return self._client.get(f"{API}{rpc}?{urlencode(pairs)}")

    def _found(self, kind, body):
        if kind == "runs":
            return [run["info"]["run_name"] for run in body.get("runs", [])]
        if kind == "experiments":
            names = [each["name"] for each in body.get("experiments", [])]
        elif kind == "logged_models":
            return [self.names[each["info"]["model_id"]] for each in body.get("models", [])]
        elif kind == "registered_models":
            names = [each["name"] for each in body.get("registered_models", [])]
        else:
            names = [f"{v['name']}/{v['version']}" for v in body.get("model_versions", [])]
        return [name for name in names if name.startswith(PREFIX)]

    def _post(self, rpc, **message):
        # No two objects get one creation time: the order by it is then defined.
        before = _now_ms()
        while _now_ms() == before:
            pass
        answer = self._client.post(rpc, **message)
        assert answer.status == 200, (rpc, message, answer)
        return answer.json()

    def _make_experiments(self):
        names = ["e0", "e1", "Alpha", "alpha", "a_b", "a%b", "it's", "ünïcode", "gone"]
        for number, name in enumerate(names):
            tags = _pairs(TAG_KEYS, number)
            made = self._post("experiments/create", name=PREFIX + name, tags=tags)
            self.ids[name] = made["experiment_id"]
        self._post("experiments/delete", experiment_id=self.ids["gone"])

    def _make_logged_models(self):
        for number in range(10):
            name = f"m{number}"
            model = self._post(
                "logged-models",
                experiment_id=self.ids[f"e{number % 2}"],
                name=["Model", "model", "mo_el", "mödel", "a b"][number % 5],
                model_type=["", "agent", "Agent"][number % 3],
                params=_pairs(PARAM_KEYS, number),
                tags=_pairs(TAG_KEYS, number),
            )
            self.ids[name] = model["model"]["info"]["model_id"]
            status = [None, "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"][number % 3]
            if status:
                path = f"{API}logged-models/{self.ids[name]}"
                body = f'{{"model_id": "{self.ids[name]}", "status": "{status}"}}'
                assert self._client.ask("PATCH", path, body).status == 200

    def _make_runs(self):
        for number in range(RUNS):
            name = f"r{number:02}"
            run = self._post(
                "runs/create",
                experiment_id=self.ids[f"e{number % 2}"],
                run_name=name,
                user_id=["", "me", "Me", "it's"][number % 4],
                start_time=1000 + (number * 7) % RUNS,
                tags=_pairs(TAG_KEYS, number),
            )
            self.ids[name] = run["run"]["info"]["run_id"]
            self._fill_run(number, self.ids[name])

    def _fill_run(self, number, run_id):
        metrics = [
            {
                "key": key,
                # Which of a logged model's points is the latest is then defined.
                "timestamp": number + 1,
                "step": step,
                "value": METRIC_VALUES[at % len(METRIC_VALUES)],
            }
            for i, key in enumerate(METRIC_KEYS)
            for step in range(2)
            if (number + i) % 4
            for at in [number * (i + 1) + step]
        ]
        # Those of a run become those of a logged model, of which it may be the source. Of these
        # MLflow takes NaN for 0, which one key is enough to show.
        for each in metrics:
            if each["value"] != "NaN":
                each["model_id"] = self.ids[f"m{number % 10}"]
        if number == 0:
            metrics.append(
                {
                    "key": "nan",
                    "timestamp": 1,
                    "step": 0,
                    "value": "NaN",
                    "model_id": self.ids["m0"],
                }
            )
        self._post(
            "runs/log-batch", run_id=run_id, metrics=metrics, params=_pairs(PARAM_KEYS, number)
        )
        inputs = [
            {
                "dataset": {"name": name, "digest": digest, "source_type": "local", "source": "s"},
                "tags": [{"key": "mlflow.data.context", "value": context}] if context else [],
            }
            for i, (name, digest, context) in enumerate(DATASETS)
            if (number >> i) & 1
        ]
        if inputs:
            self._post("runs/log-inputs", run_id=run_id, datasets=inputs)
        if number % 5:
            status = STATUSES[number % 5]
            self._post("runs/update", run_id=run_id, status=status, end_time=2000 + number)
        if number == RUNS - 1:
            self._post("runs/delete", run_id=run_id)

    def _make_registry(self):
        for number, name in enumerate(["Alpha", "alpha", "a_b", "a%b", "it's", "ünïcode", "a b"]):
            full = PREFIX + name
            self._post("registered-models/create", name=full, tags=_pairs(TAG_KEYS, number))
            for version in range(number % 3 + 1):
                run = {"run_id": self.ids[f"r{number:02}"]} if version % 2 else {}
                self._post(
                    "model-versions/create",
                    name=full,
                    source=f"s3://bucket/{'Path' if version else 'path'}/{number}",
                    tags=_pairs(TAG_KEYS, number + version),
                    **run,
                )


def _pairs(keys, number):
    """Some of the keys, each with one of the texts."""
    return [
        {"key": key, "value": TEXTS[(number * (i + 1) + i) % len(TEXTS)]}
        for i, key in enumerate(keys)
        if (number + i) % 3
    ]


def _now_ms():
    return time.time_ns() // 1_000_000
