"""Pythons that need not import first what takes seconds: forks of one that has."""

import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

FORKER = Path(__file__).with_name("forker.py")


class Done:
    """How a Python ended, and what it printed."""

    def __init__(self, returncode, stdout, stderr):
        self.returncode, self.stdout, self.stderr = returncode, stdout, stderr

    def check(self, *about):
        """`about` are texts of others that may say why it failed."""
        assert self.returncode == 0, "\n".join([self.stdout, self.stderr, *about])
        return self.stdout


class WarmPython:
    """Until __exit__ a Python in `folder` with this environment that has imported `modules`.

    `command` starts it, at the first run(), when what modules ask for at their import is there.
    """

    def __init__(self, folder, environment, modules, command=(sys.executable,)):
        self._folder = folder
        self._environment = environment
        self._words = [*command, FORKER, *modules]
        self._forker = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._forker is not None:
            # It ends with its input.
            self._forker.communicate(timeout=30)

    def run(self, *words, timeout=300, **environment):
        """As `python words...`: a script, or `-c` and its text. `environment` is added."""
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / name for name in ("stdout", "stderr")]
            request = {
                "words": [str(word) for word in words],
                "environment": environment,
                "files": [str(file) for file in files],
            }
            # An answer that does not come is no answer.
            watchdog = threading.Timer(timeout, self._start().kill)
            watchdog.start()
            try:
                print(json.dumps(request), file=self._forker.stdin, flush=True)
                answer = self._forker.stdout.readline()
            finally:
                watchdog.cancel()
            assert answer, f"the Python that was to fork has ended, or {timeout} s went by"
            return Done(int(answer), *(file.read_text() for file in files))

    def _start(self):
        if self._forker is None:
            self._forker = subprocess.Popen(
                self._words,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._forker
