"""MLflow's web UI shows what MLflow's client stored, and nothing fails underneath."""

import json
import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from tests.support.backends import serving
from tests.support.server import ROOT
from tests.ui.data import store

NODE_MODULES = ROOT / "build/ui/node_modules"
SCREENSHOTS = ROOT / "build/ui-screenshots"
FEWEST_STEPS = 30


@pytest.fixture
def browser():
    """The paths of chromium and node."""
    programs = {name: shutil.which(name) for name in ("chromium", "node")}
    missing = [name for name, path in programs.items() if path is None]
    if not (NODE_MODULES / "playwright-core").exists():
        missing.append("playwright-core")
    if missing:
        pytest.skip(f"NOT RUN: {', '.join(missing)} not installed; ./dev test installs them")
    return programs


@pytest.mark.skipif("ROOKERY_TEST_POSTGRES" not in os.environ, reason="NOT RUN: no PostgreSQL")
def test_every_page_shows_what_was_stored(tmp_path, monkeypatch, browser):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    shutil.rmtree(SCREENSHOTS, ignore_errors=True)
    SCREENSHOTS.mkdir(parents=True)
    build = files("mlflow") / "server/js/build"
    with serving("postgresql", tmp_path, "--mlflow-ui", build) as server:
        (tmp_path / "data.json").write_text(json.dumps(store(server.url)))
        done = subprocess.run(
            [
                browser["node"],
                Path(__file__).with_name("walk.mjs"),
                *[server.url, tmp_path / "data.json", SCREENSHOTS],
            ],
            env={**os.environ, "CHROMIUM": browser["chromium"], "UI_NODE_MODULES": NODE_MODULES},
            capture_output=True,
            text=True,
            timeout=600,
        )
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    for step in steps:
        print(f"{step['seconds']:5.1f} s  {step['step']}")
    assert done.returncode == 0, done.stderr
    assert len(steps) >= FEWEST_STEPS
    problems = {step["step"]: step["problems"] for step in steps if step["problems"]}
    assert not problems, json.dumps(problems, indent=2)
