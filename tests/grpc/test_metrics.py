"""Metrics by the million: ingest exactly once, columns, watching."""

import math
import queue
import threading

import grpc
import pytest

from tests.grpc.metric_points import (
    Producer,
    columns,
    each,
    history,
    new_run,
    read_columns,
    stored,
    streamed,
)
from tests.support.backends import BACKENDS, serving
from tests.support.own_postgres import OwnPostgres
from tests.support.server import Server

PATIENCE = 30


@pytest.fixture
def run_id(api, services):
    return new_run(api, services)


def test_a_stream_is_answered_request_by_request(api, services, run_id):
    producer = Producer(api, services, "stream")
    requests = [
        producer.request(10 * i, columns(api, run_id, [(10 * i + j, 0.5) for j in range(10)]))
        for i in range(50)
    ]
    assert streamed(services, requests) == ([10 * (i + 1) for i in range(50)], None)
    assert [point[1] for point in history(api, services, run_id)] == list(range(500))
    # All of it again.
    assert streamed(services, requests) == ([500] * 50, None)
    assert stored(api, services, run_id) == 500


def test_a_gap_ends_the_stream_and_says_what_is_expected(api, services, run_id):
    producer = Producer(api, services, "gap")
    requests = [producer.request(n, columns(api, run_id, [(n, 1)])) for n in (0, 1, 5, 6)]
    answers, error = streamed(services, requests)
    assert answers == [1, 2]
    assert error.code() == grpc.StatusCode.OUT_OF_RANGE
    assert "expected to send number 2 next" in error.details()
    assert stored(api, services, run_id) == 2


def test_columns_are_the_history_each_point_once(api, services, run_id):
    producer = Producer(api, services, "columns")
    points = [(3, 1.5), (1, math.nan), (2, math.inf), (1, math.nan), (3, 1.5), (-7, 0.1)]
    services.metrics.Ingest(producer.request(0, columns(api, run_id, points, "b")))
    services.metrics.Ingest(producer.request(6, columns(api, run_id, points[:2], "b")))
    services.metrics.Ingest(producer.request(8, columns(api, run_id, [(9, 9)], "a")))
    assert stored(api, services, run_id) == 9
    read = history(api, services, run_id)
    assert [point[:2] for point in read] == [("a", 9), ("b", -7), ("b", 1), ("b", 2), ("b", 3)]
    assert math.isnan(read[2][2])
    assert read[3][2] == math.inf
    assert history(api, services, run_id, "a") == [("a", 9, 9)]
    assert history(api, services, "unknown") == []


def test_columns_tell_on_whose_behalf_points_were_logged(api, services, run_id):
    model = services.logged_models.CreateLoggedModel(
        api.logged_model_pb2.CreateLoggedModelRequest(experiment_id="0")
    ).model.info.model_id
    origins = [
        api.metric_columns_pb2.MetricOrigin(model_id=model),
        api.metric_columns_pb2.MetricOrigin(
            model_id=model, dataset_name="penguins", dataset_digest="abc"
        ),
    ]
    producer = Producer(api, services, "origins")
    about = columns(api, run_id, [(step, 0.5) for step in range(6)], "accuracy")
    about.origins.extend(origins)
    about.origin_index.extend([2, 0, 1])
    about.origin_points.extend([2, 1, 3])
    services.metrics.Ingest(producer.request(0, about, columns(api, run_id, [(1, 1)], "zebra")))
    # The same points once more, without origins, and one of them of the model alone.
    again = columns(api, run_id, [(step, 0.5) for step in range(2)], "accuracy")
    services.metrics.Ingest(producer.request(7, again))
    again.origins.append(origins[0])
    again.origin_index.append(1)
    again.origin_points.append(2)
    services.metrics.Ingest(producer.request(9, again))
    (read,) = read_columns(api, services, [run_id])
    assert list(read.step) == [0, 1, 2, 3, 4, 5, 1]
    told = each(read.origin_index, read.origin_points, [None, *read.origins])
    assert told == [origins[0], origins[0], None, origins[0], origins[0], origins[0], None]
    assert list(read.origins) == [origins[0]]
    # Where nothing has an origin, nothing is sent of them.
    (read,) = read_columns(api, services, [run_id], "zebra")
    assert len(read.origins) == len(read.origin_index) == len(read.origin_points) == 0

    # log-batch keeps them as well.
    metric = {"key": "auc", "value": 0.75, "timestamp": 1, "step": 0, "model_id": model}
    batch = api.run_pb2.LogBatchRequest(
        run_id=run_id, metrics=[{**metric, "dataset_name": "penguins", "dataset_digest": "abc"}]
    )
    services.runs.LogBatch(batch)
    (read,) = read_columns(api, services, [run_id], "auc")
    assert each(read.origin_index, read.origin_points, [None, *read.origins]) == [origins[1]]


