"""Every search over gRPC: what is found, in which order and by which pages."""

import math

import pytest

from tests.grpc.searching import EVERY_KIND, Experiments, LoggedModels, ModelVersions, Runs, refusal


@EVERY_KIND
def test_names_and_tags_are_filtered_by(make, kind):
    some = make(kind)
    for name, team in [("a", "x"), ("B", "y"), ("bc", "X"), ("d", "x")]:
        some.add(name, **{"team": team, "two words": f"of {name}"})
    key, prefix = some.key, some.prefix
    assert some.names(f"{key} = '{prefix}B'") == ["B"]
    assert some.names(f"{key} != '{prefix}B'") == ["a", "bc", "d"]
    assert some.names(f"{key} LIKE '{prefix}b%'") == ["bc"]
    assert some.names(f"{key} ILIKE '{prefix}b%'") == ["B", "bc"]
    assert some.names("tags.team = 'x'") == ["a", "d"]
    assert some.names("tags.team ILIKE 'x'") == ["a", "bc", "d"]
    assert some.names(f"tags.`two words` LIKE 'of %' AND {key} = '{prefix}a'") == ["a"]
    assert some.names(f"tags.team = 'x' AND {key} = '{prefix}B'") == []


@EVERY_KIND
def test_an_order_is_followed_both_ways(make, kind):
    some = make(kind)
    for name in ["b", "é", "a", "B", "10", "9"]:
        some.add(name)
    by_bytes = ["10", "9", "B", "a", "b", "é"]
    assert some.names(order_by=[some.key]) == by_bytes
    assert some.names(order_by=[f"{some.key} ASC"]) == by_bytes
    assert some.names(order_by=[f"{some.key} DESC"]) == by_bytes[::-1]


@EVERY_KIND
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_pages_neither_repeat_nor_skip_while_rows_are_added(make, kind, direction):
    """After each page a row comes on either side of the last one that was read."""
    some, ascending = make(kind), direction == "ASC"
    there, ahead, read = list("bdfhjln"), [], []
    for name in there:
        some.add(name)
    for page in some.pages(order_by=[f"{some.key} {direction}"], max_results=2):
        read += page
        if len(ahead) < 3:
            last = page[-1]
            higher, lower = last + "z", chr(ord(last[0]) - 1) + last[1:] + "z"
            some.add(higher)
            some.add(lower)
            ahead.append(higher if ascending else lower)
    assert read == sorted([*there, *ahead], reverse=not ascending)


@EVERY_KIND
def test_a_page_that_is_just_full_is_the_last(make, kind):
    some = make(kind)
    for name in "abcd":
        some.add(name)
    first, token = some.found(max_results=2)
    assert (first, bool(token)) == (["a", "b"], True)
    assert some.found(max_results=2, page_token=token) == (["c", "d"], "")
    # An empty token is none.
    assert some.found(max_results=4, page_token="") == (["a", "b", "c", "d"], "")


@pytest.fixture
def measured_runs(api, make):
    runs = make(Runs)
    for name, loss in [("low", 0.1), ("nan", math.nan), ("high", 0.9), ("none", None)]:
        run_id = runs.add(name)
        metrics = [] if loss is None else [{"key": "loss", "value": loss, "timestamp": 1}]
        runs.log(run_id, metrics=metrics, params=[{"key": "first", "value": name[0]}])
    return runs


def test_runs_are_found_by_what_they_logged(measured_runs):
    runs = measured_runs
    assert runs.names("metrics.loss > 0.5") == ["high"]
    assert runs.names("metrics.loss <= 0.9 AND params.first != 'h'") == ["low"]
    assert runs.names("params.first = 'n'") == ["nan", "none"]
    assert runs.names("params.missing IS NULL AND attributes.run_name LIKE '%-n%'") == [
        "nan",
        "none",
    ]
    details = refusal(runs.search, filter="metrics.loss > 'a'")
    assert details.endswith(
        "Expected numeric value type for metric. Found 'a' (character 16: expected a number)"
    )


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_runs_by_a_metric_end_with_nan_and_those_without_on_every_page(measured_runs, direction):
    pages = measured_runs.pages(order_by=[f"metrics.loss {direction}"], max_results=1)
    numbers = ["low", "high"] if direction == "ASC" else ["high", "low"]
    assert list(pages) == [[name] for name in [*numbers, "nan", "none"]]


