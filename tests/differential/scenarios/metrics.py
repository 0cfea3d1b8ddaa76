"""Metrics: values, order, histories and their pages."""

from tests.differential.scenarios.params_and_tags import ODD_KEYS
from tests.differential.steps import (
    API,
    JSON,
    experiment,
    get,
    post,
    read_run,
    request,
    run,
    scenario,
)


def metric(label, key="m", value=1.0, timestamp=1, **more):
    message = {"key": key, "value": value, "timestamp": timestamp, **more}
    message = {name: each for name, each in message.items() if each is not ...}
    return post(label, "runs/log-metric", run_id="${run}", **message)


def batch(label, *metrics):
    points = [{"key": "m", "value": 1, "timestamp": 1, **each} for each in metrics]
    points = [{k: v for k, v in point.items() if v is not ...} for point in points]
    return post(label, "runs/log-batch", run_id="${run}", metrics=points)


def history(label, key="m", keep=None, **query):
    return get(label, "metrics/get-history", keep, run_id="${run}", metric_key=key, **query)


def raw_value(label, text):
    body = '{"run_id": "${run}", "key": "raw", "timestamp": 1, "value": ' + text + "}"
    return request(label, "POST", API + "runs/log-metric", body, JSON)


SCENARIOS = [
    scenario(
        "metrics/values",
        experiment(),
        run(),
        metric("a float", "float", 0.1),
        metric("an integer", "int", 3),
        metric("negative zero", "negzero", -0.0),
        metric("the largest", "max", 1.7976931348623157e308),
        metric("the smallest", "tiny", 5e-324),
        metric("NaN", "nan", "NaN"),
        metric("Infinity", "inf", "Infinity"),
        metric("-Infinity", "-inf", "-Infinity"),
        metric("nan in small letters", "nan2", "nan"),
        metric("inf in small letters", "inf2", "inf"),
        metric("numeric text", "text", "1.5"),
        metric("text with an exponent", "exponent", "1e3"),
        metric("text beyond a double", "1e400", "1e400"),
        metric("text with blanks around", "blanks", " 1.5 "),
        metric("text that is no number", "word", "high"),
        metric("empty text", "emptytext", ""),
        metric("a boolean", "boolean", True),
        metric("null", "null", None),
        metric("a list", "list", [1]),
        metric("no value", "none", ...),
        raw_value("a NaN literal", "NaN"),
        raw_value("an Infinity literal", "Infinity"),
        raw_value("a number beyond a double", "1e400"),
        raw_value("an integer beyond int64", "123456789012345678901234567890"),
        read_run("in the end"),
        [history(f"history of {key}", key) for key in ("nan", "inf", "-inf", "negzero", "max")],
    ),
    scenario(
        "metrics/odd keys",
        experiment(),
        run(),
        [metric(label, key) for label, key in ODD_KEYS.items()],
        read_run("in the end"),
    ),
    scenario(
        "metrics/times and steps",
        experiment(),
        run(),
        metric("step absent", "a"),
        metric("step 0", "b", step=0),
        metric("step negative", "c", step=-5),
        metric("step of int64", "d", step=9223372036854775807),
        metric("step beyond int64", "e", step=9223372036854775808),
        metric("step as text", "f", step="7"),
        metric("step as float", "g", step=7.0),
        metric("step as fraction", "h", step=7.5),
        metric("step as a word", "i", step="seven"),
        metric("step null", "j", step=None),
        metric("timestamp 0", "k", timestamp=0),
        metric("timestamp -1", "l", timestamp=-1),
        metric("timestamp absent", "m", timestamp=...),
        metric("timestamp null", "n", timestamp=None),
        metric("timestamp as text", "o", timestamp="5"),
        metric("timestamp as a word", "p", timestamp="soon"),
        metric("timestamp of int64", "q", timestamp=9223372036854775807),
        metric("key absent", ...),
        metric("key null", None),
        metric("key a number", 5),
        post("no run", "runs/log-metric", key="k", value=1, timestamp=1),
        post("unknown run", "runs/log-metric", run_id="x", key="k", value=1, timestamp=1),
        post("by run_uuid", "runs/log-metric", run_uuid="${run}", key="uuid", value=1, timestamp=1),
        read_run("in the end"),
    ),
    scenario(
        "metrics/histories",
        experiment(),
        run(),
        batch(
            "points in no order",
            {"step": 2, "timestamp": 5, "value": 1},
            {"step": 1, "timestamp": 9, "value": 2},
            {"step": 2, "timestamp": 5, "value": 3},
            {"step": 0, "timestamp": 5, "value": 9},
            {"step": -1, "timestamp": 7, "value": 4},
        ),
        batch("the same point twice", {"step": 3, "timestamp": 3}, {"step": 3, "timestamp": 3}),
        metric("and once more", "m", 1, 3, step=3),
        history("in order"),
        read_run("the latest is of the highest step"),
        metric("same step, earlier", "m", 100, 1, step=3),
        read_run("the later one stays"),
        metric("same step and time, larger", "m", 50, 3, step=3),
        read_run("the larger one wins"),
        metric("same step and time, smaller", "m", 5, 3, step=3),
        read_run("the smaller one does not"),
        metric("a NaN at the same step and time", "m", "NaN", 3, step=3),
        read_run("does NaN win"),
        history("with NaN"),
        history("first page", max_results=3, keep={"token": "next_page_token"}),
        history(
            "second page", max_results=3, page_token="${token}", keep={"token2": "next_page_token"}
        ),
        history("third page", max_results=3, page_token="${token2}"),
        history("page of all", max_results=100),
        history("max_results 0", max_results=0),
        history("max_results -1", max_results=-1),
        history("max_results beyond the limit", max_results=25001),
        history("max_results far beyond", max_results=1000000),
        history("max_results a word", max_results="many"),
        history("a token of nonsense", page_token="%%%"),
        history("a token of other text", max_results=3, page_token="YWJj"),
        history("an empty token", max_results=3, page_token=""),
        history("unknown key", "none"),
        history("empty key", ""),
        get("no key", "metrics/get-history", run_id="${run}"),
        get("no run", "metrics/get-history", metric_key="m"),
        get("unknown run", "metrics/get-history", run_id="x", metric_key="m"),
        get("by run_uuid", "metrics/get-history", run_uuid="${run}", metric_key="m", max_results=1),
    ),
    scenario(
        "metrics/batches",
        experiment(),
        run(),
        batch("timestamp missing", {"timestamp": ...}),
        batch("value missing", {}, {"value": ...}),
        batch("key missing", {"key": ...}),
        batch("value null", {"value": None}),
        batch("value a word", {"value": "high"}),
        batch("value numeric text", {"key": "text", "value": "1.5"}),
        batch("value NaN", {"key": "nan", "value": "NaN"}),
        batch("step a word", {"step": "x"}),
        batch("timestamp a word", {"timestamp": "x"}),
        batch("timestamp -1", {"timestamp": -1}),
        batch("key too long", {"key": "k" * 251}),
        batch("bad key", {"key": "a#b"}),
        batch("1000", *[{"key": "many", "step": i} for i in range(1000)]),
        batch("1001", *[{"key": "more", "step": i} for i in range(1001)]),
        batch("an unknown model", {"key": "model", "model_id": "m-" + "0" * 32}),
        batch("a dataset", {"key": "dataset", "dataset_name": "d", "dataset_digest": "1"}),
        post("metrics null", "runs/log-batch", run_id="${run}", metrics=None),
        post("metrics a number", "runs/log-batch", run_id="${run}", metrics=5),
        post("metrics of text", "runs/log-batch", run_id="${run}", metrics=["a"]),
        read_run("in the end"),
        history("the history of the dataset's", "dataset"),
    ),
]
