"""Experiments, runs, models and files over gRPC."""

import secrets
import threading

import grpc
import pytest

PIECE = 256 << 10


def unique(word):
    return f"{word}-{secrets.token_hex(4)}"


def refused(call, request, code):
    with pytest.raises(grpc.RpcError) as raised:
        call(request)
    assert raised.value.code() == code, raised.value
    return raised.value


def test_a_run_keeps_what_a_batch_logs(api, services):
    name = unique("experiment")
    request = api.experiment_pb2.CreateExperimentRequest(name=name)
    experiment_id = services.experiments.CreateExperiment(request).experiment_id
    run = services.runs.CreateRun(
        api.run_pb2.CreateRunRequest(experiment_id=experiment_id, run_name="r")
    ).run
    run_id = run.info.run_id
    services.runs.LogBatch(
        api.run_pb2.LogBatchRequest(
            run_id=run_id,
            metrics=[
                api.metric_pb2.Metric(key="loss", value=1 / (step + 1), timestamp=step, step=step)
                for step in range(100)
            ],
            params=[api.run_pb2.Param(key="alpha", value="0.1")],
            tags=[api.run_pb2.RunTag(key="t", value="v")],
        )
    )
    found = services.runs.GetRun(api.run_pb2.GetRunRequest(run_id=run_id)).run
    assert [(p.key, p.value) for p in found.data.params] == [("alpha", "0.1")]
    assert ("t", "v") in [(t.key, t.value) for t in found.data.tags]
    assert [(m.key, m.value) for m in found.data.metrics] == [("loss", 0.01)]
    history = services.runs.GetMetricHistory(
        api.metric_pb2.GetMetricHistoryRequest(run_id=run_id, metric_key="loss")
    )
    assert [point.step for point in history.metrics] == list(range(100))


def test_errors_have_codes_words_and_mlflows_own_code(api, services):
    error = refused(
        services.runs.GetRun, api.run_pb2.GetRunRequest(run_id="missing"), grpc.StatusCode.NOT_FOUND
    )
    assert "missing" in error.details()
    refused(services.runs.GetRun, api.run_pb2.GetRunRequest(), grpc.StatusCode.INVALID_ARGUMENT)
    with pytest.raises(grpc.RpcError) as raised:
        services.runs.GetRun(
            api.run_pb2.GetRunRequest(run_id="x"), metadata=[("rookery-workspace", "nowhere")]
        )
    assert raised.value.code() == grpc.StatusCode.NOT_FOUND
    assert "nowhere" in raised.value.details()


def test_a_model_version_that_tracking_knows(api, services):
    """The registry asks the tracking service where the model lies."""
    name = unique("model")
    registered = api.registered_model_pb2.CreateRegisteredModelRequest(name=name)
    services.registered_models.CreateRegisteredModel(registered)
    refused(
        services.registered_models.CreateRegisteredModel,
        registered,
        grpc.StatusCode.ALREADY_EXISTS,
    )
    model = services.logged_models.CreateLoggedModel(
        api.logged_model_pb2.CreateLoggedModelRequest(experiment_id="0", name="m")
    ).model
    request = api.model_version_pb2.CreateModelVersionRequest(
        name=name, source=f"models:/{model.info.model_id}", model_id=model.info.model_id
    )
    version = services.model_versions.CreateModelVersion(request).model_version
    assert version.version == "1"
    uri = services.model_versions.GetModelVersionDownloadUri(
        api.model_version_pb2.GetModelVersionDownloadUriRequest(name=name, version="1")
    )
    assert uri.artifact_uri == model.info.artifact_uri


def test_a_file_streams_up_and_down(api, services):
    path = unique("folder") + "/file.bin"
    content = secrets.token_bytes(5 * PIECE + 17)

    def pieces():
        for at in range(0, len(content), PIECE):
            yield api.artifact_pb2.UploadArtifactRequest(
                path=path if at == 0 else None,
                body=api.httpbody_pb2.HttpBody(data=content[at : at + PIECE]),
            )

    services.artifacts.UploadArtifact(pieces())
    folder = path.partition("/")[0]
    listed = services.artifacts.ListArtifacts(api.artifact_pb2.ListArtifactsRequest(path=folder))
    assert [file.file_size for file in listed.files] == [len(content)]

    request = api.artifact_pb2.DownloadArtifactRequest(path=path)
    download = services.artifacts.DownloadArtifact(request)
    assert dict(download.initial_metadata())["http-content-length"] == str(len(content))
    assert b"".join(piece.data for piece in download) == content
    ranged = services.artifacts.DownloadArtifact(request, metadata=[("http-range", "bytes=10-19")])
    assert b"".join(piece.data for piece in ranged) == content[10:20]

    services.artifacts.DeleteArtifact(api.artifact_pb2.DeleteArtifactRequest(path=path))
    with pytest.raises(grpc.RpcError) as raised:
        list(services.artifacts.DownloadArtifact(request))
    assert raised.value.code() == grpc.StatusCode.NOT_FOUND


def test_an_upload_that_is_cancelled_leaves_nothing(api, services):
    path = unique("broken")
    # The pieces are asked for by another thread, perhaps before there is a call here.
    begun = threading.Event()

    def pieces():
        yield api.artifact_pb2.UploadArtifactRequest(
            path=path, body=api.httpbody_pb2.HttpBody(data=b"x" * PIECE)
        )
        begun.wait()
        call.cancel()

    call = services.artifacts.UploadArtifact.future(pieces())
    begun.set()
    with pytest.raises(grpc.FutureCancelledError):
        call.result()
    with pytest.raises(grpc.RpcError) as raised:
        list(
            services.artifacts.DownloadArtifact(api.artifact_pb2.DownloadArtifactRequest(path=path))
        )
    assert raised.value.code() == grpc.StatusCode.NOT_FOUND
