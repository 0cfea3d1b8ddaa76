"""`rookery workspace`: on the database of a server that runs, and what clients see of it."""

import json
import re
import subprocess

import pytest

from tests.support.backends import BACKENDS
from tests.support.contract import read_contract
from tests.support.postgres import fresh_database
from tests.support.raw import API, ARTIFACTS, Client
from tests.support.server import ROOKERY, Server
from tests.support.waiting import wait_for

JSON = {"Content-Type": "application/json"}


@pytest.fixture(params=BACKENDS)
def uri(request):
    if request.param == "sqlite":
        yield "sqlite:///rookery.db"
    else:
        with fresh_database() as uri:
            yield uri


@pytest.fixture
def command(tmp_path, uri):
    """Runs `rookery workspace WORDS...`; returns its exit code and what it said."""

    def run(*words):
        words = ["workspace", words[0], "--backend-store-uri", uri, *words[1:]]
        done = subprocess.run(
            [ROOKERY, *words], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        return done.returncode, done.stderr if done.returncode else done.stdout

    return run


@pytest.fixture
def client(tmp_path, uri):
    with Server(tmp_path, "--backend-store-uri", uri) as server, Client(server.url) as client:
        yield client


def post(client, workspace, rpc, **message):
    headers = {**JSON, "X-MLFLOW-WORKSPACE": workspace}
    return client.ask("POST", API + rpc, json.dumps(message), headers)


def get(client, workspace, path):
    return client.ask("GET", path, headers={"X-MLFLOW-WORKSPACE": workspace})


def test_a_workspace_is_made_listed_and_deleted(command):
    assert command("list")[1].startswith("default  id=")
    allow = ["tenant=t,app=a,oid=o", "oid=p"]
    words = [
        "--subscription",
        "s",
        "--resource-group",
        "g",
        "--allow",
        allow[0],
        "--allow",
        allow[1],
    ]
    code, said = command("create", "team", *words)
    assert code == 0, said
    assert re.search(
        r"^created team  id=[0-9a-f-]{36}  subscription=s  resource-group=g  "
        r"allow=tenant=t,app=a,oid=o  allow=oid=p$",
        said.strip(),
    )
    assert said.removeprefix("created ") in command("list")[1]
    code, said = command("allow", "team", "--allow", "tenant=u")
    assert code == 0, said
    assert said.strip().endswith("resource-group=g  allow=tenant=u")
    assert said.removeprefix("changed ") in command("list")[1]
    assert command("allow", "team")[1].strip().endswith("resource-group=g")
    assert command("allow", "nowhere")[0] == 2
    assert command("create", "TEAM")[0] == 2
    assert command("delete", "team") == (0, "deleted team\n")
    assert "team" not in command("list")[1]
    assert command("delete", "team")[0] == 2
    assert command("delete", "default", "--force")[0] == 2


@pytest.mark.parametrize("allow", ["", "tenant", "tenant=", "who=x", "oid=a,oid=b"])
def test_an_allow_that_is_not_understood_is_refused(command, allow):
    code, said = command("create", "team", "--allow", allow)
    assert code == 2
    assert "--allow" in said
    assert "team" not in command("list")[1]


def test_a_server_serves_it_from_then_on(command, client):
    assert post(client, "team", "experiments/search", max_results=9).status == 404
    assert command("create", "team")[0] == 0
    wait_for(lambda: post(client, "team", "experiments/search", max_results=9).status == 200)
    found = post(client, "team", "experiments/search", max_results=9).json()["experiments"]
    assert [(e["name"], e["workspace"]) for e in found] == [("Default", "team")]
    assert found[0]["experiment_id"] != "0"
    path = API + "experiments/get?experiment_id=0"
    assert get(client, "team", path).status == 404
    assert client.get(path).status == 200


def test_files_lie_apart_and_locations_lead_to_them(command, client, tmp_path):
    assert command("create", "team")[0] == 0
    wait_for(lambda: post(client, "team", "experiments/search", max_results=9).status == 200)
    made = post(client, "team", "experiments/create", name="e").json()["experiment_id"]
    run = post(client, "team", "runs/create", experiment_id=made).json()["run"]["info"]
    location = run["artifact_uri"].removeprefix("mlflow-artifacts:/")
    headers = {"X-MLFLOW-WORKSPACE": "team"}
    assert client.ask("PUT", f"{ARTIFACTS}/{location}/f", b"x", headers).status == 200
    assert (tmp_path / "artifacts/workspaces/team" / location / "f").read_bytes() == b"x"
    assert get(client, "team", f"{ARTIFACTS}/{location}/f").body == b"x"
    assert client.get(f"{ARTIFACTS}/{location}/f").status == 404
    listed = API + f"artifacts/list?run_id={run['run_id']}"
    assert [f["path"] for f in get(client, "team", listed).json()["files"]] == ["f"]
    assert client.get(listed).status == 404
    assert client.get(f"{ARTIFACTS}/workspaces/team/{location}/f").status == 400


# What the gateway composes of several services, by the names of its RPCs.
VIEWS = {
    "ListRunArtifacts": ("GET", API + "artifacts/list?run_id={run}"),
    "ListLoggedModelArtifacts": ("GET", API + "logged-models/{model}/artifacts/directories"),
    "GetRunArtifact": ("GET", "/get-artifact?run_id={run}&path=f"),
    "GetModelVersionArtifact": ("GET", "/model-versions/get-artifact?name=m&version=1&path=f"),
    "GetLoggedModelArtifact": (
        "GET",
        "/ajax-api/2.0/mlflow/logged-models/{model}/artifacts/files?artifact_file_path=f",
    ),
    "UploadRunArtifact": ("POST", "/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run}&path=g"),
}


# Azure's, at the address of a workspace. Others of its views tell nothing that is kept.
AZURE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/"
HISTORY = "/experimentids/{experiment}/runs/{run}/artifacts"
AZURE_VIEWS = {
    "ListContainerArtifacts": ("GET", HISTORY),
    "GetContentInformation": ("GET", HISTORY + "/contentinfo?path=f"),
    "ListContentInformation": ("GET", HISTORY + "/prefix/contentinfo?path=f"),
    "CreateContainerArtifacts": ("POST", HISTORY + "/batch/metadata"),
}
TELL_NOTHING = {
    "CreateArtifactUpload",
    "GetArtifactDownloadUrl",
    "ListSubscriptions",
    "GetAzureWorkspace",
    "GetDiscovery",
    "GetDatastore",
    "RefreshRunToken",
    "ListDatastoreSecrets",
}


def test_the_gateways_views_meet_nothing_of_another_workspace(command, client):
    views = {rpc.name for rpc in read_contract() if rpc.part == "gateway"}
    assert views == {*VIEWS, *AZURE_VIEWS, *TELL_NOTHING}
    assert command("create", "team")[0] == 0
    wait_for(lambda: post(client, "team", "registered-models/create", name="m").status != 404)
    made = post(client, "team", "experiments/create", name="e").json()["experiment_id"]
    run = post(client, "team", "runs/create", experiment_id=made).json()["run"]["info"]
    model = post(client, "team", "logged-models", experiment_id=made).json()["model"]["info"]
    post(
        client,
        "team",
        "model-versions/create",
        name="m",
        source=f"models:/{model['model_id']}",
        model_id=model["model_id"],
    )
    headers = {"X-MLFLOW-WORKSPACE": "team"}
    for owner in [run, model]:
        location = owner["artifact_uri"].removeprefix("mlflow-artifacts:/")
        assert client.ask("PUT", f"{ARTIFACTS}/{location}/f", b"x", headers).status == 200
    for name, (method, template) in VIEWS.items():
        path = template.format(run=run["run_id"], model=model["model_id"])
        body = b"y" if method == "POST" else None
        assert client.ask(method, path, body, headers).status == 200, name
        assert client.ask(method, path, body, {}).status == 404, name
    for name, (method, template) in AZURE_VIEWS.items():
        path = template.format(experiment=made, run=run["run_id"])
        body = b'{"paths": [{"path": "g"}]}' if method == "POST" else None
        for workspace, status in [("team", 200), ("default", 404)]:
            url = f"/history/v1.0{AZURE}{workspace}{path}"
            assert client.ask(method, url, body).status == status, (name, workspace)


def test_one_that_holds_something_is_only_hidden(command, client):
    assert command("create", "team")[0] == 0
    wait_for(
        lambda: post(client, "team", "registered-models/create", name="m").status in (200, 400)
    )
    code, said = command("delete", "team")
    assert code == 2
    assert "1 registered models" in said
    made = post(client, "team", "experiments/create", name="e").json()["experiment_id"]
    assert command("delete", "team", "--force")[0] == 0
    path = API + f"experiments/get?experiment_id={made}"
    wait_for(lambda: get(client, "team", path).status == 404)
    assert command("create", "team")[0] == 2
    assert command("restore", "team") == (0, "restored team\n")
    wait_for(lambda: get(client, "team", path).status == 200)
    assert get(client, "team", API + "registered-models/get?name=m").status == 200
