"""A node on which systemd is the first process: a real one, in namespaces."""

import pytest

from tests.databricks import systemd_node
from tests.databricks.systemd_node import SystemdNode
from tests.databricks.writing import keys_of, log
from tests.support.oracle import new_run
from tests.support.waiting import wait_for

UNIT = "rookery-sidecar.service"
WATCH = "rookery-sidecar-watch.service"


@pytest.fixture(scope="module")
def systemd_root(base_root):
    try:
        systemd_node.make()
    except OSError as problem:
        pytest.skip(f"NOT RUN: {problem}")


@pytest.fixture
def start(systemd_root, cluster, tmp_path):
    """Starts a node, on which the init script has run."""
    running = []

    def started(**options):
        running.append(SystemdNode(tmp_path, cluster.folder, **options))
        try:
            running[-1].__enter__()
        except OSError as problem:
            running.pop()
            pytest.skip(f"NOT RUN: {problem}")
        done = running[-1].init()
        assert done.returncode == 0
        return running[-1], done.stderr

    yield started
    for node in running:
        node.__exit__()


@pytest.fixture
def url(ports):
    return f"http://127.0.0.1:{ports.http}"


def states(node):
    return node.run("systemctl", "is-active", UNIT, WATCH).stdout.split()


def test_it_is_a_service_that_restarts_and_drains(start, link, url):
    node, said = start()
    assert f"serves on {url}" in said, said
    assert states(node) == ["active", "active"]
    assert not node.processes("rookery-sidecar-supervise")
    run_id = new_run(url)
    log(url, run_id, "before")
    killed = node.sidecar()
    node.kill(killed)
    wait_for(lambda: node.processes("rookery-sidecar run")[-1:] not in ([], [killed]))
    wait_for(lambda: node.run("rookery-sidecar-flush", 5).returncode == 0)
    # Each answer of the server comes late, so that there is something left to send.
    link.delay = 0.3
    log(url, run_id, *(f"metric{number}" for number in range(20)))
    node.says("systemctl", "stop", UNIT)
    assert keys_of(link.server, run_id) == {"before", *(f"metric{n}" for n in range(20))}
    assert states(node) == ["inactive", "inactive"]


def test_it_is_confined(start):
    node, said = start()
    assert "WARNING: systemd cannot" not in said
    status = node.read(f"/proc/{node.sidecar()}/status")
    assert f"Uid:\t{node.says('id', '-u', 'rookery').strip()}\t" in status
    for line in ("NoNewPrivs:\t1", "Seccomp:\t2", "CapBnd:\t0000000000000000"):
        assert line in status
    mounts = node.read(f"/proc/{node.sidecar()}/mounts").splitlines()
    root = [line.split()[3] for line in mounts if line.split()[1] == "/"]
    assert root[-1].startswith("ro,")


def test_where_systemd_cannot_confine_it_the_supervisor_runs_it(start, url):
    node, said = start(confines=False)
    assert "WARNING: systemd cannot confine the sidecar on this node" in said
    assert f"serves on {url}" in said
    assert node.processes("rookery-sidecar-supervise")
    assert not node.exists(f"/etc/systemd/system/{UNIT}")
    new_run(url)


def test_a_second_run_changes_nothing(start, url):
    node, _ = start()
    before = node.sidecar()
    assert f"already serves on {url}" in node.init().stderr
    assert node.sidecar() == before


def test_a_configuration_that_does_not_do_leaves_nothing(start, cluster):
    cluster.change("ROOKERY_UPSTREAM=nowhere")
    node, said = start()
    assert "it ends again and again: rookery-sidecar: " in said
    assert "the cluster starts without it" in said
    assert states(node) == ["inactive", "inactive"]
    assert not node.exists("/opt/rookery-sidecar")
    assert not node.exists(f"/etc/systemd/system/{UNIT}")
    assert node.says("systemctl", "is-system-running").strip() == "running"
