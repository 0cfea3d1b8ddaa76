"""The penguins example with MLflow 2's client, in one process and in four, on both databases.

tests/e2e/test_penguins.py has MLflow 3's.
"""

import os
import subprocess

import pytest

from tests.support.backends import SETUPS, serving
from tests.support.program import ROOT

PYTHON = ROOT / "build/venv/mlflow222/bin/python"


@pytest.fixture(scope="module", params=SETUPS)
def server(request, tmp_path_factory):
    if not PYTHON.exists():
        pytest.skip(f"NOT RUN: {PYTHON} is not there; ./dev setup makes it")
    with serving(request.param, tmp_path_factory.mktemp("server")) as running:
        yield running


def run_example(script, server):
    """What a script of the example prints."""
    done = subprocess.run(
        [PYTHON, ROOT / "examples/penguins" / script],
        # A server that fails is to fail the test, not to be asked again for minutes.
        env={
            **os.environ,
            "MLFLOW_TRACKING_URI": server.url,
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    # MLflow 2 goes on without what an older server does not have, and says so.
    assert "has failed" not in done.stderr, done.stderr
    return done.stdout


def test_the_example_runs(server):
    trained = run_example("train.py", server)
    assert "The champion from the registry is right for 99.0%" in trained
    shown = run_example("show.py", server)
    for words in ["champion -> 1", "FINISHED", "30 points", "plots/confusion_matrix.png"]:
        assert words in shown