@pytest.mark.parametrize("kind", [Runs, Experiments], ids=lambda kind: kind.__name__)
def test_deleted_ones_are_found_if_they_are_asked_for(api, services, make, kind):
    some = make(kind)
    some.add("there")
    gone = some.add("gone")
    if kind is Runs:
        services.runs.DeleteRun(api.run_pb2.DeleteRunRequest(run_id=gone))
        view = "run_view_type"
    else:
        request = api.experiment_pb2.DeleteExperimentRequest(experiment_id=gone)
        services.experiments.DeleteExperiment(request)
        view = "view_type"
    assert some.names() == ["there"]
    assert some.names(**{view: api.search_pb2.DELETED_ONLY}) == ["gone"]
    assert some.names(**{view: api.search_pb2.ALL}) == ["gone", "there"]


def test_logged_models_are_found_by_metrics_of_datasets(make):
    models, runs = make(LoggedModels), make(Runs)
    run_id = runs.add("measures")
    for name, accuracy, dataset in [("a", 0.7, "x"), ("b", 0.9, "y"), ("c", 0.8, "x")]:
        point = {"key": "acc", "value": accuracy, "timestamp": 1, "model_id": models.add(name)}
        runs.log(run_id, metrics=[{**point, "dataset_name": dataset, "dataset_digest": "d"}])
    models.add("plain")
    on_x = [{"dataset_name": "x", "dataset_digest": "d"}]
    assert models.names("metrics.acc > 0.75") == ["b", "c"]
    assert models.names("metrics.acc > 0.75", datasets=on_x) == ["c"]
    assert models.names(order_by=["metrics.acc DESC"]) == ["b", "c", "a", "plain"]
    assert "must be specified" in refusal(models.search, datasets=[{"dataset_digest": "d"}])


def test_versions_are_found_by_number_run_and_source(make):
    versions, run_id = make(ModelVersions), make(Runs).add("trains")
    versions.add("m", run_id=run_id)
    versions.again("m", source="s3://bucket/other")
    versions.add("n", run_id=run_id, stage="late")

    def numbers(filter_, order_by):
        ours = f"{filter_} AND name LIKE '{versions.prefix}%'"
        response, _ = versions.search(filter=ours, order_by=order_by)
        names = [each.name[-1] + each.version for each in response.model_versions]
        return names

    assert numbers("version_number >= 1", ["name", "version_number DESC"]) == ["m2", "m1", "n1"]
    assert numbers("version_number = '2'", []) == ["m2"]
    assert numbers(f"run_id IN ('{run_id}')", ["name"]) == ["m1", "n1"]
    assert numbers("source_path LIKE '%/other'", []) == ["m2"]
    details = refusal(versions.search, filter="version_number = 'x'")
    assert details.endswith("Found 'x' (character 18: expected a number)")


def test_datasets_of_experiments_are_listed_deleted_runs_included(api, services, make):
    runs, others = make(Runs), make(Runs)
    for each, names in [(runs, ["train", "train", "eval"]), (others, ["elsewhere"])]:
        for name in names:
            run_id = each.add("uses")
            dataset = {"name": name, "digest": "d", "source_type": "local", "source": "file"}
            tags = [{"key": "mlflow.data.context", "value": "training"}]
            request = api.run_pb2.LogInputsRequest(
                run_id=run_id, datasets=[{"dataset": dataset, "tags": tags}]
            )
            services.runs.LogInputs(request)
    services.runs.DeleteRun(api.run_pb2.DeleteRunRequest(run_id=run_id))

    def search(ids):
        request = api.dataset_pb2.SearchDatasetsRequest(experiment_ids=ids)
        found = services.experiments.SearchDatasets(request).dataset_summaries
        return [(each.experiment_id, each.name, each.digest, each.context) for each in found]

    ours = [(runs.experiment, name, "d", "training") for name in ["eval", "train"]]
    assert search([runs.experiment]) == ours
    theirs = (others.experiment, "elsewhere", "d", "training")
    assert sorted(search([runs.experiment, others.experiment])) == sorted([*ours, theirs])
    assert search(["987654321"]) == []
    assert "at least one experiment_id" in refusal(lambda: search([]))
    assert "more than 20 experiment_ids. Received 21" in refusal(lambda: search(["0"] * 21))
    assert "must be a valid integer" in refusal(lambda: search(["x"]))
