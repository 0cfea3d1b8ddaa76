"""What goes on beside the sidecar: its token is renewed, and Azure's notice is heeded."""

import json

import pytest

from tests.databricks.http_stand_in import StandIn
from tests.databricks.node import VOLUME, Node
from tests.databricks.writing import keys_of, log
from tests.support.oracle import new_run
from tests.support.own_postgres import free_port
from tests.support.program import ROOT
from tests.support.raw import Client
from tests.support.server import Server
from tests.support.tokens import Issuer
from tests.support.waiting import wait_for

LOG = "/var/log/rookery-sidecar/sidecar.log"
TOKEN_FILE = "/opt/rookery-sidecar/etc/token"  # noqa: S105
REFUSED = (401, "UNAUTHENTICATED")
NO_EVENTS = json.dumps({"DocumentIncarnation": 1, "Events": []})
# As Azure documents them.
PREEMPT = json.dumps(
    {
        "DocumentIncarnation": 2,
        "Events": [
            {
                "EventId": "A123BC45-1234-5678-AB90-ABCDEF123456",
                "EventStatus": "Scheduled",
                "EventType": "Preempt",
                "ResourceType": "VirtualMachine",
                "Resources": ["worker_0"],
                "NotBefore": "Tue, 24 Nov 2026 18:29:47 GMT",
                "EventSource": "Platform",
            }
        ],
    }
)


@pytest.fixture
def node(cluster, tmp_path):
    with Node(tmp_path, cluster.folder) as running:
        yield running


@pytest.fixture
def events(cluster):
    with StandIn((200, NO_EVENTS)) as serving:
        path = "/metadata/scheduledevents?api-version=2020-07-01"
        cluster.change(f"ROOKERY_SIDECAR_EVENTS={serving.url}{path}")
        yield serving


def log_has(node, text):
    return wait_for(lambda: text in node.read(LOG))


def test_all_is_sent_when_azure_will_take_the_machine(node, events, link, ports):
    assert node.init().returncode == 0
    wait_for(lambda: events.asked)
    method, path, headers, _ = events.asked[0]
    assert (method, path) == ("GET", "/metadata/scheduledevents?api-version=2020-07-01")
    assert headers["Metadata"] == "true"
    url = f"http://127.0.0.1:{ports.http}"
    run_id = new_run(url)
    link.refuse()
    log(url, run_id, "loss")
    events.answer = (200, PREEMPT)
    assert log_has(node, 'Azure will take this node away: "EventType": "Preempt"')
    link.mend()
    assert log_has(node, "rookery-sidecar-watch: flushed")
    assert keys_of(link.server, run_id) == {"loss"}


def test_where_nobody_tells_of_events_nobody_is_asked_again(cluster, node):
    cluster.change(f"ROOKERY_SIDECAR_EVENTS=http://127.0.0.1:{free_port()}/events")
    assert node.init().returncode == 0
    assert log_has(node, "does not answer; nobody will say that this node is to be taken away")


def test_a_token_is_renewed_and_never_shown(cluster, node):
    cluster.add_file("token.sh", '#!/bin/sh\necho "token-$(date +%s)"; echo "token-secret" >&2\n')
    cluster.change("ROOKERY_SIDECAR_TOKEN_COMMAND=token.sh", "ROOKERY_SIDECAR_TOKEN_SECONDS=1")
    done = node.init()
    assert "serves on" in done.stderr, done.stderr
    first = node.read(TOKEN_FILE)
    assert first.startswith("token-")
    wait_for(lambda: node.read(TOKEN_FILE) != first)
    assert node.says("stat", "-c", "%a %U", TOKEN_FILE).split() == ["600", "rookery"]
    assert "token-" not in done.stderr + node.says("sh", "-c", "cat /var/log/rookery-sidecar/*")


def test_without_a_token_it_serves_and_takes_the_first_that_there_is(
    cluster, node, ports, tmp_path
):
    cluster.add_file("token.sh", f"#!/bin/sh\ncat {VOLUME}/files/given\n")
    url = f"http://127.0.0.1:{ports.http}"
    with Issuer(tmp_path) as issuer, Server(tmp_path, *issuer.flags()) as server:
        cluster.change(
            f"ROOKERY_UPSTREAM=rookery://{server.grpc}",
            "ROOKERY_SIDECAR_TOKEN_COMMAND=token.sh",
            "ROOKERY_SIDECAR_TOKEN_SECONDS=1",
        )
        done = node.init()
        assert "gives no token; the server will refuse this node until it does" in done.stderr
        assert f"serves on {url}" in done.stderr
        with Client(url) as client:
            assert client.post("runs/create", experiment_id="0").error() == REFUSED
            cluster.add_file("given", issuer.token())
            wait_for(lambda: client.post("runs/create", experiment_id="0").status == 200)


def test_entras_token_is_taken(cluster, node):
    script = (ROOT / "deploy/databricks/entra-token.sh").read_text()
    secret = "of~some.app_with&"  # noqa: S105
    with StandIn(
        (200, '{"token_type":"Bearer","expires_in":3599,"access_token":"a.b.c"}')
    ) as login:
        script = script.replace("SECRET=\n", f"SECRET='{secret}'\n")
        script = script.replace("LOGIN=https://login.microsoftonline.com", f"LOGIN={login.url}")
        cluster.add_file("entra-token.sh", script)
        cluster.change("ROOKERY_SIDECAR_TOKEN_COMMAND=entra-token.sh")
        done = node.init()
        assert "serves on" in done.stderr, done.stderr
        assert node.read(TOKEN_FILE).strip() == "a.b.c"
        method, path, _, body = login.asked[0]
    assert (method, path.rpartition("/")[0]) == (
        "POST",
        "/00000000-0000-0000-0000-000000000000/oauth2/v2.0",
    )
    assert "grant_type=client_credentials" in body
    assert "scope=api%3A%2F%2Frookery%2F.default" in body
    assert "client_secret=of~some.app_with%26" in body
