"""Bearer tokens: who gets in over HTTP, to one process and to four, and what others are told."""

import json
import re
import time
from datetime import datetime

import mlflow
import pytest

from tests.e2e.test_split import refusal
from tests.support.azure import path_of
from tests.support.contract import read_contract
from tests.support.devcloud import Devcloud
from tests.support.raw import API, ARTIFACTS, Client
from tests.support.server import Server
from tests.support.split import SplitServer
from tests.support.tokens import TENANT, Issuer, Key
from tests.support.waiting import wait_for
from tests.support.workspaces import workspace_command

KINDS = {"one": Server, "split": SplitServer}
# Of `rookery devcloud`, if it is not told of another.
DEVELOPMENT_TENANT = "00000000-0000-4000-8000-00000000d0c1"
PROBE = API + "experiments/get?experiment_id=0"
# Of each service.
PROBES = [
    PROBE,
    API + "registered-models/get-latest-versions?name=none",
    ARTIFACTS + "?path=",
]


def serving(kind, folder, issuer):
    if kind == "one":
        return Server(folder, *issuer.flags())
    return SplitServer(folder, options=issuer.flags())


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    with Issuer(tmp_path_factory.mktemp("issuer")) as issuer:
        yield issuer


@pytest.fixture(scope="module", params=KINDS)
def server(request, issuer, tmp_path_factory):
    """One for all tests of a kind, that take tokens of the same issuer."""
    with serving(request.param, tmp_path_factory.mktemp("server"), issuer) as running:
        yield running


@pytest.fixture
def client(server):
    with Client(server.url) as client:
        yield client


def bearer(token, **headers):
    return {"Authorization": f"Bearer {token}", **headers}


def get(client, path, token, **headers):
    return client.ask("GET", path, headers=bearer(token, **headers))


