"""Histories of uncommon shapes: what the server needs of memory follows the page that is read, not
the history."""

import itertools
import os

import pytest

from tests.grpc.metric_points import Producer, new_run, read_columns, stored
from tests.support.backends import BACKENDS, serving
from tests.support.memory import Peak, bounds_follow

LONG = bool(os.environ.get("ROOKERY_TEST_LONG"))
POINTS = 10_000_000 if LONG else 1_000_000
KEYS = 100_000
RUNS = 1_000_000 if LONG else 20_000
REQUEST = 100_000
PAGE = 25_000
START_MS = 1_790_000_000_000
# What reading may add to a server that has just started: some pages, with what the allocator keeps
# of former ones, which came to 101 MiB at most. Held in memory whole, the history of a long key
# takes 160 to 180 MiB, and ten times that with --long.
MOST_MIB = 128
# The directories of a run's segments are read whole, and name each key in each segment.
MOST_MIB_OF_MANY_KEYS = 192


@pytest.fixture(params=BACKENDS)
def odd_server(request, tmp_path):
    with serving(request.param, tmp_path) as running:
        yield running


@pytest.fixture
def check_growth(request, capsys):
    """Checks and tells how many MiB a test's reads took; the last thing that a test does."""

    def check(growth, most_mib):
        with capsys.disabled():
            print(f"\n{request.node.name}: {growth:.0f} MiB more, of {most_mib} at most")
        bounds_follow()
        assert growth < most_mib

    return check


def restarted(server):
    """What it needed to write is not to count."""
    assert server.terminate() == 0
    server.__exit__()
    server.__enter__()


# Of request number `i` of `n` the steps and timestamps.
def ascending(i, n):
    steps = range(i * REQUEST, (i + 1) * REQUEST)
    return steps, range(START_MS + steps.start, START_MS + steps.stop)


def without_steps(i, n):
    return [0] * REQUEST, range(START_MS + i * REQUEST, START_MS + (i + 1) * REQUEST)


def at_one_time(i, n):
    return range(i * REQUEST, (i + 1) * REQUEST), [START_MS] * REQUEST


def backfilled(i, n):
    """Old steps that lie between those that are there, the last first."""
    return range(n - i - 1, n * REQUEST, n), range(
        START_MS + i * REQUEST, START_MS + (i + 1) * REQUEST
    )


def write_key(api, services, run_id, shape):
    producer = Producer(api, services, "long")
    requests = POINTS // REQUEST
    for i in range(requests):
        steps, timestamps = shape(i, requests)
        points = api.metric_columns_pb2.MetricColumns(
            run_id=run_id,
            keys=["loss"],
            key_index=[0],
            key_points=[REQUEST],
            step=steps,
            timestamp_ms=timestamps,
            value=range(i * REQUEST, (i + 1) * REQUEST),
        )
        services.metrics.Ingest(producer.request(i * REQUEST, points))


def pages(api, services, run_id, key):
    token = None
    while token != "":
        request = api.metric_pb2.GetMetricHistoryRequest(
            run_id=run_id, metric_key=key, max_results=PAGE, page_token=token
        )
        page = services.runs.GetMetricHistory(request)
        yield page.metrics
        token = page.next_page_token


def sample(api, services, run_id, **interval):
    request = api.metric_pb2.GetMetricHistoryBulkIntervalRequest(
        run_ids=[run_id], metric_key="loss", max_results=320, **interval
    )
    return services.runs.GetMetricHistoryBulkInterval(request).metrics


def read_bulk(api, services, run_id):
    request = api.metric_pb2.GetMetricHistoryBulkRequest(run_id=[run_id], metric_key="loss")
    return services.runs.GetMetricHistoryBulk(request).metrics


def set_deleted(api, services, run_id, deleted):
    if deleted:
        services.runs.DeleteRun(api.run_pb2.DeleteRunRequest(run_id=run_id))
    else:
        services.runs.RestoreRun(api.run_pb2.RestoreRunRequest(run_id=run_id))


@pytest.mark.parametrize("shape", [ascending, without_steps, at_one_time, backfilled])
def test_a_long_key_is_read_in_bounded_memory(api, connect, odd_server, shape, check_growth):
    with connect(odd_server) as services:
        run_id = new_run(api, services)
        write_key(api, services, run_id, shape)
        assert stored(api, services, run_id) == POINTS
    restarted(odd_server)
    with connect(odd_server) as services:
        peak = Peak(odd_server.pid)

        # Where steps and times contradict each other, each page looks through all blocks.
        count = 4 if shape is backfilled else POINTS // PAGE
        read, last = 0, (0, 0)
        for page in itertools.islice(pages(api, services, run_id, "loss"), count):
            places = [(point.timestamp, point.step) for point in (page[0], page[-1])]
            assert last < places[0] < places[1]
            read, last = read + len(page), places[1]
        assert read == count * PAGE
        assert len(read_bulk(api, services, run_id)) == PAGE

        whole = sample(api, services, run_id)
        assert len(whole) in (320, 321)
        steps = [(point.step, point.timestamp) for point in whole]
        assert steps == sorted(set(steps))
        assert sample(api, services, run_id, start_step=0, end_step=whole[-1].step) == whole

        read, values = 0, set()
        for columns in read_columns(api, services, [run_id]):
            read += len(columns.value)
            values.update((columns.value[0], columns.value[-1]))
        assert read == POINTS
        assert len(values) > 1

        set_deleted(api, services, run_id, True)
        assert sample(api, services, run_id) == whole
        set_deleted(api, services, run_id, False)
        check_growth(peak.growth_mib(), MOST_MIB)


