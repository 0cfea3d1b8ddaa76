"""Azure's plugin as in a job: with a token in the environment, for a run that is there already."""

import ssl

import pytest
import requests

from tests.support.raw import Client

pytest.importorskip("azureml.mlflow", reason="NOT RUN: needs the environment azureml")

DATABASE_MATTERS = False
ROUTE = 'route="/azureml/history/experimentids/{experiment_id}/runs/{run_id}/token",status="200"'

MAKE = """
import json, mlflow
experiment = mlflow.create_experiment({name!r})
print(json.dumps([experiment, mlflow.MlflowClient().create_run(experiment).info.run_id]))
"""
RESUME = """
import json, mlflow
with mlflow.start_run() as run:
    mlflow.log_metric("m", 1)
    mlflow.log_text("text", "a.txt")
print(json.dumps([run.info.run_id, mlflow.get_run(run.info.run_id).data.metrics]))
"""


def token(azure):
    """One of `rookery devcloud`, good for an hour."""
    form = {"resource": f"https://{azure.host}"}
    headers = {"Metadata": "true"}
    answer = requests.post(f"{azure.devcloud.url}/msi", data=form, headers=headers, timeout=30)
    return answer.json()["access_token"]


def asked_for_newer_tokens(azure):
    context = ssl.create_default_context(cafile=azure.certificate)
    with Client(f"https://{azure.host}", context=context) as client:
        return ROUTE in client.get("/metrics").body.decode()


# West of Greenwich the plugin takes the token for expired, and asks for another before all else.
@pytest.mark.parametrize(("zone", "asks"), [("UTC", False), ("America/New_York", True)])
def test_a_job_goes_on_with_its_token(clients, zone, asks):
    experiment, run = clients.answer(MAKE.format(name=zone), clients.mount)
    job = {
        "MLFLOW_TRACKING_TOKEN": token(clients.azure),
        "MLFLOW_EXPERIMENT_ID": experiment,
        "MLFLOW_RUN_ID": run,
        "TZ": zone,
    }
    assert clients.answer(RESUME, clients.mount, **job) == [run, {"m": 1}]
    assert asked_for_newer_tokens(clients.azure) == asks
