"""MLflow's Java client, from Maven's central repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import ROOT

HERE = Path(__file__).parent / "java"
BUILD = ROOT / "build/compat-java"


def run(*words, **environment):
    done = subprocess.run(
        words,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def classpath(tmp_path_factory):
    """Of the compiled program and the client; the client is fetched once."""
    if not (shutil.which("mvn") and shutil.which("javac")):
        pytest.skip("NOT RUN: maven and a JDK are not installed; ./dev test installs them")
    libraries = BUILD / "libraries"
    if not any(libraries.glob("mlflow-client-*.jar")):
        run(
            *("mvn", "--quiet", "--batch-mode", "--file", HERE / "pom.xml"),
            f"-Dmaven.repo.local={BUILD}/repository",
            f"-DoutputDirectory={libraries}",
            "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies",
        )
    classes = tmp_path_factory.mktemp("classes")
    run("javac", "-Werror", "-cp", f"{libraries}/*", "-d", classes, HERE / "Journey.java")
    return f"{classes}:{libraries}/*"


def test_the_java_client_works(server, classpath, tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    # For files of proxied artifacts the client calls MLflow's Python.
    output = run(
        *("java", "-cp", classpath, "Journey", server.url, files),
        MLFLOW_PYTHON_EXECUTABLE=sys.executable,
        MLFLOW_TRACKING_URI=server.url,
    )
    assert "all as expected" in output