def mixed_batch(api, run_id, number, keys):
    """A thousand entities."""
    metrics = [
        {"key": key, "value": number, "timestamp": START_MS + number, "step": number}
        for key in keys[:800]
    ]
    texts = [{"key": f"{number}/{i}", "value": "x" * 50} for i in range(100)]
    return api.run_pb2.LogBatchRequest(run_id=run_id, metrics=metrics, params=texts, tags=texts)


def test_a_run_of_many_keys_is_read_in_bounded_memory(api, connect, odd_server, check_growth):
    keys = [f"layer/{i:06}/gradient_norm" for i in range(KEYS)]
    with connect(odd_server) as services:
        run_id = new_run(api, services)
        for number in range(5):
            services.runs.LogBatch(mixed_batch(api, run_id, number, keys))
        producer = Producer(api, services, "wide")
        for step in range(2):
            points = api.metric_columns_pb2.MetricColumns(
                run_id=run_id,
                keys=keys,
                key_index=range(KEYS),
                key_points=[1] * KEYS,
                step=[10 + step] * KEYS,
                timestamp_ms=[START_MS + step] * KEYS,
                value=range(KEYS),
            )
            services.metrics.Ingest(producer.request(step * KEYS, points))
        assert stored(api, services, run_id) == 5 * 800 + 2 * KEYS
    restarted(odd_server)
    with connect(odd_server) as services:
        peak = Peak(odd_server.pid)
        read = {}
        for columns in read_columns(api, services, [run_id]):
            assert list(columns.keys) == sorted(columns.keys)
            for index, points in zip(columns.key_index, columns.key_points, strict=True):
                key = columns.keys[index]
                read[key] = read.get(key, 0) + points
        assert read == {key: 7 if i < 800 else 2 for i, key in enumerate(keys)}
        last = keys[-1]
        (columns,) = read_columns(api, services, [run_id], last, keys[0], last)
        assert list(columns.keys) == [keys[0], last]
        (page,) = pages(api, services, run_id, last)
        assert [point.value for point in page] == [KEYS - 1] * 2
        growth = peak.growth_mib()

        for deleted in (True, False):
            set_deleted(api, services, run_id, deleted)
            run = services.runs.GetRun(api.run_pb2.GetRunRequest(run_id=run_id)).run
            assert run.info.lifecycle_stage == ("deleted" if deleted else "active")
            assert len(run.data.metrics) == KEYS
            assert len(run.data.params) == 500
    check_growth(growth, MOST_MIB_OF_MANY_KEYS)


# Without start times, a page of a search looks through all runs before it.
@pytest.mark.parametrize("have_start_times", [True, False], ids=["in-order", "at-no-time"])
def test_many_runs_of_three_points_are_found_in_bounded_memory(
    api, connect, odd_server, have_start_times, check_growth
):
    chunk = 1000
    with connect(odd_server) as services:
        producer, seq, first, run_ids = Producer(api, services, "many"), 0, None, []
        for begun in range(START_MS, START_MS + RUNS, chunk):
            requests = [
                api.run_pb2.CreateRunRequest(
                    experiment_id="0", start_time=begun + i if have_start_times else 0
                )
                for i in range(chunk)
            ]
            calls = [services.runs.CreateRun.future(request) for request in requests]
            run_ids = [call.result().run.info.run_id for call in calls]
            first = first or run_ids
            for step in range(3):
                points = [
                    api.metric_columns_pb2.MetricColumns(
                        run_id=run_id,
                        keys=["loss"],
                        key_index=[0],
                        key_points=[1],
                        step=[step],
                        timestamp_ms=[START_MS + step],
                        value=[seq + i],
                    )
                    for i, run_id in enumerate(run_ids)
                ]
                services.metrics.Ingest(producer.request(seq, *points))
                seq += chunk
    restarted(odd_server)
    with connect(odd_server) as services:
        peak = Peak(odd_server.pid)
        found, token = 0, None
        while token != "":
            request = api.search_pb2.SearchRunsRequest(
                experiment_ids=["0"], max_results=1000, page_token=token
            )
            page = services.runs.SearchRuns(request)
            assert all(run.data.metrics[0].step == 2 for run in page.runs)
            found, token = found + len(page.runs), page.next_page_token
        assert found == RUNS
        for ids in (first, run_ids):
            messages = list(read_columns(api, services, ids))
            assert [columns.run_id for columns in messages] == ids
            assert all(list(columns.step) == [0, 1, 2] for columns in messages)
        for run_id in itertools.islice(run_ids, 10):
            set_deleted(api, services, run_id, True)
            assert stored(api, services, run_id) == 3
            set_deleted(api, services, run_id, False)
            assert len(list(next(pages(api, services, run_id, "loss")))) == 3
        check_growth(peak.growth_mib(), MOST_MIB)
