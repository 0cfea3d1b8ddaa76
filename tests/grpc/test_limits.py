"""Deadlines, cancelled calls and messages that are too large."""

import grpc
import pytest

from tests.support.postgres import fresh_database, held_table
from tests.support.server import Server
from tests.support.writers import wait_for

# As many as a service has threads.
THREADS = 8


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One process on PostgreSQL, whose locks make calls wait as long as a test wants."""
    with fresh_database() as uri:
        folder = tmp_path_factory.mktemp("server")
        with Server(folder, "--backend-store-uri", uri) as running:
            running.uri = uri
            yield running


def create(api, name):
    return api.experiment_pb2.CreateExperimentRequest(name=name)


def exists(api, services, name):
    request = api.experiment_pb2.GetExperimentByNameRequest(experiment_name=name)
    error = services.experiments.GetExperimentByName.future(request).exception()
    assert error is None or error.code() == grpc.StatusCode.NOT_FOUND
    return error is None


def test_a_deadline_in_the_past_is_said_and_nothing_is_done(api, services):
    with pytest.raises(grpc.RpcError) as raised:
        services.experiments.CreateExperiment(create(api, "past"), timeout=-1)
    assert raised.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert not exists(api, services, "past")


def test_work_ends_at_its_deadline_in_the_database_too(api, services, server):
    with held_table(server.uri, "experiments") as waiting:
        call = services.experiments.CreateExperiment.future(create(api, "late"), timeout=1)
        wait_for(lambda: waiting() == 1)
        assert call.exception().code() == grpc.StatusCode.DEADLINE_EXCEEDED
        # The table is held still, and yet nobody waits for it.
        wait_for(lambda: waiting() == 0)
    assert not exists(api, services, "late")


def test_a_statement_ends_when_its_call_is_cancelled(api, services, server):
    with held_table(server.uri, "experiments") as waiting:
        write = services.experiments.CreateExperiment.future(create(api, "cancelled"))
        read = services.runs.SearchRuns.future(
            api.search_pb2.SearchRunsRequest(experiment_ids=["0"])
        )
        wait_for(lambda: waiting() == 2)
        write.cancel()
        read.cancel()
        # The table is held still.
        wait_for(lambda: waiting() == 0)
    assert not exists(api, services, "cancelled")


def test_a_call_that_is_cancelled_in_the_queue_is_never_begun(api, services, server):
    with held_table(server.uri, "experiments") as waiting:
        running = [
            services.experiments.CreateExperiment.future(create(api, f"running-{number}"))
            for number in range(THREADS)
        ]
        wait_for(lambda: waiting() == THREADS)
        queued = services.experiments.CreateExperiment.future(create(api, "queued"))
        # A call on the same connection that was sent later, and is refused before the queue, is
        # answered: so the queued one has come.
        with pytest.raises(grpc.RpcError) as raised:
            services.experiments.CreateExperiment(create(api, ""))
        assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        queued.cancel()
        assert queued.code() == grpc.StatusCode.CANCELLED
        # The same: the server has heard of the cancellation.
        with pytest.raises(grpc.RpcError):
            services.experiments.CreateExperiment(create(api, ""))
    for call in running:
        assert call.result().experiment_id
    assert not exists(api, services, "queued")


def test_a_message_over_the_limit_is_refused_and_the_connection_lives(api, services):
    run = services.runs.CreateRun(api.run_pb2.CreateRunRequest()).run
    request = api.run_pb2.SetTagRequest(run_id=run.info.run_id, key="t", value="x" * (65 << 20))
    with pytest.raises(grpc.RpcError) as raised:
        services.runs.SetTag(request)
    assert raised.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert services.runs.GetRun(api.run_pb2.GetRunRequest(run_id=run.info.run_id)).run