def test_an_mlflow_client_works_with_a_token(server, issuer, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", issuer.token())
    mlflow.set_tracking_uri(server.url)
    (tmp_path / "notes.txt").write_text("of use\n" * 10_000)
    with mlflow.start_run() as run:
        mlflow.log_metric("loss", 0.5)
        mlflow.log_artifact(tmp_path / "notes.txt")
    client = mlflow.MlflowClient()
    assert client.get_run(run.info.run_id).data.metrics == {"loss": 0.5}
    back = client.download_artifacts(run.info.run_id, "notes.txt", tmp_path)
    with open(back) as file:
        assert file.read() == (tmp_path / "notes.txt").read_text()
    # The registry asks tracking for the run, by the caller's token.
    name = run.info.run_id
    client.create_registered_model(name)
    source = f"runs:/{run.info.run_id}/notes.txt"
    assert client.create_model_version(name, source, run.info.run_id).version == "1"


def test_a_token_that_is_not_accepted_is_401_and_logged_without_it(server, client, issuer):
    metrics = client.get("/metrics").body.decode()
    before = server.log()
    refused = issuer.refused()
    for reason, token in refused:
        for path in PROBES:
            answer = get(client, path, token)
            assert answer.error() == (401, "UNAUTHENTICATED"), (reason, path, answer)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert set(answer.json()) >= {"error_code", "message"}
        counted = re.search(
            rf'rookery_auth_refused_total{{reason="{reason}"}} (\d+)',
            client.get("/metrics").body.decode(),
        )
        assert counted, reason
        assert counted[0] not in metrics
    log = server.log()[len(before) :]
    for reason, token in refused:
        assert f"reason={reason} " in log
        for part in token.split("."):
            assert len(part) < 16 or part not in log
    assert "claimed_oid='ann'" in log


def test_other_authorizations_are_no_tokens(client, issuer):
    for headers in [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer "}]:
        answer = client.ask("GET", PROBE, headers=headers)
        assert answer.error() == (401, "UNAUTHENTICATED")
    lower = {"authorization": f"bearer {issuer.token()}"}
    assert client.ask("GET", PROBE, headers=lower).status == 200


def test_who_asks_for_a_newer_token_is_told_how_long_his_own_is_good(client, issuer):
    expires = int(time.time()) + 1234
    token = issuer.token(exp=expires)
    path = f"/history/v1.0{path_of('default')}/experimentids/0/runs/any/token"
    said = get(client, path, token).json()
    assert said["token"] == token
    assert datetime.fromisoformat(said["expiryTimeUtc"]).timestamp() == expires
    assert client.ask("GET", path).error() == (401, "UNAUTHENTICATED")


def test_a_token_that_names_many_groups_is_taken(client, issuer):
    token = issuer.token(groups=[f"{TENANT[:-3]}{number:03}" for number in range(200)])
    assert len(token) > 10_000
    for path in PROBES:
        assert get(client, path, token).status in (200, 404)


def test_an_upload_is_refused_before_it_is_read(client):
    answer = client.ask("PUT", f"{ARTIFACTS}/f", headers={"Content-Length": str(1 << 40)})
    assert answer.error() == (401, "UNAUTHENTICATED")


def test_workspaces_are_for_those_on_their_lists(server, client, issuer):
    workspace_command(server, "create", "team", "--allow", "oid=ann")
    workspace_command(server, "create", "empty")
    ann, bob = issuer.token(), issuer.token(oid="bob")
    for path in PROBES[1:]:
        wait_for(lambda path=path: in_workspace(client, path, ann, "team").status in (200, 404))
        answer = in_workspace(client, path, bob, "team")
        assert answer.error() == (403, "PERMISSION_DENIED"), answer
        assert "'team'" in answer.json()["message"]
        assert in_workspace(client, path, ann, "empty").error() == (403, "PERMISSION_DENIED")
        assert in_workspace(client, path, bob, "default").status in (200, 404)
    search = json.dumps({"max_results": 9})
    path = API + "experiments/search"
    asked = {"X-MLFLOW-WORKSPACE": "team", "Content-Type": "application/json"}
    assert client.ask("POST", path, search, bearer(ann, **asked)).status == 200
    assert client.ask("POST", path, search, bearer(bob, **asked)).status == 403
    log = server.log()
    assert re.search(r'warning .* code=PERMISSION_DENIED .*workspace=team .*oid="bob"', log)
    assert bob.rpartition(".")[2] not in log


def in_workspace(client, path, token, workspace):
    return get(client, path, token, **{"X-MLFLOW-WORKSPACE": workspace})


def test_a_list_is_changed_while_servers_run(server, client, issuer):
    bob = issuer.token(oid="bob")

    def statuses(workspace):
        return {in_workspace(client, path, bob, workspace).status == 403 for path in PROBES}

    workspace_command(server, "create", "changing", "--allow", "oid=ann")
    wait_for(lambda: in_workspace(client, PROBE, issuer.token(), "changing").status == 404)
    assert statuses("changing") == {True}
    workspace_command(server, "allow", "changing", "--allow", "oid=bob")
    wait_for(lambda: statuses("changing") == {False})
    workspace_command(server, "allow", "default", "--allow", "oid=ann")
    wait_for(lambda: statuses("default") == {True})
    assert get(client, PROBE, issuer.token()).status == 200
    workspace_command(server, "allow", "default")
    wait_for(lambda: statuses("default") == {False})


OPEN = {"/health", "/ready", "/version", "/metrics", "/discovery", "/"}
# What the gateway answers beside the routes of the protos.
OWN = [
    *(("GET", path) for path in sorted(OPEN)),
    ("GET", "/api/3.0/mlflow/server-info"),
    ("GET", "/ajax-api/3.0/mlflow/server-info"),
    ("GET", "/ajax-api/3.0/mlflow/ui-telemetry"),
    ("POST", "/graphql"),
    ("GET", "/there/is/nothing/here"),
    ("DELETE", "/health"),
    ("POST", "/"),
]


# As Azure's clients name a workspace.
RESOURCE = (
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices"
    "/workspaces/default"
)


def all_routes():
    routes = list(OWN)
    for rpc in read_contract():
        for route in rpc.routes:
            path = route.path.replace("{workspace_name}", "default")
            # {path=**} and {id} alike.
            path = re.sub(r"\{[^}]*\}", "x", path)
            routes += [(route.method, each) for each in places(path)]
    return routes


def places(path):
    """Where a route is served: as it stands, for browsers, and under Azure's paths."""
    yield path
    if path.startswith("/api/"):
        yield "/ajax-api/" + path.removeprefix("/api/")
        yield f"/mlflow/v2.0{RESOURCE}{path}"
    elif path.startswith("/azureml/"):
        _, _, family, rest = path.split("/", 3)
        yield f"/{family}/v1.0{RESOURCE}/{rest}" if family != "arm" else f"{RESOURCE}/{rest}"


def test_every_route_but_the_open_ones_wants_a_token(client, issuer):
    token = issuer.token()
    routes = all_routes()
    assert len(routes) > 200
    for method, path in routes:
        is_open = path in OPEN and method == "GET"
        answer = client.ask(method, path)
        assert (answer.status == 401) != is_open, (method, path, answer)
        answer = client.ask(method, path, headers=bearer(token))
        assert answer.status not in (401, 403), (method, path, answer)


def test_tokens_of_the_development_cloud_open_a_server(tmp_path):
    with Devcloud(tmp_path, "localhost:5000") as cloud:
        flags = ["--token-issuer", cloud.url, "--token-keys", f"{cloud.url}/keys"]
        flags += ["--token-tenant", DEVELOPMENT_TENANT]
        flags += ["--token-audience", "https://localhost:5000"]
        with Server(tmp_path, *flags) as server, Client(server.url) as client:
            form = {"Metadata": "true", "Content-Type": "application/x-www-form-urlencoded"}
            with Client(cloud.url) as azure:
                resource = "resource=https%3A%2F%2Flocalhost%3A5000%2F"
                token = azure.ask("POST", "/msi", resource, form).json()["access_token"]
            assert get(client, PROBE, token).status == 200
            assert client.get(PROBE).status == 401


def test_new_keys_are_fetched_and_withdrawn_ones_are_not_taken(tmp_path):
    with Issuer(tmp_path) as issuer, Server(tmp_path, *issuer.flags()) as server:
        with Client(server.url) as client:
            old = issuer.token()
            assert get(client, PROBE, old).status == 200
            new_key = Key(tmp_path)
            new = issuer.token(key=new_key)
            assert get(client, PROBE, new).status == 401
            issuer.published = [new_key]
            wait_for(lambda: get(client, PROBE, new).status == 200)
            assert get(client, PROBE, old).error() == (401, "UNAUTHENTICATED")
        assert "reason=unknown_key" in server.log()


@pytest.mark.parametrize("kind", KINDS)
def test_with_the_issuer_away_known_keys_go_on(kind, tmp_path):
    with Issuer(tmp_path) as issuer:
        issuer.away = True
        with serving(kind, tmp_path, issuer) as server, Client(server.url) as client:
            answer = get(client, PROBE, issuer.token())
            assert answer.error() == (503, "TEMPORARILY_UNAVAILABLE")
            assert answer.headers["Retry-After"] == "5"
            assert client.get("/ready").status == 200
            assert client.get(PROBE).status == 401
            issuer.away = False
            for path in PROBES:
                wait_for(lambda path=path: get(client, path, issuer.token()).status != 503)
            issuer.away = True
            for path in PROBES:
                assert get(client, path, issuer.token(oid="new")).status in (200, 404)


@pytest.mark.parametrize(
    ("program", "flag"),
    [
        ("rookery-gateway", "--host=0.0.0.0"),
        ("rookery-tracking", "--listen=0.0.0.0:0"),
        ("rookery-registry", "--listen=[::]:0"),
        ("rookery-artifact", "--listen=0.0.0.0:0"),
    ],
)
def test_other_machines_are_not_served_without_a_question(program, flag, tmp_path):
    said = refusal(tmp_path, program, flag)
    for way_out in ["--token-issuer", "--tls-client-ca", "--insecure-allow-unauthenticated"]:
        assert way_out in said
    assert list(tmp_path.iterdir()) == []
