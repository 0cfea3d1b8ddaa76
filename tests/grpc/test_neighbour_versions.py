"""Sidecar and server of different versions: of the ones before by what they said to each other
(recorded/), of the ones to come by what today's know nothing of."""

import contextlib

import grpc
import pytest

from tests.grpc import later_version, recording
from tests.grpc.earlier_server import EarlierServer
from tests.grpc.later_version import LATER_VALUE, message_classes
from tests.grpc.metric_points import Producer, columns, new_run, stored, streamed
from tests.grpc.passing_on import PassingOn, bytes_calls
from tests.grpc.training import END_MS, PARAMS, POINTS, TAGS, WHOLE, seen, train
from tests.support.backends import BACKENDS, serving
from tests.support.grpc_sidecar import Sidecar as GrpcSidecar
from tests.support.program import ROOKERY
from tests.support.raw import API, Client
from tests.support.server import Server
from tests.support.sidecar import Sidecar
from tests.support.waiting import wait_for

pytestmark = pytest.mark.skipif(
    not ROOKERY.with_name("rookery-sidecar").exists(),
    reason="NOT RUN: rookery-sidecar was not built",
)


@pytest.fixture(params=recording.recordings(), ids=lambda path: path.stem)
def recorded(request, api):
    return recording.load(request.param)


def as_it_is(_, message):
    return message


@pytest.fixture(params=["as it is", "of later"])
def of_request(request, api):
    return as_it_is if request.param == "as it is" else later_version.of_request


@pytest.fixture(params=["as it is", "of later"])
def of_reply(request, api):
    return as_it_is if request.param == "as it is" else later_version.of_reply


@pytest.fixture
def server(tmp_path):
    with Server(tmp_path) as running:
        yield running


def code_of(call, method, request):
    """And the reply."""
    try:
        return "OK", call(method, request)
    except grpc.RpcError as error:
        return error.code().name, b""


def run_of(calls):
    call = next(call for call in calls if call.name == "CreateRun")
    return message_classes(call.method)[1].FromString(call.reply).run.info.run_id


def of_producers(calls):
    return [call for call in calls if call.method.startswith("/rookery.tracking.v1.MetricService/")]


def next_seq_of(call, reply):
    return message_classes(call.method)[1].FromString(reply).next_seq


@pytest.mark.parametrize("setup", BACKENDS)
def test_a_server_takes_what_another_version_of_the_sidecar_sends(
    api, connect, recorded, of_request, setup, tmp_path
):
    with serving(setup, tmp_path) as server, bytes_calls(server.grpc) as ask:
        answers = [
            code_of(ask, call.method, of_request(call.method, call.request)) for call in recorded
        ]
        assert [code for code, _ in answers] == [call.code for call in recorded]
        ingests = [call for call in recorded if call.name == "Ingest"]
        last = next_seq_of(ingests[-1], ingests[-1].reply)
        # As if no answer had come.
        for call in ingests:
            assert (
                next_seq_of(call, ask(call.method, of_request(call.method, call.request))) == last
            )
        assert seen(server.url, run_of(recorded)) == WHOLE
        with connect(server) as services:
            assert stored(api, services, run_of(recorded)) == len(POINTS)


def test_a_sidecar_takes_what_another_version_sends(
    api, connect, recorded, of_request, server, tmp_path
):
    """By gRPC, as a producer, which a sidecar may be to another."""
    with contextlib.ExitStack() as stack:
        sidecar = stack.enter_context(GrpcSidecar(tmp_path, server.grpc))
        to_server = stack.enter_context(bytes_calls(server.grpc))
        to_sidecar = stack.enter_context(bytes_calls(sidecar.grpc))
        for call in recorded:
            if call.name in ("CreateExperiment", "CreateRun"):
                to_server(call.method, call.request)
        writes = [call for call in of_producers(recorded) if call.name != "CatchUp"]
        for again in range(2):
            for call in writes:
                if again and call.name != "Ingest":
                    continue
                reply = to_sidecar(call.method, of_request(call.method, call.request))
                assert again or next_seq_of(call, reply) == next_seq_of(call, call.reply)
        sidecar.flush()
        assert seen(server.url, run_of(recorded)) == WHOLE
        services = stack.enter_context(connect(server))
        assert stored(api, services, run_of(recorded)) == len(POINTS)


