"""A headless Chromium that goes through pages as a script of playwright's says."""

import json
import os
import shutil
import subprocess

import pytest

from tests.support.program import ROOT

NODE_MODULES = ROOT / "build/ui/node_modules"
SCREENSHOTS = ROOT / "build/ui-screenshots"


def need_browser():
    """Skips the test where there is none."""
    missing = [name for name in ("chromium", "node") if shutil.which(name) is None]
    if not (NODE_MODULES / "playwright-core").exists():
        missing.append("playwright-core")
    if missing:
        pytest.skip(f"NOT RUN: {', '.join(missing)} not installed; ./dev test installs them")


def walk(script, base, data, folder, label):
    """Runs `script` (see tests/ui/visit.mjs) on the pages at `base`; `data` is what it must know.

    Returns the names of its steps, in none of which a request failed or the console complained.
    Their pictures are left in SCREENSHOTS/`label`.
    """
    pictures = SCREENSHOTS / label
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    file = folder / "data.json"
    file.write_text(json.dumps(data))
    done = subprocess.run(
        [shutil.which("node"), script, base, file, pictures],
        env={**os.environ, "CHROMIUM": shutil.which("chromium"), "UI_NODE_MODULES": NODE_MODULES},
        capture_output=True,
        text=True,
        timeout=600,
    )
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    for step in steps:
        print(f"{step['seconds']:5.1f} s  {step['step']}")
    assert done.returncode == 0, done.stderr
    problems = {step["step"]: step["problems"] for step in steps if step["problems"]}
    assert not problems, json.dumps(problems, indent=2)
    return [step["step"] for step in steps]
