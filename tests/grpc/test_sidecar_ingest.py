"""The sidecar's ingest service: the server's, with the spool behind it."""

import threading

import grpc
import pytest

from tests.grpc.metric_points import Producer, columns, new_run, stored, streamed
from tests.support.fault_link import FaultLink
from tests.support.grpc_sidecar import Sidecar
from tests.support.program import ROOKERY
from tests.support.server import Server
from tests.support.waiting import wait_for

BATCH = 100


@pytest.fixture(scope="module", params=["sqlite"])
def server(request, tmp_path_factory):
    with Server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def sidecar(tmp_path, server):
    if not ROOKERY.with_name("rookery-sidecar").exists():
        pytest.skip("NOT RUN: rookery-sidecar was not built")
    with Sidecar(tmp_path, server.grpc) as running:
        yield running


class Stubs:
    """The sidecar's services, as helpers of metric_points take them."""

    def __init__(self, api, address):
        self.channel = grpc.insecure_channel(address)
        self.metrics = api.metric_service_pb2_grpc.MetricServiceStub(self.channel)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()


@pytest.fixture
def local(api, sidecar):
    with Stubs(api, sidecar.grpc) as stubs:
        yield stubs


@pytest.fixture
def run_id(api, services):
    return new_run(api, services)


def batch(api, producer, run_id, number):
    first = number * BATCH
    steps = range(first, first + BATCH)
    return producer.request(first, columns(api, run_id, [(step, 0.5) for step in steps]))


def test_repeats_overlaps_and_gaps_are_as_the_servers(api, services, sidecar, local, run_id):
    producer = Producer(api, local, "p")
    requests = [batch(api, producer, run_id, n) for n in range(5)]
    assert streamed(local, requests) == ([100, 200, 300, 400, 500], None)
    # All of it again, and then half of it again with something new.
    assert streamed(local, requests) == ([500] * 5, None)
    steps = [(step, 0.5) for step in range(450, 550)]
    assert streamed(local, [producer.request(450, columns(api, run_id, steps))]) == ([550], None)
    answers, error = streamed(local, [producer.request(560, columns(api, run_id, [(560, 1)]))])
    assert (answers, error.code()) == ([], grpc.StatusCode.OUT_OF_RANGE)
    assert "expected to send number 550 next" in error.details()
    sidecar.flush()
    assert stored(api, services, run_id) == 550
    # The sidecar asks the server.
    assert stored(api, local, run_id) == 550
    assert sidecar.points() == {
        "ingested": 550, "confirmed": 550, "spooled": 0, "quarantined": 0, "gap": 0,
    }  # fmt: skip


def test_a_noticed_gap_is_a_tag_of_the_run(api, services, sidecar, local, run_id):
    producer = Producer(api, local, "p")
    request = producer.request(7, columns(api, run_id, [(7, 1)]))
    request.gap.first_seq, request.gap.last_seq = 0, 6
    request.gap.reason = "lost"
    request.gap.run_ids.append(run_id)
    assert streamed(local, [request, request]) == ([8, 8], None)
    sidecar.flush()
    run = services.runs.GetRun(api.run_pb2.GetRunRequest(run_id=run_id)).run
    tags = {tag.key: tag.value for tag in run.data.tags}
    assert tags["rookery.gaps.p.0"] == '{"first_seq": 0, "last_seq": 6, "reason": "lost"}'
    assert stored(api, services, run_id) == 1


def test_who_opened_before_is_fenced(api, local, run_id):
    first = Producer(api, local, "p")
    streamed(local, [batch(api, first, run_id, 0)])
    second = Producer(api, local, "p")
    assert second.opened.next_seq == BATCH
    assert second.opened.epoch > first.opened.epoch
    answers, error = streamed(local, [batch(api, first, run_id, 1)])
    assert (answers, error.code()) == ([], grpc.StatusCode.FAILED_PRECONDITION)
    request = batch(api, second, run_id, 1)
    request.producer_id = "stranger"
    answers, error = streamed(local, [request])
    assert (answers, error.code()) == ([], grpc.StatusCode.NOT_FOUND)


