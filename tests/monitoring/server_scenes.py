"""What goes wrong with servers. Each scene's targets are a job of its own name."""

import contextlib
import json
import os
import resource
import sqlite3

from tests.monitoring import means
from tests.monitoring.disks import mount
from tests.support.certificates import Authority
from tests.support.oracle import new_run
from tests.support.own_postgres import OwnPostgres
from tests.support.raw import API, ARTIFACTS, Client
from tests.support.server import Server
from tests.support.signed_urls import SignedUrls
from tests.support.split import Service
from tests.support.tokens import Issuer, Key
from tests.support.waiting import wait_for

MIB = 1 << 20
DISK_MIB = 16
BLOB = {"x-ms-blob-type": "BlockBlob"}


def well(stage):
    """Nothing is wrong with the server behind all sidecars, which is used."""
    at = stage.upstream
    run_id = new_run(at.url)
    file = f"{ARTIFACTS}/0/file"
    signed = SignedUrls(at.url, at.folder / "artifacts").blob("file").removeprefix(at.url)
    for use in (
        lambda client: log_metric(client, run_id),
        lambda client: client.post("runs/create", experiment_id="0"),
        lambda client: client.ask("PUT", file, b"x", {}),
        lambda client: client.get(file),
        lambda client: client.ask("PUT", signed, b"x", BLOB),
    ):
        stage.callers.ask(at.url, use, pause=0.2)
    yield


def killed(stage):
    service = tracking(stage, "killed")
    yield
    service.kill()


def gone(stage):
    """Service discovery no longer knows of it."""
    tracking(stage, "gone")
    yield
    stage.forget("gone")


def looping(stage):
    service = tracking(stage, "looping")
    yield
    begin_again(stage, service, "looping")


def tracking(stage, job):
    service = stage.start(Service(stage.folder(job), "rookery-tracking"))
    stage.scrape(job, service.admin)
    return service


def begin_again(stage, program, job):
    """Three times, and each of them is seen."""
    for times in range(1, 4):
        program.restart(kill=True)
        changes = f'changes(process_start_time_seconds{{job="{job}"}}[1m])'
        wait_for(lambda times=times, asked=changes: stage.prometheus.value(asked) == times)


def server(stage, job, *options):
    running = stage.start(Server(stage.folder(job), *options))
    stage.scrape(job, running.url)
    return running


def database(stage):
    """It goes away while runs are written."""
    postgres = stage.start(OwnPostgres())
    running = server(stage, "database", "--backend-store-uri", postgres.uri)

    def write_a_run(client):
        answer = client.post("runs/create", experiment_id="0")
        if answer.status == 200:
            log_metric(client, answer.json()["run"]["info"]["run_id"])

    stage.callers.ask(running.url, write_a_run, count=2)
    yield
    postgres.stop()


def log_metric(client, run_id, step=0):
    metric = {"run_id": run_id, "key": "loss", "value": 1, "timestamp": step, "step": step}
    return client.post("runs/log-metric", **metric)


