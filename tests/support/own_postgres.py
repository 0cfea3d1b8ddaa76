"""A PostgreSQL of a test's own, which it may stop and start."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.support.waiting import wait_for

BIN = Path("/usr/lib/postgresql/15/bin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _state_and_parent(pid):
    # After the name, which may hold anything but ends with the last parenthesis.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return fields[0], int(fields[1])


def _children(pid):
    children = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if _state_and_parent(folder.name)[1] == pid:
                children.append(int(folder.name))
    return children


def _is_alive(pid):
    try:
        # Z: it has ended, and nobody has asked how.
        return _state_and_parent(pid)[0] != "Z"
    except OSError:
        return False


class OwnPostgres:
    """Runs from __enter__ to __exit__, on one port; durable as in production (fsync on)."""

    def __init__(self):
        if not (BIN / "initdb").exists():
            pytest.skip("NOT RUN: postgresql-15 is not installed")
        self._folder = None
        self._running = False
        self._password = secrets.token_hex(16)
        self._port = free_port()
        self.uri = f"postgresql://rookery:{self._password}@127.0.0.1:{self._port}/postgres"

    def __enter__(self):
        # Not below pytest's folder, which PostgreSQL's own user may not enter.
        self._folder = Path(tempfile.mkdtemp(prefix="rookery-own-postgres."))
        password = self._folder / "password"
        password.write_text(self._password)
        if os.geteuid() == 0:
            for path in (self._folder, password):
                shutil.chown(path, "postgres", "postgres")
        try:
            # Only the initial files are written without fsync.
            options = ["-U", "rookery", "--auth", "scram-sha-256", "--encoding", "UTF8"]
            self._run("initdb", "--no-sync", "--pwfile", password, *options)
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._running:
            self.stop()
        shutil.rmtree(self._folder)

    def start(self):
        options = f"-h 127.0.0.1 -p {self._port} -k {self._folder}"
        log = self._folder / "server.log"
        self._run("pg_ctl", "start", "--wait", "--silent", "--log", log, "--options", options)
        self._running = True

    def stop(self):
        """As a crash: connections are cut, nothing is said to them."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode", "immediate")
        self._running = False

    def kill(self):
        """Every process of it by SIGKILL."""
        lock = self._folder / "data/postmaster.pid"
        main = int(lock.read_text().split()[0])
        pids = [main, *_children(main)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._running = False
        wait_for(lambda: not any(_is_alive(pid) for pid in pids))
        # Or its pid would count as a server's for as long as nobody has asked how it ended.
        for left in (lock, self._folder / f".s.PGSQL.{self._port}.lock"):
            left.unlink()

    def _run(self, program, *words):
        command = [BIN / program, "-D", self._folder / "data", *words]
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            command = ["runuser", "-u", "postgres", "--", *command]
        # Not to a pipe, which the server would inherit and keep open.
        with (self._folder / "commands.log").open("a") as log:
            done = subprocess.run(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=60
            )
        assert done.returncode == 0, (self._folder / "commands.log").read_text()