def test_the_ack_level_is_the_calls(api, services, local, run_id):
    producer = Producer(api, local, "p")
    upstream = [("rookery-ack", "upstream")]
    local.metrics.Ingest(batch(api, producer, run_id, 0), metadata=upstream)
    # No flush: it is there.
    assert stored(api, services, run_id) == BATCH
    local.metrics.Ingest(batch(api, producer, run_id, 1), metadata=[("rookery-ack", "buffered")])
    with pytest.raises(grpc.RpcError) as refused:
        local.metrics.Ingest(batch(api, producer, run_id, 2), metadata=[("rookery-ack", "perhaps")])
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    unknown = producer.request(200, columns(api, "0" * 32, [(1, 1)]))
    with pytest.raises(grpc.RpcError) as refused:
        local.metrics.Ingest(unknown, metadata=upstream)
    assert refused.value.code() == grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("attempt", range(3))
def test_a_stream_goes_on_after_a_crash_exactly_once(api, services, sidecar, run_id, attempt):
    """The sidecar is killed while a stream writes; the client sends again all that it got no answer
    for, and some of what it did."""
    batches = 60
    answered = threading.Event()
    answers, ends = [], []

    def writing(stubs, producer):
        requests = (batch(api, producer, run_id, n) for n in range(batches))
        try:
            for answer in stubs.metrics.IngestStream(requests):
                answers.append(answer.next_seq)
                if len(answers) > 5 + 10 * attempt:
                    answered.set()
        except grpc.RpcError as error:
            ends.append(error.code())
        answered.set()

    with Stubs(api, sidecar.grpc) as stubs:
        writer = threading.Thread(target=writing, args=(stubs, Producer(api, stubs, "p")))
        writer.start()
        assert answered.wait(60)
        sidecar.points()
        sidecar.kill()
        writer.join()
        # It was in the middle, unless all was answered before the kill.
        assert ends == [grpc.StatusCode.UNAVAILABLE] or len(answers) == batches
    with sidecar, Stubs(api, sidecar.grpc) as stubs:
        sidecar.points()
        producer = Producer(api, stubs, "p")
        # Nothing that was answered is missing.
        assert producer.opened.next_seq >= max(answers)
        # Some of it comes again.
        begin = max(0, producer.opened.next_seq // BATCH - 3)
        requests = [batch(api, producer, run_id, n) for n in range(begin, batches)]
        told, error = streamed(stubs, requests)
        assert (told[-1], error) == (batches * BATCH, None)
        sidecar.flush()
        assert stored(api, services, run_id) == batches * BATCH
        points = sidecar.points()
        assert points["ingested"] == points["confirmed"] == batches * BATCH


def test_a_run_ends_when_what_was_written_to_the_sidecar_is_there(api, services, server, tmp_path):
    """The server waits for the sidecar, and a producer of the sidecar's has nothing to tell it."""
    run_id = new_run(api, services)
    with FaultLink(server.grpc) as link, Sidecar(tmp_path, link.address) as sidecar:
        with Stubs(api, sidecar.grpc) as local:
            producer = Producer(api, local, "behind")
            local.metrics.Ingest(batch(api, producer, run_id, 0))
            sidecar.flush()
            link.refuse()
            local.metrics.Ingest(batch(api, producer, run_id, 1))
            with pytest.raises(grpc.RpcError) as refused:
                local.metrics.CatchUp(api.ingest_pb2.CatchUpRequest(producer_id="behind"))
        assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED
        assert "writes to the server" in refused.value.details()
        other = Producer(api, services, f"other-{run_id}")
        end = other.request(0, columns(api, run_id, []))
        end.runs[0].end.status = api.run_pb2.FINISHED
        end.runs[0].end.end_time = 1_790_000_000_000
        services.metrics.Ingest(end)

        def run():
            return services.runs.GetRun(api.run_pb2.GetRunRequest(run_id=run_id)).run

        assert run().info.status == api.run_pb2.RUNNING
        link.mend()
        wait_for(lambda: run().info.status == api.run_pb2.FINISHED)
        assert stored(api, services, run_id) == 2 * BATCH
        assert "rookery.late_data_possible" not in {tag.key for tag in run().data.tags}
