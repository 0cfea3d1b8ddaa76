"""Data of two workspaces never meet: shown for every RPC of every service.

Each call is made twice with the ids of what lies in one workspace (`owner`): in one that holds
nothing (`empty`), and in one that holds a twin of everything, under the same ids and names
(`twin`). Neither may see or change what the owner has.
"""

import base64
import json
import secrets
import struct
from types import SimpleNamespace

import grpc
import pytest

from tests.support.contract import read_contract
from tests.support.waiting import wait_for

OK = grpc.StatusCode.OK
ABSENT = grpc.StatusCode.NOT_FOUND
TAKEN = grpc.StatusCode.ALREADY_EXISTS
REFUSED = grpc.StatusCode.INVALID_ARGUMENT

VALUES = {"owner": 1234.5678, "twin": 8765.4321}


def marks(workspace):
    """Bytes of which one at least is in every message that tells what the workspace holds."""
    return [f"mark-of-{workspace}".encode(), struct.pack("<d", VALUES[workspace])]


def call(request, *, empty=ABSENT, twin=OK, shows=False):
    """`request` makes an RPC's fields of the ids; `empty` and `twin` are the answers there; the
    twin's `shows` what the twin holds."""
    return SimpleNamespace(request=request, empty=empty, twin=twin, shows=shows)


def of_run(**fields):
    return lambda w: {"run_id": w.run_id, **fields}


def of_model(**fields):
    return lambda w: {"model_id": w.model_id, **fields}


def named(**fields):
    return lambda w: {"name": w.name, **fields}


def tagged(**fields):
    return {"key": "k", "value": "new", **fields}


def point():
    return {"key": "loss", "value": 1.0, "timestamp": 9, "step": 9}


def dataset():
    return {"dataset": {"name": "d2", "digest": "1", "source_type": "t", "source": "s"}}


def ingest(w):
    columns = {"run_id": w.run_id, "keys": ["a"], "key_index": [0], "key_points": [1]}
    columns |= {"step": [1], "timestamp_ms": [1], "value": [0.5]}
    return {"producer_id": w.name, "epoch": 1, "first_seq": 0, "runs": [{"metrics": columns}]}


def model_json(w):
    model = {"artifact_path": "m", "flavors": {}, "run_id": w.run_id, "utc_time_created": "now"}
    return json.dumps(model)


def managed(**fields):
    return lambda w: {"id": f"{w.name}:1", **fields}


PLACE = "LocalUpload/there/file"
RESOURCE = {"subscription_id": "s", "resource_group": "g", "workspace_name": "w"}


def resource(**fields):
    return lambda w: {"workspace": RESOURCE, "name": w.name, **fields}


def asset_id(w):
    """What the registry makes of a name and a place: the message of both, encoded."""
    name, place = w.name.encode(), PLACE.encode()
    artifact = bytes([0x0A, len(place)]) + place
    message = bytes([0x12, len(name)]) + name + bytes([0x1A, len(artifact)]) + artifact
    return base64.urlsafe_b64encode(message).decode().rstrip("=")


def multipart(**fields):
    return lambda w: {"artifact_path": w.name, "path": f"{w.name}/part", **fields}


def as_list(field):
    return lambda w: {field: [w.experiment_id]}


def of_experiment(**fields):
    return lambda w: {"experiment_id": w.experiment_id, **fields}


