"""Artifacts by whom they belong to, as MLflow's web UI asks for them."""

from urllib.parse import urlencode

import mlflow
import pytest

from tests.support.backends import serving
from tests.support.raw import API, Client

AJAX = "/ajax-api/2.0/mlflow/"
MEBIBYTE = 1 << 20


@pytest.fixture
def client(server, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    return mlflow.MlflowClient(server.url)


@pytest.fixture
def http(server):
    with Client(server.url) as http:
        yield http


@pytest.fixture
def run(client):
    run = client.create_run("0")
    client.log_text(run.info.run_id, "hello", "a/b c+.txt")
    client.log_text(run.info.run_id, "<html>", "page.html")
    return run


@pytest.fixture
def model(client, run, tmp_path):
    model = client.create_logged_model("0", name="m", source_run_id=run.info.run_id)
    (tmp_path / "files/code").mkdir(parents=True)
    (tmp_path / "files/MLmodel").write_text("flavors: {}")
    (tmp_path / "files/code/z.py").write_text("1")
    client.log_model_artifacts(model.model_id, str(tmp_path / "files"))
    return client.finalize_logged_model(model.model_id, "READY")


def ask(http, route, /, **query):
    return http.get(f"{route}?{urlencode(query)}")


def headers(answer):
    return {name.lower(): value for name, value in answer.headers.items()}


def listing(answer):
    """Path to size; None for folders."""
    assert answer.status == 200, answer.body
    files = answer.json().get("files", [])
    assert all(file["is_dir"] == ("file_size" not in file) for file in files)
    return {file["path"]: file.get("file_size") for file in files}


@pytest.mark.parametrize("prefix", [API, AJAX])
@pytest.mark.parametrize("parameter", ["run_id", "run_uuid"])
def test_a_runs_artifacts_are_listed_from_its_root(http, run, prefix, parameter):
    name = {parameter: run.info.run_id}
    top = ask(http, prefix + "artifacts/list", **name)
    assert listing(top) == {"a": None, "page.html": 6}
    assert top.json()["root_uri"] == run.info.artifact_uri
    for path in ["a", "a/"]:
        below = ask(http, prefix + "artifacts/list", **name, path=path)
        assert listing(below) == {"a/b c+.txt": 5}
    for path in ["a/b c+.txt", "absent"]:
        answer = ask(http, prefix + "artifacts/list", **name, path=path)
        assert answer.json() == {"root_uri": run.info.artifact_uri}


def test_a_runs_file_comes_as_a_download(http, run):
    answer = ask(http, "/get-artifact", run_uuid=run.info.run_id, path="page.html")
    assert (answer.status, answer.body) == (200, b"<html>")
    # A browser must neither show it as a page of this server nor take an old one for it.
    assert headers(answer)["content-disposition"].startswith("attachment")
    assert headers(answer)["x-content-type-options"] == "nosniff"
    assert headers(answer)["cache-control"] == "no-cache"
    assert {"etag", "last-modified", "accept-ranges"} <= headers(answer).keys()
    answer = ask(http, "/get-artifact", run_id=run.info.run_id, path="a/b c+.txt")
    assert (headers(answer)["content-type"], answer.body) == ("text/plain", b"hello")


def test_parts_and_heads_of_files(http, run):
    path = f"/get-artifact?run_id={run.info.run_id}&path=page.html"
    part = http.ask("GET", path, headers={"Range": "bytes=1-2"})
    assert (part.status, part.body) == (206, b"ht")
    assert headers(part)["content-range"] == "bytes 1-2/6"
    head = http.ask("HEAD", path)
    assert (head.status, headers(head)["content-length"], head.body) == (200, "6", b"")
    assert http.ask("GET", path, headers={"Range": "bytes=9-"}).status == 416


def test_a_logged_models_files(http, model):
    for prefix in (API, AJAX):
        path = f"{prefix}logged-models/{model.model_id}/artifacts/directories"
        top = ask(http, path)
        assert listing(top) == {"MLmodel": 11, "code": None}
        assert top.json()["root_uri"] == model.artifact_location
        assert listing(ask(http, path, artifact_directory_path="code")) == {"code/z.py": 1}
    path = f"{AJAX}logged-models/{model.model_id}/artifacts/files"
    assert ask(http, path, artifact_file_path="code/z.py").body == b"1"


def test_a_model_versions_files(client, http, model):
    client.create_registered_model("r")
    client.create_model_version("r", f"models:/{model.model_id}", model_id=model.model_id)
    path = "/model-versions/get-artifact"
    assert ask(http, path, name="r", version=1, path="MLmodel").body == b"flavors: {}"
    presigned = ask(http, path, name="r", version=1, path="MLmodel", presigned="true")
    assert presigned.error() == (501, "NOT_IMPLEMENTED")
    absent = (404, "RESOURCE_DOES_NOT_EXIST")
    assert ask(http, path, name="r", version=2, path="MLmodel").error() == absent
    assert ask(http, path, name="r", version=1, path="absent").error() == absent


def test_a_run_gets_a_file_of_at_most_10_mebibytes(http, run):
    def upload(body, **query):
        return http.ask("POST", f"{AJAX}upload-artifact?{urlencode(query)}", body)

    name = {"run_uuid": run.info.run_id}
    for path, body in [("up/x.txt", b"data"), ("large", b"x" * (10 * MEBIBYTE))]:
        assert upload(body, **name, path=path).status == 200
        assert ask(http, "/get-artifact", **name, path=path).body == body
    bad = (400, "INVALID_PARAMETER_VALUE")
    assert upload(b"x" * (10 * MEBIBYTE + 1), **name, path="larger").error() == bad
    pieces = (b"x" * MEBIBYTE for _ in range(11))
    answer = http.ask("POST", f"{AJAX}upload-artifact?{urlencode(name)}&path=larger", pieces)
    assert answer.json()["message"] == "Artifact size is too large. Max size is 10MB."
    assert ask(http, "/get-artifact", **name, path="larger").status == 404
    assert upload(b"", **name, path="empty").json()["message"] == "Request must specify data."
    assert upload(b"x", **name).error() == bad
    assert upload(b"x", run_uuid="absent", path="x").error()[0] == 404


def test_no_path_leads_out_of_the_owners_artifacts(client, http, run, model):
    other = client.create_run("0")
    client.log_text(other.info.run_id, "secret", "s.txt")
    bad = (400, "INVALID_PARAMETER_VALUE")
    for way in ["../", "a/../../", "/", "%2e%2e/", "a/..%2f..%2f", "..\\"]:
        out = f"{way}../{other.info.run_id}/artifacts/s.txt"
        name = {"run_id": run.info.run_id}
        assert ask(http, "/get-artifact", **name, path=out).error() == bad, out
        assert ask(http, AJAX + "artifacts/list", **name, path=out).error() == bad, out
        files = f"{AJAX}logged-models/{model.model_id}/artifacts/files"
        assert ask(http, files, artifact_file_path=out).error() == bad, out
        upload = f"{AJAX}upload-artifact?{urlencode({'run_uuid': run.info.run_id, 'path': out})}"
        assert http.ask("POST", upload, b"x").error() == bad, out


def test_what_is_not_there_or_not_said(http, run):
    assert ask(http, API + "artifacts/list", run_id="absent").error()[0] == 404
    assert ask(http, API + "artifacts/list").error()[0] == 400
    assert ask(http, "/get-artifact", run_id=run.info.run_id).error()[0] == 400
    assert ask(http, "/get-artifact", run_id=run.info.run_id, path="absent").error()[0] == 404
    assert ask(http, "/get-artifact", run_id=run.info.run_id, path="a").error()[0] == 400
    answer = ask(http, f"{AJAX}logged-models/m-absent/artifacts/directories")
    assert answer.error() == (404, "RESOURCE_DOES_NOT_EXIST")


def test_artifacts_in_another_store_are_refused_with_their_place(client, http):
    experiment = client.create_experiment("elsewhere", artifact_location="s3://bucket/x")
    name = {"run_id": client.create_run(experiment).info.run_id}
    for answer in [
        ask(http, API + "artifacts/list", **name),
        ask(http, "/get-artifact", **name, path="x"),
        http.ask("POST", f"{AJAX}upload-artifact?{urlencode(name)}&path=x", b"x"),
    ]:
        assert answer.error() == (400, "INVALID_PARAMETER_VALUE")
        assert "s3://bucket/x/" in answer.json()["message"]


def test_a_server_without_artifacts_says_so(tmp_path):
    options = ["--no-serve-artifacts", "--default-artifact-root", "mlflow-artifacts://elsewhere/"]
    with serving("sqlite", tmp_path, *options) as server, Client(server.url) as http:
        run = http.post("runs/create").json()["run"]["info"]["run_id"]
        answer = ask(http, API + "artifacts/list", run_id=run)
        assert answer.error() == (503, "TEMPORARILY_UNAVAILABLE")
