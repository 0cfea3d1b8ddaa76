"""Metrics by the million: ingest exactly once, columns, watching."""

import math
import queue
import threading

import grpc
import pytest

from tests.support.backends import BACKENDS, serving
from tests.support.own_postgres import OwnPostgres
from tests.support.server import Server

PATIENCE = 30


@pytest.fixture
def run_id(api, services):
    return new_run(api, services)


def new_run(api, services):
    request = api.run_pb2.CreateRunRequest(experiment_id="0")
    return services.runs.CreateRun(request).run.info.run_id


def columns(api, run_id, points, key="loss"):
    """`points` are (step, value)."""
    return api.metric_columns_pb2.MetricColumns(
        run_id=run_id,
        keys=[key],
        key_index=[0],
        key_points=[len(points)],
        step=[step for step, _ in points],
        timestamp_ms=[1_790_000_000_000 + step for step, _ in points],
        value=[value for _, value in points],
    )


class Producer:
    """Makes requests of a producer that has just been opened."""

    def __init__(self, api, services, name):
        self.api, self.name = api, name
        request = api.ingest_pb2.OpenProducerRequest(producer_id=name)
        self.opened = services.metrics.OpenProducer(request)

    def request(self, first_seq, *columns):
        return self.api.ingest_pb2.IngestRequest(
            producer_id=self.name,
            epoch=self.opened.epoch,
            first_seq=first_seq,
            runs=[self.api.ingest_pb2.RunIngest(metrics=c) for c in columns],
        )


def streamed(services, requests):
    """The numbers that a stream answers, and the error that ends it, or None."""
    answers = []
    try:
        for answer in services.metrics.IngestStream(iter(requests)):
            answers.append(answer.next_seq)
    except grpc.RpcError as error:
        return answers, error
    return answers, None


def history(api, services, run_id, *keys):
    request = api.metric_columns_pb2.ReadMetricColumnsRequest(run_ids=[run_id], keys=keys)
    points = []
    for response in services.metrics.ReadMetricColumns(request):
        read = response.metrics
        assert read.run_id == run_id
        assert len(read.keys) == 1
        points += [(read.keys[0], *point) for point in zip(read.step, read.value, strict=True)]
    return points


def stored(api, services, run_id):
    request = api.metric_columns_pb2.CountStoredPointsRequest(run_id=run_id)
    return services.metrics.CountStoredPoints(request).points


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
