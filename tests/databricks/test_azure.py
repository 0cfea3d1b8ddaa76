"""Azure's clients on a node speak https, with the certificate that the node made for itself."""

import json
import subprocess
import sys

import pytest

from tests.databricks.node import Node
from tests.support.raw import Client

BUNDLE = "/etc/ssl/rookery-bundle.pem"
TOKEN = "a-token"  # noqa: S105
# SDK v1 fetches the cloud's document by urllib, all others by requests.
SCRIPT = """
import json, sys, urllib.request
import requests
url, cloud = sys.argv[1:]
with urllib.request.urlopen(f"{url}/api/2.0/mlflow/experiments/get?experiment_id=0") as answer:
    by_urllib = json.load(answer)["experiment"]["name"]
by_requests = requests.get(f"{url}/version").status_code
document = requests.get(f"{cloud}/metadata/endpoints").json()
manager = document[0]["resourceManager"]
asked = {"data": {"resource": manager}, "headers": {"Metadata": "true"}}
token = requests.post(f"{cloud}/msi", **asked).json()["access_token"]
print(json.dumps([by_urllib, by_requests, manager, token]))
"""


@pytest.fixture
def node(cluster, ports, tmp_path):
    cluster.add_file("token", TOKEN)
    cluster.change(
        "ROOKERY_SIDECAR_AZURE=1",
        f"ROOKERY_HTTPS=127.0.0.1:{ports.https}",
        f"ROOKERY_IDENTITY=127.0.0.1:{ports.cloud}",
        "ROOKERY_UPSTREAM_TOKEN_FILE=token",
    )
    with Node(tmp_path, cluster.folder) as running:
        done = running.init()
        assert "serves on" in done.stderr, done.stderr
        yield running


def ask(url, cloud, bundle):
    trust = {"REQUESTS_CA_BUNDLE": str(bundle), "SSL_CERT_FILE": str(bundle)}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, url, cloud],
        env={"PATH": "/usr/bin:/bin", **trust},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_clients_accept_the_nodes_certificate(name, node, ports, tmp_path):
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(node.read(BUNDLE))
    done = ask(f"https://{name}:{ports.https}", f"http://127.0.0.1:{ports.cloud}", bundle)
    assert done.returncode == 0, done.stderr
    manager = f"https://localhost:{ports.https}/"
    assert json.loads(done.stdout) == ["Default", 200, manager, TOKEN]


def test_who_does_not_know_the_node_refuses_it(node, ports, tmp_path):
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(node.read("/etc/ssl/certs/ca-certificates.crt"))
    done = ask(f"https://localhost:{ports.https}", f"http://127.0.0.1:{ports.cloud}", bundle)
    assert done.returncode != 0
    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr


def test_the_bundle_has_the_systems_authorities_too(node):
    system = node.read("/etc/ssl/certs/ca-certificates.crt")
    bundle = node.read(BUNDLE)
    assert bundle.startswith(system)
    assert bundle.count("BEGIN CERTIFICATE") == system.count("BEGIN CERTIFICATE") + 1


def test_the_authoritys_key_is_not_kept(node):
    files = node.says("ls", "/opt/rookery-sidecar/etc").split()
    assert sorted(files) == ["ca.pem", "https-key.pem", "https.pem", "sidecar.env", "token"]
    shown = node.says("stat", "-c", "%a %U", "/opt/rookery-sidecar/etc/https-key.pem")
    assert shown.split() == ["400", "rookery"]


def test_without_azure_there_is_no_https(cluster, ports, tmp_path):
    with Node(tmp_path, cluster.folder) as running:
        assert "serves on" in running.init().stderr
        assert not running.exists(BUNDLE)
        with pytest.raises(OSError), Client(f"http://127.0.0.1:{ports.https}") as client:  # noqa: PT011
            client.get("/")
