"""The article's notebook on a worker whose sidecar stands where Azure is.

Runs in the Python environment `azureml`, which has those clients.
"""

import re
import subprocess
import sys
import threading
import time

import pytest

from tests.support.azure_clients import FILES_HOST, azure_clients
from tests.support.program import ROOT, Program
from tests.support.raw import Client

pytest.importorskip("azureml.core", reason="NOT RUN: needs the environment azureml")
pytest.importorskip("palmerpenguins", reason="NOT RUN: needs the environment azureml")

EXAMPLE = ROOT / "examples/azureml_penguins"
SERVING = re.compile(
    r"^rookery-sidecar \S+ listening on (?P<http>\S+) and (?P<https>https://\S+) "
    r"\(probes (?P<probes>\S+)\), Azure's clients served at (?P<identity>\S+), "
)
POINTS = re.compile(r"^rookery_sidecar_forward_points_total (\S+)$", re.MULTILINE)
TOKEN = re.compile(r'"access_token":\s*"([^"]+)"')


class Worker(Program):
    """The sidecar of a worker, in front of the server that `azure` is."""

    def __init__(self, azure):
        folder = azure.folder / "worker"
        folder.mkdir()
        keys = azure.folder / "devcloud"
        token_file = folder / "token"
        token_file.write_text(token_of(azure))
        blobs = f"https://acct.blob.{azure.host}"
        super().__init__(
            folder,
            "rookery-sidecar",
            SERVING,
            "run",
            *("--spool", folder / "spool", "--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0"),
            *("--https", "127.0.0.1:0", "--https-name", "localhost"),
            *("--https-cert", keys / "server.pem", "--https-key", keys / "server.pem"),
            *("--identity", "127.0.0.1:0", "--blob-url", blobs, "--storage-suffix", azure.host),
            *("--upstream", f"rookerys://localhost:{azure.server.grpc.rpartition(':')[2]}"),
            *("--upstream-ca", keys / "ca.pem", "--upstream-token-file", token_file),
        )

    def environment(self, of_devcloud):
        """That of a client of devcloud, with this sidecar in its place."""
        identity = self.announced["identity"]
        return {
            **of_devcloud,
            "ARM_CLOUD_METADATA_URL": f"{identity}/metadata/endpoints",
            "MSI_ENDPOINT": f"{identity}/msi",
        }

    def points_upstream(self):
        with Client(self.announced["probes"]) as probes:
            page = probes.get("/metrics").body.decode()
        return float(POINTS.search(page)[1])


def token_of(azure):
    """A token of devcloud's, as an agent on the worker would leave it in a file."""
    with Client(azure.devcloud.url) as devcloud:
        answer = devcloud.ask(
            "POST", "/msi", f"resource=https://{azure.host}", {"Metadata": "true"}
        )
    return TOKEN.search(answer.body.decode())[1]


def keep_ports(server):
    """Has the server come back where it was."""
    ports = {"--port": server.url, "--grpc-port": server.grpc}
    for flag, address in ports.items():
        server.words[server.words.index(flag) + 1] = address.rpartition(":")[2]


class Killer(threading.Thread):
    """Kills the server when the run has begun to log, and starts it again two seconds later."""

    def __init__(self, worker, server):
        super().__init__()
        self.worker, self.server = worker, server
        self.killed = False

    def run(self):
        before = self.worker.points_upstream()
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if self.worker.points_upstream() > before:
                self.server.kill()
                self.killed = True
                time.sleep(2)
                self.server.__enter__()
                return
            time.sleep(0.01)


@pytest.fixture(scope="module")
def azure(tmp_path_factory):
    with azure_clients("sqlite", tmp_path_factory.mktemp("azure")) as clients:
        keep_ports(clients.azure.server)
        yield clients.azure


@pytest.fixture(scope="module")
def worker(azure):
    with Worker(azure) as running:
        yield running


def run(azure, worker, script):
    done = subprocess.run(
        [ROOT / "deploy/dev/with_host.sh", FILES_HOST, sys.executable, script],
        cwd=azure.folder,
        env=worker.environment(azure.environment),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    logs = f"server:\n{azure.server.log()[-3000:]}\nsidecar:\n{worker.log()[-3000:]}"
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{logs}"
    return done.stdout


def test_the_articles_notebook_through_a_sidecar_whose_server_is_killed(azure, worker):
    killer = Killer(worker, azure.server)
    killer.start()
    trained = run(azure, worker, EXAMPLE / "train.py")
    killer.join()
    assert killer.killed
    assert "Registered penguin-classification, version 1" in trained
    # It fails if a point of the metric, the picture, the report or the model is missing.
    shown = run(azure, worker, EXAMPLE / "show.py")
    assert "accuracy over 20 steps" in shown
    assert azure.host not in shown
