"""Bearer tokens over gRPC: each RPC wants one, bad ones are refused, streams end with theirs."""

import queue
import secrets
import time
from types import SimpleNamespace

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from tests.grpc.test_workspaces import ABSENT, ACROSS, OK, Caller, ingest
from tests.support.contract import read_contract
from tests.support.server import Server
from tests.support.split import SplitServer
from tests.support.tokens import Issuer
from tests.support.waiting import wait_for
from tests.support.workspaces import workspace_command

DENIED = grpc.StatusCode.PERMISSION_DENIED
UNKNOWN = grpc.StatusCode.UNAUTHENTICATED
# One of each service.
PROBES = {
    "SearchExperiments": {"max_results": 1},
    "SearchRegisteredModels": {},
    "ListArtifacts": {},
}
# The difference of clocks that a server allows for.
SKEW = 300
# For streams to begin, on a loaded machine.
SECONDS_TO_BEGIN = 10


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    with Issuer(tmp_path_factory.mktemp("issuer")) as issuer:
        yield issuer


@pytest.fixture(scope="module", params=["one", "split"])
def server(request, issuer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    if request.param == "one":
        serving = Server(folder, *issuer.flags())
    else:
        serving = SplitServer(folder, options=issuer.flags())
    with serving as running:
        yield running


@pytest.fixture
def by(api, services):
    """Who calls with a token; without one if it is None."""

    def caller(token):
        metadata = [] if token is None else [("authorization", f"Bearer {token}")]
        return Caller(api, services, metadata)

    return caller


@pytest.fixture
def ask(by, issuer):
    return by(issuer.token())


@pytest.mark.parametrize("rpc", [rpc.name for rpc in read_contract() if rpc.part != "gateway"])
def test_each_rpc_wants_a_token(rpc, by, ask):
    anybody = by(None).outcome("default", rpc)
    assert anybody[0] == UNKNOWN, anybody
    assert b"Authorization" in anybody[1]
    # Not even what else is wrong with a request is told.
    assert by("opaque").outcome("no such name!", rpc)[0] == UNKNOWN
    if rpc not in ACROSS:
        assert ask.outcome("default", rpc)[0] not in (UNKNOWN, DENIED)


@pytest.mark.parametrize("part", ["tracking", "registry", "artifact"])
def test_health_and_reflection_want_none(part, services):
    channel = services.channels[part]
    answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    assert ProtoReflectionDescriptorDatabase(channel).get_services()


def test_a_token_that_is_not_accepted_is_refused_by_each_service(by, issuer, server):
    before = server.log()
    refused = issuer.refused()
    for reason, token in refused:
        for rpc, fields in PROBES.items():
            assert by(token).outcome("default", rpc, **fields)[0] == UNKNOWN, (reason, rpc)
    rpc, fields = next(iter(PROBES.items()))

    def is_told(reason, token):
        if f"reason={reason} " in server.log()[len(before) :]:
            return True
        # Of many that come at once not each has a line.
        by(token).outcome("default", rpc, **fields)
        return False

    for reason, token in refused:
        wait_for(lambda reason=reason, token=token: is_told(reason, token))
    log = server.log()[len(before) :]
    for _, token in refused:
        for part in token.split("."):
            assert len(part) < 16 or part not in log


def test_the_lists_of_workspaces_hold_for_all_services(by, ask, server, issuer, api):
    name = f"ws-{secrets.token_hex(4)}"
    workspace_command(server, "create", name, "--allow", "oid=ann")
    bob = by(issuer.token(oid="bob"))
    for rpc, fields in PROBES.items():
        # Services may remember that there was none.
        wait_for(lambda rpc=rpc, fields=fields: ask.outcome(name, rpc, **fields)[0] == OK)
        assert bob.outcome(name, rpc, **fields)[0] == DENIED
        assert bob.outcome("default", rpc, **fields)[0] == OK
        assert bob.outcome("nowhere", rpc, **fields)[0] == ABSENT
    for rpc in ["IngestStream", "ReadMetricColumns", "WatchMetrics", "DownloadArtifact"]:
        fields = {"run_id": "x"} if rpc == "WatchMetrics" else {}
        if rpc == "ReadMetricColumns":
            fields = {"run_ids": ["x"]}
        assert bob.outcome(name, rpc, **fields)[0] == DENIED, rpc


def test_workspaces_are_not_looked_after_with_a_token(by, ask, server, issuer):
    name = f"ws-{secrets.token_hex(4)}"
    workspace_command(server, "create", name, "--allow", "oid=ann")
    for rpc in ACROSS - {"GetWorkspace", "ListWorkspaces"}:
        assert ask.outcome("default", rpc, name=name)[0] == DENIED
    assert ask.outcome("default", "ListWorkspaces")[0] == DENIED
    assert ask.outcome("default", "GetWorkspace", name=name)[0] == OK
    bob = by(issuer.token(oid="bob"))
    assert bob.outcome("default", "GetWorkspace", name=name)[0] == DENIED


def test_streams_end_when_their_token_does(ask, api, services, issuer):
    ids = SimpleNamespace(
        name=f"name-{secrets.token_hex(4)}",
        experiment_id=str(secrets.randbelow(1 << 40) + 1),
        run_id=secrets.token_hex(16),
    )
    ask("default", "CreateExperiment", name=ids.name, experiment_id=ids.experiment_id)
    ask("default", "CreateRun", experiment_id=ids.experiment_id, run_id=ids.run_id)
    ask("default", "OpenProducer", producer_id=ids.name)
    token = issuer.token(exp=int(time.time()) - SKEW + SECONDS_TO_BEGIN)
    metadata = [("authorization", f"Bearer {token}")]

    watched = api.metric_columns_pb2.WatchMetricsRequest(run_id=ids.run_id)
    watch = services.metrics.WatchMetrics(watched, metadata=metadata, timeout=60)
    requests = queue.Queue()
    sent = services.metrics.IngestStream(iter(requests.get, None), metadata=metadata, timeout=60)
    requests.put(api.ingest_pb2.IngestRequest(**ingest(ids)))
    # Both have begun: points that were taken are seen.
    assert next(sent)
    assert next(watch)
    for stream in [watch, sent]:
        with pytest.raises(grpc.RpcError) as error:
            for _ in stream:
                pass
        assert error.value.code() == UNKNOWN, error.value.details()
        assert "expired" in error.value.details()
    requests.put(None)
