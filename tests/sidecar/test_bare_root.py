"""`rookery-sidecar` is one file, which runs where nothing else is."""

import os
import re
import shutil
import subprocess
import time

import pytest

from tests.sidecar import bare_root
from tests.sidecar.name_server import NameServer
from tests.support.certificates import Authority
from tests.support.program import ROOKERY
from tests.support.raw import API, Client
from tests.support.server import Server
from tests.support.waiting import wait_for

NAME = "upstream.rookery.test"
SIDECAR = "rookery-sidecar"
MOST_BYTES = 25_000_000
# The line with which it says that it serves: MLflow's API first, the probes after it.
SERVING = re.compile(rf"^{SIDECAR} .*?(?P<http>http://[\d.:]+).*?(?P<metrics>http://[\d.:]+)")


@pytest.fixture(scope="module", autouse=True)
def static_build():
    if ROOKERY.parent.parent.name != "release":
        pytest.skip("NOT RUN: the sidecar is static in the release preset only")


@pytest.fixture(scope="module")
def debian11():
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: only root can change a program's root")
    try:
        return bare_root.make()
    except OSError as problem:
        pytest.skip(f"NOT RUN: {problem}")


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def server(tmp_path, authority):
    certificate, key = authority.issue("upstream", NAME)
    with Server(tmp_path, "--tls-cert", certificate, "--tls-key", key) as running:
        yield running


@pytest.fixture
def house(tmp_path, authority):
    """The folder that the sidecar sees, in which it finds nobody's name."""
    folder = tmp_path / "house"
    folder.mkdir()
    shutil.copy(authority.file, folder / "ca.pem")
    (folder / "hosts").write_text("")
    # As where systemd resolves names: glibc would load a module for that, and finds none here.
    (folder / "nsswitch.conf").write_text("hosts: files resolve\n")
    # Where nobody listens.
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    return folder


@pytest.fixture
def name_server():
    try:
        serving = NameServer(NAME)
    except OSError as problem:
        pytest.skip(f"NOT RUN: no address of the loopback net has a free port 53: {problem}")
    with serving:
        yield serving


def sidecar(house, server):
    port = server.grpc.rpartition(":")[2]
    inside = bare_root.INSIDE
    return bare_root.Lodger(
        house,
        SIDECAR,
        SERVING,
        *("run", "--spool", inside / "spool", "--upstream-ca", inside / "ca.pem"),
        *("--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0"),
        *("--upstream", f"rookerys://{NAME}:{port}"),
    )


def log_and_read_back(running, server, authority):
    """A metric goes in at the sidecar and comes out of the server."""
    with (
        Client(server.url, context=authority.trusting()) as upstream,
        Client(running.announced["http"]) as client,
        Client(running.announced["metrics"]) as probes,
    ):
        wait_for(lambda: probes.get("/readyz").status == 200)
        assert probes.get("/livez").status == 200
        experiment = upstream.post("experiments/create", name="bare").json()["experiment_id"]
        created = upstream.post("runs/create", experiment_id=experiment)
        run_id = created.json()["run"]["info"]["run_id"]
        now = int(time.time() * 1000)
        metric = {"run_id": run_id, "key": "loss", "value": 0.5, "timestamp": now, "step": 1}
        answer = client.post("runs/log-metric", **metric)
        assert answer.status == 200, answer.body

        def stored():
            run = upstream.get(f"{API}runs/get?run_id={run_id}").json()["run"]
            return [(m["key"], m["value"]) for m in run["data"].get("metrics", [])]

        assert wait_for(stored) == [("loss", 0.5)]


def test_it_is_static_and_small(tmp_path):
    program = ROOKERY.with_name(SIDECAR)
    said = subprocess.run(["ldd", program], capture_output=True, text=True)
    assert said.stdout.strip() == "statically linked", said.stderr
    stripped = tmp_path / SIDECAR
    subprocess.run(["strip", "-o", stripped, program], check=True)
    assert stripped.stat().st_size < MOST_BYTES


def test_it_starts_in_debian_11(debian11, tmp_path):
    assert bare_root.run("cat", "/etc/debian_version").startswith("11.")


def test_it_finds_the_upstream_by_the_hosts_file(debian11, house, server, authority):
    (house / "hosts").write_text(f"127.0.0.1 {NAME}\n")
    with sidecar(house, server) as running:
        log_and_read_back(running, server, authority)
        assert running.terminate() == 0


@pytest.mark.parametrize("resolver", [None, "native"])
def test_it_finds_the_upstream_by_dns(
    resolver, debian11, name_server, house, server, authority, monkeypatch
):
    if resolver is not None:
        monkeypatch.setenv("GRPC_DNS_RESOLVER", resolver)
    (house / "resolv.conf").write_text(f"nameserver {name_server.address}\n")
    with sidecar(house, server) as running:
        log_and_read_back(running, server, authority)
    assert NAME in name_server.asked
