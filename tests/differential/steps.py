"""The words in which scenarios are written: requests, what is kept of their answers, and names.

`${name}` in a path, a query, a header or a body stands for what an earlier step kept under that
name (on each server its own value); `${s}` is a name that no other scenario uses.
"""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

API = "/api/2.0/mlflow/"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
JSON = {"Content-Type": "application/json"}
NAME = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Step:
    """One request. `label` says what it shows and is unique within its scenario; `keep` maps names
    to dotted paths into the answer's JSON."""

    label: str
    method: str
    path: str
    body: bytes | None = None
    headers: dict = field(default_factory=dict)
    keep: dict = field(default_factory=dict)

    def filled(self, values):
        """(method, path, body, headers) with the kept values in place of their names."""

        def fill(text):
            return NAME.sub(lambda found: str(values[found[1]]), text)

        body = self.body
        if body is not None and b"${" in body:
            body = fill(body.decode()).encode()
        headers = {name: fill(value) for name, value in self.headers.items()}
        return self.method, fill(self.path), body, headers


@dataclass(frozen=True)
class Scenario:
    """Steps that build on each other; `name` is `area/what`, `needs` a route that Rookery may not
    have yet."""

    name: str
    steps: tuple
    needs: str = ""

    def unique(self):
        return "s-" + re.sub(r"\W+", "-", self.name)


def scenario(name, *steps, needs=""):
    """Flattens lists of steps, so that a function may stand for several."""
    flat = []
    for step in steps:
        flat.extend([step] if isinstance(step, Step) else step)
    labels = [step.label for step in flat]
    twice = {label for label in labels if labels.count(label) > 1}
    assert not twice, f"{name}: {twice} label more than one step"
    return Scenario(name, tuple(flat), needs)


def request(label, method, path, body=None, headers=None, keep=None):
    """Anything at all: `body` goes out as it is."""
    body = body.encode() if isinstance(body, str) else body
    return Step(label, method, path, body, headers or {}, keep or {})


def _with_json(method):
    def make(label, rpc, keep=None, api=API, **message):
        # As it is, not as ASCII: what goes over the wire is then what one reads here.
        body = json.dumps(message, ensure_ascii=False)
        return request(label, method, api + rpc, body, JSON, keep)

    return make


post = _with_json("POST")
patch = _with_json("PATCH")
delete = _with_json("DELETE")


def get(label, rpc, keep=None, api=API, **query):
    """Lists become repeated parameters."""
    # The names of kept values must survive the escaping.
    text = urlencode(query, doseq=True, quote_via=quote, safe="${}")
    return request(label, "GET", api + rpc + (f"?{text}" if text else ""), keep=keep)


def experiment(name="exp", suffix=""):
    """Makes the scenario's experiment and keeps its id."""
    keep = {name: "experiment_id"}
    return post(f"make {name}", "experiments/create", keep, name="${s}" + suffix)


def run(name="run", exp="exp", **message):
    """Makes a run and keeps its id."""
    keep = {name: "run.info.run_id"}
    message = {"run_name": f"the {name}", "start_time": 1, **message}
    return post(f"make {name}", "runs/create", keep, experiment_id=f"${{{exp}}}", **message)


def read_run(label, name="run"):
    return get(label, "runs/get", run_id=f"${{{name}}}")
