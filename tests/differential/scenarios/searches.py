"""Searches: defaults, limits, pages and the shape of what they answer. What they find is told by
test_rules.py and test_filter_grammar.py."""

from tests.differential.scenarios.inputs import entry, model
from tests.differential.scenarios.registered_models import registered, version
from tests.differential.steps import API, experiment, get, post, run, scenario


def runs(label, **message):
    return post(label, "runs/search", **{"experiment_ids": ["${exp}"], **message})


def experiments(label, **message):
    named = {"filter": "name LIKE '${s}%'", "max_results": 100, **message}
    return post(label, "experiments/search", **{k: v for k, v in named.items() if v is not ...})


def models(label, keep=None, **query):
    return get(label, "registered-models/search", keep, **{"filter": "name LIKE '${s}%'", **query})


def versions(label, keep=None, **query):
    return get(label, "model-versions/search", keep, **{"filter": "name = '${s}'", **query})


def logged(label, **message):
    return post(label, "logged-models/search", **{"experiment_ids": ["${exp}"], **message})


SCENARIOS = [
    scenario(
        "searches/of runs",
        experiment(),
        experiment("other", " 2"),
        runs("of an empty experiment"),
        run("first", start_time=3),
        run("second", start_time=2),
        run("third", start_time=1),
        run("elsewhere", "other", start_time=4),
        post(
            "log",
            "runs/log-batch",
            run_id="${first}",
            metrics=[{"key": "m", "value": 1, "timestamp": 1, "step": 1}],
            params=[{"key": "p", "value": "v"}],
        ),
        post("inputs", "runs/log-inputs", run_id="${first}", datasets=[entry()]),
        post("delete one", "runs/delete", run_id="${third}"),
        runs("all of one"),
        runs("of two", experiment_ids=["${exp}", "${other}"]),
        runs("of one named twice", experiment_ids=["${exp}", "${exp}"]),
        runs("of none", experiment_ids=[]),
        post("without ids", "runs/search"),
        runs("of an unknown one", experiment_ids=["99"]),
        runs("of one that is no number", experiment_ids=["abc"]),
        runs("ids as a number", experiment_ids=5),
        runs("ids as text", experiment_ids="${exp}"),
        runs("deleted ones", run_view_type="DELETED_ONLY"),
        runs("deleted ones, too", run_view_type="ALL"),
        runs("active ones", run_view_type="ACTIVE_ONLY"),
        runs("view by number", run_view_type=3),
        runs("an unknown view", run_view_type="SOME"),
        runs("max_results 1", max_results=1),
        runs("max_results 0", max_results=0),
        runs("max_results -1", max_results=-1),
        runs("max_results 50000", max_results=50000),
        runs("max_results 50001", max_results=50001),
        runs("max_results as text", max_results="1"),
        runs("max_results a word", max_results="x"),
        runs("an empty token", page_token=""),
        runs("a token of nonsense", page_token="%%%"),
        runs("a token of other text", page_token="YWJj"),
        runs("a bad filter", filter="metrics.m >"),
        runs("a number as filter", filter=5),
        runs("a bad order", order_by=["metrics.m UP"]),
        runs("order as text", order_by="start_time"),
        runs("an order twice", order_by=["start_time", "start_time"]),
        runs("a null filter and order", filter=None, order_by=None),
        runs("first of pages", max_results=1, order_by=["start_time ASC"]),
    ),
    scenario(
        "searches/pages of runs",
        experiment(),
        [run(f"run{i}", start_time=i) for i in range(5)],
        post(
            "page 1",
            "runs/search",
            {"t1": "next_page_token"},
            experiment_ids=["${exp}"],
            max_results=2,
        ),
        post(
            "page 2",
            "runs/search",
            {"t2": "next_page_token"},
            experiment_ids=["${exp}"],
            max_results=2,
            page_token="${t1}",
        ),
        post("page 3", "runs/search", experiment_ids=["${exp}"], max_results=2, page_token="${t2}"),
        post(
            "page 2 again",
            "runs/search",
            experiment_ids=["${exp}"],
            max_results=2,
            page_token="${t1}",
        ),
        post("exactly all", "runs/search", experiment_ids=["${exp}"], max_results=5),
    ),
    scenario(
        "searches/of experiments",
        experiment(),
        experiment("b", " b"),
        experiment("gone", " gone"),
        post("delete one", "experiments/delete", experiment_id="${gone}"),
        experiments("all"),
        experiments("deleted ones", view_type="DELETED_ONLY"),
        experiments("deleted ones, too", view_type="ALL"),
        experiments("by name", order_by=["name ASC"]),
        experiments("by name backwards", order_by=["name DESC"]),
        experiments("first page", max_results=1),
        experiments("max_results absent", max_results=...),
        experiments("max_results 0", max_results=0),
        experiments("max_results -1", max_results=-1),
        experiments("max_results beyond", max_results=50001),
        experiments("a token of nonsense", page_token="%%%"),
        experiments("a bad filter", filter="name ="),
        experiments("an unknown key", filter="foo = 'a'"),
        experiments("a bad order", order_by=["foo"]),
        get("by GET", "experiments/search", filter="name LIKE '${s}%'", max_results=10),
        get(
            "by GET, ordered",
            "experiments/search",
            filter="name LIKE '${s}%'",
            max_results=10,
            order_by=["name DESC"],
        ),
        get("by GET without max_results", "experiments/search", filter="name LIKE '${s}%'"),
    ),
    scenario(
        "searches/of registered models",
        registered(),
        registered(" b"),
        registered(" c"),
        version("a version"),
        post("tag", "registered-models/set-tag", name="${s} b", key="k", value="v"),
        models("all"),
        models("by name backwards", order_by="name DESC"),
        models("tagged", filter="name LIKE '${s}%' AND tags.k = 'v'"),
        models("first page", {"token": "next_page_token"}, max_results=2),
        models("second page", max_results=2, page_token="${token}"),
        models("max_results 0", max_results=0),
        models("max_results -1", max_results=-1),
        models("max_results 1000", max_results=1000),
        models("max_results 1001", max_results=1001),
        models("max_results a word", max_results="x"),
        models("a token of nonsense", page_token="%%%"),
        models("a bad filter", filter="name ="),
        models("an unknown key", filter="foo = 'a'"),
        models("a bad order", order_by="foo"),
        post(
            "prompt",
            "registered-models/create",
            name="${s} prompt",
            tags=[{"key": "mlflow.prompt.is_prompt", "value": "true"}],
        ),
        models("prompts are hidden"),
        models(
            "unless asked for",
            filter="name LIKE '${s}%' AND tags.`mlflow.prompt.is_prompt` = 'true'",
        ),
        post("by POST", "registered-models/search"),
        needs=API + "registered-models/search",
    ),
    scenario(
        "searches/of versions",
        registered(),
        [version(f"version {i}", f"s3://bucket/{i}") for i in range(1, 4)],
        post("tag", "model-versions/set-tag", name="${s}", version="2", key="k", value="v"),
        versions("all"),
        versions("by number", order_by="version_number ASC"),
        versions("tagged", filter="name = '${s}' AND tags.k = 'v'"),
        versions(
            "first page", {"token": "next_page_token"}, max_results=2, order_by="version_number"
        ),
        versions("second page", max_results=2, order_by="version_number", page_token="${token}"),
        versions("max_results 0", max_results=0),
        versions("max_results -1", max_results=-1),
        versions("max_results 200000", max_results=200000),
        versions("max_results 200001", max_results=200001),
        versions("a token of nonsense", page_token="%%%"),
        versions("a bad filter", filter="name ="),
        versions("an unknown key", filter="foo = 'a'"),
        versions("a bad order", order_by="foo"),
        versions("of an unknown model", filter="name = 'none such'"),
        needs=API + "model-versions/search",
    ),
    scenario(
        "searches/of logged models",
        experiment(),
        run(),
        model("make a", "a", source_run_id="${run}"),
        model("make b", "b"),
        post(
            "log",
            "runs/log-metric",
            run_id="${run}",
            key="m",
            value=1,
            timestamp=1,
            model_id="${a}",
            dataset_name="d",
            dataset_digest="1",
        ),
        logged("all"),
        logged("first page", max_results=1),
        logged("max_results 0", max_results=0),
        logged("max_results -1", max_results=-1),
        logged("max_results 51", max_results=51),
        logged("of none", experiment_ids=[]),
        post("without ids", "logged-models/search"),
        logged("of an unknown one", experiment_ids=["99"]),
        logged("by a metric", order_by=[{"field_name": "metrics.m", "ascending": False}]),
        logged(
            "by a metric of a dataset",
            order_by=[
                {
                    "field_name": "metrics.m",
                    "ascending": True,
                    "dataset_name": "d",
                    "dataset_digest": "1",
                }
            ],
        ),
        logged("ascending by default", order_by=[{"field_name": "creation_timestamp"}]),
        logged("an order without a field", order_by=[{"ascending": True}]),
        logged("an order by a param", order_by=[{"field_name": "params.p"}]),
        logged("metrics of a dataset", filter="metrics.m > 0", datasets=[{"dataset_name": "d"}]),
        logged(
            "metrics of a dataset and digest",
            filter="metrics.m > 0",
            datasets=[{"dataset_name": "d", "dataset_digest": "1"}],
        ),
        logged(
            "metrics of another dataset", filter="metrics.m > 0", datasets=[{"dataset_name": "e"}]
        ),
        logged("a dataset without a filter", datasets=[{"dataset_name": "d"}]),
        logged("a dataset without a name", datasets=[{"dataset_digest": "1"}]),
        logged("a token of nonsense", page_token="%%%"),
        logged("a bad filter", filter="name ="),
        needs=API + "logged-models/search",
    ),
]
