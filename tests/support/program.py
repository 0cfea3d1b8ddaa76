"""A program of the suite as a child process."""

import os
import subprocess
import threading
from pathlib import Path
from urllib.parse import urlsplit

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
        self._settled = threading.Event()
        self.announced = None
        assert self._binary.exists(), f"{self._binary} was not built"
        self._process = subprocess.Popen(
            [self._binary, *self.words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._keep_log, daemon=True)
        self._reader.start()
        self._settled.wait(SECONDS_TO_START)
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
        # Or it would take the next start for this one's end.
        self._reader.join()

    def signal(self, number):
        self._process.send_signal(number)

    def log(self):
        return self._log.read_text()

    def _keep_log(self):
        with self._log.open("a") as log:
            for line in self._process.stdout:
                log.write(line)
                log.flush()
                if self.announced is None and (found := self._announcement.search(line)):
                    self.announced = found.groupdict()
                    self._settled.set()
        # It has ended: nobody need wait any longer.
        self._settled.set()

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
        finally:
            self._reader.join()