@contextlib.contextmanager
def locked(folder):
    """Nobody else can write to the SQLite database there."""
    with contextlib.closing(sqlite3.connect(folder / "rookery.db", timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


def slow(stage):
    """Somebody locks the database for seconds again and again; callers wait."""
    running = server(stage, "slow")
    run_id = new_run(running.url)
    stage.callers.ask(running.url, lambda client: log_metric(client, run_id), count=2)
    stage.callers.ask(
        running.url,
        lambda client: client.post("runs/update", run_id=run_id, status="RUNNING"),
        count=24,
    )
    yield

    def hold():
        with locked(running.folder):
            stage.callers.over.wait(3.5)

    stage.callers.repeat(hold, pause=0.1)


def refusing(stage):
    """Somebody holds the database's lock, and more callers come than may wait."""
    running = server(stage, "refusing")
    run_id = new_run(running.url)
    yield

    def hold():
        with locked(running.folder):
            stage.callers.over.wait(12)

    stage.callers.repeat(hold)
    stage.callers.ask(
        running.url,
        lambda client: client.post("runs/update", run_id=run_id, status="RUNNING"),
        count=100,
    )


def damaged(stage):
    """Pages of the database's file are overwritten."""
    running = server(stage, "damaged")
    file = running.folder / "rookery.db"
    with Client(running.url) as client:
        for number in range(50):
            tags = [{"key": f"tag{tag}", "value": "x" * 1000} for tag in range(20)]
            assert client.post("experiments/create", name=f"{number}", tags=tags).status == 200
    yield
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as content:
        content.seek(20 * 4096)
        content.write(b"\xff" * (file.stat().st_size - 20 * 4096))
    search = json.dumps({"max_results": 100})
    stage.callers.ask(
        running.url, lambda client: client.ask("POST", f"{API}experiments/search", search), count=8
    )


def disk(stage):
    """The artifact disk fills, and is full."""
    folder = stage.folder("disk")
    artifacts = folder / "artifacts"
    mount(stage, artifacts, "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs")
    running = stage.start(Server(folder))
    stage.scrape("disk", running.url)
    yield
    free = '{job="disk"}'
    for written in range(1, DISK_MIB):
        (artifacts / f"file{written}").write_bytes(bytes(MIB))
        left = (DISK_MIB - written) * MIB
        query = f"rookery_artifact_disk_free_bytes{free}"
        wait_for(lambda left=left, asked=query: stage.prometheus.value(asked) <= left)
    rest = os.statvfs(artifacts)
    (artifacts / "rest").write_bytes(bytes(rest.f_bavail * rest.f_frsize))
    path = SignedUrls(running.url, artifacts).blob("more").removeprefix(running.url)
    stage.callers.ask(running.url, lambda client: client.ask("PUT", path, bytes(9999), BLOB))


def descriptors(stage):
    """The limit of open files comes nearer."""
    running = server(stage, "descriptors")
    yield
    used = len(os.listdir(f"/proc/{running.pid}/fd"))
    _, most = resource.prlimit(running.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(running.pid, resource.RLIMIT_NOFILE, (used + 3, most))


def tokens(stage):
    """Callers come with tokens that somebody else signed."""
    folder = stage.folder("tokens")
    issuer = stage.start(Issuer(folder))
    running = stage.start(Server(folder, *issuer.flags()))
    stage.scrape("tokens", running.url)
    ask_with(stage, running, issuer.token(key=Key(folder)), pause=0.01)
    yield


def ask_with(stage, running, token, **options):
    headers = {"Authorization": f"Bearer {token}"}
    path = f"{API}experiments/get?experiment_id=0"
    stage.callers.ask(
        running.url, lambda client: client.ask("GET", path, headers=headers), **options
    )


def keys(stage):
    """The issuer of the tokens is away when the server begins."""
    folder = stage.folder("keys")
    issuer = stage.start(Issuer(folder))
    issuer.away = True
    running = stage.start(Server(folder, *issuer.flags()))
    stage.scrape("keys", running.url)
    ask_with(stage, running, issuer.token())
    yield


def certificate(stage):
    """It ends within a day, as those of tests do."""
    folder = stage.folder("certificate")
    authority = Authority(folder)
    file, key = authority.issue("server")
    running = stage.start(Server(folder, "--tls-cert", file, "--tls-key", key))
    stage.scrape("certificate", running.url, authority.file)
    yield


# The alerts of each.
SCENES = {
    killed: ["RookeryTargetDown"],
    gone: ["RookeryTargetsGone"],
    looping: ["RookeryCrashLoop"],
    database: [
        "RookeryHttpErrors",
        "RookeryRpcErrors",
        "RookeryDatabaseErrors",
        "RookeryCompactionFailing",
    ],
    slow: [
        "RookeryHttpSlow",
        "RookeryRpcSlow",
        "RookeryExecutorQueueing",
        "RookeryIngestSlow",
    ],
    refusing: ["RookeryExecutorRefusing", "RookeryDatabasePoolFull"],
    damaged: ["RookeryDatabaseDamaged"],
    disk: ["RookeryBlobErrors", "RookeryArtifactDiskFull", "RookeryArtifactDiskFilling"],
    descriptors: ["RookeryFileDescriptorsShort"],
    tokens: ["RookeryTokensRefused"],
    keys: ["RookeryTokenKeysUnavailable"],
    certificate: ["RookeryCertificateEnds", "RookeryCertificateExpiring"],
}
# What some need.
NEEDS = {disk: means.mounting}
