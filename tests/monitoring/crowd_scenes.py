"""What goes wrong with servers when many come. Each scene's targets are a job of its own name."""

import contextlib
import resource
import socket
import struct
import subprocess
from urllib.parse import urlsplit

from tests.monitoring import means
from tests.monitoring.server_scenes import server
from tests.overload.crowd import allow_open_files
from tests.support.own_postgres import OwnPostgres
from tests.support.postgres import held, run_sql
from tests.support.program import ROOKERY
from tests.support.raw import API
from tests.support.split import Gateway
from tests.support.waiting import wait_for

# As many as are served at once.
CONNECTIONS = 10_000
# An address whose ports no program of the stage wants, for one that begins again needs its own.
ELSEWHERE = ("127.0.0.2", 0)
# Closing such a socket resets its connection, and leaves nothing of it behind.
RESETTING = struct.pack("ii", 1, 0)
LOAD = ROOKERY.parents[1] / "bench/rookery_metric_load"
# A second: 10,000 segments in 40 s. Each run gets one, and is merged at its 16th.
RATE = RUNS = 250


@contextlib.contextmanager
def held_connections(url):
    """As many as are served, and nothing is said on them."""
    address = urlsplit(url)
    with contextlib.ExitStack() as stack:
        for _ in range(CONNECTIONS):
            one = socket.create_connection((address.hostname, address.port), 60, ELSEWHERE)
            stack.enter_context(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETTING)
        yield


def crowded(stage):
    """A gateway has as many connections as it serves, and others come."""
    services = [f"--{name}={stage.upstream.grpc}" for name in ("tracking", "registry", "artifact")]
    gateway = stage.start(Gateway(stage.folder("crowded"), *services))
    stage.scrape("crowded", gateway.url)
    yield
    allow_open_files(means.OPEN_FILES)
    _, most = resource.prlimit(gateway.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(gateway.pid, resource.RLIMIT_NOFILE, (most, most))
    stage.start(held_connections(gateway.url))
    stage.callers.ask(gateway.url, lambda client: client.get(f"{API}experiments/get"))


@contextlib.contextmanager
def load(running):
    """Points for one run after the other, for longer than the stage lasts."""
    command = [LOAD, "--address", running.grpc, "log-metric"]
    command += ["--runs", RUNS, "--rate", RATE, "--seconds", 3600]
    words = [str(word) for word in command]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def behind(stage):
    """Somebody's transaction holds a segment of each run, so that none is merged."""
    postgres = stage.start(OwnPostgres())
    running = server(stage, "behind", "--backend-store-uri", postgres.uri)
    yield
    stage.start(load(running))
    runs = "SELECT count(DISTINCT run_id) FROM metric_segments"
    wait_for(lambda: int(run_sql(postgres.uri, runs)) == RUNS)
    segments = "PERFORM 1 FROM metric_segments FOR UPDATE"
    stage.start(held(postgres.uri, f"DO $$ BEGIN {segments}; END $$"))


# The alerts of each.
SCENES = {
    crowded: ["RookeryConnectionsRefused"],
    behind: ["RookeryCompactionBehind"],
}
# What some need.
NEEDS = {crowded: means.many_files}
