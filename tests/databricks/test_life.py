"""The sidecar of a node from the cluster's start to its end."""

import pytest

from tests.databricks.node import INIT, Node
from tests.databricks.writing import keys_of, log
from tests.support.oracle import Oracle, new_run
from tests.support.waiting import wait_for

SUPERVISOR = "/opt/rookery-sidecar/rookery-sidecar-supervise"
KILLS = 3
SEED = 20
BETWEEN_KILLS = 40
TOKEN = "no-token-of-anybodys"  # noqa: S105


@pytest.fixture
def node(cluster, tmp_path):
    with Node(tmp_path, cluster.folder) as running:
        yield running


@pytest.fixture
def url(ports):
    return f"http://127.0.0.1:{ports.http}"


def started(node, **environment):
    done = node.init(**environment)
    assert done.returncode == 0, done.stderr
    assert "NOT RUNNING" not in done.stderr, done.stderr
    return done.stderr


def flush(node):
    done = node.run("rookery-sidecar-flush", 60)
    assert done.returncode == 0, done.stderr


def test_what_is_logged_on_a_node_arrives(node, link, url):
    assert f"serves on {url}" in started(node)
    run_id = new_run(url)
    log(url, run_id, "loss")
    flush(node)
    assert keys_of(link.server, run_id) == {"loss"}


def test_nobody_waits_for_what_it_leaves_running(node):
    """Databricks' own descriptors may have any number; run() waits for all of this one's copies."""
    done = node.run("bash", "-c", f"exec 9>&1; bash {INIT}", timeout=60)
    assert "serves on" in done.stderr


@pytest.mark.parametrize("is_driver", ["TRUE", "FALSE"])
def test_driver_and_workers_alike(is_driver, node, url):
    assert f"serves on {url}" in started(node, DB_IS_DRIVER=is_driver)


def test_it_runs_as_a_user_of_its_own_who_alone_reads_spool_and_token(cluster, node):
    cluster.add_file("token", TOKEN)
    cluster.change("ROOKERY_UPSTREAM_TOKEN_FILE=token")
    said = started(node)
    pid = node.sidecar()
    user = node.says("id", "-u", "rookery").strip()
    assert f"Uid:\t{user}\t{user}" in node.read(f"/proc/{pid}/status")
    assert "NoNewPrivs:\t1" in node.read(f"/proc/{pid}/status")
    for path, mode in [("/local_disk0/rookery-sidecar/spool", "700"), ("etc/token", "400")]:
        shown = node.says(
            "stat",
            "-c",
            "%a %U",
            f"/opt/rookery-sidecar/{path}".replace("/opt/rookery-sidecar//", "/"),
        )
        assert shown.split() == [mode, "rookery"]
    assert node.read("/opt/rookery-sidecar/etc/token") == TOKEN
    told = [said, node.says("sh", "-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ")]
    told += [
        node.says("sh", "-c", "cat /var/log/rookery-sidecar/*"),
        node.read("/opt/rookery-sidecar/etc/sidecar.env"),
    ]
    assert not [text for text in told if TOKEN in text]


def test_secrets_of_the_cluster_do_not_reach_it(node):
    started(node, OF_THE_CLUSTER="of-others")
    assert "of-others" not in node.read(f"/proc/{node.sidecar()}/environ")


def test_the_environment_goes_before_the_file(cluster, node):
    cluster.change("ROOKERY_DRAIN_SECONDS=7")
    started(node, ROOKERY_DRAIN_SECONDS="9", ROOKERY_SPOOL="/local_disk0/elsewhere")
    assert "ROOKERY_DRAIN_SECONDS=9\n" in node.read("/opt/rookery-sidecar/etc/sidecar.env")
    assert node.exists("/local_disk0/elsewhere")


def test_nothing_is_lost_when_it_is_killed(node, link, url):
    started(node)
    with Oracle(url, 2, SEED) as oracle:
        for _ in range(KILLS):
            before = oracle.acknowledged()
            wait_for(lambda so_far=before: oracle.acknowledged() > so_far + BETWEEN_KILLS)
            killed = node.sidecar()
            node.kill(killed)
            wait_for(
                lambda dead=killed: node.processes("rookery-sidecar run")[-1:] not in ([], [dead])
            )
        oracle.end()
        flush(node)
        verdict = oracle.verdict(link.server)
    assert (verdict.lost, verdict.duplicated, verdict.unexpected) == (0, 0, 0)
    assert verdict.acknowledged > KILLS * BETWEEN_KILLS
    print(verdict)


def test_the_supervisor_drains_it_when_the_node_ends(node, link, url):
    started(node)
    run_id = new_run(url)
    # Each answer of the server comes late, so that there is something left to send.
    link.delay = 0.3
    log(url, run_id, *(f"metric{number}" for number in range(20)))
    supervisor = node.processes(SUPERVISOR)[0]
    node.kill(supervisor, "TERM")
    wait_for(lambda: not node.processes("/opt/rookery-sidecar/"))
    assert len(keys_of(link.server, run_id)) == 20
    assert "stopped" in node.read("/var/log/rookery-sidecar/sidecar.log")


def test_a_second_run_changes_nothing(node, url):
    started(node)
    before = node.processes("/opt/rookery-sidecar/")
    assert f"already serves on {url}" in started(node)
    assert node.processes("/opt/rookery-sidecar/") == before


def test_another_upload_replaces_it_and_keeps_the_spool(cluster, node, link, url):
    cluster.change("ROOKERY_DRAIN_SECONDS=1")
    started(node)
    before = node.sidecar()
    run_id = new_run(url)
    link.refuse()
    log(url, run_id, "before")
    cluster.change("ROOKERY_DRAIN_SECONDS=2")
    assert f"serves on {url}" in started(node)
    assert before not in node.processes("rookery-sidecar run")
    link.mend()
    log(url, run_id, "after")
    flush(node)
    assert keys_of(link.server, run_id) == {"before", "after"}
    assert len(node.processes(SUPERVISOR)) == 1


def test_another_run_of_the_script_helps_where_somebody_killed_the_supervisor(node, cluster, url):
    cluster.change("ROOKERY_DRAIN_SECONDS=1")
    started(node)
    node.kill(node.processes(SUPERVISOR)[0])
    orphan = node.sidecar()
    assert f"serves on {url}" in started(node)
    assert node.processes("rookery-sidecar run") != [orphan]
    assert len(node.processes(SUPERVISOR)) == 1


def test_another_upload_that_is_broken_leaves_the_former_one_going(cluster, node, url):
    started(node)
    before = node.processes("/opt/rookery-sidecar/")
    cluster.archive.write_bytes(b"no archive")
    said = node.init()
    assert said.returncode == 0
    assert "the one that was here before goes on" in said.stderr
    assert node.processes("/opt/rookery-sidecar/") == before


def test_another_upload_that_does_not_start_is_taken_back(cluster, node, url):
    started(node)
    cluster.change("ROOKERY_UPSTREAM=nowhere")
    said = node.init()
    assert said.returncode == 0
    assert "the one that was here before goes on" in said.stderr
    new_run(url)


def test_the_log_is_bounded(node, url):
    started(node)
    node.says("sh", "-c", "yes | head -c 9000000 >>/var/log/rookery-sidecar/sidecar.log")
    size = "stat -c %s /var/log/rookery-sidecar/sidecar.log"
    wait_for(lambda: int(node.says("sh", "-c", size)) < 9_000_000)
    assert node.exists("/var/log/rookery-sidecar/sidecar.log.1")
