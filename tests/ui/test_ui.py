"""MLflow's web UI shows what MLflow's client stored, and nothing fails underneath."""

import os
from importlib.resources import files
from pathlib import Path

import pytest

from tests.support.backends import serving
from tests.support.browser import need_browser, walk
from tests.ui.data import store

FEWEST_STEPS = 30


@pytest.mark.skipif("ROOKERY_TEST_POSTGRES" not in os.environ, reason="NOT RUN: no PostgreSQL")
def test_every_page_shows_what_was_stored(tmp_path, monkeypatch):
    need_browser()
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    build = files("mlflow") / "server/js/build"
    script = Path(__file__).with_name("walk.mjs")
    with serving("postgresql", tmp_path, "--mlflow-ui", build) as server:
        steps = walk(script, server.url, store(server.url), tmp_path, "root")
    assert len(steps) >= FEWEST_STEPS
