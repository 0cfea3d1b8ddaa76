"""The example's training as a child process, with a Spark cluster of its own."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pyspark

from tests.support.program import ROOT

SCRIPT = ROOT / "examples/spark_penguins/train.py"
SECONDS = 300
# It needs the processors itself.
LOOKS_A_SECOND = 10
# Their lives are short.
JAVA = "'-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'"
SUBMIT = (
    "--master local-cluster[2,1,1024] --conf spark.ui.enabled=false"
    f" --driver-java-options {JAVA} --conf spark.executor.extraJavaOptions={JAVA}"
    # Executors come and go here; Spark would give up after ten.
    " --conf spark.deploy.maxExecutorRetries=-1 pyspark-shell"
)


class Training:
    """Runs from __enter__ to __exit__, with its files in `folder` and `url` as tracking server."""

    def __init__(self, folder, url, epochs):
        self._folder = folder
        self._log = folder / "training.log"
        self._words = [sys.executable, SCRIPT, "--epochs", str(epochs)]
        self.environment = {
            **os.environ,
            "MLFLOW_TRACKING_URI": url,
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "PYSPARK_PYTHON": sys.executable,
            "PYSPARK_SUBMIT_ARGS": SUBMIT,
            "SPARK_HOME": str(_spark_home(folder / "spark")),
            "SPARK_LOCAL_DIRS": str(folder / "spark/local"),
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
        self._process = None

    def __enter__(self):
        with self._log.open("w") as log:
            # A group of its own, which takes executors along if the test fails.
            self._process = subprocess.Popen(
                self._words,
                cwd=self._folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def until(self, condition):
        """What `condition` returns, once that is true; the training must not end before."""
        for _ in range(SECONDS * LOOKS_A_SECOND):
            if result := condition():
                return result
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1 / LOOKS_A_SECOND)
                raise AssertionError(f"the training ended too early:\n{self.printed()[-5000:]}")
        raise AssertionError(f"it did not happen in {SECONDS} s:\n{self.printed()[-5000:]}")

    def printed(self):
        return self._log.read_text(errors="replace")

    def wait(self):
        code = self._process.wait(SECONDS)
        assert code == 0, self.printed()[-5000:]


def _spark_home(folder):
    """That of the package, with files of workers in `folder` and not there."""
    folder.mkdir()
    for part in Path(pyspark.__file__).parent.iterdir():
        (folder / part.name).symlink_to(part)
    return folder


def kill_worker(pid):
    """The Python that trains, by the id that its run tells."""
    assert "pyspark" in _command_of(pid)
    os.kill(pid, signal.SIGKILL)


def kill_executor(pid):
    """The JVM whose daemon forked that Python."""
    executor = _parent_of(_parent_of(pid))
    assert "CoarseGrainedExecutorBackend" in _command_of(executor)
    os.kill(executor, signal.SIGKILL)


def _command_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_text()


def _parent_of(pid):
    # After the name, which may hold anything but ends with the last parenthesis.
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
