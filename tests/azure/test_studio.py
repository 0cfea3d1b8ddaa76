"""What Azure ML's studio shows of a run, in a browser.

The links that MLflow prints lead to the web UI of the workspace: charts, files, models.
"""

import re
from pathlib import Path

import pytest

from tests.support.azure_clients import azure_clients
from tests.support.browser import need_browser, walk
from tests.support.program import ROOT

pytest.importorskip("azureml.core", reason="NOT RUN: needs the environment azureml")
pytest.importorskip("palmerpenguins", reason="NOT RUN: needs the environment azureml")

EXAMPLE = ROOT / "examples/azureml_penguins"
# The one of the newest MLflow that there is.
WEB_UI = ROOT / "build/venv/mlflow317/lib"


def web_ui():
    [build] = WEB_UI.glob("python3.*/site-packages/mlflow/server/js/build")
    return build


def links(printed):
    """Of a run and its experiment, as MLflow prints them; and the run's name."""
    [(name, run)] = re.findall(r"View run (\S+) at: (https://\S+)", printed)
    [experiment] = re.findall(r"View experiment at: (https://\S+)", printed)
    return {"runName": name, "runLink": run, "experimentLink": experiment}


def test_the_links_of_a_run_show_it(tmp_path):
    need_browser()
    if not WEB_UI.exists():
        pytest.skip("NOT RUN: needs the environment mlflow317")
    data = {
        "experiment": "Penguin-ADB-MLflow-AML",
        "steps": 20,
        "model": "penguin-classification",
        "description": "Species of a penguin, by its measures",
    }
    with azure_clients("sqlite", tmp_path, "--mlflow-ui", web_ui()) as clients:
        data.update(links(clients.run(EXAMPLE / "train.py")))
        base = data["runLink"].partition("/#/")[0]
        assert base == f"https://{clients.azure.host}/mlflow/v2.0{clients.workspace_path}"
        script = Path(__file__).with_name("studio.mjs")
        steps = walk(script, base, data, tmp_path, "studio")
    assert len(steps) == 11
