"""Makes requests to every route of the contract: nearly right ones, damaged ones, garbage.

All of it follows from the seed and from the server's answers, whose ids and tokens come back in
later requests.
"""

import contextlib
import json
import random
from typing import NamedTuple
from urllib.parse import quote

OWN_ROUTES = ["/health", "/version", "/api/3.0/mlflow/server-info", "/", "/metrics", "/graphql"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"]
TEXTS = [
    *("", " ", "a", "k/1", "../a", "%", "_", "'", '"', "`", "\\", "a'b", "ü漢🐧", "\u0301", "NaN"),
    *("0", "1", "-1", "01", "1e3", "999999999999999999999", "latest", "v1", "Staging", "RUNNING"),
    *("ACTIVE_ONLY", "null", "true", "s3://b/m", "file:///etc/passwd", "runs:/x/y", "models:/m/1"),
    *("mlflow.runName", "mlflow.user", "x" * 251, "x" * 8001, "x" * 70000, "\n", "\t", "\u2028"),
    *("metrics.m > 1", "params.p = 'a' AND tags.t LIKE '%b%'", "name ILIKE 'A%'", "(", "a = 'b"),
    *(
        "attributes.start_time > 0",
        "metrics.`a b` >= -.5e3",
        "run_id IN ('a','b')",
        "tags.k IS NULL",
    ),
    *(
        "metrics.m DESC",
        "start_time ASC",
        "attributes.run_name",
        "AND AND",
        "name = 'a' name = 'b'",
    ),
]
NUMBERS = [
    0,
    1,
    -1,
    2,
    100,
    1001,
    50001,
    2**31,
    2**53,
    2**63 - 1,
    -(2**63),
    2**63,
    1e308,
    -1.5,
    0.1,
]
ODD = [None, True, False, [], {}, [None], {"a": {"b": []}}, "5", 5, 5.5, [[[[]]]], ["a", 1]]
HEADERS = [
    {"Content-Type": "text/plain"},
    {"Content-Type": "application/json; charset=latin-1"},
    {"Range": "bytes=0-"},
    {"Range": "bytes=5-2,7-"},
    {"X-MLFLOW-WORKSPACE": "other"},
    {"X-Request-Id": "\x7f" * 3},
    {"Origin": "http://evil.example"},
    {"Accept-Encoding": "gzip"},
    {"Authorization": "Basic eDp5"},
    {"Expect": "100-continue"},
    {"traceparent": "00-zz"},
]
MOST_REMEMBERED = 300


class Request(NamedTuple):
    method: str
    path: str
    body: bytes | None
    headers: dict


class Fuzzer:
    """`rpcs` as read_contract returns them. Not thread-safe."""

    def __init__(self, rpcs, seed):
        self._random = random.Random(seed)
        self._routes = [(rpc, route) for rpc in rpcs for route in rpc.routes]
        # What the server has named, by the field's name.
        self._known = {
            "experiment_id": ["0"],
            "key": ["k", "m"],
            "name": ["model"],
            "path": ["f/a"],
        }

    def next(self):
        rng = self._random
        rpc, route = rng.choice(self._routes)
        message = self._message(rpc.request, 0)
        method, path, body = self._written(route, message)
        headers = {"Content-Type": "application/json"}
        if rng.random() < 0.3:
            method, path, body = self._damaged(method, path, body)
        if rng.random() < 0.1:
            headers |= rng.choice(HEADERS)
        if rng.random() < 0.03:
            headers = {}
        return Request(method, path, body, headers)

    def learn(self, body):
        """Remembers what an answer's JSON names."""
        with contextlib.suppress(ValueError, RecursionError):
            self._remember(json.loads(body))

    def _remember(self, value, key=""):
        if isinstance(value, dict):
            for name, each in value.items():
                self._remember(each, name)
        elif isinstance(value, list):
            for each in value:
                self._remember(each, key)
        elif isinstance(value, str) and key not in ("message", "error_code"):
            name = {"next_page_token": "page_token", "run_uuid": "run_id"}.get(key, key)
            known = self._known.setdefault(name, [])
            known.append(value)
            if len(known) > MOST_REMEMBERED:
                del known[self._random.randrange(len(known))]

    def _message(self, descriptor, depth):
        rng = self._random
        message = {}
        for field in descriptor.fields:
            if rng.random() < 0.15 or depth > 4:
                continue
            count = rng.choice([0, 1, 1, 2, 3]) if field.is_repeated else None
            if count is None:
                message[field.name] = self._value(field, depth)
            else:
                message[field.name] = [self._value(field, depth) for _ in range(count)]
        if rng.random() < 0.05:
            message[rng.choice(["extra", "Name", "run_id "])] = rng.choice(ODD)
        return message

    def _value(self, field, depth):
        rng = self._random
        if rng.random() < 0.06:
            return rng.choice(ODD)
        if field.message_type is not None:
            return self._message(field.message_type, depth + 1)
        if field.enum_type is not None:
            return rng.choice([*(each.name for each in field.enum_type.values), "BOGUS", 1, 99])
        if field.cpp_type == field.CPPTYPE_STRING:
            known = self._known.get(field.name)
            return rng.choice(known) if known and rng.random() < 0.75 else rng.choice(TEXTS)
        if field.cpp_type == field.CPPTYPE_BOOL:
            return rng.choice([True, False])
        if field.name == "max_results" and rng.random() < 0.8:
            return rng.choice([1, 2, 10, 1000])
        return rng.choice(NUMBERS)

    def _written(self, route, message):
        """The request that says `message` on this route."""
        path = route.path
        while "{" in path:
            before, _, rest = path.partition("{")
            name, _, after = rest.partition("}")
            name, _, pattern = name.partition("=")
            value = str(message.get(name.split(".")[-1], "x")) or "x"
            path = before + quote(value, safe="/" if pattern else "") + after
        if self._random.random() < 0.5:
            path = path.replace("/api/", "/ajax-api/", 1)
        if route.method == "PUT":
            return route.method, path, self._random.randbytes(self._random.choice([0, 1, 5000]))
        if route.method != "GET":
            # Python writes NaN and lone surrogates too, which JSON has not.
            return route.method, path, json.dumps(message).encode()
        query = "&".join(
            f"{quote(name, safe='')}={quote(_as_text(value), safe='')}"
            for name, each in message.items()
            for value in (each if isinstance(each, list) else [each])
        )
        # The server bounds the length of a request's first line.
        return route.method, f"{path}?{query[:7000]}", None

    def _damaged(self, method, path, body):
        rng = self._random
        for _ in range(rng.choice([1, 1, 2, 5])):
            kind = rng.randrange(6)
            if kind == 0:
                method = rng.choice(METHODS)
            elif kind == 1:
                at = rng.randrange(len(path))
                odd = ["%", "%00", "%2e%2e", "..", "//", "?", "&", "=", ";", "%ff", "+", "%25", "#"]
                path = "/" + path[1:at] + rng.choice(odd) + path[at:]
            elif kind == 2:
                path = rng.choice([*OWN_ROUTES, path[: rng.randrange(1, len(path) + 1)]])
            elif kind == 3 and body:
                at = rng.randrange(len(body))
                body = body[:at] + rng.randbytes(rng.choice([0, 1, 4])) + body[at + 1 :]
            elif kind == 4 and body:
                body = body[: rng.randrange(len(body))]
            elif kind == 5 and body:
                deep = rng.choice([2, 50, 5000])
                body = rng.choice([b"[" * deep, b'{"a":' * deep, body + body, b'"' + body + b'"'])
        return method, path, body


def _as_text(value):
    return value if isinstance(value, str) else json.dumps(value)
