"""Azure ML's SDK v2: MLClient's workspace and models.

Runs in the Python environment `azureml`, which has those clients.
"""

import pytest

pytest.importorskip("azure.ai.ml", reason="NOT RUN: needs the environment azureml")

IMPORTS = ["azure.ai.ml", "mlflow.sklearn", "sklearn.linear_model", "skops.io"]

BEGIN = """
import json, pathlib, shutil
from azure.ai.ml import MLClient
from azure.ai.ml.constants import ListViewType
from azure.ai.ml.entities import Model
from azure.identity import ManagedIdentityCredential
ml = MLClient.from_config(ManagedIdentityCredential())
said = {}
"""

LIFE = (
    BEGIN
    + """
folder = pathlib.Path("m/s"); folder.mkdir(parents=True, exist_ok=True)
pathlib.Path("m/a.txt").write_text("a"); (folder / "b.txt").write_text("b")
ws = ml.workspaces.get("default")
said["workspace"] = [ws.name, ws.mlflow_tracking_uri]
made = ml.models.create_or_update(
    Model(path="m", name="v2", type="custom_model", description="d", tags={"k": "v"},
          properties={"p": "q"}))
said["made"] = [made.name, made.version, made.path, made.type, made.description, made.tags,
                made.properties, made.creation_context.created_at is not None]
# The same bytes again: nothing is uploaded.
again = ml.models.create_or_update(Model(path="m", name="v2", type="custom_model"))
said["again"] = [again.version, again.path == made.path]
third = ml.models.create_or_update(Model(path="m/a.txt", name="v2"))
said["got"] = ml.models.get("v2", "1").description
said["latest"] = ml.models.get("v2", label="latest").version
said["versions"] = [m.version for m in ml.models.list("v2")]
said["models"] = [[m.name, m.latest_version] for m in ml.models.list()]
shutil.rmtree("down", ignore_errors=True)
ml.models.download("v2", "1", download_path="down")
said["files"] = sorted(str(p) for p in pathlib.Path("down").rglob("*") if p.is_file())
ml.models.download("v2", "3", download_path="down")
said["file"] = sorted(str(p) for p in pathlib.Path("down").rglob("a.txt"))
ml.models.archive("v2", version="2")
said["active"] = [m.version for m in ml.models.list("v2")]
said["archived"] = [
    m.version for m in ml.models.list("v2", list_view_type=ListViewType.ARCHIVED_ONLY)]
ml.models.restore("v2", version="2")
ml.models.archive("v2")
said["after"] = [m.name for m in ml.models.list()]
ml.models.restore("v2")
changed = ml.models.get("v2", "1"); changed.tags = {"new": "1"}; changed.description = "e"
ml.models.create_or_update(changed)
said["changed"] = [ml.models.get("v2", "1").tags, ml.models.get("v2", "1").description]
try:
    ml.models.get("nope", "1")
except Exception as error:
    said["unknown"] = [type(error).__name__, str(error)]
print(json.dumps(said))
"""
)

OF_A_RUN = (
    BEGIN
    + """
import mlflow
from sklearn.linear_model import LinearRegression
mlflow.set_tracking_uri(ml.workspaces.get("default").mlflow_tracking_uri)
with mlflow.start_run() as run:
    model = LinearRegression().fit([[1], [2]], [2, 4])
    mlflow.sklearn.log_model(model, name="x", pip_requirements=["mlflow"])
    mlflow.log_text("w", "weights/w.txt")
made = ml.models.create_or_update(
    Model(path=f"azureml://jobs/{run.info.run_id}/outputs/artifacts/paths/weights", name="of-run",
          type="custom_model"))
shutil.rmtree("down", ignore_errors=True)
ml.models.download("of-run", made.version, download_path="down")
version = mlflow.MlflowClient().get_model_version("of-run", "1")
print(json.dumps([sorted(str(p) for p in pathlib.Path("down").rglob("*") if p.is_file()),
                  version.run_id == run.info.run_id]))
"""
)

MANY = """
import mlflow
client = mlflow.MlflowClient()
client.create_registered_model("many")
for _ in range(105):
    client.create_model_version("many", "s3://bucket/model")
print("null")
"""

LIST_MANY = (
    BEGIN
    + """
print(json.dumps([m.version for m in ml.models.list("many")]))
"""
)

SEEN = """
import json, mlflow, pathlib
client = mlflow.MlflowClient()
version = client.get_model_version("v2", "1")
path = mlflow.artifacts.download_artifacts("models:/v2/1", dst_path="seen")
print(json.dumps([version.description, version.tags, sorted(
    str(p.relative_to(path)) for p in pathlib.Path(path).rglob("*") if p.is_file())]))
"""


def test_a_models_life_and_mlflow_sees_it(clients):
    said = clients.answer(LIFE)
    path = (
        "azureml://subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/rookery/"
        "workspaces/default/datastores/workspaceblobstore/paths/LocalUpload/"
    )
    assert said["workspace"] == ["default", clients.mount]
    assert said["made"][:2] == ["v2", "1"]
    assert said["made"][2].startswith(path)
    assert said["made"][3:] == ["custom_model", "d", {"k": "v"}, {"p": "q"}, True]
    assert said["again"] == ["2", True]
    assert said["got"] == "d"
    assert said["latest"] == "3"
    assert said["versions"] == ["3", "2", "1"]
    assert ["v2", "3"] in said["models"]
    assert said["files"] == ["down/v2/m/a.txt", "down/v2/m/s/b.txt"]
    assert said["file"] == ["down/v2/a.txt", "down/v2/m/a.txt"]
    assert said["active"] == ["3", "1"]
    assert said["archived"] == ["2"]
    assert "v2" not in said["after"]
    assert said["changed"] == [{"new": "1"}, "e"]
    assert said["unknown"][0] == "ResourceNotFoundError"
    assert "nope" in said["unknown"][1]
    description, tags, files = clients.answer(SEEN, clients.plain)
    assert (description, tags) == ("e", {"new": "1"})
    assert files == ["a.txt", "s/b.txt"]


def test_a_model_of_a_runs_files(clients):
    files, same_run = clients.answer(OF_A_RUN)
    assert files == ["down/of-run/weights/w.txt"]
    assert same_run


def test_long_lists_come_in_pages(clients):
    clients.answer(MANY, clients.plain)
    assert clients.answer(LIST_MANY) == [str(version) for version in range(105, 0, -1)]
