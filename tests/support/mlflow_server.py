"""MLflow's own server as a child process, to compare with."""

import os
import re
import sqlite3
import subprocess
import sys
import threading

LISTENING = re.compile(r"Uvicorn running on (?P<url>http://\S+)")
SECONDS_TO_START = 120
SECONDS_TO_STOP = 30
# So that an experiment's id is recognised in any text; MLflow counts on from here.
FIRST_EXPERIMENT_ID = 700_000_000_000_000


class MlflowServer:
    """One `mlflow server` of this Python's environment, from __enter__ to __exit__, on a free port
    of loopback, with its SQLite database, its artifacts and its log in `folder`."""

    def __init__(self, folder):
        self._folder = folder
        self._log = folder / "mlflow.log"
        self._listening = threading.Event()
        self._process = None
        self.url = None

    def __enter__(self):
        database = self._folder / "mlflow.db"
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "mlflow", "server", "--workers", "1"),
                *("--host", "127.0.0.1", "--port", "0"),
                *("--backend-store-uri", f"sqlite:///{database}"),
                *("--artifacts-destination", self._folder / "artifacts"),
            ],
            cwd=self._folder,
            env={
                **os.environ,
                # Nothing may leave the machine, and no workers beside the server are needed.
                "MLFLOW_DISABLE_TELEMETRY": "true",
                "DO_NOT_TRACK": "true",
                "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._keep_log, daemon=True)
        self._reader.start()
        self._listening.wait(SECONDS_TO_START)
        if self.url is None:
            self.__exit__()
            raise AssertionError(f"mlflow server did not start:\n{self.log()}")
        _count_experiments_from(database, FIRST_EXPERIMENT_ID)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()

    def log(self):
        return self._log.read_text()

    def _keep_log(self):
        with self._log.open("a") as log:
            for line in self._process.stdout:
                log.write(line)
                log.flush()
                if self.url is None and (found := LISTENING.search(line)):
                    self.url = found["url"]
                    self._listening.set()
        # It has ended: nobody need wait any longer.
        self._listening.set()


def _count_experiments_from(database, first_id):
    with sqlite3.connect(database, timeout=30) as connection:
        connection.execute(
            "INSERT INTO experiments (experiment_id, name, lifecycle_stage, artifact_location)"
            " VALUES (?, 'the first id', 'deleted', 'mlflow-artifacts:/none')",
            (first_id,),
        )
    connection.close()
