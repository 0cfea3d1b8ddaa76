"""Rookery and MLflow's own server, each on a fresh database of the same PostgreSQL."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.postgres import fresh_database
from tests.support.raw import Client
from tests.support.server import ROOT, Server

DATABASES = ("PostgreSQL", "SQLite")
MLFLOW_WORKERS = 4
MLFLOW = Path(sys.executable).parent / "mlflow"
# Where ./dev bench has put PostgreSQL's driver, which MLflow does not bring along.
DRIVER = ROOT / "build/venv/bench/lib" / f"python3.{sys.version_info.minor}/site-packages"
SECONDS_TO_START = 120


class Running:
    """`name`, `url`, `pid` of its first process, `uri` of its database; Rookery's has `grpc`."""

    def __init__(self, name, url, pid, uri, grpc=None):
        self.name, self.url, self.pid, self.uri, self.grpc = name, url, pid, uri, grpc

    def ask(self, method, path, **message):
        """The answer's JSON; a GET's message becomes its query."""
        with Client(self.url) as client:
            if method == "GET":
                answer = client.get(f"/api/2.0/mlflow/{path}")
            else:
                answer = client.post(path, **message)
        assert answer.status == 200, (self.name, path, answer.status, answer.body[:500])
        return answer.json()


@contextlib.contextmanager
def rookery(database="PostgreSQL", options=(), name="Rookery"):
    """`database` is one of DATABASES; `options` are the server's."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if database == "SQLite":
            uri = f"sqlite:///{folder}/rookery.db"
        else:
            uri = stack.enter_context(fresh_database())
        server = stack.enter_context(Server(folder, "--backend-store-uri", uri, *options))
        yield Running(name, server.url, server.pid, uri, server.grpc)


@contextlib.contextmanager
def mlflow():
    with fresh_database() as uri, tempfile.TemporaryDirectory() as folder:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [MLFLOW, "server", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--workers", str(MLFLOW_WORKERS)]
        # On a busy machine uvicorn would take a worker that computes for one that is dead.
        command += ["--uvicorn-opts", "--timeout-worker-healthcheck 60"]
        command += ["--backend-store-uri", uri.replace("postgresql:", "postgresql+psycopg2:", 1)]
        log = Path(folder) / "server.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(DRIVER)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Its workers are its process group, by which they are ended.
                start_new_session=True,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_healthy(url, process, log)
            yield Running(f"MLflow, {MLFLOW_WORKERS} workers", url, process.pid, uri)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_healthy(url, process, log):
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        with contextlib.suppress(OSError), Client(url, timeout=5) as client:
            if client.get("/health").status == 200:
                return
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
