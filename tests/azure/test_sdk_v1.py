"""Azure ML's SDK v1: the notebook of examples/azureml_penguins, and what else models can do.

Runs in the Python environment `azureml`, which has those clients.
"""

import pytest

from tests.support.program import ROOT

pytest.importorskip("azureml.core", reason="NOT RUN: needs the environment azureml")
pytest.importorskip("palmerpenguins", reason="NOT RUN: needs the environment azureml")

EXAMPLE = ROOT / "examples/azureml_penguins"

IMPORTS = ["azureml.core", "mlflow.sklearn", "sklearn.linear_model", "skops.io"]
IMPORTS += ["matplotlib.pyplot", "palmerpenguins"]

BEGIN = """
import json, pathlib, shutil
from azureml.core import Workspace
from azureml.core.model import Model
ws = Workspace.from_config()
"""

LIFE = (
    BEGIN
    + """
pathlib.Path("model.pkl").write_bytes(b"pickled")
folder = pathlib.Path("mdir/s"); folder.mkdir(parents=True, exist_ok=True)
pathlib.Path("mdir/a.txt").write_text("a"); (folder / "b.txt").write_text("b")
said = {}
first = Model.register(ws, model_path="model.pkl", model_name="life", description="d",
                       tags={"k": "1"}, properties={"p": "q"})
second = Model.register(ws, model_path="mdir", model_name="life",
                        model_framework=Model.Framework.SCIKITLEARN, model_framework_version="1.9")
said["ids"] = [first.id, second.id]
said["first"] = [first.description, dict(first.tags), dict(first.properties), first.version]
said["listed"] = [m.id for m in Model.list(ws, name="life")]
said["tagged"] = [m.id for m in Model.list(ws, tags=[["k", "1"]])]
said["latest"] = [m.id for m in Model.list(ws, name="life", latest=True)]
said["framework"] = [
    (m.id, m.model_framework_version) for m in Model.list(ws, model_framework="ScikitLearn")]
said["newest"] = Model(ws, "life").version
for place in ["file", "dir"]:
    shutil.rmtree(place, ignore_errors=True)
said["file"] = Model(ws, "life", version=1).download("file")
said["bytes"] = pathlib.Path(said["file"]).read_bytes().decode()
said["dir"] = Model(ws, id="life:2").download("dir")
said["files"] = sorted(str(p) for p in pathlib.Path("dir").rglob("*") if p.is_file())
first.update(tags={"k": "2", "l": "3"}, description="new")
first.add_properties({"r": "s"})
again = Model(ws, "life", version=1)
said["updated"] = [again.description, again.tags, again.properties]
second.delete()
said["left"] = [m.id for m in Model.list(ws, name="life")]
try:
    Model(ws, "life", version=2)
except Exception as error:
    said["gone"] = str(error)
try:
    Model(ws, "nope")
except Exception as error:
    said["unknown"] = str(error)
print(json.dumps(said))
"""
)

PAGES = (
    BEGIN
    + """
print(json.dumps([m.version for m in Model.list(ws, name="many", page_count=20)]))
"""
)

MANY = """
import json, mlflow
client = mlflow.MlflowClient()
client.create_registered_model("many")
for _ in range(45):
    client.create_model_version("many", "s3://bucket/model")
print("null")
"""

DOWNLOAD = (
    BEGIN
    + """
model = Model(ws, {name!r})
shutil.rmtree("got", ignore_errors=True)
path = model.download("got")
print(json.dumps([model.url.split("/")[2], path,
                  sorted(p.name for p in pathlib.Path(path).iterdir())]))
"""
)

REGISTER = """
import json, mlflow
from sklearn.linear_model import LinearRegression
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression().fit([[1], [2]], [2, 4]), name="model",
                             registered_model_name={name!r}, pip_requirements=["mlflow"])
print("null")
"""

LOAD = """
import json, mlflow
loaded = mlflow.sklearn.load_model("models:/penguin-classification/1")
version = mlflow.MlflowClient().get_model_version("penguin-classification", "1")
print(json.dumps([list(loaded.feature_names_in_), version.description, version.tags]))
"""


def test_the_articles_notebook_and_what_the_studio_shows(clients):
    trained = clients.run(EXAMPLE / "train.py")
    assert "Registered penguin-classification, version 1" in trained
    shown = clients.run(EXAMPLE / "show.py")
    for words in ["accuracy over 20 steps", "Confusion matrix: a PNG", "macro avg", "version 1, "]:
        assert words in shown
    # The same model, by MLflow alone.
    features, description, tags = clients.answer(LOAD, clients.plain)
    assert len(features) == 4
    assert description == "Species of a penguin, by its measures"
    assert set(tags) == {"run", "accuracy"}
    assert "Registered penguin-classification, version 2" in clients.run(EXAMPLE / "train.py")


def test_a_models_life(clients):
    said = clients.answer(LIFE)
    assert said["ids"] == ["life:1", "life:2"]
    assert said["first"] == ["d", {"k": "1"}, {"p": "q"}, 1]
    assert said["listed"] == ["life:2", "life:1"]
    assert said["tagged"] == ["life:1"]
    assert said["latest"] == ["life:2"]
    assert said["framework"] == [["life:2", "1.9"]]
    assert said["newest"] == 2
    assert (said["file"], said["bytes"]) == ("file/model.pkl", "pickled")
    assert said["dir"] == "dir/mdir"
    assert said["files"] == ["dir/mdir/a.txt", "dir/mdir/s/b.txt"]
    assert said["updated"] == ["new", {"k": "2", "l": "3"}, {"p": "q", "r": "s"}]
    assert said["left"] == ["life:1"]
    assert "life" in said["gone"]
    assert "nope" in said["unknown"]


def test_long_lists_come_in_pages(clients):
    clients.answer(MANY, clients.plain)
    assert clients.answer(PAGES) == list(range(45, 0, -1))


def test_a_model_that_mlflow_registered_is_downloaded(clients):
    clients.answer(REGISTER.format(name="by-mlflow"), clients.plain)
    scheme, path, names = clients.answer(DOWNLOAD.format(name="by-mlflow"))
    assert scheme == "asset"
    assert path == "got/artifacts"
    assert "MLmodel" in names
