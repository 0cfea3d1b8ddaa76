"""MLflow with Azure's plugin, as it is, against a workspace under its Azure address."""

import contextlib
import json
import ssl
import uuid

import pytest

from tests.support.azure import azure_server, mount_of
from tests.support.backends import BACKENDS
from tests.support.postgres import fresh_database
from tests.support.raw import API, ARTIFACTS, Client
from tests.support.waiting import wait_for

PLUGIN = {
    "Content-Type": "application/json",
    "User-Agent": "mlflow-python-client/3.15.0 azureml-mlflow/1.62.0.post6",
}

TRACKS = """
import json, mlflow
mlflow.set_experiment("penguins")
with mlflow.start_run(run_name="adelie") as run:
    mlflow.log_params({"depth": 3, "rate": 0.1})
    for step in range(5):
        mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
    mlflow.log_metrics({"accuracy": 0.9, "recall": 0.8}, step=4)
    mlflow.set_tag("species", "adelie")
    mlflow.log_metrics({"late": 0.5}, step=1, synchronous=False)
    mlflow.log_params({"later": "x"}, synchronous=False)
    mlflow.set_tags({"latest": "y"}, synchronous=False)
[found] = mlflow.search_runs(
    experiment_names=["penguins"],
    filter_string="metrics.accuracy > 0.5 and params.depth = '3' and tags.species = 'adelie'",
    output_format="list",
)
history = mlflow.MlflowClient().get_metric_history(run.info.run_id, "loss")
print(json.dumps({
    "run": run.info.run_id,
    "experiment": run.info.experiment_id,
    "artifact_uri": run.info.artifact_uri,
    "found": [found.info.run_id, found.info.status, found.info.artifact_uri],
    "data": [found.data.metrics, found.data.params, found.data.tags],
    "history": [[point.step, point.value] for point in history],
}))
"""


@pytest.fixture(scope="module", params=BACKENDS)
def azure(request, tmp_path_factory):
    """A server of the module's own, and what asks it."""
    with contextlib.ExitStack() as stack:
        uri = "sqlite:///rookery.db"
        if request.param == "postgresql":
            uri = stack.enter_context(fresh_database())
        azure = stack.enter_context(azure_server(tmp_path_factory.mktemp("azure"), uri))
        azure.ask = stack.enter_context(Asked(azure))
        yield azure


def fresh_workspace(azure):
    name = f"w-{uuid.uuid4().hex[:12]}"
    azure.create_workspace(name)
    wait_for(lambda: azure.ask(name, "experiments/search", max_results=9)[0] == 200)
    return name


@pytest.fixture
def team(azure):
    """A workspace of the test's own."""
    return fresh_workspace(azure)


class Asked:
    """Asks the server as Azure's plugin does, or a plain client."""

    def __init__(self, azure):
        context = ssl.create_default_context(cafile=azure.certificate)
        self.client = Client(f"https://{azure.host}", context=context)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()

    def __call__(self, workspace, rpc, headers=PLUGIN, **message):
        """Status and answer of a POST under the workspace's mount."""
        path = mount_of(workspace) + API + rpc
        answer = self.client.ask("POST", path, json.dumps(message), headers)
        return answer.status, answer.json()

    def get(self, workspace, path, headers=PLUGIN):
        answer = self.client.ask("GET", mount_of(workspace) + path, None, headers)
        return answer.status, answer.json()

    def plainly(self, workspace, rpc, **message):
        """The same at the root, with the workspace in MLflow's header."""
        headers = {"Content-Type": "application/json", "X-MLFLOW-WORKSPACE": workspace}
        answer = self.client.ask("POST", API + rpc, json.dumps(message), headers)
        return answer.status, answer.json()


def last_line(printed):
    return json.loads(printed.splitlines()[-1])


def test_a_script_tracks_unchanged(azure, team):
    told = last_line(azure.run(team, TRACKS))
    root = f"azureml://{azure.host}{mount_of(team)}/experiments/{told['experiment']}"
    assert told["artifact_uri"] == f"{root}/runs/{told['run']}/artifacts"
    assert told["found"] == [told["run"], "FINISHED", told["artifact_uri"]]
    metrics, params, tags = told["data"]
    assert metrics == {"loss": 0.2, "accuracy": 0.9, "recall": 0.8, "late": 0.5}
    assert params == {"depth": "3", "rate": "0.1", "later": "x"}
    assert tags["species"] == "adelie"
    assert tags["latest"] == "y"
    assert tags["mlflow.runName"] == "adelie"
    assert told["history"] == [[step, 1.0 / (step + 1)] for step in range(5)]
    # A plain client sees the same run.
    search = {"experiment_ids": [told["experiment"]]}
    [run] = azure.ask.plainly(team, "runs/search", **search)[1]["runs"]
    location = f"mlflow-artifacts:/{told['experiment']}/{told['run']}/artifacts"
    assert run["info"]["artifact_uri"] == location


