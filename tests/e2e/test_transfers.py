"""MLflow's multipart uploads and presigned downloads, by signed URLs."""

import mlflow
import pytest
import requests

from tests.support.server import Server

MIB = 1 << 20
API = "/api/2.0/mlflow-artifacts"


@pytest.fixture
def server(tmp_path):
    with Server(tmp_path) as running:
        yield running


def served(server, operation, status):
    """How many requests with signed URLs ended so."""
    name = f'rookery_blob_requests_total{{operation="{operation}",status="{status}"}}'
    text = requests.get(f"{server.url}/metrics", timeout=60).text
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


def test_a_client_that_is_told_to_sends_and_fetches_parts(server, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true")
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", str(5 * MIB))
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", str(5 * MIB))
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD", "true")
    monkeypatch.setenv("MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE", str(4 * MIB))
    client = mlflow.MlflowClient(server.url)
    run = client.create_run("0").info
    source = tmp_path / "large é.bin"
    source.write_bytes(b"".join(i.to_bytes(8, "big") for i in range(12 * MIB // 8)))
    client.log_artifact(run.run_id, str(source), "models")
    assert served(server, "put_block", 201) == 3
    assert served(server, "put_block_list", 201) == 0
    fetched = client.download_artifacts(run.run_id, f"models/{source.name}", tmp_path)
    with open(fetched, "rb") as file:
        assert file.read() == source.read_bytes()
    assert served(server, "read", 206) == 3
    small = tmp_path / "small"
    small.write_bytes(b"")
    client.log_artifact(run.run_id, str(small))
    fetched = client.download_artifacts(run.run_id, "small", tmp_path)
    with open(fetched, "rb") as file:
        assert file.read() == b""


def test_a_client_that_is_not_told_goes_through_the_gateway(server, tmp_path):
    client = mlflow.MlflowClient(server.url)
    run = client.create_run("0").info
    (tmp_path / "file").write_bytes(b"x")
    client.log_artifact(run.run_id, tmp_path / "file")
    client.download_artifacts(run.run_id, "file", tmp_path)
    assert served(server, "read", 206) == 0


def test_what_is_refused(server):
    def post(route, **body):
        answer = requests.post(server.url + API + route, json=body, timeout=60)
        return answer.status_code, answer.json().get("error_code")

    def get(path):
        answer = requests.get(f"{server.url}{API}/presigned/{path}", timeout=60)
        return answer.status_code, answer.json().get("error_code")

    invalid = (400, "INVALID_PARAMETER_VALUE")
    assert post("/mpu/create/a") == invalid
    assert post("/mpu/create/a", path="f", num_parts=0) == invalid
    assert post("/mpu/create/a", path="f", num_parts="many") == invalid
    assert post("/mpu/create/a%2F..%2F..%2Fb", path="f") == invalid
    assert (
        post("/mpu/complete/a", path="f", upload_id="none", parts=[{"part_number": 1}]) == invalid
    )
    assert post("/mpu/complete/a", path="f", upload_id="0" * 32, parts=[]) == invalid
    missing = post("/mpu/complete/a", path="f", upload_id="0" * 32, parts=[{"part_number": 1}])
    assert missing[0] == 400
    assert get("none") == (404, "RESOURCE_DOES_NOT_EXIST")
    assert get("..%2Fa") == invalid
    answer = requests.post(
        f"{server.url}{API}/mpu/abort/a", json={"path": "f", "upload_id": "0" * 32}, timeout=60
    )
    assert answer.json() == {}
