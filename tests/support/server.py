"""`rookery server` as a child process on free ports of loopback."""

import os
import re
import subprocess
import threading
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
# ./dev test names the binary of the preset that it built.
ROOKERY = Path(os.environ.get("ROOKERY", ROOT / "build/release/bin/rookery"))
LISTENING = re.compile(r"listening on (?P<http>http://\S+) \(gRPC (?P<grpc>[^\s)]+)\)")
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30


class Server:
    """Runs from __enter__ to __exit__, with its data and log in `folder`.

    `url` is where it serves HTTP, `grpc` its host:port for gRPC. After the end it may be entered
    again, on other ports and the same data.
    """

    def __init__(self, folder, *options):
        self.folder = folder
        self._options = options
        self._log = folder / "server.log"
        self._process = None

    def __enter__(self):
        self._listening = threading.Event()
        self.url = self.grpc = None
        assert ROOKERY.exists(), f"{ROOKERY} was not built"
        self._process = subprocess.Popen(
            [ROOKERY, "server", "--port", "0", "--grpc-port", "0", *self._options],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._keep_log, daemon=True)
        self._reader.start()
        self._listening.wait(SECONDS_TO_START)
        if self.url is None:
            self._stop()
            raise AssertionError(f"the server did not start:\n{self.log()}")
        return self

    def __exit__(self, *_):
        self._stop()

    def secrets(self):
        """Passwords among its options, which nothing that it says may show."""
        return [urlsplit(option).password for option in self._options if "@" in option]

    @property
    def pid(self):
        return self._process.pid

    def terminate(self):
        """Sends SIGTERM and returns the exit code."""
        self._process.terminate()
        return self._process.wait(SECONDS_TO_STOP)

    def kill(self):
        """Ends it as a crash would."""
        self._process.kill()
        self._process.wait()

    def log(self):
        return self._log.read_text()

    def _keep_log(self):
        with self._log.open("a") as log:
            for line in self._process.stdout:
                log.write(line)
                log.flush()
                if self.url is None and (found := LISTENING.search(line)):
                    self.url, self.grpc = found["http"], found["grpc"]
                    self._listening.set()
        # It has ended: nobody need wait any longer.
        self._listening.set()

    def _stop(self):
        self._process.terminate()
        try:
            self._process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(
                f"the server did not stop within {SECONDS_TO_STOP} s of SIGTERM:\n{self.log()}"
            ) from None
        finally:
            self._reader.join()