def test_a_long_history_comes_whole_in_several_messages(api, services, run_id):
    producer = Producer(api, services, "long")
    for first in range(0, 400_000, 50_000):
        points = [(step, step / 7) for step in range(first, first + 50_000)]
        services.metrics.Ingest(producer.request(first, columns(api, run_id, points)))
    read = history(api, services, run_id)
    assert [point[1] for point in read] == list(range(400_000))
    assert all(value == step / 7 for _, step, value in read)


def test_a_watcher_hears_of_everything_from_its_cursor_on(api, services, run_id):
    producer = Producer(api, services, "watched")
    for n in range(5):
        services.metrics.Ingest(producer.request(n, columns(api, run_id, [(n, n)])))
    request = api.metric_columns_pb2.WatchMetricsRequest(run_id=run_id)
    watch = services.metrics.WatchMetrics(request)
    heard, cursors, ends = queue.Queue(), [], []

    def listen(call):
        try:
            for response in call:
                cursors.append(response.cursor)
                for step in response.metrics.step:
                    heard.put(step)
        except grpc.RpcError as error:
            ends.append(error.code())

    listener = threading.Thread(target=listen, args=[watch])
    listener.start()
    assert {heard.get(timeout=PATIENCE) for _ in range(5)} == set(range(5))
    for n in range(5, 40):
        services.metrics.Ingest(producer.request(n, columns(api, run_id, [(n, n)])))
        # A merge may bring points again.
        while heard.get(timeout=PATIENCE) != n:
            pass
    watch.cancel()
    listener.join(PATIENCE)
    assert ends == [grpc.StatusCode.CANCELLED]
    assert cursors == sorted(cursors)

    again = api.metric_columns_pb2.WatchMetricsRequest(run_id=run_id, cursor=cursors[-1])
    watch = services.metrics.WatchMetrics(again)
    services.metrics.Ingest(producer.request(40, columns(api, run_id, [(40, 40)])))
    assert list(next(iter(watch)).metrics.step) == [40]
    watch.cancel()


def test_an_unknown_run_cannot_be_watched_or_counted(api, services):
    watch = api.metric_columns_pb2.WatchMetricsRequest(run_id="unknown")
    with pytest.raises(grpc.RpcError) as raised:
        next(iter(services.metrics.WatchMetrics(watch)))
    assert raised.value.code() == grpc.StatusCode.NOT_FOUND
    with pytest.raises(grpc.RpcError) as raised:
        stored(api, services, "unknown")
    assert raised.value.code() == grpc.StatusCode.NOT_FOUND


def send_all(api, services, producer, run_id, sizes, answered):
    """Streams everything from the first point on; returns what is acknowledged and the error."""
    requests_in_all, points_each = sizes
    # The values repeat: what is stored twice would not be seen in the history.
    requests = (
        producer.request(points_each * i, columns(api, run_id, [(i, 0.5)] * points_each))
        for i in range(requests_in_all)
    )
    answers, error = streamed(services, requests)
    assert error is None or error.code() == grpc.StatusCode.UNAVAILABLE
    return max([answered, *answers]), error


def check_stored_once(api, services, run_id, sizes):
    requests_in_all, points_each = sizes
    assert stored(api, services, run_id) == requests_in_all * points_each
    read = history(api, services, run_id)
    assert [point[1] for point in read] == list(range(requests_in_all))


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_replayed_after_kills_is_stored_once(api, connect, backend, tmp_path):
    """A server that is killed under a stream; the producer then sends everything again."""
    sizes, kills, answered = (400, 25), 3, 0
    with serving(backend, tmp_path) as server:
        with connect(server) as services:
            run_id = new_run(api, services)
        for round_ in range(kills + 1):
            with connect(server) as services:
                producer = Producer(api, services, "killed")
                assert producer.opened.next_seq >= answered
                if round_ < kills:
                    killer = threading.Timer(0.05 * (round_ + 1), server.kill)
                    killer.start()
                answered, _ = send_all(api, services, producer, run_id, sizes, answered)
                if round_ < kills:
                    killer.join()
            if round_ < kills:
                server.__exit__()
                server.__enter__()
        with connect(server) as services:
            check_stored_once(api, services, run_id, sizes)


def test_what_is_replayed_after_crashes_of_postgresql_is_stored_once(api, connect, tmp_path):
    """The database crashes under a stream and comes back; the server runs on."""
    sizes, crashes, answered = (400, 25), 3, 0
    with (
        OwnPostgres() as postgres,
        Server(tmp_path, "--backend-store-uri", postgres.uri) as server,
        connect(server) as services,
    ):
        run_id = new_run(api, services)
        for round_ in range(crashes):
            producer = Producer(api, services, "crashed")
            assert producer.opened.next_seq >= answered
            crash = threading.Timer(0.05 * (round_ + 1), postgres.stop)
            crash.start()
            answered, _ = send_all(api, services, producer, run_id, sizes, answered)
            crash.join()
            postgres.start()
        producer = Producer(api, services, "crashed")
        answered, error = send_all(api, services, producer, run_id, sizes, answered)
        assert error is None
        assert answered == sizes[0] * sizes[1]
        check_stored_once(api, services, run_id, sizes)