CALLS = {
    "CreateExperiment": call(
        lambda w: {"name": w.name, "experiment_id": w.experiment_id}, empty=OK, twin=TAKEN
    ),
    "GetExperiment": call(of_experiment(), shows=True),
    "GetExperimentByName": call(lambda w: {"experiment_name": w.name}, shows=True),
    "SearchExperiments": call(lambda _: {"max_results": 1000}, empty=OK, shows=True),
    "UpdateExperiment": call(of_experiment(new_name=f"new-{secrets.token_hex(4)}")),
    "DeleteExperiment": call(of_experiment()),
    # It is not deleted.
    "RestoreExperiment": call(of_experiment(), twin=ABSENT),
    "SetExperimentTag": call(of_experiment(**tagged())),
    "DeleteExperimentTag": call(of_experiment(key="k")),
    "SearchDatasets": call(as_list("experiment_ids"), empty=OK, shows=True),
    "CreateRun": call(of_experiment()),
    "GetRun": call(of_run(), shows=True),
    "SearchRuns": call(as_list("experiment_ids"), empty=OK, shows=True),
    "UpdateRun": call(of_run(run_name="new")),
    "DeleteRun": call(of_run()),
    "RestoreRun": call(of_run()),
    "LogMetric": call(of_run(**point())),
    "LogParam": call(of_run(key="p2", value="v")),
    "SetTag": call(of_run(**tagged())),
    "DeleteTag": call(of_run(key="k")),
    "LogBatch": call(of_run(metrics=[point()], tags=[tagged()])),
    "LogBatchAsync": call(of_run(metrics=[point()], tags=[tagged()])),
    "GetRunDataStatus": call(of_run()),
    "LogModel": call(lambda w: {"run_id": w.run_id, "model_json": model_json(w)}),
    "LogInputs": call(of_run(datasets=[dataset()])),
    "LogOutputs": call(lambda w: {"run_id": w.run_id, "models": [{"model_id": w.model_id}]}),
    "GetMetricHistory": call(of_run(metric_key="loss"), empty=OK, shows=True),
    "GetMetricHistoryBulk": call(
        lambda w: {"run_id": [w.run_id], "metric_key": "loss"}, empty=OK, shows=True
    ),
    "GetMetricHistoryBulkInterval": call(
        lambda w: {"run_ids": [w.run_id], "metric_key": "loss"}, empty=OK, shows=True
    ),
    "CreateLoggedModel": call(
        lambda w: {"experiment_id": w.experiment_id, "model_id": w.model_id}, twin=TAKEN
    ),
    "GetLoggedModel": call(of_model(), shows=True),
    "FinalizeLoggedModel": call(of_model(status="LOGGED_MODEL_READY")),
    "SetLoggedModelTags": call(of_model(tags=[tagged()])),
    "LogLoggedModelParams": call(of_model(params=[{"key": "p2", "value": "v"}])),
    "DeleteLoggedModel": call(of_model()),
    "DeleteLoggedModelTag": call(of_model(tag_key="k")),
    "SearchLoggedModels": call(as_list("experiment_ids"), empty=OK, shows=True),
    "OpenProducer": call(lambda w: {"producer_id": w.name}, empty=OK),
    "Ingest": call(ingest),
    "IngestStream": call(ingest),
    "CatchUp": call(lambda w: {"producer_id": w.name}, empty=OK),
    "ReadMetricColumns": call(lambda w: {"run_ids": [w.run_id]}, empty=OK, shows=True),
    "WatchMetrics": call(of_run(), shows=True),
    "CountStoredPoints": call(of_run()),
    "CreateRegisteredModel": call(named(), empty=OK, twin=TAKEN),
    "GetRegisteredModel": call(named(), shows=True),
    "RenameRegisteredModel": call(lambda w: {"name": w.name, "new_name": w.name + "-new"}),
    "UpdateRegisteredModel": call(named(description="new")),
    "DeleteRegisteredModel": call(named()),
    "GetLatestVersions": call(named(), shows=True),
    "SetRegisteredModelTag": call(named(**tagged())),
    "DeleteRegisteredModelTag": call(named(key="k")),
    "SetRegisteredModelAlias": call(named(alias="b", version="1")),
    "DeleteRegisteredModelAlias": call(named(alias="a")),
    "GetModelVersionByAlias": call(named(alias="a"), shows=True),
    "SearchRegisteredModels": call(lambda _: {}, empty=OK, shows=True),
    "CreateModelVersion": call(
        lambda w: {"name": w.name, "source": f"models:/{w.model_id}", "model_id": w.model_id}
    ),
    "GetModelVersion": call(named(version="1"), shows=True),
    "UpdateModelVersion": call(named(version="1", description="new")),
    "TransitionModelVersionStage": call(
        named(version="1", stage="Production", archive_existing_versions=False)
    ),
    "DeleteModelVersion": call(named(version="1")),
    "GetModelVersionDownloadUri": call(named(version="1")),
    "SetModelVersionTag": call(named(version="1", **tagged())),
    "DeleteModelVersionTag": call(named(version="1", key="k")),
    "SearchModelVersions": call(lambda w: {"filter": f"name = '{w.name}'"}, empty=OK, shows=True),
    "CreateModelAsset": call(named(artifacts=[{"prefix": PLACE}]), empty=OK),
    "GetModelAsset": call(lambda w: {"id": asset_id(w)}, empty=OK),
    "CreateManagedModel": call(
        lambda w: {"name": w.name, "url": f"aml://asset/{asset_id(w)}"}, empty=OK
    ),
    "ListManagedModels": call(named(), empty=OK, shows=True),
    "GetManagedModel": call(managed(), shows=True),
    "UpdateManagedModel": call(
        managed(
            changes=[{"op": "replace", "path": "/description", "value": {"string_value": "new"}}]
        )
    ),
    "DeleteManagedModel": call(managed()),
    "GetModelVersionResource": call(resource(version="1"), shows=True),
    "PutModelVersionResource": call(
        resource(
            version="2",
            properties={"model_uri": f"azureml://datastores/workspaceblobstore/paths/{PLACE}"},
        ),
        empty=OK,
    ),
    "ListModelVersionResources": call(resource(), empty=OK, shows=True),
    "GetModelContainerResource": call(resource(), shows=True),
    "PutModelContainerResource": call(resource(properties={"description": "new"}), empty=OK),
    "ListModelContainerResources": call(lambda _: {"workspace": RESOURCE}, empty=OK, shows=True),
    "ListArtifactTree": call(lambda w: {"prefix": w.name}, empty=OK, shows=True),
    "CreateMultipartUpload": call(multipart(num_parts=1), empty=OK),
    # Of an upload that never began.
    "CompleteMultipartUpload": call(
        multipart(upload_id="0" * 32, parts=[{"part_number": 1}]), empty=REFUSED, twin=REFUSED
    ),
    "AbortMultipartUpload": call(multipart(upload_id="0" * 32), empty=OK),
    "SignArtifactUrls": call(
        lambda w: {"paths": [w.name + "/f"], "permissions": ["URL_PERMISSION_READ"]}, empty=OK
    ),
    "ListArtifacts": call(lambda w: {"path": w.name}, empty=OK, shows=True),
    "UploadArtifact": call(lambda w: {"path": w.name + "/f", "body": {"data": b"new"}}, empty=OK),
    "DownloadArtifact": call(lambda w: {"path": w.name + "/f"}, shows=True),
    "DeleteArtifact": call(lambda w: {"path": w.name + "/f"}, empty=OK),
}

