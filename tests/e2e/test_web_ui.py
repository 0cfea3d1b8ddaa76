"""How a server with a web UI, and one without, answers a browser."""

import subprocess

import pytest

from tests.support.raw import Client
from tests.support.server import ROOKERY, Server


@pytest.fixture
def build(tmp_path):
    folder = tmp_path / "build"
    (folder / "static/js").mkdir(parents=True)
    (folder / "index.html").write_text("<html>the UI</html>")
    (folder / "static/js/main.1a.js").write_text("1")
    return folder


def test_the_ui_is_served_beside_the_api(tmp_path, build):
    with Server(tmp_path, "--mlflow-ui", build) as server, Client(server.url) as http:
        page = http.get("/")
        assert (page.status, page.body) == (200, b"<html>the UI</html>")
        script = http.get("/static-files/static/js/main.1a.js")
        assert (script.status, script.body) == (200, b"1")
        assert "max-age" in script.headers["Cache-Control"]
        assert http.ask("HEAD", "/").status == 200
        assert http.ask("POST", "/").error() == (404, "ENDPOINT_NOT_FOUND")
        assert http.get("/static-files/absent.js").error() == (404, "ENDPOINT_NOT_FOUND")
        assert http.get("/static-files/../server.log").error() == (404, "ENDPOINT_NOT_FOUND")
        assert http.get("/api/2.0/mlflow/experiments/get?experiment_id=0").status == 200


def test_a_server_without_one_says_how_to_get_it(tmp_path):
    with Server(tmp_path) as server, Client(server.url) as http:
        page = http.get("/")
        assert (page.status, page.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
        assert b"--mlflow-ui" in page.body
        assert http.get("/static-files/index.html").status == 404


@pytest.mark.parametrize("folder", ["absent", "."])
def test_a_folder_that_is_no_build_is_refused_at_the_start(tmp_path, folder):
    done = subprocess.run(
        [ROOKERY, "server", "--port", "0", "--mlflow-ui", folder],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("rookery: --mlflow-ui: ")
    assert len(done.stderr.splitlines()) == 1
