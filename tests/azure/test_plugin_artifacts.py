"""Files and models by Azure's plugin for MLflow, and the same ones by MLflow alone.

Runs in the Python environment `azureml`, which has those clients.
"""

import pytest

pytest.importorskip("azureml.mlflow", reason="NOT RUN: needs the environment azureml")

IMPORTS = ["mlflow.sklearn", "sklearn.linear_model", "skops.io"]
DATABASE_MATTERS = False

FILES = """
import json, mlflow, pathlib, shutil
pathlib.Path("big.bin").write_bytes(b"x" * 3_000_000)
odd = pathlib.Path("sp ace é+.txt"); odd.write_text("odd")
with mlflow.start_run() as run:
    mlflow.log_artifact("big.bin")
    mlflow.log_artifact(str(odd), artifact_path="dir one/two")
    mlflow.log_text("first", "report.txt")
    mlflow.log_text("second", "report.txt")
    mlflow.log_text("", "empty.txt")
    mlflow.log_dict({"a": [1, 2]}, "dir one/a.json")
client = mlflow.MlflowClient()
shutil.rmtree("down", ignore_errors=True); pathlib.Path("down").mkdir()
folder = client.download_artifacts(run.info.run_id, "", "down")
print(json.dumps({
    "run": run.info.run_id,
    "uri": run.info.artifact_uri,
    "top": sorted(f.path for f in client.list_artifacts(run.info.run_id)),
    "below": sorted(f.path for f in client.list_artifacts(run.info.run_id, "dir one")),
    "downloaded": sorted(
        str(p.relative_to(folder)) for p in pathlib.Path(folder).rglob("*") if p.is_file()),
    "text": mlflow.artifacts.load_text(run.info.artifact_uri + "/report.txt"),
    "size": pathlib.Path(folder, "big.bin").stat().st_size,
}))
"""

READ = """
import json, mlflow, pathlib
run = {run!r}
folder = mlflow.artifacts.download_artifacts(run_id=run, dst_path="read")
print(json.dumps({{
    "uri": mlflow.get_run(run).info.artifact_uri,
    "files": sorted(
        str(p.relative_to(folder)) for p in pathlib.Path(folder).rglob("*") if p.is_file()),
    "odd": pathlib.Path(folder, "dir one/two/sp ace é+.txt").read_text(),
}}))
"""

NAMES = ["big.bin", "dir one/a.json", "dir one/two/sp ace é+.txt", "empty.txt", "report.txt"]

MODEL = """
import json, mlflow
from sklearn.linear_model import LinearRegression
model = LinearRegression().fit([[1], [2]], [2, 4])
mlflow.set_experiment("models")
with mlflow.start_run() as run:
    info = mlflow.sklearn.log_model(
        model, name="model", registered_model_name={name!r}, pip_requirements=["mlflow"])
loaded = mlflow.sklearn.load_model("models:/{name}/1")
again = mlflow.sklearn.load_model(info.model_uri)
print(json.dumps([float(loaded.predict([[3]])[0]), float(again.predict([[3]])[0])]))
"""

LOAD = """
import json, mlflow
version = mlflow.MlflowClient().get_model_version({name!r}, "1")
loaded = mlflow.sklearn.load_model("models:/{name}/1")
print(json.dumps([float(loaded.predict([[3]])[0]), version.source]))
"""

FROM_FOLDER = """
import json, mlflow, shutil
from sklearn.linear_model import LinearRegression
shutil.rmtree("folder", ignore_errors=True)
model = LinearRegression().fit([[1], [2]], [2, 4])
mlflow.sklearn.save_model(model, "folder", pip_requirements=["mlflow"])
made = mlflow.register_model("file://" + __import__("os").path.abspath("folder"), "from-folder")
loaded = mlflow.sklearn.load_model(f"models:/from-folder/{made.version}")
print(json.dumps([float(loaded.predict([[3]])[0]), made.version]))
"""


def test_files_go_there_and_back_and_mlflow_alone_reads_them(clients):
    mine = clients.answer(FILES, clients.mount)
    assert mine["uri"].startswith(f"azureml://{clients.azure.host}/mlflow/v2.0/subscriptions/")
    assert mine["top"] == ["big.bin", "dir one", "empty.txt", "report.txt"]
    assert mine["below"] == ["dir one/a.json", "dir one/two"]
    assert mine["downloaded"] == NAMES
    assert mine["text"] == "second"
    assert mine["size"] == 3_000_000
    theirs = clients.answer(READ.format(run=mine["run"]), clients.plain)
    assert theirs == {"uri": theirs["uri"], "files": NAMES, "odd": "odd"}
    assert theirs["uri"].startswith("mlflow-artifacts:/")


def test_mlflow_alone_writes_files_and_the_plugin_reads_them(clients):
    theirs = clients.answer(FILES, clients.plain)
    mine = clients.answer(READ.format(run=theirs["run"]), clients.mount)
    assert mine["files"] == NAMES
    assert mine["uri"].startswith("azureml://")


@pytest.mark.parametrize("writer", ["mount", "plain"])
def test_models_load_by_both_whoever_registered_them(clients, writer):
    reader = "plain" if writer == "mount" else "mount"
    name = f"by-{writer}"
    made = clients.answer(MODEL.format(name=name), getattr(clients, writer))
    assert made == pytest.approx([6, 6])
    [value, source] = clients.answer(LOAD.format(name=name), getattr(clients, reader))
    assert value == pytest.approx(6)
    assert source.startswith("azureml://" if reader == "mount" else "mlflow-artifacts:/") or (
        source.startswith("models:/m-")
    )


def test_a_model_of_a_folder_is_uploaded_first(clients):
    value, version = clients.answer(FROM_FOLDER, clients.mount)
    assert value == pytest.approx(6)
    assert version == "1"
    [value, _] = clients.answer(LOAD.format(name="from-folder"), clients.plain)
    assert value == pytest.approx(6)