# They are about workspaces, not in one.
ACROSS = {
    "CreateWorkspace",
    "GetWorkspace",
    "ListWorkspaces",
    "SetWorkspaceAllow",
    "DeleteWorkspace",
    "RestoreWorkspace",
}


class Caller:
    """Calls RPCs by name, with fields as keywords, in any workspace, with further `metadata`."""

    def __init__(self, api, services, metadata=()):
        self._metadata = metadata
        modules = [m for m in vars(api).values() if hasattr(m, "DESCRIPTOR")]
        self.methods = {
            method.name: method
            for module in modules
            for service in module.DESCRIPTOR.services_by_name.values()
            for method in service.methods
        }
        self._messages = {
            name: getattr(module, name)
            for module in modules
            for name in module.DESCRIPTOR.message_types_by_name
        }
        self._stubs = [stub for name, stub in vars(services).items() if name != "channels"]

    def __call__(self, workspace, rpc, /, **fields):
        """The answers' bytes: one of each message. Raises grpc.RpcError."""
        method = self.methods[rpc]
        request = self._messages[method.input_type.name](**fields)
        stub = next(getattr(s, rpc) for s in self._stubs if hasattr(s, rpc))
        metadata = [("rookery-workspace", workspace), *self._metadata]
        sent = iter([request]) if method.client_streaming else request
        answer = stub(sent, metadata=metadata, timeout=30)
        if not method.server_streaming:
            return [answer.SerializeToString(deterministic=True)]
        if rpc == "WatchMetrics":  # It goes on for ever.
            first = next(answer)
            answer.cancel()
            return [first.SerializeToString(deterministic=True)]
        return [message.SerializeToString(deterministic=True) for message in answer]

    def outcome(self, workspace, rpc, /, **fields):
        """The status, and all the bytes that tell something."""
        try:
            return OK, b"".join(self(workspace, rpc, **fields))
        except grpc.RpcError as error:
            return error.code(), error.details().encode()


