"""A program of the suite as a child process."""

import contextlib
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
# ./dev test names the binary of the preset that it built; the other programs lie beside it.
ROOKERY = Path(os.environ.get("ROOKERY", ROOT / "build/release/bin/rookery"))
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30


class Program:
    """Runs from __enter__ to __exit__ in `folder`, with its log in `folder`/`label`.log.

    `announcement` is the pattern of the line with which it says that it serves; its named groups
    are `announced` while it runs. After the end it may be entered again, with other words if
    somebody sets `words`.
    """

    def __init__(self, folder, name, announcement, *words, label=None):
        self.folder = folder
        self.words = [str(word) for word in words]
        self.announced = None
        self._binary = ROOKERY.with_name(name)
        self._announcement = announcement
        self._log = folder / f"{label or name}.log"
        self._process = None

    def __enter__(self):
        assert self._binary.exists(), f"{self._binary} was not built"
        # It writes by itself: who has its answer finds what it logged before.
        with self._log.open("ab") as log:
            begin = log.tell()
            self._process = subprocess.Popen(
                [self._binary, *self.words],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.announced = None
        with contextlib.suppress(AssertionError):
            wait_for(lambda: self._has_settled(begin), SECONDS_TO_START)
        if self.announced is None:
            self._stop()
            raise AssertionError(f"{self._binary.name} did not start:\n{self.log()}")
        return self

    def __exit__(self, *_):
        self._stop()

    def secrets(self):
        """Passwords among its words, which nothing that it says may show."""
        return [urlsplit(word).password for word in self.words if "@" in word]

    @property
    def pid(self):
        return self._process.pid

    def terminate(self):
        """Sends SIGTERM and returns the exit code."""
        self._process.terminate()
        return self.wait()

    def wait(self):
        """The exit code, when it has ended."""
        return self._process.wait(SECONDS_TO_STOP)

    def kill(self):
        """Ends it as a crash would."""
        self._process.kill()
        self._process.wait()

    def signal(self, number):
        self._process.send_signal(number)

    def log(self):
        return self._log.read_text()

    def _has_settled(self, begin):
        """Whether it serves, or has ended."""
        has_ended = self._process.poll() is not None
        with self._log.open("rb") as log:
            log.seek(begin)
            lines = log.read().decode().split("\n")
        # The last one is not whole.
        for found in filter(None, map(self._announcement.search, lines[:-1])):
            self.announced = found.groupdict()
            return True
        return has_ended

    def _stop(self):
        self._process.terminate()
        try:
            self._process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(
                f"{self._binary.name} did not stop within {SECONDS_TO_STOP} s of SIGTERM:\n"
                f"{self.log()}"
            ) from None