def test_two_workspaces_do_not_meet(azure, team):
    told = last_line(azure.run(team, TRACKS))
    for workspace in [fresh_workspace(azure), "default"]:
        script = f"""
import json, mlflow
names = [e.name for e in mlflow.search_experiments()]
try:
    mlflow.get_run("{told["run"]}")
except mlflow.MlflowException as error:
    print(json.dumps([names, error.error_code]))
"""
        assert last_line(azure.run(workspace, script)) == [["Default"], "RESOURCE_DOES_NOT_EXIST"]


def test_a_run_without_an_experiment_is_of_the_workspaces_default(azure, team):
    script = """
import mlflow
with mlflow.start_run() as run:
    mlflow.log_metric("m", 1)
print(mlflow.get_experiment(run.info.experiment_id).name)
"""
    assert azure.run(team, script).splitlines()[-1] == "Default"


def test_plain_mlflow_tracks_under_the_mount_too(azure, team):
    told = last_line(azure.run(team, TRACKS, tracking_uri="https://{host}{mount}"))
    # It has the plugin's name in its User-Agent, for the plugin is installed.
    assert told["found"][:2] == [told["run"], "FINISHED"]
    status, found = azure.ask.plainly(team, "runs/search", experiment_ids=[told["experiment"]])
    assert (status, len(found["runs"])) == (200, 1)


def test_locations_are_written_for_the_reader(azure, team):
    _, made = azure.ask(team, "experiments/create", name="e")
    _, run = azure.ask(team, "runs/create", experiment_id=made["experiment_id"])
    info = run["run"]["info"]
    plain = f"mlflow-artifacts:/{made['experiment_id']}/{info['run_id']}/artifacts"
    root = f"azureml://{azure.host}{mount_of(team)}/experiments/{made['experiment_id']}"
    assert info["artifact_uri"] == f"{root}/runs/{info['run_id']}/artifacts"
    get = f"{API}runs/get?run_id={info['run_id']}"
    browser = {"User-Agent": "Mozilla/5.0"}
    assert azure.ask.get(team, get, browser)[1]["run"]["info"]["artifact_uri"] == plain
    assert azure.ask.get(team, get)[1]["run"]["info"]["artifact_uri"] == info["artifact_uri"]


@pytest.mark.parametrize("creator", ["plugin", "plain"])
def test_a_version_is_read_by_both_whoever_registered_it(azure, team, creator):
    _, made = azure.ask(team, "experiments/create", name="e")
    _, run = azure.ask(team, "runs/create", experiment_id=made["experiment_id"])
    info = run["run"]["info"]
    plain = f"mlflow-artifacts:/{made['experiment_id']}/{info['run_id']}/artifacts/model"
    azures = f"{info['artifact_uri']}/model"
    azure.ask(team, "registered-models/create", name="m")
    message = {"name": "m", "run_id": info["run_id"]}
    if creator == "plugin":
        status, said = azure.ask(team, "model-versions/create", source=azures, **message)
    else:
        status, said = azure.ask.plainly(team, "model-versions/create", source=plain, **message)
    assert status == 200, said
    for rpc, field in [("get", "source"), ("get-download-uri", "artifact_uri")]:
        path = f"{API}model-versions/{rpc}?name=m&version=1"
        for headers, expected in [(PLUGIN, azures), ({}, plain)]:
            answer = azure.ask.get(team, path, headers)[1]
            assert answer.get("model_version", answer)[field] == expected
    # And the file itself.
    location = plain.removeprefix("mlflow-artifacts:")
    file = f"{mount_of(team)}{ARTIFACTS}{location}/MLmodel"
    assert azure.ask.client.ask("PUT", file, b"flavors: {}", {}).status == 200
    got = azure.ask.client.ask("GET", file, None, {})
    assert (got.status, got.body) == (200, b"flavors: {}")


def test_an_upload_of_no_run_may_be_a_version(azure, team):
    azure.ask(team, "registered-models/create", name="m")
    source = "azureml://artifacts/LocalUpload/240101T000000-ab/model"
    status, said = azure.ask(team, "model-versions/create", name="m", source=source)
    assert (status, said["model_version"]["source"]) == (200, source)
    path = f"{API}model-versions/get?name=m&version=1"
    plain = azure.ask.get(team, path, {})[1]["model_version"]["source"]
    assert plain == "mlflow-artifacts:/LocalUpload/240101T000000-ab/model"


def test_errors_are_both_clients(azure, team):
    status, said = azure.ask.get(team, f"{API}runs/get?run_id=absent")
    assert status == said["statusCode"] == 404
    assert said["error_code"] == "RESOURCE_DOES_NOT_EXIST"
    assert said["error"] == {"code": "UserError", "message": said["message"]}