def test_the_sidecar_works_before_another_version_of_the_server(recorded, of_reply, tmp_path):
    with (
        EarlierServer(recorded, of_reply) as server,
        Sidecar(tmp_path, server.address) as sidecar,
    ):
        train(sidecar.url, sidecar.flush)
        # No flush: the end of a run is told when it is there.
        assert len(server.things) == len(set(server.things))
        assert set(server.things) == {
            *(("point", key, step, value) for (key, step), value in POINTS.items()),
            *(("param", *param) for param in PARAMS.items()),
            ("tag", "note", TAGS["note"]),
            ("end", 3, END_MS),
        }
        assert server.things[-1][0] == "end"
        knows_catch_up = any(call.name == "CatchUp" for call in recorded)
        if not knows_catch_up:
            wait_for(lambda: server.unknown["CatchUp"])
        assert sidecar.terminate() == 0
        # What it does not know it is asked for once, and again when something new was written.
        assert server.unknown["CatchUp"] <= server.ingests + 2
        assert set(server.unknown) <= {"CatchUp"}
        assert "quarantine" not in sidecar.log()


def test_both_go_on_with_what_a_later_version_adds(server, tmp_path):
    """To each request and each reply that go between them."""
    passed = set()
    with (
        PassingOn(
            server.grpc,
            of_request=later_version.of_request,
            of_reply=later_version.of_reply,
            seen=lambda method, *_: passed.add(method.rpartition("/")[2]),
        ) as way,
        Sidecar(tmp_path, way.address) as sidecar,
    ):
        run_id = train(sidecar.url, lambda: None)
        assert seen(server.url, run_id) == WHOLE
    # It leaves by the last one.
    assert passed >= {"CreateExperiment", "CreateRun", "OpenProducer", "Ingest", "CatchUp"}


def test_a_status_of_later_in_a_reply_is_told_as_its_number(server, tmp_path):
    def of_reply(method, message):
        kind = message_classes(method)[1]
        reply = kind.FromString(message)
        if method.endswith(("/CreateRun", "/GetRun")):
            reply.run.info.status = LATER_VALUE
        return reply.SerializeToString()

    with (
        PassingOn(server.grpc, of_reply=of_reply) as way,
        Sidecar(tmp_path, way.address) as sidecar,
    ):
        run_id = train(sidecar.url, lambda: None)
        with Client(sidecar.url) as client:
            run = client.get(f"{API}runs/get?run_id={run_id}").json()["run"]
        assert run["info"]["status"] == LATER_VALUE
        assert len(run["data"]["metrics"]) == len(WHOLE["points"]) / 5
    # What nobody changed on the way.
    assert seen(server.url, run_id) == WHOLE


def test_a_status_of_later_in_a_request_is_refused_and_nothing_else(api, connect, server):
    with connect(server) as services:
        run_id = new_run(api, services)
        producer = Producer(api, services, "p")
        later = producer.request(1, columns(api, run_id, [(1, 1.0)]))
        later.runs[0].end.status = LATER_VALUE
        first = producer.request(0, columns(api, run_id, [(0, 0.5)]))
        answers, error = streamed(services, [first, later])
        assert (answers, error.code()) == ([1], grpc.StatusCode.INVALID_ARGUMENT)
        # The point that came with it was not stored either; its sender tells what is left out.
        rest = producer.request(1, columns(api, run_id, [(1, 1.0)]))
        after = producer.request(3, columns(api, run_id, [(2, 1.5)]))
        after.gap.first_seq, after.gap.last_seq = 2, 2
        assert streamed(services, [rest, after]) == ([2, 4], None)
        assert stored(api, services, run_id) == 3


def test_a_sidecar_tells_that_a_status_of_later_is_refused(api, connect, server, tmp_path):
    """And goes on with what is next; its caller has the refusal, and so nothing is put aside."""
    with GrpcSidecar(tmp_path, server.grpc) as sidecar, connect(server) as services:
        run_id = new_run(api, services)
        with grpc.insecure_channel(sidecar.grpc) as channel:
            metrics = api.metric_service_pb2_grpc.MetricServiceStub(channel)
            opened = metrics.OpenProducer(api.ingest_pb2.OpenProducerRequest(producer_id="p"))
            later = api.ingest_pb2.IngestRequest(producer_id="p", epoch=opened.epoch, first_seq=0)
            run = later.runs.add()
            run.metrics.CopyFrom(columns(api, run_id, [(1, 1.0)]))
            run.end.status = LATER_VALUE
            with pytest.raises(grpc.RpcError) as refused:
                metrics.Ingest(later)
            assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
            run.ClearField("end")
            assert metrics.Ingest(later).next_seq == 1
        sidecar.flush()
        assert stored(api, services, run_id) == 1
        assert sidecar.points()["quarantined"] == 0
