"""The lines of MLflow's Python client, each in an environment of its own."""

import os
import subprocess

import pytest

from tests.support.server import ROOT

# By the environments that ./dev makes of deploy/dev/requirements-*.txt.
CLIENTS = {"mlflow-3.17.2": "mlflow317", "mlflow-2.22.5": "mlflow222"}


def python_of(client):
    """The interpreter with this client."""
    python = ROOT / "build/venv" / CLIENTS[client] / "bin/python"
    if not python.exists():
        pytest.skip(f"NOT RUN: {python} is not there; ./dev setup makes it")
    return python


def run_example(client, script, url):
    """What a script of the example prints."""
    done = subprocess.run(
        [python_of(client), ROOT / "examples/penguins" / script],
        # A server that fails is to fail the test, not to be asked again for minutes.
        env={**os.environ, "MLFLOW_TRACKING_URI": url, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
