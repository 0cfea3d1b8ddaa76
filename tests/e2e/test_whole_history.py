"""A metric's history in one answer, which the gateway asks for by pages of 50,000 points."""

import http.client
from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.backends import BACKENDS, serving
from tests.support.raw import Client

PAGE = 50_000
BATCH = 1_000


@pytest.fixture(scope="module", params=BACKENDS)
def url(request, tmp_path_factory):
    with serving(request.param, tmp_path_factory.mktemp("history")) as running:
        yield running.url


def make_run(client):
    return client.post("runs/create", experiment_id="0").json()["run"]["info"]["run_id"]


def log(client, run_id, key, points):
    for first in range(0, points, BATCH):
        steps = range(first, min(first + BATCH, points))
        metrics = [{"key": key, "value": step, "timestamp": step, "step": step} for step in steps]
        assert client.post("runs/log-batch", run_id=run_id, metrics=metrics).status == 200


def path_of(run_id, key, **options):
    query = urlencode({"run_id": run_id, "metric_key": key, **options})
    return f"/api/2.0/mlflow/metrics/get-history?{query}"


def history(client, run_id, key):
    answer = client.get(path_of(run_id, key))
    assert answer.status == 200, answer.body[:500]
    return answer.json()


@pytest.mark.parametrize("points", [0, 1, PAGE, PAGE + 1, 2 * PAGE + BATCH])
def test_it_is_all_of_it_in_order(url, points):
    with Client(url) as client:
        run_id = make_run(client)
        log(client, run_id, "loss", points)
        log(client, run_id, "other", 3)
        answer = history(client, run_id, "loss")
        assert answer.keys() == ({"metrics"} if points else set())
        for step, metric in enumerate(answer.get("metrics", [])):
            assert metric == {"key": "loss", "value": step, "timestamp": step, "step": step}
        assert len(answer.get("metrics", [])) == points


def test_it_begins_behind_a_page_that_was_read_before(url):
    with Client(url) as client:
        run_id = make_run(client)
        log(client, run_id, "loss", PAGE + 2 * BATCH)
        page = client.get(path_of(run_id, "loss", max_results=BATCH)).json()
        rest = client.get(path_of(run_id, "loss", page_token=page["next_page_token"])).json()
        assert [metric["step"] for metric in rest["metrics"]] == list(
            range(BATCH, PAGE + 2 * BATCH)
        )
        assert "next_page_token" not in rest


def test_who_reads_half_of_it_and_goes_hurts_nobody(url):
    with Client(url) as client:
        run_id = make_run(client)
        log(client, run_id, "loss", 3 * PAGE)
        for _ in range(5):
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
            connection.request("GET", path_of(run_id, "loss"))
            assert connection.getresponse().read(BATCH)
            connection.close()
        assert len(history(client, run_id, "loss")["metrics"]) == 3 * PAGE


def test_errors_are_told_before_it_begins(url):
    with Client(url) as client:
        for query in ("metric_key=loss", "run_id=r&metric_key=loss&page_token=rubbish"):
            answer = client.get(f"/api/2.0/mlflow/metrics/get-history?{query}")
            assert answer.error() == (400, "INVALID_PARAMETER_VALUE")
