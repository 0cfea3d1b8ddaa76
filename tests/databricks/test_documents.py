"""The files that somebody edits name what there is."""

import json
import re
import subprocess

from tests.databricks.node import INIT
from tests.support.program import ROOKERY, ROOT

DEPLOY = ROOT / "deploy/databricks"
NAME = re.compile(r"\bROOKERY_[A-Z_]*[A-Z]\b")


def known():
    """The settings that the init script takes."""
    sidecar = ROOKERY.with_name("rookery-sidecar")
    told = subprocess.run([sidecar, "run", "--help"], capture_output=True, text=True, check=True)
    return set(NAME.findall(told.stdout + (DEPLOY / "node/settings.sh").read_text()))


def test_the_example_of_a_configuration_has_settings_that_exist():
    lines = (DEPLOY / "rookery-sidecar.conf.example").read_text().splitlines()
    named = [line.lstrip("#").partition("=")[0] for line in lines if "=" in line]
    names = [name for name in named if NAME.fullmatch(name)]
    assert len(names) > 10
    assert set(names) <= known()


def test_the_readme_names_settings_that_exist():
    assert set(NAME.findall((DEPLOY / "README.md").read_text())) <= known()


def test_the_example_of_a_cluster_fits():
    cluster = json.loads((DEPLOY / "cluster.json").read_text())
    [script] = cluster["init_scripts"]
    assert script["volumes"]["destination"] == INIT
    assert cluster["spark_env_vars"] == {"MLFLOW_TRACKING_URI": "http://127.0.0.1:5599"}
    assert "[ROOKERY_HTTP]=127.0.0.1:5599" in (DEPLOY / "node/settings.sh").read_text()