def populate(ask, workspace, w):
    """Everything there is, once, under the same ids in each workspace."""
    mark = f"mark-of-{workspace}"
    tags = [{"key": "k", "value": mark}]
    request_id = {"request_id": w.name}
    ids = {"experiment_id": w.experiment_id}
    ask(workspace, "CreateExperiment", name=w.name, tags=tags, **ids, **request_id)
    ask(workspace, "CreateRun", run_id=w.run_id, tags=tags, **ids, **request_id)
    ask(workspace, "CreateLoggedModel", model_id=w.model_id, tags=tags, **ids, **request_id)
    value = VALUES[workspace]
    metric = {"key": "loss", "value": value, "timestamp": 1, "step": 1}
    params = [{"key": "p", "value": mark}]
    ask(workspace, "LogBatch", run_id=w.run_id, metrics=[metric], params=params)
    described = {"name": "d", "digest": "1", "source_type": "t", "source": "s", "profile": "p"}
    described["name"] = mark
    ask(workspace, "LogInputs", run_id=w.run_id, datasets=[{"dataset": described}])
    ask(workspace, "OpenProducer", producer_id=w.name)
    ask(workspace, "CreateRegisteredModel", name=w.name, tags=tags, **request_id)
    source = {"source": f"models:/{w.model_id}", "model_id": w.model_id}
    ask(workspace, "CreateModelVersion", name=w.name, tags=tags, **source, **request_id)
    ask(workspace, "SetRegisteredModelAlias", name=w.name, alias="a", version="1")
    for file in ["f", mark]:
        body = {"data": mark.encode()}
        ask(workspace, "UploadArtifact", path=f"{w.name}/{file}", body=body)


def held(ask, workspace, w):
    """All that can be read of it. Compaction may change how points are stored."""
    return {
        name: ask.outcome(workspace, name, **row.request(w))
        for name, row in CALLS.items()
        if row.shows or name == "GetModelVersionDownloadUri"
    }


@pytest.fixture
def ask(api, services):
    return Caller(api, services)


@pytest.fixture
def world(ask):
    """Ids of what `owner` and `twin` both hold."""
    for name in ["owner", "twin", "empty"]:
        status, said = ask.outcome("default", "CreateWorkspace", name=name)
        assert status in (OK, TAKEN), said
    name = f"name-{secrets.token_hex(4)}"
    ids = SimpleNamespace(
        name=name,
        experiment_id=str(secrets.randbelow(1 << 40) + 1),
        run_id=secrets.token_hex(16),
        model_id=f"m-{secrets.token_hex(16)}",
    )
    populate(ask, "owner", ids)
    populate(ask, "twin", ids)
    return ids


def test_each_rpc_of_the_protos_has_a_line():
    rpcs = {rpc.name for rpc in read_contract() if rpc.part != "gateway"}
    assert rpcs == set(CALLS) | ACROSS


@pytest.mark.parametrize("rpc", CALLS)
def test_a_call_meets_nothing_of_another_workspace(rpc, ask, world):
    row = CALLS[rpc]
    before = held(ask, "owner", world)
    for name, (status, said) in before.items():
        assert status == OK, (name, said)
        shown = any(mark in said for mark in marks("owner"))
        assert shown or name == "GetModelVersionDownloadUri", (name, said)
    for workspace, expected in [("empty", row.empty), ("twin", row.twin)]:
        status, said = ask.outcome(workspace, rpc, **row.request(world))
        assert status == expected, (workspace, said)
        assert not any(mark in said for mark in marks("owner")), (workspace, said)
        if workspace == "twin" and row.shows:
            assert any(mark in said for mark in marks("twin")), said
    assert held(ask, "owner", world) == before


@pytest.mark.parametrize("rpc", CALLS)
def test_a_workspace_that_is_not_there_is_not_found(rpc, ask, world):
    status, said = ask.outcome("nowhere", rpc, **CALLS[rpc].request(world))
    assert status == ABSENT, said
    assert b"'nowhere'" in said


def test_all_services_notice_that_a_workspace_was_made_and_deleted(ask):
    name = f"ws-{secrets.token_hex(4)}"
    probes = {
        "SearchExperiments": {"max_results": 1},
        "SearchRegisteredModels": {},
        "ListArtifacts": {},
    }

    def everywhere(expected):
        return all(ask.outcome(name, rpc, **probes[rpc])[0] == expected for rpc in probes)

    assert everywhere(ABSENT)
    ask("default", "CreateWorkspace", name=name)
    wait_for(lambda: everywhere(OK))
    ask("default", "DeleteWorkspace", name=name)
    wait_for(lambda: everywhere(ABSENT))
